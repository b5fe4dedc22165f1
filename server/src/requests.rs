//! One line in the log for each request, and an id by which it is found again.
//!
//! The line says what was asked for by its template (`/dashboard/subject/{id}`), never the address itself: that has names
//! that were searched for and ids of families in it. Nor does it say who asked; that is in the events, for those who may
//! read them. The id is in the answer too (`X-Request-Id`), and on every other line that the request causes, so that an
//! office can tell us which one went wrong.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tracing::Instrument;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub async fn log(request: Request, next: Next) -> Response {
    let id = Uuid::now_v7();
    let route = request.extensions().get::<MatchedPath>();
    let line = Line {
        id,
        method: request.method().clone(),
        route: route.map_or_else(|| "-".to_owned(), |route| route.as_str().to_owned()),
        begun: Instant::now(),
        status: StatusCode::OK,
        bytes: 0,
    };
    let span = tracing::info_span!("request", %id);
    let mut response = next.run(request).instrument(span).await;
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let line = Line {
        status: response.status(),
        ..line
    };
    response.map(|body| Body::new(Counted { body, line }))
}

/// What is written when the answer has gone, or was given up.
struct Line {
    id: Uuid,
    method: Method,
    route: String,
    begun: Instant,
    status: StatusCode,
    bytes: u64,
}

/// An answer's body that counts itself.
struct Counted {
    body: Body,
    line: Line,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let Line {
            id,
            method,
            route,
            begun,
            status,
            bytes,
        } = &self.line;
        let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status = status.as_u16();
        // Whoever looks whether the server lives asks every few seconds.
        if matches!(route.as_str(), "/healthz" | "/readyz") {
            tracing::debug!(%id, %method, route, status, ms, bytes, "served");
        } else {
            tracing::info!(%id, %method, route, status, ms, bytes, "served");
        }
    }
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(bytes) = frame.data_ref()
        {
            self.line.bytes += bytes.len() as u64;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
