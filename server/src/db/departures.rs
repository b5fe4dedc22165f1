//! The `departures` table: documents that left a shard.

use std::collections::BTreeSet;

use shared::document::Seq;
use shared::ids::{DocumentId, UnitId};
use shared::sync::Departure;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{Result, params, parsed, parts, rows_of};

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

/// What left a shard after one number and up to another, each with the shard and place where it is now. With places, only
/// what lay in them.
pub async fn feed(
    conn: &mut AnyConnection,
    shard: UnitId,
    places: Option<&BTreeSet<UnitId>>,
    after: Seq,
    upto: Seq,
) -> Result<Vec<(DocumentId, UnitId, UnitId)>> {
    let mut sql =
        "SELECT d.id, d.shard, d.place FROM departures t JOIN documents d ON d.id = t.document \
                   WHERE t.shard = $1 AND t.seq > $2 AND t.seq <= $3"
            .to_owned();
    let places: Vec<String> = places
        .into_iter()
        .flatten()
        .map(UnitId::to_string)
        .collect();
    if !places.is_empty() {
        sql.push_str(&format!(" AND t.place IN ({})", params(3, places.len())));
    }
    sql.push_str(" ORDER BY t.seq");
    let mut query = sqlx::query_as::<_, (String, String, String)>(AssertSqlSafe(sql))
        .bind(shard.to_string())
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .bind(i64::try_from(upto).unwrap_or(i64::MAX));
    for place in places {
        query = query.bind(place);
    }
    let rows = query.fetch_all(conn).await?;
    rows.iter()
        .map(|(id, shard, place)| {
            Ok((
                parsed("documents", "id", id)?,
                parsed("documents", "shard", shard)?,
                parsed("documents", "place", place)?,
            ))
        })
        .collect()
}
