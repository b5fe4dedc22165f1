//! People: signing in and out, and what a signed-in person may see.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};
use shared::access::{Actor, Role, Scope};
use shared::api::Session;
use shared::calendar;
use shared::ids::UnitId;
use shared::org_unit::{OrgTree, OrgUnit, UnitKind};
use shared::problem::ProblemKind;

use super::passwords;
use crate::db::users::User;
use crate::db::{self, Db, sessions, users};
use crate::error::ApiError;
use crate::state::AppState;

/// How long a browser stays signed in without being used: an officer may be away for a season.
const LIFE: TimeDelta = TimeDelta::days(90);
/// How often a used session is written down again.
const TOUCH: TimeDelta = TimeDelta::hours(12);

/// A token for a cookie. Only its hash is kept.
#[derive(Debug)]
pub struct Token(pub String);

fn hash(token: &str) -> String {
    let hash = Sha256::digest(token.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Signs a person in.
pub async fn sign_in(
    state: &AppState,
    username: &str,
    password: &str,
    address: &str,
    now: DateTime<Utc>,
) -> Result<(User, Token), ApiError> {
    if username.chars().count() > 100 || password.chars().count() > 200 {
        return Err(ProblemKind::WrongPassword.into());
    }
    if let Err(seconds) = state.throttle.attempt(username, address, now) {
        return Err(ApiError {
            retry_after: Some(seconds),
            ..ProblemKind::TooMany.into()
        });
    }
    let user = users::by_username(&mut *state.db.read().await?, username).await?;
    let user = user.filter(|user| !user.disabled);
    let kept = user.as_ref().and_then(|user| user.password_hash.clone());
    let is_right = passwords::verify(password.to_owned(), kept).await;
    let Some(user) = user.filter(|_| is_right) else {
        return Err(ProblemKind::WrongPassword.into());
    };
    state.throttle.forgive(username, address);
    let mut bytes = [0_u8; 32];
    OsRng.try_fill_bytes(&mut bytes).map_err(|error| {
        tracing::error!(%error, "no randomness");
        ApiError::from(ProblemKind::Unavailable)
    })?;
    let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut tx = state.db.write().await?;
    sessions::delete_expired(&mut tx, now).await?;
    sessions::insert(&mut tx, &hash(&token), user.id, now, now + LIFE).await?;
    tx.commit().await.map_err(db::DbError::from)?;
    Ok((user, Token(token)))
}

pub async fn sign_out(db: &Db, token: &str) -> db::Result<()> {
    let mut tx = db.write().await?;
    sessions::delete(&mut tx, &hash(token)).await?;
    tx.commit().await?;
    Ok(())
}

/// The person behind a cookie.
pub async fn by_token(db: &Db, token: &str, now: DateTime<Utc>) -> db::Result<Option<User>> {
    let hash = hash(token);
    let found = sessions::find(&mut *db.read().await?, &hash, now).await?;
    let Some((session, user)) = found else {
        return Ok(None);
    };
    if now - session.seen_at > TOUCH {
        let mut tx = db.write().await?;
        sessions::touch(&mut tx, &hash, now, now + LIFE).await?;
        tx.commit().await?;
    }
    Ok(Some(user).filter(|user| !user.disabled))
}

/// The person as what they may do on a day's map.
pub fn actor(user: &User, tree: &OrgTree, day: NaiveDate) -> Actor {
    Actor {
        user: user.id,
        name: user.name.clone(),
        role: user.role,
        scope: Scope::of(user.role, &user.units, tree, day),
    }
}

/// The unit a person's screens open on.
pub fn home(user: &User, tree: &OrgTree, day: NaiveDate) -> Option<UnitId> {
    let first = user
        .units
        .iter()
        .find_map(|unit| tree.today(*unit, day).first().map(|it| it.id));
    first.or_else(|| {
        let top = tree.iter().find(|unit| unit.kind == UnitKind::Province);
        top.map(|unit| unit.id)
    })
}

/// What a browser is told about the person signed in.
pub fn session(state: &AppState, user: &User, tree: &OrgTree, now: DateTime<Utc>) -> Session {
    let day = calendar::day(now);
    let actor = actor(user, tree, day);
    let home = home(user, tree, day).unwrap_or_else(|| UnitId::from_uuid(uuid::Uuid::nil()));
    let mut units: BTreeMap<UnitId, OrgUnit> = BTreeMap::new();
    let mut add = |unit: &OrgUnit| {
        units.entry(unit.id).or_insert_with(|| unit.clone());
    };
    let inside: BTreeSet<UnitId> = match &actor.scope {
        Scope::Villages(villages) => villages.iter().map(|(_, village)| *village).collect(),
        Scope::Communes(communes) if actor.role.keeps_documents() => communes
            .iter()
            .flat_map(|commune| tree.villages_under(*commune, day))
            .map(|village| village.id)
            .chain(communes.iter().copied())
            .collect(),
        Scope::Communes(communes) => communes.clone(),
        Scope::All => [home].into(),
    };
    for id in inside.iter().chain([&home]) {
        if let Some(unit) = tree.get(*id) {
            add(unit);
            tree.ancestors(*id, day).into_iter().for_each(&mut add);
        }
    }
    Session {
        username: user.username.clone().unwrap_or_default(),
        seal: (actor.role.keeps_documents()).then(|| state.seal_keys.seal(user)),
        actor,
        units: units.into_values().collect(),
        year: calendar::year_judged(day),
        home,
        demo: state.demo,
    }
}

/// The shortest password (NIST SP 800-63B, 3.1.1.2: length counts, composition rules do not).
const PASSWORD_MIN: usize = 8;

/// An account could not be added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    #[error("không có vai trò {0:?}")]
    Role(String),
    #[error("không tìm thấy đơn vị {0:?}; hãy ghi mã xã, hoặc MÃ_XÃ/TÊN BẢN")]
    Unit(String),
    #[error("mật khẩu cần ít nhất {PASSWORD_MIN} ký tự")]
    Short,
    #[error("tên đăng nhập {0:?} đã có người dùng")]
    Taken(String),
    #[error("không băm được mật khẩu")]
    Password,
    #[error(transparent)]
    Db(#[from] db::DbError),
}

/// Adds a person who can sign in.
pub async fn add(
    db: &Db,
    username: &str,
    name: &str,
    role: &str,
    units: &[String],
    password: String,
) -> Result<(), AddError> {
    let now = crate::clock::now();
    let day = calendar::day(now);
    let role = Role::parse(role).ok_or_else(|| AddError::Role(role.to_owned()))?;
    if password.chars().count() < PASSWORD_MIN {
        return Err(AddError::Short);
    }
    let tree = super::units::Units::load(db).await?.tree();
    let units: Vec<UnitId> = units
        .iter()
        .map(|unit| named(&tree, unit, day).ok_or_else(|| AddError::Unit(unit.clone())))
        .collect::<Result<_, _>>()?;
    let password_hash = passwords::hash(password).await.ok_or(AddError::Password)?;
    let mut tx = db.write().await?;
    if users::by_username(&mut tx, username).await?.is_some() {
        return Err(AddError::Taken(username.to_owned()));
    }
    let user = User {
        id: shared::ids::UserId::from_uuid(uuid::Uuid::now_v7()),
        username: Some(username.to_owned()),
        name: shared::text::tidy(name),
        role,
        password_hash: Some(password_hash),
        disabled: false,
        units,
    };
    users::put(&mut tx, &[user], now).await?;
    tx.commit().await.map_err(db::DbError::from)?;
    Ok(())
}

/// A unit by what is typed for it: a commune's code, of today or of before July 2025, with a village's name after it.
fn named(tree: &OrgTree, typed: &str, day: NaiveDate) -> Option<UnitId> {
    let (code, village) = match typed.split_once('/') {
        Some((code, village)) => (code, Some(village)),
        None => (typed, None),
    };
    let code = shared::org_unit::UnitCode::new(code.trim());
    let communes = super::units::communes_by_code(tree, &code, day);
    let commune = communes.first()?;
    let Some(village) = village else {
        return Some(commune.id);
    };
    let wanted = shared::text::fold(village);
    let villages = tree.villages_under(commune.id, day);
    let found = villages
        .iter()
        .find(|it| shared::text::fold(it.name(day)) == wanted);
    found.map(|it| it.id)
}
