//! Finds who of a list is who of those that are here.
//!
//! Namesakes are common: a Mông village may have five heads of families of one name. So a subject is only taken for one
//! that is here where a sign leaves no choice and nothing speaks against it. Everything else is somebody's to say: it is
//! returned as [`Match::Unsure`] with those it may be. A new one is one that resembles none that is left.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::change::{Change, ChangeBody};
use shared::document::{Document, FieldName};
use shared::field;
use shared::ids::{ChangeId, UnitId};
use shared::kind::SubjectKind;
use shared::text::fold;

use super::list::ListedSubject;
use super::near;

/// What lists wrote into a field, and the change that did.
pub type Written = BTreeMap<FieldName, (Value, ChangeId)>;

/// A subject that is here, with what lists said of it.
#[derive(Clone, Debug)]
pub struct Standing {
    pub document: Document,
    pub written: Written,
    pub doubts: BTreeMap<FieldName, String>,
}

impl Standing {
    /// A subject with what lists said of it, told again from their changes in order.
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
    fn signs(&self, sign: Sign, kind: SubjectKind) -> BTreeSet<String> {
        let said = sign.of(kind, |name| self.said(name));
        let stands = sign.of(kind, |name| self.stands(name));
        said.into_iter().chain(stands).collect()
    }
}

/// A subject of the list in its place.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    pub place: UnitId,
    pub subject: &'a ListedSubject,
}

impl Listed<'_> {
    fn says(&self, name: &str) -> Option<&Value> {
        self.subject.fields.get(&FieldName::from(name))
    }
}

/// What a subject of the list is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Match {
    /// The one at this place among those standing.
    Same(usize),
    /// None that is here.
    New,
    /// It may be one of these, or a new one.
    Unsure(Vec<usize>),
}

/// How surely two descriptions mean one subject, from the surest sign to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    /// Everything that the list said of it before.
    Whole,
    NumberNameBirth,
    /// Of a citizen, in whose household they live.
    NameBirthFamily,
    NameBirthHamlet,
    NameBirthMembers,
    NameBirth,
    /// A name that only one has on either side, where nothing speaks against it.
    Name,
    /// The name was corrected by a letter or two.
    NumberBirth,
}

impl Sign {
    const ALL: [Sign; 8] = [
        Sign::Whole,
        Sign::NumberNameBirth,
        Sign::NameBirthFamily,
        Sign::NameBirthHamlet,
        Sign::NameBirthMembers,
        Sign::NameBirth,
        Sign::Name,
        Sign::NumberBirth,
    ];

    /// The sign of a subject with these fields, if it has what the sign is made of.
    fn of<'a>(self, kind: SubjectKind, read: impl Fn(&str) -> Option<&'a Value>) -> Option<String> {
        let text = |name: &str| text_of(read(name));
        let all = |names: &[&str]| -> Option<String> {
            let parts: Vec<String> = names.iter().map(|name| text(name)).collect::<Option<_>>()?;
            Some(parts.join("/"))
        };
        match self {
            Sign::Whole => {
                let parts = whole(kind).map(|name| text(name).unwrap_or_default());
                Some(parts.collect::<Vec<_>>().join("/"))
            }
            Sign::NumberNameBirth => all(&[field::NUMBER, field::NAME, field::BIRTH_YEAR]),
            Sign::NameBirthFamily => all(&[field::NAME, field::BIRTH_YEAR, field::FAMILY]),
            Sign::NameBirthHamlet => all(&[field::NAME, field::BIRTH_YEAR, field::HAMLET]),
            Sign::NameBirthMembers => all(&[field::NAME, field::BIRTH_YEAR, field::MEMBERS]),
            Sign::NameBirth => all(&[field::NAME, field::BIRTH_YEAR]),
            Sign::Name => all(&[field::NAME]),
            // A commune has one list of its families. Of citizens every school and office has its own, which begins with 1.
            Sign::NumberBirth if kind != SubjectKind::Household => None,
            Sign::NumberBirth => all(&[field::NUMBER, field::BIRTH_YEAR]),
        }
    }

    /// Whether nothing speaks against two with this sign being one.
    fn is_enough(self, listed: Listed<'_>, standing: &Standing) -> bool {
        match self {
            Sign::Name => {
                let against = [
                    field::BIRTH_YEAR,
                    field::HAMLET,
                    field::FAMILY,
                    field::UNIT_TYPE,
                ];
                !against.iter().any(|name| differ(listed, standing, name))
            }
            // Two of one age in two families are two, or one has moved.
            Sign::NameBirth | Sign::NumberNameBirth => !differ(listed, standing, field::FAMILY),
            Sign::NumberBirth => {
                let name = &listed.subject.name;
                let names = [standing.said(field::NAME), standing.stands(field::NAME)];
                let mut names = names.into_iter().flatten().filter_map(Value::as_str);
                names.any(|other| near::is_near(other, name))
            }
            _ => true,
        }
    }
}

/// What a list says of a subject itself.
fn whole(kind: SubjectKind) -> impl Iterator<Item = &'static str> {
    const OTHER: [&str; 3] = [field::SINCE, field::UNTIL, field::NOTE];
    let specs = field::of(kind);
    let own = specs.filter(|spec| !OTHER.contains(&spec.name) && spec.name != field::CLAN);
    own.map(|spec| spec.name)
}

/// Where those of one name are looked for: a family, a citizen, a clan in its village, a unit in all of its commune.
fn around(kind: SubjectKind, place: UnitId) -> Option<UnitId> {
    (kind != SubjectKind::Unit).then_some(place)
}

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

/// Who of the list is who of those standing: for each the same, a new one, or a question. Within a place, and each once.
pub fn matches(kind: SubjectKind, listed: &[Listed<'_>], standing: &[Standing]) -> Vec<Match> {
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
            for text in it.signs(sign, kind) {
                here.entry((it.document.place, text)).or_default().push(at);
            }
        }
        let mut there: BTreeMap<(UnitId, String), Vec<usize>> = BTreeMap::new();
        for (at, it) in listed.iter().enumerate() {
            if same[at].is_some() && !counts_all {
                continue;
            }
            if let Some(text) = sign.of(kind, |name| it.says(name)) {
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
    let left = Left::of(kind, standing, &taken);
    same.iter()
        .zip(listed)
        .map(|(same, it)| match same {
            Some(at) => Match::Same(*at),
            None => left.like(*it),
        })
        .collect()
}

/// Those that no sign has found, by where they are looked for and by what may bring one to mind.
struct Left {
    kind: SubjectKind,
    by_sign: BTreeMap<(Option<UnitId>, String), BTreeSet<usize>>,
}

impl Left {
    /// What makes somebody ask: the name, or the number of the list with the year of birth.
    const SIGNS: [Sign; 2] = [Sign::Name, Sign::NumberBirth];

    fn of(kind: SubjectKind, standing: &[Standing], taken: &BTreeSet<usize>) -> Self {
        let mut by_sign: BTreeMap<(Option<UnitId>, String), BTreeSet<usize>> = BTreeMap::new();
        for (at, it) in standing.iter().enumerate() {
            for sign in Self::SIGNS.into_iter().filter(|_| !taken.contains(&at)) {
                for text in it.signs(sign, kind) {
                    let key = (around(kind, it.document.place), format!("{sign:?}/{text}"));
                    by_sign.entry(key).or_default().insert(at);
                }
            }
        }
        Self { kind, by_sign }
    }

    fn like(&self, listed: Listed<'_>) -> Match {
        let keys = Self::SIGNS.iter().filter_map(|sign| {
            let text = sign.of(self.kind, |name| listed.says(name))?;
            Some((around(self.kind, listed.place), format!("{sign:?}/{text}")))
        });
        let found = keys.filter_map(|key| self.by_sign.get(&key)).flatten();
        let found: BTreeSet<usize> = found.copied().collect();
        match found.is_empty() {
            true => Match::New,
            false => Match::Unsure(found.into_iter().collect()),
        }
    }
}
