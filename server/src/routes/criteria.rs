//! `/criteria`: the sets of criteria, the next one given as a file with the scan of its paper, and signed off by another person.
//! Plain forms in; a redirect out, or the page again with what to mend.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use leptos::prelude::provide_context;
use serde::Deserialize;
use shared::api::criteria::{EndProblem, SET_MAX};
use shared::api::scans::SCAN_MAX;
use shared::criteria::CriteriaSetId;
use shared::evidence::FileHash;
use shared::ids::ProposedSetId;
use shared::problem::ProblemKind;

use super::at_desk::{AtDesk, DeskForm};
use super::exports::attachment;
use super::multipart::{self, FORM_MAX};
use super::{files, pages};
use crate::error::ApiError;
use crate::services::proposed_sets::{self, End, Not};
use crate::state::AppState;

const DESK: &str = "/criteria";
/// The largest form of a step with a proposed set: a reason.
const STEP_MAX: usize = 64 << 10;

pub fn router() -> Router<AppState> {
    let desk = get(desk).merge(post(give).layer(DefaultBodyLimit::max(FORM_MAX)));
    Router::new()
        .route(DESK, desk)
        .route("/criteria/{set}", get(set))
        .route("/criteria/{set}/{file}", get(file))
        .route("/criteria/given/{id}", get(given))
        .route(
            "/criteria/given/{id}/{step}",
            post(step).layer(DefaultBodyLimit::max(STEP_MAX)),
        )
        .route("/criteria/given/{id}/scans/{hash}", get(scan))
}

/// `GET /criteria`.
async fn desk(
    State(state): State<AppState>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let found = proposed_sets::desk(&state, &who).await;
    pages::telling(state, request, found, || {}).await
}

/// `GET /criteria/{set}`.
async fn set(
    State(state): State<AppState>,
    Path(set): Path<String>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let found = proposed_sets::set(&state, &who, &CriteriaSetId::new(set)).await;
    pages::telling(state, request, found, || {}).await
}

/// `GET /criteria/{set}/{set}.toml`: its file.
async fn file(
    State(state): State<AppState>,
    Path((set, file)): Path<(String, String)>,
    AtDesk(who): AtDesk,
) -> Result<Response, ApiError> {
    if file != format!("{set}.toml") {
        return Err(ProblemKind::NotFound.into());
    }
    let found = proposed_sets::file(&state, &who, &CriteriaSetId::new(set)).await?;
    let text = found.ok_or(ProblemKind::NotFound)?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/toml; charset=utf-8"),
        ),
        (header::CONTENT_DISPOSITION, attachment(&file)?),
    ];
    Ok((headers, text).into_response())
}

/// `POST /criteria`: a file and a scan.
async fn give(
    State(state): State<AppState>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    if !who.actor.role.keeps_criteria() {
        return Err(ProblemKind::Forbidden.into());
    }
    let headers = request.headers().clone();
    let parts = [("file", SET_MAX), ("scan", SCAN_MAX)];
    let mut form = multipart::read(&state, &who, request, &parts).await?;
    let (file, scan) = (form.file("file"), form.file("scan"));
    match proposed_sets::give(&state, &who, file, scan).await {
        Ok(id) => Ok(Redirect::to(&format!("{DESK}/given/{id}?told=given")).into_response()),
        Err(Not::Failed(error)) => Err(error.into()),
        Err(Not::Done(problem)) => {
            let problem = move || provide_context(problem.clone());
            pages::again(state, headers, DESK, problem).await
        }
    }
}

fn id(text: &str) -> Result<ProposedSetId, ProblemKind> {
    text.parse().map_err(|_| ProblemKind::NotFound)
}

/// `GET /criteria/given/{id}`.
async fn given(
    State(state): State<AppState>,
    Path(proposed): Path<String>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let found = match id(&proposed) {
        Ok(id) => proposed_sets::one(&state, &who, id).await,
        Err(kind) => Err(kind.into()),
    };
    pages::telling(state, request, found, || {}).await
}

#[derive(Deserialize)]
struct Step {
    #[serde(default)]
    compared: String,
    #[serde(default)]
    reason: String,
}

/// `POST /criteria/given/{id}/{step}`: `sign`, `refuse` or `withdraw`.
async fn step(
    State(state): State<AppState>,
    Path((proposed, step)): Path<(String, String)>,
    DeskForm { who, sent }: DeskForm<Step>,
) -> Result<Response, ApiError> {
    let id = id(&proposed)?;
    let end = match step.as_str() {
        "sign" => End::Sign {
            compared: sent.compared == "1",
        },
        "refuse" => End::Refuse {
            reason: sent.reason,
        },
        "withdraw" => End::Withdraw,
        _ => return Err(ProblemKind::NotFound.into()),
    };
    let page = format!("{DESK}/given/{id}");
    let told = match proposed_sets::end(&state, &who, id, end).await {
        Ok(state) => format!("{page}?told={}", state.as_str()),
        Err(Not::Done(problem)) => {
            let place = match problem {
                EndProblem::NotCompared => "#sign",
                EndProblem::NoReason => "#refuse",
                EndProblem::Ended | EndProblem::Own | EndProblem::Taken => "",
            };
            format!("{page}?problem={}{place}", problem.as_str())
        }
        Err(Not::Failed(error)) => return Err(error.into()),
    };
    Ok(Redirect::to(&told).into_response())
}

/// `GET /criteria/given/{id}/scans/{hash}`.
async fn scan(
    State(state): State<AppState>,
    Path((proposed, hash)): Path<(String, String)>,
    AtDesk(who): AtDesk,
) -> Result<Response, ApiError> {
    let hash: FileHash = hash.parse().map_err(|_| ProblemKind::NotFound)?;
    let (kept, bytes) = proposed_sets::scan(&state, &who, id(&proposed)?, hash).await?;
    Ok(files::sent(kept.media_type, &kept.name, bytes).into_response())
}
