//! `/jobs`: somebody's own long work. Plain forms in, redirects out; the page of a job asks for itself again while it runs.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use futures::TryStreamExt;
use serde::Deserialize;
use shared::ids::JobId;
use shared::problem::ProblemKind;

use super::at_desk::{AtDesk, DeskForm};
use super::exports::{self, attachment};
use super::{language, pages};
use crate::auth::SignedIn;
use crate::db::jobs::Asking;
use crate::error::ApiError;
use crate::services::achievements;
use crate::services::certificates::{self, Ordered};
use crate::services::decision_papers::Format;
use crate::services::jobs::{self, Asked};
use crate::services::registers;
use crate::state::AppState;

/// Not in a list of headers of RFC 9110, and understood by every browser since the first.
const REFRESH: HeaderName = HeaderName::from_static("refresh");
/// Seconds after which the page of a job that has not ended asks for itself again.
const AGAIN: HeaderValue = HeaderValue::from_static("3");

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/jobs/{id}", get(page))
        .route("/jobs/{id}/cancel", post(cancel))
        .route("/jobs/{id}/again", post(again))
        .route("/jobs/{id}/file", get(file))
        .route("/decisions/{id}/certificates", post(certificates))
        .route("/decisions/{id}/test-print", get(test_print))
        .route("/decisions/{id}/reports", post(reports))
        .route("/decisions/register", post(register))
}

fn id(text: &str) -> Result<JobId, ProblemKind> {
    text.parse().map_err(|_| ProblemKind::NotFound)
}

/// `GET /jobs/{id}`.
async fn page(
    State(state): State<AppState>,
    Path(job): Path<String>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let found = match id(&job) {
        Ok(id) => jobs::one(&state, &who, id).await,
        Err(kind) => Err(kind.into()),
    };
    let runs = found.as_ref().is_ok_and(|job| !job.state.is_ended());
    let mut response = pages::telling(state, request, found, || {}).await?;
    if runs {
        response.headers_mut().insert(REFRESH, AGAIN);
    }
    Ok(response)
}

/// `POST /jobs/{id}/cancel`.
async fn cancel(
    State(state): State<AppState>,
    Path(job): Path<String>,
    AtDesk(who): AtDesk,
) -> Result<Redirect, ApiError> {
    let id = id(&job)?;
    jobs::cancel(&state, &who, id).await?;
    Ok(Redirect::to(&format!("/jobs/{id}")))
}

/// `POST /jobs/{id}/again`: a new job with the same asking.
async fn again(
    State(state): State<AppState>,
    Path(job): Path<String>,
    headers: HeaderMap,
    AtDesk(who): AtDesk,
) -> Result<Response, ApiError> {
    let language = language::chosen(&headers);
    let asked = jobs::again(&state, &who, id(&job)?, language.code()).await?;
    Ok(led(asked))
}

/// Asks for a job, and leads to its page.
pub(super) async fn asked(
    state: &AppState,
    who: &SignedIn,
    asking: Asking,
) -> Result<Response, ApiError> {
    Ok(led(jobs::ask(state, who, asking).await?))
}

fn led(asked: Asked) -> Response {
    let to = match asked {
        Asked::Made(id) => format!("/jobs/{id}"),
        Asked::OwnFull => "/jobs?full=own".to_owned(),
        Asked::AllFull => "/jobs?full=all".to_owned(),
    };
    Redirect::to(&to).into_response()
}

/// The page that offers a file as a job.
pub(super) fn offer(file: &str, query: &str) -> String {
    let pairs = [("offer", file), ("query", query)];
    let pairs = serde_urlencoded::to_string(pairs).unwrap_or_default();
    format!("/jobs?{pairs}")
}

/// The form for certificates.
#[derive(Deserialize)]
struct Certificates {
    stock: Option<String>,
    #[serde(default)]
    right: String,
    #[serde(default)]
    down: String,
}

/// `POST /decisions/{id}/certificates`.
async fn certificates(
    State(state): State<AppState>,
    Path(decision): Path<String>,
    DeskForm { who, sent }: DeskForm<Certificates>,
) -> Result<Response, ApiError> {
    let ordered = ordered(&decision, &sent)?;
    let asking = certificates::asking(&state, &who, &ordered).await?;
    asked(&state, &who, asking).await
}

fn ordered(decision: &str, sent: &Certificates) -> Result<Ordered, ProblemKind> {
    Ok(Ordered {
        decision: decision.parse().map_err(|_| ProblemKind::NotFound)?,
        is_on_stock: sent.stock.is_some(),
        right_mm: millimetres(&sent.right)?,
        down_mm: millimetres(&sent.down)?,
    })
}

/// `GET /decisions/{id}/test-print`: one sheet with rulers, by the same form.
async fn test_print(
    State(state): State<AppState>,
    Path(decision): Path<String>,
    AtDesk(who): AtDesk,
    Query(sent): Query<Certificates>,
) -> Result<Response, ApiError> {
    let ordered = ordered(&decision, &sent)?;
    let bytes = certificates::test_print(&state, &who, &ordered).await?;
    exports::paper("Tờ thử", Format::Pdf, bytes)
}

/// The form for reports of achievements.
#[derive(Deserialize)]
struct Reports {
    format: String,
}

/// `POST /decisions/{id}/reports`.
async fn reports(
    State(state): State<AppState>,
    Path(decision): Path<String>,
    DeskForm { who, sent }: DeskForm<Reports>,
) -> Result<Response, ApiError> {
    let ordered = achievements::Ordered {
        decision: decision.parse().map_err(|_| ProblemKind::NotFound)?,
        format: sent.format,
    };
    let asking = achievements::asking(&state, &who, &ordered).await?;
    asked(&state, &who, asking).await
}

/// `POST /decisions/register`.
async fn register(
    State(state): State<AppState>,
    DeskForm { who, sent }: DeskForm<registers::Ordered>,
) -> Result<Response, ApiError> {
    let asking = registers::asking(&who, &sent)?;
    asked(&state, &who, asking).await
}

/// As people write it: `-2,5`; nothing is 0.
fn millimetres(typed: &str) -> Result<f32, ProblemKind> {
    match typed.trim() {
        "" => Ok(0.0),
        typed => typed
            .replace(',', ".")
            .parse()
            .map_err(|_| ProblemKind::Malformed),
    }
}

/// `GET /jobs/{id}/file`.
async fn file(
    State(state): State<AppState>,
    Path(job): Path<String>,
    AtDesk(who): AtDesk,
) -> Result<Response, ApiError> {
    let (file, bytes) = jobs::result(&state, &who, id(&job)?).await?;
    let media_type = HeaderValue::from_str(&file.media_type);
    let headers = [
        (
            header::CONTENT_TYPE,
            media_type.map_err(|_| ProblemKind::Internal)?,
        ),
        (header::CONTENT_LENGTH, bytes.meta.size.into()),
        (header::CONTENT_DISPOSITION, attachment(&file.name)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let body = Body::from_stream(bytes.into_stream().map_err(|error| {
        tracing::error!(%error, "the result of a job could not be read to its end");
        error
    }));
    Ok((headers, body).into_response())
}
