//! Everything unsent in one file, for a neighbour who goes to town.

use js_sys::Uint8Array;
use leptos::prelude::*;
use shared::sealed::{EXTENSION, Enclosed, Letter, MAX};

use super::keeper::Keeper;
use crate::clock;
use crate::offline::seal;
use crate::offline::uploads::UploadState;
use crate::words;

/// How handing over ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// The phone's own way of sharing has it, or it lies in the downloads.
    Over,
    /// This phone was never told how to seal: sign in with a network once.
    NoSeal,
    /// It did not come to it. Nothing was lost.
    Failed,
}

impl Keeper {
    /// Seals what waits, with as many of the files as fit, and hands it over.
    pub async fn hand_over(&self, title: String) -> Handed {
        let (Some(home), Some(session)) = (self.home(), self.state.session.get_untracked()) else {
            return Handed::Failed;
        };
        let Some(seal) = session.seal else {
            return Handed::NoSeal;
        };
        let Some((changes, writes)) = self.state.replica.try_update(|replica| replica.seal())
        else {
            return Handed::Failed;
        };
        // What is in the letter must never be replaced by something else on this phone.
        if home.stored(writes).await.is_err() {
            return Handed::Failed;
        }
        let now = clock::now();
        let mut letter = Letter {
            user: session.actor.user,
            mark: seal.mark.clone(),
            device: home.device(),
            made_at: now,
            changes,
            files: Vec::new(),
        };
        let mut files = Vec::new();
        let mut room = MAX / 2;
        for (_, upload) in self.state.uploads.get_untracked() {
            let size = usize::try_from(upload.bytes).unwrap_or(usize::MAX);
            if upload.state != UploadState::Waiting || size > room {
                continue;
            }
            if let Ok(Some(bytes)) = home.db.file(upload.hash).await {
                room -= size;
                letter.files.push(Enclosed {
                    hash: upload.hash,
                    doc: upload.doc,
                    bytes: bytes.length().into(),
                });
                files.push(bytes);
            }
        }
        let Ok(head) = letter.head() else {
            return Handed::Failed;
        };
        let head = Uint8Array::from(head.as_slice());
        let parts: Vec<&Uint8Array> = std::iter::once(&head).chain(&files).collect();
        let Some(sealed) = seal::sealed(&seal, &seal::joined(&parts)).await else {
            return Handed::Failed;
        };
        let name = format!("{}-{}.{EXTENSION}", session.username, words::file_date(now));
        match seal::hand_over(&sealed, &name, &title).await {
            true => Handed::Over,
            false => Handed::Failed,
        }
    }
}
