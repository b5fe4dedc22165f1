//! `/api/v1/sealed`: what a phone without signal sealed, brought by somebody else.
//!
//! A page sends a form with one or more files by `POST`. Whoever has a weak line brings a letter in parts, by tus as
//! evidence comes (see [`super::files`]), with `Tus-Resumable: 1.0.0` in every request:
//!
//! 1. `POST /api/v1/sealed` with `Upload-Length` and `Upload-Metadata: hash B64`, the SHA-256 of the sealed file in
//!    hexadecimal digits. Answer 201 with `Location` and `Upload-Offset`; asked again, the same.
//! 2. `PATCH Location` with `Upload-Offset` and the bytes from there on, or none, if all have come. Answer 204 with how far it has come; or 200,
//!    when that was the last part, with what the letter brought.
//! 3. After any failure `HEAD Location`, and go on from there. 404: it was never begun, was opened already, or has lain
//!    for 14 days. To bring a letter twice does no harm.
//!
//! Either way it is written to a file as it comes, is never unpacked, and is forgotten once it was opened. One person
//! brings one letter at a time; a second one waits, before anything of it is read, and is then told 429.

use std::time::Duration;

use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{patch, post};
use axum::{Json, Router};
use rand::TryRngCore;
use rand::rngs::OsRng;
use serde::Deserialize;
use shared::evidence::FileHash;
use shared::problem::ProblemKind;
use shared::sealed::{Delivered, MAX};
use tokio::time::timeout;
use tower_http::set_header::SetResponseHeaderLayer;

use super::{api, tus};
use crate::auth::SignedIn;
use crate::error::{ApiError, wait};
use crate::files::staging::Ended;
use crate::services::files::FileError;
use crate::services::letters::{self, NotTaken, Wanted};
use crate::state::AppState;

/// The largest form: some letters, which are not in memory.
const FORM_MAX: usize = 4 * MAX + 64 * 1024;
/// Files in one form.
const FILES_MAX: usize = 32;
/// How long the next file of a form is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long somebody waits whose other letter is being taken.
const TURN_PATIENCE: Duration = Duration::from_secs(10);
/// After how long they may ask again.
const RETRY: u64 = 30;

pub fn router() -> Router<AppState> {
    let version = HeaderValue::from_static(tus::VERSION);
    let part = patch(append).head(progress).post(overridden);
    Router::new()
        .route("/api/v1/sealed", post(deliver))
        .route("/api/v1/sealed/{hash}", part)
        .method_not_allowed_fallback(api::unknown)
        .layer(SetResponseHeaderLayer::if_not_present(
            tus::RESUMABLE,
            version,
        ))
        .layer(DefaultBodyLimit::max(FORM_MAX))
}

/// Takes the files of a form, or begins to take one in parts. Answers a page with a page, a program with what was taken.
async fn deliver(
    State(state): State<AppState>,
    carrier: SignedIn,
    request: Request,
) -> Result<Response, ApiError> {
    let headers = request.headers();
    if headers.contains_key(tus::RESUMABLE) {
        return match tus::is_known_version(headers) {
            true => begin(&state, &carrier, headers).await,
            false => Ok(tus::other_version()),
        };
    }
    let wants_page = tus::text(headers, &header::ACCEPT).is_some_and(|it| it.contains("text/html"));
    let delivered = take(&state, &carrier, request).await;
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
    request: Request,
) -> Result<Delivered, ApiError> {
    let turn = state.letters.turns.of(carrier.user.id, TURN_PATIENCE);
    let _turn = turn.await.ok_or_else(|| wait(RETRY))?;
    let form = Multipart::from_request(request, state).await;
    let mut form = form.map_err(|_| ProblemKind::Malformed)?;
    let mut all = Delivered::default();
    let mut files = 0;
    loop {
        let field = timeout(PATIENCE, form.next_field()).await;
        let field = field.map_err(|_| ProblemKind::Malformed)?;
        let field = field.map_err(|error| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => ProblemKind::TooLarge,
            _ => ProblemKind::Malformed,
        })?;
        let Some(field) = field else { break };
        if files == FILES_MAX {
            return Err(ProblemKind::TooLarge.into());
        }
        if let Some(delivered) = take_one(state, carrier, field).await? {
            files += 1;
            all.received += delivered.received;
            all.refused += delivered.refused;
            all.files += delivered.files;
        }
    }
    if files == 0 {
        return Err(ProblemKind::NotSealed.into());
    }
    Ok(all)
}

/// Takes one file of a form. `None`: it is empty, as that of a form in which nothing was chosen.
async fn take_one(
    state: &AppState,
    carrier: &SignedIn,
    field: Field<'_>,
) -> Result<Option<Delivered>, ApiError> {
    // A form cannot go on where it was cut, so its part needs no name that is found again.
    let mut name = [0; 32];
    OsRng
        .try_fill_bytes(&mut name)
        .map_err(|_| ProblemKind::Unavailable)?;
    let wanted = Wanted {
        hash: FileHash::from_digest(name),
        length: MAX as u64,
    };
    let turn = letters::turn(state, carrier, wanted.hash).await?;
    letters::begin(state, carrier, wanted, &turn).await?;
    let taken = match turn.append(field, wanted.length).await {
        Ok(Ended::Whole) if letters::progress(&turn, wanted).await?.offset == 0 => Ok(None),
        Ok(Ended::Whole) => letters::open(state, carrier, &turn).await.map(Some),
        Ok(Ended::Cut) => Err(ProblemKind::Malformed.into()),
        Ok(Ended::TooLong) => Err(ProblemKind::TooLarge.into()),
        Err(error) => Err(FileError::from(error).into()),
    };
    turn.forget().await.map_err(FileError::from)?;
    taken
}

async fn begin(
    state: &AppState,
    carrier: &SignedIn,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let hash = tus::announced(headers)?("hash").and_then(|hash| hash.parse().ok());
    let wanted = Wanted {
        hash: hash.ok_or_else(tus::missing_metadata)?,
        length: tus::number(headers, &tus::LENGTH)?,
    };
    if wanted.length > MAX as u64 {
        return Err(ProblemKind::TooLarge.into());
    }
    let turn = letters::turn(state, carrier, wanted.hash).await?;
    let progress = letters::begin(state, carrier, wanted, &turn).await?;
    let place = format!("/api/v1/sealed/{}?length={}", wanted.hash, wanted.length);
    let place = AppendHeaders([(header::LOCATION, place)]);
    Ok((StatusCode::CREATED, place, tus::told(&progress)).into_response())
}

async fn progress(
    State(state): State<AppState>,
    carrier: SignedIn,
    wanted: Wanted,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if !tus::is_known_version(&headers) {
        return Ok(tus::other_version());
    }
    let turn = letters::turn(&state, &carrier, wanted.hash).await?;
    let progress = letters::progress(&turn, wanted).await?;
    let uncached = AppendHeaders([(header::CACHE_CONTROL, "no-store")]);
    let length = AppendHeaders([(tus::LENGTH, progress.length.to_string())]);
    Ok((uncached, length, tus::told(&progress)).into_response())
}

async fn append(
    State(state): State<AppState>,
    carrier: SignedIn,
    wanted: Wanted,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    if !tus::is_known_version(&headers) {
        return Ok(tus::other_version());
    }
    let offset = tus::offset(&headers)?;
    let turn = state.letters.turns.of(carrier.user.id, TURN_PATIENCE);
    let turn = turn.await.ok_or_else(|| wait(RETRY))?;
    // It goes on when the caller has gone: what came is kept, and a letter that is whole is opened.
    let work = tokio::spawn(async move {
        let _turn = turn;
        letters::append(&state, &carrier, wanted, offset, body).await
    });
    let done = work.await.map_err(|_| ProblemKind::Unavailable)?;
    Ok(match done {
        Ok((progress, None)) => (StatusCode::NO_CONTENT, tus::told(&progress)).into_response(),
        Ok((progress, Some(delivered))) => (tus::told(&progress), Json(delivered)).into_response(),
        Err(NotTaken::Part(error)) => tus::not_taken(error),
        Err(NotTaken::Letter(error)) => error.into_response(),
    })
}

async fn overridden(
    state: State<AppState>,
    carrier: SignedIn,
    wanted: Wanted,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    if !tus::is_patch(&headers) {
        return Err(api::unknown().await);
    }
    append(state, carrier, wanted, headers, body).await
}

/// The address of a letter: `HASH?length=BYTES`.
impl axum::extract::FromRequestParts<AppState> for Wanted {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        #[derive(Deserialize)]
        struct Of {
            length: u64,
        }
        let hash = Path::<String>::from_request_parts(parts, state).await;
        let of = Query::<Of>::from_request_parts(parts, state).await;
        let wanted = hash.ok().zip(of.ok()).and_then(|(hash, of)| {
            Some(Self {
                hash: hash.0.parse().ok()?,
                length: Some(of.0.length).filter(|length| *length <= MAX as u64)?,
            })
        });
        wanted.ok_or_else(|| ProblemKind::NotFound.into())
    }
}
