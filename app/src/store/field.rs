//! The field pages' store: the phone's own documents, and what waits to be sent.
//!
//! Everything a field page shows comes from here, and everything tapped goes in here. The view moves at once; "saved"
//! is said only when the browser's database has completed the write.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use chrono::NaiveDate;
use leptos::prelude::*;
use shared::access::{Actor, Role, Scope};
use shared::api::{Group, Session};
use shared::calendar::{self, Year};
use shared::campaign::{self, Due, Standing, ToldCampaign};
use shared::change::{Change, ChangeBody, Refusal, Registration};
use shared::criteria::{Criteria, Judged, Title};
use shared::document::{Document, FieldName};
use shared::evidence::FileHash;
use shared::ids::{AssessmentId, ChangeId, DocumentId, SubjectId, UnitId, UserId};
use shared::org_unit::OrgTree;
use shared::roster::{List, ListKey, Roster, Sort};
pub use shared::sync::tab::Trouble;
use shared::sync::{Replica, Status, Step, Stored, UNDERSTANDS};

use super::evidence::{NewPiece, NotAttached, Room};
use super::keeper::Keeper;
use super::lists::Looked;
use super::sealing::Handed;
use crate::clock;
use crate::criteria::KnownCriteria;
use crate::live::memo;
pub use crate::offline::net::NotSignedIn;
use crate::offline::uploads::{Upload, UploadState};
use crate::offline::{net, session};
use shared::SortedMap;

/// How far the store is with opening.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Loading {
    /// Reading the phone's database.
    #[default]
    Opening,
    Ready,
    /// Nobody is signed in on this device.
    SignedOut,
    /// The database cannot be opened; in words, with what to do.
    Failed(String),
}

/// Whether what was tapped is on the phone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Saving {
    /// Nothing was tapped since the page opened.
    #[default]
    Idle,
    Saving,
    /// The database has completed the write.
    Saved,
    /// It could not be written yet and is tried again; in words, with what to do.
    Failed(String),
}

/// What can be done about installing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InstallOffer {
    /// The browser cannot install, or has not offered it.
    #[default]
    None,
    /// `prompt_install` opens the browser's own question.
    Prompt,
    /// iOS installs by hand, through its share menu.
    IosGuide,
    /// The page runs as an installed app.
    Installed,
}

/// The signals behind a [`FieldStore`].
#[derive(Clone, Copy)]
pub(super) struct State {
    pub loading: RwSignal<Loading>,
    pub session: RwSignal<Option<Session>>,
    pub replica: RwSignal<Replica>,
    /// What forms are judged by, as far as this phone knows.
    pub criteria: RwSignal<Criteria>,
    /// The version of what the server told of them last; of this app's own before it told any.
    pub criteria_told: RwSignal<String>,
    /// By which days the steps of the year are due.
    pub campaign: RwSignal<ToldCampaign>,
    pub online: RwSignal<bool>,
    pub syncing: RwSignal<bool>,
    /// The server has said that there is more to read.
    pub more: RwSignal<bool>,
    pub saved: RwSignal<Saving>,
    pub trouble: RwSignal<Option<Trouble>>,
    pub unreadable: RwSignal<usize>,
    pub left_behind: RwSignal<usize>,
    pub persisted: RwSignal<Option<bool>>,
    pub install: RwSignal<InstallOffer>,
    pub update_waiting: RwSignal<bool>,
    pub people: RwSignal<SortedMap<UserId, String>>,
    /// The clans and units of the commune, those of other villages too.
    pub groups: RwSignal<Vec<Group>>,
    pub uploads: RwSignal<SortedMap<FileHash, Upload>>,
    /// The file that is going up, and how much of it the server has.
    pub carrying: RwSignal<Option<(FileHash, u64)>>,
    pub room: RwSignal<Room>,
    /// What was done last and can still be taken back.
    pub undo: RwSignal<Option<Undo>>,
    /// The lists, and whether they hold what the replica holds.
    pub roster: RwSignal<Roster>,
    pub listed: RwSignal<bool>,
    /// How each list was last looked at, the order of each place's, and which list came last.
    pub looked: RwSignal<SortedMap<ListKey, Looked>>,
    pub sorts: RwSignal<SortedMap<UnitId, Sort>>,
    pub last_list: RwSignal<Option<ListKey>>,
    /// Whose sent form a person has opened to mend.
    pub mending: RwSignal<Option<DocumentId>>,
    /// The subject whose form was handed in last.
    pub finished: RwSignal<Option<DocumentId>>,
}

/// What was done last and can be taken back for a few seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Undo {
    /// What was done, as the offer says it.
    pub words: String,
    pub(super) act: Vec<Step>,
}

/// The store of the field pages. Copy it freely.
#[derive(Clone, Copy)]
pub struct FieldStore {
    pub(super) state: State,
    tree: Memo<Arc<OrgTree>>,
    keeper: StoredValue<Rc<Keeper>, LocalStorage>,
}

impl FieldStore {
    /// Makes the store, hands it down as context, and opens it in the browser after the first render.
    pub fn provide() -> Self {
        let state = State {
            loading: RwSignal::default(),
            session: RwSignal::default(),
            replica: RwSignal::new(nobodys()),
            criteria: RwSignal::new(Criteria::builtin()),
            criteria_told: RwSignal::new(Criteria::builtin().version().to_owned()),
            campaign: RwSignal::default(),
            online: RwSignal::new(true),
            syncing: RwSignal::default(),
            more: RwSignal::default(),
            saved: RwSignal::default(),
            trouble: RwSignal::default(),
            unreadable: RwSignal::default(),
            left_behind: RwSignal::default(),
            persisted: RwSignal::default(),
            install: RwSignal::default(),
            update_waiting: RwSignal::default(),
            people: RwSignal::default(),
            groups: RwSignal::default(),
            uploads: RwSignal::default(),
            carrying: RwSignal::default(),
            room: RwSignal::default(),
            undo: RwSignal::default(),
            roster: RwSignal::default(),
            listed: RwSignal::default(),
            looked: RwSignal::default(),
            sorts: RwSignal::default(),
            last_list: RwSignal::default(),
            mending: RwSignal::default(),
            finished: RwSignal::default(),
        };
        let tree = memo(move || {
            let units = state
                .session
                .with(|session| session.as_ref().map(|it| it.units.clone()));
            Arc::new(OrgTree::new(units.unwrap_or_default()))
        });
        let store = Self {
            state,
            tree,
            keeper: StoredValue::new_local(Keeper::new(state)),
        };
        provide_context(store);
        provide_context(KnownCriteria(state.criteria));
        let year = memo(move || state.session.with(|it| it.as_ref().map(|it| it.year)));
        Effect::new(move |before: Option<(Option<Year>, Criteria)>| {
            let now = (year.get(), state.criteria.get());
            state.replica.track();
            if state.loading.get() == Loading::Ready {
                let is_another = before.is_some_and(|before| before != now);
                store
                    .keeper
                    .with_value(|keeper| keeper.keep_lists(is_another));
            }
            now
        });
        // After the first render, so that what it begins never delays what is seen.
        Effect::new(move |_| untrack(|| store.keeper.get_value().start()));
        store
    }

    /// The store that `App` provided.
    pub fn expect() -> Self {
        use_context().expect("App provides the store before it draws a page")
    }

    pub fn loading(&self) -> Signal<Loading> {
        self.state.loading.into()
    }

    /// Who is signed in on this device. Known without a network.
    pub fn session(&self) -> Signal<Option<Session>> {
        self.state.session.into()
    }

    /// What who is signed in may do; tracked.
    pub fn role(&self) -> Option<Role> {
        let session = &self.state.session;
        session.with(|it| it.as_ref().map(|it| it.actor.role))
    }

    /// Reads the phone's documents; tracked. Before the store is ready, and for roles that keep no documents, they are
    /// empty.
    pub fn with<R>(&self, read: impl FnOnce(&Replica) -> R) -> R {
        self.state.replica.with(read)
    }

    /// One document as it looks on this phone; tracked.
    pub fn document(&self, id: DocumentId) -> Option<Document> {
        self.with(|replica| replica.document(id).cloned())
    }

    /// The name of a subject as it stands now; not tracked.
    pub fn name_of(&self, id: DocumentId) -> String {
        let replica = self.state.replica;
        replica.with_untracked(|replica| {
            let name = replica.document(id).map(|it| it.name().to_owned());
            name.unwrap_or_default()
        })
    }

    /// What waits, what was refused, and when the server last answered; tracked.
    pub fn status(&self) -> Status {
        self.with(Replica::status)
    }

    /// How many forms and families have something that waits to be received; tracked. People count these, not taps.
    pub fn waiting_forms(&self) -> usize {
        self.with(|replica| {
            let waiting = replica.outbox().waiting();
            let docs = waiting.filter_map(|pending| Some(pending.change.known()?.doc));
            docs.collect::<BTreeSet<_>>().len()
        })
    }

    /// Whether the server can be reached, as far as the device knows.
    pub fn online(&self) -> Signal<bool> {
        self.state.online.into()
    }

    /// Whether an exchange with the server is going on.
    pub fn syncing(&self) -> Signal<bool> {
        self.state.syncing.into()
    }

    /// Whether this phone does not have all its documents yet; tracked.
    pub fn is_reading(&self) -> bool {
        let keeps = self.state.session.with(|session| {
            let session = session.as_ref();
            session.is_some_and(|it| it.actor.role.keeps_documents())
        });
        keeps && (self.state.more.get() || self.status().last_contact.is_none())
    }

    /// Whether what was tapped is on this phone.
    pub fn saved(&self) -> Signal<Saving> {
        self.state.saved.into()
    }

    /// Why nothing is being sent although there is a network.
    pub fn trouble(&self) -> Signal<Option<Trouble>> {
        self.state.trouble.into()
    }

    /// How many stored rows this version cannot read. They are kept untouched.
    pub fn unreadable(&self) -> Signal<usize> {
        self.state.unreadable.into()
    }

    /// How many unsent forms those who signed out here left on this device. They are kept for their return.
    pub fn left_behind(&self) -> Signal<usize> {
        self.state.left_behind.into()
    }

    /// The clans and units of the commune, as the server last told them; tracked.
    pub fn groups(&self) -> Signal<Vec<Group>> {
        self.state.groups.into()
    }

    /// The name of a colleague, if this device knows it; tracked.
    pub fn person(&self, id: UserId) -> Option<String> {
        self.state.people.with(|people| people.get(&id).cloned())
    }

    /// The units the person works with, for their names and villages.
    pub fn tree(&self) -> Signal<Arc<OrgTree>> {
        self.tree.into()
    }

    /// The year that is being judged; tracked.
    pub fn year(&self) -> Year {
        let year = self
            .state
            .session
            .with(|session| session.as_ref().map(|it| it.year));
        year.unwrap_or_else(|| calendar::year_judged(clock::today()))
    }

    /// What is next for the forms of a list by the days of the year, and how many wait for it; tracked.
    pub fn ahead(&self, list: &List, key: ListKey, today: NaiveDate) -> Option<(Due, usize)> {
        let (tree, year) = (self.tree.get(), self.year());
        let unit = tree.commune_of(key.place, today);
        let unit = unit.map_or(key.place, |commune| commune.id);
        let forms: Vec<Standing> = list.iter().map(|it| it.standing()).collect();
        self.state.campaign.with(|told| {
            let day = |step| told.day(unit, year, key.kind.title(), step);
            campaign::ahead(&forms, &day, today)
        })
    }

    /// Records a change of a document that is on this phone, as its author sees it now.
    pub fn record(&self, doc: DocumentId, body: ChangeBody) -> Result<(), Refusal> {
        self.keeper.get_value().record(doc, body)
    }

    /// Records what one tap does, all of it or nothing. For a few seconds it can be taken back as one; `words` says what it
    /// was.
    pub fn act(
        &self,
        words: String,
        record: impl FnOnce() -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        self.keeper.get_value().act(words, record)
    }

    /// What was done last, while it can still be taken back.
    pub fn undo(&self) -> Signal<Option<Undo>> {
        self.state.undo.into()
    }

    /// Takes back what was done last.
    pub fn take_back(&self) {
        self.keeper.get_value().take_back();
    }

    /// Whether a person has opened a subject's sent form to mend it; tracked.
    pub fn is_mending(&self, subject: DocumentId) -> bool {
        self.state.mending.get() == Some(subject)
    }

    /// Opens a subject's sent form to mend it, or closes whichever is open.
    pub fn mend(&self, subject: Option<DocumentId>) {
        self.state.mending.set(subject);
    }

    /// The subject whose form was handed in last since the app was opened; tracked.
    pub fn last_finished(&self) -> Option<DocumentId> {
        self.state.finished.get()
    }

    /// Notes whose form was handed in.
    pub fn keep_finished(&self, subject: DocumentId) {
        self.state.finished.set(Some(subject));
    }

    /// Shakes the phone for a moment, where it can be.
    pub fn buzz(&self) {
        crate::offline::device::buzz();
    }

    /// Records a field of a subject.
    pub fn set_field(
        &self,
        doc: DocumentId,
        field: FieldName,
        value: serde_json::Value,
    ) -> Result<(), Refusal> {
        self.record(doc, ChangeBody::SetField { field, value })
    }

    /// Records a subject found in the field and returns its id.
    pub fn register(&self, registration: Registration) -> Result<DocumentId, Refusal> {
        let doc = match registration.kind.is_a_unit() {
            true => SubjectId::of_unit(registration.place),
            false => new_subject(),
        };
        let doc = doc.into();
        self.record(doc, ChangeBody::Register(registration))?;
        Ok(doc)
    }

    /// The subject's assessment for a title and year; begins it if it is not there.
    pub fn open_assessment(
        &self,
        subject: SubjectId,
        title: Title,
        year: Year,
    ) -> Result<DocumentId, Refusal> {
        let doc = DocumentId::from(AssessmentId::of(subject, title.as_str(), year));
        let (is_there, found) = self.state.replica.with_untracked(|replica| {
            let subject = replica.document(subject.into());
            let found = subject.map(|it| (it.facts(), self.judged(it)));
            (replica.document(doc).is_some(), found)
        });
        if is_there {
            return Ok(doc);
        }
        let (facts, judged) = found.ok_or(Refusal::UnknownDocument)?;
        let criteria = self.state.criteria.get_untracked();
        let set = judged.and_then(|judged| criteria.judging(judged, year.last_day()));
        let set = set.ok_or(Refusal::WrongKind)?;
        let start = shared::change::Start {
            subject,
            title,
            year,
            criteria: set.id.clone(),
            facts,
        };
        self.record(doc, ChangeBody::Start(start))?;
        Ok(doc)
    }

    /// Whom a set is looked for when a subject's form is begun; the map is not tracked.
    pub fn judged(&self, subject: &Document) -> Option<Judged> {
        let tier = self
            .tree
            .with_untracked(|tree| Some(tree.get(subject.place)?.kind));
        Judged::subject(subject, tier)
    }

    /// Puts a piece of evidence on this phone and lists it in the form. `done` hears its hash when both are safe, or why not.
    pub fn attach(
        &self,
        form: DocumentId,
        piece: NewPiece,
        done: Callback<Result<FileHash, NotAttached>>,
    ) {
        let keeper = self.keeper.get_value();
        leptos::task::spawn_local(async move { done.run(keeper.attach(form, piece).await) });
    }

    /// An address under which this page can show a file of this phone; nothing when this phone has no such file.
    pub fn show_file(&self, hash: FileHash, done: Callback<Option<String>>) {
        let keeper = self.keeper.get_value();
        leptos::task::spawn_local(async move { done.run(keeper.show_file(hash).await) });
    }

    /// The files that this phone keeps, by hash; tracked.
    pub fn upload(&self, hash: FileHash) -> Option<Upload> {
        self.state.uploads.with(|it| it.get(&hash).cloned())
    }

    /// How many of this phone's files the server does not have yet, and how many bytes; tracked.
    pub fn waiting_files(&self) -> (usize, u64) {
        self.state.uploads.with(|uploads| {
            let waiting = uploads
                .values()
                .filter(|it| it.state == UploadState::Waiting);
            waiting.fold((0, 0), |(count, bytes), it| (count + 1, bytes + it.bytes))
        })
    }

    /// The file that is going up, and how many bytes of it the server has.
    pub fn carrying(&self) -> Signal<Option<(FileHash, u64)>> {
        self.state.carrying.into()
    }

    /// Whether there is room on this phone for another photo.
    pub fn room(&self) -> Signal<Room> {
        self.state.room.into()
    }

    /// Tries whether there is room, unless that was tried a moment ago.
    pub fn look_for_room(&self) {
        self.keeper.get_value().look_for_room();
    }

    /// Seals what waits into a file and hands it to another app of the phone. `title` is what that app shows.
    pub fn hand_over(&self, title: String, done: Callback<Handed>) {
        let keeper = self.keeper.get_value();
        leptos::task::spawn_local(async move { done.run(keeper.hand_over(title).await) });
    }

    /// Asks for an exchange with the server now.
    pub fn send_now(&self) {
        self.keeper.get_value().send_now();
    }

    /// Throws a refused change away, because a person said so; inside an act, so that it can be taken back.
    pub fn discard(&self, change: ChangeId) -> Result<(), Refusal> {
        self.keeper.get_value().discard(change)
    }

    /// Whether a change would be taken, as far as this phone knows; tracked.
    pub fn would_take(&self, doc: DocumentId, body: &ChangeBody) -> bool {
        let change = Change {
            id: ChangeId::from_uuid(uuid::Uuid::nil()),
            doc,
            seen: None,
            made_at: clock::now(),
            body: body.clone(),
        };
        self.with(|replica| {
            replica
                .look(&change, self.state.criteria.get_untracked().sets())
                .is_ok()
        })
    }

    /// Hands a text to another app of the phone, or to the clipboard. `done` hears whether anything took it.
    pub fn share(&self, text: String, done: Callback<bool>) {
        leptos::task::spawn_local(
            async move { done.run(crate::offline::device::share(&text).await) },
        );
    }

    /// Signs in at the server and opens the person's own store. `done` hears who it is, or why not.
    pub fn log_in(
        &self,
        request: shared::api::LoginRequest,
        done: Callback<Result<Session, NotSignedIn>>,
    ) {
        let store = *self;
        leptos::task::spawn_local(async move {
            let answer = net::login(&request).await;
            if let Ok(session) = &answer {
                store.sign_in(session.clone());
            }
            done.run(answer);
        });
    }

    /// Somebody signed in: their own store opens.
    pub fn sign_in(&self, session: Session) {
        self.keeper.get_value().sign_in(session);
    }

    /// The person signs out. What was not sent stays on the device for their return (see [`Self::left_behind`]).
    pub fn sign_out(&self) {
        self.keeper.get_value().sign_out();
    }

    /// Whether the person has put the guide of the first minute away.
    pub fn coached(&self) -> bool {
        self.user().is_some_and(session::coached)
    }

    pub fn keep_coached(&self) {
        if let Some(user) = self.user() {
            session::keep_coached(user);
        }
    }

    /// Whether the browser promised to keep the phone's storage. `None` until it has answered.
    pub fn persisted(&self) -> Signal<Option<bool>> {
        self.state.persisted.into()
    }

    pub fn install(&self) -> Signal<InstallOffer> {
        self.state.install.into()
    }

    /// Opens the browser's own question about installing.
    pub fn prompt_install(&self) {
        self.keeper.get_value().prompt_install();
    }

    /// Whether a new version waits and nothing would be lost by taking it now.
    pub fn update_ready(&self) -> Signal<bool> {
        let state = self.state;
        Signal::derive(move || {
            state.update_waiting.get()
                && state
                    .saved
                    .with(|saved| matches!(saved, Saving::Idle | Saving::Saved))
        })
    }

    /// Takes the new version; the page reloads once.
    pub fn apply_update(&self) {
        self.keeper.get_value().apply_update();
    }

    pub(super) fn user(&self) -> Option<UserId> {
        self.state
            .session
            .with_untracked(|session| session.as_ref().map(|it| it.actor.user))
    }
}

/// The store before anybody's is open.
pub(super) fn nobodys() -> Replica {
    let nobody = Actor {
        user: UserId::from_uuid(uuid::Uuid::nil()),
        name: String::new(),
        role: Role::Auditor,
        scope: Scope::Villages(Default::default()),
    };
    Replica::restore(nobody, Stored::default(), &[], UNDERSTANDS)
}

fn new_subject() -> SubjectId {
    SubjectId::from_uuid(uuid::Uuid::now_v7())
}
