//! Communes merged and split: where documents go, and what is told to whom.

use chrono::NaiveDate;
use shared::access::{Actor, Role, Scope};
use shared::ids::UnitId;
use shared::org_unit::{Dated, OrgTree, OrgUnit, UnitKind};
use shared::rollup;
use shared::sync::{Carried, Departure, Intake, Map, Outcome, Terms};
use uuid::Uuid;

use crate::support::*;

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 7, 1).unwrap()
}

fn neighbour() -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(2))
}

fn merged() -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(3))
}

/// Two communes until a day. Then the one of `support` gives its second village to the neighbour, or both end and a new
/// one takes them over.
fn map(merge: bool) -> OrgTree {
    let ending = |id| OrgUnit {
        valid_to: merge.then(day),
        successors: if merge { vec![merged()] } else { Vec::new() },
        ..OrgUnit::new(id, UnitKind::Commune, "Xã cũ")
    };
    let new = OrgUnit {
        valid_from: Some(day()),
        ..OrgUnit::new(merged(), UnitKind::Commune, "Xã mới")
    };
    let village = |number, to| OrgUnit {
        parents: vec![Dated::until(commune(), day()), Dated::from(to, day())],
        ..OrgUnit::new(village(number), UnitKind::Village, "Bản")
    };
    let (first, second) = match merge {
        true => (merged(), merged()),
        false => (commune(), neighbour()),
    };
    OrgTree::new(vec![
        ending(commune()),
        ending(neighbour()),
        new,
        village(1, first),
        village(2, second),
    ])
}

/// A family in each of the two villages, by the old map.
fn two_families() -> Intake {
    let mut intake = Intake::default();
    for number in 1..=2 {
        let made = register(number, household(number), village(number), "Lò Văn Pâng");
        let receipt = intake.receive(&officer(number), &terms(), made);
        assert!(receipt.outcome.is_received());
    }
    intake
}

fn locked(intake: &mut Intake, shards: &[UnitId]) {
    for shard in shards {
        intake.seqs.entry(*shard).or_default();
    }
}

#[test]
fn a_village_that_changes_its_commune_takes_its_families_along() {
    let tree = map(false);
    let map = Map {
        tree: &tree,
        day: day(),
    };
    let mut intake = two_families();
    let totals = intake.rollup.clone();
    locked(&mut intake, &[neighbour()]);
    intake.reorganise(&map, &[]);
    let stayed = &intake.documents[&household(1).into()];
    let moved = &intake.documents[&household(2).into()];
    assert_eq!((stayed.shard, stayed.seq), (commune(), 1));
    assert_eq!((moved.shard, moved.seq), (neighbour(), 1));
    assert_eq!(moved.place, village(2), "no year's total moves");
    assert_eq!(
        intake.departures,
        [Departure {
            document: moved.id,
            shard: commune(),
            place: village(2),
            seq: 3,
        }]
    );
    assert_eq!(intake.rollup, totals);
    assert_eq!(totals, rollup::recount(intake.documents.values(), sets()));
    // It is put in order once.
    let after = intake.clone();
    intake.reorganise(&map, &[]);
    assert_eq!(intake.documents, after.documents);
    assert_eq!(intake.departures.len(), 1);
}

#[test]
fn nothing_moves_into_a_shard_that_is_not_locked() {
    let tree = map(false);
    let map = Map {
        tree: &tree,
        day: day(),
    };
    let mut intake = two_families();
    intake.reorganise(&map, &[]);
    assert_eq!(intake.departures, []);
    assert!(!map.holds(&intake.documents[&household(2).into()]));
}

#[test]
fn what_was_made_for_the_old_commune_goes_to_the_new_one() {
    let tree = map(true);
    let map = Map {
        tree: &tree,
        day: day(),
    };
    let mut intake = Intake::default();
    let officer = Actor {
        scope: Scope::of(Role::VillageOfficer, &[village(1)], &tree, day()),
        ..officer(1)
    };
    assert_eq!(officer.scope, Scope::villages([(merged(), village(1))]));
    // The phone was away and knows the old map only.
    let made = register(1, household(1), village(1), "Lò Văn Pâng");
    assert_eq!(Intake::shard(&made, &map, &officer), Some(merged()));
    let terms = Terms { map, ..terms() };
    let receipt = intake.decide(&officer, &terms, &Carried::Known(made));
    assert!(receipt.unwrap().outcome.is_received());
    assert_eq!(intake.documents[&household(1).into()].shard, merged());
    // What lies in no village lies in the commune; it ended, and the new one stands in its place.
    let leader = Actor {
        scope: Scope::of(Role::CommuneOfficer, &[commune()], &tree, day()),
        ..commune_actor(Role::CommuneOfficer)
    };
    let made = register(2, household(2), commune(), "Trường học");
    let receipt = intake.decide(&leader, &terms, &Carried::Known(made));
    assert!(receipt.unwrap().outcome.is_received());
    let document = &intake.documents[&household(2).into()];
    assert_eq!((document.shard, document.place), (merged(), merged()));
    // A place that no map knows is nobody's.
    let nowhere = UnitId::from_uuid(Uuid::from_u128(999));
    let made = register(3, household(3), nowhere, "Lò Văn Pâng");
    let receipt = intake.decide(&leader, &terms, &Carried::Known(made.clone()));
    let first = receipt.unwrap();
    assert!(matches!(first.outcome, Outcome::Refused(_)));
    let again = intake.decide(&leader, &terms, &Carried::Known(made));
    assert_eq!(again.unwrap(), first);
}

#[test]
fn an_officer_goes_on_while_the_village_is_moved() {
    let tree = map(false);
    let mut intake = two_families();
    let officer = Actor {
        scope: Scope::of(Role::VillageOfficer, &[village(2)], &tree, day()),
        ..officer(2)
    };
    // Their scope is of the new map, the document still lies in the old shard.
    let edit = set_field(5, household(2), None, "poor", true.into());
    let receipt = intake.receive(&officer, &terms(), edit);
    assert!(receipt.outcome.is_received());
}
