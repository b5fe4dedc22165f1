//! The `sessions` table.

use chrono::{DateTime, Utc};
use shared::ids::UserId;
use sqlx::AnyConnection;

use super::{Result, millis, moment, parsed};

/// A signed-in browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    pub user: UserId,
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

/// The session of a token, unless it has expired.
pub async fn find(
    conn: &mut AnyConnection,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Session>> {
    let row: Option<(String, i64, i64)> = sqlx::query_as(
        "SELECT user_id, seen_at, expires_at FROM sessions WHERE token_hash = $1 AND expires_at > $2",
    )
    .bind(token_hash)
    .bind(millis(now))
    .fetch_optional(conn)
    .await?;
    row.map(|(user, seen_at, expires_at)| {
        Ok(Session {
            user: parsed("sessions", "user_id", &user)?,
            seen_at: moment(seen_at),
            expires_at: moment(expires_at),
        })
    })
    .transpose()
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
