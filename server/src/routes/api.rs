//! `/api/v1/…`: the questions that desk pages ask, for programs: typed in an address, answered as JSON. Each answers for the
//! person who is signed in, and for nothing outside their scope.
//!
//! [`questions`] is the table of them: an address, its words, why it may not be answered, and the function that answers. The
//! function's types are what the address is read by and what the description is made of, so neither can say something else
//! than the other. The description is `/api/v1/openapi.json`, and for people `/docs/api`.

mod document;
mod example;
mod exchanges;
mod operation;
mod question;
mod schemas;

use app::{Backend, BackendError};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use leptos::prelude::provide_context;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use shared::api::campaigns::{Campaign, CampaignQuery, LateForms};
use shared::api::queue::{Queue, QueueQuery, Rows};
use shared::api::{
    Dashboard, DashboardQuery, DemoAccount, DeviceRow, EventRows, EventsQuery, Group, Person,
    Session, SubjectDetail, Subjects, SubjectsQuery, Unheard,
};
use shared::ids::{DocumentId, UnitId};
use shared::problem::ProblemKind as P;

use self::document::Described;
use self::question::{Asked, Question, question};
use super::at_desk::AtDesk;
use super::pages;
use crate::auth::SignedIn;
use crate::error::ApiError;
use crate::services::figures::RequestBackend;
use crate::state::AppState;

pub fn router() -> Router<AppState> {
    let questions = questions().into_iter();
    questions
        .fold(Router::new(), |router, it| router.route(it.path, it.route))
        .route("/docs/api", get(page))
}

type Answer<T> = Result<T, BackendError>;

/// The questions, a row each.
#[rustfmt::skip]
pub fn questions() -> Vec<Question> {
    const OF_PLACE: &[P] = &[P::Malformed, P::SignedOut, P::NotFound, P::Unavailable];
    vec![
        question("/api/v1/session",       "api.session",       &[P::Unavailable], session),
        question("/api/v1/demo-accounts", "api.demo_accounts", &[P::Unavailable], demo_accounts),
        question("/api/v1/dashboard",     "api.dashboard",     OF_PLACE, dashboard),
        question("/api/v1/subjects",      "api.subjects",      OF_PLACE, subjects),
        question("/api/v1/subject",       "api.subject",       OF_PLACE, subject),
        question("/api/v1/queue",         "api.queue",         &[P::Malformed, P::SignedOut, P::Forbidden, P::NotFound, P::Unavailable], queue),
        question("/api/v1/campaign",      "api.campaign",      &[P::Malformed, P::SignedOut, P::Forbidden, P::NotFound, P::Unavailable], campaign),
        question("/api/v1/late",          "api.late",          &[P::Malformed, P::SignedOut, P::Forbidden, P::NotFound, P::Unavailable], late),
        question("/api/v1/people",        "api.people",        &[P::SignedOut, P::Unavailable], people),
        question("/api/v1/groups",        "api.groups",        &[P::SignedOut, P::Unavailable], groups),
        question("/api/v1/devices",       "api.devices",       OF_PLACE, devices),
        question("/api/v1/unheard",       "api.unheard",       OF_PLACE, unheard),
        question("/api/v1/events",        "api.events",        &[P::Malformed, P::SignedOut, P::Forbidden, P::Unavailable], events),
        question("/api/v1/openapi.json",  "api.openapi",       &[P::SignedOut, P::Forbidden, P::Unavailable], openapi),
    ]
}

#[derive(Deserialize, JsonSchema)]
struct OfDocument {
    id: DocumentId,
}

#[derive(Deserialize, JsonSchema)]
struct OfCommune {
    commune: UnitId,
}

#[derive(Deserialize, JsonSchema)]
struct PageOf {
    #[serde(default)]
    page: u32,
}

async fn session(backend: RequestBackend, (): ()) -> Answer<Option<Session>> {
    backend.session().await
}

async fn demo_accounts(backend: RequestBackend, (): ()) -> Answer<Vec<DemoAccount>> {
    backend.demo_accounts().await
}

async fn dashboard(
    backend: RequestBackend,
    Asked(query): Asked<DashboardQuery>,
) -> Answer<Dashboard> {
    backend.dashboard(query).await
}

async fn subjects(backend: RequestBackend, Asked(query): Asked<SubjectsQuery>) -> Answer<Subjects> {
    backend.subjects(query).await
}

async fn subject(backend: RequestBackend, Asked(of): Asked<OfDocument>) -> Answer<SubjectDetail> {
    backend.subject(of.id).await
}

async fn queue(
    backend: RequestBackend,
    (Asked(query), Asked(PageOf { page })): (Asked<QueueQuery>, Asked<PageOf>),
) -> Answer<Queue> {
    backend.queue(query, Rows::Page(page)).await
}

async fn campaign(backend: RequestBackend, Asked(query): Asked<CampaignQuery>) -> Answer<Campaign> {
    backend.campaign(query).await
}

async fn late(
    backend: RequestBackend,
    Asked(query): Asked<CampaignQuery>,
) -> Answer<Vec<LateForms>> {
    backend.late(query).await
}

async fn people(backend: RequestBackend, (): ()) -> Answer<Vec<Person>> {
    backend.people().await
}

async fn groups(backend: RequestBackend, (): ()) -> Answer<Vec<Group>> {
    backend.groups().await
}

async fn devices(backend: RequestBackend, Asked(of): Asked<OfCommune>) -> Answer<Vec<DeviceRow>> {
    backend.devices(of.commune).await
}

async fn unheard(backend: RequestBackend, Asked(of): Asked<OfCommune>) -> Answer<Vec<Unheard>> {
    backend.unheard(of.commune).await
}

async fn events(backend: RequestBackend, Asked(query): Asked<EventsQuery>) -> Answer<EventRows> {
    backend.events(query).await
}

async fn openapi(backend: RequestBackend, (): ()) -> Answer<&'static Value> {
    let who = backend.signed_in.as_ref().ok_or(P::SignedOut)?;
    Ok(&readable(who)?.openapi)
}

/// The description is for those who work at a desk.
fn readable(who: &SignedIn) -> Answer<&'static Described> {
    match who.actor.role.has_desk() {
        true => Ok(document::described()),
        false => Err(P::Forbidden.into()),
    }
}

/// `GET /docs/api`: the description as people read it.
async fn page(
    State(state): State<AppState>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let reference = readable(&who).map(|described| described.page.clone());
    let found = reference.clone();
    pages::telling(state, request, found, move || {
        provide_context(reference.clone());
    })
    .await
}

/// No such question, or not asked in this way.
pub async fn unknown() -> ApiError {
    P::NotFound.into()
}
