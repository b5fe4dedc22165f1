//! What is to be said of one row: what was mended, what is doubted.

use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::calendar::Year;
use shared::document::FieldName;
use shared::field::{self, MEMBERS_MAX};

use super::columns::{Column, Header};
use super::sheet::{Cell, shown};
use super::values::{self, Value};
use super::words::label;

/// Something certain that was written in another way than meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mend {
    pub field: FieldName,
    pub from: String,
    pub to: String,
}

/// Something that cannot be believed, or is missing; somebody should ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    pub field: FieldName,
    pub reason: String,
}

/// The field under which a doubt about the village is kept.
pub const PLACE: &str = "place";

/// The columns that count people, with their fields.
pub(super) const COUNTS: [(Column, &str); 4] = [
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
pub(super) struct Said {
    pub mends: Vec<Mend>,
    pub doubts: Vec<Doubt>,
}

impl Said {
    pub fn mend(&mut self, field: &'static str, from: &str, to: &str) {
        self.mends.push(Mend {
            field: field.into(),
            from: shown(from.to_owned()),
            to: to.to_owned(),
        });
    }

    pub fn mend_village(&mut self, written: &str, named: &str) {
        if written != named {
            self.mend(PLACE, written, named);
        }
    }

    pub fn doubt(&mut self, field: &'static str, reason: String) {
        self.doubts.push(Doubt {
            field: field.into(),
            reason,
        });
    }

    pub fn birth_year(&mut self, cell: &Cell, year: Year, header: &Header) -> Option<u64> {
        header.place(Column::BirthYear)?;
        let read = values::birth_year(cell);
        let now = u64::from(year);
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

    pub fn count(&mut self, cell: &Cell, name: &'static str, is_asked: bool) -> Option<u64> {
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
    pub fn compare(&mut self, [members, children, adults, literate]: &[Option<u64>; 4]) {
        let mut impossible = |field: &'static str, why: String| {
            let why = format!("{why}; hãy hỏi lại gia đình.");
            self.doubts.push(Doubt {
                field: field.into(),
                reason: why,
            });
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

    /// The year of a culture title: the one that stands there, or that of the list where there is a mark.
    pub fn culture(
        &mut self,
        cell: &Cell,
        year: Year,
        header: &Header,
    ) -> Option<serde_json::Value> {
        header.place(Column::Culture)?;
        if let Value::Plain(year @ 2000..=2100) | Value::Mended(year @ 2000..=2100) =
            values::count(cell)
        {
            return Some(json!(year));
        }
        match values::mark(cell) {
            Value::Plain(true) | Value::Mended(true) => Some(json!(year)),
            Value::Strange(text) => {
                let why = format!(
                    "Cột danh hiệu văn hóa ghi “{text}”; hãy ghi năm, hoặc dấu x nếu có của năm nay."
                );
                self.doubt(field::CULTURE_YEAR, why);
                None
            }
            Value::Plain(false) | Value::Mended(false) | Value::Missing => None,
        }
    }

    pub fn poor(&mut self, cell: &Cell, header: &Header) -> Option<serde_json::Value> {
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
