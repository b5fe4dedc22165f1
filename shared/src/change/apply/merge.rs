//! A subject that is the same as another, and that it is not.

use super::{Admitted, Context};
use crate::access::Denied;
use crate::calendar;
use crate::change::{Change, Refusal};
use crate::document::Document;
use crate::ids::SubjectId;
use crate::merge::{self, MERGED_MAX, MergeProblem, Merging, may_set_aside};

pub(super) fn merge(
    document: Document,
    change: &Change,
    merging: &Merging,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    match merging {
        Merging::Into { kept } => into(document, *kept, change, context),
        Merging::Undo { kept } => undo(document, *kept, change, context),
    }
}

fn refused(problem: MergeProblem) -> Refusal {
    Refusal::NotMerged { problem }
}

fn into(
    mut document: Document,
    kept: SubjectId,
    change: &Change,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    match document.merged_into() {
        // Pressed twice: it is done already.
        Some(into) if into == kept => return Ok(Admitted::unchanged(document)),
        Some(into) => return Err(Refusal::Merged { into }),
        None => {}
    }
    let other = (context.find)(kept.into()).ok_or(Refusal::UnknownDocument)?;
    if !context.actor.scope.works_on(other.shard, other.place) {
        return Err(Refusal::Denied(Denied::OutsideScope));
    }
    let kind = document.subject_kind().filter(|kind| !kind.is_a_unit());
    if kind.is_none() || kind != other.subject_kind() || document.id == other.id {
        return Err(refused(MergeProblem::Kind));
    }
    if other.merged_into().is_some() {
        return Err(refused(MergeProblem::KeptIsMerged));
    }
    if !document.merged_from().is_empty() {
        return Err(refused(MergeProblem::HoldsOthers));
    }
    if other.merged_from().len() >= MERGED_MAX {
        return Err(refused(MergeProblem::TooMany { max: MERGED_MAX }));
    }
    let judged = calendar::year_judged(calendar::day(change.made_at));
    if other.until().is_some_and(|until| until <= judged) {
        return Err(refused(MergeProblem::KeptIsGone));
    }
    let of = |it: &Document| merge::forms(it.id, kind, change.made_at);
    for (gone, beside) in of(&document).zip(of(other)) {
        if let Some(form) = (context.find)(gone) {
            let beside = (context.find)(beside);
            let beside = beside.filter(|it| {
                let head = it.assessment();
                head.is_some_and(|head| head.stage.name().is_entered())
            });
            may_set_aside(form, beside).map_err(refused)?;
        }
    }
    merge::mark(&mut document, Some(kept), change.writer(context.actor));
    Ok(Admitted::unchanged(document))
}

fn undo(
    mut document: Document,
    kept: SubjectId,
    change: &Change,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    match document.merged_into() {
        None => return Ok(Admitted::unchanged(document)),
        Some(into) if into == kept => {}
        Some(into) => return Err(Refusal::Merged { into }),
    }
    merge::mark(&mut document, None, change.writer(context.actor));
    Ok(Admitted::unchanged(document))
}
