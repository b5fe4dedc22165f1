//! Pages that live from the phone's own data.

pub mod add;
pub mod conflicts;
mod evidence;
pub mod finish;
mod frame;
pub mod home;
pub mod install;
pub mod me;
pub mod online_only;
pub mod outbox;
pub mod score;
pub mod sign_in;
pub mod subject;
pub mod village;

pub use add::AddPage;
pub use conflicts::ConflictsPage;
pub use finish::FinishPage;
pub use home::HomePage;
pub use install::InstallPage;
pub use me::MePage;
pub use online_only::OnlineOnlyPage;
pub use outbox::OutboxPage;
pub use score::ScorePage;
pub use sign_in::SignInPage;
pub use subject::SubjectPage;
pub use village::VillagePage;

use std::str::FromStr;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::assessment::StageName;
use shared::calendar::Year;
use shared::criteria::{self, CriteriaSet, Title};
use shared::document::Document;
use shared::ids::{AssessmentId, DocumentId, UnitId};
use shared::kind::SubjectKind;
use shared::scoring::Score;

use crate::store::{FieldStore, Saving};

/// An id in the address.
fn param<T>(name: &'static str) -> Memo<Option<T>>
where
    T: Clone + FromStr + PartialEq + Send + Sync + 'static,
{
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get(name)?.parse().ok()))
}

/// The set that judges families in a year.
fn set_for(year: Year) -> Option<&'static CriteriaSet> {
    criteria::for_title(Title::LearningFamily, year.last_day())
}

/// A subject's assessment of this year, as it looks on this phone; tracked.
fn assessment(store: FieldStore, subject: DocumentId) -> Option<Document> {
    store.document(assessment_id(subject, store.year()))
}

fn assessment_id(subject: DocumentId, year: Year) -> DocumentId {
    AssessmentId::of(subject.into(), Title::LearningFamily.as_str(), year).into()
}

/// Whether everything that was tapped is on this phone; tracked. Only then may a page say so.
fn is_kept(store: FieldStore) -> bool {
    matches!(store.saved().get(), Saving::Idle | Saving::Saved)
}

/// The set an assessment is scored by, with its score.
fn scored(assessment: &Document) -> Option<(&'static CriteriaSet, Score)> {
    let set = criteria::find(&assessment.assessment()?.criteria)?;
    Some((set, assessment.score(set)?))
}

/// One family in a list.
#[derive(Clone, Debug, PartialEq)]
struct Family {
    id: DocumentId,
    name: String,
    folded: String,
    hamlet: Option<String>,
    members: Option<u32>,
    stage: Option<StageName>,
    points: Option<Score>,
    returned: Option<String>,
    doubted: bool,
}

/// The families of a village in the order of Vietnamese lists; tracked.
fn families(store: FieldStore, village: UnitId) -> Vec<Family> {
    let year = store.year();
    store.with(|replica| {
        let mut families: Vec<(String, Family)> = replica
            .documents()
            .filter(|it| it.place == village && it.subject_kind() == Some(SubjectKind::Household))
            .map(|subject| {
                let assessment = replica.document(assessment_id(subject.id, year));
                let stage = assessment.and_then(|it| Some(&it.assessment()?.stage));
                let family = Family {
                    id: subject.id,
                    name: subject.name().to_owned(),
                    folded: shared::text::fold(subject.name()),
                    hamlet: subject.text(shared::field::HAMLET).map(str::to_owned),
                    members: subject.number(shared::field::MEMBERS),
                    stage: stage.map(shared::assessment::Stage::name),
                    points: assessment.and_then(scored).map(|(_, score)| score),
                    returned: match stage {
                        Some(shared::assessment::Stage::Returned { comment }) => {
                            Some(comment.clone())
                        }
                        _ => None,
                    },
                    doubted: !subject.doubts.is_empty() || subject.in_conflict(),
                };
                (shared::text::name_key(subject.name()), family)
            })
            .collect();
        families.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.id.cmp(&b.1.id)));
        families.into_iter().map(|(_, family)| family).collect()
    })
}

/// Whether the village still has something to do with a family.
fn is_open(stage: Option<StageName>) -> bool {
    matches!(
        stage,
        None | Some(StageName::Registered | StageName::InProgress | StageName::Returned)
    )
}
