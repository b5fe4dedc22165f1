//! Those who may have been entered twice.

use shared::api::duplicates::{Duplicates, PairRow};
use shared::table::{Cell, Column, Row, Stands, Table, Value, Weight};

use crate::locale::{t, tf};
use crate::words;

/// The likeliest first.
pub fn duplicates(found: &Duplicates) -> Table {
    let unit = found.crumbs.last().map_or("", |it| it.name.as_str());
    Table {
        name: t("dup.title"),
        above: vec![tf("dup.heading", &[("unit", &unit)])],
        columns: vec![
            Column::new("name", t("dup.name")),
            Column::new("kind", t("dup.kind")).stands(Stands::WithRoom),
            Column::new("village", t("dup.first_village")).stands(Stands::WithRoom),
            Column::new("other_village", t("dup.other_village")).stands(Stands::WithRoom),
            Column::new("birth_year", words::field_name(shared::field::BIRTH_YEAR))
                .stands(Stands::InFile),
            Column::new("other_name", t("dup.other_name")).stands(Stands::InFile),
            Column::new("signs", t("dup.signs")),
        ],
        rows: found.rows.iter().map(pair).collect(),
        below: Vec::new(),
        sorted: None,
        is_numbered: true,
    }
}

fn pair(row: &PairRow) -> Row {
    let year = row.one.birth_year.or(row.other.birth_year);
    let year = year.map_or_else(Cell::empty, Cell::count);
    let signs = row.signs.iter();
    let signs: Vec<_> = signs.map(|it| (Weight::Look, words::sign(*it))).collect();
    let narrow = match row.one.village == row.other.village {
        true => row.one.village.clone(),
        false => format!("{} / {}", row.one.village, row.other.village),
    };
    let cells = vec![
        Cell::name(row.one.name.clone())
            .link(format!("/duplicates/{}/{}", row.one.id, row.other.id))
            .narrow(narrow),
        Cell::text(words::capital(&words::kind(row.kind))),
        Cell::text(row.one.village.clone()),
        Cell::text(row.other.village.clone()),
        year,
        Cell::text(row.other.name.clone()),
        match signs.is_empty() {
            true => Cell::empty().said(t("dup.sign_name")),
            false => Cell::new(Value::Marks(signs)),
        },
    ];
    cells.into()
}
