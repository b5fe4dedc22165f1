//! Taking an import back.
//!
//! Nothing is deleted: what was written stays in the log, and phones have read it. Whom the list brought, and
//! nobody has written about since, is ended in the year it began, so that it counts nowhere; the form that was opened
//! for it is withdrawn. A field that the list changed goes back to what stood before, where the list's value still
//! stands. Whatever somebody has built on stays, and is told.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use shared::assessment::{Move, StageName};
use shared::change::{Change, ChangeBody};
use shared::document::{Document, FieldName};
use shared::field;
use shared::ids::{ChangeId, DocumentId};

/// A change of the import, with what stood before.
#[derive(Clone, Debug)]
pub struct Past {
    pub change: Change,
    pub before: Option<Value>,
}

/// What is known of what an import wrote.
#[derive(Clone, Debug, Default)]
pub struct Made {
    pub changes: Vec<Past>,
    /// The documents it wrote, as they stand, and all forms of its subjects.
    pub documents: BTreeMap<DocumentId, Document>,
    /// Every change that was received for these documents.
    pub log: Vec<(DocumentId, ChangeId)>,
}

/// What takes an import back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Undo {
    pub steps: Vec<Step>,
    /// Those who count no more.
    pub ended: Vec<DocumentId>,
    /// Forms that were opened for those who were here before.
    pub withdrawn: usize,
    /// Those of whom something was put back.
    pub restored: usize,
    /// Those about whom somebody has written since.
    pub kept: Vec<DocumentId>,
}

/// A change to make.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub doc: DocumentId,
    pub seen: Option<ChangeId>,
    pub body: ChangeBody,
}

/// Finds what takes an import back. `reason` is what stands in the forms that are withdrawn.
pub fn undo(made: &Made, reason: &str) -> Undo {
    let own: BTreeSet<ChangeId> = made.changes.iter().map(|past| past.change.id).collect();
    let mut touched: BTreeSet<DocumentId> = BTreeSet::new();
    for (document, change) in &made.log {
        if !own.contains(change) {
            touched.insert(*document);
        }
    }
    let mut forms: BTreeMap<DocumentId, Vec<&Document>> = BTreeMap::new();
    for document in made.documents.values() {
        if let Some(head) = document.assessment() {
            forms.entry(head.subject.into()).or_default().push(document);
        }
    }
    // A form of which the log holds nothing was begun by this import too, or it would be touched.
    let is_built_on = |subject: DocumentId| {
        let forms = forms.get(&subject).into_iter().flatten();
        touched.contains(&subject) || { forms }.any(|form| touched.contains(&form.id))
    };
    let mut undo = Undo::default();
    let mut subjects: BTreeMap<DocumentId, Vec<&Past>> = BTreeMap::new();
    for past in &made.changes {
        subjects.entry(past.change.doc).or_default().push(past);
    }
    for (id, past) in &subjects {
        let Some(document) = made.documents.get(id) else {
            continue;
        };
        if document.assessment().is_some() {
            if !touched.contains(id) {
                undo.withdraw(document, reason);
            }
            continue;
        }
        let is_new = past
            .iter()
            .any(|it| matches!(it.change.body, ChangeBody::Register(_)));
        match (is_new, is_built_on(*id)) {
            (true, true) => undo.kept.push(*id),
            (true, false) => undo.end(document),
            (false, _) => undo.restore(document, past),
        }
    }
    let ended: BTreeSet<DocumentId> = undo.ended.iter().copied().collect();
    undo.withdrawn = undo
        .steps
        .iter()
        .filter(|step| matches!(step.body, ChangeBody::Advance(_)))
        .filter_map(|step| made.documents.get(&step.doc)?.assessment())
        .filter(|head| !ended.contains(&head.subject.into()))
        .count();
    undo
}

impl Undo {
    fn step(&mut self, document: &Document, seen: Option<ChangeId>, body: ChangeBody) {
        let doc = document.id;
        self.steps.push(Step { doc, seen, body });
    }

    fn withdraw(&mut self, form: &Document, reason: &str) {
        let stage = form.assessment().map(|head| head.stage.name());
        if stage == Some(StageName::Registered) {
            let reason = reason.to_owned();
            let body = ChangeBody::Advance(Move::Withdraw { reason });
            self.step(form, None, body);
        }
    }

    fn end(&mut self, document: &Document) {
        let body = ChangeBody::SetField {
            field: FieldName::from(field::UNTIL),
            value: Value::from(document.since().get()),
        };
        self.step(document, None, body);
        self.ended.push(document.id);
    }

    /// Puts back what stood in a subject's fields before.
    fn restore(&mut self, document: &Document, past: &[&Past]) {
        let steps = self.steps.len();
        let mut is_kept = false;
        for Past { change, before } in past {
            match &change.body {
                ChangeBody::SetField { field, value } => {
                    let standing = document.writer(field).map(|writer| writer.change);
                    if standing == Some(change.id) {
                        let value = before.clone().unwrap_or(Value::Null);
                        let field = field.clone();
                        self.step(
                            document,
                            Some(change.id),
                            ChangeBody::SetField { field, value },
                        );
                    } else if document.field(field) != before.as_ref().filter(|it| !it.is_null()) {
                        is_kept |= document.field(field) != Some(value);
                    }
                }
                ChangeBody::Doubt { field, reason } => {
                    let is_there = document.doubts.get(field) == Some(reason);
                    let is_written = past.iter().any(|other| {
                        matches!(&other.change.body, ChangeBody::SetField { field: written, .. } if written == field)
                    });
                    // Writing a field ends its doubt.
                    if is_there && !is_written {
                        self.end_doubt(document, field, before.as_ref());
                    }
                }
                _ => {}
            }
        }
        if self.steps.len() > steps {
            self.restored += 1;
        }
        if is_kept {
            self.kept.push(document.id);
        }
    }

    /// Puts back the doubt that stood before, or ends it by writing what stands.
    fn end_doubt(&mut self, document: &Document, field: &FieldName, before: Option<&Value>) {
        let body = match before.and_then(Value::as_str) {
            Some(reason) => ChangeBody::Doubt {
                field: field.clone(),
                reason: reason.to_owned(),
            },
            None => ChangeBody::SetField {
                field: field.clone(),
                value: document.field(field).cloned().unwrap_or(Value::Null),
            },
        };
        let seen = document.writer(field).map(|writer| writer.change);
        self.step(document, seen, body);
    }
}
