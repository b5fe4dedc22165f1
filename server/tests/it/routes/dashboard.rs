//! `GET /api/v1/dashboard`, `/api/v1/subjects`: figures by any map, and the families behind them.

use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use shared::assessment::Move;
use shared::change::ChangeBody;
use shared::figure::Figure;
use shared::ids::UnitId;
use shared::rollup::Counts;

use crate::support::changes::*;
use crate::support::request::Browser;
use crate::support::{Places, TestApp, on_both};

/// Three families of one village and one of the other; two are scored, one of them sent back.
async fn some_families(app: &TestApp) -> Places {
    let places = app.places();
    let phone = app.sign_in("xa").await;
    let families = [1, 2, 3, 4].map(|_| new_subject());
    let [a, b, c, d] = families;
    let mut changes = scored(a, places.commune, places.village, "Lò Văn Pâng");
    changes.extend(scored(b, places.commune, places.village, "Đèo Thị Ín"));
    changes.push(step(
        b,
        Move::Return {
            comment: "Nhờ xem lại mục trẻ đi học".into(),
            remarks: Default::default(),
        },
    ));
    changes.push(register(c, places.commune, places.village, "Mào Văn Ón"));
    changes.push(start(c));
    changes.push(register(d, places.commune, places.neighbour, "Lường Xôm"));
    let answer = phone.sync(&request(changes)).await;
    assert!(all_received(&answer), "{:?}", outcomes(&answer));
    places
}

async fn dashboard(browser: &Browser, unit: UnitId, more: &str) -> Value {
    let path = format!("/api/v1/dashboard?unit={unit}&title=learning_family&year={YEAR}{more}");
    let answer = browser.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.header(header::CACHE_CONTROL), Some("no-store"));
    answer.json()
}

fn part<'a>(dashboard: &'a Value, name: &str) -> &'a Value {
    let parts = dashboard["parts"].as_array().expect("parts");
    let found = parts.iter().find(|part| part["name"] == name);
    found.unwrap_or_else(|| panic!("{name} among {parts:?}"))
}

on_both! {
    async fn figures_name_both_denominators_and_add_up(app: TestApp) {
        let places = some_families(&app).await;
        let district = app.sign_in("huyen").await;
        let area = dashboard(&district, places.area, "").await;
        let counts = &area["unit"]["counts"];
        assert_eq!(counts["subjects"], 4);
        assert_eq!(counts["registered"], 3);
        assert_eq!(counts["scored"], 1);
        assert_eq!(counts["passed"], 1);
        assert_eq!(counts["returned"], 1);
        assert_eq!(area["target"]["permille"], 700);
        let commune = dashboard(&district, places.commune, "").await;
        assert_eq!(commune["unit"]["counts"], *counts);
        assert_eq!(part(&commune, "Vàng Pheo")["counts"]["subjects"], 3);
        assert_eq!(part(&commune, "Tây An")["counts"]["subjects"], 1);
        let crumbs: Vec<&str> = commune["crumbs"]
            .as_array()
            .expect("crumbs")
            .iter()
            .filter_map(|crumb| crumb["name"].as_str())
            .collect();
        assert_eq!(crumbs, ["Địa bàn Phong Thổ", "Xã Phong Thổ"]);
        app.assert_counts_agree().await;
    }

    async fn the_same_year_is_read_by_the_old_map_and_by_todays(app: TestApp) {
        let places = some_families(&app).await;
        let district = app.sign_in("huyen").await;
        let today = dashboard(&district, places.area, "").await;
        let before = dashboard(&district, places.area, "&as_of=2023-12-31").await;
        assert_eq!(today["parts"].as_array().map(Vec::len), Some(5));
        assert_eq!(before["parts"].as_array().map(Vec::len), Some(17));
        assert_eq!(before["unit"]["name"], "Huyện Phong Thổ");
        assert_eq!(before["unit"]["counts"], today["unit"]["counts"]);
        assert_eq!(part(&today, "Xã Phong Thổ")["counts"]["subjects"], 4);
        assert_eq!(part(&before, "Xã Mường So")["counts"]["subjects"], 4);
        let maps: Vec<i64> = today["maps"]
            .as_array()
            .expect("maps")
            .iter()
            .filter_map(|map| map["communes"].as_i64())
            .collect();
        assert_eq!(maps, [17, 5]);
        // Opened on the old map, a commune of it is divided into its villages too.
        let old = dashboard(&district, places.old, "&as_of=2023-12-31").await;
        assert_eq!(part(&old, "Vàng Pheo")["counts"]["subjects"], 3);
    }

    async fn a_figure_opens_into_its_families(app: TestApp) {
        let places = some_families(&app).await;
        let commune = app.sign_in("xa").await;
        let list = |more: &str| {
            let path = format!(
                "/api/v1/subjects?unit={}&title=learning_family&year={YEAR}{more}",
                places.commune
            );
            let commune = commune.clone();
            async move { commune.get(&path).await.json::<Value>() }
        };
        let names = |list: &Value| -> Vec<String> {
            let rows = list["rows"].as_array().expect("rows");
            rows.iter().filter_map(|row| row["name"].as_str()).map(str::to_owned).collect()
        };
        let all = list("").await;
        // By given name, as Vietnamese lists are.
        assert_eq!(names(&all), ["Đèo Thị Ín", "Mào Văn Ón", "Lò Văn Pâng", "Lường Xôm"]);
        assert_eq!(names(&list("&search=lo+van+pang").await), ["Lò Văn Pâng"]);
        assert_eq!(names(&list("&search=DEO").await), ["Đèo Thị Ín"]);
        assert!(names(&list("&search=khong+co+ai").await).is_empty());
        let returned = list("&figure=returned").await;
        assert_eq!(names(&returned), ["Đèo Thị Ín"]);
        assert_eq!(returned["rows"][0]["points"], json!([80, 80]));
        assert_eq!(list("&figure=waiting").await["total"], 1);
    }

    async fn every_figure_opens_into_exactly_as_many(app: TestApp) {
        let places = some_families(&app).await;
        let phone = app.sign_in("ban1").await;
        let family = new_subject();
        let made = register(family, places.commune, places.village, "Vàng Thị Xôm");
        let doubt = ChangeBody::Doubt {
            field: "members".into(),
            reason: "Danh sách chưa ghi số khẩu".into(),
        };
        let withdrawn = Move::Withdraw { reason: "Chuyển đi".into() };
        let changes = vec![
            made,
            change(family.into(), None, doubt),
            set_field(family, None, "hamlet", json!("Nhóm 1")),
            set_field(family, None, "hamlet", json!("Nhóm 2")),
            start(family),
            answer(family, "GD.1a", 0),
            answer(family, "GD.1a", 10),
            step(family, withdrawn),
        ];
        let answer = phone.sync(&request(changes)).await;
        assert!(all_received(&answer), "{:?}", outcomes(&answer));
        let district = app.sign_in("huyen").await;
        let counts: Counts =
            serde_json::from_value(dashboard(&district, places.area, "").await["unit"]["counts"].clone())
                .expect("counts");
        let mut seen = 0;
        for figure in Figure::ALL {
            let path = format!(
                "/api/v1/subjects?unit={}&title=learning_family&year={YEAR}&figure={}",
                places.area,
                figure.as_str()
            );
            let list: Value = district.get(&path).await.json();
            assert_eq!(list["total"], figure.of(&counts), "{figure:?}");
            assert_eq!(list["rows"].as_array().map(Vec::len), usize::try_from(figure.of(&counts)).ok());
            seen += usize::from(figure.of(&counts) > 0);
        }
        assert_eq!(seen, 11, "all but verified and recognised have somebody behind them");
        app.assert_counts_agree().await;
    }

    async fn nobody_looks_outside_their_scope(app: TestApp) {
        let places = some_families(&app).await;
        let query = |unit: UnitId| format!("unit={unit}&title=learning_family&year={YEAR}");
        for (who, unit, allowed) in [
            ("ban1", places.village, true),
            ("ban1", places.neighbour, false),
            ("ban1", places.commune, false),
            ("xa", places.commune, true),
            ("xa", places.old, true),
            ("xa", places.elsewhere, false),
            ("xa", places.area, false),
            ("huyen", places.area, true),
            ("huyen", places.elsewhere, true),
            ("quantri", places.area, true),
        ] {
            let browser = app.sign_in(who).await;
            for address in ["dashboard", "subjects"] {
                let answer = browser.get(&format!("/api/v1/{address}?{}", query(unit))).await;
                if allowed {
                    assert_eq!(answer.status, StatusCode::OK, "{who} {address}");
                } else {
                    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{who} {address}");
                    assert_eq!(answer.problem(), "not_found");
                    assert!(!answer.text().contains("Pâng"));
                }
            }
        }
        let devices = app.sign_in("ban1").await;
        let answer = devices.get(&format!("/api/v1/devices?commune={}", places.commune)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }

    async fn a_question_that_makes_no_sense_gets_a_clear_answer(app: TestApp) {
        let places = app.places();
        let district = app.sign_in("huyen").await;
        let unit = places.area;
        for query in [
            String::new(),
            "year=2026".to_owned(),
            format!("unit={unit}&title=learning_cat&year={YEAR}"),
            format!("unit={unit}&title=learning_family&year=twenty"),
            format!("unit=03549&title=learning_family&year={YEAR}"),
            format!("unit={unit}&title=learning_family&year={YEAR}&as_of=31-12-2023"),
            format!("unit={unit}&title=learning_family&year=99999999999999999999"),
            // A list of the years up to this one would not fit into any memory.
            format!("unit={unit}&title=learning_family&year=2147483647"),
            format!("unit={unit}&title=learning_family&year=2101"),
            format!("unit={unit}&title=learning_family&year=1999"),
            format!("unit={unit}&title=learning_family&year=-5"),
        ] {
            let answer = district.get(&format!("/api/v1/dashboard?{query}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}: {}", answer.text());
            assert_eq!(answer.problem(), "malformed", "{query}");
        }
        for (query, status) in [
            // A day before the tree begins and one after it ends are days like others.
            (format!("unit={unit}&title=learning_family&year={YEAR}&as_of=0001-01-01"), StatusCode::OK),
            (format!("unit={unit}&title=learning_family&year={YEAR}&as_of=9999-12-31"), StatusCode::OK),
            (format!("unit={unit}&title=learning_family&year=2100"), StatusCode::OK),
        ] {
            let answer = district.get(&format!("/api/v1/dashboard?{query}")).await;
            assert_eq!(answer.status, status, "{query}: {}", answer.text());
        }
        let nobody = http::Request::get(format!(
            "/api/v1/dashboard?unit={unit}&title=learning_family&year={YEAR}"
        ))
        .body(axum::body::Body::empty())
        .expect("a request");
        let answer = app.send(nobody).await;
        assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::UNAUTHORIZED, "signed_out"));
        let unknown = district.get("/api/v1/nothing").await;
        assert_eq!((unknown.status, unknown.problem().as_str()), (StatusCode::NOT_FOUND, "not_found"));
    }
}
