//! `POST /api/v1/language`: the language of the pages that the server renders, kept in a cookie.

use app::locale::Locale;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;
use shared::address::within;
use shared::problem::ProblemKind;

use crate::auth;
use crate::error::ApiError;

/// The cookie's name. The phone's app writes it too; it says nothing about anybody.
const COOKIE: &str = "lang";

#[derive(Deserialize)]
struct Form {
    to: String,
    #[serde(default)]
    next: String,
}

/// Keeps the choice and leads back to where it was made.
pub async fn choose(body: Result<Bytes, BytesRejection>) -> Result<Response, ApiError> {
    let form: Form =
        serde_urlencoded::from_bytes(&body?).map_err(|_| ApiError::from(ProblemKind::Malformed))?;
    let locale = Locale::parse(&form.to).ok_or(ProblemKind::Malformed)?;
    let cookie = format!(
        "{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax",
        locale.code()
    );
    let next = within(&form.next).unwrap_or("/");
    let headers = AppendHeaders([(header::SET_COOKIE, cookie)]);
    Ok((headers, Redirect::to(next)).into_response())
}

/// The language of a request.
pub fn chosen(headers: &HeaderMap) -> Locale {
    auth::cookie_named(headers, COOKIE)
        .and_then(Locale::parse)
        .unwrap_or_default()
}
