//! What people write stays text, on every page that the server renders.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;
use server::clock;
use server::db::{units, users};
use shared::assessment::Move;
use shared::change::ChangeBody;
use shared::ids::{DocumentId, SubjectId, UnitId};
use shared::org_unit::{Dated, OrgUnit};

use crate::support::changes::*;
use crate::support::evidence::{pdf, png};
use crate::support::request::{Browser, post};
use crate::support::{Places, TestApp, lists, on_both};

/// Ends the title of a page, begins an element, ends an attribute.
const MARKUP: &str = r#"</title><b>&"'"#;
/// Traces of it that only stand in a page when it was written there as it came.
const TRACES: [&str; 2] = ["</title><b>", "<b>&"];

/// The units and people of the test, all with markup in their names.
async fn rename(app: &TestApp) {
    let tree = app.tree();
    let Places {
        commune,
        area,
        village,
        neighbour,
        ..
    } = app.places();
    let renamed: Vec<OrgUnit> = [commune, area, village, neighbour]
        .into_iter()
        .filter_map(|id| tree.get(id))
        .map(|unit| OrgUnit {
            names: vec![Dated::always(format!(
                "{MARKUP} {}",
                unit.name(clock::today())
            ))],
            ..unit.clone()
        })
        .collect();
    let mut tx = app.db().write().await.expect("a transaction");
    units::put(&mut tx, &renamed).await.expect("units");
    for username in ["ban1", "xa", "huyen", "quantri"] {
        let mut user = users::by_username(&mut tx, username)
            .await
            .expect("a person")
            .expect("a person");
        user.name = format!("{MARKUP} {username}");
        users::put(&mut tx, &[user], clock::now())
            .await
            .expect("a person");
    }
    tx.commit().await.expect("a commit");
    app.state.units.reload(app.db()).await.expect("units");
}

/// A family whose every text is markup, sent back by its commune; and one that is only registered.
async fn families(app: &TestApp) -> DocumentId {
    let Places {
        commune, village, ..
    } = app.places();
    let phone = app.sign_in("xa").await;
    let family = new_subject();
    let mut changes = scored(family, commune, village, MARKUP);
    for field in ["hamlet", "ethnicity", "note", MARKUP] {
        changes.push(set_field(family, None, field, json!(MARKUP)));
    }
    // Written apart by two people, and doubted by an import.
    changes.push(set_field(
        family,
        None,
        "note",
        json!(format!("{MARKUP} 2")),
    ));
    for field in ["hamlet", "members"] {
        let doubt = ChangeBody::Doubt {
            field: field.into(),
            reason: MARKUP.into(),
        };
        changes.push(change(family.into(), None, doubt));
    }
    for mut piece in [pdf(2_000, 1), png(640, 480)] {
        piece.evidence.name = Some(MARKUP.into());
        changes.push(piece.attach(family));
    }
    changes.push(step(
        family,
        Move::Return {
            comment: MARKUP.into(),
            remarks: Default::default(),
        },
    ));
    let other = new_subject();
    changes.push(register(other, commune, village, &format!("{MARKUP} 2")));
    let answer = phone.sync(&request(changes)).await;
    let taken = outcomes(&answer)
        .iter()
        .filter(|it| it.get("received").is_some())
        .count();
    assert!(
        taken >= outcomes(&answer).len() - 1,
        "{:?}",
        outcomes(&answer)
    );
    family.into()
}

/// Somebody of the same name as the family.
async fn twin(app: &TestApp) -> SubjectId {
    let Places {
        commune, village, ..
    } = app.places();
    let twin = new_subject();
    let registered = register(twin, commune, village, MARKUP);
    app.sign_in("xa")
        .await
        .sync(&request(vec![registered]))
        .await;
    twin
}

/// A supporter whose every text is markup.
async fn supporter(app: &TestApp) -> DocumentId {
    let id = DocumentId::from(new_subject());
    let fields = [
        ("id", id.to_string()),
        ("unit", app.places().commune.to_string()),
        ("year", YEAR.to_string()),
        ("sort", "enterprise".to_owned()),
    ];
    let texts = ["name", "from", "otherwise", "note"];
    let texts = texts.map(|name| (name, MARKUP.to_owned()));
    let fields: Vec<_> = fields.into_iter().chain(texts).collect();
    let answer = post(&app.sign_in("xa").await, "/contributions/new", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    id
}

async fn assert_plain(browser: &Browser, path: &str) {
    for language in ["vi", "en"] {
        let request = Request::get(path)
            .header(
                header::COOKIE,
                format!("{}; lang={language}", browser.cookie),
            )
            .header(header::ACCEPT, "text/html")
            .body(Body::empty())
            .expect("a request");
        let answer = browser.app.send(request).await;
        assert!(
            matches!(
                answer.status,
                StatusCode::OK | StatusCode::NOT_FOUND | StatusCode::FORBIDDEN
            ),
            "{path}: {}",
            answer.status
        );
        let text = answer.text();
        for trace in TRACES {
            let around = text
                .find(trace)
                .map(|at| &text[at.saturating_sub(120)..at + trace.len()]);
            assert_eq!(around, None, "{trace} on {path} in {language}");
        }
        assert_eq!(text.matches("</title>").count(), 1, "{path}");
    }
}

on_both! {
    async fn no_text_becomes_markup(app: TestApp) {
        rename(&app).await;
        let family = families(&app).await;
        let Places { commune, area, village, .. } = app.places();
        let asked = serde_urlencoded::to_string([("search", MARKUP), ("figure", MARKUP)]).expect("a query");
        let next = serde_urlencoded::to_string([("next", MARKUP), ("error", MARKUP)]).expect("a query");
        let list = |unit: UnitId| format!("/dashboard/subjects?unit={unit}&title=learning_family&year={YEAR}");
        let pages = [
            "/dashboard".to_owned(),
            format!("/dashboard?unit={area}&year={YEAR}"),
            format!("/dashboard?unit={commune}&year={YEAR}&as_of=2023-12-31"),
            format!("/dashboard?unit={village}&year={YEAR}"),
            format!("/dashboard?{asked}"),
            list(commune),
            list(village),
            format!("{}&figure=returned", list(commune)),
            format!("{}&{asked}", list(commune)),
            format!("/dashboard/subject/{family}"),
            format!("/dashboard/subject/{}", "0".repeat(32)),
            "/commune".to_owned(),
            format!("/commune/queue?{asked}"),
            format!("/commune/queue?state=returned&{next}"),
            format!("/commune/queue/{}?{asked}", form_of(family.into())),
            format!("/commune/import?done={}&undone={}&{asked}", "0".repeat(6), "%3C%2Ftitle%3E%3Cb%3E%26"),
            format!("/commune?unit={area}"),
            format!("/duplicates?{asked}"),
            format!("/contributions?{asked}"),
            format!("/contributions?unit={commune}&year={YEAR}"),
            format!("/contributions/new?unit={commune}&year={YEAR}"),
            format!("/contributions/{}?{asked}", supporter(&app).await),
            format!("/duplicates/{family}/{}", twin(&app).await),
            format!("/carry?{next}"),
            format!("/sign-in?{next}"),
            format!("/khong-co?{next}"),
        ];
        let visited: BTreeSet<&str> = pages.iter().filter_map(|page| page.split('?').next()).collect();
        assert!(visited.len() > 6);
        for who in ["xa", "huyen", "quantri"] {
            let browser = app.sign_in(who).await;
            for page in &pages {
                assert_plain(&browser, page).await;
            }
            let list = [["1", MARKUP, MARKUP, MARKUP, MARKUP, "2", "2", "2"], ["2", "Lò Văn Pâng", "1974", MARKUP, "5", "2", "2", "2"]];
            let given = browser.give_list(commune, "</title><b>&", &lists::list(&list)).await;
            if let Some(preview) = given.header(header::LOCATION) {
                assert_plain(&browser, preview).await;
            }
        }
        // It is there, as text.
        let page = app.sign_in("xa").await.get(&format!("/dashboard/subject/{family}")).await.text();
        assert!(page.contains("<title>&lt;/title>&lt;b>&amp;"), "{page}");
    }
}
