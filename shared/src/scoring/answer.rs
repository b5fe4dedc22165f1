//! The answer to one criterion, and whether it fits.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::calendar::Year;
use crate::criteria::{CriteriaSet, CriterionCode, Measure, Points};

use super::exemption;

/// The answer to one criterion. On the wire a number, `true`/`false`, or a word: `"exempt"`, `"36/40"`, `"2@2026"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Points(Points),
    /// The criterion does not apply, for the reason its set gives.
    Exempt,
    /// Of a criterion whose official points could not be read, or of a target that is met or not.
    Met(bool),
    /// So many of so many.
    Share {
        part: u32,
        whole: u32,
    },
    /// What somebody else has found, and for which year.
    Result {
        level: u8,
        year: Year,
    },
}

/// People that one share may be of.
pub const WHOLE_MAX: u32 = 10_000_000;
/// The highest level that a result from outside may have.
pub const RESULT_MAX: u8 = 9;

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum OnTheWire {
    Met(bool),
    Points(Points),
    Word(String),
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Answer::Points(points) => points.serialize(serializer),
            Answer::Met(met) => met.serialize(serializer),
            Answer::Exempt => "exempt".serialize(serializer),
            Answer::Share { part, whole } => {
                serializer.collect_str(&format_args!("{part}/{whole}"))
            }
            Answer::Result { level, year } => {
                serializer.collect_str(&format_args!("{level}@{}", year.get()))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match OnTheWire::deserialize(deserializer)? {
            OnTheWire::Met(met) => Ok(Answer::Met(met)),
            OnTheWire::Points(points) => Ok(Answer::Points(points)),
            OnTheWire::Word(word) => spelled(&word)
                .ok_or_else(|| serde::de::Error::custom(format!("câu trả lời lạ: {word}"))),
        }
    }
}

impl Answer {
    /// As an address or a field of a form has it: `7.5`, `true`, `exempt`, `36/40`.
    pub fn written(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_default();
        json.trim_matches('"').to_owned()
    }

    /// Reads what [`Answer::written`] has written.
    pub fn read(text: &str) -> Option<Self> {
        spelled(text).or_else(|| serde_json::from_str(text).ok())
    }
}

fn spelled(word: &str) -> Option<Answer> {
    if word == "exempt" {
        return Some(Answer::Exempt);
    }
    if let Some((part, whole)) = word.split_once('/') {
        let (part, whole) = (part.parse().ok()?, whole.parse().ok()?);
        return Some(Answer::Share { part, whole });
    }
    let (level, year) = word.split_once('@')?;
    Some(Answer::Result {
        level: level.parse().ok()?,
        year: Year::new(year.parse().ok()?)?,
    })
}

/// Why an answer does not fit its criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AnswerError {
    UnknownCriterion,
    Negative,
    AboveMax {
        max: Points,
    },
    NotAStep {
        step: Points,
    },
    /// The set offers no exemption here.
    NotExempt,
    /// Points where yes or no is asked, or the other way round.
    WrongKind,
    /// More than there are, or of nobody; or no such level.
    OutOfRange,
}

/// Checks one answer against its criterion.
pub fn check_answer(
    set: &CriteriaSet,
    code: &CriterionCode,
    answer: &Answer,
) -> Result<(), AnswerError> {
    let (group, indicator) = set.indicator(code).ok_or(AnswerError::UnknownCriterion)?;
    let in_range = |fits: bool| fits.then_some(()).ok_or(AnswerError::OutOfRange);
    match (answer, indicator.measure, indicator.max) {
        (Answer::Exempt, ..) => match exemption(group, indicator) {
            Some(_) => Ok(()),
            None => Err(AnswerError::NotExempt),
        },
        (Answer::Met(_), None, None) => Ok(()),
        (Answer::Share { part, whole }, Some(Measure::Share), _) => {
            in_range((1..=WHOLE_MAX).contains(whole) && part <= whole)
        }
        (Answer::Result { level, .. }, Some(Measure::Result), _) => in_range(*level <= RESULT_MAX),
        (Answer::Points(points), None, Some(max)) => {
            if *points < Points::ZERO {
                Err(AnswerError::Negative)
            } else if *points > max {
                Err(AnswerError::AboveMax { max })
            } else if !points.is_multiple_of(indicator.step) {
                Err(AnswerError::NotAStep {
                    step: indicator.step,
                })
            } else {
                Ok(())
            }
        }
        _ => Err(AnswerError::WrongKind),
    }
}
