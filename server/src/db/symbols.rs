//! The `symbols` table: the symbol of an association that a unit writes for. One row a unit, the last that was given.

use chrono::{DateTime, Utc};
use shared::evidence::FileHash;
use shared::ids::{UnitId, UserId};
use sqlx::AnyConnection;

use super::{Result, millis, parsed};

/// The symbol of a unit, if it has one.
pub async fn of(conn: &mut AnyConnection, unit: UnitId) -> Result<Option<FileHash>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT hash FROM symbols WHERE unit = $1")
        .bind(unit.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(|(hash,)| parsed("symbols", "hash", &hash))
        .transpose()
}

/// Gives a unit a symbol, in the place of what it had.
pub async fn put(
    conn: &mut AnyConnection,
    unit: UnitId,
    hash: FileHash,
    by: UserId,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO symbols (unit, hash, saved_by, saved_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (unit) DO UPDATE SET hash = excluded.hash, saved_by = excluded.saved_by, saved_at = excluded.saved_at",
    )
    .bind(unit.to_string())
    .bind(hash.to_string())
    .bind(by.to_string())
    .bind(millis(at))
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a unit's symbol away.
pub async fn forget(conn: &mut AnyConnection, unit: UnitId) -> Result<()> {
    sqlx::query("DELETE FROM symbols WHERE unit = $1")
        .bind(unit.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
