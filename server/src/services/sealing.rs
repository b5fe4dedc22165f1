//! Sealed letters: opening them, and knowing whom they are from. The format is in [`shared::sealed`].

mod envelope;

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey, ecdh};
use rand::TryRngCore;
use rand::rngs::OsRng;
use serde_json::value::RawValue;
use sha2::Sha256;
use shared::access::Actor;
use shared::change::Change;
use shared::event::EventKind;
use shared::evidence::DOCUMENT_MAX;
use shared::problem::ProblemKind;
use shared::sealed::{Delivered, Enclosed, HEAD_LENGTH, INFO, Opened, Seal};
use shared::sync::{BATCH_MAX, Carried, Outcome};
use sqlx::AnyConnection;
use tokio::sync::Semaphore;

use super::accounts;
use super::events;
use super::files::{self, FileError, Wanted};
use super::intake::Submission;
use crate::auth::SignedIn;
use crate::bodies::Turns;
use crate::clock;
use crate::db::users::User;
use crate::db::{self, DbError, secrets, users};
use crate::error::ApiError;
use crate::state::AppState;
use envelope::Envelope;

/// What opens letters and marks their senders.
pub struct SealKeys {
    private: SecretKey,
    marking: Vec<u8>,
}

impl std::fmt::Debug for SealKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealKeys").finish_non_exhaustive()
    }
}

impl SealKeys {
    /// Reads the keys; makes them on the first start.
    pub async fn load(conn: &mut AnyConnection) -> db::Result<Self> {
        let private = secret(conn, "seal").await?;
        let private = SecretKey::from_slice(&private).map_err(|_| unreadable("seal"))?;
        let marking = secret(conn, "mark").await?;
        Ok(Self { private, marking })
    }

    /// What a person's phone is told, so that it can seal.
    pub fn seal(&self, user: &User) -> Seal {
        Seal {
            public_key: BASE64_STANDARD.encode(self.public_key()),
            mark: BASE64_STANDARD.encode(self.marked(user).finalize().into_bytes()),
        }
    }

    /// The mark hangs on the password, so that changing it ends what a lost phone could seal.
    fn marked(&self, user: &User) -> Hmac<Sha256> {
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&self.marking)
            .expect("HMAC takes a key of any length");
        mac.update(user.id.to_string().as_bytes());
        mac.update(b"\n");
        mac.update(user.password_hash.as_deref().unwrap_or_default().as_bytes());
        mac
    }

    fn is_marked_by(&self, mark: &str, user: &User) -> bool {
        // The library compares without telling by its time where they differ.
        BASE64_STANDARD
            .decode(mark)
            .is_ok_and(|mark| self.marked(user).verify_slice(&mark).is_ok())
    }

    fn public_key(&self) -> Vec<u8> {
        self.private
            .public_key()
            .to_encoded_point(false)
            .as_bytes()
            .to_vec()
    }

    /// What a letter is sealed with, by the key that its file names.
    fn key(&self, theirs: &[u8]) -> Option<[u8; 32]> {
        let point = PublicKey::from_sec1_bytes(theirs).ok()?;
        let shared = ecdh::diffie_hellman(self.private.to_nonzero_scalar(), point.as_affine());
        let mut derived = [0; 32];
        let info = [INFO, theirs, &self.public_key()].concat();
        Hkdf::<Sha256>::new(None, shared.raw_secret_bytes())
            .expand(&info, &mut derived)
            .ok()?;
        Some(derived)
    }

    /// Opens a letter that lies in a file. `None`: it is no letter to this server.
    fn open(&self, file: &Path) -> io::Result<Option<Unsealed>> {
        let file = std::fs::File::open(file)?;
        let Some(mut envelope) = Envelope::open(file, |theirs| self.key(theirs))? else {
            return Ok(None);
        };
        let Some(first) = envelope.read(0, HEAD_LENGTH)? else {
            return Ok(None);
        };
        let length = first.try_into().map(Opened::json_length);
        let Ok(Ok(length)) = length else {
            return Ok(None);
        };
        let Some(json) = envelope.read(HEAD_LENGTH as u64, length)? else {
            return Ok(None);
        };
        let files_at = (HEAD_LENGTH + length) as u64;
        let opened = Opened::read(&json).and_then(|letter| {
            let places = letter.places(files_at, envelope.length())?;
            Ok((letter, places))
        });
        let opened = opened.map(|(letter, places)| Unsealed {
            envelope,
            letter,
            places,
        });
        Ok(opened.ok())
    }
}

/// A letter that was opened.
struct Unsealed {
    envelope: Envelope,
    letter: Opened,
    /// Where its files begin.
    places: Vec<u64>,
}

/// Letters are taken in one at a time from each person, and opened one or two at a time in all.
#[derive(Debug)]
pub struct Letters {
    /// Who brings one waits here, before anything of it is read.
    pub turns: Turns,
    opening: Semaphore,
}

impl Default for Letters {
    fn default() -> Self {
        Self {
            turns: Turns::new(1),
            opening: Semaphore::new(OPENED_AT_ONCE),
        }
    }
}

/// Letters whose text is in memory at a moment.
const OPENED_AT_ONCE: usize = 2;
/// Changes that are read at a time, as long as they are not long.
const READ_AT_ONCE: usize = 1 << 20;

async fn secret(conn: &mut AnyConnection, name: &'static str) -> db::Result<Vec<u8>> {
    let mut fresh = [0_u8; 32];
    OsRng
        .try_fill_bytes(&mut fresh)
        .map_err(|error| DbError::Sql(sqlx::Error::Io(io::Error::other(error))))?;
    let kept = secrets::get_or_insert(conn, name, &BASE64_STANDARD.encode(fresh)).await?;
    BASE64_STANDARD.decode(kept).map_err(|_| unreadable(name))
}

fn unreadable(name: &'static str) -> DbError {
    DbError::Unreadable {
        table: "secrets",
        column: "value",
        // Which one, not what it is.
        value: name.to_owned(),
    }
}

/// Takes a sealed letter in, in its author's name, whoever brought it.
pub async fn deliver(
    state: &AppState,
    carrier: &SignedIn,
    file: &Path,
) -> Result<Delivered, ApiError> {
    let opening = state.letters.opening.acquire().await;
    let _opening = opening.map_err(|_| ProblemKind::Unavailable)?;
    let (keys, file) = (state.seal_keys.clone(), file.to_owned());
    let opened = apart(move || keys.open(&file)).await?;
    let unsealed = opened.ok_or(ProblemKind::NotSealed)?;
    let Unsealed {
        envelope,
        letter,
        places,
    } = unsealed;
    let author = users::by_id(&mut *state.db.read().await?, letter.user).await?;
    let author = author
        .filter(|author| !author.disabled)
        .filter(|author| state.seal_keys.is_marked_by(&letter.mark, author))
        .ok_or(ProblemKind::OldSeal)?;
    let (tree, day) = (state.units.tree(), clock::today());
    let actor = accounts::actor(&author, &tree, day);
    let brought = carrier.event(EventKind::LetterDelivered);
    events::record(state, brought.of(author.id));
    let mut delivered = Delivered::default();
    let mut changes = letter.changes.into_iter();
    loop {
        let batch = batch(&mut changes);
        if batch.is_empty() {
            break;
        }
        let submission = Submission {
            actor: actor.clone(),
            // The device has not been in contact; only its letter has come.
            device: None,
            at_desk: false,
            // A change without a readable id can have no receipt; its author's phone keeps it.
            changes: batch.into_iter().filter(|it| it.id().is_some()).collect(),
        };
        let under = (tree.clone(), day);
        for receipt in state.intake.submit(submission, under).await? {
            match receipt.outcome {
                Outcome::Received { .. } => delivered.received += 1,
                Outcome::Refused(_) => delivered.refused += 1,
            }
        }
    }
    let envelope = Arc::new(Mutex::new(envelope));
    for (enclosed, at) in letter.files.into_iter().zip(places) {
        match keep(state, &actor, enclosed, &envelope, at).await {
            Ok(()) => delivered.files += 1,
            // Its author's phone still has it and brings it itself.
            Err(error) => tracing::warn!(%error, "a file of a sealed letter was not kept"),
        }
    }
    Ok(delivered)
}

/// The next changes of a letter.
fn batch(changes: &mut std::vec::IntoIter<Box<RawValue>>) -> Vec<Carried<Change>> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while batch.len() < BATCH_MAX && bytes < READ_AT_ONCE {
        let Some(change) = changes.next() else { break };
        bytes += change.get().len();
        batch.push(Carried::from(change));
    }
    batch
}

/// Does what takes long and asks nobody, off the tasks that serve.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, FileError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|_| FileError::Interrupted)??)
}

/// Keeps an enclosed file by the same steps as one that comes by itself.
async fn keep(
    state: &AppState,
    actor: &Actor,
    enclosed: Enclosed,
    envelope: &Arc<Mutex<Envelope>>,
    at: u64,
) -> Result<(), FileError> {
    let wanted = Wanted {
        hash: enclosed.hash,
        doc: enclosed.doc,
    };
    // What no form can list is not read.
    let length = usize::try_from(enclosed.bytes.min(DOCUMENT_MAX + 1)).unwrap_or(usize::MAX);
    let begun = files::begin(state, actor, wanted, enclosed.bytes).await?;
    if begun.offset == begun.length {
        return Ok(());
    }
    let envelope = envelope.clone();
    let read = apart(move || {
        let mut envelope = envelope.lock().unwrap_or_else(PoisonError::into_inner);
        envelope.read(at, length)
    });
    let bytes = Bytes::from(read.await?.unwrap_or_default());
    let from = usize::try_from(begun.offset).unwrap_or(usize::MAX);
    let rest = bytes.slice(from.min(bytes.len())..);
    let (state, actor) = (state.clone(), actor.clone());
    files::append(state, actor, wanted, begun.offset, rest.into()).await?;
    Ok(())
}
