//! A sheet as rows of cells, whatever file it came in; and how much of a file is kept at most.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::FileError;

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    Date(NaiveDate),
    /// A formula that failed, for example `#REF!`.
    Broken(String),
}

impl Cell {
    pub fn is_empty(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// The text of a cell, empty if it holds something else.
    pub fn text(&self) -> &str {
        match self {
            Cell::Text(text) => text,
            _ => "",
        }
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Cell::Empty => Ok(()),
            Cell::Text(text) => f.write_str(&shared::text::tidy(text)),
            Cell::Number(number) => f.write_str(&number.to_string().replace('.', ",")),
            Cell::Date(date) => write!(f, "{}", date.format("%d/%m/%Y")),
            Cell::Broken(what) => f.write_str(what),
        }
    }
}

/// A sheet: its rows that hold anything, by the number that Excel shows beside them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    pub name: String,
    pub rows: BTreeMap<u32, Vec<Cell>>,
}

impl Sheet {
    /// A sheet of rows from the first on.
    pub fn of(name: &str, rows: Vec<Vec<Cell>>) -> Self {
        Self {
            name: name.to_owned(),
            rows: (1..).zip(rows).collect(),
        }
    }

    /// Puts a cell in its place. A place may be given twice; the later cell stands.
    pub(super) fn put(
        &mut self,
        row: u32,
        column: usize,
        cell: Cell,
        room: &mut Room,
    ) -> Result<(), FileError> {
        if cell.is_empty() || column >= COLUMNS_MAX {
            return Ok(());
        }
        if !self.rows.contains_key(&row) {
            room.take_cells(ROW_COST)?;
        }
        let cells = self.rows.entry(row).or_default();
        if cells.len() <= column {
            // Those that are filled up take as much room as those that hold something.
            room.take_cells(column + 1 - cells.len())?;
            cells.resize(column + 1, Cell::Empty);
        }
        cells[column] = cell;
        Ok(())
    }
}

/// Cells to the right of this are no part of a table.
const COLUMNS_MAX: usize = 100;
/// More cells than any list of a commune has, those included that only fill a row up.
const CELLS_MAX: usize = 1_000_000;
/// What a row takes beside its cells, as if it were cells.
const ROW_COST: usize = 8;
/// Text that is kept of one file, in bytes.
const TEXTS_MAX: usize = 64 << 20;
/// As many characters as Excel lets into a cell.
const TEXT_MAX: usize = 32_767;
/// What a text takes beside its letters.
const TEXT_COST: usize = size_of::<String>();

/// What may still be kept of a file. A file that asks for more is refused, however small it is itself.
#[derive(Debug)]
pub(super) struct Room {
    cells: usize,
    texts: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            cells: CELLS_MAX,
            texts: TEXTS_MAX,
        }
    }
}

impl Room {
    fn take_cells(&mut self, count: usize) -> Result<(), FileError> {
        let left = self.cells.checked_sub(count);
        self.cells = left.ok_or(FileError::TooLarge("trên một triệu ô"))?;
        Ok(())
    }

    /// A text to keep.
    pub fn text(&mut self, text: &str) -> Result<String, FileError> {
        let mut kept = String::new();
        push(&mut kept, text);
        let left = self.texts.checked_sub(kept.len() + TEXT_COST);
        self.texts = left.ok_or(FileError::TooLarge("trên 64 MB chữ"))?;
        Ok(kept)
    }
}

/// Adds to a text of a cell what there is room for. Excel writes no longer ones; a longer one is cut, and is no name anyway.
pub(super) fn push(text: &mut String, more: &str) {
    // Bytes are counted before characters, which would have to be walked each time.
    let room = TEXT_MAX.saturating_sub(text.len());
    match more.char_indices().nth(room) {
        Some((end, _)) => text.push_str(&more[..end]),
        None => text.push_str(more),
    }
}

/// As much of a text as a sentence about it shows.
pub(super) fn shown(text: String) -> String {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
