//! The `jobs` table: long work, who asked for it, and how far it is.

pub mod running;

use chrono::{DateTime, Utc};
use shared::ids::{JobId, UnitId, UserId};
use shared::job::{Fault, JobState};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{Result, from_columns, millis, moment, parsed, unreadable};

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// The code of a kind.
    pub kind: String,
    pub by: UserId,
    pub unit: UnitId,
    pub what: String,
    /// JSON.
    pub asked: String,
    /// The code of a language.
    pub language: String,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub id: JobId,
    pub asking: Asking,
    pub state: JobState,
    pub stops: bool,
    pub done: u64,
    pub of: u64,
    pub made_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub fault: Option<Fault>,
    pub file: Option<File>,
}

/// A result, which lies in the store of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub media_type: String,
    pub bytes: u64,
}

struct Row {
    id: String,
    kind: String,
    by_user: String,
    unit: String,
    what: String,
    asked: String,
    language: String,
    state: String,
    stops: i64,
    pieces_done: i64,
    pieces: i64,
    made_at: i64,
    ended_at: Option<i64>,
    fault: Option<String>,
    file_name: Option<String>,
    media_type: Option<String>,
    file_bytes: Option<i64>,
}

from_columns!(Row {
    id,
    kind,
    by_user,
    unit,
    what,
    asked,
    language,
    state,
    stops,
    pieces_done,
    pieces,
    made_at,
    ended_at,
    fault,
    file_name,
    media_type,
    file_bytes
});

const COLUMNS: &str = "id, kind, by_user, unit, what, asked, language, state, stops, pieces_done, pieces, made_at, \
                       ended_at, fault, file_name, media_type, file_bytes";

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl TryFrom<Row> for Job {
    type Error = super::DbError;

    fn try_from(row: Row) -> Result<Self> {
        let file = |((name, media_type), bytes)| File {
            name,
            media_type,
            bytes: unsigned(bytes),
        };
        let fault =
            |text: &String| Fault::parse(text).ok_or_else(|| unreadable("jobs", "fault", text));
        Ok(Self {
            id: parsed("jobs", "id", &row.id)?,
            state: JobState::parse(&row.state)
                .ok_or_else(|| unreadable("jobs", "state", &row.state))?,
            asking: Asking {
                kind: row.kind,
                by: parsed("jobs", "by_user", &row.by_user)?,
                unit: parsed("jobs", "unit", &row.unit)?,
                what: row.what,
                asked: row.asked,
                language: row.language,
            },
            stops: row.stops != 0,
            done: unsigned(row.pieces_done),
            of: unsigned(row.pieces),
            made_at: moment(row.made_at),
            ended_at: row.ended_at.map(moment),
            fault: row.fault.as_ref().map(fault).transpose()?,
            file: row
                .file_name
                .zip(row.media_type)
                .zip(row.file_bytes)
                .map(file),
        })
    }
}

pub async fn add(
    conn: &mut AnyConnection,
    id: JobId,
    asking: &Asking,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO jobs (id, kind, by_user, unit, what, asked, language, state, made_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8)",
    )
    .bind(id.to_string())
    .bind(&asking.kind)
    .bind(asking.by.to_string())
    .bind(asking.unit.to_string())
    .bind(&asking.what)
    .bind(&asking.asked)
    .bind(&asking.language)
    .bind(millis(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// How many wait or run, of one person and of all.
pub async fn unended(conn: &mut AnyConnection, by: UserId) -> Result<(u64, u64)> {
    let (own, all): (i64, i64) = sqlx::query_as(
        "SELECT CAST(COALESCE(sum(CASE WHEN by_user = $1 THEN 1 ELSE 0 END), 0) AS BIGINT), count(*) \
         FROM jobs WHERE state IN ('waiting', 'running')",
    )
    .bind(by.to_string())
    .fetch_one(conn)
    .await?;
    Ok((unsigned(own), unsigned(all)))
}

/// A job of a person. Another's is not found.
pub async fn of_user(conn: &mut AnyConnection, by: UserId, id: JobId) -> Result<Option<Job>> {
    let sql = format!("SELECT {COLUMNS} FROM jobs WHERE id = $1 AND by_user = $2");
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(id.to_string())
        .bind(by.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(Job::try_from).transpose()
}

/// The last jobs of a person, the newest first.
pub async fn last_of(conn: &mut AnyConnection, by: UserId, limit: usize) -> Result<Vec<Job>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM jobs WHERE by_user = $1 ORDER BY made_at DESC, id DESC LIMIT {limit}"
    );
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(by.to_string())
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(Job::try_from).collect()
}

/// How many wait that were asked for before one.
pub async fn before(conn: &mut AnyConnection, job: &Job) -> Result<u64> {
    let (before,): (i64,) = sqlx::query_as(
        "SELECT count(*) FROM jobs WHERE state = 'waiting' AND (made_at, id) < ($1, $2)",
    )
    .bind(millis(job.made_at))
    .bind(job.id.to_string())
    .fetch_one(conn)
    .await?;
    Ok(unsigned(before))
}

/// Ends a person's job that waits, and asks one that runs to end.
pub async fn cancel(
    conn: &mut AnyConnection,
    by: UserId,
    id: JobId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "UPDATE jobs SET stops = 1, ended_at = CASE WHEN state = 'waiting' THEN $3 ELSE ended_at END, \
         state = CASE WHEN state = 'waiting' THEN 'cancelled' ELSE state END \
         WHERE id = $1 AND by_user = $2 AND state IN ('waiting', 'running')",
    )
    .bind(id.to_string())
    .bind(by.to_string())
    .bind(millis(now))
    .execute(conn)
    .await?;
    Ok(())
}

/// Which ended jobs are to be forgotten.
#[derive(Clone, Copy, Debug)]
pub enum Old {
    /// Those that ended before, so many of them.
    Before(DateTime<Utc>, usize),
    /// A person's beyond their newest so many.
    Beyond(UserId, usize),
}

pub async fn old(conn: &mut AnyConnection, old: Old) -> Result<Vec<JobId>> {
    let ended = "SELECT id FROM jobs WHERE state IN ('done', 'failed', 'cancelled')";
    let rows: Vec<(String,)> = match old {
        Old::Before(at, limit) => {
            let sql = format!("{ended} AND ended_at < $1 ORDER BY ended_at LIMIT {limit}");
            let query = sqlx::query_as(AssertSqlSafe(sql)).bind(millis(at));
            query.fetch_all(conn).await?
        }
        Old::Beyond(by, kept) => {
            let newest = i64::MAX;
            let sql = format!(
                "{ended} AND by_user = $1 ORDER BY made_at DESC, id DESC LIMIT {newest} OFFSET {kept}"
            );
            let query = sqlx::query_as(AssertSqlSafe(sql)).bind(by.to_string());
            query.fetch_all(conn).await?
        }
    };
    rows.iter().map(|(id,)| parsed("jobs", "id", id)).collect()
}

pub async fn forget(conn: &mut AnyConnection, id: JobId) -> Result<()> {
    sqlx::query("DELETE FROM jobs WHERE id = $1")
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
