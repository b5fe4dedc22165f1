//! The golden book: who of a unit gave what in a year.

use std::collections::BTreeMap;

use shared::api::contributions::{ContributionRow, Contributions, ContributionsQuery};
use shared::calendar;
use shared::document::Document;
use shared::ids::{DocumentId, UnitId};
use shared::text;

use super::day_map::{DayMap, Reader};
use crate::db::{self, AnyConnection, documents};

/// Rows that are told at once; a district's whole year is fewer.
const ROWS: usize = 5_000;

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
    let is_cut = forms.len() > ROWS;
    let subjects = forms.iter().filter_map(Document::assessment);
    let subjects: Vec<DocumentId> = subjects.map(|head| head.subject.into()).collect();
    let subjects = documents::by_ids(conn, &subjects).await?;
    let subjects: BTreeMap<DocumentId, Document> =
        subjects.into_iter().map(|it| (it.id, it)).collect();
    let row = |form: &Document| {
        let head = form.assessment()?;
        let gave = form.contribution();
        let subject = subjects.get(&head.subject.into())?;
        let village = reader.tree.name(form.place, reader.today);
        // What lies in a form that was withdrawn was not given in its year.
        let counts = head.stage.name().is_entered() && !gave.is_empty();
        counts.then(|| ContributionRow {
            subject: head.subject,
            name: subject.name().to_owned(),
            village: village.unwrap_or_default().to_owned(),
            title: head.title,
            gave,
            commended: head.commended,
        })
    };
    let mut rows: Vec<ContributionRow> = forms.iter().take(ROWS).filter_map(row).collect();
    rows.sort_by_cached_key(|row| (text::name_key(&row.name), row.subject));
    Ok(Some(Contributions {
        crumbs: reader.crumbs(unit, reader.today),
        unit: unit.id,
        year,
        rows,
        is_cut,
    }))
}
