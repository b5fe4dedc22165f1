//! People: signing in and out, and what a signed-in person may see.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};
use shared::access::{Actor, Scope};
use shared::api::Session;
use shared::calendar;
use shared::event::EventKind;
use shared::ids::{UnitId, UserId};
use shared::org_unit::{OrgTree, OrgUnit, UnitKind};
use shared::problem::ProblemKind;

use super::events::{self, Event};
use super::passwords::{self, Weakness};
use super::throttle::{Admission, Taken, Visitor};
use crate::auth::{self, Caller};
use crate::clock;
use crate::db::sessions::{Found, Session as BrowserSession};
use crate::db::users::User;
use crate::db::{self, AnyConnection, Db, known_devices, sessions, users};
use crate::error::{ApiError, wait};
use crate::state::AppState;

/// How long a browser stays signed in without being used: an officer may be away for a season.
const IDLE: TimeDelta = TimeDelta::days(90);
/// How long it stays signed in at all. A phone that was lost and goes on being used is not signed in for ever.
pub const LIFE: TimeDelta = TimeDelta::days(180);
/// Browsers one person may be signed in with; the one not used for longest goes.
const BROWSERS: i64 = 20;
/// How often a used session is written down again.
const TOUCH: TimeDelta = TimeDelta::hours(12);

/// A token for a cookie. Only its hash is kept.
#[derive(Debug)]
pub struct Token(pub String);

fn hash(token: &str) -> String {
    let hash = Sha256::digest(token.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Somebody who came in.
#[derive(Debug)]
pub struct Entered {
    pub user: User,
    pub session: Token,
    /// What their browser is known by from now on.
    pub device: Token,
    /// Whether somebody else made their password.
    pub temporary: bool,
}

/// Signs a person in.
pub async fn sign_in(
    state: &AppState,
    username: &str,
    password: &str,
    caller: &Caller,
    now: DateTime<Utc>,
) -> Result<Entered, ApiError> {
    // PostgreSQL takes no NUL, and nobody's name has a sign that cannot be seen.
    let is_typed = !username.chars().any(char::is_control);
    if !is_typed || username.chars().count() > 100 || password.chars().count() > passwords::MAX {
        return Err(ProblemKind::WrongPassword.into());
    }
    let mut conn = state.db.read().await?;
    let found = users::by_username(&mut conn, username).await?;
    let known = found.as_ref().map(|user| user.id);
    let user = found.filter(|user| !user.disabled && user.password_hash.is_some());
    let device = match (&user, caller.device.as_deref().map(hash)) {
        (Some(user), Some(device)) => {
            let is_known = known_devices::is_known(&mut conn, user.id, &device).await?;
            Some(device).filter(|_| is_known)
        }
        _ => None,
    };
    drop(conn);
    let visitor = Visitor {
        name: users::kept(username),
        address: caller.address,
        device,
    };
    let taken = match state.throttle.attempt(&visitor, user.is_some(), now) {
        Admission::Heard(taken) => Some(taken),
        Admission::Unheard => None,
        Admission::Wait(seconds) => return Err(wait(seconds)),
    };
    let is_right = match taken {
        Some(_) => {
            let kept = user.as_ref().and_then(|user| user.password_hash.clone());
            passwords::verify(password.to_owned(), kept).await
        }
        None => {
            passwords::pretend().await;
            false
        }
    };
    let taken = taken.unwrap_or_default();
    let Some(user) = user.filter(|_| is_right) else {
        failed(state, known, caller, &taken, now);
        return Err(ProblemKind::WrongPassword.into());
    };
    state.throttle.forgive(&taken);
    let mut tx = state.db.write().await?;
    sessions::delete_expired(&mut tx, now).await?;
    let session = begin_session(&mut tx, user.id, caller, now).await?;
    let device = know_device(&mut tx, user.id, caller, now).await?;
    let temporary = users::is_temporary(&mut tx, user.id).await?;
    let signed_in = Event::new(EventKind::SignedIn, now, caller.address).by(user.id);
    db::events::insert(&mut tx, &[signed_in]).await?;
    tx.commit().await.map_err(db::DbError::from)?;
    Ok(Entered {
        user,
        session,
        device,
        temporary,
    })
}

/// Records that a password was wrong, and that it was so too often.
fn failed(
    state: &AppState,
    known: Option<UserId>,
    caller: &Caller,
    taken: &Taken,
    now: DateTime<Utc>,
) {
    let event = |kind| Event {
        of: known,
        ..Event::new(kind, now, caller.address)
    };
    events::record(state, event(EventKind::SignInFailed));
    if taken.was_last && known.is_some() {
        events::record(state, event(EventKind::AccountSlowed));
    }
}

/// Remembers that a person has signed in from this browser. A token that this server did not make is replaced: somebody may
/// have put their own there.
async fn know_device(
    conn: &mut AnyConnection,
    user: UserId,
    caller: &Caller,
    now: DateTime<Utc>,
) -> Result<Token, ApiError> {
    let token = match &caller.device {
        Some(token) if known_devices::is_ours(conn, &hash(token)).await? => Token(token.clone()),
        _ => new_token()?,
    };
    known_devices::put(conn, user, &hash(&token.0), now, BROWSERS).await?;
    Ok(token)
}

fn new_token() -> Result<Token, ApiError> {
    let mut bytes = [0_u8; 32];
    OsRng.try_fill_bytes(&mut bytes).map_err(|error| {
        tracing::error!(%error, "no randomness");
        ApiError::from(ProblemKind::Unavailable)
    })?;
    Ok(Token(
        bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    ))
}

/// A new session of a person.
async fn begin_session(
    conn: &mut AnyConnection,
    user: UserId,
    caller: &Caller,
    now: DateTime<Utc>,
) -> Result<Token, ApiError> {
    let token = new_token()?;
    let session = BrowserSession {
        token_hash: hash(&token.0),
        created_at: now,
        seen_at: now,
        expires_at: now + IDLE,
        browser: caller.browser.clone(),
    };
    sessions::insert(conn, user, &session).await?;
    sessions::keep_newest(conn, user, BROWSERS).await?;
    Ok(token)
}

/// Gives somebody the password they have chosen. All their sessions end, and so do the marks that their phones seal with;
/// this browser goes on with a new session.
pub async fn change_password(
    state: &AppState,
    user: &User,
    current: String,
    new: String,
    caller: &Caller,
) -> Result<Token, PasswordError> {
    let now = clock::now();
    let username = user.username.clone().unwrap_or_default();
    if current.chars().count() > passwords::MAX {
        return Err(PasswordError::Wrong);
    }
    let visitor = Visitor {
        name: username.clone(),
        address: caller.address,
        // Whoever found this browser open knows no password, so it is not believed here.
        device: None,
    };
    let taken = match state.throttle.attempt(&visitor, true, now) {
        Admission::Heard(taken) => taken,
        Admission::Wait(seconds) => return Err(PasswordError::Wait(seconds)),
        Admission::Unheard => return Err(PasswordError::Wrong),
    };
    if !passwords::verify(current.clone(), user.password_hash.clone()).await {
        failed(state, Some(user.id), caller, &taken, now);
        return Err(PasswordError::Wrong);
    }
    state.throttle.forgive(&taken);
    if new == current {
        return Err(PasswordError::Same);
    }
    passwords::check(&new, &username, &user.name).map_err(PasswordError::Weak)?;
    let kept = passwords::hash(new).await;
    let kept = kept.ok_or_else(|| ApiError::from(ProblemKind::Unavailable))?;
    let mut tx = state.db.write().await?;
    users::set_password(&mut tx, user.id, &kept, false).await?;
    sessions::delete_of(&mut tx, user.id).await?;
    let device = caller.device.as_deref().map(hash);
    known_devices::delete_of(&mut tx, user.id, device.as_deref()).await?;
    let token = begin_session(&mut tx, user.id, caller, now).await?;
    let changed = Event::new(EventKind::PasswordChanged, now, caller.address).by(user.id);
    db::events::insert(&mut tx, &[changed]).await?;
    tx.commit().await.map_err(db::DbError::from)?;
    Ok(token)
}

/// Why somebody keeps the password they have.
#[derive(Debug)]
pub enum PasswordError {
    /// Theirs is another one.
    Wrong,
    /// So many seconds.
    Wait(u64),
    Same,
    Weak(Weakness),
    Failed(ApiError),
}

impl<E: Into<ApiError>> From<E> for PasswordError {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

pub async fn sign_out(db: &Db, token: &str, caller: &Caller) -> db::Result<()> {
    let (hash, now) = (hash(token), clock::now());
    let mut tx = db.write().await?;
    if let Some(found) = sessions::find(&mut tx, &hash, now).await? {
        sessions::delete(&mut tx, &hash).await?;
        let signed_out = Event::new(EventKind::SignedOut, now, caller.address);
        db::events::insert(&mut tx, &[signed_out.by(found.user.id)]).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Forgets browsers that nobody has signed in from for so long that they have forgotten it themselves.
pub async fn sweep(db: &Db) -> db::Result<()> {
    let mut tx = db.write().await?;
    known_devices::delete_before(&mut tx, clock::now() - auth::DEVICE_LIFE).await?;
    tx.commit().await?;
    Ok(())
}

/// The person behind a cookie.
pub async fn by_token(db: &Db, token: &str, now: DateTime<Utc>) -> db::Result<Option<Found>> {
    let hash = hash(token);
    let found = sessions::find(&mut *db.read().await?, &hash, now).await?;
    let last = |found: &Found| found.created_at + LIFE;
    let Some(found) = found.filter(|found| !found.user.disabled && now < last(found)) else {
        return Ok(None);
    };
    if now - found.seen_at > TOUCH {
        let until = (now + IDLE).min(last(&found));
        let mut tx = db.write().await?;
        sessions::touch(&mut tx, &hash, now, until).await?;
        tx.commit().await?;
    }
    Ok(Some(found))
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
        Scope::Area { own, communes } => own.union(communes).copied().collect(),
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
