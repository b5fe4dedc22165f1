//! What an answer means that is not the one that was hoped for.
//!
//! Only an answer that is certainly our server's may have consequences. A mountain network has portals that answer anything
//! with a friendly page, and proxies that cut answers short: whatever is not what our server says counts as no answer.

use std::time::Duration;

use super::outbox::Failure;
use crate::problem::ProblemKind;

/// The longest wait that a server may ask for. A mistaken header must not keep somebody waiting who stands there.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(600);

/// An exchange that did not go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    pub failure: Failure,
    /// What the server said it was, when it was our server that answered.
    pub kind: Option<ProblemKind>,
}

impl Refused {
    /// Nothing that our server would have said.
    pub const UNREACHABLE: Self = Self {
        failure: Failure::Unreachable,
        kind: None,
    };

    /// Of the status of an answer, the kind of problem in it, and the wait it asks for.
    pub fn of(status: u16, kind: Option<ProblemKind>, retry_after: Option<Duration>) -> Self {
        let busy = Failure::Busy {
            retry_after: retry_after.map(|wait| wait.min(RETRY_AFTER_MAX)),
        };
        let failure = match (status, kind) {
            // A proxy's limit and ours mean the same: send less at once.
            (413, _) | (_, Some(ProblemKind::TooLarge)) => Failure::TooLarge,
            (_, Some(ProblemKind::SignedOut)) => Failure::SignedOut,
            // Only this is about the changes themselves, so only this may put one of them aside.
            (400..=499, Some(ProblemKind::Malformed)) => Failure::Rejected,
            // The account or the app is the matter: the changes are kept and offered again.
            (_, Some(_)) | (408 | 429 | 500..=599, None) => busy,
            _ => Failure::Unreachable,
        };
        Self { failure, kind }
    }
}
