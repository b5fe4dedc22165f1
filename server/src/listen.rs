//! How the server listens: HTTP/1.1 on connections that end.
//!
//! Nobody needs an account to open a connection, and each holds one of the few that the system lends. So a head has to
//! come in time, a connection that says nothing is closed, and so is one that does not take its answer. When as many are
//! open as there may be, a newcomer takes the place of the one of least use: first whoever has never asked anything with
//! a session and is not being served, and of those whoever comes from the address that holds most. Whoever is signed in
//! and being served keeps their place.
//!
//! HTTP/2 without TLS is not spoken: no browser asks for it, and a proxy in front speaks it to browsers itself.

mod crowd;
mod line;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use axum::response::IntoResponse;
use futures::FutureExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use shared::problem::ProblemKind;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

use crate::error::ApiError;
use crowd::{Crowd, Place};
pub use line::Line;
use line::{Served, Watched};

/// What a connection may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at one moment.
    pub connections: usize,
    /// From the first byte of a request's head to its last.
    pub head: Duration,
    /// Between an answer and the next request. Longer than proxies keep connections (nginx 60 s), so that it is they who
    /// close, and no request meets a connection that has just ended.
    pub idle: Duration,
    /// How long an answer may lie without one byte of it being taken. A weak line empties what the system has buffered
    /// for it in much less.
    pub stuck: Duration,
    /// How long requests that have begun are served when the server is asked to stop.
    pub farewell: Duration,
}

impl Limits {
    /// For a process that may have so many files open.
    pub fn for_files(open_files: usize) -> Self {
        Self {
            connections: open_files.saturating_sub(FILES).clamp(16, 8_192),
            head: Duration::from_secs(15),
            idle: Duration::from_secs(75),
            stuck: Duration::from_secs(180),
            farewell: Duration::from_secs(30),
        }
    }
}

/// Open files that are no connections of callers: the database's, uploads', pages', the log's, those being closed.
const FILES: usize = 256;
/// How often overdue connections are looked for.
const WATCH: Duration = Duration::from_millis(500);
/// The longest head of a request, and the piece of a body that is read at once.
const BUFFER: usize = 64 * 1024;
const HEADERS_MAX: usize = 64;

/// Serves until asked to stop, and then what has begun.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let crowd = Arc::new(Crowd::new(limits.connections));
    // Every connection holds a receiver: the sender knows when the last has gone.
    let (stopping, told) = watch::channel(false);
    let mut stop = pin!(stop);
    let mut watch = tokio::time::interval(WATCH);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            _ = watch.tick() => {
                crowd.end_overdue(&limits);
                continue;
            }
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    wait_after(&error).await;
                    continue;
                }
            },
        };
        // Where there is no place, the connection is closed at once.
        if let Some(place) = crowd.admit(peer) {
            tokio::spawn(hold(stream, peer, router.clone(), place, told.clone()));
        }
    }
    drop((listener, told));
    let _ = stopping.send(true);
    if timeout(limits.farewell, stopping.closed()).await.is_err() {
        tracing::warn!("some requests were not waited for to their end");
    }
}

/// A connection that broke before it was taken is nobody's fault; too many open files is, and passes.
async fn wait_after(error: &io::Error) {
    let is_the_callers = matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    );
    if !is_the_callers {
        tracing::error!(%error, "a connection could not be taken");
        sleep(Duration::from_secs(1)).await;
    }
}

/// Serves one connection to its end.
async fn hold(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    place: Place,
    mut stopping: watch::Receiver<bool>,
) {
    // Answers are written whole; waiting for more would only make them late.
    let _ = stream.set_nodelay(true);
    let line = place.line().clone();
    let of_request = line.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        answer(router.clone(), of_request.clone(), peer, request)
    });
    let io = TokioIo::new(Watched::new(stream, line.clone()));
    let connection = http1::Builder::new()
        .max_headers(HEADERS_MAX)
        .max_buf_size(BUFFER)
        .serve_connection(io, service);
    let mut connection = pin!(connection);
    let mut is_stopping = false;
    loop {
        tokio::select! {
            // How it ended is the caller's matter: most hang up.
            _ = connection.as_mut() => return,
            () = line.ended() => return,
            _ = stopping.changed(), if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn answer(
    router: Router,
    line: Arc<Line>,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<Served>, Infallible> {
    line.serves();
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    request.extensions_mut().insert(line.clone());
    // A mistake in one page ends that request, not the others of a proxy's connection.
    let served = AssertUnwindSafe(router.oneshot(request)).catch_unwind();
    let response = match served.await {
        Ok(response) => response?,
        Err(_) => ApiError::from(ProblemKind::Internal).into_response(),
    };
    Ok(response.map(|body| Served::new(body, line)))
}
