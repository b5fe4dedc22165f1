//! `POST /api/v1/password`, and what an office does to an account while its person is signed in.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use server::services::people;

use crate::support::changes::*;
use crate::support::request::{Answer, Browser};
use crate::support::{PASSWORD, TestApp, on_both};

const NEW: &str = "gieo ngô đồi cao";

async fn change(browser: &Browser, current: &str, new: &str) -> Answer {
    browser
        .post_json("/api/v1/password", &json!({"current": current, "new": new}))
        .await
}

/// What a form without a script sends.
async fn form(browser: &Browser, fields: &[(&str, &str)]) -> Answer {
    let request = Request::post("/api/v1/password")
        .header(header::COOKIE, &browser.cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(
            serde_urlencoded::to_string(fields).expect("a form"),
        ))
        .expect("a request");
    browser.app.send(request).await
}

/// The browser after an answer gave it a cookie.
fn with_cookie(app: &TestApp, answer: &Answer) -> Browser {
    Browser {
        app: app.clone(),
        cookie: answer.cookies(),
    }
}

async fn is_signed_in(browser: &Browser) -> bool {
    !browser
        .get("/api/v1/session")
        .await
        .json::<Value>()
        .is_null()
}

on_both! {
    async fn a_password_is_changed_by_whoever_knows_it_and_ends_all_other_sessions(app: TestApp) {
        let (phone, desk) = (app.sign_in("ban1").await, app.sign_in("ban1").await);
        let before: Value = phone.get("/api/v1/session").await.json();
        let answer = change(&desk, PASSWORD, NEW).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let session: Value = answer.json();
        assert_eq!(session["username"], "ban1");
        // What a lost phone could seal with ends too.
        assert_ne!(session["seal"]["mark"], before["seal"]["mark"]);
        let goes_on = with_cookie(&app, &answer);
        assert!(is_signed_in(&goes_on).await);
        assert!(!is_signed_in(&desk).await, "its old cookie too");
        assert!(!is_signed_in(&phone).await);
        assert_eq!(app.login("ban1", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(app.login("ban1", NEW).await.status, StatusCode::OK);
        assert!(is_signed_in(&app.sign_in("ban2").await).await, "nobody else's");
    }

    async fn what_a_phone_had_not_sent_is_taken_after_its_person_signs_in_again(app: TestApp) {
        let phone = app.sign_in("ban1").await;
        let places = app.places();
        let waiting = request(scored(new_subject(), places.commune, places.village, "Lò Văn Pâng"));
        assert_eq!(change(&app.sign_in("ban1").await, PASSWORD, NEW).await.status, StatusCode::OK);
        let refused = phone.post_json("/api/v1/sync", &waiting).await;
        assert_eq!(refused.problem(), "signed_out");
        let again = with_cookie(&app, &app.login("ban1", NEW).await);
        assert!(all_received(&again.sync(&waiting).await));
    }

    async fn a_password_that_is_wrong_or_weak_changes_nothing(app: TestApp) {
        let phone = app.sign_in("ban1").await;
        for (current, new, status, problem) in [
            ("khong-phai", NEW, StatusCode::UNAUTHORIZED, "wrong_password"),
            (PASSWORD, "ngan", StatusCode::UNPROCESSABLE_ENTITY, "weak_password"),
            (PASSWORD, "12345678", StatusCode::UNPROCESSABLE_ENTITY, "weak_password"),
            (PASSWORD, "banhoc2026", StatusCode::UNPROCESSABLE_ENTITY, "weak_password"),
            (PASSWORD, PASSWORD, StatusCode::UNPROCESSABLE_ENTITY, "weak_password"),
            ("", "", StatusCode::UNAUTHORIZED, "wrong_password"),
        ] {
            let answer = change(&phone, current, new).await;
            assert_eq!((answer.status, answer.problem().as_str()), (status, problem), "{new}");
            assert!(answer.header(header::SET_COOKIE).is_none());
        }
        let long = "x".repeat(30_000);
        assert_eq!(change(&phone, &long, NEW).await.problem(), "wrong_password");
        assert!(is_signed_in(&phone).await);
        assert_eq!(app.login("ban1", PASSWORD).await.status, StatusCode::OK);
        let nobody = Browser { app: app.clone(), cookie: String::new() };
        assert_eq!(change(&nobody, PASSWORD, NEW).await.problem(), "signed_out");
    }

    async fn whoever_found_an_open_browser_cannot_guess_on(app: TestApp) {
        let left_open = app.sign_in("xa").await;
        for _ in 0..8 {
            assert_eq!(change(&left_open, "doan-mo", NEW).await.problem(), "wrong_password");
        }
        let waits = change(&left_open, PASSWORD, NEW).await;
        assert_eq!(waits.problem(), "too_many");
        assert!(waits.header(header::RETRY_AFTER).is_some());
    }

    async fn the_form_needs_no_script_and_says_what_was_wrong(app: TestApp) {
        let phone = app.sign_in("ban1").await;
        let page = phone.get("/password").await.text();
        assert!(page.contains("Đổi mật khẩu") && page.contains("autocomplete=\"new-password\""), "{page}");
        for (current, new, again, said) in [
            ("khong-phai", NEW, NEW, "Mật khẩu đang dùng chưa đúng"),
            (PASSWORD, NEW, "gieo ngo", "Hai lần gõ"),
            (PASSWORD, "12345678", "12345678", "quá quen thuộc"),
            (PASSWORD, "ban1-ban1-ban1", "ban1-ban1-ban1", "không được chứa"),
            (PASSWORD, PASSWORD, PASSWORD, "giống mật khẩu đang dùng"),
        ] {
            let answer = form(&phone, &[("current", current), ("new", new), ("again", again)]).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER);
            let back = answer.header(header::LOCATION).expect("a page").to_owned();
            let page = phone.get(&back).await.text();
            assert!(page.contains(said), "{said}: {back}");
        }
        let answer = form(&phone, &[("current", PASSWORD), ("new", NEW), ("again", NEW)]).await;
        assert_eq!(answer.header(header::LOCATION), Some("/password?changed=1"));
        let phone = with_cookie(&app, &answer);
        let page = phone.get("/password?changed=1").await.text();
        assert!(page.contains("Đã đổi mật khẩu"), "{page}");
    }

    async fn a_password_made_by_somebody_else_is_to_be_replaced(app: TestApp) {
        let phone = app.sign_in("xa").await;
        let made = people::reset(app.db(), "xa").await.expect("a password");
        assert!(!is_signed_in(&phone).await);
        let body = serde_urlencoded::to_string([("username", "xa"), ("password", &made), ("next", "/commune")]);
        let request = Request::post("/api/v1/login")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.expect("a form")))
            .expect("a request");
        let answer = app.send(request).await;
        assert_eq!(answer.header(header::LOCATION), Some("/password?first=1"));
        let phone = with_cookie(&app, &answer);
        let led = phone.get("/dashboard").await;
        assert_eq!(led.header(header::LOCATION), Some("/password?first=1"));
        assert!(phone.get("/password?first=1").await.text().contains("do người khác đặt"));
        let answer = form(&phone, &[("current", &made), ("new", NEW), ("again", NEW)]).await;
        let phone = with_cookie(&app, &answer);
        assert_eq!(phone.get("/dashboard").await.status, StatusCode::OK);
    }

    async fn an_office_shuts_out_lets_in_and_signs_out(app: TestApp) {
        let (phone, desk) = (app.sign_in("xa").await, app.sign_in("xa").await);
        let sessions = people::sessions_of(app.db(), "xa").await.expect("sessions");
        assert_eq!(sessions.len(), 2);
        let one = &sessions[0].token_hash[..8];
        assert_eq!(people::end_sessions(app.db(), "xa", Some(one)).await.expect("an end"), 1);
        assert_eq!([is_signed_in(&phone).await, is_signed_in(&desk).await].iter().filter(|it| **it).count(), 1);
        assert!(people::end_sessions(app.db(), "xa", Some("")).await.is_err(), "not all by mistake");
        assert_eq!(people::end_sessions(app.db(), "xa", None).await.expect("an end"), 1);

        let phone = app.sign_in("xa").await;
        people::set_disabled(app.db(), "xa", true).await.expect("shut out");
        assert!(!is_signed_in(&phone).await);
        assert_eq!(app.login("xa", PASSWORD).await.problem(), "wrong_password");
        people::set_disabled(app.db(), "xa", false).await.expect("let in");
        assert!(!is_signed_in(&phone).await, "the old session stays ended");
        assert_eq!(app.login("xa", PASSWORD).await.status, StatusCode::OK);

        let phone = app.sign_in("xa").await;
        people::set_password(app.db(), "xa", NEW.to_owned(), false).await.expect("a password");
        assert!(!is_signed_in(&phone).await);
        assert_eq!(app.login("xa", NEW).await.status, StatusCode::OK);
        assert!(people::set_password(app.db(), "xa", "12345678".to_owned(), false).await.is_err());
    }

    async fn the_browser_not_used_for_longest_makes_room_for_the_twenty_first(app: TestApp) {
        let first = app.sign_in("xa").await;
        let mut tx = app.db().write().await.expect("a transaction");
        sqlx::query("UPDATE sessions SET seen_at = seen_at - 1000").execute(&mut *tx).await.expect("an update");
        tx.commit().await.expect("a commit");
        let second = app.sign_in("xa").await;
        for _ in 0..19 {
            app.sign_in("xa").await;
        }
        assert!(!is_signed_in(&first).await);
        assert!(is_signed_in(&second).await);
        assert_eq!(people::sessions_of(app.db(), "xa").await.expect("sessions").len(), 20);
    }

    async fn a_session_has_a_last_day_however_much_it_is_used(app: TestApp) {
        let phone = app.sign_in("ban1").await;
        let age = async |days: i64| {
            let mut tx = app.db().write().await.expect("a transaction");
            sqlx::query("UPDATE sessions SET created_at = created_at - $1, seen_at = seen_at - 86400000")
                .bind(days * 86_400_000)
                .execute(&mut *tx)
                .await
                .expect("an update");
            tx.commit().await.expect("a commit");
        };
        age(100).await;
        assert!(is_signed_in(&phone).await);
        let until = people::sessions_of(app.db(), "ban1").await.expect("sessions")[0].expires_at;
        assert_eq!((until - crate::support::now()).num_days(), 79, "180 days from the first");
        age(81).await;
        assert!(!is_signed_in(&phone).await);
    }
}
