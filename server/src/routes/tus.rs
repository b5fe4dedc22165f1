//! What evidence and sealed letters have in common on the wire: tus 1.0.0 (<https://tus.io/protocols/resumable-upload>).

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, header};
use axum::middleware::Next;
use axum::response::{AppendHeaders, IntoResponse, IntoResponseParts, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use shared::problem::ProblemKind;

use crate::error::ApiError;
use crate::services::files::{FileError, Progress};

pub const VERSION: &str = "1.0.0";
pub const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
pub const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
pub const MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
pub const LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");
/// What the bytes of a part are called.
const PART: &str = "application/offset+octet-stream";

/// Refuses other versions of tus. Reading a file and asking for the abilities need none.
pub async fn known_version(request: Request, next: Next) -> Response {
    let needs_none = matches!(request.method().as_str(), "GET" | "OPTIONS");
    if needs_none || is_known_version(request.headers()) {
        return next.run(request).await;
    }
    other_version()
}

pub fn is_known_version(headers: &HeaderMap) -> bool {
    text(headers, &RESUMABLE) == Some(VERSION)
}

pub fn other_version() -> Response {
    let version = AppendHeaders([(TUS_VERSION, VERSION)]);
    (version, ApiError::from(ProblemKind::OtherProtocol)).into_response()
}

/// The offset at which a part goes on.
pub fn offset(headers: &HeaderMap) -> Result<u64, ApiError> {
    if text(headers, &header::CONTENT_TYPE) != Some(PART) {
        let wrong = format!("Content-Type phải là {PART}");
        return Err(ApiError::detailed(ProblemKind::WrongType, wrong));
    }
    number(headers, &OFFSET)
}

/// Some proxies know no PATCH; then it comes as a POST that says so.
pub fn is_patch(headers: &HeaderMap) -> bool {
    text(headers, &OVERRIDE) == Some("PATCH")
}

/// A part that was not taken; where it has to go on, if that is why.
pub fn not_taken(error: FileError) -> Response {
    let right = match &error {
        FileError::OutOfStep { offset } => Some((OFFSET, offset.to_string())),
        _ => None,
    };
    (AppendHeaders(right), ApiError::from(error)).into_response()
}

/// What is told of every upload.
pub fn told(progress: &Progress) -> impl IntoResponseParts + IntoResponse + use<> {
    let expires = progress
        .expires
        .map(|at| (EXPIRES, at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()));
    (
        AppendHeaders([(OFFSET, progress.offset.to_string())]),
        AppendHeaders(expires),
    )
}

/// The values of what is announced, by their names.
pub fn announced(headers: &HeaderMap) -> Result<impl Fn(&str) -> Option<String>, ApiError> {
    let pairs = text(headers, &METADATA).ok_or_else(missing_metadata)?;
    Ok(move |wanted: &str| {
        pairs.split(',').find_map(|pair| {
            let (name, value) = pair.trim().split_once(' ')?;
            let value = || String::from_utf8(BASE64_STANDARD.decode(value).ok()?).ok();
            (name == wanted).then(value)?
        })
    })
}

pub fn missing_metadata() -> ApiError {
    missing(&METADATA)
}

pub fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

pub fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, ApiError> {
    let digits = text(headers, name).filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
    let number = digits.and_then(|it| it.parse().ok());
    number.ok_or_else(|| missing(name))
}

fn missing(name: &HeaderName) -> ApiError {
    ApiError::detailed(
        ProblemKind::Malformed,
        format!("thiếu {name}, hoặc viết sai"),
    )
}
