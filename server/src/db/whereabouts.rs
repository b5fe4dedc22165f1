//! The `whereabouts` table: in which shard each document lies.
//!
//! Documents are kept by their shard, and an id does not say it: whoever knows an id only asks here first. The key of this table is
//! the id alone, so it is here that the database refuses a document in two communes. It is written in the transaction that writes
//! the document, under the locks of the shards that it lies in and leaves.

use std::collections::{BTreeMap, BTreeSet};

use shared::document::Document;
use shared::ids::{DocumentId, UnitId};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{DbError, ROWS, Result, listed, parsed, parts, rows_of};

/// The shards of some documents, those that are there.
pub async fn of(
    conn: &mut AnyConnection,
    ids: &[DocumentId],
) -> Result<BTreeMap<DocumentId, UnitId>> {
    let mut lie = BTreeMap::new();
    for ids in ids.chunks(ROWS) {
        let (list, ids) = listed(0, ids);
        let sql = format!("SELECT id, shard FROM whereabouts WHERE id IN ({list})");
        let mut query = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(sql));
        for id in ids {
            query = query.bind(id);
        }
        for row in query.fetch_all(&mut *conn).await? {
            let (id, shard) = read(&row)?;
            lie.insert(id, shard);
        }
    }
    Ok(lie)
}

fn read((id, shard): &(String, String)) -> Result<(DocumentId, UnitId)> {
    Ok((
        parsed("whereabouts", "id", id)?,
        parsed("whereabouts", "shard", shard)?,
    ))
}

/// Documents that are about to be written: those whose shard has no row of them, and those whose has.
pub(super) type Written<'a> = (Vec<&'a Document>, Vec<&'a Document>);

/// Writes down where documents lie from now on, `left` being the shards that they were taken from. One that is known in another shard
/// is refused.
pub(super) async fn put<'a>(
    conn: &mut AnyConnection,
    documents: &[&'a Document],
    left: &BTreeMap<DocumentId, BTreeSet<UnitId>>,
) -> Result<Written<'a>> {
    let ids: Vec<DocumentId> = documents.iter().map(|it| it.id).collect();
    let lie = of(conn, &ids).await?;
    let (mut anew, mut standing) = (Vec::new(), Vec::new());
    let mut new = Vec::new();
    let mut moved: BTreeMap<UnitId, Vec<DocumentId>> = BTreeMap::new();
    for document in documents {
        let from = left.get(&document.id);
        match lie.get(&document.id) {
            Some(shard) if *shard == document.shard => standing.push(*document),
            Some(shard) if from.is_some_and(|from| from.contains(shard)) => {
                moved.entry(document.shard).or_default().push(document.id);
                anew.push(*document);
            }
            Some(_) => return Err(DbError::Astray(document.id)),
            None => {
                new.push((document.id, document.shard));
                anew.push(*document);
            }
        }
    }
    for (shard, ids) in moved {
        go_to(conn, shard, &ids).await?;
    }
    for new in parts(&new) {
        // Whoever writes the same id at this moment is waited for.
        let sql = format!(
            "INSERT INTO whereabouts (id, shard) VALUES {} ON CONFLICT (id) DO NOTHING",
            rows_of(conn, new.len(), 2)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (id, shard) in new {
            query = query.bind(id.to_string()).bind(shard.to_string());
        }
        if query.execute(&mut *conn).await?.rows_affected() != new.len() as u64 {
            return Err(DbError::Astray(new[0].0));
        }
    }
    Ok((anew, standing))
}

async fn go_to(conn: &mut AnyConnection, shard: UnitId, ids: &[DocumentId]) -> Result<()> {
    for ids in ids.chunks(ROWS) {
        let (list, ids) = listed(1, ids);
        let sql = format!("UPDATE whereabouts SET shard = $1 WHERE id IN ({list})");
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(shard.to_string());
        for id in ids {
            query = query.bind(id);
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// Writes again that some documents lie in a shard, whatever stood there. Says of how many something else stood there.
pub async fn rewrite(conn: &mut AnyConnection, shard: UnitId, ids: &[DocumentId]) -> Result<usize> {
    let lie = of(conn, ids).await?;
    let (known, unknown): (Vec<DocumentId>, Vec<DocumentId>) = ids
        .iter()
        .filter(|id| lie.get(id) != Some(&shard))
        .partition(|id| lie.contains_key(id));
    go_to(conn, shard, &known).await?;
    for ids in parts(&unknown) {
        let sql = format!(
            "INSERT INTO whereabouts (id, shard) VALUES {}",
            rows_of(conn, ids.len(), 2)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for id in ids {
            query = query.bind(id.to_string()).bind(shard.to_string());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(known.len() + unknown.len())
}

/// Forgets that some documents lie in a shard.
pub async fn forget(conn: &mut AnyConnection, shard: UnitId, ids: &[DocumentId]) -> Result<()> {
    for ids in ids.chunks(ROWS) {
        let (list, ids) = listed(1, ids);
        let sql = format!("DELETE FROM whereabouts WHERE shard = $1 AND id IN ({list})");
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(shard.to_string());
        for id in ids {
            query = query.bind(id);
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// Rows after an id, in the order of ids.
pub async fn after(
    conn: &mut AnyConnection,
    id: Option<DocumentId>,
    limit: usize,
) -> Result<Vec<(DocumentId, UnitId)>> {
    let sql = format!("SELECT id, shard FROM whereabouts WHERE id > $1 ORDER BY id LIMIT {limit}");
    let rows: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(id.map(|id| id.to_string()).unwrap_or_default())
        .fetch_all(conn)
        .await?;
    rows.iter().map(read).collect()
}

/// An id and its shard, as they are stored.
pub type Said = (String, String);

/// The rows after an id up to another, to be compared with the documents between them.
pub async fn between(conn: &mut AnyConnection, after: &str, upto: &str) -> Result<BTreeSet<Said>> {
    let rows = sqlx::query_as("SELECT id, shard FROM whereabouts WHERE id > $1 AND id <= $2")
        .bind(after.to_owned())
        .bind(upto.to_owned())
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// How many rows come after an id.
pub async fn count_after(conn: &mut AnyConnection, id: &str) -> Result<usize> {
    let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM whereabouts WHERE id > $1")
        .bind(id.to_owned())
        .fetch_one(conn)
        .await?;
    Ok(usize::try_from(count).unwrap_or(0))
}
