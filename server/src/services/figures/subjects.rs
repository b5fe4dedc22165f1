//! The subjects behind a figure: exactly as many as it counts, found by their name, their hamlet or their village.

use std::collections::{BTreeMap, BTreeSet};

use shared::api::{Crumb, SubjectRow, Subjects, SubjectsQuery};
use shared::criteria::Criteria;
use shared::document::Document;
use shared::field;
use shared::figure::{self, Figure};
use shared::ids::{DocumentId, SubjectId, UnitId};
use shared::kind::SubjectKind;
use shared::org_unit::{OrgTree, UnitKind};
use shared::text;

use super::day_map::{DayMap, Reader};
use crate::db::documents::{self, Wanted, Word};
use crate::db::{self, AnyConnection};

/// Rows on a page of a list.
const PAGE: u32 = 50;
/// Words of a search that count.
const WORDS: usize = 8;
/// Villages that a search names.
const VILLAGES: usize = 5;

/// How much of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The page that the query asks for.
    Page,
    /// The first so many.
    First(usize),
}

/// The places behind a figure, those that the reader may read and those that are somebody else's today.
struct Behind {
    own: Vec<UnitId>,
    others: Vec<UnitId>,
}

/// A list of the subjects behind a figure. Give it a snapshot: what is counted is what is listed. `None`: the reader may not
/// see the figure.
pub async fn list(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    query: &SubjectsQuery,
    part: Part,
) -> db::Result<Option<Subjects>> {
    let Some((mut found, ids)) = behind(conn, reader, query, part).await? else {
        return Ok(None);
    };
    found.rows = rows(conn, reader, query, &ids).await?;
    Ok(Some(found))
}

/// The same without its rows, and whom they are about: a long list is read piece by piece.
pub async fn behind(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    query: &SubjectsQuery,
    part: Part,
) -> db::Result<Option<(Subjects, Vec<SubjectId>)>> {
    let as_of = query.as_of.unwrap_or(reader.today);
    let Some(unit) = reader.counted(query.unit, as_of) else {
        return Ok(None);
    };
    let map = DayMap::new(reader.tree, as_of, reader.today);
    let standing = map.standing(unit);
    let (own, others) = map
        .places(&standing)
        .into_iter()
        .partition(|place| reader.may_list(*place));
    let places = Behind { own, others };
    let asked = query.search.as_deref().unwrap_or_default();
    let words = words(asked, reader, &places.own);
    let wanted = Wanted {
        places: &places.own,
        kind: SubjectKind::of(query.title),
        title: query.title,
        year: query.year,
        words: &words,
        figure: query.figure.unwrap_or(Figure::Subjects),
    };
    let (offset, size) = match part {
        Part::Page => {
            let size = usize::try_from(PAGE).unwrap_or(50);
            let page = usize::try_from(query.page).unwrap_or(0);
            (page.saturating_mul(size), size)
        }
        Part::First(size) => (0, size),
    };
    let (total, ids) = documents::list(conn, &wanted, offset, size).await?;
    // Who is somebody else's today is counted, as the figure counts them, and not named.
    let elsewhere = match words.is_empty() && !places.others.is_empty() {
        true => {
            let others = Wanted {
                places: &places.others,
                ..wanted
            };
            documents::list(conn, &others, 0, 0).await?.0
        }
        false => 0,
    };
    let villages = match words.is_empty() {
        true => Vec::new(),
        false => villages(asked, reader, &places.own),
    };
    let found = Subjects {
        crumbs: reader.crumbs(unit, as_of),
        total: u32::try_from(total).unwrap_or(u32::MAX),
        elsewhere: u32::try_from(elsewhere).unwrap_or(u32::MAX),
        villages,
        is_village: unit.kind == UnitKind::Village,
        page: query.page,
        page_size: PAGE,
        rows: Vec::new(),
    };
    Ok(Some((found, ids)))
}

/// The rows of some subjects of a list, in their order.
pub async fn rows(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    query: &SubjectsQuery,
    ids: &[SubjectId],
) -> db::Result<Vec<SubjectRow>> {
    let wanted: Vec<DocumentId> = ids.iter().map(|id| (*id).into()).collect();
    let found = documents::by_ids(conn, &wanted).await?;
    let found: BTreeMap<DocumentId, Document> = found.into_iter().map(|it| (it.id, it)).collect();
    let scored = documents::assessments(conn, ids, query.title, query.year).await?;
    let scored: BTreeMap<SubjectId, Document> = scored
        .into_iter()
        .filter_map(|it| Some((it.assessment()?.subject, it)))
        .collect();
    let as_of = query.as_of.unwrap_or(reader.today);
    Ok(wanted
        .iter()
        .filter_map(|id| found.get(id))
        .map(|subject| {
            let village = reader.tree.name(subject.place, as_of).unwrap_or_default();
            row(
                reader.criteria,
                subject,
                scored.get(&subject.id.into()),
                village,
            )
        })
        .collect())
}

fn row(
    criteria: Criteria,
    subject: &Document,
    assessment: Option<&Document>,
    village: &str,
) -> SubjectRow {
    let head = assessment.and_then(Document::assessment);
    let set = head.and_then(|head| criteria.find(&head.criteria));
    let score = assessment
        .zip(set)
        .and_then(|(document, set)| document.score(set));
    let count = |of: fn(&Document) -> usize| {
        let both = of(subject) + assessment.map_or(0, of);
        u32::try_from(both).unwrap_or(u32::MAX)
    };
    SubjectRow {
        id: subject.id,
        name: subject.name().to_owned(),
        village: village.to_owned(),
        hamlet: subject.text(field::HAMLET).map(str::to_owned),
        members: subject.number(field::MEMBERS),
        culture: subject.number(field::CULTURE_YEAR),
        stage: head.map(|head| head.stage.name()),
        points: score
            .as_ref()
            .and_then(|score| score.points())
            .map(|(got, max)| (got.halves(), max.halves())),
        passed: assessment.and_then(|form| figure::result(form, &criteria)),
        doubts: count(|it| it.doubts.len()),
        conflicts: count(|it| it.conflicts.len()),
        meeting: assessment.and_then(Document::meeting),
    }
}

/// What is looked for, word by word: a word of the name or the hamlet begins with it, or one of the village's name does.
fn words(asked: &str, reader: &Reader<'_>, places: &[UnitId]) -> Vec<Word> {
    let folded: Vec<(UnitId, String)> = places
        .iter()
        .filter_map(|place| Some((*place, village_name(reader.tree, *place, reader)?)))
        .collect();
    let mut words = Vec::new();
    for typed in asked.split_whitespace() {
        let parts = text::fold(typed);
        // A sign of a pattern is a letter like others, and no name has it.
        let is_in_no_name = typed.contains(['%', '_']);
        if is_in_no_name {
            words.push(Word {
                begins: typed.to_owned(),
                places: BTreeSet::new(),
            });
            continue;
        }
        let parts = parts.split(' ').filter(|part| !part.is_empty());
        words.extend(parts.map(|part| Word {
            begins: part.to_owned(),
            places: begins(&folded, part),
        }));
    }
    words.truncate(WORDS);
    words
}

/// The folded name of a place that is a village.
fn village_name(tree: &OrgTree, place: UnitId, reader: &Reader<'_>) -> Option<String> {
    let unit = tree.get(place)?;
    (unit.kind == UnitKind::Village).then(|| text::fold(unit.name(reader.today)))
}

fn begins(folded: &[(UnitId, String)], word: &str) -> BTreeSet<UnitId> {
    folded
        .iter()
        .filter(|(_, name)| text::matches(name, word))
        .map(|(place, _)| *place)
        .collect()
}

/// Villages that are named by the whole search.
fn villages(asked: &str, reader: &Reader<'_>, places: &[UnitId]) -> Vec<Crumb> {
    let named = |place: &UnitId| {
        let unit = reader.tree.get(*place)?;
        let name = unit.name(reader.today);
        let is_found = unit.kind == UnitKind::Village && text::matches(&text::fold(name), asked);
        is_found.then(|| Crumb {
            unit: unit.id,
            name: name.to_owned(),
        })
    };
    places.iter().filter_map(named).take(VILLAGES).collect()
}
