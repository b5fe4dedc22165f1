//! What leaves the system as a file: the same answers as the desk's pages, whole. A table of some thousand rows is made while
//! somebody waits, a longer one as a job. Each that leaves is recorded.

pub mod asked;
pub mod job;

use app::locale::Locale;
use app::tables::{self, FIGURES, Figures};
use app::{Backend, BackendError};
use chrono::NaiveDate;
use shared::api::contributions::ContributionsQuery;
use shared::api::decisions::DecisionsQuery;
use shared::api::duplicates::DuplicatesQuery;
use shared::api::initiatives::InitiativesQuery;
use shared::api::queue::Rows;
use shared::api::{DashboardQuery, EventsQuery, SubjectsQuery};
use shared::criteria::Title;
use shared::event::EventKind;
use shared::figure::Figure;
use shared::problem::ProblemKind;
use shared::table::{Order, Table};

pub use self::asked::Asked;
use super::figures::day_map::Reader;
use super::figures::subjects::{self, Part};
use super::figures::{RequestBackend, failed};
use super::jobs::kind::{Progress, Stop, on_a_thread};
use super::{accounts, events};
use crate::auth::SignedIn;
use crate::clock;
use crate::db::DbError;
use crate::error::ApiError;
use crate::export::{self, FileKind};
use crate::state::AppState;

/// Rows of a list at most; a district has some ten thousand families. What is left out is said in the last row.
const ROWS: usize = 100_000;
/// Events at most.
const EVENTS: usize = 20_000;
/// Subjects that are read at once.
const PIECE: usize = 500;

/// For whom a table is made.
#[derive(Clone, Copy, Debug)]
pub enum Pace<'a> {
    /// Somebody waits: it must not be long.
    AtOnce,
    /// A job that says how far it is.
    AsJob(&'a Progress),
}

/// Why a table was not made.
#[derive(Debug)]
pub enum NotMade {
    /// Too long for somebody who waits.
    TooLong,
    Stopped(Stop),
    Problem(ApiError),
}

impl From<ApiError> for NotMade {
    fn from(error: ApiError) -> Self {
        NotMade::Problem(error)
    }
}

impl From<ProblemKind> for NotMade {
    fn from(kind: ProblemKind) -> Self {
        NotMade::Problem(kind.into())
    }
}

impl From<BackendError> for NotMade {
    fn from(error: BackendError) -> Self {
        NotMade::Problem(error.into())
    }
}

impl From<DbError> for NotMade {
    fn from(error: DbError) -> Self {
        NotMade::Problem(error.into())
    }
}

impl From<NotMade> for Stop {
    fn from(error: NotMade) -> Self {
        match error {
            NotMade::Stopped(stop) => stop,
            NotMade::TooLong => ProblemKind::TooLarge.into(),
            NotMade::Problem(error) => error.kind.into(),
        }
    }
}

/// Tables with the words that name their file, and the order they are to have.
pub struct Found {
    name: String,
    day: NaiveDate,
    tables: Vec<Table>,
    order: Order,
}

/// A file.
pub struct Written {
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// Whether there is such a file.
pub fn is_known(what: &str, kind: FileKind) -> bool {
    const LISTS: [&str; 11] = [
        "subjects",
        "devices",
        "unheard",
        "queue",
        "duplicates",
        "contributions",
        "initiatives",
        "decisions",
        "decision",
        "imports",
        "events",
    ];
    match what {
        "dashboard" => kind == FileKind::Workbook,
        one => LISTS.contains(&one) || FIGURES.contains(&one),
    }
}

/// The tables of that name, as far as the person may see them.
pub async fn tables(
    state: &AppState,
    who: &SignedIn,
    what: &str,
    asked: &Asked,
    pace: Pace<'_>,
) -> Result<Found, NotMade> {
    let now = clock::now();
    let day = shared::calendar::day(now);
    let reader = reader(state, who, day);
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
            vec![subjects_table(state, &reader, &query, pace).await?]
        }
        "devices" => vec![tables::devices(
            &backend.devices(unit).await?,
            unit_name,
            now,
        )],
        "unheard" => vec![tables::unheard(&backend.unheard(unit).await?, unit_name)],
        "queue" => vec![tables::queue(&backend.queue(asked.queue, Rows::All).await?)],
        "contributions" => {
            let asking = ContributionsQuery {
                unit: asked.unit,
                year: asked.year,
            };
            vec![tables::contributions(&backend.contributions(asking).await?)]
        }
        "initiatives" => {
            let asking = InitiativesQuery {
                unit: asked.unit,
                year: asked.year,
                subject: None,
            };
            vec![tables::initiatives(&backend.initiatives(asking).await?)]
        }
        "duplicates" => {
            let asking = DuplicatesQuery {
                unit: asked.unit,
                kind: None,
            };
            vec![tables::duplicates(&backend.duplicates(asking).await?)]
        }
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
    let is_long = |table: &Table| table.rows.len() > state.jobs.limits.rows_at_once;
    if matches!(pace, Pace::AtOnce) && tables.iter().any(is_long) {
        return Err(NotMade::TooLong);
    }
    let name = match tables.as_slice() {
        [] => return Err(ProblemKind::NotFound.into()),
        [one] => format!("{} {unit_name}", one.name),
        [_, ..] => format!("{} {unit_name}", app::locale::t("desk.dashboard")),
    };
    Ok(Found {
        name,
        day,
        tables,
        order: asked.order.clone(),
    })
}

fn reader<'a>(state: &AppState, who: &'a SignedIn, today: NaiveDate) -> Reader<'a> {
    Reader {
        actor: &who.actor,
        tree: &who.tree,
        criteria: state.criteria.now(),
        today,
    }
}

/// The subjects behind a figure. Read piece by piece in one snapshot, so that as many are listed as are counted.
async fn subjects_table(
    state: &AppState,
    reader: &Reader<'_>,
    query: &SubjectsQuery,
    pace: Pace<'_>,
) -> Result<Table, NotMade> {
    let mut conn = state.db.snapshot().await?;
    let most = match pace {
        Pace::AtOnce => state.jobs.limits.rows_at_once,
        Pace::AsJob(_) => ROWS,
    };
    let found = subjects::behind(&mut conn, reader, query, Part::First(most)).await?;
    let (found, ids) = found.ok_or(ProblemKind::NotFound)?;
    if matches!(pace, Pace::AtOnce) && usize::try_from(found.total).unwrap_or(usize::MAX) > most {
        return Err(NotMade::TooLong);
    }
    let mut rows = Vec::with_capacity(ids.len());
    for piece in ids.chunks(PIECE) {
        if let Pace::AsJob(progress) = pace {
            let so_far = progress.at(rows.len(), ids.len());
            so_far.map_err(NotMade::Stopped)?;
        }
        let read = subjects::rows(&mut conn, reader, query, piece).await?;
        rows.extend(tables::subject_rows(&read, query.year));
    }
    let figure = query.figure.unwrap_or(Figure::Subjects);
    if let Pace::AsJob(progress) = pace {
        let all = progress.at(rows.len(), ids.len());
        all.map_err(NotMade::Stopped)?;
    }
    Ok(tables::subjects_of(
        &found,
        rows,
        query.title,
        query.year,
        figure,
    ))
}

/// Writes tables as a file, on a thread where it keeps nobody waiting.
pub async fn written(found: Found, kind: FileKind, language: Locale) -> Result<Written, NotMade> {
    let name = export::file_name(&found.name, found.day, kind.ending());
    let write = move || {
        // The order is of one table; a workbook of several has each in its own.
        let tables = match found.tables.len() {
            1 => {
                let tables = found.tables.into_iter();
                tables.map(|it| it.whole(&found.order)).collect()
            }
            _ => found.tables,
        };
        kind.bytes(&tables)
    };
    let bytes = on_a_thread(language, write).await;
    let bytes = bytes.map_err(NotMade::Stopped)?.map_err(|error| {
        tracing::error!(%error, "a workbook could not be written");
        ApiError::from(ProblemKind::Internal)
    })?;
    Ok(Written {
        name,
        media_type: kind.media_type(),
        bytes: bytes.ok_or(ProblemKind::NotFound)?,
    })
}

/// Records that a file leaves the system.
pub fn record(state: &AppState, who: &SignedIn, name: &str) {
    let told = who.event(EventKind::Exported).what(name);
    events::record(state, told);
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
