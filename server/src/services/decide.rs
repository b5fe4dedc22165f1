//! A decision that a commune takes at the desk, through the same intake as a phone's.

use shared::access::may_read;
use shared::assessment::Move;
use shared::change::{Change, ChangeBody, Refusal};
use shared::document::Seq;
use shared::ids::{ChangeId, DocumentId};
use shared::sync::{Carried, Outcome};
use uuid::Uuid;

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
    let change = Change {
        id: ChangeId::from_uuid(Uuid::now_v7()),
        doc: form,
        seen: None,
        made_at: clock::now(),
        body: ChangeBody::Advance(step),
    };
    let submission = Submission {
        actor: who.actor.clone(),
        device: None,
        changes: vec![Carried::Known(change)],
    };
    let under = (who.tree.clone(), clock::today());
    let receipts = state.intake.submit(submission, under).await?;
    Ok(match receipts.into_iter().next().map(|it| it.outcome) {
        Some(Outcome::Refused(refusal)) => Decided::Refused(refusal),
        Some(Outcome::Received { .. }) => Decided::Taken,
        None => Decided::Changed,
    })
}
