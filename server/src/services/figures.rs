//! What the online screens ask: figures, the subjects behind them, one subject with its history, devices.

pub mod contributions;
pub mod dashboard;
pub mod day_map;
pub mod decisions;
pub mod devices;
pub mod duplicates;
pub mod groups;
pub mod queue;
pub mod subject;
pub mod subjects;
mod targets;

use std::collections::{BTreeMap, BTreeSet};

use app::{Backend, BackendError};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use shared::access::Scope;
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
    SUBJECTS_MAX, Session, SubjectDetail, Subjects, SubjectsQuery, Unheard,
};
use shared::calendar::{self, Year};
use shared::criteria::CriteriaSetId;
use shared::event::EventKind;
use shared::ids::{DocumentId, InitiativeId, JobId, ProposedSetId, UnitId};
use shared::problem::ProblemKind;

use self::day_map::Reader;
use super::{
    accounts, campaigns, events, exemplars, given_lists, initiatives, jobs, letterheads,
    proposed_sets, supporters,
};
use crate::auth::SignedIn;
use crate::clock;
use crate::db::{DbError, users};
use crate::demo;
use crate::state::AppState;

/// The backend of one request.
pub struct RequestBackend {
    pub state: AppState,
    pub signed_in: Option<SignedIn>,
}

pub(super) fn failed(error: DbError) -> BackendError {
    tracing::error!(%error, "the database failed");
    ProblemKind::Unavailable.into()
}

impl RequestBackend {
    fn who(&self) -> Result<&SignedIn, BackendError> {
        self.signed_in
            .as_ref()
            .ok_or_else(|| ProblemKind::SignedOut.into())
    }

    /// The person signed in as a reader of figures, and the moment.
    fn reader(&self) -> Result<(Reader<'_>, DateTime<Utc>), BackendError> {
        let who = self.who()?;
        let now = clock::now();
        let reader = Reader {
            actor: &who.actor,
            tree: &who.tree,
            criteria: self.state.criteria.now(),
            today: calendar::day(now),
        };
        Ok((reader, now))
    }
}

impl RequestBackend {
    /// The own unit of somebody at a desk.
    fn desk_home(&self, reader: &Reader<'_>) -> Result<Option<UnitId>, BackendError> {
        match reader.actor.role.has_desk() {
            true => Ok(accounts::home(&self.who()?.user, reader.tree, reader.today)),
            false => Err(ProblemKind::Forbidden.into()),
        }
    }

    /// Where somebody's queue begins, if they check what villages send.
    fn queue_home(&self, reader: &Reader<'_>) -> Result<Option<UnitId>, BackendError> {
        match reader.actor.role.verifies() {
            true => Ok(accounts::home(&self.who()?.user, reader.tree, reader.today)),
            false => Err(ProblemKind::Forbidden.into()),
        }
    }
}

#[async_trait]
impl Backend for RequestBackend {
    async fn session(&self) -> Result<Option<Session>, BackendError> {
        let Some(who) = &self.signed_in else {
            return Ok(None);
        };
        Ok(Some(accounts::session(
            &self.state,
            &who.user,
            &who.tree,
            clock::now(),
        )))
    }

    async fn demo_accounts(&self) -> Result<Vec<DemoAccount>, BackendError> {
        if !self.state.demo {
            return Ok(Vec::new());
        }
        let today = clock::today();
        let tree = self.state.units.tree();
        let mut conn = self.state.db.read().await.map_err(failed)?;
        let all = users::all(&mut conn).await.map_err(failed)?;
        let mut named: BTreeMap<_, _> = all
            .into_iter()
            .filter_map(|user| Some((user.username.clone()?, user)))
            .collect();
        let accounts = demo::USERNAMES.iter().filter_map(|username| {
            let user = named.remove(*username)?;
            let units = user.units.iter().filter_map(|unit| tree.name(*unit, today));
            Some(DemoAccount {
                username: (*username).to_owned(),
                password: demo::PASSWORD.to_owned(),
                unit: units.collect::<Vec<_>>().join(", "),
                name: user.name,
                role: user.role,
            })
        });
        Ok(accounts.collect())
    }

    async fn dashboard(&self, query: DashboardQuery) -> Result<Dashboard, BackendError> {
        let (reader, now) = self.reader()?;
        let home = accounts::home(&self.who()?.user, reader.tree, reader.today);
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        let found = dashboard::figures(&mut conn, &reader, home, &query, now).await;
        found
            .map_err(failed)?
            .ok_or_else(|| ProblemKind::NotFound.into())
    }

    async fn subjects(&self, query: SubjectsQuery) -> Result<Subjects, BackendError> {
        let (reader, _) = self.reader()?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        let part = match query.whole {
            true => subjects::Part::First(SUBJECTS_MAX),
            false => subjects::Part::Page,
        };
        let found = subjects::list(&mut conn, &reader, &query, part).await;
        found
            .map_err(failed)?
            .ok_or_else(|| ProblemKind::NotFound.into())
    }

    async fn queue(&self, query: QueueQuery, rows: Rows) -> Result<Queue, BackendError> {
        let (reader, now) = self.reader()?;
        let home = self.queue_home(&reader)?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        let found = queue::page(&mut conn, &reader, home, &query, rows, now).await;
        found
            .map_err(failed)?
            .ok_or_else(|| ProblemKind::NotFound.into())
    }

    async fn submission(
        &self,
        query: QueueQuery,
        form: DocumentId,
        decided: Option<DocumentId>,
    ) -> Result<Submission, BackendError> {
        let (reader, _) = self.reader()?;
        let home = self.queue_home(&reader)?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        let found = queue::submission(&mut conn, &reader, home, &query, form, decided)
            .await
            .map_err(failed)?
            .ok_or(ProblemKind::NotFound)?;
        let read = self.who()?.event(EventKind::SubjectRead);
        events::record(&self.state, read.about(found.subject.id));
        Ok(found)
    }

    async fn duplicates(&self, query: DuplicatesQuery) -> Result<Duplicates, BackendError> {
        let (reader, _) = self.reader()?;
        if !reader.actor.role.keeps_its_unit() {
            return Err(ProblemKind::Forbidden.into());
        }
        let home = self.desk_home(&reader)?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        let found = duplicates::list(&mut conn, &reader, home, query).await;
        found
            .map_err(failed)?
            .ok_or_else(|| ProblemKind::NotFound.into())
    }

    async fn contributions(
        &self,
        query: ContributionsQuery,
    ) -> Result<Contributions, BackendError> {
        let (reader, _) = self.reader()?;
        let home = self.desk_home(&reader)?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        let found = contributions::book(&mut conn, &reader, home, query).await;
        found
            .map_err(failed)?
            .ok_or_else(|| ProblemKind::NotFound.into())
    }

    async fn supporter_desk(
        &self,
        query: ContributionsQuery,
    ) -> Result<SupporterDesk, BackendError> {
        let (reader, now) = self.reader()?;
        let home = self.desk_home(&reader)?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        supporters::desk(&mut conn, &reader, home, query, now).await
    }

    async fn supporter(
        &self,
        id: DocumentId,
        year: Option<Year>,
    ) -> Result<SupporterSeen, BackendError> {
        let (reader, now) = self.reader()?;
        self.desk_home(&reader)?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        let found = supporters::one(&mut conn, &reader, id, year, now).await?;
        let read = self.who()?.event(EventKind::SubjectRead);
        events::record(&self.state, read.about(id));
        Ok(found)
    }

    async fn pair(&self, one: DocumentId, other: DocumentId) -> Result<PairSeen, BackendError> {
        let (reader, _) = self.reader()?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        let found = duplicates::pair(&mut conn, &reader, one, other).await;
        let found = found.map_err(failed)?.ok_or(ProblemKind::NotFound)?;
        for side in &found.sides {
            let read = self.who()?.event(EventKind::SubjectRead);
            events::record(&self.state, read.about(side.subject.id));
        }
        Ok(found)
    }

    async fn decisions(&self, query: DecisionsQuery) -> Result<Decisions, BackendError> {
        let (reader, _) = self.reader()?;
        let home = self.desk_home(&reader)?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        let found = decisions::of_unit(&mut conn, &reader, home, query).await;
        found
            .map_err(failed)?
            .ok_or_else(|| ProblemKind::NotFound.into())
    }

    async fn candidates(&self, query: CandidatesQuery) -> Result<Candidates, BackendError> {
        let (reader, _) = self.reader()?;
        let home = self.desk_home(&reader)?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        let found = decisions::candidates(&mut conn, &reader, home, query).await;
        found
            .map_err(failed)?
            .ok_or_else(|| ProblemKind::NotFound.into())
    }

    async fn decision(&self, id: DocumentId) -> Result<Decision, BackendError> {
        let (reader, _) = self.reader()?;
        self.desk_home(&reader)?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        let found = decisions::one(&mut conn, &reader, id).await;
        let found = found.map_err(failed)?.ok_or(ProblemKind::NotFound)?;
        let read = self.who()?.event(EventKind::SubjectRead);
        events::record(&self.state, read.about(id));
        Ok(found)
    }

    async fn subject(&self, id: DocumentId) -> Result<SubjectDetail, BackendError> {
        let (reader, _) = self.reader()?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        let found = subject::detail(&mut conn, &reader, id)
            .await
            .map_err(failed)?
            .ok_or(ProblemKind::NotFound)?;
        let read = self.who()?.event(EventKind::SubjectRead).about(id);
        events::record(&self.state, read);
        Ok(found)
    }

    async fn people(&self) -> Result<Vec<Person>, BackendError> {
        let (
            Reader {
                actor, tree, today, ..
            },
            _,
        ) = self.reader()?;
        let units: BTreeSet<UnitId> = match &actor.scope {
            Scope::All => return Ok(Vec::new()),
            Scope::Villages(villages) => villages
                .iter()
                .flat_map(|(commune, village)| [*commune, *village])
                .collect(),
            Scope::Communes(communes) | Scope::Area { communes, .. } => communes
                .iter()
                .flat_map(|commune| tree.villages_under(*commune, today))
                .map(|village| village.id)
                .chain(communes.iter().copied())
                .collect(),
        };
        let units: Vec<UnitId> = units.into_iter().collect();
        let mut conn = self.state.db.read().await.map_err(failed)?;
        let people = users::of_units(&mut conn, &units).await.map_err(failed)?;
        Ok(people
            .into_iter()
            .map(|(id, name)| Person { id, name })
            .collect())
    }

    async fn groups(&self) -> Result<Vec<Group>, BackendError> {
        let (reader, _) = self.reader()?;
        let mut conn = self.state.db.read().await.map_err(failed)?;
        groups::of(&mut conn, &reader).await.map_err(failed)
    }

    async fn events(&self, query: EventsQuery) -> Result<EventRows, BackendError> {
        let (
            Reader {
                actor, tree, today, ..
            },
            _,
        ) = self.reader()?;
        if !actor.role.reads_events() {
            return Err(ProblemKind::Forbidden.into());
        }
        let reader = events::list::Reader { actor, tree, today };
        let mut conn = self.state.db.read().await.map_err(failed)?;
        events::list::page(&mut conn, &reader, &query)
            .await
            .map_err(failed)
    }

    async fn import_desk(&self, commune: Option<UnitId>) -> Result<ImportDesk, BackendError> {
        given_lists::desk(&self.state, self.who()?, commune).await
    }

    async fn import_preview(&self, list: &str) -> Result<ImportPreview, BackendError> {
        given_lists::preview(&self.state, self.who()?, list).await
    }

    async fn jobs(&self) -> Result<Vec<JobSeen>, BackendError> {
        jobs::list(&self.state, self.who()?).await
    }

    async fn job(&self, id: JobId) -> Result<JobSeen, BackendError> {
        jobs::one(&self.state, self.who()?, id).await
    }

    async fn letterhead(&self, unit: Option<UnitId>) -> Result<LetterheadDesk, BackendError> {
        letterheads::desk(&self.state, self.who()?, unit).await
    }

    async fn campaign(&self, query: CampaignQuery) -> Result<Campaign, BackendError> {
        let (reader, _) = self.reader()?;
        let home = self.desk_home(&reader)?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        campaigns::page(&mut conn, &reader, home, &query).await
    }

    async fn late(&self, query: CampaignQuery) -> Result<Vec<LateForms>, BackendError> {
        let (reader, _) = self.reader()?;
        let home = self.desk_home(&reader)?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        campaigns::late(&mut conn, &reader, home, &query).await
    }

    async fn exemplars(&self, query: ExemplarsQuery) -> Result<Exemplars, BackendError> {
        exemplars::shown(&self.state, query).await
    }

    async fn exemplar(&self, form: DocumentId) -> Result<Exemplar, BackendError> {
        exemplars::one(&self.state, form).await
    }

    async fn exemplar_desk(&self, form: DocumentId) -> Result<ExemplarDesk, BackendError> {
        exemplars::desk(&self.state, self.who()?, form).await
    }

    async fn initiatives(&self, query: InitiativesQuery) -> Result<Initiatives, BackendError> {
        let (reader, _) = self.reader()?;
        let home = self.desk_home(&reader)?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        initiatives::list(&mut conn, &reader, home, query).await
    }

    async fn initiative_desk(
        &self,
        query: InitiativesQuery,
    ) -> Result<InitiativeDesk, BackendError> {
        let (reader, _) = self.reader()?;
        let home = self.desk_home(&reader)?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        initiatives::desk(&mut conn, &reader, home, query).await
    }

    async fn initiative(&self, id: InitiativeId) -> Result<InitiativeSeen, BackendError> {
        let (reader, _) = self.reader()?;
        self.desk_home(&reader)?;
        let mut conn = self.state.db.snapshot().await.map_err(failed)?;
        initiatives::one(&mut conn, &reader, id).await
    }

    async fn criteria(&self) -> Result<CriteriaDesk, BackendError> {
        proposed_sets::desk(&self.state, self.who()?).await
    }

    async fn criteria_set(&self, id: CriteriaSetId) -> Result<SetSeen, BackendError> {
        proposed_sets::set(&self.state, self.who()?, &id).await
    }

    async fn proposed_set(&self, id: ProposedSetId) -> Result<ProposedSeen, BackendError> {
        proposed_sets::one(&self.state, self.who()?, id).await
    }

    async fn devices(&self, commune: UnitId) -> Result<Vec<DeviceRow>, BackendError> {
        let (reader, _) = self.reader()?;
        let unit = reader.unit(commune).ok_or(ProblemKind::NotFound)?;
        let mut conn = self.state.db.read().await.map_err(failed)?;
        devices::of_unit(&mut conn, &reader, unit)
            .await
            .map_err(failed)
    }

    async fn unheard(&self, commune: UnitId) -> Result<Vec<Unheard>, BackendError> {
        let (reader, _) = self.reader()?;
        let unit = reader.unit(commune).ok_or(ProblemKind::NotFound)?;
        let mut conn = self.state.db.read().await.map_err(failed)?;
        devices::unheard(&mut conn, &reader, unit)
            .await
            .map_err(failed)
    }
}
