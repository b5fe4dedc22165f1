//! The phone's store of one user: documents as the server confirmed them, changes on top, and where the feed was left.
//!
//! The replica does no I/O. Every call that alters it returns the [`Write`]s that make the alteration durable; the
//! caller commits them in one transaction of the browser's database before anything says "saved". A test, or the
//! simulation, commits them to a map.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::PROTOCOL;
use super::messages::{Carried, Outcome, SyncRequest, SyncResponse};
use super::outbox::{Failure, Outbox, Pending, PendingState};
use crate::SortedMap;
use crate::access::{Actor, role_may};
use crate::change::{Change, Context, Refusal, admit, apply};
use crate::criteria::CriteriaSet;
use crate::derive::derive;
use crate::document::{Document, Seq};
use crate::ids::{ChangeId, DeviceId, DocumentId, EpochId, ServerId, UnitId};

/// Where the feed was left, and whom it was with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Meta {
    pub server: Option<ServerId>,
    pub epoch: Option<EpochId>,
    pub scope: Option<String>,
    pub cursors: SortedMap<UnitId, Seq>,
    /// When the server last answered, by its clock and by the phone's.
    pub last_contact: Option<Contact>,
    /// The fingerprint of the documents that were held there. A tab that was frozen may store an old answer after another
    /// tab has begun afresh; then the documents are not those of the cursors, and are read again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<u64>,
    /// What the app understood ([`super::UNDERSTANDS`]) that met a document it could not read, and went on in the feed.
    /// Nothing while every document up to the cursors could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stepped_over: Option<u16>,
}

impl Meta {
    /// Whether the feed was left in the same place.
    fn is_at(&self, other: &Meta) -> bool {
        let place = |meta: &Meta| (meta.server, meta.epoch, meta.scope.clone());
        place(self) == place(other) && self.cursors == other.cursors
    }
}

/// A number that tells sets of documents in their states apart, whatever their order.
fn fingerprint<'a>(documents: impl IntoIterator<Item = &'a Document>) -> u64 {
    // Stafford's variant 13 of the MurmurHash3 finalizer; it is stored, so it stays as it is.
    let mix = |mut number: u64| {
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    };
    let of = |document: &Document| {
        let (id, shard) = (document.id.as_uuid(), document.shard.as_uuid());
        let parts = [id.as_u64_pair(), shard.as_u64_pair(), (document.seq, 0)];
        parts.into_iter().fold(1, |mixed, (high, low)| {
            mix(mix(mixed ^ high).wrapping_add(low))
        })
    };
    documents.into_iter().map(of).fold(0, |all, one| all ^ one)
}

/// Refused changes that documents of the server show nevertheless. Another life of the server had refused them; this one
/// has them, and a document that shows somebody's hand is as good as a receipt.
fn shown<'a>(
    outbox: &Outbox,
    actor: &Actor,
    documents: impl IntoIterator<Item = &'a Document>,
) -> BTreeSet<ChangeId> {
    let refused: BTreeSet<ChangeId> = outbox.refused().filter_map(Pending::id).collect();
    if refused.is_empty() {
        return refused;
    }
    let writers = documents.into_iter().flat_map(Document::writers);
    let own = writers.filter(|writer| writer.by == actor.user);
    own.map(|writer| writer.change)
        .filter(|change| refused.contains(change))
        .collect()
}

/// Two clocks at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    pub server: DateTime<Utc>,
    pub device: DateTime<Utc>,
}

/// Everything a phone stores for a user, as read back at start.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    pub meta: Meta,
    pub documents: Vec<Document>,
    pub pending: Vec<Pending>,
    /// Changes the server has received, kept in case it is restored from a backup.
    pub sent: Vec<Pending>,
}

impl Stored {
    /// Makes one alteration, as a database would.
    pub fn write(&mut self, write: Write) {
        match write {
            Write::PutMeta(meta) => self.meta = meta,
            Write::PutDocument(document) => {
                self.documents.retain(|it| it.id != document.id);
                self.documents.push(document);
            }
            Write::DropDocument(id) => self.documents.retain(|it| it.id != id),
            Write::ClearDocuments => self.documents.clear(),
            Write::PutPending(pending) => put(&mut self.pending, pending),
            Write::DropPending(id) => self.pending.retain(|it| it.id() != Some(id)),
            Write::PutSent(pending) => put(&mut self.sent, pending),
            Write::DropSent(id) => self.sent.retain(|it| it.id() != Some(id)),
        }
    }
}

fn put(entries: &mut Vec<Pending>, pending: Pending) {
    // One whose id cannot be read is known by its order.
    entries.retain(|it| match pending.id() {
        Some(id) => it.id() != Some(id),
        None => it.id().is_some() || it.order != pending.order,
    });
    entries.push(pending);
}

/// One alteration of what is stored.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    PutMeta(Meta),
    PutDocument(Document),
    DropDocument(DocumentId),
    ClearDocuments,
    PutPending(Pending),
    DropPending(ChangeId),
    PutSent(Pending),
    DropSent(ChangeId),
}

/// A reply that must not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyRefused {
    /// It comes from another server than the one this phone's data belongs to.
    OtherServer,
}

/// What the status strip says.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Status {
    pub waiting: usize,
    pub refused: usize,
    pub oldest: Option<DateTime<Utc>>,
    pub last_contact: Option<DateTime<Utc>>,
    pub retry_at: Option<DateTime<Utc>>,
    pub failures: u32,
    /// There are documents that only a newer app can read, or read in their newest state.
    pub is_outdated: bool,
}

/// Documents that may look otherwise than they did.
#[derive(Clone, Debug, PartialEq)]
pub enum Touched {
    /// Everything was read anew.
    All,
    Some(BTreeSet<DocumentId>),
}

/// How many received changes are kept for the day a server is restored from a backup.
pub const SENT_KEPT: usize = 5_000;

/// The store of one user on one device.
#[derive(Clone, Debug)]
pub struct Replica {
    actor: Actor,
    meta: Meta,
    confirmed: BTreeMap<DocumentId, Document>,
    pub(super) outbox: Outbox,
    /// By order, and by id for what two tabs tapped at one moment.
    sent: BTreeMap<(u64, Option<ChangeId>), Pending>,
    /// Documents as they look with the pending changes applied; only those that have any.
    views: BTreeMap<DocumentId, Document>,
    /// Where the feed was left when the exchange under way began.
    asked_at: Option<Meta>,
    /// The stored documents are not those of the cursors, or an older app could not read some of them.
    mixed: bool,
    /// What this app can read of a document.
    understands: u16,
    touched: Touched,
}

/// The scope of somebody whose documents are to be read afresh: the server knows none of this name.
const NO_SCOPE: &str = "";

impl Replica {
    /// Opens what is stored, by an app that understands so much ([`super::UNDERSTANDS`]).
    pub fn restore(
        actor: Actor,
        stored: Stored,
        criteria: &[CriteriaSet],
        understands: u16,
    ) -> Self {
        let Meta {
            held, stepped_over, ..
        } = stored.meta;
        let mixed = held.is_some_and(|held| held != fingerprint(&stored.documents))
            || stepped_over.is_some_and(|understood| understood < understands);
        let mut outbox = Outbox::restore(stored.pending);
        let last_sent = stored.sent.iter().map(|pending| pending.order).max();
        outbox.go_on_after(last_sent);
        // A receipt holds in the life of the server that gave it. Two tabs can store one and a later epoch in any order.
        let epoch = stored.meta.epoch;
        let (mut sent, forgotten): (Vec<Pending>, Vec<Pending>) = stored
            .sent
            .into_iter()
            .partition(|pending| pending.known_in.is_none_or(|known| Some(known) == epoch));
        outbox.offer_again(forgotten);
        for id in shown(&outbox, &actor, &stored.documents) {
            sent.extend(outbox.received(id).map(|pending| Pending {
                state: PendingState::Offered,
                known_in: epoch,
                ..pending
            }));
        }
        // Another tab may have put a change aside that one of these had seen.
        outbox.see_past_refused();
        let mut replica = Self {
            actor,
            meta: stored.meta,
            confirmed: stored
                .documents
                .into_iter()
                .map(|document| (document.id, document))
                .collect(),
            outbox,
            sent: sent
                .into_iter()
                .map(|pending| ((pending.order, pending.id()), pending))
                .collect(),
            views: BTreeMap::new(),
            asked_at: None,
            mixed,
            understands,
            touched: Touched::All,
        };
        replica.view_again(criteria);
        replica
    }

    /// Takes over what another tab stored. How the last exchanges went is kept.
    pub fn reload(&mut self, stored: Stored, criteria: &[CriteriaSet]) {
        let mut fresh = Self::restore(self.actor.clone(), stored, criteria, self.understands);
        fresh.outbox.resume(&self.outbox);
        fresh.asked_at = self.asked_at.take();
        *self = fresh;
    }

    /// See [`Outbox::set_offered_elsewhere`].
    pub fn set_offered_elsewhere(&mut self, elsewhere: bool) {
        self.outbox.set_offered_elsewhere(elsewhere);
    }

    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The actor as the server last described them: another role or scope, the same person.
    pub fn set_actor(&mut self, actor: Actor) {
        self.actor = actor;
    }

    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Whether a store reads like this replica: where the feed was left, what waits, and nothing received that it has not
    /// heard of. Every exchange and every tap alters one of these, so they tell whether another tab has altered anything.
    pub fn is_at(
        &self,
        meta: &Meta,
        pending: &[Pending],
        sent: impl IntoIterator<Item = ChangeId>,
    ) -> bool {
        let heard_of: BTreeSet<ChangeId> = self
            .sent
            .values()
            .chain(self.outbox.entries())
            .filter_map(Pending::id)
            .collect();
        let mut sent = sent.into_iter();
        self.meta == *meta
            && self.outbox.entries() == pending
            && sent.all(|id| heard_of.contains(&id))
    }

    /// A document as it looks on this phone.
    pub fn document(&self, id: DocumentId) -> Option<&Document> {
        self.views.get(&id).or_else(|| self.confirmed.get(&id))
    }

    /// All documents as they look on this phone.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        let only_here = self
            .views
            .iter()
            .filter(|(id, _)| !self.confirmed.contains_key(id))
            .map(|(_, document)| document);
        self.confirmed
            .iter()
            .map(|(id, document)| self.views.get(id).unwrap_or(document))
            .chain(only_here)
    }

    /// What may look otherwise since this was last asked, so that lists need not be made anew for every tap.
    pub fn take_touched(&mut self) -> Touched {
        std::mem::replace(&mut self.touched, Touched::Some(BTreeSet::new()))
    }

    fn touch(&mut self, ids: impl IntoIterator<Item = DocumentId>) {
        if let Touched::Some(touched) = &mut self.touched {
            touched.extend(ids);
        }
    }

    /// Changes that the server has received, in the order tapped, as far as they are kept.
    pub fn sent(&self) -> impl DoubleEndedIterator<Item = &Pending> {
        self.sent.values()
    }

    /// A document as the server confirmed it.
    pub fn confirmed(&self, id: DocumentId) -> Option<&Document> {
        self.confirmed.get(&id)
    }

    /// Whether something tapped for the document has not been received yet.
    pub fn has_unsent(&self, id: DocumentId) -> bool {
        self.outbox
            .waiting()
            .filter_map(|pending| pending.change.known())
            .any(|change| change.doc == id)
    }

    pub fn status(&self) -> Status {
        Status {
            waiting: self.outbox.waiting().count(),
            refused: self.outbox.refused().count(),
            oldest: self.outbox.oldest(),
            last_contact: self.meta.last_contact.map(|contact| contact.device),
            retry_at: self.outbox.retry_at(),
            failures: self.outbox.failures(),
            is_outdated: self
                .meta
                .stepped_over
                .is_some_and(|understood| understood >= self.understands),
        }
    }

    /// Takes in a change that was just tapped. A change that the rules refuse is not taken in; the screen says why.
    pub fn record(
        &mut self,
        change: Change,
        criteria: &[CriteriaSet],
    ) -> Result<Vec<Write>, Refusal> {
        let (writes, _) = self.take_in(change, criteria)?;
        Ok(writes)
    }

    /// Takes in a change, and returns the unsent edit that it replaced.
    pub(super) fn take_in(
        &mut self,
        change: Change,
        criteria: &[CriteriaSet],
    ) -> Result<(Vec<Write>, Option<Pending>), Refusal> {
        let document = self.look(&change, criteria)?;
        let known_in = self.known_in(&change);
        let (pending, replaced) = self.outbox.push_known(change, known_in);
        let (id, made_at) = (
            document.id,
            pending.change.known().map(|change| change.made_at),
        );
        self.show(document, made_at.unwrap_or_default());
        let mut writes = vec![Write::PutPending(pending)];
        if let Some(replaced) = &replaced {
            // Without the replaced edit the field's writer is another one, so the view is made afresh.
            self.view_one(id, criteria);
            writes.extend(replaced.id().map(Write::DropPending));
        }
        Ok((writes, replaced))
    }

    /// Throws away a refused change because a person said so. Returns it too, for a change of mind.
    pub fn discard(&mut self, id: ChangeId) -> (Vec<Write>, Option<Pending>) {
        let thrown = self.outbox.discard(id);
        let writes = thrown.iter().map(|_| Write::DropPending(id)).collect();
        (writes, thrown)
    }

    /// The next exchange, with the entries to store before it is sent.
    pub fn request(
        &mut self,
        device: DeviceId,
        app_version: &str,
        now: DateTime<Utc>,
    ) -> (SyncRequest, Vec<Write>) {
        let unsent = self.outbox.waiting().count();
        let oldest_unsent = self.outbox.oldest();
        let offered = self.outbox.offer();
        self.asked_at = Some(self.meta.clone());
        let request = SyncRequest {
            user: Some(self.actor.user),
            device,
            app_version: app_version.to_owned(),
            protocol: PROTOCOL,
            server: self.meta.server,
            epoch: self.meta.epoch,
            scope: match self.mixed {
                true => Some(NO_SCOPE.to_owned()),
                false => self.meta.scope.clone(),
            },
            cursors: self.meta.cursors.clone(),
            changes: offered.iter().map(|it| it.change.clone()).collect(),
            unsent: u32::try_from(unsent).unwrap_or(u32::MAX),
            oldest_unsent,
            clock: Some(now),
            persisted: None,
            criteria: None,
            campaign: None,
        };
        (
            request,
            offered.into_iter().map(Write::PutPending).collect(),
        )
    }

    /// Everything that waits, for a letter that somebody else carries ([`crate::sealed`]), with the entries to store
    /// before it is handed over. They go on waiting: only the server's receipts end that.
    pub fn seal(&mut self) -> (Vec<Carried<Change>>, Vec<Write>) {
        let offered = self.outbox.offer_all();
        let changes = offered.iter().map(|it| it.change.clone()).collect();
        (
            changes,
            offered.into_iter().map(Write::PutPending).collect(),
        )
    }

    /// Takes in the server's answer. Nothing is altered if the answer must not be read.
    ///
    /// An answer goes on from where the feed was left when it was asked for. If another tab has moved the feed meanwhile,
    /// begun it afresh, or met another life of the server, the answer fits nowhere: what it skips was never read. Then it
    /// is put away unread, receipts and all. The next exchange is told the same again.
    pub fn receive(
        &mut self,
        response: SyncResponse,
        criteria: &[CriteriaSet],
        now: DateTime<Utc>,
    ) -> Result<Vec<Write>, ReplyRefused> {
        if self
            .meta
            .server
            .is_some_and(|server| server != response.server)
        {
            return Err(ReplyRefused::OtherServer);
        }
        let asked_at = self.asked_at.take();
        if asked_at.is_some_and(|asked| !asked.is_at(&self.meta)) {
            self.outbox.succeeded();
            return Ok(Vec::new());
        }
        let mut writes = Vec::new();
        let restored = self.meta.epoch.is_some_and(|epoch| epoch != response.epoch);
        if restored {
            self.offer_again(&mut writes);
        }
        if response.reset || restored {
            self.confirmed.clear();
            self.views.clear();
            self.meta.cursors.clear();
            self.meta.stepped_over = None;
            self.mixed = false;
            writes.push(Write::ClearDocuments);
        }
        let mut touched = BTreeSet::new();
        for document in response.documents {
            let Carried::Known(document) = document else {
                // An earlier state stays, and everything is read afresh by the app that can read it.
                let understood = self.meta.stepped_over.unwrap_or(self.understands);
                self.meta.stepped_over = Some(understood.min(self.understands));
                continue;
            };
            // Touched documents come beside the feed, so an older state may follow a newer one.
            let newer = self.confirmed.get(&document.id).is_none_or(|standing| {
                standing.shard != document.shard || standing.seq <= document.seq
            });
            if newer {
                touched.insert(document.id);
                writes.push(Write::PutDocument(document.clone()));
                self.confirmed.insert(document.id, document);
            }
        }
        let came = touched.iter().filter_map(|id| self.confirmed.get(id));
        for id in shown(&self.outbox, &self.actor, came) {
            if let Some(pending) = self.outbox.received(id) {
                writes.push(Write::DropPending(id));
                self.remember(pending, response.epoch, &mut writes);
            }
        }
        for id in response.left {
            self.confirmed.remove(&id);
            touched.insert(id);
            writes.push(Write::DropDocument(id));
        }
        for receipt in response.receipts {
            match receipt.outcome {
                Outcome::Received { .. } => {
                    if let Some(pending) = self.outbox.received(receipt.change) {
                        touched.extend(pending.change.known().map(|change| change.doc));
                        writes.push(Write::DropPending(receipt.change));
                        self.remember(pending, response.epoch, &mut writes);
                    }
                }
                Outcome::Refused(refusal) => {
                    for pending in self.outbox.refuse(receipt.change, refusal, now) {
                        touched.extend(pending.change.known().map(|change| change.doc));
                        if pending.is_refused() && pending.known_in.is_some() {
                            // It may be kept as received by an earlier life.
                            writes.extend(pending.id().map(Write::DropSent));
                        }
                        writes.push(Write::PutPending(pending));
                    }
                }
            }
        }
        self.outbox.succeeded();
        self.meta.server = Some(response.server);
        self.meta.epoch = Some(response.epoch);
        self.meta.scope = Some(response.scope);
        // A feed that was just forgotten is read from its beginning, whatever this answer says.
        if !restored {
            self.meta.cursors.extend(response.cursors);
        }
        self.meta.last_contact = Some(Contact {
            server: response.server_time,
            device: now,
        });
        self.meta.held = match self.mixed {
            true => self.meta.held,
            false => Some(fingerprint(self.confirmed.values())),
        };
        writes.push(Write::PutMeta(self.meta.clone()));
        if restored || response.reset {
            self.view_again(criteria);
        } else {
            for id in touched {
                self.view_one(id, criteria);
            }
        }
        self.attempt_again(&mut writes, criteria);
        Ok(writes)
    }

    /// A restored server is offered things in another order than the first time: one phone may change what another has
    /// not brought back yet, and is told that there is no such document. Its receipt stays what it is, but nobody has
    /// looked at the change. So when the document is there again, the change is offered once more, and its author is told
    /// what the server thinks of it then.
    fn attempt_again(&mut self, writes: &mut Vec<Write>, criteria: &[CriteriaSet]) {
        let refused = self.outbox.refused().filter(|it| it.is_attempted_again());
        let mut attempts = Vec::new();
        let mut documents = BTreeSet::new();
        for change in refused.filter_map(|it| it.change.known()) {
            let rests_on = change.rests_on().next().unwrap_or(change.doc);
            // An assessment is there as soon as it is begun again.
            if self.document(rests_on).is_some() || documents.contains(&rests_on) {
                attempts.push(change.id);
                documents.insert(change.doc);
            }
        }
        let pending = self.outbox.attempt_again(&attempts);
        writes.extend(attempts.into_iter().map(Write::DropPending));
        writes.extend(pending.into_iter().map(Write::PutPending));
        for id in documents {
            self.view_one(id, criteria);
        }
    }

    /// An exchange failed; nothing is lost. `random` is in 0..1.
    pub fn failed(
        &mut self,
        failure: Failure,
        criteria: &[CriteriaSet],
        now: DateTime<Utc>,
        random: f64,
    ) -> Vec<Write> {
        let aside = self.outbox.failed(failure, now, random);
        for change in aside.iter().filter_map(|pending| pending.change.known()) {
            self.view_one(change.doc, criteria);
        }
        aside.into_iter().map(Write::PutPending).collect()
    }

    /// What the change would make of the document, or why it may not be made.
    ///
    /// The server sends a phone only what its owner answers for. So what was confirmed is theirs, also in the days when
    /// communes are merged and the phone has the new documents and the old map, or the other way round.
    pub fn look(&self, change: &Change, criteria: &[CriteriaSet]) -> Result<Document, Refusal> {
        let standing = self.document(change.doc).cloned();
        let find = |id| self.document(id);
        let context = self.context(criteria, &find);
        let admitted = if self.rests_on_confirmed(change) {
            role_may(self.actor.role, change).map_err(Refusal::Denied)?;
            apply(standing, change, &context)?
        } else {
            admit(standing, change, &context)?
        };
        Ok(admitted.document)
    }

    /// Whether the server has confirmed the document that a change is about, or the subject that it begins to assess.
    fn rests_on_confirmed(&self, change: &Change) -> bool {
        let mut rests_on = std::iter::once(change.doc).chain(change.rests_on());
        rests_on.any(|id| self.confirmed.contains_key(&id))
    }

    /// The life of the server that knows what a change rests on, also by way of what still waits before it.
    fn known_in(&self, change: &Change) -> Option<EpochId> {
        if self.rests_on_confirmed(change) {
            return self.meta.epoch;
        }
        let subject = change.rests_on().next();
        let is_about = |id: DocumentId| id == change.doc || Some(id) == subject;
        let mut before = self.outbox.waiting().filter(|pending| {
            let earlier = pending.change.known();
            earlier.is_some_and(|earlier| is_about(earlier.doc))
        });
        before.find_map(|pending| pending.known_in)
    }

    fn context<'a>(
        &'a self,
        criteria: &'a [CriteriaSet],
        find: &'a dyn Fn(DocumentId) -> Option<&'a Document>,
    ) -> Context<'a> {
        Context {
            actor: &self.actor,
            criteria,
            find,
        }
    }

    fn remember(&mut self, mut pending: Pending, epoch: EpochId, writes: &mut Vec<Write>) {
        pending.state = PendingState::Offered;
        pending.known_in = Some(epoch);
        writes.push(Write::PutSent(pending.clone()));
        self.sent.insert((pending.order, pending.id()), pending);
        while self.sent.len() > SENT_KEPT {
            if let Some((_, oldest)) = self.sent.pop_first() {
                writes.extend(oldest.id().map(Write::DropSent));
            }
        }
    }

    /// The server was restored from a backup: it may have forgotten what it had received.
    fn offer_again(&mut self, writes: &mut Vec<Write>) {
        let sent: Vec<Pending> = std::mem::take(&mut self.sent).into_values().collect();
        for pending in &sent {
            writes.push(Write::PutPending(pending.clone()));
            writes.extend(pending.id().map(Write::DropSent));
        }
        self.outbox.offer_again(sent);
    }

    /// Applies the pending changes of one document again on top of what is confirmed; and those of its subject and of the
    /// assessments that rest on it, which stand and fall with their subject and follow it.
    pub(super) fn view_one(&mut self, id: DocumentId, criteria: &[CriteriaSet]) {
        let waiting = || self.outbox.waiting().filter_map(|it| it.change.known());
        let of_form = |form: &Document| form.assessment().map(|head| head.subject.into());
        let begun_on = waiting()
            .filter(|change| change.doc == id)
            .find_map(|change| change.rests_on().next());
        let subject = self
            .document(id)
            .and_then(of_form)
            .or(begun_on)
            .unwrap_or(id);
        let mut seen = BTreeSet::from([id, subject]);
        let resting = waiting().filter(|change| change.rests_on().any(|on| on == subject));
        seen.extend(resting.map(|change| change.doc));
        let following = self
            .views
            .values()
            .filter(|view| of_form(view) == Some(subject));
        seen.extend(following.map(|form| form.id));
        for id in &seen {
            self.views.remove(id);
        }
        self.touch(seen.iter().copied());
        let changes: Vec<Change> = self
            .outbox
            .waiting()
            .filter_map(|pending| pending.change.known())
            .filter(|change| seen.contains(&change.doc))
            .cloned()
            .collect();
        for change in changes {
            self.view_change(&change, criteria);
        }
    }

    fn view_again(&mut self, criteria: &[CriteriaSet]) {
        self.views.clear();
        self.touched = Touched::All;
        let changes: Vec<Change> = self
            .outbox
            .waiting()
            .filter_map(|pending| pending.change.known())
            .cloned()
            .collect();
        for change in changes {
            self.view_change(&change, criteria);
        }
    }

    /// What was tapped was permitted when it was tapped. It stays in sight until the server says otherwise, also when the
    /// author has another role or other units meanwhile. A change that no longer fits is left out of the view; the
    /// server will say so, and the outbox will show it.
    fn view_change(&mut self, change: &Change, criteria: &[CriteriaSet]) {
        let standing = self.document(change.doc).cloned();
        let find = |id| self.document(id);
        let applied = apply(standing, change, &self.context(criteria, &find));
        if let Ok(applied) = applied {
            self.show(applied.document, change.made_at);
        }
    }

    /// Puts a document in sight, with what follows from it.
    fn show(&mut self, document: Document, made_at: DateTime<Utc>) {
        let followers = derive(&document, |id| self.document(id), made_at);
        for view in std::iter::once(document).chain(followers) {
            self.touch([view.id]);
            self.views.insert(view.id, view);
        }
    }
}
