//! The golden book of a unit (sổ vàng khuyến học): who gave what to learning in a year.

use serde::{Deserialize, Serialize};

use super::Crumb;
use crate::calendar::Year;
use crate::contribution::Contribution;
use crate::criteria::Title;
use crate::ids::{DocumentId, SubjectId, UnitId};

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
}

impl Contributions {
    /// All days of work, and all money in đồng.
    pub fn totals(&self) -> (u64, u64) {
        let given = self.rows.iter().map(|row| &row.gave);
        let given = given.map(|gave| (gave.labour.unwrap_or(0), gave.money.unwrap_or(0)));
        given.fold((0, 0), |(labour, money), (days, dong)| {
            (labour.saturating_add(days), money.saturating_add(dong))
        })
    }
}

/// Somebody who gave something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContributionRow {
    pub subject: SubjectId,
    pub name: String,
    pub village: String,
    pub title: Title,
    pub gave: Contribution,
    /// The decision that commended it.
    pub commended: Option<DocumentId>,
}
