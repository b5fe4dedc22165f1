//! Counting those who belong to somebody, where something that is counted has changed. The rules are [`shared::membership`];
//! here they meet the database, in the transaction of the change, so that a number never lags behind what it counts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use shared::calendar;
use shared::criteria::Criteria;
use shared::document::Document;
use shared::ids::{DocumentId, SubjectId, UnitId};
use shared::kind::SubjectKind;
use shared::membership::{self, Base, Members, Who};
use shared::sync::{Intake, Map};

use super::intake::write;
use crate::db::{self, AnyConnection, documents, links};

/// Counts again for everybody who is affected by what an intake has just written, and writes the forms that say another
/// number now. `false`: one of them lies in a shard that is not locked; `shards` has learnt it, and the whole must be
/// tried again.
pub(super) async fn count(
    tx: &mut AnyConnection,
    intake: &mut Intake,
    criteria: Criteria,
    map: &Map<'_>,
    now: DateTime<Utc>,
    shards: &mut BTreeSet<UnitId>,
) -> db::Result<bool> {
    if intake.affected.is_empty() {
        return Ok(true);
    }
    let mut groups = std::mem::take(&mut intake.affected.groups);
    groups.extend(links::groups_of(tx, &intake.affected.members).await?);
    intake.written();
    let forms: Vec<DocumentId> = groups
        .into_iter()
        .flat_map(|group: SubjectId| membership::forms(group, now))
        .collect();
    let (known, unknown): (Vec<DocumentId>, Vec<DocumentId>) = forms
        .into_iter()
        .partition(|form| intake.documents.contains_key(form));
    let found = documents::by_ids(tx, &unknown).await?;
    let known = known.iter().filter_map(|id| intake.documents.get(id));
    let is_open = |form: &&Document| form.assessment().is_some_and(|head| head.stage.is_open());
    let forms: Vec<Document> = known.chain(&found).filter(is_open).cloned().collect();
    if forms
        .iter()
        .any(|form| !intake.seqs.contains_key(&form.shard))
    {
        shards.extend(forms.iter().map(|form| form.shard));
        return Ok(false);
    }
    write_counted(tx, intake, forms, criteria, map, now).await?;
    Ok(true)
}

/// Counts for forms in shards that are locked, and writes those that say another number now. Says how many.
pub(super) async fn write_counted(
    tx: &mut AnyConnection,
    intake: &mut Intake,
    forms: Vec<Document>,
    criteria: Criteria,
    map: &Map<'_>,
    now: DateTime<Utc>,
) -> db::Result<usize> {
    let before = intake.seqs.clone();
    for form in forms {
        let counted = counted(tx, &form, map).await?;
        let id = form.id;
        intake.documents.entry(id).or_insert(form);
        let of = |base: &Base| counted.get(base.name).copied().unwrap_or_default();
        intake.count(id, criteria.sets(), of);
    }
    write(tx, intake, &before, criteria, now).await?;
    Ok(intake.dirty.len())
}

/// What is counted for a form, by the names of the bases.
async fn counted(
    conn: &mut AnyConnection,
    form: &Document,
    map: &Map<'_>,
) -> db::Result<BTreeMap<&'static str, Members>> {
    let mut counted = BTreeMap::new();
    let Some(head) = form.assessment() else {
        return Ok(counted);
    };
    for base in Base::counted_for(SubjectKind::of(head.title)) {
        let members = match base.who {
            Who::AllWhoLieThere => {
                let places = map.places_of(form.shard);
                links::titled_in(conn, base, &places, head.year).await?
            }
            Who::NeighboursThatSaySo | Who::AllThatSaySo => {
                links::members(conn, base, head.subject, head.year, form.shard).await?
            }
        };
        counted.insert(base.name, members);
    }
    Ok(counted)
}

/// Whether something is counted for a form on a day: it is open, of a year that is, and there is something to count.
pub(super) fn is_counted_for(form: &Document, now: DateTime<Utc>) -> bool {
    form.assessment().is_some_and(|head| {
        head.stage.is_open()
            && calendar::years_open(now).any(|year| year == head.year)
            && Base::counted_for(SubjectKind::of(head.title))
                .next()
                .is_some()
    })
}

/// Whether a form says what is counted for it.
pub(super) async fn is_counted(
    conn: &mut AnyConnection,
    form: &Document,
    map: &Map<'_>,
) -> db::Result<bool> {
    let counted = counted(conn, form, map).await?;
    let of = |base: &Base| counted.get(base.name).copied().unwrap_or_default();
    let numbers = membership::numbers(form, of);
    let said = form.assessment().map(|head| &head.counted);
    Ok(numbers.is_none_or(|numbers| said == Some(&numbers)))
}
