//! Pages as a browser without a script gets them.

use app::routes::Guard;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::support::changes::*;
use crate::support::on_both;

on_both! {
    async fn the_shell_is_the_same_for_everybody(app: TestApp) {
        let phone = app.sign_in("ban1").await;
        let shell = phone.get("/offline-shell").await;
        assert_eq!(shell.status, StatusCode::OK);
        assert!(shell.text().contains("data-shell"));
        assert!(!shell.text().contains("Người ban1"));
        for path in ["/", "/outbox", "/me", "/village/x", "/subject/x/score/GD.1"] {
            let page = phone.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(page.text().contains("data-shell"), "{path}");
        }
    }

    async fn whoever_has_never_signed_in_is_met_by_the_door_and_not_by_an_empty_page(app: TestApp) {
        let first = || Request::get("/").header(header::ACCEPT, "text/html");
        let door = app.send(first().body(Body::empty()).expect("a request")).await;
        assert_eq!(door.status, StatusCode::OK);
        assert_eq!(door.header(header::CACHE_CONTROL), Some("no-store"));
        let text = door.text();
        assert!(text.contains(r#"action="/api/v1/login""#), "{text}");
        assert!(!text.contains("data-shell"), "{text}");
        assert!(!text.contains(".wasm"), "it comes after the form can be read: {text}");
        let english = first().header(header::COOKIE, "lang=en").body(Body::empty());
        let english = app.send(english.expect("a request")).await.text();
        assert!(english.contains("Username"), "{english}");
        // A session that has ended is told by the app, which has the phone's data.
        let cookie = "__Host-banhoc=ended";
        let ended = first().header(header::COOKIE, cookie).body(Body::empty());
        assert!(app.send(ended.expect("a request")).await.text().contains("data-shell"));
    }

    async fn the_shell_has_words_before_the_app_and_without_it(app: TestApp) {
        let shell = app.sign_in("ban1").await.get("/offline-shell").await.text();
        assert!(shell.contains("Đang mở Bản Học"), "{shell}");
        assert!(shell.contains("<progress"), "{shell}");
        let noscript = shell.split("<noscript>").nth(1).expect("words without a script");
        assert!(noscript.contains(r#"href="/commune""#), "{noscript}");
    }

    async fn desk_pages_are_rendered_here_and_say_the_figures(app: TestApp) {
        let district = app.sign_in("huyen").await;
        let page = district.get("/dashboard").await;
        assert_eq!(page.status, StatusCode::OK);
        let text = page.text();
        assert!(text.contains("<title>Địa bàn Phong Thổ – Bản Học</title>"), "{text}");
        assert!(text.contains("Chưa có đối tượng nào"), "{text}");
        assert!(!text.contains("data-shell"));
        assert!(!text.contains(".wasm"), "a desk needs no wasm: {text}");
        assert_eq!(page.header(header::CACHE_CONTROL), Some("no-store"));
        let policy = page.header(header::CONTENT_SECURITY_POLICY).expect("a policy");
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval'"), "{policy}");

        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let family = new_subject();
        let changes = scored(family, places.commune, places.village, "Lò Văn Pâng");
        assert!(all_received(&phone.sync(&request(changes)).await));
        let text = district.get(&format!("/dashboard?year={YEAR}")).await.text();
        assert!(text.contains("Xã Phong Thổ"), "{text}");
        assert!(text.contains("100,0\u{a0}% gia đình đạt (1/1)"), "{text}");
        let commune = app.sign_in("xa").await.get("/commune").await.text();
        assert!(commune.contains("Vàng Pheo"), "{commune}");
    }

    async fn a_desk_page_leads_strangers_to_the_door_and_back(app: TestApp) {
        let request = Request::get("/dashboard?year=2025")
            .header(header::ACCEPT, "text/html")
            .body(Body::empty())
            .expect("a request");
        let answer = app.send(request).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(
            answer.header(header::LOCATION),
            Some("/sign-in?next=%2Fdashboard%3Fyear%3D2025")
        );
        // Outside a demo no account is told.
        let door = Request::get("/sign-in").body(Body::empty()).expect("a request");
        let door = app.send(door).await.text();
        assert!(door.contains("Đăng nhập"));
        assert!(!door.contains("banhoc2026"));
    }

    async fn an_address_that_is_no_page_says_so(app: TestApp) {
        let request = Request::get("/khong-co")
            .header(header::ACCEPT, "text/html")
            .body(Body::empty())
            .expect("a request");
        let answer = app.send(request).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.text().contains("Không có trang này"));
    }

    async fn every_page_of_the_desk_asks_who_is_there_and_is_drawn(app: TestApp) {
        const NO_ID: &str = "00000000-0000-7000-8000-000000000000";
        let officer = app.sign_in("xa").await;
        for place in app::routes::DESK {
            let steps = place.path.split('/');
            let steps = steps.map(|step| if step.starts_with(':') { NO_ID } else { step });
            let path = steps.collect::<Vec<_>>().join("/");
            let nobody = Request::get(&path).header(header::ACCEPT, "text/html");
            let answer = app.send(nobody.body(Body::empty()).expect("a request")).await;
            match place.guard {
                Guard::Door => {
                    assert_eq!(answer.status, StatusCode::OK);
                    continue;
                }
                // Whoever asks is answered; of this one there is nothing.
                Guard::Public => {
                    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
                    assert!(answer.text().contains("<h1"), "{path}");
                    continue;
                }
                Guard::Person | Guard::Told => {}
            }
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
            let to = answer.header(header::LOCATION).expect("a door");
            assert!(to.starts_with("/sign-in?next="), "{path}: {to}");
            let page = officer.get(&path).await.text();
            assert!(page.contains("<h1"), "{path}");
            assert!(!page.contains("Không có trang này"), "{path}");
        }
    }

    async fn no_answer_says_a_header_twice(app: TestApp) {
        let officer = app.sign_in("xa").await;
        for path in [
            "/sw.js",
            "/",
            "/offline-shell",
            "/sign-in",
            "/dashboard",
            "/commune",
            "/carry",
            "/no-such-page",
            "/pkg/no-such-file.js",
            "/healthz",
            "/readyz",
            "/api/v1/session",
            "/api/v1/people",
            "/api/v1/no-such-question",
            "/api/v1/files/no-such-file",
        ] {
            let answer = officer.get(path).await;
            for name in answer.headers.keys() {
                let said = answer.headers.get_all(name).iter().count();
                // What is a list by its nature may come in several lines.
                let is_list = matches!(*name, header::VARY | header::SET_COOKIE);
                assert!(said == 1 || is_list, "{path} says {name} {said} times");
            }
        }
        let worker = officer.get("/sw.js").await;
        // It knows the phone's pages of the same table as the router.
        let field = worker.text();
        let field = field.lines().find(|line| line.starts_with("const FIELD")).expect("a line");
        for page in ["^(?:\\/|", "|\\/village\\/[^\\/]+|", "|\\/outbox|"] {
            assert!(field.contains(page), "{page} in {field}");
        }
        assert_eq!(worker.header(header::CONTENT_TYPE), Some("text/javascript; charset=utf-8"));
    }

    async fn the_process_says_how_it_is(app: TestApp) {
        for path in ["/healthz", "/readyz"] {
            let request = Request::get(path).body(Body::empty()).expect("a request");
            assert_eq!(app.send(request).await.status, StatusCode::OK, "{path}");
        }
    }
}
