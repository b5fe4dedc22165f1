//! One family or person that was entered twice, and is one from now on.
//!
//! Two villages list the same family, a list comes beside what was entered by hand, somebody moves and is entered again. A desk
//! says which of the two is kept; everything else follows by rule, in one transaction:
//!
//! * From the year that is judged on the other no longer counts ([`Document::until`]), and no phone shows it. Years before
//!   stay as they were counted.
//! * What the kept one does not say of itself is taken over from the other. What both say stands as the kept one has it.
//! * Whoever belongs to the other belongs to the kept one. A phone that did not know and names the other is understood to
//!   name the kept one ([`resolve`]).
//! * The other's forms of the years that are open are set aside, with the stage they had. There is none that the kept one has
//!   not too, so no work of a year is without a form; none whose title was given or is proposed, for only a decision takes
//!   that back.
//!
//! Nothing is thrown away: both histories stay, and every value that the merge wrote names it as its writer. So it can be
//! undone, whatever came after: what it wrote and nobody has written since is as it was before.
//!
//! All of it stands in fields, which phones of every age keep; so no phone has to be updated for it. Only a merge writes them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::assessment::{Stage, StageName};
use crate::calendar::{self, Year};
use crate::change::{Change, ChangeBody};
use crate::derive::derive;
use crate::document::{Document, FieldName, Writer};
use crate::field::{self, FieldValue};
use crate::ids::{AssessmentId, ChangeId, DocumentId, SubjectId};
use crate::kind::SubjectKind;

/// Of a subject that was merged: the one that is kept.
pub const INTO: &str = "merged_into";
/// Of one that is kept: those that were merged into it.
pub const FROM: &str = "merged_from";
/// Of a form of a merged subject: the one that is kept, and the stage it was set aside at.
pub const SET_ASIDE: &str = "set_aside";
/// The fields that nothing but a merge writes.
pub const FIELDS: [&str; 3] = [INTO, FROM, SET_ASIDE];

/// So many belong to one that is merged, at most: they are written in the transaction of the merge.
pub const MEMBERS_MAX: usize = 500;
/// So many are merged into one, at most.
pub const MERGED_MAX: usize = 20;

/// What is done with the subject of the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Merging {
    /// It is the same as another, which is kept.
    Into { kept: SubjectId },
    /// It is not after all: what was merged is taken apart again.
    Undo { kept: SubjectId },
}

/// Why two subjects are not merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MergeProblem {
    /// They are of two kinds, or are units of the map, of which there is one each; or it is twice the same.
    Kind,
    /// The one to be kept was merged into another itself.
    KeptIsMerged,
    /// Others were merged into the one that would go: that one is to be kept, or they are taken apart first.
    HoldsOthers,
    /// The one to be kept does not count in the year that is judged.
    KeptIsGone,
    /// The one that would go holds the title of a year, or was commended in it: a decision has to take it back first, or the
    /// other is to be kept.
    Titled { year: Year },
    /// A draft of a decision lists it.
    Listed { year: Year },
    /// A complaint is open.
    Held { year: Year },
    /// It has a form of a year that the kept one has none of.
    OnlyForm { year: Year },
    /// More belong to it than are written at once.
    TooMany { max: usize },
}

impl Merging {
    pub fn kept(&self) -> SubjectId {
        match self {
            Merging::Into { kept } | Merging::Undo { kept } => *kept,
        }
    }

    pub fn is_undone(&self) -> bool {
        matches!(self, Merging::Undo { .. })
    }

    /// The documents beside its own that it is decided by, and that become others by it: the kept one, and the forms of both in the
    /// years that are open. Those who belong to the merged one come beside.
    pub fn rests_on(&self, change: &Change) -> Vec<DocumentId> {
        let both = [change.doc, self.kept().into()];
        let forms = both
            .into_iter()
            .flat_map(|it| forms(it, None, change.made_at));
        std::iter::once(self.kept().into()).chain(forms).collect()
    }
}

/// Whether a change merges its subject into another, and does not take that back.
pub fn merges_away(change: &Change) -> bool {
    match &change.body {
        ChangeBody::Merge(merging) => !merging.is_undone(),
        _ => false,
    }
}

/// The forms of a subject in the years that are open: of a kind, or of each that can be merged.
pub(crate) fn forms(
    subject: DocumentId,
    kind: Option<SubjectKind>,
    now: DateTime<Utc>,
) -> impl Iterator<Item = DocumentId> {
    let kinds = SubjectKind::ALL.into_iter();
    let kinds = kinds.filter(move |it| !it.is_a_unit() && kind.is_none_or(|kind| kind == *it));
    kinds.flat_map(move |kind| {
        let form = move |year| AssessmentId::of(subject.into(), kind.title().as_str(), year);
        calendar::years_open(now).map(move |year| form(year).into())
    })
}

/// Why one of the forms of a subject keeps it from being merged into another that has a form of the same year, or not.
pub fn may_set_aside(form: &Document, beside: Option<&Document>) -> Result<(), MergeProblem> {
    let Some(head) = form.assessment() else {
        return Ok(());
    };
    let year = head.year;
    let holds_title =
        head.given.is_some() || head.commended.is_some() || head.commended_for_phase.is_some();
    if holds_title || matches!(head.stage.name(), StageName::Recognised) {
        Err(MergeProblem::Titled { year })
    } else if head.listed.is_some() || head.stage == Stage::Proposed {
        Err(MergeProblem::Listed { year })
    } else if head.held.is_some() {
        Err(MergeProblem::Held { year })
    } else if head.stage.name().is_entered() && beside.is_none() {
        Err(MergeProblem::OnlyForm { year })
    } else {
        Ok(())
    }
}

/// Typed reading of what a merge wrote.
impl Document {
    /// The subject that is kept in the place of this one.
    pub fn merged_into(&self) -> Option<SubjectId> {
        self.text(INTO)?.parse().ok()
    }

    /// Those that were merged into this one.
    pub fn merged_from(&self) -> Vec<SubjectId> {
        let ids = self.field(&FROM.into()).and_then(Value::as_array);
        let ids = ids.into_iter().flatten();
        ids.filter_map(|id| id.as_str()?.parse().ok()).collect()
    }

    /// The subject that is kept in the place of a form's.
    pub fn set_aside_for(&self) -> Option<SubjectId> {
        let field = self.field(&SET_ASIDE.into())?;
        field.get("kept")?.as_str()?.parse().ok()
    }

    /// The subject in whose place nothing is written here any more.
    pub(crate) fn stands_behind(&self) -> Option<SubjectId> {
        match self.subject_kind() {
            Some(_) => self.merged_into(),
            None => self.set_aside_for(),
        }
    }

    /// The year from which it no longer counts because it was merged: the one that was judged that day, or its own first.
    pub(crate) fn merged_since(&self) -> Option<Year> {
        let by = self.merged_by()?;
        Some(calendar::year_judged(calendar::day(by.at)).max(self.since()))
    }

    /// The merge by which it went.
    pub fn merged_by(&self) -> Option<Writer> {
        self.merged_into().and(self.writer(&INTO.into()))
    }

    /// Writes a field as somebody who has seen it.
    fn set(&mut self, name: &str, value: Value, writer: Writer) {
        let name = FieldName::from(name);
        let seen = self.writer(&name).map(|writer| writer.change);
        self.write(&name, value, seen, writer);
    }
}

/// Says in the subject that it was merged, or no longer.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn mark(subject: &mut Document, kept: Option<SubjectId>, writer: Writer) {
    let kept = kept.map_or(Value::Null, |kept| Value::from(kept.to_string()));
    subject.set(INTO, kept, writer);
}

fn is_by(document: &Document, name: &str, by: ChangeId) -> bool {
    let writer = document.writer(&name.into());
    writer.is_some_and(|writer| writer.change == by)
}

/// What other documents become after `before` became `after` by a merge or by its undoing. `standing` are all documents that may
/// be concerned.
pub fn follow(
    change: &Change,
    before: &Document,
    after: &Document,
    standing: &BTreeMap<DocumentId, Document>,
    writer: Writer,
    now: DateTime<Utc>,
) -> Vec<Document> {
    let ChangeBody::Merge(merging) = &change.body else {
        return Vec::new();
    };
    let kept = merging.kept();
    let gone = SubjectId::from(after.id);
    let undone = match merging.is_undone() {
        true => before.merged_by().map(|by| by.change),
        false => None,
    };
    let aside: Vec<DocumentId> = forms(after.id, after.subject_kind(), change.made_at).collect();
    let become_another = |document: &Document| {
        let mut it = document.clone();
        if it.id == DocumentId::from(kept) {
            match undone {
                None => take_over(&mut it, before, writer),
                Some(by) => give_back(&mut it, gone, by, writer),
            }
        } else if it.assessment().is_some() {
            match undone {
                None if aside.contains(&it.id) => set_aside(&mut it, kept, writer),
                Some(by) if is_by(&it, SET_ASIDE, by) => take_up(&mut it, writer),
                _ => {}
            }
        } else {
            match undone {
                None => belong(&mut it, gone, kept, writer, |_| true),
                Some(by) => belong(&mut it, kept, gone, writer, |writer| writer.change == by),
            }
        }
        (it != *document).then_some(it)
    };
    let others = standing.values().filter(|it| it.id != after.id);
    let mut followers: Vec<Document> = others.filter_map(become_another).collect();
    let follow_these = followers.iter();
    let forms: Vec<Document> = follow_these
        .flat_map(|it| derive(it, |id| standing.get(&id), now))
        .collect();
    followers.extend(forms);
    followers
}

/// The fields of subjects that name another subject.
fn naming() -> impl Iterator<Item = &'static str> {
    let specs = field::FIELDS.iter();
    let specs = specs.filter(|spec| matches!(spec.value, FieldValue::Subject(_)));
    specs.map(|spec| spec.name)
}

/// Those of them that a subject has. What is written in a field of another kind says nothing.
fn naming_of(member: &Document) -> impl Iterator<Item = &'static str> + use<> {
    let kind = member.subject_kind();
    naming().filter(move |name| {
        let spec = field::find(name);
        kind.zip(spec).is_some_and(|(kind, spec)| spec.is_of(kind))
    })
}

/// Whether a subject says that it belongs to another.
pub fn belongs_to(member: &Document, group: SubjectId) -> bool {
    naming_of(member).any(|name| names(member, name) == Some(group))
}

fn names(member: &Document, name: &str) -> Option<SubjectId> {
    member.text(name)?.parse().ok()
}

/// Whoever belongs to one belongs to another.
fn belong(
    member: &mut Document,
    from: SubjectId,
    to: SubjectId,
    writer: Writer,
    is_meant: impl Fn(Writer) -> bool,
) {
    for name in naming_of(member) {
        let by = member.writer(&name.into());
        if names(member, name) == Some(from) && by.is_some_and(&is_meant) {
            member.set(name, Value::from(to.to_string()), writer);
        }
    }
}

/// What the kept one does not say is taken over.
fn take_over(kept: &mut Document, gone: &Document, writer: Writer) {
    let fields = kept.subject_kind().into_iter().flat_map(field::of);
    // When it counts is each one's own.
    let fields = fields.filter(|spec| ![field::SINCE, field::UNTIL].contains(&spec.name));
    for spec in fields {
        let name = FieldName::from(spec.name);
        if kept.field(&name).is_none()
            && let Some(value) = gone.field(&name)
        {
            kept.set(spec.name, value.clone(), writer);
        }
    }
    let mut from = kept.merged_from();
    from.push(gone.id.into());
    kept.set(FROM, listed(&from), writer);
}

/// What was taken over and nobody has written since goes again.
fn give_back(kept: &mut Document, gone: SubjectId, by: ChangeId, writer: Writer) {
    let taken = field::FIELDS.iter().map(|spec| spec.name);
    let taken: Vec<&str> = taken.filter(|name| is_by(kept, name, by)).collect();
    for name in taken {
        kept.set(name, Value::Null, writer);
    }
    let mut from = kept.merged_from();
    from.retain(|it| *it != gone);
    kept.set(FROM, listed(&from), writer);
}

fn listed(ids: &[SubjectId]) -> Value {
    match ids.is_empty() {
        true => Value::Null,
        false => ids.iter().map(|id| Value::from(id.to_string())).collect(),
    }
}

/// A form takes no part any more, and remembers where it stood.
fn set_aside(form: &mut Document, kept: SubjectId, writer: Writer) {
    let Some(head) = form.assessment() else {
        return;
    };
    let stage = head.stage.clone();
    let aside = json!({ "kept": kept.to_string(), "stage": stage });
    form.set(SET_ASIDE, aside, writer);
    if stage.name().is_entered()
        && let Some(head) = form.assessment_mut()
    {
        let reason = "gộp hồ sơ trùng".to_owned();
        head.move_to(Stage::Withdrawn { reason }, writer);
    }
}

/// A form stands again where it stood.
fn take_up(form: &mut Document, writer: Writer) {
    let aside = form.field(&SET_ASIDE.into());
    let stage = aside.and_then(|it| it.get("stage")).cloned();
    let stage: Option<Stage> = stage.and_then(|stage| serde_json::from_value(stage).ok());
    form.set(SET_ASIDE, Value::Null, writer);
    if let Some(stage) = stage
        && let Some(head) = form.assessment_mut()
        && head.stage != stage
    {
        head.move_to(stage, writer);
    }
}

/// The subjects that a change names in a field, so that they are known when it is decided.
pub fn named(change: &Change) -> Vec<DocumentId> {
    let id = |value: &Value| value.as_str()?.parse::<SubjectId>().ok();
    let of = |field: &FieldName, value: &Value| {
        let is_one = naming().any(|name| name == field.as_str());
        is_one.then(|| id(value)).flatten().map(DocumentId::from)
    };
    match &change.body {
        ChangeBody::SetField { field, value } | ChangeBody::Settle { field, value } => {
            of(field, value).into_iter().collect()
        }
        ChangeBody::Register(registration) => {
            let fields = registration.fields.iter();
            fields
                .filter_map(|(field, value)| of(field, value))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Whoever names a merged subject without knowing of it means the one that is kept.
pub fn resolve<'a>(document: &mut Document, find: impl Fn(DocumentId) -> Option<&'a Document>) {
    for name in naming_of(document) {
        let named = names(document, name).and_then(|id| find(id.into()));
        if let Some(kept) = named.and_then(Document::merged_into) {
            document.means(&name.into(), Value::from(kept.to_string()));
        }
    }
}
