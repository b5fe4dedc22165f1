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
use crate::access::Actor;
use crate::change::{Change, Context, Refusal, admit};
use crate::criteria::CriteriaSet;
use crate::document::{Document, Seq};
use crate::ids::{ChangeId, DeviceId, DocumentId, EpochId, ServerId, UnitId};

/// Where the feed was left, and whom it was with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Meta {
    pub server: Option<ServerId>,
    pub epoch: Option<EpochId>,
    pub scope: Option<String>,
    pub cursors: BTreeMap<UnitId, Seq>,
    /// When the server last answered, by its clock and by the phone's.
    pub last_contact: Option<Contact>,
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
    entries.retain(|it| it.id() != pending.id());
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
}

/// How many received changes are kept for the day a server is restored from a backup.
pub const SENT_KEPT: usize = 5_000;

/// The store of one user on one device.
#[derive(Clone, Debug)]
pub struct Replica {
    actor: Actor,
    meta: Meta,
    confirmed: BTreeMap<DocumentId, Document>,
    outbox: Outbox,
    /// By order, and by id for what two tabs tapped at one moment.
    sent: BTreeMap<(u64, Option<ChangeId>), Pending>,
    /// Documents as they look with the pending changes applied; only those that have any.
    views: BTreeMap<DocumentId, Document>,
}

impl Replica {
    pub fn restore(actor: Actor, stored: Stored, criteria: &[CriteriaSet]) -> Self {
        let mut outbox = Outbox::restore(stored.pending);
        let last_sent = stored.sent.iter().map(|pending| pending.order).max();
        outbox.go_on_after(last_sent);
        let mut replica = Self {
            actor,
            meta: stored.meta,
            confirmed: stored
                .documents
                .into_iter()
                .map(|document| (document.id, document))
                .collect(),
            outbox,
            sent: stored
                .sent
                .into_iter()
                .map(|pending| ((pending.order, pending.id()), pending))
                .collect(),
            views: BTreeMap::new(),
        };
        replica.view_again(criteria);
        replica
    }

    /// Takes over what another tab stored. How the last exchanges went is kept.
    pub fn reload(&mut self, stored: Stored, criteria: &[CriteriaSet]) {
        let mut fresh = Self::restore(self.actor.clone(), stored, criteria);
        fresh.outbox.resume(&self.outbox);
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
        }
    }

    /// Takes in a change that was just tapped. A change that the rules refuse is not taken in; the screen says why.
    pub fn record(
        &mut self,
        change: Change,
        criteria: &[CriteriaSet],
    ) -> Result<Vec<Write>, Refusal> {
        let document = self.look(&change, criteria)?;
        let (pending, replaced) = self.outbox.push(change);
        self.views.insert(document.id, document.clone());
        let mut writes = vec![Write::PutPending(pending)];
        if let Some(replaced) = replaced {
            // Without the replaced edit the field's writer is another one, so the view is made afresh.
            self.view_one(document.id, criteria);
            writes.push(Write::DropPending(replaced));
        }
        Ok(writes)
    }

    /// Throws away a refused change because a person said so.
    pub fn discard(&mut self, id: ChangeId) -> Vec<Write> {
        match self.outbox.discard(id) {
            Some(_) => vec![Write::DropPending(id)],
            None => Vec::new(),
        }
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
        let request = SyncRequest {
            user: Some(self.actor.user),
            device,
            app_version: app_version.to_owned(),
            protocol: PROTOCOL,
            server: self.meta.server,
            epoch: self.meta.epoch,
            scope: self.meta.scope.clone(),
            cursors: self.meta.cursors.clone(),
            changes: offered.iter().map(|it| it.change.clone()).collect(),
            unsent: u32::try_from(unsent).unwrap_or(u32::MAX),
            oldest_unsent,
            clock: Some(now),
            persisted: None,
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
        let mut writes = Vec::new();
        let restored = self.meta.epoch.is_some_and(|epoch| epoch != response.epoch);
        if restored {
            self.offer_again(&mut writes);
        }
        if response.reset || restored {
            self.confirmed.clear();
            self.views.clear();
            self.meta.cursors.clear();
            writes.push(Write::ClearDocuments);
        }
        let mut touched = BTreeSet::new();
        for document in response
            .documents
            .into_iter()
            .filter_map(Carried::into_known)
        {
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
                        self.remember(pending, &mut writes);
                    }
                }
                Outcome::Refused(refusal) => {
                    if let Some(pending) = self.outbox.refuse(receipt.change, refusal, now) {
                        touched.extend(pending.change.known().map(|change| change.doc));
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
        writes.push(Write::PutMeta(self.meta.clone()));
        if restored || response.reset {
            self.view_again(criteria);
        } else {
            for id in touched {
                self.view_one(id, criteria);
            }
        }
        Ok(writes)
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
        if let Some(change) = aside.as_ref().and_then(|pending| pending.change.known()) {
            self.view_one(change.doc, criteria);
        }
        aside.into_iter().map(Write::PutPending).collect()
    }

    /// What the change would make of the document, or why it may not be made.
    pub fn look(&self, change: &Change, criteria: &[CriteriaSet]) -> Result<Document, Refusal> {
        let context = Context {
            actor: &self.actor,
            criteria,
            subject: change.subject().and_then(|id| self.document(id.into())),
        };
        admit(self.document(change.doc).cloned(), change, &context)
            .map(|admitted| admitted.document)
    }

    fn remember(&mut self, mut pending: Pending, writes: &mut Vec<Write>) {
        pending.state = PendingState::Offered;
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

    /// Applies the pending changes of one document again on top of what is confirmed.
    fn view_one(&mut self, id: DocumentId, criteria: &[CriteriaSet]) {
        self.views.remove(&id);
        let changes: Vec<Change> = self
            .outbox
            .waiting()
            .filter_map(|pending| pending.change.known())
            .filter(|change| change.doc == id)
            .cloned()
            .collect();
        for change in changes {
            self.view_change(&change, criteria);
        }
    }

    fn view_again(&mut self, criteria: &[CriteriaSet]) {
        self.views.clear();
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

    /// A change that no longer fits is left out of the view; the server will say so, and the outbox will show it.
    fn view_change(&mut self, change: &Change, criteria: &[CriteriaSet]) {
        if let Ok(document) = self.look(change, criteria) {
            self.views.insert(document.id, document);
        }
    }
}
