//! Finds the table of a sheet: its header, one row or two, and which column is what.

use shared::text::fold;

use super::sheet::{Cell, Sheet, shown};

/// What a column of a household list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    Number,
    Name,
    BirthYear,
    Ethnicity,
    Village,
    Hamlet,
    Members,
    Children,
    Adults,
    LiterateAdults,
    Poor,
    Culture,
    Note,
}

impl Column {
    /// The column a head names, by the words that communes use. The narrower word comes first: "người lớn biết chữ"
    /// counts who can read, not adults.
    fn named(head: &str) -> Option<Self> {
        let head = fold(head);
        let has = |words: &str| format!(" {head} ").contains(&format!(" {words} "));
        let any = |all: &[&str]| all.iter().any(|words| has(words));
        Some(if any(&["biet chu", "biet doc"]) {
            Column::LiterateAdults
        } else if any(&["chu ho", "ho va ten", "ho ten"]) {
            Column::Name
        } else if any(&["nam sinh", "ngay sinh", "ngay thang nam sinh", "sinh nam"]) {
            Column::BirthYear
        } else if has("dan toc") {
            Column::Ethnicity
        } else if any(&["ho ngheo", "dien ngheo"]) && !has("can ngheo") {
            Column::Poor
        } else if any(&["van hoa", "gdvh"]) && !has("trinh do") {
            Column::Culture
        } else if any(&["ghi chu"]) {
            Column::Note
        } else if any(&["di hoc", "hoc sinh", "tre em"]) {
            Column::Children
        } else if any(&["nguoi lon", "19 60", "19 60 tuoi", "trong do tuoi lao dong"]) {
            Column::Adults
        } else if any(&["so khau", "nhan khau", "so nhan khau", "so nguoi", "khau"]) {
            Column::Members
        } else if any(&["xom", "nhom ho"]) {
            Column::Hamlet
        } else if any(&["ban", "thon", "to dan pho", "thon ban", "khu pho"]) {
            Column::Village
        } else if any(&["stt", "so tt", "so thu tu", "tt"]) {
            Column::Number
        } else {
            return None;
        })
    }
}

/// Where the table begins, and its columns by their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The first row of the header.
    pub row: u32,
    /// The last row of the header.
    pub last: u32,
    columns: Vec<Head>,
}

/// The head of a column that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Head {
    place: usize,
    column: Column,
    words: String,
}

/// Rows above the table: office, motto, title, a line about the law.
const ABOVE: usize = 40;

impl Header {
    /// Looks for the header among the first rows that hold anything.
    pub fn find(sheet: &Sheet) -> Option<Self> {
        let mut rows = sheet.rows.iter().take(ABOVE).peekable();
        while let Some((number, row)) = rows.next() {
            let mut header = Header {
                row: *number,
                last: *number,
                columns: Vec::new(),
            };
            header.learn(row);
            if header.place(Column::Name).is_none() {
                continue;
            }
            // A second row under merged heads ("Trong đó": children, adults) names columns that the first did not. A
            // family does not: its cells are names and numbers.
            if let Some((second, below)) = rows.peek()
                && **second == number + 1
                && header.cell(below, Column::Name).is_empty()
                && header.learn(below)
            {
                header.last = **second;
            }
            let others = [Column::Number, Column::BirthYear, Column::Members];
            if others.iter().any(|column| header.place(*column).is_some()) {
                return Some(header);
            }
        }
        None
    }

    /// Whether the row names columns that are not known yet; they are known then.
    fn learn(&mut self, row: &[Cell]) -> bool {
        let before = self.columns.len();
        for (place, cell) in row.iter().enumerate() {
            let Some(column) = Column::named(cell.text()) else {
                continue;
            };
            let is_known = self
                .columns
                .iter()
                .any(|head| head.place == place || head.column == column);
            if !is_known {
                self.columns.push(Head {
                    place,
                    column,
                    words: shown(cell.to_string()),
                });
            }
        }
        self.columns.len() > before
    }

    pub fn place(&self, column: Column) -> Option<usize> {
        self.head(column).map(|head| head.place)
    }

    fn head(&self, column: Column) -> Option<&Head> {
        self.columns.iter().find(|head| head.column == column)
    }

    /// The column as a person finds it in Excel: `cột B “Họ và tên chủ hộ”`.
    pub fn words(&self, column: Column) -> Option<String> {
        let head = self.head(column)?;
        Some(format!("cột {} “{}”", letters(head.place), head.words))
    }

    /// A row's cell of a column; empty if the sheet has no such column.
    pub fn cell<'a>(&self, row: &'a [Cell], column: Column) -> &'a Cell {
        const NOTHING: &Cell = &Cell::Empty;
        self.place(column)
            .and_then(|place| row.get(place))
            .unwrap_or(NOTHING)
    }

    /// Whether a row is the header once more, as at the head of each printed page.
    pub fn is_again(&self, row: &[Cell]) -> bool {
        Column::named(self.cell(row, Column::Name).text()) == Some(Column::Name)
    }
}

/// The letters that Excel shows above a column.
fn letters(place: usize) -> String {
    let letter = |at: usize| char::from(b'A' + u8::try_from(at % 26).unwrap_or(0));
    match place / 26 {
        0 => letter(place).to_string(),
        more => format!("{}{}", letters(more - 1), letter(place)),
    }
}
