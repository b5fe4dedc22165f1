//! The `sessions` table.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use shared::ids::UserId;
use sqlx::AnyConnection;

use super::users::{self, User};
use super::{Result, from_columns, millis, moment, parsed};

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub token_hash: String,
    pub created_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// What the browser is, in two words.
    pub browser: Option<String>,
}

pub async fn insert(conn: &mut AnyConnection, user: UserId, session: &Session) -> Result<()> {
    sqlx::query(
        "INSERT INTO sessions (token_hash, user_id, created_at, seen_at, expires_at, browser) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(session.token_hash.clone())
    .bind(user.to_string())
    .bind(millis(session.created_at))
    .bind(millis(session.seen_at))
    .bind(millis(session.expires_at))
    .bind(session.browser.clone())
    .execute(conn)
    .await?;
    Ok(())
}

/// A session, whose it is, and whether somebody else made their password.
#[derive(Clone, Debug)]
pub struct Found {
    pub created_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub user: User,
    pub temporary: bool,
}

struct Row {
    created_at: i64,
    seen_at: i64,
    temporary: i64,
    user: users::Row,
    unit_id: Option<String>,
}

from_columns!(Row { created_at, seen_at, temporary, unit_id } and user);

/// The session of a token and whose it is, unless it has expired. One statement, because every request begins with it.
pub async fn find(
    conn: &mut AnyConnection,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Found>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT s.created_at, s.seen_at, u.temporary, u.id, u.username, u.name, u.role, u.password_hash, u.disabled, \
         of.unit_id FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN user_units of ON of.user_id = u.id \
         WHERE s.token_hash = $1 AND s.expires_at > $2 ORDER BY of.unit_id",
    )
    .bind(token_hash)
    .bind(millis(now))
    .fetch_all(conn)
    .await?;
    let mut first = None;
    let mut units = Vec::new();
    for mut row in rows {
        if let Some(unit) = row.unit_id.take() {
            units.push(parsed("user_units", "unit_id", &unit)?);
        }
        first.get_or_insert(row);
    }
    let Some(row) = first else { return Ok(None) };
    Ok(Some(Found {
        created_at: moment(row.created_at),
        seen_at: moment(row.seen_at),
        user: row.user.with(units)?,
        temporary: row.temporary != 0,
    }))
}

struct SessionRow {
    token_hash: String,
    created_at: i64,
    seen_at: i64,
    expires_at: i64,
    browser: Option<String>,
}

from_columns!(SessionRow {
    token_hash,
    created_at,
    seen_at,
    expires_at,
    browser
});

/// The browsers somebody is signed in with, the one used last first.
pub async fn of_user(
    conn: &mut AnyConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<Session>> {
    let rows: Vec<SessionRow> = sqlx::query_as(
        "SELECT token_hash, created_at, seen_at, expires_at, browser FROM sessions \
         WHERE user_id = $1 AND expires_at > $2 ORDER BY seen_at DESC, token_hash",
    )
    .bind(user.to_string())
    .bind(millis(now))
    .fetch_all(conn)
    .await?;
    let session = |row: SessionRow| Session {
        token_hash: row.token_hash,
        created_at: moment(row.created_at),
        seen_at: moment(row.seen_at),
        expires_at: moment(row.expires_at),
        browser: row.browser,
    };
    Ok(rows.into_iter().map(session).collect())
}

/// How many browsers each person is signed in with, and when one of them was last used.
pub async fn used(
    conn: &mut AnyConnection,
    now: DateTime<Utc>,
) -> Result<BTreeMap<UserId, (u64, DateTime<Utc>)>> {
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT user_id, count(*), max(seen_at) FROM sessions WHERE expires_at > $1 GROUP BY user_id",
    )
    .bind(millis(now))
    .fetch_all(conn)
    .await?;
    let used = |(user, count, seen): (String, i64, i64)| {
        let count = u64::try_from(count).unwrap_or(0);
        Ok((parsed("sessions", "user_id", &user)?, (count, moment(seen))))
    };
    rows.into_iter().map(used).collect()
}

/// The session was used: it lives on.
pub async fn touch(
    conn: &mut AnyConnection,
    token_hash: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query("UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE token_hash = $1")
        .bind(token_hash)
        .bind(millis(now))
        .bind(millis(expires_at))
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn delete(conn: &mut AnyConnection, token_hash: &str) -> Result<()> {
    sqlx::query("DELETE FROM sessions WHERE token_hash = $1")
        .bind(token_hash)
        .execute(conn)
        .await?;
    Ok(())
}

/// Signs somebody out everywhere; returns how many browsers that were.
pub async fn delete_of(conn: &mut AnyConnection, user: UserId) -> Result<u64> {
    let deleted = sqlx::query("DELETE FROM sessions WHERE user_id = $1")
        .bind(user.to_string())
        .execute(conn)
        .await?;
    Ok(deleted.rows_affected())
}

/// Signs out the browsers that somebody has not used for longest, so that no more than so many are left.
pub async fn keep_newest(conn: &mut AnyConnection, user: UserId, most: i64) -> Result<()> {
    sqlx::query(
        "DELETE FROM sessions WHERE user_id = $1 AND token_hash NOT IN (SELECT token_hash FROM sessions \
         WHERE user_id = $1 ORDER BY seen_at DESC, created_at DESC, token_hash LIMIT $2)",
    )
    .bind(user.to_string())
    .bind(most)
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets sessions nobody can use any more.
pub async fn delete_expired(conn: &mut AnyConnection, now: DateTime<Utc>) -> Result<()> {
    sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
        .bind(millis(now))
        .execute(conn)
        .await?;
    Ok(())
}
