//! Finds which family of a list is which of those that are here.
//!
//! Namesakes are common: a Mông village may have five heads of families of one name. So a family is only taken for one
//! that is here where a sign leaves no choice and nothing speaks against it. Everything else is somebody's to say: it is
//! returned as [`Match::Unsure`] with those it may be. A new family is one that resembles none that is left.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::change::{Change, ChangeBody};
use shared::document::{Document, FieldName};
use shared::field;
use shared::ids::{ChangeId, UnitId};
use shared::text::fold;

use super::list::Household;
use super::near;

/// What lists wrote into a field, and the change that did.
pub type Written = BTreeMap<FieldName, (Value, ChangeId)>;

/// A family that is here, with what lists said of it.
#[derive(Clone, Debug)]
pub struct Standing {
    pub document: Document,
    pub written: Written,
    pub doubts: BTreeMap<FieldName, String>,
}

impl Standing {
    /// A family with what lists said of it, told again from their changes in order.
    pub fn of(document: Document, log: Vec<Change>) -> Self {
        let mut written = Written::new();
        let mut doubts = BTreeMap::new();
        for change in log {
            match change.body {
                ChangeBody::Register(registration) => {
                    for (name, value) in registration.fields {
                        written.insert(name, (value, change.id));
                    }
                    doubts.extend(registration.doubts);
                }
                ChangeBody::SetField { field, value } => {
                    doubts.remove(&field);
                    written.insert(field, (value, change.id));
                }
                ChangeBody::Doubt { field, reason } => {
                    doubts.insert(field, reason);
                }
                _ => {}
            }
        }
        Self {
            document,
            written,
            doubts,
        }
    }

    fn stands(&self, name: &str) -> Option<&Value> {
        self.document.field(&name.into())
    }

    /// What the list said before. An officer may have mended it, and the list says it again.
    fn said(&self, name: &str) -> Option<&Value> {
        match self.written.get(&FieldName::from(name)) {
            Some((value, _)) => Some(value),
            None => self.stands(name),
        }
    }
}

impl Standing {
    /// What it is known by: as it stands, and as the list had it before.
    fn signs(&self, sign: Sign) -> BTreeSet<String> {
        let said = sign.of(|name| self.said(name));
        let stands = sign.of(|name| self.stands(name));
        said.into_iter().chain(stands).collect()
    }
}

/// A family of the list in its village.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    pub place: UnitId,
    pub household: &'a Household,
}

impl Listed<'_> {
    fn says(&self, name: &str) -> Option<&Value> {
        self.household.fields.get(&FieldName::from(name))
    }
}

/// What a family of the list is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Match {
    /// The family at this place among those standing.
    Same(usize),
    /// None that is here.
    New,
    /// It may be one of these, or a new one.
    Unsure(Vec<usize>),
}

/// How surely two descriptions mean one family, from the surest sign to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    /// Everything that the list said of it before.
    Whole,
    NumberNameBirth,
    NameBirthHamlet,
    NameBirthMembers,
    NameBirth,
    /// A name that only one has on either side, where nothing speaks against it.
    Name,
    /// The name was corrected by a letter or two.
    NumberBirth,
}

impl Sign {
    const ALL: [Sign; 7] = [
        Sign::Whole,
        Sign::NumberNameBirth,
        Sign::NameBirthHamlet,
        Sign::NameBirthMembers,
        Sign::NameBirth,
        Sign::Name,
        Sign::NumberBirth,
    ];

    /// The sign of a family with these fields, if it has what the sign is made of.
    fn of<'a>(self, read: impl Fn(&str) -> Option<&'a Value>) -> Option<String> {
        let text = |name: &str| text_of(read(name));
        let all = |names: &[&str]| -> Option<String> {
            let parts: Vec<String> = names.iter().map(|name| text(name)).collect::<Option<_>>()?;
            Some(parts.join("/"))
        };
        match self {
            Sign::Whole => {
                let parts = WHOLE.map(|name| text(name).unwrap_or_default());
                Some(parts.join("/"))
            }
            Sign::NumberNameBirth => all(&[field::NUMBER, field::NAME, field::BIRTH_YEAR]),
            Sign::NameBirthHamlet => all(&[field::NAME, field::BIRTH_YEAR, field::HAMLET]),
            Sign::NameBirthMembers => all(&[field::NAME, field::BIRTH_YEAR, field::MEMBERS]),
            Sign::NameBirth => all(&[field::NAME, field::BIRTH_YEAR]),
            Sign::Name => all(&[field::NAME]),
            Sign::NumberBirth => all(&[field::NUMBER, field::BIRTH_YEAR]),
        }
    }

    /// Whether nothing speaks against two families with this sign being one.
    fn is_enough(self, listed: Listed<'_>, standing: &Standing) -> bool {
        match self {
            Sign::Name => {
                !differ(listed, standing, field::BIRTH_YEAR)
                    && !differ(listed, standing, field::HAMLET)
            }
            Sign::NumberBirth => {
                let name = &listed.household.name;
                let names = [standing.said(field::NAME), standing.stands(field::NAME)];
                let mut names = names.into_iter().flatten().filter_map(Value::as_str);
                names.any(|other| near::is_near(other, name))
            }
            _ => true,
        }
    }
}

/// What a list says of a family.
const WHOLE: [&str; 11] = [
    field::NUMBER,
    field::NAME,
    field::BIRTH_YEAR,
    field::ETHNICITY,
    field::HAMLET,
    field::MEMBERS,
    field::CHILDREN,
    field::ADULTS,
    field::LITERATE_ADULTS,
    field::POOR,
    field::CULTURE_YEAR,
];

fn text_of(value: Option<&Value>) -> Option<String> {
    Some(match value.filter(|value| !value.is_null())? {
        Value::String(text) => fold(text),
        other => other.to_string(),
    })
}

/// Whether both say something of a field, and neither what stands nor what was said before is what the list says now.
fn differ(listed: Listed<'_>, standing: &Standing, name: &str) -> bool {
    let known = [standing.said(name), standing.stands(name)].map(text_of);
    match text_of(listed.says(name)) {
        Some(says) => {
            known.iter().any(Option::is_some) && known.iter().all(|it| it.as_ref() != Some(&says))
        }
        None => false,
    }
}

/// Which family of the list is which of those standing: for each the same, a new one, or a question. Within a village,
/// and each family once.
pub fn matches(listed: &[Listed<'_>], standing: &[Standing]) -> Vec<Match> {
    let mut same: Vec<Option<usize>> = vec![None; listed.len()];
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for sign in Sign::ALL {
        // A bare name must be the only one of the village, also beside those that were found by more.
        let counts_all = sign == Sign::Name;
        let mut here: BTreeMap<(UnitId, String), Vec<usize>> = BTreeMap::new();
        for (at, it) in standing.iter().enumerate() {
            if taken.contains(&at) && !counts_all {
                continue;
            }
            for text in it.signs(sign) {
                here.entry((it.document.place, text)).or_default().push(at);
            }
        }
        let mut there: BTreeMap<(UnitId, String), Vec<usize>> = BTreeMap::new();
        for (at, it) in listed.iter().enumerate() {
            if same[at].is_some() && !counts_all {
                continue;
            }
            if let Some(text) = sign.of(|name| it.says(name)) {
                there.entry((it.place, text)).or_default().push(at);
            }
        }
        for (key, rows) in there {
            let free = here.get(&key).into_iter().flatten();
            let free: Vec<usize> = free
                .filter(|at| counts_all || !taken.contains(*at))
                .copied()
                .collect();
            if let ([row], [at]) = (rows.as_slice(), free.as_slice())
                && same[*row].is_none()
                && !taken.contains(at)
                && sign.is_enough(listed[*row], &standing[*at])
            {
                same[*row] = Some(*at);
                taken.insert(*at);
            }
        }
    }
    let left = Left::of(standing, &taken);
    same.iter()
        .zip(listed)
        .map(|(same, it)| match same {
            Some(at) => Match::Same(*at),
            None => left.like(*it),
        })
        .collect()
}

/// The families that no sign has found, by village and by what may bring one to mind.
struct Left {
    by_sign: BTreeMap<(UnitId, String), BTreeSet<usize>>,
}

impl Left {
    /// What makes somebody ask: the name, or the number of the list with the year of birth.
    const SIGNS: [Sign; 2] = [Sign::Name, Sign::NumberBirth];

    fn of(standing: &[Standing], taken: &BTreeSet<usize>) -> Self {
        let mut by_sign: BTreeMap<(UnitId, String), BTreeSet<usize>> = BTreeMap::new();
        for (at, it) in standing.iter().enumerate() {
            for sign in Self::SIGNS.into_iter().filter(|_| !taken.contains(&at)) {
                for text in it.signs(sign) {
                    let key = (it.document.place, format!("{sign:?}/{text}"));
                    by_sign.entry(key).or_default().insert(at);
                }
            }
        }
        Self { by_sign }
    }

    fn like(&self, listed: Listed<'_>) -> Match {
        let keys = Self::SIGNS.iter().filter_map(|sign| {
            let text = sign.of(|name| listed.says(name))?;
            Some((listed.place, format!("{sign:?}/{text}")))
        });
        let found = keys.filter_map(|key| self.by_sign.get(&key)).flatten();
        let found: BTreeSet<usize> = found.copied().collect();
        match found.is_empty() {
            true => Match::New,
            false => Match::Unsure(found.into_iter().collect()),
        }
    }
}
