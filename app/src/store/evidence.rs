//! Evidence on the phone: from the camera to the storage, from the storage to the server.
//!
//! The file is on the storage before the form lists it, so a form never lists what nobody has. The text is with the
//! server before the file goes, so a weak line brings the scores first.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use chrono::TimeDelta;
use gloo_timers::callback::Timeout;
use js_sys::Uint8Array;
use leptos::prelude::*;
use shared::change::{ChangeBody, Refusal};
use shared::criteria::CriterionCode;
use shared::evidence::{Evidence, EvidenceProblem, FileHash, MediaType, Medium, content};
use shared::ids::DocumentId;
use shared::sync::tab::{Message, Trouble, Word};
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

use super::home::Home;
use super::keeper::Keeper;
use crate::clock;
use crate::offline::db::DbError;
use crate::offline::picture;
pub use crate::offline::picture::{drawn, revoke};
pub use crate::offline::uploads::UploadState;
use crate::offline::uploads::{self, Brought, Upload};

/// What a photo needs at most, after it was made small. So much is tried before one is taken.
const PHOTO_ROOM: u32 = 600_000;
/// How long the answer to that holds.
const ROOM_FRESH: TimeDelta = TimeDelta::minutes(5);
/// How long a file stays on the phone after it has arrived, in case the server is restored from an older backup.
const KEPT_AFTER: TimeDelta = TimeDelta::days(14);
/// How long a file that no form lists is left alone: whoever took it may be about to list it.
const UNLISTED: TimeDelta = TimeDelta::days(1);
/// The waits after an upload that did not go through; the last one stays.
const WAITS: [u64; 5] = [5, 15, 60, 120, 300];

/// Whether another photo fits on the phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Room {
    #[default]
    Unknown,
    Enough,
    /// The storage is full; nothing can be kept until something is thrown away.
    Full,
}

/// A piece of evidence that was just taken.
pub struct NewPiece {
    pub medium: Medium,
    pub file: Blob,
    pub name: Option<String>,
    /// What it proves; nothing when it is about the whole form.
    pub criterion: Option<CriterionCode>,
}

/// Why a piece of evidence was not taken. Nothing was listed.
#[derive(Clone, Debug, PartialEq)]
pub enum NotAttached {
    /// The browser cannot read the file as what it should be.
    Unreadable,
    /// The storage is full.
    Full,
    /// It could not be written; trying again may help.
    NotKept,
    Problem(EvidenceProblem),
    Refused(Refusal),
}

/// The state of bringing files to the server.
#[derive(Default)]
pub(super) struct Carrier {
    busy: Cell<bool>,
    failures: Cell<usize>,
    timer: RefCell<Option<Timeout>>,
}

impl Keeper {
    /// Returns the hash of the file, as the form lists it.
    pub async fn attach(&self, form: DocumentId, piece: NewPiece) -> Result<FileHash, NotAttached> {
        let home = self.home().ok_or(NotAttached::NotKept)?;
        let bytes = readied(&piece).await.ok_or(NotAttached::Unreadable)?;
        let head = bytes.subarray(0, bytes.length().min(64)).to_vec();
        let media_type = content::media_type(&head).ok_or(NotAttached::Unreadable)?;
        let evidence = Evidence {
            medium: piece.medium,
            media_type,
            bytes: bytes.length().into(),
            name: piece.name,
            criterion: piece.criterion,
        };
        let evidence = evidence.checked().map_err(NotAttached::Problem)?;
        // The server asks the same, so nothing is listed that it would not keep.
        content::check(&bytes.to_vec(), &evidence).map_err(|_| NotAttached::Unreadable)?;
        let hash = picture::hash(&bytes).await.ok_or(NotAttached::Unreadable)?;
        let upload = Upload {
            hash,
            doc: form,
            bytes: evidence.bytes,
            kept_at: clock::now(),
            state: UploadState::Waiting,
        };
        match home.db.keep_file(&upload, &bytes).await {
            Ok(()) => {}
            Err(DbError::Full | DbError::Aborted) => {
                self.state.room.set(Room::Full);
                return Err(NotAttached::Full);
            }
            Err(_) => return Err(NotAttached::NotKept),
        }
        self.state.uploads.update(|it| {
            it.insert(hash, upload);
        });
        home.tell(Message::Changed);
        home.record(form, ChangeBody::Attach { hash, evidence })
            .map_err(NotAttached::Refused)?;
        Ok(hash)
    }

    pub async fn show_file(&self, hash: FileHash) -> Option<String> {
        let bytes = self.home()?.db.file(hash).await.ok().flatten()?;
        picture::address(&bytes)
    }

    pub fn look_for_room(&self) {
        let now = clock::now();
        let is_fresh = self
            .room_tried
            .get()
            .is_some_and(|tried| now - tried < ROOM_FRESH);
        let room = self.state.room;
        // A full phone is looked at again each time: somebody may have thrown their videos away.
        if is_fresh && room.get_untracked() != Room::Full {
            return;
        }
        let Some(home) = self.home() else { return };
        self.room_tried.set(Some(now));
        spawn_local(async move {
            match home.db.probe(PHOTO_ROOM).await {
                Ok(()) => room.set(Room::Enough),
                Err(DbError::Full | DbError::Aborted) => room.set(Room::Full),
                // Nothing to do with room; the next write tells.
                Err(_) => {}
            }
        });
    }
}

/// The file as it is to be kept: pictures made small, papers as they are.
async fn readied(piece: &NewPiece) -> Option<Uint8Array> {
    let is_picture = piece.file.type_().starts_with("image/");
    match (piece.medium, is_picture) {
        (Medium::Photo, _) => picture::shrink(&piece.file, picture::PHOTO_SIDE).await,
        (Medium::Document, true) => picture::shrink(&piece.file, picture::PAPER_SIDE).await,
        _ => picture::bytes(&piece.file).await,
    }
}

impl Home {
    /// Reads what is known of the files, forgets those that arrived long ago, and goes on bringing the others.
    pub(super) fn load_uploads(&self) {
        let this = self.this.clone();
        spawn_local(async move {
            let Some(home) = this.upgrade() else { return };
            let Ok(found) = home.db.uploads().await else {
                // The next message or start reads again.
                return;
            };
            if home.is_closed() {
                return;
            }
            let found = found.into_iter().map(|it| (it.hash, it)).collect();
            home.state.uploads.set(found);
            home.carry();
        });
    }

    /// Brings the files that wait, one after the other, if this tab is the one to do it.
    pub(super) fn carry(&self) {
        if !self.leads() || self.is_closed() || self.carrier.busy.replace(true) {
            return;
        }
        drop(self.carrier.timer.take());
        let this = self.this.clone();
        spawn_local(async move {
            let mut goes_on = true;
            while goes_on {
                let Some(home) = this.upgrade() else { return };
                goes_on = home.carry_next().await;
                if !goes_on {
                    home.state.carrying.set(None);
                    home.carrier.busy.set(false);
                }
            }
        });
    }

    /// Brings one file. Whether another should follow at once.
    async fn carry_next(self: &Rc<Self>) -> bool {
        self.tidy().await;
        let Some(upload) = self.next_upload() else {
            return false;
        };
        let Ok(Some(bytes)) = self.db.file(upload.hash).await else {
            // Told as it is; whoever took it may have it in the camera's own folder.
            let kind = shared::problem::ProblemKind::NotFound;
            self.settle(upload, UploadState::Refused { kind }).await;
            return true;
        };
        let carrying = self.state.carrying;
        let hash = upload.hash;
        let told = move |at| carrying.set(Some((hash, at)));
        let brought = uploads::bring(&upload, &bytes, &told).await;
        if self.is_closed() {
            return false;
        }
        match brought {
            Brought::Arrived => {
                self.carrier.failures.set(0);
                let at = clock::now();
                self.settle(upload, UploadState::Arrived { at }).await;
                self.leads()
            }
            Brought::Refused(kind) => {
                self.settle(upload, UploadState::Refused { kind }).await;
                true
            }
            Brought::SignedOut => {
                self.say(Word::Trouble(Some(Trouble::SignedOut)));
                false
            }
            Brought::Later => {
                let failures = self.carrier.failures.get();
                self.carrier.failures.set(failures + 1);
                let wait = Duration::from_secs(WAITS[failures.min(WAITS.len() - 1)]);
                let this = self.this.clone();
                let millis = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX);
                let timer = Timeout::new(millis, move || {
                    if let Some(home) = this.upgrade() {
                        home.carry();
                    }
                });
                self.carrier.timer.replace(Some(timer));
                false
            }
        }
    }

    /// The file that has waited longest and whose form the server has confirmed.
    fn next_upload(&self) -> Option<Upload> {
        let uploads = self.state.uploads.get_untracked();
        self.state.replica.with_untracked(|replica| {
            uploads
                .into_iter()
                .map(|(_, upload)| upload)
                .filter(|it| it.state == UploadState::Waiting)
                .filter(|it| {
                    let form = replica.confirmed(it.doc);
                    form.is_some_and(|form| form.lists(it.hash).is_some())
                })
                .min_by_key(|it| it.kept_at)
        })
    }

    async fn settle(&self, upload: Upload, state: UploadState) {
        let upload = Upload { state, ..upload };
        if self.db.put_upload(&upload).await.is_err() {
            // The server knows it by its hash, so that it is told again costs a question.
            leptos::logging::warn!("that a file was brought is not written down");
        }
        self.state.uploads.update(|it| {
            it.insert(upload.hash, upload);
        });
        self.tell(Message::Changed);
    }

    /// Throws away the files that nobody needs: arrived long ago, or listed by no form and by nothing that waits.
    async fn tidy(&self) {
        let now = clock::now();
        let uploads = self.state.uploads.get_untracked();
        let needless: Vec<FileHash> = self.state.replica.with_untracked(|replica| {
            let is_listed = |upload: &Upload| {
                let is_asked = replica.outbox().entries().iter().any(|pending| {
                    let body = pending.change.known().map(|change| &change.body);
                    matches!(body, Some(ChangeBody::Attach { hash, .. }) if *hash == upload.hash)
                });
                let form = replica.document(upload.doc);
                is_asked || form.is_some_and(|form| form.lists(upload.hash).is_some())
            };
            let needless = uploads
                .into_iter()
                .map(|(_, upload)| upload)
                .filter(|upload| match upload.state {
                    UploadState::Arrived { at } => now - at > KEPT_AFTER,
                    _ => now - upload.kept_at > UNLISTED && !is_listed(upload),
                });
            needless.map(|it| it.hash).collect()
        });
        for hash in needless {
            if self.db.drop_file(hash).await.is_ok() {
                self.state.uploads.update(|it| {
                    it.remove(&hash);
                });
            }
        }
    }
}

/// The types of file that a person may choose as a document.
pub fn paper_types() -> String {
    MediaType::ALL.map(MediaType::as_str).join(",")
}
