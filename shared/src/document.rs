//! A document is what is replicated: one subject, or one assessment of a subject. (A decision is one too, and a supporter; both
//! stay on the server.)
//!
//! Both have the same anatomy: a head that says what the document is about, and a map of fields that people write.
//! Each field remembers the change that wrote it, so that a later author can say which value they were looking at
//! (`Change::seen`). That one fact is all the merge rule needs: fields nobody else touched merge without a word,
//! a field two people wrote apart keeps the later value, remembers the other, and carries a conflict until an officer
//! settles it.
//!
//! A field this version does not know is kept as it came and sent on as it came.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::SortedMap;
use crate::assessment::AssessmentHead;
use crate::at_desk::AtDesk;
use crate::bounds;
use crate::criteria::CriterionCode;
use crate::decision::DecisionHead;
use crate::ids::{ChangeId, DocumentId, UnitId, UserId};
use crate::kind::SubjectKind;
use crate::supporter::SupporterHead;

/// A position in a shard's feed. The server gives each new state of a document the next number of its shard.
pub type Seq = u64;

/// The name of one field of a document, such as `birth_year` or `village.GD.1a`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(!transparent))]
#[serde(transparent)]
pub struct FieldName(String);

impl FieldName {
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The field that holds one scorer's answer to one criterion.
    pub fn answer(scorer: Scorer, code: &CriterionCode) -> Self {
        Self(format!("{}.{}", scorer.as_str(), code.as_str()))
    }

    /// The scorer and criterion of an answer field, if that is what it is.
    pub fn as_answer(&self) -> Option<(Scorer, CriterionCode)> {
        let (scorer, code) = self.0.split_once('.')?;
        Some((Scorer::parse(scorer)?, CriterionCode::new(code)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether somebody may write a field of this name, one of a newer version too: `[a-z0-9_.]{1,64}`.
    pub fn is_plain(&self) -> bool {
        let is_plain = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.');
        (1..=bounds::FIELD_NAME_MAX).contains(&self.0.len()) && self.0.bytes().all(is_plain)
    }
}

impl From<&str> for FieldName {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl std::fmt::Display for FieldName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whose score it is. The three stand side by side; the highest that has answered counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scorer {
    /// The family, clan or unit about itself.
    Own,
    /// The village, by its officer or its review meeting.
    Village,
    /// The commune, when it verifies.
    Commune,
}

impl Scorer {
    /// From the weakest to the one that counts.
    pub const ALL: [Scorer; 3] = [Scorer::Own, Scorer::Village, Scorer::Commune];

    pub fn as_str(self) -> &'static str {
        match self {
            Scorer::Own => "own",
            Scorer::Village => "village",
            Scorer::Commune => "commune",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scorer| scorer.as_str() == text)
    }
}

/// The change that wrote a value, its author, and what the author's clock said (kept for people, never for order).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Writer {
    pub change: ChangeId,
    pub by: UserId,
    pub at: DateTime<Utc>,
}

/// A value that lost to one whose author had not seen it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rival {
    pub value: Value,
    pub writer: Writer,
}

/// What the document is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum About {
    Subject(SubjectKind),
    Assessment(Box<AssessmentHead>),
    /// It lies at desks only: no phone is sent one.
    Decision(AtDesk<Box<DecisionHead>>),
    /// So does this.
    Supporter(AtDesk<Box<SupporterHead>>),
}

/// One replicated document. See the module's text for how its fields merge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Document {
    pub id: DocumentId,
    pub about: About,
    /// The unit that answers for the document today: its commune, or the place itself where that lies above the communes.
    pub shard: UnitId,
    /// The village it counts in, or the unit itself for what lies in no village.
    pub place: UnitId,
    /// The change that made the document, and the writer of each field that `written` does not name.
    pub made: Writer,
    #[serde(serialize_with = "crate::as_object")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pairs<Value>"))]
    pub fields: SortedMap<FieldName, Value>,
    /// Writers of the fields that were written after the document was made.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pairs<Writer>"))]
    pub written: SortedMap<FieldName, Writer>,
    /// Values that lost to an author who had not seen them, until an officer settles the field.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "crate::schema::Pairs<Vec<Rival>>")
    )]
    pub conflicts: SortedMap<FieldName, Vec<Rival>>,
    /// Fields an import could not believe, with the reason; writing the field clears its doubt.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pairs<String>"))]
    pub doubts: SortedMap<FieldName, String>,
    /// Position in the shard's feed; 0 until the server has it.
    #[serde(default)]
    pub seq: Seq,
}

impl Document {
    /// The value of a field; a field set to nothing counts as absent.
    pub fn field(&self, name: &FieldName) -> Option<&Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    /// The change that wrote the value now standing in a field. This is what an author who looks at the document
    /// names in `Change::seen`. `None` when nobody has written the field.
    pub fn writer(&self, name: &FieldName) -> Option<Writer> {
        match self.written.get(name) {
            Some(writer) => Some(*writer),
            None => self.fields.contains_key(name).then_some(self.made),
        }
    }

    /// Everybody who wrote what stands here or stands beside it.
    pub fn writers(&self) -> impl Iterator<Item = Writer> {
        let rivals = self.conflicts.values().flatten();
        let written = self.written.values().copied();
        std::iter::once(self.made)
            .chain(written)
            .chain(rivals.map(|rival| rival.writer))
    }

    /// Whether a field waits for somebody to choose between two values.
    pub fn in_conflict(&self) -> bool {
        !self.conflicts.is_empty()
    }

    /// Writes a field by the merge rule and returns the value that stood there before.
    ///
    /// The author had seen the standing value if `seen` names its writer; then the new value simply replaces it.
    /// Otherwise, if the two differ, the new one stands and the old one is kept as a rival. A rival the author has
    /// seen (its writer is `seen`) is settled by this very write.
    pub(crate) fn write(
        &mut self,
        name: &FieldName,
        value: Value,
        seen: Option<ChangeId>,
        writer: Writer,
    ) -> Option<Value> {
        let standing = self.writer(name);
        let before = self.fields.get(name).cloned();
        if let (Some(standing), Some(before)) = (standing, &before)
            && seen != Some(standing.change)
            && *before != value
        {
            let rivals = self.conflicts.entry(name.clone()).or_default();
            // What the author had seen, and what they say too, is settled; so it does not push out an older one below.
            rivals.retain(|rival| Some(rival.writer.change) != seen && rival.value != value);
            rivals.push(Rival {
                value: before.clone(),
                writer: standing,
            });
            if rivals.len() > bounds::RIVALS_MAX {
                rivals.remove(0);
            }
        }
        self.doubts.remove(name);
        self.fields.insert(name.clone(), value);
        self.written.insert(name.clone(), writer);
        self.drop_equal_rivals(name);
        before
    }

    /// Ends a conflict with the value the officer chose.
    pub(crate) fn settle(
        &mut self,
        name: &FieldName,
        value: Value,
        writer: Writer,
    ) -> Option<Value> {
        let before = self.fields.insert(name.clone(), value);
        self.written.insert(name.clone(), writer);
        self.conflicts.remove(name);
        self.doubts.remove(name);
        before
    }

    /// What stands in a field is another name for a value. Its writer stays.
    pub(crate) fn means(&mut self, name: &FieldName, value: Value) {
        self.fields.insert(name.clone(), value);
        self.drop_equal_rivals(name);
    }

    /// Two people who wrote the same have nothing to settle.
    fn drop_equal_rivals(&mut self, name: &FieldName) {
        let standing = self.fields.get(name);
        if let Some(rivals) = self.conflicts.get_mut(name) {
            rivals.retain(|rival| Some(&rival.value) != standing);
            if rivals.is_empty() {
                self.conflicts.remove(name);
            }
        }
    }
}
