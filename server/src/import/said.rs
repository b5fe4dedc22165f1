//! What is to be said of one row: what was mended, what is doubted.

use app::words::capital;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::calendar::Year;
use shared::document::FieldName;
use shared::field::{self, FieldSpec, FieldValue, NAME_MAX, PLACE};
use shared::kind::SubjectKind;
use shared::text::tidy;

use super::choices;
use super::kinds::Listing;
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

/// The fields of a family that count people.
pub(super) const COUNTS: [&str; 4] = [
    field::MEMBERS,
    field::CHILDREN,
    field::ADULTS,
    field::LITERATE_ADULTS,
];

/// What is to be said of one row.
pub(super) struct Said {
    listing: &'static Listing,
    pub mends: Vec<Mend>,
    pub doubts: Vec<Doubt>,
}

impl Said {
    pub fn of(listing: &'static Listing) -> Self {
        Self {
            listing,
            mends: Vec::new(),
            doubts: Vec::new(),
        }
    }

    /// The value of a field as its cell has it, where the list can be believed. Names and links are read apart.
    pub fn read(&mut self, spec: &FieldSpec, cell: &Cell, year: Year) -> Option<serde_json::Value> {
        match spec.value {
            _ if spec.name == field::NAME => None,
            _ if spec.name == field::CULTURE_YEAR => self.culture(cell, year),
            FieldValue::Number { .. } if spec.name == field::BIRTH_YEAR => {
                self.birth_year(cell, year).map(|year| json!(year))
            }
            // The number of the list is for finding the row again; nobody is asked about it.
            FieldValue::Number { max, .. } if spec.name == field::NUMBER => {
                let number = values::count(cell).known().copied();
                number
                    .filter(|number| *number <= max)
                    .map(|number| json!(number))
            }
            FieldValue::Number { min, max } => self
                .count(spec.name, cell, min, max)
                .map(|count| json!(count)),
            FieldValue::YesNo => self.mark(spec.name, cell),
            FieldValue::Choice(codes) => self.choice(spec.name, cell, codes),
            FieldValue::Text { .. } | FieldValue::Name => {
                let text = tidy(&cell.to_string());
                let text: String = text.chars().take(NAME_MAX).collect();
                (!text.is_empty()).then(|| json!(text))
            }
            FieldValue::Subject(_) => None,
        }
    }

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

    /// What a list says and cannot be believed.
    fn strange(&mut self, field: &'static str, says: &str) {
        let why = format!(
            "Danh sách ghi {} là {says}; {}.",
            label(self.listing, field),
            self.listing.ask
        );
        self.doubt(field, why);
    }

    fn missing(&mut self, field: &'static str) {
        let why = format!(
            "Danh sách chưa ghi {}; {}.",
            label(self.listing, field),
            self.listing.ask
        );
        self.doubt(field, why);
    }

    fn birth_year(&mut self, cell: &Cell, year: Year) -> Option<u64> {
        let now = u64::from(year);
        let known = match values::birth_year(cell) {
            Value::Missing => {
                self.missing(field::BIRTH_YEAR);
                return None;
            }
            Value::Strange(text) => {
                self.strange(field::BIRTH_YEAR, &format!("“{text}”"));
                return None;
            }
            Value::Mended(known) => {
                self.mend(field::BIRTH_YEAR, &cell.to_string(), &known.to_string());
                known
            }
            Value::Plain(known) => known,
        };
        let (youngest, oldest) = self.listing.ages;
        if !(now.saturating_sub(oldest)..=now.saturating_sub(youngest)).contains(&known) {
            let who = match self.listing.kind {
                SubjectKind::Household => "chủ hộ",
                _ => self.listing.noun,
            };
            let ask = self.listing.ask;
            let why = format!("Danh sách ghi {who} sinh năm {known}; {ask}.");
            self.doubt(field::BIRTH_YEAR, why);
        }
        // What lies outside these years cannot be a living person's.
        (1900..=2100).contains(&known).then_some(known)
    }

    fn count(&mut self, name: &'static str, cell: &Cell, min: u64, max: u64) -> Option<u64> {
        let is_possible =
            |count: u64| (min..=max).contains(&count) && (count > 0 || name != field::MEMBERS);
        match values::count(cell) {
            // What a list need not say of a clan or a unit is asked on the phone.
            Value::Missing if self.listing.is_person() => {
                self.missing(name);
                None
            }
            Value::Missing => None,
            Value::Strange(text) => {
                self.strange(name, &format!("“{text}”"));
                None
            }
            Value::Mended(count) | Value::Plain(count) if !is_possible(count) => {
                self.strange(name, &count.to_string());
                None
            }
            Value::Mended(count) => {
                self.mend(name, &cell.to_string(), &count.to_string());
                Some(count)
            }
            Value::Plain(count) => Some(count),
        }
    }

    fn choice(
        &mut self,
        name: &'static str,
        cell: &Cell,
        codes: &[&'static str],
    ) -> Option<serde_json::Value> {
        match choices::choice(cell, codes) {
            Value::Plain(code) => Some(json!(code)),
            Value::Mended(code) => {
                self.mend(name, &cell.to_string(), choices::said(code));
                Some(json!(code))
            }
            Value::Strange(text) => {
                self.strange(name, &format!("“{text}”"));
                None
            }
            Value::Missing => None,
        }
    }

    /// Counts of a family that cannot all be right. They are kept as they stand.
    pub fn compare(&mut self, [members, children, adults, literate]: [Option<u64>; 4]) {
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
            (Some(members), Some(children), Some(adults)) if children + adults > members => {
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
    fn culture(&mut self, cell: &Cell, year: Year) -> Option<serde_json::Value> {
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

    fn mark(&mut self, name: &'static str, cell: &Cell) -> Option<serde_json::Value> {
        match values::mark(cell) {
            Value::Plain(is_so) => Some(json!(is_so)),
            Value::Mended(is_so) => {
                let to = if is_so { "có" } else { "không" };
                self.mend(name, &cell.to_string(), to);
                Some(json!(is_so))
            }
            Value::Strange(text) => {
                let column = capital(&label(self.listing, name));
                self.doubt(name, format!("Cột {column} ghi “{text}”; hãy hỏi lại."));
                None
            }
            Value::Missing => None,
        }
    }
}
