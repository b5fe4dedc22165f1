//! `POST /api/v1/sealed`: what a phone without signal sealed, brought by somebody else.

use axum::Json;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use shared::problem::ProblemKind;
use shared::sealed::Delivered;

use crate::auth::SignedIn;
use crate::error::ApiError;
use crate::services::sealing;
use crate::state::AppState;

/// Takes the files of a form. Answers a page with a page, a program with what was taken.
pub async fn deliver(
    State(state): State<AppState>,
    carrier: SignedIn,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, ApiError> {
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"));
    let delivered = match form {
        Ok(form) => take(&state, &carrier, form).await,
        Err(_) => Err(ProblemKind::Malformed.into()),
    };
    if !wants_page {
        return Ok(Json(delivered?).into_response());
    }
    let answer = match delivered {
        Ok(delivered) => serde_urlencoded::to_string(delivered).unwrap_or_default(),
        Err(error) => format!(
            "error={}",
            error.kind.uri().rsplit(':').next().unwrap_or_default()
        ),
    };
    Ok(Redirect::to(&format!("/carry?{answer}")).into_response())
}

async fn take(
    state: &AppState,
    carrier: &SignedIn,
    mut form: Multipart,
) -> Result<Delivered, ApiError> {
    let mut all = Delivered::default();
    let mut any = false;
    loop {
        let field = form.next_field().await.map_err(unread)?;
        let Some(field) = field else { break };
        let file = field.bytes().await.map_err(unread)?;
        if file.is_empty() {
            continue;
        }
        any = true;
        let delivered = sealing::deliver(state, carrier, &file).await?;
        all.received += delivered.received;
        all.refused += delivered.refused;
        all.files += delivered.files;
    }
    if !any {
        return Err(ProblemKind::NotSealed.into());
    }
    Ok(all)
}

fn unread(error: MultipartError) -> ApiError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ProblemKind::TooLarge.into(),
        _ => ProblemKind::Malformed.into(),
    }
}
