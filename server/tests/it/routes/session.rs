//! `POST /api/v1/login`, `POST /api/v1/logout`.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::support::{PASSWORD, on_both};

on_both! {
    async fn signing_in_gives_a_host_only_cookie_and_the_persons_scope(app: TestApp) {
        let answer = app.login("ban1", PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK);
        let cookie = answer.header(header::SET_COOKIE).expect("a cookie");
        assert!(cookie.starts_with("__Host-banhoc="), "{cookie}");
        for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(cookie.contains(attribute), "{attribute} in {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        let session: Value = answer.json();
        let places = app.places();
        assert_eq!(
            session["actor"]["scope"],
            json!({"villages": [[places.commune, places.village]]})
        );
        // The name is typed on a phone: capitals and spaces do not matter.
        assert_eq!(app.login(" Ban1 ", PASSWORD).await.status, StatusCode::OK);

        let known = app.sign_in("ban1").await.get("/api/v1/session").await;
        assert_eq!(known.json::<Value>()["actor"]["name"], "Người ban1");
    }

    async fn a_wrong_password_and_an_unknown_name_are_told_the_same(app: TestApp) {
        let wrong = app.login("ban1", "khong-phai").await;
        let unknown = app.login("khong-co", "khong-phai").await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert_eq!(wrong.problem(), "wrong_password");
        assert_eq!(wrong.body, unknown.body);
        assert!(wrong.header(header::SET_COOKIE).is_none());
    }

    async fn a_guesser_is_told_to_wait(app: TestApp) {
        for _ in 0..8 {
            assert_eq!(app.login("xa", "doan-mo").await.status, StatusCode::UNAUTHORIZED);
        }
        let waits = app.login("xa", PASSWORD).await;
        assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(waits.problem(), "too_many");
        let seconds = waits.header(header::RETRY_AFTER).and_then(|it| it.parse().ok());
        assert!(seconds.is_some_and(|seconds: u64| (1..=15).contains(&seconds)));
        // A colleague in the same office does not wait.
        assert_eq!(app.login("ban2", PASSWORD).await.status, StatusCode::OK);
    }

    async fn signing_out_ends_the_session(app: TestApp) {
        let phone = app.sign_in("ban1").await;
        assert_eq!(phone.post("/api/v1/logout", "").await.status, StatusCode::NO_CONTENT);
        let after = phone.post("/api/v1/sync", "{}").await;
        assert_eq!(after.status, StatusCode::UNAUTHORIZED);
        assert_eq!(after.problem(), "signed_out");
        // Once more is no failure.
        assert_eq!(phone.post("/api/v1/logout", "").await.status, StatusCode::NO_CONTENT);
    }

    async fn a_plain_form_signs_in_and_leads_only_within_the_site(app: TestApp) {
        for (next, leads_to) in [
            ("", "/?signed=in"),
            ("/outbox", "/outbox"),
            ("//elsewhere.example", "/?signed=in"),
            ("/\\elsewhere.example", "/?signed=in"),
            ("https://elsewhere.example", "/?signed=in"),
            ("/\t/elsewhere.example", "/?signed=in"),
            ("/\n", "/?signed=in"),
            // Signing in again after signing out leads to no empty form.
            ("/sign-in", "/?signed=in"),
            ("/sign-in?next=%2Fsign-in", "/?signed=in"),
            ("/dashboard?year=2025", "/dashboard?year=2025"),
        ] {
            let form = serde_urlencoded::to_string([
                ("username", "ban1"),
                ("password", PASSWORD),
                ("next", next),
            ])
            .expect("a form");
            let request = Request::post("/api/v1/login")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(form))
                .expect("a request");
            let answer = app.send(request).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{next}");
            assert_eq!(answer.header(header::LOCATION), Some(leads_to), "{next}");
        }
    }

    async fn a_language_is_kept_by_this_browser(app: TestApp) {
        let choose = |to: &str| {
            Request::post("/api/v1/language")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(format!("to={to}&next=%2Fsign-in")))
                .expect("a request")
        };
        let answer = app.send(choose("en")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.header(header::LOCATION), Some("/sign-in"));
        let cookie = answer.header(header::SET_COOKIE).expect("a cookie").to_owned();
        let door = Request::get("/sign-in")
            .header(header::COOKIE, cookie)
            .body(Body::empty())
            .expect("a request");
        let door = app.send(door).await.text();
        assert!(door.contains("lang=\"en\"") && door.contains("Sign in"), "{door}");
        assert_eq!(app.send(choose("xx")).await.status, StatusCode::BAD_REQUEST);
        for elsewhere in ["%2F%2Felsewhere.example", "%2F%09%2Felsewhere.example", "%2F%5Celsewhere.example"] {
            let request = Request::post("/api/v1/language")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(format!("to=vi&next={elsewhere}")))
                .expect("a request");
            let answer = app.send(request).await;
            assert_eq!(answer.header(header::LOCATION), Some("/"), "{elsewhere}");
        }
    }

    async fn another_site_cannot_act_for_whoever_is_signed_in(app: TestApp) {
        let phone = app.sign_in("ban1").await;
        let request = Request::post("/api/v1/logout")
            .header(header::COOKIE, &phone.cookie)
            .header(header::HOST, "banhoc.example")
            .header(header::ORIGIN, "https://elsewhere.example")
            .body(Body::empty())
            .expect("a request");
        let answer = app.send(request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(phone.get("/api/v1/session").await.json::<Value>()["username"], "ban1");
    }

    async fn a_body_that_is_no_login_is_refused(app: TestApp) {
        for body in ["", "{", "[]", "null", "{\"username\":1}"] {
            let request = Request::post("/api/v1/login")
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body))
                .expect("a request");
            let answer = app.send(request).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
            assert_eq!(answer.problem(), "malformed", "{body}");
        }
        let huge = app.login("ban1", &"x".repeat(100_000)).await;
        assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(huge.problem(), "too_large");
    }

    async fn one_learns_the_names_of_those_one_works_with_and_no_others(app: TestApp) {
        for (who, known) in [
            ("ban1", ["Người ban1", "Người ban1b", "Người chutich", "Người xa"].as_slice()),
            ("ban2", &["Người ban2", "Người chutich", "Người xa"]),
            ("xa", &["Người ban1", "Người ban1b", "Người ban2", "Người chutich", "Người xa"]),
            ("quantri", &[]),
        ] {
            let people: Vec<Value> = app.sign_in(who).await.get("/api/v1/people").await.json();
            let mut names: Vec<&str> = people.iter().filter_map(|it| it["name"].as_str()).collect();
            names.sort_unstable();
            assert_eq!(names, known, "{who}");
            for person in &people {
                let keys: Vec<&String> = person.as_object().expect("a person").keys().collect();
                assert_eq!(keys, ["id", "name"], "nothing else of them");
            }
        }
    }
}
