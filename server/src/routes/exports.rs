//! `/dashboard/export/{file}`: a list or a table of the desk, whole, as a workbook or as text. It is downloaded, or asked for
//! as a job, which is the only way to a long one.

use std::collections::BTreeMap;

use app::{criteria, locale};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};
use shared::problem::ProblemKind;

use super::at_desk::AtDesk;
use super::{jobs, language};
use crate::clock;
use crate::error::ApiError;
use crate::export::{self, FileKind};
use crate::services::decision_papers::Format;
use crate::services::exports::job;
use crate::services::exports::{self, Asked, NotMade, Pace, Written};
use crate::state::AppState;

type Asks = Result<Query<BTreeMap<String, String>>, QueryRejection>;

pub fn route() -> MethodRouter<AppState> {
    get(file).post(as_job)
}

/// `GET`: the file. Where it is too long to wait for, the page that offers it as a job.
async fn file(
    State(state): State<AppState>,
    Path(file): Path<String>,
    query: Asks,
    RawQuery(address): RawQuery,
    headers: HeaderMap,
    AtDesk(who): AtDesk,
) -> Result<Response, ApiError> {
    let Query(query) = query.map_err(|_| ProblemKind::Malformed)?;
    let (what, kind) = FileKind::of_name(&file).ok_or(ProblemKind::NotFound)?;
    if !exports::is_known(what, kind) {
        return Err(ProblemKind::NotFound.into());
    }
    let asked = Asked::read(&query)?;
    let language = language::chosen(&headers);
    let answer = async {
        let found = exports::tables(&state, &who, what, &asked, Pace::AtOnce).await?;
        exports::written(found, kind, language).await
    };
    let answer = criteria::by(state.criteria.now(), locale::speaking(language, answer));
    let written = match answer.await {
        Ok(written) => written,
        Err(NotMade::TooLong) => {
            let offer = jobs::offer(&file, address.as_deref().unwrap_or_default());
            return Ok(Redirect::to(&offer).into_response());
        }
        Err(NotMade::Problem(error)) => return Err(error),
        Err(NotMade::Stopped(_)) => return Err(ProblemKind::Internal.into()),
    };
    exports::record(&state, &who, &written.name);
    let Written {
        name,
        media_type,
        bytes,
    } = written;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, attachment(&name)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}

/// A paper that was drawn.
pub(super) fn paper(name: &str, format: Format, bytes: Vec<u8>) -> Result<Response, ApiError> {
    let name = export::file_name(name, clock::today(), format.extension());
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(format.media_type()),
        ),
        (header::CONTENT_DISPOSITION, attachment(&name)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}

/// A file that is saved under its name, which has no letters but plain ones.
pub(super) fn attachment(name: &str) -> Result<HeaderValue, ApiError> {
    let disposition = format!("attachment; filename=\"{name}\"");
    HeaderValue::from_str(&disposition).map_err(|_| ProblemKind::Internal.into())
}

/// `POST`: the same as a job.
async fn as_job(
    State(state): State<AppState>,
    Path(file): Path<String>,
    query: Asks,
    headers: HeaderMap,
    AtDesk(who): AtDesk,
) -> Result<Response, ApiError> {
    let Query(query) = query.map_err(|_| ProblemKind::Malformed)?;
    let asking = async { job::asking(&who, &file, &query) };
    let asking = locale::speaking(language::chosen(&headers), asking).await?;
    jobs::asked(&state, &who, asking).await
}
