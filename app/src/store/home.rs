//! The open store of one person: the browser's hands of the machine that decides (`shared::sync::tab`). What it wants is done
//! here with the database, the line, timers and the other tabs; what comes of it is told to it. Nothing is decided here.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use futures::channel::oneshot;
use gloo_timers::callback::Timeout;
use leptos::logging::warn;
use leptos::prelude::*;
use shared::change::{Change, ChangeBody, Refusal};
use shared::criteria::ToldCriteria;
use shared::ids::{ChangeId, DeviceId, DocumentId, UserId};
use shared::sync::tab::{Effect, Event, Message, Moment, Timer, Word};
use shared::sync::{SyncRequest, SyncResponse, Tab, Write};
use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;

use super::evidence::Carrier;
use super::field::{Saving, State};
use super::keeper::Keeper;
use super::undo::Undoing;
use crate::clock;
use crate::offline::db::{Db, DbError, Head, Loaded};
use crate::offline::tabs::Tabs;
use crate::offline::{device, net, session};

pub(super) struct Home {
    pub(super) this: Weak<Home>,
    pub(super) state: State,
    keeper: Weak<Keeper>,
    user: UserId,
    pub(super) db: Rc<Db>,
    tab: RefCell<Tab>,
    tabs: RefCell<Option<Tabs>>,
    timers: RefCell<[Option<Timeout>; 3]>,
    /// Who waits until the database has something.
    tickets: RefCell<Vec<(u32, oneshot::Sender<()>)>>,
    last_ticket: Cell<u32>,
    pub(super) undoing: Undoing,
    pub(super) carrier: Carrier,
}

impl Home {
    pub async fn open(
        keeper: Weak<Keeper>,
        state: State,
        user: UserId,
    ) -> Result<(Rc<Self>, Loaded), DbError> {
        let db = Rc::new(Db::open(user).await?);
        let loaded = db.load().await?;
        let device = session::device(|| DeviceId::from_uuid(Uuid::now_v7()));
        let home = Rc::new_cyclic(|this: &Weak<Home>| Home {
            this: this.clone(),
            state,
            keeper,
            user,
            db,
            tab: RefCell::new(Tab::new(device, env!("CARGO_PKG_VERSION"))),
            tabs: RefCell::default(),
            timers: RefCell::default(),
            tickets: RefCell::default(),
            last_ticket: Cell::default(),
            undoing: Undoing::default(),
            carrier: Carrier::default(),
        });
        Ok((home, loaded))
    }

    /// Joins the other tabs and begins to talk to the server.
    pub fn begin(&self) {
        let (heard, led) = (self.this.clone(), self.this.clone());
        let hear = move |message| {
            if let Some(home) = heard.upgrade() {
                home.happen(Event::Heard(message));
            }
        };
        let lead = move |leads| {
            if let Some(home) = led.upgrade() {
                home.happen(if leads { Event::Led } else { Event::Lost });
            }
        };
        self.tabs.replace(Some(Tabs::join(self.user, hear, lead)));
        let in_front = device::is_in_front();
        self.happen(Event::Opened { in_front });
        self.load_uploads();
    }

    /// Leaves everything as it is stored. What is not in the database yet is written nevertheless.
    pub fn close(&self) {
        self.happen(Event::Closed);
        let mut timers = self.timers.borrow_mut();
        drop(timers[slot(Timer::Exchange(0))].take());
        drop(timers[slot(Timer::Patience(0))].take());
        if let Some(tabs) = self.tabs.take() {
            tabs.leave();
        }
    }

    pub fn is_closed(&self) -> bool {
        self.tab.borrow().is_closed()
    }

    pub fn leads(&self) -> bool {
        self.tab.borrow().leads()
    }

    pub fn device(&self) -> DeviceId {
        self.tab.borrow().device()
    }

    pub fn record(&self, doc: DocumentId, body: ChangeBody) -> Result<(), Refusal> {
        if self.is_closed() {
            // Somebody else's store is open by now.
            return Err(Refusal::UnknownDocument);
        }
        let mut change = Change {
            id: ChangeId::from_uuid(Uuid::now_v7()),
            doc,
            seen: None,
            made_at: clock::now(),
            body,
        };
        let criteria = self.state.criteria.get_untracked().sets();
        let (step, writes) = self
            .state
            .replica
            .try_maybe_update(|replica| {
                change.seen = change
                    .field()
                    .and_then(|field| replica.document(doc)?.writer(&field))
                    .map(|writer| writer.change);
                let recorded = match self.undoing.is_acting() {
                    true => replica
                        .tap(change, criteria)
                        .map(|(step, writes)| (Some(step), writes)),
                    false => replica
                        .record(change, criteria)
                        .map(|writes| (None, writes)),
                };
                (recorded.is_ok(), recorded)
            })
            .unwrap_or(Err(Refusal::UnknownDocument))?;
        self.happen(Event::Recorded(writes));
        match step {
            Some(step) => self.undoing.did(step),
            None => self.happen(Event::Tapped),
        }
        Ok(())
    }

    /// Hands over what nobody tapped. The receiver hears when the database has it.
    pub fn stored(&self, writes: Vec<Write>) -> oneshot::Receiver<()> {
        let (done, receiver) = oneshot::channel();
        let ticket = self.last_ticket.get().wrapping_add(1);
        self.last_ticket.set(ticket);
        self.tickets.borrow_mut().push((ticket, done));
        self.happen(Event::Altered { writes, ticket });
        receiver
    }

    pub fn tell(&self, message: Message) {
        if let Some(tabs) = &*self.tabs.borrow() {
            tabs.tell(message);
        }
    }

    /// Shows it, and tells the other tabs if that is news.
    pub fn say(&self, word: Word) {
        let trouble = self.state.trouble.get_untracked();
        if word != Word::Trouble(trouble) {
            self.show(word);
            self.tell(Message::Says(word));
        }
    }

    fn show(&self, word: Word) {
        match word {
            Word::Syncing(is_syncing) => self.state.syncing.set(is_syncing),
            Word::Online(is_online) => self.state.online.set(is_online),
            Word::Trouble(trouble) => self.state.trouble.set(trouble),
        }
    }

    /// Something happens, and what the machine wants is done.
    pub fn happen(&self, event: Event) {
        let moment = Moment {
            page: device::page_time(),
            clock: clock::now(),
            random: js_sys::Math::random(),
            criteria: self.state.criteria.get_untracked().sets(),
        };
        let effects = self
            .state
            .replica
            .try_update_untracked(|replica| self.tab.borrow_mut().on(event, replica, &moment));
        for effect in effects.unwrap_or_default() {
            self.follow(effect);
        }
    }

    fn follow(&self, effect: Effect) {
        let state = self.state;
        match effect {
            Effect::Commit(writes) => self.commit(writes),
            Effect::ReadHead => self.read_head(),
            Effect::ReadAll => self.read_all(),
            Effect::Send { exchange, request } => self.send(exchange, request),
            Effect::Wake { timer, after } => self.wake(timer, after),
            Effect::Claim { take } => {
                // Where there are no locks the answer comes at once.
                let tabs = self.tabs.borrow().clone();
                if let Some(tabs) = tabs {
                    tabs.claim(take);
                }
            }
            Effect::Tell(message) => self.tell(message),
            Effect::Say(word) => self.say(word),
            Effect::Show(word) => self.show(word),
            Effect::Writing => {
                // A failure stays in sight until it is mended.
                if !matches!(state.saved.get_untracked(), Saving::Failed(_)) {
                    state.saved.set(Saving::Saving);
                }
            }
            Effect::Durable { tapped } => {
                if tapped || state.saved.get_untracked() != Saving::Idle {
                    state.saved.set(Saving::Saved);
                }
            }
            Effect::Redraw => state.replica.notify(),
            Effect::Reading(is_reading) => state.more.set(is_reading),
            Effect::Carry => self.carry(),
            Effect::LookForFiles => self.load_uploads(),
            Effect::Stored(ticket) => {
                let mut tickets = self.tickets.borrow_mut();
                if let Some(at) = tickets.iter().position(|(it, _)| *it == ticket) {
                    // Nobody may be listening any more, and then nobody needs to know.
                    let _ = tickets.swap_remove(at).1.send(());
                }
            }
            Effect::CloseStore => self.db.close(),
        }
    }

    fn commit(&self, writes: Vec<Write>) {
        let Some(home) = self.this.upgrade() else {
            return;
        };
        spawn_local(async move {
            let committed = home.db.commit(&writes).await;
            home.happen(match committed {
                Ok(()) => Event::Committed,
                Err(error) => {
                    warn!("a write failed and will be repeated: {error}");
                    if let Some(keeper) = home.keeper.upgrade().filter(|_| !home.is_closed()) {
                        let words = keeper.words(&error, true);
                        home.state.saved.set(Saving::Failed(words));
                    }
                    Event::NotCommitted
                }
            });
        });
    }

    fn read_head(&self) {
        let Some(home) = self.this.upgrade() else {
            return;
        };
        spawn_local(async move {
            let event = match home.db.load_head().await {
                Ok(Head { stored, sent }) => {
                    let stored = Box::new(stored);
                    Event::HeadRead { stored, sent }
                }
                Err(error) => not_read(&error),
            };
            home.happen(event);
        });
    }

    fn read_all(&self) {
        let Some(home) = self.this.upgrade() else {
            return;
        };
        spawn_local(async move {
            let event = match home.db.load().await {
                Ok(loaded) => {
                    if !home.is_closed() {
                        home.state.unreadable.set(loaded.unreadable);
                        // The tab that leads may have been told of more.
                        learn_kept(home.state);
                        home.state.campaign.set(session::campaign(home.user));
                    }
                    Event::AllRead(Box::new(loaded.stored))
                }
                Err(error) => not_read(&error),
            };
            home.happen(event);
        });
    }

    fn send(&self, exchange: u64, mut request: Box<SyncRequest>) {
        request.persisted = self.state.persisted.get_untracked();
        request.criteria = Some(self.state.criteria_told.get_untracked());
        let campaign = self.state.campaign;
        request.campaign = Some(campaign.with_untracked(|told| told.version.clone()));
        let this = self.this.clone();
        spawn_local(async move {
            let answer = net::exchange(&request).await;
            let Some(home) = this.upgrade() else { return };
            if let Ok(response) = &answer {
                home.learn_from(exchange, response);
            }
            let answer = answer.map(Box::new);
            home.happen(Event::Answered { exchange, answer });
        });
    }

    /// An answer may tell of criteria, by which its documents are looked at, and of the days of the year.
    fn learn_from(&self, exchange: u64, response: &SyncResponse) {
        let is_taken = self
            .state
            .replica
            .with_untracked(|replica| self.tab.borrow().takes(exchange, response, replica));
        if let Some(told) = response.criteria.as_ref().filter(|_| is_taken) {
            session::keep_criteria(told);
            learn(self.state, told);
        }
        if let Some(told) = response.campaign.as_ref().filter(|_| is_taken) {
            session::keep_campaign(self.user, told);
            self.state.campaign.set(told.clone());
        }
    }

    fn wake(&self, timer: Timer, after: Duration) {
        let this = self.this.clone();
        // A closed store is kept until it has written what it holds.
        let kept = (timer == Timer::Commit).then(|| this.upgrade());
        let millis = u32::try_from(after.as_millis()).unwrap_or(u32::MAX);
        let timeout = Timeout::new(millis, move || {
            if let Some(home) = this.upgrade() {
                home.happen(Event::Woke(timer));
            }
            drop(kept);
        });
        // The earlier one is cancelled as it is dropped.
        let earlier = self.timers.borrow_mut()[slot(timer)].replace(timeout);
        drop(earlier);
    }
}

/// Where a timer of a kind is kept.
fn slot(timer: Timer) -> usize {
    match timer {
        Timer::Exchange(_) => 0,
        Timer::Patience(_) => 1,
        Timer::Commit => 2,
    }
}

fn not_read(error: &DbError) -> Event {
    warn!("the store was not read again: {error}");
    Event::NotRead
}

/// Takes in what the server told of criteria.
fn learn(state: State, told: &ToldCriteria) {
    let known = state.criteria.get_untracked();
    let more = known.and(told.readable());
    if more != known {
        state.criteria.set(more);
    }
    state.criteria_told.set(told.version.clone());
}

/// Takes in what this device was told of criteria before.
pub(super) fn learn_kept(state: State) {
    if let Some(told) = session::criteria() {
        learn(state, &told);
    }
}
