//! Counting.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;
use shared::access::Role;
use shared::assessment::Move;
use shared::calendar::Year;
use shared::change::{Change, ChangeBody};
use shared::criteria::Title;
use shared::ids::DocumentId;
use shared::rollup::{self, Counts};
use shared::sync::Intake;

use crate::support::*;

/// A tap somebody might make: which household, which officer, what.
#[derive(Clone, Debug)]
pub enum Tap {
    Register(u8),
    Begin(u8),
    Answer(u8, usize, i32),
    Field(u8, usize, u64),
    Step(u8, usize),
    /// Every criterion answered and the whole sent: what random taps hardly ever reach.
    Finish(u8),
}

pub fn taps() -> impl Strategy<Value = Vec<(u8, Tap)>> {
    let tap = prop_oneof![
        (0..4u8).prop_map(Tap::Register),
        (0..4u8).prop_map(Tap::Begin),
        (0..4u8, 0..12usize, 0..12i32).prop_map(|(h, c, p)| Tap::Answer(h, c, p)),
        (0..4u8, 0..4usize, 0..70u64).prop_map(|(h, f, v)| Tap::Field(h, f, v)),
        (0..4u8, 0..8usize).prop_map(|(h, s)| Tap::Step(h, s)),
        (0..4u8).prop_map(Tap::Finish),
    ];
    proptest::collection::vec((0..3u8, tap), 1..60)
}

/// The changes a tap makes. Its number gives them their ids.
pub fn changes_of(number: u128, tap: &Tap) -> Vec<Change> {
    let first = number * 50;
    if let Tap::Finish(h) = tap {
        let subject = household(u128::from(*h));
        let submit = ChangeBody::Advance(Move::Submit);
        let mut all = full_answers(first, subject);
        all.push(change(first + 49, assessment_of(subject), None, submit));
        return all;
    }
    vec![change_of(first, tap)]
}

fn change_of(number: u128, tap: &Tap) -> Change {
    match tap {
        Tap::Register(h) => {
            let of = u128::from(*h);
            register(number, household(of), village(of % 2 + 1), "Lò Văn Pâng")
        }
        Tap::Begin(h) => start(number, household(u128::from(*h))),
        Tap::Answer(h, criterion, points) => {
            let subject = household(u128::from(*h));
            let mut all = full_answers(number, subject);
            let at = criterion % all.len();
            let mut change = all.swap_remove(at);
            change.id = change_id(number);
            if let ChangeBody::SetAnswer {
                answer: Some(shared::scoring::Answer::Points(answer)),
                ..
            } = &mut change.body
            {
                *answer = shared::criteria::Points::whole(*points);
            }
            change
        }
        Tap::Field(h, field, value) => {
            let field = ["members", "children", "until", "since"][field % 4];
            let value = match field {
                "until" | "since" => json!(2020 + value % 10),
                _ => json!(value),
            };
            set_field(number, household(u128::from(*h)), None, field, value)
        }
        Tap::Finish(_) => unreachable!("more than one change"),
        Tap::Step(h, step) => {
            let reason = || "vì sao".to_owned();
            let step = match step % 9 {
                0..=2 => Move::Submit,
                3 => Move::Verify,
                4 => Move::Return {
                    comment: reason(),
                    remarks: Default::default(),
                },
                5 => Move::Withdraw { reason: reason() },
                6 => Move::Propose,
                7 => Move::TakeBack,
                _ => Move::Reopen,
            };
            let doc = assessment_of(household(u128::from(*h)));
            change(number, doc, None, ChangeBody::Advance(step))
        }
    }
}

pub fn actor_of(who: u8) -> shared::access::Actor {
    match who {
        0 => officer(1),
        1 => second_officer(2),
        _ => commune_actor(Role::CommuneOfficer),
    }
}

proptest! {
    #[test]
    fn incremental_rollup_equals_recount(taps in taps()) {
        let mut intake = Intake::default();
        for (number, (who, tap)) in taps.iter().enumerate() {
            for change in changes_of(number as u128, tap) {
                intake.receive(&actor_of(*who), &terms(), change);
            }
        }
        let recounted = rollup::recount(intake.documents.values(), sets());
        prop_assert_eq!(&intake.rollup, &recounted);
        prop_assert!(recounted.values().all(|counts| counts.registered >= counts.scored));
    }

    #[test]
    fn apply_is_deterministic(taps in taps()) {
        let run = || {
            let mut intake = Intake::default();
            for (number, (who, tap)) in taps.iter().enumerate() {
                for change in changes_of(number as u128, tap) {
                    intake.receive(&actor_of(*who), &terms(), change);
                }
            }
            (intake.documents, intake.log)
        };
        prop_assert_eq!(run(), run());
    }

    #[test]
    fn receipts_are_idempotent(taps in taps(), again in proptest::collection::vec(any::<prop::sample::Index>(), 0..40)) {
        let changes: Vec<_> = taps
            .iter()
            .enumerate()
            .flat_map(|(number, (who, tap))| {
                let actor = actor_of(*who);
                changes_of(number as u128, tap).into_iter().map(move |change| (actor.clone(), change))
            })
            .collect();
        let mut once = Intake::default();
        let first: Vec<_> = changes
            .iter()
            .map(|(actor, change)| once.receive(actor, &terms(), change.clone()))
            .collect();
        let before: BTreeMap<DocumentId, _> = once.documents.clone();
        let logged = once.log.len();
        for index in again {
            let at = index.index(changes.len());
            let (actor, change) = &changes[at];
            prop_assert_eq!(&once.receive(actor, &terms(), change.clone()), &first[at]);
        }
        prop_assert_eq!(once.documents, before);
        prop_assert_eq!(once.log.len(), logged);
    }
}

#[test]
fn a_household_counts_from_its_first_year_to_its_last() {
    let mut intake = Intake::default();
    let officer = officer(1);
    intake.receive(
        &officer,
        &terms(),
        register(1, household(1), village(1), "Lò Văn Pâng"),
    );
    let moved_away = set_field(2, household(1), None, "until", json!(2026));
    intake.receive(&officer, &terms(), moved_away);
    let subjects =
        |year| rollup::total(&intake.rollup, Title::LearningFamily, year, |_| true).subjects;
    assert_eq!(
        [2023, 2024, 2025, 2026, 2027].map(|year| subjects(Year::new(year).unwrap())),
        [0, 1, 1, 0, 0]
    );
}

#[test]
fn scored_and_passed_move_when_the_village_finishes() {
    let mut intake = Intake::default();
    let officer = officer(1);
    let count =
        |intake: &Intake| rollup::total(&intake.rollup, Title::LearningFamily, year(), |_| true);
    intake.receive(
        &officer,
        &terms(),
        register(1, household(1), village(1), "Lò Văn Pâng"),
    );
    intake.receive(&officer, &terms(), start(2, household(1)));
    for change in full_answers(10, household(1)) {
        intake.receive(&officer, &terms(), change);
    }
    let before = count(&intake);
    assert_eq!(
        (before.registered, before.started, before.scored),
        (1, 1, 0)
    );
    let submit = change(
        50,
        assessment_of(household(1)),
        None,
        ChangeBody::Advance(Move::Submit),
    );
    intake.receive(&officer, &terms(), submit);
    let after = count(&intake);
    assert_eq!(
        after - before,
        Counts {
            scored: 1,
            passed: 1,
            waiting: 1,
            ..Counts::default()
        }
    );
}
