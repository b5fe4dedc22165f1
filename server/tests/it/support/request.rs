//! Requests as a browser or a phone sends them.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shared::sync::{SyncRequest, SyncResponse};
use tower::ServiceExt;

use super::{PASSWORD, TestApp};

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {} {}", self.status, self.text()))
    }

    pub fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The cookies that a browser has after this answer, as it sends them.
    pub fn cookies(&self) -> String {
        let set = self.headers.get_all(header::SET_COOKIE).iter();
        let pairs = set.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// The kind of a problem, after checking that the answer has the form of one.
    pub fn problem(&self) -> String {
        assert_eq!(
            self.header(header::CONTENT_TYPE),
            Some("application/problem+json"),
            "{} {}",
            self.status,
            self.text()
        );
        let problem: Value = self.json();
        assert_eq!(problem["status"], json!(self.status.as_u16()));
        assert!(
            problem["title"]
                .as_str()
                .is_some_and(|title| title.len() > 10)
        );
        assert!(
            problem["type"]
                .as_str()
                .is_some_and(|uri| uri.starts_with("urn:banhoc:problem:"))
        );
        problem["kind"].as_str().expect("a kind").to_owned()
    }
}

/// A signed-in browser.
#[derive(Clone)]
pub struct Browser {
    pub app: TestApp,
    pub cookie: String,
}

impl TestApp {
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("infallible");
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.expect("a body").to_bytes().to_vec(),
        }
    }

    pub async fn login(&self, username: &str, password: &str) -> Answer {
        let body = json!({"username": username, "password": password}).to_string();
        let request = Request::post("/api/v1/login")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    /// The same from an address, and with the cookies that the browser has.
    pub async fn login_from(
        &self,
        address: &str,
        username: &str,
        password: &str,
        cookies: &str,
    ) -> Answer {
        let body = json!({"username": username, "password": password}).to_string();
        let peer = SocketAddr::new(address.parse().expect("an address"), 40_000);
        let request = Request::post("/api/v1/login")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, cookies)
            .extension(ConnectInfo(peer))
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    pub async fn sign_in(&self, username: &str) -> Browser {
        let answer = self.login(username, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        Browser {
            app: self.clone(),
            cookie: answer.cookies(),
        }
    }
}

impl Browser {
    pub async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::ACCEPT, "text/html,application/json")
            .body(Body::empty())
            .expect("a request");
        self.app.send(request).await
    }

    pub async fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.into())
            .expect("a request");
        self.app.send(request).await
    }

    pub async fn post_json(&self, path: &str, body: &impl Serialize) -> Answer {
        let body = serde_json::to_vec(body).expect("JSON");
        self.post(path, body).await
    }

    /// An exchange that must go through.
    pub async fn sync(&self, request: &SyncRequest) -> SyncResponse {
        let answer = self.post_json("/api/v1/sync", request).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }
}

/// Sends a plain form, as a page without a script does.
pub async fn post<V: Serialize>(browser: &Browser, path: &str, fields: &[(&str, V)]) -> Answer {
    let body = serde_urlencoded::to_string(fields).expect("a form");
    let request = Request::post(path)
        .header(header::COOKIE, &browser.cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .expect("a request");
    browser.app.send(request).await
}

const BOUNDARY: &str = "banhoc-o-day";

/// A file of a form: its field, its name, its bytes.
pub type FormFile<'a> = (&'a str, &'a str, &'a [u8]);

impl Browser {
    /// Sends a form with files.
    pub async fn post_files(&self, path: &str, files: &[FormFile<'_>]) -> Answer {
        let mut body = Vec::new();
        for (field, name, bytes) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend(head.as_bytes());
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(
                header::CONTENT_TYPE,
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(Body::from(body))
            .expect("a request");
        self.app.send(request).await
    }
}
