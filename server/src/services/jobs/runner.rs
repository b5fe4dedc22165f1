//! Who does the jobs: one at a time on each server. A job is claimed in the database, so two servers on one PostgreSQL never do
//! the same one; while it is done its server says every few seconds that it is at work. A job of a server that says nothing any
//! more has failed, and can be asked for again.

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::criteria;
use app::locale::{self, Locale};
use axum::body::Bytes;
use chrono::TimeDelta;
use shared::calendar;
use shared::job::Fault;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout_at};
use tracing::Instrument;

use super::kind::{Output, Progress, Stop, Work};
use crate::auth::SignedIn;
use crate::clock;
use crate::db::jobs::running::{self, Ended, Left};
use crate::db::jobs::{File, Job};
use crate::db::{self, users};
use crate::network::Address;
use crate::services::accounts;
use crate::state::AppState;

/// How often a runner looks for jobs that another server's people asked for.
const LOOK: Duration = Duration::from_secs(15);
/// How often it says that it is at work, and asks whether the job is to end.
const BEAT: Duration = Duration::from_secs(2);
/// A server that has said nothing for so long has stopped.
pub const STALE: TimeDelta = TimeDelta::seconds(90);
/// A job that takes longer is given up: nothing that somebody needs does, and others wait.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// The name of this server among those on one database: the machine, and where it listens there.
pub fn server_name(state: &AppState) -> String {
    let machine = crate::machine::name();
    format!("{machine} {}", state.options.site_addr)
}

/// Does jobs as long as the server runs. Give it a server that listens already: whatever had its name before has stopped.
pub fn start(state: AppState) {
    let server = server_name(&state);
    tokio::spawn(async move {
        if let Err(error) = begin(&state, &server).await {
            tracing::error!(%error, "jobs that were left could not be looked at");
        }
        loop {
            match turn(&state, &server).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::error!(%error, "no job could be taken"),
            }
            tokio::select! {
                () = state.jobs.woken.notified() => {}
                () = sleep(LOOK) => {}
            }
        }
    });
}

/// When a server starts: what it was doing when it stopped has failed.
pub async fn begin(state: &AppState, server: &str) -> db::Result<()> {
    let mut tx = state.db.write().await?;
    let left = running::fail_left(&mut tx, Left::Of(server), clock::now()).await?;
    tx.commit().await?;
    if left > 0 {
        tracing::warn!(left, "jobs were left by the last stop of this server");
    }
    Ok(())
}

/// Does the job that has waited longest. `false`: none waits.
pub async fn turn(state: &AppState, server: &str) -> db::Result<bool> {
    let now = clock::now();
    let mut conn = state.db.read().await?;
    if !running::is_something_to_do(&mut conn, now - STALE).await? {
        return Ok(false);
    }
    drop(conn);
    let mut tx = state.db.write().await?;
    running::fail_left(&mut tx, Left::Since(now - STALE), now).await?;
    let job = running::claim(&mut tx, server, now).await?;
    tx.commit().await?;
    let Some(job) = job else { return Ok(false) };
    let span = tracing::info_span!("job", id = %job.id, kind = job.asking.kind);
    run(state, server, job).instrument(span).await;
    Ok(true)
}

async fn run(state: &AppState, server: &str, job: Job) {
    let begun = Instant::now();
    let progress = Arc::new(Progress::default());
    let ended = beside(state, server, &job, &progress).await;
    let (done, _) = progress.now();
    let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(?ended, pieces = done, ms, "a job has ended");
    let is_kept = match end(state, server, &job, &progress, &ended).await {
        Ok(is_kept) => is_kept,
        Err(error) => {
            // It is told as left when nobody has heard of it for long enough.
            tracing::error!(%error, "the end of a job could not be written");
            return;
        }
    };
    if !is_kept && let Err(error) = state.files.store.forget_result(job.id).await {
        tracing::error!(%error, "the result of a job could not be forgotten");
    }
}

async fn end(
    state: &AppState,
    server: &str,
    job: &Job,
    progress: &Progress,
    ended: &Ended,
) -> db::Result<bool> {
    let now = clock::now();
    let mut tx = state.db.write().await?;
    running::hear(&mut tx, server, job.id, progress.now(), now).await?;
    let is_kept = running::end(&mut tx, server, job.id, ended, now).await?;
    tx.commit().await?;
    Ok(is_kept)
}

/// Has a job done, and says meanwhile that it is being done. Dropped, it takes the work with it.
async fn beside(state: &AppState, server: &str, job: &Job, progress: &Arc<Progress>) -> Ended {
    let mut work = JoinSet::new();
    let (its_state, its_job, its_progress) = (state.clone(), job.clone(), progress.clone());
    let doing = async move { result(its_state, its_job, its_progress).await };
    work.spawn(doing.in_current_span());
    let longest = tokio::time::Instant::now() + LONGEST;
    loop {
        let ended = async {
            match work.join_next().await {
                Some(ended) => ended,
                None => pending().await,
            }
        };
        tokio::select! {
            ended = timeout_at(longest, ended) => {
                return ended.map_or(Ended::Failed(Fault::TooLarge), told);
            }
            () = state.jobs.told.notified() => {}
            () = sleep(BEAT) => {}
        }
        match heard(state, server, job, progress).await {
            Ok(Some(false)) => {}
            // It is to end, or is told as left already.
            Ok(Some(true) | None) => progress.stop(),
            Err(error) => tracing::error!(%error, "nobody could be told how far a job is"),
        }
    }
}

async fn heard(
    state: &AppState,
    server: &str,
    job: &Job,
    progress: &Progress,
) -> db::Result<Option<bool>> {
    let mut tx = state.db.write().await?;
    let stops = running::hear(&mut tx, server, job.id, progress.now(), clock::now()).await?;
    tx.commit().await?;
    Ok(stops)
}

/// How the work ended; a panic is its own fault and nobody else's.
fn told(ended: Result<Result<File, Stop>, JoinError>) -> Ended {
    match ended {
        Ok(Ok(file)) => Ended::Done(file),
        Ok(Err(Stop::Cancelled)) => Ended::Cancelled,
        Ok(Err(Stop::Failed(fault))) => Ended::Failed(fault),
        Err(error) => {
            tracing::error!(%error, "a job broke off");
            Ended::Failed(Fault::Broken)
        }
    }
}

/// Does the work in the name of its owner, as they are now, and keeps what it has made.
async fn result(state: AppState, job: Job, progress: Arc<Progress>) -> Result<File, Stop> {
    let kind = state.jobs.kind(&job.asking.kind);
    let kind = kind.ok_or(Stop::Failed(Fault::Broken))?;
    let who = owner(&state, &job).await?;
    if !kind.may(&state, &who, &job.asking) {
        return Err(Stop::Failed(Fault::Denied));
    }
    let work = Work {
        language: Locale::parse(&job.asking.language).unwrap_or_default(),
        state,
        who,
        asking: job.asking,
        progress,
    };
    let run = locale::speaking(work.language, kind.run(&work));
    let Output {
        file_name,
        media_type,
        bytes,
    } = criteria::by(work.state.criteria.now(), run).await?;
    if bytes.len() > work.state.jobs.limits.bytes {
        return Err(Stop::Failed(Fault::TooLarge));
    }
    let length = bytes.len() as u64;
    if !work.state.disk.has_room(length) {
        return Err(Stop::Failed(Fault::NoSpace));
    }
    let kept = work
        .state
        .files
        .store
        .put_result(job.id, Bytes::from(bytes));
    kept.await.map_err(|error| {
        tracing::error!(%error, "the result of a job could not be kept");
        Stop::Failed(Fault::Unavailable)
    })?;
    Ok(File {
        name: file_name,
        media_type: media_type.to_owned(),
        bytes: length,
    })
}

async fn owner(state: &AppState, job: &Job) -> Result<SignedIn, Stop> {
    let mut conn = state.db.read().await?;
    let user = users::by_id(&mut conn, job.asking.by).await?;
    let user = user.filter(|user| !user.disabled);
    let user = user.ok_or(Stop::Failed(Fault::Denied))?;
    let tree = state.units.tree();
    Ok(SignedIn {
        actor: accounts::actor(&user, &tree, calendar::day(clock::now())),
        user,
        tree,
        temporary: false,
        // It is done here, whoever asked for it from where.
        address: Address::default(),
    })
}
