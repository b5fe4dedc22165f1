//! `POST /api/v1/login` and `POST /api/v1/logout`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;
use shared::address::onward;
use shared::api::LoginRequest;
use shared::problem::ProblemKind;

use crate::auth::{self, Caller};
use crate::clock;
use crate::error::ApiError;
use crate::services::accounts::{self, Entered};
use crate::state::AppState;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// What a form without a script sends.
#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// Signs in. JSON in, session out; or a plain HTML form in, a redirect out.
pub async fn login(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let body = body?;
    let now = clock::now();
    if !is_form(&headers) {
        let request: LoginRequest = serde_json::from_slice(&body)
            .map_err(|error| ApiError::detailed(ProblemKind::Malformed, error.to_string()))?;
        let entered =
            accounts::sign_in(&state, &request.username, &request.password, &caller, now).await?;
        let session = accounts::session(&state, &entered.user, &state.units.tree(), now);
        let uncached = [(header::CACHE_CONTROL, "no-store")];
        return Ok((uncached, cookies(&entered), Json(session)).into_response());
    }
    let form: Form =
        serde_urlencoded::from_bytes(&body).map_err(|_| ApiError::from(ProblemKind::Malformed))?;
    let next = onward(&form.next);
    match accounts::sign_in(&state, &form.username, &form.password, &caller, now).await {
        Ok(entered) => {
            let start = if entered.temporary {
                // Somebody else made their password.
                "/password?first=1"
            } else if entered.user.role.keeps_order() && entered.user.role.keeps_documents() {
                // A commune begins with what waits for it.
                "/commune?signed=in"
            } else if entered.user.role.begins_with_forms() {
                // The app on this phone may still know somebody else.
                "/?signed=in"
            } else {
                "/dashboard"
            };
            let next = next.filter(|_| !entered.temporary);
            Ok((cookies(&entered), Redirect::to(next.unwrap_or(start))).into_response())
        }
        Err(error) => {
            let mut reason = match error.kind {
                ProblemKind::WrongPassword => "wrong-password",
                ProblemKind::TooMany => "too-many",
                _ => "unavailable",
            }
            .to_owned();
            if let Some(seconds) = error.retry_after {
                reason += &format!("&wait={seconds}");
            }
            let next = next.map_or_else(String::new, |next| {
                let pair = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
                format!("&{pair}")
            });
            Ok(Redirect::to(&format!("/sign-in?error={reason}{next}")).into_response())
        }
    }
}

/// The session, and what the browser is known by.
fn cookies(entered: &Entered) -> AppendHeaders<[(HeaderName, String); 2]> {
    AppendHeaders([
        (header::SET_COOKIE, auth::cookie(&entered.session.0)),
        (header::SET_COOKIE, auth::device_cookie(&entered.device.0)),
    ])
}

/// Whether the body is what a form without a script sends.
pub fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// Signs out. Without a session there is nothing to do, and that is no failure.
pub async fn logout(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if let Some(token) = auth::token(&headers) {
        accounts::sign_out(&state.db, token, &caller).await?;
    }
    let forget = AppendHeaders([(header::SET_COOKIE, auth::no_cookie())]);
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"));
    if wants_page {
        // Pictures that were looked at go from a desk that others use. Only those: storage would take along what this
        // browser, as somebody's phone, has not sent.
        let clear = AppendHeaders([(CLEAR_SITE_DATA, "\"cache\"")]);
        return Ok((forget, clear, Redirect::to("/sign-in")).into_response());
    }
    Ok((StatusCode::NO_CONTENT, forget).into_response())
}
