//! Who signed in, failed, read or carried what.

use shared::api::{EventRow, Known};
use shared::event::EventKind;
use shared::table::{Cell, Column, Row, Sorted, Stands, Table};

use crate::locale::{t, tf};
use crate::words;

/// The newest first: so they are found, so none is sorted otherwise.
pub fn events(rows: &[EventRow]) -> Table {
    let columns = vec![
        Column::new("by", t("events.by")).stands(Stands::OnPage),
        Column::new("did", t("events.what")).stands(Stands::OnPage),
        Column::figure("at", t("events.at")),
        Column::new("name", t("events.by")).stands(Stands::InFile),
        Column::new("username", t("signin.username")).stands(Stands::InFile),
        Column::new("what", t("events.what")).stands(Stands::InFile),
        Column::new("subject", t("subjects.name")),
        Column::new("of", t("events.of")).stands(Stands::InFile),
        Column::new("detail", t("events.detail")).stands(Stands::InFile),
        Column::figure("count", t("events.count")).stands(Stands::InFile),
        Column::new("network", t("events.network")).stands(Stands::WithRoom),
    ];
    Table {
        name: t("events.title"),
        above: vec![t("events.title")],
        columns: columns.into_iter().map(Column::unsorted).collect(),
        rows: rows.iter().map(event).collect(),
        below: Vec::new(),
        sorted: Some(Sorted {
            by: "at",
            is_down: true,
        }),
        is_numbered: false,
    }
}

fn event(row: &EventRow) -> Row {
    let of = |known: &Option<Known>, what: fn(&Known) -> &String| {
        Cell::text(known.as_ref().map_or("", |known| what(known)))
    };
    let by = match (&row.by, row.network.is_none()) {
        (Some(known), _) => named(known),
        (None, false) => t("events.nobody"),
        // What is done by a command has no address.
        (None, true) => t("events.console"),
    };
    let times =
        (row.times > 1).then(|| tf("events.times", &[("n", &words::number(row.times.into()))]));
    let is_told = matches!(
        row.kind,
        EventKind::Exported
            | EventKind::ListImported
            | EventKind::ListTakenBack
            | EventKind::CriteriaProposed
            | EventKind::CriteriaAdded
            | EventKind::CriteriaRefused
    );
    let told = row.what.as_ref().filter(|_| is_told);
    let told = told.map_or_else(String::new, |what| format!(": {what}"));
    let subject = match (&row.subject, &row.of) {
        (Some((id, name)), _) => Cell::name(name.clone()).link(format!("/dashboard/subject/{id}")),
        (None, Some(known)) => Cell::empty().said(named(known)),
        (None, None) => Cell::empty(),
    };
    Row::from(vec![
        Cell::text(by),
        Cell::text(words::event(row.kind) + &told).note(times),
        Cell::moment(Some(row.at)),
        of(&row.by, |known| &known.name),
        of(&row.by, |known| &known.username),
        Cell::text(words::event(row.kind)),
        subject,
        of(&row.of, |known| &known.name),
        Cell::text(row.what.clone().unwrap_or_default()),
        Cell::count(row.times),
        Cell::text(row.network.clone().unwrap_or_default()),
    ])
}

/// Somebody as a line of the log names them.
fn named(known: &Known) -> String {
    match known.username.as_str() {
        "" => known.name.clone(),
        username => format!("{} ({username})", known.name),
    }
}
