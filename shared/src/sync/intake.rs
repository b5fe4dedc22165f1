//! The server's side of a batch, without a database.
//!
//! The service loads what a batch may touch ([`Intake::needs`]), lets each change in, and writes what comes out. All of
//! it happens under the lock of the shards concerned, in one transaction; so the number a document gets here is the
//! number in which it commits, and a cursor never skips one that commits late.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::messages::{Carried, Outcome, Receipt};
use super::reorganise::{Departure, Map};
use crate::access::{Actor, Denied};
use crate::change::{Admitted, Change, ChangeBody, Context, Refusal, admit};
use crate::criteria::CriteriaSet;
use crate::document::{Document, Seq};
use crate::ids::{ChangeId, DocumentId, UnitId, UserId};
use crate::rollup::{self, Rollup};

/// A row of the change log, which is also the receipt.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    pub change: Change,
    pub by: UserId,
    /// The shard whose feed moved; `None` when the change was refused before it reached one.
    pub shard: Option<UnitId>,
    pub outcome: Outcome,
    /// What stood in the field before.
    pub before: Option<Value>,
}

/// A receipt found in the log, with the author it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    pub by: UserId,
    pub outcome: Outcome,
}

/// What a batch is decided against and what it leaves to write.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// Receipts of changes that were sent before.
    pub known: BTreeMap<ChangeId, Known>,
    /// Documents the batch may touch, as they stand.
    pub documents: BTreeMap<DocumentId, Document>,
    /// The last number given out in each shard.
    pub seqs: BTreeMap<UnitId, Seq>,
    /// Documents to write.
    pub dirty: BTreeSet<DocumentId>,
    /// Rows to append to the log.
    pub log: Vec<Logged>,
    /// Documents that left their shard.
    pub departures: Vec<Departure>,
    /// Differences to add to the totals.
    pub rollup: Rollup,
}

impl Intake {
    /// The documents a change is decided against.
    pub fn needs(change: &Change) -> impl Iterator<Item = DocumentId> {
        std::iter::once(change.doc).chain(change.subject().map(DocumentId::from))
    }

    /// The shard a change makes its document in, if it may make one where nothing was loaded from. It is locked with the
    /// shards of the documents.
    pub fn shard(change: &Change, map: &Map<'_>, actor: &Actor) -> Option<UnitId> {
        match &change.body {
            ChangeBody::Register(registration) => {
                map.route(actor, registration.place).map(|(shard, _)| shard)
            }
            _ => None,
        }
    }

    /// Decides one change as it came. One of a newer kind is refused and not logged, so that a newer server may still
    /// take it. One without a readable id cannot have a receipt at all.
    pub fn decide(
        &mut self,
        actor: &Actor,
        criteria: &[CriteriaSet],
        map: &Map<'_>,
        change: &Carried<Change>,
    ) -> Option<Receipt> {
        let Carried::Known(change) = change else {
            return change.id().map(|change| Receipt {
                change,
                outcome: Outcome::Refused(Refusal::NotUnderstood),
            });
        };
        let mut change = change.clone();
        if let ChangeBody::Register(registration) = &mut change.body
            && !self.known.contains_key(&change.id)
        {
            match map.route(actor, registration.place) {
                Some((shard, place)) => {
                    registration.shard = shard;
                    registration.place = place;
                }
                None => {
                    let refusal = Refusal::Denied(Denied::OutsideScope);
                    return Some(self.log(actor, change, Outcome::Refused(refusal), None, None));
                }
            }
        }
        Some(self.receive(actor, criteria, change))
    }

    /// Decides one change whose place is settled.
    pub fn receive(&mut self, actor: &Actor, criteria: &[CriteriaSet], change: Change) -> Receipt {
        if let Some(known) = self.known.get(&change.id) {
            return Receipt {
                change: change.id,
                outcome: if known.by == actor.user {
                    known.outcome.clone()
                } else {
                    Outcome::Refused(Refusal::IdTaken)
                },
            };
        }
        let standing = self.documents.get(&change.doc).cloned();
        let subject = change
            .subject()
            .and_then(|subject| self.documents.get(&DocumentId::from(subject)));
        let context = Context {
            actor,
            criteria,
            subject,
        };
        let (outcome, shard, before) = match admit(standing.clone(), &change, &context) {
            Ok(admitted) => {
                let shard = admitted.document.shard;
                let before = admitted.before.clone();
                let seq = self.keep(standing, admitted, criteria);
                (Outcome::Received { seq }, Some(shard), before)
            }
            Err(refusal) => (
                Outcome::Refused(refusal),
                standing.map(|document| document.shard),
                None,
            ),
        };
        self.log(actor, change, outcome, shard, before)
    }

    /// Writes the row of the log that is the receipt.
    fn log(
        &mut self,
        actor: &Actor,
        change: Change,
        outcome: Outcome,
        shard: Option<UnitId>,
        before: Option<Value>,
    ) -> Receipt {
        let known = Known {
            by: actor.user,
            outcome: outcome.clone(),
        };
        self.known.insert(change.id, known);
        let receipt = Receipt {
            change: change.id,
            outcome: outcome.clone(),
        };
        self.log.push(Logged {
            change,
            by: actor.user,
            shard,
            outcome,
            before,
        });
        receipt
    }

    /// Puts the new state in its place and returns its number. A change that changed nothing gives no new number.
    fn keep(
        &mut self,
        standing: Option<Document>,
        admitted: Admitted,
        criteria: &[CriteriaSet],
    ) -> Seq {
        let mut document = admitted.document;
        if standing.as_ref() == Some(&document) {
            return document.seq;
        }
        document.seq = self.next_seq(document.shard);
        let difference = rollup::difference(standing.as_ref(), &document, criteria);
        rollup::merge(&mut self.rollup, &difference);
        self.dirty.insert(document.id);
        let seq = document.seq;
        self.documents.insert(document.id, document);
        seq
    }

    /// The next number of a shard's feed.
    pub(super) fn next_seq(&mut self, shard: UnitId) -> Seq {
        let seq = self.seqs.entry(shard).or_default();
        *seq += 1;
        *seq
    }
}
