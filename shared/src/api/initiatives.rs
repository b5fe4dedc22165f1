//! Initiatives (sáng kiến): what somebody thought of that serves learning, as a commune or an area notes it. They lie at desks only
//! (`docs/adr/0047`).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Crumb, Named};
use crate::calendar::Year;
use crate::decision::NUMBER_MAX;
use crate::field::NAME_MAX;
use crate::ids::{InitiativeId, SubjectId, UnitId};
use crate::kind::SubjectKind;
use crate::text;

/// Letters of what an initiative is called.
pub const TITLE_MAX: usize = 200;
/// The same of what it consists of, and of where it is used.
pub const WHAT_MAX: usize = 2_000;
pub const USED_MAX: usize = 1_000;
/// The same of authors who are no subject.
pub const OTHERS_MAX: usize = 300;
/// Letters of what is typed as a year or a day.
pub const DAY_MAX: usize = 20;
/// Subjects that are its authors, at most.
pub const AUTHORS_MAX: usize = 10;

/// What is asked for. It stands in addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InitiativesQuery {
    /// The signed-in person's own unit if absent.
    pub unit: Option<UnitId>,
    /// All years if absent.
    pub year: Option<Year>,
    /// Whose initiative is to be written down.
    pub subject: Option<SubjectId>,
}

impl InitiativesQuery {
    /// Reads an address. What cannot be read is left out.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            unit: get("unit").and_then(|it| it.parse().ok()),
            year: get("year").and_then(|it| it.parse().ok()),
            subject: get("subject").and_then(|it| it.parse().ok()),
        }
    }
}

/// The authority that recognised it, by a paper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Recognition {
    pub by: String,
    /// "" where it is not known.
    pub number: String,
    pub on: Option<NaiveDate>,
}

/// An initiative as it is kept, beside its authors who are subjects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Initiative {
    pub name: String,
    pub year: Year,
    /// Authors who are no subject; "" for none.
    pub others: String,
    /// Paragraphs, a line each.
    pub what: String,
    /// Where it is used and what came of it.
    pub used: String,
    pub recognised: Option<Recognition>,
}

/// A line of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InitiativeRow {
    pub id: InitiativeId,
    pub name: String,
    pub year: Year,
    /// Those of its authors who are subjects.
    pub authors: Vec<Named>,
    pub others: String,
    pub what: String,
    pub used: String,
    pub recognised: Option<Recognition>,
    /// The unit in whose register it stands.
    pub place: String,
    /// Who wrote it down first, and when.
    pub by: String,
    pub at: DateTime<Utc>,
}

impl InitiativeRow {
    /// All who had a part in it.
    pub fn said_authors(&self) -> String {
        let named = self.authors.iter().map(|it| it.name.as_str());
        let others = Some(self.others.as_str()).filter(|others| !others.is_empty());
        named.chain(others).collect::<Vec<_>>().join(", ")
    }
}

/// The register of a unit and all below it, the newest year first.
#[derive(Clone, Debug, PartialEq)]
pub struct Initiatives {
    pub crumbs: Vec<Crumb>,
    pub unit: UnitId,
    pub year: Option<Year>,
    /// The years of which there are some, newest first.
    pub years: Vec<Year>,
    pub rows: Vec<InitiativeRow>,
    /// There are more than are told at once.
    pub is_cut: bool,
    /// Whether the reader writes into the unit's own.
    pub may_write: bool,
}

/// A subject that is or may be an author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    pub id: SubjectId,
    pub name: String,
    pub kind: SubjectKind,
    /// The unit it lies in.
    pub place: String,
}

/// Where somebody writes a new one down.
#[derive(Clone, Debug, PartialEq)]
pub struct InitiativeDesk {
    pub crumbs: Vec<Crumb>,
    /// Of a village its commune.
    pub unit: UnitId,
    /// The id that the new one gets, so that what is sent twice is one.
    pub id: InitiativeId,
    pub typed: TypedInitiative,
    /// The subject that the page was opened from.
    pub authors: Vec<Author>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq)]
pub struct InitiativeSeen {
    pub crumbs: Vec<Crumb>,
    pub id: InitiativeId,
    pub unit: UnitId,
    /// Its state, so that nothing is written over that was not looked at.
    pub version: i64,
    pub initiative: Initiative,
    pub authors: Vec<Author>,
    pub is_struck: bool,
    /// Who wrote it down, and who wrote in it last, with the moments.
    pub made: (String, DateTime<Utc>),
    pub saved: (String, DateTime<Utc>),
    pub may_write: bool,
}

/// The fields of the form, as the ids of its controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitiativeField {
    Name,
    Year,
    Authors,
    Others,
    What,
    Used,
    By,
    Number,
    On,
}

impl InitiativeField {
    pub const ALL: [InitiativeField; 9] = [
        InitiativeField::Name,
        InitiativeField::Year,
        InitiativeField::Authors,
        InitiativeField::Others,
        InitiativeField::What,
        InitiativeField::Used,
        InitiativeField::By,
        InitiativeField::Number,
        InitiativeField::On,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            InitiativeField::Name => "name",
            InitiativeField::Year => "year",
            InitiativeField::Authors => "author",
            InitiativeField::Others => "others",
            InitiativeField::What => "what",
            InitiativeField::Used => "used",
            InitiativeField::By => "by",
            InitiativeField::Number => "number",
            InitiativeField::On => "on",
        }
    }

    /// What may be typed, in characters.
    pub fn max(self) -> usize {
        match self {
            InitiativeField::Name => TITLE_MAX,
            InitiativeField::Year | InitiativeField::On => DAY_MAX,
            InitiativeField::Authors => AUTHORS_MAX,
            InitiativeField::Others => OTHERS_MAX,
            InitiativeField::What => WHAT_MAX,
            InitiativeField::Used => USED_MAX,
            InitiativeField::By => NAME_MAX,
            InitiativeField::Number => NUMBER_MAX,
        }
    }
}

/// What is to be mended in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitiativeProblem {
    Missing,
    TooLong {
        max: usize,
    },
    NotAYear,
    NotADay,
    /// The day or the year has not begun.
    NotYet,
    /// Somebody who was chosen is no subject of the unit any more.
    Unknown,
}

/// What somebody typed into the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedInitiative {
    pub name: String,
    pub year: String,
    pub authors: Vec<SubjectId>,
    pub others: String,
    pub what: String,
    pub used: String,
    pub by: String,
    pub number: String,
    /// dd/mm/yyyy.
    pub on: String,
}

pub type InitiativeProblems = Vec<(InitiativeField, InitiativeProblem)>;

impl TypedInitiative {
    /// What a form says, field by field. What is far beyond any bound is cut, so that a page that comes back stays small; it is still
    /// told to be too long.
    pub fn read<'a>(
        get: impl Fn(&str) -> Option<&'a str>,
        authors: impl Iterator<Item = SubjectId>,
    ) -> Self {
        let typed = |field: InitiativeField| {
            let typed = get(field.as_str()).unwrap_or_default();
            typed.chars().take(field.max() * 2).collect::<String>()
        };
        let mut chosen: Vec<SubjectId> = Vec::new();
        for author in authors {
            if chosen.len() <= AUTHORS_MAX && !chosen.contains(&author) {
                chosen.push(author);
            }
        }
        Self {
            name: typed(InitiativeField::Name),
            year: typed(InitiativeField::Year),
            authors: chosen,
            others: typed(InitiativeField::Others),
            what: typed(InitiativeField::What),
            used: typed(InitiativeField::Used),
            by: typed(InitiativeField::By),
            number: typed(InitiativeField::Number),
            on: typed(InitiativeField::On),
        }
    }

    pub fn get(&self, field: InitiativeField) -> &str {
        match field {
            InitiativeField::Name => &self.name,
            InitiativeField::Year => &self.year,
            InitiativeField::Authors => "",
            InitiativeField::Others => &self.others,
            InitiativeField::What => &self.what,
            InitiativeField::Used => &self.used,
            InitiativeField::By => &self.by,
            InitiativeField::Number => &self.number,
            InitiativeField::On => &self.on,
        }
    }

    /// The initiative that was typed, or everything that is to be mended, in the order of the form. `on` is the day of the paper as it
    /// was read.
    pub fn checked(
        &self,
        on: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<Initiative, InitiativeProblems> {
        use InitiativeField as F;
        use InitiativeProblem::{Missing, NotADay, NotAYear, NotYet, TooLong};
        let mut problems = InitiativeProblems::new();
        let line = |field: F| text::tidy(self.get(field));
        let year = self.year.trim().parse::<Year>();
        for field in F::ALL {
            let typed = match field {
                F::What | F::Used => lines(self.get(field)),
                _ => line(field),
            };
            let max = field.max();
            let is_long = match field {
                F::Authors => self.authors.len() > max,
                F::Year | F::On => false,
                _ => typed.chars().count() > max,
            };
            if is_long {
                problems.push((field, TooLong { max }));
                continue;
            }
            match field {
                F::Name | F::What if typed.is_empty() => problems.push((field, Missing)),
                F::Year if typed.is_empty() => problems.push((field, Missing)),
                F::Year => match year {
                    Err(_) => problems.push((field, NotAYear)),
                    Ok(year) if year > Year::of(today) => problems.push((field, NotYet)),
                    Ok(_) => {}
                },
                F::Authors if self.authors.is_empty() && line(F::Others).is_empty() => {
                    problems.push((field, Missing));
                }
                F::By if typed.is_empty() && !(line(F::Number) + &line(F::On)).is_empty() => {
                    problems.push((field, Missing));
                }
                F::On if !typed.is_empty() => match on {
                    None => problems.push((field, NotADay)),
                    Some(on) if on > today => problems.push((field, NotYet)),
                    Some(_) => {}
                },
                _ => {}
            }
        }
        let recognised = Recognition {
            by: line(F::By),
            number: line(F::Number),
            on,
        };
        match (problems.is_empty(), year) {
            (true, Ok(year)) => Ok(Initiative {
                name: line(F::Name),
                year,
                others: line(F::Others),
                what: lines(&self.what),
                used: lines(&self.used),
                recognised: Some(recognised).filter(|it| !it.by.is_empty()),
            }),
            _ => Err(problems),
        }
    }
}

/// Lines without what surrounds them, and none that is empty.
fn lines(typed: &str) -> String {
    let lines = typed.lines().map(text::tidy);
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// A form that is shown again: with what is to be mended, or with those who were looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnmendedInitiative {
    pub typed: TypedInitiative,
    pub problems: InitiativeProblems,
    /// Those who were chosen.
    pub authors: Vec<Author>,
    /// By what somebody was looked for, and who was found beside those who were chosen.
    pub looked_for: Option<String>,
    pub found: Vec<Author>,
    /// Somebody else has written in it since it was looked at.
    pub is_overtaken: bool,
}

/// How an initiative stands in the form, with the day as the words of the page say it.
pub fn typed(
    initiative: &Initiative,
    authors: Vec<SubjectId>,
    day: impl Fn(NaiveDate) -> String,
) -> TypedInitiative {
    let recognised = initiative.recognised.clone().unwrap_or_default();
    TypedInitiative {
        name: initiative.name.clone(),
        year: initiative.year.to_string(),
        authors,
        others: initiative.others.clone(),
        what: initiative.what.clone(),
        used: initiative.used.clone(),
        by: recognised.by,
        number: recognised.number,
        on: recognised.on.map(day).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn class() -> TypedInitiative {
        TypedInitiative {
            name: "  Lớp xóa mù   chữ buổi tối ".to_owned(),
            year: " 2026 ".to_owned(),
            others: "Thầy Nguyễn Văn An".to_owned(),
            what: "Học ở nhà văn hóa.\n\n  Ai biết chữ dạy người chưa biết. ".to_owned(),
            ..TypedInitiative::default()
        }
    }

    fn wrong(typed: &TypedInitiative, on: Option<NaiveDate>) -> InitiativeProblems {
        typed.checked(on, day(15)).unwrap_err()
    }

    #[test]
    fn what_is_typed_is_kept_tidy_and_needs_no_paper() {
        let kept = class().checked(None, day(15)).unwrap();
        assert_eq!(kept.name, "Lớp xóa mù chữ buổi tối");
        assert_eq!(
            kept.what,
            "Học ở nhà văn hóa.\nAi biết chữ dạy người chưa biết."
        );
        assert_eq!(kept.recognised, None);
        let again = typed(&kept, Vec::new(), |day| day.to_string());
        assert_eq!(again.checked(None, day(15)), Ok(kept));
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_in_the_order_of_the_form() {
        use InitiativeField as F;
        use InitiativeProblem as P;
        let nothing = TypedInitiative {
            number: "5/QĐ".to_owned(),
            on: "hôm qua".to_owned(),
            used: "x".repeat(USED_MAX + 1),
            ..TypedInitiative::default()
        };
        let told = wrong(&nothing, None);
        let expected = [
            (F::Name, P::Missing),
            (F::Year, P::Missing),
            (F::Authors, P::Missing),
            (F::What, P::Missing),
            (F::Used, P::TooLong { max: USED_MAX }),
            (F::By, P::Missing),
            (F::On, P::NotADay),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn nothing_is_noted_of_a_year_or_a_day_that_has_not_begun() {
        use InitiativeField as F;
        use InitiativeProblem as P;
        for (year, problem) in [
            ("2027", P::NotYet),
            ("26", P::NotAYear),
            ("năm nay", P::NotAYear),
        ] {
            let of = TypedInitiative {
                year: year.to_owned(),
                ..class()
            };
            assert_eq!(wrong(&of, None), [(F::Year, problem)], "{year}");
        }
        let paper = TypedInitiative {
            by: "UBND xã".to_owned(),
            on: "16/11/2026".to_owned(),
            ..class()
        };
        assert_eq!(wrong(&paper, Some(day(16))), [(F::On, P::NotYet)]);
        let kept = paper.checked(Some(day(15)), day(15)).unwrap();
        assert_eq!(kept.recognised.unwrap().on, Some(day(15)));
    }

    #[test]
    fn so_many_authors_and_each_once() {
        let id = |at: usize| SubjectId::from_uuid(uuid::Uuid::from_u128(at as u128));
        let read = |many: usize| {
            let twice = (0..many).chain(0..many).map(id);
            let read = TypedInitiative::read(|_| None, twice);
            TypedInitiative {
                authors: read.authors,
                ..class()
            }
        };
        assert_eq!(read(AUTHORS_MAX).authors.len(), AUTHORS_MAX);
        assert!(read(AUTHORS_MAX).checked(None, day(15)).is_ok());
        let told = wrong(&read(1_000), None);
        let too_long = InitiativeProblem::TooLong { max: AUTHORS_MAX };
        assert_eq!(told, [(InitiativeField::Authors, too_long)]);
    }
}
