//! Papers about forms, to go on writing in or to print.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use shared::calendar::Year;
use shared::criteria::Title;
use shared::ids::{DocumentId, UnitId};
use shared::problem::ProblemKind;

use super::at_desk::AtDesk;
use super::exports;
use crate::error::ApiError;
use crate::services::decision_papers::Format;
use crate::services::records::{self, Which};
use crate::state::AppState;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/dashboard/minutes/{file}", get(minutes))
        .route("/dashboard/subject/{id}/paper/{form}/{file}", get(of_form))
}

/// The stem of a file's name, and what it is to be.
fn read(file: &str) -> Result<(&str, Format), ProblemKind> {
    let (stem, extension) = file.rsplit_once('.').ok_or(ProblemKind::NotFound)?;
    Ok((stem, Format::parse(extension)?))
}

#[derive(Deserialize)]
struct Asked {
    unit: UnitId,
    title: Title,
    year: Year,
}

/// `GET /dashboard/minutes/bien-ban.docx?unit=&title=&year=`.
async fn minutes(
    State(state): State<AppState>,
    Path(file): Path<String>,
    Query(Asked { unit, title, year }): Query<Asked>,
    AtDesk(who): AtDesk,
) -> Result<Response, ApiError> {
    let ("bien-ban", format) = read(&file)? else {
        return Err(ProblemKind::NotFound.into());
    };
    let (name, bytes) = records::minutes(&state, &who, unit, title, year, format).await?;
    exports::paper(&name, format, bytes)
}

/// `GET /dashboard/subject/{id}/paper/{form}/{file}`: `tong-hop.docx`, `bien-ban-kiem-tra.pdf`.
async fn of_form(
    State(state): State<AppState>,
    Path((subject, form, file)): Path<(DocumentId, DocumentId, String)>,
    AtDesk(who): AtDesk,
) -> Result<Response, ApiError> {
    let (stem, format) = read(&file)?;
    let which = Which::parse(stem)?;
    let (name, bytes) = records::of_form(&state, &who, subject, form, which, format).await?;
    exports::paper(&name, format, bytes)
}
