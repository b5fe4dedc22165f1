//! The `sessions` table.

use chrono::{DateTime, Utc};
use shared::ids::UserId;
use sqlx::{AnyConnection, FromRow};

use super::users::{self, User};
use super::{Result, millis, moment, parsed};

/// A signed-in browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    pub seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub async fn insert(
    conn: &mut AnyConnection,
    token_hash: &str,
    user: UserId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO sessions (token_hash, user_id, created_at, seen_at, expires_at) \
         VALUES ($1, $2, $3, $3, $4)",
    )
    .bind(token_hash)
    .bind(user.to_string())
    .bind(millis(now))
    .bind(millis(expires_at))
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct Row {
    seen_at: i64,
    expires_at: i64,
    #[sqlx(flatten)]
    user: users::Row,
    unit_id: Option<String>,
}

/// The session of a token and whose it is, unless it has expired. One statement, because every request begins with it.
pub async fn find(
    conn: &mut AnyConnection,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<(Session, User)>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT s.seen_at, s.expires_at, u.id, u.username, u.name, u.role, u.password_hash, u.disabled, of.unit_id \
         FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN user_units of ON of.user_id = u.id \
         WHERE s.token_hash = $1 AND s.expires_at > $2 ORDER BY of.unit_id",
    )
    .bind(token_hash)
    .bind(millis(now))
    .fetch_all(conn)
    .await?;
    let mut session = None;
    let mut units = Vec::new();
    for row in rows {
        if let Some(unit) = row.unit_id {
            units.push(parsed("user_units", "unit_id", &unit)?);
        }
        session = Some((row.seen_at, row.expires_at, row.user));
    }
    let Some((seen_at, expires_at, user)) = session else {
        return Ok(None);
    };
    let session = Session {
        seen_at: moment(seen_at),
        expires_at: moment(expires_at),
    };
    Ok(Some((session, user.with(units)?)))
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

/// Forgets sessions nobody can use any more.
pub async fn delete_expired(conn: &mut AnyConnection, now: DateTime<Utc>) -> Result<()> {
    sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
        .bind(millis(now))
        .execute(conn)
        .await?;
    Ok(())
}
