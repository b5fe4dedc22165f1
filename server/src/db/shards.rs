//! The `shards` table: one row a commune, locked while its documents change.

use std::collections::BTreeMap;

use shared::document::Seq;
use shared::ids::UnitId;
use sqlx::AnyConnection;

use super::{Engine, Result, unreadable};

/// Locks shards and returns the last number given out in each. Ascending order of ids keeps two writers from waiting
/// for each other. On SQLite the transaction already holds the one write lock.
pub async fn lock(
    conn: &mut AnyConnection,
    engine: Engine,
    shards: impl Iterator<Item = UnitId>,
) -> Result<BTreeMap<UnitId, Seq>> {
    let mut sorted: Vec<UnitId> = shards.collect();
    sorted.sort_unstable();
    sorted.dedup();
    let select = match engine {
        Engine::Sqlite => "SELECT seq FROM shards WHERE id = $1",
        Engine::Postgres => "SELECT seq FROM shards WHERE id = $1 FOR UPDATE",
    };
    let mut seqs = BTreeMap::new();
    for shard in sorted {
        sqlx::query("INSERT INTO shards (id, seq) VALUES ($1, 0) ON CONFLICT DO NOTHING")
            .bind(shard.to_string())
            .execute(&mut *conn)
            .await?;
        let (seq,): (i64,) = sqlx::query_as(select)
            .bind(shard.to_string())
            .fetch_one(&mut *conn)
            .await?;
        seqs.insert(shard, seq_of(seq)?);
    }
    Ok(seqs)
}

/// The last number of every shard.
pub async fn all(conn: &mut AnyConnection) -> Result<BTreeMap<UnitId, Seq>> {
    let rows: Vec<(String, i64)> = sqlx::query_as("SELECT id, seq FROM shards")
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|(id, seq)| Ok((super::parsed("shards", "id", id)?, seq_of(*seq)?)))
        .collect()
}

pub async fn set_seq(conn: &mut AnyConnection, shard: UnitId, seq: Seq) -> Result<()> {
    sqlx::query("UPDATE shards SET seq = $2 WHERE id = $1")
        .bind(shard.to_string())
        .bind(i64::try_from(seq).unwrap_or(i64::MAX))
        .execute(conn)
        .await?;
    Ok(())
}

fn seq_of(seq: i64) -> Result<Seq> {
    Seq::try_from(seq).map_err(|_| unreadable("shards", "seq", &seq.to_string()))
}
