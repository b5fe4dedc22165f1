//! `/api/v1/files`.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, Method, Request, StatusCode, header};
use futures::StreamExt;
use futures::stream;
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use server::services::files::{self, Missing};
use shared::assessment::Move;
use shared::change::ChangeBody;
use shared::document::Document;
use shared::evidence::{DOCUMENT_MAX, Evidence, FileHash, MediaType, Medium};
use shared::ids::DocumentId;
use tokio::net::{TcpListener, TcpStream};

use crate::support::changes::*;
use crate::support::evidence::*;
use crate::support::request::{Answer, Browser};
use crate::support::{TestApp, line, now, on_both};

/// A body that comes in pieces and then breaks off, as over a line that dies.
fn cut(bytes: &[u8]) -> Body {
    let mut parts: Vec<Result<Bytes, io::Error>> = bytes
        .chunks(1_000)
        .map(|part| Ok(Bytes::copy_from_slice(part)))
        .collect();
    parts.push(Err(io::ErrorKind::ConnectionReset.into()));
    Body::from_stream(stream::iter(parts))
}

/// A body that comes and then says nothing more, without an end.
fn quiet(bytes: &[u8]) -> Body {
    let bytes = Bytes::copy_from_slice(bytes);
    let first = stream::iter([Ok::<_, Infallible>(bytes)]);
    Body::from_stream(first.chain(stream::pending()))
}

fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return found;
    };
    for entry in entries.flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(all_files(&path)),
            path => found.push(path),
        }
    }
    found
}

fn unfinished(app: &TestApp) -> Vec<PathBuf> {
    all_files(&app.files().join("staging"))
}

fn kept(app: &TestApp) -> Vec<PathBuf> {
    all_files(&app.files().join("evidence"))
}

/// The answer says that the file is here, and it is, once and whole.
async fn assert_arrived(
    app: &TestApp,
    answer: &Answer,
    phone: &Browser,
    piece: &Piece,
    doc: DocumentId,
) {
    assert!(
        answer.status.is_success(),
        "{} {}",
        answer.status,
        answer.text()
    );
    assert_eq!(answer.offset(), Some(piece.bytes.len() as u64));
    let got = phone.get(&piece.address(doc)).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.text());
    assert!(got.body == piece.bytes, "the bytes are the same");
    assert_eq!(unfinished(app), Vec::<PathBuf>::new());
    let checked = files::check_all(app.db(), &app.state.files.store).await;
    assert_eq!(checked.expect("a look").missing, Vec::new());
}

on_both! {
    async fn a_photo_is_brought_and_looked_at(app: TestApp) {
        let piece = Piece {
            evidence: Evidence {
                name: Some("Bếp nhà ông Pâng".into()),
                ..photo(50_000, 1).evidence
            },
            ..photo(50_000, 1)
        };
        let (phone, subject) = listed(&app, &[&piece]).await;
        let doc = form_of(subject);

        let begun = phone.begin(&piece, doc).await;
        assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text());
        assert_eq!(begun.header(header::LOCATION), Some(&*piece.address(doc)));
        assert_eq!(begun.header(RESUMABLE), Some("1.0.0"));
        assert_eq!(begun.offset(), Some(0));
        let expires = begun.header(EXPIRES).expect("a day");
        assert!(expires.ends_with(" GMT") && expires.len() == 29, "{expires}");
        assert_eq!(phone.get(&piece.address(doc)).await.problem(), "not_found");

        let sent = phone.send_part(&piece, doc, 0, piece.bytes.clone()).await;
        assert_eq!(sent.status, StatusCode::NO_CONTENT, "{}", sent.text());
        assert_eq!(sent.header(RESUMABLE), Some("1.0.0"));
        assert!(sent.header(EXPIRES).is_none(), "a file that is here does not expire");
        assert_arrived(&app, &sent, &phone, &piece, doc).await;

        let got = phone.get(&piece.address(doc)).await;
        assert_eq!(got.header(header::CONTENT_TYPE), Some("image/jpeg"));
        assert_eq!(got.header(header::CONTENT_LENGTH), Some("50000"));
        assert_eq!(got.header(header::X_CONTENT_TYPE_OPTIONS), Some("nosniff"));
        assert_eq!(
            got.header(header::CONTENT_SECURITY_POLICY),
            Some("default-src 'none'; sandbox")
        );
        assert_eq!(
            got.header(header::CACHE_CONTROL),
            Some("private, no-cache")
        );
        assert_eq!(got.header(header::VARY), Some("Cookie"));
        assert_eq!(
            got.header(header::CONTENT_DISPOSITION),
            Some("inline; filename=\"minh-chung.jpg\"; filename*=UTF-8''B%E1%BA%BFp%20nh%C3%A0%20%C3%B4ng%20P%C3%A2ng.jpg")
        );
        let tag = got.header(header::ETAG).expect("a tag").to_owned();
        let again = phone
            .tus(Method::GET, &piece.address(doc), &[(header::IF_NONE_MATCH, &tag)], Body::empty())
            .await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
        assert!(again.body.is_empty());
    }

    async fn the_record_says_which_files_have_arrived(app: TestApp) {
        let (here, away) = (photo(3_000, 1), pdf(2_000, 2));
        let (phone, subject) = listed(&app, &[&here, &away]).await;
        phone.bring(&here, form_of(subject)).await;
        let address = format!("/api/v1/subject?id={}", DocumentId::from(subject));
        let detail: Value = phone.get(&address).await.json();
        assert_eq!(detail["arrived"], json!([here.hash]));
        let form: Document =
            serde_json::from_value(detail["assessments"][0].clone()).expect("a form");
        assert_eq!(form.evidence().count(), 2, "the text is there at once");
        // Who did it, in the history.
        let lines = detail["history"].as_array().expect("lines");
        assert!(lines.iter().any(|it| it["change"]["body"]["attach"]["hash"] == json!(here.hash)));

        phone.bring(&away, form_of(subject)).await;
        let detail: Value = phone.get(&address).await.json();
        let arrived: Vec<FileHash> =
            serde_json::from_value(detail["arrived"].clone()).expect("hashes");
        assert_eq!(arrived.len(), 2);
        // A document is saved, not shown.
        let got = phone.get(&away.address(form_of(subject))).await;
        let how = got.header(header::CONTENT_DISPOSITION).expect("how");
        assert!(how.starts_with("attachment; filename=\"minh-chung.pdf\""), "{how}");
    }

    async fn an_upload_goes_on_from_wherever_it_was_cut(app: TestApp) {
        let length = 20_000;
        // Before the first byte, inside the mark of its type, anywhere, before the last byte, after it.
        for at in [0, 1, 2, 11, 999, 1_000, 1_001, 12_345, length - 1, length] {
            let piece = photo(length, at as u64 + 7);
            let (phone, subject) = listed(&app, &[&piece]).await;
            let doc = form_of(subject);
            phone.begin(&piece, doc).await;
            phone.send_part(&piece, doc, 0, cut(&piece.bytes[..at])).await;

            let found = phone.offset(&piece, doc).await;
            assert_eq!(found.status, StatusCode::OK, "{at}");
            assert_eq!(found.offset(), Some(at as u64), "{at}");
            assert_eq!(found.header(LENGTH), Some(&*length.to_string()));
            assert_eq!(found.header(header::CACHE_CONTROL), Some("no-store"));
            if at < length {
                let rest = piece.bytes[at..].to_vec();
                let sent = phone.send_part(&piece, doc, at as u64, rest).await;
                assert_eq!(sent.status, StatusCode::NO_CONTENT, "{at} {}", sent.text());
            }
            assert_arrived(&app, &phone.offset(&piece, doc).await, &phone, &piece, doc).await;
        }
    }

    async fn a_photo_of_3_mb_over_a_line_that_dies_every_100_kb_arrives_once_and_whole(app: TestApp) {
        let piece = photo(3 << 20, 3);
        let (phone, subject) = listed(&app, &[&piece]).await;
        let doc = form_of(subject);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let server = listener.local_addr().expect("an address");
        let service = app.router.clone().into_make_service();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let (address, carried) = line::open(server, 100 << 10).await;

        let mut requests = Requests::default();
        let took = Instant::now();
        let whole = bring_over(address, &phone.cookie, &piece, doc, &mut requests).await;
        assert_eq!(whole, piece.bytes.len() as u64);
        let up = carried.up.load(Ordering::Relaxed);
        println!(
            "{requests:?}, {} connections, {up} bytes up, {} bytes down, {} ms",
            carried.connections.load(Ordering::Relaxed),
            carried.down.load(Ordering::Relaxed),
            took.elapsed().as_millis()
        );
        // Thirty-one lines would be enough if nothing but the photo went over them. A cut that throws away what the
        // server had not read yet costs a little more; but nothing that was told is ever sent again.
        assert!(requests.parts <= 40, "{requests:?}");
        assert!(up <= (piece.bytes.len() * 5 / 4) as u64, "{up}");

        assert_arrived(&app, &phone.offset(&piece, doc).await, &phone, &piece, doc).await;
        assert_eq!(kept(&app).len(), 1);
        // The answer to the last part may be lost too: the phone asks again and sends nothing.
        let again = phone.begin(&piece, doc).await;
        assert_eq!(again.status, StatusCode::CREATED);
        assert_eq!(again.offset(), Some(piece.bytes.len() as u64));
        assert_eq!(unfinished(&app), Vec::<PathBuf>::new());
    }

    async fn a_line_that_goes_quiet_gives_way_and_keeps_what_came(app: TestApp) {
        let piece = photo(8_000, 4);
        let (phone, subject) = listed(&app, &[&piece]).await;
        let doc = form_of(subject);
        phone.begin(&piece, doc).await;
        let (stuck, first) = (phone.clone(), piece.clone());
        let waiting = tokio::spawn(async move {
            stuck.send_part(&first, doc, 0, quiet(&first.bytes[..3_000])).await
        });
        tokio::time::sleep(Duration::from_millis(200)).await;

        let asked = Instant::now();
        let found = phone.offset(&piece, doc).await;
        assert_eq!(found.offset(), Some(3_000));
        assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
        // Whoever sends over the quiet line is told how far that came, in case they still listen.
        let told = waiting.await.expect("an answer");
        assert_eq!(told.status, StatusCode::NO_CONTENT);
        assert_eq!(told.offset(), Some(3_000));
        let sent = phone.send_part(&piece, doc, 3_000, piece.bytes[3_000..].to_vec()).await;
        assert_arrived(&app, &sent, &phone, &piece, doc).await;
    }

    async fn an_upload_goes_on_after_a_restart(app: TestApp) {
        let piece = photo(9_000, 5);
        let (phone, subject) = listed(&app, &[&piece]).await;
        let doc = form_of(subject);
        phone.begin(&piece, doc).await;
        phone.send_part(&piece, doc, 0, cut(&piece.bytes[..4_000])).await;

        let restarted = app.restarted().await;
        let phone = Browser { app: restarted.clone(), ..phone };
        let found = phone.offset(&piece, doc).await;
        assert_eq!(found.offset(), Some(4_000));
        // Stopped again, after the last byte and before anything else.
        let part = unfinished(&app).pop().expect("a part");
        std::fs::write(&part, &piece.bytes).expect("a whole part");
        let phone = Browser { app: app.restarted().await, ..phone };
        assert_arrived(&app, &phone.offset(&piece, doc).await, &phone, &piece, doc).await;
    }

    async fn asked_again_it_is_the_same_upload(app: TestApp) {
        let piece = photo(6_000, 6);
        let (phone, subject) = listed(&app, &[&piece]).await;
        let doc = form_of(subject);
        let first = phone.begin(&piece, doc).await;
        phone.send_part(&piece, doc, 0, cut(&piece.bytes[..2_000])).await;
        let second = phone.begin(&piece, doc).await;
        assert_eq!(second.status, StatusCode::CREATED);
        assert_eq!(second.header(header::LOCATION), first.header(header::LOCATION));
        assert_eq!(second.offset(), Some(2_000));
        assert_eq!(unfinished(&app).len(), 1);

        let sent = phone.send_part(&piece, doc, 2_000, piece.bytes[2_000..].to_vec()).await;
        assert_arrived(&app, &sent, &phone, &piece, doc).await;
        // The same bytes at the end once more: nothing to add, and no failure.
        let empty = phone.send_part(&piece, doc, 6_000, Body::empty()).await;
        assert_eq!(empty.status, StatusCode::NO_CONTENT);
        assert_eq!(empty.offset(), Some(6_000));
        // A colleague of the village need not bring it either.
        let colleague = app.sign_in("ban1b").await;
        assert_eq!(colleague.begin(&piece, doc).await.offset(), Some(6_000));
    }

    async fn a_wrong_offset_changes_nothing_and_the_right_one_is_told(app: TestApp) {
        let piece = photo(5_000, 7);
        let (phone, subject) = listed(&app, &[&piece]).await;
        let doc = form_of(subject);
        phone.begin(&piece, doc).await;
        phone.send_part(&piece, doc, 0, cut(&piece.bytes[..2_000])).await;
        for wrong in [0, 1_999, 2_001, 5_000, 6_000, u64::MAX] {
            let refused = phone.send_part(&piece, doc, wrong, piece.bytes.clone()).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{wrong}");
            assert_eq!(refused.problem(), "out_of_step");
            assert_eq!(refused.offset(), Some(2_000));
        }
        assert_eq!(phone.offset(&piece, doc).await.offset(), Some(2_000));
        let sent = phone.send_part(&piece, doc, 2_000, piece.bytes[2_000..].to_vec()).await;
        assert_arrived(&app, &sent, &phone, &piece, doc).await;
        let late = phone.send_part(&piece, doc, 0, piece.bytes.clone()).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert_eq!(late.offset(), Some(5_000));
    }

    async fn damaged_bytes_are_dropped_and_may_be_sent_again(app: TestApp) {
        let piece = photo(5_000, 8);
        let (phone, subject) = listed(&app, &[&piece]).await;
        let doc = form_of(subject);
        phone.begin(&piece, doc).await;
        let mut damaged = piece.bytes.clone();
        damaged[4_321] ^= 1;
        let refused = phone.send_part(&piece, doc, 0, damaged).await;
        assert_eq!(refused.status.as_u16(), 460);
        assert_eq!(refused.problem(), "damaged");
        assert_eq!(unfinished(&app), Vec::<PathBuf>::new());
        assert_eq!(kept(&app), Vec::<PathBuf>::new());
        assert_eq!(phone.offset(&piece, doc).await.status, StatusCode::NOT_FOUND);
        // Going on where nothing was begun is not possible either.
        let lost = phone.send_part(&piece, doc, 0, piece.bytes.clone()).await;
        assert_eq!(lost.status, StatusCode::NOT_FOUND);
        let sent = phone.bring(&piece, doc).await;
        assert_arrived(&app, &sent, &phone, &piece, doc).await;
    }

    async fn a_file_is_judged_by_its_content(app: TestApp) {
        let says = |bytes: &[u8], media_type| Piece::new(bytes.to_vec(), Medium::Photo, media_type);
        let jpeg = photo(300, 9);
        let wrong = [
            ("a PDF named jpg", says(&pdf(300, 9).bytes, MediaType::Jpeg)),
            ("a page", says(b"<!DOCTYPE html><script>alert(1)</script>", MediaType::Png)),
            ("a drawing that runs", says(b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", MediaType::Webp)),
            ("a JPEG that says PNG", says(&jpeg.bytes, MediaType::Png)),
            ("a picture without a size", says(&jpeg.bytes[..5], MediaType::Jpeg)),
            ("a picture of gigabytes", png(60_000, 60_000)),
            ("a page named PDF", Piece::new(b"<html>%PDF-1.7".to_vec(), Medium::Document, MediaType::Pdf)),
        ];
        let all: Vec<&Piece> = wrong.iter().map(|(_, piece)| piece).collect();
        let (phone, subject) = listed(&app, &all).await;
        let doc = form_of(subject);
        for (name, piece) in &wrong {
            let refused = phone.bring(piece, doc).await;
            assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{name}");
            assert_eq!(refused.problem(), "wrong_type", "{name}");
            assert_eq!(phone.offset(piece, doc).await.status, StatusCode::NOT_FOUND, "{name}");
            assert_eq!(phone.get(&piece.address(doc)).await.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(unfinished(&app), Vec::<PathBuf>::new());
        assert_eq!(kept(&app), Vec::<PathBuf>::new());
    }

    async fn what_is_too_large_is_refused_before_it_is_sent(app: TestApp) {
        let piece = photo(2_000, 10);
        let (phone, subject) = listed(&app, &[&piece]).await;
        let doc = form_of(subject);
        let meta = metadata(&piece.hash.to_string(), &doc.to_string());
        let too_large = (DOCUMENT_MAX + 1).to_string();
        for (length, status, kind) in [
            (&*too_large, StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            // The form says another length.
            ("1999", StatusCode::BAD_REQUEST, "malformed"),
            ("-1", StatusCode::BAD_REQUEST, "malformed"),
            ("+2000", StatusCode::BAD_REQUEST, "malformed"),
            ("", StatusCode::BAD_REQUEST, "malformed"),
        ] {
            let headers = [(LENGTH, length), (METADATA, &*meta)];
            let refused = phone.tus(Method::POST, "/api/v1/files", &headers, "").await;
            assert_eq!(refused.status, status, "{length}");
            assert_eq!(refused.problem(), kind, "{length}");
        }
        phone.begin(&piece, doc).await;
        phone.send_part(&piece, doc, 0, cut(&piece.bytes[..500])).await;
        let mut longer = piece.bytes[500..].to_vec();
        longer.push(0);
        let refused = phone.send_part(&piece, doc, 500, longer).await;
        assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(refused.problem(), "too_large");
        assert_eq!(phone.offset(&piece, doc).await.offset(), Some(500));
    }

    async fn requests_that_are_not_tus_are_told_so(app: TestApp) {
        let piece = photo(2_000, 11);
        let (phone, subject) = listed(&app, &[&piece]).await;
        let doc = form_of(subject);
        let other = [(RESUMABLE, "0.2.2")];
        for (method, address) in [
            (Method::POST, "/api/v1/files".to_owned()),
            (Method::HEAD, piece.address(doc)),
            (Method::PATCH, piece.address(doc)),
        ] {
            let refused = phone.tus(method.clone(), &address, &other, Body::empty()).await;
            assert_eq!(refused.status, StatusCode::PRECONDITION_FAILED, "{method}");
            let version = HeaderName::from_static("tus-version");
            assert_eq!(refused.header(version), Some("1.0.0"));
            if method != Method::HEAD {
                assert_eq!(refused.problem(), "other_protocol");
            }
        }
        phone.begin(&piece, doc).await;
        let json = [(header::CONTENT_TYPE, "application/json"), (OFFSET, "0")];
        let refused = phone.tus(Method::PATCH, &piece.address(doc), &json, "{}").await;
        assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let part = [(header::CONTENT_TYPE, PART)];
        let refused = phone.tus(Method::PATCH, &piece.address(doc), &part, "x").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        let hash = piece.hash.to_string();
        for wrong in [
            metadata("khong-phai", &doc.to_string()),
            metadata(&hash, "khong-phai"),
            metadata(&hash.to_uppercase(), &doc.to_string()),
            format!("hash {hash},doc {doc}"),
            "hash".to_owned(),
            String::new(),
        ] {
            let headers = [(LENGTH, "2000"), (METADATA, &*wrong)];
            let refused = phone.tus(Method::POST, "/api/v1/files", &headers, "").await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
            assert_eq!(refused.problem(), "malformed");
        }
        for address in [
            format!("/api/v1/files/{}", piece.hash),
            format!("/api/v1/files/{}?doc=x", piece.hash),
            format!("/api/v1/files/x?doc={doc}"),
            format!("/api/v1/files/..%2f{hash}?doc={doc}"),
        ] {
            assert_eq!(phone.get(&address).await.problem(), "not_found", "{address}");
        }
        assert_eq!(phone.tus(Method::DELETE, &piece.address(doc), &[], "").await.problem(), "not_found");
    }

    async fn what_the_server_can_do_is_told_to_anybody(app: TestApp) {
        let nobody = Browser { app: app.clone(), cookie: String::new() };
        let told = nobody.tus(Method::OPTIONS, "/api/v1/files", &[], Body::empty()).await;
        assert_eq!(told.status, StatusCode::NO_CONTENT);
        for (name, value) in [
            ("tus-resumable", "1.0.0"),
            ("tus-version", "1.0.0"),
            ("tus-extension", "creation,expiration"),
            ("tus-max-size", "10485760"),
        ] {
            assert_eq!(told.header(HeaderName::from_static(name)), Some(value));
        }
    }

    async fn a_proxy_that_knows_no_patch_lets_a_post_through(app: TestApp) {
        let piece = photo(2_000, 12);
        let (phone, subject) = listed(&app, &[&piece]).await;
        let doc = form_of(subject);
        phone.begin(&piece, doc).await;
        let plain = [(header::CONTENT_TYPE, PART), (OFFSET, "0")];
        let refused = phone.tus(Method::POST, &piece.address(doc), &plain, piece.bytes.clone()).await;
        assert_eq!(refused.problem(), "not_found");
        let instead = HeaderName::from_static("x-http-method-override");
        let headers = [(header::CONTENT_TYPE, PART), (OFFSET, "0"), (instead, "PATCH")];
        let sent = phone.tus(Method::POST, &piece.address(doc), &headers, piece.bytes.clone()).await;
        assert_arrived(&app, &sent, &phone, &piece, doc).await;
    }

    async fn no_file_comes_before_its_text(app: TestApp) {
        let (piece, unlisted) = (photo(2_000, 13), photo(2_000, 14));
        let (phone, subject) = listed(&app, &[&piece]).await;
        let doc = form_of(subject);
        let refused = phone.begin(&unlisted, doc).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        assert_eq!(refused.problem(), "not_found");
        // A family is no form, and a form that nobody has begun lists nothing.
        assert_eq!(phone.begin(&piece, subject.into()).await.problem(), "not_found");
        assert_eq!(phone.begin(&piece, form_of(new_subject())).await.problem(), "not_found");
        assert_eq!(unfinished(&app), Vec::<PathBuf>::new());

        phone.bring(&piece, doc).await;
        let detach = ChangeBody::Detach { hash: piece.hash };
        phone.sync(&request(vec![change(doc, None, detach)])).await;
        // It was taken off by somebody who had not seen who put it there: a conflict, so it can still be looked at.
        assert_eq!(phone.get(&piece.address(doc)).await.status, StatusCode::OK);
        let settle = ChangeBody::Settle {
            field: shared::document::FieldName::evidence(piece.hash),
            value: Value::Null,
        };
        phone.sync(&request(vec![change(doc, None, settle)])).await;
        assert_eq!(phone.get(&piece.address(doc)).await.status, StatusCode::NOT_FOUND);
        // Listed again, it is there at once.
        phone.sync(&request(vec![piece.attach(subject)])).await;
        assert_eq!(phone.get(&piece.address(doc)).await.status, StatusCode::OK);
    }

    async fn who_may_bring_and_who_may_look(app: TestApp) {
        let piece = photo(2_000, 15);
        let (phone, subject) = listed(&app, &[&piece]).await;
        let doc = form_of(subject);
        let nobody = Browser { app: app.clone(), cookie: String::new() };
        let cases = [
            ("ban1b", StatusCode::CREATED, StatusCode::OK),
            ("ban2", StatusCode::NOT_FOUND, StatusCode::NOT_FOUND),
            ("xa", StatusCode::CREATED, StatusCode::OK),
            ("chutich", StatusCode::CREATED, StatusCode::OK),
            ("huyen", StatusCode::FORBIDDEN, StatusCode::OK),
            ("quantri", StatusCode::CREATED, StatusCode::OK),
        ];
        let mut people = Vec::new();
        for (name, bring, look) in cases {
            let person = app.sign_in(name).await;
            let begun = person.begin(&piece, doc).await;
            assert_eq!(begun.status, bring, "{name} {}", begun.text());
            if bring == StatusCode::CREATED {
                assert_eq!(begun.offset(), Some(0), "each their own upload");
            } else {
                let refused = person.send_part(&piece, doc, 0, piece.bytes.clone()).await;
                assert_eq!(refused.status, bring, "{name}");
                assert_eq!(person.offset(&piece, doc).await.status, bring, "{name}");
            }
            people.push((name, person, look));
        }
        assert_eq!(nobody.begin(&piece, doc).await.problem(), "signed_out");
        assert_eq!(nobody.offset(&piece, doc).await.status, StatusCode::UNAUTHORIZED);
        let refused = nobody.send_part(&piece, doc, 0, piece.bytes.clone()).await;
        assert_eq!(refused.problem(), "signed_out");

        phone.bring(&piece, doc).await;
        for (name, person, look) in people {
            let got = person.get(&piece.address(doc)).await;
            assert_eq!(got.status, look, "{name}");
        }
        assert_eq!(nobody.get(&piece.address(doc)).await.problem(), "signed_out");
        // Nor may a page of another site send in somebody's name.
        let foreign = [(header::HOST, "banhoc.example"), (header::ORIGIN, "https://elsewhere.example")];
        let refused = phone.tus(Method::PATCH, &piece.address(doc), &foreign, "").await;
        assert_eq!(refused.problem(), "forbidden");
    }

    async fn to_name_a_hash_is_no_proof_of_having_the_file(app: TestApp) {
        let piece = photo(4_000, 16);
        let (phone, subject) = listed(&app, &[&piece]).await;
        let doc = form_of(subject);
        phone.bring(&piece, doc).await;

        // The officer of another village has heard the hash and lists it in a form of their own.
        let stranger = app.sign_in("ban2").await;
        let (theirs, places) = (new_subject(), app.places());
        stranger
            .sync(&request(vec![
                register(theirs, places.commune, places.neighbour, "Vàng A Páo"),
                start(theirs),
                piece.attach(theirs),
            ]))
            .await;
        let theirs = form_of(theirs);
        assert_eq!(stranger.get(&piece.address(theirs)).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.begin(&piece, theirs).await.offset(), Some(0));
        assert_eq!(stranger.get(&piece.address(theirs)).await.status, StatusCode::NOT_FOUND);
        let sent = stranger.bring(&piece, theirs).await;
        assert_arrived(&app, &sent, &stranger, &piece, theirs).await;
        assert_eq!(kept(&app).len(), 1, "and the bytes are kept once");

        // Minutes of one meeting stand behind many forms: whoever has brought them once brings them once.
        let other = new_subject();
        phone
            .sync(&request(vec![
                register(other, places.commune, places.village, "Lò Thị Ón"),
                start(other),
                piece.attach(other),
            ]))
            .await;
        let begun = phone.begin(&piece, form_of(other)).await;
        assert_arrived(&app, &begun, &phone, &piece, form_of(other)).await;
    }

    async fn two_who_bring_one_file_at_once_both_succeed(app: TestApp) {
        let piece = photo(700_000, 17);
        let (phone, subject) = listed(&app, &[&piece]).await;
        let doc = form_of(subject);
        let colleague = app.sign_in("ban1b").await;
        // Two tabs of one person, and another person.
        let phones = [phone.clone(), phone.clone(), colleague];
        let bring = |phone: Browser| {
            let piece = piece.clone();
            async move {
                for _ in 0..200 {
                    let begun = phone.begin(&piece, doc).await;
                    let Some(mut offset) = begun.offset() else { continue };
                    while offset < piece.bytes.len() as u64 {
                        let from = usize::try_from(offset).expect("small");
                        let to = (from + 50_000).min(piece.bytes.len());
                        let sent = phone.send_part(&piece, doc, offset, piece.bytes[from..to].to_vec()).await;
                        // Somebody was quicker: go on from where that is.
                        match sent.offset() {
                            Some(told) => offset = told,
                            None => break,
                        }
                    }
                    if offset == piece.bytes.len() as u64 {
                        return;
                    }
                }
                unreachable!("two hundred tries are enough");
            }
        };
        futures::future::join_all(phones.map(bring)).await;
        assert_arrived(&app, &phone.offset(&piece, doc).await, &phone, &piece, doc).await;
        assert_eq!(kept(&app).len(), 1);
    }

    async fn a_file_may_come_after_its_form_was_checked(app: TestApp) {
        let piece = photo(2_000, 18);
        let places = app.places();
        let subject = new_subject();
        let phone = app.sign_in("ban1").await;
        let mut changes = scored(subject, places.commune, places.village, "Lò Văn Pâng");
        changes.push(piece.attach(subject));
        assert!(all_received(&phone.sync(&request(changes)).await));
        let commune = app.sign_in("xa").await;
        let verified = commune.sync(&request(vec![step(subject, Move::Verify)])).await;
        assert!(all_received(&verified), "{:?}", outcomes(&verified));
        let late = phone.sync(&request(vec![photo(2_000, 19).attach(subject)])).await;
        assert_eq!(outcomes(&late), [json!({"refused": {"closed": {"stage": "verified"}}})]);
        let sent = phone.bring(&piece, form_of(subject)).await;
        assert_arrived(&app, &sent, &phone, &piece, form_of(subject)).await;
    }

    async fn nobody_leaves_more_half_sent_than_there_is_room_for(app: TestApp) {
        let pieces: Vec<Piece> = (0..41).map(|seed| photo(200, 1_000 + seed)).collect();
        let (first, second) = pieces.split_at(30);
        let (phone, one) = listed(&app, &first.iter().collect::<Vec<_>>()).await;
        let (_, two) = listed(&app, &second.iter().collect::<Vec<_>>()).await;
        let forms = first.iter().map(|it| (it, form_of(one)));
        let all: Vec<_> = forms.chain(second.iter().map(|it| (it, form_of(two)))).collect();
        for (piece, doc) in &all[..40] {
            assert_eq!(phone.begin(piece, *doc).await.status, StatusCode::CREATED);
        }
        let (last, doc) = all[40];
        let refused = phone.begin(last, doc).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.problem(), "too_many");
        assert!(refused.header(header::RETRY_AFTER).is_some());
        // What was begun goes on, and another person is not in the way.
        assert_eq!(phone.begin(all[0].0, all[0].1).await.status, StatusCode::CREATED);
        let colleague = app.sign_in("ban1b").await;
        assert_eq!(colleague.begin(last, doc).await.status, StatusCode::CREATED);
        // One that has not moved for a day makes room.
        let part = unfinished(&app)
            .into_iter()
            .find(|it| it.ends_with(all[0].0.hash.to_string()))
            .expect("the first");
        age(&part, 2);
        assert_eq!(phone.begin(last, doc).await.status, StatusCode::CREATED);
        assert_eq!(phone.offset(all[0].0, all[0].1).await.status, StatusCode::NOT_FOUND);
    }

    async fn what_lies_half_sent_for_two_weeks_is_forgotten(app: TestApp) {
        let (old, young) = (photo(2_000, 20), photo(2_000, 21));
        let (phone, subject) = listed(&app, &[&old, &young]).await;
        let doc = form_of(subject);
        for piece in [&old, &young] {
            phone.begin(piece, doc).await;
            phone.send_part(piece, doc, 0, cut(&piece.bytes[..700])).await;
        }
        for path in unfinished(&app) {
            age(&path, if path.ends_with(old.hash.to_string()) { 15 } else { 13 });
        }
        let staging = &app.state.files.staging;
        assert_eq!(staging.sweep(now()).await.expect("a sweep"), 1);
        assert_eq!(phone.offset(&old, doc).await.status, StatusCode::NOT_FOUND);
        assert_eq!(phone.offset(&young, doc).await.offset(), Some(700));
        phone.send_part(&young, doc, 700, young.bytes[700..].to_vec()).await;
        assert_arrived(&app, &phone.bring(&old, doc).await, &phone, &old, doc).await
    }

    async fn a_file_that_is_gone_from_the_store_is_found_missing(app: TestApp) {
        let (lost, short, fine) = (photo(2_000, 22), photo(2_000, 23), photo(2_000, 24));
        let (phone, subject) = listed(&app, &[&lost, &short, &fine]).await;
        let doc = form_of(subject);
        for piece in [&lost, &short, &fine] {
            phone.bring(piece, doc).await;
        }
        for path in kept(&app) {
            if path.ends_with(lost.hash.to_string()) {
                std::fs::remove_file(&path).expect("removed");
            } else if path.ends_with(short.hash.to_string()) {
                std::fs::write(&path, "x").expect("cut short");
            }
        }
        let checked = files::check_all(app.db(), &app.state.files.store).await.expect("a look");
        assert_eq!(checked.files, 3);
        let mut expected = vec![
            Missing { hash: lost.hash, bytes: 2_000, found: None },
            Missing { hash: short.hash, bytes: 2_000, found: Some(1) },
        ];
        expected.sort_by_key(|it| it.hash);
        assert_eq!(checked.missing, expected);
        let answer = phone.get(&lost.address(doc)).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.problem(), "unavailable");
    }
}

/// Makes a file look as if nothing had come for so many days.
fn age(path: &Path, days: u64) {
    let then = SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60);
    let file = std::fs::File::options().append(true).open(path);
    let set = file.and_then(|file| file.set_modified(then));
    set.expect("another time");
}

/// What it took to bring a file.
#[derive(Debug, Default)]
struct Requests {
    begins: u32,
    asks: u32,
    parts: u32,
}

/// A phone at the end of a line that dies: it begins, sends from where the server is, and asks after every failure.
async fn bring_over(
    address: SocketAddr,
    cookie: &str,
    piece: &Piece,
    doc: DocumentId,
    requests: &mut Requests,
) -> u64 {
    let length = piece.bytes.len() as u64;
    let request = |method, path: &str| {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "banhoc.example")
            .header(header::COOKIE, cookie)
            .header(RESUMABLE, "1.0.0")
    };
    let mut begun = false;
    for _ in 0..500 {
        // Every connection is lost sooner or later; then, after a moment, there is a new one.
        tokio::time::sleep(Duration::from_millis(20)).await;
        let Ok(stream) = TcpStream::connect(address).await else {
            continue;
        };
        let connected = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
        let Ok((mut line, connection)) = connected else {
            continue;
        };
        tokio::spawn(connection);
        let ask = if begun {
            requests.asks += 1;
            request(Method::HEAD, &piece.address(doc))
        } else {
            requests.begins += 1;
            request(Method::POST, "/api/v1/files")
                .header(LENGTH, length)
                .header(
                    METADATA,
                    metadata(&piece.hash.to_string(), &doc.to_string()),
                )
        };
        let ask = ask.body(Full::<Bytes>::default()).expect("a request");
        let Ok(answer) = line.send_request(ask).await else {
            continue;
        };
        begun |= answer.status() == StatusCode::CREATED;
        let offset = |headers: &HeaderMap| -> Option<u64> {
            headers.get(OFFSET)?.to_str().ok()?.parse().ok()
        };
        let Some(from) = offset(answer.headers()) else {
            continue;
        };
        if from == length {
            return from;
        }
        if line.ready().await.is_err() {
            continue;
        }
        requests.parts += 1;
        let rest = piece.bytes[usize::try_from(from).expect("small")..].to_vec();
        let part = request(Method::PATCH, &piece.address(doc))
            .header(header::CONTENT_TYPE, PART)
            .header(OFFSET, from)
            .body(Full::from(rest))
            .expect("a request");
        if let Ok(answer) = line.send_request(part).await
            && let Some(to) = offset(answer.headers()).filter(|to| *to == length)
        {
            return to;
        }
    }
    0
}
