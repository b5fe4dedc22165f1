//! The `scans` table: which scans there are of a paper. Rows are only ever added.

use chrono::{DateTime, Utc};
use shared::evidence::{FileHash, MediaType};
use shared::ids::UserId;
use sqlx::AnyConnection;
use uuid::Uuid;

use super::{Result, millis, moment, parsed, unreadable};

/// A scan and who gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub hash: FileHash,
    pub name: String,
    pub media_type: MediaType,
    pub bytes: u64,
    pub by: UserId,
    pub at: DateTime<Utc>,
}

type Row = (String, String, String, i64, String, i64);

fn read(row: Row) -> Result<Kept> {
    let (hash, name, media_type, bytes, by, at) = row;
    Ok(Kept {
        hash: parsed("scans", "hash", &hash)?,
        name,
        media_type: parsed("scans", "media_type", &media_type)?,
        bytes: u64::try_from(bytes)
            .map_err(|_| unreadable("scans", "bytes", &bytes.to_string()))?,
        by: parsed("scans", "by_user", &by)?,
        at: moment(at),
    })
}

/// The scans of a paper, the oldest first.
pub async fn of(conn: &mut AnyConnection, paper: Uuid) -> Result<Vec<Kept>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT hash, name, media_type, bytes, by_user, made_at FROM scans WHERE paper = $1 ORDER BY made_at, hash",
    )
    .bind(paper.to_string())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(read).collect()
}

/// One of them.
pub async fn find(conn: &mut AnyConnection, paper: Uuid, hash: FileHash) -> Result<Option<Kept>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT hash, name, media_type, bytes, by_user, made_at FROM scans WHERE paper = $1 AND hash = $2",
    )
    .bind(paper.to_string())
    .bind(hash.to_string())
    .fetch_optional(conn)
    .await?;
    row.map(read).transpose()
}

/// Says that a scan is of a paper. Once more is no failure.
pub async fn insert(conn: &mut AnyConnection, paper: Uuid, scan: &Kept) -> Result<()> {
    sqlx::query(
        "INSERT INTO scans (paper, hash, name, media_type, bytes, by_user, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (paper, hash) DO NOTHING",
    )
    .bind(paper.to_string())
    .bind(scan.hash.to_string())
    .bind(scan.name.as_str())
    .bind(scan.media_type.as_str())
    .bind(i64::try_from(scan.bytes).unwrap_or(i64::MAX))
    .bind(scan.by.to_string())
    .bind(millis(scan.at))
    .execute(conn)
    .await?;
    Ok(())
}
