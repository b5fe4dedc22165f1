//! `/commune/queue/{form}/answer`: the commune answers a criterion itself, beside the village.

use axum::http::{StatusCode, header};
use serde_json::json;
use shared::assessment::Move;
use shared::change::ChangeBody;
use shared::criteria::{Indicator, Points};
use shared::document::{Document, Scorer};
use shared::ids::SubjectId;
use shared::scoring::Answer;

use crate::support::changes::*;
use crate::support::request::{Browser, post};
use crate::support::{TestApp, on_both};

/// A form of the village that waits for its commune.
async fn waiting(app: &TestApp) -> SubjectId {
    let places = app.places();
    let family = new_subject();
    let phone = app.sign_in("ban1").await;
    let changes = scored(family, places.commune, places.village, "Lò Văn Pâng");
    send(&phone, changes).await;
    family
}

fn first() -> &'static Indicator {
    family_set().indicators().next().expect("a criterion")
}

async fn stands(app: &TestApp, family: SubjectId) -> Document {
    let mut conn = app.db().read().await.expect("a connection");
    let form = server::db::documents::by_id(&mut conn, form_of(family)).await;
    form.expect("a database").expect("a form")
}

fn address(family: SubjectId) -> String {
    format!("/commune/queue/{}", form_of(family))
}

/// What the form of a criterion holds, in which an answer is chosen, or by which the last one is taken back.
fn form(page: &str, code: &str, is_back: bool) -> Vec<(&'static str, String)> {
    let wanted = format!("name=\"code\" value=\"{code}\"");
    let is_wanted =
        |form: &&str| form.contains(&wanted) && form.contains("name=\"back\"") == is_back;
    let form = page.split("<form").find(is_wanted);
    let form = form.unwrap_or_else(|| panic!("{code} in {page}"));
    ["looked", "code", "queue", "back", "answer"]
        .into_iter()
        .filter_map(|name| {
            let after = form.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
            Some((name, after.split('"').next()?.replace("&amp;", "&")))
        })
        .collect()
}

/// The same with an answer that was chosen.
fn chosen(page: &str, code: &str, answer: &str) -> Vec<(&'static str, String)> {
    let mut fields = form(page, code, false);
    fields.push(("answer", answer.to_owned()));
    fields
}

/// Answers as the page in sight offers it, and follows the redirect: its address and the page.
async fn give(
    browser: &Browser,
    family: SubjectId,
    page: &str,
    code: &str,
    answer: Option<&str>,
) -> (String, String) {
    let fields = match answer {
        Some(answer) => chosen(page, code, answer),
        None => form(page, code, true),
    };
    let to = format!("{}/answer", address(family));
    let answer = post(browser, &to, &fields).await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{fields:?}: {}",
        answer.text()
    );
    let to = answer.header(header::LOCATION).expect("a page").to_owned();
    (to.clone(), browser.get(&to).await.text())
}

on_both! {
    async fn a_commune_answers_beside_the_village_and_takes_it_back(app: TestApp) {
        let family = waiting(&app).await;
        let officer = app.sign_in("xa").await;
        let code = first().code.as_str();
        let page = officer.get(&format!("{}?state=waiting", address(family))).await.text();
        assert!(page.contains("40/40 điểm, Đạt"), "{page}");
        let (to, page) = give(&officer, family, &page, code, Some("0")).await;
        assert!(to.starts_with(&address(family)) && to.contains("state=waiting"), "{to}");
        assert!(page.contains(&format!("Xã chấm “{}”: 0 điểm.", first().question)), "{page}");
        assert!(page.contains("Kết quả bây giờ: 30/40 điểm"), "{page}");
        assert!(page.contains("Xã chấm khác 1 câu"), "{page}");
        let form = stands(&app, family).await;
        let zero = Some(Answer::Points(Points::ZERO));
        assert_eq!(form.answer(Scorer::Commune, &first().code), zero);
        assert_eq!(form.answer(Scorer::Village, &first().code), first().max.map(Answer::Points));
        assert!(!form.in_conflict());
        app.assert_counts_agree().await;

        // Another answer, and back to the one before; then back to the village's.
        let (to, page) = give(&officer, family, &page, code, Some("5")).await;
        assert!(page.contains("Rút lại câu vừa chấm"), "{to}: {page}");
        let (to, page) = give(&officer, family, &page, code, None).await;
        assert!(to.contains("told=answer_back"), "{to}");
        assert!(page.contains("Đã rút lại.") && page.contains(": 0 điểm."), "{page}");
        assert_eq!(stands(&app, family).await.answer(Scorer::Commune, &first().code), zero);
        let (_, page) = give(&officer, family, &page, code, Some("")).await;
        assert!(page.contains("Kết quả bây giờ: 40/40 điểm, Đạt"), "{page}");
        let form = stands(&app, family).await;
        assert_eq!(form.answer(Scorer::Commune, &first().code), None);
        assert!(!form.in_conflict());
        // The history tells it like any other answer.
        let told = officer.get(&format!("/dashboard/subject/{family}")).await.text();
        assert!(told.contains("Người xa"), "{told}");
        app.assert_counts_agree().await;
    }

    async fn what_does_not_apply_by_itself_is_answered_and_taken_back(app: TestApp) {
        let places = app.places();
        let family = new_subject();
        let mut changes = scored(family, places.commune, places.village, "Lò Văn Pâng");
        if let ChangeBody::Register(registration) = &mut changes[0].body {
            registration.fields.insert("children".into(), json!(0));
        }
        // Nobody is asked of the children of a family that has none.
        changes.retain(|change| match &change.body {
            ChangeBody::SetAnswer { code, .. } => !code.as_str().starts_with("GD.1"),
            _ => true,
        });
        send(&app.sign_in("ban1").await, changes).await;
        let officer = app.sign_in("xa").await;
        let page = officer.get(&address(family)).await.text();
        assert!(page.contains("10/10 điểm"), "{page}");
        let (_, page) = give(&officer, family, &page, "GD.1a", Some("4")).await;
        assert!(page.contains("Kết quả bây giờ: 14/20 điểm"), "{page}");
        let (to, page) = give(&officer, family, &page, "GD.1a", None).await;
        assert!(to.contains("told=answer_back") && page.contains("Kết quả bây giờ: 10/10"), "{to}");
        app.assert_counts_agree().await;
    }

    async fn what_is_not_within_the_criterion_is_not_taken(app: TestApp) {
        let family = waiting(&app).await;
        let officer = app.sign_in("xa").await;
        let code = first().code.as_str();
        let page = officer.get(&address(family)).await.text();
        for wrong in ["999", "-1", "true", "0.5"] {
            let (to, shown) = give(&officer, family, &page, code, Some(wrong)).await;
            assert!(to.contains("refused="), "{wrong}: {to}");
            assert!(shown.contains("Chưa ghi được."), "{wrong}: {shown}");
        }
        for wrong in ["0.3", "ten", "{}"] {
            let fields = chosen(&page, code, wrong);
            let answer = post(&officer, &format!("{}/answer", address(family)), &fields).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
        let mut fields = chosen(&page, code, "0");
        for field in fields.iter_mut().filter(|(name, _)| *name == "code") {
            field.1 = "GD.none".to_owned();
        }
        let answer = post(&officer, &format!("{}/answer", address(family)), &fields).await;
        assert!(answer.header(header::LOCATION).expect("a page").contains("refused="));
        // What has changed meanwhile is looked at first.
        send(&app.sign_in("ban1").await, vec![set_field(family, None, "note", json!("x")), crate::support::changes::answer(family, code, 5)]).await;
        let (to, shown) = give(&officer, family, &page, code, Some("0")).await;
        assert!(to.contains("told=changed") && shown.contains("Phiếu vừa thay đổi"), "{to}");
        // What does not apply is said so where the set offers it, and counts as the set says.
        let offers = |asked: &&Indicator| {
            let (group, asked) = family_set().indicator(&asked.code).expect("one");
            shared::scoring::exemption(group, asked).is_some()
        };
        let page = officer.get(&address(family)).await.text();
        if let Some(asked) = family_set().indicators().find(offers) {
            let (to, _) = give(&officer, family, &page, asked.code.as_str(), Some("exempt")).await;
            assert!(to.contains("told=answer"), "{to}");
            let form = stands(&app, family).await;
            assert_eq!(form.answer(Scorer::Commune, &asked.code), Some(Answer::Exempt));
        }
        app.assert_counts_agree().await;
    }

    async fn only_the_commune_answers_and_only_while_it_looks(app: TestApp) {
        let family = waiting(&app).await;
        let officer = app.sign_in("xa").await;
        let code = first().code.as_str();
        let page = officer.get(&address(family)).await.text();
        let fields = chosen(&page, code, "0");
        let to = format!("{}/answer", address(family));
        for who in ["ban1", "huyen", "giamsat"] {
            let answer = post(&app.sign_in(who).await, &to, &fields).await;
            let to = answer.header(header::LOCATION).expect("a page");
            assert!(to.contains("refused="), "{who}: {to}");
        }
        assert_eq!(post(&app.sign_in("ban2").await, &to, &fields).await.status, StatusCode::NOT_FOUND);
        let nobody = Browser { app: app.clone(), cookie: String::new() };
        let answer = post(&nobody, &to, &fields).await;
        let door = answer.header(header::LOCATION).expect("a door");
        assert_eq!(door, format!("/sign-in?next=%2Fcommune%2Fqueue%2F{}", form_of(family)));
        // Once it is confirmed no answer is offered, and none is taken.
        send(&officer, vec![step(family, Move::Verify)]).await;
        let page = officer.get(&address(family)).await.text();
        assert!(!page.contains("name=\"code\""), "{page}");
        let seq = stands(&app, family).await.seq.to_string();
        let mut late = fields.clone();
        for field in late.iter_mut().filter(|(name, _)| *name == "looked") {
            field.1.clone_from(&seq);
        }
        let answer = post(&officer, &to, &late).await;
        assert!(answer.header(header::LOCATION).expect("a page").contains("refused="));
        assert_eq!(stands(&app, family).await.answer(Scorer::Commune, &first().code), None);
    }
}
