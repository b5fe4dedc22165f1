//! The people who sign in, as an office keeps them: added, given another password, shut out, let in again.

use std::collections::BTreeSet;

use app::words;
use chrono::{DateTime, NaiveDate, Utc};
use shared::access::{Role, Scope};
use shared::calendar;
use shared::event::EventKind;
use shared::ids::UserId;
use shared::org_unit::{Named, OrgTree, OrgUnit, UnitKind};
use shared::text;

use super::events::Event;
use super::passwords::{self, Weakness};
use super::units::{Units, told};
use crate::clock;
use crate::db::sessions::Session;
use crate::db::users::User;
use crate::db::{self, AnyConnection, Db, known_devices, sessions, users};
use crate::network::Address;

/// Names told when none fits.
const TOLD: usize = 5;

/// What was asked could not be done; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    #[error(
        "tên đăng nhập {0:?} không dùng được: cần 2 đến 100 chữ cái, chữ số, dấu chấm, gạch dưới hoặc gạch ngang"
    )]
    Username(String),
    #[error("chưa có họ tên")]
    Nameless,
    #[error("không có vai trò {0:?}. Các vai trò: {roles}", roles = roles())]
    Role(String),
    #[error("chưa có đơn vị; hãy thêm --unit và mã hoặc tên đơn vị")]
    Unitless,
    #[error("không có đơn vị {typed:?}{}", nearly(.near))]
    NoUnit { typed: String, near: Vec<String> },
    #[error("có {count} đơn vị tên {typed:?}: {}. Hãy ghi mã, hoặc ghi MÃ_XÃ/TÊN BẢN", .those.join("; "))]
    ManyUnits {
        typed: String,
        count: usize,
        those: Vec<String>,
    },
    #[error("vai trò {role} làm việc ở xã trở lên, còn {unit} là một bản")]
    Village { role: String, unit: String },
    #[error(
        "{unit} chưa có bản nào nên {role} chưa làm việc được; hãy nhập danh sách hộ của xã trước"
    )]
    NoVillages { role: String, unit: String },
    #[error(transparent)]
    Weak(#[from] Weakness),
    #[error("tên đăng nhập {0:?} đã có người dùng")]
    Taken(String),
    #[error("không có tài khoản {username:?}{}", nearly(.near))]
    Unknown { username: String, near: Vec<String> },
    #[error(
        "tài khoản này không có phiên nào bắt đầu bằng {0:?}; hãy xem lại: banhoc user sessions TÊN"
    )]
    NoSession(String),
    #[error("không băm được mật khẩu")]
    Password,
    #[error(transparent)]
    Db(#[from] db::DbError),
}

fn nearly(near: &[String]) -> String {
    match near {
        [] => String::new(),
        near => format!("; gần giống: {}", near.join("; ")),
    }
}

/// All roles, by the names that people and programs give them.
fn roles() -> String {
    let role = |role: Role| format!("{} ({})", words::role(role), role.as_str());
    Role::ALL.map(role).join(", ")
}

type Result<T> = std::result::Result<T, PeopleError>;

/// Somebody to be added, in the words of whoever adds them.
#[derive(Clone, Debug)]
pub struct NewPerson {
    pub username: String,
    pub name: String,
    pub role: String,
    pub units: Vec<String>,
    pub password: String,
}

/// Somebody as they will be kept, without a password, and their units by name.
async fn read(db: &Db, new: &NewPerson, day: NaiveDate) -> Result<(User, Vec<String>)> {
    let username = username(&new.username)?;
    let name = text::normalise_name(&new.name);
    if name.is_empty() {
        return Err(PeopleError::Nameless);
    }
    let role = role(&new.role)?;
    let tree = Units::load(db).await?.tree();
    let units = units(&tree, role, &new.units, day)?;
    if users::by_username(&mut *db.read().await?, &username)
        .await?
        .is_some()
    {
        return Err(PeopleError::Taken(username));
    }
    let user = User {
        id: UserId::from_uuid(uuid::Uuid::now_v7()),
        username: Some(username),
        name,
        role,
        password_hash: None,
        disabled: false,
        units: units.iter().map(|unit| unit.id).collect(),
    };
    Ok((
        user,
        units.iter().map(|unit| told(&tree, unit, day)).collect(),
    ))
}

/// Whether somebody could be added, whatever their password.
pub async fn look(db: &Db, new: &NewPerson) -> Result<()> {
    read(db, new, clock::today()).await.map(drop)
}

/// Adds a person who can sign in. Returns the units that were meant.
pub async fn add(db: &Db, new: NewPerson) -> Result<Vec<String>> {
    let now = clock::now();
    let (mut user, units) = read(db, &new, calendar::day(now)).await?;
    let username = user.username.clone().unwrap_or_default();
    passwords::check(&new.password, &username, &user.name)?;
    let hash = passwords::hash(new.password).await;
    user.password_hash = Some(hash.ok_or(PeopleError::Password)?);
    let mut tx = db.write().await?;
    if users::by_username(&mut tx, &username).await?.is_some() {
        return Err(PeopleError::Taken(username));
    }
    users::put(&mut tx, std::slice::from_ref(&user), now).await?;
    done(&mut tx, EventKind::PersonAdded, user.id).await?;
    tx.commit().await.map_err(db::DbError::from)?;
    Ok(units)
}

/// Whether a role is of some units. One that is not known is told by what comes after.
pub fn needs_unit(typed: &str) -> bool {
    role(typed).is_ok_and(|role| role != Role::Admin)
}

/// Whether there is such a user name.
pub async fn look_for(db: &Db, username: &str) -> Result<()> {
    known(&mut *db.read().await?, username).await.map(drop)
}

/// A user name as it is kept and looked for.
fn username(typed: &str) -> Result<String> {
    let username = text::tidy(typed).to_lowercase();
    let is_fit = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
    match (2..=100).contains(&username.chars().count()) && username.chars().all(is_fit) {
        true => Ok(username),
        false => Err(PeopleError::Username(typed.to_owned())),
    }
}

/// A role by its name in the program or on the screens, with or without marks.
fn role(typed: &str) -> Result<Role> {
    let wanted = text::fold(typed);
    let is_wanted = |role: &Role| {
        text::fold(&words::role(*role)) == wanted || text::fold(role.as_str()) == wanted
    };
    let found = Role::ALL.into_iter().find(is_wanted);
    found.ok_or_else(|| PeopleError::Role(typed.to_owned()))
}

/// The units that somebody of a role is given.
fn units<'a>(
    tree: &'a OrgTree,
    role: Role,
    typed: &[String],
    day: NaiveDate,
) -> Result<Vec<&'a OrgUnit>> {
    let mut found: Vec<&OrgUnit> = Vec::new();
    let several = typed.iter().flat_map(|typed| typed.split([',', ';']));
    for typed in several.map(str::trim).filter(|typed| !typed.is_empty()) {
        let unit = unit(tree, typed, day)?;
        fits(tree, role, unit, day)?;
        if !found.contains(&unit) {
            found.push(unit);
        }
    }
    // An administrator's scope is everything, wherever they sit.
    match found.is_empty() && role != Role::Admin {
        true => Err(PeopleError::Unitless),
        false => Ok(found),
    }
}

/// The unit that was typed, or what comes near.
pub fn unit<'a>(tree: &'a OrgTree, typed: &str, day: NaiveDate) -> Result<&'a OrgUnit> {
    let tell = |units: Vec<&OrgUnit>| units.iter().map(|unit| told(tree, unit, day)).collect();
    match tree.named(typed, day) {
        Named::One(unit) => Ok(unit),
        Named::Several(those, count) => Err(PeopleError::ManyUnits {
            typed: typed.to_owned(),
            count,
            those: tell(those),
        }),
        Named::None(near) => Err(PeopleError::NoUnit {
            typed: typed.to_owned(),
            near: tell(near),
        }),
    }
}

/// Whether somebody of a role has anything to do in a unit: an account that can see nothing is a mistake.
fn fits(tree: &OrgTree, role: Role, unit: &OrgUnit, day: NaiveDate) -> Result<()> {
    let has_something = match Scope::of(role, &[unit.id], tree, day) {
        Scope::All => true,
        Scope::Communes(communes) => !communes.is_empty(),
        Scope::Villages(villages) => !villages.is_empty(),
        Scope::Area { own, communes } => !own.is_empty() || !communes.is_empty(),
    };
    if has_something {
        return Ok(());
    }
    let (role, is_village) = (words::role(role), unit.kind == UnitKind::Village);
    let unit = told(tree, unit, day);
    Err(match is_village {
        true => PeopleError::Village { role, unit },
        false => PeopleError::NoVillages { role, unit },
    })
}

/// Somebody in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub user: User,
    /// Their units, by name.
    pub units: Vec<String>,
    /// Browsers they are signed in with.
    pub sessions: u64,
    pub seen_at: Option<DateTime<Utc>>,
}

/// Everybody, or those whose name, user name or unit has these words.
pub async fn list(db: &Db, search: &str) -> Result<Vec<Listed>> {
    let now = clock::now();
    let day = calendar::day(now);
    let tree = Units::load(db).await?.tree();
    let mut conn = db.read().await?;
    let used = sessions::used(&mut conn, now).await?;
    let listed = users::all(&mut conn).await?.into_iter().map(|user| {
        let names = user.units.iter().flat_map(|unit| tree.today(*unit, day));
        let (sessions, seen_at) = used
            .get(&user.id)
            .map_or((0, None), |(count, seen)| (*count, Some(*seen)));
        Listed {
            units: names.map(|unit| told(&tree, unit, day)).collect(),
            user,
            sessions,
            seen_at,
        }
    });
    let has_words = |it: &Listed| {
        let username = it.user.username.as_deref().unwrap_or_default();
        let all = [username, &it.user.name, &it.units.join(" ")].join(" ");
        text::matches(&text::fold(&all), search)
    };
    Ok(listed.filter(has_words).collect())
}

/// Gives somebody another password and ends their sessions; `temporary` when they are to choose one of their own. Returns
/// how many sessions ended.
pub async fn set_password(
    db: &Db,
    username: &str,
    password: String,
    temporary: bool,
) -> Result<u64> {
    let user = known(&mut *db.read().await?, username).await?;
    passwords::check(
        &password,
        user.username.as_deref().unwrap_or_default(),
        &user.name,
    )?;
    let hash = passwords::hash(password)
        .await
        .ok_or(PeopleError::Password)?;
    let mut tx = db.write().await?;
    users::set_password(&mut tx, user.id, &hash, temporary).await?;
    let ended = sessions::delete_of(&mut tx, user.id).await?;
    known_devices::delete_of(&mut tx, user.id, None).await?;
    done(&mut tx, EventKind::PasswordSet, user.id).await?;
    tx.commit().await.map_err(db::DbError::from)?;
    Ok(ended)
}

/// Gives somebody a password that is made up here, to be read out to them once. They are asked for one of their own.
pub async fn reset(db: &Db, username: &str) -> Result<String> {
    let password = passwords::made_up().ok_or(PeopleError::Password)?;
    set_password(db, username, password.clone(), true).await?;
    Ok(password)
}

/// Shuts somebody out, or lets them in again. Whoever is shut out is signed out everywhere.
pub async fn set_disabled(db: &Db, username: &str, disabled: bool) -> Result<User> {
    let mut tx = db.write().await?;
    let user = known(&mut tx, username).await?;
    users::set_disabled(&mut tx, user.id, disabled).await?;
    let kind = match disabled {
        true => EventKind::PersonDisabled,
        false => EventKind::PersonEnabled,
    };
    if disabled {
        sessions::delete_of(&mut tx, user.id).await?;
    }
    done(&mut tx, kind, user.id).await?;
    tx.commit().await.map_err(db::DbError::from)?;
    Ok(user)
}

/// The browsers somebody is signed in with.
pub async fn sessions_of(db: &Db, username: &str) -> Result<Vec<Session>> {
    let mut conn = db.read().await?;
    let user = known(&mut conn, username).await?;
    Ok(sessions::of_user(&mut conn, user.id, clock::now()).await?)
}

/// Signs somebody out everywhere, or in the one browser whose session begins with these figures. Returns how many that were.
pub async fn end_sessions(db: &Db, username: &str, only: Option<&str>) -> Result<u64> {
    let mut tx = db.write().await?;
    let user = known(&mut tx, username).await?;
    let ended = match only {
        None => sessions::delete_of(&mut tx, user.id).await?,
        Some(only) => {
            let all = sessions::of_user(&mut tx, user.id, clock::now()).await?;
            let those: Vec<&Session> = all
                .iter()
                .filter(|session| !only.is_empty() && session.token_hash.starts_with(only))
                .collect();
            let [one] = those.as_slice() else {
                return Err(PeopleError::NoSession(only.to_owned()));
            };
            sessions::delete(&mut tx, &one.token_hash).await?;
            1
        }
    };
    if ended > 0 {
        done(&mut tx, EventKind::SessionsEnded, user.id).await?;
    }
    tx.commit().await.map_err(db::DbError::from)?;
    Ok(ended)
}

/// Records what was done to an account on the server's own terminal.
async fn done(conn: &mut AnyConnection, kind: EventKind, of: UserId) -> db::Result<()> {
    let event = Event::new(kind, clock::now(), Address::default()).of(of);
    db::events::insert(conn, &[event]).await
}

/// The person of a user name; else who was perhaps meant.
async fn known(conn: &mut AnyConnection, username: &str) -> Result<User> {
    if let Some(user) = users::by_username(conn, username).await? {
        return Ok(user);
    }
    let wanted = text::fold(username);
    let mut near = BTreeSet::new();
    for user in users::all(conn).await? {
        let name = user.username.unwrap_or_default();
        let far = text::distance(&wanted, &text::fold(&name));
        if far <= 2 || text::matches(&text::fold(&user.name), username) {
            near.insert((far, name));
        }
    }
    Err(PeopleError::Unknown {
        username: username.to_owned(),
        near: near.into_iter().take(TOLD).map(|(_, name)| name).collect(),
    })
}
