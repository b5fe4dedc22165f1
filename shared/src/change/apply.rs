//! What a change makes of a document.

use serde_json::Value;

use super::{Change, ChangeBody, Refusal};
use crate::access::{self, Actor};
use crate::bounds;
use crate::criteria::{CriteriaSet, CriteriaSetId};
use crate::document::{Document, FieldName};
use crate::field;
use crate::ids::{DocumentId, UnitId};
use crate::meeting;

#[cfg(not(target_arch = "wasm32"))]
mod decision;
mod evidence;
mod form;
#[cfg(not(target_arch = "wasm32"))]
mod merge;
mod subject;
#[cfg(not(target_arch = "wasm32"))]
mod supporter;

/// What [`admit`] may look at beside the document.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub actor: &'a Actor,
    pub criteria: &'a [CriteriaSet],
    /// Another document, as it stands. Asked only for what [`Change::rests_on`] names.
    pub find: &'a dyn Fn(DocumentId) -> Option<&'a Document>,
}

impl Context<'_> {
    fn set(&self, id: &CriteriaSetId) -> Result<&CriteriaSet, Refusal> {
        self.criteria
            .iter()
            .find(|set| set.id == *id)
            .ok_or_else(|| Refusal::UnknownCriteria { set: id.clone() })
    }
}

/// A change that was admitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Admitted {
    pub document: Document,
    /// What stood in the field before, for the history. `None` when nothing stood there.
    pub before: Option<Value>,
}

impl Admitted {
    /// It was done before, or there is nothing to do.
    fn unchanged(document: Document) -> Self {
        Self {
            document,
            before: None,
        }
    }
}

/// The longest reason, comment or decision number, in characters.
pub const REASON_MAX: usize = 1_000;

/// Decides one change: the document it makes of the one that stands, or why not.
pub fn admit(
    document: Option<Document>,
    change: &Change,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    let (shard, place) = lies_in(document.as_ref(), change, context)?;
    access::may(context.actor, change, shard, place).map_err(Refusal::Denied)?;
    apply(document, change, context)
}

/// Where the document lies, or would lie.
fn lies_in(
    document: Option<&Document>,
    change: &Change,
    context: &Context<'_>,
) -> Result<(UnitId, UnitId), Refusal> {
    let standing = match (document, &change.body) {
        (Some(document), _) => Some(document),
        (None, ChangeBody::Register(registration)) => {
            return Ok((registration.shard, registration.place));
        }
        (None, ChangeBody::Start(start)) => (context.find)(start.subject.into()),
        (None, ChangeBody::Decide(_) | ChangeBody::Support(_)) => {
            return change.goes_to().ok_or(Refusal::UnknownDocument);
        }
        (None, _) => None,
    };
    let standing = standing.ok_or(Refusal::UnknownDocument)?;
    Ok((standing.shard, standing.place))
}

/// The pure effect of a permitted change on a document.
pub fn apply(
    document: Option<Document>,
    change: &Change,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    bounds::check(change)?;
    let admitted = effect(document, change, context)?;
    bounds::check_document(&admitted.document, change)?;
    Ok(admitted)
}

fn effect(
    document: Option<Document>,
    change: &Change,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    let document = match (&change.body, document) {
        (ChangeBody::Register(registration), None) => {
            return subject::register(change, registration, context);
        }
        (ChangeBody::Register(registration), Some(document)) => {
            return subject::found(document, registration);
        }
        (ChangeBody::Start(start), document) => {
            return form::start(document, change, start, context);
        }
        #[cfg(not(target_arch = "wasm32"))]
        (ChangeBody::Decide(deciding), document) => {
            return decision::decide(document, change, deciding, context);
        }
        #[cfg(not(target_arch = "wasm32"))]
        (ChangeBody::Support(supporting), document) => {
            return supporter::support(document, change, supporting, context);
        }
        (_, None) => return Err(Refusal::UnknownDocument),
        #[cfg(not(target_arch = "wasm32"))]
        (ChangeBody::Merge(merging), Some(document)) => {
            return merge::merge(document, change, merging, context);
        }
        (_, Some(document)) => document,
    };
    // A list or a book is not written field by field.
    if document.lies_at_desks() {
        return Err(Refusal::AtDeskOnly);
    }
    if let Some(into) = document.stands_behind() {
        return Err(Refusal::Merged { into });
    }
    match &change.body {
        ChangeBody::Register(_)
        | ChangeBody::Start(_)
        | ChangeBody::Decide(_)
        | ChangeBody::Merge(_)
        | ChangeBody::Support(_) => Ok(Admitted::unchanged(document)),
        ChangeBody::SetField { field, value } => {
            set_field(document, change, field, value.clone(), context)
        }
        ChangeBody::Settle { field, value } => {
            settle(document, change, field, value.clone(), context)
        }
        ChangeBody::Move { shard, place } => subject::relocate(document, *shard, *place),
        ChangeBody::Doubt { field, reason } => subject::doubt(document, field, reason),
        ChangeBody::SetAnswer {
            scorer,
            code,
            answer,
        } => form::set_answer(document, change, *scorer, code, answer.as_ref(), context),
        ChangeBody::SetFacts { .. } => form::set_facts(document),
        ChangeBody::Advance(step) => form::advance(document, change, step, context),
        ChangeBody::Attach { hash, evidence } => {
            evidence::attach(document, change, *hash, evidence, context)
        }
        ChangeBody::Detach { hash } => evidence::detach(document, change, *hash, context),
        ChangeBody::UseCriteria { criteria } => form::use_criteria(document, criteria, context),
        ChangeBody::Hold { reason } => form::hold(document, change, reason.as_deref(), context),
    }
}

fn set_field(
    mut document: Document,
    change: &Change,
    field: &FieldName,
    value: Value,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    refuse_if_closed(&document)?;
    // Answers and evidence have their own changes, which know their rules; so has what a merge writes.
    let has_its_own = field.as_answer().is_some() || field.is_evidence();
    let is_merges = merge_writes(field);
    if is_merges || has_its_own && document.assessment().is_some() {
        return Err(Refusal::WrongKind);
    }
    let value = match document.assessment() {
        Some(head) if field.as_str() == meeting::FIELD => {
            meeting::check(value, head.year, change.made_at)?
        }
        _ => checked(field, value)?,
    };
    let before = document.write(field, value, change.seen, change.writer(context.actor));
    Ok(Admitted { document, before })
}

fn settle(
    mut document: Document,
    change: &Change,
    field: &FieldName,
    value: Value,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    refuse_if_closed(&document)?;
    let Some(rivals) = document.conflicts.get(field) else {
        // Somebody settled it a moment ago, the same way or another; there is nothing left to choose.
        return Ok(Admitted::unchanged(document));
    };
    let offered = document.fields.get(field) == Some(&value)
        || rivals.iter().any(|rival| rival.value == value);
    if !offered {
        return Err(Refusal::WrongKind);
    }
    let before = document.settle(field, value, change.writer(context.actor));
    Ok(Admitted { document, before })
}

fn merge_writes(field: &FieldName) -> bool {
    crate::merge::FIELDS.contains(&field.as_str())
}

fn refuse_if_closed(document: &Document) -> Result<(), Refusal> {
    match document.assessment() {
        Some(head) if !head.stage.is_open() => Err(Refusal::Closed {
            stage: head.stage.name(),
        }),
        _ => Ok(()),
    }
}

fn checked(name: &FieldName, value: Value) -> Result<Value, Refusal> {
    field::check(name, value).map_err(|problem| Refusal::Field {
        field: name.clone(),
        problem,
    })
}

fn bounded(text: &str) -> Result<(), Refusal> {
    // Sheets, columns of a database and terminals each make something else of a control character.
    let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.chars().any(is_odd) {
        Err(Refusal::ReasonMissing)
    } else if text.chars().count() > REASON_MAX {
        Err(Refusal::TooLong { max: REASON_MAX })
    } else {
        Ok(())
    }
}

/// A reason or comment that somebody must give.
fn given(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::ReasonMissing);
    }
    bounded(text)
}
