//! `POST /api/v1/sync`.

use std::collections::BTreeSet;
use std::io::Write as _;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use server::db;
use shared::api::Session;
use shared::assessment::Move;
use shared::calendar::Year;
use shared::change::{Change, ChangeBody};
use shared::criteria::Title;
use shared::document::{Document, Seq};
use shared::ids::{ChangeId, DeviceId, DocumentId, UnitId};
use shared::rollup::{Counts, RollupKey};
use shared::sync::{BATCH_MAX, Carried, OLDEST_PROTOCOL, PROTOCOL, SyncResponse};
use uuid::Uuid;

use crate::support::changes::*;
use crate::support::{TestApp, on_both};

fn ids(response: &SyncResponse) -> BTreeSet<DocumentId> {
    response
        .documents
        .iter()
        .filter_map(|document| Some(document.known()?.id))
        .collect()
}

fn document(response: &SyncResponse, id: DocumentId) -> &Document {
    response
        .documents
        .iter()
        .filter_map(Carried::known)
        .find(|document| document.id == id)
        .expect("the document came along")
}

/// The first year of the families that the tests make.
const SINCE: Year = Year::new(2024).expect("a year of the movement");

async fn counts(app: &TestApp, place: UnitId, year: Year) -> Counts {
    let mut conn = app.db().read().await.expect("a connection");
    let rows = db::rollup::all(&mut conn).await.expect("rows");
    let key = RollupKey {
        place,
        title: Title::LearningFamily,
        year,
    };
    rows.get(&key).map(|total| total.counts).unwrap_or_default()
}

/// As the apps of their time sent them, from the oldest protocol to this one.
const STORED_REQUESTS: [&str; (PROTOCOL - OLDEST_PROTOCOL + 1) as usize] =
    [include_str!("../fixtures/sync-protocol-1.json")];

on_both! {
    async fn a_family_scored_in_the_field_is_received_and_counted(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let subject = new_subject();
        let changes = scored(subject, places.commune, places.village, "Lò Văn Pâng");
        let count = changes.len();
        let answer = phone.sync(&request(changes)).await;

        assert_eq!(answer.receipts.len(), count);
        assert!(all_received(&answer), "{:?}", outcomes(&answer));
        assert_eq!(ids(&answer), [subject.into(), form_of(subject)].into());
        let form = document(&answer, form_of(subject));
        assert_eq!(form.score(family_set()).and_then(|score| score.verdict.passes), Some(true));
        let got = counts(&app, places.village, YEAR).await;
        let want = Counts { registered: 1, started: 1, scored: 1, passed: 1, waiting: 1, ..Counts::default() };
        assert_eq!(got, want);
        assert_eq!(counts(&app, places.village, SINCE).await.subjects, 1);
        app.assert_counts_agree().await;

        // Nothing is news the second time, and the position stays.
        let again = phone.sync(&after(&answer, vec![])).await;
        assert!(again.documents.is_empty());
        assert_eq!(again.cursors, answer.cursors);
        assert!(!again.reset && !again.more);
    }

    async fn the_same_submission_four_times_at_once_has_one_effect(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        for round in 0..50 {
            let subject = new_subject();
            let name = format!("Lò Văn {round}");
            let one = request(scored(subject, places.commune, places.village, &name));
            let (a, b, c, d) =
                tokio::join!(phone.sync(&one), phone.sync(&one), phone.sync(&one), phone.sync(&one));
            assert!(all_received(&a));
            for other in [b, c, d] {
                assert_eq!(other.receipts, a.receipts, "round {round}");
            }
        }
        assert_eq!(counts(&app, places.village, SINCE).await.subjects, 50);
        assert_eq!(counts(&app, places.village, YEAR).await.scored, 50);
        app.assert_counts_agree().await;
    }

    async fn a_repeat_after_a_restart_gets_the_same_receipt(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let subject = new_subject();
        let mut changes = vec![register(subject, places.commune, places.village, "Tao Thị Ín")];
        changes.push(answer(subject, "GD.1a", 7));
        let first = phone.sync(&request(changes.clone())).await;
        assert_eq!(outcomes(&first)[1], json!({"refused": "unknown_document"}));
        // Between, somebody begins the form, so that the answer would fit now. Its receipt stays what it was.
        phone.sync(&request(vec![start(subject)])).await;
        let restarted = app.restarted().await.sign_in("ban1").await;
        let second = restarted.sync(&request(changes)).await;
        assert_eq!(second.receipts, first.receipts);
    }

    async fn another_persons_change_id_is_not_theirs(app: TestApp) {
        let places = app.places();
        let subject = new_subject();
        let change = register(subject, places.commune, places.village, "Tao Thị Ín");
        app.sign_in("ban1").await.sync(&request(vec![change.clone()])).await;
        let thief = app.sign_in("ban2").await.sync(&request(vec![change])).await;
        assert_eq!(outcomes(&thief), [json!({"refused": "id_taken"})]);
        assert!(thief.documents.is_empty());
    }

    async fn a_refusal_says_why_and_stops_nobody_else(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let (own, foreign, stray) = (new_subject(), new_subject(), new_subject());
        let unknown = UnitId::from_uuid(Uuid::from_u128(77));
        let answer = phone
            .sync(&request(vec![
                register(own, places.commune, places.village, "Lò Văn Pâng"),
                register(foreign, places.commune, places.neighbour, "Lò Văn Ín"),
                register(stray, places.commune, unknown, "Lò Văn Xôm"),
                set_field(own, None, "members", json!("năm")),
                set_field(own, None, "members", json!(900)),
                start(own),
                step(own, Move::Submit),
                step(own, Move::Verify),
                set_field(own, None, "hamlet", json!("Nhóm 2")),
            ]))
            .await;
        let refused = |reason: Value| json!({"refused": reason});
        let got = outcomes(&answer);
        assert_eq!(got[0], json!({"received": {"seq": 1}}));
        assert_eq!(got[1], refused(json!({"denied": "outside_scope"})));
        assert_eq!(got[2], refused(json!({"denied": "outside_scope"})));
        assert_eq!(
            got[3],
            refused(json!({"field": {"field": "members", "problem": "not_number"}}))
        );
        assert_eq!(
            got[4],
            refused(json!({"field": {"field": "members", "problem": {"out_of_range": {"min": 0, "max": 60}}}}))
        );
        assert_eq!(got[5], json!({"received": {"seq": 2}}));
        assert_eq!(got[6], refused(json!({"wrong_stage": {"stage": "registered"}})));
        assert_eq!(got[7], refused(json!({"denied": "role"})));
        assert_eq!(got[8], json!({"received": {"seq": 3}}));
        app.assert_counts_agree().await;
    }

    async fn a_closed_form_refuses_later_edits(app: TestApp) {
        let places = app.places();
        let (phone, commune) = (app.sign_in("ban1").await, app.sign_in("xa").await);
        let subject = new_subject();
        phone
            .sync(&request(scored(subject, places.commune, places.village, "Lò Văn Pâng")))
            .await;
        let verified = commune.sync(&request(vec![step(subject, Move::Verify)])).await;
        assert!(all_received(&verified));
        let late = phone.sync(&request(vec![answer(subject, "GD.1a", 0)])).await;
        assert_eq!(outcomes(&late), [json!({"refused": {"closed": {"stage": "verified"}}})]);
        // A phone gives no title, whoever's it is: that takes a decision with a list.
        let leader = app.sign_in("chutich").await;
        let asked = leader
            .sync(&request(vec![
                step(subject, Move::Propose),
                step(subject, Move::Recognise { decision: "12/QĐ-UBND".into() }),
            ]))
            .await;
        assert_eq!(
            outcomes(&asked)[1],
            json!({"refused": "needs_decision"})
        );
    }

    async fn two_who_wrote_apart_are_both_kept(app: TestApp) {
        let places = app.places();
        let (first, second) = (app.sign_in("ban1").await, app.sign_in("ban1b").await);
        let subject = new_subject();
        let made = register(subject, places.commune, places.village, "Lò Văn Pâng");
        let seen = Some(made.id);
        first.sync(&request(vec![made])).await;
        first.sync(&request(vec![set_field(subject, seen, "members", json!(6))])).await;
        let late = second
            .sync(&request(vec![
                set_field(subject, seen, "members", json!(7)),
                set_field(subject, seen, "hamlet", json!("Nhóm 1")),
            ]))
            .await;
        let document = document(&late, subject.into());
        assert_eq!(document.number("members"), Some(7));
        assert_eq!(document.conflicts.len(), 1);
        assert_eq!(document.conflicts[&"members".into()][0].value, json!(6));
        assert_eq!(counts(&app, places.village, SINCE).await.subjects_conflicted, 1);
        let body = ChangeBody::Settle { field: "members".into(), value: json!(6) };
        let settled = first.sync(&request(vec![change(subject.into(), None, body)])).await;
        assert!(all_received(&settled));
        assert_eq!(counts(&app, places.village, SINCE).await.subjects_conflicted, 0);
        app.assert_counts_agree().await;
    }

    async fn a_phone_reads_its_own_villages_and_a_commune_all_of_its_own(app: TestApp) {
        let places = app.places();
        let (one, two) = (app.sign_in("ban1").await, app.sign_in("ban2").await);
        let (a, b) = (new_subject(), new_subject());
        one.sync(&request(vec![register(a, places.commune, places.village, "Lò Văn A")])).await;
        let seen = two
            .sync(&request(vec![register(b, places.commune, places.neighbour, "Lò Văn B")]))
            .await;
        assert_eq!(ids(&seen), [b.into()].into());
        assert_eq!(ids(&one.sync(&request(vec![])).await), [a.into()].into());
        let commune = app.sign_in("xa").await.sync(&request(vec![])).await;
        assert_eq!(ids(&commune), [a.into(), b.into()].into());
        // Who consolidates looks at figures; no family goes to their device.
        assert!(ids(&app.sign_in("huyen").await.sync(&request(vec![])).await).is_empty());
    }

    async fn the_feed_is_by_state_a_document_comes_once_in_its_newest_form(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let subject = new_subject();
        let first = phone
            .sync(&request(vec![register(subject, places.commune, places.village, "Lò Văn A")]))
            .await;
        let colleague = app.sign_in("ban1b").await;
        for members in 1..=9 {
            let change = set_field(subject, None, "members", json!(members));
            colleague.sync(&request(vec![change])).await;
        }
        let news = phone.sync(&after(&first, vec![])).await;
        assert_eq!(news.documents.len(), 1);
        assert_eq!(document(&news, subject.into()).number("members"), Some(9));
        let bytes = serde_json::to_vec(&news).expect("JSON").len();
        assert!(bytes < 5_000, "{bytes} bytes for one changed document");
    }

    async fn no_cursor_skips_what_commits_late(app: TestApp) {
        let places = app.places();
        let writers: Vec<_> = futures::future::join_all(
            ["ban1", "ban1b", "xa", "quantri"].map(|name| app.sign_in(name)),
        )
        .await;
        let writing = writers.into_iter().map(|writer| {
            let (commune, village) = (places.commune, places.village);
            tokio::spawn(async move {
                for number in 0..25 {
                    let name = format!("Lò Văn {number}");
                    writer
                        .sync(&request(vec![register(new_subject(), commune, village, &name)]))
                        .await;
                }
            })
        });
        let writing = futures::future::join_all(writing.collect::<Vec<_>>());
        // Meanwhile a reader goes on from each cursor it is given.
        let reader = app.sign_in("xa").await;
        let reading = async {
            let mut seen: BTreeSet<DocumentId> = BTreeSet::new();
            let mut last = reader.sync(&request(vec![])).await;
            let mut quiet = 0;
            while quiet < 40 {
                seen.extend(ids(&last));
                quiet = if seen.len() == 100 { 40 } else { quiet + 1 };
                last = reader.sync(&after(&last, vec![])).await;
                if !last.documents.is_empty() {
                    quiet = 0;
                }
                tokio::task::yield_now().await;
            }
            (seen, last)
        };
        let (written, (mut seen, mut last)) = tokio::join!(writing, reading);
        assert!(written.into_iter().all(|it| it.is_ok()));
        loop {
            seen.extend(ids(&last));
            last = reader.sync(&after(&last, vec![])).await;
            if last.documents.is_empty() {
                break;
            }
        }
        assert_eq!(seen.len(), 100, "every family was read once the writers were done");
        app.assert_counts_agree().await;
    }

    async fn a_long_feed_comes_in_pages(app: TestApp) {
        let places = app.places();
        let commune = app.sign_in("xa").await;
        let total = db::documents::PAGE_ROWS + 300;
        let changes: Vec<Change> = (0..total)
            .map(|n| register(new_subject(), places.commune, places.village, &format!("Lò Văn {n}")))
            .collect();
        for batch in changes.chunks(BATCH_MAX) {
            commune.sync(&request(batch.to_vec())).await;
        }
        let phone = app.sign_in("ban1").await;
        let mut seen = BTreeSet::new();
        let mut pages = 0;
        let mut last = phone.sync(&request(vec![])).await;
        loop {
            pages += 1;
            seen.extend(ids(&last));
            if !last.more {
                break;
            }
            last = phone.sync(&after(&last, vec![])).await;
        }
        assert_eq!((seen.len(), pages), (total, 2));
        let cursor: Seq = last.cursors[&places.commune];
        assert_eq!(cursor, total as u64);
    }

    async fn a_server_that_was_restored_says_so_by_its_epoch(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let subject = new_subject();
        let first = phone
            .sync(&request(vec![register(subject, places.commune, places.village, "Lò Văn A")]))
            .await;
        let mut tx = app.db().write().await.expect("a transaction");
        db::identity::begin_epoch(&mut tx).await.expect("a new epoch");
        tx.commit().await.expect("a commit");
        let phone = app.restarted().await.sign_in("ban1").await;
        let second = phone.sync(&after(&first, vec![])).await;
        assert_eq!(second.server, first.server);
        assert_ne!(second.epoch, first.epoch);
        assert!(second.reset);
        // All of it comes again.
        assert_eq!(ids(&second), [subject.into()].into());
    }

    async fn a_restored_server_decides_nothing_before_it_remembers(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let first = phone.sync(&request(vec![])).await;
        let mut tx = app.db().write().await.expect("a transaction");
        db::identity::begin_epoch(&mut tx).await.expect("a new epoch");
        tx.commit().await.expect("a commit");
        let phone = app.restarted().await.sign_in("ban1").await;
        let made = register(new_subject(), places.commune, places.village, "Lò Văn A");
        let second = phone.sync(&after(&first, vec![made.clone()])).await;
        assert_ne!(second.epoch, first.epoch);
        assert_eq!(second.receipts, []);
        assert_eq!(counts(&app, places.village, SINCE).await, Counts::default());
        // Now it knows.
        let third = phone.sync(&after(&second, vec![made])).await;
        assert!(all_received(&third), "{:?}", outcomes(&third));
    }

    async fn another_server_and_another_person_are_refused_before_anything_is_read(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let subject = new_subject();
        let one = request(vec![register(subject, places.commune, places.village, "Lò Văn A")]);
        let mut other_server = one.clone();
        other_server.server = Some(shared::ids::ServerId::from_uuid(Uuid::from_u128(9)));
        let answer = phone.post_json("/api/v1/sync", &other_server).await;
        assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::FORBIDDEN, "forbidden"));
        let mut other_person = one.clone();
        other_person.user = Some(shared::ids::UserId::from_uuid(Uuid::from_u128(9)));
        let answer = phone.post_json("/api/v1/sync", &other_person).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (StatusCode::UNAUTHORIZED, "signed_out")
        );
        let mut newer = one.clone();
        // A server that was set back: the phone must keep what it has and not take it for malformed.
        newer.protocol = PROTOCOL + 1;
        let answer = phone.post_json("/api/v1/sync", &newer).await;
        assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable"));
        newer.protocol = OLDEST_PROTOCOL - 1;
        assert_eq!(phone.post_json("/api/v1/sync", &newer).await.problem(), "old_app");
        assert_eq!(counts(&app, places.village, SINCE).await, Counts::default());
    }

    async fn a_request_of_every_protocol_still_accepted_is_received(app: TestApp) {
        let phone = app.sign_in("ban1").await;
        let session: Session = phone.get("/api/v1/session").await.json();
        let (places, identity) = (app.places(), &app.state.identity);
        for stored in STORED_REQUESTS {
            let body = stored
                .replace("{user}", &session.actor.user.to_string())
                .replace("{server}", &identity.server.to_string())
                .replace("{epoch}", &identity.epoch.to_string())
                .replace("{commune}", &places.commune.to_string())
                .replace("{village}", &places.village.to_string());
            let request: Value = serde_json::from_str(&body).expect("JSON");
            let answer = phone.post_json("/api/v1/sync", &request).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
            let answer: Value = answer.json();
            let receipts = answer["receipts"].as_array().expect("receipts");
            assert_eq!(receipts.len(), request["changes"].as_array().expect("changes").len());
            assert!(receipts.iter().all(|it| it["outcome"]["received"]["seq"].is_u64()), "{answer}");
            assert_eq!(answer["documents"][0]["fields"]["members"], 6, "{answer}");
        }
    }

    async fn hostile_bodies_get_a_clear_answer_and_change_nothing(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let good = request(vec![register(new_subject(), places.commune, places.village, "Lò Văn A")]);
        let mut no_id = serde_json::to_value(&good).expect("JSON");
        no_id["changes"].as_array_mut().expect("changes").push(json!({"what": "ever"}));
        let mut many = serde_json::to_value(&good).expect("JSON");
        let change = many["changes"][0].clone();
        many["changes"] = json!(vec![change; BATCH_MAX + 1]);
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let bodies: Vec<(&str, String, StatusCode)> = vec![
            ("nothing", String::new(), StatusCode::BAD_REQUEST),
            ("no JSON", "đây không phải JSON".into(), StatusCode::BAD_REQUEST),
            ("half", serde_json::to_string(&good).expect("JSON")[..80].to_owned(), StatusCode::BAD_REQUEST),
            ("a list", "[]".into(), StatusCode::BAD_REQUEST),
            ("deep", deep, StatusCode::BAD_REQUEST),
            ("no id", no_id.to_string(), StatusCode::BAD_REQUEST),
            ("too many", many.to_string(), StatusCode::PAYLOAD_TOO_LARGE),
            ("too large", format!("{{\"pad\":\"{}\"}}", "x".repeat(5_000_000)), StatusCode::PAYLOAD_TOO_LARGE),
        ];
        for (what, body, status) in bodies {
            let answer = phone.post("/api/v1/sync", body).await;
            assert_eq!(answer.status, status, "{what}: {}", answer.text());
            let kind = if status == StatusCode::BAD_REQUEST { "malformed" } else { "too_large" };
            assert_eq!(answer.problem(), kind, "{what}");
        }
        let unsigned = Request::post("/api/v1/sync").body(Body::from("{}")).expect("a request");
        assert_eq!(app.send(unsigned).await.problem(), "signed_out");
        let read = phone.get("/api/v1/sync").await;
        assert!(read.status.is_client_error());
        assert_eq!(counts(&app, places.village, SINCE).await, Counts::default());
    }

    async fn a_change_of_a_newer_kind_is_refused_alone_and_may_come_again(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let subject = new_subject();
        let newer = json!({
            "id": Uuid::now_v7(), "doc": subject, "made_at": "2026-11-20T05:00:00Z",
            "body": {"sing": {"loud": true}},
        });
        let mut mixed = serde_json::to_value(request(vec![
            register(subject, places.commune, places.village, "Lò Văn A"),
            set_field(subject, None, "hamlet", json!("Nhóm 1")),
        ]))
        .expect("JSON");
        mixed["changes"].as_array_mut().expect("changes").insert(1, newer);
        let answer = phone.post_json("/api/v1/sync", &mixed).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let answer: SyncResponse = answer.json();
        let got = outcomes(&answer);
        assert_eq!(got[1], json!({"refused": "not_understood"}));
        assert!(answer.receipts[0].outcome.is_received() && answer.receipts[2].outcome.is_received());
        // It is not in the log: a newer server may still take it.
        let known = {
            let mut conn = app.db().read().await.expect("a connection");
            db::changes::receipts(&mut conn, &[answer.receipts[1].change]).await.expect("receipts")
        };
        assert!(known.is_empty());
    }

    async fn an_exchange_goes_packed_both_ways(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let subject = new_subject();
        let body = serde_json::to_vec(&request(scored(subject, places.commune, places.village, "Lò Văn A")))
            .expect("JSON");
        let pack = |body: &[u8]| {
            let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            packer.write_all(body).expect("memory");
            packer.finish().expect("memory")
        };
        let send = |packed: Vec<u8>, answer_in: &'static str| {
            let request = Request::post("/api/v1/sync")
                .header(header::COOKIE, &phone.cookie)
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::CONTENT_ENCODING, "gzip")
                .header(header::ACCEPT_ENCODING, answer_in)
                .body(Body::from(packed))
                .expect("a request");
            app.send(request)
        };
        let answer = send(pack(&body), "gzip").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert_eq!(answer.header(header::CONTENT_ENCODING), Some("gzip"));
        // A few kilobytes that unpack to a hundred megabytes are refused by what they unpack to.
        let bomb = send(pack(&vec![b' '; 100_000_000]), "identity").await;
        assert_eq!(bomb.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(bomb.problem(), "too_large");
        let broken = send(b"\x1f\x8b not really".to_vec(), "identity").await;
        assert_eq!(broken.status, StatusCode::BAD_REQUEST, "{}", broken.text());
    }

    async fn a_device_is_known_by_what_it_said_of_itself(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let mut exchange = request(vec![]);
        exchange.unsent = 12;
        exchange.oldest_unsent = Some(crate::support::now() - chrono::TimeDelta::days(3));
        exchange.clock = Some(crate::support::now() + chrono::TimeDelta::hours(2));
        phone.sync(&exchange).await;
        let commune = app.sign_in("xa").await;
        let rows: Vec<Value> = commune
            .get(&format!("/api/v1/devices?commune={}", places.commune))
            .await
            .json();
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(rows[0]["user"], "Người ban1");
        assert_eq!(rows[0]["unsent"], 12);
        let ahead = rows[0]["clock_offset"].as_i64().expect("an offset");
        assert!((7_100..7_300).contains(&ahead), "{ahead}");
        // Another person on the same device is another row.
        let mut exchange = request(vec![]);
        exchange.device = DeviceId::from_uuid(Uuid::from_u128(0xd0));
        app.sign_in("ban1b").await.sync(&exchange).await;
        let rows: Vec<Value> = commune
            .get(&format!("/api/v1/devices?commune={}", places.commune))
            .await
            .json();
        assert_eq!(rows.len(), 2);
    }

    async fn an_officer_who_gets_another_village_starts_afresh(app: TestApp) {
        let places = app.places();
        let commune = app.sign_in("xa").await;
        let (a, b) = (new_subject(), new_subject());
        commune
            .sync(&request(vec![
                register(a, places.commune, places.village, "Lò Văn A"),
                register(b, places.commune, places.neighbour, "Lò Văn B"),
            ]))
            .await;
        let phone = app.sign_in("ban1").await;
        let first = phone.sync(&request(vec![])).await;
        assert_eq!(ids(&first), [a.into()].into());
        let mut tx = app.db().write().await.expect("a transaction");
        let mut user = db::users::by_username(&mut tx, "ban1").await.expect("a row").expect("ban1");
        user.units = vec![places.neighbour];
        db::users::put(&mut tx, &[user], crate::support::now()).await.expect("a row");
        tx.commit().await.expect("a commit");
        let second = phone.sync(&after(&first, vec![])).await;
        assert!(second.reset);
        assert_eq!(ids(&second), [b.into()].into());
    }

    async fn a_document_has_its_whole_history(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let subject = new_subject();
        let made = register(subject, places.commune, places.village, "Lò Văn A");
        let seen = Some(made.id);
        phone.sync(&request(vec![made])).await;
        let edit = set_field(subject, seen, "members", json!(6));
        let edited: ChangeId = edit.id;
        app.sign_in("ban1b").await.sync(&request(vec![edit])).await;
        let detail: Value = app
            .sign_in("xa")
            .await
            .get(&format!("/api/v1/subject?id={subject}"))
            .await
            .json();
        let history = detail["history"].as_array().expect("a history");
        assert_eq!(history.len(), 2);
        assert_eq!(history[0]["change"]["id"], json!(edited));
        assert_eq!(history[0]["before"], json!(5));
        assert_eq!(history[0]["by"], "Người ban1b");
        assert_eq!(history[0]["device"], json!(DeviceId::from_uuid(Uuid::from_u128(0xd0))));
        let foreign = app.sign_in("ban2").await.get(&format!("/api/v1/subject?id={subject}")).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);
        assert_eq!(foreign.problem(), "not_found");
    }
}
