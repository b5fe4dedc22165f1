//! The symbol of an association, printed on the certificates of a unit that writes for one.

use app::BackendError;
use axum::body::Bytes;
use object_store::GetResult;
use sha2::{Digest, Sha256};
use shared::api::letterheads::SymbolProblem;
use shared::evidence::FileHash;
use shared::ids::UnitId;
use shared::problem::ProblemKind;

use super::figures::failed;
use super::letterheads::one_of;
use crate::auth::SignedIn;
use crate::bodies::SentFile;
use crate::clock;
use crate::db::{AnyConnection, DbError, symbols};
use crate::files::store::Store;
use crate::state::AppState;

/// Why a symbol was not kept.
#[derive(Debug)]
pub enum NotKept {
    Problem(SymbolProblem),
    Failed(BackendError),
}

impl From<SymbolProblem> for NotKept {
    fn from(problem: SymbolProblem) -> Self {
        Self::Problem(problem)
    }
}

impl From<BackendError> for NotKept {
    fn from(error: BackendError) -> Self {
        Self::Failed(error)
    }
}

/// Gives one of somebody's units a symbol.
pub async fn give(
    state: &AppState,
    who: &SignedIn,
    unit: UnitId,
    given: SentFile,
) -> Result<(), NotKept> {
    let now = clock::now();
    let unit = one_of(who, unit, shared::calendar::day(now))?;
    if given.bytes.is_empty() && !given.is_too_large {
        return Err(SymbolProblem::Missing.into());
    }
    if given.is_too_large || !papers::is_symbol(&given.bytes) {
        return Err(SymbolProblem::NotAPicture.into());
    }
    if !state.disk.has_room(given.bytes.len() as u64) {
        return Err(SymbolProblem::NoSpace.into());
    }
    let hash = FileHash::from_digest(Sha256::digest(&given.bytes).into());
    let put = state.files.store.put_scan(hash, Bytes::from(given.bytes));
    put.await.map_err(|error| {
        tracing::error!(%error, "a symbol could not be kept");
        BackendError::from(ProblemKind::Unavailable)
    })?;
    let written = async {
        let mut tx = state.db.write().await?;
        symbols::put(&mut tx, unit, hash, who.user.id, now).await?;
        tx.commit().await?;
        Ok::<_, DbError>(())
    };
    Ok(written.await.map_err(failed)?)
}

/// Takes the symbol of one of somebody's units away.
pub async fn take_away(state: &AppState, who: &SignedIn, unit: UnitId) -> Result<(), BackendError> {
    let unit = one_of(who, unit, clock::today())?;
    let written = async {
        let mut tx = state.db.write().await?;
        symbols::forget(&mut tx, unit).await?;
        tx.commit().await?;
        Ok::<_, DbError>(())
    };
    written.await.map_err(failed)
}

/// The symbol of one of somebody's units, to look at.
pub async fn open(
    state: &AppState,
    who: &SignedIn,
    unit: UnitId,
) -> Result<GetResult, BackendError> {
    let unit = one_of(who, unit, clock::today())?;
    let hash = {
        let mut conn = state.db.read().await.map_err(failed)?;
        symbols::of(&mut conn, unit).await.map_err(failed)?
    };
    let hash = hash.ok_or(ProblemKind::NotFound)?;
    state.files.store.scan(hash).await.map_err(unopened)
}

fn unopened(error: object_store::Error) -> BackendError {
    tracing::error!(%error, "a symbol could not be opened");
    ProblemKind::Unavailable.into()
}

/// The symbol for what a unit hands out, if it has one.
pub async fn for_papers(
    conn: &mut AnyConnection,
    store: &Store,
    unit: UnitId,
) -> Result<Option<Vec<u8>>, BackendError> {
    let Some(hash) = symbols::of(conn, unit).await.map_err(failed)? else {
        return Ok(None);
    };
    let found = store.scan(hash).await.map_err(unopened)?;
    let bytes = found.bytes().await.map_err(unopened)?;
    Ok(Some(bytes.to_vec()))
}
