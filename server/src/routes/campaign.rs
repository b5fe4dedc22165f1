//! `/campaign`: by which day each step of a year is due. A plain form in; a redirect out, or the page again with what was typed
//! and what to mend.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use leptos::prelude::provide_context;
use shared::SortedMap;
use shared::api::campaigns::{CampaignQuery, TYPED_MAX};
use shared::calendar::Year;
use shared::campaign::Step;
use shared::criteria::Title;
use shared::ids::UnitId;
use shared::problem::ProblemKind;

use super::at_desk::{AtDesk, DeskForm};
use super::form::{Pairs, field, in_address};
use super::pages;
use crate::error::ApiError;
use crate::services::campaigns::{self, NotSet, Sent};
use crate::services::figures::RequestBackend;
use crate::state::AppState;
use app::Backend;

pub fn router() -> Router<AppState> {
    Router::new().route("/campaign", get(page).post(save))
}

/// `GET /campaign?unit=&year=&title=`.
async fn page(
    State(state): State<AppState>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let asked = in_address(request.uri());
    let query = CampaignQuery::read(|name| field(&asked, name).map(str::to_owned));
    let backend = RequestBackend {
        state: state.clone(),
        signed_in: Some(who),
    };
    let found = backend.campaign(query).await;
    pages::telling(state, request, found, || {}).await
}

/// `POST /campaign`.
async fn save(
    State(state): State<AppState>,
    headers: HeaderMap,
    DeskForm { who, sent }: DeskForm<Pairs>,
) -> Result<Response, ApiError> {
    let sent = read(&sent).ok_or(ProblemKind::Malformed)?;
    let title = sent.title.map_or("", Title::as_str);
    let page = format!(
        "/campaign?unit={}&year={}&title={title}",
        sent.unit, sent.year
    );
    match campaigns::save(&state, &who, sent).await {
        Ok(()) => Ok(Redirect::to(&format!("{page}&saved=1")).into_response()),
        Err(NotSet::Failed(error)) => Err(error.into()),
        Err(NotSet::Unmended(unmended)) => {
            // With what was typed in the place of what is kept.
            let form = move || provide_context(unmended.clone());
            pages::again(state, headers, &page, form).await
        }
    }
}

/// What is far beyond any day is cut before it is looked at.
fn read(pairs: &Pairs) -> Option<Sent> {
    let typed = Step::ALL.into_iter().filter_map(|step| {
        let typed = field(pairs, step.as_str())?;
        Some((step, typed.chars().take(TYPED_MAX).collect()))
    });
    let typed: SortedMap<Step, String> = typed.collect();
    Some(Sent {
        unit: field(pairs, "unit")?.parse::<UnitId>().ok()?,
        year: field(pairs, "year")?.parse::<Year>().ok()?,
        title: match field(pairs, "title").unwrap_or_default() {
            "" => None,
            title => Some(title.parse::<Title>().ok()?),
        },
        version: field(pairs, "version")?.parse().ok()?,
        typed,
    })
}
