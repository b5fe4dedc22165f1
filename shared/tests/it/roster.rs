//! The lists of a phone: what they hold, how they are found, sorted and followed.

use std::collections::BTreeSet;
use std::time::Instant;

use shared::assessment::{Move, StageName};
use shared::change::{Change, ChangeBody, Start};
use shared::criteria::Criteria;
use shared::document::{Document, Scorer};
use shared::ids::DocumentId;
use shared::kind::SubjectKind;
use shared::roster::{List, ListKey, Progress, Query, Roster, Sort, form_of};
use shared::scoring::Answer;
use shared::subject::{Unlikely, unlikely};
use shared::sync::{Replica, Stored, Touched, UNDERSTANDS};

use crate::support::*;

/// Families of the first village: name, hamlet, number in the commune's list.
const FAMILIES: [(&str, Option<&str>, Option<u32>); 4] = [
    ("Lò Văn Pâng", Some("Xóm 4"), Some(3)),
    ("Vàng A Sử", None, None),
    ("Đèo Thị Ín", Some("Xóm 10"), Some(1)),
    ("Giàng A Páo", Some("Xóm 4"), Some(2)),
];

fn phone() -> Replica {
    let mut replica = Replica::restore(officer(1), Stored::default(), sets(), UNDERSTANDS);
    for (at, (name, hamlet, number)) in (1_u128..).zip(FAMILIES) {
        record(&mut replica, register(at, household(at), village(1), name));
        let doc = household(at);
        if let Some(hamlet) = hamlet {
            record(
                &mut replica,
                set_field(100 + at, doc, None, "hamlet", hamlet.into()),
            );
        }
        if let Some(number) = number {
            record(
                &mut replica,
                set_field(200 + at, doc, None, "number", number.into()),
            );
        }
    }
    replica
}

fn record(replica: &mut Replica, change: Change) {
    replica.record(change, sets()).unwrap();
}

/// The roster brought up to what the replica says it touched.
fn keep(roster: &mut Roster, replica: &mut Replica) {
    let touched: BTreeSet<DocumentId> = match replica.take_touched() {
        Touched::All => replica.documents().map(|it| it.id).collect(),
        Touched::Some(touched) => touched,
    };
    let lists = roster.make(replica, Criteria::builtin(), year(), touched);
    roster.arrange(&lists);
}

/// The families of a village.
fn families(roster: &Roster, number: u128) -> List {
    roster.list(ListKey {
        place: village(number),
        kind: SubjectKind::Household,
    })
}

fn names(roster: &Roster, sort: Sort) -> Vec<String> {
    let list = families(roster, 1).chosen(sort, |_| true);
    list.iter().map(|it| it.name.clone()).collect()
}

#[test]
fn a_list_is_sorted_by_name_by_hamlet_and_as_the_commune_numbers_it() {
    let (mut replica, mut roster) = (phone(), Roster::default());
    keep(&mut roster, &mut replica);
    let [pang, su, in_, pao] = FAMILIES.map(|it| it.0);
    assert_eq!(names(&roster, Sort::Name), [in_, pao, pang, su]);
    // Ten comes after four, and who has no hamlet comes last.
    assert_eq!(names(&roster, Sort::Hamlet)[3], su);
    assert_eq!(names(&roster, Sort::Number), [in_, pao, pang, su]);
}

#[test]
fn a_search_finds_hamlet_and_number_too() {
    let (mut replica, mut roster) = (phone(), Roster::default());
    keep(&mut roster, &mut replica);
    let found = |typed: &str| {
        let query = Query::new(typed);
        let list = families(&roster, 1);
        let found = list.chosen(Sort::Name, |family| family.is_found(&query));
        found.iter().map(|it| it.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(found("xom 4"), ["Giàng A Páo", "Lò Văn Pâng"]);
    assert_eq!(found("pang"), ["Lò Văn Pâng"]);
    assert_eq!(found("3"), ["Lò Văn Pâng"]);
    assert_eq!(found("  ").len(), 4);
    assert!(Query::new("12").is_number() && !Query::new("xóm 12").is_number());
}

#[test]
fn a_list_follows_taps_and_what_is_taken_back() {
    let (mut replica, mut roster) = (phone(), Roster::default());
    keep(&mut roster, &mut replica);
    let first = families(&roster, 1);
    let stage = |roster: &Roster| roster.subject(household(1).into()).unwrap().stage;
    assert_eq!(stage(&roster), None);

    let (begun, _) = replica.tap(start(300, household(1)), sets()).unwrap();
    let (answered, _) = replica
        .tap(answer(301, household(1), None, "GD.1a", 10), sets())
        .unwrap();
    keep(&mut roster, &mut replica);
    assert_eq!(stage(&roster), Some(StageName::InProgress));
    assert!(families(&roster, 1) != first, "another list");
    let family = roster.subject(household(1).into()).unwrap();
    assert!(family.is_own && !family.is_received);

    replica.take_back(&[begun, answered], sets());
    keep(&mut roster, &mut replica);
    assert_eq!(
        stage(&roster),
        None,
        "the form is gone, and the list knows whose it was"
    );
    let before = families(&roster, 1);
    keep(&mut roster, &mut replica);
    assert!(
        families(&roster, 1) == before,
        "nothing was touched, nothing is made"
    );
}

#[test]
fn a_family_that_moves_leaves_its_list() {
    let (mut replica, mut roster) = (phone(), Roster::default());
    keep(&mut roster, &mut replica);
    let body = ChangeBody::Move {
        shard: commune(),
        place: village(2),
    };
    record(&mut replica, change(300, household(2).into(), None, body));
    keep(&mut roster, &mut replica);
    assert_eq!(families(&roster, 1).len(), 3);
    assert_eq!(families(&roster, 2).len(), 1);
}

#[test]
fn every_kind_has_a_list_of_its_own_with_its_own_form() {
    let (mut replica, mut roster) = (phone(), Roster::default());
    let citizen = household(50);
    let mut registered = register(300, citizen, village(1), "Quàng Thị Mai");
    let ChangeBody::Register(registration) = &mut registered.body else {
        unreachable!("a registration")
    };
    registration.kind = SubjectKind::Citizen;
    record(&mut replica, registered);
    let title = SubjectKind::Citizen.title();
    let set = sets().iter().find(|set| set.title == title).unwrap();
    let form = form_of(citizen.into(), SubjectKind::Citizen, year());
    let start = ChangeBody::Start(Start {
        subject: citizen,
        title,
        year: year(),
        criteria: set.id.clone(),
        facts: Default::default(),
    });
    record(&mut replica, change(301, form, None, start));
    for (at, indicator) in (302..).zip(set.indicators()) {
        let body = ChangeBody::SetAnswer {
            scorer: Scorer::Village,
            code: indicator.code.clone(),
            answer: indicator.max.map(Answer::Points),
        };
        record(&mut replica, change(at, form, None, body));
    }
    keep(&mut roster, &mut replica);
    assert_eq!(families(&roster, 1).len(), 4);
    let citizens = roster.list(ListKey {
        place: village(1),
        kind: SubjectKind::Citizen,
    });
    let [mai] = &*citizens else {
        panic!("one citizen: {citizens:?}")
    };
    assert_eq!(
        mai.score.as_ref().map(|it| it.verdict.passes),
        Some(Some(true))
    );
    // Whoever finishes a citizen is offered a citizen next, and no family.
    assert_eq!(citizens.next(citizen.into(), Sort::Name, None), None);
}

#[test]
fn the_next_family_is_the_next_one_in_the_chosen_order() {
    let (mut replica, mut roster) = (phone(), Roster::default());
    let finish = |replica: &mut Replica, number: u128| {
        record(replica, start(1_000 * number, household(number)));
        for change in full_answers(1_000 * number + 1, household(number)) {
            record(replica, change);
        }
        let form = assessment_of(household(number));
        let submit = ChangeBody::Advance(Move::Submit);
        record(replica, change(1_000 * number + 500, form, None, submit));
    };
    keep(&mut roster, &mut replica);
    let next = |roster: &Roster, after: u128, sort, hamlet| {
        let next = families(roster, 1).next(household(after).into(), sort, hamlet);
        next.map(|it| it.name.clone())
    };
    // By name the third comes first, and after the last the first again.
    assert_eq!(
        next(&roster, 3, Sort::Name, None).as_deref(),
        Some("Giàng A Páo")
    );
    assert_eq!(
        next(&roster, 2, Sort::Name, None).as_deref(),
        Some("Đèo Thị Ín")
    );
    assert_eq!(
        next(&roster, 3, Sort::Number, None).as_deref(),
        Some("Giàng A Páo")
    );
    // In a hamlet, whoever lives there first.
    assert_eq!(
        next(&roster, 4, Sort::Name, Some("Xóm 10")).as_deref(),
        Some("Đèo Thị Ín")
    );
    finish(&mut replica, 4);
    finish(&mut replica, 1);
    keep(&mut roster, &mut replica);
    assert_eq!(
        next(&roster, 3, Sort::Name, None).as_deref(),
        Some("Vàng A Sử")
    );
    let list = families(&roster, 1);
    let hamlets = list.hamlets();
    assert!(hamlets.contains(&("Xóm 4".into(), Progress { scored: 2, all: 2 })));
    assert_eq!(list.progress(), Progress { scored: 2, all: 4 });
    let today = roster.today(officer(1).user, noon());
    assert_eq!((today.scored, today.received), (2, 0));
    finish(&mut replica, 2);
    finish(&mut replica, 3);
    keep(&mut roster, &mut replica);
    assert_eq!(next(&roster, 3, Sort::Name, None), None);
}

/// Not a measure of a phone, but of the shape: a tap must not cost what the village costs.
#[test]
fn a_tap_in_a_village_of_thousands_makes_one_family() {
    let documents: Vec<Document> = {
        let mut replica = phone();
        record(
            &mut replica,
            register(900, household(900), village(1), "Lý A Nủ"),
        );
        let one = replica.document(household(900).into()).unwrap().clone();
        let copy = |number: u128| Document {
            id: household(10_000 + number).into(),
            ..one.clone()
        };
        (0..5_000).map(copy).collect()
    };
    let stored = Stored {
        documents,
        ..Stored::default()
    };
    let mut replica = Replica::restore(officer(1), stored, sets(), UNDERSTANDS);
    let mut roster = Roster::default();
    keep(&mut roster, &mut replica);
    assert_eq!(families(&roster, 1).len(), 5_000);
    replica.tap(start(300, household(10_001)), sets()).unwrap();
    let Touched::Some(touched) = replica.take_touched() else {
        panic!("one tap touches everything");
    };
    let began = Instant::now();
    let lists = roster.make(
        &replica,
        Criteria::builtin(),
        year(),
        touched.iter().copied(),
    );
    assert!(touched.len() <= 2, "{touched:?}");
    assert_eq!(lists.len(), 1);
    assert!(began.elapsed().as_millis() < 50);
}

#[test]
fn numbers_that_contradict_each_other_are_asked_about() {
    let asked = |members, adults, literate| {
        unlikely(|name| match name {
            "members" => members,
            "adults" => adults,
            "literate_adults" => literate,
            _ => None,
        })
    };
    let odd = |more, of| Some(Unlikely { more, of });
    assert_eq!(asked(Some(5), Some(9), None), odd("adults", "members"));
    assert_eq!(
        asked(Some(5), Some(3), Some(4)),
        odd("literate_adults", "adults")
    );
    assert_eq!(asked(Some(5), Some(5), Some(5)), None);
    assert_eq!(asked(None, Some(9), Some(1)), None);
}
