//! Keeps the store in the browser: knows who is signed in, and opens and closes their store ([`Home`]).

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::{Rc, Weak};

use chrono::{DateTime, Utc};
use futures::future::join;
use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use shared::api::Session;
use shared::change::{ChangeBody, Refusal};
use shared::ids::{DocumentId, UserId};
use shared::sync::tab::Event;
use shared::sync::{Replica, UNDERSTANDS};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::field::{InstallOffer, Loading, Saving, State, Trouble, nobodys};
use super::home::{Home, learn_kept};
use super::lists::{Lists, kept_sorts};
use crate::clock;
use crate::locale::t;
use crate::offline::db::DbError;
use crate::offline::worker::Worker;
use crate::offline::{device, net, session};

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
            home.end_undo(Event::LetGo);
        }
        self.exchange();
    }

    fn exchange(&self) {
        self.refresh_session();
        if let Some(home) = self.home() {
            home.happen(Event::Asked);
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
            home.happen(Event::CameToFront);
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
                home.happen(Event::Asked);
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
    pub(super) fn words(&self, error: &DbError, unsaved: bool) -> String {
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
