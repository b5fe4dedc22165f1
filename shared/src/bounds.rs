//! How large anything may be that comes from outside.
//!
//! A change is written by anybody who is signed in, and whatever it leaves in a document goes to every phone of the village
//! and into every transaction that touches the document. So all that a change may hold is bounded here, before it is
//! applied; and what it makes of a document is bounded here, after. The limits lie far above what an honest form reaches.

use serde_json::Value;

use crate::assessment::{AssessmentHead, Move};
use crate::change::{Change, ChangeBody, Refusal};
use crate::decision::{DecisionStep, LISTED_MAX};
use crate::document::{Document, FieldName};
use crate::scoring::{Facts, NUMBERS_MAX};

/// The longest name of a field that anybody writes, in bytes: `[a-z0-9_.]{1,64}`.
pub const FIELD_NAME_MAX: usize = 64;
/// The longest name of any field, in bytes: that of a piece of evidence ends with 64 digits.
const ANY_NAME_MAX: usize = 128;
/// The longest code of a criterion, a criteria set or a class of area, in bytes.
pub const CODE_MAX: usize = 64;
/// Fields of a subject, those of newer versions included.
pub const FIELDS_MAX: usize = 80;
/// Fields of a subject that somebody should ask about.
pub const DOUBTS_MAX: usize = 64;
/// Values beside the standing one that wait for somebody to choose. The oldest gives way; the history keeps it.
pub const RIVALS_MAX: usize = 8;
/// The longest JSON text of one value, in bytes.
pub const VALUE_MAX: usize = 4_096;
/// How deep a value of a newer version may be nested. JSON's readers stop at 128, and a value lies deeper in a document
/// than in the change that brought it.
pub const DEPTH_MAX: usize = 4;
/// All that a document holds, in bytes, about as long as its JSON text.
pub const DOCUMENT_MAX: usize = 256 * 1024;

/// Whether a value can be kept for a version that knows its field: small, flat, and the same after it was written and read.
/// A NUL is no part of any text, and there are databases that keep none.
pub fn survives(value: &Value) -> bool {
    if depth(value) > DEPTH_MAX {
        return false;
    }
    let text = value.to_string();
    text.len() <= VALUE_MAX
        && !text.contains("\\u0000")
        && serde_json::from_str::<Value>(&text).is_ok_and(|read| read == *value)
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        Value::Object(values) => 1 + values.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Refuses a change that is larger than any honest one, before anything looks at what it says. What a refusal repeats of
/// it is then small too.
pub(crate) fn check(change: &Change) -> Result<(), Refusal> {
    match &change.body {
        ChangeBody::Register(registration) => {
            at_most(FIELDS_MAX, registration.fields.len())?;
            at_most(DOUBTS_MAX, registration.doubts.len())?;
            let named = registration.fields.keys().chain(registration.doubts.keys());
            for field in named {
                name(field)?;
            }
        }
        ChangeBody::Start(start) => {
            code(start.criteria.as_str())?;
            facts(&start.facts)?;
        }
        ChangeBody::SetField { field, .. } | ChangeBody::Doubt { field, .. } => name(field)?,
        ChangeBody::Settle { field, value } => {
            name(field)?;
            at_most(VALUE_MAX, weight(value))?;
        }
        ChangeBody::SetAnswer { code: of, .. } => code(of.as_str())?,
        ChangeBody::SetFacts { facts: told } => facts(told)?,
        ChangeBody::Attach { evidence, .. } => {
            let criterion = evidence.criterion.as_ref();
            criterion.map_or(Ok(()), |it| code(it.as_str()))?;
        }
        ChangeBody::Advance(Move::Return { remarks, .. }) => {
            at_most(FIELDS_MAX, remarks.len())?;
            remarks.keys().try_for_each(|it| code(it.as_str()))?;
        }
        ChangeBody::UseCriteria { criteria } => code(criteria.as_str())?,
        ChangeBody::Decide(deciding) => {
            listed(deciding.subjects.len())?;
            listed(match &deciding.step {
                DecisionStep::Describe { deeds } => deeds.len(),
                DecisionStep::Reword { readings, .. } => readings.len(),
                DecisionStep::Decline { declined } => declined.len(),
                DecisionStep::Gather { pieces } => pieces.len(),
                _ => 0,
            })?;
        }
        ChangeBody::Hold { .. }
        | ChangeBody::Merge(_)
        | ChangeBody::Support(_)
        | ChangeBody::Advance(_)
        | ChangeBody::Detach { .. }
        | ChangeBody::Move { .. } => {}
    }
    Ok(())
}

fn facts(told: &Facts) -> Result<(), Refusal> {
    told.area_class.as_deref().map_or(Ok(()), code)?;
    at_most(NUMBERS_MAX, told.numbers.len())?;
    told.numbers.keys().try_for_each(|name| code(name))
}

fn name(field: &FieldName) -> Result<(), Refusal> {
    at_most(ANY_NAME_MAX, field.as_str().len())
}

/// Codes become names of fields, and stand in columns and addresses.
fn code(text: &str) -> Result<(), Refusal> {
    at_most(CODE_MAX, text.len())?;
    match text.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(()),
        false => Err(Refusal::WrongKind),
    }
}

/// Refuses a list that is longer than a decision's.
pub(crate) fn listed(count: usize) -> Result<(), Refusal> {
    at_most(LISTED_MAX, count)
}

pub(crate) fn at_most(max: usize, found: usize) -> Result<(), Refusal> {
    if found > max {
        Err(Refusal::TooLong { max })
    } else {
        Ok(())
    }
}

/// Refuses what would make a document larger than a phone should carry. What only shortens it, or moves it on, is never
/// refused for its size.
pub(crate) fn check_document(document: &Document, change: &Change) -> Result<(), Refusal> {
    let adds = matches!(
        change.body,
        ChangeBody::Register(_)
            | ChangeBody::SetField { .. }
            | ChangeBody::SetAnswer { .. }
            | ChangeBody::Doubt { .. }
            | ChangeBody::Attach { .. }
    );
    if !adds {
        return Ok(());
    }
    let is_plain = |field: &&FieldName| field.as_answer().is_none() && !field.is_evidence();
    at_most(FIELDS_MAX, document.fields.keys().filter(is_plain).count())?;
    at_most(DOUBTS_MAX, document.doubts.len())?;
    at_most(DOCUMENT_MAX, document.weight())
}

/// What a writer takes as JSON: three ids and a moment, about.
const WRITER: usize = 130;

impl Document {
    /// About how many bytes the document's fields, conflicts, doubts, remarks and steps take as JSON.
    pub fn weight(&self) -> usize {
        let fields = self.fields.iter();
        let fields: usize = fields
            .map(|(name, value)| name.as_str().len() + weight(value) + 4)
            .sum();
        let written = self.written.keys();
        let written: usize = written.map(|name| name.as_str().len() + WRITER).sum();
        let rivals = self.conflicts.iter().flat_map(|(name, rivals)| {
            let name = name.as_str().len();
            rivals
                .iter()
                .map(move |rival| name + weight(&rival.value) + WRITER)
        });
        let doubts = self.doubts.iter();
        let doubts: usize = doubts
            .map(|(name, reason)| name.as_str().len() + reason.len() + 8)
            .sum();
        let said = self.assessment().map_or(0, said);
        fields + written + rivals.sum::<usize>() + doubts + said
    }
}

/// What the commune has said of single criteria, and why the form has gone from stage to stage.
fn said(head: &AssessmentHead) -> usize {
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let remarks = head.remarks.iter();
    let remarks = remarks.map(|(code, remark)| code.as_str().len() + text(&remark.text) + 32);
    let steps = head.steps.iter().map(|step| text(&step.reason) + WRITER);
    remarks.sum::<usize>() + steps.sum::<usize>()
}

/// About how many bytes a value takes as JSON. (An escaped sign takes up to six; none of them is in an honest text.)
fn weight(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 5,
        Value::Number(_) => 8,
        Value::String(text) => text.len() + 2,
        Value::Array(values) => 2 + values.iter().map(|value| weight(value) + 1).sum::<usize>(),
        Value::Object(values) => {
            let pairs = values.iter();
            2 + pairs
                .map(|(name, value)| name.len() + weight(value) + 4)
                .sum::<usize>()
        }
    }
}
