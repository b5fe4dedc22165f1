//! Which feeds a phone reads, and how far.

use std::collections::BTreeMap;

use shared::SortedMap;
use shared::access::{Actor, Role, Scope};
use shared::document::Seq;
use shared::ids::{EpochId, UnitId, UserId};
use shared::sync::feed::Found;
use shared::sync::{Feed, Position, scope_name};
use uuid::Uuid;

use crate::support::*;

fn neighbour() -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(2))
}

fn elsewhere() -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(3))
}

fn reader(scope: Scope) -> Actor {
    Actor {
        user: UserId::from_uuid(Uuid::from_u128(9)),
        name: "Cán bộ".into(),
        role: Role::CommuneOfficer,
        scope,
    }
}

fn epoch() -> EpochId {
    EpochId::from_uuid(Uuid::from_u128(6))
}

fn at(actor: &Actor, cursors: &[(UnitId, Seq)]) -> Position {
    Position {
        epoch: Some(epoch()),
        scope: Some(scope_name(actor)),
        cursors: cursors.iter().copied().collect(),
    }
}

#[test]
fn a_feed_goes_on_where_it_was_left() {
    let actor = reader(Scope::Communes([commune(), neighbour()].into()));
    let numbers = BTreeMap::from([(commune(), 7), (neighbour(), 4), (elsewhere(), 9)]);
    let position = at(&actor, &[(commune(), 7), (neighbour(), 2)]);
    let mut feed = Feed::open(&actor, &position, epoch(), &numbers, 10);
    assert!(!feed.reset());
    let window = feed.next_window().unwrap();
    assert_eq!(
        (window.shard, window.after, window.room),
        (neighbour(), 2, 10)
    );
    assert!(window.departures);
    // One document was found, with a number that was given out after the numbers were read.
    let upto = feed.found(
        &window,
        Found {
            count: 1,
            last: Some(5),
            more: false,
        },
    );
    assert_eq!(upto, 5);
    assert_eq!(feed.next_window(), None);
    let read = feed.close();
    assert_eq!(
        read.cursors,
        [(commune(), 7), (neighbour(), 5)].into_iter().collect()
    );
    assert!(!read.more && !read.reset);
}

#[test]
fn a_full_answer_leaves_the_rest_where_it_was() {
    let actor = reader(Scope::Communes([commune(), neighbour()].into()));
    let numbers = BTreeMap::from([(commune(), 7), (neighbour(), 4)]);
    let position = at(&actor, &[(neighbour(), 1)]);
    let mut feed = Feed::open(&actor, &position, epoch(), &numbers, 3);
    let window = feed.next_window().unwrap();
    assert_eq!((window.shard, window.after), (commune(), 0));
    let upto = feed.found(
        &window,
        Found {
            count: 3,
            last: Some(5),
            more: true,
        },
    );
    assert_eq!(upto, 5);
    assert_eq!(feed.next_window(), None);
    let read = feed.close();
    assert_eq!(
        read.cursors,
        [(commune(), 5), (neighbour(), 1)].into_iter().collect()
    );
    assert!(read.more);
}

#[test]
fn another_scope_or_another_life_begins_afresh() {
    let actor = reader(Scope::Communes([commune()].into()));
    let numbers = BTreeMap::from([(commune(), 7)]);
    let open = |position: &Position| {
        let mut feed = Feed::open(&actor, position, epoch(), &numbers, 10);
        let window = feed.next_window();
        (feed.reset(), window.map(|it| (it.after, it.departures)))
    };
    let known = at(&actor, &[(commune(), 5)]);
    assert_eq!(open(&known), (false, Some((5, true))));
    let restored = Position {
        epoch: Some(EpochId::from_uuid(Uuid::from_u128(5))),
        ..known.clone()
    };
    assert_eq!(open(&restored), (true, Some((0, false))));
    let other = Position {
        scope: Some("khác".into()),
        ..known.clone()
    };
    assert_eq!(open(&other), (true, Some((0, false))));
    // A cursor beyond the feed is of another life, whatever the phone says.
    let beyond = at(&actor, &[(commune(), 8)]);
    assert_eq!(open(&beyond), (false, Some((0, true))));
    // The first time there is nothing to forget.
    assert_eq!(open(&Position::default()), (false, Some((0, false))));
}

#[test]
fn a_village_reads_its_own_places_and_an_area_what_lies_in_no_commune() {
    let numbers = BTreeMap::from([(commune(), 7), (neighbour(), 4), (area(), 3)]);
    let village_officer = officer(1);
    let position = Position::default();
    let mut feed = Feed::open(&village_officer, &position, epoch(), &numbers, 10);
    let window = feed.next_window().unwrap();
    assert_eq!(window.shard, commune());
    assert_eq!(window.places, Some([village(1)].into()));
    assert_eq!(feed.next_window(), None);
    let above = area_actor(Role::AreaOfficer);
    let mut feed = Feed::open(&above, &position, epoch(), &numbers, 10);
    let window = feed.next_window().unwrap();
    assert_eq!((window.shard, window.places), (area(), None));
    assert_eq!(feed.next_window(), None);
    let auditor = Actor {
        role: Role::Auditor,
        ..reader(Scope::Communes([commune()].into()))
    };
    let mut feed = Feed::open(&auditor, &position, epoch(), &numbers, 10);
    assert_eq!(feed.next_window(), None);
    assert_eq!(feed.close().cursors, SortedMap::new());
}

#[test]
fn a_scope_has_one_name() {
    let actor = officer(1);
    assert_eq!(scope_name(&actor), scope_name(&second_officer(1)));
    assert_ne!(scope_name(&actor), scope_name(&officer(2)));
    assert_eq!(scope_name(&actor).len(), 16);
}
