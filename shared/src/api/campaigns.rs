//! The days of a year: what the desk shows of them and takes.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Crumb;
use crate::SortedMap;
use crate::calendar::Year;
use crate::campaign::{DayProblem, Due, Step};
use crate::criteria::Title;
use crate::ids::{DocumentId, UnitId};

/// `GET /api/v1/campaign` and `GET /api/v1/late`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CampaignQuery {
    /// Of a village the days are its commune's; the signed-in person's home if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Those for all titles if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// The year being judged if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<Year>,
}

impl CampaignQuery {
    /// Reads an address. What cannot be read is left out.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            unit: get("unit").and_then(|it| it.parse().ok()),
            title: get("title").and_then(|it| it.parse().ok()),
            year: get("year").and_then(|it| it.parse().ok()),
        }
    }
}

/// The days of a year in a unit, for one title or for all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Campaign {
    pub unit: UnitId,
    pub name: String,
    pub year: Year,
    pub title: Option<Title>,
    /// All steps, in the order of the year.
    pub steps: Vec<StepDay>,
    /// The titles for which this unit, or one above it, has days of their own.
    pub titles: Vec<Title>,
    /// How often the unit has set these days. Whoever sends days says it again: what somebody else has set meanwhile is not
    /// overwritten in silence.
    pub version: i64,
    pub saved: Option<SavedDays>,
    /// Whether the reader may set them.
    pub may_set: bool,
    /// The units whose days the reader may see.
    pub units: Vec<Crumb>,
    /// The years that can be set.
    pub years: Vec<Year>,
    pub today: NaiveDate,
}

/// The day of one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StepDay {
    pub step: Step,
    /// What the unit has set itself.
    pub own: Option<NaiveDate>,
    /// What holds without that: of a unit above, or what the unit has set for all titles.
    pub inherited: Option<Inherited>,
    /// What holds.
    pub day: Option<NaiveDate>,
}

/// A day and the unit that set it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Inherited {
    pub day: NaiveDate,
    pub unit: UnitId,
    pub name: String,
}

/// When and by whom days were set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SavedDays {
    pub at: DateTime<Utc>,
    pub by: Option<String>,
}

/// Forms of a title whose next step is late.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LateForms {
    pub title: Title,
    pub due: Due,
    pub forms: i64,
}

/// What is next for a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FormDue {
    pub form: DocumentId,
    pub due: Due,
}

/// Letters of a day that somebody types.
pub const TYPED_MAX: usize = 20;

/// Days that could not be taken, to be mended where they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnmendedDays {
    pub typed: SortedMap<Step, String>,
    pub problems: SortedMap<Step, DayProblem>,
    /// Somebody else has set these days since they were looked at.
    pub is_overtaken: bool,
}
