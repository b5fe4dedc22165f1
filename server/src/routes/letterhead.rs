//! `/letterhead`: who issues the papers of a unit and how they are signed. A plain form in; a redirect out, or the page again
//! with what was typed and what to mend.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use leptos::prelude::provide_context;
use serde::Deserialize;
use shared::api::letterheads::{LINE_MAX, Letterhead, RECIPIENTS_MAX, SYMBOL_MAX};
use shared::evidence::MediaType;
use shared::ids::UnitId;
use shared::problem::ProblemKind;

use super::at_desk::{AtDesk, DeskForm};
use super::multipart::{self, FORM_MAX};
use super::{files, pages};
use crate::error::ApiError;
use crate::services::letterheads::{self, NotSaved};
use crate::services::symbols::{self, NotKept};
use crate::state::AppState;

pub fn router() -> Router<AppState> {
    let given = post(give).layer(DefaultBodyLimit::max(FORM_MAX));
    Router::new()
        .route("/letterhead", get(desk).post(save))
        .route("/letterhead/sample.pdf", get(sample))
        .route("/letterhead/symbol.png", get(symbol))
        .route("/letterhead/symbol", given)
}

#[derive(Deserialize)]
struct Asked {
    unit: UnitId,
}

fn unit(request: &Request) -> Option<UnitId> {
    let asked: Asked = serde_urlencoded::from_str(request.uri().query()?).ok()?;
    Some(asked.unit)
}

/// `GET /letterhead?unit=`.
async fn desk(
    State(state): State<AppState>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let found = letterheads::desk(&state, &who, unit(&request)).await;
    pages::telling(state, request, found, || {}).await
}

/// The form as it comes.
#[derive(Deserialize)]
struct Form {
    unit: UnitId,
    #[serde(default)]
    upper: String,
    #[serde(default)]
    issuer: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    authority: String,
    #[serde(default)]
    signer_mark: String,
    #[serde(default)]
    signer_title: String,
    #[serde(default)]
    signer_name: String,
    /// One a line.
    #[serde(default)]
    recipients: String,
    #[serde(default)]
    kind: String,
}

/// `POST /letterhead`.
async fn save(
    State(state): State<AppState>,
    headers: HeaderMap,
    DeskForm { who, sent }: DeskForm<Form>,
) -> Result<Response, ApiError> {
    let unit = sent.unit;
    match letterheads::save(&state, &who, unit, letterhead(sent)).await {
        Ok(()) => Ok(Redirect::to(&format!("/letterhead?unit={unit}&saved=1")).into_response()),
        Err(NotSaved::Failed(error)) => Err(error.into()),
        Err(NotSaved::Unmended(unmended)) => {
            let page = format!("/letterhead?unit={unit}");
            // With the form in the place of what is kept.
            let form = move || provide_context(unmended.clone());
            pages::again(state, headers, &page, form).await
        }
    }
}

/// What is far beyond any bound is cut before it is looked at, so that the page that comes back stays small.
fn letterhead(form: Form) -> Letterhead {
    let line = |text: String| text.chars().take(LINE_MAX * 2).collect::<String>();
    let recipients = form.recipients.lines().take(RECIPIENTS_MAX * 2);
    Letterhead {
        upper: line(form.upper),
        issuer: line(form.issuer),
        place: line(form.place),
        authority: line(form.authority),
        signer_mark: line(form.signer_mark),
        signer_title: line(form.signer_title),
        signer_name: line(form.signer_name),
        recipients: recipients.map(|name| line(name.to_owned())).collect(),
        is_authority: form.kind != "association",
    }
}

/// `POST /letterhead/symbol`: the symbol of an association, or without a file and with `remove` that it has none.
async fn give(
    State(state): State<AppState>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let mut form = multipart::read(&state, &who, request, &[("symbol", SYMBOL_MAX)]).await?;
    let unit: UnitId = form
        .text("unit")
        .parse()
        .map_err(|_| ProblemKind::Malformed)?;
    let said = match form.text("remove") {
        "" => match symbols::give(&state, &who, unit, form.file("symbol")).await {
            Ok(()) => "given",
            Err(NotKept::Problem(problem)) => problem.as_str(),
            Err(NotKept::Failed(error)) => return Err(error.into()),
        },
        _ => {
            symbols::take_away(&state, &who, unit).await?;
            "removed"
        }
    };
    Ok(Redirect::to(&format!("/letterhead?unit={unit}&symbol={said}#symbol")).into_response())
}

/// `GET /letterhead/symbol.png?unit=`.
async fn symbol(
    State(state): State<AppState>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let unit = unit(&request).ok_or(ProblemKind::Malformed)?;
    let bytes = symbols::open(&state, &who, unit).await?;
    let fresh = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((fresh, files::sent(MediaType::Png, "bieu-tuong", bytes)).into_response())
}

/// `GET /letterhead/sample.pdf?unit=`.
async fn sample(
    State(state): State<AppState>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let unit = unit(&request).ok_or(ProblemKind::Malformed)?;
    let bytes = letterheads::sample(&state, &who, unit).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (
            header::CONTENT_DISPOSITION,
            "inline; filename=\"the-thuc.pdf\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
    Ok((headers, bytes).into_response())
}
