//! Sealed letters on their way in: parts that grow until they are whole, are opened, and are forgotten.

use axum::body::Body;
use shared::evidence::FileHash;
use shared::problem::ProblemKind;
use shared::sealed::Delivered;

use super::files::{FileError, Progress};
use super::quotas::Of;
use super::sealing;
use crate::auth::SignedIn;
use crate::clock;
use crate::error::ApiError;
use crate::files::staging::{Ended, KEPT, Turn};
use crate::state::AppState;

/// Why a part was not taken.
#[derive(Debug)]
pub enum NotTaken {
    Part(FileError),
    /// It was the last one, and the letter was not taken.
    Letter(ApiError),
}

impl From<FileError> for NotTaken {
    fn from(error: FileError) -> Self {
        NotTaken::Part(error)
    }
}

impl From<std::io::Error> for NotTaken {
    fn from(error: std::io::Error) -> Self {
        FileError::from(error).into()
    }
}

impl From<ApiError> for NotTaken {
    fn from(error: ApiError) -> Self {
        NotTaken::Letter(error)
    }
}

/// Which letter, and how long it is. Whoever says a wrong length spoils their own letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub hash: FileHash,
    pub length: u64,
}

/// One person's turn at a letter.
pub async fn turn(state: &AppState, carrier: &SignedIn, hash: FileHash) -> Result<Turn, FileError> {
    let turn = state.files.letters.turn(carrier.user.id, hash).await;
    turn.ok_or(FileError::Busy)
}

/// Begins a letter, or finds the one that was begun.
pub async fn begin(
    state: &AppState,
    carrier: &SignedIn,
    wanted: Wanted,
    turn: &Turn,
) -> Result<Progress, FileError> {
    if turn
        .part()
        .await?
        .is_some_and(|it| it.length > wanted.length)
    {
        turn.forget().await?;
    }
    if turn.part().await?.is_none() {
        if !state.quotas.has(carrier.user.id, Of::Letters, 0) {
            return Err(FileError::Quota);
        }
        if !state.disk.has_room(wanted.length) {
            return Err(FileError::NoSpace);
        }
        let (letters, now) = (&state.files.letters, clock::now());
        if !letters
            .has_room(carrier.user.id, wanted.length, now)
            .await?
        {
            return Err(FileError::NoRoom);
        }
        turn.begin().await?;
    }
    progress(turn, wanted).await
}

/// How far a letter has come.
pub async fn progress(turn: &Turn, wanted: Wanted) -> Result<Progress, FileError> {
    let part = turn.part().await?.ok_or(FileError::NotBegun)?;
    Ok(Progress {
        offset: part.length,
        length: wanted.length,
        expires: Some(part.moved + KEPT),
    })
}

/// Goes on with a letter, and opens it when it is whole.
pub async fn append(
    state: &AppState,
    carrier: &SignedIn,
    wanted: Wanted,
    offset: u64,
    body: Body,
) -> Result<(Progress, Option<Delivered>), NotTaken> {
    let turn = turn(state, carrier, wanted.hash).await?;
    let before = progress(&turn, wanted).await?;
    let room = wanted.length.checked_sub(before.offset);
    let room = room.filter(|_| before.offset == offset);
    let room = room.ok_or(FileError::OutOfStep {
        offset: before.offset,
    })?;
    if turn.append(body.into_data_stream(), room).await? == Ended::TooLong {
        return Err(FileError::TooLong.into());
    }
    let progress = progress(&turn, wanted).await?;
    if progress.offset < progress.length {
        return Ok((progress, None));
    }
    let whole = Progress {
        expires: None,
        ..progress
    };
    let delivered = open(state, carrier, &turn).await?;
    Ok((whole, Some(delivered)))
}

/// Opens a letter that is whole. It is kept only where the server could not take it now.
pub async fn open(
    state: &AppState,
    carrier: &SignedIn,
    turn: &Turn,
) -> Result<Delivered, ApiError> {
    let length = turn.part().await.map_err(FileError::from)?;
    let length = length.map_or(0, |part| part.length);
    state.quotas.add(carrier.user.id, Of::Letters, length);
    let delivered = sealing::deliver(state, carrier, turn.path()).await;
    let is_to_come_again =
        matches!(&delivered, Err(error) if error.kind == ProblemKind::Unavailable);
    if !is_to_come_again {
        turn.forget().await.map_err(FileError::from)?;
    }
    delivered
}
