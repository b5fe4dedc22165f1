//! The online screens' questions: fixed paths, plain encodings, one [`Backend`](crate::backend::Backend) call each.
//! They are the public API too.

use chrono::NaiveDate;
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Json};
use shared::api::{
    Dashboard, DemoAccount, DeviceRow, EventRows, Person, Session, SubjectDetail, Subjects,
};
#[cfg(feature = "ssr")]
use shared::api::{DashboardQuery, EventsQuery, SubjectsQuery};
use shared::calendar::Year;
use shared::criteria::Title;
use shared::event::EventKind;
use shared::figure::Figure;
use shared::ids::{DocumentId, UnitId};

use crate::backend::BackendError;
#[cfg(feature = "ssr")]
use crate::backend::backend;

/// `GET /api/v1/session`
#[server(name = GetSession, prefix = "/api/v1", endpoint = "session", input = GetUrl, output = Json)]
pub async fn session() -> Result<Option<Session>, BackendError> {
    backend()?.session().await
}

/// `GET /api/v1/demo-accounts`
#[server(name = GetDemoAccounts, prefix = "/api/v1", endpoint = "demo-accounts", input = GetUrl, output = Json)]
pub async fn demo_accounts() -> Result<Vec<DemoAccount>, BackendError> {
    backend()?.demo_accounts().await
}

/// `GET /api/v1/dashboard`
#[server(name = GetDashboard, prefix = "/api/v1", endpoint = "dashboard", input = GetUrl, output = Json)]
pub async fn dashboard(
    #[server(default)] unit: Option<UnitId>,
    title: Title,
    year: Year,
    #[server(default)] as_of: Option<NaiveDate>,
) -> Result<Dashboard, BackendError> {
    let query = DashboardQuery {
        unit,
        title,
        year,
        as_of,
    };
    backend()?.dashboard(query).await
}

/// `GET /api/v1/subjects`
#[server(name = GetSubjects, prefix = "/api/v1", endpoint = "subjects", input = GetUrl, output = Json)]
pub async fn subjects(
    unit: UnitId,
    title: Title,
    year: Year,
    #[server(default)] as_of: Option<NaiveDate>,
    #[server(default)] search: Option<String>,
    #[server(default)] figure: Option<Figure>,
    #[server(default)] page: u32,
) -> Result<Subjects, BackendError> {
    let query = SubjectsQuery {
        unit,
        title,
        year,
        as_of,
        search,
        figure,
        page,
        whole: false,
    };
    backend()?.subjects(query).await
}

/// `GET /api/v1/subject`
#[server(name = GetSubject, prefix = "/api/v1", endpoint = "subject", input = GetUrl, output = Json)]
pub async fn subject(id: DocumentId) -> Result<SubjectDetail, BackendError> {
    backend()?.subject(id).await
}

/// `GET /api/v1/people`
#[server(name = GetPeople, prefix = "/api/v1", endpoint = "people", input = GetUrl, output = Json)]
pub async fn people() -> Result<Vec<Person>, BackendError> {
    backend()?.people().await
}

/// `GET /api/v1/devices`
#[server(name = GetDevices, prefix = "/api/v1", endpoint = "devices", input = GetUrl, output = Json)]
pub async fn devices(commune: UnitId) -> Result<Vec<DeviceRow>, BackendError> {
    backend()?.devices(commune).await
}

/// `GET /api/v1/events`
#[server(name = GetEvents, prefix = "/api/v1", endpoint = "events", input = GetUrl, output = Json)]
pub async fn events(
    #[server(default)] who: Option<String>,
    #[server(default)] kind: Option<EventKind>,
    #[server(default)] until: Option<NaiveDate>,
    #[server(default)] page: u32,
) -> Result<EventRows, BackendError> {
    let query = EventsQuery {
        who,
        kind,
        until,
        page,
    };
    backend()?.events(query).await
}
