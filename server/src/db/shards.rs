//! The `shards` table: one row a commune, locked while its documents change.

use std::collections::BTreeMap;

use shared::document::Seq;
use shared::ids::UnitId;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{Engine, ROWS, Result, listed, parsed, parts, rows_of, unreadable};

/// Locks shards and returns the last number given out in each. Ascending order of ids keeps two writers from waiting
/// for each other.
pub async fn lock(
    conn: &mut AnyConnection,
    engine: Engine,
    shards: impl Iterator<Item = UnitId>,
) -> Result<BTreeMap<UnitId, Seq>> {
    let mut sorted: Vec<UnitId> = shards.collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut seqs = locked(conn, engine, &sorted).await?;
    let new: Vec<UnitId> = sorted
        .into_iter()
        .filter(|shard| !seqs.contains_key(shard))
        .collect();
    if !new.is_empty() {
        for new in parts(&new) {
            let sql = format!(
                "INSERT INTO shards (id, seq) VALUES {} ON CONFLICT DO NOTHING",
                rows_of(conn, new.len(), 2)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for shard in new {
                query = query.bind(shard.to_string()).bind(0_i64);
            }
            query.execute(&mut *conn).await?;
        }
        seqs.extend(locked(conn, engine, &new).await?);
    }
    Ok(seqs)
}

async fn locked(
    conn: &mut AnyConnection,
    engine: Engine,
    sorted: &[UnitId],
) -> Result<BTreeMap<UnitId, Seq>> {
    let mut seqs = BTreeMap::new();
    match engine {
        // The transaction holds the one write lock already.
        Engine::Sqlite => {
            for shards in sorted.chunks(ROWS) {
                let (list, ids) = listed(0, shards);
                let sql = format!("SELECT id, seq FROM shards WHERE id IN ({list})");
                let mut query = sqlx::query_as::<_, (String, i64)>(AssertSqlSafe(sql));
                for id in ids {
                    query = query.bind(id);
                }
                for (id, seq) in query.fetch_all(&mut *conn).await? {
                    seqs.insert(parsed("shards", "id", &id)?, seq_of(seq)?);
                }
            }
        }
        // One row after the other: rows on several machines cannot be locked in one statement.
        Engine::Postgres => {
            for shard in sorted {
                let row: Option<(i64,)> =
                    sqlx::query_as("SELECT seq FROM shards WHERE id = $1 FOR UPDATE")
                        .bind(shard.to_string())
                        .fetch_optional(&mut *conn)
                        .await?;
                if let Some((seq,)) = row {
                    seqs.insert(*shard, seq_of(seq)?);
                }
            }
        }
    }
    Ok(seqs)
}

/// The last number of every shard.
pub async fn all(conn: &mut AnyConnection) -> Result<BTreeMap<UnitId, Seq>> {
    let rows: Vec<(String, i64)> = sqlx::query_as("SELECT id, seq FROM shards")
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|(id, seq)| Ok((parsed("shards", "id", id)?, seq_of(*seq)?)))
        .collect()
}

/// Writes down the last numbers that were given out.
pub async fn set_seqs(conn: &mut AnyConnection, seqs: &[(UnitId, Seq)]) -> Result<()> {
    for seqs in parts(seqs) {
        let sql = format!(
            "INSERT INTO shards (id, seq) VALUES {} ON CONFLICT (id) DO UPDATE SET seq = excluded.seq",
            rows_of(conn, seqs.len(), 2)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (shard, seq) in seqs {
            let seq = i64::try_from(*seq).unwrap_or(i64::MAX);
            query = query.bind(shard.to_string()).bind(seq);
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

fn seq_of(seq: i64) -> Result<Seq> {
    Seq::try_from(seq).map_err(|_| unreadable("shards", "seq", &seq.to_string()))
}
