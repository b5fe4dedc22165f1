//! A page speaks one language, whatever is rendered beside it at the same moment.

use std::collections::BTreeSet;

use app::locale::Locale;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use shared::assessment::Move;

use crate::support::changes::*;
use crate::support::lists::{TWO, list};
use crate::support::request::Browser;
use crate::support::{Places, TestApp};

/// How often each page is rendered in each language, so many at a time.
const TIMES: usize = 100;
const AT_ONCE: usize = 16;

/// The texts of one language that the other does not have. One with a hole in it is no text of a page by itself.
fn only(locale: Locale, than: Locale) -> BTreeSet<&'static str> {
    let texts = |locale: Locale| -> BTreeSet<&'static str> {
        locale
            .texts()
            .filter(|text| !text.contains(['{', '&', '<', '"']))
            .collect()
    };
    let others = texts(than);
    texts(locale)
        .into_iter()
        .filter(|text| !others.contains(text))
        .collect()
}

/// What a page says, and what it says to those who hear it only.
fn said(page: &str) -> impl Iterator<Item = &str> {
    let between = page.split('<').filter_map(|part| part.split_once('>'));
    let texts = between.map(|(_, text)| text.trim());
    let labels = page.split("aria-label=\"").skip(1);
    texts.chain(labels.filter_map(|rest| rest.split('"').next()))
}

async fn render(browser: Browser, path: String, locale: Locale) -> String {
    let cookies = format!("{}; lang={}", browser.cookie, locale.code());
    let request = Request::get(&path)
        .header(header::COOKIE, cookies)
        .header(header::ACCEPT, "text/html")
        .body(Body::empty())
        .expect("a request");
    let answer = browser.app.send(request).await;
    assert!(
        matches!(answer.status, StatusCode::OK | StatusCode::NOT_FOUND),
        "{path}: {}",
        answer.status
    );
    answer.text()
}

/// A family whose form came back, and a form that waits for the commune.
async fn some_families(app: &TestApp) -> (String, String) {
    let Places {
        commune, village, ..
    } = app.places();
    let phone = app.sign_in("xa").await;
    let (family, other) = (new_subject(), new_subject());
    let mut changes = scored(family, commune, village, "Lò Văn Pâng");
    changes.push(step(
        family,
        Move::Return {
            comment: "Nhờ bản xem lại mục đi học".into(),
            remarks: Default::default(),
        },
    ));
    changes.push(register(other, commune, village, "Mào Văn Ón"));
    let waiting = new_subject();
    changes.extend(scored(waiting, commune, village, "Giàng A Páo"));
    assert!(all_received(&phone.sync(&request(changes)).await));
    (family.to_string(), form_of(waiting).to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_page_never_mixes_languages() {
    let app = TestApp::sqlite().await;
    let (family, waiting) = some_families(&app).await;
    let Places { commune, area, .. } = app.places();
    // With a village that is asked about, and a year that is doubted.
    let mut rows = TWO;
    rows[1][3] = "Nà Củng";
    rows[1][2] = "1880";
    let officer = app.sign_in("xa").await;
    let given = officer.give_list(commune, "ho.xlsx", &list(&rows)).await;
    let preview = given.header(header::LOCATION).expect("a page").to_owned();
    let pages = [
        ("huyen", format!("/dashboard?unit={area}&year={YEAR}")),
        (
            "xa",
            format!("/dashboard?unit={commune}&year={YEAR}&as_of=2023-12-31"),
        ),
        (
            "xa",
            format!("/dashboard/subjects?unit={commune}&year={YEAR}&figure=returned"),
        ),
        ("xa", format!("/dashboard/subject/{family}")),
        ("xa", "/commune".to_owned()),
        ("xa", "/commune/queue?told=confirmed&n=2&left=1".to_owned()),
        ("xa", format!("/commune/queue/{waiting}")),
        ("xa", "/commune/import?error=no-file".to_owned()),
        ("xa", preview),
        ("xa", "/carry?received=2&refused=1&files=1".to_owned()),
        ("ban1", "/password?error=short".to_owned()),
        ("huyen", "/events".to_owned()),
        ("ban1", "/sign-in?error=wrong".to_owned()),
        ("ban1", "/khong-co".to_owned()),
    ];
    let mut waiting = Vec::new();
    for (who, path) in pages {
        let browser = app.sign_in(who).await;
        for _ in 0..TIMES {
            for locale in Locale::ALL {
                waiting.push((browser.clone(), path.clone(), locale));
            }
        }
    }
    // Pages of different addresses and languages lie beside each other.
    let count = waiting.len();
    let stride = 2 * TIMES + 1;
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|at| (at * stride) % count);
    let foreign = [
        (Locale::Vi, only(Locale::En, Locale::Vi)),
        (Locale::En, only(Locale::Vi, Locale::En)),
    ];
    let mut mixed = BTreeSet::new();
    for part in order.chunks(AT_ONCE) {
        let rendering: Vec<_> = part
            .iter()
            .map(|at| {
                let (browser, path, locale) = waiting[*at].clone();
                tokio::spawn(
                    async move { (render(browser, path.clone(), locale).await, path, locale) },
                )
            })
            .collect();
        for page in rendering {
            let (page, path, locale) = page.await.expect("a page");
            let lang = format!("<html lang=\"{}\"", locale.code());
            assert!(page.contains(&lang), "{path}");
            let (_, foreign) = &foreign[usize::from(locale == Locale::En)];
            let words = said(&page).filter(|text| foreign.contains(text));
            mixed.extend(words.map(|text| (path.clone(), locale.code(), text.to_owned())));
        }
    }
    assert_eq!(mixed, BTreeSet::new());
    app.end().await;
}
