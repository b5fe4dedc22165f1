//! Those of a unit who may have been entered twice, and two of them beside each other.

use serde::{Deserialize, Serialize};

use super::Crumb;
use crate::document::{Document, Seq};
use crate::duplicate::Sign;
use crate::ids::{DocumentId, UnitId};
use crate::kind::SubjectKind;

/// What is asked for. It stands in addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct DuplicatesQuery {
    /// The signed-in person's own unit if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// All kinds if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<SubjectKind>,
}

impl DuplicatesQuery {
    /// Reads an address. What cannot be read is left out.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            unit: get("unit").and_then(|it| it.parse().ok()),
            kind: get("kind").and_then(|it| SubjectKind::parse(&it)),
        }
    }

    /// The query of an address. Ids and codes need no escaping.
    pub fn written(&self) -> String {
        let unit = self.unit.map(|it| format!("unit={it}"));
        let kind = self.kind.map(|it| format!("kind={}", it.as_str()));
        let parts = unit.into_iter().chain(kind);
        parts.collect::<Vec<_>>().join("&")
    }
}

/// Those of a unit who may have been entered twice, the likeliest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Duplicates {
    pub crumbs: Vec<Crumb>,
    /// What was asked, with what was left out filled in.
    pub query: DuplicatesQuery,
    /// The kinds that have such pairs, with how many.
    pub kinds: Vec<(SubjectKind, u32)>,
    pub rows: Vec<PairRow>,
    /// There are more than are told at once.
    pub is_cut: bool,
}

/// Two that may be one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PairRow {
    pub kind: SubjectKind,
    pub one: PairedRow,
    pub other: PairedRow,
    pub signs: Vec<Sign>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PairedRow {
    pub id: DocumentId,
    pub name: String,
    pub village: String,
    pub birth_year: Option<u32>,
}

/// Two subjects beside each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PairSeen {
    pub crumbs: Vec<Crumb>,
    pub kind: SubjectKind,
    /// The one that had better be kept stands first.
    pub sides: [Side; 2],
    pub signs: Vec<Sign>,
    /// Somebody has said that they are two.
    pub is_apart: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Side {
    pub subject: Document,
    pub village: String,
    /// Who entered it.
    pub by: String,
    /// All its forms, the newest year first.
    pub forms: Vec<Document>,
    /// How many belong to it.
    pub members: u32,
    /// The names of those that its fields name.
    pub named: Vec<super::Named>,
}

impl Side {
    pub fn seq(&self) -> Seq {
        self.subject.seq
    }
}
