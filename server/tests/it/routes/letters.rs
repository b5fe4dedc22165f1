//! `/api/v1/sealed` over weak lines, and by callers who mean no good.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::request::Builder;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use shared::sealed::{CHANGES_MAX, MAX};

use super::sealed::{bring, letter, letter_with, seal_of, sealed};
use crate::support::changes::*;
use crate::support::evidence::{LENGTH, METADATA, OFFSET, PART, RESUMABLE, hash_of, photo};
use crate::support::request::{Answer, Browser};
use crate::support::{TestApp, on_both};

/// What lies in the folder of letters.
fn lying(app: &TestApp) -> usize {
    let folders = std::fs::read_dir(app.files().join("letters"));
    let folders = folders.into_iter().flatten().flatten();
    folders
        .filter_map(|folder| Some(std::fs::read_dir(folder.path()).ok()?.count()))
        .sum()
}

fn asked(carrier: &Browser, method: Method, address: &str) -> Builder {
    Request::builder()
        .method(method)
        .uri(address)
        .header(header::COOKIE, &carrier.cookie)
        .header(RESUMABLE, "1.0.0")
}

pub(super) async fn begin(carrier: &Browser, file: &[u8], length: usize) -> Answer {
    let hash = BASE64_STANDARD.encode(hash_of(file).to_string());
    let request = asked(carrier, Method::POST, "/api/v1/sealed")
        .header(LENGTH, length)
        .header(METADATA, format!("hash {hash}"))
        .body(Body::empty());
    carrier.app.send(request.expect("a request")).await
}

async fn append(carrier: &Browser, address: &str, offset: usize, body: Body) -> Answer {
    let request = asked(carrier, Method::PATCH, address)
        .header(OFFSET, offset)
        .header(header::CONTENT_TYPE, PART)
        .body(body);
    carrier.app.send(request.expect("a request")).await
}

async fn come(carrier: &Browser, address: &str) -> Answer {
    let request = asked(carrier, Method::HEAD, address).body(Body::empty());
    carrier.app.send(request.expect("a request")).await
}

/// A body that breaks off.
fn cut(bytes: &[u8]) -> Body {
    let bytes = Bytes::copy_from_slice(bytes);
    let parts = [
        Ok(bytes),
        Err(io::Error::from(io::ErrorKind::ConnectionReset)),
    ];
    Body::from_stream(stream::iter(parts))
}

fn form(carrier: &Browser, body: Body, headers: HeaderMap) -> Request<Body> {
    let mut request = Request::post("/api/v1/sealed")
        .header(header::COOKIE, &carrier.cookie)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .body(body)
        .expect("a request");
    request.headers_mut().extend(headers);
    request
}

const FIELD: &[u8] =
    b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.banhoc\"\r\n\r\n";

on_both! {
    async fn a_letter_goes_on_where_the_line_died(app: TestApp) {
        let places = app.places();
        let author = app.sign_in("ban1").await;
        let (user, seal) = seal_of(&author).await;
        let family = new_subject();
        let piece = photo(200_000, 7);
        let changes = [
            register(family, places.commune, places.village, "Lò Văn Pâng"),
            start(family),
            piece.attach(family),
        ];
        let plain = letter_with(user, &seal, &changes, &[(form_of(family), &piece)]);
        let file = sealed(&seal, &plain);

        let carrier = app.sign_in("ban2").await;
        let begun = begin(&carrier, &file, file.len()).await;
        assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text());
        assert_eq!(begun.header(OFFSET), Some("0"));
        let address = begun.header(header::LOCATION).expect("a place").to_owned();

        append(&carrier, &address, 0, cut(&file[..50_000])).await;
        let far = come(&carrier, &address).await;
        assert_eq!(far.header(OFFSET), Some("50000"));
        assert_eq!(far.header(LENGTH), Some(file.len().to_string().as_str()));
        // Nothing of it counts yet, and another part than the next one is not taken.
        let wrong = append(&carrier, &address, 0, Body::from(file.clone())).await;
        assert_eq!(wrong.status, StatusCode::CONFLICT);
        assert_eq!(wrong.header(OFFSET), Some("50000"));
        // It is this person's: to others nothing was begun.
        assert_eq!(come(&author, &address).await.status, StatusCode::NOT_FOUND);

        let more = append(&carrier, &address, 50_000, Body::from(file[50_000..90_000].to_vec())).await;
        assert_eq!(more.status, StatusCode::NO_CONTENT, "{}", more.text());
        let last = append(&carrier, &address, 90_000, Body::from(file[90_000..].to_vec())).await;
        assert_eq!(last.status, StatusCode::OK, "{}", last.text());
        let told: Value = last.json();
        assert_eq!(told, json!({"received": 3, "refused": 0, "files": 1}));
        let kept = author.get(&piece.address(form_of(family))).await;
        assert_eq!(kept.body, piece.bytes);
        assert_eq!(come(&carrier, &address).await.status, StatusCode::NOT_FOUND);
        assert_eq!(lying(&app), 0);
    }

    async fn what_is_no_letter_is_forgotten(app: TestApp) {
        let carrier = app.sign_in("ban2").await;
        let junk = vec![7; 100_000];
        let begun = begin(&carrier, &junk, junk.len()).await;
        let address = begun.header(header::LOCATION).expect("a place").to_owned();
        let answer = append(&carrier, &address, 0, Body::from(junk.clone())).await;
        assert_eq!(answer.problem(), "not_sealed");
        let answer = bring(&carrier, &junk, "application/json").await;
        assert_eq!(answer.problem(), "not_sealed");
        assert_eq!(lying(&app), 0);

        assert_eq!(begin(&carrier, &junk, MAX + 1).await.problem(), "too_large");
        let address = format!("/api/v1/sealed/{}?length={}", hash_of(&junk), MAX + 1);
        assert_eq!(append(&carrier, &address, 0, cut(&junk)).await.problem(), "not_found");
        // Four that are not gone on with are enough of one person.
        for number in 0..4_u8 {
            assert_eq!(begin(&carrier, &[number], 100).await.status, StatusCode::CREATED);
        }
        assert_eq!(begin(&carrier, b"another", 100).await.problem(), "too_many");
    }

    async fn a_letter_of_more_than_any_phone_seals_is_none(app: TestApp) {
        let (user, seal) = seal_of(&app.sign_in("ban1").await).await;
        let plain = letter(user, &seal, &[]);
        let json = String::from_utf8(plain[4..].to_vec()).expect("a text");
        let many = format!("\"changes\":[{}]", vec!["0"; CHANGES_MAX + 1].join(","));
        let json = json.replace("\"changes\":[]", &many);
        let length = u32::try_from(json.len()).expect("a length");
        let plain = [length.to_le_bytes().as_slice(), json.as_bytes()].concat();
        let carrier = app.sign_in("ban2").await;
        let answer = bring(&carrier, &sealed(&seal, &plain), "application/json").await;
        assert_eq!(answer.problem(), "not_sealed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_unpacked() {
    let app = TestApp::sqlite().await;
    let carrier = app.sign_in("ban2").await;
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = [FIELD.to_vec(), vec![0; 32 << 20]].concat();
    io::Write::write_all(&mut bomb, &zeros).expect("memory");
    let bomb = bomb.finish().expect("memory");
    assert!(bomb.len() < 100_000);
    let headers = [(header::CONTENT_ENCODING, "gzip".parse().expect("a header"))];
    let request = form(&carrier, Body::from(bomb), headers.into_iter().collect());
    let answer = app.send(request).await;
    assert_eq!(answer.problem(), "malformed");
    assert_eq!(lying(&app), 0);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_at_a_time_from_one_person_and_nobody_else_waits() {
    let app = TestApp::sqlite().await;
    let places = app.places();
    let (user, seal) = seal_of(&app.sign_in("ban1").await).await;
    let changes = [register(
        new_subject(),
        places.commune,
        places.village,
        "Lò Văn Pâng",
    )];
    let file = sealed(&seal, &letter(user, &seal, &changes));
    let slow = app.sign_in("ban2").await;
    // Its last bytes never come.
    let first = stream::iter([Ok::<_, io::Error>(Bytes::from_static(FIELD))]);
    let never = Body::from_stream(first.chain(stream::pending()));
    let (app_of, request) = (app.clone(), form(&slow, never, HeaderMap::new()));
    let held = tokio::spawn(async move { app_of.send(request).await });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;

    let answer = bring(&app.sign_in("xa").await, &file, "application/json").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let waiting = (0..5).map(|_| bring(&slow, &file, "application/json"));
    for answer in futures::future::join_all(waiting).await {
        assert_eq!(answer.problem(), "too_many");
        assert!(answer.header(header::RETRY_AFTER).is_some());
    }
    held.abort();
    app.end().await;
}
