//! What a desk page sends: a commune decides of a form that it has looked at.

use app::words;
use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use server::clock;
use shared::assessment::Move;
use shared::calendar;
use shared::ids::SubjectId;
use shared::rollup::Counts;

use crate::support::changes::*;
use crate::support::request::{Browser, post};
use crate::support::{Places, on_both};

async fn page(browser: &Browser, family: SubjectId) -> String {
    let answer = browser
        .get(&format!("/dashboard/subject/{family}?year={YEAR}"))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.text()
}

/// The state of the form that a page shows.
fn looked(page: &str) -> String {
    let after = page
        .split("name=\"looked\" value=\"")
        .nth(1)
        .expect("a decision");
    after.split('"').next().expect("a number").to_owned()
}

/// Decides by what the page shows now, and follows the redirect.
async fn decide(browser: &Browser, family: SubjectId, fields: &[(&str, &str)]) -> String {
    let looked = looked(&page(browser, family).await);
    let form = form_of(family).to_string();
    let year = YEAR.to_string();
    let mut all = vec![
        ("form", form.as_str()),
        ("looked", &looked),
        ("year", &year),
    ];
    all.extend_from_slice(fields);
    let answer = post(
        browser,
        &format!("/dashboard/subject/{family}/decide"),
        &all,
    )
    .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let to = answer.header(header::LOCATION).expect("a page").to_owned();
    browser.get(&to).await.text()
}

async fn counts(browser: &Browser, places: &Places) -> Counts {
    let path = format!(
        "/api/v1/dashboard?unit={}&title=learning_family&year={YEAR}",
        places.commune
    );
    let found: Value = browser.get(&path).await.json();
    serde_json::from_value(found["unit"]["counts"].clone()).expect("counts")
}

fn failed(family: SubjectId, places: &Places) -> Vec<shared::change::Change> {
    let mut changes = scored(family, places.commune, places.village, "Mào Văn Ón");
    let submit = changes.pop().expect("the last step");
    let first = family_set().indicators().next().expect("a criterion");
    changes.push(answer(family, first.code.as_str(), 0));
    changes.push(submit);
    changes
}

on_both! {
    async fn a_commune_decides_below_what_it_decides_by(app: TestApp) {
        let places = app.places();
        let officer = app.sign_in("xa").await;
        let [good, bad] = [1, 2].map(|_| new_subject());
        let mut changes = scored(good, places.commune, places.village, "Lò Văn Pâng");
        changes.extend(failed(bad, &places));
        send(&officer, changes).await;
        let shown = page(&officer, good).await;
        let question = &family_set().indicators().next().expect("a criterion").question;
        let (answers, decision) = (shown.find(question.as_str()), shown.find("Xã thẩm tra"));
        assert!(answers.is_some() && answers < decision, "{shown}");
        assert!(shown.contains("Xác nhận điểm: 40/40 điểm, Đạt"), "{shown}");
        // What failed is confirmed as what it is.
        let shown = page(&officer, bad).await;
        assert!(shown.contains("điểm, Chưa đạt") && !shown.contains("điểm, Đạt"), "{shown}");
        let shown = decide(&officer, bad, &[("step", "verify")]).await;
        assert!(shown.contains("Đã xác nhận điểm.") && shown.contains("Chưa đạt"), "{shown}");
        let counted = counts(&officer, &places).await;
        assert_eq!((counted.waiting, counted.passed, counted.verified), (1, 1, 0));
        decide(&officer, good, &[("step", "verify")]).await;
        let counted = counts(&officer, &places).await;
        assert_eq!((counted.waiting, counted.passed, counted.verified), (0, 1, 1));
        // Taken back, it waits again, with every answer.
        let shown = decide(&officer, good, &[("step", "take_back")]).await;
        assert!(shown.contains("Đã rút lại") && shown.contains("Xác nhận điểm: 40/40"), "{shown}");
        assert_eq!(counts(&officer, &places).await.waiting, 1);
        // Not eligible is another thing than a low score, and needs a reason.
        let shown = decide(&officer, good, &[("step", "not_eligible"), ("reason", "  ")]).await;
        assert!(shown.contains("Chưa ghi được."), "{shown}");
        let shown = decide(&officer, good, &[("step", "not_eligible"), ("reason", "Vi phạm pháp luật")]).await;
        assert!(shown.contains("Vi phạm pháp luật"), "{shown}");
        let counted = counts(&officer, &places).await;
        assert_eq!((counted.passed, counted.verified), (0, 0));
        let shown = decide(&officer, good, &[("step", "reopen")]).await;
        assert!(shown.contains("Đã mở lại phiếu"), "{shown}");
        app.assert_counts_agree().await;
    }

    async fn a_form_is_given_back_criterion_by_criterion(app: TestApp) {
        let places = app.places();
        let officer = app.sign_in("xa").await;
        let family = new_subject();
        send(&officer, scored(family, places.commune, places.village, "Lò Văn Pâng")).await;
        let first = family_set().indicators().next().expect("a criterion");
        let remark = format!("remark.{}", first.code);
        let shown = decide(&officer, family, &[
            ("step", "return"),
            ("comment", ""),
            (&remark, "Cháu thứ hai đã nghỉ học"),
        ]).await;
        assert!(shown.contains("Đã trả lại để sửa."), "{shown}");
        assert!(shown.contains("Xã ghi: Cháu thứ hai đã nghỉ học"), "{shown}");
        assert!(shown.contains("Xem các mục xã ghi."), "{shown}");
        let shown = decide(&officer, family, &[("step", "take_back")]).await;
        assert!(shown.contains("Xác nhận điểm: 40/40"), "{shown}");
        assert!(!shown.contains("Cháu thứ hai đã nghỉ học</p>"), "{shown}");
    }

    async fn a_form_tells_who_took_which_step_and_why(app: TestApp) {
        let places = app.places();
        let (officer, phone) = (app.sign_in("xa").await, app.sign_in("ban1").await);
        let family = new_subject();
        send(&phone, scored(family, places.commune, places.village, "Lò Văn Pâng")).await;
        decide(&officer, family, &[("step", "return"), ("comment", "Cháu thứ hai đã nghỉ học")]).await;
        send(&phone, vec![step(family, Move::Submit)]).await;
        let shown = decide(&officer, family, &[("step", "verify")]).await;
        let steps = shown.split("class=\"timeline\"").nth(1).expect("steps");
        let steps = steps.split("</ol>").next().expect("a list");
        let day = words::date(calendar::day(clock::now()));
        let mut rest = steps;
        for (stage, who) in [
            ("Đã đăng ký", "Người ban1"),
            ("Đang chấm", "Người ban1"),
            ("Đã gửi xã", "Người ban1"),
            ("Xã trả lại", "Người xa"),
            ("Đã gửi xã", "Người ban1"),
            ("Xã đã xác nhận", "Người xa"),
        ] {
            let (_, after) = rest.split_once(stage).unwrap_or_else(|| panic!("{stage} in {steps}"));
            let line = after.split("</li>").next().expect("a line");
            assert!(line.contains(&format!("{who} · {day}")), "{stage}: {line}");
            assert_eq!(line.contains("Cháu thứ hai đã nghỉ học"), stage == "Xã trả lại", "{line}");
            rest = after;
        }
        // That the commune took its decision back is no sending by the village.
        let shown = decide(&officer, family, &[("step", "take_back")]).await;
        let steps = shown.split("class=\"timeline\"").nth(1).expect("steps");
        let last = steps.split("</ol>").next().and_then(|it| it.rsplit("<li").next());
        assert!(last.is_some_and(|it| it.contains("Rút lại quyết định")), "{steps}");
    }

    async fn what_has_changed_is_looked_at_first(app: TestApp) {
        let places = app.places();
        let officer = app.sign_in("xa").await;
        let family = new_subject();
        send(&officer, scored(family, places.commune, places.village, "Lò Văn Pâng")).await;
        let seen = looked(&page(&officer, family).await);
        let first = family_set().indicators().next().expect("a criterion");
        send(&officer, vec![answer(family, first.code.as_str(), 0)]).await;
        let form = form_of(family).to_string();
        let path = format!("/dashboard/subject/{family}/decide");
        let fields = [("form", form.as_str()), ("looked", &seen), ("step", "verify")];
        let answer = post(&officer, &path, &fields).await;
        let to = answer.header(header::LOCATION).expect("a page");
        assert!(to.ends_with("told=changed"), "{to}");
        assert_eq!(counts(&officer, &places).await.waiting, 1);
        // Pressed twice, it is done once.
        let seen = looked(&page(&officer, family).await);
        let fields = [("form", form.as_str()), ("looked", &seen), ("step", "verify")];
        for _ in 0..2 {
            let answer = post(&officer, &path, &fields).await;
            let to = answer.header(header::LOCATION).expect("a page");
            assert!(to.ends_with("told=verify"), "{to}");
        }
    }

    async fn nobody_decides_who_may_not(app: TestApp) {
        let places = app.places();
        let officer = app.sign_in("xa").await;
        let family = new_subject();
        send(&officer, scored(family, places.commune, places.village, "Lò Văn Pâng")).await;
        let seen = looked(&page(&officer, family).await);
        let form = form_of(family).to_string();
        let path = format!("/dashboard/subject/{family}/decide");
        let fields = [("form", form.as_str()), ("looked", seen.as_str()), ("step", "verify")];
        for who in ["ban1", "huyen", "giamsat"] {
            let other = app.sign_in(who).await;
            assert!(!page(&other, family).await.contains("name=\"looked\""), "{who}");
            let answer = post(&other, &path, &fields).await;
            let to = answer.header(header::LOCATION).expect("a page");
            assert!(to.contains("refused="), "{who}: {to}");
        }
        let stranger = app.sign_in("ban2").await;
        assert_eq!(post(&stranger, &path, &fields).await.status, StatusCode::NOT_FOUND);
        let nobody = Browser { app: app.clone(), cookie: String::new() };
        let answer = post(&nobody, &path, &fields).await;
        let to = answer.header(header::LOCATION).expect("a page");
        assert!(to.starts_with("/sign-in?next="), "{to}");
        for wrong in [
            vec![],
            vec![("form", form.as_str()), ("looked", "x"), ("step", "verify")],
            vec![("form", form.as_str()), ("looked", "1"), ("step", "recognise")],
        ] {
            assert_eq!(post(&officer, &path, &wrong).await.status, StatusCode::BAD_REQUEST);
        }
        assert_eq!(counts(&officer, &places).await.waiting, 1);
    }

    async fn a_commune_begins_with_its_work(app: TestApp) {
        let places = app.places();
        let officer = app.sign_in("xa").await;
        let family = new_subject();
        send(&officer, scored(family, places.commune, places.village, "Lò Văn Pâng")).await;
        let nobody = Browser { app: app.clone(), cookie: String::new() };
        for (who, start) in [
            ("xa", "/commune?signed=in"),
            ("chutich", "/commune?signed=in"),
            ("ban1", "/?signed=in"),
            ("huyen", "/dashboard"),
            ("quantri", "/dashboard"),
        ] {
            let fields = [("username", who), ("password", crate::support::PASSWORD)];
            let answer = post(&nobody, "/api/v1/login", &fields).await;
            assert_eq!(answer.header(header::LOCATION), Some(start), "{who}");
        }
        // What waits is counted, opens into who waits, and each of those into what is decided of them.
        let shown = officer.get("/commune").await.text();
        assert!(shown.contains("figure=waiting"), "{shown}");
        let list = format!("/dashboard/subjects?unit={}&year={YEAR}&figure=waiting", places.village);
        let list = officer.get(&list).await.text();
        let to = format!("/dashboard/subject/{family}?year={YEAR}");
        assert!(list.contains(&to), "{list}");
        let shown = officer.get(&to).await.text();
        assert!(shown.contains("Xác nhận điểm: 40/40") && shown.contains(&format!("/subject/{family}\"")), "{shown}");
        // The person of the page is told to the script, which sends what they left on this device.
        assert!(shown.contains("id=\"unsent\"") && shown.contains("data-warns"), "{shown}");
    }

    async fn a_device_that_is_gone_is_put_away_until_it_is_heard_of(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        send(&phone, Vec::new()).await;
        let officer = app.sign_in("xa").await;
        let devices = async || -> Vec<Value> {
            let path = format!("/api/v1/devices?commune={}", places.commune);
            officer.get(&path).await.json()
        };
        let found = devices().await;
        assert_eq!(found.len(), 1);
        let shown = officer.get("/commune").await.text();
        assert!(shown.contains("Người ban1") && shown.contains("chưa đăng nhập lần nào"), "{shown}");
        let (device, user) = (found[0]["device"].as_str(), found[0]["user_id"].as_str());
        let unit = places.commune.to_string();
        let fields = [("unit", unit.as_str()), ("device", device.expect("an id")), ("user", user.expect("an id"))];
        let reader = app.sign_in("giamsat").await;
        assert_eq!(post(&reader, "/commune/devices/retire", &fields).await.status, StatusCode::FORBIDDEN);
        let answer = post(&officer, "/commune/devices/retire", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert!(devices().await.is_empty());
        send(&phone, Vec::new()).await;
        assert_eq!(devices().await, json!(devices().await).as_array().cloned().expect("a list"));
        assert_eq!(devices().await.len(), 1);
    }
}
