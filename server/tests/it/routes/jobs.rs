//! `/jobs`: long work is asked for, done by one server, stopped, done again, fetched, and forgotten.

use std::io::{Cursor, Read};
use std::time::Duration;

use async_trait::async_trait;
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use chrono::TimeDelta;
use server::auth::SignedIn;
use server::clock;
use server::db::jobs::{Asking, running};
use server::db::users;
use server::services::exports::job::Export;
use server::services::jobs::kind::{JobKind, Output, Stop, Work};
use server::services::jobs::runner::{STALE, begin, turn};
use server::services::jobs::{self, Asked, Jobs, Limits};
use server::state::AppState;
use shared::ids::{JobId, UnitId};

use crate::support::changes::*;
use crate::support::request::{Answer, Browser, post};
use crate::support::{TestApp, on_both};

const SERVER: &str = "may-chu-1 127.0.0.1:3000";

/// So many pieces as are asked for, a hundred in a second.
#[derive(Debug)]
struct Slow;

#[async_trait]
impl JobKind for Slow {
    fn code(&self) -> &'static str {
        "slow"
    }

    fn may(&self, _: &AppState, _: &SignedIn, _: &Asking) -> bool {
        true
    }

    async fn run(&self, work: &Work) -> Result<Output, Stop> {
        let pieces: usize = work.asking.asked.parse().expect("a number");
        for piece in 0..pieces {
            work.progress.at(piece, pieces)?;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(Output {
            file_name: "slow.txt".to_owned(),
            media_type: "text/plain",
            bytes: b"slow".to_vec(),
        })
    }
}

/// Breaks off, where it waits and where it reckons.
#[derive(Debug)]
struct Panics;

#[async_trait]
impl JobKind for Panics {
    fn code(&self) -> &'static str {
        "panics"
    }

    fn may(&self, _: &AppState, _: &SignedIn, _: &Asking) -> bool {
        true
    }

    async fn run(&self, work: &Work) -> Result<Output, Stop> {
        if work.asking.asked == "on a thread" {
            work.on_a_thread(|| unreachable!("on a thread")).await?;
        }
        unreachable!("while it waits")
    }
}

const KINDS: &[&dyn JobKind] = &[&Export, &Slow, &Panics];

impl TestApp {
    fn with_limits(&self, limits: Limits) -> Self {
        self.with_jobs(Jobs::new(KINDS, limits))
    }
}

async fn who(browser: &Browser) -> SignedIn {
    let mut headers = HeaderMap::new();
    let cookie = HeaderValue::from_str(&browser.cookie).expect("a cookie");
    headers.insert(header::COOKIE, cookie);
    let found = SignedIn::find(&browser.app.state, &headers, &Extensions::new()).await;
    found.expect("a session").expect("a person")
}

async fn ask(browser: &Browser, kind: &str, asked: &str) -> Asked {
    let who = who(browser).await;
    let asking = Asking {
        kind: kind.to_owned(),
        by: who.user.id,
        unit: browser.app.places().commune,
        what: "slow.txt".to_owned(),
        asked: asked.to_owned(),
        language: "vi".to_owned(),
    };
    let asked = jobs::ask(&browser.app.state, &who, asking).await;
    asked.expect("an answer")
}

async fn made(browser: &Browser, kind: &str, asked: &str) -> JobId {
    match ask(browser, kind, asked).await {
        Asked::Made(id) => id,
        full => unreachable!("{full:?}"),
    }
}

/// Where a redirect leads.
fn to(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.header(header::LOCATION).expect("a page").to_owned()
}

async fn page(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.text()
}

/// Waits until a page says something.
async fn until(browser: &Browser, path: &str, said: &str) -> String {
    for _ in 0..500 {
        let text = page(browser, path).await;
        if text.contains(said) {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    unreachable!("{path} never says {said}")
}

const NONE: [(&str, &str); 0] = [];

async fn families(app: &TestApp) -> Browser {
    let places = app.places();
    let officer = app.sign_in("xa").await;
    let mut changes = scored(new_subject(), places.commune, places.village, "Lò Văn Pâng");
    for name in ["Mào Văn Ón", "Vàng Thị Dung", "Lò Văn An"] {
        let family = register(new_subject(), places.commune, places.village, name);
        changes.push(family);
    }
    let answer = officer.sync(&request(changes)).await;
    assert!(all_received(&answer), "{:?}", outcomes(&answer));
    officer
}

/// The rows of a workbook.
fn sheet(workbook: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).expect("a workbook");
    let mut text = String::new();
    let mut part = archive
        .by_name("xl/worksheets/sheet1.xml")
        .expect("a sheet");
    part.read_to_string(&mut text).expect("XML");
    text
}

async fn give_units(app: &TestApp, username: &str, units: Vec<UnitId>, disabled: bool) {
    let mut tx = app.db().write().await.expect("a transaction");
    let user = users::by_username(&mut tx, username).await.expect("users");
    let user = users::User {
        units,
        disabled,
        ..user.expect("a person")
    };
    let put = users::put(&mut tx, &[user], clock::now()).await;
    put.expect("a person");
    tx.commit().await.expect("a commit");
}

on_both! {
    async fn a_job_makes_the_file_of_the_direct_download(app: TestApp) {
        let officer = families(&app).await;
        let refresh = HeaderName::from_static("refresh");
        for ending in ["csv", "xlsx"] {
            let address = format!("/dashboard/export/subjects.{ending}?year={YEAR}&sort=points&down=1");
            let direct = officer.get(&address).await;
            assert_eq!(direct.status, StatusCode::OK, "{}", direct.text());
            let job = to(&post(&officer, &address, &NONE).await);
            let waiting = officer.get(&job).await;
            assert_eq!(waiting.header(refresh.clone()), Some("3"));
            assert!(waiting.text().contains("Đang chờ") && waiting.text().contains("Dừng việc này"), "{}", waiting.text());
            assert!(turn(&app.state, SERVER).await.expect("a turn"));
            let done = officer.get(&job).await;
            assert_eq!(done.header(refresh.clone()), None, "what has ended is not asked for again");
            assert!(done.text().contains("Tải về (1 kB)") || done.text().contains(" kB)"), "{}", done.text());
            let fetched = officer.get(&format!("{job}/file")).await;
            assert_eq!(fetched.status, StatusCode::OK, "{}", fetched.text());
            for name in [header::CONTENT_TYPE, header::CONTENT_DISPOSITION] {
                assert_eq!(fetched.header(name.clone()), direct.header(name));
            }
            match ending {
                "csv" => assert_eq!(fetched.text(), direct.text()),
                _ => assert_eq!(sheet(&fetched.body), sheet(&direct.body)),
            }
            assert!(page(&officer, "/jobs").await.contains(&job));
            // Nobody else finds it, whatever they may see.
            for other in ["huyen", "quantri"] {
                let other = app.sign_in(other).await;
                assert_eq!(other.get(&job).await.status, StatusCode::NOT_FOUND);
                assert_eq!(other.get(&format!("{job}/file")).await.status, StatusCode::NOT_FOUND);
                for act in ["cancel", "again"] {
                    let answer = post(&other, &format!("{job}/{act}"), &NONE).await;
                    assert_eq!(answer.status, StatusCode::NOT_FOUND);
                }
                assert!(page(&other, "/jobs").await.contains("Chưa có việc nào"));
            }
        }
        assert!(!turn(&app.state, SERVER).await.expect("a turn"), "nothing waits");
        app.state.events.flush().await;
        let events = app.sign_in("quantri").await.get("/dashboard/export/events.csv").await.text();
        assert_eq!(events.matches("Xuất dữ liệu").count(), 4, "each file that left is told: {events}");
    }

    async fn a_list_that_is_too_long_to_wait_for_is_offered_as_a_job(app: TestApp) {
        let app = app.with_limits(Limits { rows_at_once: 3, ..Limits::default() });
        let officer = families(&app).await;
        let offer = to(&officer.get(&format!("/dashboard/export/subjects.csv?year={YEAR}&search=")).await);
        let offered = page(&officer, &offer).await;
        let action = format!("/dashboard/export/subjects.csv?year={YEAR}&amp;search=");
        assert!(offered.contains(&format!("action=\"{action}\"")) && offered.contains("Làm tệp .csv"), "{offered}");
        let job = to(&post(&officer, &action.replace("&amp;", "&"), &NONE).await);
        assert!(turn(&app.state, SERVER).await.expect("a turn"));
        let text = officer.get(&format!("{job}/file")).await.text();
        assert_eq!(text.trim_end().lines().count(), 5, "{text}");
        // A part of it is short.
        let few = officer.get(&format!("/dashboard/export/subjects.csv?year={YEAR}&search=Pâng")).await;
        assert_eq!(few.status, StatusCode::OK, "{}", few.text());
        // What is no table is none as a job, nor another's unit.
        let places = app.places();
        for path in ["nothing.csv".to_owned(), "subjects.pdf".to_owned(), "dashboard.csv".to_owned(),
            format!("subjects.csv?unit={}", places.elsewhere)] {
            let answer = post(&officer, &format!("/dashboard/export/{path}"), &NONE).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        for path in ["/jobs?offer=subjects.csv\"&query=x", "/jobs?offer=../x.csv", "/jobs/x", "/jobs?full=own"] {
            let answer = officer.get(&path.replace('"', "%22")).await;
            assert!(!answer.text().contains("Làm tệp"), "{path}");
        }
    }

    async fn a_job_is_stopped_between_two_pieces(app: TestApp) {
        let app = app.with_limits(Limits::default());
        let officer = app.sign_in("xa").await;
        let job = format!("/jobs/{}", made(&officer, "slow", "100000").await);
        let later = format!("/jobs/{}", made(&officer, "slow", "1").await);
        assert!(page(&officer, &later).await.contains("Còn 1 việc xếp trước."));
        let state = app.state.clone();
        let working = tokio::spawn(async move { turn(&state, SERVER).await });
        let running = until(&officer, &job, "trên 100.000").await;
        assert!(running.contains("role=\"progressbar\""), "{running}");
        assert_eq!(to(&post(&officer, &format!("{job}/cancel"), &NONE).await), job);
        assert!(working.await.expect("a runner").expect("a turn"));
        let stopped = page(&officer, &job).await;
        assert!(stopped.contains("Đã dừng") && stopped.contains("Làm lại"), "{stopped}");
        assert_eq!(officer.get(&format!("{job}/file")).await.status, StatusCode::NOT_FOUND);
        // One that waits is stopped at once, and nobody does it.
        post(&officer, &format!("{later}/cancel"), &NONE).await;
        assert!(page(&officer, &later).await.contains("Đã dừng"));
        assert!(!turn(&app.state, SERVER).await.expect("a turn"));
    }

    async fn what_a_server_was_doing_when_it_stopped_has_failed_and_is_done_again(app: TestApp) {
        let app = app.with_limits(Limits::default());
        let officer = app.sign_in("xa").await;
        let id = made(&officer, "slow", "50").await;
        let job = format!("/jobs/{id}");
        let state = app.state.clone();
        let working = tokio::spawn(async move { turn(&state, SERVER).await });
        until(&officer, &job, "Đang làm").await;
        working.abort();
        assert!(working.await.is_err());
        // Another server that starts leaves it alone.
        begin(&app.state, "may-chu-2 127.0.0.1:3000").await.expect("a start");
        assert!(!turn(&app.state, "may-chu-2 127.0.0.1:3000").await.expect("a turn"));
        assert!(page(&officer, &job).await.contains("Đang làm"));
        let restarted = app.restarted().await.with_limits(Limits::default());
        begin(&restarted.state, SERVER).await.expect("a start");
        let failed = page(&officer, &job).await;
        assert!(failed.contains("Máy chủ khởi động lại giữa chừng"), "{failed}");
        let again = to(&post(&officer, &format!("{job}/again"), &NONE).await);
        assert_ne!(again, job);
        assert!(turn(&restarted.state, SERVER).await.expect("a turn"));
        assert!(page(&officer, &again).await.contains("slow.txt"));
        // One whose server is silent is taken for left by any other.
        let id = made(&officer, "slow", "50").await;
        let mut tx = app.db().write().await.expect("a transaction");
        let silent = clock::now() - STALE - TimeDelta::seconds(1);
        let claimed = running::claim(&mut tx, SERVER, silent).await.expect("a claim");
        assert_eq!(claimed.map(|job| job.id), Some(id));
        tx.commit().await.expect("a commit");
        turn(&app.state, "may-chu-2 127.0.0.1:3000").await.expect("a turn");
        assert!(page(&officer, &format!("/jobs/{id}")).await.contains("Máy chủ khởi động lại giữa chừng"));
    }

    async fn a_panic_fails_the_job_and_not_the_server(app: TestApp) {
        let app = app.with_limits(Limits::default());
        let officer = app.sign_in("xa").await;
        for asked in ["while it waits", "on a thread"] {
            let job = made(&officer, "panics", asked).await;
            assert!(turn(&app.state, SERVER).await.expect("a turn"));
            let failed = page(&officer, &format!("/jobs/{job}")).await;
            assert!(failed.contains("Máy chủ gặp lỗi khi làm việc này"), "{failed}");
        }
        let job = made(&officer, "slow", "1").await;
        assert!(turn(&app.state, SERVER).await.expect("a turn"));
        assert!(page(&officer, &format!("/jobs/{job}")).await.contains("slow.txt"));
    }

    async fn a_queue_that_is_full_says_so(app: TestApp) {
        let app = app.with_limits(Limits { own: 2, all: 3, ..Limits::default() });
        let officer = app.sign_in("xa").await;
        for _ in 0..2 {
            made(&officer, "slow", "1").await;
        }
        let answer = post(&officer, "/dashboard/export/subjects.csv", &NONE).await;
        let told = page(&officer, &to(&answer)).await;
        assert!(told.contains("Tài khoản này đã có đủ số việc"), "{told}");
        let other = app.sign_in("chutich").await;
        made(&other, "slow", "1").await;
        let answer = post(&other, "/dashboard/export/subjects.csv", &NONE).await;
        let told = page(&other, &to(&answer)).await;
        assert!(told.contains("Máy chủ đang có nhiều việc của nhiều người"), "{told}");
    }

    async fn two_servers_do_each_job_once(app: TestApp) {
        let app = app.with_limits(Limits { own: 20, ..Limits::default() });
        let officer = app.sign_in("xa").await;
        for _ in 0..8 {
            made(&officer, "slow", "1").await;
        }
        let servers = ["a", "b", "c"].map(|server| {
            let state = app.state.clone();
            tokio::spawn(async move {
                let mut done = 0;
                while turn(&state, server).await.expect("a turn") {
                    done += 1;
                }
                done
            })
        });
        let mut done = 0;
        for server in servers {
            done += server.await.expect("a server");
        }
        // One that lost a race for a job looks again later; here it is looked once more.
        while turn(&app.state, SERVER).await.expect("a turn") {
            done += 1;
        }
        assert_eq!(done, 8);
        let all = jobs::list(&app.state, &who(&officer).await).await.expect("jobs");
        assert!(all.iter().all(|job| job.file.is_some()), "{all:?}");
    }

    async fn what_was_made_is_forgotten_after_some_days(app: TestApp) {
        let app = app.with_limits(Limits { kept: 2, ..Limits::default() });
        let officer = app.sign_in("xa").await;
        let mut made_jobs = Vec::new();
        for _ in 0..4 {
            made_jobs.push(made(&officer, "slow", "1").await);
            assert!(turn(&app.state, SERVER).await.expect("a turn"));
        }
        // Beyond the newest two that had ended when the last was asked for.
        let first = format!("/jobs/{}", made_jobs[0]);
        assert_eq!(officer.get(&first).await.status, StatusCode::NOT_FOUND);
        let results = || std::fs::read_dir(app.files().join("jobs")).map_or(0, Iterator::count);
        assert_eq!(results(), 3);
        let (db, files) = (app.db(), &app.state.files);
        let soon = clock::now() + jobs::KEPT - TimeDelta::hours(1);
        assert_eq!(jobs::sweep(db, files, soon).await.expect("a sweep"), 0);
        let later = clock::now() + jobs::KEPT + TimeDelta::hours(1);
        assert_eq!(jobs::sweep(db, files, later).await.expect("a sweep"), 3);
        assert_eq!(results(), 0);
        assert!(page(&officer, "/jobs").await.contains("Chưa có việc nào"));
    }

    async fn rights_are_those_of_the_moment(app: TestApp) {
        let officer = families(&app).await;
        let places = app.places();
        let address = format!("/dashboard/export/subjects.csv?year={YEAR}&unit={}", places.commune);
        let done = to(&post(&officer, &address, &NONE).await);
        assert!(turn(&app.state, SERVER).await.expect("a turn"));
        let waits = to(&post(&officer, &address, &NONE).await);
        give_units(&app, "xa", vec![places.elsewhere], false).await;
        assert!(turn(&app.state, SERVER).await.expect("a turn"));
        let refused = page(&officer, &waits).await;
        assert!(refused.contains("không còn quyền xem địa bàn"), "{refused}");
        assert_eq!(officer.get(&format!("{done}/file")).await.status, StatusCode::FORBIDDEN);
        let again = post(&officer, &format!("{waits}/again"), &NONE).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
        // Who is no user any more when it runs gets nothing either.
        give_units(&app, "xa", vec![places.commune], false).await;
        let waits = to(&post(&officer, &address, &NONE).await);
        give_units(&app, "xa", vec![places.commune], true).await;
        assert!(turn(&app.state, SERVER).await.expect("a turn"));
        give_units(&app, "xa", vec![places.commune], false).await;
        assert!(page(&officer, &waits).await.contains("không còn quyền xem địa bàn"));
    }
}
