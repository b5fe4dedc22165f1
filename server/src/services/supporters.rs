//! Supporters at the desk: who may write them into which book, and the way there through the intake.

use app::BackendError;
use chrono::{DateTime, Utc};
use shared::access::may_read;
use shared::api::contributions::ContributionsQuery;
use shared::api::supporters::{SupporterDesk, SupporterSeen, TypedSupporter, UnmendedSupporter};
use shared::api::{HistoryRow, Named};
use shared::calendar::{self, Year};
use shared::change::{ChangeBody, Refusal};
use shared::contribution::Contribution;
use shared::document::{Document, Seq};
use shared::ids::{DocumentId, UnitId};
use shared::problem::ProblemKind;
use shared::supporter::{Supporter, Supporting};
use shared::text;
use uuid::Uuid;

use super::campaigns::asked_for;
use super::decide::{Decided, NotDecided, made, outcome, submit};
use super::figures::contributions::may_write;
use super::figures::day_map::Reader;
use super::figures::failed;
use crate::auth::SignedIn;
use crate::clock;
use crate::db::{AnyConnection, DbError, changes, documents, users};
use crate::state::AppState;

/// Those who are named beside the form of a new one.
const KNOWN: usize = 500;
/// Namesakes that are told.
const NAMESAKES: usize = 20;
/// Lines of a history that are shown.
const HISTORY: usize = 200;
/// The years that can be written about: this one and so many before.
const YEARS_BEFORE: usize = 2;

type Result<T> = std::result::Result<T, BackendError>;

/// The year that is asked for, or the one that is judged; and those that can be written about, newest first.
fn years(asked: Option<Year>, now: DateTime<Utc>) -> (Year, Vec<Year>) {
    let today = calendar::day(now);
    let last = Year::of(today);
    let year = asked.unwrap_or_else(|| calendar::year_judged(today));
    let year = year.min(last);
    let mut years: Vec<Year> = Year::range(Year::FIRST, last)
        .rev()
        .take(YEARS_BEFORE + 1)
        .collect();
    if !years.contains(&year) {
        years.push(year);
    }
    (year, years)
}

/// Where somebody writes a new one into the book of a unit. Give it a snapshot.
pub async fn desk(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    home: Option<UnitId>,
    query: ContributionsQuery,
    now: DateTime<Utc>,
) -> Result<SupporterDesk> {
    if !reader.actor.role.keeps_the_book() {
        return Err(ProblemKind::Forbidden.into());
    }
    let unit = asked_for(reader, query.unit.or(home).ok_or(ProblemKind::NotFound)?)?;
    if !may_write(reader.actor, unit.id) {
        return Err(ProblemKind::NotFound.into());
    }
    let (year, years) = years(query.year, now);
    let own = [unit.id].into();
    let known = documents::supporters(conn, &own, KNOWN).await;
    let known = named(known.map_err(failed)?.iter());
    Ok(SupporterDesk {
        crumbs: reader.crumbs(unit, reader.today),
        unit: unit.id,
        year,
        years,
        id: DocumentId::from_uuid(Uuid::now_v7()),
        known,
    })
}

/// Those who stand in the book, in the order of names.
fn named<'a>(supporters: impl Iterator<Item = &'a Document>) -> Vec<Named> {
    let named = supporters.filter_map(|it| {
        let head = it.supporter().filter(|head| !head.is_struck)?;
        Some(Named {
            id: it.id,
            name: head.who.name.clone(),
        })
    });
    let mut named: Vec<Named> = named.collect();
    named.sort_by_cached_key(|it| (text::name_key(&it.name), it.id));
    named
}

/// One supporter, with who wrote what. Give it a snapshot.
pub async fn one(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    id: DocumentId,
    year: Option<Year>,
    now: DateTime<Utc>,
) -> Result<SupporterSeen> {
    let found = documents::by_id(conn, id).await.map_err(failed)?;
    let found = found.filter(|it| it.supporter().is_some() && may_read(reader.actor, it));
    let supporter = found.ok_or(ProblemKind::NotFound)?;
    let unit = reader.tree.get(supporter.shard);
    let history = history(conn, id).await.map_err(failed)?;
    let (year, years) = years(year, now);
    Ok(SupporterSeen {
        crumbs: unit.map_or_else(Vec::new, |unit| reader.crumbs(unit, reader.today)),
        may_write: may_write(reader.actor, supporter.shard),
        supporter,
        year,
        years,
        history,
    })
}

async fn history(
    conn: &mut AnyConnection,
    id: DocumentId,
) -> std::result::Result<Vec<HistoryRow>, DbError> {
    let entries = changes::history(conn, &[id], HISTORY).await?;
    let people: Vec<_> = entries.iter().map(|entry| entry.by).collect();
    let names = users::names(conn, &people).await?;
    let rows = entries.into_iter().map(|entry| HistoryRow {
        document: entry.document,
        by: names.get(&entry.by).cloned().unwrap_or_default(),
        change: entry.change,
        received_at: entry.received_at,
        device: entry.device,
        before: entry.before,
    });
    Ok(rows.collect())
}

/// What somebody sends of a supporter.
#[derive(Clone, Debug)]
pub struct Sent {
    pub id: DocumentId,
    pub year: Year,
    pub typed: TypedSupporter,
    pub which: Which,
}

/// Whether it is a new one.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    New {
        /// In whose book; of a village its commune's.
        unit: UnitId,
        /// That there is one of the same name was seen.
        is_another: bool,
    },
    /// As it was looked at.
    Known { looked: Seq },
}

/// Why it was not written.
pub enum NotWritten {
    Unmended(Box<UnmendedSupporter>),
    Refused(Refusal),
    /// The server could not take it now.
    Later,
    Failed(BackendError),
}

impl From<BackendError> for NotWritten {
    fn from(error: BackendError) -> Self {
        Self::Failed(error)
    }
}

impl From<ProblemKind> for NotWritten {
    fn from(kind: ProblemKind) -> Self {
        Self::Failed(kind.into())
    }
}

impl From<DbError> for NotWritten {
    fn from(error: DbError) -> Self {
        Self::Failed(failed(error))
    }
}

/// Writes who a supporter is and what it gave in a year, or says what has to be mended first.
pub async fn write(
    state: &AppState,
    who: &SignedIn,
    sent: Sent,
) -> std::result::Result<(), NotWritten> {
    let Sent {
        id,
        year,
        typed,
        which,
    } = sent;
    if !who.actor.role.keeps_the_book() {
        return Err(ProblemKind::Forbidden.into());
    }
    let standing = readable(state, who, id).await?;
    let read = typed.checked(matches!(which, Which::New { .. }));
    let unmended = |unmended: UnmendedSupporter| {
        Err(NotWritten::Unmended(Box::new(UnmendedSupporter {
            typed: typed.clone(),
            ..unmended
        })))
    };
    let (supporter, gave) = match read {
        Ok(read) => read,
        Err(problems) => {
            return unmended(UnmendedSupporter {
                problems,
                ..UnmendedSupporter::default()
            });
        }
    };
    let shard = match (which, &standing) {
        (Which::New { .. }, Some(standing)) if standing.made.by != who.user.id => {
            return Err(ProblemKind::NotFound.into());
        }
        (Which::New { .. }, Some(standing)) => {
            // Pressed twice: it is there already. Or the form of it was gone back to, and written over for another.
            return match stands(standing, &supporter, year, &gave) {
                true => Ok(()),
                false => unmended(UnmendedSupporter {
                    namesakes: named(std::iter::once(standing)),
                    ..UnmendedSupporter::default()
                }),
            };
        }
        (Which::New { unit, is_another }, None) => {
            let unit = book_of(state, who, unit)?;
            let namesakes = match is_another {
                true => Vec::new(),
                false => namesakes(state, unit, &supporter).await?,
            };
            if !namesakes.is_empty() {
                return unmended(UnmendedSupporter {
                    namesakes,
                    ..UnmendedSupporter::default()
                });
            }
            unit
        }
        (Which::Known { .. }, None) => return Err(ProblemKind::NotFound.into()),
        (Which::Known { looked }, Some(standing)) => {
            if stands(standing, &supporter, year, &gave) {
                return Ok(());
            }
            if standing.seq != looked {
                return unmended(UnmendedSupporter {
                    is_overtaken: true,
                    ..UnmendedSupporter::default()
                });
            }
            standing.shard
        }
    };
    let writing = Supporting::Write {
        shard,
        who: supporter,
        year,
        gave,
    };
    send(state, who, id, writing).await
}

/// Takes one out of the book that was entered by mistake, or puts it back.
pub async fn strike(
    state: &AppState,
    who: &SignedIn,
    id: DocumentId,
    is_struck: bool,
) -> std::result::Result<(), NotWritten> {
    readable(state, who, id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    send(state, who, id, Supporting::Strike { is_struck }).await
}

async fn send(
    state: &AppState,
    who: &SignedIn,
    id: DocumentId,
    supporting: Supporting,
) -> std::result::Result<(), NotWritten> {
    let change = made(id, None, ChangeBody::Support(supporting));
    let taken = submit(state, who, vec![change]).await;
    let taken = taken.map_err(NotDecided::from).map(outcome);
    match taken {
        Ok(Decided::Taken) => Ok(()),
        Ok(Decided::Refused(refusal)) => Err(NotWritten::Refused(refusal)),
        Ok(Decided::Changed) => Err(NotWritten::Later),
        Err(error) => {
            tracing::error!(%error, "a supporter was not written");
            Err(NotWritten::Later)
        }
    }
}

/// A supporter, if there is such a one for somebody. Any other document of that id is nobody's to write here.
async fn readable(
    state: &AppState,
    who: &SignedIn,
    id: DocumentId,
) -> std::result::Result<Option<Document>, NotWritten> {
    let mut conn = state.db.read().await?;
    let found = documents::by_id(&mut conn, id).await?;
    let is_theirs = |it: &Document| it.supporter().is_some() && may_read(&who.actor, it);
    match found {
        Some(it) if !is_theirs(&it) => Err(ProblemKind::NotFound.into()),
        found => Ok(found),
    }
}

/// The unit in whose book somebody writes.
fn book_of(
    state: &AppState,
    who: &SignedIn,
    unit: UnitId,
) -> std::result::Result<UnitId, NotWritten> {
    let reader = Reader {
        actor: &who.actor,
        tree: &who.tree,
        criteria: state.criteria.now(),
        today: clock::today(),
    };
    let unit = asked_for(&reader, unit)?.id;
    let is_own = may_write(&who.actor, unit);
    is_own.then_some(unit).ok_or(ProblemKind::NotFound.into())
}

async fn namesakes(
    state: &AppState,
    unit: UnitId,
    who: &Supporter,
) -> std::result::Result<Vec<Named>, NotWritten> {
    let mut conn = state.db.read().await?;
    let folded = text::fold(&who.name);
    let found = documents::supporters_named(&mut conn, unit, &folded, NAMESAKES).await?;
    Ok(named(found.iter()))
}

/// Whether all that is written stands there already.
fn stands(standing: &Document, who: &Supporter, year: Year, gave: &Contribution) -> bool {
    standing.supporter().is_some_and(|head| {
        let stood = head.gave.get(&year).cloned().unwrap_or_default();
        head.who == *who && stood == *gave
    })
}
