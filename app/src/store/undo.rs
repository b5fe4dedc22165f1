//! What was done last, held back for a few seconds so that it can be taken back (`docs/adr/0011`).

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use shared::change::Refusal;
use shared::ids::ChangeId;
use shared::sync::Step;
use shared::sync::tab::Event;

use super::field::{State, Undo};
use super::home::Home;
use super::keeper::Keeper;

/// How long an act can be taken back, by the page's own clock.
const HELD_MILLIS: u32 = 6_000;

/// The acts of one open store: the one under way, and the clock of the last one.
#[derive(Default)]
pub(super) struct Undoing {
    acting: RefCell<Option<Vec<Step>>>,
    clock: RefCell<Option<Timeout>>,
}

impl Undoing {
    pub fn is_acting(&self) -> bool {
        self.acting.borrow().is_some()
    }

    /// The act under way has done one thing more.
    pub fn did(&self, step: Step) {
        if let Some(act) = &mut *self.acting.borrow_mut() {
            act.push(step);
        }
    }
}

impl Keeper {
    pub fn act(
        &self,
        words: String,
        record: impl FnOnce() -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let home = self.home().ok_or(Refusal::UnknownDocument)?;
        home.end_undo(Event::Tapped);
        home.undoing.acting.replace(Some(Vec::new()));
        let recorded = record();
        let act = home.undoing.acting.take().unwrap_or_default();
        match recorded {
            Ok(()) => home.offer_undo(words, act),
            // Half of what was meant is not what was meant.
            Err(_) => {
                home.take_back(&act);
                home.end_undo(Event::Tapped);
            }
        }
        recorded
    }

    pub fn take_back(&self) {
        let undo = self.state.undo.get_untracked();
        if let (Some(home), Some(undo)) = (self.home(), undo) {
            home.take_back(&undo.act);
            home.end_undo(Event::Tapped);
        }
    }

    /// Throws a refused change away, as a part of the act under way.
    pub fn discard(&self, change: ChangeId) -> Result<(), Refusal> {
        let home = self.home().ok_or(Refusal::UnknownDocument)?;
        let (writes, thrown) = self
            .state
            .replica
            .try_update(|replica| replica.discard(change))
            .unwrap_or_default();
        home.happen(Event::Recorded(writes));
        if let Some(thrown) = thrown {
            home.undoing.did(Step::Discarded(Box::new(thrown)));
        }
        Ok(())
    }
}

impl Home {
    /// Offers to take an act back, for as long as it is held.
    fn offer_undo(&self, words: String, act: Vec<Step>) {
        let State { replica, undo, .. } = self.state;
        let can_be = replica.with_untracked(|replica| replica.can_take_back(&act));
        if act.is_empty() || !can_be {
            self.end_undo(Event::Tapped);
            return;
        }
        undo.set(Some(Undo { words, act }));
        let this = self.this.clone();
        let clock = Timeout::new(HELD_MILLIS, move || {
            if let Some(home) = this.upgrade() {
                home.end_undo(Event::LetGo);
            }
        });
        self.undoing.clock.replace(Some(clock));
    }

    /// The last act stands: it may be sent, and the tab plans when.
    pub(super) fn end_undo(&self, plan: Event) {
        drop(self.undoing.clock.take());
        let State { replica, undo, .. } = self.state;
        replica.update_untracked(|replica| replica.let_go());
        if !self.is_closed() {
            undo.set(None);
            self.happen(plan);
        }
    }

    fn take_back(&self, act: &[Step]) {
        let criteria = self.state.criteria.get_untracked().sets();
        let taken = self
            .state
            .replica
            .try_update(|replica| replica.take_back(act, criteria))
            .unwrap_or_default();
        self.happen(Event::Recorded(taken.writes));
        for (doc, counter) in taken.counters {
            if let Err(refusal) = self.record(doc, counter) {
                leptos::logging::warn!("not taken back: {refusal:?}");
            }
        }
    }
}
