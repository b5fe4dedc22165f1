//! One change at a time.

use serde_json::json;
use shared::SortedMap;
use shared::access::{Denied, Role};
use shared::assessment::{Move, STEP_REASON_MAX, STEPS_MAX, Stage, StageName};
use shared::change::{Change, ChangeBody, Context, Refusal, admit};
use shared::criteria::{Carried, CriteriaSet, CriteriaSetId, CriterionCode, Points, Title};
use shared::document::{Document, FieldName, Scorer};
use shared::field::FieldProblem;
use shared::scoring::Answer;

use crate::support::*;

/// Applies changes in order, each by its actor, and expects each to be admitted.
fn run(steps: &[(&shared::access::Actor, Change)]) -> Document {
    let mut document = None;
    for (actor, change) in steps {
        let context = Context {
            actor,
            criteria: sets(),
            find: &nothing,
        };
        let admitted = admit(document.take(), change, &context);
        document = Some(admitted.expect("the change is admitted").document);
    }
    document.expect("at least one step")
}

fn household_document() -> Document {
    run(&[(
        &officer(1),
        register(1, household(1), village(1), "Lò Văn Pâng"),
    )])
}

fn assessment_with(changes: Vec<Change>) -> Result<Document, Refusal> {
    let subject = household_document();
    let officer = officer(1);
    let context = Context {
        actor: &officer,
        criteria: sets(),
        find: &|_| Some(&subject),
    };
    let mut document = None;
    for change in std::iter::once(start(2, household(1))).chain(changes) {
        document = Some(admit(document.take(), &change, &context)?.document);
    }
    Ok(document.expect("started"))
}

fn advance(number: u128, step: Move) -> Change {
    change(
        number,
        assessment_of(household(1)),
        None,
        ChangeBody::Advance(step),
    )
}

fn advance_as(role: Role, document: Document, step: Move) -> Result<Document, Refusal> {
    let actor = commune_actor(role);
    let context = Context {
        actor: &actor,
        criteria: sets(),
        find: &nothing,
    };
    admit(Some(document), &advance(900, step), &context).map(|admitted| admitted.document)
}

#[test]
fn edits_of_different_fields_merge_without_a_word() {
    let made = register(1, household(1), village(1), "Lò Văn Pâng");
    let document = run(&[
        (&officer(1), made.clone()),
        (
            &officer(1),
            set_field(2, household(1), Some(made.id), "members", json!(6)),
        ),
        (
            &second_officer(1),
            set_field(3, household(1), Some(made.id), "poor", json!(true)),
        ),
    ]);
    assert_eq!(document.number("members"), Some(6));
    assert_eq!(document.flag("poor"), Some(true));
    assert!(!document.in_conflict());
}

#[test]
fn two_who_had_not_seen_each_other_make_a_conflict_that_keeps_both() {
    let made = register(1, household(1), village(1), "Lò Văn Pâng");
    let document = run(&[
        (&officer(1), made.clone()),
        (
            &officer(1),
            set_field(2, household(1), Some(made.id), "members", json!(6)),
        ),
        (
            &second_officer(1),
            set_field(3, household(1), Some(made.id), "members", json!(7)),
        ),
    ]);
    assert_eq!(document.number("members"), Some(7), "the later one stands");
    let rivals = &document.conflicts[&FieldName::from("members")];
    assert_eq!(rivals[0].value, json!(6), "and the other is kept");
    assert_eq!(rivals[0].writer.by, officer(1).user);
}

#[test]
fn two_who_wrote_the_same_have_no_conflict() {
    let made = register(1, household(1), village(1), "Lò Văn Pâng");
    let document = run(&[
        (&officer(1), made.clone()),
        (
            &officer(1),
            set_field(2, household(1), Some(made.id), "members", json!(6)),
        ),
        (
            &second_officer(1),
            set_field(3, household(1), Some(made.id), "members", json!(6)),
        ),
    ]);
    assert!(!document.in_conflict());
}

#[test]
fn a_settled_conflict_is_gone_and_the_choice_stands() {
    let made = register(1, household(1), village(1), "Lò Văn Pâng");
    let settle = change(
        4,
        household(1).into(),
        None,
        ChangeBody::Settle {
            field: "members".into(),
            value: json!(6),
        },
    );
    let document = run(&[
        (&officer(1), made.clone()),
        (
            &officer(1),
            set_field(2, household(1), Some(made.id), "members", json!(6)),
        ),
        (
            &second_officer(1),
            set_field(3, household(1), Some(made.id), "members", json!(7)),
        ),
        (&officer(1), settle),
    ]);
    assert_eq!(document.number("members"), Some(6));
    assert!(!document.in_conflict());
}

#[test]
fn an_unknown_field_is_carried_untouched() {
    let made = register(1, household(1), village(1), "Lò Văn Pâng");
    let from_the_future = json!({"nested": [1, 2, {"ngày": "mai"}]});
    let document = run(&[
        (&officer(1), made.clone()),
        (
            &officer(1),
            set_field(
                2,
                household(1),
                None,
                "solar_panel",
                from_the_future.clone(),
            ),
        ),
    ]);
    let text = serde_json::to_string(&document).unwrap();
    let back: Document = serde_json::from_str(&text).unwrap();
    assert_eq!(
        back.fields[&FieldName::from("solar_panel")],
        from_the_future
    );
    assert_eq!(back, document);
}

#[test]
fn writing_a_doubted_field_clears_its_doubt() {
    let mut made = register(1, household(1), village(1), "Lò Văn Pâng");
    if let ChangeBody::Register(registration) = &mut made.body {
        registration
            .doubts
            .insert("children".into(), "12 trẻ nhưng chỉ 9 khẩu".into());
    }
    let document = run(&[(&officer(1), made.clone())]);
    assert_eq!(document.doubts.len(), 1);
    let document = run(&[
        (&officer(1), made),
        (
            &officer(1),
            set_field(2, household(1), None, "children", json!(2)),
        ),
    ]);
    assert!(document.doubts.is_empty());
}

#[test]
fn a_neighbour_village_is_out_of_reach() {
    let context_actor = officer(2);
    let context = Context {
        actor: &context_actor,
        criteria: sets(),
        find: &nothing,
    };
    let refused = admit(
        Some(household_document()),
        &set_field(2, household(1), None, "members", json!(1)),
        &context,
    );
    assert_eq!(refused, Err(Refusal::Denied(Denied::OutsideScope)));
}

#[test]
fn a_value_that_does_not_fit_is_refused_with_its_field() {
    let cases = [
        (
            "members",
            json!(61),
            FieldProblem::OutOfRange { min: 0, max: 60 },
        ),
        ("members", json!("năm"), FieldProblem::NotNumber),
        ("members", json!(-1), FieldProblem::NotNumber),
        (
            "birth_year",
            json!(1000),
            FieldProblem::OutOfRange {
                min: 1900,
                max: 2100,
            },
        ),
        ("name", json!("   "), FieldProblem::Empty),
        ("poor", json!("x"), FieldProblem::NotYesNo),
        ("unit_type", json!("castle"), FieldProblem::NotOffered),
        ("citizen_group", json!(3), FieldProblem::NotOffered),
        (
            "note",
            json!("ộ".repeat(1001)),
            FieldProblem::TooLong { max: 1000 },
        ),
    ];
    let officer = officer(1);
    let context = Context {
        actor: &officer,
        criteria: sets(),
        find: &nothing,
    };
    for (field, value, problem) in cases {
        let refused = admit(
            Some(household_document()),
            &set_field(2, household(1), None, field, value),
            &context,
        );
        let expected = Refusal::Field {
            field: field.into(),
            problem,
        };
        assert_eq!(refused, Err(expected), "{field}");
    }
}

#[test]
fn two_phones_that_begin_apart_begin_the_same_assessment() {
    let again = Change {
        id: change_id(77),
        ..start(2, household(1))
    };
    let answered = answer(3, household(1), None, "GD.1a", 10);
    let document = assessment_with(vec![answered, again]).unwrap();
    assert_eq!(
        document.answers_of(Scorer::Village).len(),
        1,
        "nothing was lost"
    );
}

#[test]
fn the_first_answer_puts_it_in_progress() {
    let document = assessment_with(vec![answer(3, household(1), None, "GD.1a", 10)]).unwrap();
    assert_eq!(document.assessment().unwrap().stage, Stage::InProgress);
}

#[test]
fn finishing_asks_for_what_is_missing() {
    let refused = assessment_with(vec![
        answer(3, household(1), None, "GD.1a", 10),
        advance(4, Move::Submit),
    ]);
    match refused {
        Err(Refusal::Incomplete { missing }) => {
            assert!(missing.iter().all(|code| code.as_str() != "GD.1a"));
            assert!(missing.iter().any(|code| code.as_str() == "GD.1b"));
        }
        other => panic!("expected what is missing, got {other:?}"),
    }
}

#[test]
fn a_complete_score_is_sent_and_may_still_be_corrected_until_it_is_verified() {
    let mut changes = full_answers(10, household(1));
    changes.push(advance(50, Move::Submit));
    changes.push(answer(51, household(1), Some(change_id(10)), "GD.1a", 5));
    let document = assessment_with(changes).unwrap();
    assert_eq!(document.assessment().unwrap().stage, Stage::Submitted);

    let verified = advance_as(Role::CommuneOfficer, document, Move::Verify).unwrap();
    let officer = officer(1);
    let context = Context {
        actor: &officer,
        criteria: sets(),
        find: &nothing,
    };
    let late = answer(52, household(1), None, "GD.1a", 10);
    let refused = admit(Some(verified), &late, &context);
    assert_eq!(
        refused,
        Err(Refusal::Closed {
            stage: StageName::Verified
        })
    );
}

#[test]
fn a_form_alone_is_recognised_by_nobody() {
    let mut changes = full_answers(10, household(1));
    changes.push(advance(50, Move::Submit));
    let document = assessment_with(changes).unwrap();
    let document = advance_as(Role::CommuneOfficer, document, Move::Verify).unwrap();
    let document = advance_as(Role::CommuneOfficer, document, Move::Propose).unwrap();
    let decision = || Move::Recognise {
        decision: "12/QĐ-UBND".into(),
    };
    let by_officer = advance_as(Role::CommuneOfficer, document.clone(), decision());
    assert_eq!(by_officer, Err(Refusal::Denied(Denied::Role)));
    let by_leader = advance_as(Role::CommuneLeader, document, decision());
    assert_eq!(by_leader, Err(Refusal::NeedsDecision));
}

#[test]
fn a_return_needs_a_comment_and_opens_the_assessment_again() {
    let mut changes = full_answers(10, household(1));
    changes.push(advance(50, Move::Submit));
    let document = assessment_with(changes).unwrap();
    let back = |comment: &str| Move::Return {
        comment: comment.into(),
        remarks: SortedMap::new(),
    };
    assert_eq!(
        advance_as(Role::CommuneOfficer, document.clone(), back(" ")),
        Err(Refusal::ReasonMissing)
    );
    let returned = advance_as(Role::CommuneOfficer, document, back("Xem lại mục trẻ em")).unwrap();
    assert_eq!(
        returned.assessment().unwrap().stage.name(),
        StageName::Returned
    );
    assert!(returned.assessment().unwrap().stage.is_open());
}

#[test]
fn a_commune_takes_back_what_it_has_just_decided() {
    let mut changes = full_answers(10, household(1));
    changes.push(advance(50, Move::Submit));
    let sent = assessment_with(changes).unwrap();
    let finished = sent.assessment().unwrap().finished;
    assert!(finished.is_some());
    let commune = commune_actor(Role::CommuneOfficer);
    let context = Context {
        actor: &commune,
        criteria: sets(),
        find: &nothing,
    };
    let corrected = change(
        51,
        sent.id,
        None,
        ChangeBody::SetAnswer {
            scorer: Scorer::Commune,
            code: CriterionCode::new("GD.1a"),
            answer: Some(Answer::Points(Points::ZERO)),
        },
    );
    let sent = admit(Some(sent), &corrected, &context).unwrap().document;
    let answers = sent.official_answers();
    for decided in [
        Move::Verify,
        Move::NotEligible {
            reason: "vì sao".into(),
        },
        Move::Return {
            comment: "xem lại".into(),
            remarks: [(CriterionCode::new("GD.1a"), "nghỉ học".to_owned())]
                .into_iter()
                .collect(),
        },
    ] {
        let document = advance_as(Role::CommuneOfficer, sent.clone(), decided.clone()).unwrap();
        let by_village = advance_as(Role::VillageOfficer, document.clone(), Move::TakeBack);
        assert_eq!(
            by_village,
            Err(Refusal::Denied(Denied::Role)),
            "{decided:?}"
        );
        let back = advance_as(Role::CommuneOfficer, document, Move::TakeBack).unwrap();
        let head = back.assessment().unwrap();
        assert_eq!(head.stage, Stage::Submitted, "{decided:?}");
        assert!(head.remarks.is_empty() && head.judged.is_none());
        assert_eq!(back.official_answers(), answers, "{decided:?}");
    }
    // What was put before the chair is no more the commune's to take back.
    let verified = advance_as(Role::CommuneOfficer, sent, Move::Verify).unwrap();
    let proposed = advance_as(Role::CommuneOfficer, verified.clone(), Move::Propose);
    assert_eq!(proposed, Err(Refusal::NotPassed), "its score does not pass");
    assert_eq!(verified.assessment().unwrap().finished, finished);
}

/// A form that was sent, and then taken from step to step by the commune.
fn moved_on(steps: impl IntoIterator<Item = (Role, Move)>) -> Document {
    let mut changes = full_answers(10, household(1));
    changes.push(advance(50, Move::Submit));
    let sent = assessment_with(changes).unwrap();
    steps.into_iter().fold(sent, |document, (role, step)| {
        advance_as(role, document, step).unwrap()
    })
}

fn back(comment: String) -> (Role, Move) {
    let step = Move::Return {
        comment,
        remarks: SortedMap::new(),
    };
    (Role::CommuneOfficer, step)
}

fn steps_of(document: &Document) -> Vec<(StageName, Option<&str>)> {
    let steps = document.assessment().unwrap().steps.iter();
    steps
        .map(|step| (step.stage, step.reason.as_deref()))
        .collect()
}

#[test]
fn what_the_commune_says_of_a_form_is_part_of_its_weight() {
    let form = moved_on([]);
    let own = &form.assessment().unwrap().criteria;
    let set = sets().iter().find(|set| set.id == *own).unwrap();
    let code = set.indicators().next().unwrap().code.clone();
    let remark = "chưa rõ ".repeat(100);
    let back = Move::Return {
        comment: "Nhờ xem lại".to_owned(),
        remarks: [(code, remark.clone())].into_iter().collect(),
    };
    let returned = advance_as(Role::CommuneOfficer, form.clone(), back).unwrap();
    assert!(returned.weight() >= form.weight() + remark.trim().len());
}

#[test]
fn a_form_remembers_the_steps_it_has_left_with_their_authors_and_reasons() {
    let sent = moved_on([]);
    assert_eq!(steps_of(&sent), [(StageName::InProgress, None)]);
    let begun = sent.assessment().unwrap().steps[0].writer;
    assert_eq!(begun.by, officer(1).user, "whoever answered first began it");

    let verified = moved_on([
        back("Xem lại mục trẻ em".into()),
        (Role::VillageOfficer, Move::Submit),
        (Role::CommuneOfficer, Move::Verify),
    ]);
    assert_eq!(
        steps_of(&verified),
        [
            (StageName::InProgress, None),
            (StageName::Submitted, None),
            (StageName::Returned, Some("Xem lại mục trẻ em")),
            (StageName::Submitted, None),
        ]
    );
    let written = serde_json::to_string(&verified).unwrap();
    assert_eq!(
        serde_json::from_str::<Document>(&written).unwrap(),
        verified
    );
}

#[test]
fn a_form_that_goes_to_and_fro_keeps_its_first_step_and_the_last_ones() {
    let rounds = (0..20).flat_map(|round| {
        let comment = format!("{round} {}", "ă".repeat(STEP_REASON_MAX));
        [back(comment), (Role::VillageOfficer, Move::Submit)]
    });
    let form = moved_on(rounds);
    let steps = steps_of(&form);
    assert_eq!(steps.len(), STEPS_MAX);
    assert_eq!(steps[0].0, StageName::InProgress);
    let (last, reason) = steps[STEPS_MAX - 1];
    assert_eq!(last, StageName::Returned);
    let reason = reason.unwrap();
    assert!(reason.starts_with("19 "));
    assert_eq!(reason.chars().count(), STEP_REASON_MAX);
}

#[test]
fn a_form_of_before_there_were_steps_begins_to_keep_them() {
    let mut wire = serde_json::to_value(moved_on([])).unwrap();
    wire["about"]["assessment"]
        .as_object_mut()
        .unwrap()
        .remove("steps");
    let old: Document = serde_json::from_value(wire).unwrap();
    assert_eq!(steps_of(&old), []);
    let verified = advance_as(Role::CommuneOfficer, old, Move::Verify).unwrap();
    assert_eq!(steps_of(&verified), [(StageName::Submitted, None)]);
}

#[test]
fn a_form_goes_over_to_another_set_with_what_fits() {
    let ours = sets()
        .iter()
        .find(|set| set.id.as_str() == "gia_dinh_448")
        .unwrap();
    // The same table, but one criterion is gone, one has fewer points, and one is new.
    let mut other = ours.clone();
    other.id = CriteriaSetId::new("gia_dinh_moi");
    let group = other.groups.first_mut().unwrap();
    let gone = group.indicators.remove(0).code;
    let smaller = group.indicators.first_mut().unwrap();
    smaller.max = Some(Points::from_halves(1));
    smaller.step = Points::from_halves(1);
    let smaller = smaller.code.clone();
    let mut new = group.indicators[0].clone();
    new.code = CriterionCode::new("GD.moi");
    group.indicators.push(new);
    let known = [ours.clone(), other.clone(), clan_set()];
    let subject = household_document();
    let officer = officer(1);
    let context = Context {
        actor: &officer,
        criteria: &known,
        find: &|_| Some(&subject),
    };
    let mut document = None;
    for change in std::iter::once(start(2, household(1))).chain(full_answers(10, household(1))) {
        document = Some(admit(document.take(), &change, &context).unwrap().document);
    }
    let document = document.unwrap();
    let carried = Carried::of(&document, &other).unwrap();
    assert_eq!(carried.left, [gone, smaller.clone()]);
    assert_eq!(carried.open, [smaller, CriterionCode::new("GD.moi")]);
    assert_eq!(
        carried.kept.len() + carried.left.len(),
        ours.indicators().count()
    );

    let form = document.id;
    let go_over = |id: &str| {
        let criteria = CriteriaSetId::new(id);
        change(80, form, None, ChangeBody::UseCriteria { criteria })
    };
    let unknown = admit(Some(document.clone()), &go_over("khong_co"), &context);
    assert!(matches!(unknown, Err(Refusal::UnknownCriteria { .. })));
    let of_another_title = admit(Some(document.clone()), &go_over("ho"), &context);
    assert_eq!(of_another_title, Err(Refusal::WrongKind));
    let gone_over = admit(Some(document.clone()), &go_over("gia_dinh_moi"), &context).unwrap();
    assert_eq!(gone_over.before, Some(json!("gia_dinh_448")));
    let after = gone_over.document;
    assert_eq!(after.assessment().unwrap().criteria, other.id);
    assert_eq!(
        after.fields, document.fields,
        "nothing that was answered is lost"
    );
    assert!(!after.score(&other).unwrap().complete);
    // What was sent is complete by the set it was answered for.
    let sent = admit(Some(document), &advance(81, Move::Submit), &context)
        .unwrap()
        .document;
    let late = admit(Some(sent), &go_over("gia_dinh_moi"), &context);
    assert_eq!(
        late,
        Err(Refusal::WrongStage {
            stage: StageName::Submitted
        })
    );
}

fn clan_set() -> CriteriaSet {
    CriteriaSet {
        id: CriteriaSetId::new("ho"),
        title: Title::LearningClan,
        ..sets()[0].clone()
    }
}
