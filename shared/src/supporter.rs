//! Whoever supports learning in a unit without being judged (người, tổ chức ủng hộ): a company, an association, somebody abroad.
//!
//! The district's plan honours them beside those who hold a title (section III.1 g: international and foreign organisations,
//! associations, business people, scholars, families, individuals at home and abroad). They have no title, no form and no year
//! that is judged; so a supporter is no subject ([`crate::subject`]) but a document of its own, as a decision is: who it is, and
//! what it gave, year by year. It lies in the unit whose golden book it stands in, is written at a desk, and lies on no phone.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::SortedMap;
use crate::calendar::{self, Year};
use crate::change::Change;
use crate::contribution::Contribution;
use crate::document::{About, Document};
use crate::field::{self, FieldProblem};
use crate::ids::UnitId;

/// Where a supporter comes from, as a refusal names it.
pub const FROM: &str = "supporter_from";
/// The year of what it gave, as a refusal names it.
pub const YEAR: &str = "supporter_year";

/// What sort of supporter it is: those that the plan names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SupporterSort {
    Enterprise,
    Association,
    Organisation,
    /// An international organisation, or a foreign one that is not of a government.
    International,
    BusinessPerson,
    Scholar,
    Family,
    Individual,
    /// Somebody of Viet Nam who lives abroad.
    Overseas,
}

impl SupporterSort {
    pub const ALL: [SupporterSort; 9] = [
        SupporterSort::Enterprise,
        SupporterSort::Association,
        SupporterSort::Organisation,
        SupporterSort::International,
        SupporterSort::BusinessPerson,
        SupporterSort::Scholar,
        SupporterSort::Family,
        SupporterSort::Individual,
        SupporterSort::Overseas,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            SupporterSort::Enterprise => "enterprise",
            SupporterSort::Association => "association",
            SupporterSort::Organisation => "organisation",
            SupporterSort::International => "international",
            SupporterSort::BusinessPerson => "business_person",
            SupporterSort::Scholar => "scholar",
            SupporterSort::Family => "family",
            SupporterSort::Individual => "individual",
            SupporterSort::Overseas => "overseas",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text)
    }
}

/// Who a supporter is, as the book names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Supporter {
    pub name: String,
    pub sort: SupporterSort,
    /// Where it is at home: a place, an address, a country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The head of a supporter's document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SupporterHead {
    pub who: Supporter,
    /// What it gave, by the year.
    #[serde(default, serialize_with = "crate::as_object")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "crate::schema::Pairs<Contribution>")
    )]
    pub gave: SortedMap<Year, Contribution>,
    /// It was entered by mistake, and stands in no book.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_struck: bool,
}

impl SupporterHead {
    /// What it gave in a year, as far as the book counts it.
    pub fn gave_in(&self, year: Year) -> Option<&Contribution> {
        self.gave.get(&year).filter(|_| !self.is_struck)
    }
}

/// What is done with a supporter. The document that is not there yet is made by what is written of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Supporting {
    /// Writes who it is, and what it gave in a year. Nothing takes out what stood there.
    Write {
        /// The unit whose book it stands in from the day it is made.
        shard: UnitId,
        who: Supporter,
        year: Year,
        #[serde(default, skip_serializing_if = "Contribution::is_empty")]
        gave: Contribution,
    },
    /// Takes it out of the book because it was entered by mistake, or puts it back.
    Strike { is_struck: bool },
}

impl Supporting {
    /// The unit whose book it is written into.
    pub fn shard(&self) -> Option<UnitId> {
        match self {
            Supporting::Write { shard, .. } => Some(*shard),
            Supporting::Strike { .. } => None,
        }
    }

    pub(crate) fn go_to(&mut self, to: UnitId) {
        if let Supporting::Write { shard, .. } = self {
            *shard = to;
        }
    }
}

/// What does not fit, and in which field.
pub type Misfit = (&'static str, FieldProblem);

impl Supporter {
    /// Its texts tidied, or what does not fit.
    pub fn checked(self) -> Result<Self, Misfit> {
        let checked = |name: &'static str, text: Option<String>| {
            let value = text.map_or(Value::Null, Value::String);
            let value = match name {
                FROM => field::text_of(value, field::NAME_MAX),
                _ => field::check(&name.into(), value),
            };
            let value = value.map_err(|problem| (name, problem))?;
            Ok(value.as_str().map(str::to_owned))
        };
        Ok(Self {
            name: checked(field::NAME, Some(self.name))?.unwrap_or_default(),
            sort: self.sort,
            from: checked(FROM, self.from)?,
            note: checked(field::NOTE, self.note)?,
        })
    }
}

/// Whether a year has begun by the day of a change: nobody has given anything in another.
pub fn has_begun(year: Year, change: &Change) -> Result<(), Misfit> {
    let last = Year::of(calendar::day(change.made_at));
    let min = u64::from(Year::FIRST);
    let max = u64::from(last);
    match year <= last {
        true => Ok(()),
        false => Err((YEAR, FieldProblem::OutOfRange { min, max })),
    }
}

impl Document {
    pub fn supporter(&self) -> Option<&SupporterHead> {
        match &self.about {
            About::Supporter(head) => Some(head),
            About::Subject(_) | About::Assessment(_) | About::Decision(_) => None,
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn supporter_mut(&mut self) -> Option<&mut SupporterHead> {
        match &mut self.about {
            About::Supporter(head) => Some(head),
            About::Subject(_) | About::Assessment(_) | About::Decision(_) => None,
        }
    }

    /// Whether it is written at desks only, and lies on no phone.
    pub fn lies_at_desks(&self) -> bool {
        matches!(self.about, About::Decision(_) | About::Supporter(_))
    }
}
