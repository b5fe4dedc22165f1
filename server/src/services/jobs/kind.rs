//! Kinds of jobs. A new kind is a type that does it, and a line in [`KINDS`].

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use app::locale::{self, Locale};
use async_trait::async_trait;
use shared::job::Fault;
use shared::problem::ProblemKind;

use crate::auth::SignedIn;
use crate::db::DbError;
use crate::db::jobs::Asking;
use crate::services::achievements::Reports;
use crate::services::certificates::Certificates;
use crate::services::exports::job::Export;
use crate::services::registers::Registers;
use crate::state::AppState;

/// What this server can do.
pub const KINDS: &[&dyn JobKind] = &[
    &Export,
    &Certificates::OfTitles,
    &Certificates::OfCommendations,
    &Registers,
    &Reports,
];

/// A kind of long work.
#[async_trait]
pub trait JobKind: fmt::Debug + Send + Sync {
    /// Its name in the database.
    fn code(&self) -> &'static str;

    /// Whether somebody may have what is asked for, as they are now. Asked when they ask, when it runs, and when they fetch it.
    fn may(&self, state: &AppState, who: &SignedIn, asking: &Asking) -> bool;

    /// Does the work, in pieces; [`Progress::at`] stands between them. What takes long without waiting for anything belongs
    /// into [`Work::on_a_thread`]. It may read from a snapshot, and must not write while it works.
    async fn run(&self, work: &Work) -> Result<Output, Stop>;
}

/// What a job is done with.
#[derive(Debug)]
pub struct Work {
    pub state: AppState,
    /// Its owner, as they are now.
    pub who: SignedIn,
    pub asking: Asking,
    pub language: Locale,
    pub progress: Arc<Progress>,
}

impl Work {
    /// Work that only reckons, on a thread where it keeps nobody waiting, in the language of the job.
    pub async fn on_a_thread<T: Send + 'static>(
        &self,
        reckon: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Stop> {
        on_a_thread(self.language, reckon).await
    }
}

/// The same for whoever waits.
pub async fn on_a_thread<T: Send + 'static>(
    language: Locale,
    reckon: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Stop> {
    let work = tokio::task::spawn_blocking(move || locale::speaking_here(language, reckon));
    work.await.map_err(|error| {
        tracing::error!(%error, "work on a thread broke off");
        Stop::Failed(Fault::Broken)
    })
}

/// What a job has made.
#[derive(Debug)]
pub struct Output {
    pub file_name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// Why a job stops without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    Cancelled,
    Failed(Fault),
}

impl From<ProblemKind> for Stop {
    fn from(kind: ProblemKind) -> Self {
        Stop::Failed(match kind {
            ProblemKind::NotFound | ProblemKind::Forbidden | ProblemKind::SignedOut => {
                Fault::Denied
            }
            ProblemKind::Unavailable => Fault::Unavailable,
            ProblemKind::NoSpace => Fault::NoSpace,
            ProblemKind::TooLarge => Fault::TooLarge,
            _ => Fault::Broken,
        })
    }
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        tracing::error!(%error, "the database failed");
        Stop::Failed(Fault::Unavailable)
    }
}

/// How far a job is, shared by the work and by the one who tells it.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    of: AtomicU64,
    stops: AtomicBool,
}

impl Progress {
    /// Between two pieces: tells how many are done, and learns whether to go on.
    pub fn at(&self, done: usize, of: usize) -> Result<(), Stop> {
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        self.done.store(count(done), Ordering::Relaxed);
        self.of.store(count(of), Ordering::Relaxed);
        match self.stops.load(Ordering::Relaxed) {
            true => Err(Stop::Cancelled),
            false => Ok(()),
        }
    }

    /// Pieces that are done, of how many.
    pub fn now(&self) -> (u64, u64) {
        (
            self.done.load(Ordering::Relaxed),
            self.of.load(Ordering::Relaxed),
        )
    }

    pub fn stop(&self) {
        self.stops.store(true, Ordering::Relaxed);
    }
}
