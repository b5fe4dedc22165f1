//! The outbox: what was tapped and not yet answered.
//!
//! A change goes in when it is tapped and leaves only when the server has received it, or when a person throws a
//! refused one away. Bytes are frozen at the first attempt to send: the phone cannot know whether that attempt arrived,
//! so a later edit is a new change. Before that, a second edit of the same field by the same person replaces the first,
//! as if they had thought twice before tapping.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::BATCH_MAX;
use super::messages::Carried;
use crate::SortedMap;
use crate::change::{self, Change, ChangeBody, Refusal};
use crate::ids::{ChangeId, EpochId};

/// A change that waits, or that was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// The order in which changes were tapped on this device.
    pub order: u64,
    pub change: Carried<Change>,
    pub state: PendingState,
    /// The life of the server that last knew what this is about: the change itself, once it was received, or else the
    /// document that it changes. A later life may have forgotten it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_in: Option<EpochId>,
}

impl Pending {
    pub fn id(&self) -> Option<ChangeId> {
        self.change.id()
    }

    pub fn is_refused(&self) -> bool {
        matches!(self.state, PendingState::Refused { .. })
    }

    /// Whether it is offered once more: it was refused because there is no such document, but an earlier life of the
    /// server knew it, and who made it may yet offer it again.
    pub fn is_attempted_again(&self) -> bool {
        matches!(
            &self.state,
            PendingState::Refused { refusal, .. } if *refusal == Refusal::UnknownDocument
        ) && self.known_in.is_some()
    }

    fn key(&self) -> EntryKey {
        (self.order, self.id())
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingState {
    /// Never sent; may still be replaced by a later edit.
    Waiting,
    /// Offered to the server at least once; the answer is not known.
    Offered,
    /// Refused, with the reason. Stays until a person decides.
    Refused {
        #[serde(deserialize_with = "change::readable")]
        refusal: Refusal,
        at: DateTime<Utc>,
    },
}

/// What went wrong with an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No network, no answer, or an answer cut short.
    Unreachable,
    /// 5xx, 408 or 429, with the wait the server asked for.
    Busy { retry_after: Option<Duration> },
    /// 401: somebody must sign in again.
    SignedOut,
    /// 413: the batch is too large.
    TooLarge,
    /// Another 4xx: the server does not take this batch as it is.
    Rejected,
}

/// The outbox of one user on one device.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    entries: Vec<Pending>,
    next_order: u64,
    batch: Option<usize>,
    failures: u32,
    retry_at: Option<DateTime<Utc>>,
    /// Whether somebody else may be offering these entries right now (another tab of the same user).
    offered_elsewhere: bool,
    /// What was tapped here since nobody else offers. Another tab may have offered whatever was there before, and not have
    /// come to store that it did.
    own: BTreeSet<ChangeId>,
    /// What was tapped a moment ago and may still be taken back: neither it nor what comes after it is offered.
    held: BTreeSet<ChangeId>,
    /// The entries of the exchange under way. A refusal of the whole batch is about these, whatever is in front by then.
    under_way: Vec<EntryKey>,
}

/// What tells entries apart: two tabs may give out the same order, and a change so new that its id cannot be read has no
/// other name.
type EntryKey = (u64, Option<ChangeId>);

/// The longest wait between two attempts.
const RETRY_CAP: Duration = Duration::from_secs(300);
/// The longest wait that a server may ask for. A mistaken header must not silence a phone for ever.
const RETRY_MAX: Duration = Duration::from_secs(24 * 3600);
/// The wait that doubles with each failure.
const RETRY_BASE: Duration = Duration::from_secs(2);

impl Outbox {
    /// The outbox as it was stored. `Offered` entries stay offered: their fate is unknown and will be asked.
    pub fn restore(mut entries: Vec<Pending>) -> Self {
        entries.sort_by_key(|pending| pending.order);
        Self {
            next_order: entries.last().map_or(0, |last| last.order + 1),
            entries,
            ..Self::default()
        }
    }

    /// The next change comes after this one, which was received. Orders go on for ever, so that a restored server is
    /// offered in the order of the taps what several runs of the app have sent.
    pub fn go_on_after(&mut self, order: Option<u64>) {
        self.next_order = self.next_order.max(order.map_or(0, |order| order + 1));
    }

    /// Goes on from an outbox of the same user that was read again: how the last exchanges went still holds.
    pub fn resume(&mut self, earlier: &Outbox) {
        self.next_order = self.next_order.max(earlier.next_order);
        self.batch = earlier.batch;
        self.failures = earlier.failures;
        self.retry_at = earlier.retry_at;
        self.offered_elsewhere = earlier.offered_elsewhere;
        self.own.clone_from(&earlier.own);
        self.held.clone_from(&earlier.held);
        self.under_way.clone_from(&earlier.under_way);
    }

    /// Says whether another tab offers these entries. Only who offers them knows which bytes are frozen, so only they
    /// may replace an edit, and only one that came after they began; the others add a new one.
    pub fn set_offered_elsewhere(&mut self, elsewhere: bool) {
        if self.offered_elsewhere != elsewhere {
            self.own.clear();
        }
        self.offered_elsewhere = elsewhere;
    }

    pub fn entries(&self) -> &[Pending] {
        &self.entries
    }

    /// Those that are still to be received, in order.
    pub fn waiting(&self) -> impl Iterator<Item = &Pending> {
        self.entries.iter().filter(|pending| !pending.is_refused())
    }

    pub fn refused(&self) -> impl Iterator<Item = &Pending> {
        self.entries.iter().filter(|pending| pending.is_refused())
    }

    /// Adds a change and returns its entry with the entry it replaced, both for storing.
    pub fn push(&mut self, change: Change) -> (Pending, Option<Pending>) {
        self.push_known(change, None)
    }

    /// Adds a change of a document that a life of the server knows.
    pub fn push_known(
        &mut self,
        mut change: Change,
        known_in: Option<EpochId>,
    ) -> (Pending, Option<Pending>) {
        let replaced = self.replaceable(&change).map(|at| self.entries.remove(at));
        if !self.offered_elsewhere {
            self.own.insert(change.id);
        }
        if let Some(earlier) = replaced.as_ref().and_then(|it| it.change.known()) {
            // The author had seen what the replaced edit had seen; the replaced one never existed for anybody else.
            change.seen = earlier.seen;
        }
        (self.append(change, known_in), replaced)
    }

    /// Keeps a change from being offered until [`Self::let_go`], so that it can be taken back as if it had never been.
    pub fn hold(&mut self, id: ChangeId) {
        self.held.insert(id);
    }

    /// What was held may be offered.
    pub fn let_go(&mut self) {
        self.held.clear();
    }

    /// Whether a change can be taken out: nobody but this tab has ever had it in hand.
    pub fn is_only_here(&self, id: ChangeId) -> bool {
        let entry = self.entries.iter().find(|it| it.id() == Some(id));
        let is_waiting = entry.is_some_and(|it| it.state == PendingState::Waiting);
        is_waiting && self.own.contains(&id)
    }

    /// Takes out a change that nobody else has ever had in hand.
    pub fn take_out(&mut self, id: ChangeId) -> Option<Pending> {
        if !self.is_only_here(id) {
            return None;
        }
        self.own.remove(&id);
        self.held.remove(&id);
        self.received(id)
    }

    /// Puts an entry back that was replaced, or thrown away, a moment ago.
    pub fn put_back(&mut self, pending: Pending) {
        let Some(id) = pending.id().filter(|id| self.position(*id).is_none()) else {
            return;
        };
        if pending.state == PendingState::Waiting && !self.offered_elsewhere {
            self.own.insert(id);
        }
        self.entries.push(pending);
        self.entries.sort_by_key(|pending| pending.order);
    }

    /// The last entry, after everything else.
    fn append(&mut self, change: Change, known_in: Option<EpochId>) -> Pending {
        let pending = Pending {
            order: self.next_order,
            change: Carried::Known(change),
            state: PendingState::Waiting,
            known_in,
        };
        self.next_order += 1;
        self.entries.push(pending.clone());
        pending
    }

    /// Offers refused changes once more, under other ids and after everything else. Returns their entries, for storing.
    pub fn attempt_again(&mut self, refused: &[ChangeId]) -> Vec<Pending> {
        let mut attempts = Vec::new();
        for id in refused {
            let Some(at) = self.position(*id) else {
                continue;
            };
            let Carried::Known(mut change) = self.entries[at].change.clone() else {
                continue;
            };
            let known_in = self.entries.remove(at).known_in;
            change.id = id.second_attempt();
            change.seen = change.seen.map(|seen| match refused.contains(&seen) {
                true => seen.second_attempt(),
                false => seen,
            });
            attempts.push(self.append(change, known_in));
        }
        attempts
    }

    /// An unsent edit of the same field, if nothing after it on the same document could depend on it.
    fn replaceable(&self, change: &Change) -> Option<usize> {
        let writes_a_field = matches!(
            change.body,
            ChangeBody::SetField { .. } | ChangeBody::SetAnswer { .. }
        );
        if !writes_a_field {
            return None;
        }
        let field = change.field();
        for (at, pending) in self.entries.iter().enumerate().rev() {
            let Some(earlier) = pending.change.known().filter(|it| it.doc == change.doc) else {
                continue;
            };
            match earlier.body {
                ChangeBody::SetField { .. } | ChangeBody::SetAnswer { .. } => {
                    if earlier.field() == field {
                        let is_own = self.own.contains(&earlier.id);
                        let is_here = is_own && pending.state == PendingState::Waiting;
                        return is_here.then_some(at);
                    }
                }
                // A photo says nothing about an answer.
                ChangeBody::Attach { .. } | ChangeBody::Detach { .. } => {}
                // A step may have been taken because of the answer before it.
                _ => return None,
            }
        }
        None
    }

    /// The next changes to offer, in the order tapped. Marks them offered; store the returned entries before sending.
    pub fn offer(&mut self) -> Vec<Pending> {
        let offered = self.offer_at_most(self.batch.unwrap_or(BATCH_MAX));
        self.under_way = offered.iter().map(Pending::key).collect();
        offered
    }

    /// Everything that waits, for a letter that somebody else carries. Marked offered, so that what is in the letter and
    /// what this phone sends later are the same changes.
    pub fn offer_all(&mut self) -> Vec<Pending> {
        self.let_go();
        self.offer_at_most(usize::MAX)
    }

    fn offer_at_most(&mut self, limit: usize) -> Vec<Pending> {
        let held = &self.held;
        let offered: Vec<Pending> = self
            .entries
            .iter_mut()
            .filter(|pending| !pending.is_refused())
            .take_while(|pending| pending.id().is_none_or(|id| !held.contains(&id)))
            .take(limit)
            .map(|pending| {
                pending.state = PendingState::Offered;
                pending.clone()
            })
            .collect();
        for id in offered.iter().filter_map(Pending::id) {
            self.own.remove(&id);
        }
        offered
    }

    /// Takes out a change the server has received.
    pub fn received(&mut self, id: ChangeId) -> Option<Pending> {
        let at = self.position(id)?;
        Some(self.entries.remove(at))
    }

    /// Puts a change aside with the server's reason; the others go on. Returns its entry and those that it altered, for
    /// storing.
    pub fn refuse(&mut self, id: ChangeId, refusal: Refusal, at: DateTime<Utc>) -> Vec<Pending> {
        match self.position(id) {
            Some(position) => self.put_aside(position, refusal, at),
            None => Vec::new(),
        }
    }

    fn put_aside(&mut self, position: usize, refusal: Refusal, at: DateTime<Utc>) -> Vec<Pending> {
        self.entries[position].state = PendingState::Refused { refusal, at };
        let mut altered = vec![self.entries[position].clone()];
        altered.extend(self.see_past_refused());
        altered
    }

    /// Whoever wrote a field once more was looking at the value that was refused, which nobody else will ever see. So they
    /// have seen what its author had seen, and not a stranger's value. Returns the entries it altered.
    pub(super) fn see_past_refused(&mut self) -> Vec<Pending> {
        let seen_by_refused: SortedMap<ChangeId, Option<ChangeId>> = self
            .entries
            .iter()
            .filter(|entry| entry.is_refused() && !entry.is_attempted_again())
            .filter_map(|entry| entry.change.known())
            .map(|change| (change.id, change.seen))
            .collect();
        let mut altered = Vec::new();
        if seen_by_refused.is_empty() {
            return altered;
        }
        for entry in self.entries.iter_mut().filter(|entry| !entry.is_refused()) {
            let Carried::Known(change) = &mut entry.change else {
                continue;
            };
            let before = change.seen;
            // One refused change may have seen another.
            for _ in 0..seen_by_refused.len() {
                match change.seen.and_then(|seen| seen_by_refused.get(&seen)) {
                    Some(seen) => change.seen = *seen,
                    None => break,
                }
            }
            if change.seen != before {
                altered.push(entry.clone());
            }
        }
        altered
    }

    /// Throws a refused change away, because a person said so.
    pub fn discard(&mut self, id: ChangeId) -> Option<Pending> {
        let at = self.position(id)?;
        self.entries[at]
            .is_refused()
            .then(|| self.entries.remove(at))
    }

    /// An exchange went through.
    pub fn succeeded(&mut self) {
        self.under_way.clear();
        self.failures = 0;
        self.retry_at = None;
        self.batch = self
            .batch
            .map(|batch| batch * 2)
            .filter(|it| *it < BATCH_MAX);
    }

    /// An exchange failed. Nothing is dropped; `random` in 0..1 spreads the phones out (full jitter). When a batch of one
    /// is refused as a whole, that one is put aside; returns its entry and those that it altered, for storing.
    pub fn failed(&mut self, failure: Failure, now: DateTime<Utc>, random: f64) -> Vec<Pending> {
        self.failures = self.failures.saturating_add(1);
        let doubled = RETRY_BASE.saturating_mul(1 << self.failures.min(10));
        let mut wait = doubled.min(RETRY_CAP).mul_f64(random.clamp(0.0, 1.0));
        let mut aside = Vec::new();
        let under_way = std::mem::take(&mut self.under_way);
        match failure {
            Failure::Busy { retry_after } => wait = wait.max(retry_after.unwrap_or_default()),
            Failure::TooLarge | Failure::Rejected if under_way.len() > 1 => {
                self.batch = Some(under_way.len().div_ceil(2));
                wait = Duration::ZERO;
            }
            Failure::TooLarge | Failure::Rejected => {
                // Another tab may have got its receipt meanwhile; then nothing is put aside.
                let alone = self
                    .entries
                    .iter()
                    .position(|it| !it.is_refused() && under_way.contains(&it.key()));
                if let Some(at) = alone {
                    aside = self.put_aside(at, Refusal::NotUnderstood, now);
                    self.batch = None;
                    wait = Duration::ZERO;
                }
            }
            Failure::Unreachable | Failure::SignedOut => {}
        }
        let wait = TimeDelta::from_std(wait.min(RETRY_MAX)).unwrap_or(TimeDelta::zero());
        // A clock at the end of its calendar has no later moment; then the next attempt may be made at once.
        self.retry_at = Some(now.checked_add_signed(wait).unwrap_or(now));
        aside
    }

    /// When to try again. `None` after a success.
    pub fn retry_at(&self) -> Option<DateTime<Utc>> {
        self.retry_at
    }

    /// How many exchanges failed in a row.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// When the oldest waiting change was made, by the device's clock.
    pub fn oldest(&self) -> Option<DateTime<Utc>> {
        self.waiting()
            .filter_map(|pending| pending.change.known())
            .map(|change| change.made_at)
            .min()
    }

    /// Puts changes that were received by a server that has forgotten them back in front, in their old order.
    pub fn offer_again(&mut self, sent: Vec<Pending>) {
        for pending in sent {
            if pending.id().is_some_and(|id| self.position(id).is_none()) {
                self.entries.push(pending);
            }
        }
        self.entries.sort_by_key(|pending| pending.order);
        self.next_order = self
            .entries
            .last()
            .map_or(0, |last| last.order + 1)
            .max(self.next_order);
    }

    fn position(&self, id: ChangeId) -> Option<usize> {
        self.entries
            .iter()
            .position(|pending| pending.id() == Some(id))
    }
}
