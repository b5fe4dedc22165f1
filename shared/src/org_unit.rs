//! The tree of organisational units, in time.
//!
//! On 1 July 2025 Viet Nam abolished its districts and merged its communes, and official codes were given to other
//! units than before (03562, 03394, 03388 in Lai Châu; resolution 1670/NQ-UBTVQH15). Three rules follow:
//!
//! * a unit is known by its own id; a code finds units on a date and is never a key;
//! * names and parents hold from a day until another, so one tree answers for every date;
//! * what became of an ended unit is said by its successors.
//!
//! `valid_to` and every `to` are the first day on which something no longer holds.

mod typed;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::SortedMap;
use crate::ids::UnitId;
use crate::text;

pub use typed::Named;

/// The tiers. What consolidates communes is a node in the tree, not a rule in the code: a district until 2025, an area
/// (a named set of communes) or the province after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// tỉnh
    Province,
    /// huyện, thành phố thuộc tỉnh
    District,
    /// địa bàn, cụm xã
    Area,
    /// xã
    Commune,
    /// phường
    Ward,
    /// thị trấn
    Township,
    /// bản, thôn, tổ dân phố
    Village,
}

impl UnitKind {
    pub const ALL: [UnitKind; 7] = [
        UnitKind::Province,
        UnitKind::District,
        UnitKind::Area,
        UnitKind::Commune,
        UnitKind::Ward,
        UnitKind::Township,
        UnitKind::Village,
    ];

    /// Whether the unit is of the commune tier (xã, phường, thị trấn).
    pub fn is_commune(self) -> bool {
        matches!(
            self,
            UnitKind::Commune | UnitKind::Ward | UnitKind::Township
        )
    }

    /// Whether the unit lies above the communes.
    pub fn is_above_communes(self) -> bool {
        matches!(
            self,
            UnitKind::Province | UnitKind::District | UnitKind::Area
        )
    }

    pub fn as_str(self) -> &'static str {
        match self {
            UnitKind::Province => "province",
            UnitKind::District => "district",
            UnitKind::Area => "area",
            UnitKind::Commune => "commune",
            UnitKind::Ward => "ward",
            UnitKind::Township => "township",
            UnitKind::Village => "village",
        }
    }

    /// A tier by its name.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [
            UnitKind::Province,
            UnitKind::District,
            UnitKind::Area,
            UnitKind::Commune,
            UnitKind::Ward,
            UnitKind::Township,
            UnitKind::Village,
        ];
        all.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// An official statistics code: text, because of its leading zeros.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(!transparent))]
#[serde(transparent)]
pub struct UnitCode(String);

impl UnitCode {
    pub fn new(code: impl Into<String>) -> Self {
        Self(code.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for UnitCode {
    fn from(code: &str) -> Self {
        Self::new(code)
    }
}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that holds from a day (included) to a day (excluded); without a day, always on that side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Dated<T> {
    pub value: T,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

impl<T> Dated<T> {
    /// What always holds.
    pub fn always(value: T) -> Self {
        Self {
            value,
            from: None,
            to: None,
        }
    }

    pub fn from(value: T, from: NaiveDate) -> Self {
        Self {
            from: Some(from),
            ..Self::always(value)
        }
    }

    pub fn until(value: T, to: NaiveDate) -> Self {
        Self {
            to: Some(to),
            ..Self::always(value)
        }
    }

    pub fn holds_at(&self, at: NaiveDate) -> bool {
        within(self.from, self.to, at)
    }
}

fn within(from: Option<NaiveDate>, to: Option<NaiveDate>, at: NaiveDate) -> bool {
    from.is_none_or(|from| from <= at) && to.is_none_or(|to| at < to)
}

/// One unit through its whole life.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OrgUnit {
    pub id: UnitId,
    pub kind: UnitKind,
    /// The official code, if it has one (villages have none).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<UnitCode>,
    pub names: Vec<Dated<String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<Dated<UnitId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// The first day the unit no longer exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
    /// The units that took it over when it ended; several when it was split.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successors: Vec<UnitId>,
    /// A point inside the unit, in degrees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// Where its people can be called, as [`telephone`] writes it; for the help on the phones of its villages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
}

/// A telephone number as it is kept: its figures, with a plus for another country before them. `None` for what nobody can
/// call. ITU-T E.164 has at most fifteen figures; the shortest numbers here (113, 114, 115) have three.
pub fn telephone(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let abroad = typed.starts_with('+');
    let is_between = |c: char| matches!(c, ' ' | '.' | '-' | '(' | ')');
    let rest = typed.strip_prefix('+').unwrap_or(typed);
    let figures: String = rest.chars().filter(|c| !is_between(*c)).collect();
    let is_number =
        (3..=15).contains(&figures.len()) && figures.chars().all(|c| c.is_ascii_digit());
    is_number.then(|| format!("{}{figures}", if abroad { "+" } else { "" }))
}

impl OrgUnit {
    /// A unit that always existed, with one name and no parent.
    pub fn new(id: UnitId, kind: UnitKind, name: impl Into<String>) -> Self {
        Self {
            id,
            kind,
            code: None,
            names: vec![Dated::always(name.into())],
            parents: Vec::new(),
            valid_from: None,
            valid_to: None,
            successors: Vec::new(),
            lat: None,
            lon: None,
            telephone: None,
        }
    }

    /// Whether the unit exists on a day.
    pub fn valid_at(&self, at: NaiveDate) -> bool {
        within(self.valid_from, self.valid_to, at)
    }

    /// Its name on a day; outside the days its names hold, the last one, so that an ended unit can still be named.
    pub fn name(&self, at: NaiveDate) -> &str {
        self.names
            .iter()
            .rfind(|name| name.holds_at(at))
            .or(self.names.last())
            .map_or("", |name| &name.value)
    }
}

/// All units, asked by date. Cycles in the data (which only a mistake can make) end a walk and never hang it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<OrgUnit>", into = "Vec<OrgUnit>")]
pub struct OrgTree {
    units: SortedMap<UnitId, OrgUnit>,
    /// Units that name a unit as their parent on any date, in the order of their names.
    below: SortedMap<UnitId, Vec<UnitId>>,
    by_code: BTreeMap<UnitCode, Vec<UnitId>>,
}

impl OrgTree {
    /// The tree of the given units. Of two with one id the later stands.
    pub fn new(units: Vec<OrgUnit>) -> Self {
        let units: SortedMap<UnitId, OrgUnit> =
            units.into_iter().map(|unit| (unit.id, unit)).collect();
        let mut below: SortedMap<UnitId, Vec<UnitId>> = SortedMap::new();
        let mut by_code: BTreeMap<UnitCode, Vec<UnitId>> = BTreeMap::new();
        for unit in units.values() {
            let parents: BTreeSet<UnitId> = unit.parents.iter().map(|link| link.value).collect();
            for parent in parents {
                below.entry(parent).or_default().push(unit.id);
            }
            if let Some(code) = &unit.code {
                by_code.entry(code.clone()).or_default().push(unit.id);
            }
        }
        let last_name = |id: &UnitId| {
            let names = units.get(id).map(|unit| unit.names.as_slice());
            names.and_then(<[_]>::last).map_or("", |name| &name.value)
        };
        for (_, children) in below.iter_mut() {
            children.sort_by(|a, b| text::place_order(last_name(a), last_name(b)).then(a.cmp(b)));
        }
        Self {
            units,
            below,
            by_code,
        }
    }

    pub fn get(&self, id: UnitId) -> Option<&OrgUnit> {
        self.units.get(&id)
    }

    /// Every unit of every time, by id.
    pub fn iter(&self) -> impl Iterator<Item = &OrgUnit> {
        self.units.values()
    }

    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// Whether the unit is known and exists on a day.
    pub fn valid_at(&self, id: UnitId, at: NaiveDate) -> bool {
        self.get(id).is_some_and(|unit| unit.valid_at(at))
    }

    /// The name of a unit on a day; see [`OrgUnit::name`].
    pub fn name(&self, id: UnitId, at: NaiveDate) -> Option<&str> {
        self.get(id).map(|unit| unit.name(at))
    }

    /// The one unit above a unit on a day. Where the data gives two, the later in the list.
    pub fn parent(&self, id: UnitId, at: NaiveDate) -> Option<&OrgUnit> {
        let links = &self.get(id)?.parents;
        links
            .iter()
            .rev()
            .filter(|link| link.holds_at(at))
            .filter_map(|link| self.get(link.value))
            .find(|parent| parent.valid_at(at))
    }

    /// The units directly under a unit on a day, in the order of their names.
    pub fn children(&self, id: UnitId, at: NaiveDate) -> Vec<&OrgUnit> {
        self.below
            .get(&id)
            .into_iter()
            .flatten()
            .filter_map(|child| self.get(*child))
            .filter(|child| child.valid_at(at))
            .filter(|child| {
                self.parent(child.id, at)
                    .is_some_and(|parent| parent.id == id)
            })
            .collect()
    }

    /// All units under a unit on a day, each after the one it lies in; the unit itself not included.
    pub fn descendants(&self, id: UnitId, at: NaiveDate) -> Vec<&OrgUnit> {
        let mut seen = BTreeSet::from([id]);
        let mut found = Vec::new();
        let mut waiting: Vec<&OrgUnit> = self.children(id, at);
        waiting.reverse();
        while let Some(unit) = waiting.pop() {
            if seen.insert(unit.id) {
                found.push(unit);
                waiting.extend(self.children(unit.id, at).into_iter().rev());
            }
        }
        found
    }

    /// The villages under a unit on a day; of a village, itself.
    pub fn villages_under(&self, id: UnitId, at: NaiveDate) -> Vec<&OrgUnit> {
        let itself = self.get(id).filter(|unit| unit.valid_at(at));
        itself
            .into_iter()
            .chain(self.descendants(id, at))
            .filter(|unit| unit.kind == UnitKind::Village)
            .collect()
    }

    /// The units above a unit on a day, nearest first; the unit itself not included.
    pub fn ancestors(&self, id: UnitId, at: NaiveDate) -> Vec<&OrgUnit> {
        let mut seen = BTreeSet::from([id]);
        let mut found = Vec::new();
        let mut below = id;
        while let Some(parent) = self
            .parent(below, at)
            .filter(|parent| seen.insert(parent.id))
        {
            found.push(parent);
            below = parent.id;
        }
        found
    }

    /// The unit of the commune tier that a village lies in on a day; of a commune, itself.
    pub fn commune_of(&self, village: UnitId, at: NaiveDate) -> Option<&OrgUnit> {
        let itself = self.get(village).filter(|unit| unit.valid_at(at));
        itself
            .into_iter()
            .chain(self.ancestors(village, at))
            .find(|unit| unit.kind.is_commune())
    }

    /// The units that have a code on a day.
    pub fn by_code(&self, code: &UnitCode, at: NaiveDate) -> Vec<&OrgUnit> {
        self.by_code
            .get(code)
            .into_iter()
            .flatten()
            .filter_map(|id| self.get(*id))
            .filter(|unit| unit.valid_at(at))
            .collect()
    }

    /// What stands on a day in the place of a unit: itself while it exists, else what its successors lead to. Several
    /// when it was split; none when nothing took it over.
    pub fn today(&self, id: UnitId, at: NaiveDate) -> Vec<&OrgUnit> {
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            let Some(unit) = self.get(id).filter(|_| seen.insert(id)) else {
                continue;
            };
            if unit.valid_at(at) {
                found.push(unit);
            } else {
                waiting.extend(unit.successors.iter().rev());
            }
        }
        found
    }
}

impl From<Vec<OrgUnit>> for OrgTree {
    fn from(units: Vec<OrgUnit>) -> Self {
        Self::new(units)
    }
}

impl From<OrgTree> for Vec<OrgUnit> {
    fn from(tree: OrgTree) -> Self {
        tree.units.into_iter().map(|(_, unit)| unit).collect()
    }
}
