//! The `imports` table: lists that were imported, and what each of them made.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::calendar::Year;
use shared::ids::{ChangeId, UnitId, UserId};
use shared::kind::SubjectKind;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{
    ROWS, Result, from_columns, from_json, listed, millis, moment, parsed, to_json, year_column,
};

/// A list that was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Short enough to be typed.
    pub id: String,
    /// The commune.
    pub shard: UnitId,
    /// `None`: from the command line.
    pub by: Option<UserId>,
    pub at: DateTime<Utc>,
    pub file: File,
    pub year: Year,
    pub made: Made,
    /// When it was taken back.
    pub undone_at: Option<DateTime<Utc>>,
}

/// The file as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    /// SHA-256, in hexadecimal digits.
    pub hash: String,
}

/// What an import made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Whom the list was of.
    #[serde(default = "crate::import::kinds::unsaid")]
    pub kind: SubjectKind,
    pub changes: Vec<ChangeId>,
    pub villages: Vec<UnitId>,
    /// How many of them were new and how many were changed, for people.
    pub new: usize,
    pub updated: usize,
}

struct Row {
    id: String,
    shard: String,
    by_user: Option<String>,
    at: i64,
    file_name: String,
    file_hash: String,
    year: i64,
    made: String,
    undone_at: Option<i64>,
}

from_columns!(Row {
    id,
    shard,
    by_user,
    at,
    file_name,
    file_hash,
    year,
    made,
    undone_at
});

const COLUMNS: &str = "id, shard, by_user, at, file_name, file_hash, year, made, undone_at";

impl TryFrom<Row> for Import {
    type Error = super::DbError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            shard: parsed("imports", "shard", &row.shard)?,
            by: row
                .by_user
                .map(|by| parsed("imports", "by_user", &by))
                .transpose()?,
            at: moment(row.at),
            file: File {
                name: row.file_name,
                hash: row.file_hash,
            },
            year: parsed("imports", "year", &row.year.to_string())?,
            made: from_json("imports", "made", &row.made)?,
            undone_at: row.undone_at.map(moment),
            id: row.id,
        })
    }
}

/// Writes an import down. `false` when its id is taken.
pub async fn add(conn: &mut AnyConnection, import: &Import) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO imports (id, shard, by_user, at, file_name, file_hash, year, made) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
    )
    .bind(&import.id)
    .bind(import.shard.to_string())
    .bind(import.by.map(|by| by.to_string()))
    .bind(millis(import.at))
    .bind(&import.file.name)
    .bind(&import.file.hash)
    .bind(year_column(import.year))
    .bind(to_json(&import.made))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn by_id(conn: &mut AnyConnection, id: &str) -> Result<Option<Import>> {
    let sql = format!("SELECT {COLUMNS} FROM imports WHERE id = $1");
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(id)
        .fetch_optional(conn)
        .await?;
    row.map(Import::try_from).transpose()
}

/// The last imports, newest first.
pub async fn last(conn: &mut AnyConnection, limit: usize) -> Result<Vec<Import>> {
    let sql = format!("SELECT {COLUMNS} FROM imports ORDER BY at DESC, id LIMIT {limit}");
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(conn).await?;
    rows.into_iter().map(Import::try_from).collect()
}

/// The last imports of some communes, newest first.
pub async fn last_of(
    conn: &mut AnyConnection,
    shards: &[UnitId],
    limit: usize,
) -> Result<Vec<Import>> {
    let mut found: Vec<Import> = Vec::new();
    for shards in shards.chunks(ROWS) {
        let (list, shards) = listed(0, shards);
        let sql = format!(
            "SELECT {COLUMNS} FROM imports WHERE shard IN ({list}) ORDER BY at DESC, id LIMIT {limit}"
        );
        let mut query = sqlx::query_as::<_, Row>(AssertSqlSafe(sql));
        for shard in shards {
            query = query.bind(shard);
        }
        for row in query.fetch_all(&mut *conn).await? {
            found.push(row.try_into()?);
        }
    }
    found.sort_by(|one, other| other.at.cmp(&one.at).then_with(|| one.id.cmp(&other.id)));
    found.truncate(limit);
    Ok(found)
}

/// Marks an import as taken back. `false` when it was before.
pub async fn undone(conn: &mut AnyConnection, id: &str, at: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query("UPDATE imports SET undone_at = $2 WHERE id = $1 AND undone_at IS NULL")
        .bind(id)
        .bind(millis(at))
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The changes of all imports of some shards that were taken back.
pub async fn undone_changes(
    conn: &mut AnyConnection,
    shards: &[UnitId],
) -> Result<BTreeSet<ChangeId>> {
    let mut undone = BTreeSet::new();
    for shards in shards.chunks(ROWS) {
        let (list, shards) = listed(0, shards);
        let sql =
            format!("SELECT made FROM imports WHERE undone_at IS NOT NULL AND shard IN ({list})");
        let mut query = sqlx::query_as::<_, (String,)>(AssertSqlSafe(sql));
        for shard in shards {
            query = query.bind(shard);
        }
        for (made,) in query.fetch_all(&mut *conn).await? {
            let made: Made = from_json("imports", "made", &made)?;
            undone.extend(made.changes);
        }
    }
    Ok(undone)
}
