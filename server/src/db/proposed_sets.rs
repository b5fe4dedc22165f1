//! The `proposed_sets` table: sets of criteria that somebody gave, and what became of them.

use chrono::{DateTime, Utc};
use shared::api::criteria::ProposedState;
use shared::criteria::CriteriaSetId;
use shared::ids::{ProposedSetId, UserId};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{Result, from_columns, millis, moment, parsed, unreadable};

/// A set that somebody gave, without its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: ProposedSetId,
    pub set: CriteriaSetId,
    pub by: UserId,
    pub made: DateTime<Utc>,
    pub state: ProposedState,
    pub ended: Option<Ended>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub by: UserId,
    pub at: DateTime<Utc>,
    pub reason: Option<String>,
}

struct Row {
    id: String,
    set_id: String,
    by_user: String,
    made_at: i64,
    state: String,
    ended_by: Option<String>,
    ended_at: Option<i64>,
    reason: Option<String>,
}

from_columns!(Row {
    id,
    set_id,
    by_user,
    made_at,
    state,
    ended_by,
    ended_at,
    reason
});

const COLUMNS: &str = "id, set_id, by_user, made_at, state, ended_by, ended_at, reason";

impl TryFrom<Row> for Kept {
    type Error = super::DbError;

    fn try_from(row: Row) -> Result<Self> {
        let ended = row.ended_by.zip(row.ended_at).map(|(by, at)| {
            Ok::<_, Self::Error>(Ended {
                by: parsed("proposed_sets", "ended_by", &by)?,
                at: moment(at),
                reason: row.reason,
            })
        });
        Ok(Self {
            id: parsed("proposed_sets", "id", &row.id)?,
            set: CriteriaSetId::new(row.set_id),
            by: parsed("proposed_sets", "by_user", &row.by_user)?,
            made: moment(row.made_at),
            state: ProposedState::parse(&row.state)
                .ok_or_else(|| unreadable("proposed_sets", "state", &row.state))?,
            ended: ended.transpose()?,
        })
    }
}

/// Those of a state, the newest first.
pub async fn of_state(
    conn: &mut AnyConnection,
    state: ProposedState,
    limit: usize,
) -> Result<Vec<Kept>> {
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM proposed_sets WHERE state = $1 ORDER BY made_at DESC, id LIMIT {limit}"
    )))
    .bind(state.as_str())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Kept::try_from).collect()
}

/// One of them, with its file.
pub async fn find(conn: &mut AnyConnection, id: ProposedSetId) -> Result<Option<(Kept, String)>> {
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM proposed_sets WHERE id = $1"
    )))
    .bind(id.to_string())
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (file,): (String,) = sqlx::query_as("SELECT file FROM proposed_sets WHERE id = $1")
        .bind(id.to_string())
        .fetch_one(conn)
        .await?;
    Ok(Some((Kept::try_from(row)?, file)))
}

/// The one by which a set became known, with its file.
pub async fn of_set(
    conn: &mut AnyConnection,
    set: &CriteriaSetId,
) -> Result<Option<(Kept, String)>> {
    let id: Option<(String,)> =
        sqlx::query_as("SELECT id FROM proposed_sets WHERE set_id = $1 AND state = $2")
            .bind(set.as_str())
            .bind(ProposedState::Added.as_str())
            .fetch_optional(&mut *conn)
            .await?;
    match id {
        Some((id,)) => find(conn, parsed("proposed_sets", "id", &id)?).await,
        None => Ok(None),
    }
}

/// Writes a new one that waits.
pub async fn insert(
    conn: &mut AnyConnection,
    id: ProposedSetId,
    set: &CriteriaSetId,
    file: &str,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO proposed_sets (id, set_id, file, by_user, made_at, state) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id.to_string())
    .bind(set.as_str())
    .bind(file)
    .bind(by.to_string())
    .bind(millis(now))
    .bind(ProposedState::Waiting.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends one that waits; `false` when it waits no more.
pub async fn end(
    conn: &mut AnyConnection,
    id: ProposedSetId,
    state: ProposedState,
    ended: &Ended,
) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE proposed_sets SET state = $2, ended_by = $3, ended_at = $4, reason = $5 WHERE id = $1 AND state = $6",
    )
    .bind(id.to_string())
    .bind(state.as_str())
    .bind(ended.by.to_string())
    .bind(millis(ended.at))
    .bind(ended.reason.as_deref())
    .bind(ProposedState::Waiting.as_str())
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
