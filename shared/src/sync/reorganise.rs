//! Where documents belong on a day's map, and moving them there.
//!
//! A document belongs to the commune its place lies in. When communes are merged, split, or exchange villages, its shard
//! is another one from that day on: it leaves the feed of the old shard with a [`Departure`], and enters the feed of the
//! new one like a document that was just written. Its place stays, so no total moves and every year reads by any map.
//!
//! Moving is not a step that must happen at a certain moment. It puts whatever lies elsewhere where the map says, as often
//! as it is asked; done twice, it does nothing the second time. What phones send for the old unit meanwhile is routed by
//! the same map.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::intake::Intake;
use crate::access::Actor;
use crate::criteria::CriteriaSet;
use crate::document::{Document, Seq};
use crate::ids::{DocumentId, UnitId};
use crate::org_unit::OrgTree;

/// The map of a day.
#[derive(Clone, Copy, Debug)]
pub struct Map<'a> {
    pub tree: &'a OrgTree,
    pub day: NaiveDate,
}

/// A document left its shard for another. This stays behind in the old feed, so that whoever read the document there
/// learns that it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departure {
    pub document: DocumentId,
    /// The shard that was left.
    pub shard: UnitId,
    pub place: UnitId,
    /// The number of the departure in the feed of the shard that was left.
    pub seq: Seq,
}

impl Map<'_> {
    /// The unit that answers for a place: its commune, or the place itself where it lies above the communes. A place that ended is answered for by the commune of what took it over,
    /// unless that lies in several. `None` when the map does not say.
    pub fn home(&self, place: UnitId) -> Option<UnitId> {
        let mut homes = self.standing_for(place).map(|(commune, _)| commune);
        let home = homes.next()?;
        homes.all(|other| other == home).then_some(home)
    }

    /// Whether a document lies where the map says, or the map does not say.
    pub fn holds(&self, document: &Document) -> bool {
        self.home(document.place)
            .is_none_or(|home| home == document.shard)
    }

    /// The units that a commune answers for, by this map.
    pub fn places_of(&self, shard: UnitId) -> BTreeSet<UnitId> {
        let all = self.tree.iter().map(|unit| unit.id);
        all.filter(|place| self.home(*place) == Some(shard))
            .collect()
    }

    /// What stands in the place of a unit: itself, or what took it over, each after its commune.
    fn standing_for(&self, place: UnitId) -> impl Iterator<Item = (UnitId, UnitId)> {
        let today = self.tree.today(place, self.day).into_iter();
        today.filter_map(|unit| {
            // What lies above the communes is answered for there.
            if unit.kind.is_above_communes() {
                return Some((unit.id, unit.id));
            }
            let commune = self.tree.commune_of(unit.id, self.day)?;
            Some((commune.id, unit.id))
        })
    }

    /// Where a subject made for a place goes, its commune first. The phone may have made it for a unit that has come to
    /// another commune or has ended while the phone was away. Of several units that took over, the one its author answers
    /// for. `None` when there is nowhere to go.
    pub fn route(&self, actor: &Actor, place: UnitId) -> Option<(UnitId, UnitId)> {
        let own = |(shard, place): &(UnitId, UnitId)| actor.scope.covers(*shard, *place);
        let found = self.standing_for(place).find(own);
        found.or_else(|| self.standing_for(place).next())
    }
}

impl Intake {
    /// Puts every document that was loaded where the map says. Both shards of a move must be locked, that is in `seqs`;
    /// what would leave or enter another shard stays for a transaction that has locked it.
    pub fn reorganise(&mut self, map: &Map<'_>, criteria: &[CriteriaSet]) {
        let moves: Vec<(DocumentId, UnitId)> = self
            .documents
            .values()
            .filter_map(|document| {
                let home = map.home(document.place)?;
                let is_locked =
                    self.seqs.contains_key(&document.shard) && self.seqs.contains_key(&home);
                (home != document.shard && is_locked).then_some((document.id, home))
            })
            .collect();
        for (id, home) in moves {
            self.rehome(id, home, criteria);
        }
    }

    fn rehome(&mut self, id: DocumentId, home: UnitId, criteria: &[CriteriaSet]) {
        let Some(standing) = self.documents.get(&id) else {
            return;
        };
        let (shard, place) = (standing.shard, standing.place);
        let mut moved = standing.clone();
        moved.shard = home;
        self.affected.note(Some(standing), &moved, criteria);
        self.depart(id, shard, place);
        moved.seq = self.next_seq(home);
        self.documents.insert(id, moved);
        self.dirty.insert(id);
    }
}
