//! Looks whether the columns of a list hold what their heads say.
//!
//! A sheet whose columns were swapped is full of names and numbers too. Row by row each could be somebody's slip; only the
//! whole column shows that villages are people and years are children. Such a list is refused with what was seen, before
//! a hundred families are named after their village.

use std::collections::{BTreeMap, BTreeSet};

use shared::calendar::Year;
use shared::field::{self, FieldSpec, FieldValue};
use shared::kind::SubjectKind;
use shared::text::fold;

use super::choices;
use super::columns::Header;
use super::kinds::Listing;
use super::list::Tables;
use super::rows::{is_subject, village_heading};
use super::sheet::{Cell, Sheet, shown};
use super::values::{self, Value};
use super::words::label;

/// Fewer cells than this say nothing about their column.
const CELLS_MIN: usize = 3;
/// Fewer names than this may well all differ, or be mostly one.
const NAMES_MIN: usize = 8;

/// What was seen in columns that do not hold what their heads say, a sentence a column. `known` are the folded names of
/// the commune's villages; `year` is the year of the list.
pub fn wrong_columns(
    tables: &Tables<'_>,
    known: &BTreeMap<String, String>,
    year: Year,
) -> Vec<String> {
    let mut seen = Vec::new();
    for (sheet, header) in &tables.found {
        let look = Look::at(sheet, header, known);
        seen.extend(look.names());
        seen.extend(look.villages());
        seen.extend(look.years(year));
        seen.extend(look.fields());
        seen.extend(look.impossible());
    }
    seen
}

/// A table's subjects.
struct Look<'a> {
    listing: &'static Listing,
    header: &'a Header,
    rows: Vec<&'a [Cell]>,
    /// Folded names of villages: the commune's, and those in headings of the list.
    villages: BTreeSet<String>,
    has_headings: bool,
}

impl<'a> Look<'a> {
    fn at(sheet: &'a Sheet, header: &'a Header, known: &BTreeMap<String, String>) -> Self {
        let below = || sheet.rows.range(header.last + 1..);
        let headings: BTreeSet<String> = below()
            .filter_map(|(_, row)| village_heading(row, header))
            .map(|text| fold(&values::village(text)))
            .collect();
        let rows = below().map(|(_, row)| row.as_slice());
        Self {
            listing: Listing::of(header.kind),
            header,
            rows: rows
                .filter(|row| is_subject(row, header) && !header.is_again(row))
                .collect(),
            has_headings: !headings.is_empty(),
            villages: known.keys().cloned().chain(headings).collect(),
        }
    }

    fn filled(&self, column: &str) -> Vec<&'a Cell> {
        let cells = self.rows.iter().map(|row| self.header.cell(row, column));
        cells.filter(|cell| !cell.is_empty()).collect()
    }

    /// What is to be said of a column if half of its cells or more are not what they should be.
    fn mostly(&self, column: &str, what: &str, is_wrong: impl Fn(&Cell) -> bool) -> Option<String> {
        let cells = self.filled(column);
        let wrong: Vec<String> = cells
            .iter()
            .filter(|cell| is_wrong(cell))
            .map(|cell| cell.to_string())
            .collect();
        if wrong.len() < CELLS_MIN || wrong.len() * 2 < cells.len() {
            return None;
        }
        let mut samples: Vec<String> = Vec::new();
        for text in &wrong {
            let sample = format!("“{}”", shown(text.clone()));
            if samples.len() < 3 && !samples.contains(&sample) {
                samples.push(sample);
            }
        }
        Some(format!(
            "{} có {} trên {} ô {what} ({})",
            self.header.words(column)?,
            wrong.len(),
            cells.len(),
            samples.join(", ")
        ))
    }

    fn names(&self) -> Option<String> {
        let name = field::NAME;
        let is_person = self.listing.is_person();
        self.mostly(name, "không có chữ cái nào", has_no_letter)
            .or_else(|| {
                self.mostly(name, "là tên bản", |cell| {
                    self.villages.contains(&village(cell))
                })
            })
            .or_else(|| match is_person {
                true => self.mostly(name, "chỉ có một từ", |cell| {
                    fold(cell.text()).split(' ').count() < 2
                }),
                false => self.mostly(name, "giống tên người", |cell| {
                    is_persons_name(cell.text())
                }),
            })
            .or_else(|| {
                let folded: Vec<String> = self
                    .filled(name)
                    .iter()
                    .map(|cell| fold(cell.text()))
                    .collect();
                let distinct: BTreeSet<&String> = folded.iter().collect();
                // Every village may have its clan of one name.
                let are_many = distinct.len() * 4 > folded.len();
                if !is_person || folded.len() < NAMES_MIN || are_many {
                    return None;
                }
                Some(format!(
                    "{} có {} ô nhưng chỉ có {} tên khác nhau (“{}”…)",
                    self.header.words(name)?,
                    folded.len(),
                    distinct.len(),
                    shown(self.filled(name).first()?.to_string())
                ))
            })
    }

    fn villages(&self) -> Option<String> {
        let column = field::PLACE;
        let is_known = |cell: &Cell| self.villages.contains(&village(cell));
        let unknown = |cell: &Cell| !is_known(cell);
        self.mostly(column, "giống tên người", |cell| {
            unknown(cell) && is_persons_name(cell.text())
        })
        .or_else(|| {
            self.mostly(column, "là năm", |cell| {
                unknown(cell)
                    && matches!(values::birth_year(cell), Value::Plain(_) | Value::Mended(_))
            })
        })
        .or_else(|| {
            // Where headings name the villages, the column only repeats them.
            let what = "không phải bản nào của danh sách";
            self.mostly(column, what, unknown)
                .filter(|_| self.has_headings)
        })
        .or_else(|| {
            let cells = self.filled(column);
            let new: BTreeSet<String> = cells
                .iter()
                .filter(|cell| unknown(cell))
                .map(|cell| village(cell))
                .collect();
            // A village may have one clan, or one school, and no more.
            let are_few = new.len() < NAMES_MIN || new.len() * 2 < cells.len();
            if are_few || !self.listing.is_person() {
                return None;
            }
            Some(format!(
                "{} có {} tên chưa biết trong {} ô, gần như mỗi {} một bản (“{}”…)",
                self.header.words(column)?,
                new.len(),
                cells.len(),
                self.listing.noun,
                shown(cells.iter().find(|cell| unknown(cell))?.to_string())
            ))
        })
    }

    fn years(&self, year: Year) -> Option<String> {
        let year = u64::from(year);
        self.mostly(field::BIRTH_YEAR, "không phải năm sinh", |cell| {
            let read = values::birth_year(cell);
            !read
                .known()
                .is_some_and(|born| (1900..=year).contains(born))
        })
    }

    /// The other columns, by what their fields hold.
    fn fields(&self) -> Vec<String> {
        let own = [
            field::NAME,
            field::BIRTH_YEAR,
            field::NUMBER,
            field::CULTURE_YEAR,
            field::HAMLET,
            field::NOTE,
        ];
        let others = field::of(self.listing.kind).filter(|spec| !own.contains(&spec.name));
        others.filter_map(|spec| self.field(spec)).collect()
    }

    fn field(&self, spec: &FieldSpec) -> Option<String> {
        match spec.value {
            FieldValue::Number { max, .. } => {
                let what = match self.listing.kind {
                    SubjectKind::Household => "không phải số người",
                    _ => "không phải số",
                };
                self.mostly(spec.name, what, |cell| {
                    let read = values::count(cell);
                    read.known().is_none_or(|count| *count > max)
                })
            }
            FieldValue::YesNo => self.mostly(spec.name, "không phải dấu x", |cell| {
                values::mark(cell).known().is_none()
            }),
            FieldValue::Choice(codes) => {
                let what = format!("không phải {}", label(self.listing, spec.name));
                self.mostly(spec.name, &what, |cell| {
                    choices::choice(cell, codes).known().is_none()
                })
            }
            FieldValue::Name | FieldValue::Text { .. } | FieldValue::Subject(_) => {
                self.mostly(spec.name, "không có chữ cái nào", has_no_letter)
            }
        }
    }

    /// Columns of people that are fine one by one, and together say that most families have more children than members.
    fn impossible(&self) -> Option<String> {
        let pairs = [
            (field::CHILDREN, field::MEMBERS),
            (field::ADULTS, field::MEMBERS),
            (field::LITERATE_ADULTS, field::ADULTS),
        ];
        pairs.into_iter().find_map(|(part, whole)| {
            let known = self.rows.iter().filter_map(|row| {
                let count = |column: &str| {
                    let read = values::count(self.header.cell(row, column));
                    read.known().copied()
                };
                Some((count(part)?, count(whole)?))
            });
            let counts: Vec<(u64, u64)> = known.collect();
            let more = counts.iter().filter(|(part, whole)| part > whole).count();
            if more < CELLS_MIN || more * 2 < counts.len() {
                return None;
            }
            Some(format!(
                "{} lớn hơn {} ở {more} trên {} dòng",
                self.header.words(part)?,
                self.header.words(whole)?,
                counts.len()
            ))
        })
    }
}

fn village(cell: &Cell) -> String {
    fold(&values::village(&cell.to_string()))
}

fn has_no_letter(cell: &Cell) -> bool {
    !cell.text().chars().any(char::is_alphabetic)
}

/// Whether a text is rather a person's name than a village's: three words or four, with a surname of the mountains or
/// the plain in front and a middle name that people have.
pub(super) fn is_persons_name(text: &str) -> bool {
    /// Folded. Among them those of the Thái, Mông, Dao, Hà Nhì, Giáy and Kinh of the north-west.
    const SURNAMES: [&str; 52] = [
        "be", "bui", "cao", "chang", "chao", "cu", "dao", "deo", "dieu", "dinh", "do", "duong",
        "giang", "ha", "hang", "ho", "hoang", "khang", "kha", "khong", "ky", "lau", "le", "li",
        "lo", "loc", "luong", "luu", "ly", "ma", "mao", "mo", "mua", "nguyen", "nong", "nung",
        "pham", "phan", "phung", "po", "quang", "sin", "sung", "tan", "teo", "thao", "tran",
        "trieu", "vang", "vi", "vu", "vuong",
    ];
    const MIDDLES: [&str; 6] = ["van", "thi", "a", "seo", "duc", "huu"];
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').collect();
    (3..=4).contains(&words.len()) && SURNAMES.contains(&words[0]) && MIDDLES.contains(&words[1])
}
