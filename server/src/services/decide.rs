//! A decision that a commune takes at the desk, through the same intake as a phone's.

use std::collections::BTreeMap;

use shared::access::may_read;
use shared::assessment::Move;
use shared::change::{Change, ChangeBody, Refusal};
use shared::document::Seq;
use shared::ids::{ChangeId, DocumentId};
use shared::sync::{Carried, Outcome, Receipt};
use uuid::Uuid;

use super::figures::queue;
use super::intake::{NotTaken, Submission};
use crate::auth::SignedIn;
use crate::clock;
use crate::db::{DbError, documents};
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
    let standing = {
        let mut conn = state.db.read().await?;
        documents::by_id(&mut conn, form).await?
    };
    let standing = standing.filter(|it| may_read(&who.actor, it));
    let head = standing.as_ref().and_then(|it| it.assessment());
    let (Some(standing), Some(head)) = (&standing, head) else {
        return Err(NotDecided::Unknown);
    };
    // Pressed twice: it is done already.
    if head.stage == step.target() && head.moved.is_some_and(|moved| moved.by == who.actor.user) {
        return Ok(Decided::Taken);
    }
    if standing.seq != looked {
        return Ok(Decided::Changed);
    }
    let receipts = submit(state, who, vec![(form, step)]).await?;
    Ok(match receipts.into_iter().next().map(|it| it.outcome) {
        Some(Outcome::Refused(refusal)) => Decided::Refused(refusal),
        Some(Outcome::Received { .. }) => Decided::Taken,
        None => Decided::Changed,
    })
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
    let steps: Vec<(DocumentId, Move)> = plain
        .into_iter()
        .filter(|form| looked.get(&form.id) == Some(&form.seq))
        .map(|form| (form.id, Move::Verify))
        .collect();
    let receipts = submit(state, who, steps).await?;
    let taken = receipts.iter().filter(|it| it.outcome.is_received());
    let taken = taken.count();
    Ok(Confirmed {
        taken,
        left: looked.len() - taken,
    })
}

async fn submit(
    state: &AppState,
    who: &SignedIn,
    steps: Vec<(DocumentId, Move)>,
) -> Result<Vec<Receipt>, NotTaken> {
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    let change = |(doc, step)| {
        Carried::Known(Change {
            id: ChangeId::from_uuid(Uuid::now_v7()),
            doc,
            seen: None,
            made_at: clock::now(),
            body: ChangeBody::Advance(step),
        })
    };
    let submission = Submission {
        actor: who.actor.clone(),
        device: None,
        changes: steps.into_iter().map(change).collect(),
    };
    let under = (who.tree.clone(), clock::today());
    state.intake.submit(submission, under).await
}
