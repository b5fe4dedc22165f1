//! Tables that leave the system as files: a workbook for people, text for other programs. No database in here.

pub mod csv;
pub mod xlsx;

use app::locale::t;
use app::words;
use chrono::NaiveDate;
use shared::table::{Cell, Table, Value};
use shared::text;

/// A table as a file has it: the columns that belong there, its rows numbered where it wants that.
pub struct Sheet {
    pub heads: Vec<String>,
    pub rows: Vec<Vec<Value>>,
    /// What stands below the rows and is none of them.
    pub below: Vec<Vec<Value>>,
}

impl Sheet {
    pub fn of(table: &Table) -> Self {
        let is_in = |at: usize| {
            let column = table.columns.get(at);
            column.is_some_and(|column| column.is_in_file())
        };
        let number = |number: Value| table.is_numbered.then_some(number).into_iter();
        let row = |first: Value, cells: &[Cell]| -> Vec<Value> {
            let cells = cells.iter().enumerate().filter(|(at, _)| is_in(*at));
            number(first)
                .chain(cells.map(|(_, cell)| value(cell)))
                .collect()
        };
        let heads = table.columns.iter().filter(|column| column.is_in_file());
        let first = table.is_numbered.then(|| t("export.number"));
        Self {
            heads: first
                .into_iter()
                .chain(heads.map(|it| it.head.clone()))
                .collect(),
            rows: (1..)
                .zip(&table.rows)
                .map(|(at, cells)| row(Value::Count(at), &cells.cells))
                .collect(),
            below: table
                .below
                .iter()
                .map(|cells| row(Value::Empty, cells))
                .collect(),
        }
    }

    /// All rows, with what stands below them.
    fn lines(&self) -> impl Iterator<Item = &Vec<Value>> {
        self.rows.iter().chain(&self.below)
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
pub fn file_name(what: &str, day: NaiveDate, extension: &str) -> String {
    let words = text::fold(what).replace(' ', "-");
    let words: String = words
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
        .take(80)
        .collect();
    format!("{words}-{day}.{extension}")
}
