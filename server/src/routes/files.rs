//! `/api/v1/files`: the files of evidence, brought by tus 1.0.0 (<https://tus.io/protocols/resumable-upload>, core with
//! the extensions *creation* and *expiration*) and given out by GET.
//!
//! # What a phone does
//!
//! Text first: the change `attach` is sent by `POST /api/v1/sync` and received. Then, with `Tus-Resumable: 1.0.0` in
//! every request and the session's cookie:
//!
//! 1. `POST /api/v1/files` with `Upload-Length: BYTES` and `Upload-Metadata: hash B64,doc B64` (the hash in 64
//!    hexadecimal digits and the id of the form, each in base64). Answer 201 with `Location` and `Upload-Offset`. Asked
//!    again it answers the same place. `Upload-Offset` equal to the length: the file is there, nothing is to be sent.
//! 2. `PATCH Location` with `Upload-Offset: N`, `Content-Type: application/offset+octet-stream` and the bytes from `N`
//!    on. Answer 204 with the new `Upload-Offset`; equal to the length: the file has arrived, was checked and is kept.
//!    It may be less than was sent, when the line was quiet for long; then go on from there.
//! 3. After any failure `HEAD Location`: 200 with `Upload-Offset`, and go on with 2. from there. What came before the
//!    line died is kept for 14 days (`Upload-Expires`). 404: begin again with 1.
//!
//! The address is `/api/v1/files/HASH?doc=ID`, so a phone that has forgotten it can write it down itself. What is half
//! sent belongs to the person and the hash; it is found again whichever form, tab or device goes on with it.
//!
//! # What goes wrong
//!
//! | answer | kind | what it means and what to do |
//! | --- | --- | --- |
//! | 400 | `malformed` | a header is missing, or `Upload-Length` is not what the form says; do not repeat |
//! | 401 | `signed_out` | sign in; what came is kept |
//! | 403 | `forbidden` | this account brings no evidence here |
//! | 404 | `not_found` | the form is not known or does not list the file: send the text, then 1. again |
//! | 409 | `out_of_step` | another `Upload-Offset` is right; it is in the answer's header |
//! | 412 | `other_protocol` | another version of tus |
//! | 413 | `too_large` | more bytes than announced, or than any evidence may have |
//! | 415 | `wrong_type` | the content is not what the form says; it was dropped and must not be sent again |
//! | 429 | `too_many` | too much lies half sent; finish that first, or wait |
//! | 460 | `damaged` | the bytes have another hash; they were dropped: begin again with 1. |
//! | 503 | `unavailable` | wait as `Retry-After` says, then 3. |
//!
//! `GET /api/v1/files/HASH?doc=ID` gives the file to whoever may read the form, as long as the form lists it. 404
//! before it has arrived.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post};
use object_store::GetResult;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use shared::event::EventKind;
use shared::evidence::{DOCUMENT_MAX, FileHash, MediaType};
use shared::problem::ProblemKind;
use tower_http::set_header::SetResponseHeaderLayer;

use super::{api, tus};
use crate::auth::SignedIn;
use crate::error::ApiError;
use crate::services::events;
use crate::services::files::{self, Wanted};
use crate::state::AppState;

/// The addresses. No time limit lies on them: a dead line is noticed by its silence (`files::staging`).
pub fn router() -> Router<AppState> {
    let version = HeaderValue::from_static(tus::VERSION);
    Router::new()
        .route("/api/v1/files", post(begin).options(abilities))
        .route(
            "/api/v1/files/{hash}",
            get(read)
                .head(progress)
                .patch(append)
                .post(overridden)
                .options(abilities),
        )
        .method_not_allowed_fallback(api::unknown)
        .layer(middleware::from_fn(tus::known_version))
        .layer(SetResponseHeaderLayer::if_not_present(
            tus::RESUMABLE,
            version,
        ))
}

async fn abilities() -> impl IntoResponse {
    let headers = AppendHeaders([
        (tus::TUS_VERSION, tus::VERSION.to_owned()),
        (tus::EXTENSION, "creation,expiration".to_owned()),
        (tus::MAX_SIZE, DOCUMENT_MAX.to_string()),
    ]);
    (StatusCode::NO_CONTENT, headers)
}

async fn begin(
    State(state): State<AppState>,
    signed_in: SignedIn,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let wanted = announced(&headers)?;
    let length = tus::number(&headers, &tus::LENGTH)?;
    if length > DOCUMENT_MAX {
        return Err(ProblemKind::TooLarge.into());
    }
    let begun = files::begin(&state, &signed_in.actor, wanted, length).await?;
    let Wanted { hash, doc } = wanted;
    let place = format!("/api/v1/files/{hash}?doc={doc}");
    let headers = AppendHeaders([(header::LOCATION, place)]);
    Ok((StatusCode::CREATED, headers, tus::told(&begun)).into_response())
}

async fn progress(
    State(state): State<AppState>,
    signed_in: SignedIn,
    wanted: Wanted,
) -> Result<Response, ApiError> {
    let progress = files::progress(&state, &signed_in.actor, wanted).await?;
    let headers = AppendHeaders([
        (tus::LENGTH, progress.length.to_string()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ]);
    Ok((headers, tus::told(&progress)).into_response())
}

async fn append(
    State(state): State<AppState>,
    signed_in: SignedIn,
    wanted: Wanted,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let offset = tus::offset(&headers)?;
    match files::append(state, signed_in.actor, wanted, offset, body).await {
        Ok(progress) => Ok((StatusCode::NO_CONTENT, tus::told(&progress)).into_response()),
        Err(error) => Ok(tus::not_taken(error)),
    }
}

/// Some proxies know no PATCH; then it comes as a POST that says so.
async fn overridden(
    state: State<AppState>,
    signed_in: SignedIn,
    wanted: Wanted,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    if !tus::is_patch(&headers) {
        return Err(api::unknown().await);
    }
    append(state, signed_in, wanted, headers, body).await
}

async fn read(
    State(state): State<AppState>,
    signed_in: SignedIn,
    wanted: Wanted,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let found = files::find(&state.db, &signed_in.actor, wanted).await?;
    let read = signed_in.event(EventKind::EvidenceRead).about(wanted.doc);
    events::record(&state, read.what(found.file.hash.to_string()));
    let tag = format!("\"{}\"", found.file.hash);
    let known = tus::text(&headers, &header::IF_NONE_MATCH)
        .is_some_and(|known| known.split(',').any(|it| it.trim() == tag));
    let cached = AppendHeaders([
        (header::ETAG, tag),
        // It never changes, but who may see it does: the browser asks each time, which costs no bytes of it.
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
        (header::VARY, "Cookie".to_owned()),
    ]);
    if known {
        return Ok((StatusCode::NOT_MODIFIED, cached).into_response());
    }
    let bytes = files::open(&state.files.store, &found.file).await?;
    let name = found.evidence.name.as_deref().unwrap_or("minh chứng");
    Ok((cached, sent(found.file.media_type, name, bytes)).into_response())
}

/// A file that somebody made.
pub(super) fn sent(media_type: MediaType, name: &str, bytes: GetResult) -> impl IntoResponse {
    let headers = AppendHeaders([
        (header::CONTENT_TYPE, media_type.as_str().to_owned()),
        (header::CONTENT_LENGTH, bytes.meta.size.to_string()),
        (header::CONTENT_DISPOSITION, disposition(media_type, name)),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        // Whatever is in it, it is looked at and does nothing.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin".to_owned(),
        ),
    ]);
    (headers, Body::from_stream(bytes.into_stream()))
}

/// Pictures are shown, documents are saved, under the name the form has for them and the end their content has.
fn disposition(media_type: MediaType, name: &str) -> String {
    /// RFC 8187, 3.2.1: what may stand as it is.
    const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');
    let how = match media_type.is_image() {
        true => "inline",
        false => "attachment",
    };
    let end = media_type.extension();
    let has_end = name
        .rsplit_once('.')
        .is_some_and(|(_, it)| it.eq_ignore_ascii_case(end));
    let name = match has_end {
        true => name.to_owned(),
        false => format!("{name}.{end}"),
    };
    let name = utf8_percent_encode(&name, PLAIN);
    format!("{how}; filename=\"minh-chung.{end}\"; filename*=UTF-8''{name}")
}

/// The file and the form that an upload is announced for.
fn announced(headers: &HeaderMap) -> Result<Wanted, ApiError> {
    // A name, a type: the form says what counts.
    let said = tus::announced(headers)?;
    let wanted = said("hash").zip(said("doc")).and_then(|(hash, doc)| {
        Some(Wanted {
            hash: hash.parse().ok()?,
            doc: doc.parse().ok()?,
        })
    });
    wanted.ok_or_else(tus::missing_metadata)
}

/// The address of a file: `HASH?doc=ID`.
impl axum::extract::FromRequestParts<AppState> for Wanted {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        #[derive(Deserialize)]
        struct Of {
            doc: String,
        }
        let hash = Path::<String>::from_request_parts(parts, state).await;
        let of = Query::<Of>::from_request_parts(parts, state).await;
        let wanted = hash.ok().zip(of.ok()).and_then(|(hash, of)| {
            Some(Self {
                hash: hash.0.parse::<FileHash>().ok()?,
                doc: of.0.doc.parse().ok()?,
            })
        });
        wanted.ok_or_else(|| ProblemKind::NotFound.into())
    }
}
