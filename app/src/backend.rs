//! All an online screen may ask of the server.
//!
//! The trait is declared here and implemented in `server`, so `app` stays free of SQL and the crates make no circle.

use std::sync::Arc;

use async_trait::async_trait;
use leptos::prelude::use_context;
use shared::api::campaigns::{Campaign, CampaignQuery, LateForms};
use shared::api::contributions::{Contributions, ContributionsQuery};
use shared::api::criteria::{CriteriaDesk, ProposedSeen, SetSeen};
use shared::api::decisions::{Candidates, CandidatesQuery, Decision, Decisions, DecisionsQuery};
use shared::api::duplicates::{Duplicates, DuplicatesQuery, PairSeen};
use shared::api::exemplars::{Exemplar, ExemplarDesk, Exemplars, ExemplarsQuery};
use shared::api::imports::{ImportDesk, ImportPreview};
use shared::api::initiatives::{InitiativeDesk, InitiativeSeen, Initiatives, InitiativesQuery};
use shared::api::jobs::JobSeen;
use shared::api::letterheads::LetterheadDesk;
use shared::api::queue::{Queue, QueueQuery, Rows, Submission};
use shared::api::supporters::{SupporterDesk, SupporterSeen};
use shared::api::{
    Dashboard, DashboardQuery, DemoAccount, DeviceRow, EventRows, EventsQuery, Group, Person,
    Session, SubjectDetail, Subjects, SubjectsQuery, Unheard,
};
use shared::calendar::Year;
use shared::criteria::CriteriaSetId;
use shared::ids::{DocumentId, InitiativeId, JobId, ProposedSetId, UnitId};
use shared::problem::ProblemKind;

/// A question the server did not answer, in kinds that the app has words for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind:?}")]
pub struct BackendError {
    pub kind: ProblemKind,
    /// What exactly, when there is more to say.
    pub detail: Option<String>,
}

impl From<ProblemKind> for BackendError {
    fn from(kind: ProblemKind) -> Self {
        Self { kind, detail: None }
    }
}

/// The server, as the online screens see it. Each call answers for the signed-in person of the request that is being
/// served, and for nothing outside their scope.
#[async_trait]
pub trait Backend: Send + Sync {
    async fn session(&self) -> Result<Option<Session>, BackendError>;
    async fn demo_accounts(&self) -> Result<Vec<DemoAccount>, BackendError>;
    async fn dashboard(&self, query: DashboardQuery) -> Result<Dashboard, BackendError>;
    async fn subjects(&self, query: SubjectsQuery) -> Result<Subjects, BackendError>;
    /// What waits for a commune, the longest first.
    async fn queue(&self, query: QueueQuery, rows: Rows) -> Result<Queue, BackendError>;
    /// One form of a queue; `decided` is the one that was decided of just before.
    async fn submission(
        &self,
        query: QueueQuery,
        form: DocumentId,
        decided: Option<DocumentId>,
    ) -> Result<Submission, BackendError>;
    async fn subject(&self, id: DocumentId) -> Result<SubjectDetail, BackendError>;
    /// The colleagues who work in the same villages and communes.
    async fn people(&self) -> Result<Vec<Person>, BackendError>;
    /// The clans and units of the reader's communes, in the order of names.
    async fn groups(&self) -> Result<Vec<Group>, BackendError>;
    async fn devices(&self, commune: UnitId) -> Result<Vec<DeviceRow>, BackendError>;
    /// Those who score in a commune and whose devices were never heard of.
    async fn unheard(&self, commune: UnitId) -> Result<Vec<Unheard>, BackendError>;
    /// Who signed in, failed, read or carried what.
    async fn events(&self, query: EventsQuery) -> Result<EventRows, BackendError>;
    /// Those of a unit who may have been entered twice.
    async fn duplicates(&self, query: DuplicatesQuery) -> Result<Duplicates, BackendError>;
    /// Who of a unit gave what in a year.
    async fn contributions(&self, query: ContributionsQuery)
    -> Result<Contributions, BackendError>;
    /// Where somebody writes into the book of a unit who supported learning without being judged.
    async fn supporter_desk(
        &self,
        query: ContributionsQuery,
    ) -> Result<SupporterDesk, BackendError>;
    /// One of them, to be mended in what it gave in a year.
    async fn supporter(
        &self,
        id: DocumentId,
        year: Option<Year>,
    ) -> Result<SupporterSeen, BackendError>;
    /// Two subjects beside each other.
    async fn pair(&self, one: DocumentId, other: DocumentId) -> Result<PairSeen, BackendError>;
    /// The decisions of a unit and year, and who could be on the next.
    async fn decisions(&self, query: DecisionsQuery) -> Result<Decisions, BackendError>;
    /// Whom a new decision may list.
    async fn candidates(&self, query: CandidatesQuery) -> Result<Candidates, BackendError>;
    async fn decision(&self, id: DocumentId) -> Result<Decision, BackendError>;
    /// Where a household list is given for a commune, or for the first of one's own.
    async fn import_desk(&self, commune: Option<UnitId>) -> Result<ImportDesk, BackendError>;
    /// What would become of a list that was given.
    async fn import_preview(&self, list: &str) -> Result<ImportPreview, BackendError>;
    /// The reader's own jobs, the newest first.
    async fn jobs(&self) -> Result<Vec<JobSeen>, BackendError>;
    /// One of them.
    async fn job(&self, id: JobId) -> Result<JobSeen, BackendError>;
    /// The letterhead of a unit, or of the first of one's own.
    async fn letterhead(&self, unit: Option<UnitId>) -> Result<LetterheadDesk, BackendError>;
    /// The days of a year in a unit.
    async fn campaign(&self, query: CampaignQuery) -> Result<Campaign, BackendError>;
    /// The forms that lie in a unit itself and are late by those days, of one title or of all.
    async fn late(&self, query: CampaignQuery) -> Result<Vec<LateForms>, BackendError>;
    /// The stories that everybody may read.
    async fn exemplars(&self, query: ExemplarsQuery) -> Result<Exemplars, BackendError>;
    /// One of them.
    async fn exemplar(&self, form: DocumentId) -> Result<Exemplar, BackendError>;
    /// Where somebody writes of a form.
    async fn exemplar_desk(&self, form: DocumentId) -> Result<ExemplarDesk, BackendError>;
    /// The initiatives that a unit has noted, of a year or of all.
    async fn initiatives(&self, query: InitiativesQuery) -> Result<Initiatives, BackendError>;
    /// Where somebody notes one in the register of a unit.
    async fn initiative_desk(
        &self,
        query: InitiativesQuery,
    ) -> Result<InitiativeDesk, BackendError>;
    async fn initiative(&self, id: InitiativeId) -> Result<InitiativeSeen, BackendError>;
    /// All sets of criteria, and those that wait to be signed off.
    async fn criteria(&self) -> Result<CriteriaDesk, BackendError>;
    async fn criteria_set(&self, id: CriteriaSetId) -> Result<SetSeen, BackendError>;
    async fn proposed_set(&self, id: ProposedSetId) -> Result<ProposedSeen, BackendError>;
}

/// The backend of the request being served.
pub fn backend() -> Result<Arc<dyn Backend>, BackendError> {
    use_context::<Arc<dyn Backend>>().ok_or_else(|| ProblemKind::Internal.into())
}
