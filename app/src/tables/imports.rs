//! The lists that were imported for a commune.

use shared::api::imports::PastImport;
use shared::kind::SubjectKind;
use shared::table::{Cell, Column, Row, Sorted, Stands, Table};

use crate::locale::{t, tf};
use crate::words;

/// A kind as a list counts it: "12 hộ".
pub fn counted(kind: SubjectKind) -> String {
    match kind {
        SubjectKind::Household => t("import.households"),
        SubjectKind::Clan => t("import.clans"),
        SubjectKind::Unit => t("import.units"),
        SubjectKind::Citizen => t("import.citizens"),
        // Places come in no list.
        place => words::kind(place),
    }
}

/// The newest first.
pub fn imports(rows: &[PastImport], unit: &str) -> Table {
    Table {
        name: t("import.past"),
        above: vec![format!("{}: {unit}", t("import.past"))],
        columns: vec![
            Column::new("at", t("import.at")),
            Column::new("file", t("import.file_and_by")),
            Column::new("by", t("import.by")).stands(Stands::InFile),
            Column::new("id", t("import.id")).stands(Stands::InFile),
            Column::new("kind", t("import.kind_head")).stands(Stands::WithRoom),
            Column::figure("year", t("import.year_head")).stands(Stands::WithRoom),
            Column::figure("new", t("import.new_head")),
            Column::figure("updated", t("import.updated_head")),
            Column::new("undone", t("import.undone_head")),
        ],
        rows: rows.iter().map(import).collect(),
        below: Vec::new(),
        sorted: Some(Sorted {
            by: "at",
            is_down: true,
        }),
        is_numbered: false,
    }
}

fn import(row: &PastImport) -> Row {
    let by = row.by.clone().unwrap_or_else(|| t("import.console"));
    let undone = Cell::moment(row.undone_at);
    let undone = match row.undone_at {
        Some(at) => undone.said(tf("import.was_undone", &[("day", &words::day(at))])),
        None => undone,
    };
    let count = |count: usize| Cell::count(i64::try_from(count).unwrap_or(i64::MAX));
    let id = || ("id", row.id.clone());
    Row {
        cells: vec![
            Cell::moment(Some(row.at)),
            Cell::text(row.file.clone()).note(Some(format!("{by} · {}", row.id))),
            Cell::text(by),
            Cell::text(row.id.clone()),
            Cell::text(words::capital(&counted(row.kind))),
            Cell::text(row.year.to_string()),
            count(row.new),
            count(row.updated),
            undone,
        ],
        // What was taken back is not taken back again.
        of: row.undone_at.is_none().then(id).into_iter().collect(),
    }
}
