//! The subjects behind a figure.

use shared::api::{SubjectRow, Subjects};
use shared::calendar::Year;
use shared::criteria::Title;
use shared::field;
use shared::figure::Figure;
use shared::kind::SubjectKind;
use shared::table::{Cell, Column, Row, Sorted, Stands, Table, Value};

use super::points;
use crate::locale::{t, tf};
use crate::words;

/// All that were found; what is left out of them is said below.
pub fn subjects(found: &Subjects, title: Title, year: Year, figure: Figure) -> Table {
    let rows = subject_rows(&found.rows, year).collect();
    subjects_of(found, rows, title, year, figure)
}

/// Some of its rows.
pub fn subject_rows(rows: &[SubjectRow], year: Year) -> impl Iterator<Item = Row> {
    rows.iter().map(move |row| subject(row, year))
}

/// The same, of rows that were made piece by piece.
pub fn subjects_of(
    found: &Subjects,
    rows: Vec<Row>,
    title: Title,
    year: Year,
    figure: Figure,
) -> Table {
    let unit = found.crumbs.last().map_or("", |it| it.name.as_str());
    let shown = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let left = found.total.saturating_sub(shown);
    let left = (left > 0).then(|| {
        let left = tf("export.left", &[("n", &words::number(left.into()))]);
        vec![Cell::text(left)]
    });
    Table {
        name: t("subjects.table"),
        above: vec![
            tf("subjects.title", &[("unit", &unit)]),
            format!(
                "{}, {} {year}: {}, {}",
                words::title(title),
                t("dash.year").to_lowercase(),
                words::figure(figure),
                words::number(found.total.into())
            ),
        ],
        columns: columns(title),
        rows,
        below: left.into_iter().collect(),
        sorted: Some(Sorted {
            by: "name",
            is_down: false,
        }),
        is_numbered: true,
    }
}

fn columns(title: Title) -> Vec<Column> {
    // Persons are counted in households and in nothing else.
    let of_members = match SubjectKind::of(title) {
        SubjectKind::Household => Stands::WithRoom,
        _ => Stands::InFile,
    };
    // Both titles side by side, for those who may have both.
    let of_culture = match field::find(field::CULTURE_YEAR) {
        Some(spec) if spec.is_of(SubjectKind::of(title)) => Stands::WithRoom,
        _ => Stands::InFile,
    };
    vec![
        Column::new("name", t("subjects.name")),
        Column::new("village", t("subjects.village")).stands(Stands::WithRoom),
        Column::new("hamlet", t("fieldname.hamlet")).stands(Stands::InFile),
        Column::figure("members", t("subjects.members")).stands(of_members),
        Column::new("stage", t("subjects.stage")),
        Column::figure("points", t("subjects.points")),
        Column::figure("max", t("detail.max")).stands(Stands::InFile),
        Column::new("result", t("subjects.result")).stands(Stands::WithRoom),
        Column::figure("culture", t("subjects.culture")).stands(of_culture),
        Column::figure("doubts", t("subjects.doubt")).stands(Stands::WithRoom),
        Column::figure("conflicts", t("subjects.conflict")).stands(Stands::WithRoom),
    ]
}

fn subject(row: &SubjectRow, year: Year) -> Row {
    let (got, max) = points(row.points);
    let result = match row.passed {
        Some(true) => Cell::text(t("detail.passed")),
        Some(false) => Cell::text(t("detail.not_passed")),
        None => Cell::empty(),
    };
    let hamlet = row.hamlet.clone();
    Row::from(vec![
        Cell::name(row.name.clone()).link(format!("/dashboard/subject/{}?year={year}", row.id)),
        Cell::text(row.village.clone()).note(hamlet.clone()),
        Cell::text(hamlet.unwrap_or_default()),
        row.members.map_or_else(Cell::empty, Cell::count),
        Cell::new(Value::Stage(row.stage)),
        got,
        max,
        result,
        row.culture
            .map_or_else(Cell::empty, |year| Cell::text(year.to_string())),
        Cell::amiss(row.doubts),
        Cell::amiss(row.conflicts),
    ])
}
