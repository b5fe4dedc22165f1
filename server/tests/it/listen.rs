//! How the server listens, by sockets that do not behave.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use server::files::staging::Pace;
use server::listen::{self, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::support::TestApp;
use crate::support::changes::*;
use crate::support::evidence::photo;

const SECOND: Duration = Duration::from_secs(1);

fn limits() -> Limits {
    Limits {
        connections: 20,
        head: SECOND,
        idle: 3 * SECOND,
        stuck: 2 * SECOND,
        farewell: 10 * SECOND,
    }
}

/// A server that listens, until it is told to stop.
struct Listening {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    done: JoinHandle<()>,
}

async fn listening(app: &TestApp, limits: Limits) -> Listening {
    listening_with(server::router(app.state.clone()), limits).await
}

async fn listening_with(router: Router, limits: Limits) -> Listening {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel();
    let done = tokio::spawn(listen::serve(listener, router, limits, async {
        let _ = stopped.await;
    }));
    Listening {
        address,
        stop,
        done,
    }
}

impl Listening {
    /// A connection from another machine, as far as one machine has several addresses.
    async fn connect_from(&self, from: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().expect("a socket");
        let from = SocketAddr::new(from.parse().expect("an address"), 0);
        socket.bind(from).expect("a free port");
        socket.connect(self.address).await.expect("a connection")
    }

    async fn connect(&self) -> TcpStream {
        self.connect_from("127.0.0.1").await
    }

    async fn end(self) {
        let _ = self.stop.send(());
        self.done.await.expect("a clean end");
    }
}

/// Asks on a connection and stays on it.
async fn ask(stream: &mut TcpStream, path: &str, cookie: &str) -> Option<String> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: banhoc\r\nCookie: {cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut read = Vec::new();
    let mut bytes = [0; 4096];
    loop {
        let count = timeout(5 * SECOND, stream.read(&mut bytes)).await;
        let count = count.ok()?.ok().filter(|count| *count > 0)?;
        read.extend(&bytes[..count]);
        let text = String::from_utf8_lossy(&read);
        // An answer with a length, or the end of one in chunks.
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            let is_it = name.eq_ignore_ascii_case("content-length");
            value.parse::<usize>().ok().filter(|_| is_it)
        });
        if length.is_some_and(|length| body.len() >= length) || body.ends_with("0\r\n\r\n") {
            return Some(text.into_owned());
        }
    }
}

async fn is_served(stream: &mut TcpStream) -> bool {
    let answer = ask(stream, "/healthz", "").await;
    answer.is_some_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// Waits until the other side closes; how long that took.
async fn closed_after(stream: &mut TcpStream) -> Duration {
    let begun = Instant::now();
    let mut bytes = [0; 4096];
    let ended = timeout(15 * SECOND, async {
        while stream.read(&mut bytes).await.is_ok_and(|count| count > 0) {}
    });
    ended.await.expect("an end");
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_does_not_end_is_not_waited_for() {
    let app = TestApp::sqlite().await;
    let server = listening(&app, limits()).await;
    let mut halves = Vec::new();
    for _ in 0..5 {
        let mut half = server.connect().await;
        half.write_all(b"GET /healthz HTTP/1.1\r\nHost: ban")
            .await
            .expect("half a head");
        halves.push(half);
    }
    // One drips: every byte is news, and still it has to end in time.
    let mut dripping = server.connect().await;
    let (mut read, mut write) = dripping.split();
    let drip = async {
        while write.write_all(b"h").await.is_ok() {
            sleep(SECOND / 10).await;
        }
    };
    let mut byte = [0; 1];
    let begun = Instant::now();
    tokio::select! {
        () = drip => {}
        _ = read.read(&mut byte) => {}
    }
    assert!(begun.elapsed() < 4 * SECOND, "{:?}", begun.elapsed());
    for half in &mut halves {
        assert!(closed_after(half).await < 4 * SECOND);
    }
    assert!(is_served(&mut server.connect().await).await);
    server.end().await;
    app.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_connection_serves_again_and_then_ends() {
    let app = TestApp::sqlite().await;
    let server = listening(&app, limits()).await;
    let mut stream = server.connect().await;
    for _ in 0..2 {
        assert!(is_served(&mut stream).await);
        sleep(SECOND).await;
    }
    let idle = closed_after(&mut stream).await;
    assert!(idle > SECOND && idle < 5 * SECOND, "{idle:?}");
    // One that never says anything ends as well.
    assert!(closed_after(&mut server.connect().await).await < 5 * SECOND);
    server.end().await;
    app.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_idle_connections_keep_nobody_out() {
    let app = TestApp::sqlite().await;
    let server = listening(&app, limits()).await;
    let cookie = app.sign_in("ban1").await.cookie;
    let mut phone = server.connect_from("127.0.0.2").await;
    assert!(ask(&mut phone, "/api/v1/session", &cookie).await.is_some());
    let mut stranger = server.connect_from("127.0.0.3").await;
    let mut held = Vec::new();
    for _ in 0..60 {
        let mut idle = server.connect_from("127.0.0.4").await;
        let _ = idle.write_all(b"GET / HTTP/1.1\r\n").await;
        held.push(idle);
    }
    // Who has signed in keeps the connection, and who comes from elsewhere and has said nothing yet does too: the crowd
    // pushes out its own.
    assert!(ask(&mut phone, "/api/v1/session", &cookie).await.is_some());
    assert!(is_served(&mut stranger).await);
    assert!(is_served(&mut server.connect_from("127.0.0.5").await).await);
    server.end().await;
    app.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_nobody_takes_is_not_kept() {
    let app = TestApp::sqlite().await;
    let server = listening(&app, limits()).await;
    let mut stream = server.connect().await;
    // Requests are sent and no answer is read, until nothing more goes.
    let request = "GET /api/v1/session HTTP/1.1\r\nHost: banhoc\r\n\r\n".repeat(200);
    let begun = Instant::now();
    let pushing = async {
        while stream.write_all(request.as_bytes()).await.is_ok() {
            sleep(SECOND / 100).await;
        }
    };
    timeout(30 * SECOND, pushing).await.expect("an end");
    assert!(begun.elapsed() >= SECOND);
    assert!(is_served(&mut server.connect().await).await);
    server.end().await;
    app.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_drips_is_cut_and_what_came_is_kept() {
    let mut app = TestApp::sqlite().await;
    app.state.files.staging.pace = Pace {
        bytes: 1_000,
        within: SECOND,
    };
    let server = listening(&app, limits()).await;
    let phone = app.sign_in("ban1").await;
    let places = app.places();
    let family = new_subject();
    let form = form_of(family);
    let piece = photo(30_000, 1);
    phone
        .sync(&request(vec![
            register(family, places.commune, places.village, "Lò Văn Pâng"),
            start(family),
            piece.attach(family),
        ]))
        .await;
    let metadata = format!(
        "hash {},doc {}",
        BASE64_STANDARD.encode(piece.hash.to_string()),
        BASE64_STANDARD.encode(form.to_string())
    );
    let mut stream = server.connect().await;
    let begin = format!(
        "POST /api/v1/files HTTP/1.1\r\nHost: banhoc\r\nCookie: {}\r\nTus-Resumable: 1.0.0\r\nUpload-Length: 30000\r\n\
         Upload-Metadata: {metadata}\r\nContent-Length: 0\r\n\r\n",
        phone.cookie
    );
    let append = format!(
        "PATCH {} HTTP/1.1\r\nHost: banhoc\r\nCookie: {}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n\
         Content-Type: application/offset+octet-stream\r\nContent-Length: 30000\r\n\r\n",
        piece.address(form),
        phone.cookie
    );
    stream.write_all(begin.as_bytes()).await.expect("a request");
    let mut bytes = [0; 4096];
    let count = stream.read(&mut bytes).await.expect("an answer");
    assert!(bytes[..count].starts_with(b"HTTP/1.1 201"));
    stream.write_all(append.as_bytes()).await.expect("a head");
    let begun = Instant::now();
    let mut sent = 0;
    while let Some(byte) = piece.bytes.get(sent..=sent) {
        if stream.write_all(byte).await.is_err() {
            break;
        }
        sent += 1;
        match timeout(SECOND / 10, stream.read(&mut bytes)).await {
            Ok(_) => break,
            Err(_) => continue,
        }
    }
    assert!(begun.elapsed() < 5 * SECOND, "{:?}", begun.elapsed());
    assert!(sent > 2 && sent < 100, "{sent}");
    server.end().await;
    app.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_do_not_come_hold_up_nobody_but_who_sends_them() {
    let app = TestApp::sqlite().await;
    let server = listening(&app, limits()).await;
    let cookie = app.sign_in("ban1").await.cookie;
    let head = format!(
        "POST /api/v1/sync HTTP/1.1\r\nHost: banhoc\r\nCookie: {cookie}\r\nContent-Type: application/json\r\n\
         Content-Length: 3000000\r\n\r\n{{"
    );
    let mut held = Vec::new();
    for _ in 0..6 {
        let mut stream = server.connect().await;
        stream.write_all(head.as_bytes()).await.expect("a head");
        held.push(stream);
    }
    sleep(SECOND).await;
    let neighbour = app.sign_in("ban2").await.cookie;
    let mut phone = server.connect().await;
    let body = serde_json::to_string(&request(Vec::new())).expect("JSON");
    let exchange = format!(
        "POST /api/v1/sync HTTP/1.1\r\nHost: banhoc\r\nCookie: {neighbour}\r\nContent-Type: application/json\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    phone
        .write_all(exchange.as_bytes())
        .await
        .expect("a request");
    let mut answer = String::new();
    timeout(5 * SECOND, phone.read_to_string(&mut answer))
        .await
        .expect("an answer in time")
        .expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    // Four of one person's are waited for; what is beyond is told to come again, before its body is read.
    let told = held.iter_mut().map(|stream| async move {
        let mut bytes = [0; 12];
        let read = timeout(13 * SECOND, stream.read_exact(&mut bytes)).await;
        matches!(read, Ok(Ok(_))) && bytes.starts_with(b"HTTP/1.1 503")
    });
    let told = futures::future::join_all(told).await;
    let turned = told.into_iter().filter(|is_told| *is_told).count();
    assert_eq!(turned, 2);
    server.end().await;
    app.end().await;
}

async fn mistake() -> &'static str {
    panic!("a mistake");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mistake_ends_one_request_and_not_the_connection() {
    let router = Router::new()
        .route("/mistake", get(mistake))
        .route("/healthz", get(|| async { "ok" }));
    let server = listening_with(router, limits()).await;
    let mut stream = server.connect().await;
    let answer = ask(&mut stream, "/mistake", "").await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
    assert!(is_served(&mut stream).await);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stops_serves_what_has_begun() {
    let app = TestApp::sqlite().await;
    let server = listening(&app, limits()).await;
    let mut idle = server.connect().await;
    assert!(is_served(&mut idle).await);
    let mut begun = server.connect().await;
    let body = r#"{"username":"ban1","password":"sai"}"#;
    let head = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: banhoc\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    begun.write_all(head.as_bytes()).await.expect("a head");
    sleep(SECOND / 2).await;
    let ending = tokio::spawn(server.end());
    assert!(closed_after(&mut idle).await < SECOND);
    begun.write_all(body.as_bytes()).await.expect("a body");
    let mut answer = String::new();
    begun.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    ending.await.expect("an end");
    app.end().await;
}
