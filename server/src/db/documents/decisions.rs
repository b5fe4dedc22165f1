//! Decisions, and the forms that may stand on one.

use std::collections::BTreeMap;

use chrono::Datelike;
use shared::assessment::StageName;
use shared::calendar::Year;
use shared::criteria::Title;
use shared::decision::Numbered;
use shared::document::Document;
use shared::figure::Figure;
use shared::ids::{SubjectId, UnitId};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::Found;
use super::index::DECISION;
use crate::db::{Result, params, year_column};

/// The decisions of a unit about a year, the newest first: their ids are ordered by time.
pub async fn decisions_of(
    conn: &mut AnyConnection,
    shard: UnitId,
    year: Year,
    limit: usize,
) -> Result<Vec<Document>> {
    // Ordered by what no index has: the key would be walked through the whole shard for the sake of its order.
    let sql = format!(
        "SELECT id, body FROM documents WHERE place = $1 AND kind = '{DECISION}' AND shard = $2 AND year = $3 \
         ORDER BY id || '' DESC LIMIT {limit}"
    );
    let rows: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(shard.to_string())
        .bind(shard.to_string())
        .bind(year_column(year))
        .fetch_all(conn)
        .await?;
    Ok(Found::of(&rows)?.documents)
}

/// The decisions that a unit signed in a year, whichever year they are about: a paper is corrected as long as somebody shows it.
pub async fn signed_in(
    conn: &mut AnyConnection,
    shard: UnitId,
    year: i32,
) -> Result<Vec<Document>> {
    let sql = format!(
        "SELECT id, body FROM documents WHERE place = $1 AND kind = '{DECISION}' AND shard = $2 AND year <= $3"
    );
    let rows: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(shard.to_string())
        .bind(shard.to_string())
        .bind(i64::from(year))
        .fetch_all(conn)
        .await?;
    let mut decisions = Found::of(&rows)?.documents;
    decisions.retain(|it| {
        let signed = it.decision().and_then(|head| head.signed.as_ref());
        signed.is_some_and(|signed| signed.on.year() == year)
    });
    Ok(decisions)
}

/// The numbers that a unit has given to papers of a year.
pub async fn numbers(conn: &mut AnyConnection, shard: UnitId, year: i32) -> Result<Vec<Numbered>> {
    let signed = signed_in(conn, shard, year).await?;
    Ok(signed.iter().filter_map(Numbered::of).collect())
}

/// The forms of a unit that stand at some stages.
pub async fn checked_forms(
    conn: &mut AnyConnection,
    shard: UnitId,
    title: Title,
    year: Year,
    stages: &[StageName],
    limit: usize,
) -> Result<Vec<Document>> {
    let sql = format!(
        "SELECT id, body FROM documents WHERE shard = $1 AND title = $2 AND year = $3 AND stage IN ({}) \
         ORDER BY id LIMIT {limit}",
        params(3, stages.len())
    );
    let mut query = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(sql))
        .bind(shard.to_string())
        .bind(title.as_str())
        .bind(year_column(year));
    for stage in stages {
        query = query.bind(stage.as_str());
    }
    let rows = query.fetch_all(conn).await?;
    Ok(Found::of(&rows)?.documents)
}

/// How many forms of a unit are checked and pass, and are neither proposed nor recognised, by title.
pub async fn ready(
    conn: &mut AnyConnection,
    shard: UnitId,
    year: Year,
) -> Result<Vec<(Title, i64)>> {
    counted(conn, shard, year, StageName::Verified, Figure::Verified).await
}

/// How many forms of a unit hold their title, by title.
pub async fn held(
    conn: &mut AnyConnection,
    shard: UnitId,
    year: Year,
) -> Result<Vec<(Title, i64)>> {
    let (stage, figure) = (StageName::Recognised, Figure::Recognised);
    counted(conn, shard, year, stage, figure).await
}

/// In which years the subjects of a unit held a title, in their order.
pub async fn held_between(
    conn: &mut AnyConnection,
    shard: UnitId,
    title: Title,
    from: Year,
    to: Year,
) -> Result<BTreeMap<SubjectId, Vec<Year>>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT subject, year FROM documents WHERE shard = $1 AND title = $2 AND year BETWEEN $3 AND $4 AND stage = $5 \
         ORDER BY year",
    )
    .bind(shard.to_string())
    .bind(title.as_str())
    .bind(year_column(from))
    .bind(year_column(to))
    .bind(StageName::Recognised.as_str())
    .fetch_all(conn)
    .await?;
    let mut held: BTreeMap<SubjectId, Vec<Year>> = BTreeMap::new();
    for (subject, year) in rows {
        let (Ok(subject), Some(year)) = (subject.parse(), Year::new(year)) else {
            continue;
        };
        held.entry(subject).or_default().push(year);
    }
    Ok(held)
}

/// How many forms of a unit stand at a stage and are counted by a figure, by title.
async fn counted(
    conn: &mut AnyConnection,
    shard: UnitId,
    year: Year,
    stage: StageName,
    figure: Figure,
) -> Result<Vec<(Title, i64)>> {
    let sql = format!(
        "SELECT title, count(*) FROM documents WHERE shard = $1 AND year = $2 AND stage = $3 AND (figures & {}) <> 0 \
         GROUP BY title ORDER BY title",
        figure.bit()
    );
    let rows: Vec<(String, i64)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(shard.to_string())
        .bind(year_column(year))
        .bind(stage.as_str())
        .fetch_all(conn)
        .await?;
    let known = rows
        .into_iter()
        .filter_map(|(title, count)| Some((title.parse().ok()?, count)));
    Ok(known.collect())
}
