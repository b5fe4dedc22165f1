//! The server's side of a batch, without a database.
//!
//! The service loads what a batch may touch ([`Intake::needs`]), lets each change in, and writes what comes out. All of
//! it happens under the lock of the shards concerned, in one transaction; so the number a document gets here is the
//! number in which it commits, and a cursor never skips one that commits late.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::messages::{Carried, Outcome, Receipt};
use super::reorganise::{Departure, Map};
use crate::access::{Actor, Denied};
use crate::change::{Admitted, Change, ChangeBody, Context, Refusal, admit};
use crate::criteria::CriteriaSet;
use crate::decision::{self, Numbered};
use crate::derive;
use crate::document::{Document, Seq};
use crate::ids::{ChangeId, DocumentId, UnitId, UserId};
use crate::membership::{self, Affected, Base, Members};
use crate::merge::{self, MEMBERS_MAX, MergeProblem};
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

/// What holds for all changes of a batch.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    pub criteria: &'a [CriteriaSet],
    pub map: Map<'a>,
    /// When the batch was received.
    pub now: DateTime<Utc>,
}

/// What a batch is decided against and what it leaves to write.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// Receipts of changes that were sent before.
    pub known: BTreeMap<ChangeId, Known>,
    /// Documents the batch may touch, as they stand.
    pub documents: BTreeMap<DocumentId, Document>,
    /// Documents that are there and cannot be read. Nothing is decided about them.
    pub unreadable: BTreeSet<DocumentId>,
    /// The numbers of papers that decisions of the units have, where the batch signs one.
    pub numbers: BTreeSet<Numbered>,
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
    /// For whom something is counted that may be another number now.
    pub affected: Affected,
}

impl Intake {
    /// The documents that must be loaded before a change is decided.
    pub fn needs(change: &Change, now: DateTime<Utc>) -> impl Iterator<Item = DocumentId> {
        std::iter::once(change.doc)
            .chain(change.rests_on())
            .chain(derive::may_follow(change, now))
            .chain(merge::named(change))
    }

    /// The shard a change puts its document in, if it is another than it was loaded from. It is locked with the shards of
    /// the documents.
    pub fn shard(change: &Change, map: &Map<'_>, actor: &Actor) -> Option<UnitId> {
        let (_, place) = change.goes_to()?;
        map.route(actor, place).map(|(shard, _)| shard)
    }

    /// Decides one change as a phone or a letter brought it. What is made at a desk only is refused, and nothing was loaded
    /// for it.
    pub fn decide(
        &mut self,
        actor: &Actor,
        terms: &Terms<'_>,
        change: &Carried<Change>,
    ) -> Option<Receipt> {
        match change {
            Carried::Known(change)
                if change.is_made_at_a_desk() && !self.known.contains_key(&change.id) =>
            {
                let refused = Outcome::Refused(Refusal::AtDeskOnly);
                Some(self.log(actor, change.clone(), refused, None, None))
            }
            _ => self.decide_at_desk(actor, terms, change),
        }
    }

    /// Decides one change as it came. One of a newer kind is refused and not logged, so that a newer server may still
    /// take it. One without a readable id cannot have a receipt at all.
    pub fn decide_at_desk(
        &mut self,
        actor: &Actor,
        terms: &Terms<'_>,
        change: &Carried<Change>,
    ) -> Option<Receipt> {
        let Carried::Known(change) = change else {
            return change.id().map(not_understood);
        };
        if let Some(known) = self.known.get(&change.id) {
            return Some(known.receipt(actor, change.id));
        }
        if Self::needs(change, terms.now).any(|id| self.unreadable.contains(&id)) {
            return Some(not_understood(change.id));
        }
        let mut change = change.clone();
        change.made_at = believed(change.made_at, terms.now);
        Some(match self.goes_to(actor, &terms.map, &change) {
            Ok(Some((shard, place))) => {
                change.go_to(shard, place);
                self.receive(actor, terms, change)
            }
            Ok(None) => self.receive(actor, terms, change),
            Err(refusal) => self.log(actor, change, Outcome::Refused(refusal), None, None),
        })
    }

    /// Where a change puts its document by the map of the day, if it puts it anywhere.
    fn goes_to(
        &self,
        actor: &Actor,
        map: &Map<'_>,
        change: &Change,
    ) -> Result<Option<(UnitId, UnitId)>, Refusal> {
        let Some((_, place)) = change.goes_to() else {
            return Ok(None);
        };
        let (shard, place) = map
            .route(actor, place)
            .ok_or(Refusal::Denied(Denied::OutsideScope))?;
        let standing = self.documents.get(&change.doc);
        let kind = match &change.body {
            ChangeBody::Register(registration) => Some(registration.kind),
            _ => standing.and_then(Document::subject_kind),
        };
        let tier = map.tree.get(place).map(|unit| unit.kind);
        match (kind, tier) {
            (Some(kind), Some(tier)) if !kind.may_lie_in(tier) => Err(Refusal::WrongKind),
            _ => Ok(Some((shard, place))),
        }
    }

    /// Decides one change whose place is settled.
    pub fn receive(&mut self, actor: &Actor, terms: &Terms<'_>, change: Change) -> Receipt {
        if let Some(known) = self.known.get(&change.id) {
            return known.receipt(actor, change.id);
        }
        let standing = self.documents.get(&change.doc).cloned();
        let context = Context {
            actor,
            criteria: terms.criteria,
            find: &|id| self.documents.get(&id),
        };
        let admitted = admit(standing.clone(), &change, &context)
            .and_then(|admitted| self.number(standing.as_ref(), admitted))
            .and_then(|admitted| self.few_belong(&change, admitted));
        let (outcome, shard, before) = match admitted {
            Ok(admitted) => {
                let shard = admitted.document.shard;
                let Admitted {
                    mut document,
                    before,
                } = admitted;
                let find = |id| self.documents.get(&id);
                merge::resolve(&mut document, find);
                let followers = match &standing {
                    // Done before, or nothing to do.
                    Some(standing) if *standing == document => Vec::new(),
                    _ if matches!(change.body, ChangeBody::Decide(_)) => {
                        let writer = change.writer(actor);
                        decision::follow(&change, &document, find, writer, terms.criteria)
                    }
                    Some(standing) if matches!(change.body, ChangeBody::Merge(_)) => {
                        let writer = change.writer(actor);
                        let all = &self.documents;
                        merge::follow(&change, standing, &document, all, writer, terms.now)
                    }
                    Some(_) => derive::derive(&document, find, terms.now),
                    None => Vec::new(),
                };
                let seq = self.keep(document, terms.criteria);
                for follower in followers {
                    self.keep(follower, terms.criteria);
                }
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

    /// A decision that is signed now has a number that no other has.
    fn number(
        &mut self,
        standing: Option<&Document>,
        admitted: Admitted,
    ) -> Result<Admitted, Refusal> {
        let number = Numbered::of(&admitted.document);
        let is_new = standing.and_then(Numbered::of) != number;
        let is_free = number
            .filter(|_| is_new)
            .is_none_or(|number| self.numbers.insert(number));
        is_free.then_some(admitted).ok_or(Refusal::NumberTaken)
    }

    /// Refuses a merge that would write to more than a transaction should.
    fn few_belong(&self, change: &Change, admitted: Admitted) -> Result<Admitted, Refusal> {
        if !merge::merges_away(change) {
            return Ok(admitted);
        }
        let all = self.documents.values();
        let belong = all.filter(|it| merge::belongs_to(it, change.doc.into()));
        match belong.take(MEMBERS_MAX + 1).count() > MEMBERS_MAX {
            true => Err(Refusal::NotMerged {
                problem: MergeProblem::TooMany { max: MEMBERS_MAX },
            }),
            false => Ok(admitted),
        }
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

    /// Puts the new state in its place and returns its number. A change that changed nothing gives no new number. What
    /// goes to another place leaves word in the feed of the one it left.
    fn keep(&mut self, mut document: Document, criteria: &[CriteriaSet]) -> Seq {
        let standing = self.documents.get(&document.id);
        if standing == Some(&document) {
            return document.seq;
        }
        let difference = rollup::difference(standing, &document, criteria);
        rollup::merge(&mut self.rollup, &difference);
        self.affected.note(standing, &document, criteria);
        let left = standing
            .map(|standing| (standing.shard, standing.place))
            .filter(|left| *left != (document.shard, document.place));
        if let Some((shard, place)) = left {
            self.depart(document.id, shard, place);
        }
        document.seq = self.next_seq(document.shard);
        self.dirty.insert(document.id);
        let seq = document.seq;
        self.documents.insert(document.id, document);
        seq
    }

    /// What was to be written has been. What is counted now comes after it.
    pub fn written(&mut self) {
        self.dirty.clear();
        self.log.clear();
        self.departures.clear();
        self.rollup.clear();
        self.affected = Affected::default();
    }

    /// Puts what was counted into a form. A form that is closed keeps what it has.
    pub fn count(
        &mut self,
        form: DocumentId,
        criteria: &[CriteriaSet],
        count: impl Fn(&Base) -> Members,
    ) {
        let standing = self.documents.get(&form);
        let numbers = standing.and_then(|form| membership::numbers(form, count));
        let Some((mut counted, numbers)) = standing.cloned().zip(numbers) else {
            return;
        };
        if let Some(head) = counted.assessment_mut() {
            head.counted = numbers;
        }
        self.keep(counted, criteria);
    }

    pub(super) fn depart(&mut self, document: DocumentId, shard: UnitId, place: UnitId) {
        let seq = self.next_seq(shard);
        self.departures.push(Departure {
            document,
            shard,
            place,
            seq,
        });
    }

    /// The next number of a shard's feed.
    pub(super) fn next_seq(&mut self, shard: UnitId) -> Seq {
        let seq = self.seqs.entry(shard).or_default();
        *seq += 1;
        *seq
    }
}

impl Known {
    /// The same receipt as the first time, to its author.
    fn receipt(&self, actor: &Actor, change: ChangeId) -> Receipt {
        let outcome = match self.by == actor.user {
            true => self.outcome.clone(),
            false => Outcome::Refused(Refusal::IdTaken),
        };
        Receipt { change, outcome }
    }
}

/// Not for this version to decide. It is not logged, so a newer one may still take it.
fn not_understood(change: ChangeId) -> Receipt {
    Receipt {
        change,
        outcome: Outcome::Refused(Refusal::NotUnderstood),
    }
}

/// How far a device's clock may be ahead of the server's before it is not believed.
const AHEAD: TimeDelta = TimeDelta::days(366);

/// When a change was made, as far as its device can be believed: no phone scored before the movement, or a year from now.
fn believed(made_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    let is_possible = made_at >= EARLIEST && made_at <= now + AHEAD;
    if is_possible { made_at } else { now }
}

/// 1 January 2020, before the first drive.
const EARLIEST: DateTime<Utc> =
    DateTime::from_timestamp(1_577_836_800, 0).expect("a moment of the calendar");
