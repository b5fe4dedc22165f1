//! The `users` and `user_units` tables.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use shared::access::Role;
use shared::api::Known;
use shared::ids::{UnitId, UserId};
use shared::text;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{ROWS, Result, from_columns, millis, params, parsed, parts, rows_of, unreadable};

/// A person, with the units they answer for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub username: Option<String>,
    pub name: String,
    pub role: Role,
    pub password_hash: Option<String>,
    pub disabled: bool,
    pub units: Vec<UnitId>,
}

pub(super) struct Row {
    id: String,
    username: Option<String>,
    name: String,
    role: String,
    password_hash: Option<String>,
    disabled: i64,
}

from_columns!(Row {
    id,
    username,
    name,
    role,
    password_hash,
    disabled
});

impl Row {
    /// The person with their units.
    pub(super) fn with(self, units: Vec<UnitId>) -> Result<User> {
        Ok(User {
            id: parsed("users", "id", &self.id)?,
            username: self.username,
            name: self.name,
            role: Role::parse(&self.role).ok_or_else(|| unreadable("users", "role", &self.role))?,
            password_hash: self.password_hash,
            disabled: self.disabled != 0,
            units,
        })
    }
}

const COLUMNS: &str = "id, username, name, role, password_hash, disabled";

async fn with_units(conn: &mut AnyConnection, row: Option<Row>) -> Result<Option<User>> {
    let Some(row) = row else { return Ok(None) };
    let units: Vec<(String,)> =
        sqlx::query_as("SELECT unit_id FROM user_units WHERE user_id = $1 ORDER BY unit_id")
            .bind(&row.id)
            .fetch_all(conn)
            .await?;
    let units = units
        .iter()
        .map(|(unit,)| parsed("user_units", "unit_id", unit))
        .collect::<Result<_>>()?;
    Ok(Some(row.with(units)?))
}

pub async fn by_id(conn: &mut AnyConnection, id: UserId) -> Result<Option<User>> {
    let row = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM users WHERE id = $1"
    )))
    .bind(id.to_string())
    .fetch_optional(&mut *conn)
    .await?;
    with_units(conn, row).await
}

/// A user name as it is kept. What cannot be seen is no part of it, and PostgreSQL takes no NUL.
pub fn kept(username: &str) -> String {
    text::tidy(username).to_lowercase()
}

/// By what is typed at sign-in; case and spaces around do not matter.
pub async fn by_username(conn: &mut AnyConnection, username: &str) -> Result<Option<User>> {
    let row = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM users WHERE username = $1"
    )))
    .bind(kept(username))
    .fetch_optional(&mut *conn)
    .await?;
    with_units(conn, row).await
}

/// Adds people, or changes those who are there.
pub async fn put(conn: &mut AnyConnection, users: &[User], now: DateTime<Utc>) -> Result<()> {
    for users in parts(users) {
        let sql = format!(
            "INSERT INTO users ({COLUMNS}, created_at) VALUES {} ON CONFLICT (id) DO UPDATE SET \
             username = excluded.username, name = excluded.name, role = excluded.role, \
             password_hash = excluded.password_hash, disabled = excluded.disabled",
            rows_of(conn, users.len(), 7)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for user in users {
            query = query
                .bind(user.id.to_string())
                .bind(user.username.as_deref().map(kept))
                .bind(user.name.clone())
                .bind(user.role.as_str())
                .bind(user.password_hash.clone())
                .bind(i64::from(user.disabled))
                .bind(millis(now));
        }
        query.execute(&mut *conn).await?;
    }
    let pairs: Vec<(UserId, UnitId)> = users
        .iter()
        .flat_map(|user| user.units.iter().map(|unit| (user.id, *unit)))
        .collect();
    for user in users {
        sqlx::query("DELETE FROM user_units WHERE user_id = $1")
            .bind(user.id.to_string())
            .execute(&mut *conn)
            .await?;
    }
    for pairs in parts(&pairs) {
        let sql = format!(
            "INSERT INTO user_units (user_id, unit_id) VALUES {}",
            rows_of(conn, pairs.len(), 2)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (user, unit) in pairs {
            query = query.bind(user.to_string()).bind(unit.to_string());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// Everybody who can sign in or could, in the order of their user names.
pub async fn all(conn: &mut AnyConnection) -> Result<Vec<User>> {
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM users WHERE username IS NOT NULL ORDER BY username"
    )))
    .fetch_all(&mut *conn)
    .await?;
    let pairs: Vec<(String, String)> =
        sqlx::query_as("SELECT user_id, unit_id FROM user_units ORDER BY unit_id")
            .fetch_all(conn)
            .await?;
    let mut units: BTreeMap<String, Vec<UnitId>> = BTreeMap::new();
    for (user, unit) in pairs {
        let unit = parsed("user_units", "unit_id", &unit)?;
        units.entry(user).or_default().push(unit);
    }
    let with_units = |row: Row| {
        let units = units.remove(&row.id).unwrap_or_default();
        row.with(units)
    };
    rows.into_iter().map(with_units).collect()
}

/// Gives somebody another password. A temporary one was made by somebody else.
pub async fn set_password(
    conn: &mut AnyConnection,
    id: UserId,
    hash: &str,
    temporary: bool,
) -> Result<()> {
    sqlx::query("UPDATE users SET password_hash = $2, temporary = $3 WHERE id = $1")
        .bind(id.to_string())
        .bind(hash)
        .bind(i64::from(temporary))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether somebody else made a person's password.
pub async fn is_temporary(conn: &mut AnyConnection, id: UserId) -> Result<bool> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT temporary FROM users WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some_and(|(temporary,)| temporary != 0))
}

pub async fn set_disabled(conn: &mut AnyConnection, id: UserId, disabled: bool) -> Result<()> {
    sqlx::query("UPDATE users SET disabled = $2 WHERE id = $1")
        .bind(id.to_string())
        .bind(i64::from(disabled))
        .execute(conn)
        .await?;
    Ok(())
}

/// The names of people, for histories.
pub async fn names(conn: &mut AnyConnection, ids: &[UserId]) -> Result<BTreeMap<UserId, String>> {
    let mut names = BTreeMap::new();
    for ids in ids.chunks(ROWS) {
        let sql = format!(
            "SELECT id, name FROM users WHERE id IN ({})",
            params(0, ids.len())
        );
        let mut query = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(sql));
        for id in ids {
            query = query.bind(id.to_string());
        }
        for (id, name) in query.fetch_all(&mut *conn).await? {
            names.insert(parsed("users", "id", &id)?, name);
        }
    }
    Ok(names)
}

/// People by name and user name.
pub async fn known(conn: &mut AnyConnection, ids: &[UserId]) -> Result<BTreeMap<UserId, Known>> {
    let mut known = BTreeMap::new();
    for ids in ids.chunks(ROWS) {
        let sql = format!(
            "SELECT id, name, username FROM users WHERE id IN ({})",
            params(0, ids.len())
        );
        let mut query = sqlx::query_as::<_, (String, String, Option<String>)>(AssertSqlSafe(sql));
        for id in ids {
            query = query.bind(id.to_string());
        }
        for (id, name, username) in query.fetch_all(&mut *conn).await? {
            let username = username.unwrap_or_default();
            known.insert(parsed("users", "id", &id)?, Known { name, username });
        }
    }
    Ok(known)
}

/// The units that people answer for.
pub async fn units_of(
    conn: &mut AnyConnection,
    ids: &[UserId],
) -> Result<BTreeMap<UserId, Vec<UnitId>>> {
    let mut units: BTreeMap<UserId, Vec<UnitId>> = BTreeMap::new();
    for ids in ids.chunks(ROWS) {
        let sql = format!(
            "SELECT user_id, unit_id FROM user_units WHERE user_id IN ({}) ORDER BY unit_id",
            params(0, ids.len())
        );
        let mut query = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(sql));
        for id in ids {
            query = query.bind(id.to_string());
        }
        for (user, unit) in query.fetch_all(&mut *conn).await? {
            let user = parsed("user_units", "user_id", &user)?;
            let unit = parsed("user_units", "unit_id", &unit)?;
            units.entry(user).or_default().push(unit);
        }
    }
    Ok(units)
}

/// The people who answer for some units.
pub async fn of_units(
    conn: &mut AnyConnection,
    units: &[UnitId],
) -> Result<BTreeMap<UserId, String>> {
    let mut people = BTreeMap::new();
    for units in units.chunks(ROWS) {
        let sql = format!(
            "SELECT DISTINCT u.id, u.name FROM users u JOIN user_units n ON n.user_id = u.id WHERE n.unit_id IN ({})",
            params(0, units.len())
        );
        let mut query = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(sql));
        for unit in units {
            query = query.bind(unit.to_string());
        }
        for (id, name) in query.fetch_all(&mut *conn).await? {
            people.insert(parsed("users", "id", &id)?, name);
        }
    }
    Ok(people)
}

/// Whether somebody answers for a unit itself.
pub async fn any_of_unit(conn: &mut AnyConnection, unit: UnitId) -> Result<bool> {
    let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM user_units WHERE unit_id = $1")
        .bind(unit.to_string())
        .fetch_one(conn)
        .await?;
    Ok(count > 0)
}

/// Whether anybody can sign in.
pub async fn any(conn: &mut AnyConnection) -> Result<bool> {
    let (count,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM users WHERE password_hash IS NOT NULL")
            .fetch_one(conn)
            .await?;
    Ok(count > 0)
}
