//! Finds the table of a sheet: its header, one row or two, and which column is what.

use shared::field;
use shared::kind::SubjectKind as Kind;
use shared::text::fold;

use super::kinds::Listing;
use super::sheet::{Cell, Sheet, shown};

/// What a column holds: a field by its name, or [`field::PLACE`].
pub type Column = &'static str;

/// The words by which communes head a column, folded.
struct Heads {
    column: Column,
    /// `None`: in lists of every kind that has the field.
    kind: Option<Kind>,
    /// Any of them; one that begins with `=` is the whole head.
    words: &'static [&'static str],
    /// None of them: they make something else of the head.
    unless: &'static [&'static str],
}

const fn heads(column: Column, words: &'static [&'static str]) -> Heads {
    Heads {
        column,
        kind: None,
        words,
        unless: &[],
    }
}

impl Heads {
    const fn of(self, kind: Kind) -> Self {
        Self {
            kind: Some(kind),
            ..self
        }
    }

    const fn unless(self, unless: &'static [&'static str]) -> Self {
        Self { unless, ..self }
    }

    /// Whether lists of a kind have the column.
    fn is_in(&self, kind: Kind) -> bool {
        let has_field = field::find(self.column).is_some_and(|spec| spec.is_of(kind));
        self.kind.is_none_or(|own| own == kind) && (has_field || self.column == field::PLACE)
    }

    fn name(&self, head: &str) -> bool {
        let has = |words: &&str| match words.strip_prefix('=') {
            Some(whole) => head == whole,
            None => format!(" {head} ").contains(&format!(" {words} ")),
        };
        self.words.iter().any(has) && !self.unless.iter().any(has)
    }
}

/// All of them. The narrower comes first: "người lớn biết chữ" counts who can read, not adults; "họ tên chủ hộ" is a
/// family in a list of families, and in a list of citizens theirs.
const HEADS: [Heads; 30] = [
    heads(field::LITERATE_ADULTS, &["biet chu", "biet doc"]),
    heads(field::FAMILY, &["chu ho", "ho gia dinh", "thuoc ho", "=ho"]),
    heads(
        field::UNIT,
        &[
            "noi lam viec",
            "noi lam",
            "noi hoc",
            "noi cong tac",
            "don vi",
            "co quan",
            "=truong",
        ],
    ),
    heads(field::UNIT_TYPE, &["loai don vi", "loai hinh", "=loai"]),
    heads(field::MANAGED_BY, &["cap quan ly"]),
    heads(
        field::LEARNERS,
        &["nguoi hoc", "hoc sinh", "hoc vien", "sinh vien"],
    )
    .unless(&["co nguoi hoc"]),
    heads(
        field::UNIT_MEMBERS,
        &[
            "so nguoi",
            "so can bo",
            "so lao dong",
            "so nhan vien",
            "so giao vien",
            "so vien chuc",
            "so cong nhan",
            "so thanh vien",
        ],
    ),
    heads(field::FAMILIES, &["so nha", "so ho", "so gia dinh"]),
    heads(field::NAME, &["chu ho", "ho va ten", "ho ten"]).of(Kind::Household),
    heads(field::NAME, &["ho va ten", "ho ten", "ten cong dan"]).of(Kind::Citizen),
    // Who leads the clan is a person.
    heads(field::NAME, &["dong ho", "dong toc", "ten ho"])
        .of(Kind::Clan)
        .unless(&["truong", "dai dien", "dung dau"]),
    heads(
        field::NAME,
        &[
            "ten don vi",
            "ten co quan",
            "ten truong",
            "ten to chuc",
            "ten hop tac xa",
            "ten doanh nghiep",
            "=don vi",
            "=co quan don vi",
        ],
    )
    .of(Kind::Unit),
    heads(
        field::BIRTH_YEAR,
        &["nam sinh", "ngay sinh", "ngay thang nam sinh", "sinh nam"],
    ),
    heads(field::ETHNICITY, &["dan toc"]),
    heads(field::POOR, &["ho ngheo", "dien ngheo"]).unless(&["can ngheo"]),
    heads(field::CULTURE_YEAR, &["van hoa", "gdvh"]).unless(&["trinh do"]),
    heads(
        field::STATE_BODY,
        &["co quan nha nuoc", "su nghiep cong lap"],
    ),
    heads(field::PUBLIC_PRESCHOOL, &["mam non cong lap"]),
    heads(field::GENERAL_SCHOOL, &["truong pho thong"]),
    heads(field::VOCATIONAL, &["giao duc nghe nghiep"]),
    heads(field::UNIVERSITY, &["dai hoc"]),
    heads(field::HAS_LEARNERS, &["co nguoi hoc"]),
    heads(field::NOTE, &["ghi chu"]),
    heads(field::CITIZEN_GROUP, &["nhom", "doi tuong"]).unless(&["nhom ho"]),
    heads(field::CHILDREN, &["di hoc", "hoc sinh", "tre em"]),
    heads(
        field::ADULTS,
        &["nguoi lon", "19 60", "19 60 tuoi", "trong do tuoi lao dong"],
    ),
    heads(
        field::MEMBERS,
        &["so khau", "nhan khau", "so nhan khau", "so nguoi", "khau"],
    ),
    heads(field::HAMLET, &["xom", "nhom ho"]),
    heads(
        field::PLACE,
        &["ban", "thon", "to dan pho", "thon ban", "khu pho"],
    ),
    heads(field::NUMBER, &["stt", "so tt", "so thu tu", "tt"]),
];

/// The column that a head names in lists of a kind.
fn named(head: &str, kind: Kind) -> Option<Column> {
    let head = fold(head);
    let mut all = HEADS.iter();
    let found = all.find(|heads| heads.is_in(kind) && heads.name(&head));
    found.map(|heads| heads.column)
}

/// Where the table begins, and its columns by their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The first row of the header.
    pub row: u32,
    /// The last row of the header.
    pub last: u32,
    pub kind: Kind,
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
    pub fn find(sheet: &Sheet, kind: Kind) -> Option<Self> {
        let mut rows = sheet.rows.iter().take(ABOVE).peekable();
        while let Some((number, row)) = rows.next() {
            let mut header = Header {
                row: *number,
                last: *number,
                kind,
                columns: Vec::new(),
            };
            header.learn(row);
            if header.place(field::NAME).is_none() {
                continue;
            }
            // A second row under merged heads ("Trong đó": children, adults) names columns that the first did not. A
            // family does not: its cells are names and numbers.
            if let Some((second, below)) = rows.peek()
                && **second == number + 1
                && header.cell(below, field::NAME).is_empty()
                && header.learn(below)
            {
                header.last = **second;
            }
            let mut beside = Listing::of(kind).beside.iter();
            if beside.any(|column| header.place(column).is_some()) {
                return Some(header);
            }
        }
        None
    }

    /// Whether the row names columns that are not known yet; they are known then.
    fn learn(&mut self, row: &[Cell]) -> bool {
        let before = self.columns.len();
        for (place, cell) in row.iter().enumerate() {
            let Some(column) = named(cell.text(), self.kind) else {
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

    pub fn place(&self, column: &str) -> Option<usize> {
        self.head(column).map(|head| head.place)
    }

    fn head(&self, column: &str) -> Option<&Head> {
        self.columns.iter().find(|head| head.column == column)
    }

    /// The column as a person finds it in Excel: `cột B “Họ và tên chủ hộ”`.
    pub fn words(&self, column: &str) -> Option<String> {
        let head = self.head(column)?;
        Some(format!("cột {} “{}”", letters(head.place), head.words))
    }

    /// A row's cell of a column; empty if the sheet has no such column.
    pub fn cell<'a>(&self, row: &'a [Cell], column: &str) -> &'a Cell {
        const NOTHING: &Cell = &Cell::Empty;
        self.place(column)
            .and_then(|place| row.get(place))
            .unwrap_or(NOTHING)
    }

    /// Whether a row is the header once more, as at the head of each printed page.
    pub fn is_again(&self, row: &[Cell]) -> bool {
        named(self.cell(row, field::NAME).text(), self.kind) == Some(field::NAME)
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
