//! The golden book: what the forms of a year say was given, and what was written of supporters, as far as somebody may look.

use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use server::db::{documents, users};
use shared::access::Role;
use shared::assessment::Move;
use shared::calendar::Year;
use shared::change::{Change, ChangeBody};
use shared::contribution::Contribution;
use shared::document::Document;
use shared::field::{GAVE_LABOUR, GAVE_MONEY, GAVE_OTHERWISE};
use shared::ids::{DocumentId, SubjectId, UnitId};
use shared::supporter::Supporting;
use shared::sync::Carried;

use super::sealed::{bring, letter, seal_of, sealed};
use crate::support::changes::*;
use crate::support::request::{Browser, post};
use crate::support::{TestApp, on_both};

/// A family with a form that says what it gave.
fn gave(at: (UnitId, UnitId), name: &str, said: &[(&str, Value)]) -> (SubjectId, Vec<Change>) {
    let family = new_subject();
    let form = form_of(family);
    let mut changes = vec![register(family, at.0, at.1, name), start(family)];
    changes.extend(said.iter().map(|(field, value)| {
        let body = ChangeBody::SetField {
            field: (*field).into(),
            value: value.clone(),
        };
        change(form, None, body)
    }));
    (family, changes)
}

on_both! {
    async fn who_gave_something_stands_in_the_book_of_every_unit_above(app: TestApp) {
        let places = app.places();
        let (here, there) = ((places.commune, places.village), (places.commune, places.neighbour));
        let (_, days) = gave(here, "Lò Thị Ón", &[(GAVE_LABOUR, json!(5)), (GAVE_OTHERWISE, json!("dạy chữ \"đêm\""))]);
        let (_, money) = gave(there, "Mào Văn Ín", &[(GAVE_MONEY, json!(2_000_000))]);
        let (_, nothing) = gave(here, "Vàng A Páo", &[(GAVE_LABOUR, json!(0))]);
        let (away, mut withdrawn) = gave(here, "Sùng Thị Dợ", &[(GAVE_LABOUR, json!(9))]);
        let reason = "đi vắng".to_owned();
        withdrawn.push(step(away, Move::Withdraw { reason }));
        let clerk = app.sign_in("xa").await;
        for changes in [days, money, nothing, withdrawn] {
            send(&clerk, changes).await;
        }
        for (who, unit) in [("xa", places.commune), ("huyen", places.area)] {
            let reader = app.sign_in(who).await;
            let page = reader.get(&format!("/contributions?unit={unit}&year={YEAR}")).await.text();
            assert!(page.contains("2 người và tập thể đã đóng góp: 5 ngày công, 2.000.000"), "{who}: {page}");
            for name in ["Vàng A Páo", "Sùng Thị Dợ"] {
                assert!(!page.contains(name), "{who}: {name}");
            }
        }
        let page = clerk.get(&format!("/contributions?unit={}", places.village)).await.text();
        assert!(page.contains("Lò Thị Ón") && !page.contains("Mào Văn Ín"), "{page}");
        let before = clerk.get(&format!("/contributions?year={}", YEAR.before())).await.text();
        assert!(before.contains("Năm này chưa ghi đóng góp nào"), "{before}");
        let file = clerk.get("/dashboard/export/contributions.csv").await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.text().contains("Mào Văn Ín"), "{}", file.text());
    }

    async fn the_book_is_opened_to_those_who_may_look(app: TestApp) {
        let places = app.places();
        let (_, days) = gave((places.commune, places.village), "Lò Thị Ón", &[(GAVE_LABOUR, json!(5))]);
        let clerk = app.sign_in("xa").await;
        send(&clerk, days).await;
        let village = app.sign_in("ban1").await;
        let page = village.get(&format!("/contributions?unit={}", places.commune)).await.text();
        assert!(!page.contains("Lò Thị Ón"), "{page}");
        let page = clerk.get(&format!("/contributions?unit={}", places.elsewhere)).await.text();
        assert!(page.contains("Chưa xem được"), "{page}");
        for asked in ["unit=x", "year=99999999999", "unit=%FF&year=-1"] {
            let page = clerk.get(&format!("/contributions?{asked}")).await;
            assert!(page.status.is_success(), "{asked}: {}", page.status);
        }
    }
}

/// The form as the page of a new one sends it.
fn new_one<'a>(id: &str, unit: UnitId, more: &[(&'a str, &str)]) -> Vec<(&'a str, String)> {
    let unit = unit.to_string();
    let year = YEAR.to_string();
    let mut fields: Vec<(&'a str, &str)> = vec![
        ("id", id),
        ("unit", &unit),
        ("year", &year),
        ("name", "Công ty TNHH Chè Phong Thổ"),
        ("sort", "enterprise"),
        ("from", "Tam Đường, Lai Châu"),
        ("money", "5.000.000"),
        ("labour", ""),
        ("otherwise", ""),
        ("note", ""),
    ];
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend(more);
    let owned = fields.into_iter();
    owned
        .map(|(name, value)| (name, value.to_owned()))
        .collect()
}

/// Enters one, and says where its page is.
async fn entered(browser: &Browser, unit: UnitId, more: &[(&str, &str)]) -> DocumentId {
    let id = DocumentId::from(new_subject());
    let answer = post(
        browser,
        "/contributions/new",
        &new_one(&id.to_string(), unit, more),
    )
    .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let to = answer.header(header::LOCATION).expect("a page");
    assert_eq!(to, format!("/contributions/{id}?year={YEAR}&told=entered"));
    let page = browser.get(to).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(
        page.text().contains("Đã ghi vào sổ vàng"),
        "{}",
        page.text()
    );
    id
}

async fn found(app: &TestApp, id: DocumentId) -> Option<Document> {
    let mut conn = app.db().read().await.expect("a connection");
    documents::by_id(&mut conn, id).await.expect("a document")
}

/// The form of one that is there, as its page sends it.
async fn known<'a>(
    app: &TestApp,
    id: DocumentId,
    more: &[(&'a str, &str)],
) -> Vec<(&'a str, String)> {
    let seq = found(app, id).await.expect("it is there").seq;
    let mut fields = new_one(&id.to_string(), UnitId::from_uuid(uuid::Uuid::nil()), more);
    fields.retain(|(name, _)| *name != "id" && *name != "unit");
    fields.push(("looked", seq.to_string()));
    fields
}

async fn book(browser: &Browser, unit: UnitId, year: Year) -> String {
    browser
        .get(&format!("/contributions?unit={unit}&year={year}"))
        .await
        .text()
}

on_both! {
    async fn whoever_supports_learning_is_entered_and_stands_in_the_book_with_the_others(app: TestApp) {
        let places = app.places();
        let (_, days) = gave((places.commune, places.village), "Lò Thị Ón", &[(GAVE_LABOUR, json!(5))]);
        let clerk = app.sign_in("xa").await;
        send(&clerk, days).await;
        let asked = format!("/contributions/new?unit={}&year={YEAR}", places.commune);
        let page = clerk.get(&asked).await;
        assert_eq!(page.status, StatusCode::OK);
        let page = page.text();
        for part in ["Ghi vào sổ vàng", "Người Việt Nam ở nước ngoài", &format!("Đã góp gì trong năm {YEAR}")] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let id = entered(&clerk, places.commune, &[("labour", "12")]).await;
        for (who, unit) in [("xa", places.commune), ("chutich", places.commune), ("huyen", places.area), ("giamsat", places.area)] {
            let reader = app.sign_in(who).await;
            let page = book(&reader, unit, YEAR).await;
            assert!(page.contains("2 người và tập thể đã đóng góp: 17 ngày công, 5.000.000 đồng"), "{who}: {page}");
            assert!(page.contains("Trong đó 1 người, tổ chức ủng hộ: 12 ngày công, 5.000.000 đồng"), "{who}: {page}");
            assert!(page.contains(&format!("/contributions/{id}?year={YEAR}")), "{who}: {page}");
            let writes = page.contains("Ghi người, tổ chức ủng hộ");
            assert_eq!(writes, matches!(who, "xa" | "huyen"), "{who}");
        }
        // A village's book holds its own; another year's, who gave then.
        assert!(!book(&clerk, places.village, YEAR).await.contains("Chè Phong Thổ"));
        assert!(!book(&clerk, places.commune, YEAR.before()).await.contains("Chè Phong Thổ"));
        let csv = clerk.get("/dashboard/export/contributions.csv").await.text();
        for part in ["Chè Phong Thổ", "Doanh nghiệp", "Tam Đường, Lai Châu", "5000000"] {
            assert!(csv.contains(part), "{part}: {csv}");
        }
        let xlsx = clerk.get("/dashboard/export/contributions.xlsx").await;
        assert_eq!(xlsx.status, StatusCode::OK);
        assert!(xlsx.body.starts_with(b"PK"));
        app.assert_counts_agree().await;
    }

    async fn what_it_gave_in_other_years_is_added_and_what_is_wrong_mended(app: TestApp) {
        let places = app.places();
        let clerk = app.sign_in("xa").await;
        let id = entered(&clerk, places.commune, &[]).await;
        let before = YEAR.before();
        let year = before.to_string();
        let more = [("year", year.as_str()), ("money", ""), ("otherwise", "tặng \"tủ sách\"")];
        let answer = post(&clerk, &format!("/contributions/{id}"), &known(&app, id, &more).await).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let page = clerk.get(&format!("/contributions/{id}?year={before}")).await.text();
        assert!(page.contains("Tặng") || page.contains("tặng"), "{page}");
        assert!(page.contains("5.000.000"), "{page}");
        assert!(book(&clerk, places.commune, before).await.contains("tủ sách"));
        // Mended, and taken out of a year in which it gave nothing.
        let more = [("year", year.as_str()), ("name", "Hợp tác xã Chè"), ("money", "")];
        post(&clerk, &format!("/contributions/{id}"), &known(&app, id, &more).await).await;
        assert!(!book(&clerk, places.commune, before).await.contains("Hợp tác xã Chè"));
        let page = book(&clerk, places.commune, YEAR).await;
        assert!(page.contains("Hợp tác xã Chè") && !page.contains("Công ty TNHH"), "{page}");
        // Who wrote what is told.
        let page = clerk.get(&format!("/contributions/{id}")).await.text();
        assert!(page.contains("Người xa") && page.contains("Công ty TNHH Chè Phong Thổ (Doanh nghiệp)"), "{page}");
        // Struck out, and put back.
        let strike = format!("/contributions/{id}/strike");
        for (again, stands) in [(None, false), (None, false), (Some("1"), true)] {
            let mut fields = vec![("year", YEAR.to_string())];
            fields.extend(again.map(|again| ("again", again.to_owned())));
            let answer = post(&clerk, &strike, &fields).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER);
            assert_eq!(clerk.get(answer.header(header::LOCATION).expect("a page")).await.status, StatusCode::OK);
            assert_eq!(book(&clerk, places.commune, YEAR).await.contains("Hợp tác xã Chè"), stands);
        }
    }

    async fn what_cannot_be_taken_stands_in_the_form_to_be_mended(app: TestApp) {
        let places = app.places();
        let clerk = app.sign_in("xa").await;
        let id = new_subject().to_string();
        let wrong = [
            ("name", ""),
            ("sort", ""),
            ("money", "năm triệu"),
            ("labour", "999999"),
            ("note", "</textarea><script>1</script>"),
        ];
        let answer = post(&clerk, "/contributions/new", &new_one(&id, places.commune, &wrong)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let page = answer.text();
        for part in [
            "Hãy ghi tên người hoặc tổ chức.",
            "Hãy chọn là doanh nghiệp",
            "value=\"năm triệu\"",
            "Ngày công: ghi nhiều nhất 100.000.",
            "value=\"Tam Đường, Lai Châu\"",
            "href=\"#money\"",
            "&lt;/textarea>&lt;script>1&lt;/script></textarea>",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let nothing = [("money", "0")];
        let answer = post(&clerk, "/contributions/new", &new_one(&id, places.commune, &nothing)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.text().contains("Hãy ghi ít nhất một điều đã góp"), "{}", answer.text());
        let huge = "x".repeat(100_000);
        let answer = post(&clerk, "/contributions/new", &new_one(&id, places.commune, &[("note", &huge)])).await;
        assert!(answer.text().len() < 60_000, "{}", answer.text().len());
        assert!(found(&app, id.parse().expect("an id")).await.is_none());
        // What is no form of the page.
        for (name, value) in [("id", "x"), ("unit", "x"), ("year", "1999")] {
            let answer = post(&clerk, "/contributions/new", &new_one(&id, places.commune, &[(name, value)])).await;
            assert!(answer.status.is_client_error(), "{name}: {}", answer.status);
        }
        let later = YEAR.after().after().to_string();
        let answer = post(&clerk, "/contributions/new", &new_one(&id, places.commune, &[("year", &later)])).await;
        let to = answer.header(header::LOCATION).expect("back to the form").to_owned();
        assert!(to.contains("refused"), "{to}");
        assert!(clerk.get(&to).await.text().contains("error-summary"));
    }

    async fn namesakes_are_pointed_out_and_what_is_sent_twice_is_one(app: TestApp) {
        let places = app.places();
        let clerk = app.sign_in("xa").await;
        let first = entered(&clerk, places.commune, &[]).await;
        // The same form once more.
        let same = new_one(&first.to_string(), places.commune, &[]);
        let answer = post(&clerk, "/contributions/new", &same).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        // The form was gone back to and written over: nothing of it is dropped in silence.
        let over = [("name", "Hội Cựu giáo chức")];
        let answer = post(&clerk, "/contributions/new", &new_one(&first.to_string(), places.commune, &over)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let page = answer.text();
        assert!(page.contains("value=\"Hội Cựu giáo chức\"") && page.contains(&format!("/contributions/{first}")), "{page}");
        assert!(!page.contains(&format!("name=\"id\" value=\"{first}\"")), "{page}");
        // Another form, of one whose name is the same but for its marks.
        let named = [("name", "cong ty TNHH che  Phong Tho"), ("money", "7")];
        let second = DocumentId::from(new_subject());
        let fields = new_one(&second.to_string(), places.commune, &named);
        let answer = post(&clerk, "/contributions/new", &fields).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let page = answer.text();
        assert!(page.contains("Trong sổ đã có tên này") && page.contains(&format!("/contributions/{first}")), "{page}");
        assert!(page.contains("name=\"another\"") && page.contains("value=\"cong ty TNHH che  Phong Tho\""), "{page}");
        assert!(found(&app, second).await.is_none());
        entered(&clerk, places.commune, &[named[0], named[1], ("another", "1")]).await;
        assert!(book(&clerk, places.commune, YEAR).await.contains("Trong đó 2 người"));
        // The form of a new one names those who are there.
        let page = clerk.get("/contributions/new").await.text();
        assert!(page.contains("Đã có trong sổ: 2"), "{page}");
        // In another unit's book the name is nobody's.
        let area = app.sign_in("huyen").await;
        entered(&area, places.area, &[]).await;
    }

    async fn of_two_who_write_at_once_the_second_looks_again(app: TestApp) {
        let places = app.places();
        let clerk = app.sign_in("xa").await;
        let id = entered(&clerk, places.commune, &[]).await;
        let page = format!("/contributions/{id}");
        let mine = known(&app, id, &[("money", "6.000.000"), ("note", "của tôi")]).await;
        let theirs = known(&app, id, &[("money", "8.000.000")]).await;
        let keeper = app.sign_in("quantri").await;
        assert_eq!(post(&keeper, &page, &theirs).await.status, StatusCode::SEE_OTHER);
        let answer = post(&clerk, &page, &mine).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let text = answer.text();
        assert!(text.contains("Có người vừa sửa trang này") && text.contains("value=\"6.000.000\"") && text.contains("của tôi"), "{text}");
        assert!(book(&clerk, places.commune, YEAR).await.contains("8.000.000"));
        // Whoever sends what stands there already is told that it is saved.
        let answer = post(&keeper, &page, &theirs).await;
        assert!(answer.header(header::LOCATION).expect("a page").contains("told=saved"));
    }

    async fn nobody_else_writes_and_no_phone_has_it(app: TestApp) {
        let places = app.places();
        let clerk = app.sign_in("xa").await;
        let id = entered(&clerk, places.commune, &[]).await;
        let before = found(&app, id).await;
        let mend = known(&app, id, &[("money", "1")]).await;
        for who in ["ban1", "ban1b", "chutich", "giamsat", "huyen", "phutrach"] {
            let browser = app.sign_in(who).await;
            let fresh = new_subject().to_string();
            let answer = post(&browser, "/contributions/new", &new_one(&fresh, places.commune, &[])).await;
            assert!(answer.status.is_client_error(), "{who}: {}", answer.status);
            assert!(found(&app, fresh.parse().expect("an id")).await.is_none(), "{who}");
            for (to, fields) in [("", mend.clone()), ("/strike", vec![("year", YEAR.to_string())])] {
                let answer = post(&browser, &format!("/contributions/{id}{to}"), &fields).await;
                let to = answer.header(header::LOCATION).map(str::to_owned).unwrap_or_default();
                assert!(answer.status.is_client_error() || to.contains("refused"), "{who}: {} {to}", answer.status);
            }
        }
        // The other commune's clerk sees nothing of it, and enters nothing here.
        give(&app, "chutich", Role::CommuneOfficer, places.elsewhere).await;
        let neighbour = app.sign_in("chutich").await;
        for asked in [format!("/contributions/{id}"), format!("/contributions/new?unit={}", places.commune)] {
            let page = neighbour.get(&asked).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{asked}");
            assert!(!page.text().contains("Chè Phong Thổ"));
        }
        for to in [format!("/contributions/{id}"), format!("/contributions/{id}/strike")] {
            assert_eq!(post(&neighbour, &to, &mend).await.status, StatusCode::NOT_FOUND, "{to}");
        }
        let fresh = new_subject().to_string();
        let answer = post(&neighbour, "/contributions/new", &new_one(&fresh, places.commune, &[])).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let nobody = Browser { cookie: String::new(), ..clerk.clone() };
        let answer = post(&nobody, &format!("/contributions/{id}"), &mend).await;
        assert!(answer.header(header::LOCATION).expect("a door").starts_with("/sign-in"));
        // What is another document is no page of one.
        let family = new_subject();
        send(&clerk, vec![register(family, places.commune, places.village, "Lò Văn Pâng")]).await;
        for asked in [format!("/contributions/{family}"), "/contributions/x".to_owned()] {
            assert_eq!(clerk.get(&asked).await.status, StatusCode::NOT_FOUND, "{asked}");
        }
        assert_eq!(clerk.get(&format!("/dashboard/subject/{id}")).await.text().matches("Chè Phong Thổ").count(), 0);
        // A phone brings none, changes none, and is sent none, not even one that it names.
        let writing = Supporting::Write {
            shard: places.commune,
            who: before.as_ref().and_then(Document::supporter).expect("one").who.clone(),
            year: YEAR,
            gave: Contribution { money: Some(1), ..Contribution::default() },
        };
        let of_phone = vec![
            change(new_subject().into(), None, ChangeBody::Support(writing)),
            change(id, None, ChangeBody::SetField { field: "name".into(), value: json!("X") }),
        ];
        let told = clerk.sync(&request(of_phone)).await;
        let refused = json!({ "refused": "at_desk_only" });
        assert_eq!(outcomes(&told), [refused.clone(), refused]);
        for who in ["xa", "ban1", "huyen"] {
            let phone = app.sign_in(who).await;
            let told = phone.sync(&request(Vec::new())).await;
            let ids: Vec<DocumentId> = told.documents.iter().filter_map(Carried::known).map(|it| it.id).collect();
            assert_eq!(ids.contains(&family.into()), who != "huyen", "{who}");
            assert!(!ids.contains(&id), "{who}");
        }
        let told = serde_json::to_string(&told.documents).expect("JSON");
        assert!(!told.contains(&id.to_string()), "{told}");
        assert_eq!(found(&app, id).await, before);
    }

    async fn a_letter_that_a_neighbour_carries_brings_none(app: TestApp) {
        let places = app.places();
        let clerk = app.sign_in("xa").await;
        let id = entered(&clerk, places.commune, &[]).await;
        let before = found(&app, id).await;
        let (user, seal) = seal_of(&clerk).await;
        let strike = change(id, None, ChangeBody::Support(Supporting::Strike { is_struck: true }));
        let file = sealed(&seal, &letter(user, &seal, &[strike]));
        let answer = bring(&app.sign_in("ban2").await, &file, "application/json").await;
        let told: Value = answer.json();
        assert_eq!(told, json!({"received": 0, "refused": 1, "files": 0}));
        assert_eq!(found(&app, id).await, before);
    }
}

/// Gives somebody another role and place.
pub(super) async fn give(app: &TestApp, username: &str, role: Role, unit: UnitId) {
    let mut tx = app.db().write().await.expect("a transaction");
    let user = users::by_username(&mut tx, username).await;
    let user = user.expect("a row").expect("somebody");
    let user = users::User {
        role,
        units: vec![unit],
        ..user
    };
    users::put(&mut tx, &[user], crate::support::now())
        .await
        .expect("a row");
    tx.commit().await.expect("a commit");
}
