//! `/initiatives/...`: what a desk notes of initiatives. Plain forms in; a redirect out, or the page again with what was typed and what
//! to mend, or with those who were looked for.

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use leptos::prelude::provide_context;
use shared::api::initiatives::{InitiativesQuery, TypedInitiative};
use shared::ids::{InitiativeId, UnitId};
use shared::problem::ProblemKind;

use super::at_desk::{AtDesk, DeskForm};
use super::form::{Pairs, field, in_address, read};
use super::pages;
use crate::auth::SignedIn;
use crate::error::ApiError;
use crate::services::figures::RequestBackend;
use crate::services::initiatives::{self, NotWritten, Sent, Which};
use crate::state::AppState;
use app::{Backend, BackendError};

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/initiatives/new", get(desk).post(enter))
        .route("/initiatives/{id}", get(one).post(mend))
        .route("/initiatives/{id}/strike", post(strike))
}

fn backend(state: &AppState, who: SignedIn) -> RequestBackend {
    RequestBackend {
        state: state.clone(),
        signed_in: Some(who),
    }
}

/// `GET /initiatives/new?unit=&year=&subject=`.
async fn desk(
    State(state): State<AppState>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let asked = in_address(request.uri());
    let query = InitiativesQuery::read(|name| field(&asked, name).map(str::to_owned));
    let found = backend(&state, who).initiative_desk(query).await;
    pages::telling(state, request, found, || {}).await
}

/// `GET /initiatives/{id}`.
async fn one(
    State(state): State<AppState>,
    Path(id): Path<String>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let found = match id.parse() {
        Ok(id) => backend(&state, who).initiative(id).await,
        Err(_) => Err(BackendError::from(ProblemKind::NotFound)),
    };
    pages::telling(state, request, found, || {}).await
}

/// `POST /initiatives/new`.
async fn enter(
    State(state): State<AppState>,
    headers: HeaderMap,
    DeskForm { who, sent: pairs }: DeskForm<Pairs>,
) -> Result<Response, ApiError> {
    let unit: UnitId = read(&pairs, "unit")?;
    let sent = Sent {
        id: read(&pairs, "id")?,
        typed: typed(&pairs)?,
        which: Which::New { unit },
    };
    let page = format!("/initiatives/new?unit={unit}");
    taken(state, headers, who, &pairs, sent, page).await
}

/// `POST /initiatives/{id}`.
async fn mend(
    State(state): State<AppState>,
    Path(id): Path<InitiativeId>,
    headers: HeaderMap,
    DeskForm { who, sent: pairs }: DeskForm<Pairs>,
) -> Result<Response, ApiError> {
    let sent = Sent {
        id,
        typed: typed(&pairs)?,
        which: Which::Known {
            looked: read(&pairs, "looked")?,
        },
    };
    taken(
        state,
        headers,
        who,
        &pairs,
        sent,
        format!("/initiatives/{id}"),
    )
    .await
}

fn typed(pairs: &Pairs) -> Result<TypedInitiative, ProblemKind> {
    let authors = pairs.iter().filter(|(name, _)| name == "author");
    let authors = authors.map(|(_, author)| author.parse().map_err(|_| ProblemKind::Malformed));
    let authors: Vec<_> = authors.collect::<Result<_, _>>()?;
    Ok(TypedInitiative::read(
        |name| field(pairs, name),
        authors.into_iter(),
    ))
}

/// Leads to the page of the initiative; shows the one that sent it again with what is to be mended, or with those who were found.
async fn taken(
    state: AppState,
    headers: HeaderMap,
    who: SignedIn,
    pairs: &Pairs,
    sent: Sent,
    page: String,
) -> Result<Response, ApiError> {
    // A browser presses the first button for whoever presses enter, which is the one that looks; with nobody to look for it saves.
    let looks = field(pairs, "step") == Some("find");
    let name = field(pairs, "find").filter(|name| looks && !name.is_empty());
    if let Some(name) = name {
        let found = initiatives::look_for(&state, &who, &sent, name).await?;
        return pages::going_on(state, headers, &page, move || {
            provide_context(found.clone());
        })
        .await;
    }
    let told = match sent.which {
        Which::New { .. } => "entered",
        Which::Known { .. } => "saved",
    };
    match initiatives::write(&state, &who, &sent).await {
        Ok(()) => {
            let to = format!("/initiatives/{}?told={told}", sent.id);
            Ok(Redirect::to(&to).into_response())
        }
        Err(NotWritten::Failed(error)) => Err(error.into()),
        Err(NotWritten::Unmended(unmended)) => {
            // With what was typed in the place of what is kept.
            let form = move || provide_context((*unmended).clone());
            pages::again(state, headers, &page, form).await
        }
    }
}

/// `POST /initiatives/{id}/strike`: it was entered by mistake; or was not after all.
async fn strike(
    State(state): State<AppState>,
    Path(id): Path<InitiativeId>,
    DeskForm { who, sent }: DeskForm<Pairs>,
) -> Result<Redirect, ApiError> {
    let is_struck = field(&sent, "again").is_none();
    initiatives::strike(&state, &who, id, is_struck).await?;
    let told = if is_struck { "struck" } else { "restored" };
    Ok(Redirect::to(&format!("/initiatives/{id}?told={told}")))
}
