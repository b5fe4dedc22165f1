//! The golden book: what the forms of a year say was given, as far as somebody may look.

use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::assessment::Move;
use shared::change::{Change, ChangeBody};
use shared::field::{GAVE_LABOUR, GAVE_MONEY, GAVE_OTHERWISE};
use shared::ids::{SubjectId, UnitId};

use crate::support::changes::*;
use crate::support::on_both;

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
