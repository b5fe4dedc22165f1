//! The `criteria_sets` table: what was given beside the criteria that come with the program. Rows are only ever added.

use chrono::{DateTime, Utc};
use shared::criteria::{CriteriaSet, CriteriaSetId};
use sqlx::AnyConnection;

use super::{Result, to_json};

/// All sets. One that this version cannot read is named in the log and left out; forms that were begun with it wait for the
/// version that wrote it.
pub async fn all(conn: &mut AnyConnection) -> Result<Vec<CriteriaSet>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, body FROM criteria_sets ORDER BY id")
            .fetch_all(conn)
            .await?;
    let read = |(id, body): (String, String)| {
        let told = |error: &serde_json::Error| tracing::error!(set = id, %error, "a criteria set cannot be read");
        serde_json::from_str(&body).inspect_err(told).ok()
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Whether there is a set of an id.
pub async fn has(conn: &mut AnyConnection, id: &CriteriaSetId) -> Result<bool> {
    let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM criteria_sets WHERE id = $1")
        .bind(id.as_str())
        .fetch_one(conn)
        .await?;
    Ok(count > 0)
}

/// Writes a new set.
pub async fn put(conn: &mut AnyConnection, set: &CriteriaSet, now: DateTime<Utc>) -> Result<()> {
    sqlx::query("INSERT INTO criteria_sets (id, body, added_at) VALUES ($1, $2, $3)")
        .bind(set.id.as_str())
        .bind(to_json(set))
        .bind(super::millis(now))
        .execute(conn)
        .await?;
    Ok(())
}
