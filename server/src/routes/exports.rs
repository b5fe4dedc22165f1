//! `GET /dashboard/export/{file}`: a list or a table of the desk, whole, as a workbook or as text.

use std::collections::BTreeMap;
use std::str::FromStr;

use app::{criteria, locale};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{Extensions, HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use shared::api::queue::QueueQuery;
use shared::problem::ProblemKind;
use shared::table::Order;

use super::language;
use crate::auth::SignedIn;
use crate::error::ApiError;
use crate::export::{self, csv, xlsx};
use crate::services::exports::{self, Asked};
use crate::state::AppState;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const CSV: &str = "text/csv; charset=utf-8";

pub async fn file(
    State(state): State<AppState>,
    Path(file): Path<String>,
    query: Result<Query<BTreeMap<String, String>>, QueryRejection>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Result<Response, ApiError> {
    let Some(who) = SignedIn::find(&state, &headers, &extensions).await? else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    if who.temporary {
        return Ok(Redirect::to("/password?first=1").into_response());
    }
    let Query(query) = query.map_err(|_| ProblemKind::Malformed)?;
    let (what, extension) = file.rsplit_once('.').ok_or(ProblemKind::NotFound)?;
    let asked = asked(&query)?;
    let chosen = language::chosen(&headers);
    let answer = async {
        let found = exports::tables(&state, &who, what, &asked).await?;
        let Some(first) = found.tables.first() else {
            return Err(ApiError::from(ProblemKind::NotFound));
        };
        let name = export::file_name(&found.name, found.day, extension);
        let (kind, bytes) = match extension {
            "xlsx" => (XLSX, xlsx::workbook(&found.tables).map_err(failed)?),
            "csv" if found.tables.len() == 1 => (CSV, csv::text(first).into_bytes()),
            _ => return Err(ProblemKind::NotFound.into()),
        };
        Ok((name, kind, bytes))
    };
    let answer = locale::speaking(chosen, answer);
    let (name, kind, bytes) = criteria::by(state.criteria.now(), answer).await?;
    let disposition = format!("attachment; filename=\"{name}\"");
    let disposition =
        HeaderValue::from_str(&disposition).map_err(|_| ApiError::from(ProblemKind::Internal))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}

fn failed(error: rust_xlsxwriter::XlsxError) -> ApiError {
    tracing::error!(%error, "a workbook could not be written");
    ProblemKind::Internal.into()
}

/// What an address asks for; a field of a form that was left empty asks for nothing.
fn asked(query: &BTreeMap<String, String>) -> Result<Asked, ApiError> {
    let text = |name: &str| query.get(name).filter(|text| !text.is_empty()).cloned();
    fn read<T: FromStr>(text: Option<String>) -> Result<Option<T>, ApiError> {
        text.map(|text| text.parse().map_err(|_| ProblemKind::Malformed.into()))
            .transpose()
    }
    Ok(Asked {
        unit: read(text("unit"))?,
        title: read(text("title"))?,
        year: read(text("year"))?,
        as_of: read(text("as_of"))?,
        decision: read(text("decision"))?,
        search: text("search"),
        figure: text("figure").and_then(|text| shared::figure::Figure::parse(&text)),
        who: text("who"),
        kind: text("kind").and_then(|text| shared::event::EventKind::parse(&text)),
        until: text("until").and_then(|text| app::words::parse_date(&text)),
        queue: QueueQuery::read(text),
        order: Order::read("", |name| query.get(name).cloned()),
    })
}
