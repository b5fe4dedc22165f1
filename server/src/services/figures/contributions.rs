//! The golden book: who of a unit gave what in a year.

use std::collections::BTreeMap;

use shared::access::Actor;
use shared::api::contributions::{ContributionRow, Contributions, ContributionsQuery, Giver};
use shared::calendar;
use shared::document::Document;
use shared::ids::{DocumentId, UnitId};
use shared::kind::SubjectKind;
use shared::org_unit::UnitKind;
use shared::text;

use super::day_map::{DayMap, Reader};
use crate::db::{self, AnyConnection, documents};

/// Rows that are told at once; a district's whole year is fewer.
const ROWS: usize = 5_000;

/// Whether somebody writes supporters into the book of a unit.
pub fn may_write(actor: &Actor, unit: UnitId) -> bool {
    actor.role.keeps_the_book() && actor.scope.works_on(unit, unit)
}

/// Those of a unit who gave something in a year. Give it a snapshot. `None`: the reader may not look there.
pub async fn book(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    home: Option<UnitId>,
    query: ContributionsQuery,
) -> db::Result<Option<Contributions>> {
    let unit = query.unit.or(home).and_then(|unit| reader.unit(unit));
    let Some(unit) = unit else {
        return Ok(None);
    };
    let year = query.year.unwrap_or(calendar::year_judged(reader.today));
    let map = DayMap::new(reader.tree, reader.today, reader.today);
    let mut places = map.places(&[unit]);
    places.retain(|place| reader.may_list(*place));
    let forms = documents::gave(conn, &places, year, ROWS + 1).await?;
    let supporters = documents::supporters(conn, &places, ROWS + 1).await?;
    let is_cut = forms.len() > ROWS || supporters.len() > ROWS;
    let subjects = forms.iter().filter_map(Document::assessment);
    let subjects: Vec<DocumentId> = subjects.map(|head| head.subject.into()).collect();
    let subjects = documents::by_ids(conn, &subjects).await?;
    let subjects: BTreeMap<DocumentId, Document> =
        subjects.into_iter().map(|it| (it.id, it)).collect();
    let named = |unit: UnitId| {
        let name = reader.tree.name(unit, reader.today);
        name.unwrap_or_default().to_owned()
    };
    let row = |form: &Document| {
        let head = form.assessment()?;
        let gave = form.contribution();
        let subject = subjects.get(&head.subject.into())?;
        // What lies in a form that was withdrawn was not given in its year.
        let counts = head.stage.name().is_entered() && !gave.is_empty();
        counts.then(|| ContributionRow {
            id: subject.id,
            giver: Giver::Subject(SubjectKind::of(head.title)),
            name: subject.name().to_owned(),
            from: None,
            place: named(form.place),
            gave,
            commended: head.commended,
        })
    };
    let supporter = |it: &Document| {
        let head = it.supporter()?;
        Some(ContributionRow {
            id: it.id,
            giver: Giver::Supporter(head.who.sort),
            name: head.who.name.clone(),
            from: head.who.from.clone(),
            place: named(it.shard),
            gave: head.gave_in(year)?.clone(),
            commended: None,
        })
    };
    let rows = forms.iter().take(ROWS).filter_map(row);
    let supporters = supporters.iter().take(ROWS).filter_map(supporter);
    let mut rows: Vec<ContributionRow> = rows.chain(supporters).collect();
    rows.sort_by_cached_key(|row| (text::name_key(&row.name), row.id));
    let home = match unit.kind {
        UnitKind::Village => reader.tree.commune_of(unit.id, reader.today),
        _ => Some(unit),
    };
    Ok(Some(Contributions {
        crumbs: reader.crumbs(unit, reader.today),
        unit: unit.id,
        year,
        rows,
        is_cut,
        may_write: home.is_some_and(|home| may_write(reader.actor, home.id)),
    }))
}
