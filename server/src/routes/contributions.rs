//! `/contributions/...`: who supports learning without being judged. Plain forms in; a redirect out, or the page again with what was
//! typed and what to mend.

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use leptos::prelude::provide_context;
use shared::api::contributions::ContributionsQuery;
use shared::api::supporters::TypedSupporter;
use shared::calendar::Year;
use shared::ids::DocumentId;
use shared::problem::ProblemKind;

use super::at_desk::{AtDesk, DeskForm};
use super::form::{Pairs, field, in_address, read};
use super::pages;
use crate::auth::SignedIn;
use crate::error::ApiError;
use crate::services::figures::RequestBackend;
use crate::services::supporters::{self, NotWritten, Sent, Which};
use crate::state::AppState;
use app::{Backend, BackendError};

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/contributions/new", get(desk).post(enter))
        .route("/contributions/{id}", get(one).post(mend))
        .route("/contributions/{id}/strike", post(strike))
}

fn typed(pairs: &Pairs) -> TypedSupporter {
    TypedSupporter::read(|name| field(pairs, name).map(str::to_owned))
}

fn asked(request: &Request) -> ContributionsQuery {
    let asked = in_address(request.uri());
    ContributionsQuery::read(|name| field(&asked, name).map(str::to_owned))
}

fn backend(state: &AppState, who: SignedIn) -> RequestBackend {
    RequestBackend {
        state: state.clone(),
        signed_in: Some(who),
    }
}

/// `GET /contributions/new?unit=&year=`.
async fn desk(
    State(state): State<AppState>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let found = backend(&state, who).supporter_desk(asked(&request)).await;
    pages::telling(state, request, found, || {}).await
}

/// `GET /contributions/{id}?year=`.
async fn one(
    State(state): State<AppState>,
    Path(id): Path<String>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let found = match id.parse() {
        Ok(id) => {
            backend(&state, who)
                .supporter(id, asked(&request).year)
                .await
        }
        Err(_) => Err(BackendError::from(ProblemKind::NotFound)),
    };
    pages::telling(state, request, found, || {}).await
}

/// `POST /contributions/new`.
async fn enter(
    State(state): State<AppState>,
    headers: HeaderMap,
    DeskForm { who, sent }: DeskForm<Pairs>,
) -> Result<Response, ApiError> {
    let (id, year, unit) = (
        read(&sent, "id")?,
        read(&sent, "year")?,
        read(&sent, "unit")?,
    );
    let sent = Sent {
        id,
        year,
        typed: typed(&sent),
        which: Which::New {
            unit,
            is_another: field(&sent, "another").is_some(),
        },
    };
    let page = format!("/contributions/new?unit={unit}&year={year}");
    written(state, headers, who, sent, page).await
}

/// `POST /contributions/{id}`.
async fn mend(
    State(state): State<AppState>,
    Path(id): Path<DocumentId>,
    headers: HeaderMap,
    DeskForm { who, sent }: DeskForm<Pairs>,
) -> Result<Response, ApiError> {
    let year: Year = read(&sent, "year")?;
    let sent = Sent {
        id,
        year,
        typed: typed(&sent),
        which: Which::Known {
            looked: read(&sent, "looked")?,
        },
    };
    let page = format!("/contributions/{id}?year={year}");
    written(state, headers, who, sent, page).await
}

/// Leads to the page of the supporter, or shows the one that sent it again.
async fn written(
    state: AppState,
    headers: HeaderMap,
    who: SignedIn,
    sent: Sent,
    page: String,
) -> Result<Response, ApiError> {
    let Sent { id, year, .. } = sent;
    let told = match sent.which {
        Which::New { .. } => "entered",
        Which::Known { .. } => "saved",
    };
    match supporters::write(&state, &who, sent).await {
        Ok(()) => Ok(to(
            &format!("/contributions/{id}?year={year}"),
            ("told", told),
        )),
        Err(NotWritten::Unmended(unmended)) => {
            // With what was typed in the place of what is kept.
            let form = move || provide_context((*unmended).clone());
            pages::again(state, headers, &page, form).await
        }
        Err(other) => not_written(other, &page),
    }
}

/// `POST /contributions/{id}/strike`: it was entered by mistake; or was not after all.
async fn strike(
    State(state): State<AppState>,
    Path(id): Path<DocumentId>,
    DeskForm { who, sent }: DeskForm<Pairs>,
) -> Result<Response, ApiError> {
    let year: Year = read(&sent, "year")?;
    let page = format!("/contributions/{id}?year={year}");
    let is_struck = field(&sent, "again").is_none();
    match supporters::strike(&state, &who, id, is_struck).await {
        Ok(()) => {
            let told = if is_struck { "struck" } else { "restored" };
            Ok(to(&page, ("told", told)))
        }
        Err(other) => not_written(other, &page),
    }
}

fn not_written(error: NotWritten, page: &str) -> Result<Response, ApiError> {
    match error {
        NotWritten::Refused(refusal) => {
            let refusal = serde_json::to_string(&refusal).map_err(|_| ProblemKind::Internal)?;
            Ok(to(page, ("refused", &refusal)))
        }
        NotWritten::Later => Ok(to(page, ("told", "later"))),
        NotWritten::Failed(error) => Err(error.into()),
        NotWritten::Unmended(_) => Err(ProblemKind::Malformed.into()),
    }
}

fn to(page: &str, told: (&str, &str)) -> Response {
    let told = serde_urlencoded::to_string([told]).unwrap_or_default();
    Redirect::to(&format!("{page}&{told}")).into_response()
}
