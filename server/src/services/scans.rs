//! Scans of signed papers: taken whole, looked at by their content, kept for good.

use std::collections::BTreeMap;

use app::BackendError;
use axum::body::Bytes;
use object_store::GetResult;
use sha2::{Digest, Sha256};
use shared::api::scans::{SCAN_MAX, SCANS_MAX, Scan, ScanProblem};
use shared::evidence::content;
use shared::evidence::{FileHash, MediaType};
use shared::ids::UserId;
use shared::problem::ProblemKind;
use uuid::Uuid;

use super::figures::failed;
use crate::auth::SignedIn;
use crate::bodies::SentFile;
use crate::clock;
use crate::db::scans::{self, Kept};
use crate::db::{self, AnyConnection, DbError, users};
use crate::state::AppState;

/// Letters of a file's name that are kept.
const NAME_MAX: usize = 100;

/// Why a scan was not kept.
#[derive(Debug)]
pub enum NotKept {
    Problem(ScanProblem),
    Failed(BackendError),
}

impl From<ScanProblem> for NotKept {
    fn from(problem: ScanProblem) -> Self {
        Self::Problem(problem)
    }
}

/// Keeps the file of a scan, durably; no paper has it yet ([`scans::insert`]).
pub async fn store(state: &AppState, who: &SignedIn, given: SentFile) -> Result<Kept, NotKept> {
    let media_type = looked_at(&given)?;
    let length = given.bytes.len() as u64;
    if !state.disk.has_room(length) {
        return Err(ScanProblem::NoSpace.into());
    }
    let hash = FileHash::from_digest(Sha256::digest(&given.bytes).into());
    let put = state.files.store.put_scan(hash, Bytes::from(given.bytes));
    put.await.map_err(|error| {
        tracing::error!(%error, "a scan could not be kept");
        NotKept::Failed(ProblemKind::Unavailable.into())
    })?;
    Ok(Kept {
        hash,
        name: given.name.trim().chars().take(NAME_MAX).collect(),
        media_type,
        bytes: length,
        by: who.user.id,
        at: clock::now(),
    })
}

fn looked_at(given: &SentFile) -> Result<MediaType, ScanProblem> {
    if given.is_too_large || given.bytes.len() > SCAN_MAX {
        return Err(ScanProblem::TooLarge);
    }
    if given.bytes.is_empty() {
        return Err(ScanProblem::Missing);
    }
    content::known(&given.bytes).map_err(|_| ScanProblem::Unknown)
}

/// Keeps a scan of a paper that the caller may add to.
pub async fn add(
    state: &AppState,
    who: &SignedIn,
    paper: Uuid,
    given: SentFile,
) -> Result<(), NotKept> {
    has_room(&mut *state.db.read().await.map_err(broke)?, paper).await?;
    let kept = store(state, who, given).await?;
    let mut tx = state.db.write().await.map_err(broke)?;
    has_room(&mut tx, paper).await?;
    scans::insert(&mut tx, paper, &kept).await.map_err(broke)?;
    tx.commit().await.map_err(|error| broke(error.into()))
}

fn broke(error: DbError) -> NotKept {
    NotKept::Failed(failed(error))
}

async fn has_room(conn: &mut AnyConnection, paper: Uuid) -> Result<(), NotKept> {
    let kept = scans::of(conn, paper).await.map_err(broke)?;
    match kept.len() < SCANS_MAX {
        true => Ok(()),
        false => Err(ScanProblem::TooMany.into()),
    }
}

/// The scans of a paper as a page shows them.
pub async fn of(conn: &mut AnyConnection, paper: Uuid) -> db::Result<Vec<Scan>> {
    let kept = scans::of(conn, paper).await?;
    let by: Vec<UserId> = kept.iter().map(|scan| scan.by).collect();
    let names: BTreeMap<UserId, String> = users::names(conn, &by).await?;
    let scan = |scan: Kept| Scan {
        hash: scan.hash,
        name: scan.name,
        media_type: scan.media_type,
        bytes: scan.bytes,
        by: names.get(&scan.by).cloned().unwrap_or_default(),
        at: scan.at,
    };
    Ok(kept.into_iter().map(scan).collect())
}

/// A scan of a paper that the caller may see.
pub async fn open(
    state: &AppState,
    paper: Uuid,
    hash: FileHash,
) -> Result<(Kept, GetResult), BackendError> {
    let mut conn = state.db.read().await.map_err(failed)?;
    let kept = scans::find(&mut conn, paper, hash).await.map_err(failed)?;
    let kept = kept.ok_or(ProblemKind::NotFound)?;
    drop(conn);
    let bytes = state.files.store.scan(hash).await.map_err(|error| {
        tracing::error!(%error, %hash, "a scan could not be opened");
        BackendError::from(ProblemKind::Unavailable)
    })?;
    Ok((kept, bytes))
}
