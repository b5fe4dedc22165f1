//! Those who belong to somebody are counted in the transaction that changes what is counted.

use serde_json::{Value, json};
use server::db::documents;
use server::services::check::check;
use shared::SortedMap;
use shared::assessment::{AssessmentHead, Move};
use shared::change::{Change, ChangeBody, Registration, Start};
use shared::criteria::{Criteria, CriteriaSetId, Title};
use shared::document::{Document, FieldName};
use shared::ids::{AssessmentId, DocumentId, SubjectId, UnitId};
use shared::kind::SubjectKind;
use shared::scoring::{Answer, Facts, counted};

use crate::support::changes::*;
use crate::support::{TestApp, on_both};

/// Enters somebody, with fields beside the name.
pub fn entered(
    kind: SubjectKind,
    subject: SubjectId,
    (shard, place): (UnitId, UnitId),
    fields: &[(&str, Value)],
) -> Change {
    let mut all: SortedMap<FieldName, Value> = fields
        .iter()
        .map(|(name, value)| ((*name).into(), value.clone()))
        .collect();
    if !all.contains_key(&"name".into()) {
        all.insert("name".into(), json!("Lò"));
    }
    all.insert("since".into(), json!(2025));
    let registration = Registration {
        kind,
        shard,
        place,
        fields: all,
        doubts: SortedMap::new(),
    };
    change(subject.into(), None, ChangeBody::Register(registration))
}

pub fn form(subject: SubjectId, title: Title) -> DocumentId {
    AssessmentId::of(subject, title.as_str(), YEAR).into()
}

pub fn begun(subject: SubjectId, title: Title, set: &str) -> Change {
    let start = Start {
        subject,
        title,
        year: YEAR,
        criteria: CriteriaSetId::new(set),
        facts: Facts::default(),
    };
    change(form(subject, title), None, ChangeBody::Start(start))
}

/// A citizen, scored by the village in full and sent.
fn citizen(at: (UnitId, UnitId), fields: &[(&str, Value)]) -> (SubjectId, Vec<Change>) {
    let (subject, title) = (new_subject(), Title::LearningCitizen);
    let doc = form(subject, title);
    let mut changes = vec![
        entered(SubjectKind::Citizen, subject, at, fields),
        begun(subject, title, "cong_dan_324"),
    ];
    let set = Criteria::builtin()
        .find(&CriteriaSetId::new("cong_dan_324"))
        .expect("a set");
    changes.extend(set.indicators().map(|asked| {
        let body = ChangeBody::SetAnswer {
            scorer: shared::document::Scorer::Village,
            code: asked.code.clone(),
            answer: asked.max.map(Answer::Points).or(Some(Answer::Met(true))),
        };
        change(doc, None, body)
    }));
    changes.push(change(doc, None, ChangeBody::Advance(Move::Submit)));
    (subject, changes)
}

async fn head(app: &TestApp, form: DocumentId) -> AssessmentHead {
    let mut conn = app.db().read().await.expect("a connection");
    let document = documents::by_id(&mut conn, form).await.expect("a document");
    let document = document.expect("it is there");
    document.assessment().expect("a form").clone()
}

/// The share that is counted for a criterion.
async fn share(app: &TestApp, subject: SubjectId, title: Title, code: &str) -> Option<(u32, u32)> {
    let head = head(app, form(subject, title)).await;
    let set = Criteria::builtin().find(&head.criteria).expect("a set");
    let asked = set
        .indicators()
        .find(|it| it.code.as_str() == code)
        .expect("a criterion");
    match counted(asked, head.grounds()) {
        Some(Answer::Share { part, whole }) => Some((part, whole)),
        _ => None,
    }
}

async fn taken(app: &TestApp, who: &str, changes: Vec<Change>) {
    let answer = app.sign_in(who).await.sync(&request(changes)).await;
    assert!(all_received(&answer), "{:?}", outcomes(&answer));
    app.assert_counts_agree().await;
}

/// Who stands in a field, so that a change of it has seen it.
async fn seen(app: &TestApp, subject: SubjectId, field: &str) -> Option<shared::ids::ChangeId> {
    let mut conn = app.db().read().await.expect("a connection");
    let document: Option<Document> = documents::by_id(&mut conn, subject.into())
        .await
        .expect("a document");
    document?.writer(&field.into()).map(|writer| writer.change)
}

on_both! {
    async fn a_clan_is_counted_whenever_a_family_of_it_gets_on(app: TestApp) {
        let places = app.places();
        let at = (places.commune, places.village);
        let (clan, other) = (new_subject(), new_subject());
        let title = Title::LearningClan;
        let families: Vec<SubjectId> = (0..3).map(|_| new_subject()).collect();
        let mut changes = vec![
            entered(SubjectKind::Clan, clan, at, &[]),
            entered(SubjectKind::Clan, other, at, &[]),
            begun(clan, title, "dong_ho_448"),
        ];
        for family in &families {
            changes.extend(scored(*family, at.0, at.1, "Lò Văn Pâng"));
        }
        taken(&app, "xa", changes).await;
        assert_eq!(share(&app, clan, title, "DH.G1").await, None, "nobody has said where they belong");

        let belongs = |family: SubjectId| set_field(family, None, "clan", json!(clan.to_string()));
        taken(&app, "ban1", families.iter().map(|it| belongs(*it)).collect()).await;
        assert_eq!(share(&app, clan, title, "DH.G1").await, Some((0, 3)));

        taken(&app, "xa", vec![step(families[0], Move::Verify), step(families[1], Move::Verify)]).await;
        assert_eq!(share(&app, clan, title, "DH.G1").await, Some((2, 3)));

        // One is of the other clan: it counts for that, and for no two.
        let stands = seen(&app, families[0], "clan").await;
        taken(&app, "ban1", vec![
            set_field(families[0], stands, "clan", json!(other.to_string())),
            begun(other, title, "dong_ho_448"),
        ]).await;
        assert_eq!(share(&app, clan, title, "DH.G1").await, Some((1, 2)));
        assert_eq!(share(&app, other, title, "DH.G1").await, Some((1, 1)));

        // The clan says how many families it has: most of them are not on the list.
        taken(&app, "ban1", vec![set_field(clan, None, "families", json!(40))]).await;
        assert_eq!(share(&app, clan, title, "DH.G1").await, Some((1, 40)));

        // What was confirmed is taken back, and with it the count; so is what was said.
        taken(&app, "xa", vec![step(families[1], Move::TakeBack)]).await;
        assert_eq!(share(&app, clan, title, "DH.G1").await, Some((0, 40)));
        let stands = seen(&app, families[1], "clan").await;
        taken(&app, "ban1", vec![set_field(families[1], stands, "clan", Value::Null)]).await;
        assert_eq!(head(&app, form(clan, title)).await.counted.get("families"), Some(&1));
    }

    async fn a_form_that_was_closed_keeps_what_was_counted_that_day(app: TestApp) {
        let places = app.places();
        let at = (places.commune, places.village);
        let (clan, family, title) = (new_subject(), new_subject(), Title::LearningClan);
        let mut changes = vec![
            entered(SubjectKind::Clan, clan, at, &[]),
            begun(clan, title, "dong_ho_448"),
        ];
        changes.extend(scored(family, at.0, at.1, "Lò Văn Pâng"));
        changes.push(set_field(family, None, "clan", json!(clan.to_string())));
        changes.push(step(family, Move::Verify));
        let doc = form(clan, title);
        for code in ["DH.x1", "DH.x2", "DH.x3"] {
            let body = ChangeBody::SetAnswer {
                scorer: shared::document::Scorer::Village,
                code: shared::criteria::CriterionCode::new(code),
                answer: Some(Answer::Met(true)),
            };
            changes.push(change(doc, None, body));
        }
        taken(&app, "xa", changes).await;
        // The gate needs no answer: it is counted.
        taken(&app, "xa", vec![
            change(doc, None, ChangeBody::Advance(Move::Submit)),
            change(doc, None, ChangeBody::Advance(Move::Verify)),
        ]).await;
        assert_eq!(share(&app, clan, title, "DH.G1").await, Some((1, 1)));
        taken(&app, "xa", vec![step(family, Move::TakeBack)]).await;
        assert_eq!(share(&app, clan, title, "DH.G1").await, Some((1, 1)), "as it was judged");
        // Taken up again, it is counted anew.
        taken(&app, "xa", vec![change(doc, None, ChangeBody::Advance(Move::TakeBack))]).await;
        assert_eq!(share(&app, clan, title, "DH.G1").await, Some((0, 1)));
    }

    async fn a_citizen_counts_for_their_unit_and_their_commune(app: TestApp) {
        let places = app.places();
        let (here, at_large) = ((places.commune, places.village), (places.commune, places.commune));
        let (school, commune) = (new_subject(), SubjectId::of_unit(places.commune));
        let unit = ("unit", json!(school.to_string()));
        let (pupil, scored) = citizen(here, &[unit.clone(), ("citizen_group", json!("nguoi_hoc"))]);
        let (teacher, by_teacher) = citizen(here, &[unit, ("citizen_group", json!("can_bo_doanh_nhan"))]);
        let mut changes = vec![
            entered(SubjectKind::Unit, school, at_large, &[("unit_type", json!("school")), ("learners", json!(200)), ("unit_members", json!(12))]),
            begun(school, Title::LearningUnit, "don_vi_tt24_huyen"),
        ];
        changes.extend(scored);
        changes.extend(by_teacher);
        taken(&app, "xa", changes).await;
        taken(&app, "quantri", vec![
            entered(SubjectKind::Commune, commune, at_large, &[("citizens", json!(5000))]),
            begun(commune, Title::LearningCommune, "cong_dong_xa_tt25"),
        ]).await;
        let verify = |citizen| change(form(citizen, Title::LearningCitizen), None, ChangeBody::Advance(Move::Verify));
        assert_eq!(share(&app, school, Title::LearningUnit, "T24.3.1").await, Some((0, 12)));
        assert_eq!(share(&app, commune, Title::LearningCommune, "X.5.1").await, Some((0, 5000)));
        taken(&app, "xa", vec![verify(pupil), verify(teacher)]).await;
        assert_eq!(share(&app, school, Title::LearningUnit, "T24.3.1").await, Some((1, 12)));
        let head = head(&app, form(school, Title::LearningUnit)).await;
        assert_eq!(head.counted.get("learning_citizen_of_learners"), Some(&1));
        assert_eq!(share(&app, commune, Title::LearningCommune, "X.5.1").await, Some((2, 5000)));
    }

    async fn a_village_knows_the_clans_and_units_of_its_commune_by_name(app: TestApp) {
        let places = app.places();
        let (clan, unit) = (new_subject(), new_subject());
        taken(&app, "xa", vec![
            entered(SubjectKind::Clan, clan, (places.commune, places.neighbour), &[("name", json!("Họ Lù"))]),
            entered(SubjectKind::Unit, unit, (places.commune, places.commune), &[("name", json!("Trạm y tế"))]),
            register(new_subject(), places.commune, places.neighbour, "Lò Văn Pâng"),
        ]).await;
        let names = |answer: Value| -> Vec<String> {
            let all = answer.as_array().expect("a list").iter();
            all.map(|it| format!("{} {}", it["kind"].as_str().unwrap_or_default(), it["name"].as_str().unwrap_or_default())).collect()
        };
        let village = app.sign_in("ban1").await;
        let told: Value = village.get("/api/v1/groups").await.json();
        assert_eq!(told[0]["id"], json!(clan.to_string()));
        assert_eq!(names(told), ["clan Họ Lù", "unit Trạm y tế"]);
        // The documents themselves stay where they are.
        assert!(village.sync(&request(vec![])).await.documents.is_empty());
        for nobody in ["huyen", "quantri"] {
            let told = app.sign_in(nobody).await.get("/api/v1/groups").await.json();
            assert_eq!(names(told), [""; 0], "{nobody}");
        }
    }

    async fn what_was_counted_wrongly_is_found_and_counted_again(app: TestApp) {
        let places = app.places();
        let at = (places.commune, places.village);
        let (clan, family, title) = (new_subject(), new_subject(), Title::LearningClan);
        let mut changes = vec![
            entered(SubjectKind::Clan, clan, at, &[]),
            begun(clan, title, "dong_ho_448"),
        ];
        changes.extend(scored(family, at.0, at.1, "Lò Văn Pâng"));
        changes.push(set_field(family, None, "clan", json!(clan.to_string())));
        taken(&app, "xa", changes).await;
        for (sql, links, uncounted) in [
            ("DELETE FROM links", 1, 1),
            ("UPDATE links SET base = 'members'", 2, 1),
            // Whoever is named twice is counted once.
            ("INSERT INTO links SELECT member, 'unit', belongs_to, base FROM links", 1, 0),
            ("INSERT INTO links SELECT 'nobody', field, belongs_to, base FROM links", 1, 0),
        ] {
            let mut tx = app.db().write().await.expect("a transaction");
            sqlx::query(sql).execute(&mut *tx).await.expect("a statement");
            tx.commit().await.expect("a commit");
            let found = check(app.db()).await.expect("a check");
            assert_eq!((found.links, found.uncounted.len()), (links, uncounted), "{sql}");
            crate::services::rebuild::rebuilt(&app).await;
            app.assert_counts_agree().await;
            assert_eq!(share(&app, clan, title, "DH.G1").await, Some((0, 1)), "{sql}");
        }
    }
}
