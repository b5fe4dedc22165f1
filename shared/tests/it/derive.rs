//! A form follows its subject.

use serde_json::json;
use shared::access::{Actor, Denied, Role, Scope};
use shared::assessment::{Move, StageName};
use shared::calendar::Year;
use shared::change::{Change, ChangeBody, Refusal};
use shared::criteria::{CriteriaSetId, CriterionCode, Title};
use shared::document::{Document, Scorer};
use shared::ids::{AssessmentId, UnitId};
use shared::kind::SubjectKind;
use shared::scoring::{Answer, Facts};
use shared::sync::{Intake, Outcome, Replica, Stored, UNDERSTANDS};
use shared::{calendar, rollup};

use crate::support::*;

/// A family with two children and a form of this year, all answers given.
fn with_form() -> Intake {
    let mut intake = Intake::default();
    let made = [
        register(1, household(1), village(1), "Lò Văn Pâng"),
        start(2, household(1)),
    ];
    for change in made.into_iter().chain(full_answers(10, household(1))) {
        let receipt = intake.receive(&officer(1), &terms(), change);
        assert!(receipt.outcome.is_received());
    }
    intake
}

fn form(intake: &Intake) -> &Document {
    &intake.documents[&assessment_of(household(1))]
}

fn facts(intake: &Intake) -> &Facts {
    &form(intake).assessment().unwrap().facts
}

fn advance(number: u128, step: Move) -> Change {
    change(
        number,
        assessment_of(household(1)),
        None,
        ChangeBody::Advance(step),
    )
}

fn relocate(number: u128, shard: UnitId, place: UnitId) -> Change {
    let body = ChangeBody::Move { shard, place };
    change(number, household(1).into(), None, body)
}

#[test]
fn a_form_begins_with_what_its_subject_says_and_not_with_what_its_author_says() {
    let mut intake = Intake::default();
    intake.receive(
        &officer(1),
        &terms(),
        register(1, household(1), village(1), "Lò Văn Pâng"),
    );
    let mut begun = start(2, household(1));
    if let ChangeBody::Start(start) = &mut begun.body {
        start.facts.children = Some(0);
    }
    intake.receive(&officer(1), &terms(), begun);
    assert_eq!(facts(&intake).children, Some(2));
    // Nor can a phone of the first release tell it otherwise.
    let told = ChangeBody::SetFacts {
        facts: Facts {
            children: Some(0),
            ..Facts::default()
        },
    };
    let receipt = intake.receive(
        &officer(1),
        &terms(),
        change(3, assessment_of(household(1)), None, told),
    );
    assert!(receipt.outcome.is_received());
    assert_eq!(facts(&intake).children, Some(2));
}

#[test]
fn whoever_mends_a_family_mends_its_form() {
    let mut intake = with_form();
    let before = form(&intake).seq;
    intake.receive(
        &officer(1),
        &terms(),
        set_field(30, household(1), Some(change_id(1)), "children", json!(0)),
    );
    assert_eq!(facts(&intake).children, Some(0));
    assert!(form(&intake).seq > before, "phones are told");
    assert_eq!(
        intake.rollup,
        rollup::recount(intake.documents.values(), sets())
    );
    // Two who wrote apart, and the one who chose: the form has what stands in the end.
    intake.receive(
        &second_officer(1),
        &terms(),
        set_field(31, household(1), Some(change_id(1)), "children", json!(3)),
    );
    assert_eq!(facts(&intake).children, Some(3));
    let body = ChangeBody::Settle {
        field: "children".into(),
        value: json!(0),
    };
    intake.receive(
        &officer(1),
        &terms(),
        change(32, household(1).into(), None, body),
    );
    assert_eq!(facts(&intake).children, Some(0));
    // What rests on nothing of the form leaves it alone.
    let seq = form(&intake).seq;
    intake.receive(
        &officer(1),
        &terms(),
        set_field(33, household(1), None, "note", json!("nhà xa")),
    );
    assert_eq!(form(&intake).seq, seq);
}

#[test]
fn what_was_verified_stays_as_it_was_verified() {
    let mut intake = with_form();
    let judged_by = |intake: &Intake| form(intake).assessment().unwrap().scored_by().children;
    intake.receive(&officer(1), &terms(), advance(30, Move::Submit));
    let commune = commune_actor(Role::CommuneOfficer);
    intake.receive(&commune, &terms(), advance(31, Move::Verify));
    let mended = set_field(32, household(1), Some(change_id(1)), "children", json!(0));
    intake.receive(&officer(1), &terms(), mended);
    assert_eq!(judged_by(&intake), Some(2));
    // As soon as the commune opens it again, it is judged by what is so now.
    intake.receive(&commune, &terms(), advance(33, Move::Reopen));
    assert_eq!(judged_by(&intake), Some(0));
}

#[test]
fn a_family_that_is_given_to_another_village_takes_its_form_along() {
    let mut intake = with_form();
    let (here, there) = (village(1), village(2));
    let count = |intake: &Intake, place| {
        rollup::total(&intake.rollup, Title::LearningFamily, year(), |it| {
            it == place
        })
    };
    let totals = count(&intake, here);
    // Within their commune a village's officer may give a family away.
    let receipt = intake.receive(&officer(1), &terms(), relocate(30, commune(), there));
    assert!(receipt.outcome.is_received());
    let family = &intake.documents[&household(1).into()];
    assert_eq!((family.place, form(&intake).place), (there, there));
    assert_eq!(count(&intake, here), rollup::Counts::default());
    assert_eq!(count(&intake, there), totals);
    assert_eq!(
        intake.rollup,
        rollup::recount(intake.documents.values(), sets())
    );
    // The phones of the old village are told that both have left.
    let left: Vec<_> = intake
        .departures
        .iter()
        .map(|it| (it.document, it.shard, it.place))
        .collect();
    assert_eq!(
        left,
        [
            (household(1).into(), commune(), here),
            (assessment_of(household(1)), commune(), here)
        ]
    );
    // It is the other village's now.
    let late = set_field(31, household(1), None, "note", json!("x"));
    let refused = intake.receive(&officer(1), &terms(), late).outcome;
    assert_eq!(
        refused,
        Outcome::Refused(Refusal::Denied(Denied::OutsideScope))
    );
    // Nobody gives a family to a commune that they do not answer for.
    let elsewhere = UnitId::from_uuid(uuid::Uuid::from_u128(2));
    let refused = intake
        .receive(&officer(2), &terms(), relocate(32, elsewhere, village(9)))
        .outcome;
    assert_eq!(
        refused,
        Outcome::Refused(Refusal::Denied(Denied::OutsideScope))
    );
    let both = Actor {
        scope: Scope::Communes([commune(), elsewhere].into()),
        ..commune_actor(Role::CommuneOfficer)
    };
    let receipt = intake.receive(&both, &terms(), relocate(33, elsewhere, village(9)));
    assert!(receipt.outcome.is_received());
    assert_eq!(form(&intake).shard, elsewhere);
}

#[test]
fn moving_ends_the_doubt_about_the_place() {
    let mut intake = with_form();
    let body = ChangeBody::Doubt {
        field: "place".into(),
        reason: "Danh sách ghi hai bản.".into(),
    };
    intake.receive(
        &officer(1),
        &terms(),
        change(30, household(1).into(), None, body),
    );
    intake.receive(&officer(1), &terms(), relocate(31, commune(), village(1)));
    assert!(intake.documents[&household(1).into()].doubts.is_empty());
}

#[test]
fn a_phone_shows_what_the_server_will_make_of_it() {
    let server = with_form();
    let stored = Stored {
        documents: server.documents.values().cloned().collect(),
        ..Stored::default()
    };
    let mut replica = Replica::restore(officer(1), stored, sets(), UNDERSTANDS);
    let shown = |replica: &Replica| {
        let form = replica.document(assessment_of(household(1))).unwrap();
        form.assessment().unwrap().facts.children
    };
    replica
        .record(
            set_field(30, household(1), Some(change_id(1)), "children", json!(0)),
            sets(),
        )
        .unwrap();
    assert_eq!(shown(&replica), Some(0));
    // The second thought replaces the first, and the form follows it.
    replica
        .record(
            set_field(31, household(1), Some(change_id(30)), "children", json!(1)),
            sets(),
        )
        .unwrap();
    assert_eq!(shown(&replica), Some(1));
    replica
        .record(answer(32, household(1), None, "GD.1a", 5), sets())
        .unwrap();
    assert_eq!(shown(&replica), Some(1));
}

#[test]
fn in_january_the_forms_of_both_years_follow() {
    let january = "2027-01-10T05:00:00Z".parse().unwrap();
    let open: Vec<i32> = calendar::years_open(january).map(Year::get).collect();
    assert_eq!(open, [2026, 2027]);
    let open: Vec<i32> = calendar::years_open(noon()).map(Year::get).collect();
    assert_eq!(open, [2026]);
}

#[test]
fn a_returned_form_counts_what_the_village_corrects() {
    let mut intake = with_form();
    intake.receive(&officer(1), &terms(), advance(30, Move::Submit));
    let commune = commune_actor(Role::CommuneOfficer);
    let checked = ChangeBody::SetAnswer {
        scorer: Scorer::Commune,
        code: CriterionCode::new("GD.1a"),
        answer: Some(Answer::Points(shared::criteria::Points::whole(3))),
    };
    intake.receive(
        &commune,
        &terms(),
        change(31, assessment_of(household(1)), None, checked.clone()),
    );
    let back = Move::Return {
        comment: "Xem lại mục trẻ em".into(),
        remarks: [(CriterionCode::new("GD.1b"), "Thiếu học bạ".to_owned())]
            .into_iter()
            .collect(),
    };
    intake.receive(&commune, &terms(), advance(32, back));
    let head = form(&intake).assessment().unwrap();
    assert_eq!((head.stage.name(), head.round), (StageName::Returned, 2));
    let code = CriterionCode::new("GD.1a");
    assert_eq!(
        head.remarks[&code].answer,
        Some(Answer::Points(shared::criteria::Points::whole(3)))
    );
    assert_eq!(
        head.remarks[&CriterionCode::new("GD.1b")].text.as_deref(),
        Some("Thiếu học bạ")
    );
    intake.receive(
        &officer(1),
        &terms(),
        answer(33, household(1), Some(change_id(10)), "GD.1a", 8),
    );
    let official = form(&intake).official_answers();
    assert_eq!(
        official[&code],
        Answer::Points(shared::criteria::Points::whole(8))
    );
    // What a commune's phone answered before it heard of the return would hide it again.
    let late = change(34, assessment_of(household(1)), None, checked);
    let refused = intake.receive(&commune, &terms(), late).outcome;
    assert_eq!(
        refused,
        Outcome::Refused(Refusal::WrongStage {
            stage: StageName::Returned
        })
    );
}

#[test]
fn the_commune_may_take_its_own_answer_back() {
    let mut intake = with_form();
    intake.receive(&officer(1), &terms(), advance(30, Move::Submit));
    let commune = commune_actor(Role::CommuneOfficer);
    let code = CriterionCode::new("GD.1a");
    let said = |answer| ChangeBody::SetAnswer {
        scorer: Scorer::Commune,
        code: code.clone(),
        answer,
    };
    let three = Some(Answer::Points(shared::criteria::Points::whole(3)));
    intake.receive(
        &commune,
        &terms(),
        change(31, assessment_of(household(1)), None, said(three)),
    );
    let receipt = intake.receive(
        &commune,
        &terms(),
        change(
            32,
            assessment_of(household(1)),
            Some(change_id(31)),
            said(None),
        ),
    );
    assert!(receipt.outcome.is_received());
    assert_eq!(
        form(&intake).official_answers()[&code],
        Answer::Points(shared::criteria::Points::whole(10))
    );
}

#[test]
fn what_a_unit_is_reaches_its_form() {
    let mut made = register(1, household(1), village(1), "Trường Tiểu học Khổng Lào");
    if let ChangeBody::Register(registration) = &mut made.body {
        registration.kind = SubjectKind::Unit;
        let fields = [
            ("name", json!("Trường Tiểu học Khổng Lào")),
            ("unit_type", json!("school")),
        ];
        let fields = fields.into_iter();
        registration.fields = fields.map(|(name, value)| (name.into(), value)).collect();
    }
    let unit = AssessmentId::of(household(1), Title::LearningUnit.as_str(), year());
    let mut begun = start(2, household(1));
    begun.doc = unit.into();
    if let ChangeBody::Start(start) = &mut begun.body {
        start.title = Title::LearningUnit;
        start.criteria = CriteriaSetId::new("don_vi_tt22");
    }
    let school = set_field(3, household(1), None, "general_school", json!(true));
    let mut intake = Intake::default();
    for change in [made, begun, school] {
        let receipt = intake.receive(&officer(1), &terms(), change);
        assert!(receipt.outcome.is_received(), "{receipt:?}");
    }
    let named = |intake: &Intake, name| {
        let form = intake.documents[&unit.into()].assessment().unwrap();
        form.scored_by().named(name)
    };
    assert_eq!(named(&intake, "business"), Some(0));
    assert_eq!(named(&intake, "general_school"), Some(1));
    assert_eq!(named(&intake, "university"), None, "nobody has said it");
    // What is no school is no university.
    let sort = set_field(4, household(1), None, "unit_type", json!("cooperative"));
    intake.receive(&officer(1), &terms(), sort);
    assert_eq!(named(&intake, "business"), Some(1));
    assert_eq!(named(&intake, "university"), Some(0));
    assert_eq!(
        named(&intake, "general_school"),
        Some(1),
        "what was said stands"
    );
}
