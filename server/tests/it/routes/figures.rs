//! A figure means one thing: in the totals, in the list behind it, on the page and on any map.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::Value;
use server::clock;
use server::db;
use shared::assessment::Move;
use shared::calendar::{self, Year};
use shared::change::{Change, ChangeBody};
use shared::figure::Figure;
use shared::ids::{SubjectId, UnitId};
use shared::kind::SubjectKind;
use shared::org_unit::{Dated, OrgUnit, UnitKind};
use shared::rollup::Counts;

use crate::support::changes::*;
use crate::support::request::Browser;
use crate::support::{Places, TestApp, on_both, village_id};

/// A day of the map of 17 communes.
const BEFORE: &str = "2023-12-31";

async fn dashboard(browser: &Browser, unit: UnitId, more: &str) -> Value {
    let path = format!("/api/v1/dashboard?unit={unit}&title=learning_family&year={YEAR}{more}");
    let answer = browser.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

async fn list(browser: &Browser, unit: UnitId, more: &str) -> Value {
    let path = format!("/api/v1/subjects?unit={unit}&title=learning_family&year={YEAR}{more}");
    let answer = browser.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

fn counts(of: &Value) -> Counts {
    serde_json::from_value(of.clone()).expect("counts")
}

fn names(list: &Value) -> Vec<&str> {
    let rows = list["rows"].as_array().expect("rows");
    rows.iter().filter_map(|row| row["name"].as_str()).collect()
}

/// A family that was scored and does not pass.
fn failed(family: SubjectId, places: &Places, name: &str) -> Vec<Change> {
    let mut changes = scored(family, places.commune, places.village, name);
    let first = family_set().indicators().next().expect("a criterion");
    let submit = changes.pop().expect("the last step");
    changes.push(answer(family, first.code.as_str(), 0));
    changes.push(submit);
    changes
}

/// One village of the commune of today, and one of a commune that went to another district in 2025.
async fn village_that_left(app: &TestApp) -> (UnitId, UnitId, UnitId) {
    let tree = app.tree();
    let before = BEFORE.parse().expect("a day");
    let old = tree
        .iter()
        .find(|unit| unit.name(before) == "Xã Lản Nhì Thàng" && unit.valid_at(before))
        .expect("the commune");
    let now = tree.today(old.id, clock::today())[0].id;
    let reorganised = server::services::units::REORGANISED;
    let village = OrgUnit {
        parents: vec![
            Dated::until(old.id, reorganised),
            Dated::from(now, reorganised),
        ],
        ..OrgUnit::new(village_id(3), UnitKind::Village, "Tả Xin Chải")
    };
    let mut tx = app.db().write().await.expect("a transaction");
    db::units::put(&mut tx, &[village])
        .await
        .expect("a village");
    tx.commit().await.expect("a commit");
    app.state.units.reload(app.db()).await.expect("units");
    (old.id, now, village_id(3))
}

on_both! {
    async fn what_the_list_calls_passed_is_what_the_figure_counts(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("xa").await;
        let [good, back, bad] = [1, 2, 3].map(|_| new_subject());
        let mut changes = scored(good, places.commune, places.village, "Lò Văn Pâng");
        changes.extend(scored(back, places.commune, places.village, "Đèo Thị Ín"));
        changes.push(step(back, Move::Return { comment: "Xem lại".into(), remarks: Default::default() }));
        changes.extend(failed(bad, &places, "Mào Văn Ón"));
        send(&phone, changes).await;
        let all = list(&phone, places.commune, "").await;
        let passed = all["rows"].as_array().expect("rows").iter();
        let passed: Vec<_> = passed.map(|row| (row["name"].as_str(), row["passed"].as_bool())).collect();
        assert_eq!(passed, [
            (Some("Đèo Thị Ín"), None),
            (Some("Mào Văn Ón"), Some(false)),
            (Some("Lò Văn Pâng"), Some(true)),
        ]);
        let counted = counts(&dashboard(&phone, places.commune, "").await["unit"]["counts"]);
        assert_eq!((counted.scored, counted.passed, counted.returned), (2, 1, 1));
        let page = phone.get(&format!("/dashboard/subject/{back}")).await.text();
        assert!(page.contains("chưa tính kết quả"), "{page}");
        app.assert_counts_agree().await;
    }

    async fn nobody_is_verified_who_did_not_pass(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("xa").await;
        let [good, bad] = [1, 2].map(|_| new_subject());
        let mut changes = scored(good, places.commune, places.village, "Lò Văn Pâng");
        changes.extend(failed(bad, &places, "Mào Văn Ón"));
        changes.extend([step(good, Move::Verify), step(bad, Move::Verify)]);
        send(&phone, changes).await;
        let counted = counts(&dashboard(&phone, places.commune, "").await["unit"]["counts"]);
        assert_eq!((counted.scored, counted.passed, counted.verified, counted.waiting), (2, 1, 1, 0));
        let verified = list(&phone, places.commune, "&figure=verified").await;
        assert_eq!(names(&verified), ["Lò Văn Pâng"]);
        app.assert_counts_agree().await;
    }

    async fn parts_of_an_old_map_add_up_to_the_whole(app: TestApp) {
        let places = app.places();
        let admin = app.sign_in("quantri").await;
        // In a commune of today, in no village: it was made of several, and nobody can tell of which.
        let (in_village, in_none) = (new_subject(), new_subject());
        let mut changes = scored(in_village, places.commune, places.village, "Lò Văn Pâng");
        changes.extend(scored(in_none, places.commune, places.commune, "Mào Văn Ón"));
        send(&admin, changes).await;
        for (unit, as_of) in [
            (places.area, BEFORE),
            (places.area, "2026-01-01"),
            (places.commune, BEFORE),
            (places.commune, "2026-01-01"),
            (places.old, BEFORE),
        ] {
            let found = dashboard(&admin, unit, &format!("&as_of={as_of}")).await;
            let parts = found["parts"].as_array().expect("parts").iter();
            let parts: Counts = parts.map(|part| counts(&part["counts"])).sum();
            let whole = counts(&found["unit"]["counts"]);
            assert_eq!(parts + counts(&found["apart"]), whole, "{unit} {as_of}");
            let expected = if unit == places.old { 1 } else { 2 };
            assert_eq!(whole.passed, expected, "{unit} {as_of}");
        }
    }

    async fn a_list_of_an_old_map_names_nobody_of_others(app: TestApp) {
        let places = app.places();
        let (old, ward, village) = village_that_left(&app).await;
        let admin = app.sign_in("quantri").await;
        let (here, there) = (new_subject(), new_subject());
        let mut changes = scored(here, places.commune, places.village, "Lò Văn Pâng");
        changes.extend(scored(there, ward, village, "Giàng A Chếnh"));
        send(&admin, changes).await;

        let district = app.sign_in("huyen").await;
        let as_of = format!("&as_of={BEFORE}");
        let counted = counts(&dashboard(&district, places.area, &as_of).await["unit"]["counts"]);
        assert_eq!(counted.subjects, 2, "the district of that day counts both");
        let found = list(&district, places.area, &as_of).await;
        assert_eq!(names(&found), ["Lò Văn Pâng"]);
        assert_eq!((&found["total"], &found["elsewhere"]), (&1.into(), &1.into()));
        // What can be counted can be opened: without a name, and not to a dead end.
        for figure in Figure::ALL {
            let more = format!("{as_of}&figure={}", figure.as_str());
            let found = list(&district, old, &more).await;
            let counted = counts(&dashboard(&district, old, &as_of).await["unit"]["counts"]);
            assert_eq!(found["total"], 0);
            assert_eq!(found["elsewhere"], figure.of(&counted), "{figure:?}");
        }
        let page = district
            .get(&format!("/dashboard/subjects?unit={old}&year={YEAR}{as_of}"))
            .await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.text().contains("Chếnh"), "{}", page.text());
        assert!(page.text().contains("nay do đơn vị khác quản lý"), "{}", page.text());
    }

    async fn an_unfinished_year_is_put_beside_the_same_day(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("xa").await;
        let now = clock::now();
        let year = Year::of(calendar::day(now));
        let same_day = calendar::end(calendar::a_year_before(calendar::day(now)));
        let (early, late) = (new_subject(), new_subject());
        let mut changes = Vec::new();
        for (family, at) in [
            (early, same_day - TimeDelta::days(3)),
            (late, same_day + TimeDelta::days(3)),
        ] {
            changes.push(register(family, places.commune, places.village, "Lò Văn Pâng"));
            changes.extend(scored_in(family, year.before(), at));
        }
        send(&phone, changes).await;
        let ask = |year: Year| {
            let phone = phone.clone();
            let unit = places.commune;
            async move {
                let query = format!("unit={unit}&title=learning_family&year={year}");
                let found: Value = phone.get(&format!("/api/v1/dashboard?{query}")).await.json();
                let page = phone.get(&format!("/dashboard?{query}")).await.text();
                (found, page)
            }
        };
        let (found, page) = ask(year).await;
        assert_eq!(found["last_year"]["passed"], 2);
        assert_eq!(found["same_day"]["passed"], 1);
        assert!(page.contains("Ngày này năm trước"), "{page}");
        // A year that is over is put beside a whole year, and speaks as of its end.
        let (found, page) = ask(year.before()).await;
        assert_eq!(found["same_day"], Value::Null);
        assert!(page.contains(&format!("Hết năm {}: 100,0", year.before())), "{page}");
        assert!(page.contains("Các mốc của năm") && !page.contains("Việc sắp đến hạn"), "{page}");
        // Given back and sent again, it was finished when it was sent again.
        app.assert_counts_agree().await;
    }

    async fn a_share_of_citizens_names_its_base(app: TestApp) {
        let places = app.places();
        let admin = app.sign_in("quantri").await;
        let citizen = new_subject();
        let mut made = register(citizen, places.commune, places.village, "Lò Thị Ín");
        if let ChangeBody::Register(registration) = &mut made.body {
            registration.kind = SubjectKind::Citizen;
            registration.fields.retain(|name, _| matches!(name.as_str(), "name" | "since"));
        }
        send(&admin, vec![made]).await;
        let page = admin
            .get(&format!("/dashboard?unit={}&title=learning_citizen&year={YEAR}", places.commune))
            .await
            .text();
        assert!(page.contains("công dân đã ghi danh đạt (0/1)"), "{page}");
        assert!(page.contains("tính trên toàn dân số"), "{page}");
        assert!(page.contains("Đạt / đã ghi danh"), "{page}");
        assert!(!page.contains("chậm"), "nobody is behind a target of something else: {page}");
    }

    async fn a_search_finds_names_hamlets_and_villages(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("xa").await;
        let [a, b, c] = [1, 2, 3].map(|_| new_subject());
        let changes = vec![
            register(a, places.commune, places.village, "Lò Văn Pâng"),
            set_field(a, None, "hamlet", "Xóm Nà Củng".into()),
            register(b, places.commune, places.village, "Mào Văn Ón"),
            register(c, places.commune, places.neighbour, "Lò Thị An"),
        ];
        send(&phone, changes).await;
        for (search, expected) in [
            ("na cung", vec!["Lò Văn Pâng"]),
            ("vang pheo", vec!["Mào Văn Ón", "Lò Văn Pâng"]),
            ("tay an", vec!["Lò Thị An"]),
            ("lo tay", vec!["Lò Thị An"]),
            ("lo, van", vec!["Lò Văn Pâng"]),
            ("%25", vec![]),
            ("lo_", vec![]),
            ("L%25", vec![]),
            ("khong co ai", vec![]),
        ] {
            let more = format!("&search={}", search.replace(' ', "+"));
            assert_eq!(names(&list(&phone, places.commune, &more).await), expected, "{search}");
        }
        let found = list(&phone, places.commune, "&search=vang+pheo").await;
        assert_eq!(found["villages"][0]["unit"], places.village.to_string());
        // What an older version wrote is found after the server has started.
        let mut tx = app.db().write().await.expect("a transaction");
        sqlx::query("UPDATE documents SET searched = NULL").execute(&mut *tx).await.expect("SQL");
        tx.commit().await.expect("a commit");
        assert_eq!(names(&list(&phone, places.commune, "&search=pang").await), ["Lò Văn Pâng"]);
        assert!(names(&list(&phone, places.commune, "&search=cung").await).is_empty());
        server::services::sweep::fill_searched(app.db()).await.expect("filled");
        assert_eq!(names(&list(&phone, places.commune, "&search=cung").await), ["Lò Văn Pâng"]);
    }
}
