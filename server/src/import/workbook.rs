//! Takes an Excel file apart into rows of cells. A hostile file is refused, not believed.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, Xlsx};
use chrono::NaiveDate;

use super::FileError;

/// The largest file. A commune of 3,000 families has a tenth of a megabyte.
const FILE_MAX: usize = 20 * 1024 * 1024;
/// The largest sum of what the parts of a file say they unpack to.
const UNPACKED_MAX: u64 = 300 * 1024 * 1024;
/// More cells than any list of a commune has.
const CELLS_MAX: usize = 2_000_000;
/// Cells to the right of this are no part of a table.
const COLUMNS_MAX: u32 = 200;

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
}

/// The visible and hidden sheets of a file.
pub fn read(bytes: &[u8]) -> Result<Vec<Sheet>, FileError> {
    if bytes.len() > FILE_MAX {
        return Err(FileError::TooLarge("trên 20 MB"));
    }
    let broken = |error: zip::result::ZipError| FileError::NotExcel(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut unpacked = 0_u64;
    for part in 0..archive.len() {
        unpacked = unpacked.saturating_add(archive.by_index_raw(part).map_err(broken)?.size());
    }
    if unpacked > UNPACKED_MAX {
        return Err(FileError::TooLarge("bung ra trên 300 MB"));
    }
    // The reader is well kept but has met malformed files that made it panic; nothing of ours is shared with it.
    catch_unwind(AssertUnwindSafe(|| sheets(bytes)))
        .unwrap_or_else(|_| Err(FileError::NotExcel("nội dung bên trong bị hỏng".to_owned())))
}

fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, FileError> {
    let broken = |error: calamine::XlsxError| FileError::NotExcel(error.to_string());
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let mut sheets = Vec::new();
    let mut cells = 0;
    for name in workbook.sheet_names() {
        let mut sheet = Sheet {
            name: name.clone(),
            rows: BTreeMap::new(),
        };
        // Cell by cell: a range from the first to the last corner may be a billion cells, two of them filled.
        let Ok(mut reader) = workbook.worksheet_cells_reader(&name) else {
            // A sheet that is a chart.
            continue;
        };
        while let Some(found) = reader.next_cell().map_err(broken)? {
            let (row, column) = found.get_position();
            let cell = cell_of(found.get_value());
            if cell.is_empty() || column >= COLUMNS_MAX {
                continue;
            }
            cells += 1;
            if cells > CELLS_MAX {
                return Err(FileError::TooLarge("trên hai triệu ô"));
            }
            let column = usize::try_from(column).unwrap_or(usize::MAX);
            let row = sheet.rows.entry(row.saturating_add(1)).or_default();
            if row.len() <= column {
                row.resize(column + 1, Cell::Empty);
            }
            row[column] = cell;
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn cell_of(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        #[expect(
            clippy::cast_precision_loss,
            reason = "a whole number in a cell is far below 2⁵²"
        )]
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(yes) => Cell::Text(if *yes { "x" } else { "" }.to_owned()),
        DataRef::DateTime(at) => match at.as_datetime() {
            Some(at) => Cell::Date(at.date()),
            None => Cell::Number(at.as_f64()),
        },
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            match text.get(..10).and_then(|day| day.parse().ok()) {
                Some(date) => Cell::Date(date),
                None => Cell::Text(text.clone()),
            }
        }
        DataRef::Error(error) => Cell::Broken(error.to_string()),
    }
}
