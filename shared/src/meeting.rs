//! The village's review meeting (họp bình xét): what those who were present said of one form.
//!
//! The village's board gathers, hears what each family or citizen scored itself, and votes on one after the other. No text that was
//! read says which share of votes a title needs, so the votes are recorded, shown to whoever checks the form, and decide nothing by
//! themselves.
//!
//! They are a field of the form ([`FIELD`]), so they merge, conflict, are settled and taken back as everything that people write.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::calendar::{self, Year};
use crate::change::Refusal;
use crate::document::{Document, FieldName};
use crate::evidence::FileHash;
use crate::field::FieldProblem;
use crate::ids::DocumentId;

/// The name of the field.
pub const FIELD: &str = "meeting";
/// More people than any village has adults.
pub const PRESENT_MAX: u32 = 5_000;

/// One vote of one meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Meeting {
    pub on: NaiveDate,
    /// Persons who were there.
    pub present: u32,
    pub in_favour: u32,
    /// Who is counted in neither kept their voice.
    pub against: u32,
    /// The picture of the minutes, once it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<Minutes>,
}

/// Where the picture of a meeting's minutes is: one form lists it as evidence, the others of the meeting name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Minutes {
    pub form: DocumentId,
    pub photo: FileHash,
}

impl Meeting {
    /// Whether fewer were for it than against it, or as many.
    pub fn is_against(&self) -> bool {
        self.in_favour <= self.against
    }

    /// As the field of a form holds it.
    pub fn value(&self) -> Value {
        // Numbers, a day and ids: they are always JSON.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// From the field of a form. `None` for what no version wrote so.
    pub fn read(value: &Value) -> Option<Self> {
        Self::deserialize(value).ok()
    }
}

/// Checks what somebody writes of a meeting into the form of a year, by the day of their device. Nothing takes it back.
///
/// # Errors
/// [`Refusal::WrongDate`] for a day before the year or after today, [`Refusal::Field`] for votes that are more than were present.
pub(crate) fn check(value: Value, year: Year, made_at: DateTime<Utc>) -> Result<Value, Refusal> {
    if value.is_null() {
        return Ok(value);
    }
    let refused = |problem| Refusal::Field {
        field: FieldName::from(FIELD),
        problem,
    };
    let meeting = Meeting::read(&value).ok_or_else(|| refused(FieldProblem::NotOffered))?;
    let from = year.first_day();
    if meeting.on < from || meeting.on > calendar::day(made_at) {
        return Err(Refusal::WrongDate { from });
    }
    let within = |number, min: u32, max: u32| match (min..=max).contains(&number) {
        true => Ok(()),
        false => Err(refused(FieldProblem::OutOfRange {
            min: min.into(),
            max: max.into(),
        })),
    };
    within(meeting.present, 1, PRESENT_MAX)?;
    within(
        meeting.in_favour.saturating_add(meeting.against),
        0,
        meeting.present,
    )?;
    Ok(meeting.value())
}

impl Document {
    /// What the village's meeting said of the form.
    pub fn meeting(&self) -> Option<Meeting> {
        self.assessment()?;
        Meeting::read(self.field(&FieldName::from(FIELD))?)
    }
}
