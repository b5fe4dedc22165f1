//! The golden book of a unit.

use shared::api::contributions::{ContributionRow, Contributions, Giver};
use shared::table::{Cell, Column, Row, Sorted, Stands, Table, Value, Weight};

use crate::locale::{t, tf};
use crate::words;

/// In the order of names.
pub fn contributions(book: &Contributions) -> Table {
    let unit = book.crumbs.last().map_or("", |it| it.name.as_str());
    let (said, of_supporters) = words::book(book);
    Table {
        name: t("book.title"),
        above: std::iter::once(tf("book.of", &[("unit", &unit), ("year", &book.year)]))
            .chain([said])
            .chain(of_supporters)
            .collect(),
        columns: vec![
            Column::new("name", t("book.name")),
            Column::new("kind", t("book.kind")).stands(Stands::WithRoom),
            Column::new("place", t("book.place")).stands(Stands::WithRoom),
            Column::new("from", t("supporter.from")).stands(Stands::InFile),
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
    let page = match row.giver {
        Giver::Subject(_) => "/dashboard/subject",
        Giver::Supporter(_) => "/contributions",
    };
    let href = format!("{page}/{}?year={}", row.id, book.year);
    let giver = match row.giver {
        Giver::Subject(kind) => words::capital(&words::kind(kind)),
        Giver::Supporter(sort) => words::supporter_sort(sort),
    };
    let cells = vec![
        Cell::name(row.name.clone())
            .link(href)
            .narrow(format!("{} · {narrow}", row.place)),
        Cell::text(giver),
        Cell::text(row.place.clone()),
        Cell::text(row.from.clone().unwrap_or_default()),
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
