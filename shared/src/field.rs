//! Fields of subjects: one row a field.
//!
//! The forms that ask, the forms that mend, the cards that show, the import and the desk read this table; so a field is
//! described once. Its words are `fieldname.*` of the screens.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::FieldName;
use crate::ids::SubjectId;
use crate::kind::SubjectKind;
use crate::scoring;
use crate::text;

/// Name of the head of a household, of a person, of a clan, of a unit.
pub const NAME: &str = "name";
/// Year of birth of the head of a household or of a person.
pub const BIRTH_YEAR: &str = "birth_year";
/// Ethnic group; for statistics only.
pub const ETHNICITY: &str = "ethnicity";
/// Persons in the household.
pub const MEMBERS: &str = "members";
/// Children of the household who go to school.
pub const CHILDREN: &str = "children";
/// Adults of 19 to 60 years.
pub const ADULTS: &str = "adults";
/// Of those, how many can read and write.
pub const LITERATE_ADULTS: &str = "literate_adults";
/// Whether the household is on the list of poor households.
pub const POOR: &str = "poor";
/// The last year that the household or the village has the culture title of: "Gia đình văn hóa", "Thôn, tổ dân phố văn hóa". The
/// plan joins the two movements (I.2).
pub const CULTURE_YEAR: &str = "culture_year";
/// Whether a unit is a state body or a public service unit.
pub const STATE_BODY: &str = "state_body";
/// Whether it is a public kindergarten.
pub const PUBLIC_PRESCHOOL: &str = "public_preschool";
/// Whether it is a school of general or continuing education.
pub const GENERAL_SCHOOL: &str = "general_school";
/// Whether it is an institution of vocational education.
pub const VOCATIONAL: &str = "vocational";
/// Whether it is a university.
pub const UNIVERSITY: &str = "university";
/// Whether it has learners in the sense of circular 24/2023/TT-BGDĐT, article 2: none of kindergarten, primary or lower secondary.
pub const HAS_LEARNERS: &str = "has_learners";
/// The class of a commune's area, one of [`AREA_CLASSES`]; nothing for one that is neither.
pub const AREA_CLASS: &str = "area_class";
/// What sort of unit it is, one of [`UNIT_TYPES`].
pub const UNIT_TYPE: &str = "unit_type";
/// The tier that manages a unit, one of [`MANAGERS`]: circular 24/2023/TT-BGDĐT judges what a district managed by another
/// table than what a province does.
pub const MANAGED_BY: &str = "managed_by";
/// Which of the four groups of decision 324/QĐ-KHVN a citizen belongs to, one of [`CITIZEN_GROUPS`].
pub const CITIZEN_GROUP: &str = "citizen_group";
/// The clan that a household belongs to.
pub const CLAN: &str = "clan";
/// The household that a citizen belongs to.
pub const FAMILY: &str = "family";
/// The unit that a citizen works or learns in.
pub const UNIT: &str = "unit";
/// How many families a clan has.
pub const FAMILIES: &str = "families";
/// How many work in a unit. Criteria call them its members.
pub const UNIT_MEMBERS: &str = "unit_members";
/// How many learn in a unit.
pub const LEARNERS: &str = "learners";
/// How many citizens a commune has.
pub const CITIZENS: &str = "citizens";
/// A free remark.
pub const NOTE: &str = "note";
/// The number in the commune's own list.
pub const NUMBER: &str = "number";
/// The hamlet or group inside the village.
pub const HAMLET: &str = "hamlet";
/// The first year the subject counts in.
pub const SINCE: &str = "since";
/// The first year the subject no longer counts in (moved away, dissolved).
pub const UNTIL: &str = "until";
/// Days of work that a subject gave in the year of a form (góp công).
pub const GAVE_LABOUR: &str = "gave_labour";
/// Money, or what was given in its stead, in đồng (góp của).
pub const GAVE_MONEY: &str = "gave_money";
/// What was given otherwise, above all knowledge (góp trí): whom somebody taught, what they made.
pub const GAVE_OTHERWISE: &str = "gave_otherwise";
/// Not a field: where the subject lies. A doubt may be about it, and [`crate::change::ChangeBody::Move`] mends it.
pub const PLACE: &str = "place";

/// The longest name, in characters.
pub const NAME_MAX: usize = 120;
/// The longest remark, in characters.
pub const NOTE_MAX: usize = 1_000;
/// The sorts of units that the district's plan names (section III.1).
pub const UNIT_TYPES: &[&str] = &[
    "school",
    "agency",
    "enterprise",
    "cooperative",
    "cooperative_union",
    "armed_force",
];

/// Classes of areas that have targets of their own (circular 25/2023/TT-BGDĐT).
pub const AREA_CLASSES: &[&str] = &["difficult", "extremely_difficult"];

/// Tiers that manage units, as [`crate::org_unit::UnitKind`] calls them.
pub const MANAGERS: &[&str] = &["commune", "district", "province"];

/// The groups of citizens, as the variants of the criteria set `cong_dan_324` name them.
pub const CITIZEN_GROUPS: &[&str] = &["nguoi_dan", "nguoi_lao_dong", "can_bo_doanh_nhan", LEARNER];

/// The group of those who learn in a unit.
pub const LEARNER: &str = "nguoi_hoc";

/// What was given otherwise, in characters: as long as a paper may say what somebody is commended for.
pub const GAVE_MAX: usize = 300;

/// The largest number of persons that one household may have.
pub const MEMBERS_MAX: u64 = 60;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// A text that must not be empty.
    Name,
    Text {
        /// In characters.
        max: usize,
    },
    Number {
        min: u64,
        max: u64,
    },
    YesNo,
    /// One of a few codes. Their words are `choice.*` of the screens.
    Choice(&'static [&'static str]),
    /// Another subject, of one kind, by its id. Whether there is such a one is not asked: it may come later than what names it.
    Subject(SubjectKind),
}

/// When whoever enters a subject is asked for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// At once.
    First,
    /// It may wait for another day.
    Later,
    /// Never; it comes from a list, or by itself.
    No,
}

/// What holds for a field of some kinds of subject.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    pub name: &'static str,
    pub value: FieldValue,
    pub kinds: &'static [SubjectKind],
    pub asked: Asked,
    /// Whether it can be mended in the field.
    pub is_edited: bool,
    /// Sensitive personal data (decree 13/2023/NĐ-CP, article 2.4): shown to those who score and check, and in no list.
    pub is_sensitive: bool,
    /// Whether the score rests on it ([`crate::scoring::Facts`]).
    pub is_fact: bool,
}

const CITIZEN: &[SubjectKind] = &[SubjectKind::Citizen];
const HOUSEHOLD: &[SubjectKind] = &[SubjectKind::Household];
const PERSONS: &[SubjectKind] = &[SubjectKind::Household, SubjectKind::Citizen];
const IN_VILLAGES: &[SubjectKind] = &[
    SubjectKind::Household,
    SubjectKind::Clan,
    SubjectKind::Citizen,
    SubjectKind::Unit,
];
const UNITS: &[SubjectKind] = &[SubjectKind::Unit];
const ALL: &[SubjectKind] = &SubjectKind::ALL;

const PEOPLE: FieldValue = FieldValue::Number {
    min: 0,
    max: MEMBERS_MAX,
};
const MANY: FieldValue = FieldValue::Number {
    min: 1,
    max: scoring::WHOLE_MAX as u64,
};
const YEAR: FieldValue = FieldValue::Number {
    min: 2000,
    max: 2100,
};

const fn spec(name: &'static str, value: FieldValue, kinds: &'static [SubjectKind]) -> FieldSpec {
    FieldSpec {
        name,
        value,
        kinds,
        asked: Asked::No,
        is_edited: false,
        is_sensitive: false,
        is_fact: false,
    }
}

impl FieldSpec {
    const fn asked(self, asked: Asked) -> Self {
        Self {
            asked,
            is_edited: true,
            ..self
        }
    }

    const fn edited(self) -> Self {
        Self {
            is_edited: true,
            ..self
        }
    }

    const fn sensitive(self) -> Self {
        Self {
            is_sensitive: true,
            ..self
        }
    }

    const fn fact(self) -> Self {
        Self {
            is_fact: true,
            ..self
        }
    }

    pub fn is_of(&self, kind: SubjectKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether scoring knows it by its name alone ([`crate::scoring::Facts::numbers`]).
    pub fn is_named_fact(&self) -> bool {
        self.is_fact && matches!(self.value, FieldValue::YesNo)
    }

    /// Whether it holds words and no number.
    pub fn is_text(&self) -> bool {
        matches!(self.value, FieldValue::Name | FieldValue::Text { .. })
    }
}

/// All fields, in the order in which they are asked and shown.
pub static FIELDS: [FieldSpec; 31] = [
    spec(NAME, FieldValue::Name, ALL).asked(Asked::First),
    spec(UNIT_TYPE, FieldValue::Choice(UNIT_TYPES), UNITS)
        .asked(Asked::First)
        .fact(),
    spec(MANAGED_BY, FieldValue::Choice(MANAGERS), UNITS).asked(Asked::First),
    spec(CITIZEN_GROUP, FieldValue::Choice(CITIZEN_GROUPS), CITIZEN).asked(Asked::First),
    spec(MEMBERS, PEOPLE, HOUSEHOLD).asked(Asked::First),
    spec(
        BIRTH_YEAR,
        FieldValue::Number {
            min: 1900,
            max: 2100,
        },
        PERSONS,
    )
    .asked(Asked::Later),
    spec(CHILDREN, PEOPLE, HOUSEHOLD).asked(Asked::Later).fact(),
    spec(ADULTS, PEOPLE, HOUSEHOLD).asked(Asked::Later).fact(),
    spec(LITERATE_ADULTS, PEOPLE, HOUSEHOLD)
        .asked(Asked::Later)
        .fact(),
    spec(CLAN, FieldValue::Subject(SubjectKind::Clan), HOUSEHOLD).asked(Asked::Later),
    spec(FAMILY, FieldValue::Subject(SubjectKind::Household), CITIZEN).asked(Asked::Later),
    spec(UNIT, FieldValue::Subject(SubjectKind::Unit), CITIZEN).asked(Asked::Later),
    spec(FAMILIES, MANY, &[SubjectKind::Clan])
        .asked(Asked::Later)
        .fact(),
    spec(UNIT_MEMBERS, MANY, UNITS).asked(Asked::Later).fact(),
    spec(LEARNERS, MANY, UNITS).asked(Asked::Later).fact(),
    spec(CITIZENS, MANY, &[SubjectKind::Commune])
        .asked(Asked::Later)
        .fact(),
    spec(HAMLET, FieldValue::Text { max: NAME_MAX }, IN_VILLAGES).asked(Asked::Later),
    spec(POOR, FieldValue::YesNo, HOUSEHOLD).edited(),
    spec(
        CULTURE_YEAR,
        YEAR,
        &[SubjectKind::Household, SubjectKind::Village],
    )
    .edited(),
    spec(STATE_BODY, FieldValue::YesNo, UNITS).edited().fact(),
    spec(PUBLIC_PRESCHOOL, FieldValue::YesNo, UNITS)
        .edited()
        .fact(),
    spec(GENERAL_SCHOOL, FieldValue::YesNo, UNITS)
        .edited()
        .fact(),
    spec(VOCATIONAL, FieldValue::YesNo, UNITS).edited().fact(),
    spec(UNIVERSITY, FieldValue::YesNo, UNITS).edited().fact(),
    spec(HAS_LEARNERS, FieldValue::YesNo, UNITS).edited().fact(),
    spec(
        AREA_CLASS,
        FieldValue::Choice(AREA_CLASSES),
        &[SubjectKind::Commune],
    )
    .edited()
    .fact(),
    spec(ETHNICITY, FieldValue::Text { max: NAME_MAX }, PERSONS)
        .edited()
        .sensitive(),
    spec(
        NUMBER,
        FieldValue::Number {
            min: 0,
            max: 1_000_000,
        },
        IN_VILLAGES,
    ),
    spec(SINCE, YEAR, ALL),
    spec(UNTIL, YEAR, ALL),
    spec(NOTE, FieldValue::Text { max: NOTE_MAX }, ALL).edited(),
];

/// Fields of forms: what their subject gave in the year. The district's plan commends who holds the title and gave labour, knowledge or
/// money (sections III and V). They lie in the form because another year has its own, and no score rests on them.
pub static FORM_FIELDS: [FieldSpec; 3] = [
    spec(
        GAVE_LABOUR,
        FieldValue::Number {
            min: 0,
            max: 100_000,
        },
        &[],
    )
    .edited(),
    spec(
        GAVE_MONEY,
        FieldValue::Number {
            min: 0,
            max: 1_000_000_000_000,
        },
        &[],
    )
    .edited(),
    spec(GAVE_OTHERWISE, FieldValue::Text { max: GAVE_MAX }, &[]).edited(),
];

/// The fields of a kind of subject, in their order.
pub fn of(kind: SubjectKind) -> impl Iterator<Item = &'static FieldSpec> {
    FIELDS.iter().filter(move |spec| spec.is_of(kind))
}

/// A field by its name. `None` for one that a newer version knows.
pub fn find(name: &str) -> Option<&'static FieldSpec> {
    let mut all = FIELDS.iter().chain(&FORM_FIELDS);
    all.find(|spec| spec.name == name)
}

/// Why a value does not fit its field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldProblem {
    Empty,
    TooLong {
        max: usize,
    },
    NotText,
    NotNumber,
    OutOfRange {
        min: u64,
        max: u64,
    },
    NotYesNo,
    /// None of the choices that the field offers.
    NotOffered,
    /// No field has such a name.
    BadName,
    /// A value of a field that this version does not know is larger or deeper than any field's.
    TooMuch,
}

/// Checks a value for a field of a subject and returns it in its normal form (names trimmed and in NFC).
/// A field this version does not know passes untouched, if it is small and flat enough to be written and read again.
pub fn check(name: &FieldName, value: Value) -> Result<Value, FieldProblem> {
    if !name.is_plain() {
        return Err(FieldProblem::BadName);
    }
    match find(name.as_str()).map(|spec| spec.value) {
        Some(FieldValue::Name) => match text_of(value, NAME_MAX)? {
            Value::Null => Err(FieldProblem::Empty),
            name => Ok(name),
        },
        Some(FieldValue::Text { max }) => text_of(value, max),
        Some(FieldValue::Number { min, max }) => number_of(value, min, max),
        Some(FieldValue::YesNo) => match value {
            Value::Null | Value::Bool(_) => Ok(value),
            _ => Err(FieldProblem::NotYesNo),
        },
        Some(FieldValue::Choice(offered)) => match &value {
            Value::Null => Ok(value),
            Value::String(code) if offered.contains(&code.as_str()) => Ok(value),
            _ => Err(FieldProblem::NotOffered),
        },
        Some(FieldValue::Subject(_)) => match &value {
            Value::Null => Ok(value),
            Value::String(id) if id.parse::<SubjectId>().is_ok() => Ok(value),
            _ => Err(FieldProblem::NotOffered),
        },
        None if crate::bounds::survives(&value) => Ok(value),
        None => Err(FieldProblem::TooMuch),
    }
}

pub(crate) fn text_of(value: Value, max: usize) -> Result<Value, FieldProblem> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::String(written) => {
            let tidy = text::tidy(&written);
            if tidy.chars().count() > max {
                Err(FieldProblem::TooLong { max })
            } else if tidy.is_empty() {
                Ok(Value::Null)
            } else {
                Ok(Value::String(tidy))
            }
        }
        _ => Err(FieldProblem::NotText),
    }
}

fn number_of(value: Value, min: u64, max: u64) -> Result<Value, FieldProblem> {
    if value.is_null() {
        return Ok(value);
    }
    match value.as_u64() {
        Some(number) if (min..=max).contains(&number) => Ok(value),
        Some(_) => Err(FieldProblem::OutOfRange { min, max }),
        None => Err(FieldProblem::NotNumber),
    }
}
