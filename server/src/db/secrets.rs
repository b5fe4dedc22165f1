//! The `secrets` table.

use sqlx::AnyConnection;

use super::Result;

/// Reads a secret; writes `fresh` if there is none yet.
pub async fn get_or_insert(conn: &mut AnyConnection, name: &str, fresh: &str) -> Result<String> {
    sqlx::query("INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(name)
        .bind(fresh)
        .execute(&mut *conn)
        .await?;
    let (value,): (String,) = sqlx::query_as("SELECT value FROM secrets WHERE name = $1")
        .bind(name)
        .fetch_one(conn)
        .await?;
    Ok(value)
}
