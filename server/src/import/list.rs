//! Reads the rows of a household list: villages, families, totals, signatures; and what is to be said of each.

use std::collections::BTreeMap;

use serde_json::json;
use shared::SortedMap;
use shared::calendar::Year;
use shared::document::FieldName;
use shared::field::{self, NAME_MAX};
use shared::text::{fold, normalise_name, tidy};

use super::FileError;
use super::columns::{Column, Header};
use super::rows::{is_family, total, village_heading};
use super::said::{COUNTS, Doubt, Mend, PLACE, Said};
use super::sheet::{Cell, Sheet, shown};
use super::values::{self, Value};

/// More families than any commune has.
const FAMILIES_MAX: usize = 50_000;

/// A family as the list has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Household {
    pub name: String,
    /// As the list names it, without the word for village.
    pub village: String,
    pub fields: SortedMap<FieldName, serde_json::Value>,
}

/// What a row is.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    Family(Household),
    /// A family that is not taken, and why.
    Refused(String),
    /// No family: a total, a signature.
    Skipped,
}

/// A row that says something.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadRow {
    pub sheet: String,
    /// As Excel numbers it.
    pub row: u32,
    /// The family's name, or what the row says.
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
    /// Whether it says that these families register for the title.
    pub registers: bool,
}

/// A whole list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HouseholdList {
    /// In the order of the list.
    pub villages: Vec<String>,
    pub rows: Vec<ReadRow>,
    /// What is to be said of the list as a whole.
    pub remarks: Vec<String>,
}

/// The tables of a file, with their headers.
pub struct Tables<'a>(pub(super) Vec<(&'a Sheet, Header)>);

impl<'a> Tables<'a> {
    /// Finds every sheet that holds a household list.
    pub fn find(sheets: &'a [Sheet]) -> Result<Self, FileError> {
        let tables: Vec<(&Sheet, Header)> = sheets
            .iter()
            .filter_map(|sheet| Some((sheet, Header::find(sheet)?)))
            .collect();
        match tables.is_empty() {
            true => Err(not_a_list(sheets)),
            false => Ok(Self(tables)),
        }
    }

    pub fn heading(&self) -> Heading {
        let mut lines = Vec::new();
        for (sheet, header) in &self.0 {
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
) -> Result<HouseholdList, FileError> {
    let mut reader = Reader {
        year,
        villages: Villages::of(tables, known),
        families: BTreeMap::new(),
        list: HouseholdList::default(),
    };
    for (sheet, header) in &tables.0 {
        reader.sheet(sheet, header)?;
    }
    let mut list = reader.list;
    list.villages = reader.villages.used;
    Ok(list)
}

fn not_a_list(sheets: &[Sheet]) -> FileError {
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
    FileError::NotAList {
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
        for (sheet, header) in &tables.0 {
            for (_, row) in sheet.rows.range(header.last + 1..) {
                if let Some(text) = village_heading(row) {
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

/// A family that was read before: its row, and what tells two families of one name and year of birth apart.
struct Earlier {
    row: u32,
    counts: [Option<u64>; 4],
    /// Folded; empty where the list does not say.
    hamlet: String,
}

impl Earlier {
    /// Whether two families of one name live apart.
    fn lives_elsewhere(&self, hamlet: &str) -> bool {
        !self.hamlet.is_empty() && !hamlet.is_empty() && self.hamlet != hamlet
    }
}

struct Reader {
    year: Year,
    villages: Villages,
    /// By village, name and year of birth.
    families: BTreeMap<(String, String, Option<u64>), Vec<Earlier>>,
    list: HouseholdList,
}

impl Reader {
    fn sheet(&mut self, sheet: &Sheet, header: &Header) -> Result<(), FileError> {
        let mut section = None;
        let mut members = 0;
        for (number, row) in sheet.rows.range(header.last + 1..) {
            if let Some(text) = village_heading(row) {
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
            } else if is_family(row, header) {
                let read = self.family(sheet, *number, row, header, section.as_deref());
                // A family that stands twice is not counted twice by the commune either.
                if matches!(read.reading, Reading::Family(_)) {
                    let counted = values::count(header.cell(row, Column::Members));
                    members += counted.known().copied().unwrap_or(0);
                }
                self.list.rows.push(read);
            } else {
                self.skip(sheet, *number, row);
            }
            if self.list.rows.len() > FAMILIES_MAX {
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

    fn family(
        &mut self,
        sheet: &Sheet,
        number: u32,
        row: &[Cell],
        header: &Header,
        section: Option<&str>,
    ) -> ReadRow {
        let mut said = Said::default();
        let written = header.cell(row, Column::Name);
        let name = normalise_name(written.text());
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
        let refuse = |why: String| read(Said::default(), Reading::Refused(why));
        if written.is_empty() {
            let why = "Dòng này chưa ghi họ tên chủ hộ.".to_owned();
            return refuse(why);
        }
        if !name.chars().any(char::is_alphabetic) {
            let written = shown(written.to_string());
            let why = format!("Ô họ tên ghi “{written}”, không phải tên người.");
            return refuse(why);
        }
        if name.chars().count() > NAME_MAX {
            let why = format!("Họ tên dài hơn {NAME_MAX} ký tự; hãy xem lại ô này.");
            return refuse(why);
        }
        if written.text() != name {
            said.mend(field::NAME, written.text(), &name);
        }
        let Some(village) = self.village(&mut said, header.cell(row, Column::Village), section)
        else {
            let why =
                "Không rõ hộ thuộc bản nào: cột Bản để trống và phía trên không có dòng tên bản.";
            return refuse(why.to_owned());
        };

        let mut fields = SortedMap::new();
        fields.insert(FieldName::from(field::NAME), json!(name));
        let birth = said.birth_year(header.cell(row, Column::BirthYear), self.year, header);
        let counts = COUNTS.map(|(column, name)| {
            let is_asked = header.place(column).is_some();
            said.count(header.cell(row, column), name, is_asked)
        });
        said.compare(&counts);
        let note = tidy(header.cell(row, Column::Note).text());
        let says_repeat = fold(&note).split(' ').any(|word| word == "trung");
        let key = (fold(&village), fold(&name), birth);
        let hamlet = fold(&header.cell(row, Column::Hamlet).to_string());
        let namesakes = self.families.entry(key).or_default();
        let near = |it: &&Earlier| !it.lives_elsewhere(&hamlet);
        let repeated = namesakes.iter().filter(near);
        let repeated = { repeated }.find(|it| says_repeat || it.counts == counts);
        if let Some(earlier) = repeated {
            let born = birth.map_or_else(String::new, |year| format!(", sinh {year}"));
            let why = format!(
                "Trùng với dòng {} ({name}{born}, bản {village}). Nếu là hai hộ khác nhau, hãy ghi thêm tên gọi để phân biệt.",
                earlier.row
            );
            return refuse(why);
        }
        if let Some(earlier) = namesakes.iter().find(near) {
            said.doubt(
                field::NAME,
                format!(
                    "Trùng họ tên và năm sinh với dòng {} của danh sách nhưng số người khác; hãy hỏi xem có phải một hộ.",
                    earlier.row
                ),
            );
        } else if says_repeat {
            let why = "Danh sách ghi “trùng” nhưng không có hộ nào giống ở phía trên; hãy hỏi lại.";
            said.doubt(field::NAME, why.to_owned());
        }
        namesakes.push(Earlier {
            row: number,
            counts,
            hamlet,
        });

        let mut put = |name: &str, value: Option<serde_json::Value>| {
            if let Some(value) = value {
                fields.insert(FieldName::from(name), value);
            }
        };
        put(field::BIRTH_YEAR, birth.map(|year| json!(year)));
        for ((_, name), count) in COUNTS.iter().zip(counts) {
            put(name, count.map(|count| json!(count)));
        }
        put(
            field::POOR,
            said.poor(header.cell(row, Column::Poor), header),
        );
        put(
            field::CULTURE_YEAR,
            said.culture(header.cell(row, Column::Culture), self.year, header),
        );
        for (column, name) in [
            (Column::Ethnicity, field::ETHNICITY),
            (Column::Hamlet, field::HAMLET),
            (Column::Note, field::NOTE),
        ] {
            let text = tidy(&header.cell(row, column).to_string());
            let text: String = text.chars().take(NAME_MAX).collect();
            put(name, (!text.is_empty()).then(|| json!(text)));
        }
        if let Value::Plain(number) | Value::Mended(number) =
            values::count(header.cell(row, Column::Number))
        {
            put(field::NUMBER, (number <= 1_000_000).then(|| json!(number)));
        }
        self.villages.using(&village);
        let household = Household {
            name: name.clone(),
            village,
            fields,
        };
        read(said, Reading::Family(household))
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
