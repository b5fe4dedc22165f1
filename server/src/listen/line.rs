//! One connection: what it is doing, since when, and who asks on it.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::Limits;
use crate::network::Address;

/// What is known of a connection.
#[derive(Debug)]
pub struct Line {
    /// The subscriber that it comes from; of many people, where a proxy stands in front.
    pub(super) from: Address,
    is_of_use: AtomicBool,
    now: Mutex<Now>,
    end: Notify,
}

#[derive(Debug)]
struct Now {
    doing: Doing,
    since: Instant,
    /// Since when nothing of what is written has been taken.
    stuck: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    /// Nothing of a request has come.
    Waiting,
    /// The beginning of a request's head has come.
    Asking,
    /// A request is being served, or its body or answer is on the way.
    Serving,
}

/// In which order connections give way to a newcomer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// Nobody has signed in on it, and nobody is served.
    None,
    /// Nobody has signed in on it, and it has been served for long: a body that drips.
    Dripping,
    /// Somebody has signed in on it, and asks nothing now. Their browser opens another when it needs one.
    Resting,
    /// Nobody has signed in on it, and it has just asked: perhaps to sign in.
    Asking,
}

/// From when on an unknown caller's request is a slow one.
const SLOW: Duration = Duration::from_secs(10);

impl Line {
    pub(super) fn new(from: Address) -> Self {
        Self {
            from,
            is_of_use: AtomicBool::new(false),
            now: Mutex::new(Now {
                doing: Doing::Waiting,
                since: Instant::now(),
                stuck: None,
            }),
            end: Notify::new(),
        }
    }

    /// Somebody with a session asks on it.
    pub fn is_of_use(&self) {
        self.is_of_use.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_unknown(&self) -> bool {
        !self.is_of_use.load(Ordering::Relaxed)
    }

    /// Of what use it is. `None`: somebody who has signed in is being served.
    pub(super) fn of_use(&self, at: Instant) -> Option<Use> {
        let now = self.now();
        let is_serving = now.doing == Doing::Serving;
        match (self.is_unknown(), is_serving) {
            (true, false) => Some(Use::None),
            (true, true) if at.saturating_duration_since(now.since) > SLOW => Some(Use::Dripping),
            (true, true) => Some(Use::Asking),
            (false, false) => Some(Use::Resting),
            (false, true) => None,
        }
    }

    /// Whether it has done what it does for too long.
    pub(super) fn is_overdue(&self, limits: &Limits, at: Instant) -> bool {
        let now = self.now();
        let longer = |since: Instant, limit| at.saturating_duration_since(since) > limit;
        let is_late = match now.doing {
            Doing::Waiting => longer(now.since, limits.idle),
            Doing::Asking => longer(now.since, limits.head),
            Doing::Serving => false,
        };
        is_late || now.stuck.is_some_and(|since| longer(since, limits.stuck))
    }

    pub(super) fn serves(&self) {
        self.does(Doing::Serving);
    }

    pub(super) fn end(&self) {
        self.end.notify_one();
    }

    pub(super) async fn ended(&self) {
        self.end.notified().await;
    }

    fn does(&self, doing: Doing) {
        let mut now = self.now();
        now.doing = doing;
        now.since = Instant::now();
    }

    /// Bytes have come.
    fn hears(&self) {
        let mut now = self.now();
        if now.doing == Doing::Waiting {
            now.doing = Doing::Asking;
            now.since = Instant::now();
        }
    }

    fn writes(&self, is_stuck: bool) {
        let mut now = self.now();
        now.stuck = match is_stuck {
            true => now.stuck.or_else(|| Some(Instant::now())),
            false => None,
        };
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A socket that tells its line what comes and goes.
pub(super) struct Watched {
    stream: TcpStream,
    line: Arc<Line>,
}

impl Watched {
    pub(super) fn new(stream: TcpStream, line: Arc<Line>) -> Self {
        Self { stream, line }
    }

    fn written<T>(&self, result: Poll<T>) -> Poll<T> {
        self.line.writes(result.is_pending());
        result
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.line.hears();
        }
        result
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.written(result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// An answer's body. When it has been sent or given up, its line waits for the next request.
pub(super) struct Served {
    body: Body,
    line: Arc<Line>,
}

impl Served {
    pub(super) fn new(body: Body, line: Arc<Line>) -> Self {
        Self { body, line }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.line.does(Doing::Waiting);
    }
}

impl HttpBody for Served {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
