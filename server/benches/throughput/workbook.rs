//! A list of a large district as a workbook.

use std::time::Instant;

use server::export::FileKind;
use shared::table::{Cell, Column, Row, Table};

use crate::report::Report;

const ROWS: i64 = 100_000;

/// A list with the columns that one of families has in a file.
fn families() -> Table {
    let columns = [
        "name", "village", "hamlet", "members", "stage", "points", "max", "result", "doubts",
    ];
    let row = |number: i64| {
        Row::from(vec![
            Cell::name(format!("Vàng Thị Mỷ Dung {number}")),
            Cell::text(format!("Bản Nậm Cáy {}", number % 700)),
            Cell::text(format!("Xóm {}", number % 9)),
            Cell::count(1 + number % 9),
            Cell::text("Xã đã xác nhận"),
            Cell::count(40 + number % 60),
            Cell::count(100),
            Cell::text("Đạt"),
            Cell::amiss(number % 3),
        ])
    };
    Table {
        name: "Danh sách".to_owned(),
        above: vec!["Danh sách".to_owned()],
        columns: columns.map(|key| Column::new(key, key.to_owned())).into(),
        rows: (1..=ROWS).map(row).collect(),
        below: Vec::new(),
        sorted: None,
        is_numbered: true,
    }
}

pub fn measure(report: &mut Report) -> anyhow::Result<()> {
    let tables = [families()];
    let begun = Instant::now();
    let bytes = FileKind::Workbook.bytes(&tables)?.map_or(0, |it| it.len());
    let ms = begun.elapsed().as_millis();
    report.row(
        "a workbook of 100,000 rows of 10 columns",
        "≤ 2 s, ≤ 10 MB",
        format!("{ms} ms, {} KB", bytes / 1_000),
        ms <= 2_000 && bytes <= 10_000_000,
    )
}
