//! The server of Bản Học: receives changes, keeps documents, counts and shows.
//!
//! `routes` extract and answer, `services` decide and own transactions, `db` is all the SQL.

pub mod auth;
pub mod bodies;
pub mod clock;
pub mod commands;
pub mod config;
pub mod console;
pub mod db;
pub mod demo;
pub mod disk;
pub mod error;
pub mod export;
pub mod files;
pub mod headers;
pub mod import;
pub mod listen;
pub mod machine;
pub mod network;
pub mod requests;
pub mod routes;
pub mod services;
pub mod site;
pub mod state;
pub mod telemetry;

use std::time::Duration;

use app::routes::Guard;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use shared::problem::ProblemKind;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::decompression::RequestDecompressionLayer;
use tower_http::timeout::TimeoutLayer;

use error::ApiError;
use state::AppState;

/// The largest body of anything else.
const BODY_MAX: usize = 64 * 1024;
/// From so many bytes on an answer is compressed: less fits in one packet anyway.
const GZIP_FROM: u16 = 1_024;
const BROTLI_FROM: u16 = 32_768;
/// Brotli's quality: a tenth smaller than its 4, which most servers use, for a quarter more work.
const BROTLI: i32 = 5;
/// A weak line may take long to bring its batch; nothing but a file takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// All addresses.
pub fn router(state: AppState) -> Router {
    // What Leptos renders with; it refuses a second executor, and a second router of a test is served by the first.
    let _ = any_spawner::Executor::init_tokio();
    let sync = post(routes::sync::sync).layer(DefaultBodyLimit::max(routes::sync::BODY_MAX));
    let api = routes::api::router()
        .route("/api/v1/login", post(routes::session::login))
        .route("/api/v1/logout", post(routes::session::logout))
        .route("/api/v1/password", post(routes::password::change))
        .route("/api/v1/language", post(routes::language::choose))
        .route("/api/v1/sync", sync);
    let mut pages = Router::new()
        .route("/offline-shell", get(routes::pages::shell))
        .route("/dashboard/subject/{id}/decide", post(routes::desk::decide))
        .route("/dashboard/export/{file}", routes::exports::route())
        .route("/commune/queue/confirm", post(routes::desk::confirm))
        .route("/commune/queue/{form}/answer", post(routes::desk::answer))
        .route("/commune/devices/retire", post(routes::desk::retire))
        .merge(routes::campaign::router())
        .merge(routes::contributions::router())
        .merge(routes::criteria::router())
        .merge(routes::decisions::router())
        .merge(routes::duplicates::router())
        .merge(routes::exemplars::router())
        .merge(routes::initiatives::router())
        .merge(routes::imports::router())
        .merge(routes::jobs::router())
        .merge(routes::letterhead::router())
        .merge(routes::records::router());
    for place in app::routes::DESK {
        pages = match place.guard {
            // Its own route is merged with those beside it.
            Guard::Told | Guard::Public => pages,
            Guard::Door | Guard::Person => {
                pages.route(&served(place.path), get(routes::pages::page))
            }
        };
    }
    for path in app::routes::FIELD_PATHS {
        pages = match *path {
            "/" => pages.route(path, get(routes::pages::home)),
            _ => pages.route(&served(path), get(routes::pages::shell)),
        };
    }
    // Brotli where it is worth its tables, which cost more to lay out than a short answer costs to send.
    let packed = |from| SizeAbove::new(from).and(NotForContentType::IMAGES);
    let brotli = CompressionLayer::new()
        .no_gzip()
        .quality(CompressionLevel::Precise(BROTLI))
        .compress_when(packed(BROTLI_FROM));
    let gzip = CompressionLayer::new()
        .no_br()
        .compress_when(packed(GZIP_FROM));
    let quick = Router::new()
        .merge(api)
        .merge(pages)
        .merge(routes::site::router(&state))
        .route("/healthz", get(routes::health::healthz))
        .route("/readyz", get(routes::health::readyz))
        .fallback(routes::pages::not_found)
        .method_not_allowed_fallback(routes::api::unknown)
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(RequestDecompressionLayer::new())
        .layer(middleware::from_fn(same_origin))
        .layer(brotli)
        .layer(gzip)
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            PATIENCE,
        ));
    // A photo or a letter over a weak line takes as long as it takes, and nothing unpacks it; see there.
    let slow = Router::new()
        .merge(routes::files::router())
        .merge(routes::sealed::router())
        .layer(middleware::from_fn(same_origin));
    quick
        .merge(slow)
        .layer(middleware::from_fn_with_state(state.clone(), headers::add))
        .layer(middleware::from_fn(requests::log))
        .with_state(state)
}

/// The address of a page as axum has it: `/subject/{id}` of `/subject/:id`.
pub fn served(path: &str) -> String {
    let step = |step: &str| match step.strip_prefix(':') {
        Some(name) => format!("{{{name}}}"),
        None => step.to_owned(),
    };
    path.split('/').map(step).collect::<Vec<_>>().join("/")
}

/// A page of another site must not act in the name of whoever is signed in here. The cookie is `SameSite=Lax`; this
/// holds for browsers that do not know that too.
async fn same_origin(request: Request, next: Next) -> Response {
    if !request.method().is_safe() && is_foreign(request.headers()) {
        return ApiError::from(ProblemKind::Forbidden).into_response();
    }
    next.run(request).await
}

fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_none_or(|(_, from)| from != host),
        (Some(_), None) => true,
        (None, _) => false,
    }
}
