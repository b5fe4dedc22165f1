//! What was tapped a moment ago is taken back: as if it had never been, or by a change of its own.

use shared::assessment::{Move, StageName};
use shared::change::{Change, ChangeBody, Refusal};
use shared::criteria::CriterionCode;
use shared::document::FieldName;
use shared::ids::{ChangeId, DeviceId, DocumentId};
use shared::scoring::Answer;
use shared::sync::{Pending, Replica, Step, Stored, UNDERSTANDS};
use uuid::Uuid;

use crate::support::*;

/// A phone whose owner can take things back.
struct Phone {
    replica: Replica,
    stored: Stored,
}

impl Phone {
    /// A phone with one registered family.
    fn new() -> Self {
        let stored = Stored::default();
        let mut phone = Self {
            replica: Replica::restore(officer(1), stored.clone(), sets(), UNDERSTANDS),
            stored,
        };
        phone.record(register(1, household(1), village(1), "Lò Văn Pâng"));
        phone
    }

    fn record(&mut self, change: Change) {
        let writes = self.replica.record(change, sets()).unwrap();
        writes.into_iter().for_each(|it| self.stored.write(it));
    }

    fn tap(&mut self, change: Change) -> Step {
        let (step, writes) = self.replica.tap(change, sets()).unwrap();
        writes.into_iter().for_each(|it| self.stored.write(it));
        step
    }

    fn take_back(&mut self, act: &[Step]) -> Vec<(DocumentId, ChangeBody)> {
        let taken = self.replica.take_back(act, sets());
        taken
            .writes
            .into_iter()
            .for_each(|it| self.stored.write(it));
        taken.counters
    }

    /// The ids that an exchange would offer now.
    fn offered(&mut self) -> Vec<Option<ChangeId>> {
        let device = DeviceId::from_uuid(Uuid::from_u128(9));
        let (request, writes) = self.replica.request(device, "0.1.0", noon());
        writes.into_iter().for_each(|it| self.stored.write(it));
        request.changes.iter().map(|it| it.id()).collect()
    }

    fn waiting(&self) -> Vec<Option<ChangeId>> {
        self.stored.pending.iter().map(Pending::id).collect()
    }

    fn answer(&self, code: &str) -> Option<Answer> {
        let form = self.replica.document(assessment_of(household(1)))?;
        form.official_answers()
            .get(&CriterionCode::new(code))
            .copied()
    }
}

#[test]
fn what_is_taken_back_in_time_never_was() {
    let mut phone = Phone::new();
    let act = [
        phone.tap(start(2, household(1))),
        phone.tap(answer(3, household(1), None, "GD.1a", 10)),
        phone.tap(answer(4, household(1), None, "GD.1b", 10)),
    ];
    // Neither they nor what comes after them is offered while they are held.
    assert_eq!(phone.offered(), [Some(change_id(1))]);
    assert!(phone.answer("GD.1a").is_some());
    assert_eq!(phone.take_back(&act), []);
    assert_eq!(phone.waiting(), [Some(change_id(1))]);
    assert!(
        phone
            .replica
            .document(assessment_of(household(1)))
            .is_none()
    );
    phone.replica.let_go();
    assert_eq!(phone.offered(), [Some(change_id(1))]);
}

#[test]
fn what_is_let_go_is_offered() {
    let mut phone = Phone::new();
    phone.tap(start(2, household(1)));
    phone.replica.let_go();
    assert_eq!(phone.offered(), [Some(change_id(1)), Some(change_id(2))]);
}

#[test]
fn a_replaced_edit_comes_back() {
    let mut phone = Phone::new();
    phone.record(start(2, household(1)));
    phone.record(answer(3, household(1), None, "GD.1a", 10));
    let slip = [phone.tap(answer(4, household(1), Some(change_id(3)), "GD.1a", 0))];
    assert_eq!(phone.waiting().len(), 3, "the slip has replaced the answer");
    assert_eq!(phone.take_back(&slip), []);
    assert_eq!(
        phone.answer("GD.1a"),
        Some(Answer::Points(shared::criteria::Points::whole(10)))
    );
    phone.replica.let_go();
    assert_eq!(phone.offered(), [1, 2, 3].map(|it| Some(change_id(it))));
}

#[test]
fn what_was_offered_is_taken_back_by_a_change() {
    let mut phone = Phone::new();
    phone.record(start(2, household(1)));
    let slip = [phone.tap(answer(3, household(1), None, "GD.1a", 0))];
    // The person asked to send at once.
    phone.replica.let_go();
    phone.offered();
    assert!(phone.replica.can_take_back(&slip));
    let counters = phone.take_back(&slip);
    let [(doc, body @ ChangeBody::SetAnswer { answer: None, .. })] = &counters[..] else {
        panic!("{counters:?}");
    };
    phone.record(change(4, *doc, Some(change_id(3)), body.clone()));
    assert_eq!(phone.answer("GD.1a"), None);
    assert_eq!(phone.waiting().len(), 4);
}

#[test]
fn a_finished_form_is_taken_back_only_until_it_is_offered() {
    let mut phone = Phone::new();
    phone.record(start(2, household(1)));
    for change in full_answers(10, household(1)) {
        phone.record(change);
    }
    let form = assessment_of(household(1));
    let stage = |phone: &Phone| {
        phone
            .replica
            .document(form)
            .and_then(|it| Some(it.assessment()?.stage.name()))
    };
    let submit = |number| change(number, form, None, ChangeBody::Advance(Move::Submit));
    let done = [phone.tap(submit(40))];
    assert_eq!(stage(&phone), Some(StageName::Submitted));
    assert!(phone.replica.can_take_back(&done));
    assert_eq!(phone.take_back(&done), []);
    assert_eq!(stage(&phone), Some(StageName::InProgress));

    let done = [phone.tap(submit(41))];
    phone.replica.let_go();
    phone.offered();
    assert!(
        !phone.replica.can_take_back(&done),
        "only the commune gives it back"
    );
}

#[test]
fn a_tab_that_does_not_send_takes_back_by_a_change() {
    let mut phone = Phone::new();
    phone.record(start(2, household(1)));
    phone.replica.set_offered_elsewhere(true);
    let slip = [phone.tap(answer(3, household(1), None, "GD.1a", 0))];
    assert_eq!(phone.take_back(&slip).len(), 1);
    assert_eq!(
        phone.waiting().len(),
        3,
        "another tab may be sending it right now"
    );
}

#[test]
fn a_refused_change_that_was_thrown_away_comes_back() {
    let refused = Pending {
        order: 0,
        change: shared::sync::Carried::Known(register(7, household(2), village(1), "Vàng A Sử")),
        state: shared::sync::PendingState::Refused {
            refusal: Refusal::WrongKind,
            at: noon(),
        },
        known_in: None,
    };
    let stored = Stored {
        pending: vec![refused.clone()],
        ..Stored::default()
    };
    let mut phone = Phone {
        replica: Replica::restore(officer(1), stored.clone(), sets(), UNDERSTANDS),
        stored,
    };
    let (writes, thrown) = phone.replica.discard(change_id(7));
    writes.into_iter().for_each(|it| phone.stored.write(it));
    assert_eq!(phone.waiting(), []);
    phone.take_back(&[Step::Discarded(Box::new(thrown.unwrap()))]);
    assert_eq!(phone.stored.pending, [refused]);
    assert_eq!(phone.replica.status().refused, 1);
}

#[test]
fn a_conflict_that_was_settled_is_there_again() {
    let mut phone = Phone::new();
    let doc: DocumentId = household(1).into();
    let members = FieldName::from("members");
    phone.record(set_field(2, household(1), None, "members", 7.into()));
    // Somebody who had not seen the seven.
    phone.record(change(
        3,
        doc,
        None,
        ChangeBody::Settle {
            field: members.clone(),
            value: 7.into(),
        },
    ));
    let mut confirmed = phone.replica.document(doc).unwrap().clone();
    confirmed.conflicts.insert(
        members.clone(),
        vec![shared::document::Rival {
            value: 9.into(),
            writer: confirmed.made,
        }],
    );
    let stored = Stored {
        documents: vec![confirmed],
        ..Stored::default()
    };
    let mut phone = Phone {
        replica: Replica::restore(officer(1), stored.clone(), sets(), UNDERSTANDS),
        stored,
    };
    let choice = ChangeBody::Settle {
        field: members.clone(),
        value: 9.into(),
    };
    let chosen = [phone.tap(change(4, doc, Some(change_id(2)), choice))];
    assert!(!phone.replica.document(doc).unwrap().in_conflict());
    assert_eq!(phone.take_back(&chosen), []);
    assert!(phone.replica.document(doc).unwrap().in_conflict());
    // Once sent, the value that stood is written again.
    let chosen = phone.tap(change(
        5,
        doc,
        Some(change_id(2)),
        ChangeBody::Settle {
            field: members,
            value: 9.into(),
        },
    ));
    phone.replica.let_go();
    phone.offered();
    let counters = phone.take_back(&[chosen]);
    assert!(matches!(&counters[..], [(_, ChangeBody::SetField { value, .. })] if *value == 7));
}
