//! What anybody may fill the disk with.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use server::disk::Disk;
use server::services::quotas::Of;
use server::services::unlisted;
use shared::change::ChangeBody;
use shared::ids::DeviceId;
use shared::sync::SyncRequest;
use uuid::Uuid;

use super::letters::begin as begin_letter;
use crate::support::changes::*;
use crate::support::evidence::{listed, photo};
use crate::support::{TestApp, now, on_both};

async fn number(app: &TestApp, sql: &'static str) -> i64 {
    let mut conn = app.db().read().await.expect("a connection");
    let (number,): (i64,) = sqlx::query_as(sql)
        .fetch_one(&mut *conn)
        .await
        .expect("a number");
    number
}

on_both! {
    async fn what_is_refused_leaves_a_line_and_no_more(app: TestApp) {
        let places = app.places();
        let auditor = app.sign_in("giamsat").await;
        let changes: Vec<_> = (0..100)
            .map(|_| set_field(new_subject(), None, "note", json!("x".repeat(20_000))))
            .chain([register(new_subject(), places.commune, places.village, "Lò Văn Pâng")])
            .collect();
        let first = auditor.sync(&request(changes.clone())).await;
        assert!(first.receipts.iter().all(|it| !it.outcome.is_received()));
        let kept = number(&app, "SELECT CAST(sum(length(body)) AS BIGINT) FROM changes").await;
        assert!(kept < 101 * 150, "{kept}");
        // The receipts are the same for ever.
        let again = auditor.sync(&request(changes)).await;
        assert_eq!(outcomes(&again), outcomes(&first));
        // Which change it was is told without what it said.
        let mut conn = app.db().read().await.expect("a connection");
        let (body,): (String,) = sqlx::query_as("SELECT body FROM changes WHERE body LIKE '%register%'")
            .fetch_one(&mut *conn)
            .await
            .expect("a row");
        let body: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(body["kind"], "register");
        assert_eq!(body["sha256"].as_str().map(str::len), Some(64));
    }

    async fn a_person_has_twenty_devices_and_the_quietest_go(app: TestApp) {
        let phone = app.sign_in("ban1").await;
        let device = |number| SyncRequest {
            device: DeviceId::from_uuid(Uuid::from_u128(number)),
            ..request(Vec::new())
        };
        for number in 1..=25 {
            phone.sync(&device(number)).await;
        }
        app.sign_in("ban2").await.sync(&device(100)).await;
        assert_eq!(number(&app, "SELECT count(*) FROM devices").await, 21);
        let first = "SELECT count(*) FROM devices WHERE id LIKE '%-000000000005'";
        assert_eq!(number(&app, first).await, 0);
        let last = "SELECT count(*) FROM devices WHERE id LIKE '%-000000000019'";
        assert_eq!(number(&app, last).await, 1);
    }

    async fn a_file_taken_off_is_forgotten_after_a_season(app: TestApp) {
        let (piece, other) = (photo(3_000, 1), photo(3_000, 2));
        let (phone, places) = (app.sign_in("ban1").await, app.places());
        let subject = new_subject();
        let form = form_of(subject);
        let attach = piece.attach(subject);
        let changes = vec![
            register(subject, places.commune, places.village, "Lò Văn Pâng"),
            start(subject),
            attach.clone(),
            other.attach(subject),
        ];
        assert!(all_received(&phone.sync(&request(changes)).await));
        for piece in [&piece, &other] {
            phone.bring(piece, form).await;
        }
        // It says what it has seen, so that no conflict lists the file.
        let detach = change(form, Some(attach.id), ChangeBody::Detach { hash: piece.hash });
        let taken_off = phone.sync(&request(vec![detach])).await;
        assert!(all_received(&taken_off), "{:?}", outcomes(&taken_off));

        let files = &app.state.files;
        let after = |days| now() + TimeDelta::days(days);
        for (days, forgotten) in [(0, 0), (89, 0), (91, 1), (400, 0)] {
            let swept = unlisted::sweep(app.db(), files, after(days)).await;
            assert_eq!(swept.expect("a sweep"), forgotten, "after {days} days");
        }
        assert_eq!(files.store.size(piece.hash).await.expect("a store"), None);
        assert_eq!(files.store.size(other.hash).await.expect("a store"), Some(3_000));
        assert_eq!(phone.get(&other.address(form)).await.status, StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_nearly_full_takes_changes_and_no_files() {
    let mut app = TestApp::sqlite().await;
    let piece = photo(3_000, 1);
    let (_, subject) = listed(&app, &[&piece]).await;
    app.state.disk = Disk::new(vec![app.files()], u64::MAX);
    app.router = server::router(app.state.clone());
    let phone = app.sign_in("ban1").await;
    let answer = phone.bring(&piece, form_of(subject)).await;
    assert_eq!(answer.status, StatusCode::INSUFFICIENT_STORAGE);
    assert_eq!(answer.problem(), "no_space");
    assert!(answer.text().contains("sắp đầy"), "{}", answer.text());
    let answer = begin_letter(&phone, b"a letter", 100).await;
    assert_eq!(answer.problem(), "no_space");
    let places = app.places();
    let family = register(new_subject(), places.commune, places.village, "Lò Văn Pâng");
    assert!(all_received(&phone.sync(&request(vec![family])).await));
    app.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_brought_enough_today_goes_on_tomorrow() {
    let app = TestApp::sqlite().await;
    let piece = photo(3_000, 1);
    let (phone, subject) = listed(&app, &[&piece]).await;
    let places = app.places();
    let ban1 = app.user_id("ban1").await;
    for of in [Of::Files, Of::Letters, Of::Changes] {
        app.state.quotas.add(ban1, of, 1 << 40);
    }
    let answer = phone.bring(&piece, form_of(subject)).await;
    assert_eq!(answer.problem(), "too_many");
    let answer = begin_letter(&phone, b"a letter", 100).await;
    assert_eq!(answer.problem(), "too_many");
    let family = || register(new_subject(), places.commune, places.village, "Lò Văn Pâng");
    let answer = phone
        .post_json("/api/v1/sync", &request(vec![family()]))
        .await;
    assert_eq!(answer.problem(), "too_many");
    // To ask for news costs nothing, and nobody else is concerned.
    phone.sync(&request(Vec::new())).await;
    let colleague = app.sign_in("xa").await;
    assert!(all_received(
        &colleague.sync(&request(vec![family()])).await
    ));
    app.end().await;
}
