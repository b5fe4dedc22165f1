//! Supporters at the desk: the form that enters and mends one, and its page.

use serde::{Deserialize, Serialize};

use super::measured::{self, Mistyped};
use super::{Crumb, HistoryRow, Named};
use crate::calendar::Year;
use crate::contribution::Contribution;
use crate::document::Document;
use crate::field::{self, FieldProblem, GAVE_MAX, NAME_MAX, NOTE_MAX};
use crate::ids::{DocumentId, UnitId};
use crate::supporter::{self, Supporter, SupporterSort};

/// Where somebody writes a new supporter down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SupporterDesk {
    pub crumbs: Vec<Crumb>,
    /// Of a village its commune.
    pub unit: UnitId,
    pub year: Year,
    /// The years that can be written about, newest first.
    pub years: Vec<Year>,
    /// The id that the new one gets, so that what is sent twice is one.
    pub id: DocumentId,
    /// Those who stand in the book of the unit, in the order of names: who gives again is not entered again.
    pub known: Vec<Named>,
}

/// One supporter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SupporterSeen {
    pub crumbs: Vec<Crumb>,
    pub supporter: Document,
    pub year: Year,
    /// The years that can be written about, newest first.
    pub years: Vec<Year>,
    /// Newest first.
    pub history: Vec<HistoryRow>,
    /// Whether the reader writes in it.
    pub may_write: bool,
}

/// The fields of the form, as the ids of its controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SupporterField {
    Name,
    Sort,
    From,
    Labour,
    Money,
    Otherwise,
    Note,
}

impl SupporterField {
    /// In the order of the form.
    pub const ALL: [SupporterField; 7] = [
        SupporterField::Name,
        SupporterField::Sort,
        SupporterField::From,
        SupporterField::Money,
        SupporterField::Labour,
        SupporterField::Otherwise,
        SupporterField::Note,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            SupporterField::Name => "name",
            SupporterField::Sort => "sort",
            SupporterField::From => "from",
            SupporterField::Labour => "labour",
            SupporterField::Money => "money",
            SupporterField::Otherwise => "otherwise",
            SupporterField::Note => "note",
        }
    }

    /// What may be typed, in characters.
    pub fn max(self) -> usize {
        match self {
            SupporterField::Name | SupporterField::From | SupporterField::Sort => NAME_MAX,
            SupporterField::Labour | SupporterField::Money => measured::TYPED_MAX,
            SupporterField::Otherwise => GAVE_MAX,
            SupporterField::Note => NOTE_MAX,
        }
    }

    fn of(name: &str) -> Self {
        match name {
            supporter::FROM => SupporterField::From,
            field::GAVE_LABOUR => SupporterField::Labour,
            field::GAVE_MONEY => SupporterField::Money,
            field::GAVE_OTHERWISE => SupporterField::Otherwise,
            field::NOTE => SupporterField::Note,
            _ => SupporterField::Name,
        }
    }
}

/// What is to be mended in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SupporterProblem {
    Missing,
    /// A new one gave nothing: then it does not belong into the book.
    NothingGiven,
    Field(FieldProblem),
}

/// What somebody typed into the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedSupporter {
    pub name: String,
    pub sort: String,
    pub from: String,
    pub labour: String,
    pub money: String,
    pub otherwise: String,
    pub note: String,
}

/// What was typed and what to mend in it.
pub type SupporterProblems = Vec<(SupporterField, SupporterProblem)>;

impl TypedSupporter {
    /// What stands in a field.
    pub fn get(&self, field: SupporterField) -> &str {
        match field {
            SupporterField::Name => &self.name,
            SupporterField::Sort => &self.sort,
            SupporterField::From => &self.from,
            SupporterField::Labour => &self.labour,
            SupporterField::Money => &self.money,
            SupporterField::Otherwise => &self.otherwise,
            SupporterField::Note => &self.note,
        }
    }

    /// What a form says, field by field. What is far beyond any bound is cut, so that a page that comes back stays small.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let typed = |field: SupporterField| {
            let typed = get(field.as_str()).unwrap_or_default();
            typed.chars().take(field.max() * 2).collect::<String>()
        };
        Self {
            name: typed(SupporterField::Name),
            sort: typed(SupporterField::Sort),
            from: typed(SupporterField::From),
            labour: typed(SupporterField::Labour),
            money: typed(SupporterField::Money),
            otherwise: typed(SupporterField::Otherwise),
            note: typed(SupporterField::Note),
        }
    }

    /// The supporter and the gift that were typed, or everything that is to be mended. Whoever is new gave something.
    pub fn checked(&self, is_new: bool) -> Result<(Supporter, Contribution), SupporterProblems> {
        let mut problems = SupporterProblems::new();
        let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let sort = SupporterSort::parse(&self.sort);
        if sort.is_none() {
            problems.push((SupporterField::Sort, SupporterProblem::Missing));
        }
        let mut amount = |field: SupporterField| match measured::number(self.get(field)) {
            Ok(amount) => Some(amount),
            Err(Mistyped::Missing) => None,
            Err(_) => {
                let problem = SupporterProblem::Field(FieldProblem::NotNumber);
                problems.push((field, problem));
                None
            }
        };
        let gave = Contribution {
            labour: amount(SupporterField::Labour),
            money: amount(SupporterField::Money),
            otherwise: text(&self.otherwise),
        };
        let who = Supporter {
            name: self.name.clone(),
            sort: sort.unwrap_or(SupporterSort::Individual),
            from: text(&self.from),
            note: text(&self.note),
        };
        // Each field by itself, so that all that is wrong is told at once.
        let alone = |field: SupporterField| {
            let only = |wanted: SupporterField| field == wanted;
            let part = Contribution {
                labour: gave.labour.filter(|_| only(SupporterField::Labour)),
                money: gave.money.filter(|_| only(SupporterField::Money)),
                otherwise: gave
                    .otherwise
                    .clone()
                    .filter(|_| only(SupporterField::Otherwise)),
            };
            let named = Supporter {
                name: match field {
                    SupporterField::Name => who.name.clone(),
                    _ => "-".to_owned(),
                },
                sort: who.sort,
                from: who.from.clone().filter(|_| only(SupporterField::From)),
                note: who.note.clone().filter(|_| only(SupporterField::Note)),
            };
            let misfit = part.checked().err().or(named.checked().err());
            misfit.map(|(name, problem)| (SupporterField::of(name), problem))
        };
        for (field, problem) in SupporterField::ALL.into_iter().filter_map(alone) {
            let problem = match problem {
                FieldProblem::Empty => SupporterProblem::Missing,
                other => SupporterProblem::Field(other),
            };
            problems.push((field, problem));
        }
        let in_numbers = problems
            .iter()
            .any(|(field, _)| matches!(field, SupporterField::Labour | SupporterField::Money));
        let gives_nothing = gave.clone().checked().is_ok_and(|gave| gave.is_empty());
        if is_new && gives_nothing && !in_numbers {
            problems.push((SupporterField::Money, SupporterProblem::NothingGiven));
        }
        let place = |field: &SupporterField| SupporterField::ALL.iter().position(|it| it == field);
        problems.sort_by_key(|(field, _)| place(field));
        match (problems.is_empty(), who.checked(), gave.checked()) {
            (true, Ok(who), Ok(gave)) => Ok((who, gave)),
            _ => Err(problems),
        }
    }
}

/// A form that could not be taken, to be mended where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnmendedSupporter {
    pub typed: TypedSupporter,
    pub problems: SupporterProblems,
    /// Those of the unit who have the same name: whoever is entered is another.
    pub namesakes: Vec<Named>,
    /// Somebody else has written in it since it was looked at.
    pub is_overtaken: bool,
}

/// How a supporter stands in the form, with what it gave in a year.
pub fn typed(head: &supporter::SupporterHead, year: Year) -> TypedSupporter {
    let gave = head.gave.get(&year).cloned().unwrap_or_default();
    let number = |number: Option<u64>| number.map_or_else(String::new, grouped);
    TypedSupporter {
        name: head.who.name.clone(),
        sort: head.who.sort.as_str().to_owned(),
        from: head.who.from.clone().unwrap_or_default(),
        labour: number(gave.labour),
        money: number(gave.money),
        otherwise: gave.otherwise.unwrap_or_default(),
        note: head.who.note.clone().unwrap_or_default(),
    }
}

/// `5.000.000`, as it is read again.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed_of(fields: &[(&str, &str)]) -> TypedSupporter {
        TypedSupporter::read(|name| {
            let found = fields.iter().find(|(of, _)| *of == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    const COMPANY: [(&str, &str); 3] = [
        ("name", "  Công ty   TNHH Chè Phong Thổ "),
        ("sort", "enterprise"),
        ("money", "5.000.000"),
    ];

    #[test]
    fn what_is_typed_is_read_as_people_write_it() {
        let (who, gave) = typed_of(&COMPANY).checked(true).unwrap();
        assert_eq!(who.name, "Công ty TNHH Chè Phong Thổ");
        assert_eq!((gave.money, gave.labour), (Some(5_000_000), None));
        for (typed, read) in [("5 000 000", 5_000_000), ("5000000", 5_000_000), ("7", 7)] {
            let mut fields = COMPANY;
            fields[2].1 = typed;
            let (_, gave) = typed_of(&fields).checked(true).unwrap();
            assert_eq!(gave.money, Some(read), "{typed}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_in_the_order_of_the_form() {
        let long = "x".repeat(GAVE_MAX + 1);
        let problems = typed_of(&[
            ("name", " "),
            ("sort", "king"),
            ("money", "năm triệu"),
            ("labour", "100001"),
            ("otherwise", &long),
        ]);
        let problems = problems.checked(true).unwrap_err();
        let at: Vec<SupporterField> = problems.iter().map(|(field, _)| *field).collect();
        use SupporterField as F;
        assert_eq!(at, [F::Name, F::Sort, F::Money, F::Labour, F::Otherwise]);
    }

    #[test]
    fn only_who_is_new_must_have_given_something() {
        let nothing = &COMPANY[..2];
        let told = typed_of(nothing).checked(true).unwrap_err();
        let expected = (SupporterField::Money, SupporterProblem::NothingGiven);
        assert_eq!(told, [expected]);
        assert!(typed_of(nothing).checked(false).is_ok());
        let mut nought = COMPANY;
        nought[2].1 = "0";
        assert!(typed_of(&nought).checked(true).is_err());
    }

    #[test]
    fn what_stands_in_the_form_is_read_as_it_was() {
        for number in [0, 7, 1_000, 12_345, 999_999, 1_000_000_000_000] {
            assert_eq!(measured::number(&grouped(number)), Ok(number));
        }
    }
}
