//! `/exemplars`: stories that everybody may read, and where a commune writes them. Plain forms in; a redirect out, or the page again
//! with what was typed and what to mend.

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use leptos::prelude::provide_context;
use shared::api::exemplars::Written;
use shared::evidence::FileHash;
use shared::ids::DocumentId;
use shared::problem::ProblemKind;

use super::at_desk::{AtDesk, DeskForm};
use super::form::{Pairs, field};
use super::{files, pages};
use crate::error::ApiError;
use crate::services::exemplars::{self, NotSaved};
use crate::state::AppState;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/exemplars/{form}", get(one))
        .route("/exemplars/{form}/photo/{hash}", get(photo))
        .route("/exemplars/{form}/write", get(desk).post(save))
        .route("/exemplars/{form}/forget", post(forget))
}

/// `GET /exemplars/{form}`: one story, for everybody.
async fn one(
    State(state): State<AppState>,
    Path(form): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let found = match form.parse::<DocumentId>() {
        Ok(form) => exemplars::one(&state, form).await,
        Err(_) => Err(ProblemKind::NotFound.into()),
    };
    pages::telling(state, request, found, || {}).await
}

/// `GET /exemplars/{form}/photo/{hash}`: its photo.
async fn photo(
    State(state): State<AppState>,
    Path((form, hash)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let of = form
        .parse::<DocumentId>()
        .ok()
        .zip(hash.parse::<FileHash>().ok());
    let (form, hash) = of.ok_or(ProblemKind::NotFound)?;
    let (media_type, bytes) = exemplars::photo(&state, form, hash).await?;
    // It never changes, but whether it is shown does.
    let asked_each_time = AppendHeaders([(header::CACHE_CONTROL, "no-cache".to_owned())]);
    Ok((
        asked_each_time,
        files::sent(media_type, "guong-hoc-tap", bytes),
    )
        .into_response())
}

/// `GET /exemplars/{form}/write`.
async fn desk(
    State(state): State<AppState>,
    Path(form): Path<String>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let found = match form.parse::<DocumentId>() {
        Ok(form) => exemplars::desk(&state, &who, form).await,
        Err(_) => Err(ProblemKind::NotFound.into()),
    };
    pages::telling(state, request, found, || {}).await
}

/// `POST /exemplars/{form}/write`.
async fn save(
    State(state): State<AppState>,
    Path(form): Path<DocumentId>,
    headers: HeaderMap,
    DeskForm { who, sent }: DeskForm<Pairs>,
) -> Result<Response, ApiError> {
    let text = |name| field(&sent, name).unwrap_or_default().to_owned();
    let photo = match field(&sent, "photo").unwrap_or_default() {
        "" => None,
        photo => Some(photo.parse().map_err(|_| ProblemKind::Malformed)?),
    };
    let written = Written {
        story: text("story"),
        photo,
        consent_by: text("consent_by"),
        consent_on: text("consent_on"),
        is_shown: field(&sent, "shown") == Some("1"),
    };
    let page = format!("/exemplars/{form}/write");
    match exemplars::save(&state, &who, form, written).await {
        Ok(()) => Ok(Redirect::to(&format!("{page}?saved=1")).into_response()),
        Err(NotSaved::Failed(error)) => Err(error.into()),
        Err(NotSaved::Unmended(unmended)) => {
            // With what was typed in the place of what is kept.
            let form = move || provide_context(unmended.clone());
            pages::again(state, headers, &page, form).await
        }
    }
}

/// `POST /exemplars/{form}/forget`.
async fn forget(
    State(state): State<AppState>,
    Path(form): Path<DocumentId>,
    DeskForm { who, .. }: DeskForm<Pairs>,
) -> Result<Response, ApiError> {
    exemplars::forget(&state, &who, form).await?;
    Ok(Redirect::to(&format!("/exemplars/{form}/write?forgotten=1")).into_response())
}
