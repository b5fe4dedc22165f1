//! The outbox: what was tapped and not yet answered.
//!
//! A change goes in when it is tapped and leaves only when the server has received it, or when a person throws a
//! refused one away. Bytes are frozen at the first attempt to send: the phone cannot know whether that attempt arrived,
//! so a later edit is a new change. Before that, a second edit of the same field by the same person replaces the first,
//! as if they had thought twice before tapping.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::BATCH_MAX;
use super::messages::Carried;
use crate::change::{self, Change, ChangeBody, Refusal};
use crate::ids::ChangeId;

/// A change that waits, or that was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// The order in which changes were tapped on this device.
    pub order: u64,
    pub change: Carried<Change>,
    pub state: PendingState,
}

impl Pending {
    pub fn id(&self) -> Option<ChangeId> {
        self.change.id()
    }

    pub fn is_refused(&self) -> bool {
        matches!(self.state, PendingState::Refused { .. })
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
}

/// The longest wait between two attempts.
const RETRY_CAP: Duration = Duration::from_secs(300);
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
    }

    /// Says whether another tab offers these entries. Only who offers them knows which bytes are frozen, so only they
    /// may replace an edit; the others add a new one.
    pub fn set_offered_elsewhere(&mut self, elsewhere: bool) {
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
    pub fn push(&mut self, mut change: Change) -> (Pending, Option<ChangeId>) {
        let replaced = self.replaceable(&change).map(|at| self.entries.remove(at));
        let replaced_id = replaced.as_ref().and_then(Pending::id);
        if let Some(Carried::Known(earlier)) = replaced.map(|pending| pending.change) {
            // The author had seen what the replaced edit had seen; the replaced one never existed for anybody else.
            change.seen = earlier.seen;
        }
        let pending = Pending {
            order: self.next_order,
            change: Carried::Known(change),
            state: PendingState::Waiting,
        };
        self.next_order += 1;
        self.entries.push(pending.clone());
        (pending, replaced_id)
    }

    /// An unsent edit of the same field, if nothing after it on the same document could depend on it.
    fn replaceable(&self, change: &Change) -> Option<usize> {
        let writes_a_field = matches!(
            change.body,
            ChangeBody::SetField { .. } | ChangeBody::SetAnswer { .. }
        );
        if self.offered_elsewhere || !writes_a_field {
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
                        return (pending.state == PendingState::Waiting).then_some(at);
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
        self.offer_at_most(self.batch.unwrap_or(BATCH_MAX))
    }

    /// Everything that waits, for a letter that somebody else carries. Marked offered, so that what is in the letter and
    /// what this phone sends later are the same changes.
    pub fn offer_all(&mut self) -> Vec<Pending> {
        self.offer_at_most(usize::MAX)
    }

    fn offer_at_most(&mut self, limit: usize) -> Vec<Pending> {
        self.entries
            .iter_mut()
            .filter(|pending| !pending.is_refused())
            .take(limit)
            .map(|pending| {
                pending.state = PendingState::Offered;
                pending.clone()
            })
            .collect()
    }

    /// Takes out a change the server has received.
    pub fn received(&mut self, id: ChangeId) -> Option<Pending> {
        let at = self.position(id)?;
        Some(self.entries.remove(at))
    }

    /// Puts a change aside with the server's reason; the others go on.
    pub fn refuse(&mut self, id: ChangeId, refusal: Refusal, at: DateTime<Utc>) -> Option<Pending> {
        let position = self.position(id)?;
        let pending = &mut self.entries[position];
        pending.state = PendingState::Refused { refusal, at };
        Some(pending.clone())
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
        self.failures = 0;
        self.retry_at = None;
        self.batch = self
            .batch
            .map(|batch| batch * 2)
            .filter(|it| *it < BATCH_MAX);
    }

    /// An exchange failed. Nothing is dropped; `random` in 0..1 spreads the phones out (full jitter). Returns the entry
    /// that was put aside, when a batch of one is refused as a whole.
    pub fn failed(&mut self, failure: Failure, now: DateTime<Utc>, random: f64) -> Option<Pending> {
        self.failures = self.failures.saturating_add(1);
        let doubled = RETRY_BASE.saturating_mul(1 << self.failures.min(10));
        let mut wait = doubled.min(RETRY_CAP).mul_f64(random.clamp(0.0, 1.0));
        let mut aside = None;
        match failure {
            Failure::Busy { retry_after } => wait = wait.max(retry_after.unwrap_or_default()),
            Failure::TooLarge | Failure::Rejected => {
                let offered = self.waiting().take(self.batch.unwrap_or(BATCH_MAX)).count();
                let first = self.waiting().next().and_then(Pending::id);
                if offered > 1 {
                    self.batch = Some(offered.div_ceil(2));
                    wait = Duration::ZERO;
                } else if let Some(id) = first {
                    aside = self.refuse(id, Refusal::NotUnderstood, now);
                    self.batch = None;
                    wait = Duration::ZERO;
                }
            }
            Failure::Unreachable | Failure::SignedOut => {}
        }
        self.retry_at =
            Some(now + TimeDelta::from_std(wait).unwrap_or_else(|_| TimeDelta::minutes(5)));
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
