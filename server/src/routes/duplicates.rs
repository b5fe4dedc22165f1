//! What the pages of duplicates send: plain forms in, redirects out.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use serde::Deserialize;
use shared::document::Seq;
use shared::ids::DocumentId;
use shared::problem::ProblemKind;

use super::at_desk::DeskForm;
use super::desk::told;
use crate::error::ApiError;
use crate::services::decide::{self, Decided, NotDecided};
use crate::state::AppState;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/duplicates/merge", post(merge))
        .route("/duplicates/undo", post(undo))
        .route("/duplicates/apart", post(apart))
}

/// Two that were looked at, and which of them is kept.
#[derive(Deserialize)]
struct Merged {
    one: DocumentId,
    other: DocumentId,
    looked_one: Seq,
    looked_other: Seq,
    keep: Option<DocumentId>,
}

/// `POST /duplicates/merge`: two are one, and it is led back to the list.
async fn merge(
    State(state): State<AppState>,
    DeskForm { who, sent }: DeskForm<Merged>,
) -> Result<Response, ApiError> {
    let Merged { one, other, .. } = sent;
    let page = format!("/duplicates/{one}/{other}");
    let (gone, kept) = match sent.keep {
        Some(keep) if keep == one => ((other, sent.looked_other), (one, sent.looked_one)),
        Some(keep) if keep == other => ((one, sent.looked_one), (other, sent.looked_other)),
        Some(_) => return Err(ProblemKind::Malformed.into()),
        None => return Ok(Redirect::to(&format!("{page}?told=nothing")).into_response()),
    };
    let decided = decide::merge(&state, &who, gone, kept).await;
    let page = match &decided {
        Ok(Decided::Taken) => format!("/duplicates?gone={}&kept={}&", gone.0, kept.0),
        _ => format!("{page}?"),
    };
    let told = serde_urlencoded::to_string([told(decided, "merged")?]).unwrap_or_default();
    Ok(Redirect::to(&format!("{page}{told}")).into_response())
}

/// One that was merged into another.
#[derive(Deserialize)]
struct Undone {
    gone: DocumentId,
    kept: DocumentId,
}

/// `POST /duplicates/undo`: they are two after all.
async fn undo(
    State(state): State<AppState>,
    DeskForm { who, sent }: DeskForm<Undone>,
) -> Result<Response, ApiError> {
    let Undone { gone, kept } = sent;
    let undone = decide::unmerge(&state, &who, gone, kept).await;
    let told = serde_urlencoded::to_string([told(undone, "unmerged")?]).unwrap_or_default();
    Ok(Redirect::to(&format!("/duplicates/{kept}/{gone}?{told}")).into_response())
}

/// Two that were looked at.
#[derive(Deserialize)]
struct Apart {
    one: DocumentId,
    other: DocumentId,
    /// They are offered again.
    #[serde(default)]
    again: bool,
}

/// `POST /duplicates/apart`: they are two, and are not offered again; or are.
async fn apart(
    State(state): State<AppState>,
    DeskForm { who, sent }: DeskForm<Apart>,
) -> Result<Response, ApiError> {
    let Apart { one, other, again } = sent;
    let page = match decide::tell_apart(&state, &who, one, other, !again).await {
        Ok(()) if again => format!("/duplicates/{one}/{other}?told=again"),
        Ok(()) => format!("/duplicates?told=apart&one={one}&other={other}"),
        Err(NotDecided::Unknown) => return Err(ProblemKind::NotFound.into()),
        Err(error) => {
            tracing::error!(%error, "two subjects were not told apart");
            format!("/duplicates/{one}/{other}?told=later")
        }
    };
    Ok(Redirect::to(&page).into_response())
}
