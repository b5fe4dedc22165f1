//! What a reader may look at, and which units and places lie in which on a day's map. Pure: a tree, a scope, two days.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use shared::access::{Actor, Scope};
use shared::api::Crumb;
use shared::criteria::Criteria;
use shared::ids::UnitId;
use shared::org_unit::{OrgTree, OrgUnit, UnitKind};

/// Who reads figures.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub actor: &'a Actor,
    pub tree: &'a OrgTree,
    pub criteria: Criteria,
    pub today: NaiveDate,
}

impl<'a> Reader<'a> {
    /// Whether everything that a unit is today lies in the reader's scope.
    pub fn may_look(&self, unit: &OrgUnit) -> bool {
        match &self.actor.scope {
            Scope::All => true,
            // Those who consolidate answer for a unit and all that it was before.
            Scope::Area { own, .. } if own.contains(&unit.id) => true,
            Scope::Communes(communes) | Scope::Area { communes, .. } => {
                let now = self.tree.today(unit.id, self.today);
                !now.is_empty() && now.into_iter().all(|unit| self.lies_in(unit, communes))
            }
            Scope::Villages(villages) => villages.iter().any(|(_, village)| *village == unit.id),
        }
    }

    fn lies_in(&self, unit: &OrgUnit, communes: &BTreeSet<UnitId>) -> bool {
        if let Some(commune) = self.tree.commune_of(unit.id, self.today) {
            return communes.contains(&commune.id);
        }
        let below = self.tree.descendants(unit.id, self.today);
        let mut below = below
            .into_iter()
            .filter(|it| it.kind.is_commune())
            .peekable();
        below.peek().is_some() && below.all(|it| communes.contains(&it.id))
    }

    /// The unit, if the reader may see its figures: it is theirs, or on the map asked for it lay in what is theirs. (A
    /// commune that went to another district in 2025 still counts in its old district's figures of before.)
    pub fn counted(&self, id: UnitId, as_of: NaiveDate) -> Option<&'a OrgUnit> {
        let unit = self.tree.get(id)?;
        let mut lay_in = self.tree.ancestors(unit.id, as_of).into_iter();
        let is_theirs = self.may_look(unit) || lay_in.any(|above| self.may_look(above));
        is_theirs.then_some(unit)
    }

    /// The unit, if the reader may look at all of it.
    pub fn unit(&self, id: UnitId) -> Option<&'a OrgUnit> {
        self.tree.get(id).filter(|unit| self.may_look(unit))
    }

    /// Whether the reader may read who counts in a place. Figures of a map of before may count places that are somebody
    /// else's today.
    pub fn may_list(&self, place: UnitId) -> bool {
        self.tree.get(place).is_some_and(|unit| self.may_look(unit))
    }

    /// From the reader's own unit down to the one looked at.
    pub fn crumbs(&self, unit: &OrgUnit, as_of: NaiveDate) -> Vec<Crumb> {
        let crumb = |unit: &OrgUnit| Crumb {
            unit: unit.id,
            name: unit.name(as_of).to_owned(),
        };
        let above = self.tree.ancestors(unit.id, as_of);
        let mut way: Vec<Crumb> = above
            .into_iter()
            .filter(|above| self.may_look(above) && above.kind != UnitKind::Province)
            .map(crumb)
            .collect();
        way.reverse();
        way.push(crumb(unit));
        way
    }
}

/// The map of a day, with what its units have become.
pub struct DayMap<'a> {
    tree: &'a OrgTree,
    as_of: NaiveDate,
    today: NaiveDate,
    /// Per unit of today the units of the map that it stands for.
    before: BTreeMap<UnitId, BTreeSet<UnitId>>,
}

impl<'a> DayMap<'a> {
    pub fn new(tree: &'a OrgTree, as_of: NaiveDate, today: NaiveDate) -> Self {
        let mut before: BTreeMap<UnitId, BTreeSet<UnitId>> = BTreeMap::new();
        for unit in tree.iter().filter(|unit| unit.valid_at(as_of)) {
            for now in tree.today(unit.id, today) {
                before.entry(now.id).or_default().insert(unit.id);
            }
        }
        Self {
            tree,
            as_of,
            today,
            before,
        }
    }

    /// A unit on the map: itself while it exists; else what stood there then, or what it has become. The area stands for
    /// the district it followed, and a commune of before for the one it went into.
    pub fn standing(&self, unit: &'a OrgUnit) -> Vec<&'a OrgUnit> {
        if unit.valid_at(self.as_of) {
            return vec![unit];
        }
        let before = self.before.get(&unit.id).into_iter().flatten();
        let before: Vec<&OrgUnit> = before.filter_map(|id| self.tree.get(*id)).collect();
        if before.is_empty() {
            self.tree.today(unit.id, self.as_of)
        } else {
            before
        }
    }

    /// The places whose documents count in some units of the map: the units and all below them. What lies in no village
    /// counts in a unit of today; it lay inside if all that this unit was then lies inside, and otherwise nobody can tell
    /// where it lay. So no two units that lie apart share a place.
    pub fn places(&self, units: &[&OrgUnit]) -> BTreeSet<UnitId> {
        let mut inside: BTreeSet<UnitId> = units
            .iter()
            .flat_map(|unit| {
                let below = self.tree.descendants(unit.id, self.as_of);
                below.into_iter().map(|it| it.id).chain([unit.id])
            })
            .collect();
        let later: BTreeSet<UnitId> = inside
            .iter()
            .flat_map(|id| self.tree.today(*id, self.today))
            .map(|now| now.id)
            .filter(|now| {
                let before = self.before.get(now);
                before.is_some_and(|before| before.is_subset(&inside))
            })
            .collect();
        inside.extend(later);
        inside
    }

    /// The units a unit's figures are divided into.
    pub fn parts(&self, unit: &OrgUnit) -> Vec<&'a OrgUnit> {
        let children = self.tree.children(unit.id, self.as_of);
        // A commune's parts are its villages; anything above is divided down to communes.
        if unit.kind == UnitKind::Province || children.iter().all(|it| it.kind != UnitKind::Area) {
            return children;
        }
        children
            .into_iter()
            .flat_map(|area| self.tree.children(area.id, self.as_of))
            .collect()
    }

    /// Communes under a unit on the map.
    pub fn communes(&self, unit: &'a OrgUnit) -> u32 {
        let there = self.standing(unit);
        let all = there
            .iter()
            .flat_map(|it| std::iter::once(*it).chain(self.tree.descendants(it.id, self.as_of)));
        u32::try_from(all.filter(|it| it.kind.is_commune()).count()).unwrap_or(u32::MAX)
    }

    /// Villages under some units of the map.
    pub fn villages(&self, units: &[&OrgUnit]) -> u32 {
        let villages = units
            .iter()
            .map(|unit| self.tree.villages_under(unit.id, self.as_of).len());
        u32::try_from(villages.sum::<usize>()).unwrap_or(u32::MAX)
    }
}
