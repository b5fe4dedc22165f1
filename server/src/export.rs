//! Tables that leave the system as files: a workbook for people, text for other programs. No database in here.

pub mod csv;
pub mod xlsx;

use app::locale::t;
use app::words;
use chrono::NaiveDate;
use rust_xlsxwriter::XlsxError;
use shared::table::{Cell, Table, Value};
use shared::text;

/// As what a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    Workbook,
    Text,
}

impl FileKind {
    /// The kind and what is before the point of a file's name.
    pub fn of_name(name: &str) -> Option<(&str, Self)> {
        let (what, ending) = name.rsplit_once('.')?;
        let mut kinds = [FileKind::Workbook, FileKind::Text].into_iter();
        Some((what, kinds.find(|kind| kind.ending() == ending)?))
    }

    pub fn ending(self) -> &'static str {
        match self {
            FileKind::Workbook => "xlsx",
            FileKind::Text => "csv",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            FileKind::Workbook => {
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
            FileKind::Text => "text/csv; charset=utf-8",
        }
    }

    /// The bytes of some tables; of several there is no text.
    pub fn bytes(self, tables: &[Table]) -> Result<Option<Vec<u8>>, XlsxError> {
        match (self, tables) {
            (FileKind::Workbook, tables) => xlsx::workbook(tables).map(Some),
            (FileKind::Text, [one]) => Ok(Some(csv::text(one).into_bytes())),
            (FileKind::Text, _) => Ok(None),
        }
    }
}

/// A table as a file has it: the columns that belong there, its rows numbered where it wants that.
pub struct Sheet<'a> {
    table: &'a Table,
    pub heads: Vec<String>,
}

impl<'a> Sheet<'a> {
    pub fn of(table: &'a Table) -> Self {
        let heads = table.columns.iter().filter(|column| column.is_in_file());
        let first = table.is_numbered.then(|| t("export.number"));
        let heads = heads.map(|column| column.head.clone());
        Self {
            table,
            heads: first.into_iter().chain(heads).collect(),
        }
    }

    /// All rows, and what stands below them and is none of them. Each is made when it is asked for: a long table would stand in
    /// memory twice.
    fn lines(&self) -> impl Iterator<Item = Vec<Value>> {
        let rows = (1..).zip(&self.table.rows);
        let rows = rows.map(|(at, row)| self.line(Value::Count(at), &row.cells));
        let below = self.table.below.iter();
        rows.chain(below.map(|cells| self.line(Value::Empty, cells)))
    }

    fn line(&self, number: Value, cells: &[Cell]) -> Vec<Value> {
        let number = self.table.is_numbered.then_some(number);
        let cells = cells.iter().zip(&self.table.columns);
        let cells = cells.filter(|(_, column)| column.is_in_file());
        number
            .into_iter()
            .chain(cells.map(|(cell, _)| value(cell)))
            .collect()
    }
}

/// What a page draws is a word in a file.
fn value(cell: &Cell) -> Value {
    match &cell.value {
        Value::Stage(stage) => {
            Value::Text(stage.map_or_else(|| t("subjects.unregistered"), words::stage))
        }
        Value::Bar { .. } => cell.said.clone().map_or(Value::Empty, Value::Text),
        Value::Marks(marks) => {
            let said: Vec<&str> = marks.iter().map(|(_, said)| said.as_str()).collect();
            Value::Text(said.join("; "))
        }
        other => other.clone(),
    }
}

/// The name of a file: what it is and of which day, without marks, so that every system keeps it.
pub fn file_name(what: &str, day: NaiveDate, ending: &str) -> String {
    let words = text::fold(what).replace(' ', "-");
    let words: String = words
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
        .take(80)
        .collect();
    format!("{words}-{day}.{ending}")
}
