//! The `departures` table: documents that left a shard.

use std::collections::BTreeSet;

use shared::document::Seq;
use shared::ids::{DocumentId, UnitId};
use shared::sync::Departure;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{Result, documents, params, parsed, parts, rows_of};

/// Writes departures down. The last one of a document from a place of a shard stands.
pub async fn put(conn: &mut AnyConnection, departures: &[Departure]) -> Result<()> {
    for departures in parts(departures) {
        let sql = format!(
            "INSERT INTO departures (shard, document, place, seq) VALUES {} \
             ON CONFLICT (shard, document, place) DO UPDATE SET seq = excluded.seq",
            rows_of(conn, departures.len(), 4)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for departure in departures {
            query = query
                .bind(departure.shard.to_string())
                .bind(departure.document.to_string())
                .bind(departure.place.to_string())
                .bind(i64::try_from(departure.seq).unwrap_or(i64::MAX));
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// A document, with the shard and the place where it is now; `None` where that cannot be seen yet.
pub type Gone = (DocumentId, Option<(UnitId, UnitId)>);

/// What left a shard after one number and up to another. With places, only what lay in them.
pub async fn feed(
    conn: &mut AnyConnection,
    shard: UnitId,
    places: Option<&BTreeSet<UnitId>>,
    after: Seq,
    upto: Seq,
) -> Result<Vec<Gone>> {
    let mut sql =
        "SELECT document FROM departures WHERE shard = $1 AND seq > $2 AND seq <= $3".to_owned();
    let places: Vec<String> = places
        .into_iter()
        .flatten()
        .map(UnitId::to_string)
        .collect();
    if !places.is_empty() {
        sql.push_str(&format!(" AND place IN ({})", params(3, places.len())));
    }
    sql.push_str(" ORDER BY seq");
    let mut query = sqlx::query_as::<_, (String,)>(AssertSqlSafe(sql))
        .bind(shard.to_string())
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .bind(i64::try_from(upto).unwrap_or(i64::MAX));
    for place in places {
        query = query.bind(place);
    }
    let rows = query.fetch_all(&mut *conn).await?;
    let gone: Vec<DocumentId> = rows
        .iter()
        .map(|(document,)| parsed("departures", "document", document))
        .collect::<Result<_>>()?;
    // They lie in other shards by their nature, so they are asked for apart.
    let lie = documents::places_of(conn, &gone).await?;
    let now = gone.iter().map(|id| (*id, lie.get(id).copied()));
    Ok(now.collect())
}
