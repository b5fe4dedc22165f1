//! Size and shape: whatever one account sends, a document stays small, and is read again as it was written.

use proptest::prelude::*;
use serde_json::{Value, json};
use shared::SortedMap;
use shared::access::Role;
use shared::assessment::Move;
use shared::bounds::{DEPTH_MAX, DOCUMENT_MAX, DOUBTS_MAX, FIELDS_MAX, RIVALS_MAX, VALUE_MAX};
use shared::change::{Change, ChangeBody, Context, Refusal, Registration, admit};
use shared::criteria::CriterionCode;
use shared::document::{Document, FieldName, Scorer};
use shared::field::FieldProblem;
use shared::ids::{DocumentId, SubjectId};
use shared::kind::SubjectKind;
use shared::scoring::Answer;
use shared::sync::{Intake, Outcome};
use uuid::Uuid;

use crate::support::*;

fn family() -> Document {
    decided(None, &register(1, household(1), village(1), "Lò Văn Pâng")).unwrap()
}

fn decided(document: Option<Document>, change: &Change) -> Result<Document, Refusal> {
    let officer = officer(1);
    let context = Context {
        actor: &officer,
        criteria: sets(),
        find: &nothing,
    };
    admit(document, change, &context).map(|admitted| admitted.document)
}

fn written(field: &str, value: Value) -> Result<Document, Refusal> {
    decided(
        Some(family()),
        &set_field(2, household(1), None, field, value),
    )
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!(1), |inner, _| json!([inner]))
}

#[test]
fn names_of_fields_are_short_and_plain() {
    for name in ["x", "lifelong.number_2", &"a".repeat(64)] {
        assert!(written(name, json!(1)).is_ok(), "{name}");
    }
    let strange = [
        "",
        "Name",
        "họ_tên",
        "a b",
        "a\u{0}b",
        "a\nb",
        "../a",
        "a\u{202e}b",
        &"a".repeat(65),
    ];
    for name in strange {
        let refused = written(name, json!(1)).unwrap_err();
        let expected = Refusal::Field {
            field: name.into(),
            problem: FieldProblem::BadName,
        };
        assert_eq!(refused, expected, "{name:?}");
    }
    // What a refusal repeats is small too.
    let endless = written(&"a".repeat(3_900_000), json!(1)).unwrap_err();
    assert!(serde_json::to_string(&endless).unwrap().len() < 100);
}

#[test]
fn a_value_of_a_newer_version_is_small_and_flat() {
    assert!(written("newer", nested(DEPTH_MAX)).is_ok());
    assert!(written("newer", json!("ộ".repeat(1_000))).is_ok());
    let too_much = |value| match written("newer", value) {
        Err(Refusal::Field { problem, .. }) => problem == FieldProblem::TooMuch,
        _ => false,
    };
    assert!(too_much(nested(DEPTH_MAX + 1)));
    assert!(too_much(nested(124)));
    assert!(too_much(json!("x".repeat(VALUE_MAX))));
}

#[test]
fn a_family_has_a_bounded_number_of_fields_and_doubts() {
    let mut document = family();
    for number in 0..FIELDS_MAX as u128 + 5 {
        let field = format!("f{number}");
        let change = set_field(10 + number, household(1), None, &field, json!(1));
        match decided(Some(document.clone()), &change) {
            Ok(next) => document = next,
            Err(refusal) => assert_eq!(refusal, Refusal::TooLong { max: FIELDS_MAX }),
        }
    }
    assert_eq!(document.fields.len(), FIELDS_MAX);

    let mut document = family();
    for number in 0..DOUBTS_MAX as u128 + 5 {
        let body = ChangeBody::Doubt {
            field: FieldName::new(format!("f{number}")),
            reason: "hỏi lại".into(),
        };
        let doubted = change(10 + number, household(1).into(), None, body);
        match decided(Some(document.clone()), &doubted) {
            Ok(next) => document = next,
            Err(refusal) => assert_eq!(refusal, Refusal::TooLong { max: DOUBTS_MAX }),
        }
    }
    assert_eq!(document.doubts.len(), DOUBTS_MAX);
}

#[test]
fn of_many_who_wrote_apart_the_last_ones_wait_for_a_choice() {
    let mut document = family();
    for number in 1..=30 {
        let change = set_field(
            10 + number,
            household(1),
            None,
            "note",
            json!(format!("ghi {number}")),
        );
        document = decided(Some(document), &change).unwrap();
    }
    let rivals = &document.conflicts[&FieldName::from("note")];
    assert_eq!(rivals.len(), RIVALS_MAX);
    assert_eq!(rivals.last().unwrap().value, json!("ghi 29"));
}

#[test]
fn a_document_does_not_grow_beyond_what_a_phone_should_carry() {
    let mut document = family();
    let mut refused = 0;
    // Each author pretends not to have seen the other, with the longest value there may be.
    for number in 0..2_000_u128 {
        let field = format!("f{}", number % 60);
        let text = format!("{number}{}", "x".repeat(VALUE_MAX - 20));
        let change = set_field(10 + number, household(1), None, &field, json!(text));
        match decided(Some(document.clone()), &change) {
            Ok(next) => document = next,
            Err(refusal) => {
                assert_eq!(refusal, Refusal::TooLong { max: DOCUMENT_MAX });
                refused += 1;
            }
        }
    }
    assert!(refused > 0);
    let text = serde_json::to_string(&document).unwrap();
    assert!(text.len() <= DOCUMENT_MAX + 4_096, "{}", text.len());
    // An honest officer can still settle it, and doubt ends as before.
    let field = document.conflicts.keys().next().unwrap().clone();
    let value = document.fields[&field].clone();
    let body = ChangeBody::Settle { field, value };
    let settled = decided(
        Some(document),
        &change(9_000, household(1).into(), None, body),
    );
    assert!(settled.is_ok());
}

#[test]
fn codes_in_a_change_are_short() {
    let long = CriterionCode::new("G".repeat(3_000_000));
    let body = ChangeBody::SetAnswer {
        scorer: Scorer::Village,
        code: long.clone(),
        answer: Some(Answer::Met(true)),
    };
    let answered = change(2, assessment_of(household(1)), None, body);
    let refused = decided(Some(family()), &answered).unwrap_err();
    assert!(matches!(refused, Refusal::TooLong { .. }));
    let body = ChangeBody::Advance(Move::Return {
        comment: "vì sao".into(),
        remarks: [(long, "dài".into())].into_iter().collect(),
    });
    let returned = change(3, assessment_of(household(1)), None, body);
    let refused = decided(Some(family()), &returned).unwrap_err();
    // Whoever may not return a form learns no more than that.
    assert!(matches!(refused, Refusal::Denied(_)));
}

#[test]
fn taking_back_an_answer_that_no_criterion_asks_for_leaves_nothing() {
    let officer = officer(1);
    let family = family();
    let context = Context {
        actor: &officer,
        criteria: sets(),
        find: &|_| Some(&family),
    };
    let form = admit(None, &start(2, household(1)), &context)
        .unwrap()
        .document;
    for code in ["A\u{0}", "B\u{202e}", "Z.9"] {
        let body = ChangeBody::SetAnswer {
            scorer: Scorer::Village,
            code: CriterionCode::new(code),
            answer: None,
        };
        let cleared = change(9, assessment_of(household(1)), None, body);
        assert!(decided(Some(form.clone()), &cleared).is_err(), "{code:?}");
    }
}

#[test]
fn only_ids_that_devices_make_become_subjects() {
    // The form that a neighbour will begin next year has an id that anybody can work out.
    let form = assessment_of(household(9));
    let mut made = register(1, household(1), village(1), "Lò Văn Pâng");
    for id in [form.as_uuid(), Uuid::nil(), Uuid::from_u128(7)] {
        made.doc = DocumentId::from_uuid(id);
        assert_eq!(decided(None, &made), Err(Refusal::WrongKind), "{id}");
    }
}

#[test]
fn kinds_are_entered_by_those_who_answer_for_them() {
    let registered = |role, kind| {
        let mut made = register(1, household(1), village(1), "Lò Văn Pâng");
        if let ChangeBody::Register(registration) = &mut made.body {
            registration.kind = kind;
            if kind.is_a_unit() {
                made.doc = SubjectId::of_unit(registration.place).into();
            }
        }
        let actor = commune_actor(role);
        let context = Context {
            actor: &actor,
            criteria: sets(),
            find: &nothing,
        };
        admit(None, &made, &context).is_ok()
    };
    let who = |kind| Role::ALL.map(|role| registered(role, kind));
    let scores = [true, true, true, false, false, false, false, true];
    assert_eq!(who(SubjectKind::Household), scores);
    assert_eq!(who(SubjectKind::Citizen), scores);
    let commune = [false, false, true, false, false, false, false, true];
    assert_eq!(who(SubjectKind::Village), commune);
    // The circular has the committee of the commune judge itself first (25/2023/TT-BGDĐT, article 9).
    assert_eq!(who(SubjectKind::Commune), commune);
    // Whether it is theirs is asked of the place beside.
    let area = [false, false, false, false, true, true, false, true];
    assert_eq!(who(SubjectKind::District), area);
    assert_eq!(who(SubjectKind::Province), area);
    let whoever_has_units = [true, true, true, false, true, true, false, true];
    assert_eq!(who(SubjectKind::Unit), whoever_has_units);
}

#[test]
fn of_a_village_there_is_one_community_however_many_enter_it() {
    let actor = commune_actor(Role::CommuneOfficer);
    let context = Context {
        actor: &actor,
        criteria: sets(),
        find: &nothing,
    };
    let made = |number, doc: DocumentId| {
        let mut made = register(number, household(1), village(1), "Bản Vàng Pheo");
        made.doc = doc;
        if let ChangeBody::Register(registration) = &mut made.body {
            registration.kind = SubjectKind::Village;
        }
        made
    };
    let own = SubjectId::of_unit(village(1)).into();
    let first = admit(None, &made(1, own), &context).unwrap().document;
    let second = admit(Some(first.clone()), &made(2, own), &context).unwrap();
    assert_eq!(second.document, first, "the second finds the first");
    let other = SubjectId::of_unit(village(2)).into();
    for id in [other, household(7).into()] {
        let refused = admit(None, &made(3, id), &context);
        assert_eq!(refused.err(), Some(Refusal::WrongKind), "{id}");
    }
    // A family with the id of a community is none.
    let mut family = register(4, household(1), village(1), "Lò Văn Pâng");
    family.doc = own;
    assert_eq!(
        admit(Some(first), &family, &context).err(),
        Some(Refusal::AlreadyExists)
    );
}

#[test]
fn a_clock_of_another_age_is_not_believed() {
    let mut intake = Intake::default();
    let at = |moment: &str| {
        let mut made = register(1, household(1), village(1), "Lò Văn Pâng");
        made.made_at = moment.parse().unwrap();
        let ChangeBody::Register(registration) = &mut made.body else {
            unreachable!()
        };
        registration.fields.remove(&FieldName::from("since"));
        made
    };
    for (number, (moment, year)) in [
        ("2026-03-01T00:00:00Z", 2026),
        ("2027-11-01T00:00:00Z", 2027),
        ("1970-01-01T00:00:00Z", 2026),
        ("+262142-12-31T00:00:00Z", 2026),
        ("-262143-01-01T00:00:00Z", 2026),
    ]
    .into_iter()
    .enumerate()
    {
        let number = number as u128 + 1;
        let mut made = at(moment);
        made.id = change_id(number);
        made.doc = household(number).into();
        let receipt = intake.receive(&officer(1), &terms(), believed(made));
        assert!(receipt.outcome.is_received());
        assert_eq!(
            intake.documents[&household(number).into()].since().get(),
            year,
            "{moment}"
        );
    }
}

/// As the intake takes it in.
fn believed(change: Change) -> Change {
    let mut intake = Intake::default();
    let tree = shared::org_unit::OrgTree::new(vec![
        shared::org_unit::OrgUnit::new(commune(), shared::org_unit::UnitKind::Commune, "Xã"),
        shared::org_unit::OrgUnit {
            parents: vec![shared::org_unit::Dated::always(commune())],
            ..shared::org_unit::OrgUnit::new(village(1), shared::org_unit::UnitKind::Village, "Bản")
        },
    ]);
    let carried = shared::sync::Carried::Known(change);
    let receipt = intake.decide(&officer(1), &terms_on(&tree), &carried);
    assert!(receipt.unwrap().outcome.is_received());
    intake.log.remove(0).change
}

/// Anything that JSON can hold, some of it deep.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(8, 64, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(".{0,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever is admitted is read again as it was written, also when it lies in a conflict.
    #[test]
    fn what_is_admitted_survives(values in proptest::collection::vec(("[a-z_.A-Z]{0,6}", anything(), any::<bool>()), 1..12)) {
        let mut intake = Intake::default();
        intake.receive(&officer(1), &terms(), register(1, household(1), village(1), "Lò Văn Pâng"));
        for (number, (name, value, registers)) in values.into_iter().enumerate() {
            let number = number as u128 + 2;
            let sent = match registers {
                false => set_field(number, household(1), None, &name, value),
                true => {
                    let fields = [(FieldName::from("name"), json!("Lò Văn Pâng")), (FieldName::new(name), value)];
                    let registration = Registration {
                        kind: SubjectKind::Household,
                        shard: commune(),
                        place: village(1),
                        fields: fields.into_iter().collect(),
                        doubts: SortedMap::new(),
                    };
                    change(number, household(number).into(), None, ChangeBody::Register(registration))
                }
            };
            let receipt = intake.receive(&officer(1), &terms(), sent);
            let answered = serde_json::to_string(&receipt).unwrap();
            prop_assert!(serde_json::from_str::<shared::sync::Receipt>(&answered).is_ok());
            let is_known = !matches!(receipt.outcome, Outcome::Refused(Refusal::Unreadable));
            prop_assert!(is_known);
        }
        for document in intake.documents.values() {
            let text = serde_json::to_string(document).unwrap();
            let read: Document = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&read, document);
        }
    }
}
