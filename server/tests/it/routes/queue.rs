//! The commune's queue: one form after the other, and many at once.

use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use serde_json::json;
use server::clock;
use shared::assessment::StageName;
use shared::ids::{DocumentId, SubjectId};

use crate::support::changes::*;
use crate::support::request::{Browser, post};
use crate::support::{TestApp, on_both};

/// Families of the village whose forms were sent some hours ago.
async fn waiting(app: &TestApp, families: &[(&str, i64)]) -> Vec<SubjectId> {
    let places = app.places();
    let phone = app.sign_in("ban1").await;
    let mut ids = Vec::new();
    for (name, hours) in families {
        let family = new_subject();
        let mut changes = vec![register(family, places.commune, places.village, name)];
        changes.extend(scored_in(
            family,
            YEAR,
            clock::now() - TimeDelta::hours(*hours),
        ));
        send(&phone, changes).await;
        ids.push(family);
    }
    ids
}

/// The first value of a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
    let after = after.unwrap_or_else(|| panic!("{name} in {page}"));
    let value = after.split('"').next().expect("a value");
    value.replace("&amp;", "&")
}

/// Takes a step that a page offers, and follows the redirect: its address and the page.
async fn step_of(
    browser: &Browser,
    page: &str,
    step: &str,
    more: &[(&str, &str)],
) -> (String, String) {
    let wanted = format!("name=\"step\" value=\"{step}\"");
    let form = page.split("<form").find(|form| form.contains(&wanted));
    let form = form.unwrap_or_else(|| panic!("{step} in {page}"));
    let action = form.split("action=\"/dashboard/subject/").nth(1);
    let subject = action
        .and_then(|it| it.split('/').next())
        .expect("an action");
    let mut fields = vec![("step", step.to_owned())];
    for name in ["form", "looked", "year", "queue"] {
        fields.push((name, hidden(form, name)));
    }
    fields.extend(
        more.iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    let answer = post(
        browser,
        &format!("/dashboard/subject/{subject}/decide"),
        &fields,
    )
    .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let to = answer.header(header::LOCATION).expect("a page").to_owned();
    let page = browser.get(&to).await.text();
    (to, page)
}

async fn stage(app: &TestApp, family: SubjectId) -> StageName {
    let mut conn = app.db().read().await.expect("a connection");
    let form = server::db::documents::by_id(&mut conn, form_of(family))
        .await
        .expect("a form");
    form.expect("a form")
        .assessment()
        .expect("a head")
        .stage
        .name()
}

/// Where names stand in a page, in its order.
fn in_order(page: &str, names: &[&str]) -> bool {
    let at: Option<Vec<usize>> = names.iter().map(|name| page.find(*name)).collect();
    at.is_some_and(|at| at.is_sorted())
}

on_both! {
    async fn a_commune_decides_one_form_after_the_other(app: TestApp) {
        let ids = waiting(&app, &[("Lò Văn Pâng", 1), ("Đèo Thị Ín", 30), ("Mào Văn Ón", 5)]).await;
        let officer = app.sign_in("xa").await;
        let list = officer.get("/commune/queue").await.text();
        assert!(in_order(&list, &["Đèo Thị Ín", "Mào Văn Ón", "Lò Văn Pâng"]), "{list}");
        assert!(list.contains("3 phiếu. Phiếu gửi trước xếp trước."), "{list}");

        let first = officer.get(&format!("/commune/queue/{}", form_of(ids[1]))).await.text();
        assert!(first.contains("Phiếu 1 trong 3") && first.contains("40/40 điểm, Đạt"), "{first}");
        let (to, second) = step_of(&officer, &first, "verify", &[]).await;
        assert!(to.starts_with(&format!("/commune/queue/{}?", form_of(ids[2]))), "{to}");
        assert_eq!(stage(&app, ids[1]).await, StageName::Verified);
        assert!(second.contains("Đèo Thị Ín: Xã đã xác nhận điểm.") && second.contains("Phiếu 1 trong 2"), "{second}");

        // Given back with a word, and on to the next.
        let (to, third) = step_of(&officer, &second, "return", &[("comment", "Nhờ xem lại")]).await;
        assert!(to.starts_with(&format!("/commune/queue/{}?", form_of(ids[0]))), "{to}");
        assert!(third.contains("Mào Văn Ón: Xã trả lại."), "{third}");
        assert_eq!(stage(&app, ids[2]).await, StageName::Returned);
        let returned = officer.get("/commune/queue?state=returned").await.text();
        assert!(returned.contains("Mào Văn Ón") && !returned.contains("Pâng"), "{returned}");
    }

    async fn what_was_decided_last_is_taken_back_from_the_next(app: TestApp) {
        let ids = waiting(&app, &[("Lò Văn Pâng", 9), ("Đèo Thị Ín", 3)]).await;
        let officer = app.sign_in("xa").await;
        let first = officer.get(&format!("/commune/queue/{}", form_of(ids[0]))).await.text();
        let (_, second) = step_of(&officer, &first, "verify", &[]).await;
        assert!(second.contains("Lò Văn Pâng: Xã đã xác nhận điểm."), "{second}");
        let (to, again) = step_of(&officer, &second, "take_back", &[]).await;
        assert!(to.starts_with(&format!("/commune/queue/{}?", form_of(ids[0]))), "{to}");
        assert!(again.contains("Đã rút lại") && again.contains("Phiếu 1 trong 2"), "{again}");
        // The last of a queue leads back to the list.
        step_of(&officer, &again, "verify", &[]).await;
        let last = officer.get(&format!("/commune/queue/{}", form_of(ids[1]))).await.text();
        let (to, list) = step_of(&officer, &last, "verify", &[]).await;
        assert!(to.starts_with("/commune/queue?"), "{to}");
        assert!(list.contains("Đã xác nhận điểm.") && list.contains("Không có phiếu nào ở đây"), "{list}");
        let verified = officer.get("/commune/queue?state=verified").await.text();
        assert!(in_order(&verified, &["Lò Văn Pâng", "Đèo Thị Ín"]), "{verified}");
        app.assert_counts_agree().await;
    }

    async fn only_what_is_plain_is_confirmed_together(app: TestApp) {
        let ids = waiting(
            &app,
            &[("Lò Văn Pâng", 9), ("Đèo Thị Ín", 8), ("Mào Văn Ón", 7), ("Giàng A Páo", 6), ("Sùng Thị Mỷ", 5)],
        )
        .await;
        let phone = app.sign_in("ban1").await;
        // Two wrote a fact of the second apart; the third passed otherwise a year before.
        send(&phone, vec![
            set_field(ids[1], None, "hamlet", json!("Nhóm 1")),
            set_field(ids[1], None, "hamlet", json!("Nhóm 2")),
        ])
        .await;
        let mut before = scored_in(ids[2], YEAR.before(), clock::now() - TimeDelta::days(365));
        let submit = before.pop().expect("the last step");
        before.retain(|change| matches!(change.body, shared::change::ChangeBody::Start(_)));
        let form = before[0].doc;
        before.extend(nothing_met(form));
        before.push(submit);
        send(&app.sign_in("xa").await, before).await;

        let officer = app.sign_in("xa").await;
        let list = officer.get("/commune/queue").await.text();
        assert!(list.contains("Xác nhận cả 3 phiếu không có gì khác thường"), "{list}");
        assert!(list.contains("1 chỗ hai người ghi khác") && list.contains("Năm trước chưa đạt"), "{list}");
        let looked: Vec<String> = list
            .split("name=\"plain\" value=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .map(str::to_owned)
            .collect();
        assert_eq!(looked.len(), 3);
        // One of them changes before the press, and somebody puts in one that is not plain.
        send(&phone, vec![answer(ids[3], family_set().indicators().next().expect("one").code.as_str(), 0)]).await;
        let mut fields = vec![("which", "all".to_owned())];
        fields.extend(looked.iter().map(|it| ("plain", it.clone())));
        fields.push(("plain", format!("{}:1", form_of(ids[1]))));
        let done = post(&officer, "/commune/queue/confirm", &fields).await;
        let to = done.header(header::LOCATION).expect("a page").to_owned();
        assert!(to.contains("told=confirmed&n=2&left=2"), "{to}");
        let page = officer.get(&to).await.text();
        assert!(page.contains("Đã xác nhận 2 phiếu.") && page.contains("2 phiếu để lại"), "{page}");
        for (family, expected) in ids.iter().zip([true, false, false, false, true]) {
            assert_eq!(stage(&app, *family).await == StageName::Verified, expected);
        }
        app.assert_counts_agree().await;

        // Nothing chosen is told, and so is what makes no sense.
        let none = post(&officer, "/commune/queue/confirm", &[("which", "chosen")]).await;
        assert!(none.header(header::LOCATION).expect("a page").contains("n=0&left=0"));
        let bad = post(&officer, "/commune/queue/confirm", &[("chosen", "x:y")]).await;
        assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    }

    async fn nobody_decides_of_what_is_not_theirs(app: TestApp) {
        let ids = waiting(&app, &[("Lò Văn Pâng", 9)]).await;
        let places = app.places();
        let form: DocumentId = form_of(ids[0]);
        // A village scores and does not decide; an area consolidates; another commune is another's.
        for who in ["ban1", "huyen"] {
            let page = app.sign_in(who).await.get("/commune/queue").await.text();
            assert!(!page.contains("Pâng"), "{who}: {page}");
            let page = app.sign_in(who).await.get(&format!("/commune/queue/{form}")).await.text();
            assert!(!page.contains("Pâng"), "{who}: {page}");
        }
        let officer = app.sign_in("xa").await;
        let page = officer.get(&format!("/commune/queue?unit={}", places.elsewhere)).await.text();
        assert!(page.contains("Không"), "{page}");
        assert!(!page.contains("Pâng"), "{page}");
        let village = app.sign_in("ban1").await;
        let looked = format!("{form}:1");
        post(&village, "/commune/queue/confirm", &[("which", "all"), ("plain", looked.as_str())]).await;
        assert_eq!(stage(&app, ids[0]).await, StageName::Submitted);
    }
}

/// Answers that meet nothing.
fn nothing_met(form: DocumentId) -> Vec<shared::change::Change> {
    let zero = |asked: &shared::criteria::Indicator| shared::change::ChangeBody::SetAnswer {
        scorer: shared::document::Scorer::Village,
        code: asked.code.clone(),
        answer: Some(match asked.max {
            Some(_) => shared::scoring::Answer::Points(shared::criteria::Points::whole(0)),
            None => shared::scoring::Answer::Met(false),
        }),
    };
    family_set()
        .indicators()
        .map(|asked| change(form, None, zero(asked)))
        .collect()
}
