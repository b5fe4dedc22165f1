//! Who may have been entered twice.
//!
//! Namesakes are common: a village may have five heads of families of one name, so a name alone says little. Two are offered
//! for a look where the name is the same without its marks and something else is too, and nothing speaks against it. A
//! different year of birth does. What is offered is somebody's to decide ([`crate::merge`]); nothing is merged by itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::Year;
use crate::document::Document;
use crate::field;
use crate::ids::DocumentId;
use crate::kind::SubjectKind;
use crate::text;

/// Of so many namesakes each is compared with each. Where there are more, the name says nothing.
const NAMESAKES_MAX: usize = 50;

/// What two have in common beside their name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// They lie in one village.
    Place,
    BirthYear,
    /// Of citizens: one household.
    Family,
    /// Of households: so many persons.
    Members,
    Hamlet,
    /// The same number in the commune's list.
    Number,
}

impl Sign {
    const ALL: [Sign; 6] = [
        Sign::Place,
        Sign::BirthYear,
        Sign::Family,
        Sign::Members,
        Sign::Hamlet,
        Sign::Number,
    ];

    fn is_common(self, one: &Document, other: &Document) -> bool {
        let same = |name: &str| {
            let (one, other) = (one.field(&name.into()), other.field(&name.into()));
            one.is_some() && one == other
        };
        match self {
            Sign::Place => one.place == other.place,
            Sign::BirthYear => same(field::BIRTH_YEAR),
            Sign::Family => same(field::FAMILY),
            Sign::Members => same(field::MEMBERS),
            Sign::Hamlet => same(field::HAMLET),
            Sign::Number => same(field::NUMBER),
        }
    }
}

/// Two that may be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The one that was entered first.
    pub one: DocumentId,
    pub other: DocumentId,
    pub signs: Vec<Sign>,
}

impl Pair {
    /// What two of a kind have in common, where that is enough to have a look.
    pub fn of(one: &Document, other: &Document) -> Option<Self> {
        let kind = one.subject_kind()?;
        let is_one_kind = other.subject_kind() == Some(kind) && !kind.is_a_unit();
        let is_named_so = text::fold(one.name()) == text::fold(other.name());
        if !is_one_kind || !is_named_so || one.id == other.id || differ(one, other) {
            return None;
        }
        let signs = Sign::ALL.into_iter();
        let signs: Vec<Sign> = signs.filter(|it| it.is_common(one, other)).collect();
        // A clan or a unit is its name; a person is not.
        let is_enough = match kind {
            SubjectKind::Household | SubjectKind::Citizen => {
                let place = signs.contains(&Sign::Place);
                let others = signs.iter().filter(|it| **it != Sign::Place).count();
                // Of a village's namesakes of whom nothing more is known, nothing more is known.
                place && (others > 0 || knows_little(one) || knows_little(other))
                    || signs.contains(&Sign::BirthYear)
                    || signs.contains(&Sign::Family)
            }
            _ => true,
        };
        let (one, other) = match (one.made.at, one.id) <= (other.made.at, other.id) {
            true => (one, other),
            false => (other, one),
        };
        is_enough.then_some(Self {
            one: one.id,
            other: other.id,
            signs,
        })
    }
}

/// Whether something speaks against it.
fn differ(one: &Document, other: &Document) -> bool {
    let years = one
        .number(field::BIRTH_YEAR)
        .zip(other.number(field::BIRTH_YEAR));
    let sorts = one.text(field::UNIT_TYPE).zip(other.text(field::UNIT_TYPE));
    years.is_some_and(|(one, other)| one != other) || sorts.is_some_and(|(one, other)| one != other)
}

/// Whether somebody wrote down a name and nothing that tells it from a namesake's.
fn knows_little(person: &Document) -> bool {
    let is_known = |name: &str| person.field(&name.into()).is_some();
    ![field::BIRTH_YEAR, field::MEMBERS, field::FAMILY]
        .iter()
        .any(|name| is_known(name))
}

/// Those among some subjects who may be one, the likeliest first. Whoever no longer counts in a year is nobody's.
pub fn pairs<'a>(subjects: impl Iterator<Item = &'a Document>, year: Year) -> Vec<Pair> {
    let mut named: BTreeMap<(Option<SubjectKind>, String), Vec<&Document>> = BTreeMap::new();
    for subject in subjects.filter(|it| it.is_there(year)) {
        let key = (subject.subject_kind(), text::fold(subject.name()));
        named.entry(key).or_default().push(subject);
    }
    let mut pairs = Vec::new();
    for namesakes in named.values().filter(|it| it.len() <= NAMESAKES_MAX) {
        for (at, one) in namesakes.iter().enumerate() {
            let others = namesakes.iter().skip(at + 1);
            pairs.extend(others.filter_map(|other| Pair::of(one, other)));
        }
    }
    // Stable: those of one name stay beside each other.
    pairs.sort_by_key(|pair| std::cmp::Reverse(pair.signs.len()));
    pairs
}
