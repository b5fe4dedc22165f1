//! Changes that make, place and doubt a subject.

use serde_json::Value;

use super::{Admitted, Context, bounded, checked, given, merge_writes};
use crate::SortedMap;
use crate::change::{Change, Refusal, Registration};
use crate::document::{About, Document, FieldName};
use crate::field::{self, FieldProblem};
use crate::ids::{SubjectId, UnitId};

/// Ids that devices make are ordered by time (RFC 9562, 5.7). Others are derived and belong to what they were derived
/// from: whoever took the id of somebody's form of next year would shut them out of it.
pub(super) const MADE_ON_A_DEVICE: usize = 7;

pub(super) fn register(
    change: &Change,
    registration: &Registration,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    let is_its_own = match registration.kind.is_a_unit() {
        true => change.doc == SubjectId::of_unit(registration.place).into(),
        false => change.doc.as_uuid().get_version_num() == MADE_ON_A_DEVICE,
    };
    if !is_its_own {
        return Err(Refusal::WrongKind);
    }
    let mut fields = SortedMap::new();
    for (name, value) in &registration.fields {
        if merge_writes(name) {
            return Err(Refusal::WrongKind);
        }
        let value = checked(name, value.clone())?;
        if !value.is_null() {
            fields.insert(name.clone(), value);
        }
    }
    let name = FieldName::from(field::NAME);
    if !fields.contains_key(&name) {
        return Err(Refusal::Field {
            field: name,
            problem: FieldProblem::Empty,
        });
    }
    for (field, reason) in &registration.doubts {
        doubtful(field)?;
        bounded(reason)?;
    }
    let document = Document {
        id: change.doc,
        about: About::Subject(registration.kind),
        shard: registration.shard,
        place: registration.place,
        made: change.writer(context.actor),
        fields,
        written: SortedMap::new(),
        conflicts: SortedMap::new(),
        doubts: registration.doubts.clone(),
        seq: 0,
    };
    Ok(Admitted::unchanged(document))
}

/// A subject that is there already. One that is a unit is found, whoever entered it; anybody else has an id of their own.
pub(super) fn found(document: Document, registration: &Registration) -> Result<Admitted, Refusal> {
    let is_the_one =
        registration.kind.is_a_unit() && document.subject_kind() == Some(registration.kind);
    match is_the_one {
        true => Ok(Admitted::unchanged(document)),
        false => Err(Refusal::AlreadyExists),
    }
}

/// Moves a subject to another place. A doubt about its place ends.
pub(super) fn relocate(
    mut document: Document,
    shard: UnitId,
    place: UnitId,
) -> Result<Admitted, Refusal> {
    if document.subject_kind().is_none() {
        return Err(Refusal::WrongKind);
    }
    let before = (document.place != place).then(|| Value::String(document.place.to_string()));
    document.shard = shard;
    document.place = place;
    document.doubts.remove(&FieldName::from(field::PLACE));
    Ok(Admitted { document, before })
}

pub(super) fn doubt(
    mut document: Document,
    field: &FieldName,
    reason: &str,
) -> Result<Admitted, Refusal> {
    // What is asked about an answer is said by sending the form back.
    if document.subject_kind().is_none() {
        return Err(Refusal::WrongKind);
    }
    doubtful(field)?;
    given(reason)?;
    let before = document.doubts.insert(field.clone(), reason.to_owned());
    Ok(Admitted {
        document,
        before: before.map(Value::String),
    })
}

fn doubtful(field: &FieldName) -> Result<(), Refusal> {
    if field.is_plain() {
        Ok(())
    } else {
        Err(Refusal::Field {
            field: field.clone(),
            problem: FieldProblem::BadName,
        })
    }
}
