//! What a phone without signal hands to a neighbour who goes to town.
//!
//! Everything unsent goes into one file that only the server can open. Whoever carries it cannot read it and cannot
//! alter it without being noticed; they upload it in their own name, and it counts in its author's. Nothing is deleted
//! on the author's phone: it offers the same changes again at its next contact and then gets the receipts they were
//! given here, because a change has one receipt for ever.
//!
//! # The file
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | [`MAGIC`] |
//! | 65 | the phone's key of this file alone, a point of P-256, uncompressed (SEC 1, 2.3.3) |
//! | 12 | the nonce |
//! | the rest | AES-256-GCM of the letter, with all before it as associated data |
//!
//! The key is HKDF-SHA256 (RFC 5869) of what ECDH over P-256 gives, without salt, with [`INFO`] followed by both public
//! keys (the file's, the server's) as info. It is the scheme of ECIES with primitives that every browser has.
//!
//! The letter is the length of the [`Letter`] in JSON (four bytes, little-endian), the letter, and the bytes of its
//! files one after the other.

use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::change::Change;
use crate::evidence::FileHash;
use crate::ids::{DeviceId, DocumentId, UserId};
use crate::sync::Carried;

/// How the file begins. The last letter but one is its version.
pub const MAGIC: [u8; 8] = *b"BANHOC1\n";
/// What the key is for.
pub const INFO: &[u8] = b"banhoc sealed 1";
/// The length of a public key.
pub const KEY_LENGTH: usize = 65;
/// The length of the nonce.
pub const NONCE_LENGTH: usize = 12;
/// The largest file. A village's winter with a hundred photos is smaller.
pub const MAX: usize = 32 << 20;
/// The length of what stands before the JSON and says how long it is.
pub const HEAD_LENGTH: usize = 4;
/// The longest JSON. A phone leaves half of [`MAX`] for it.
pub const JSON_MAX: usize = MAX / 2;
/// Changes in a letter: none is shorter than its three ids, so that more do not fit.
pub const CHANGES_MAX: usize = 100_000;
/// Files in a letter.
pub const FILES_MAX: usize = 1_000;
/// How the file ends its name.
pub const EXTENSION: &str = "banhoc";

/// What a phone needs to seal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Seal {
    /// The server's public key, a point of P-256, uncompressed, in base64.
    pub public_key: String,
    /// What proves that the letter is from this person. It is told to them and to nobody else.
    pub mark: String,
}

/// What is inside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    pub user: UserId,
    pub mark: String,
    pub device: DeviceId,
    pub made_at: DateTime<Utc>,
    /// In the order they were made.
    pub changes: Vec<Carried<Change>>,
    #[serde(default)]
    pub files: Vec<Enclosed>,
}

/// A file of evidence in a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosed {
    pub hash: FileHash,
    /// The form that lists it.
    pub doc: DocumentId,
    pub bytes: u64,
}

/// What is told to whoever brought a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Delivered {
    /// Changes that the server has now, whether they came with this file or earlier.
    pub received: usize,
    /// Changes that were refused; their author sees why at the next contact.
    pub refused: usize,
    /// Files of evidence that the server has now.
    pub files: usize,
}

/// It is no letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nội dung trong gói không đúng dạng")]
pub struct NotALetter;

impl Letter {
    /// The letter's beginning; the bytes of its files follow, in their order.
    pub fn head(&self) -> Result<Vec<u8>, NotALetter> {
        let json = serde_json::to_vec(self).map_err(|_| NotALetter)?;
        let length = u32::try_from(json.len()).map_err(|_| NotALetter)?;
        let mut head = length.to_le_bytes().to_vec();
        head.extend(json);
        Ok(head)
    }
}

/// A letter as it is read. Its changes are not looked at before it is known whose they are.
#[derive(Debug, Deserialize)]
pub struct Opened {
    pub user: UserId,
    pub mark: String,
    /// Each as it was written, to be read as [`Carried::from`].
    #[serde(deserialize_with = "at_most::<CHANGES_MAX, _, _>")]
    pub changes: Vec<Box<RawValue>>,
    #[serde(default, deserialize_with = "at_most::<FILES_MAX, _, _>")]
    pub files: Vec<Enclosed>,
}

impl Opened {
    /// Reads a letter from its JSON.
    pub fn read(json: &[u8]) -> Result<Self, NotALetter> {
        serde_json::from_slice(json).map_err(|_| NotALetter)
    }

    /// The length of the JSON, by the bytes before it.
    pub fn json_length(first: [u8; HEAD_LENGTH]) -> Result<usize, NotALetter> {
        let length = usize::try_from(u32::from_le_bytes(first)).map_err(|_| NotALetter)?;
        if length > JSON_MAX {
            return Err(NotALetter);
        }
        Ok(length)
    }

    /// Where each enclosed file begins, if those bytes follow the JSON and nothing else does.
    pub fn places(&self, files_at: u64, end: u64) -> Result<Vec<u64>, NotALetter> {
        let mut at = files_at;
        let mut places = Vec::with_capacity(self.files.len());
        for file in &self.files {
            places.push(at);
            at = at.checked_add(file.bytes).ok_or(NotALetter)?;
        }
        if at == end {
            Ok(places)
        } else {
            Err(NotALetter)
        }
    }
}

/// Reads a list that is not longer than any honest one.
fn at_most<'de, const MAX: usize, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    struct Bounded<T, const MAX: usize>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for Bounded<T, MAX> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "at most {MAX} entries")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Vec<T>, A::Error> {
            let mut read = Vec::new();
            while let Some(entry) = entries.next_element()? {
                if read.len() == MAX {
                    return Err(de::Error::invalid_length(MAX + 1, &self));
                }
                read.push(entry);
            }
            Ok(read)
        }
    }

    deserializer.deserialize_seq(Bounded::<T, MAX>(PhantomData))
}
