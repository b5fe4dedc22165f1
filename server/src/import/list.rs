//! Reads the rows of a list: villages, subjects, totals, signatures; and what is to be said of each.

use std::collections::BTreeMap;

use app::words::capital;
use serde_json::{Value, json};
use shared::SortedMap;
use shared::calendar::Year;
use shared::document::FieldName;
use shared::field::{self, FieldValue, NAME_MAX, PLACE};
use shared::kind::SubjectKind;
use shared::text::{fold, normalise_name, tidy};

use super::FileError;
use super::columns::Header;
use super::kinds::Listing;
use super::rows::{is_subject, total, village_heading};
use super::said::{COUNTS, Doubt, Mend, Said};
use super::sheet::{Cell, Sheet, shown};
use super::values;
use super::words::label;

/// More rows than any commune's list has.
const ROWS_MAX: usize = 50_000;

/// A subject as the list has it.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedSubject {
    pub name: String,
    /// As the list names it, without the word for village. Empty: it names none, and the subject lies in its commune.
    pub village: String,
    pub fields: SortedMap<FieldName, Value>,
    /// The names of others to whom it belongs, by the fields for them.
    pub links: SortedMap<FieldName, String>,
}

/// What a row is.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    Subject(ListedSubject),
    /// A subject that is not taken, and why.
    Refused(String),
    /// No subject: a total, a signature.
    Skipped,
}

/// A row that says something.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadRow {
    pub sheet: String,
    /// As Excel numbers it.
    pub row: u32,
    /// The subject's name, or what the row says.
    pub label: String,
    pub mends: Vec<Mend>,
    pub doubts: Vec<Doubt>,
    pub reading: Reading,
}

/// What stands above the tables.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heading {
    pub lines: Vec<String>,
    /// The year it names.
    pub year: Option<Year>,
    /// Whether it says that these register for the title.
    pub registers: bool,
}

/// A whole list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SubjectList {
    /// In the order of the list.
    pub villages: Vec<String>,
    pub rows: Vec<ReadRow>,
    /// What is to be said of the list as a whole.
    pub remarks: Vec<String>,
}

/// The tables of a file that hold a list of a kind, with their headers.
pub struct Tables<'a> {
    pub kind: SubjectKind,
    pub(super) found: Vec<(&'a Sheet, Header)>,
}

impl<'a> Tables<'a> {
    /// Finds every sheet that holds a list of subjects of a kind.
    pub fn find(sheets: &'a [Sheet], kind: SubjectKind) -> Result<Self, FileError> {
        let found: Vec<(&Sheet, Header)> = sheets
            .iter()
            .filter_map(|sheet| Some((sheet, Header::find(sheet, kind)?)))
            .collect();
        match found.is_empty() {
            true => Err(not_a_list(sheets, Listing::of(kind))),
            false => Ok(Self { kind, found }),
        }
    }

    pub(super) fn listing(&self) -> &'static Listing {
        Listing::of(self.kind)
    }

    /// The kinds of those to whom the subjects of the list may belong, by the columns that it has.
    pub fn linked(&self) -> impl Iterator<Item = SubjectKind> {
        let has = |name: &str| {
            let mut headers = self.found.iter().map(|(_, header)| header);
            headers.any(|header| header.place(name).is_some())
        };
        field::of(self.kind).filter_map(move |spec| match spec.value {
            FieldValue::Subject(kind) if has(spec.name) => Some(kind),
            _ => None,
        })
    }

    pub fn heading(&self) -> Heading {
        let mut lines = Vec::new();
        for (sheet, header) in &self.found {
            let above = sheet.rows.range(..header.row);
            let filled = above
                .flat_map(|(_, row)| row)
                .filter(|cell| !cell.is_empty());
            lines.extend(filled.map(ToString::to_string));
        }
        Heading {
            year: lines.iter().find_map(|line| year_in(line)),
            registers: lines.iter().any(|line| fold(line).contains("dang ky")),
            lines,
        }
    }
}

/// Reads the rows of a list of a year. `known` are the names that villages have, folded, each with the one it is shown by.
pub fn read(
    tables: &Tables<'_>,
    year: Year,
    known: &BTreeMap<String, String>,
) -> Result<SubjectList, FileError> {
    let mut reader = Reader {
        listing: tables.listing(),
        year,
        villages: Villages::of(tables, known),
        earlier: BTreeMap::new(),
        list: SubjectList::default(),
    };
    for (sheet, header) in &tables.found {
        reader.sheet(sheet, header)?;
    }
    let mut list = reader.list;
    list.villages = reader.villages.used;
    Ok(list)
}

fn not_a_list(sheets: &[Sheet], listing: &Listing) -> FileError {
    let names: Vec<String> = sheets
        .iter()
        .take(5)
        .map(|sheet| format!("tờ “{}”", sheet.name))
        .collect();
    let texts: Vec<String> = sheets
        .iter()
        .flat_map(|sheet| sheet.rows.values().flatten())
        .filter(|cell| !cell.text().trim().is_empty())
        .take(4)
        .map(|cell| {
            format!(
                "“{}”",
                cell.to_string().chars().take(40).collect::<String>()
            )
        })
        .collect();
    let beside = listing.beside.iter().map(|column| match *column {
        field::NUMBER => "STT".to_owned(),
        column => label(listing, column),
    });
    FileError::NotAList {
        list: listing.noun,
        name: listing.name_heads,
        beside: beside.collect::<Vec<_>>().join(", "),
        sheets: match names.is_empty() {
            true => "tệp (không có tờ nào)".to_owned(),
            false => names.join(", "),
        },
        found: match texts.is_empty() {
            true => "các tờ đều trống".to_owned(),
            false => format!("chỉ thấy {}", texts.join(", ")),
        },
    }
}

/// The year of "… năm 2026".
fn year_in(line: &str) -> Option<Year> {
    let folded = fold(line);
    let mut words = folded.split(' ').skip_while(|word| *word != "nam");
    words.next()?;
    words.next()?.parse().ok()
}

/// The villages a list may name.
struct Villages {
    /// By folded name, as first written in a heading or as the tree has it.
    named: BTreeMap<String, String>,
    /// Whether headings name the villages, so that a column may not add one.
    by_heading: bool,
    used: Vec<String>,
}

impl Villages {
    fn of(tables: &Tables<'_>, known: &BTreeMap<String, String>) -> Self {
        let mut named = known.clone();
        let mut by_heading = false;
        for (sheet, header) in &tables.found {
            for (_, row) in sheet.rows.range(header.last + 1..) {
                if let Some(text) = village_heading(row, header) {
                    by_heading = true;
                    let name = values::village(text);
                    named.entry(fold(&name)).or_insert(name);
                }
            }
        }
        Self {
            named,
            by_heading,
            used: Vec::new(),
        }
    }

    /// The village a text names. A column may name a new one only where no headings do.
    fn find(&mut self, text: &str, may_add: bool) -> Option<String> {
        let name = values::village(text);
        let folded = fold(&name);
        if folded.is_empty() || name.chars().count() > NAME_MAX {
            return None;
        }
        if may_add && !self.by_heading {
            self.named.entry(folded.clone()).or_insert(name);
        }
        self.named.get(&folded).cloned()
    }

    fn using(&mut self, village: &str) {
        if !self.used.iter().any(|used| used == village) {
            self.used.push(village.to_owned());
        }
    }
}

/// The fields that tell two of one name and year of birth apart: how many a family has, and all that a list says of others.
fn telling(kind: SubjectKind) -> impl Iterator<Item = &'static str> {
    const SAME: [&str; 5] = [
        field::NAME,
        field::BIRTH_YEAR,
        field::HAMLET,
        field::NUMBER,
        field::NOTE,
    ];
    let tells = move |name: &&str| match kind {
        SubjectKind::Household => COUNTS.contains(name),
        _ => !SAME.contains(name),
    };
    field::of(kind).map(|spec| spec.name).filter(tells)
}

/// A subject that was read before: its row, and what tells two of one name and year of birth apart.
struct Earlier {
    row: u32,
    facts: Vec<Option<Value>>,
    /// Folded; empty where the list does not say.
    hamlet: String,
}

impl Earlier {
    /// Whether two of one name live apart.
    fn lives_elsewhere(&self, hamlet: &str) -> bool {
        !self.hamlet.is_empty() && !hamlet.is_empty() && self.hamlet != hamlet
    }
}

struct Reader {
    listing: &'static Listing,
    year: Year,
    villages: Villages,
    /// By village, name and year of birth.
    earlier: BTreeMap<(String, String, Option<u64>), Vec<Earlier>>,
    list: SubjectList,
}

impl Reader {
    fn sheet(&mut self, sheet: &Sheet, header: &Header) -> Result<(), FileError> {
        let mut section = None;
        let mut members = 0;
        for (number, row) in sheet.rows.range(header.last + 1..) {
            if let Some(text) = village_heading(row, header) {
                section = self.villages.find(text, true);
                continue;
            }
            if header.is_again(row) {
                continue;
            }
            if let Some(total) = total(row, header) {
                if let Some(total) = total.filter(|total| *total != members) {
                    self.list.remarks.push(format!(
                        "Tờ “{}”, dòng {number}: danh sách ghi tổng số {total} khẩu, cộng các dòng được {members}.",
                        sheet.name
                    ));
                }
                self.skip(sheet, *number, row);
            } else if is_subject(row, header) {
                let read = self.subject(sheet, *number, row, header, section.as_deref());
                // A family that stands twice is not counted twice by the commune either.
                if matches!(read.reading, Reading::Subject(_)) {
                    let counted = values::count(header.cell(row, field::MEMBERS));
                    members += counted.known().copied().unwrap_or(0);
                }
                self.list.rows.push(read);
            } else {
                self.skip(sheet, *number, row);
            }
            if self.list.rows.len() > ROWS_MAX {
                return Err(FileError::TooLarge("trên 50.000 dòng"));
            }
        }
        Ok(())
    }

    fn skip(&mut self, sheet: &Sheet, number: u32, row: &[Cell]) {
        let texts = row.iter().filter(|cell| !cell.is_empty());
        let label = texts.map(ToString::to_string).collect::<Vec<_>>().join(" ");
        self.list.rows.push(ReadRow {
            sheet: sheet.name.clone(),
            row: number,
            label: shown(label),
            mends: Vec::new(),
            doubts: Vec::new(),
            reading: Reading::Skipped,
        });
    }

    fn subject(
        &mut self,
        sheet: &Sheet,
        number: u32,
        row: &[Cell],
        header: &Header,
        section: Option<&str>,
    ) -> ReadRow {
        let listing = self.listing;
        let mut said = Said::of(listing);
        let written = header.cell(row, field::NAME);
        // "UBND" and "HTX" are written large; a person who is, is mended.
        let name = match listing.is_person() {
            true => normalise_name(written.text()),
            false => tidy(written.text()),
        };
        let read = |said: Said, reading| ReadRow {
            sheet: sheet.name.clone(),
            row: number,
            label: shown(match name.is_empty() {
                true => written.to_string(),
                false => name.clone(),
            }),
            mends: said.mends,
            doubts: said.doubts,
            reading,
        };
        // What was mended or doubted in a row that is not taken is of no use to anybody.
        let refuse = |why: String| read(Said::of(listing), Reading::Refused(why));
        if let Some(why) = self.no_name(written, &name) {
            return refuse(why);
        }
        if written.text() != name {
            said.mend(field::NAME, written.text(), &name);
        }
        let village = self.village(&mut said, header.cell(row, PLACE), section);
        let Some(village) = village.or_else(|| listing.lies_in_communes.then(String::new)) else {
            let why = format!(
                "Không rõ {} thuộc bản nào: cột Bản để trống và phía trên không có dòng tên bản.",
                listing.noun
            );
            return refuse(why);
        };

        let mut fields = SortedMap::new();
        let mut links: SortedMap<FieldName, String> = SortedMap::new();
        fields.insert(FieldName::from(field::NAME), json!(name));
        let specs = || field::of(listing.kind).filter(|spec| header.place(spec.name).is_some());
        for spec in specs() {
            let cell = header.cell(row, spec.name);
            if matches!(spec.value, FieldValue::Subject(_)) {
                let named = tidy(&cell.to_string());
                links.insert(spec.name.into(), named.chars().take(NAME_MAX).collect());
            } else if let Some(value) = said.read(spec, cell, self.year) {
                fields.insert(spec.name.into(), value);
            }
        }
        links.retain(|_, named| !named.is_empty());
        let number_of = |name: &str| fields.get(&FieldName::from(name)).and_then(Value::as_u64);
        said.compare(COUNTS.map(number_of));

        let subject = ListedSubject {
            name: name.clone(),
            village,
            fields,
            links,
        };
        if let Some(why) = self.repeated(&mut said, number, &subject) {
            return refuse(why);
        }
        if !subject.village.is_empty() {
            self.villages.using(&subject.village);
        }
        read(said, Reading::Subject(subject))
    }

    /// Why what stands in the name's cell is no name.
    fn no_name(&self, written: &Cell, name: &str) -> Option<String> {
        let words = self.listing.name;
        if written.is_empty() {
            Some(format!("Dòng này chưa ghi {}.", self.listing.name_heads))
        } else if !name.chars().any(char::is_alphabetic) {
            let of = match self.listing.is_person() {
                true => "tên người",
                false => words,
            };
            let written = shown(written.to_string());
            Some(format!("Ô {words} ghi “{written}”, không phải {of}."))
        } else if name.chars().count() > NAME_MAX {
            Some(format!(
                "{} dài hơn {NAME_MAX} ký tự; hãy xem lại ô này.",
                capital(words)
            ))
        } else {
            None
        }
    }

    /// Why a subject is one that stands further up; doubts it where it may be.
    fn repeated(&mut self, said: &mut Said, row: u32, subject: &ListedSubject) -> Option<String> {
        let listing = self.listing;
        let name = &subject.name;
        let field_of = |name: &str| subject.fields.get(&FieldName::from(name));
        let text_of = |name: &str| field_of(name).and_then(Value::as_str).unwrap_or_default();
        let birth = field_of(field::BIRTH_YEAR).and_then(Value::as_u64);
        let says_repeat = fold(text_of(field::NOTE))
            .split(' ')
            .any(|word| word == "trung");
        let hamlet = fold(text_of(field::HAMLET));
        let facts: Vec<Option<Value>> = telling(listing.kind)
            .map(|name| {
                let link = subject.links.get(&FieldName::from(name));
                field_of(name).cloned().or_else(|| link.map(|it| json!(it)))
            })
            .collect();
        let key = (fold(&subject.village), fold(name), birth);
        let namesakes = self.earlier.entry(key).or_default();
        let near = |it: &&Earlier| !it.lives_elsewhere(&hamlet);
        let mut repeated = namesakes.iter().filter(near);
        if let Some(earlier) = repeated.find(|it| says_repeat || it.facts == facts) {
            let born = birth.map_or_else(String::new, |year| format!(", sinh {year}"));
            let lies = match subject.village.as_str() {
                "" => String::new(),
                village => format!(", bản {village}"),
            };
            return Some(format!(
                "Trùng với dòng {} ({name}{born}{lies}). Nếu là hai {} khác nhau, hãy ghi thêm tên gọi để phân biệt.",
                earlier.row, listing.noun
            ));
        }
        if let Some(earlier) = namesakes.iter().find(near) {
            said.doubt(
                field::NAME,
                format!(
                    "Trùng {} với dòng {} của danh sách nhưng {}; hãy hỏi xem có phải một {}.",
                    listing.namesakes, earlier.row, listing.differs, listing.noun
                ),
            );
        } else if says_repeat {
            let why = format!(
                "Danh sách ghi “trùng” nhưng không có {} nào giống ở phía trên; hãy hỏi lại.",
                listing.noun
            );
            said.doubt(field::NAME, why);
        }
        namesakes.push(Earlier { row, facts, hamlet });
        None
    }

    /// The village of a row: what its column says, or the heading above.
    fn village(&mut self, said: &mut Said, cell: &Cell, section: Option<&str>) -> Option<String> {
        let written = cell.to_string();
        let by_column = self.villages.find(&written, true);
        let written = shown(written);
        match (by_column, section) {
            (None, None) => None,
            (None, Some(section)) => {
                if !written.is_empty() {
                    let why = format!(
                        "Cột Bản ghi “{written}”, không phải bản nào của danh sách; tạm xếp vào bản {section}."
                    );
                    said.doubt(PLACE, why);
                }
                Some(section.to_owned())
            }
            (Some(named), None) => {
                said.mend_village(&written, &named);
                Some(named)
            }
            (Some(named), Some(section)) => {
                if fold(&named) == fold(section) {
                    said.mend_village(&written, &named);
                } else {
                    let why = format!(
                        "Cột Bản ghi “{named}” nhưng dòng nằm dưới bản {section}; tạm xếp theo cột Bản."
                    );
                    said.doubt(PLACE, why);
                }
                Some(named)
            }
        }
    }
}
