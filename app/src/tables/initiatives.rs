//! The register of initiatives of a unit.

use shared::api::initiatives::{InitiativeRow, Initiatives};
use shared::table::{Cell, Column, Row, Sorted, Stands, Table};

use crate::locale::{t, tf};
use crate::words;

/// The newest year first.
pub fn initiatives(found: &Initiatives) -> Table {
    let unit = found.crumbs.last().map_or("", |it| it.name.as_str());
    Table {
        name: t("initiative.title"),
        above: vec![match found.year {
            Some(year) => tf("initiative.of_year", &[("unit", &unit), ("year", &year)]),
            None => tf("initiative.of", &[("unit", &unit)]),
        }],
        columns: vec![
            Column::new("name", t("initiative.name")),
            Column::new("year", t("initiative.year")).stands(Stands::WithRoom),
            Column::new("authors", t("initiative.authors")).stands(Stands::WithRoom),
            Column::new("recognised", t("initiative.recognised")).stands(Stands::WithRoom),
            Column::new("place", t("initiative.place")).stands(Stands::WithRoom),
            Column::new("what", t("initiative.what")).stands(Stands::InFile),
            Column::new("used", t("initiative.used")).stands(Stands::InFile),
            Column::new("by", t("initiative.by_whom")).stands(Stands::InFile),
            Column::new("at", t("initiative.at")).stands(Stands::InFile),
        ],
        rows: found.rows.iter().map(row).collect(),
        below: Vec::new(),
        sorted: Some(Sorted {
            by: "year",
            is_down: true,
        }),
        is_numbered: true,
    }
}

fn row(row: &InitiativeRow) -> Row {
    let authors = row.said_authors();
    let recognised = row.recognised.as_ref().map(words::recognised);
    let narrow = format!("{} · {authors}", row.year);
    let cells = vec![
        Cell::name(row.name.clone())
            .link(format!("/initiatives/{}", row.id))
            .narrow(narrow),
        Cell::text(row.year.to_string()),
        Cell::text(authors),
        recognised.map_or_else(Cell::empty, Cell::text),
        Cell::text(row.place.clone()),
        Cell::text(row.what.clone()),
        Cell::text(row.used.clone()),
        Cell::text(row.by.clone()),
        Cell::moment(Some(row.at)),
    ];
    cells.into()
}
