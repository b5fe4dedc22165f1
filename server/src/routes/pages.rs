//! Pages: the shell for those that live from the phone's own data, a rendered page for the others.

use std::sync::Arc;

use app::routes::{DESK, Guard};
use app::{Backend, BackendError, criteria, locale};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use axum::response::Response;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use shared::problem::ProblemKind;

use super::{at_desk, language};
use crate::auth::{self, SignedIn};
use crate::error::{self, ApiError};
use crate::services::figures::RequestBackend;
use crate::state::AppState;

/// What a page may load: its own files, and scripts that carry the response's nonce. Styles in attributes carry the
/// lengths of bars and the places of symbols.
fn content_security_policy(nonce: Option<String>) -> String {
    let nonce = nonce.map_or_else(String::new, |nonce| format!(" 'nonce-{nonce}'"));
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{nonce}; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// Adds to the response of the page being rendered.
fn secure() {
    if let Some(options) = use_context::<ResponseOptions>() {
        let policy = content_security_policy(use_nonce().map(|nonce| nonce.to_string()));
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}

/// The first page. Whoever has never signed in with this browser gets the door itself, and not a page that first loads an
/// app to show one: on a weak line that is the difference between two seconds and twenty. The app comes while they type.
pub async fn home(state: State<AppState>, request: Request<Body>) -> Result<Response, ApiError> {
    if auth::token(request.headers()).is_none() {
        return page(state, request).await;
    }
    Ok(shell(state, request).await)
}

/// The shell: the same for everybody, signed in or not.
pub async fn shell(State(state): State<AppState>, request: Request<Body>) -> Response {
    let options = state.options.clone();
    let files = state.site.app.clone();
    let chosen = language::chosen(request.headers());
    let render = leptos_axum::render_app_async_with_context(secure, move || {
        app::offline_shell(options.clone(), &files)
    });
    let mut response = locale::speaking(chosen, render(request)).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// Whether a page is for whoever has not signed in.
fn is_door(path: &str) -> bool {
    let is_open = |guard| matches!(guard, Guard::Door | Guard::Public);
    let mut doors = DESK.iter().filter(|place| is_open(place.guard));
    path == "/" || doors.any(|place| at_desk::fits(place.path, path))
}

/// A page that is rendered here. Everything it asks for is waited for, so it reads the same without a script.
pub async fn page(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, ApiError> {
    page_with(state, request, || {}).await
}

/// The same for a page that tells of something found: it has the status of that, and `context` gives it to the page.
pub async fn telling<T>(
    state: AppState,
    request: Request<Body>,
    found: Result<T, BackendError>,
    context: impl Fn() + Clone + Send + Sync + 'static,
) -> Result<Response, ApiError> {
    let mut response = page_with(state, request, context).await?;
    if let Err(error) = found
        && response.status() == StatusCode::OK
    {
        *response.status_mut() = error::status(error.kind);
    }
    Ok(response)
}

/// A page whose form has to be mended: as it is asked for, with what `context` gives it to say so.
pub async fn again(
    state: AppState,
    headers: HeaderMap,
    address: &str,
    context: impl Fn() + Clone + Send + Sync + 'static,
) -> Result<Response, ApiError> {
    with(
        state,
        headers,
        address,
        Err(ProblemKind::Malformed.into()),
        context,
    )
    .await
}

/// A page whose form asked for something that stands in it now, with what was typed beside: nothing is wrong with it.
pub async fn going_on(
    state: AppState,
    headers: HeaderMap,
    address: &str,
    context: impl Fn() + Clone + Send + Sync + 'static,
) -> Result<Response, ApiError> {
    with(state, headers, address, Ok(()), context).await
}

async fn with(
    state: AppState,
    mut headers: HeaderMap,
    address: &str,
    found: Result<(), BackendError>,
    context: impl Fn() + Clone + Send + Sync + 'static,
) -> Result<Response, ApiError> {
    let mut page = Request::get(address)
        .body(Body::empty())
        .map_err(|_| ApiError::from(ProblemKind::Internal))?;
    headers.remove(header::CONTENT_TYPE);
    headers.remove(header::CONTENT_LENGTH);
    *page.headers_mut() = headers;
    telling(state, page, found, context).await
}

async fn page_with(
    state: AppState,
    request: Request<Body>,
    context: impl Fn() + Clone + Send + Sync + 'static,
) -> Result<Response, ApiError> {
    let path = request.uri().path();
    let signed_in = SignedIn::find(&state, request.headers(), request.extensions()).await?;
    let is_open = is_door(path);
    let sets_password = path == "/password" && signed_in.is_some();
    let elsewhere = at_desk::elsewhere(signed_in.as_ref(), &at_desk::address(request.uri()));
    if let Some(elsewhere) = elsewhere.filter(|_| !is_open && !sets_password) {
        return Ok(elsewhere);
    }
    Ok(render(state, signed_in, request, context).await)
}

/// An address that is no page.
pub async fn not_found(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Result<Response, ApiError> {
    let wants_page = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"));
    if request.uri().path().starts_with("/api/") || !wants_page {
        return Err(ProblemKind::NotFound.into());
    }
    let mut response = render(state, None, request, || {}).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    Ok(response)
}

async fn render(
    state: AppState,
    signed_in: Option<SignedIn>,
    request: Request<Body>,
    more: impl Fn() + Clone + Send + Sync + 'static,
) -> Response {
    let options = state.options.clone();
    let chosen = language::chosen(request.headers());
    let known = state.criteria.now();
    let backend: Arc<dyn Backend> = Arc::new(RequestBackend { state, signed_in });
    let context = move || {
        provide_context(backend.clone());
        more();
        secure();
    };
    let render =
        leptos_axum::render_app_async_with_context(context, move || app::shell(options.clone()));
    let answer = locale::speaking(chosen, render(request));
    let mut response = criteria::by(known, answer).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
