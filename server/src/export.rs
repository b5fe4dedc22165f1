//! Tables that leave the system as files: a workbook for people, text for other programs. No database in here.

pub mod csv;
pub mod tables;
pub mod xlsx;

use chrono::{DateTime, NaiveDate, Utc};
use shared::text;

/// A table with its heads. The same rows stand on the page, in the workbook and in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What a sheet is called by.
    pub name: String,
    /// What it is, of which unit, as of when: the lines above the table.
    pub title: Vec<String>,
    pub heads: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// A value, written as what it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Count(i64),
    /// Points, with a decimal where there is one.
    Points(f64),
    /// A part of one.
    Share(f64),
    /// A distance in percentage points.
    Gap(f64),
    Day(NaiveDate),
    Moment(DateTime<Utc>),
}

impl Cell {
    /// A text, or nothing.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        match text.is_empty() {
            true => Cell::Empty,
            false => Cell::Text(text),
        }
    }

    pub fn count(count: impl Into<i64>) -> Self {
        Cell::Count(count.into())
    }

    /// A share of a whole; nothing where there is none. Counts are far below 2⁵².
    pub fn share(part: i64, whole: i64) -> Self {
        match whole {
            ..=0 => Cell::Empty,
            _ => Cell::Share(part as f64 / whole as f64),
        }
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
