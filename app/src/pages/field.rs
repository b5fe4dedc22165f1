//! Pages that live from the phone's own data.

pub mod add;
pub mod conflicts;
mod criterion;
mod evidence;
mod facts;
pub mod finish;
mod finishing;
pub mod form;
mod frame;
pub mod home;
pub mod install;
mod kept;
mod link;
pub mod me;
mod measured;
pub mod meeting;
pub mod online_only;
pub mod outbox;
mod places;
mod refused;
pub mod score;
mod sent;
mod sheet;
mod sheet_frame;
pub mod sign_in;
mod sign_in_again;
pub mod subject;
pub mod together;
pub mod village;
mod village_tools;

pub use add::AddPage;
pub use conflicts::ConflictsPage;
pub use finish::FinishPage;
pub use form::FormPage;
pub use home::HomePage;
pub use install::InstallPage;
pub use me::MePage;
pub use meeting::MeetingPage;
pub use online_only::OnlineOnlyPage;
pub use outbox::OutboxPage;
pub use score::ScorePage;
pub use sign_in::SignInPage;
pub use subject::SubjectPage;
pub use together::TogetherPage;
pub use village::VillagePage;

use std::str::FromStr;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::criteria::CriteriaSet;
use shared::document::Document;
use shared::ids::DocumentId;
use shared::kind::SubjectKind;
use shared::roster::form_of;
use shared::scoring::Score;

use crate::criteria;
use crate::live::memo;
use crate::store::{FieldStore, Saving};

/// An id in the address.
fn param<T>(name: &'static str) -> Memo<Option<T>>
where
    T: Clone + FromStr + PartialEq + Send + Sync + 'static,
{
    let params = use_params_map();
    memo(move || params.with(|params| params.get(name)?.parse().ok()))
}

/// What kind of subject it is; tracked. `None` when this phone does not have it.
fn kind_of(store: FieldStore, subject: DocumentId) -> Option<SubjectKind> {
    store.with(|replica| replica.document(subject)?.subject_kind())
}

/// A subject's assessment of this year, as it looks on this phone; tracked.
fn assessment(store: FieldStore, subject: DocumentId) -> Option<Document> {
    let kind = kind_of(store, subject)?;
    store.document(form_of(subject, kind, store.year()))
}

/// Whether everything that was tapped is on this phone; tracked. Only then may a page say so.
fn is_kept(store: FieldStore) -> bool {
    matches!(store.saved().get(), Saving::Idle | Saving::Saved)
}

/// The set an assessment is scored by, with its score.
fn scored(assessment: &Document) -> Option<(&'static CriteriaSet, Score)> {
    let set = criteria::known().find(&assessment.assessment()?.criteria)?;
    Some((set, assessment.score(set)?))
}
