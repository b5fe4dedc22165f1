//! Subjects: whom the movement judges.
//!
//! A subject is a [`Document`] whose fields ([`crate::field`]) are read through the small typed views below. The rules of
//! a field (its type and its range) are checked once, when a change is admitted.

use crate::calendar::{self, Year};
use crate::document::{About, Document};
use crate::field;
use crate::kind::SubjectKind;
use crate::scoring::Facts;

/// Typed reading of a subject's document.
impl Document {
    pub fn subject_kind(&self) -> Option<SubjectKind> {
        match &self.about {
            About::Subject(kind) => Some(*kind),
            About::Assessment(_) | About::Decision(_) | About::Supporter(_) => None,
        }
    }

    /// The name, or an empty text when it has none.
    pub fn name(&self) -> &str {
        self.text(field::NAME).unwrap_or_default()
    }

    /// A text field.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.field(&name.into())?.as_str()
    }

    /// A whole-number field.
    pub fn number(&self, name: &str) -> Option<u32> {
        u32::try_from(self.field(&name.into())?.as_u64()?).ok()
    }

    /// A yes-or-no field.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.field(&name.into())?.as_bool()
    }

    /// The first year the subject counts in. Documents made before the field existed count from the year they were
    /// made in.
    pub fn since(&self) -> Year {
        self.year(field::SINCE)
            .unwrap_or_else(|| Year::of(calendar::day(self.made.at)))
    }

    /// The first year it no longer counts in.
    pub fn until(&self) -> Option<Year> {
        let merged = self.merged_since();
        let said = self.year(field::UNTIL).into_iter();
        said.chain(merged).min()
    }

    /// Whether it is one of those that somebody may still have to do with in a year.
    pub fn is_there(&self, year: Year) -> bool {
        let is_merged = self.merged_into().is_some();
        !is_merged && self.until().is_none_or(|until| until > year)
    }

    fn year(&self, name: &str) -> Option<Year> {
        self.number(name).and_then(|year| Year::new(year.into()))
    }

    /// What a subject tells the scoring. A field that is of another kind of subject tells nothing, whoever has written it.
    pub fn facts(&self) -> Facts {
        let Some(kind) = self.subject_kind() else {
            return Facts::default();
        };
        let is_own = |name: &str| field::find(name).is_some_and(|spec| spec.is_of(kind));
        let own = |name: &str| is_own(name).then(|| self.number(name)).flatten();
        let sort = self
            .text(field::UNIT_TYPE)
            .filter(|_| is_own(field::UNIT_TYPE));
        let number = |name: &str| {
            let says = self.flag(name).filter(|_| is_own(name));
            let says = says.or_else(|| settled(name, sort?));
            Some((name.to_owned(), u32::from(says?)))
        };
        let named = field::FIELDS.iter().filter(|spec| spec.is_named_fact());
        let sizes = SIZES
            .iter()
            .filter_map(|(size, fact)| Some(((*fact).to_owned(), own(size)?)));
        let area = self.text(field::AREA_CLASS);
        Facts {
            children: own(field::CHILDREN),
            adults: own(field::ADULTS),
            literate_adults: own(field::LITERATE_ADULTS),
            area_class: area
                .filter(|_| is_own(field::AREA_CLASS))
                .map(str::to_owned),
            numbers: named
                .map(|spec| spec.name)
                .chain([BUSINESS])
                .filter_map(number)
                .chain(sizes)
                .collect(),
        }
    }
}

/// How large a subject is, and the fact that it tells: what a share is of.
const SIZES: [(&str, &str); 4] = [
    (field::FAMILIES, "families"),
    (field::UNIT_MEMBERS, "members"),
    (field::LEARNERS, "learners"),
    (field::CITIZENS, "citizens"),
];

/// The fact that a unit is an economic organisation. Its sort says so, so it is no field.
const BUSINESS: &str = "business";

/// What the sort of a unit settles of it where nobody has said it: what is no school is no school of any kind.
fn settled(fact: &str, sort: &str) -> Option<bool> {
    match fact {
        BUSINESS => Some(matches!(
            sort,
            "enterprise" | "cooperative" | "cooperative_union"
        )),
        field::PUBLIC_PRESCHOOL
        | field::GENERAL_SCHOOL
        | field::VOCATIONAL
        | field::UNIVERSITY
        | field::HAS_LEARNERS => (sort != "school").then_some(false),
        _ => None,
    }
}

/// Numbers of a household that can hardly be together: whoever writes them is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unlikely {
    /// The field whose number is larger.
    pub more: &'static str,
    /// The field that it is a part of.
    pub of: &'static str,
}

/// Whether the numbers of a household contradict each other. Children and adults are among the members, and those who can
/// read among the adults.
pub fn unlikely(number: impl Fn(&str) -> Option<u64>) -> Option<Unlikely> {
    let parts = [
        (field::ADULTS, field::MEMBERS),
        (field::CHILDREN, field::MEMBERS),
        (field::LITERATE_ADULTS, field::ADULTS),
    ];
    let contradicts = |(more, of): &(&'static str, &'static str)| {
        let numbers = number(more).zip(number(of));
        numbers.is_some_and(|(more, of)| more > of)
    };
    let (more, of) = parts.into_iter().find(contradicts)?;
    Some(Unlikely { more, of })
}
