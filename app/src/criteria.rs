//! The criteria that a screen is drawn with. The server hands them in with the request, the phone's store with its context,
//! as the language is.

use leptos::prelude::*;
use shared::criteria::Criteria;

/// What the phone knows. Provided once by the store.
#[derive(Clone, Copy)]
pub struct KnownCriteria(pub RwSignal<Criteria>);

#[cfg(feature = "ssr")]
tokio::task_local! {
    static OF_REQUEST: Criteria;
}

/// Answers a request by these criteria (compare [`crate::locale::speaking`]).
#[cfg(feature = "ssr")]
pub async fn by<F: Future>(criteria: Criteria, answer: F) -> F::Output {
    OF_REQUEST.scope(criteria, answer).await
}

/// The criteria now, tracked.
pub fn known() -> Criteria {
    #[cfg(feature = "ssr")]
    if let Ok(criteria) = OF_REQUEST.try_with(|criteria| *criteria) {
        return criteria;
    }
    use_context::<KnownCriteria>().map_or_else(Criteria::builtin, |known| known.0.get())
}
