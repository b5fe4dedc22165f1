//! Files of evidence on their way to the server, by tus 1.0.0 (<https://tus.io/protocols/resumable-upload>).
//!
//! The text goes first: a file is announced only when the server has confirmed the form that lists it. Beginning again
//! asks the server how much it has, so a line that dies costs at most one part. What the server has is told by its
//! hash, so a file that is sent twice arrives once.

use chrono::{DateTime, Utc};
use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use shared::evidence::FileHash;
use shared::ids::DocumentId;
use shared::problem::ProblemKind;

use super::net::{self, Part};

/// How much goes in one request: on a line of 2 KB a second half a minute.
const PART: u32 = 64 << 10;

/// What this phone knows of one of its files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Upload {
    pub hash: FileHash,
    /// The form that lists it.
    pub doc: DocumentId,
    pub bytes: u64,
    pub kept_at: DateTime<Utc>,
    #[serde(default)]
    pub state: UploadState,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadState {
    #[default]
    Waiting,
    /// The server has all of it and has checked it.
    Arrived { at: DateTime<Utc> },
    /// The server will never take it; a person decides.
    Refused { kind: ProblemKind },
}

/// How bringing a file ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    Arrived,
    /// The line or the server failed; later goes on where this ended.
    Later,
    /// The server does not know the person any more.
    SignedOut,
    Refused(ProblemKind),
}

/// Brings a file, or the rest of it. `told` hears how many bytes the server has.
pub async fn bring(upload: &Upload, bytes: &Uint8Array, told: &dyn Fn(u64)) -> Brought {
    let length = u64::from(bytes.length());
    let mut at = match net::announce(upload.hash, upload.doc, length).await {
        Ok(at) => at,
        Err(kind) => return failed(kind),
    };
    while at < length {
        told(at);
        let Ok(from) = u32::try_from(at) else {
            return Brought::Later;
        };
        let part = Part {
            hash: upload.hash,
            doc: upload.doc,
            offset: at,
            bytes: bytes.subarray(from, bytes.length().min(from.saturating_add(PART))),
        };
        match net::send_part(&part).await {
            // A server that takes nothing would be asked for ever.
            Ok(next) if next > at => at = next,
            Ok(_) => return Brought::Later,
            Err(kind) => return failed(kind),
        }
    }
    told(length);
    Brought::Arrived
}

fn failed(kind: Option<ProblemKind>) -> Brought {
    match kind {
        Some(ProblemKind::SignedOut) => Brought::SignedOut,
        Some(kind @ (ProblemKind::WrongType | ProblemKind::TooLarge | ProblemKind::Malformed)) => {
            Brought::Refused(kind)
        }
        // What was damaged on the way was dropped there; the next attempt begins anew.
        _ => Brought::Later,
    }
}
