//! What lies above the communes: in the area itself, as units that the district managed, and the area's own community.

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::db::users::{self, User};
use shared::access::Role;
use shared::assessment::Move;
use shared::change::{Change, ChangeBody};
use shared::criteria::{Criteria, CriteriaSetId, Title};
use shared::document::Scorer;
use shared::ids::{SubjectId, UserId};
use shared::kind::SubjectKind;
use shared::org_unit::UnitKind;
use shared::scoring::Answer;
use uuid::Uuid;

use super::members::{begun, entered, form};
use crate::support::changes::*;
use crate::support::{now, on_both};

const DENIED: &str = "outside_scope";

/// A unit that is answered in full by a set of points.
fn answered(unit: SubjectId) -> Vec<Change> {
    let title = Title::LearningUnit;
    let set = Criteria::builtin()
        .find(&CriteriaSetId::new("don_vi_tt22"))
        .expect("a set");
    let answers = set.indicators().map(|asked| {
        let body = ChangeBody::SetAnswer {
            scorer: Scorer::Village,
            code: asked.code.clone(),
            answer: asked.max.map(Answer::Points).or(Some(Answer::Met(true))),
        };
        change(form(unit, title), None, body)
    });
    let mut changes = vec![begun(unit, title, "don_vi_tt22")];
    changes.extend(answers);
    changes
}

fn advance(unit: SubjectId, step: Move) -> Change {
    change(
        form(unit, Title::LearningUnit),
        None,
        ChangeBody::Advance(step),
    )
}

on_both! {
    async fn an_area_enters_scores_and_checks_what_lies_in_it(app: TestApp) {
        let places = app.places();
        let here = (places.area, places.area);
        let (unit, family) = (new_subject(), new_subject());
        let officer = app.sign_in("huyen").await;
        let mut changes = vec![entered(SubjectKind::Unit, unit, here, &[("unit_type", json!("school"))])];
        changes.extend(answered(unit));
        changes.push(advance(unit, Move::Submit));
        changes.push(entered(SubjectKind::District, SubjectId::of_unit(places.area), here, &[]));
        let answer = officer.sync(&request(changes)).await;
        assert!(all_received(&answer), "{:?}", outcomes(&answer));
        assert_eq!(answer.documents.len(), 3, "the unit, its form, and the area");

        // A family lies in no area, and what lies in a commune is the commune's to work on.
        let commune = app.sign_in("xa").await;
        let theirs = scored(family, places.commune, places.village, "Lò Văn Pâng");
        assert!(all_received(&commune.sync(&request(theirs)).await));
        let refused = officer.sync(&request(vec![
            register(new_subject(), places.area, places.area, "Lò"),
            entered(SubjectKind::Province, SubjectId::of_unit(places.area), here, &[]),
            step(family, Move::Verify),
            set_field(family, None, "members", json!(9)),
            register(new_subject(), places.commune, places.village, "Lò"),
        ])).await;
        let said = outcomes(&refused);
        assert_eq!(said[0]["refused"], "wrong_kind", "{said:?}");
        assert_eq!(said[1]["refused"], "wrong_kind", "an area is no province: {said:?}");
        for outcome in &said[2..] {
            assert_eq!(outcome["refused"]["denied"], DENIED, "{said:?}");
        }
        // Nor is what lies in the area a commune's.
        let refused = commune.sync(&request(vec![
            advance(unit, Move::Verify),
            entered(SubjectKind::Unit, new_subject(), here, &[]),
        ])).await;
        for outcome in outcomes(&refused) {
            assert_eq!(outcome["refused"]["denied"], DENIED);
        }

        let leader = app.sign_in("phutrach").await;
        let answer = leader.sync(&request(vec![advance(unit, Move::Verify)])).await;
        assert!(all_received(&answer), "{:?}", outcomes(&answer));
        app.assert_counts_agree().await;

        // It counts in the area, and in none of its communes.
        let figures = |unit| format!("/api/v1/dashboard?unit={unit}&title=learning_unit&year={YEAR}");
        let area: Value = officer.get(&figures(places.area)).await.json();
        assert_eq!(area["unit"]["counts"]["subjects"], 1);
        assert_eq!(area["unit"]["counts"]["verified"], 1);
        assert_eq!(area["apart"]["verified"], 1);
        let own: Value = commune.get(&figures(places.commune)).await.json();
        assert_eq!(own["unit"]["counts"]["subjects"], 0);
        let page = commune.get(&format!("/api/v1/subject?id={unit}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        let page = officer.get(&format!("/api/v1/subject?id={unit}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        // The families of its communes are looked at, and are on no device of the area.
        let page = officer.get(&format!("/api/v1/subject?id={family}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        let fresh = officer.sync(&request(vec![])).await;
        assert_eq!(fresh.documents.len(), 3);
    }

    async fn the_province_enters_its_own_community_and_looks_at_all_of_it(app: TestApp) {
        let tree = app.state.units.tree();
        let province = tree.iter().find(|unit| unit.kind == UnitKind::Province).expect("the province").id;
        let mut tx = app.db().write().await.expect("a transaction");
        let like = users::by_username(&mut tx, "phutrach").await.expect("a row").expect("a person");
        let person = User {
            id: UserId::from_uuid(Uuid::new_v5(&Uuid::NAMESPACE_OID, b"tinh")),
            username: Some("tinh".to_owned()),
            role: Role::AreaOfficer,
            units: vec![province],
            ..like
        };
        users::put(&mut tx, &[person], now()).await.expect("a row");
        tx.commit().await.expect("a commit");

        let officer = app.sign_in("tinh").await;
        let subject = SubjectId::of_unit(province);
        let here = (province, province);
        let title = Title::LearningProvince;
        let answer = officer.sync(&request(vec![
            entered(SubjectKind::Province, subject, here, &[]),
            begun(subject, title, "cong_dong_tinh_tt25"),
        ])).await;
        assert!(all_received(&answer), "{:?}", outcomes(&answer));
        assert_eq!(answer.documents.len(), 2);
        app.assert_counts_agree().await;
        let found: Value = officer.get(&format!("/api/v1/dashboard?unit={province}&title={}&year={YEAR}", title.as_str())).await.json();
        assert_eq!(found["unit"]["counts"]["subjects"], 1, "{found}");
        // Whoever has an area has no part in it.
        let area = app.sign_in("phutrach").await;
        let refused = area.sync(&request(vec![entered(SubjectKind::Province, subject, here, &[])])).await;
        assert_eq!(outcomes(&refused)[0]["refused"]["denied"], DENIED);
    }
}
