//! Supporters: entered, mended, struck out; by whom; and that nothing else writes in them.

use serde_json::json;
use shared::SortedMap;
use shared::access::{Actor, Denied, Role};
use shared::assessment::Move;
use shared::calendar::Year;
use shared::change::{ChangeBody, Refusal, Start};
use shared::contribution::Contribution;
use shared::criteria::{CriteriaSetId, Title};
use shared::document::{About, Document};
use shared::field::{self, FieldProblem};
use shared::ids::{AssessmentId, DocumentId, UnitId};
use shared::rollup;
use shared::scoring::Facts;
use shared::supporter::{self, Supporter, SupporterSort, Supporting};
use shared::sync::{Carried, Intake, Outcome, SyncResponse};

use crate::support::*;

fn company() -> Supporter {
    Supporter {
        name: "Công ty TNHH Chè Phong Thổ".into(),
        sort: SupporterSort::Enterprise,
        from: Some("Lai Châu".into()),
        note: None,
    }
}

fn money(dong: u64) -> Contribution {
    Contribution {
        money: Some(dong),
        ..Contribution::default()
    }
}

fn write(shard: UnitId, who: Supporter, year: Year, gave: Contribution) -> ChangeBody {
    ChangeBody::Support(Supporting::Write {
        shard,
        who,
        year,
        gave,
    })
}

fn strike(is_struck: bool) -> ChangeBody {
    ChangeBody::Support(Supporting::Strike { is_struck })
}

#[derive(Default)]
struct Office {
    intake: Intake,
    next: u128,
}

fn id() -> DocumentId {
    household(1).into()
}

fn clerk() -> Actor {
    commune_actor(Role::CommuneOfficer)
}

impl Office {
    fn send(&mut self, actor: &Actor, doc: DocumentId, body: ChangeBody) -> Outcome {
        self.next += 1;
        let change = change(self.next, doc, None, body);
        self.intake.receive(actor, &terms(), change).outcome
    }

    fn entered() -> Self {
        let mut office = Self::default();
        let body = write(commune(), company(), year(), money(5_000_000));
        assert!(office.send(&clerk(), id(), body).is_received());
        office
    }

    fn one(&self) -> &Document {
        &self.intake.documents[&id()]
    }
}

fn denied(why: Denied) -> Outcome {
    Outcome::Refused(Refusal::Denied(why))
}

#[test]
fn what_it_gave_stands_under_its_years_and_is_mended_there() {
    let mut office = Office::entered();
    let before = year().before();
    for (year, gave) in [(before, money(7)), (year(), money(9))] {
        let body = write(commune(), company(), year, gave);
        assert!(office.send(&clerk(), id(), body).is_received());
    }
    let head = office.one().supporter().unwrap();
    assert_eq!(head.gave_in(before), Some(&money(7)));
    assert_eq!(head.gave_in(year()), Some(&money(9)));
    assert_eq!(head.gave_in(before.before()), None);
    // Nought is nothing, and nothing takes the year out.
    let body = write(commune(), company(), before, money(0));
    assert!(office.send(&clerk(), id(), body).is_received());
    let head = office.one().supporter().unwrap();
    assert_eq!(head.gave.len(), 1);
    assert_eq!(office.one().shard, commune());
    assert_eq!(office.one().place, commune());
}

#[test]
fn whoever_was_struck_out_gave_in_no_year_until_it_is_put_back() {
    let mut office = Office::entered();
    for (is_struck, gave) in [(true, None), (true, None), (false, Some(money(5_000_000)))] {
        assert!(office.send(&clerk(), id(), strike(is_struck)).is_received());
        let head = office.one().supporter().unwrap();
        assert_eq!(head.gave_in(year()), gave.as_ref());
    }
}

#[test]
fn those_who_keep_a_book_write_in_their_own() {
    let wrote = |actor: &Actor, shard| {
        let body = write(shard, company(), year(), money(5));
        Office::default().send(actor, id(), body)
    };
    let in_commune = Role::ALL.map(|role| wrote(&commune_actor(role), commune()).is_received());
    // An area's people belong to their area; there they are asked below.
    assert_eq!(
        in_commune,
        [false, false, true, false, true, true, false, true]
    );
    assert_eq!(
        wrote(&commune_actor(Role::CommuneLeader), commune()),
        denied(Denied::Role)
    );
    assert_eq!(wrote(&officer(1), commune()), denied(Denied::OutsideScope));
    assert_eq!(wrote(&clerk(), area()), denied(Denied::OutsideScope));
    for role in [Role::AreaOfficer, Role::AreaLeader] {
        assert!(wrote(&area_actor(role), area()).is_received());
        assert_eq!(
            wrote(&area_actor(role), commune()),
            denied(Denied::OutsideScope)
        );
    }
    // And nobody mends what is another's.
    let mut office = Office::entered();
    let other = area_actor(Role::AreaOfficer);
    let body = write(area(), company(), year(), money(1));
    assert_eq!(
        office.send(&other, id(), body),
        denied(Denied::OutsideScope)
    );
    let struck = office.send(&other, id(), strike(true));
    assert_eq!(struck, denied(Denied::OutsideScope));
}

#[test]
fn what_does_not_fit_is_refused_by_its_field() {
    let refused = |who: Supporter, of: Year, gave: Contribution| {
        let body = write(commune(), who, of, gave);
        match Office::default().send(&clerk(), id(), body) {
            Outcome::Refused(Refusal::Field { field, problem }) => {
                (field.as_str().to_owned(), problem)
            }
            other => panic!("{other:?}"),
        }
    };
    let named = |name: &str| Supporter {
        name: name.into(),
        ..company()
    };
    assert_eq!(
        refused(named(" \t"), year(), money(1)),
        (field::NAME.into(), FieldProblem::Empty)
    );
    let max = field::NAME_MAX;
    assert_eq!(
        refused(named(&"x".repeat(max + 1)), year(), money(1)),
        (field::NAME.into(), FieldProblem::TooLong { max })
    );
    let far = Supporter {
        from: Some("x".repeat(max + 1)),
        ..company()
    };
    assert_eq!(
        refused(far, year(), money(1)),
        (supporter::FROM.into(), FieldProblem::TooLong { max })
    );
    let (of, problem) = refused(company(), year(), money(u64::MAX));
    assert_eq!(of, field::GAVE_MONEY);
    assert!(matches!(problem, FieldProblem::OutOfRange { .. }));
    // Nobody has given anything in a year that has not begun.
    let (of, problem) = refused(company(), year().after(), money(1));
    assert_eq!(of, supporter::YEAR);
    let min = u64::from(Year::FIRST);
    let max = u64::from(year());
    assert_eq!(problem, FieldProblem::OutOfRange { min, max });
}

#[test]
fn texts_are_tidied_as_those_of_fields_are() {
    let mut office = Office::default();
    let untidy = Supporter {
        name: "  Hội   Khuyến học ".into(),
        from: Some(" ".into()),
        note: Some("x ".into()),
        ..company()
    };
    let gave = Contribution {
        otherwise: Some("  dạy   chữ ".into()),
        ..Contribution::default()
    };
    let body = write(commune(), untidy, year(), gave);
    assert!(office.send(&clerk(), id(), body).is_received());
    let head = office.one().supporter().unwrap();
    assert_eq!(head.who.name, "Hội Khuyến học");
    assert_eq!(
        (head.who.from.as_deref(), head.who.note.as_deref()),
        (None, Some("x"))
    );
    let gave = head.gave_in(year()).unwrap();
    assert_eq!(gave.otherwise.as_deref(), Some("dạy chữ"));
}

#[test]
fn it_is_nobody_whom_the_movement_judges() {
    let mut office = Office::entered();
    let one = office.one().clone();
    assert_eq!(one.subject_kind(), None);
    assert!(rollup::contribution(&one, sets()).is_empty());
    assert!(office.intake.rollup.is_empty());
    assert!(office.intake.affected.is_empty());
    let form = AssessmentId::of(household(1), Title::LearningUnit.as_str(), year());
    let start = ChangeBody::Start(Start {
        subject: household(1),
        title: Title::LearningUnit,
        year: year(),
        criteria: CriteriaSetId::new("don_vi_tt22"),
        facts: Facts::default(),
    });
    let wrong = Outcome::Refused(Refusal::WrongKind);
    assert_eq!(office.send(&clerk(), form.into(), start), wrong);
}

#[test]
fn nothing_else_writes_in_it() {
    let mut office = Office::entered();
    let before = office.one().clone();
    let at_desk = Outcome::Refused(Refusal::AtDeskOnly);
    let bodies = [
        ChangeBody::SetField {
            field: "name".into(),
            value: json!("X"),
        },
        ChangeBody::Settle {
            field: "name".into(),
            value: json!("X"),
        },
        ChangeBody::Doubt {
            field: "name".into(),
            reason: "x".into(),
        },
        ChangeBody::Move {
            shard: commune(),
            place: village(1),
        },
        ChangeBody::Advance(Move::Submit),
    ];
    for body in bodies {
        assert_eq!(office.send(&clerk(), id(), body), at_desk);
    }
    assert_eq!(*office.one(), before);
    // And it writes in nothing else.
    let family = register(50, household(2), village(1), "Lò Văn Pâng");
    assert!(
        office
            .intake
            .receive(&officer(1), &terms(), family)
            .outcome
            .is_received()
    );
    let wrong = Outcome::Refused(Refusal::WrongKind);
    for body in [write(commune(), company(), year(), money(1)), strike(true)] {
        assert_eq!(office.send(&clerk(), household(2).into(), body), wrong);
    }
    let unknown = Outcome::Refused(Refusal::UnknownDocument);
    assert_eq!(
        office.send(&clerk(), household(9).into(), strike(true)),
        unknown
    );
    // An id that is derived belongs to what it was derived from.
    let form = assessment_of(household(8));
    let body = write(commune(), company(), year(), money(1));
    assert_eq!(office.send(&clerk(), form, body), wrong);
}

#[test]
fn phones_and_letters_bring_none() {
    let mut office = Office::default();
    let body = write(commune(), company(), year(), money(1));
    let brought = Carried::Known(change(1, id(), None, body));
    let receipt = office.intake.decide(&clerk(), &terms(), &brought).unwrap();
    assert_eq!(receipt.outcome, Outcome::Refused(Refusal::AtDeskOnly));
    assert!(office.intake.documents.is_empty());
}

#[test]
fn it_is_written_and_read_as_it_stands() {
    let mut office = Office::entered();
    assert!(office.send(&clerk(), id(), strike(true)).is_received());
    let wire = serde_json::to_value(office.one()).unwrap();
    assert_eq!(
        wire["about"],
        json!({"supporter": {
            "who": {
                "name": "Công ty TNHH Chè Phong Thổ",
                "sort": "enterprise",
                "from": "Lai Châu",
            },
            "gave": {"2026": {"money": 5_000_000}},
            "is_struck": true,
        }})
    );
    let read: Document = serde_json::from_str(&wire.to_string()).unwrap();
    assert_eq!(&read, office.one());
    // One that gave nothing, too.
    let body = write(commune(), company(), year(), Contribution::default());
    assert!(office.send(&clerk(), id(), body).is_received());
    let wire = serde_json::to_value(office.one()).unwrap();
    assert_eq!(wire["about"]["supporter"]["gave"], json!({}));
    let read: Document = serde_json::from_str(&wire.to_string()).unwrap();
    let About::Supporter(head) = &read.about else {
        panic!("{wire}");
    };
    assert_eq!(head.gave, SortedMap::new());
}

/// No phone is sent one; should one come all the same, what a phone does not know it steps over, and says so.
#[test]
fn an_answer_with_one_in_it_is_readable() {
    let office = Office::entered();
    let one = serde_json::to_value(office.one()).unwrap();
    let mut newer = one.clone();
    newer["about"] = json!({"of_the_future": {"who": 1}});
    let response: SyncResponse = serde_json::from_value(json!({
        "server": change_id(1),
        "epoch": change_id(1),
        "scope": "x",
        "receipts": [],
        "documents": [one, newer],
        "cursors": {},
        "server_time": "2026-11-20T05:00:00Z",
        "min_app_version": "0.1.0",
    }))
    .unwrap();
    let known = response.documents.iter().filter_map(Carried::known);
    assert_eq!(known.count(), 1);
}
