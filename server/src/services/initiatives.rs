//! Initiatives (sáng kiến) at the desk: the register of a unit, who may write into it, and what of it a commendation rests on
//! (`docs/adr/0047`).

use std::collections::{BTreeMap, BTreeSet};

use app::{BackendError, words};
use chrono::{DateTime, NaiveDate, Utc};
use shared::access::{Actor, may_read};
use shared::api::Named;
use shared::api::decisions::LineRow;
use shared::api::initiatives::{
    AUTHORS_MAX, Author, Initiative, InitiativeDesk, InitiativeField, InitiativeProblem,
    InitiativeRow, InitiativeSeen, Initiatives, InitiativesQuery, TypedInitiative,
    UnmendedInitiative,
};
use shared::calendar::{self, Year};
use shared::decision::DecisionHead;
use shared::document::Document;
use shared::event::EventKind;
use shared::ids::{DocumentId, InitiativeId, SubjectId, UnitId, UserId};
use shared::kind::SubjectKind;
use shared::org_unit::{OrgTree, OrgUnit, UnitKind};
use shared::problem::ProblemKind;
use shared::text;
use uuid::Uuid;

use super::campaigns::asked_for;
use super::events;
use super::figures::day_map::{DayMap, Reader};
use super::figures::failed;
use crate::auth::SignedIn;
use crate::clock;
use crate::db::initiatives::{self, Kept};
use crate::db::{self, AnyConnection, DbError, documents, users};
use crate::state::AppState;

/// Rows that are told at once.
const ROWS: usize = 5_000;
/// Those who are found by a name, and words by which they are looked for.
const FOUND: usize = 20;
const WORDS: usize = 6;
/// Letters of a name that are looked for.
pub const LOOKED_MAX: usize = 100;
/// Who can be an author: a commune and what lies above is whom it is noted by.
const AUTHORS: [SubjectKind; 5] = [
    SubjectKind::Household,
    SubjectKind::Citizen,
    SubjectKind::Clan,
    SubjectKind::Unit,
    SubjectKind::Village,
];

type Result<T> = std::result::Result<T, BackendError>;

/// Why nothing was written.
pub enum NotWritten {
    Unmended(Box<UnmendedInitiative>),
    Failed(BackendError),
}

impl<E: Into<BackendError>> From<E> for NotWritten {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Whether somebody writes into the register of a unit.
fn may_write(actor: &Actor, unit: UnitId) -> bool {
    actor.role.keeps_its_unit() && actor.scope.works_on(unit, unit)
}

/// The unit that has a register today: itself, or the first of those that it has become, as everything else of it.
fn keeper(tree: &OrgTree, unit: UnitId, today: NaiveDate) -> Option<&OrgUnit> {
    tree.today(unit, today).into_iter().next()
}

/// The units whose registers a unit's is made of: its own, those below it, and those of what they were before.
fn registers(reader: &Reader<'_>, unit: &OrgUnit) -> Vec<UnitId> {
    let (tree, today) = (reader.tree, reader.today);
    let places = DayMap::new(tree, today, today).places(&[unit]);
    let kept_here = |it: &&OrgUnit| {
        let keeper = keeper(tree, it.id, today);
        keeper.is_some_and(|it| places.contains(&it.id) && reader.may_list(it.id))
    };
    let units = tree.iter().filter(|it| it.kind != UnitKind::Village);
    units.filter(kept_here).map(|it| it.id).collect()
}

fn reader<'a>(state: &AppState, who: &'a SignedIn) -> Reader<'a> {
    Reader {
        actor: &who.actor,
        tree: &who.tree,
        criteria: state.criteria.now(),
        today: clock::today(),
    }
}

/// The register of a unit. Give it a snapshot.
pub async fn list(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    home: Option<UnitId>,
    query: InitiativesQuery,
) -> Result<Initiatives> {
    let unit = asked_for(reader, query.unit.or(home).ok_or(ProblemKind::NotFound)?)?;
    let units = registers(reader, unit);
    let found = async {
        let years = initiatives::years(conn, &units).await?;
        let mut kept = initiatives::of_units(conn, &units, query.year, ROWS + 1).await?;
        let is_cut = kept.len() > ROWS;
        kept.truncate(ROWS);
        Ok((years, rows(conn, reader, kept).await?, is_cut))
    };
    let (years, rows, is_cut) = found.await.map_err(failed)?;
    Ok(Initiatives {
        crumbs: reader.crumbs(unit, reader.today),
        unit: unit.id,
        year: query.year,
        years,
        rows,
        is_cut,
        may_write: may_write(reader.actor, unit.id),
    })
}

/// Lines of a register, the newest year first and there by their names.
async fn rows(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    kept: Vec<Kept>,
) -> db::Result<Vec<InitiativeRow>> {
    let ids: Vec<InitiativeId> = kept.iter().map(|it| it.id).collect();
    let mut authors = authors(conn, &ids).await?;
    let people: BTreeSet<UserId> = kept.iter().map(|it| it.made.0).collect();
    let people: Vec<UserId> = people.into_iter().collect();
    let people = users::names(conn, &people).await?;
    let row = |kept: Kept| {
        let of = kept.initiative;
        let authors = authors.remove(&kept.id).unwrap_or_default();
        let named = |it: Document| Named {
            id: it.id,
            name: it.name().to_owned(),
        };
        InitiativeRow {
            id: kept.id,
            name: of.name,
            year: of.year,
            authors: authors.into_iter().map(named).collect(),
            others: of.others,
            what: of.what,
            used: of.used,
            recognised: of.recognised,
            place: place(reader, kept.unit),
            by: people.get(&kept.made.0).cloned().unwrap_or_default(),
            at: kept.made.1,
        }
    };
    let mut rows: Vec<InitiativeRow> = kept.into_iter().map(row).collect();
    rows.sort_by_cached_key(|row| {
        (
            std::cmp::Reverse(row.year),
            text::name_key(&row.name),
            row.id,
        )
    });
    Ok(rows)
}

fn place(reader: &Reader<'_>, unit: UnitId) -> String {
    let name = reader.tree.name(unit, reader.today);
    name.unwrap_or_default().to_owned()
}

/// The subjects that are authors of each, in the order of names: of one that was merged the one that is kept.
async fn authors(
    conn: &mut AnyConnection,
    ids: &[InitiativeId],
) -> db::Result<BTreeMap<InitiativeId, Vec<Document>>> {
    let named = initiatives::authors(conn, ids).await?;
    let all: BTreeSet<SubjectId> = named.values().flatten().copied().collect();
    let all = standing(conn, &all.into_iter().collect::<Vec<_>>()).await?;
    let of = |named: Vec<SubjectId>| {
        let standing: BTreeMap<DocumentId, Document> = named
            .iter()
            .filter_map(|it| all.get(it))
            .map(|it| (it.id, it.clone()))
            .collect();
        let mut standing: Vec<Document> = standing.into_values().collect();
        standing.sort_by_cached_key(|it| (text::name_key(it.name()), it.id));
        standing
    };
    Ok(named
        .into_iter()
        .map(|(id, named)| (id, of(named)))
        .collect())
}

/// The subjects of some ids: each itself, or the one that it was merged into. A merge goes one step only (`docs/adr/0041`).
async fn standing(
    conn: &mut AnyConnection,
    ids: &[SubjectId],
) -> db::Result<BTreeMap<SubjectId, Document>> {
    let asked: Vec<DocumentId> = ids.iter().map(|it| (*it).into()).collect();
    let found = documents::by_ids(conn, &asked).await?;
    let kept: Vec<DocumentId> = found
        .iter()
        .filter_map(|it| it.merged_into().map(DocumentId::from))
        .collect();
    let kept = documents::by_ids(conn, &kept).await?;
    let standing = found.into_iter().map(|it| {
        let into = it.merged_into().map(DocumentId::from);
        let kept = into.and_then(|into| kept.iter().find(|it| it.id == into));
        (it.id.into(), kept.cloned().unwrap_or(it))
    });
    Ok(standing.collect())
}

/// What some subjects and whoever was merged into them have a part in.
async fn of_subjects(
    conn: &mut AnyConnection,
    subjects: &[&Document],
) -> db::Result<BTreeMap<SubjectId, Vec<Kept>>> {
    let mut standing: BTreeMap<SubjectId, SubjectId> = BTreeMap::new();
    for subject in subjects {
        let id: SubjectId = subject.id.into();
        standing.insert(id, id);
        standing.extend(subject.merged_from().into_iter().map(|gone| (gone, id)));
    }
    let asked: Vec<SubjectId> = standing.keys().copied().collect();
    let parts = initiatives::of_subjects(conn, &asked).await?;
    let ids: BTreeSet<InitiativeId> = parts.iter().map(|(_, id)| *id).collect();
    let ids: Vec<InitiativeId> = ids.into_iter().collect();
    let kept = initiatives::by_ids(conn, &ids).await?;
    let kept: BTreeMap<InitiativeId, Kept> = kept.into_iter().map(|it| (it.id, it)).collect();
    let mut found: BTreeMap<SubjectId, BTreeMap<InitiativeId, Kept>> = BTreeMap::new();
    for (subject, id) in parts {
        if let Some((subject, kept)) = standing.get(&subject).zip(kept.get(&id)) {
            let of = found.entry(*subject).or_default();
            of.insert(id, kept.clone());
        }
    }
    let in_order = |of: BTreeMap<InitiativeId, Kept>| {
        let mut of: Vec<Kept> = of.into_values().collect();
        of.sort_by_cached_key(|it| (it.initiative.year, text::name_key(&it.initiative.name)));
        of
    };
    Ok(found
        .into_iter()
        .map(|(subject, of)| (subject, in_order(of)))
        .collect())
}

/// What a subject has a part in, for whoever works at a desk.
pub async fn of_subject(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    subject: &Document,
) -> db::Result<Vec<InitiativeRow>> {
    if !reader.actor.role.has_desk() {
        return Ok(Vec::new());
    }
    let found = of_subjects(conn, &[subject]).await?;
    rows(conn, reader, found.into_values().flatten().collect()).await
}

/// What each of some subjects has a part in, of some years, the oldest first.
pub async fn between(
    conn: &mut AnyConnection,
    subjects: &[&Document],
    (from, to): (Year, Year),
) -> db::Result<BTreeMap<SubjectId, Vec<Initiative>>> {
    let found = of_subjects(conn, subjects).await?;
    let of_then = |kept: Kept| {
        let year = kept.initiative.year;
        (from <= year && year <= to).then_some(kept.initiative)
    };
    let found = found.into_iter().map(|(subject, kept)| {
        let kept = kept.into_iter().filter_map(of_then);
        (subject, kept.collect())
    });
    Ok(found.collect())
}

/// Names beside each who is or may be commended what they have a part in, of the years of the merit.
pub async fn beside(
    conn: &mut AnyConnection,
    head: &DecisionHead,
    subjects: &BTreeMap<DocumentId, Document>,
    rows: &mut [LineRow],
) -> db::Result<()> {
    if head.does.award().is_none() {
        return Ok(());
    }
    let years = head.does.occasion().years(head.year);
    let subjects: Vec<&Document> = subjects.values().collect();
    let mut found = between(conn, &subjects, years).await?;
    for row in rows {
        let found = found.remove(&row.subject).unwrap_or_default();
        row.initiatives = found.into_iter().map(|it| it.name).collect();
    }
    Ok(())
}

/// Where somebody writes a new one into the register of a unit. Give it a snapshot.
pub async fn desk(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    home: Option<UnitId>,
    query: InitiativesQuery,
) -> Result<InitiativeDesk> {
    if !reader.actor.role.keeps_its_unit() {
        return Err(ProblemKind::Forbidden.into());
    }
    let unit = asked_for(reader, query.unit.or(home).ok_or(ProblemKind::NotFound)?)?;
    if !may_write(reader.actor, unit.id) {
        return Err(ProblemKind::NotFound.into());
    }
    let chosen: Vec<SubjectId> = query.subject.into_iter().collect();
    let authors = chosen_of(conn, reader, unit, &chosen, &[]).await;
    let authors = authors.map_err(failed)?;
    let year = query.year.unwrap_or(calendar::year_judged(reader.today));
    let year = year.min(Year::of(reader.today));
    Ok(InitiativeDesk {
        crumbs: reader.crumbs(unit, reader.today),
        unit: unit.id,
        id: InitiativeId::from_uuid(Uuid::now_v7()),
        typed: TypedInitiative {
            year: year.to_string(),
            authors: authors.iter().map(|it| it.id).collect(),
            ..TypedInitiative::default()
        },
        authors,
    })
}

/// One of them. Give it a snapshot.
pub async fn one(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    id: InitiativeId,
) -> Result<InitiativeSeen> {
    let (kept, unit) = readable(conn, reader, id).await?;
    let found = async {
        let mut authors = authors(conn, &[id]).await?;
        let people = users::names(conn, &[kept.made.0, kept.saved.0]).await?;
        Ok((authors.remove(&id).unwrap_or_default(), people))
    };
    let (authors, people) = found.await.map_err(failed)?;
    let by = |(by, at): (UserId, DateTime<Utc>)| (people.get(&by).cloned().unwrap_or_default(), at);
    Ok(InitiativeSeen {
        crumbs: reader.crumbs(unit, reader.today),
        id,
        unit: unit.id,
        version: kept.version,
        authors: authors.iter().filter_map(|it| author(reader, it)).collect(),
        is_struck: kept.is_struck,
        made: by(kept.made),
        saved: by(kept.saved),
        may_write: may_write(reader.actor, unit.id),
        initiative: kept.initiative,
    })
}

/// One that somebody may read, and the unit that keeps it today.
async fn readable<'a>(
    conn: &mut AnyConnection,
    reader: &Reader<'a>,
    id: InitiativeId,
) -> Result<(Kept, &'a OrgUnit)> {
    let kept = initiatives::by_id(conn, id).await.map_err(failed)?;
    let kept = kept.ok_or(ProblemKind::NotFound)?;
    let unit = keeper(reader.tree, kept.unit, reader.today);
    let unit = unit.filter(|unit| reader.may_look(unit));
    Ok((kept, unit.ok_or(ProblemKind::NotFound)?))
}

fn author(reader: &Reader<'_>, subject: &Document) -> Option<Author> {
    Some(Author {
        id: subject.id.into(),
        name: subject.name().to_owned(),
        kind: subject.subject_kind()?,
        place: place(reader, subject.place),
    })
}

/// Those of some ids who can be authors of an initiative of a unit, as they stand today: who lies in it, or was an author `before`.
async fn chosen_of(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    unit: &OrgUnit,
    chosen: &[SubjectId],
    before: &[SubjectId],
) -> db::Result<Vec<Author>> {
    let found = standing(conn, chosen).await?;
    let (tree, today) = (reader.tree, reader.today);
    let lies_here = |it: &Document| {
        let above = tree.ancestors(it.shard, today);
        it.shard == unit.id || above.iter().any(|above| above.id == unit.id)
    };
    let fits = |it: &Document| {
        let is_known = before.contains(&it.id.into());
        let kind = it
            .subject_kind()
            .is_some_and(|kind| AUTHORS.contains(&kind));
        kind && (is_known || (lies_here(it) && may_read(reader.actor, it)))
    };
    let mut authors: Vec<Author> = Vec::new();
    for id in chosen {
        let author = found.get(id).filter(|it| fits(it));
        let author = author.and_then(|it| author_once(reader, it, &authors));
        authors.extend(author);
    }
    Ok(authors)
}

fn author_once(reader: &Reader<'_>, subject: &Document, among: &[Author]) -> Option<Author> {
    let found = author(reader, subject)?;
    let is_there = among.iter().any(|it| it.id == found.id);
    (!is_there).then_some(found)
}

/// What somebody sends of an initiative.
#[derive(Clone, Debug)]
pub struct Sent {
    pub id: InitiativeId,
    pub typed: TypedInitiative,
    pub which: Which,
}

/// Whether it is a new one.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    New {
        /// In whose register; of a village its commune's.
        unit: UnitId,
    },
    /// As it was looked at.
    Known { looked: i64 },
}

/// The unit into whose register somebody writes, with what stands there already of one that is known.
async fn register<'a>(
    conn: &mut AnyConnection,
    reader: &Reader<'a>,
    sent: &Sent,
) -> Result<(&'a OrgUnit, Option<Kept>)> {
    if !reader.actor.role.keeps_its_unit() {
        return Err(ProblemKind::Forbidden.into());
    }
    let (unit, kept) = match sent.which {
        Which::New { unit } => {
            let standing = initiatives::by_id(conn, sent.id).await.map_err(failed)?;
            match standing {
                // Pressed twice.
                Some(kept) if kept.made.0 != reader.actor.user => {
                    return Err(ProblemKind::NotFound.into());
                }
                kept => (asked_for(reader, unit)?, kept),
            }
        }
        Which::Known { .. } => {
            let (kept, unit) = readable(conn, reader, sent.id).await?;
            (unit, Some(kept))
        }
    };
    match may_write(reader.actor, unit.id) {
        true => Ok((unit, kept)),
        false => Err(ProblemKind::NotFound.into()),
    }
}

/// Looks for authors by their name, and keeps what was typed beside.
pub async fn look_for(
    state: &AppState,
    who: &SignedIn,
    sent: &Sent,
    name: &str,
) -> Result<UnmendedInitiative> {
    let reader = reader(state, who);
    let mut conn = state.db.snapshot().await.map_err(failed)?;
    let (unit, _) = register(&mut conn, &reader, sent).await?;
    let name: String = name.chars().take(LOOKED_MAX).collect();
    let found = async {
        let before = initiatives::authors(&mut conn, &[sent.id]).await?;
        let before = before.into_values().next().unwrap_or_default();
        let chosen = &sent.typed.authors;
        let authors = chosen_of(&mut conn, &reader, unit, chosen, &before).await?;
        let found = found(&mut conn, &reader, unit, &name).await?;
        Ok((authors, found))
    };
    let (authors, found) = found.await.map_err(failed)?;
    let is_new = |it: &Author| !authors.iter().any(|chosen| chosen.id == it.id);
    Ok(UnmendedInitiative {
        typed: sent.typed.clone(),
        found: found.into_iter().filter(is_new).collect(),
        authors,
        looked_for: Some(name),
        ..UnmendedInitiative::default()
    })
}

async fn found(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    unit: &OrgUnit,
    name: &str,
) -> db::Result<Vec<Author>> {
    let folded = text::fold(name);
    let words = folded.split(' ').filter(|word| !word.is_empty());
    let words: Vec<String> = words.take(WORDS).map(str::to_owned).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let places = DayMap::new(reader.tree, reader.today, reader.today).places(&[unit]);
    let places: Vec<UnitId> = places
        .into_iter()
        .filter(|place| reader.may_list(*place))
        .collect();
    let found = documents::named(conn, &places, &AUTHORS, &words, FOUND).await?;
    let found = found
        .iter()
        .filter(|it| it.merged_into().is_none() && may_read(reader.actor, it));
    Ok(found.filter_map(|it| author(reader, it)).collect())
}

/// Writes an initiative, or says what has to be mended first.
pub async fn write(
    state: &AppState,
    who: &SignedIn,
    sent: &Sent,
) -> std::result::Result<(), NotWritten> {
    let (reader, now) = (reader(state, who), clock::now());
    let mut tx = state.db.write().await.map_err(failed)?;
    let (unit, standing) = register(&mut tx, &reader, sent).await?;
    let before = initiatives::authors(&mut tx, &[sent.id]).await;
    let before = before.map_err(failed)?.into_values().next();
    let before = before.unwrap_or_default();
    let chosen = &sent.typed.authors;
    let authors = chosen_of(&mut tx, &reader, unit, chosen, &before).await;
    let authors = authors.map_err(failed)?;
    let unmended = |problems, is_overtaken| {
        Err(NotWritten::Unmended(Box::new(UnmendedInitiative {
            typed: sent.typed.clone(),
            authors: authors.clone(),
            problems,
            is_overtaken,
            ..UnmendedInitiative::default()
        })))
    };
    let on = words::parse_date(&sent.typed.on);
    let initiative = match sent.typed.checked(on, reader.today) {
        Ok(initiative) => initiative,
        Err(problems) => return unmended(problems, false),
    };
    if authors.len() < chosen.len().min(AUTHORS_MAX) {
        let unknown = (InitiativeField::Authors, InitiativeProblem::Unknown);
        return unmended(vec![unknown], false);
    }
    let authors: Vec<SubjectId> = authors.iter().map(|it| it.id).collect();
    let version = match (&standing, sent.which) {
        (None, _) => 1,
        (Some(kept), _) if kept.initiative == initiative && same(&before, &authors) => {
            return Ok(());
        }
        (Some(kept), Which::Known { looked }) if kept.version == looked && !kept.is_struck => {
            kept.version + 1
        }
        (Some(_), _) => return unmended(Vec::new(), true),
    };
    let saved = (who.user.id, now);
    let kept = Kept {
        id: sent.id,
        unit: unit.id,
        initiative,
        is_struck: false,
        version,
        made: standing.map_or(saved, |kept| kept.made),
        saved,
    };
    let is_written = initiatives::put(&mut tx, &kept, &authors).await;
    if !is_written.map_err(failed)? {
        return unmended(Vec::new(), true);
    }
    tx.commit()
        .await
        .map_err(|error| failed(DbError::from(error)))?;
    let told = who.event(EventKind::InitiativeWritten);
    events::record(state, told.what(kept.initiative.name));
    Ok(())
}

fn same(some: &[SubjectId], others: &[SubjectId]) -> bool {
    let set = |them: &[SubjectId]| them.iter().copied().collect::<BTreeSet<_>>();
    set(some) == set(others)
}

/// Takes one out of the register that was entered by mistake, or puts it back.
pub async fn strike(
    state: &AppState,
    who: &SignedIn,
    id: InitiativeId,
    is_struck: bool,
) -> Result<()> {
    let (reader, now) = (reader(state, who), clock::now());
    if !reader.actor.role.keeps_its_unit() {
        return Err(ProblemKind::Forbidden.into());
    }
    let mut tx = state.db.write().await.map_err(failed)?;
    let (kept, unit) = readable(&mut tx, &reader, id).await?;
    if !may_write(reader.actor, unit.id) {
        return Err(ProblemKind::NotFound.into());
    }
    if kept.is_struck == is_struck {
        return Ok(());
    }
    let before = initiatives::authors(&mut tx, &[id]).await.map_err(failed)?;
    let authors = before.into_values().next().unwrap_or_default();
    let kept = Kept {
        is_struck,
        version: kept.version + 1,
        saved: (who.user.id, now),
        ..kept
    };
    let is_written = initiatives::put(&mut tx, &kept, &authors).await;
    if !is_written.map_err(failed)? {
        return Err(ProblemKind::Unavailable.into());
    }
    tx.commit()
        .await
        .map_err(|error| failed(DbError::from(error)))?;
    let told = who.event(EventKind::InitiativeWritten);
    events::record(state, told.what(kept.initiative.name));
    Ok(())
}
