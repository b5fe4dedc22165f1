//! What every answer tells browsers to do, and not to.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::network;
use crate::state::AppState;

/// On every answer that does not say otherwise.
const ALWAYS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    // A page that opened ours, or that ours opened, does not reach into it.
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    // Photos are chosen or taken by the phone's own camera app, which asks for nothing.
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), bluetooth=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), \
         magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
    ),
];

/// What is asked under /api is for whoever asked, and is no page.
const API: [(HeaderName, &str); 2] = [
    (header::CACHE_CONTROL, "no-store"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
];

/// A year of TLS only, for this host. Other hosts of the office's domain are not ours to speak for.
const TLS_ONLY: (HeaderName, &str) = (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");

pub async fn add(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_https = network::is_https(request.headers(), request.extensions(), &state.proxies);
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    put(headers, &ALWAYS);
    if is_api {
        put(headers, &API);
    }
    if is_https {
        put(headers, &[TLS_ONLY]);
    }
    response
}

fn put(headers: &mut HeaderMap, all: &[(HeaderName, &'static str)]) {
    for (name, value) in all {
        let entry = headers.entry(name);
        entry.or_insert(HeaderValue::from_static(value));
    }
}
