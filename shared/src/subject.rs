//! Subjects: whom the movement judges.
//!
//! A subject is a [`Document`] whose fields are read through the small typed views below. The rules of a field (its
//! type and its range) are checked once, when a change is admitted.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::criteria::Title;
use crate::document::{About, Document, FieldName};
use crate::scoring::Facts;
use crate::text;

/// The kinds of subject of the district's plan, section III.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    Household,
    Clan,
    Village,
    Unit,
    Citizen,
    Commune,
    District,
}

impl SubjectKind {
    /// The title a subject of this kind is judged for.
    pub fn title(self) -> Title {
        match self {
            SubjectKind::Household => Title::LearningFamily,
            SubjectKind::Clan => Title::LearningClan,
            SubjectKind::Village => Title::LearningVillage,
            SubjectKind::Unit => Title::LearningUnit,
            SubjectKind::Citizen => Title::LearningCitizen,
            SubjectKind::Commune => Title::LearningCommune,
            SubjectKind::District => Title::LearningDistrict,
        }
    }

    /// The kind of subject a title is given to.
    pub fn of(title: Title) -> Self {
        match title {
            Title::LearningFamily => SubjectKind::Household,
            Title::LearningClan => SubjectKind::Clan,
            Title::LearningVillage => SubjectKind::Village,
            Title::LearningUnit => SubjectKind::Unit,
            Title::LearningCitizen => SubjectKind::Citizen,
            Title::LearningCommune => SubjectKind::Commune,
            Title::LearningDistrict => SubjectKind::District,
        }
    }
}

/// Field names of subjects.
pub mod field {
    /// Name of the head of a household, of a person, of a unit. Text.
    pub const NAME: &str = "name";
    /// Year of birth of the head of a household or of a person.
    pub const BIRTH_YEAR: &str = "birth_year";
    /// Ethnic group; sensitive personal data, for statistics only.
    pub const ETHNICITY: &str = "ethnicity";
    /// Persons in the household.
    pub const MEMBERS: &str = "members";
    /// Children of the household who go to school.
    pub const CHILDREN: &str = "children";
    /// Adults of 19 to 60 years.
    pub const ADULTS: &str = "adults";
    /// Of those, how many can read and write.
    pub const LITERATE_ADULTS: &str = "literate_adults";
    /// Whether the household is on the list of poor households.
    pub const POOR: &str = "poor";
    /// A free remark.
    pub const NOTE: &str = "note";
    /// The number in the commune's own list.
    pub const NUMBER: &str = "number";
    /// The hamlet or group inside the village.
    pub const HAMLET: &str = "hamlet";
    /// The first year the subject counts in.
    pub const SINCE: &str = "since";
    /// The first year the subject no longer counts in (moved away, dissolved).
    pub const UNTIL: &str = "until";
}

/// The longest name, in characters.
pub const NAME_MAX: usize = 120;
/// The longest remark, in characters.
pub const NOTE_MAX: usize = 1_000;
/// The largest number of persons that one household may have.
pub const MEMBERS_MAX: u64 = 60;
/// The longest JSON text of a field this version does not know.
const UNKNOWN_MAX: usize = 4_096;

/// Why a value does not fit its field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldProblem {
    Empty,
    TooLong { max: usize },
    NotText,
    NotNumber,
    OutOfRange { min: u64, max: u64 },
    NotYesNo,
}

/// Checks a value for a field of a subject and returns it in its normal form (names trimmed and in NFC).
/// A field this version does not know passes untouched as long as it is not enormous.
pub fn check_field(name: &FieldName, value: Value) -> Result<Value, FieldProblem> {
    match name.as_str() {
        field::NAME => match text_of(value, NAME_MAX)? {
            Value::Null => Err(FieldProblem::Empty),
            name => Ok(name),
        },
        field::ETHNICITY | field::HAMLET => text_of(value, NAME_MAX),
        field::NOTE => text_of(value, NOTE_MAX),
        field::BIRTH_YEAR => number_of(value, 1900, 2100),
        field::SINCE | field::UNTIL => number_of(value, 2000, 2100),
        field::MEMBERS | field::CHILDREN | field::ADULTS | field::LITERATE_ADULTS => {
            number_of(value, 0, MEMBERS_MAX)
        }
        field::NUMBER => number_of(value, 0, 1_000_000),
        field::POOR => match value {
            Value::Null | Value::Bool(_) => Ok(value),
            _ => Err(FieldProblem::NotYesNo),
        },
        _ if value.to_string().len() > UNKNOWN_MAX => {
            Err(FieldProblem::TooLong { max: UNKNOWN_MAX })
        }
        _ => Ok(value),
    }
}

fn text_of(value: Value, max: usize) -> Result<Value, FieldProblem> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::String(written) => {
            let tidy = text::tidy(&written);
            if tidy.chars().count() > max {
                Err(FieldProblem::TooLong { max })
            } else if tidy.is_empty() {
                Ok(Value::Null)
            } else {
                Ok(Value::String(tidy))
            }
        }
        _ => Err(FieldProblem::NotText),
    }
}

fn number_of(value: Value, min: u64, max: u64) -> Result<Value, FieldProblem> {
    if value.is_null() {
        return Ok(value);
    }
    match value.as_u64() {
        Some(number) if (min..=max).contains(&number) => Ok(value),
        Some(_) => Err(FieldProblem::OutOfRange { min, max }),
        None => Err(FieldProblem::NotNumber),
    }
}

/// Typed reading of a subject's document.
impl Document {
    pub fn subject_kind(&self) -> Option<SubjectKind> {
        match &self.about {
            About::Subject(kind) => Some(*kind),
            About::Assessment(_) => None,
        }
    }

    /// The name, or an empty text when it has none.
    pub fn name(&self) -> &str {
        self.text(field::NAME).unwrap_or_default()
    }

    /// A text field.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.field(&name.into())?.as_str()
    }

    /// A whole-number field.
    pub fn number(&self, name: &str) -> Option<u32> {
        u32::try_from(self.field(&name.into())?.as_u64()?).ok()
    }

    /// A yes-or-no field.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.field(&name.into())?.as_bool()
    }

    /// The first year the subject counts in. Documents made before the field existed count from the year they were
    /// made in.
    pub fn since(&self) -> i32 {
        use chrono::Datelike;
        self.number(field::SINCE)
            .and_then(|year| i32::try_from(year).ok())
            .unwrap_or_else(|| self.made.at.year())
    }

    /// The first year it no longer counts in.
    pub fn until(&self) -> Option<i32> {
        self.number(field::UNTIL)
            .and_then(|year| i32::try_from(year).ok())
    }

    /// What a household tells the scoring.
    pub fn facts(&self) -> Facts {
        Facts {
            children: self.number(field::CHILDREN),
            adults: self.number(field::ADULTS),
            literate_adults: self.number(field::LITERATE_ADULTS),
            area_class: None,
        }
    }
}
