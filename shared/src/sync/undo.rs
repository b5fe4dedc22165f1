//! Taking back what was just tapped.
//!
//! A tap is held in the outbox for the few seconds in which people notice that the thumb slipped. Taken back in time, it
//! never was: nobody else ever sees it. A change that was offered meanwhile (the person asked to send at once, or another
//! tab sends) cannot be unsaid; then a change that puts the old value back takes its place, where there is one. A form
//! that was sent has none: only the commune gives it back.
//!
//! Only the last act can be taken back, so nothing that came later rests on it (`docs/adr/0011`).

use super::outbox::Pending;
use super::replica::{Replica, Write};
use crate::change::{Change, ChangeBody, Refusal};
use crate::criteria::CriteriaSet;
use crate::document::{Document, FieldName};
use crate::ids::{ChangeId, DocumentId};

/// One thing that an act did.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A change was recorded.
    Recorded {
        change: ChangeId,
        doc: DocumentId,
        /// The unsent edit that it replaced.
        replaced: Option<Box<Pending>>,
        /// What puts things back once the change has been offered, if anything does.
        counter: Option<Box<ChangeBody>>,
    },
    /// A refused change was thrown away.
    Discarded(Box<Pending>),
}

/// What became of an act that was taken back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TakenBack {
    /// What makes it durable.
    pub writes: Vec<Write>,
    /// To be recorded as changes of their own, in this order.
    pub counters: Vec<(DocumentId, ChangeBody)>,
}

impl Replica {
    /// Takes in a change as [`Replica::record`] does, and holds it back from being offered until [`Replica::let_go`].
    pub fn tap(
        &mut self,
        change: Change,
        criteria: &[CriteriaSet],
    ) -> Result<(Step, Vec<Write>), Refusal> {
        let (id, doc) = (change.id, change.doc);
        let counter = counter(self.document(doc), &change.body);
        let (writes, replaced) = self.take_in(change, criteria)?;
        self.outbox.hold(id);
        let step = Step::Recorded {
            change: id,
            doc,
            replaced: replaced.map(Box::new),
            counter: counter.map(Box::new),
        };
        Ok((step, writes))
    }

    /// What was tapped may be offered: its time is over, or somebody wants it sent at once.
    pub fn let_go(&mut self) {
        self.outbox.let_go();
    }

    /// Whether an act can be taken back whole.
    pub fn can_take_back(&self, act: &[Step]) -> bool {
        act.iter().all(|step| match step {
            Step::Recorded {
                change, counter, ..
            } => counter.is_some() || self.outbox.is_only_here(*change),
            Step::Discarded(_) => true,
        })
    }

    /// Takes an act back, the last step first.
    pub fn take_back(&mut self, act: &[Step], criteria: &[CriteriaSet]) -> TakenBack {
        let mut taken = TakenBack::default();
        for step in act.iter().rev() {
            match step {
                Step::Recorded {
                    change,
                    doc,
                    replaced,
                    counter,
                } => match self.outbox.take_out(*change) {
                    Some(_) => {
                        taken.writes.push(Write::DropPending(*change));
                        if let Some(replaced) = replaced {
                            taken.writes.push(Write::PutPending((**replaced).clone()));
                            self.outbox.put_back((**replaced).clone());
                        }
                        self.view_one(*doc, criteria);
                    }
                    None => {
                        let counter = counter.as_ref().map(|counter| (*doc, (**counter).clone()));
                        taken.counters.extend(counter);
                    }
                },
                Step::Discarded(thrown) => {
                    taken.writes.push(Write::PutPending((**thrown).clone()));
                    self.outbox.put_back((**thrown).clone());
                }
            }
        }
        taken
    }
}

/// The change that puts back what stood before, if one does.
fn counter(before: Option<&Document>, body: &ChangeBody) -> Option<ChangeBody> {
    match body {
        ChangeBody::SetAnswer { scorer, code, .. } => Some(ChangeBody::SetAnswer {
            scorer: *scorer,
            code: code.clone(),
            answer: before?.answer(*scorer, code),
        }),
        ChangeBody::SetField { field, .. } | ChangeBody::Settle { field, .. } => {
            Some(rewrite(before?, field))
        }
        ChangeBody::Attach { hash, .. } => Some(ChangeBody::Detach { hash: *hash }),
        ChangeBody::Detach { hash } => Some(ChangeBody::Attach {
            hash: *hash,
            evidence: before?.lists(*hash)?,
        }),
        ChangeBody::Move { .. } => before.map(|before| ChangeBody::Move {
            shard: before.shard,
            place: before.place,
        }),
        ChangeBody::UseCriteria { .. } => Some(ChangeBody::UseCriteria {
            criteria: before?.assessment()?.criteria.clone(),
        }),
        ChangeBody::Register(_)
        | ChangeBody::Start(_)
        | ChangeBody::Advance(_)
        | ChangeBody::SetFacts { .. }
        | ChangeBody::Doubt { .. }
        | ChangeBody::Decide(_)
        | ChangeBody::Hold { .. }
        | ChangeBody::Merge(_)
        | ChangeBody::Support(_) => None,
    }
}

/// The change that writes what stands in a field.
fn rewrite(before: &Document, field: &FieldName) -> ChangeBody {
    match field.as_answer() {
        Some((scorer, code)) => ChangeBody::SetAnswer {
            answer: before.answer(scorer, &code),
            scorer,
            code,
        },
        None => ChangeBody::SetField {
            field: field.clone(),
            value: before.field(field).cloned().unwrap_or_default(),
        },
    }
}
