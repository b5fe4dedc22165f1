//! What a commune decides and answers at the desk, through the same intake as a phone's.

use std::collections::BTreeMap;

use shared::access::may_read;
use shared::assessment::Move;
use shared::change::{Change, ChangeBody, Refusal};
use shared::criteria::CriterionCode;
use shared::decision::{Deciding, DecisionStep};
use shared::document::{Document, FieldName, Scorer, Seq};
use shared::ids::{ChangeId, DocumentId, SubjectId};
use shared::merge::{self, Merging};
use shared::scoring::Answer;
use shared::sync::{Carried, Outcome, Receipt};
use uuid::Uuid;

use super::figures::duplicates::is_of;
use super::figures::queue;
use super::intake::{NotTaken, Submission};
use crate::auth::SignedIn;
use crate::clock;
use crate::db::{DbError, documents, told_apart};
use crate::state::AppState;

/// What became of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Decided {
    Taken,
    /// The form is no longer what was looked at, so nothing was decided.
    Changed,
    Refused(Refusal),
}

#[derive(Debug, thiserror::Error)]
pub enum NotDecided {
    #[error("không có phiếu này")]
    Unknown,
    #[error(transparent)]
    NotTaken(#[from] NotTaken),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Takes a step with a form that was looked at in some state.
pub async fn decide(
    state: &AppState,
    who: &SignedIn,
    form: DocumentId,
    looked: Seq,
    step: Move,
) -> Result<Decided, NotDecided> {
    let standing = readable_form(state, who, form).await?;
    let head = standing.assessment().ok_or(NotDecided::Unknown)?;
    // Pressed twice: it is done already.
    if head.stage == step.target() && head.moved.is_some_and(|moved| moved.by == who.actor.user) {
        return Ok(Decided::Taken);
    }
    if standing.seq != looked {
        return Ok(Decided::Changed);
    }
    let change = made(form, None, ChangeBody::Advance(step));
    Ok(outcome(submit(state, who, vec![change]).await?))
}

/// Puts a form on hold that was looked at in some state; without a reason, ends that.
pub async fn hold(
    state: &AppState,
    who: &SignedIn,
    form: DocumentId,
    looked: Seq,
    reason: Option<String>,
) -> Result<Decided, NotDecided> {
    let standing = readable_form(state, who, form).await?;
    let head = standing.assessment().ok_or(NotDecided::Unknown)?;
    // Pressed twice: it is done already.
    if head.held.as_ref().map(|held| &held.reason) == reason.as_ref() {
        return Ok(Decided::Taken);
    }
    if standing.seq != looked {
        return Ok(Decided::Changed);
    }
    let change = made(form, None, ChangeBody::Hold { reason });
    Ok(outcome(submit(state, who, vec![change]).await?))
}

/// What became of an answer, and what the commune had answered before.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    pub decided: Decided,
    pub before: Option<Answer>,
}

/// Gives the commune's own answer to one criterion of a form that was looked at in some state, or takes it back.
pub async fn answer(
    state: &AppState,
    who: &SignedIn,
    form: DocumentId,
    looked: Seq,
    code: CriterionCode,
    answer: Option<Answer>,
) -> Result<Answered, NotDecided> {
    let standing = readable_form(state, who, form).await?;
    let scorer = Scorer::Commune;
    let before = standing.answer(scorer, &code);
    let decided = |decided| Ok(Answered { decided, before });
    // Pressed twice: it is done already.
    if before == answer {
        return decided(Decided::Taken);
    }
    if standing.seq != looked {
        return decided(Decided::Changed);
    }
    let field = FieldName::answer(scorer, &code);
    let seen = standing.writer(&field).map(|writer| writer.change);
    let body = ChangeBody::SetAnswer {
        scorer,
        code,
        answer,
    };
    decided(outcome(
        submit(state, who, vec![made(form, seen, body)]).await?,
    ))
}

/// A form, if there is such a one for somebody.
async fn readable_form(
    state: &AppState,
    who: &SignedIn,
    form: DocumentId,
) -> Result<Document, NotDecided> {
    let standing = {
        let mut conn = state.db.read().await?;
        documents::by_id(&mut conn, form).await?
    };
    standing
        .filter(|it| it.assessment().is_some() && may_read(&who.actor, it))
        .ok_or(NotDecided::Unknown)
}

pub(super) fn outcome(receipts: Vec<Receipt>) -> Decided {
    match receipts.into_iter().next().map(|it| it.outcome) {
        Some(Outcome::Refused(refusal)) => Decided::Refused(refusal),
        Some(Outcome::Received { .. }) => Decided::Taken,
        None => Decided::Changed,
    }
}

/// Draws a decision up.
pub async fn draft(
    state: &AppState,
    who: &SignedIn,
    id: DocumentId,
    deciding: Deciding,
) -> Result<Decided, NotDecided> {
    let change = made(id, None, ChangeBody::Decide(deciding));
    Ok(outcome(submit(state, who, vec![change]).await?))
}

/// Takes a step with a decision that was looked at in some state. What is taken off is `chosen`; what is said of lines
/// names them itself; every other step is about the whole list.
pub async fn step(
    state: &AppState,
    who: &SignedIn,
    id: DocumentId,
    looked: Seq,
    step: DecisionStep,
    chosen: Vec<SubjectId>,
) -> Result<Decided, NotDecided> {
    let standing = {
        let mut conn = state.db.read().await?;
        documents::by_id(&mut conn, id).await?
    };
    let standing = standing.filter(|it| may_read(&who.actor, it));
    let standing = standing.ok_or(NotDecided::Unknown)?;
    let head = standing.decision().ok_or(NotDecided::Unknown)?;
    // Pressed twice: it is done already.
    let (stands, given) = match &step {
        DecisionStep::Sign { number, .. } | DecisionStep::Conclude { number, .. } => {
            (&head.signed, Some(number))
        }
        DecisionStep::Submit { number, .. } => (&head.submitted, Some(number)),
        _ => (&None, None),
    };
    let stands = stands.as_ref().map(|paper| &paper.number);
    if given.is_some() && stands == given {
        return Ok(Decided::Taken);
    }
    if standing.seq != looked {
        return Ok(Decided::Changed);
    }
    let deciding = Deciding {
        subjects: match step {
            DecisionStep::Unlist => chosen,
            DecisionStep::Describe { .. }
            | DecisionStep::Gather { .. }
            | DecisionStep::Decline { .. } => Vec::new(),
            // Their subjects say which places they may have.
            DecisionStep::Reword { ref readings, .. } => readings.keys().copied().collect(),
            _ => head.list.keys().copied().collect(),
        },
        step,
        title: head.title,
        year: head.year,
        corrects: head.does.corrects(),
    };
    draft(state, who, id, deciding).await
}

/// Says to whom of a proposal that was looked at the award was not given; and the state in which it is then.
pub async fn decline(
    state: &AppState,
    who: &SignedIn,
    id: DocumentId,
    looked: Seq,
    declined: Vec<SubjectId>,
) -> Result<(Decided, Seq), NotDecided> {
    let now = async || {
        let mut conn = state.db.read().await?;
        let standing = documents::by_id(&mut conn, id).await?;
        standing.ok_or(NotDecided::Unknown)
    };
    let is_signed = |it: &Document| it.decision().is_some_and(|head| head.signed.is_some());
    // Pressed twice: it is done already, with its paper.
    if is_signed(&now().await?) {
        return Ok((Decided::Taken, looked));
    }
    let said = DecisionStep::Decline { declined };
    let decided = step(state, who, id, looked, said, Vec::new()).await?;
    Ok((decided, now().await?.seq))
}

/// Says of two subjects that were looked at in some state that they are one, and which of them is kept.
pub async fn merge(
    state: &AppState,
    who: &SignedIn,
    (gone, looked): (DocumentId, Seq),
    (kept, looked_kept): (DocumentId, Seq),
) -> Result<Decided, NotDecided> {
    let both = mergeable(state, who, gone, kept).await?;
    let [merged, other] = &both;
    // Pressed twice: it is done already.
    if merged.merged_into() == Some(kept.into()) {
        return Ok(Decided::Taken);
    }
    if merged.seq != looked || other.seq != looked_kept {
        return Ok(Decided::Changed);
    }
    let merging = Merging::Into { kept: kept.into() };
    let seen = standing_merge(merged);
    let change = made(gone, seen, ChangeBody::Merge(merging));
    Ok(outcome(submit(state, who, vec![change]).await?))
}

fn standing_merge(subject: &Document) -> Option<ChangeId> {
    let writer = subject.writer(&merge::INTO.into());
    writer.map(|writer| writer.change)
}

/// Takes it back that a subject is the same as another.
pub async fn unmerge(
    state: &AppState,
    who: &SignedIn,
    gone: DocumentId,
    kept: DocumentId,
) -> Result<Decided, NotDecided> {
    let [merged, _] = mergeable(state, who, gone, kept).await?;
    let merging = Merging::Undo { kept: kept.into() };
    let change = made(gone, standing_merge(&merged), ChangeBody::Merge(merging));
    Ok(outcome(submit(state, who, vec![change]).await?))
}

/// Says that two subjects are two, or takes it back, so that they are offered again.
pub async fn tell_apart(
    state: &AppState,
    who: &SignedIn,
    one: DocumentId,
    other: DocumentId,
    are_two: bool,
) -> Result<(), NotDecided> {
    mergeable(state, who, one, other).await?;
    let two = told_apart::two(one, other);
    let mut tx = state.db.write().await?;
    match are_two {
        true => told_apart::put(&mut tx, two, who.actor.user, clock::now()).await?,
        false => told_apart::forget(&mut tx, two).await?,
    }
    tx.commit().await.map_err(DbError::from)?;
    Ok(())
}

/// Two subjects that are somebody's to merge.
async fn mergeable(
    state: &AppState,
    who: &SignedIn,
    one: DocumentId,
    other: DocumentId,
) -> Result<[Document; 2], NotDecided> {
    let mut conn = state.db.read().await?;
    let mut found = Vec::new();
    for id in [one, other] {
        let subject = documents::by_id(&mut conn, id).await?;
        let is_one = |it: &Document| it.subject_kind().is_some() && is_of(&who.actor, it);
        found.extend(subject.filter(is_one));
    }
    <[Document; 2]>::try_from(found).map_err(|_| NotDecided::Unknown)
}

/// What became of forms that were to be confirmed together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Confirmed {
    pub taken: usize,
    /// Those that were no longer what was looked at, or that there is something to look at in.
    pub left: usize,
}

/// Confirms forms in which there is nothing to look at, as they were looked at. Each is judged again: what has become
/// another form meanwhile is left to be looked at by itself.
pub async fn confirm_plain(
    state: &AppState,
    who: &SignedIn,
    looked: &BTreeMap<DocumentId, Seq>,
) -> Result<Confirmed, NotDecided> {
    let plain = {
        let mut conn = state.db.snapshot().await?;
        let ids: Vec<DocumentId> = looked.keys().copied().collect();
        queue::plain(&mut conn, &who.actor, state.criteria.now(), &ids).await?
    };
    let changes: Vec<Change> = plain
        .into_iter()
        .filter(|form| looked.get(&form.id) == Some(&form.seq))
        .map(|form| made(form.id, None, ChangeBody::Advance(Move::Verify)))
        .collect();
    let receipts = submit(state, who, changes).await?;
    let taken = receipts.iter().filter(|it| it.outcome.is_received());
    let taken = taken.count();
    Ok(Confirmed {
        taken,
        left: looked.len() - taken,
    })
}

/// A change that is made here and now.
pub(super) fn made(doc: DocumentId, seen: Option<ChangeId>, body: ChangeBody) -> Change {
    Change {
        id: ChangeId::from_uuid(Uuid::now_v7()),
        doc,
        seen,
        made_at: clock::now(),
        body,
    }
}

pub(super) async fn submit(
    state: &AppState,
    who: &SignedIn,
    changes: Vec<Change>,
) -> Result<Vec<Receipt>, NotTaken> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let submission = Submission {
        actor: who.actor.clone(),
        device: None,
        at_desk: true,
        changes: changes.into_iter().map(Carried::Known).collect(),
    };
    let under = (who.tree.clone(), clock::today());
    state.intake.submit(submission, under).await
}
