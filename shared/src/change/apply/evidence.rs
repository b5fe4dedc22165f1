//! Changes that list evidence and take it off the list.

use serde_json::Value;

use super::{Admitted, Context, refuse_if_closed};
use crate::change::{Change, Refusal};
use crate::document::{Document, FieldName};
use crate::evidence::{self, Evidence, EvidenceProblem, FileHash};

pub(super) fn attach(
    mut document: Document,
    change: &Change,
    hash: FileHash,
    evidence: &Evidence,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    refuse_if_closed(&document)?;
    let Some(head) = document.assessment() else {
        return Err(Refusal::WrongKind);
    };
    let refused = |problem| Refusal::Evidence { problem };
    let evidence = evidence.checked().map_err(refused)?;
    if let Some(code) = &evidence.criterion {
        let known = context.set(&head.criteria)?.indicator(code);
        let unknown = || EvidenceProblem::UnknownCriterion { code: code.clone() };
        known.ok_or_else(|| refused(unknown()))?;
    }
    let field = FieldName::evidence(hash);
    let value = serde_json::to_value(&evidence).map_err(|_| Refusal::NotUnderstood)?;
    match document.field(&field) {
        // Two phones that list one file have nothing to settle.
        Some(standing) if *standing == value => {
            return Ok(Admitted::unchanged(document));
        }
        None if document.evidence_count() >= evidence::PIECES_MAX => {
            let max = evidence::PIECES_MAX;
            return Err(refused(EvidenceProblem::TooMany { max }));
        }
        _ => {}
    }
    let before = document.write(&field, value, change.seen, change.writer(context.actor));
    Ok(Admitted { document, before })
}

pub(super) fn detach(
    mut document: Document,
    change: &Change,
    hash: FileHash,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    refuse_if_closed(&document)?;
    if document.assessment().is_none() {
        return Err(Refusal::WrongKind);
    }
    let field = FieldName::evidence(hash);
    if document.field(&field).is_none() {
        return Ok(Admitted::unchanged(document));
    }
    let writer = change.writer(context.actor);
    let before = document.write(&field, Value::Null, change.seen, writer);
    Ok(Admitted { document, before })
}
