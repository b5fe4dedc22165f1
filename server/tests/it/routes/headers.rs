//! What every answer says beside its content.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderName, Request, header};
use serde_json::json;

use crate::support::changes::*;
use crate::support::evidence::{listed, photo};
use crate::support::request::{Answer, Browser};
use crate::support::{TestApp, on_both};

const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const CLEAR: HeaderName = HeaderName::from_static("clear-site-data");

async fn asked(app: &TestApp, path: &str, headers: &[(HeaderName, &str)], peer: &str) -> Answer {
    let peer = SocketAddr::new(peer.parse().expect("an address"), 4_000);
    let mut request = Request::get(path)
        .extension(ConnectInfo(peer))
        .body(Body::empty())
        .expect("a request");
    for (name, value) in headers {
        let value = value.parse().expect("a header");
        request.headers_mut().insert(name, value);
    }
    app.send(request).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_tells_browsers_what_not_to_do() {
    let app = TestApp::sqlite().await;
    for path in [
        "/",
        "/sign-in",
        "/offline-shell",
        "/healthz",
        "/api/v1/session",
        "/sw.js",
        "/none",
    ] {
        let answer = asked(&app, path, &[], "203.0.113.9").await;
        for (name, value) in [
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "same-origin"),
            (OPENER, "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        let permissions = answer.header(PERMISSIONS).unwrap_or_default();
        assert!(permissions.contains("camera=()"), "{path}");
        assert_eq!(answer.header(header::STRICT_TRANSPORT_SECURITY), None);
    }
    let api = asked(&app, "/api/v1/session", &[], "203.0.113.9").await;
    assert_eq!(api.header(header::CACHE_CONTROL), Some("no-store"));
    assert!(
        api.header(header::CONTENT_SECURITY_POLICY)
            .is_some_and(|it| it.starts_with("default-src 'none'"))
    );
    let page = asked(&app, "/sign-in", &[], "203.0.113.9").await;
    let policy = page
        .header(header::CONTENT_SECURITY_POLICY)
        .expect("a policy");
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_only_is_said_where_a_believed_proxy_has_it() {
    let mut app = TestApp::sqlite().await;
    app.state.proxies = server::network::Networks::private();
    app.router = server::router(app.state.clone());
    let proto = |value| [(HeaderName::from_static("x-forwarded-proto"), value)];
    for (peer, value, is_said) in [
        ("10.0.0.1", "https", true),
        ("10.0.0.1", "http, https", true),
        ("10.0.0.1", "https, http", false),
        ("10.0.0.1", "http", false),
        ("203.0.113.9", "https", false),
    ] {
        let answer = asked(&app, "/sign-in", &proto(value), peer).await;
        let said = answer.header(header::STRICT_TRANSPORT_SECURITY);
        assert_eq!(said.is_some(), is_said, "{peer} {value}");
    }
    app.end().await;
}

on_both! {
    async fn what_a_browser_keeps_it_asks_about_again(app: TestApp) {
        let piece = photo(3_000, 1);
        let (phone, subject) = listed(&app, &[&piece]).await;
        phone.bring(&piece, form_of(subject)).await;
        let read = phone.get(&piece.address(form_of(subject))).await;
        assert_eq!(read.header(header::CACHE_CONTROL), Some("private, no-cache"));
        let tag = read.header(header::ETAG).expect("a tag").to_owned();
        let again = Request::get(piece.address(form_of(subject)))
            .header(header::COOKIE, &phone.cookie)
            .header(header::IF_NONE_MATCH, &tag);
        let again = app.send(again.body(Body::empty()).expect("a request")).await;
        assert_eq!(again.status, 304);
        assert!(again.body.is_empty());
        // Who has signed out is not told that it is the same.
        let after = Request::get(piece.address(form_of(subject))).header(header::IF_NONE_MATCH, &tag);
        let after = app.send(after.body(Body::empty()).expect("a request")).await;
        assert_eq!(after.problem(), "signed_out");
        let synced = phone.post_json("/api/v1/sync", &request(Vec::new())).await;
        assert_eq!(synced.header(header::CACHE_CONTROL), Some("no-store"));
    }

    async fn what_a_device_says_of_itself_is_tidied(app: TestApp) {
        let phone = app.sign_in("ban1").await;
        let mut says = serde_json::to_value(request(Vec::new())).expect("JSON");
        says["app_version"] = json!("0.1\u{0}.0\u{202e}\u{2066} x\n");
        let answer = phone.post_json("/api/v1/sync", &says).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let mut conn = app.db().read().await.expect("a connection");
        let (kept,): (String,) = sqlx::query_as("SELECT app_version FROM devices")
            .fetch_one(&mut *conn)
            .await
            .expect("a device");
        assert_eq!(kept, "0.1 .0 x");
        for username in ["ban1\u{0}", "ban\u{0}1"] {
            assert_eq!(app.login(username, "mat-khau-dai").await.problem(), "wrong_password", "{username:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_at_a_desk_empties_the_browsers_cache_and_nothing_else() {
    let app = TestApp::sqlite().await;
    for (accept, cleared) in [("text/html", Some("\"cache\"")), ("application/json", None)] {
        let Browser { cookie, .. } = app.sign_in("xa").await;
        let request = Request::post("/api/v1/logout")
            .header(header::COOKIE, cookie)
            .header(header::ACCEPT, accept)
            .body(Body::empty());
        let answer = app.send(request.expect("a request")).await;
        // Storage would take along what a phone has not sent.
        assert_eq!(answer.header(CLEAR), cleared);
    }
    app.end().await;
}
