//! Sealed letters: opening them, and knowing whom they are from. The format is in [`shared::sealed`].

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, Key, KeyInit, Nonce};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey, ecdh};
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::Sha256;
use shared::access::Actor;
use shared::event::EventKind;
use shared::problem::ProblemKind;
use shared::sealed::{Delivered, INFO, KEY_LENGTH, Letter, MAGIC, NONCE_LENGTH, Seal};
use shared::sync::{BATCH_MAX, Carried, Outcome};
use sqlx::AnyConnection;

use super::accounts;
use super::events;
use super::files::{self, FileError, Wanted};
use super::intake::Submission;
use crate::auth::SignedIn;
use crate::clock;
use crate::db::users::User;
use crate::db::{self, DbError, secrets, users};
use crate::error::ApiError;
use crate::state::AppState;

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

    /// The letter's plain bytes. `None`: it is no letter to this server, or not one byte of it may be altered.
    fn open(&self, file: &[u8]) -> Option<Vec<u8>> {
        let sealed = file.strip_prefix(&MAGIC)?;
        let (key, sealed) = sealed.split_at_checked(KEY_LENGTH)?;
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LENGTH)?;
        let theirs = PublicKey::from_sec1_bytes(key).ok()?;
        let shared = ecdh::diffie_hellman(self.private.to_nonzero_scalar(), theirs.as_affine());
        let mut derived = [0; 32];
        let info = [INFO, key, &self.public_key()].concat();
        Hkdf::<Sha256>::new(None, shared.raw_secret_bytes())
            .expand(&info, &mut derived)
            .ok()?;
        let cipher = Aes256Gcm::new(Key::<Aes256Gcm>::from_slice(&derived));
        let before = file.get(..MAGIC.len() + KEY_LENGTH + NONCE_LENGTH)?;
        let payload = Payload {
            msg: sealed,
            aad: before,
        };
        cipher.decrypt(Nonce::from_slice(nonce), payload).ok()
    }
}

async fn secret(conn: &mut AnyConnection, name: &'static str) -> db::Result<Vec<u8>> {
    let mut fresh = [0_u8; 32];
    OsRng
        .try_fill_bytes(&mut fresh)
        .map_err(|error| DbError::Sql(sqlx::Error::Io(std::io::Error::other(error))))?;
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
    file: &[u8],
) -> Result<Delivered, ApiError> {
    let plain = state.seal_keys.open(file).ok_or(ProblemKind::NotSealed)?;
    let (letter, files) = Letter::read(&plain).map_err(|_| ProblemKind::NotSealed)?;
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
    for changes in letter.changes.chunks(BATCH_MAX) {
        // A change without a readable id can have no receipt; its author's phone keeps it.
        let named = changes.iter().filter(|change| change.id().is_some());
        let submission = Submission {
            actor: actor.clone(),
            // The device has not been in contact; only its letter has come.
            device: None,
            changes: named.cloned().collect::<Vec<Carried<_>>>(),
        };
        let under = (tree.clone(), day);
        for receipt in state.intake.submit(submission, under).await? {
            match receipt.outcome {
                Outcome::Received { .. } => delivered.received += 1,
                Outcome::Refused(_) => delivered.refused += 1,
            }
        }
    }
    for (enclosed, bytes) in letter.files.iter().zip(files) {
        let wanted = Wanted {
            hash: enclosed.hash,
            doc: enclosed.doc,
        };
        match keep(state, &actor, wanted, bytes).await {
            Ok(()) => delivered.files += 1,
            // Its author's phone still has it and brings it itself.
            Err(error) => tracing::warn!(%error, "a file of a sealed letter was not kept"),
        }
    }
    Ok(delivered)
}

/// Keeps an enclosed file by the same steps as one that comes by itself.
async fn keep(
    state: &AppState,
    actor: &Actor,
    wanted: Wanted,
    bytes: &[u8],
) -> Result<(), FileError> {
    let begun = files::begin(state, actor, wanted, bytes.len() as u64).await?;
    if begun.offset == begun.length {
        return Ok(());
    }
    let from = usize::try_from(begun.offset).unwrap_or(usize::MAX);
    let rest = bytes.get(from..).unwrap_or_default().to_vec();
    let (state, actor) = (state.clone(), actor.clone());
    files::append(state, actor, wanted, begun.offset, rest.into()).await?;
    Ok(())
}
