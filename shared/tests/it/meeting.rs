//! What a village's review meeting says of a form.

use chrono::NaiveDate;
use serde_json::{Value, json};
use shared::access::{Actor, Denied, Role};
use shared::assessment::Move;
use shared::change::{Change, ChangeBody, Context, Refusal, admit};
use shared::document::{Document, FieldName};
use shared::field::FieldProblem;
use shared::meeting::{self, Meeting, PRESENT_MAX};
use shared::submission::Notable;

use crate::support::*;

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

fn of(on: NaiveDate, present: u32, in_favour: u32, against: u32) -> Meeting {
    Meeting {
        on,
        present,
        in_favour,
        against,
        minutes: None,
    }
}

fn says(number: u128, value: Value) -> Change {
    let field = FieldName::from(meeting::FIELD);
    let body = ChangeBody::SetField { field, value };
    change(number, assessment_of(household(1)), None, body)
}

/// A form that was begun, after some changes by somebody.
fn form(actor: &Actor, changes: Vec<Change>) -> Result<Document, Refusal> {
    let officer = officer(1);
    let context = |actor| Context {
        actor,
        criteria: sets(),
        find: &nothing,
    };
    let made = register(1, household(1), village(1), "Lò Văn Pâng");
    let family = admit(None, &made, &context(&officer))?.document;
    let begun = Context {
        find: &|_| Some(&family),
        ..context(&officer)
    };
    let mut form = admit(None, &start(2, household(1)), &begun)?.document;
    for change in changes {
        form = admit(Some(form), &change, &context(actor))?.document;
    }
    Ok(form)
}

#[test]
fn the_votes_of_a_meeting_stand_in_the_form() {
    let said = of(day(18), 25, 23, 1);
    let form = form(&officer(1), vec![says(3, said.value())]).unwrap();
    assert_eq!(form.meeting(), Some(said));
    assert!(!form.in_conflict());
}

#[test]
fn a_meeting_is_taken_back_by_nothing() {
    let said = of(day(18), 25, 25, 0);
    let seen = says(3, said.value());
    let mut back = says(4, Value::Null);
    back.seen = Some(seen.id);
    let form = form(&officer(1), vec![seen, back]).unwrap();
    assert_eq!(form.meeting(), None);
    assert!(!form.in_conflict());
}

#[test]
fn what_two_people_wrote_of_it_apart_waits_for_one_to_choose() {
    let (first, second) = (of(day(18), 25, 25, 0), of(day(18), 25, 20, 5));
    let form = form(
        &officer(1),
        vec![says(3, first.value()), says(4, second.value())],
    )
    .unwrap();
    assert_eq!(form.meeting(), Some(second));
    let rivals = form.conflicts.get(&meeting::FIELD.into()).unwrap();
    assert_eq!(rivals[0].value, first.value());
}

#[test]
fn votes_that_cannot_be_are_refused() {
    let said = |value| form(&officer(1), vec![says(3, value)]).unwrap_err();
    let out_of = |min, max| Refusal::Field {
        field: meeting::FIELD.into(),
        problem: FieldProblem::OutOfRange { min, max },
    };
    assert_eq!(said(of(day(18), 20, 20, 1).value()), out_of(0, 20));
    let most = u64::from(PRESENT_MAX);
    assert_eq!(said(of(day(18), 0, 0, 0).value()), out_of(1, most));
    assert_eq!(
        said(of(day(18), PRESENT_MAX + 1, 1, 1).value()),
        out_of(1, most)
    );
    assert_eq!(
        said(of(day(18), 9, u32::MAX, u32::MAX).value()),
        out_of(0, 9)
    );
    let not_offered = Refusal::Field {
        field: meeting::FIELD.into(),
        problem: FieldProblem::NotOffered,
    };
    for odd in [
        json!("họp rồi"),
        json!(12),
        json!([]),
        json!({ "on": "2026-11-18" }),
    ] {
        assert_eq!(said(odd.clone()), not_offered, "{odd}");
    }
    let negative = json!({ "on": "2026-11-18", "present": -1, "in_favour": 0, "against": 0 });
    assert_eq!(said(negative), not_offered);
}

#[test]
fn a_meeting_is_of_the_year_and_not_of_tomorrow() {
    let said = |on| form(&officer(1), vec![says(3, of(on, 20, 20, 0).value())]);
    let from = year().first_day();
    // The device's clock says 20 November.
    for on in [day(21), from.pred_opt().unwrap()] {
        assert_eq!(said(on).unwrap_err(), Refusal::WrongDate { from }, "{on}");
    }
    assert!(said(day(20)).is_ok() && said(from).is_ok());
}

#[test]
fn only_those_who_score_write_it_and_only_while_the_form_is_open() {
    let said = || says(3, of(day(18), 20, 20, 0).value());
    let leader = commune_actor(Role::CommuneLeader);
    let refused = form(&leader, vec![said()]).unwrap_err();
    assert_eq!(refused, Refusal::Denied(Denied::Role));
    let away = change(
        4,
        assessment_of(household(1)),
        None,
        ChangeBody::Advance(Move::Withdraw {
            reason: "đi xa".into(),
        }),
    );
    let refused = form(&officer(1), vec![away, said()]).unwrap_err();
    assert!(matches!(refused, Refusal::Closed { .. }), "{refused:?}");
}

#[test]
fn the_commune_looks_at_what_the_village_did_not_agree_to() {
    let notable = |meeting: Meeting| {
        let form = form(&officer(1), vec![says(3, meeting.value())]).unwrap();
        Notable::of(&form, &form, None, sets()).voted_down
    };
    assert!(!notable(of(day(18), 20, 11, 9)));
    assert!(notable(of(day(18), 20, 10, 10)));
    assert!(notable(of(day(18), 20, 0, 3)));
}
