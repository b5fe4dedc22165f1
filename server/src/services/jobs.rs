//! Long work is a row in the database (`docs/adr/0030`): somebody asks for it and goes on with theirs, a page says how far it
//! is, and a restart leaves nothing that looks as if it went on.
//!
//! A job belongs to its owner: nobody else finds it. What they may have is asked three times, when they ask, when it runs and
//! when they fetch the result, because weeks may lie between.

pub mod kind;
pub mod runner;

use app::BackendError;
use chrono::{DateTime, TimeDelta, Utc};
use object_store::GetResult;
use shared::api::ROWS_AT_ONCE;
use shared::api::jobs::{JobFile, JobSeen};
use shared::event::EventKind;
use shared::ids::JobId;
use shared::job::KEPT_DAYS;
use shared::problem::ProblemKind;
use tokio::sync::Notify;
use uuid::Uuid;

use self::kind::{JobKind, KINDS};
use super::events;
use super::figures::failed;
use crate::auth::SignedIn;
use crate::clock;
use crate::db::jobs::{self, Asking, File, Job, Old};
use crate::db::{self, Db, DbError};
use crate::error::ApiError;
use crate::files::Files;
use crate::state::AppState;

/// A job is forgotten so long after it has ended.
pub const KEPT: TimeDelta = TimeDelta::days(KEPT_DAYS);
/// Bytes of what is asked for, and letters of its name.
const ASKED_MAX: usize = 4_000;
const WHAT_MAX: usize = 80;
/// Jobs that are forgotten in one go.
const FORGOTTEN: usize = 100;

/// How much there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Jobs of one person that wait or run, and of all.
    pub own: u64,
    pub all: u64,
    /// Ended jobs of one person that are kept.
    pub kept: usize,
    /// The largest result.
    pub bytes: usize,
    /// Rows of a table that is written while somebody waits.
    pub rows_at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            own: 3,
            all: 60,
            kept: 20,
            bytes: 128 << 20,
            rows_at_once: ROWS_AT_ONCE,
        }
    }
}

/// What a server does jobs with.
#[derive(Debug)]
pub struct Jobs {
    pub kinds: &'static [&'static dyn JobKind],
    pub limits: Limits,
    /// A job waits.
    woken: Notify,
    /// One that runs is to end.
    told: Notify,
}

impl Default for Jobs {
    fn default() -> Self {
        Self::new(KINDS, Limits::default())
    }
}

impl Jobs {
    pub fn new(kinds: &'static [&'static dyn JobKind], limits: Limits) -> Self {
        Self {
            kinds,
            limits,
            woken: Notify::new(),
            told: Notify::new(),
        }
    }

    fn kind(&self, code: &str) -> Option<&'static dyn JobKind> {
        self.kinds.iter().find(|kind| kind.code() == code).copied()
    }
}

/// What became of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Made(JobId),
    /// The person has as many that wait or run as one may have.
    OwnFull,
    /// All together have.
    AllFull,
}

/// Asks for a job in the name of its owner.
pub async fn ask(state: &AppState, who: &SignedIn, asking: Asking) -> Result<Asked, ApiError> {
    if asking.asked.len() > ASKED_MAX || asking.what.chars().count() > WHAT_MAX {
        return Err(ProblemKind::TooLarge.into());
    }
    let kind = state.jobs.kind(&asking.kind).ok_or(ProblemKind::NotFound)?;
    if !kind.may(state, who, &asking) {
        return Err(ProblemKind::NotFound.into());
    }
    let limits = state.jobs.limits;
    let id = JobId::from_uuid(Uuid::now_v7());
    let mut tx = state.db.write().await?;
    // Servers that ask at the same moment may go over by one each.
    let (own, all) = jobs::unended(&mut tx, asking.by).await?;
    if own >= limits.own {
        return Ok(Asked::OwnFull);
    }
    if all >= limits.all {
        return Ok(Asked::AllFull);
    }
    jobs::add(&mut tx, id, &asking, clock::now()).await?;
    let beyond = jobs::old(&mut tx, Old::Beyond(asking.by, limits.kept)).await?;
    tx.commit().await.map_err(DbError::from)?;
    tracing::info!(job = %id, kind = asking.kind, "a job was asked for");
    state.jobs.woken.notify_one();
    forget(&state.db, &state.files, &beyond).await?;
    Ok(Asked::Made(id))
}

/// Asks for the same again, in the language that is spoken now.
pub async fn again(
    state: &AppState,
    who: &SignedIn,
    id: JobId,
    language: &str,
) -> Result<Asked, ApiError> {
    let job = own(state, who, id).await?;
    let asking = Asking {
        language: language.to_owned(),
        ..job.asking
    };
    ask(state, who, asking).await
}

/// Ends one's own job: at once when it waits, before its next piece when it runs.
pub async fn cancel(state: &AppState, who: &SignedIn, id: JobId) -> Result<(), ApiError> {
    own(state, who, id).await?;
    let mut tx = state.db.write().await?;
    jobs::cancel(&mut tx, who.user.id, id, clock::now()).await?;
    tx.commit().await.map_err(DbError::from)?;
    state.jobs.told.notify_one();
    Ok(())
}

async fn own(state: &AppState, who: &SignedIn, id: JobId) -> Result<Job, ApiError> {
    let mut conn = state.db.read().await?;
    let found = jobs::of_user(&mut conn, who.user.id, id).await?;
    found.ok_or_else(|| ProblemKind::NotFound.into())
}

/// One's own jobs, the newest first.
pub async fn list(state: &AppState, who: &SignedIn) -> Result<Vec<JobSeen>, BackendError> {
    let Limits { own, kept, .. } = state.jobs.limits;
    let most = kept.saturating_add(usize::try_from(own).unwrap_or(usize::MAX));
    let mut conn = state.db.read().await.map_err(failed)?;
    let found = jobs::last_of(&mut conn, who.user.id, most).await;
    let found = found.map_err(failed)?;
    Ok(found.into_iter().map(|job| seen(who, job, 0)).collect())
}

/// One's own job.
pub async fn one(state: &AppState, who: &SignedIn, id: JobId) -> Result<JobSeen, BackendError> {
    let mut conn = state.db.read().await.map_err(failed)?;
    let found = jobs::of_user(&mut conn, who.user.id, id).await;
    let job = found.map_err(failed)?.ok_or(ProblemKind::NotFound)?;
    let before = match job.state.is_ended() {
        true => 0,
        false => jobs::before(&mut conn, &job).await.map_err(failed)?,
    };
    Ok(seen(who, job, before))
}

fn seen(who: &SignedIn, job: Job, before: u64) -> JobSeen {
    let unit = who.tree.name(job.asking.unit, clock::today());
    JobSeen {
        id: job.id,
        unit: unit.unwrap_or_default().to_owned(),
        kind: job.asking.kind,
        what: job.asking.what,
        state: job.state,
        stops: job.stops,
        done: job.done,
        of: job.of,
        before,
        made_at: job.made_at,
        ended_at: job.ended_at,
        fault: job.fault,
        file: job.file.map(|file| JobFile {
            name: file.name,
            bytes: file.bytes,
        }),
        until: job.ended_at.map(|at| at + KEPT),
    }
}

/// The result of one's own job. That it was fetched is recorded: this is when it leaves the system.
pub async fn result(
    state: &AppState,
    who: &SignedIn,
    id: JobId,
) -> Result<(File, GetResult), ApiError> {
    let job = own(state, who, id).await?;
    let file = job.file.ok_or(ProblemKind::NotFound)?;
    let kind = state.jobs.kind(&job.asking.kind);
    if !kind.is_some_and(|kind| kind.may(state, who, &job.asking)) {
        return Err(ProblemKind::Forbidden.into());
    }
    let bytes = state.files.store.result(id).await.map_err(|error| {
        tracing::error!(job = %id, %error, "the result of a job is not there");
        ProblemKind::NotFound
    })?;
    let told = who.event(EventKind::Exported).what(file.name.clone());
    events::record(state, told);
    Ok((file, bytes))
}

/// Forgets what ended longer ago than [`KEPT`]; returns how many jobs.
pub async fn sweep(db: &Db, files: &Files, now: DateTime<Utc>) -> db::Result<usize> {
    let mut forgotten = 0;
    loop {
        let mut conn = db.read().await?;
        let old = jobs::old(&mut conn, Old::Before(now - KEPT, FORGOTTEN)).await?;
        drop(conn);
        let count = forget(db, files, &old).await?;
        forgotten += count;
        if count < FORGOTTEN {
            return Ok(forgotten);
        }
    }
}

/// Forgets jobs, the result first: a row whose file is gone can be forgotten later, a file without a row never.
async fn forget(db: &Db, files: &Files, ids: &[JobId]) -> db::Result<usize> {
    let mut forgotten = 0;
    for id in ids {
        if let Err(error) = files.store.forget_result(*id).await {
            tracing::error!(job = %id, %error, "the result of a job could not be forgotten");
            continue;
        }
        let mut tx = db.write().await?;
        jobs::forget(&mut tx, *id).await?;
        tx.commit().await?;
        forgotten += 1;
    }
    Ok(forgotten)
}
