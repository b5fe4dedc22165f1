//! `/api/v1/…`: the online screens' questions, which are the public API too.

use std::sync::Arc;

use app::{Backend, BackendError};
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderValue, Request, header};
use axum::response::{IntoResponse, Response};
use leptos::prelude::provide_context;
use shared::problem::ProblemKind;

use crate::auth::SignedIn;
use crate::error::ApiError;
use crate::services::figures::RequestBackend;
use crate::state::AppState;

/// A failure is a sentence or two.
const ERROR_MAX: usize = 64 * 1024;

pub async fn server_fn(
    State(state): State<AppState>,
    mut request: Request<Body>,
) -> Result<Response, ApiError> {
    // Leptos answers whoever takes HTML with a redirect, for forms without a script. Ours are questions, and somebody
    // who opens one in a browser wants to read the answer.
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(header::ACCEPT, json);
    let signed_in = SignedIn::find(&state, request.headers(), request.extensions()).await?;
    let backend: Arc<dyn Backend> = Arc::new(RequestBackend { state, signed_in });
    let context = move || provide_context(backend.clone());
    let mut response = leptos_axum::handle_server_fns_with_context(context, request)
        .await
        .into_response();
    if response.status().is_success() {
        // Figures of a moment, for one person.
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        return Ok(response);
    }
    // The failure in the form every other address has; a browser that asked reads the same fields.
    let body = to_bytes(response.into_body(), ERROR_MAX)
        .await
        .unwrap_or_default();
    let error: BackendError = serde_json::from_slice(&body).unwrap_or_else(|_| {
        tracing::error!("a server function failed without a reason");
        ProblemKind::Internal.into()
    });
    Err(ApiError {
        detail: error.detail,
        ..error.kind.into()
    })
}

/// No such question, or not asked in this way.
pub async fn unknown() -> ApiError {
    ProblemKind::NotFound.into()
}
