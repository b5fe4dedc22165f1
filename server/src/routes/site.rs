//! The site's files: `/pkg/…` with their content in their names, `/sw.js`, icons and the manifest.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tower::ServiceBuilder;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::state::AppState;

/// The service worker: asked for past every cache, because it is what replaces everything else.
pub async fn service_worker(State(state): State<AppState>) -> impl IntoResponse {
    // Set and not appended: a text has a type of its own already, and a proxy that keeps the first of two breaks the app.
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, state.site.service_worker.clone())
}

/// A folder of the site, compressed ahead where a browser takes it.
fn folder(state: &AppState, path: &str, cache: &'static str) -> Router<AppState> {
    let files = ServeDir::new(state.site.root.join(path))
        .precompressed_br()
        .precompressed_gzip();
    let cached = SetResponseHeaderLayer::if_not_present(
        header::CACHE_CONTROL,
        HeaderValue::from_static(cache),
    );
    Router::new().fallback_service(ServiceBuilder::new().layer(cached).service(files))
}

pub fn router(state: &AppState) -> Router<AppState> {
    let file = |name: &str| tower_http::services::ServeFile::new(state.site.root.join(name));
    Router::new()
        .route("/sw.js", get(service_worker))
        .nest(
            "/pkg",
            folder(state, "pkg", "public, max-age=31536000, immutable"),
        )
        .nest("/icons", folder(state, "icons", "public, max-age=86400"))
        .route_service("/manifest.webmanifest", file("manifest.webmanifest"))
        .route_service("/desk.js", file("desk.js"))
        .route_service("/robots.txt", file("robots.txt"))
        .route_service("/favicon.ico", file("favicon.ico"))
}
