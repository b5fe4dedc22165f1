//! The lists of subjects: kept up with the replica, a part at a time, so that no tap waits for thousands of them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::prelude::*;
use shared::SortedMap;
use shared::calendar::{self, Year};
use shared::ids::{DocumentId, UnitId};
use shared::roster::{List, ListKey, Listed, Roster, Sort, Today};
use shared::sync::Touched;
use wasm_bindgen_futures::spawn_local;

use super::field::FieldStore;
use super::keeper::Keeper;
use crate::clock;
use crate::live::memo;
use crate::offline::session;

/// So many subjects are made before the thumb is listened to again. Measured: a fifth of a task that is felt, on a phone
/// five times slower than a desk.
const PART: usize = 100;

/// How a list was last looked at; it is the same after every way back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Looked {
    pub search: String,
    /// Which subjects, by the page's own name for it.
    pub filter: u8,
    pub hamlet: Option<String>,
    /// How far down, in pixels.
    pub scrolled: f64,
    /// How high the blocks of the list were.
    heights: Vec<f64>,
}

/// What is under way with the lists.
#[derive(Default)]
pub(super) struct Lists {
    /// Counts the makings of everything; an earlier one stops when a later has begun.
    making: Cell<u32>,
    is_making: Cell<bool>,
    /// Touched while everything is being made.
    missed: RefCell<BTreeSet<DocumentId>>,
}

impl Keeper {
    /// Brings the lists up to what the replica holds, or makes them afresh for another year, or by other
    /// criteria.
    pub(super) fn keep_lists(&self, is_all_another: bool) {
        let state = self.state;
        let touched = state
            .replica
            .try_update_untracked(|replica| replica.take_touched());
        match touched {
            Some(_) if is_all_another => self.make_lists(),
            Some(Touched::All) => self.make_lists(),
            Some(Touched::Some(touched)) if self.lists.is_making.get() => {
                self.lists.missed.borrow_mut().extend(touched);
            }
            Some(Touched::Some(touched)) if touched.len() > PART => self.make_lists(),
            Some(Touched::Some(touched)) if !touched.is_empty() => self.mend_lists(touched),
            _ => {}
        }
    }

    fn mend_lists(&self, touched: BTreeSet<DocumentId>) {
        let (state, year) = (self.state, self.year());
        let criteria = state.criteria.get_untracked();
        state.replica.with_untracked(|replica| {
            state.roster.update(|roster| {
                let lists = roster.make(replica, criteria, year, touched);
                roster.arrange(&lists);
            });
        });
    }

    /// Makes everything afresh, in parts.
    fn make_lists(&self) {
        let making = self.lists.making.get().wrapping_add(1);
        self.lists.making.set(making);
        self.lists.is_making.set(true);
        self.lists.missed.borrow_mut().clear();
        let (state, year, this) = (self.state, self.year(), self.this.clone());
        let criteria = state.criteria.get_untracked();
        let ids: Vec<DocumentId> = state.replica.with_untracked(|replica| {
            let subjects = replica.documents().filter(|it| it.subject_kind().is_some());
            subjects.map(|it| it.id).collect()
        });
        let work = async move {
            let mut roster = Roster::default();
            let mut lists = BTreeSet::new();
            for part in ids.chunks(PART) {
                sleep(Duration::ZERO).await;
                let Some(keeper) = this.upgrade() else { return };
                if keeper.lists.making.get() != making {
                    return;
                }
                state.replica.with_untracked(|replica| {
                    lists.extend(roster.make(replica, criteria, year, part.iter().copied()));
                });
            }
            let Some(keeper) = this.upgrade() else { return };
            roster.arrange(&lists);
            keeper.lists.is_making.set(false);
            state.roster.set(roster);
            state.listed.set(true);
            let missed = keeper.lists.missed.take();
            if !missed.is_empty() {
                keeper.mend_lists(missed);
            }
        };
        spawn_local(work);
    }

    /// The year that is being judged.
    fn year(&self) -> Year {
        let session = self.state.session;
        let year = session.with_untracked(|session| session.as_ref().map(|it| it.year));
        year.unwrap_or_else(|| calendar::year_judged(clock::today()))
    }
}

impl FieldStore {
    /// A list in the order of names; tracked. One that did not change is the same.
    pub fn list(&self, key: ListKey) -> Memo<List> {
        let roster = self.state.roster;
        memo(move || roster.with(|roster| roster.list(key)))
    }

    /// Whether the lists hold what the phone holds; tracked.
    pub fn is_listed(&self) -> bool {
        self.state.listed.get()
    }

    /// Reads the lists; tracked.
    pub fn roster<R>(&self, read: impl FnOnce(&Roster) -> R) -> R {
        self.state.roster.with(read)
    }

    /// What the owner finished today, and how much of it the commune has; tracked.
    pub fn today(&self) -> Today {
        let user = self
            .state
            .session
            .with(|it| it.as_ref().map(|it| it.actor.user));
        user.map_or_else(Today::default, |user| {
            self.roster(|roster| roster.today(user, clock::now()))
        })
    }

    /// The subject to visit after one, in the order that was chosen for its place; tracked.
    pub fn next_subject(&self, after: DocumentId) -> Option<Arc<Listed>> {
        let key = self.roster(|roster| Some(roster.subject(after)?.list))?;
        let hamlet = self.looked(key).hamlet;
        let sort = self.sort(key.place);
        self.roster(|roster| roster.list(key).next(after, sort, hamlet.as_deref()))
    }

    /// How a list was last looked at; tracked.
    pub fn looked(&self, key: ListKey) -> Looked {
        let looked = self.state.looked;
        looked.with(|it| it.get(&key).cloned().unwrap_or_default())
    }

    pub fn look(&self, key: ListKey, change: impl FnOnce(&mut Looked)) {
        let looked = self.state.looked;
        looked.update(|it| change(it.entry(key).or_default()));
    }

    /// Keeps how far down a list was; nothing is drawn anew for it.
    pub fn keep_scrolled(&self, key: ListKey, scrolled: f64) {
        let looked = self.state.looked;
        looked.update_untracked(|it| it.entry(key).or_default().scrolled = scrolled);
    }

    /// How high the blocks of a list were when they were last drawn; kept for the way back.
    pub fn heights(&self, key: ListKey) -> RwSignal<Vec<f64>> {
        let looked = self.state.looked;
        let kept = looked.with_untracked(|it| it.get(&key).map(|it| it.heights.clone()));
        let heights = RwSignal::new(kept.unwrap_or_default());
        on_cleanup(move || {
            let heights = heights.try_get_untracked().unwrap_or_default();
            looked.try_update_untracked(|it| it.entry(key).or_default().heights = heights);
        });
        heights
    }

    /// The order of a place's lists; tracked, and kept on this phone.
    pub fn sort(&self, village: UnitId) -> Sort {
        self.state
            .sorts
            .with(|it| it.get(&village).copied().unwrap_or_default())
    }

    pub fn keep_sort(&self, village: UnitId, sort: Sort) {
        self.state.sorts.update(|it| {
            it.insert(village, sort);
        });
        if let Some(user) = self.user() {
            let sorts = self.state.sorts.get_untracked();
            let named = sorts
                .iter()
                .map(|(village, sort)| (*village, sort.as_str().to_owned()));
            session::keep_sorts(user, &named.collect());
        }
    }

    /// The list that was last looked at.
    pub fn last_list(&self) -> Signal<Option<ListKey>> {
        self.state.last_list.into()
    }

    pub fn keep_last_list(&self, key: ListKey) {
        self.state.last_list.set(Some(key));
    }
}

/// The orders that a person chose, as this device keeps them.
pub(super) fn kept_sorts(user: shared::ids::UserId) -> SortedMap<UnitId, Sort> {
    let kept = session::sorts(user).into_iter();
    kept.filter_map(|(village, sort)| Some((village, Sort::parse(&sort)?)))
        .collect()
}
