//! The server's side of a batch, without a database.
//!
//! The service loads what a batch may touch ([`Intake::needs`]), lets each change in, and writes what comes out. All of
//! it happens under the lock of the shards concerned, in one transaction; so the number a document gets here is the
//! number in which it commits, and a cursor never skips one that commits late.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::messages::{Outcome, Receipt};
use crate::access::Actor;
use crate::change::{Admitted, Change, Context, Refusal, admit};
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
    /// Differences to add to the totals.
    pub rollup: Rollup,
}

impl Intake {
    /// The documents a change is decided against.
    pub fn needs(change: &Change) -> impl Iterator<Item = DocumentId> {
        std::iter::once(change.doc).chain(change.subject().map(DocumentId::from))
    }

    /// Decides one change.
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
        self.known.insert(
            change.id,
            Known {
                by: actor.user,
                outcome: outcome.clone(),
            },
        );
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
        let seq = self.seqs.entry(document.shard).or_default();
        *seq += 1;
        document.seq = *seq;
        let difference = rollup::difference(standing.as_ref(), &document, criteria);
        rollup::merge(&mut self.rollup, &difference);
        self.dirty.insert(document.id);
        let seq = document.seq;
        self.documents.insert(document.id, document);
        seq
    }
}
