//! One exchange with the server. What its failures mean is said in `shared::sync::refused`.
//!
//! Only an answer that is certainly our server's may have consequences. A mountain network has captive portals that
//! answer anything with a friendly page, and proxies that cut answers short: whatever is not the JSON we expect counts
//! as no answer, and is tried again.

use std::cell::RefCell;
use std::time::Duration;

use gloo_timers::callback::Timeout;
use js_sys::{Array, Uint8Array};
use serde::de::DeserializeOwned;
use shared::api::{Group, LoginRequest, Person, Session};
use shared::evidence::FileHash;
use shared::ids::DocumentId;
use shared::problem::{Problem, ProblemKind};
use shared::sync::{Failure, Refused, SyncRequest, SyncResponse};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Blob, Headers, ReadableStreamDefaultReader, Request, RequestCache,
    RequestCredentials, RequestInit, RequestRedirect, Response,
};

use super::js;

/// How long the line may be silent: before the answer begins, and between its parts. A slow line that still moves is
/// not given up, or the first exchange of a phone on a weak signal would never end.
const SILENCE: Duration = Duration::from_secs(30);
/// The same while a part of a file goes up, of which the browser says nothing until it has gone.
const PART_SILENCE: Duration = Duration::from_secs(120);
/// Bodies below this size gain nothing from compression.
const GZIP_FROM: usize = 1_024;

/// `POST /api/v1/sync`.
pub async fn exchange(request: &SyncRequest) -> Result<SyncResponse, Refused> {
    let body = serde_json::to_vec(request).map_err(|_| Refused {
        failure: Failure::Rejected,
        kind: None,
    })?;
    let answer = ask("POST", "/api/v1/sync", Body::Json(body))
        .await
        .ok_or(Refused::UNREACHABLE)?;
    if answer.status == 200 {
        return parsed(&answer.body).ok_or(Refused::UNREACHABLE);
    }
    Err(answer.refusal())
}

/// Why nobody is signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotSignedIn {
    /// What the server said; nothing when it was not reached.
    pub kind: Option<ProblemKind>,
    /// How long it asks to wait before another attempt.
    pub wait: Option<Duration>,
}

/// `POST /api/v1/login`.
pub async fn login(request: &LoginRequest) -> Result<Session, NotSignedIn> {
    let unreachable = NotSignedIn::default();
    let body = serde_json::to_vec(request).map_err(|_| unreachable)?;
    let answer = ask("POST", "/api/v1/login", Body::Json(body))
        .await
        .ok_or(unreachable)?;
    if answer.status == 200 {
        return parsed(&answer.body).ok_or(unreachable);
    }
    Err(NotSignedIn {
        kind: answer.refusal().kind,
        wait: answer.retry_after,
    })
}

/// `POST /api/v1/logout`. Whether the server has heard it.
pub async fn logout() -> bool {
    match ask("POST", "/api/v1/logout", Body::None).await {
        Some(answer) => answer.status < 400 || answer.status == 401,
        None => false,
    }
}

/// `GET /api/v1/session`: who the server says is signed in. The outer nothing: it did not say.
pub async fn session() -> Option<Option<Session>> {
    read("/api/v1/session").await
}

/// `GET /api/v1/people`: the colleagues.
pub async fn people() -> Option<Vec<Person>> {
    read("/api/v1/people").await
}

/// `GET /api/v1/groups`: the clans and units of the commune.
pub async fn groups() -> Option<Vec<Group>> {
    read("/api/v1/groups").await
}

/// A part of a file, to be put where the last one ended.
pub struct Part {
    pub hash: FileHash,
    /// The form that lists the file.
    pub doc: DocumentId,
    pub offset: u64,
    pub bytes: Uint8Array,
}

/// `POST /api/v1/files`: how many bytes of the file the server has. Or what it said, or nothing when it was not reached.
pub async fn announce(
    hash: FileHash,
    doc: DocumentId,
    length: u64,
) -> Result<u64, Option<ProblemKind>> {
    let base64 = |text: &str| js::window().btoa(text).unwrap_or_default();
    let metadata = format!(
        "hash {},doc {}",
        base64(&hash.to_string()),
        base64(&doc.to_string())
    );
    let body = Body::Announcement {
        length: length.to_string(),
        metadata,
    };
    tus("POST", "/api/v1/files", body).await
}

/// `PATCH /api/v1/files/HASH`: how many bytes of the file the server has now.
pub async fn send_part(part: &Part) -> Result<u64, Option<ProblemKind>> {
    let path = format!("/api/v1/files/{}?doc={}", part.hash, part.doc);
    let body = Body::Part {
        offset: part.offset.to_string(),
        bytes: part.bytes.clone(),
    };
    tus("PATCH", &path, body).await
}

async fn tus(method: &str, path: &str, body: Body) -> Result<u64, Option<ProblemKind>> {
    let answer = ask(method, path, body).await.ok_or(None)?;
    match (answer.status, answer.offset) {
        (201 | 204, Some(offset)) => Ok(offset),
        // The parts met a tab or a moment they did not know of; the server says where to go on.
        (409, Some(offset)) => Ok(offset),
        _ => Err(answer.refusal().kind),
    }
}

async fn read<T: DeserializeOwned>(path: &str) -> Option<T> {
    let answer = ask("GET", path, Body::None).await?;
    (answer.status == 200)
        .then(|| parsed(&answer.body))
        .flatten()
}

/// Text and not bytes: one JSON reader for everything that comes in is a reader less to download.
fn parsed<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_str(std::str::from_utf8(body).ok()?).ok()
}

struct Answer {
    status: u16,
    is_problem: bool,
    retry_after: Option<Duration>,
    /// How much of a file the server has.
    offset: Option<u64>,
    body: Vec<u8>,
}

impl Answer {
    fn refusal(&self) -> Refused {
        let kind = self
            .is_problem
            .then(|| parsed::<Problem>(&self.body))
            .flatten()
            .map(|problem| problem.kind);
        Refused::of(self.status, kind, self.retry_after)
    }
}

/// What goes with a question.
enum Body {
    None,
    Json(Vec<u8>),
    /// A file that is about to come, in the words of tus.
    Announcement {
        length: String,
        metadata: String,
    },
    Part {
        offset: String,
        bytes: Uint8Array,
    },
}

/// The answer, complete, or nothing.
async fn ask(method: &str, path: &str, body: Body) -> Option<Answer> {
    let watch = Watch::new()?;
    let headers = Headers::new().ok()?;
    let init = RequestInit::new();
    init.set_method(method);
    init.set_credentials(RequestCredentials::SameOrigin);
    init.set_cache(RequestCache::NoStore);
    // Our server never redirects this; a portal does.
    init.set_redirect(RequestRedirect::Error);
    init.set_signal(Some(&watch.controller.signal()));
    headers.set("accept", "application/json").ok()?;
    let silence = match body {
        Body::Part { .. } => PART_SILENCE,
        _ => SILENCE,
    };
    match body {
        Body::None => {}
        Body::Json(json) => {
            headers.set("content-type", "application/json").ok()?;
            let plain = Uint8Array::from(json.as_slice());
            match gzip(&plain, json.len()).await {
                Some(packed) => {
                    headers.set("content-encoding", "gzip").ok()?;
                    init.set_body(&packed);
                }
                None => init.set_body(&plain),
            }
        }
        Body::Announcement { length, metadata } => {
            headers.set("tus-resumable", "1.0.0").ok()?;
            headers.set("upload-length", &length).ok()?;
            headers.set("upload-metadata", &metadata).ok()?;
        }
        Body::Part { offset, bytes } => {
            headers.set("tus-resumable", "1.0.0").ok()?;
            headers.set("upload-offset", &offset).ok()?;
            headers
                .set("content-type", "application/offset+octet-stream")
                .ok()?;
            init.set_body(&bytes);
        }
    }
    init.set_headers(&headers);
    let request = Request::new_with_str_and_init(path, &init).ok()?;
    watch.restart(silence);
    let response = JsFuture::from(js::window().fetch_with_request(&request))
        .await
        .ok()?;
    let response: Response = response.dyn_into().ok()?;
    let header = |name| response.headers().get(name).ok().flatten();
    let content_type = header("content-type").unwrap_or_default();
    let retry_after = header("retry-after")
        .and_then(|text| text.trim().parse().ok())
        .map(Duration::from_secs);
    let offset = header("upload-offset").and_then(|text| text.trim().parse().ok());
    let body = read_body(&response, &watch).await?;
    let is_problem = content_type.starts_with("application/problem+json");
    let is_json = content_type.starts_with("application/json");
    if response.status() == 200 && !is_json {
        return None;
    }
    Some(Answer {
        status: response.status(),
        is_problem,
        retry_after,
        offset,
        body,
    })
}

async fn read_body(response: &Response, watch: &Watch) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let Some(stream) = response.body() else {
        return Some(bytes);
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().dyn_into().ok()?;
    loop {
        watch.restart(SILENCE);
        let part = JsFuture::from(reader.read()).await.ok()?;
        if js::get(&part, "done")?.as_bool()? {
            return Some(bytes);
        }
        let part: Uint8Array = js::get(&part, "value")?.dyn_into().ok()?;
        let from = bytes.len();
        bytes.resize(from + usize::try_from(part.length()).ok()?, 0);
        part.copy_to(&mut bytes[from..]);
    }
}

/// The bytes compressed, if this browser can and it is worth it.
async fn gzip(plain: &Uint8Array, length: usize) -> Option<Uint8Array> {
    if length < GZIP_FROM {
        return None;
    }
    let packer = js::construct("CompressionStream", &["gzip".into()])?;
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(plain)).ok()?;
    let packed = js::call(&blob.stream(), "pipeThrough", &[packer]).ok()?;
    let response = Response::new_with_opt_readable_stream(Some(packed.unchecked_ref())).ok()?;
    let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&buffer))
}

/// Ends an exchange when the line has been silent for too long.
struct Watch {
    controller: AbortController,
    timer: RefCell<Option<Timeout>>,
}

impl Watch {
    fn new() -> Option<Self> {
        Some(Self {
            controller: AbortController::new().ok()?,
            timer: RefCell::default(),
        })
    }

    fn restart(&self, silence: Duration) {
        let controller = self.controller.clone();
        let silence = u32::try_from(silence.as_millis()).unwrap_or(u32::MAX);
        let timer = Timeout::new(silence, move || controller.abort());
        // The earlier timer is cancelled as it is dropped.
        drop(self.timer.replace(Some(timer)));
    }
}
