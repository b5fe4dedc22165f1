//! The `files` table.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use shared::evidence::{FileHash, MediaType};
use shared::ids::{DocumentId, UserId};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{ROWS, Result, from_columns, millis, moment, params, parsed, unreadable};

/// A file that has arrived for a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    pub hash: FileHash,
    pub media_type: MediaType,
    pub bytes: u64,
}

struct Row {
    hash: String,
    media_type: String,
    bytes: i64,
}

from_columns!(Row {
    hash,
    media_type,
    bytes
});

const COLUMNS: &str = "hash, media_type, bytes";

impl TryFrom<Row> for File {
    type Error = super::DbError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            hash: parsed("files", "hash", &row.hash)?,
            media_type: parsed("files", "media_type", &row.media_type)?,
            bytes: u64::try_from(row.bytes)
                .map_err(|_| unreadable("files", "bytes", &row.bytes.to_string()))?,
        })
    }
}

/// Says that a file has arrived for a form. Once more is no failure.
pub async fn insert(
    conn: &mut AnyConnection,
    file: &File,
    doc: DocumentId,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO files (hash, doc, media_type, bytes, by_user, received_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (hash, doc) DO NOTHING",
    )
    .bind(file.hash.to_string())
    .bind(doc.to_string())
    .bind(file.media_type.as_str())
    .bind(i64::try_from(file.bytes).unwrap_or(i64::MAX))
    .bind(by.to_string())
    .bind(millis(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// A file, if it has arrived for the form.
pub async fn find(
    conn: &mut AnyConnection,
    hash: FileHash,
    doc: DocumentId,
) -> Result<Option<File>> {
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM files WHERE hash = $1 AND doc = $2"
    )))
    .bind(hash.to_string())
    .bind(doc.to_string())
    .fetch_optional(conn)
    .await?;
    row.map(File::try_from).transpose()
}

/// A file, if this person has brought it, for whichever form.
pub async fn brought_by(
    conn: &mut AnyConnection,
    hash: FileHash,
    by: UserId,
) -> Result<Option<File>> {
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM files WHERE hash = $1 AND by_user = $2 LIMIT 1"
    )))
    .bind(hash.to_string())
    .bind(by.to_string())
    .fetch_optional(conn)
    .await?;
    row.map(File::try_from).transpose()
}

/// What has arrived for some forms.
pub async fn of_documents(
    conn: &mut AnyConnection,
    documents: &[DocumentId],
) -> Result<BTreeSet<(DocumentId, FileHash)>> {
    let mut found = BTreeSet::new();
    for documents in documents.chunks(ROWS) {
        let sql = format!(
            "SELECT doc, hash FROM files WHERE doc IN ({})",
            params(0, documents.len())
        );
        let mut query = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(sql));
        for document in documents {
            query = query.bind(document.to_string());
        }
        for (doc, hash) in query.fetch_all(&mut *conn).await? {
            found.insert((
                parsed("files", "doc", &doc)?,
                parsed("files", "hash", &hash)?,
            ));
        }
    }
    Ok(found)
}

/// Files after a hash, each once, in the order of hashes: a walk through all of them in bounded memory.
pub async fn after(
    conn: &mut AnyConnection,
    hash: Option<FileHash>,
    limit: usize,
) -> Result<Vec<File>> {
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT DISTINCT {COLUMNS} FROM files WHERE hash > $1 ORDER BY hash LIMIT $2"
    )))
    .bind(hash.map_or_else(String::new, |hash| hash.to_string()))
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(File::try_from).collect()
}

/// A file of a form, and since when the form has not listed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    pub hash: FileHash,
    pub doc: DocumentId,
    pub unlisted_since: Option<DateTime<Utc>>,
}

/// Files of forms after one of them, in the order of hashes and forms.
pub async fn listed_after(
    conn: &mut AnyConnection,
    last: Option<(FileHash, DocumentId)>,
    limit: usize,
) -> Result<Vec<Listed>> {
    let (hash, doc) = last.map_or_else(Default::default, |(hash, doc)| {
        (hash.to_string(), doc.to_string())
    });
    let rows: Vec<(String, String, Option<i64>)> = sqlx::query_as(
        "SELECT hash, doc, unlisted_since FROM files WHERE hash > $1 OR (hash = $1 AND doc > $2) \
         ORDER BY hash, doc LIMIT $3",
    )
    .bind(hash)
    .bind(doc)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await?;
    let listed = rows.into_iter().map(|(hash, doc, since)| {
        Ok(Listed {
            hash: parsed("files", "hash", &hash)?,
            doc: parsed("files", "doc", &doc)?,
            unlisted_since: since.map(moment),
        })
    });
    listed.collect()
}

/// Notes since when a form has not listed a file, or that it does.
pub async fn note_unlisted(
    conn: &mut AnyConnection,
    file: &Listed,
    since: Option<DateTime<Utc>>,
) -> Result<()> {
    sqlx::query("UPDATE files SET unlisted_since = $1 WHERE hash = $2 AND doc = $3")
        .bind(since.map(millis))
        .bind(file.hash.to_string())
        .bind(file.doc.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets that a file has arrived for a form.
pub async fn forget(conn: &mut AnyConnection, file: &Listed) -> Result<()> {
    sqlx::query("DELETE FROM files WHERE hash = $1 AND doc = $2")
        .bind(file.hash.to_string())
        .bind(file.doc.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether a file has arrived for any form.
pub async fn is_listed(conn: &mut AnyConnection, hash: FileHash) -> Result<bool> {
    let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM files WHERE hash = $1")
        .bind(hash.to_string())
        .fetch_one(conn)
        .await?;
    Ok(count > 0)
}
