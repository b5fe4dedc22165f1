//! Papers are drawn one after the other: each takes a processor for up to some seconds, and memory.

use std::time::Duration;

use app::BackendError;
use papers::PaperError;
use shared::problem::ProblemKind;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How many at once. The others wait.
static DESKS: Semaphore = Semaphore::const_new(1);
/// How long somebody waits for their turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// The bytes that `draw` makes, away from the threads that answer.
pub async fn drawn(
    draw: impl FnOnce() -> Result<Vec<u8>, PaperError> + Send + 'static,
) -> Result<Vec<u8>, BackendError> {
    let turn = timeout(PATIENCE, DESKS.acquire()).await;
    let Ok(Ok(turn)) = turn else {
        return Err(ProblemKind::Unavailable.into());
    };
    // The turn ends with the drawing, also where nobody waits for it any more.
    let drawing = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        draw()
    });
    match drawing.await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(refused(error)),
        Err(error) => {
            tracing::error!(%error, "drawing a paper ended early");
            Err(ProblemKind::Internal.into())
        }
    }
}

/// What is missing or too much is said to whoever asked; the rest is ours to mend.
fn refused(error: PaperError) -> BackendError {
    match error {
        PaperError::Missing(_)
        | PaperError::TooLong { .. }
        | PaperError::TooMany { .. }
        | PaperError::Symbol
        | PaperError::Stopped => BackendError {
            kind: ProblemKind::Malformed,
            detail: Some(error.to_string()),
        },
        PaperError::Template(_) | PaperError::Drawing(_) => {
            tracing::error!(%error, "a paper could not be drawn");
            ProblemKind::Internal.into()
        }
    }
}
