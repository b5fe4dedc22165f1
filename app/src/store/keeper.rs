//! Keeps the store in the browser: opens the database of whoever is signed in, hands what is tapped to the journal, and
//! hosts the loop that talks to the server.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::{Rc, Weak};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::future::{Either, join, select};
use gloo_timers::future::sleep;
use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use shared::api::Session;
use shared::change::{Change, ChangeBody, Refusal};
use shared::criteria::ToldCriteria;
use shared::ids::{ChangeId, DeviceId, DocumentId, UserId};
use shared::problem::ProblemKind;
use shared::sync::{Failure, Replica, SyncRequest, SyncResponse, UNDERSTANDS};
use uuid::Uuid;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::evidence::Carrier;
use super::field::{InstallOffer, Loading, Saving, State, Trouble, nobodys};
use super::lists::{Lists, kept_sorts};
use super::undo::Undoing;
use crate::clock;
use crate::locale::t;
use crate::offline::db::{Db, DbError, Head, Loaded};
use crate::offline::journal::{Journal, Kept};
use crate::offline::net::{self, Refused};
use crate::offline::sync_loop::{Host, SyncLoop};
use crate::offline::tabs::{Message, Tabs};
use crate::offline::worker::Worker;
use crate::offline::{device, session};

/// How long the loop waits for the database before it sends without it. A phone whose storage is full must still be
/// able to hand its work in.
const STORE_FIRST: Duration = Duration::from_secs(5);

/// How old the server's word on the session may be before it is asked again.
const SESSION_FRESH: chrono::TimeDelta = chrono::TimeDelta::minutes(10);

/// The store's life in the browser.
pub(super) struct Keeper {
    pub(super) this: Weak<Keeper>,
    pub(super) state: State,
    /// Whom words are asked of; events come from outside any view.
    owner: Option<Owner>,
    home: RefCell<Option<Rc<Home>>>,
    /// Whose store is open or being opened.
    wanted: Cell<Option<UserId>>,
    /// Counts openings, so that a slow one does not replace a later one.
    opening: Cell<u32>,
    worker: Worker,
    install_offer: RefCell<Option<JsValue>>,
    session_asked: Cell<Option<DateTime<Utc>>>,
    pub(super) room_tried: Cell<Option<DateTime<Utc>>>,
    pub(super) lists: Lists,
}

impl Keeper {
    pub fn new(state: State) -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            this: this.clone(),
            state,
            owner: Owner::current(),
            home: RefCell::default(),
            wanted: Cell::default(),
            opening: Cell::default(),
            worker: Worker::new(move || state.update_waiting.set(true)),
            install_offer: RefCell::default(),
            session_asked: Cell::default(),
            room_tried: Cell::default(),
            lists: Lists::default(),
        })
    }

    /// Begins: reads who is signed in, opens their store, and listens to the browser.
    pub fn start(self: &Rc<Self>) {
        learn_kept(self.state);
        self.listen();
        self.count_left_behind();
        if device::has_just_signed_in() {
            // By the plain form of the door: the server knows who it is, this device may know somebody else.
            session::forget_session();
            // The new cookie has replaced whatever was to be signed out of.
            session::owe_logout(false);
        }
        match session::session() {
            None if device::has_network() && !session::logout_owed() => {
                // The door may have been passed without this app; only the server knows.
                self.state.loading.set(Loading::Opening);
            }
            known => self.open(known),
        }
        self.refresh_session();
        self.ask_to_persist(false);
        self.worker.register();
    }

    pub fn record(&self, doc: DocumentId, body: ChangeBody) -> Result<(), Refusal> {
        // Roles that keep no documents have no store to record in.
        self.home()
            .ok_or(Refusal::UnknownDocument)?
            .record(doc, body)
    }

    /// The open store, if there is one.
    pub(super) fn home(&self) -> Option<Rc<Home>> {
        self.home.borrow().clone()
    }

    /// Somebody asks for an exchange: what was just tapped goes too.
    pub fn send_now(&self) {
        if let Some(home) = self.home() {
            home.end_undo(SyncLoop::let_go);
        }
        self.exchange();
    }

    fn exchange(&self) {
        self.refresh_session();
        if let Some(home) = self.home() {
            home.send_now();
        }
    }

    pub fn sign_in(&self, signed_in: Session) {
        session::owe_logout(false);
        self.session_asked.set(Some(clock::now()));
        session::keep_left_behind(signed_in.actor.user, 0);
        self.count_left_behind();
        self.adopt(signed_in);
        self.ask_for_names();
        self.ask_to_persist(true);
    }

    pub fn sign_out(&self) {
        let waiting = self.state.replica.with_untracked(|replica| {
            let waiting = replica.outbox().waiting();
            let docs = waiting.filter_map(|pending| Some(pending.change.known()?.doc));
            docs.collect::<BTreeSet<_>>().len()
        });
        if let Some(user) = self.wanted.get() {
            session::keep_left_behind(user, waiting);
        }
        session::owe_logout(true);
        session::forget_session();
        self.open(None);
        self.count_left_behind();
        spawn_local(async {
            if net::logout().await {
                session::owe_logout(false);
            }
        });
    }

    /// What others left unsent here stays said until they return, whoever signs in and out meanwhile.
    fn count_left_behind(&self) {
        let left = session::left_behind().values().sum();
        self.state.left_behind.set(left);
    }

    pub fn prompt_install(&self) {
        if let Some(offer) = self.install_offer.take() {
            self.state.install.set(InstallOffer::None);
            device::prompt_install(&offer);
        }
    }

    pub fn apply_update(&self) {
        self.worker.take();
    }

    fn listen(&self) {
        let state = self.state;
        state.online.set(device::has_network());
        let this = self.this.clone();
        device::on_network(move |is_there| {
            state.online.set(is_there);
            if let Some(keeper) = this.upgrade().filter(|_| is_there) {
                keeper.exchange();
            }
        });
        let this = self.this.clone();
        device::on_front(move |is_in_front| {
            if let Some(keeper) = this.upgrade().filter(|_| is_in_front) {
                keeper.came_to_front();
            }
        });
        let this = self.this.clone();
        device::on_session_elsewhere(move || {
            if let Some(keeper) = this.upgrade() {
                keeper.open(session::session());
            }
        });
        let this = self.this.clone();
        device::on_install_offer(move |offer| {
            if let Some(keeper) = this.upgrade() {
                keeper.install_offer.replace(Some(offer));
                state.install.set(InstallOffer::Prompt);
            }
        });
        device::on_installed(move || state.install.set(InstallOffer::Installed));
        if device::is_installed() {
            state.install.set(InstallOffer::Installed);
        } else if device::is_ios() {
            state.install.set(InstallOffer::IosGuide);
        }
    }

    fn came_to_front(&self) {
        if let Some(home) = &*self.home.borrow() {
            home.came_to_front();
        } else if matches!(self.state.loading.get_untracked(), Loading::Failed(_)) {
            self.open(session::session());
        }
        self.refresh_session();
        self.worker.look_for_update();
    }

    fn ask_to_persist(&self, insist: bool) {
        let state = self.state;
        if state.session.with_untracked(Option::is_none) {
            return;
        }
        spawn_local(async move { state.persisted.set(device::persisted(insist).await) });
    }

    /// Takes over a session as the server just described it.
    fn adopt(&self, found: Session) {
        session::keep_session(&found);
        session::keep_left_behind(found.actor.user, 0);
        self.open(Some(found));
        if self.state.trouble.get_untracked() == Some(Trouble::SignedOut) {
            self.state.trouble.set(None);
            if let Some(home) = &*self.home.borrow() {
                home.send_now();
            }
        }
    }

    /// Asks for the names of colleagues, and of clans and units, to be known without a network too.
    fn ask_for_names(&self) {
        let state = self.state;
        let asked_for = self.wanted.get();
        spawn_local(async move {
            let (people, groups) = join(net::people(), net::groups()).await;
            let user = state
                .session
                .with_untracked(|it| it.as_ref().map(|it| it.actor.user));
            let Some(user) = user.filter(|_| user == asked_for) else {
                return;
            };
            if let Some(people) = people {
                session::keep_people(user, &people);
                state
                    .people
                    .set(people.into_iter().map(|it| (it.id, it.name)).collect());
            }
            if let Some(groups) = groups {
                session::keep_groups(user, &groups);
                state.groups.set(groups);
            }
        });
    }

    /// Nobody is signed in, as far as anybody knows.
    fn nobody(&self) {
        if self.wanted.get().is_none() && self.state.loading.get_untracked() == Loading::Opening {
            self.open(None);
        }
    }

    /// Asks the server who is signed in, unless it was asked a moment ago. Without an answer the device goes on with
    /// what it knows.
    fn refresh_session(&self) {
        let now = clock::now();
        let is_fresh = self
            .session_asked
            .get()
            .is_some_and(|asked| now - asked < SESSION_FRESH);
        let is_in_doubt = self.state.trouble.get_untracked() == Some(Trouble::SignedOut);
        if !device::has_network() || (is_fresh && !is_in_doubt) {
            return;
        }
        self.session_asked.set(Some(now));
        let this = self.this.clone();
        spawn_local(async move {
            if session::logout_owed() {
                if net::logout().await {
                    session::owe_logout(false);
                }
                return;
            }
            let answer = net::session().await;
            // Somebody may have signed in or out here while the question was under way.
            let Some(keeper) = this.upgrade().filter(|_| !session::logout_owed()) else {
                return;
            };
            let known = keeper.state.session.with_untracked(|it| it.is_some());
            match answer {
                Some(Some(found)) => {
                    keeper.adopt(found);
                    keeper.ask_for_names();
                }
                Some(None) if known => keeper.state.trouble.set(Some(Trouble::SignedOut)),
                Some(None) => keeper.nobody(),
                // Not an answer of the server; ask again next time.
                None => {
                    keeper.session_asked.set(None);
                    keeper.nobody();
                }
            }
        });
    }

    /// Closes what is open and opens the store of whoever is signed in. If it is theirs already, only their session is
    /// taken over: their role and units may have changed.
    fn open(&self, signed_in: Option<Session>) {
        let state = self.state;
        let user = signed_in.as_ref().map(|it| it.actor.user);
        if let Some(signed_in) = signed_in.as_ref().filter(|_| user == self.wanted.get())
            && signed_in.actor.role.keeps_documents()
        {
            if state
                .session
                .with_untracked(|known| known.as_ref() != Some(signed_in))
            {
                state.session.set(Some(signed_in.clone()));
                if self.home.borrow().is_some() {
                    let actor = signed_in.actor.clone();
                    state.replica.update(|replica| replica.set_actor(actor));
                }
            }
            return;
        }
        let opening = self.opening.get() + 1;
        self.opening.set(opening);
        self.wanted.set(user);
        if let Some(home) = self.home.take() {
            home.close();
        }
        state.replica.set(nobodys());
        state.trouble.set(None);
        state.saved.set(Saving::Idle);
        state.syncing.set(false);
        state.more.set(false);
        state.unreadable.set(0);
        state.uploads.set(Default::default());
        state.carrying.set(None);
        state.undo.set(None);
        state.mending.set(None);
        state.roster.set(Default::default());
        state.listed.set(false);
        state.looked.set(Default::default());
        state.last_list.set(None);
        state.sorts.set(user.map(kept_sorts).unwrap_or_default());
        state
            .campaign
            .set(user.map(session::campaign).unwrap_or_default());
        let actor = signed_in.as_ref().map(|it| it.actor.clone());
        let people = user.map(session::people).unwrap_or_default();
        state
            .people
            .set(people.into_iter().map(|it| (it.id, it.name)).collect());
        state
            .groups
            .set(user.map(session::groups).unwrap_or_default());
        state.session.set(signed_in);
        let Some(actor) = actor else {
            state.loading.set(Loading::SignedOut);
            return;
        };
        if !actor.role.keeps_documents() {
            state.loading.set(Loading::Ready);
            return;
        }
        state.loading.set(Loading::Opening);
        let this = self.this.clone();
        spawn_local(async move {
            let opened = Home::open(this.clone(), state, actor.user).await;
            let Some(keeper) = this.upgrade() else { return };
            let is_current = keeper.opening.get() == opening;
            match opened {
                Ok((home, loaded)) if is_current => {
                    let actor = state
                        .session
                        .with_untracked(|session| session.as_ref().map(|it| it.actor.clone()))
                        .unwrap_or(actor);
                    let replica = Replica::restore(
                        actor,
                        loaded.stored,
                        state.criteria.get_untracked().sets(),
                        UNDERSTANDS,
                    );
                    state.unreadable.set(loaded.unreadable);
                    state.replica.set(replica);
                    keeper.home.replace(Some(home.clone()));
                    state.loading.set(Loading::Ready);
                    home.begin();
                }
                Ok((home, _)) => home.close(),
                Err(error) if is_current => {
                    leptos::logging::warn!("the store did not open: {error}");
                    keeper.wanted.set(None);
                    state
                        .loading
                        .set(Loading::Failed(keeper.words(&error, false)));
                }
                Err(_) => {}
            }
        });
    }

    /// What to tell a person about a failure of the database.
    fn words(&self, error: &DbError, unsaved: bool) -> String {
        let key = match (error, unsaved) {
            (DbError::Full | DbError::Aborted, true) => "store.unsaved_full",
            (_, true) => "store.unsaved",
            (DbError::Newer, false) => "store.newer",
            (DbError::Full | DbError::Aborted, false) => "store.full",
            (_, false) => "store.unavailable",
        };
        match &self.owner {
            Some(owner) => owner.with(|| untrack(|| t(key))),
            None => key.to_owned(),
        }
    }
}

/// The open store of one user.
pub(super) struct Home {
    pub(super) this: Weak<Home>,
    pub(super) state: State,
    user: UserId,
    pub(super) device: DeviceId,
    pub(super) db: Rc<Db>,
    pub(super) journal: Journal,
    tabs: RefCell<Option<Tabs>>,
    sync: RefCell<Option<Rc<SyncLoop<Visit>>>>,
    pub(super) closed: Cell<bool>,
    pub(super) undoing: Undoing,
    reloading: Cell<bool>,
    reload_again: Cell<bool>,
    pub(super) carrier: Carrier,
}

/// The home as the loop sees it.
pub(super) struct Visit(Weak<Home>);

impl Home {
    async fn open(
        keeper: Weak<Keeper>,
        state: State,
        user: UserId,
    ) -> Result<(Rc<Self>, Loaded), DbError> {
        let db = Rc::new(Db::open(user).await?);
        let loaded = db.load().await?;
        let device = session::device(|| DeviceId::from_uuid(Uuid::now_v7()));
        let home = Rc::new_cyclic(|this: &Weak<Home>| {
            let told = this.clone();
            let journal = Journal::new(db.clone(), move |kept| {
                if let Some(home) = told.upgrade() {
                    home.kept(kept, &keeper);
                }
            });
            Home {
                this: this.clone(),
                state,
                user,
                device,
                db,
                journal,
                tabs: RefCell::default(),
                sync: RefCell::default(),
                closed: Cell::new(false),
                undoing: Undoing::default(),
                reloading: Cell::new(false),
                reload_again: Cell::new(false),
                carrier: Carrier::default(),
            }
        });
        Ok((home, loaded))
    }

    /// Joins the other tabs and begins to talk to the server.
    fn begin(&self) {
        self.sync
            .replace(Some(SyncLoop::new(Visit(self.this.clone()))));
        // Until this tab leads, another one may be offering what waits.
        self.lead(false);
        let heard = self.this.clone();
        let led = self.this.clone();
        let tabs = Tabs::join(
            self.user,
            device::is_in_front(),
            move |message| {
                if let Some(home) = heard.upgrade() {
                    home.hear(message);
                }
            },
            move |leads| {
                if let Some(home) = led.upgrade() {
                    home.lead(leads);
                }
            },
        );
        self.tabs.replace(Some(tabs));
        self.load_uploads();
        self.send_now();
    }

    /// Leaves everything as it is stored. What the journal still holds is written nevertheless.
    fn close(&self) {
        self.closed.set(true);
        if let Some(sync) = self.sync.take() {
            sync.stop();
        }
        if let Some(tabs) = self.tabs.take() {
            tabs.leave();
        }
        let (db, journal) = (self.db.clone(), self.journal.clone());
        spawn_local(async move {
            // The receiver of an empty batch hears when all before it are written.
            let _ = journal.learned(Vec::new()).await;
            db.close();
        });
    }

    pub(super) fn record(&self, doc: DocumentId, body: ChangeBody) -> Result<(), Refusal> {
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
        self.journal.tapped(writes);
        match step {
            Some(step) => self.undoing.did(step),
            None => self.plan(SyncLoop::tapped),
        }
        Ok(())
    }

    /// Has the loop plan an exchange.
    pub(super) fn plan(&self, how: impl FnOnce(&Rc<SyncLoop<Visit>>)) {
        if let Some(sync) = &*self.sync.borrow() {
            how(sync);
        }
    }

    fn send_now(&self) {
        if self.leads() {
            if let Some(sync) = &*self.sync.borrow() {
                sync.now();
            }
        } else {
            self.tell(Message::Send);
        }
    }

    fn came_to_front(&self) {
        if let Some(tabs) = &*self.tabs.borrow() {
            tabs.came_to_front();
        }
        if self.leads() {
            self.send_now();
        }
    }

    pub(super) fn leads(&self) -> bool {
        self.tabs.borrow().as_ref().is_some_and(Tabs::leads)
    }

    pub(super) fn tell(&self, message: Message) {
        if let Some(tabs) = &*self.tabs.borrow() {
            tabs.tell(message);
        }
    }

    /// This tab takes or loses the lead.
    fn lead(&self, leads: bool) {
        self.state
            .replica
            .update_untracked(|replica| replica.set_offered_elsewhere(!leads));
        if leads {
            let home = self.this.clone();
            spawn_local(async move {
                // What the earlier leader offered must be known before anything is offered or replaced.
                if let Some(home) = home.upgrade() {
                    home.reload().await;
                    home.send_now();
                }
            });
        }
    }

    fn hear(&self, message: Message) {
        match message {
            Message::Changed => {
                let home = self.this.clone();
                spawn_local(async move {
                    if let Some(home) = home.upgrade() {
                        home.reload().await;
                        home.load_uploads();
                        if let Some(sync) = home.sync.borrow().as_ref().filter(|_| home.leads()) {
                            sync.tapped();
                        }
                    }
                });
            }
            Message::Send => {
                if self.leads() {
                    self.send_now();
                }
            }
            Message::Syncing(is_syncing) => self.state.syncing.set(is_syncing),
            Message::Online(is_online) => self.state.online.set(is_online),
            Message::Trouble(trouble) => self.state.trouble.set(trouble),
        }
    }

    /// Reads the database again because another tab altered it. Requests that come meanwhile are served by one more
    /// reading.
    async fn reload(&self) {
        if self.reloading.replace(true) {
            self.reload_again.set(true);
            return;
        }
        loop {
            self.reload_again.set(false);
            if let Err(error) = self.try_reload().await {
                // The memory is as good as it was; the next message or turn to the front tries again.
                leptos::logging::warn!("the store was not read again: {error}");
            }
            if !self.reload_again.get() || self.closed.get() {
                break;
            }
        }
        self.reloading.set(false);
    }

    async fn try_reload(&self) -> Result<(), DbError> {
        let Head { mut stored, sent } = self.db.load_head().await?;
        self.journal.overlay(&mut stored);
        stored.pending.sort_by_key(|pending| pending.order);
        let is_known = self
            .state
            .replica
            .with_untracked(|replica| replica.is_at(&stored.meta, &stored.pending, sent));
        if is_known {
            return Ok(());
        }
        let mut loaded = self.db.load().await?;
        if self.closed.get() {
            return Ok(());
        }
        self.journal.overlay(&mut loaded.stored);
        self.state.unreadable.set(loaded.unreadable);
        // The tab that leads may have been told of more.
        learn_kept(self.state);
        self.state.campaign.set(session::campaign(self.user));
        let criteria = self.state.criteria.get_untracked().sets();
        self.state
            .replica
            .update(|replica| replica.reload(loaded.stored, criteria));
        Ok(())
    }

    fn kept(&self, kept: Kept, keeper: &Weak<Keeper>) {
        if let Kept::Durable { .. } = kept {
            self.tell(Message::Changed);
        }
        if self.closed.get() {
            return;
        }
        let saved = self.state.saved;
        match kept {
            Kept::Writing => {
                // A failure stays in sight until it is mended.
                if !matches!(saved.get_untracked(), Saving::Failed(_)) {
                    saved.set(Saving::Saving);
                }
            }
            Kept::Durable { tapped } => {
                if tapped || saved.get_untracked() != Saving::Idle {
                    saved.set(Saving::Saved);
                }
            }
            Kept::Failed(error) => {
                if let Some(keeper) = keeper.upgrade() {
                    saved.set(Saving::Failed(keeper.words(&error, true)));
                }
            }
        }
    }

    pub(super) fn trouble(&self, trouble: Option<Trouble>) {
        if self.state.trouble.get_untracked() != trouble {
            self.state.trouble.set(trouble);
            self.tell(Message::Trouble(trouble));
        }
    }

    fn online(&self, is_online: bool) {
        self.state.online.set(is_online);
        self.tell(Message::Online(is_online));
    }
}

impl Host for Visit {
    fn leads(&self) -> bool {
        self.0.upgrade().is_some_and(|home| home.leads())
    }

    async fn offer(&self) -> Option<SyncRequest> {
        let home = self.0.upgrade()?;
        let replica = home.state.replica;
        let device = home.device;
        let (mut request, writes) = replica.try_update_untracked(|replica| {
            replica.request(device, env!("CARGO_PKG_VERSION"), clock::now())
        })?;
        request.persisted = home.state.persisted.get_untracked();
        request.criteria = Some(home.state.criteria_told.get_untracked());
        let campaign = home.state.campaign;
        request.campaign = Some(campaign.with_untracked(|told| told.version.clone()));
        let stored = home.journal.learned(writes);
        let late = Box::pin(sleep(STORE_FIRST));
        match select(stored, late).await {
            Either::Left(_) => {}
            Either::Right(_) => leptos::logging::warn!("sending before the database has it"),
        }
        Some(request)
    }

    fn receive(&self, response: SyncResponse) -> bool {
        let Some(home) = self.0.upgrade() else {
            return false;
        };
        let state = home.state;
        let moved = !response.receipts.is_empty();
        // A restored server is read from its beginning, and offered again what it forgot.
        let restored = state.replica.with_untracked(|replica| {
            let known = replica.meta().epoch;
            known.is_some_and(|known| known != response.epoch)
        });
        let more = response.more || restored;
        let was_reading = state.more.get_untracked()
            || state
                .replica
                .with_untracked(|replica| replica.meta().last_contact.is_none());
        // Until the database has the last of it, this phone cannot yet be carried off without a network.
        let is_reading = more || was_reading;
        if state.more.get_untracked() != is_reading {
            state.more.set(is_reading);
        }
        let is_old = is_older(env!("CARGO_PKG_VERSION"), &response.min_app_version);
        home.online(true);
        if let Some(told) = &response.criteria {
            session::keep_criteria(told);
            learn(state, told);
        }
        if let Some(told) = &response.campaign {
            session::keep_campaign(home.user, told);
            state.campaign.set(told.clone());
        }
        let criteria = state.criteria.get_untracked().sets();
        let received = state
            .replica
            .try_update(|replica| replica.receive(response, criteria, clock::now()));
        match received {
            Some(Ok(writes)) => {
                // The next exchange need not wait for the database: it reads on from memory, and a phone that dies in
                // between reads the same again.
                let kept = home.journal.learned(writes);
                if was_reading && !more {
                    let home = self.0.clone();
                    spawn_local(async move {
                        // A database that cannot is told in words of its own.
                        let _ = kept.await;
                        if home.upgrade().is_some_and(|home| !home.closed.get()) {
                            state.more.set(false);
                        }
                    });
                }
                home.trouble(is_old.then_some(Trouble::OldApp));
                home.carry();
                more || (moved && self.has_waiting())
            }
            Some(Err(_)) => {
                home.trouble(Some(Trouble::OtherServer));
                home.fail(Failure::Busy { retry_after: None });
                false
            }
            None => false,
        }
    }

    fn failed(&self, refused: Refused) {
        let Some(home) = self.0.upgrade() else {
            return;
        };
        home.online(refused.failure != Failure::Unreachable);
        let trouble = match (refused.failure, refused.kind) {
            (Failure::SignedOut, _) => Some(Trouble::SignedOut),
            (_, Some(ProblemKind::OldApp)) => Some(Trouble::OldApp),
            (_, Some(ProblemKind::Forbidden)) => Some(Trouble::Forbidden),
            (Failure::Unreachable, _) => home.state.trouble.get_untracked(),
            _ => None,
        };
        home.trouble(trouble);
        home.fail(refused.failure);
    }

    fn retry_at(&self) -> Option<DateTime<Utc>> {
        let home = self.0.upgrade()?;
        home.state
            .replica
            .with_untracked(|replica| replica.outbox().retry_at())
    }

    fn has_waiting(&self) -> bool {
        self.0.upgrade().is_some_and(|home| {
            home.state
                .replica
                .with_untracked(|replica| replica.outbox().waiting().next().is_some())
        })
    }

    fn syncing(&self, is_syncing: bool) {
        if let Some(home) = self.0.upgrade() {
            home.state.syncing.set(is_syncing);
            home.tell(Message::Syncing(is_syncing));
        }
    }
}

impl Home {
    fn fail(&self, failure: Failure) {
        let random = js_sys::Math::random();
        let criteria = self.state.criteria.get_untracked().sets();
        let writes = self
            .state
            .replica
            .try_update(|replica| replica.failed(failure, criteria, clock::now(), random));
        drop(self.journal.learned(writes.unwrap_or_default()));
    }
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
fn learn_kept(state: State) {
    if let Some(told) = session::criteria() {
        learn(state, &told);
    }
}

/// Compares two versions number by number. A version that cannot be read is not older.
fn is_older(version: &str, than: &str) -> bool {
    let numbers = |text: &str| -> Option<Vec<u32>> {
        text.split('.').map(|part| part.parse().ok()).collect()
    };
    match (numbers(version), numbers(than)) {
        (Some(version), Some(than)) => version < than,
        _ => false,
    }
}
