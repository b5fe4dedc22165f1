//! The golden book of a unit (sổ vàng khuyến học): who gave what to learning in a year, as a form says it, or as it was written of
//! a supporter.

use serde::{Deserialize, Serialize};

use super::Crumb;
use crate::calendar::Year;
use crate::contribution::Contribution;
use crate::ids::{DocumentId, UnitId};
use crate::kind::SubjectKind;
use crate::supporter::SupporterSort;

/// What is asked for. It stands in addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ContributionsQuery {
    /// The signed-in person's own unit if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The year being judged if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<Year>,
}

/// Those of a unit who gave something in a year, in the order of names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Contributions {
    pub crumbs: Vec<Crumb>,
    pub unit: UnitId,
    pub year: Year,
    pub rows: Vec<ContributionRow>,
    /// There are more than are told at once.
    pub is_cut: bool,
    /// Whether the reader writes supporters into it.
    pub may_write: bool,
}

impl ContributionsQuery {
    /// Reads an address. What cannot be read is left out.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            unit: get("unit").and_then(|it| it.parse().ok()),
            year: get("year").and_then(|it| it.parse().ok()),
        }
    }
}

impl Contributions {
    /// All that was given.
    pub fn total(&self) -> Contribution {
        sum(self.rows.iter())
    }

    /// How many supporters there are, and what they gave.
    pub fn of_supporters(&self) -> (usize, Contribution) {
        let rows = self.rows.iter();
        let rows = rows.filter(|row| matches!(row.giver, Giver::Supporter(_)));
        (rows.clone().count(), sum(rows))
    }
}

fn sum<'a>(rows: impl Iterator<Item = &'a ContributionRow>) -> Contribution {
    rows.fold(Contribution::default(), |sum, row| sum.and(&row.gave))
}

/// Who gave something: a subject, or whoever is judged by nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Giver {
    Subject(SubjectKind),
    Supporter(SupporterSort),
}

/// Somebody who gave something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContributionRow {
    pub id: DocumentId,
    pub giver: Giver,
    pub name: String,
    /// Where it is at home, if it is a supporter and that was written down.
    pub from: Option<String>,
    /// The unit it lies in.
    pub place: String,
    pub gave: Contribution,
    /// The decision that commended it.
    pub commended: Option<DocumentId>,
}
