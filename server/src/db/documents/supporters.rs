//! Those who support learning in a unit, in no title's list.

use std::collections::BTreeSet;

use shared::document::Document;
use shared::ids::UnitId;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::lists::PLACES;
use super::{Found, index, params};
use crate::db::Result;

/// The supporters in the books of some units, so many of them. Those who were struck out too.
pub async fn supporters(
    conn: &mut AnyConnection,
    units: &BTreeSet<UnitId>,
    limit: usize,
) -> Result<Vec<Document>> {
    let units: Vec<UnitId> = units.iter().copied().collect();
    let mut found = Vec::new();
    for units in units.chunks(PLACES) {
        let sql = format!(
            "SELECT id, body FROM documents WHERE shard IN ({}) AND kind = '{}' ORDER BY id LIMIT {}",
            params(0, units.len()),
            index::SUPPORTER,
            limit.saturating_sub(found.len())
        );
        let mut query = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(sql));
        for unit in units {
            query = query.bind(unit.to_string());
        }
        let rows = query.fetch_all(&mut *conn).await?;
        found.extend(Found::of(&rows)?.documents);
    }
    Ok(found)
}

/// Those of a shard who have a name, given without its marks; so many of them.
pub async fn supporters_named(
    conn: &mut AnyConnection,
    shard: UnitId,
    folded: &str,
    limit: usize,
) -> Result<Vec<Document>> {
    let sql = format!(
        "SELECT id, body FROM documents WHERE shard = $1 AND kind = '{}' AND folded = $2 ORDER BY id LIMIT {limit}",
        index::SUPPORTER
    );
    let rows: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(shard.to_string())
        .bind(folded)
        .fetch_all(conn)
        .await?;
    Ok(Found::of(&rows)?.documents)
}
