//! `POST /api/v1/password`: somebody changes their own password.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::problem::ProblemKind;

use crate::auth::{self, Caller, SignedIn};
use crate::clock;
use crate::error::{ApiError, wait};
use crate::routes::session::is_form;
use crate::services::accounts::{self, PasswordError};
use crate::state::AppState;

/// What is sent. A program types no password twice.
#[derive(Deserialize, JsonSchema)]
pub struct PasswordChange {
    #[serde(default)]
    current: String,
    #[serde(default)]
    new: String,
    /// The new one once more, as a page asks for it.
    #[serde(default)]
    again: Option<String>,
}

/// Changes the password. JSON in, the session with its new mark out; or a plain HTML form in, a redirect out.
pub async fn change(
    State(state): State<AppState>,
    signed_in: SignedIn,
    caller: Caller,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let body = body?;
    let is_form = is_form(&headers);
    let change: PasswordChange = match is_form {
        true => serde_urlencoded::from_bytes(&body)
            .map_err(|_| ApiError::from(ProblemKind::Malformed))?,
        false => serde_json::from_slice(&body)
            .map_err(|error| ApiError::detailed(ProblemKind::Malformed, error.to_string()))?,
    };
    if change.again.is_some_and(|again| again != change.new) {
        return Ok(Redirect::to("/password?error=differ").into_response());
    }
    let changed =
        accounts::change_password(&state, &signed_in.user, change.current, change.new, &caller)
            .await;
    let token = match changed {
        Ok(token) => token,
        Err(error) if is_form => return Ok(Redirect::to(&refused(error)?).into_response()),
        Err(error) => return Err(told(error)),
    };
    let cookie = AppendHeaders([
        (header::SET_COOKIE, auth::cookie(&token.0)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ]);
    if is_form {
        return Ok((cookie, Redirect::to("/password?changed=1")).into_response());
    }
    let now = clock::now();
    let found = accounts::by_token(&state.db, &token.0, now).await?;
    let user = found.ok_or(ProblemKind::SignedOut)?.user;
    let session = accounts::session(&state, &user, &state.units.tree(), now);
    Ok((cookie, Json(session)).into_response())
}

/// The page that says why the old password stays.
fn refused(error: PasswordError) -> Result<String, ApiError> {
    let why = match error {
        PasswordError::Wrong => "wrong".to_owned(),
        PasswordError::Wait(seconds) => format!("too-many&wait={seconds}"),
        PasswordError::Same => "same".to_owned(),
        PasswordError::Weak(weakness) => weakness.as_str().to_owned(),
        PasswordError::Failed(error) => return Err(error),
    };
    Ok(format!("/password?error={why}"))
}

/// The same to a program.
fn told(error: PasswordError) -> ApiError {
    match error {
        PasswordError::Wrong => ProblemKind::WrongPassword.into(),
        PasswordError::Wait(seconds) => wait(seconds),
        PasswordError::Same => {
            ApiError::detailed(ProblemKind::WeakPassword, "mật khẩu mới giống mật khẩu cũ")
        }
        PasswordError::Weak(weakness) => {
            ApiError::detailed(ProblemKind::WeakPassword, weakness.to_string())
        }
        PasswordError::Failed(error) => error,
    }
}
