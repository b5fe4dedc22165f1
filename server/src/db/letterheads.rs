//! The `letterheads` table: who issues the papers of a unit and how they are signed. One row a unit, the last that was saved.

use chrono::{DateTime, Utc};
use shared::api::letterheads::Letterhead;
use shared::ids::{UnitId, UserId};
use sqlx::AnyConnection;

use super::{Result, from_json, millis, moment, parsed, to_json};

/// What was saved, when and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub letterhead: Letterhead,
    pub by: UserId,
    pub at: DateTime<Utc>,
}

/// The letterhead of a unit, if somebody wrote one.
pub async fn of(conn: &mut AnyConnection, unit: UnitId) -> Result<Option<Kept>> {
    let row: Option<(String, String, i64)> =
        sqlx::query_as("SELECT body, saved_by, saved_at FROM letterheads WHERE unit = $1")
            .bind(unit.to_string())
            .fetch_optional(conn)
            .await?;
    let kept = row.map(|(body, by, at)| {
        Ok(Kept {
            letterhead: from_json("letterheads", "body", &body)?,
            by: parsed("letterheads", "saved_by", &by)?,
            at: moment(at),
        })
    });
    kept.transpose()
}

/// Writes a unit's, in the place of what it had.
pub async fn put(conn: &mut AnyConnection, unit: UnitId, kept: &Kept) -> Result<()> {
    sqlx::query(
        "INSERT INTO letterheads (unit, body, saved_by, saved_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (unit) DO UPDATE SET body = excluded.body, saved_by = excluded.saved_by, saved_at = excluded.saved_at",
    )
    .bind(unit.to_string())
    .bind(to_json(&kept.letterhead))
    .bind(kept.by.to_string())
    .bind(millis(kept.at))
    .execute(conn)
    .await?;
    Ok(())
}
