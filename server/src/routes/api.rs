//! `/api/v1/…`: the questions that desk pages ask, for programs: typed in an address, answered as JSON. Each answers for the
//! person who is signed in, and for nothing outside their scope.

use app::{Backend, BackendError};
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use shared::api::queue::QueueQuery;
use shared::api::{DashboardQuery, EventsQuery, SubjectsQuery};
use shared::ids::{DocumentId, UnitId};
use shared::problem::ProblemKind;

use crate::auth::SignedIn;
use crate::error::ApiError;
use crate::services::figures::RequestBackend;
use crate::state::AppState;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/v1/session", get(session))
        .route("/api/v1/demo-accounts", get(demo_accounts))
        .route("/api/v1/dashboard", get(dashboard))
        .route("/api/v1/subjects", get(subjects))
        .route("/api/v1/subject", get(subject))
        .route("/api/v1/queue", get(queue))
        .route("/api/v1/people", get(people))
        .route("/api/v1/devices", get(devices))
        .route("/api/v1/unheard", get(unheard))
        .route("/api/v1/events", get(events))
}

/// An answer: figures of a moment, for one person.
type Answer = Result<Response, ApiError>;

fn answer<T: Serialize>(found: Result<T, BackendError>) -> Answer {
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(([no_store], Json(found?)).into_response())
}

/// Who asks.
struct Asker(RequestBackend);

impl FromRequestParts<AppState> for Asker {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let signed_in = SignedIn::find(state, &parts.headers, &parts.extensions).await?;
        Ok(Self(RequestBackend {
            state: state.clone(),
            signed_in,
        }))
    }
}

/// What the address asks for.
struct Asked<T>(T);

impl<T: for<'de> Deserialize<'de> + Send> FromRequestParts<AppState> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let malformed =
            |error: QueryRejection| ApiError::detailed(ProblemKind::Malformed, error.body_text());
        let Query(asked) = Query::from_request_parts(parts, state)
            .await
            .map_err(malformed)?;
        Ok(Self(asked))
    }
}

#[derive(Deserialize)]
struct OfDocument {
    id: DocumentId,
}

#[derive(Deserialize)]
struct OfCommune {
    commune: UnitId,
}

#[derive(Deserialize)]
struct QueuePage {
    #[serde(default)]
    page: u32,
}

async fn session(Asker(backend): Asker) -> Answer {
    answer(backend.session().await)
}

async fn demo_accounts(Asker(backend): Asker) -> Answer {
    answer(backend.demo_accounts().await)
}

async fn dashboard(Asker(backend): Asker, Asked(query): Asked<DashboardQuery>) -> Answer {
    answer(backend.dashboard(query).await)
}

async fn subjects(Asker(backend): Asker, Asked(query): Asked<SubjectsQuery>) -> Answer {
    answer(backend.subjects(query).await)
}

async fn subject(Asker(backend): Asker, Asked(of): Asked<OfDocument>) -> Answer {
    answer(backend.subject(of.id).await)
}

async fn queue(
    Asker(backend): Asker,
    Asked(query): Asked<QueueQuery>,
    Asked(QueuePage { page }): Asked<QueuePage>,
) -> Answer {
    answer(backend.queue(query, page).await)
}

async fn people(Asker(backend): Asker) -> Answer {
    answer(backend.people().await)
}

async fn devices(Asker(backend): Asker, Asked(of): Asked<OfCommune>) -> Answer {
    answer(backend.devices(of.commune).await)
}

async fn unheard(Asker(backend): Asker, Asked(of): Asked<OfCommune>) -> Answer {
    answer(backend.unheard(of.commune).await)
}

async fn events(Asker(backend): Asker, Asked(query): Asked<EventsQuery>) -> Answer {
    answer(backend.events(query).await)
}

/// No such question, or not asked in this way.
pub async fn unknown() -> ApiError {
    ProblemKind::NotFound.into()
}
