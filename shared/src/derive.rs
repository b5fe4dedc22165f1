//! What follows for other documents when one has changed.
//!
//! A form rests on its subject: on how many children and adults there are, and on where the family lives. These are copied
//! into the form, because a total is counted from one document alone. [`derive`] is that copying, pure, and run wherever a
//! change is applied: by the intake, by the phone's view, by the simulation. So whoever mends a family, at the desk, on a
//! phone or by an import, mends its form, and nobody can tell a form what its subject does not say.
//!
//! Only forms of the years that are open follow. What was judged stays as it was judged: a form that is closed keeps what it
//! was judged by ([`crate::assessment::Judged`]).

use chrono::{DateTime, Utc};

use crate::calendar::{self, Year};
use crate::change::{Change, ChangeBody};
use crate::document::Document;
use crate::field;
use crate::ids::{AssessmentId, DocumentId};
use crate::kind::SubjectKind;

/// The documents that may follow when a change is made to its own, to be loaded with it.
pub fn may_follow(change: &Change, now: DateTime<Utc>) -> Vec<DocumentId> {
    // The subject's kind is known when it is loaded, not before.
    let kinds: &[SubjectKind] = match &change.body {
        ChangeBody::SetField { field, .. } | ChangeBody::Settle { field, .. } => {
            let spec = field::find(field.as_str()).filter(|spec| spec.is_fact);
            spec.map_or(&[], |spec| spec.kinds)
        }
        ChangeBody::Move { .. } => &SubjectKind::ALL,
        _ => &[],
    };
    let forms = kinds.iter().flat_map(|kind| forms(change.doc, *kind, now));
    forms.collect()
}

/// The forms of a subject in the years that are open.
fn forms(subject: DocumentId, kind: SubjectKind, now: DateTime<Utc>) -> Vec<DocumentId> {
    let form = |year: Year| AssessmentId::of(subject.into(), kind.title().as_str(), year).into();
    calendar::years_open(now).map(form).collect()
}

/// What the forms of a subject become after the subject became `after`.
pub fn derive<'a>(
    after: &Document,
    find: impl Fn(DocumentId) -> Option<&'a Document>,
    now: DateTime<Utc>,
) -> Vec<Document> {
    let Some(kind) = after.subject_kind() else {
        return Vec::new();
    };
    let forms = forms(after.id, kind, now).into_iter().filter_map(find);
    forms.filter_map(|form| follow(form, after)).collect()
}

/// A form as its subject now has it, if that is another than it was.
fn follow(form: &Document, subject: &Document) -> Option<Document> {
    let head = form.assessment()?;
    // A form that the first release closed has nothing else to be judged by.
    let facts = match head.stage.is_open() || head.judged.is_some() {
        true => subject.facts(),
        false => head.facts.clone(),
    };
    let lies_there = (form.shard, form.place) == (subject.shard, subject.place);
    if lies_there && head.facts == facts {
        return None;
    }
    let mut form = form.clone();
    form.shard = subject.shard;
    form.place = subject.place;
    if let Some(head) = form.assessment_mut() {
        head.facts = facts;
    }
    Some(form)
}
