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

    async fn a_village_behind_one_address_is_not_shut_out_by_a_guesser_among_them(app: TestApp) {
        let shared = "203.0.113.7";
        let known = app.login_from(shared, "ban2", PASSWORD, "").await.cookies();
        for number in 0..70 {
            app.login_from(shared, &format!("khong-co-{number}"), "doan-mo", "").await;
        }
        for _ in 0..9 {
            app.login_from(shared, "ban2", "doan-mo", "").await;
        }
        // Names that nobody has are still told nothing, and names that somebody has are heard.
        let nobody = app.login_from(shared, "khong-co-nua", "doan-mo", "").await;
        assert_eq!(nobody.problem(), "wrong_password");
        for who in ["ban1", "xa", "chutich"] {
            let answer = app.login_from(shared, who, PASSWORD, "").await;
            assert_eq!(answer.status, StatusCode::OK, "{who}");
        }
        // Only who was guessed at waits, and not in the browser they have signed in from before.
        let waits = app.login_from(shared, "ban2", PASSWORD, "").await;
        assert_eq!(waits.problem(), "too_many");
        let wait = waits.json::<Value>()["detail"].as_str().map(str::to_owned);
        assert!(wait.is_some_and(|it| it.contains("hãy thử lại sau")));
        let answer = app.login_from(shared, "ban2", PASSWORD, &known).await;
        assert_eq!(answer.status, StatusCode::OK);
        // Their browser says nothing for anybody else.
        for _ in 0..9 {
            app.login_from(shared, "huyen", "doan-mo", "").await;
        }
        assert_eq!(app.login_from(shared, "huyen", PASSWORD, &known).await.problem(), "too_many");
    }

    async fn a_browser_is_known_by_a_token_that_this_server_made(app: TestApp) {
        let forged = format!("__Host-banhoc-device={}", "ab".repeat(32));
        let answer = app.login_from("203.0.113.7", "ban1", PASSWORD, &forged).await;
        let made = answer.cookies();
        assert!(made.contains("__Host-banhoc-device=") && !made.contains("abababab"), "{made}");
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("a cookie");
            for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
                assert!(cookie.contains(attribute), "{attribute} in {cookie}");
            }
        }
        let token = |cookies: &str| {
            let mut pairs = cookies.split("; ");
            pairs.find(|it| it.starts_with("__Host-banhoc-device=")).map(str::to_owned)
        };
        // Another person at the same browser: the same token.
        let again = app.login_from("203.0.113.7", "xa", PASSWORD, &made).await.cookies();
        assert_eq!(token(&again), token(&made));
        // In the database there is only its hash.
        let mut conn = app.db().read().await.expect("a connection");
        let kept: Vec<(String,)> = sqlx::query_as("SELECT token_hash FROM known_devices")
            .fetch_all(&mut *conn)
            .await
            .expect("rows");
        assert_eq!(kept.len(), 2);
        let value = token(&made).expect("a token");
        assert!(kept.iter().all(|(hash,)| !value.contains(hash.as_str())));
    }

    async fn a_new_password_forgets_the_other_browsers(app: TestApp) {
        let lost = app.login_from("203.0.113.7", "ban1", PASSWORD, "").await.cookies();
        server::services::people::set_password(app.db(), "ban1", "gieo ngô đồi cao".to_owned(), false)
            .await
            .expect("a password");
        for _ in 0..8 {
            app.login_from("203.0.113.7", "ban1", "doan-mo", "").await;
        }
        assert_eq!(app.login_from("203.0.113.7", "ban1", "doan-mo", &lost).await.problem(), "too_many");
    }

    async fn an_account_guessed_at_from_everywhere_is_slowed_and_its_office_told(app: TestApp) {
        for number in 0..120 {
            let address = format!("198.51.{}.{}", number / 8, number % 8 + 1);
            app.login_from(&address, "ban1", "doan-mo", "").await;
        }
        let waits = app.login_from("203.0.113.99", "ban1", PASSWORD, "").await;
        assert_eq!(waits.problem(), "too_many");
        let seconds = waits.header(header::RETRY_AFTER).and_then(|it| it.parse().ok());
        assert!(seconds.is_some_and(|seconds: u64| (60..=300).contains(&seconds)), "{seconds:?}");
        app.state.events.flush().await;
        let admin = app.sign_in("quantri").await;
        let told: Value = admin.get("/api/v1/events?kind=account_slowed").await.json();
        assert_eq!(told["rows"].as_array().map(Vec::len), Some(1));
        assert_eq!(told["rows"][0]["of"]["username"], "ban1");
    }

    async fn the_door_says_how_long_to_wait(app: TestApp) {
        let form = |password: &str| {
            let body = serde_urlencoded::to_string([("username", "xa"), ("password", password)]);
            Request::post("/api/v1/login")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(body.expect("a form")))
                .expect("a request")
        };
        for _ in 0..8 {
            app.send(form("doan-mo")).await;
        }
        let answer = app.send(form(PASSWORD)).await;
        let back = answer.header(header::LOCATION).expect("the door").to_owned();
        let door = Request::get(&back).body(Body::empty()).expect("a request");
        let door = app.send(door).await.text();
        let told = door.split("Hãy thử lại sau ").nth(1).and_then(|it| it.split('.').next());
        let seconds = told.and_then(|it| it.strip_suffix(" giây")?.parse::<u64>().ok());
        assert!(seconds.is_some_and(|seconds| (1..=15).contains(&seconds)), "{back}: {told:?}");
        let door = Request::get("/sign-in?error=too-many&wait=299").body(Body::empty()).expect("a request");
        assert!(app.send(door).await.text().contains("Hãy thử lại sau 5 phút"));
        // Whatever stands in the address.
        for wait in ["x", "-1", "99999999999999999999999", "18446744073709551615"] {
            let door = format!("/sign-in?error=too-many&wait={wait}");
            let door = Request::get(door).body(Body::empty()).expect("a request");
            assert_eq!(app.send(door).await.status, StatusCode::OK, "{wait}");
        }
    }

    async fn a_name_with_what_no_database_takes_is_nobodys(app: TestApp) {
        for name in ["ban1\u{0}", "\u{0}", "ba\u{0}n1", "\u{202e}ban1\u{7}"] {
            let answer = app.login(name, "khong-phai").await;
            assert_eq!(answer.problem(), "wrong_password", "{name:?}");
        }
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
