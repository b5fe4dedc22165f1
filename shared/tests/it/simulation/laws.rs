//! The laws. Each is judged from outside: by what was tapped, what is on the disks, what is in the database and what went
//! over the wire, and not by what the engine says of itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use shared::access::{Actor, Role, Scope};
use shared::assessment::Move;
use shared::change::{Change, ChangeBody, Context, Refusal, admit};
use shared::decision::{self, Numbered};
use shared::derive::derive;
use shared::document::{About, Document, FieldName, Scorer};
use shared::ids::{ChangeId, DocumentId, EpochId, UnitId};
use shared::membership::{self, Base};
use shared::merge;
use shared::rollup;
use shared::sync::{
    Logged, Outcome, Pending, PendingState, Replica, Stored, SyncRequest, UNDERSTANDS,
};

use super::places;
use super::script::{SECOND, Time};
use super::server::{Caller, Entry, server_criteria};
use super::world::{TabKey, World, doc, short};

/// The longest JSON text of a document: what is promised, and room for the brackets.
const DOCUMENT_MAX: usize = 300 * 1024;
/// How many values may stand beside the one that stands.
const RIVALS_MAX: usize = 8;

/// What must never be otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// Everything tapped is on the phone or on the server.
    NothingIsLost,
    /// Nothing is refused as unknown because a restored server was told things in another order than the first time.
    NothingIsOrphaned,
    /// Every change has one receipt for ever, and a receipt that was given is in the log.
    OneReceipt,
    /// No value goes without its next author having seen it, or standing beside it as a rival.
    NothingIsOverwrittenSilently,
    /// What somebody had seen when they wrote is no rival of what they wrote.
    NobodyQuarrelsWithThemselves,
    /// The documents are what the changes that were received made of them.
    DocumentsFollowTheLog,
    /// All phones of a scope hold the same, and it is what the server holds.
    PhonesConverge,
    /// A phone whose app was updated holds what the older app could not read, and does not ask for an update any more.
    UpdatesCatchUp,
    /// What a screen shows is the pending changes applied to what was confirmed.
    ViewsAreFolded,
    /// The totals are what a recount gives.
    RollupIsRecount,
    /// Whatever the map says today: who answers for a village may change what lies in it, and may go on doing so while
    /// their phone does not know that map, or knows it before its documents do.
    MapsRefuseNobody,
    /// Nobody receives a document outside their scope, or keeps one that has left it.
    ScopeHolds,
    /// A change put aside never stops another, and none is put aside for another's fault.
    OthersGoOn,
    /// A number of a feed belongs to one state.
    NumbersAreUnique,
    /// A form lies where its subject lies, and knows of it what the subject says.
    FormsFollowTheirSubject,
    /// An open form says of those who belong to its subject what a recount says.
    MembersAreCounted,
    /// A form is proposed by the draft that lists it, and holds its title by a decision that was signed.
    DecisionsMoveTheirList,
    /// One decision of a unit has a number in a year.
    NumbersStandOnce,
    /// Nobody belongs to somebody who was merged into another, and no form of theirs takes part.
    MergedTakeNoPart,
    /// Nobody is turned away because of what another account sent.
    NeighboursGoOn,
    /// Every document can be written by every database, read again, and carried to a phone.
    DocumentsSurvive,
    /// What leaves a phone is on its disk as offered.
    MarkedBeforeItLeaves,
    /// Only the tab that has the browser's lock talks to the server.
    OneTabSpeaks,
    /// The engine does not panic.
    NoPanic,
}

/// A law was broken.
#[derive(Clone, Debug)]
pub struct Broken {
    pub law: Law,
    pub what: String,
    pub at: Time,
}

/// A change that somebody tapped.
#[derive(Clone, Debug)]
pub struct Tapped {
    /// The id under which it was tapped; ids of a device go up. A second attempt has another.
    pub first: ChangeId,
    pub device: usize,
    pub person: usize,
    /// The screen has said that it is saved.
    pub saved: bool,
    /// A second thought of the same author took its place.
    pub replaced_by: Option<ChangeId>,
    /// The author threw it away.
    pub discarded: bool,
    /// The document it changes.
    pub document: DocumentId,
    /// The author's device held that document from the server.
    pub was_confirmed: bool,
}

/// What is remembered to judge by.
#[derive(Debug, Default)]
pub struct Laws {
    pub taps: BTreeMap<ChangeId, Tapped>,
    pub given: BTreeMap<(EpochId, ChangeId), Outcome>,
    /// Who made a document on which device, and with which change.
    pub makers: BTreeMap<(DocumentId, usize, usize), ChangeId>,
    /// The writers of its field that the author of a change had seen, one after the other.
    pub seen: BTreeMap<ChangeId, BTreeSet<ChangeId>>,
    pub broken: Option<Broken>,
    commits: u64,
}

impl World {
    /// Everything that the screen called saved is on the phone, or the server has received it.
    pub fn check_kept(&mut self, device: usize, person: usize) {
        let disk = self.devices[device].disks.get(&person);
        let none = Stored::default();
        let disk = disk.unwrap_or(&none);
        let on_disk: BTreeSet<ChangeId> = disk
            .pending
            .iter()
            .chain(&disk.sent)
            .filter_map(|pending| pending.id())
            .collect();
        let is_there = |id: ChangeId| on_disk.contains(&id) || self.is_received(id);
        let lost = self.laws.taps.iter().find(|(id, tapped)| {
            let is_his = tapped.device == device && tapped.person == person;
            is_his && self.is_owed(tapped, is_there) && !is_there(**id)
        });
        if let Some((id, _)) = lost {
            let id = *id;
            self.breaks(
                Law::NothingIsLost,
                format!(
                    "{} of person {person} is neither on device {device} nor received",
                    short(id)
                ),
            );
        }
    }

    pub fn check_all_kept(&mut self) {
        for device in 0..self.devices.len() {
            for person in self.script.devices[device].people.clone() {
                self.check_kept(device, person);
            }
        }
    }

    /// Whether the author may rely on a change: the screen called it saved, and no second thought of theirs has taken its
    /// place.
    fn is_owed(&self, tapped: &Tapped, is_there: impl Fn(ChangeId) -> bool) -> bool {
        let mut later = tapped.replaced_by;
        while let Some(id) = later {
            let tapped = self.laws.taps.get(&id);
            // The second thought is owed now, or it is there.
            if tapped.is_some_and(|tapped| tapped.saved) || is_there(id) {
                return false;
            }
            later = tapped.and_then(|tapped| tapped.replaced_by);
        }
        tapped.saved && !tapped.discarded
    }

    fn is_received(&self, id: ChangeId) -> bool {
        let known = self.server.db.log.get(&id);
        known.is_some_and(|known| known.outcome.is_received())
    }

    /// A tab sends something. Not judged: a tab that the browser held back, which may not have heard yet that another one
    /// leads, and browsers without locks, where every tab does.
    pub fn check_speaks(&mut self, key: TabKey) {
        let device = &self.devices[key.device];
        let Some(tab) = device.tabs.get(&key.tab) else {
            return;
        };
        let Some(lock) = device.locks.get(&tab.person) else {
            return;
        };
        let is_moving = self.queue.now < lock.since + SECOND;
        if device.shape.has_locks && !tab.was_frozen && !is_moving && lock.holder != Some(key.tab) {
            let what = format!("tab {key:?} sends, and {:?} leads", lock.holder);
            self.breaks(Law::OneTabSpeaks, what);
        }
    }

    /// A tab sends changes. Not judged: a storage that took longer than the app's patience, because of itself or because the
    /// browser held the tab back; and browsers without locks, where two tabs write the same entry.
    pub fn check_marked(&mut self, key: TabKey, request: &SyncRequest) {
        let device = &self.devices[key.device];
        let Some(tab) = device.tabs.get(&key.tab) else {
            return;
        };
        let Some(disk) = device.disks.get(&tab.person) else {
            return;
        };
        let sent: BTreeSet<ChangeId> = request.changes.iter().filter_map(|it| it.id()).collect();
        let is_waiting = |it: &&Pending| it.state == PendingState::Waiting;
        let mut waiting = disk
            .pending
            .iter()
            .filter(is_waiting)
            .filter_map(Pending::id);
        if device.shape.has_locks
            && !device.was_strained
            && !tab.was_frozen
            && let Some(id) = waiting.find(|id| sent.contains(id))
        {
            let what = format!("{} leaves tab {key:?} and is stored as waiting", short(id));
            self.breaks(Law::MarkedBeforeItLeaves, what);
        }
    }

    /// A receipt goes out.
    pub fn check_receipt(&mut self, epoch: EpochId, change: ChangeId, outcome: &Outcome) {
        // A change that this server does not understand has no receipt yet.
        if *outcome == Outcome::Refused(Refusal::NotUnderstood) {
            return;
        }
        match self.laws.given.get(&(epoch, change)) {
            Some(given) if given != outcome => {
                let what = format!("{}: first {given:?}, then {outcome:?}", short(change));
                self.breaks(Law::OneReceipt, what);
            }
            Some(_) => {}
            None => {
                self.laws.given.insert((epoch, change), outcome.clone());
            }
        }
        if self.server.db.epoch == epoch {
            let logged = self.server.db.log.get(&change).map(|known| &known.outcome);
            if logged != Some(outcome) {
                let what = format!(
                    "{} was answered {outcome:?}, the log says {logged:?}",
                    short(change)
                );
                self.breaks(Law::OneReceipt, what);
            }
        }
    }

    /// A document goes out to a person.
    pub fn check_scope(&mut self, caller: &Caller, document: &Document) {
        if !self.answers_for(caller, document.shard, document.place) {
            let what = format!(
                "person {} was sent {} of village {} in commune {}",
                caller.person,
                doc(document.id),
                places::number(document.place),
                places::number(document.shard)
            );
            self.breaks(Law::ScopeHolds, what);
        }
    }

    /// Whether somebody answers for a village or its commune, by their units and the map.
    fn answers_for(&self, caller: &Caller, shard: UnitId, place: UnitId) -> bool {
        let (tree, day) = (&caller.tree, caller.day);
        let mut today = caller.units.iter().flat_map(|unit| tree.today(*unit, day));
        match self.people[caller.person].role {
            Role::VillageOfficer | Role::Surveyor => today
                .flat_map(|unit| tree.villages_under(unit.id, day))
                .any(|village| village.id == place),
            Role::CommuneOfficer | Role::CommuneLeader => today.any(|unit| unit.id == shard),
            // What lies in the area itself. What its communes have is looked at elsewhere.
            Role::AreaOfficer | Role::AreaLeader => {
                today.any(|unit| unit.id == shard && unit.kind.is_above_communes())
            }
            _ => false,
        }
    }

    /// Somebody's change was refused because it lies outside of what they answer for.
    pub fn check_own_village(&mut self, caller: &Caller, logged: &Logged, before: &[Logged]) {
        // Where what was decided just before it, in the same transaction, has put the document, or the family that it
        // follows.
        let form = self.server.db.documents.get(&logged.change.doc);
        let subject = form.and_then(|form| Some(form.assessment()?.subject.into()));
        let moved = before.iter().rev().find_map(|earlier| {
            let mut about = logged.change.rests_on().chain(subject);
            let is_about =
                earlier.change.doc == logged.change.doc || about.any(|it| it == earlier.change.doc);
            let is_received = earlier.outcome.is_received();
            let (_, place) = earlier
                .change
                .goes_to()
                .filter(|_| is_about && is_received)?;
            Some(place)
        });
        let place = match &logged.change.body {
            ChangeBody::Register(registration) => Some(registration.place),
            _ => {
                let documents = &self.server.db.documents;
                let document = documents.get(&logged.change.doc).or_else(|| {
                    let subject = logged.change.rests_on().next()?;
                    documents.get(&subject)
                });
                moved.or(document.map(|document| document.place))
            }
        };
        let Some(place) = place else { return };
        let is_theirs = |place| {
            let commune = caller.tree.commune_of(place, caller.day);
            let home = commune.map_or(place, |commune| commune.id);
            self.answers_for(caller, home, place)
        };
        // Nobody gives a family to another commune that they do not answer for.
        let goes_to = match &logged.change.body {
            ChangeBody::Move { place, .. } => Some(*place),
            _ => None,
        };
        if is_theirs(place) && goes_to.is_none_or(is_theirs) {
            let what = format!(
                "the server refused {} of person {} in village {}",
                short(logged.change.id),
                caller.person,
                places::number(place)
            );
            self.breaks(Law::MapsRefuseNobody, what);
        }
    }

    /// A phone refused what somebody wanted to do with a document in front of them.
    pub fn check_refused_tap(&mut self, key: TabKey, document: DocumentId) {
        let Some(tab) = self.devices[key.device].tabs.get(&key.tab) else {
            return;
        };
        let place = tab
            .replica
            .document(document)
            .map(|document| document.place);
        let is_own = match &tab.replica.actor().scope {
            Scope::Villages(villages) => {
                villages.iter().any(|(_, village)| Some(*village) == place)
            }
            _ => false,
        };
        if is_own {
            let what = format!("device {} refused a tap on {}", key.device, doc(document));
            self.breaks(Law::MapsRefuseNobody, what);
        }
    }

    /// A document goes into the database.
    pub fn check_document(&mut self, document: &Document) {
        let text = serde_json::to_string(document).unwrap_or_default();
        let read: Option<Document> = serde_json::from_str(&text).ok();
        // PostgreSQL keeps no NUL in JSON; names go into paths and columns.
        let is_plain = |name: &FieldName| {
            let is_plain = |byte: &u8| byte.is_ascii_graphic();
            name.as_str().len() <= 128 && name.as_str().as_bytes().iter().all(is_plain)
        };
        let wrong = if read.as_ref() != Some(document) {
            "is another when it is read again"
        } else if text.contains("\\u0000") {
            "holds a character that no database keeps"
        } else if text.len() > DOCUMENT_MAX {
            "is larger than a phone carries"
        } else if !document.fields.keys().all(is_plain) {
            "has a field without a proper name"
        } else if document.conflicts.values().any(|it| it.len() > RIVALS_MAX) {
            "has more rivals than anybody can choose from"
        } else {
            return;
        };
        self.breaks(
            Law::DocumentsSurvive,
            format!("{} {wrong}", doc(document.id)),
        );
    }

    /// A transaction has been committed.
    pub fn check_database(&mut self) {
        self.laws.commits += 1;
        // A recount is dear; one in so many, and one at the end, finds the same.
        if self.laws.commits.is_multiple_of(8) {
            self.check_recount();
            self.check_members();
            self.check_decisions();
            self.check_merges();
        }
    }

    fn check_recount(&mut self) {
        let db = &self.server.db;
        let recounted = rollup::recount(db.documents.values(), server_criteria());
        if db.rollup != recounted {
            let what = format!("kept {:?}, counted {recounted:?}", db.rollup);
            self.breaks(Law::RollupIsRecount, what);
        }
    }

    fn check_members(&mut self) {
        let documents = &self.server.db.documents;
        let counted = |form: &&Document| {
            let count =
                |base: &Base| membership::count(base, form, documents.values(), server_criteria());
            let said = form.assessment().map(|head| &head.counted);
            let numbers = membership::numbers(form, count);
            numbers.is_none_or(|numbers| said == Some(&numbers))
        };
        if let Some(form) = documents.values().find(|form| !counted(form)) {
            let count =
                |base: &Base| membership::count(base, form, documents.values(), server_criteria());
            let what = format!(
                "{} says {:?} and is counted {:?}",
                doc(form.id),
                form.assessment().map(|head| &head.counted),
                membership::numbers(form, count)
            );
            self.breaks(Law::MembersAreCounted, what);
        }
    }

    /// What a tab shows is what its store makes of it when it is read again.
    pub fn check_view(&mut self, key: TabKey) {
        let device = &self.devices[key.device];
        let Some(tab) = device.tabs.get(&key.tab) else {
            return;
        };
        let replica = &tab.replica;
        let shown: BTreeMap<DocumentId, &Document> = replica
            .documents()
            .map(|document| (document.id, document))
            .collect();
        let confirmed = shown.keys().filter_map(|id| replica.confirmed(*id));
        let stored = Stored {
            documents: confirmed.cloned().collect(),
            pending: replica.outbox().entries().to_vec(),
            ..Stored::default()
        };
        let fresh = Replica::restore(
            replica.actor().clone(),
            stored,
            device.criteria(),
            UNDERSTANDS,
        );
        let folded: BTreeMap<DocumentId, &Document> = fresh
            .documents()
            .map(|document| (document.id, document))
            .collect();
        if shown != folded {
            let ids = shown.keys().chain(folded.keys());
            let odd = ids.copied().find(|id| shown.get(id) != folded.get(id));
            let what = format!(
                "tab {} of device {} shows {} otherwise than its store",
                key.tab,
                key.device,
                odd.map(doc).unwrap_or_default()
            );
            self.breaks(Law::ViewsAreFolded, what);
        }
    }

    /// Everything is mended and everybody was here: now all must be in its place.
    pub fn check_the_end(&mut self) {
        self.check_recount();
        self.check_members();
        self.check_decisions();
        self.check_merges();
        self.check_numbers();
        self.check_history();
        self.check_forms();
        self.check_all_kept();
        for device in 0..self.devices.len() {
            for person in self.script.devices[device].people.clone() {
                self.check_convergence(device, person);
                self.check_outbox(device, person);
            }
        }
        self.check_fates();
        self.check_orphans();
    }

    fn check_numbers(&mut self) {
        let db = &self.server.db;
        let mut taken = BTreeSet::new();
        let documents = db.documents.values().map(|it| (it.shard, it.seq));
        let departures = db.departures.values().map(|it| (it.shard, it.seq));
        for (shard, seq) in documents.chain(departures) {
            let last = db.seqs.get(&shard).copied().unwrap_or(0);
            if !taken.insert((shard, seq)) || seq == 0 || seq > last {
                let what = format!("number {seq} of commune {}", places::number(shard));
                self.breaks(Law::NumbersAreUnique, what);
                return;
            }
        }
    }

    fn check_forms(&mut self) {
        let documents = &self.server.db.documents;
        let follows = |form: &&Document| {
            let Some(head) = form.assessment() else {
                return true;
            };
            documents.get(&head.subject.into()).is_none_or(|subject| {
                let lies_there = (form.shard, form.place) == (subject.shard, subject.place);
                lies_there && head.facts == subject.facts()
            })
        };
        if let Some(form) = documents.values().find(|form| !follows(form)) {
            let what = format!("{} is not where or what its family is", doc(form.id));
            self.breaks(Law::FormsFollowTheirSubject, what);
        }
    }

    /// Plays the log again from the beginning.
    fn check_history(&mut self) {
        let mut documents: BTreeMap<DocumentId, Document> = BTreeMap::new();
        let mut wrong = None;
        for entry in &self.server.db.history {
            match entry {
                Entry::Moved { document, to } => {
                    if let Some(document) = documents.get_mut(document) {
                        document.shard = *to;
                    }
                }
                Entry::Counted { form, numbers } => {
                    let Some(form) = documents.get_mut(form) else {
                        continue;
                    };
                    if let About::Assessment(head) = &mut form.about {
                        head.counted = numbers.clone();
                    }
                }
                Entry::Decided { actor, logged, now } => {
                    let change = &logged.change;
                    let before = documents.get(&change.doc).cloned();
                    let context = Context {
                        actor,
                        criteria: server_criteria(),
                        find: &|id| documents.get(&id),
                    };
                    match (admit(before.clone(), change, &context), &logged.outcome) {
                        (Ok(admitted), Outcome::Received { .. }) => {
                            let mut after = admitted.document;
                            merge::resolve(&mut after, |id| documents.get(&id));
                            let seen = self.laws.seen.get(&change.id);
                            let overwritten =
                                silently_overwritten(before.as_ref(), &after, change, seen);
                            if let Some(field) = overwritten {
                                let what = format!(
                                    "{} lost the value of {field} to {}",
                                    doc(after.id),
                                    short(change.id)
                                );
                                wrong = wrong.or(Some((Law::NothingIsOverwrittenSilently, what)));
                            }
                            if let Some(seen) = self.quarrel(before.as_ref(), &after, change) {
                                let what = format!(
                                    "{} against {}, which its author had seen",
                                    short(change.id),
                                    short(seen)
                                );
                                wrong = wrong.or(Some((Law::NobodyQuarrelsWithThemselves, what)));
                            }
                            let find = |id| documents.get(&id);
                            let followers = match &before {
                                Some(before) if *before == after => Vec::new(),
                                Some(before) if matches!(change.body, ChangeBody::Merge(_)) => {
                                    let writer = change.writer(actor);
                                    merge::follow(change, before, &after, &documents, writer, *now)
                                }
                                _ if change.is_made_at_a_desk() => {
                                    let writer = change.writer(actor);
                                    decision::follow(
                                        change,
                                        &after,
                                        find,
                                        writer,
                                        server_criteria(),
                                    )
                                }
                                Some(_) => derive(&after, find, *now),
                                None => Vec::new(),
                            };
                            for after in std::iter::once(after).chain(followers) {
                                documents.insert(after.id, after);
                            }
                        }
                        (Err(refusal), Outcome::Refused(given)) if refusal == *given => {}
                        // Another paper had the number, which a change by itself does not tell.
                        (Ok(admitted), Outcome::Refused(Refusal::NumberTaken))
                            if is_numbered(&documents, &admitted.document) => {}
                        // Refused before it was looked at: there was nowhere to route it.
                        (_, Outcome::Refused(_)) if logged.shard.is_none() => {}
                        (again, outcome) => {
                            let what = format!(
                                "{} was {outcome:?} and is {again:?} when the log is played again",
                                short(change.id)
                            );
                            wrong = wrong.or(Some((Law::DocumentsFollowTheLog, what)));
                        }
                    }
                }
            }
        }
        let unnumbered = |document: &Document| Document {
            seq: 0,
            ..document.clone()
        };
        let stored = self.server.db.documents.values().map(unnumbered);
        let played = documents.values().map(unnumbered);
        if wrong.is_none() && !stored.eq(played) {
            let what = "the documents are not what the log makes of them".to_owned();
            wrong = Some((Law::DocumentsFollowTheLog, what));
        }
        if let Some((law, what)) = wrong {
            self.breaks(law, what);
        }
    }

    /// A new rival of a change whose author had seen it. Not judged: devices without locks, where two tabs offer at once;
    /// devices whose storage was slower than the app's patience, so that a tab read an edit whose author had thought again;
    /// stories with a restore, which tells changes in another order; and what rests on a change the server refused.
    fn quarrel(
        &self,
        before: Option<&Document>,
        after: &Document,
        change: &Change,
    ) -> Option<ChangeId> {
        let tapped = self.laws.taps.get(&change.id)?;
        let rests_on_refused = change.seen.is_some_and(|seen| {
            let known = self.server.db.log.get(&seen);
            // What no server can read stays behind when a letter brings what was written after it.
            self.poisoned.contains(&seen) || known.is_some_and(|known| !known.outcome.is_received())
        });
        let device = &self.devices[tapped.device];
        if !device.shape.has_locks
            || device.was_strained
            || rests_on_refused
            || self.tally.of("restores") > 0
        {
            return None;
        }
        let seen = self.laws.seen.get(&change.id)?;
        let field = change.field()?;
        let old = before.and_then(|before| before.conflicts.get(&field));
        let rivals = after.conflicts.get(&field)?.iter();
        let mut new = rivals.filter(|rival| old.is_none_or(|old| !old.contains(rival)));
        let rival = new.find(|rival| seen.contains(&rival.writer.change))?;
        Some(rival.writer.change)
    }

    /// Something was refused because there is no such document. Whoever made that document on the same device must have
    /// been heard before, if the server had ever taken it.
    pub fn check_own_order(&mut self, refused: &Logged, log: &[Logged]) {
        let Some(tapped) = self.laws.taps.get(&refused.change.id) else {
            return;
        };
        let maker = (refused.change.doc, tapped.device, tapped.person);
        let Some(made) = self.laws.makers.get(&maker).copied() else {
            return;
        };
        // What was never stored died with its phone. What was refused once, because another phone had not brought its part
        // back, is attempted in its own order.
        let made_by = self.laws.taps.get(&made);
        if made_by.is_some_and(|tapped| !tapped.saved || tapped.replaced_by.is_some()) {
            return;
        }
        // It may have been somebody else's document, that they only found there later.
        if made > tapped.first {
            return;
        }
        // A later life may have refused it, and then it stays before its author.
        let given = self.laws.given.iter().filter(|((_, id), _)| *id == made);
        let mut outcomes = given.map(|(_, outcome)| outcome.is_received());
        let was_taken = outcomes.next().is_some_and(|first| first) && outcomes.all(|it| it);
        let is_decided = self.server.db.log.contains_key(&made)
            || log.iter().any(|logged| logged.change.id == made);
        if was_taken && !is_decided {
            let what = format!(
                "{} was decided before {}, which made its document",
                short(refused.change.id),
                short(made)
            );
            self.breaks(Law::NothingIsOrphaned, what);
        }
    }

    fn check_convergence(&mut self, device: usize, person: usize) {
        let actor = self.actor_at_the_end(person);
        let disk = self.devices[device].disks.get(&person);
        let held: BTreeMap<DocumentId, &Document> = disk
            .iter()
            .flat_map(|disk| &disk.documents)
            .map(|document| (document.id, document))
            .collect();
        let documents = &self.server.db.documents;
        let theirs = |document: &Document| {
            // By the numbers of communes and villages, not by what the engine calls covered.
            match &actor.scope {
                Scope::All => true,
                Scope::Communes(communes) => communes.contains(&document.shard),
                Scope::Villages(villages) => villages.contains(&(document.shard, document.place)),
                Scope::Area { own, .. } => own.contains(&document.shard),
            }
        };
        let wanted: BTreeMap<DocumentId, &Document> = documents
            .iter()
            .filter(|(_, document)| document.decision().is_none() && theirs(document))
            .map(|(id, document)| (*id, document))
            .collect();
        let outside = held.keys().find(|id| !wanted.contains_key(id)).copied();
        let odd = wanted
            .iter()
            .find(|(id, document)| held.get(id) != Some(document))
            .map(|(id, _)| *id);
        let missing = odd.is_some_and(|id| !held.contains_key(&id));
        let lacked = self.script.devices[device].lacks;
        let was_unread = |id| {
            let document = wanted.get(&id);
            document.is_some_and(|it| lacked.is_some_and(|lacked| !lacked.is_read(it, device)))
        };
        let stepped_over = disk.and_then(|disk| disk.meta.stepped_over);
        if let Some(id) = outside {
            let what = format!(
                "device {device} still holds {} for person {person}",
                doc(id)
            );
            self.breaks(Law::ScopeHolds, what);
        } else if let Some(id) = odd.filter(|id| was_unread(*id)) {
            let what = format!(
                "device {device} still lacks {} for person {person} after its update",
                doc(id)
            );
            self.breaks(Law::UpdatesCatchUp, what);
        } else if let Some(understood) = stepped_over {
            let what = format!(
                "device {device} believes for person {person} that {understood} is all it understands"
            );
            self.breaks(Law::UpdatesCatchUp, what);
        } else if let Some(id) = odd {
            let what = format!(
                "device {device} {} {} for person {person}",
                if missing { "lacks" } else { "holds an old" },
                doc(id)
            );
            self.breaks(Law::PhonesConverge, what);
        }
    }

    /// Everybody could send: what still waits was stopped by another.
    fn check_outbox(&mut self, device: usize, person: usize) {
        let Some(disk) = self.devices[device].disks.get(&person) else {
            return;
        };
        let mut wrong = None;
        for pending in &disk.pending {
            let id = pending.id();
            let name = id.map_or("a change without an id".to_owned(), short);
            match &pending.state {
                PendingState::Waiting | PendingState::Offered => {
                    wrong = Some(format!(
                        "{name} of person {person} still waits on device {device}"
                    ));
                }
                PendingState::Refused { refusal, .. }
                    if *refusal == Refusal::NotUnderstood
                        && pending.change.known().is_some()
                        && id.is_some_and(|id| !self.poisoned.contains(&id)) =>
                {
                    wrong = Some(format!("{name} was put aside for another's fault"));
                }
                PendingState::Refused { .. } => {}
            }
        }
        if let Some(what) = wrong {
            self.breaks(Law::OthersGoOn, what);
        }
    }

    /// What everybody tapped has come to its end: it was received, or it lies refused before its author.
    fn check_fates(&mut self) {
        let lost = self.laws.taps.iter().find(|(id, tapped)| {
            let disk = self.devices[tapped.device].disks.get(&tapped.person);
            let is_told = |id: ChangeId| {
                let is_refused = disk.is_some_and(|disk| {
                    let mut refused = disk.pending.iter().filter(|pending| pending.is_refused());
                    refused.any(|pending| pending.id() == Some(id))
                });
                is_refused || self.is_received(id)
            };
            self.is_owed(tapped, is_told) && !is_told(**id)
        });
        if let Some((id, tapped)) = lost {
            let what = format!(
                "{} of person {} was neither received nor refused",
                short(*id),
                tapped.person
            );
            self.breaks(Law::NothingIsLost, what);
        }
    }

    /// Whoever changed what the server had is not left with the word that the server does not know it, while it lies in
    /// front of them.
    fn check_orphans(&mut self) {
        let is_orphan = |id: &ChangeId, tapped: &Tapped| {
            let disk = self.devices[tapped.device].disks.get(&tapped.person);
            let pending = disk.and_then(|disk| disk.pending.iter().find(|it| it.id() == Some(*id)));
            let is_unknown = pending.is_some_and(|pending| {
                matches!(
                    &pending.state,
                    PendingState::Refused { refusal, .. } if *refusal == Refusal::UnknownDocument
                )
            });
            let mut held = disk.iter().flat_map(|disk| &disk.documents);
            is_unknown && tapped.was_confirmed && held.any(|it| it.id == tapped.document)
        };
        let mut taps = self.laws.taps.iter();
        if let Some((id, tapped)) = taps.find(|(id, tapped)| is_orphan(id, tapped)) {
            let what = format!(
                "{} of person {} was refused, but {} is there",
                short(*id),
                tapped.person,
                doc(tapped.document)
            );
            self.breaks(Law::NothingIsOrphaned, what);
        }
    }

    fn actor_at_the_end(&self, person: usize) -> Actor {
        let db = &self.server.db;
        self.person_in(db, person).actor(&db.tree, self.server.day)
    }
}

/// Whether another document has the number that a decision would have.
fn is_numbered(documents: &BTreeMap<DocumentId, Document>, decision: &Document) -> bool {
    let number = Numbered::of(decision);
    let mut others = documents.values().filter(|it| it.id != decision.id);
    number.is_some() && others.any(|other| Numbered::of(other) == number)
}

/// A field whose standing value, or one of whose rivals, went without having been seen by the author of the change and
/// without being kept. What they had seen is remembered from when they tapped; of a second attempt, the change says it.
fn silently_overwritten(
    before: Option<&Document>,
    after: &Document,
    change: &Change,
    seen: Option<&BTreeSet<ChangeId>>,
) -> Option<String> {
    let before = before?;
    let has_seen = |writer: ChangeId| match seen {
        Some(seen) => seen.contains(&writer),
        None => change.seen == Some(writer),
    };
    for (field, value) in &before.fields {
        if became_a_remark(field, value, after, change) {
            continue;
        }
        let rivals = after.conflicts.get(field).into_iter().flatten();
        // Nobody can choose from more. The oldest gives way, and the log keeps it.
        let before_it = before.conflicts.get(field).map_or(0, Vec::len);
        let may_give_way = before_it == RIVALS_MAX;
        let is_kept = after.fields.get(field) == Some(value) || {
            let mut rivals = rivals.clone();
            rivals.any(|rival| rival.value == *value)
        };
        let is_written = change.field().as_ref() == Some(field);
        let writer = before.writer(field).map(|writer| writer.change);
        let was_seen = writer.is_none_or(has_seen);
        let is_settled = matches!(change.body, ChangeBody::Settle { .. });
        if !is_kept && !(is_written && (was_seen || is_settled)) {
            return Some(field.to_string());
        }
        for lost in before.conflicts.get(field).into_iter().flatten() {
            let is_kept = rivals.clone().any(|rival| rival == lost)
                || after.fields.get(field) == Some(&lost.value);
            let was_seen = has_seen(lost.writer.change);
            if !is_kept && !may_give_way && !(is_written && (was_seen || is_settled)) {
                return Some(field.to_string());
            }
        }
    }
    None
}

/// Whether the form was given back to the village, and what the commune had answered stands beside the criterion. Whoever
/// gives a form back has done with all that the commune answered, also with two answers that had yet to be chosen from.
fn became_a_remark(field: &FieldName, value: &Value, after: &Document, change: &Change) -> bool {
    let ChangeBody::Advance(Move::Return { .. } | Move::Reopen) = &change.body else {
        return false;
    };
    let Some((Scorer::Commune, code)) = field.as_answer() else {
        return false;
    };
    let head = after.assessment().expect("only forms are given back");
    let remark = head.remarks.get(&code).and_then(|remark| remark.answer);
    let kept = remark.map(|answer| serde_json::to_value(answer).expect("answers are JSON"));
    kept.unwrap_or(Value::Null) == *value
}
