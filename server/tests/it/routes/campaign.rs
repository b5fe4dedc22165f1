//! The days of a year: set, inherited, refused, told to phones, and who is late by them.

use axum::http::{StatusCode, header};
use chrono::{Days, NaiveDate, TimeDelta};
use serde_json::{Value, json};
use server::clock;
use shared::api::campaigns::{Campaign, LateForms};
use shared::api::queue::Queue;
use shared::calendar;
use shared::campaign::{Step, ToldCampaign};
use shared::criteria::Title;
use shared::ids::UnitId;
use shared::sync::SyncRequest;

use crate::support::changes::*;
use crate::support::on_both;
use crate::support::request::{Answer, Browser, post};

fn written(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

/// So many days from today, as an office writes it.
fn in_days(days: i64) -> String {
    written(from_today(days))
}

fn from_today(days: i64) -> NaiveDate {
    clock::today() + TimeDelta::days(days)
}

/// The year being judged.
fn year() -> i32 {
    calendar::year_judged(clock::today()).get()
}

async fn set(
    browser: &Browser,
    unit: UnitId,
    title: &str,
    version: i64,
    days: &[(&str, &str)],
) -> Answer {
    let fields = [
        ("unit", unit.to_string()),
        ("year", year().to_string()),
        ("title", title.to_owned()),
        ("version", version.to_string()),
    ];
    let days = days.iter().map(|(step, day)| (*step, (*day).to_owned()));
    let fields: Vec<(&str, String)> = fields.into_iter().chain(days).collect();
    post(browser, "/campaign", &fields).await
}

async fn set_well(
    browser: &Browser,
    unit: UnitId,
    title: &str,
    version: i64,
    days: &[(&str, &str)],
) {
    let answer = set(browser, unit, title, version, days).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let to = answer.header(header::LOCATION).expect("a page");
    let page = browser.get(to).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("Đã lưu"), "{}", page.text());
}

async fn asked(browser: &Browser, query: &str) -> Campaign {
    let answer = browser.get(&format!("/api/v1/campaign?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

fn day_of(campaign: &Campaign, step: Step) -> Option<NaiveDate> {
    let found = campaign.steps.iter().find(|it| it.step == step);
    found.expect("every step").day
}

/// What a phone hears that was told a version.
async fn heard(phone: &Browser, known: Option<&str>) -> Option<ToldCampaign> {
    let asking = SyncRequest {
        campaign: known.map(str::to_owned),
        ..request(Vec::new())
    };
    phone.sync(&asking).await.campaign
}

on_both! {
    async fn an_area_sets_days_and_everybody_below_has_them(app: TestApp) {
        let places = app.places();
        let (area, officer) = (app.sign_in("huyen").await, app.sign_in("xa").await);
        let empty = asked(&officer, "").await;
        assert_eq!((empty.unit, empty.version, empty.may_set), (places.commune, 0, true));
        assert!(empty.steps.iter().all(|it| it.day.is_none() && it.inherited.is_none()));
        let page = officer.get("/campaign").await.text();
        assert!(page.contains("Chưa có ngày nào") && page.contains("Đơn vị chưa đặt ngày riêng."), "{page}");

        set_well(&area, places.area, "", 0, &[("submit", &in_days(20)), ("verify", &in_days(40))]).await;
        let campaign = asked(&officer, "").await;
        assert_eq!(day_of(&campaign, Step::Submit), Some(from_today(20)));
        assert_eq!(campaign.version, 0, "it has set none itself");
        let submit = &campaign.steps[Step::Submit as usize];
        assert_eq!(submit.inherited.as_ref().map(|it| it.unit), Some(places.area));
        // Of a village the days are its commune's.
        let village = asked(&officer, &format!("unit={}", places.village)).await;
        assert_eq!((village.unit, day_of(&village, Step::Submit)), (places.commune, Some(from_today(20))));

        // The commune is earlier with one of them, in other ways of writing a day.
        let typed = from_today(15).format("%d.%m.%Y").to_string();
        set_well(&officer, places.commune, "", 0, &[("submit", &typed), ("verify", " ")]).await;
        let campaign = asked(&app.sign_in("chutich").await, "").await;
        assert_eq!(day_of(&campaign, Step::Submit), Some(from_today(15)));
        assert_eq!(day_of(&campaign, Step::Verify), Some(from_today(40)));
        assert_eq!(campaign.saved.and_then(|it| it.by).as_deref(), Some("Người xa"));
        let elsewhere = asked(&area, &format!("unit={}", places.elsewhere)).await;
        assert_eq!(day_of(&elsewhere, Step::Submit), Some(from_today(20)));
        let page = officer.get("/campaign").await.text();
        assert!(page.contains("Ngày riêng. ") && page.contains(&in_days(20)), "{page}");

        // The area becomes earlier still: the commune's own no longer counts, and its people are told.
        set_well(&area, places.area, "", 1, &[("submit", &in_days(10))]).await;
        let campaign = asked(&officer, "").await;
        assert_eq!(day_of(&campaign, Step::Submit), Some(from_today(10)));
        assert_eq!(day_of(&campaign, Step::Verify), None, "an empty field takes a day away");
        let page = officer.get("/campaign").await.text();
        assert!(page.contains("ngày riêng không còn dùng"), "{page}");

        // One title has days of its own, and the law's stand beside them.
        set_well(&area, places.area, "learning_unit", 0, &[("submit", &in_days(30))]).await;
        let units = asked(&officer, "title=learning_unit").await;
        assert_eq!(day_of(&units, Step::Submit), Some(from_today(30)));
        assert_eq!(units.titles, [Title::LearningUnit]);
        let page = area.get("/campaign?title=learning_unit").await.text();
        assert!(page.contains("Thông tư 24/2023/TT-BGDĐT"), "{page}");
        let again = asked(&officer, "").await;
        assert_eq!(day_of(&again, Step::Submit), Some(from_today(10)));

        // It is recorded.
        app.state.events.flush().await;
        let events: Value = app.sign_in("quantri").await.get("/api/v1/events?kind=campaign_set").await.json();
        assert_eq!(events["rows"].as_array().map(Vec::len), Some(4), "{events}");
        assert_eq!(events["rows"][0]["by"]["username"], "huyen");
    }

    async fn what_cannot_stand_comes_back_to_be_mended(app: TestApp) {
        let places = app.places();
        let (area, officer) = (app.sign_in("huyen").await, app.sign_in("xa").await);
        set_well(&area, places.area, "", 0, &[("score", &in_days(10)), ("submit", &in_days(20))]).await;
        let next = year() + 1;
        for (days, told) in [
            (vec![("submit", in_days(21))], format!("cấp trên đặt {}", in_days(20))),
            (vec![("submit", in_days(9))], "không trước bước “Tự chấm”".to_owned()),
            (vec![("meet", in_days(21))], "không sau bước “Gửi xã”".to_owned()),
            (vec![("decide", format!("01/07/{next}"))], format!("đến 30/06/{next}")),
            (vec![("register", format!("31/12/{}", year() - 1))], format!("từ 01/01/{}", year())),
            (vec![("verify", "31/13/2026".to_owned())], "ghi ngày như 15/11/2026".to_owned()),
            (vec![("verify", "<b>\"mai\"</b>".to_owned())], "ghi ngày như 15/11/2026".to_owned()),
            (vec![("verify", "9".repeat(5_000))], "ghi ngày như 15/11/2026".to_owned()),
            (vec![("verify", "1/1/99999".to_owned())], "ghi ngày như 15/11/2026".to_owned()),
        ] {
            let days: Vec<(&str, &str)> = days.iter().map(|(step, day)| (*step, day.as_str())).collect();
            let answer = set(&officer, places.commune, "", 0, &days).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{days:?}");
            let page = answer.text();
            assert!(page.contains("Chưa lưu. Hãy sửa:") && page.contains(&told), "{told} in {page}");
            assert!(page.len() < 60_000 && !page.contains("<b>\"mai"), "{}", page.len());
        }
        let answer = set(&officer, places.commune, "", 0, &[("verify", "mai <i>")]).await;
        assert!(answer.text().contains("value=\"mai &lt;i&gt;\""), "{}", answer.text());
        assert_eq!(asked(&officer, "").await.version, 0);
        // No such year, title, unit or version.
        let unit = places.commune.to_string();
        let sound = [("unit", unit.as_str()), ("year", &year().to_string()), ("title", ""), ("version", "0")].map(|(name, value)| (name, value.to_owned()));
        for (name, value) in [
            ("year", "1999"),
            ("year", "2099"),
            ("year", "năm nay"),
            ("title", "learning_planet"),
            ("version", "x"),
            ("unit", "x"),
        ] {
            let mut fields = sound.clone();
            for field in fields.iter_mut().filter(|(it, _)| *it == name) {
                field.1 = value.to_owned();
            }
            assert_eq!(post(&officer, "/campaign", &fields).await.status, StatusCode::BAD_REQUEST, "{name}={value}");
        }
        for version in ["-1", "9223372036854775807"] {
            let mut fields = sound.clone();
            fields[3].1 = version.to_owned();
            let answer = post(&officer, "/campaign", &fields).await;
            assert!(answer.status == StatusCode::SEE_OTHER || answer.status == StatusCode::BAD_REQUEST, "{version}");
        }
        // What an address says wrongly is left out, and other years are read.
        assert_eq!(officer.get("/campaign?year=x&title=y&unit=z").await.status, StatusCode::OK);
        let past = asked(&officer, "year=2020").await;
        assert!(!past.may_set, "nobody sets the days of 2020");
    }

    async fn two_people_do_not_overwrite_each_other_in_silence(app: TestApp) {
        let places = app.places();
        let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
        // Both look at the empty year, and send at the same moment.
        let (mine, theirs) = ([("submit", in_days(10))], [("submit", in_days(12))]);
        let (mine, theirs) = (mine.each_ref().map(|(s, d)| (*s, d.as_str())), theirs.each_ref().map(|(s, d)| (*s, d.as_str())));
        let (one, other) = tokio::join!(
            set(&officer, places.commune, "", 0, &mine),
            set(&leader, places.commune, "", 0, &theirs),
        );
        let taken = [&one, &other].map(|answer| answer.status == StatusCode::SEE_OTHER);
        assert!(taken[0] != taken[1], "one of them: {} {}", one.status, other.status);
        let (late, late_typed, kept) = match taken[0] {
            true => (&other, in_days(12), from_today(10)),
            false => (&one, in_days(10), from_today(12)),
        };
        let page = late.text();
        assert!(page.contains("người khác vừa lưu lịch này"), "{page}");
        // What they typed is there, what the other saved stands beside it, and sent again it is taken.
        assert!(page.contains(&format!("value=\"{late_typed}\"")), "{page}");
        assert!(page.contains(&format!("Vừa được lưu: {}", written(kept))), "{page}");
        assert!(page.contains("name=\"version\" value=\"1\""), "{page}");
        let campaign = asked(&officer, "").await;
        assert_eq!((campaign.version, day_of(&campaign, Step::Submit)), (1, Some(kept)));
        set_well(&leader, places.commune, "", 1, &[("submit", &in_days(11))]).await;
        assert_eq!(set(&officer, places.commune, "", 1, &[]).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(asked(&officer, "").await.version, 2);
    }

    async fn everybody_sets_their_own_units_only_and_desks_read(app: TestApp) {
        let places = app.places();
        for (username, unit, expected) in [
            ("xa", places.commune, StatusCode::SEE_OTHER),
            ("xa", places.elsewhere, StatusCode::NOT_FOUND),
            ("xa", places.area, StatusCode::NOT_FOUND),
            ("huyen", places.area, StatusCode::SEE_OTHER),
            ("huyen", places.commune, StatusCode::NOT_FOUND),
            ("quantri", places.elsewhere, StatusCode::SEE_OTHER),
            ("quantri", places.village, StatusCode::NOT_FOUND),
            ("quantri", places.old, StatusCode::NOT_FOUND),
            ("giamsat", places.commune, StatusCode::FORBIDDEN),
            ("ban1", places.commune, StatusCode::FORBIDDEN),
            ("ban1b", places.village, StatusCode::FORBIDDEN),
        ] {
            let browser = app.sign_in(username).await;
            let status = set(&browser, unit, "", 0, &[("submit", &in_days(20))]).await.status;
            assert_eq!(status, expected, "{username}");
        }
        for (username, unit, expected) in [
            ("giamsat", places.commune, StatusCode::OK),
            ("phutrach", places.commune, StatusCode::OK),
            ("huyen", places.elsewhere, StatusCode::OK),
            ("xa", places.elsewhere, StatusCode::NOT_FOUND),
            ("ban1", places.village, StatusCode::FORBIDDEN),
        ] {
            let browser = app.sign_in(username).await;
            for page in ["/campaign", "/api/v1/campaign", "/api/v1/late"] {
                let status = browser.get(&format!("{page}?unit={unit}")).await.status;
                assert_eq!(status, expected, "{username} {page}");
            }
        }
        let reader = app.sign_in("giamsat").await;
        let page = reader.get(&format!("/campaign?unit={}", places.commune)).await.text();
        assert!(page.contains("do người của đơn vị đặt") && !page.contains("name=\"version\""), "{page}");
        let nobody = Browser { app: app.clone(), cookie: String::new() };
        assert_eq!(nobody.get("/campaign").await.status, StatusCode::SEE_OTHER);
        assert_eq!(nobody.get("/api/v1/campaign").await.status, StatusCode::UNAUTHORIZED);
    }

    async fn a_phone_is_told_of_days_only_when_they_changed(app: TestApp) {
        let places = app.places();
        let (area, officer) = (app.sign_in("huyen").await, app.sign_in("xa").await);
        let (phone, other) = (app.sign_in("ban1").await, app.sign_in("ban2").await);
        // An old phone asks for none and is told none; where there is none there is nothing to tell.
        assert_eq!(heard(&phone, Some("")).await, None);
        set_well(&area, places.area, "", 0, &[("submit", &in_days(20))]).await;
        assert_eq!(heard(&phone, None).await, None);
        let told = heard(&phone, Some("")).await.expect("days");
        let family = |told: &ToldCampaign, year| told.day(places.commune, year, Title::LearningFamily, Step::Submit);
        let judged = calendar::year_judged(clock::today());
        assert_eq!(family(&told, judged), Some(from_today(20)));
        assert_eq!(heard(&phone, Some(&told.version)).await, None, "it knows them");
        assert_eq!(heard(&other, Some(&told.version)).await, None, "a neighbour has the same");
        assert_eq!(heard(&officer, Some("")).await.map(|it| it.version), Some(told.version.clone()));

        set_well(&officer, places.commune, "", 0, &[("submit", &in_days(15))]).await;
        let earlier = heard(&phone, Some(&told.version)).await.expect("other days");
        assert_eq!(family(&earlier, judged), Some(from_today(15)));
        // What another commune sets is nothing to it.
        let keeper = app.sign_in("quantri").await;
        set_well(&keeper, places.elsewhere, "", 0, &[("submit", &in_days(5))]).await;
        assert_eq!(heard(&phone, Some(&earlier.version)).await, None);
        // Taken away again.
        set_well(&officer, places.commune, "", 1, &[]).await;
        assert_eq!(heard(&phone, Some(&earlier.version)).await.map(|it| it.version), Some(told.version.clone()));
        set_well(&area, places.area, "", 1, &[]).await;
        let none = heard(&phone, Some(&told.version)).await.expect("that there are none");
        assert_eq!((none.version.as_str(), none.days.len()), ("", 0));
        // Whoever keeps no forms is told none.
        assert_eq!(heard(&keeper, Some("x")).await.map(|it| it.days.len()), Some(0));
    }

    async fn who_is_late_is_seen_where_forms_wait(app: TestApp) {
        let places = app.places();
        let (phone, officer) = (app.sign_in("ban1").await, app.sign_in("xa").await);
        let mut families = Vec::new();
        for (name, days) in [("Lò Văn Pâng", 9), ("Đèo Thị Ín", 2)] {
            let family = new_subject();
            let mut changes = vec![register(family, places.commune, places.village, name)];
            changes.extend(scored_in(family, YEAR, clock::now() - TimeDelta::days(days)));
            send(&phone, changes).await;
            families.push(family);
        }
        let begun = new_subject();
        send(&phone, vec![register(begun, places.commune, places.village, "Mào Văn Ón"), start(begun)]).await;
        // Without days nobody is late.
        let queue = || async { officer.get("/api/v1/queue").await.json::<Queue>() };
        assert!(queue().await.rows.iter().all(|row| row.late == Default::default()));
        assert_eq!(officer.get("/api/v1/late").await.json::<Vec<LateForms>>(), []);

        let late = || async { officer.get("/api/v1/queue?late=true").await.json::<Queue>() };
        assert_eq!(late().await.total, 0);
        set_well(&officer, places.commune, "", 0, &[("submit", &in_days(-5))]).await;
        // Only those that are late, on the page and one after the other.
        let only: Vec<_> = late().await.rows.into_iter().map(|row| row.name).collect();
        assert_eq!(only, ["Đèo Thị Ín"]);
        let page = officer.get("/commune/queue?late=true").await.text();
        assert!(page.contains("Đèo Thị Ín") && !page.contains("Lò Văn Pâng") && page.contains("name=\"late\""), "{page}");
        let one = officer.get(&format!("/commune/queue/{}?late=true", form_of(families[1]))).await.text();
        assert!(one.contains("late=true"), "the way on keeps to them: {one}");
        set_well(&officer, places.commune, "", 1, &[("submit", &in_days(-5)), ("verify", &in_days(-3))]).await;
        assert_eq!(late().await.total, 2);
        let rows = queue().await.rows;
        let late: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.late.sent, row.late.lies)).collect();
        assert_eq!(late, [("Lò Văn Pâng", None, Some(3)), ("Đèo Thị Ín", Some(3), Some(3))]);
        let page = officer.get("/commune/queue").await.text();
        assert!(page.contains("gửi trễ 3 ngày") && page.contains("quá hạn 3 ngày"), "{page}");
        // Late or not, there is nothing to look at: they may be confirmed together.
        assert_eq!(page.matches("name=\"chosen\"").count(), 2, "{page}");
        let late: Vec<LateForms> = officer.get("/api/v1/late").await.json();
        let late: Vec<_> = late.iter().map(|it| (it.due.step, it.due.left, it.forms)).collect();
        assert_eq!(late, [(Step::Submit, -5, 1), (Step::Verify, -3, 2)]);
        let commune = officer.get("/commune").await.text();
        assert!(commune.contains("2 phiếu chưa thẩm tra, quá hạn 3 ngày") && commune.contains("1 phiếu chưa gửi xã, quá hạn 5 ngày"), "{commune}");

        let form = officer.get(&format!("/commune/queue/{}", form_of(families[1]))).await.text();
        assert!(form.contains("Bước tới: Thẩm tra, hạn") && form.contains("quá hạn 3 ngày"), "{form}");
        let detail = officer.get(&format!("/dashboard/subject/{begun}")).await.text();
        assert!(detail.contains("Bước tới: Gửi xã, hạn") && detail.contains("quá hạn 5 ngày"), "{detail}");
        let told: Value = officer.get(&format!("/api/v1/subject?id={begun}")).await.json();
        assert_eq!(told["dues"][0]["due"]["step"], json!("submit"));
        let dashboard = officer.get("/dashboard").await.text();
        assert!(dashboard.contains(&in_days(-5)), "{dashboard}");
    }
}

/// Days that a test sets lie in a year that may ask for them, whenever it runs.
#[test]
fn the_days_of_these_stories_lie_in_their_year() {
    let (first, last) = shared::campaign::bounds(calendar::year_judged(clock::today()));
    let today = clock::today();
    assert!(first <= today - Days::new(9) && today + Days::new(40) <= last);
}
