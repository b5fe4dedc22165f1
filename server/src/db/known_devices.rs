//! The `known_devices` table: browsers that somebody has signed in from.

use chrono::{DateTime, Utc};
use shared::ids::UserId;
use sqlx::AnyConnection;

use super::{Result, millis};

/// Whether a person has signed in from this browser.
pub async fn is_known(conn: &mut AnyConnection, user: UserId, token_hash: &str) -> Result<bool> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT token_hash FROM known_devices WHERE user_id = $1 AND token_hash = $2",
    )
    .bind(user.to_string())
    .bind(token_hash)
    .fetch_optional(conn)
    .await?;
    Ok(row.is_some())
}

/// Whether anybody has, so that this server made the token.
pub async fn is_ours(conn: &mut AnyConnection, token_hash: &str) -> Result<bool> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT token_hash FROM known_devices WHERE token_hash = $1 LIMIT 1")
            .bind(token_hash)
            .fetch_optional(conn)
            .await?;
    Ok(row.is_some())
}

/// Remembers that a person has signed in from this browser; of their browsers the newest so many.
pub async fn put(
    conn: &mut AnyConnection,
    user: UserId,
    token_hash: &str,
    now: DateTime<Utc>,
    most: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO known_devices (user_id, token_hash, seen_at) VALUES ($1, $2, $3) \
         ON CONFLICT (user_id, token_hash) DO UPDATE SET seen_at = excluded.seen_at",
    )
    .bind(user.to_string())
    .bind(token_hash)
    .bind(millis(now))
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "DELETE FROM known_devices WHERE user_id = $1 AND token_hash NOT IN (SELECT token_hash \
         FROM known_devices WHERE user_id = $1 ORDER BY seen_at DESC, token_hash LIMIT $2)",
    )
    .bind(user.to_string())
    .bind(most)
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets the browsers of a person, but for one.
pub async fn delete_of(conn: &mut AnyConnection, user: UserId, except: Option<&str>) -> Result<()> {
    sqlx::query("DELETE FROM known_devices WHERE user_id = $1 AND token_hash <> $2")
        .bind(user.to_string())
        .bind(except.unwrap_or_default())
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets browsers that nobody has signed in from since.
pub async fn delete_before(conn: &mut AnyConnection, before: DateTime<Utc>) -> Result<()> {
    sqlx::query("DELETE FROM known_devices WHERE seen_at < $1")
        .bind(millis(before))
        .execute(conn)
        .await?;
    Ok(())
}
