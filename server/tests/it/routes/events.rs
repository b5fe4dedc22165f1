//! `GET /api/v1/events` and the page `/events`.

use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use server::db::events::{self, Event, Wanted};
use server::services::people;
use shared::event::EventKind;

use crate::support::changes::*;
use crate::support::evidence::{listed, photo};
use crate::support::request::Browser;
use crate::support::{PASSWORD, TestApp, now, on_both};

/// All that is recorded, the oldest first.
async fn recorded(app: &TestApp) -> Vec<Event> {
    app.state.events.flush().await;
    let mut conn = app.db().read().await.expect("a connection");
    let mut found = events::list(&mut conn, &Wanted::default(), 0, 1_000)
        .await
        .expect("events");
    found.reverse();
    found
}

async fn kinds(app: &TestApp) -> Vec<EventKind> {
    recorded(app).await.iter().map(|event| event.kind).collect()
}

async fn asked(browser: &Browser, query: &str) -> Vec<Value> {
    browser.app.state.events.flush().await;
    let answer: Value = browser.get(&format!("/api/v1/events?{query}")).await.json();
    answer["rows"].as_array().expect("rows").clone()
}

on_both! {
    async fn who_signed_in_failed_read_and_left_is_recorded(app: TestApp) {
        app.login_from("203.0.113.77", "ban1", "khong-phai", "").await;
        app.login_from("203.0.113.77", "khong-co-nguoi-nay", "khong-phai", "").await;
        app.login_from("2001:db8:1:2:3::4", "ban1", PASSWORD, "").await;
        let piece = photo(20_000, 1);
        let (phone, family) = listed(&app, &[&piece]).await;
        phone.bring(&piece, form_of(family)).await;
        let desk = app.sign_in("xa").await;
        desk.get(&piece.address(form_of(family))).await;
        desk.get(&format!("/dashboard/subject/{family}")).await;
        desk.get(&format!("/api/v1/subject?id={family}")).await;
        desk.post("/api/v1/logout", "").await;
        people::set_disabled(app.db(), "ban2", true).await.expect("shut out");

        let found = recorded(&app).await;
        let of_kind = |kind| found.iter().filter(|it| it.kind == kind).collect::<Vec<_>>();
        let failed = of_kind(EventKind::SignInFailed);
        assert_eq!(failed.len(), 2);
        assert!(failed[0].by.is_none() && failed[0].of.is_some(), "whose account is known");
        assert!(failed[1].of.is_none());
        // Enough to notice a foreign network, too little to tell a household.
        assert_eq!(failed[0].network.as_deref(), Some("203.0.113.0/24"));
        let signed_in = of_kind(EventKind::SignedIn);
        assert_eq!(signed_in[0].network.as_deref(), Some("2001:db8:1::/48"));
        assert_eq!(signed_in.len(), 3);
        let xa = signed_in[2].by;
        let read = of_kind(EventKind::EvidenceRead);
        assert_eq!((read.len(), read[0].by, read[0].doc), (1, xa, Some(form_of(family))));
        assert_eq!(read[0].what, Some(piece.hash.to_string()));
        let read = of_kind(EventKind::SubjectRead);
        assert_eq!((read.len(), read[0].times, read[0].doc), (2, 1, Some(family.into())));
        assert_eq!((read[1].times, read[1].at >= read[0].at), (1, true), "the second is counted apart");
        assert_eq!(of_kind(EventKind::SignedOut)[0].by, xa);
        assert_eq!(of_kind(EventKind::PersonDisabled).len(), 1);
    }

    async fn nothing_that_was_typed_into_the_wrong_field_is_kept(app: TestApp) {
        app.login_from("203.0.113.77", "mat-khau-cua-toi", "ban1", "").await;
        let found = format!("{:?}", recorded(&app).await);
        assert!(found.contains("SignInFailed") && !found.contains("mat-khau"), "{found}");
    }

    async fn one_reads_the_log_as_far_as_one_answers_for_people(app: TestApp) {
        for who in ["ban1", "xa", "huyen"] {
            app.sign_in(who).await;
        }
        app.login("khong-co", "khong-phai").await;
        people::set_disabled(app.db(), "ban2", true).await.expect("shut out");
        for who in ["ban1", "ban1b", "xa", "chutich", "huyen"] {
            let browser = app.sign_in(who).await;
            let answer = browser.get("/api/v1/events").await;
            assert_eq!(answer.problem(), "forbidden", "{who}");
            let page = browser.get("/events").await.text();
            assert!(!page.contains("Người huyen"), "{who}: {page}");
        }
        let admin = app.sign_in("quantri").await;
        let all = asked(&admin, "").await;
        assert!(all.iter().any(|row| row["kind"] == "sign_in_failed" && row["by"].is_null()));
        assert!(all.iter().any(|row| row["kind"] == "person_disabled" && row["of"]["username"] == "ban2"));
        assert!(all.iter().any(|row| row["by"]["username"] == "quantri"));
        // People above the auditor's units are in them too; what nobody known did is not theirs.
        let auditor = app.sign_in("giamsat").await;
        let seen = asked(&auditor, "").await;
        assert!(seen.iter().any(|row| row["by"]["username"] == "ban1"));
        assert!(seen.iter().any(|row| row["by"]["username"] == "huyen"));
        assert!(!seen.iter().any(|row| row["by"].is_null() && row["of"].is_null()));
    }

    async fn an_auditor_sees_nobody_of_other_units(app: TestApp) {
        let places = app.places();
        let mut tx = app.db().write().await.expect("a transaction");
        let auditor = server::db::users::by_username(&mut tx, "giamsat").await.expect("a row").expect("one");
        let elsewhere = server::db::users::User { units: vec![places.elsewhere], ..auditor };
        server::db::users::put(&mut tx, &[elsewhere], now()).await.expect("a person");
        tx.commit().await.expect("a commit");
        app.sign_in("ban1").await;
        let auditor = app.sign_in("giamsat").await;
        let seen = asked(&auditor, "").await;
        assert!(!seen.is_empty());
        assert!(seen.iter().all(|row| row["by"]["username"] == "giamsat"), "{seen:?}");
    }

    async fn the_log_is_narrowed_by_person_kind_and_day_and_turned_in_pages(app: TestApp) {
        for _ in 0..30 {
            app.sign_in("ban1").await;
            app.sign_in("xa").await;
        }
        let admin = app.sign_in("quantri").await;
        let first = asked(&admin, "kind=signed_in").await;
        let second = asked(&admin, "kind=signed_in&page=1").await;
        assert_eq!((first.len(), second.len()), (50, 11));
        assert!(second.iter().all(|row| !first.contains(row)));
        let one = asked(&admin, "who=nguoi%20xa").await;
        assert_eq!(one.len(), 30);
        assert!(one.iter().all(|row| row["by"]["name"] == "Người xa"));
        assert_eq!(asked(&admin, "who=khong%20co%20ai").await, Vec::<Value>::new());
        assert_eq!(asked(&admin, "kind=exported").await, Vec::<Value>::new());
        assert_eq!(asked(&admin, "until=2020-01-01").await, Vec::<Value>::new());
        assert_eq!(asked(&admin, &format!("until={}", server::clock::today())).await.len(), 50);
        // What makes no sense costs nothing.
        for query in ["page=4294967295", "until=%2B262142-12-31", "until=-262143-01-01"] {
            assert_eq!(admin.get(&format!("/api/v1/events?{query}")).await.status, StatusCode::OK, "{query}");
        }
        assert_eq!(admin.get("/api/v1/events?kind=nothing").await.problem(), "malformed");

        let page = admin.get("/events?kind=signed_in&who=nguoi%20xa").await.text();
        assert!(page.contains("Người xa (xa)") && page.contains("Đăng nhập"), "{page}");
        assert!(!page.contains("Người ban1"), "{page}");
        assert!(page.contains("Cũ hơn") || page.contains("Trang 1"), "{page}");
    }

    async fn the_log_names_a_subject_to_whoever_may_see_it(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let family = new_subject();
        let changes = scored(family, places.commune, places.village, "Lò Văn Pâng");
        assert!(all_received(&phone.sync(&request(changes)).await));
        phone.get(&format!("/api/v1/subject?id={family}")).await;
        let rows = asked(&app.sign_in("quantri").await, "kind=subject_read").await;
        assert_eq!(rows[0]["subject"], json!([family, "Lò Văn Pâng"]));
        let page = app.sign_in("giamsat").await.get("/events").await.text();
        assert!(page.contains(&format!("href=\"/dashboard/subject/{family}\"")), "{page}");
    }

    async fn events_are_only_added_and_forgotten_after_two_years(app: TestApp) {
        app.sign_in("ban1").await;
        let mut tx = app.db().write().await.expect("a transaction");
        let altered = sqlx::query("UPDATE events SET by_user = NULL").execute(&mut *tx).await;
        assert!(altered.is_err());
        tx.rollback().await.expect("a roll back");
        let old = |days| Event {
            at: now() - chrono::TimeDelta::days(days),
            ..Event::new(EventKind::SignedOut, now(), Default::default())
        };
        let mut tx = app.db().write().await.expect("a transaction");
        events::insert(&mut tx, &[old(731), old(729)]).await.expect("rows");
        tx.commit().await.expect("a commit");
        assert_eq!(server::services::events::sweep(app.db()).await.expect("a sweep"), 1);
        assert_eq!(kinds(&app).await, [EventKind::SignedOut, EventKind::SignedIn]);
    }

    async fn signing_in_is_not_forgotten_when_the_server_dies_after_it(app: TestApp) {
        // It is in the transaction of the session: nothing was flushed.
        app.sign_in("ban1").await;
        let mut conn = app.db().read().await.expect("a connection");
        let found = events::list(&mut conn, &Wanted::default(), 0, 10).await.expect("events");
        assert_eq!(found.len(), 1);
    }

    async fn a_stranger_is_led_to_the_door(app: TestApp) {
        let nobody = Browser { app: app.clone(), cookie: String::new() };
        assert_eq!(nobody.get("/events").await.header(header::LOCATION), Some("/sign-in?next=%2Fevents"));
        assert_eq!(nobody.get("/api/v1/events").await.problem(), "signed_out");
    }
}
