//! The golden book of a unit.

use shared::api::contributions::{ContributionRow, Contributions};
use shared::kind::SubjectKind;
use shared::table::{Cell, Column, Row, Sorted, Stands, Table, Value, Weight};

use crate::locale::{t, tf};
use crate::words;

/// In the order of names.
pub fn contributions(book: &Contributions) -> Table {
    let unit = book.crumbs.last().map_or("", |it| it.name.as_str());
    Table {
        name: t("book.title"),
        above: vec![
            tf("book.of", &[("unit", &unit), ("year", &book.year)]),
            words::book(book),
        ],
        columns: vec![
            Column::new("name", t("book.name")),
            Column::new("kind", t("book.kind")).stands(Stands::WithRoom),
            Column::new("village", t("queue.village")).stands(Stands::WithRoom),
            Column::figure("labour", t("book.labour")).stands(Stands::WithRoom),
            Column::figure("money", t("book.money")),
            Column::new("otherwise", t("book.otherwise")).stands(Stands::WithRoom),
            Column::new("commended", t("book.commended")).stands(Stands::WithRoom),
        ],
        rows: book.rows.iter().map(|row| given(row, book)).collect(),
        below: Vec::new(),
        sorted: Some(Sorted {
            by: "name",
            is_down: false,
        }),
        is_numbered: true,
    }
}

fn given(row: &ContributionRow, book: &Contributions) -> Row {
    let amount = |amount: Option<u64>| {
        let amount = amount.and_then(|amount| i64::try_from(amount).ok());
        amount.map_or_else(Cell::empty, Cell::count)
    };
    let narrow = words::gave(&row.gave).unwrap_or_default();
    let href = format!("/dashboard/subject/{}?year={}", row.subject, book.year);
    let cells = vec![
        Cell::name(row.name.clone())
            .link(href)
            .narrow(format!("{} · {narrow}", row.village)),
        Cell::text(words::capital(&words::kind(SubjectKind::of(row.title)))),
        Cell::text(row.village.clone()),
        amount(row.gave.labour),
        amount(row.gave.money),
        Cell::text(row.gave.otherwise.clone().unwrap_or_default()),
        match row.commended {
            Some(_) => Cell::new(Value::Marks(vec![(Weight::News, t("book.yes"))])),
            None => Cell::empty(),
        },
    ];
    cells.into()
}
