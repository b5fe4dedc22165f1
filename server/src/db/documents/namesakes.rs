//! Subjects of a shard that share their name with another.

use shared::calendar::Year;
use shared::document::Document;
use shared::ids::UnitId;
use shared::kind::SubjectKind;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::Found;
use crate::db::{Result, year_column};

/// Those of a kind in a shard that count in a year and whose name, without its marks, another of them has too; so many of them, in
/// the order of names.
pub async fn namesakes(
    conn: &mut AnyConnection,
    shard: UnitId,
    kind: SubjectKind,
    year: Year,
    limit: usize,
) -> Result<Vec<Document>> {
    const COUNTS: &str = "shard = $1 AND kind = $2 AND (until IS NULL OR until > $3)";
    let sql = format!(
        "SELECT id, body FROM documents WHERE {COUNTS} AND folded IN \
         (SELECT folded FROM documents WHERE {COUNTS} GROUP BY folded HAVING count(*) > 1) ORDER BY folded, id LIMIT {limit}"
    );
    let rows: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(shard.to_string())
        .bind(kind.as_str())
        .bind(year_column(year))
        .fetch_all(conn)
        .await?;
    Ok(Found::of(&rows)?.documents)
}
