//! What leaves the system as a file: the same answers as the desk's pages, whole. Each time is recorded.

use app::Backend;
use app::tables::{self, FIGURES, Figures};
use chrono::NaiveDate;
use shared::api::decisions::DecisionsQuery;
use shared::api::queue::{QueueQuery, Rows};
use shared::api::{DashboardQuery, EventsQuery, SubjectsQuery};
use shared::calendar::Year;
use shared::criteria::Title;
use shared::event::EventKind;
use shared::figure::Figure;
use shared::ids::{DocumentId, UnitId};
use shared::problem::ProblemKind;
use shared::table::{Order, Table};

use super::figures::day_map::Reader;
use super::figures::subjects::{self, Part};
use super::figures::{RequestBackend, failed};
use super::{accounts, events};
use crate::auth::SignedIn;
use crate::clock;
use crate::error::ApiError;
use crate::state::AppState;

/// Rows of a list at most; a district has some ten thousand families. What is left out is said in the last row.
const ROWS: usize = 100_000;
/// Events at most.
const EVENTS: usize = 20_000;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub unit: Option<UnitId>,
    pub title: Option<Title>,
    pub year: Option<Year>,
    pub as_of: Option<NaiveDate>,
    pub search: Option<String>,
    pub figure: Option<Figure>,
    pub who: Option<String>,
    pub kind: Option<EventKind>,
    pub decision: Option<DocumentId>,
    pub until: Option<NaiveDate>,
    /// The queue, where one is asked for.
    pub queue: QueueQuery,
    /// The order and the filter of the page that the file is asked for from.
    pub order: Order,
}

/// Tables with the words that name their file.
pub struct Found {
    pub name: String,
    pub day: NaiveDate,
    pub tables: Vec<Table>,
}

/// The tables of that name, as far as the person may see them.
pub async fn tables(
    state: &AppState,
    who: &SignedIn,
    what: &str,
    asked: &Asked,
) -> Result<Found, ApiError> {
    let now = clock::now();
    let day = shared::calendar::day(now);
    let reader = Reader {
        actor: &who.actor,
        tree: &who.tree,
        criteria: state.criteria.now(),
        today: day,
    };
    let home = accounts::home(&who.user, &who.tree, day);
    let unit = asked.unit.or(home).ok_or(ProblemKind::NotFound)?;
    let unit_name = who.tree.name(unit, day).unwrap_or_default();
    let title = asked.title.unwrap_or(Title::LearningFamily);
    let year = asked
        .year
        .unwrap_or_else(|| shared::calendar::year_judged(day));
    let backend = RequestBackend {
        state: state.clone(),
        signed_in: Some(who.clone()),
    };
    let tables = match what {
        "subjects" => {
            let query = SubjectsQuery {
                unit,
                title,
                year,
                as_of: asked.as_of,
                search: asked.search.clone(),
                figure: asked.figure,
                page: 0,
                whole: true,
            };
            let mut conn = state.db.snapshot().await?;
            let found = subjects::list(&mut conn, &reader, &query, Part::First(ROWS)).await?;
            let found = found.ok_or(ProblemKind::NotFound)?;
            let figure = asked.figure.unwrap_or(Figure::Subjects);
            vec![tables::subjects(&found, title, year, figure)]
        }
        "devices" => vec![tables::devices(
            &backend.devices(unit).await?,
            unit_name,
            now,
        )],
        "unheard" => vec![tables::unheard(&backend.unheard(unit).await?, unit_name)],
        "queue" => vec![tables::queue(&backend.queue(asked.queue, Rows::All).await?)],
        "decisions" => {
            let asking = DecisionsQuery {
                unit: asked.unit,
                year: asked.year,
            };
            vec![tables::decisions(&backend.decisions(asking).await?)]
        }
        "decision" => {
            let id = asked.decision.ok_or(ProblemKind::NotFound)?;
            vec![tables::lines(&backend.decision(id).await?)]
        }
        "imports" => {
            let desk = backend.import_desk(Some(unit)).await?;
            vec![tables::imports(&desk.imports, unit_name)]
        }
        "events" => vec![tables::events(&whole_log(state, &reader, asked).await?)],
        figures => {
            let query = DashboardQuery {
                unit: Some(unit),
                title,
                year,
                as_of: asked.as_of,
            };
            let dashboard = &backend.dashboard(query).await?;
            let of = Figures {
                dashboard,
                title,
                year,
            };
            match figures {
                "dashboard" => FIGURES.iter().filter_map(|name| of.table(name)).collect(),
                one => of.table(one).into_iter().collect(),
            }
        }
    };
    // The order is of one table; a workbook of several has each in its own.
    let tables: Vec<Table> = match tables.len() {
        1 => tables
            .into_iter()
            .map(|it| it.whole(&asked.order))
            .collect(),
        _ => tables,
    };
    let name = match tables.as_slice() {
        [] => return Err(ProblemKind::NotFound.into()),
        [one] => format!("{} {unit_name}", one.name),
        [_, ..] => format!("{} {unit_name}", app::locale::t("desk.dashboard")),
    };
    let told = who.event(EventKind::Exported).what(name.clone());
    events::record(state, told);
    Ok(Found { name, day, tables })
}

async fn whole_log(
    state: &AppState,
    reader: &Reader<'_>,
    asked: &Asked,
) -> Result<Vec<shared::api::EventRow>, ApiError> {
    if !reader.actor.role.reads_events() {
        return Err(ProblemKind::Forbidden.into());
    }
    let query = EventsQuery {
        who: asked.who.clone(),
        kind: asked.kind,
        until: asked.until,
        page: 0,
    };
    let reader = events::list::Reader {
        actor: reader.actor,
        tree: reader.tree,
        today: reader.today,
    };
    let mut conn = state.db.read().await?;
    let rows = events::list::first(&mut conn, &reader, &query, EVENTS).await;
    Ok(rows.map_err(failed)?)
}
