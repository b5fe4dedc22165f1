//! Reads the rows of a household list: villages, families, totals, signatures; and what is to be said of each.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use shared::document::FieldName;
use shared::subject::{MEMBERS_MAX, NAME_MAX, field};
use shared::text::{fold, normalise_name, tidy};

use super::FileError;
use super::columns::{Column, Header};
use super::values::{self, Value};
use super::workbook::{Cell, Sheet};

/// Something certain that was written in another way than meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend {
    pub field: &'static str,
    pub from: String,
    pub to: String,
}

/// Something that cannot be believed, or is missing; somebody should ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    pub field: &'static str,
    pub reason: String,
}

/// A family as the list has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Household {
    pub name: String,
    /// As the list names it, without the word for village.
    pub village: String,
    pub fields: BTreeMap<FieldName, serde_json::Value>,
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

/// A whole list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HouseholdList {
    /// The lines above the table.
    pub heading: Vec<String>,
    /// The year the heading names.
    pub year: Option<i32>,
    /// Whether the heading says that these families register for the title.
    pub registers: bool,
    /// In the order of the list.
    pub villages: Vec<String>,
    pub rows: Vec<ReadRow>,
    /// What is to be said of the list as a whole.
    pub remarks: Vec<String>,
}

/// The field under which a doubt about the village is kept.
pub const PLACE: &str = "place";

/// Reads every sheet that holds a household list. `year` is the year of the list if its heading names none; `known` are
/// the commune's villages.
pub fn read(sheets: &[Sheet], year: i32, known: &[String]) -> Result<HouseholdList, FileError> {
    let tables: Vec<(&Sheet, Header)> = sheets
        .iter()
        .filter_map(|sheet| Some((sheet, Header::find(sheet)?)))
        .collect();
    if tables.is_empty() {
        return Err(not_a_list(sheets));
    }
    let mut list = HouseholdList::default();
    for (sheet, header) in &tables {
        let above = sheet.rows.range(..header.row);
        let lines = above
            .flat_map(|(_, row)| row)
            .filter(|cell| !cell.is_empty());
        list.heading.extend(lines.map(ToString::to_string));
    }
    list.year = list.heading.iter().find_map(|line| year_in(line));
    list.registers = list
        .heading
        .iter()
        .any(|line| fold(line).contains("dang ky"));
    let mut reader = Reader {
        year: list.year.unwrap_or(year),
        villages: Villages::of(&tables, known),
        families: BTreeMap::new(),
        list,
    };
    for (sheet, header) in &tables {
        reader.sheet(sheet, header);
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
fn year_in(line: &str) -> Option<i32> {
    let folded = fold(line);
    let mut words = folded.split(' ').skip_while(|word| *word != "nam");
    words.next()?;
    let year = words.next()?.parse().ok()?;
    (2000..2100).contains(&year).then_some(year)
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
    fn of(tables: &[(&Sheet, Header)], known: &[String]) -> Self {
        let mut named: BTreeMap<String, String> = known
            .iter()
            .map(|name| (fold(name), name.clone()))
            .collect();
        let mut by_heading = false;
        for (sheet, header) in tables {
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
        if folded.is_empty() {
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

/// The text of a row that holds nothing but "Bản Vàng Pheo".
fn village_heading(row: &[Cell]) -> Option<&str> {
    let mut filled = row.iter().filter(|cell| !cell.is_empty());
    match (filled.next(), filled.next()) {
        (Some(only), None) => Some(only.text()).filter(|text| values::is_village_heading(text)),
        _ => None,
    }
}

/// A family that was read before: its row, and what tells two families of one name apart.
struct Earlier {
    row: u32,
    counts: [Option<u64>; 4],
}

struct Reader {
    year: i32,
    villages: Villages,
    /// By village, name and year of birth.
    families: BTreeMap<(String, String, Option<u64>), Earlier>,
    list: HouseholdList,
}

impl Reader {
    fn sheet(&mut self, sheet: &Sheet, header: &Header) {
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
        }
    }

    fn skip(&mut self, sheet: &Sheet, number: u32, row: &[Cell]) {
        let texts = row.iter().filter(|cell| !cell.is_empty());
        self.list.rows.push(ReadRow {
            sheet: sheet.name.clone(),
            row: number,
            label: texts.map(ToString::to_string).collect::<Vec<_>>().join(" "),
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
            label: if name.is_empty() {
                written.to_string()
            } else {
                name.clone()
            },
            mends: said.mends,
            doubts: said.doubts,
            reading,
        };
        // What was mended or doubted in a row that is not taken is of no use to anybody.
        let refuse = |why: String| read(Said::default(), Reading::Refused(why));
        if name.is_empty() {
            let why = "Dòng này chưa ghi họ tên chủ hộ.".to_owned();
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

        let mut fields = BTreeMap::from([(FieldName::from(field::NAME), json!(name))]);
        let birth = said.birth_year(header.cell(row, Column::BirthYear), self.year, header);
        let counts = COUNTS.map(|(column, name)| {
            let is_asked = header.place(column).is_some();
            said.count(header.cell(row, column), name, is_asked)
        });
        said.compare(&counts);
        let note = tidy(header.cell(row, Column::Note).text());
        let says_repeat = fold(&note).split(' ').any(|word| word == "trung");
        let key = (fold(&village), fold(&name), birth);
        if let Some(earlier) = self.families.get(&key) {
            let born = birth.map_or_else(String::new, |year| format!(", sinh {year}"));
            if says_repeat || earlier.counts == counts {
                let why = format!(
                    "Trùng với dòng {} ({name}{born}, bản {village}). Nếu là hai hộ khác nhau, hãy ghi thêm tên gọi để phân biệt.",
                    earlier.row
                );
                return refuse(why);
            }
            said.doubt(
                field::NAME,
                format!(
                    "Trùng họ tên và năm sinh với dòng {} của danh sách nhưng số người khác; hãy hỏi xem có phải một hộ.",
                    earlier.row
                ),
            );
        } else {
            if says_repeat {
                let why =
                    "Danh sách ghi “trùng” nhưng không có hộ nào giống ở phía trên; hãy hỏi lại.";
                said.doubt(field::NAME, why.to_owned());
            }
            self.families.insert(
                key,
                Earlier {
                    row: number,
                    counts,
                },
            );
        }

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
        let written = tidy(&cell.to_string());
        let by_column = self.villages.find(&written, true);
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

/// The columns that count people, with their fields.
const COUNTS: [(Column, &str); 4] = [
    (Column::Members, field::MEMBERS),
    (Column::Children, field::CHILDREN),
    (Column::Adults, field::ADULTS),
    (Column::LiterateAdults, field::LITERATE_ADULTS),
];

/// Younger heads of families are doubted.
const HEAD_MIN_AGE: u64 = 15;
/// Older ones too.
const HEAD_MAX_AGE: u64 = 105;

/// What is to be said of one row.
#[derive(Default)]
struct Said {
    mends: Vec<Mend>,
    doubts: Vec<Doubt>,
}

impl Said {
    fn mend(&mut self, field: &'static str, from: &str, to: &str) {
        self.mends.push(Mend {
            field,
            from: from.to_owned(),
            to: to.to_owned(),
        });
    }

    fn mend_village(&mut self, written: &str, named: &str) {
        if written != named {
            self.mend(PLACE, written, named);
        }
    }

    fn doubt(&mut self, field: &'static str, reason: String) {
        self.doubts.push(Doubt { field, reason });
    }

    fn birth_year(&mut self, cell: &Cell, year: i32, header: &Header) -> Option<u64> {
        header.place(Column::BirthYear)?;
        let read = values::birth_year(cell);
        let now = u64::try_from(year).unwrap_or(0);
        let known = match read {
            Value::Missing => {
                let why = "Danh sách chưa ghi năm sinh; hãy hỏi lại gia đình.".to_owned();
                self.doubt(field::BIRTH_YEAR, why);
                return None;
            }
            Value::Strange(text) => {
                let why = format!("Danh sách ghi năm sinh là “{text}”; hãy hỏi lại gia đình.");
                self.doubt(field::BIRTH_YEAR, why);
                return None;
            }
            Value::Mended(known) => {
                self.mend(field::BIRTH_YEAR, &cell.to_string(), &known.to_string());
                known
            }
            Value::Plain(known) => known,
        };
        if !(now.saturating_sub(HEAD_MAX_AGE)..=now.saturating_sub(HEAD_MIN_AGE)).contains(&known) {
            let why = format!("Danh sách ghi chủ hộ sinh năm {known}; hãy hỏi lại gia đình.");
            self.doubt(field::BIRTH_YEAR, why);
        }
        // What lies outside these years cannot be a living person's.
        (1900..=2100).contains(&known).then_some(known)
    }

    fn count(&mut self, cell: &Cell, name: &'static str, is_asked: bool) -> Option<u64> {
        if !is_asked {
            return None;
        }
        match values::count(cell) {
            Value::Missing => {
                let why = format!("Danh sách chưa ghi {}; hãy hỏi lại gia đình.", label(name));
                self.doubt(name, why);
                None
            }
            Value::Strange(text) => {
                let why = format!(
                    "Danh sách ghi {} là “{text}”; hãy hỏi lại gia đình.",
                    label(name)
                );
                self.doubt(name, why);
                None
            }
            Value::Mended(count) | Value::Plain(count)
                if count > MEMBERS_MAX || (count == 0 && name == field::MEMBERS) =>
            {
                let why = format!(
                    "Danh sách ghi {} là {count}; hãy hỏi lại gia đình.",
                    label(name)
                );
                self.doubt(name, why);
                None
            }
            Value::Mended(count) => {
                self.mend(name, &cell.to_string(), &count.to_string());
                Some(count)
            }
            Value::Plain(count) => Some(count),
        }
    }

    /// Counts that cannot all be right. They are kept as they stand.
    fn compare(&mut self, [members, children, adults, literate]: &[Option<u64>; 4]) {
        let mut impossible = |field: &'static str, why: String| {
            let why = format!("{why}; hãy hỏi lại gia đình.");
            self.doubts.push(Doubt { field, reason: why });
        };
        match (members, children, adults) {
            (Some(members), Some(children), _) if children > members => impossible(
                field::CHILDREN,
                format!("Danh sách ghi {children} trẻ đi học, nhiều hơn {members} khẩu của hộ"),
            ),
            (Some(members), _, Some(adults)) if adults > members => impossible(
                field::ADULTS,
                format!("Danh sách ghi {adults} người lớn, nhiều hơn {members} khẩu của hộ"),
            ),
            (Some(members), Some(children), Some(adults)) if children + adults > *members => {
                impossible(
                    field::MEMBERS,
                    format!(
                        "Danh sách ghi {members} khẩu nhưng có {children} trẻ đi học và {adults} người lớn"
                    ),
                );
            }
            _ => {}
        }
        if let (Some(adults), Some(literate)) = (adults, literate)
            && literate > adults
        {
            impossible(
                field::LITERATE_ADULTS,
                format!("Danh sách ghi {literate} người biết chữ, nhiều hơn {adults} người lớn"),
            );
        }
    }

    fn poor(&mut self, cell: &Cell, header: &Header) -> Option<serde_json::Value> {
        header.place(Column::Poor)?;
        match values::mark(cell) {
            Value::Plain(poor) => Some(json!(poor)),
            Value::Mended(poor) => {
                let to = if poor { "có" } else { "không" };
                self.mend(field::POOR, &cell.to_string(), to);
                Some(json!(poor))
            }
            Value::Strange(text) => {
                let why = format!("Cột Hộ nghèo ghi “{text}”; hãy hỏi lại.");
                self.doubt(field::POOR, why);
                None
            }
            Value::Missing => None,
        }
    }
}

/// The words for a field in a sentence.
pub fn label(name: &str) -> &str {
    match name {
        field::NAME => "họ tên",
        field::BIRTH_YEAR => "năm sinh",
        field::MEMBERS => "số khẩu",
        field::CHILDREN => "số trẻ đi học",
        field::ADULTS => "số người lớn",
        field::LITERATE_ADULTS => "số người biết chữ",
        field::POOR => "hộ nghèo",
        field::ETHNICITY => "dân tộc",
        field::HAMLET => "nhóm, xóm",
        field::NOTE => "ghi chú",
        field::NUMBER => "số thứ tự",
        PLACE => "bản",
        other => other,
    }
}

/// Whether a row adds up, and what number of people it says.
fn total(row: &[Cell], header: &Header) -> Option<Option<u64>> {
    let is_total = row.iter().any(|cell| {
        let words = fold(cell.text());
        ["tong cong", "tong so", "cong", "tong"].contains(&words.as_str())
            || words.starts_with("tong cong ")
            || words.starts_with("cong ban ")
    });
    let said = values::count(header.cell(row, Column::Members));
    is_total.then(|| said.known().copied())
}

/// Whether a row is meant to be a family: a number of the list, or a name with facts beside it.
fn is_family(row: &[Cell], header: &Header) -> bool {
    let is_filled = |column| !header.cell(row, column).is_empty();
    let has_number = values::count(header.cell(row, Column::Number))
        .known()
        .is_some();
    let facts: BTreeSet<Column> = [
        Column::BirthYear,
        Column::Members,
        Column::Children,
        Column::Adults,
        Column::LiterateAdults,
    ]
    .into_iter()
    .filter(|column| is_filled(*column))
    .collect();
    let has_fact = facts.iter().any(|column| {
        header
            .cell(row, *column)
            .to_string()
            .contains(|c: char| c.is_ascii_digit())
    });
    let has_name = is_filled(Column::Name);
    match (has_number, has_name) {
        // A number alone is an empty line of a prepared table.
        (true, false) => has_fact,
        (true, true) => true,
        (false, true) => has_fact || (is_filled(Column::Ethnicity) && is_filled(Column::Village)),
        (false, false) => facts.len() >= 2 && has_fact,
    }
}
