//! What servers do with jobs: take one, say that they are at work, end it.

use chrono::{DateTime, Utc};
use shared::ids::JobId;
use shared::job::{Fault, JobState};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{COLUMNS, File, Job, Row, signed};
use crate::db::{Result, millis};

/// How a job ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    Done(File),
    Failed(Fault),
    Cancelled,
}

/// Whether a runner has something to do: a job that waits, or one whose server was not heard of since `stale`.
pub async fn is_something_to_do(conn: &mut AnyConnection, stale: DateTime<Utc>) -> Result<bool> {
    let (count,): (i64,) = sqlx::query_as(
        "SELECT count(*) FROM jobs WHERE state = 'waiting' OR (state = 'running' AND heard_at < $1)",
    )
    .bind(millis(stale))
    .fetch_one(conn)
    .await?;
    Ok(count > 0)
}

/// Takes the job that has waited longest. Two servers that ask for the same one at the same moment: the second waits for the
/// first, finds that it waits no more, and gets nothing.
pub async fn claim(
    conn: &mut AnyConnection,
    server: &str,
    now: DateTime<Utc>,
) -> Result<Option<Job>> {
    let sql = format!(
        "UPDATE jobs SET state = 'running', server = $1, started_at = $2, heard_at = $2 \
         WHERE state = 'waiting' AND id = (SELECT id FROM jobs WHERE state = 'waiting' \
         ORDER BY made_at, id LIMIT 1) RETURNING {COLUMNS}"
    );
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(server)
        .bind(millis(now))
        .fetch_optional(conn)
        .await?;
    row.map(Job::try_from).transpose()
}

/// Says that a server is at work on a job, and how far it is. Returns whether the job is to end; nothing, when it is not this
/// server's any more.
pub async fn hear(
    conn: &mut AnyConnection,
    server: &str,
    id: JobId,
    (done, of): (u64, u64),
    now: DateTime<Utc>,
) -> Result<Option<bool>> {
    let stops: Option<(i64,)> = sqlx::query_as(
        "UPDATE jobs SET heard_at = $3, pieces_done = $4, pieces = $5 \
         WHERE id = $1 AND server = $2 AND state = 'running' RETURNING stops",
    )
    .bind(id.to_string())
    .bind(server)
    .bind(millis(now))
    .bind(signed(done))
    .bind(signed(of))
    .fetch_optional(conn)
    .await?;
    Ok(stops.map(|(stops,)| stops != 0))
}

/// Ends a job that a server does. `false`: it is not this server's any more.
pub async fn end(
    conn: &mut AnyConnection,
    server: &str,
    id: JobId,
    ended: &Ended,
    now: DateTime<Utc>,
) -> Result<bool> {
    let (state, fault, file) = match ended {
        Ended::Done(file) => (JobState::Done, None, Some(file)),
        Ended::Failed(fault) => (JobState::Failed, Some(*fault), None),
        Ended::Cancelled => (JobState::Cancelled, None, None),
    };
    let done = sqlx::query(
        "UPDATE jobs SET state = $3, fault = $4, file_name = $5, media_type = $6, file_bytes = $7, ended_at = $8 \
         WHERE id = $1 AND server = $2 AND state = 'running'",
    )
    .bind(id.to_string())
    .bind(server)
    .bind(state.as_str())
    .bind(fault.map(Fault::as_str))
    .bind(file.map(|file| file.name.clone()))
    .bind(file.map(|file| file.media_type.clone()))
    .bind(file.map(|file| signed(file.bytes)))
    .bind(millis(now))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Which jobs nobody does any more, though they are marked as running.
#[derive(Clone, Copy, Debug)]
pub enum Left<'a> {
    /// Those of a server that has just started.
    Of(&'a str),
    /// Those whose server was not heard of since.
    Since(DateTime<Utc>),
}

/// Fails them; returns how many.
pub async fn fail_left(
    conn: &mut AnyConnection,
    left: Left<'_>,
    now: DateTime<Utc>,
) -> Result<u64> {
    let which = match left {
        Left::Of(_) => "server = $2",
        Left::Since(_) => "heard_at < $2",
    };
    let sql = format!(
        "UPDATE jobs SET state = 'failed', fault = 'restarted', ended_at = $1 WHERE state = 'running' AND {which}"
    );
    let query = sqlx::query(AssertSqlSafe(sql)).bind(millis(now));
    let query = match left {
        Left::Of(server) => query.bind(server.to_owned()),
        Left::Since(stale) => query.bind(millis(stale)),
    };
    Ok(query.execute(conn).await?.rows_affected())
}
