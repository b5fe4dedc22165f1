//! Evidence: photos, documents and signatures that stand behind an assessment. Metadata only, never the bytes.
//!
//! A piece of evidence is a field of the assessment, named after the SHA-256 of its file, with the metadata as its
//! value. So it merges, conflicts and has a history like everything else, and it goes out with the text at once. The
//! file follows when the line allows (`/api/v1/files`); until it has arrived, the record says what it waits for.

pub mod content;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::criteria::CriterionCode;
use crate::document::{Document, FieldName};
use crate::text;

/// The largest photo or signature, in bytes. The phone makes photos far smaller.
pub const PHOTO_MAX: u64 = 4 << 20;
/// The largest document, in bytes.
pub const DOCUMENT_MAX: u64 = 10 << 20;
/// The longest name, in characters.
pub const NAME_MAX: usize = 120;
/// Pieces of evidence that one assessment may list at a time.
pub const PIECES_MAX: usize = 30;

/// The SHA-256 of a file's bytes, which is also its name. 64 lower-case hexadecimal digits in text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileHash([u8; 32]);

/// It is not 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("mã tệp phải là 64 chữ số thập lục phân viết thường")]
pub struct NotAHash;

impl FileHash {
    pub const fn from_digest(digest: [u8; 32]) -> Self {
        Self(digest)
    }
}

impl FromStr for FileHash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // One file, one name: capitals would be a second one.
        let half = |digit: u8| match digit {
            b'0'..=b'9' => Ok(digit - b'0'),
            b'a'..=b'f' => Ok(digit - b'a' + 10),
            _ => Err(NotAHash),
        };
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(NotAHash);
        }
        let mut digest = [0; 32];
        for (byte, pair) in digest.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = half(pair[0])? << 4 | half(pair[1])?;
        }
        Ok(Self(digest))
    }
}

impl fmt::Display for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileHash({self})")
    }
}

impl Serialize for FileHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FileHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What a piece of evidence is. (What a criterion asks for is [`crate::criteria::EvidenceKind`].)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    Photo,
    Document,
    /// Drawn by finger.
    Signature,
}

impl Medium {
    /// The largest file, in bytes.
    pub fn max(self) -> u64 {
        match self {
            Medium::Photo | Medium::Signature => PHOTO_MAX,
            Medium::Document => DOCUMENT_MAX,
        }
    }

    /// Whether it may come as a file of this type.
    pub fn takes(self, media_type: MediaType) -> bool {
        self == Medium::Document || media_type.is_image()
    }
}

/// The types of file that are taken: every browser shows them, and none of them runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum MediaType {
    #[serde(rename = "image/jpeg")]
    Jpeg,
    #[serde(rename = "image/png")]
    Png,
    #[serde(rename = "image/webp")]
    Webp,
    #[serde(rename = "application/pdf")]
    Pdf,
}

impl MediaType {
    pub const ALL: [MediaType; 4] = [
        MediaType::Jpeg,
        MediaType::Png,
        MediaType::Webp,
        MediaType::Pdf,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            MediaType::Jpeg => "image/jpeg",
            MediaType::Png => "image/png",
            MediaType::Webp => "image/webp",
            MediaType::Pdf => "application/pdf",
        }
    }

    /// How a file of this type ends its name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            MediaType::Jpeg => "jpg",
            MediaType::Png => "png",
            MediaType::Webp => "webp",
            MediaType::Pdf => "pdf",
        }
    }

    pub fn is_image(self) -> bool {
        self != MediaType::Pdf
    }
}

/// No evidence comes as this type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("không nhận loại tệp {0:?}")]
pub struct UnknownMediaType(String);

impl FromStr for MediaType {
    type Err = UnknownMediaType;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|media_type| media_type.as_str() == text)
            .ok_or_else(|| UnknownMediaType(text.to_owned()))
    }
}

/// What an assessment says of a piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    pub medium: Medium,
    pub media_type: MediaType,
    /// The length of the file.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = DOCUMENT_MAX)))]
    pub bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The criterion it proves; nothing when it is about the whole form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criterion: Option<CriterionCode>,
}

/// Why a piece of evidence is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EvidenceProblem {
    Empty,
    /// Larger than `max` bytes.
    TooLarge {
        max: u64,
    },
    /// A photo or a signature that is no image.
    WrongType,
    NameTooLong {
        max: usize,
    },
    /// The form has no such criterion.
    UnknownCriterion {
        code: CriterionCode,
    },
    /// The form lists as many as it may.
    TooMany {
        max: usize,
    },
}

impl Evidence {
    /// In its normal form (name trimmed and in NFC), if it may be evidence at all.
    pub fn checked(&self) -> Result<Self, EvidenceProblem> {
        let max = self.medium.max();
        if self.bytes == 0 {
            return Err(EvidenceProblem::Empty);
        }
        if self.bytes > max {
            return Err(EvidenceProblem::TooLarge { max });
        }
        if !self.medium.takes(self.media_type) {
            return Err(EvidenceProblem::WrongType);
        }
        let name = self.name.as_deref().map(text::tidy);
        let name = name.filter(|name| !name.is_empty());
        if name
            .as_ref()
            .is_some_and(|name| name.chars().count() > NAME_MAX)
        {
            return Err(EvidenceProblem::NameTooLong { max: NAME_MAX });
        }
        Ok(Self {
            name,
            ..self.clone()
        })
    }
}

/// How the fields of evidence begin.
const PREFIX: &str = "evidence.";

impl FieldName {
    /// The field that lists a file.
    pub fn evidence(hash: FileHash) -> Self {
        Self::new(format!("{PREFIX}{hash}"))
    }

    /// The file that the field lists, if that is what it is.
    pub fn as_evidence(&self) -> Option<FileHash> {
        self.as_str().strip_prefix(PREFIX)?.parse().ok()
    }

    /// Whether the field belongs to evidence, also in a form that this version does not know.
    pub fn is_evidence(&self) -> bool {
        self.as_str().starts_with(PREFIX)
    }
}

/// Typed reading of an assessment's document.
impl Document {
    /// The pieces of evidence that an assessment lists, in the order of their hashes.
    pub fn evidence(&self) -> impl Iterator<Item = (FileHash, Evidence)> {
        self.evidence_fields()
            .filter_map(|field| Some((field.as_evidence()?, self.evidence_in(field)?)))
    }

    /// How many pieces it lists, those of a newer version too.
    pub fn evidence_count(&self) -> usize {
        self.evidence_fields()
            .filter(|field| self.field(field).is_some())
            .count()
    }

    /// What an assessment says of a file: the standing value, or one that waits in a conflict for somebody to choose
    /// it, and to look at it before. `None`: it does not list the file.
    pub fn lists(&self, hash: FileHash) -> Option<Evidence> {
        self.assessment()?;
        let field = FieldName::evidence(hash);
        let rivals = || {
            let mut rivals = self.conflicts.get(&field)?.iter();
            rivals.find_map(|rival| serde_json::from_value(rival.value.clone()).ok())
        };
        self.evidence_in(&field).or_else(rivals)
    }

    fn evidence_in(&self, field: &FieldName) -> Option<Evidence> {
        serde_json::from_value(self.field(field)?.clone()).ok()
    }

    fn evidence_fields(&self) -> impl Iterator<Item = &FieldName> {
        let is_assessment = self.assessment().is_some();
        let is_evidence = move |field: &&FieldName| is_assessment && field.is_evidence();
        self.fields.keys().filter(is_evidence)
    }
}
