//! Those of a unit who may have been entered twice, and two of them beside each other.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use shared::access::Actor;
use shared::api::duplicates::{Duplicates, DuplicatesQuery, PairRow, PairSeen, PairedRow, Side};
use shared::assessment::{AssessmentHead, Phase};
use shared::calendar::{self, Year};
use shared::document::Document;
use shared::duplicate::{Pair, pairs};
use shared::field;
use shared::ids::{DocumentId, UnitId};
use shared::kind::SubjectKind;
use shared::merge::MEMBERS_MAX;

use super::day_map::Reader;
use super::subject::named;
use crate::db::{self, AnyConnection, documents, links, told_apart, users};

/// Namesakes of a kind that are read at most: more than a commune has.
const NAMESAKES: usize = 4_000;
/// Pairs that are told at once. What is merged or told apart makes room for the next.
const PAIRS: usize = 300;

/// Whether a subject is somebody's to merge.
pub fn is_of(actor: &Actor, subject: &Document) -> bool {
    actor.role.keeps_its_unit() && actor.scope.works_on(subject.shard, subject.place)
}

/// Those of a unit who may have been entered twice. Give it a snapshot. `None`: the reader may not look there.
pub async fn list(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    home: Option<UnitId>,
    query: DuplicatesQuery,
) -> db::Result<Option<Duplicates>> {
    let unit = query.unit.or(home).and_then(|unit| reader.unit(unit));
    let works_there = |unit: UnitId| reader.actor.scope.works_on(unit, unit);
    let Some(unit) = unit.filter(|unit| works_there(unit.id)) else {
        return Ok(None);
    };
    let year = calendar::year_judged(reader.today);
    let mut subjects: BTreeMap<DocumentId, Document> = BTreeMap::new();
    let mut found: Vec<(SubjectKind, Vec<Pair>)> = Vec::new();
    for kind in SubjectKind::ALL.into_iter().filter(|it| !it.is_a_unit()) {
        let namesakes = documents::namesakes(conn, unit.id, kind, year, NAMESAKES).await?;
        found.push((kind, pairs(namesakes.iter(), year)));
        subjects.extend(namesakes.into_iter().map(|it| (it.id, it)));
    }
    let in_pairs = found.iter().flat_map(|(_, pairs)| pairs);
    let in_pairs = in_pairs.flat_map(|pair| [pair.one, pair.other]);
    let in_pairs: BTreeSet<DocumentId> = in_pairs.collect();
    let in_pairs: Vec<DocumentId> = in_pairs.into_iter().collect();
    let apart = told_apart::among(conn, &in_pairs).await?;
    for (_, pairs) in &mut found {
        pairs.retain(|pair| !apart.contains(&told_apart::two(pair.one, pair.other)));
    }
    found.retain(|(_, pairs)| !pairs.is_empty());
    let kinds = found.iter();
    let kinds = kinds.map(|(kind, pairs)| (*kind, u32::try_from(pairs.len()).unwrap_or(u32::MAX)));
    let kinds: Vec<(SubjectKind, u32)> = kinds.collect();
    let of_kind = |kind: SubjectKind| query.kind.is_none_or(|wanted| wanted == kind);
    let wanted = found.iter().filter(|(kind, _)| of_kind(*kind));
    let wanted = wanted.flat_map(|(kind, pairs)| pairs.iter().map(|pair| (*kind, pair)));
    let row = |(kind, pair): (SubjectKind, &Pair)| {
        let side = |id: DocumentId| {
            let subject = subjects.get(&id)?;
            let village = reader.tree.name(subject.place, reader.today);
            Some(PairedRow {
                id,
                name: subject.name().to_owned(),
                village: village.unwrap_or_default().to_owned(),
                birth_year: subject.number(field::BIRTH_YEAR),
            })
        };
        Some(PairRow {
            kind,
            one: side(pair.one)?,
            other: side(pair.other)?,
            signs: pair.signs.clone(),
        })
    };
    let total = wanted.clone().count();
    Ok(Some(Duplicates {
        crumbs: reader.crumbs(unit, reader.today),
        query: DuplicatesQuery {
            unit: Some(unit.id),
            ..query
        },
        kinds,
        rows: wanted.take(PAIRS).filter_map(row).collect(),
        is_cut: total > PAIRS,
    }))
}

/// Two subjects beside each other. `None`: one is none, or not the reader's to merge; or they are of two kinds.
pub async fn pair(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    one: DocumentId,
    other: DocumentId,
) -> db::Result<Option<PairSeen>> {
    let mut found = documents::by_ids(conn, &[one, other]).await?;
    found.sort_by_key(|it| it.id != one);
    let Ok([first, second]) = <[Document; 2]>::try_from(found) else {
        return Ok(None);
    };
    let kind = first.subject_kind().filter(|kind| !kind.is_a_unit());
    let (Some(kind), true) = (
        kind,
        is_of(reader.actor, &first) && is_of(reader.actor, &second),
    ) else {
        return Ok(None);
    };
    if second.subject_kind() != Some(kind) {
        return Ok(None);
    }
    let apart = told_apart::among(conn, &[one, other]).await?;
    let signs = Pair::of(&first, &second).map_or_else(Vec::new, |pair| pair.signs);
    let place = reader.tree.get(first.place);
    let crumbs = place.map_or_else(Vec::new, |place| reader.crumbs(place, reader.today));
    let (first, second) = (
        side(conn, reader, first).await?,
        side(conn, reader, second).await?,
    );
    // What has come further is kept, and of two that have come as far the one that was entered first.
    let judged = calendar::year_judged(reader.today);
    let rank = |side: &Side| (how_far(side, judged), Reverse(side.subject.made.at));
    let sides = match rank(&first) >= rank(&second) {
        true => [first, second],
        false => [second, first],
    };
    Ok(Some(PairSeen {
        crumbs,
        kind,
        sides,
        signs,
        is_apart: apart.contains(&told_apart::two(one, other)),
    }))
}

async fn side(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    subject: Document,
) -> db::Result<Side> {
    let by = users::names(conn, &[subject.made.by]).await?;
    let members = links::members_of(conn, subject.id.into(), MEMBERS_MAX + 1).await?;
    let village = reader.tree.name(subject.place, reader.today);
    Ok(Side {
        village: village.unwrap_or_default().to_owned(),
        by: by.into_values().next().unwrap_or_default(),
        forms: documents::assessments_of(conn, subject.id.into()).await?,
        members: u32::try_from(members.len()).unwrap_or(u32::MAX),
        named: named(conn, &subject).await?,
        subject,
    })
}

/// How far a subject has come: others were merged into it; what its form of the year judged has come to, and then those of before; how
/// many it has.
fn how_far(side: &Side, judged: Year) -> (bool, u8, u8, usize) {
    let of = |head: &AssessmentHead| match (head.given.is_some(), head.stage.name().phase()) {
        (true, _) => 5,
        (_, Phase::Decided) => 4,
        (_, Phase::Commune) => 3,
        (_, Phase::Village) => 2,
        (_, Phase::Over) => 1,
    };
    let heads = side.forms.iter().filter_map(Document::assessment);
    let now = heads.clone().filter(|head| head.year >= judged).map(of);
    let holds_others = !side.subject.merged_from().is_empty();
    (
        holds_others,
        now.max().unwrap_or(0),
        heads.map(of).max().unwrap_or(0),
        side.forms.len(),
    )
}
