//! One that was entered twice: what a merge writes, when it is refused, and that it can be undone.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shared::SortedMap;
use shared::access::{Actor, Denied, Role, Scope};
use shared::assessment::{Move, Stage, StageName};
use shared::authority::Authority;
use shared::award::{Award, Occasion};
use shared::change::{ChangeBody, Refusal, Registration};
use shared::decision::{Deciding, DecisionStep, Does, Given};
use shared::document::{About, Document, FieldName};
use shared::duplicate::{Sign, pairs};
use shared::ids::{DocumentId, SubjectId, UnitId};
use shared::kind::SubjectKind;
use shared::merge::{self, MEMBERS_MAX, MERGED_MAX, MergeProblem, Merging};
use shared::rollup;
use shared::sync::{Carried, Intake, Outcome};
use uuid::Uuid;

use crate::support::*;

/// A server's intake, and the number of the next change.
#[derive(Default)]
struct Office {
    intake: Intake,
    next: u128,
}

impl Office {
    /// Two families of one name: the first scored, the second with a form that is begun.
    fn with_two() -> (Self, SubjectId, SubjectId) {
        let mut office = Self::default();
        let (kept, gone) = (household(1), household(2));
        for subject in [kept, gone] {
            office.next += 1;
            let registered = register(office.next, subject, village(1), "Lò Văn Sơn");
            office.taken(registered);
            office.next += 1;
            let begun = start(office.next, subject);
            office.taken(begun);
        }
        (office, kept, gone)
    }

    fn taken(&mut self, change: shared::change::Change) {
        let receipt = self.intake.receive(&officer(1), &terms(), change);
        assert!(receipt.outcome.is_received(), "{:?}", receipt.outcome);
    }

    fn send(&mut self, actor: &Actor, doc: DocumentId, body: ChangeBody) -> Outcome {
        self.next += 1;
        let change = change(self.next, doc, None, body);
        let decided = self
            .intake
            .decide_at_desk(actor, &terms(), &Carried::Known(change));
        decided.unwrap().outcome
    }

    fn set(&mut self, subject: SubjectId, field: &str, value: Value) -> Outcome {
        let body = ChangeBody::SetField {
            field: field.into(),
            value,
        };
        // Received as it came: its place is settled.
        self.next += 1;
        let seen = self.intake.documents[&subject.into()].writer(&field.into());
        let change = change(self.next, subject.into(), seen.map(|it| it.change), body);
        self.intake.receive(&officer(1), &terms(), change).outcome
    }

    fn entered(&mut self, kind: SubjectKind, number: u128, fields: &[(&str, Value)]) -> SubjectId {
        let subject = household(number);
        let mut all: SortedMap<FieldName, Value> = fields
            .iter()
            .map(|(name, value)| ((*name).into(), value.clone()))
            .collect();
        all.insert("name".into(), json!(format!("Lò {number}")));
        all.insert("since".into(), json!(2024));
        let registration = Registration {
            kind,
            shard: commune(),
            place: village(1),
            fields: all,
            doubts: SortedMap::new(),
        };
        self.next += 1;
        let body = ChangeBody::Register(registration);
        self.taken(change(self.next, subject.into(), None, body));
        subject
    }

    fn merge(&mut self, gone: SubjectId, kept: SubjectId) -> Outcome {
        let body = ChangeBody::Merge(Merging::Into { kept });
        self.send(&checker(), gone.into(), body)
    }

    fn undo(&mut self, gone: SubjectId, kept: SubjectId) -> Outcome {
        let body = ChangeBody::Merge(Merging::Undo { kept });
        self.send(&checker(), gone.into(), body)
    }

    fn of(&self, id: impl Into<DocumentId>) -> &Document {
        &self.intake.documents[&id.into()]
    }

    fn stage(&self, subject: SubjectId) -> StageName {
        let form = self.of(assessment_of(subject));
        form.assessment().unwrap().stage.name()
    }

    /// What every document says, without who wrote it and when.
    fn said(&self) -> BTreeMap<DocumentId, Said> {
        let documents = self.intake.documents.values();
        let said = documents.map(|it| {
            let fields = it.fields.iter().filter(|(_, value)| !value.is_null());
            let fields = fields.map(|(name, value)| (name.to_string(), value.clone()));
            let head = it.assessment();
            let stage = head.map(|head| head.stage.clone());
            let judged = head.map(|head| (&head.judged, head.finished, &head.facts));
            let until = it.subject_kind().map(|_| it.until());
            (
                it.id,
                (fields.collect(), stage, format!("{judged:?} {until:?}")),
            )
        });
        said.collect()
    }

    fn assert_counted(&self) {
        let recount = rollup::recount(self.intake.documents.values(), sets());
        assert_eq!(self.intake.rollup, recount);
    }
}

/// The fields of a document, the stage of a form, and the rest.
type Said = (BTreeMap<String, Value>, Option<Stage>, String);

fn checker() -> Actor {
    commune_actor(Role::CommuneOfficer)
}

fn refused(problem: MergeProblem) -> Outcome {
    Outcome::Refused(Refusal::NotMerged { problem })
}

#[test]
fn what_the_kept_one_lacks_is_taken_over_and_whoever_belongs_follows() {
    let (mut office, kept, gone) = Office::with_two();
    let clan = office.entered(SubjectKind::Clan, 7, &[]);
    office.set(gone, "hamlet", json!("Cụm 2"));
    office.set(gone, "clan", json!(clan.to_string()));
    office.set(gone, "members", json!(6));
    let child = office.entered(
        SubjectKind::Citizen,
        9,
        &[("family", json!(gone.to_string()))],
    );

    let merged = office.merge(gone, kept);

    assert!(merged.is_received(), "{merged:?}");
    assert_eq!(office.of(kept).text("hamlet"), Some("Cụm 2"));
    assert_eq!(office.of(kept).text("clan"), Some(&*clan.to_string()));
    assert_eq!(office.of(kept).number("members"), Some(5), "its own stands");
    assert_eq!(office.of(kept).merged_from(), [gone]);
    assert!(office.of(kept).conflicts.is_empty());
    assert_eq!(office.of(child).text("family"), Some(&*kept.to_string()));
    assert_eq!(office.of(gone).merged_into(), Some(kept));
    assert!(!office.of(gone).is_there(year()));
    assert_eq!(office.stage(gone), StageName::Withdrawn);
    assert_eq!(office.stage(kept), StageName::Registered);
    office.assert_counted();
}

#[test]
fn the_forms_of_the_kept_one_follow_what_it_took_over() {
    let (mut office, kept, gone) = Office::with_two();
    office.set(gone, "adults", json!(3));

    office.merge(gone, kept);

    let form = office.of(assessment_of(kept)).assessment().unwrap();
    assert_eq!(form.facts.adults, Some(3));
}

#[test]
fn a_merge_that_is_undone_leaves_what_was_before() {
    let (mut office, kept, gone) = Office::with_two();
    office.set(gone, "hamlet", json!("Cụm 2"));
    office.set(gone, "adults", json!(3));
    for answered in full_answers(500, gone) {
        office.taken(answered);
    }
    let form = assessment_of(gone);
    let sent = office.send(&officer(1), form, ChangeBody::Advance(Move::Submit));
    assert!(sent.is_received(), "{sent:?}");
    office.entered(
        SubjectKind::Citizen,
        9,
        &[("family", json!(gone.to_string()))],
    );
    office.entered(
        SubjectKind::Citizen,
        10,
        &[("family", json!(kept.to_string()))],
    );
    let before = office.said();

    for _ in 0..2 {
        assert!(office.merge(gone, kept).is_received());
        assert_ne!(office.said(), before);
        assert!(office.undo(gone, kept).is_received());
        assert_eq!(office.said(), before);
        office.assert_counted();
    }
}

#[test]
fn what_came_after_a_merge_outlives_its_undoing() {
    let (mut office, kept, gone) = Office::with_two();
    office.set(gone, "hamlet", json!("Cụm 2"));
    let child = office.entered(
        SubjectKind::Citizen,
        9,
        &[("family", json!(gone.to_string()))],
    );
    let other = office.entered(SubjectKind::Household, 3, &[]);
    office.merge(gone, kept);
    office.set(kept, "hamlet", json!("Cụm 5"));
    office.set(child, "family", json!(other.to_string()));

    office.undo(gone, kept);

    assert_eq!(office.of(kept).text("hamlet"), Some("Cụm 5"));
    assert_eq!(office.of(child).text("family"), Some(&*other.to_string()));
    assert_eq!(office.of(kept).merged_from(), []);
}

#[test]
fn a_phone_that_names_the_merged_one_means_the_kept_one() {
    let (mut office, kept, gone) = Office::with_two();
    let known = office.entered(SubjectKind::Citizen, 9, &[]);
    office.merge(gone, kept);

    let late = office.entered(
        SubjectKind::Citizen,
        10,
        &[("family", json!(gone.to_string()))],
    );
    office.set(known, "family", json!(gone.to_string()));

    for citizen in [late, known] {
        assert_eq!(office.of(citizen).text("family"), Some(&*kept.to_string()));
        assert!(office.of(citizen).conflicts.is_empty());
    }
}

#[test]
fn nothing_is_written_to_one_that_was_merged_and_its_author_is_told_where() {
    let (mut office, kept, gone) = Office::with_two();
    office.merge(gone, kept);
    let told = Outcome::Refused(Refusal::Merged { into: kept });

    assert_eq!(office.set(gone, "members", json!(4)), told);
    let form = assessment_of(gone);
    for step in [Move::Reopen, Move::Submit] {
        let taken = office.send(&checker(), form, ChangeBody::Advance(step));
        assert!(!taken.is_received());
    }
    let reopened = office.send(&checker(), form, ChangeBody::Advance(Move::Reopen));
    assert_eq!(reopened, told);
    let again = office.merge(gone, household(3));
    assert_eq!(again, told);
}

#[test]
fn nobody_begins_a_form_of_one_that_was_merged() {
    let mut office = Office::default();
    let kept = office.entered(SubjectKind::Household, 1, &[]);
    let gone = office.entered(SubjectKind::Household, 2, &[]);
    office.merge(gone, kept);

    office.next += 1;
    let begun = start(office.next, gone);
    let receipt = office.intake.receive(&officer(1), &terms(), begun);

    let told = Outcome::Refused(Refusal::Merged { into: kept });
    assert_eq!(receipt.outcome, told);
}

#[test]
fn only_a_merge_writes_what_it_writes() {
    let (mut office, kept, gone) = Office::with_two();
    for field in merge::FIELDS {
        let written = office.set(gone, field, json!(kept.to_string()));
        assert_eq!(written, Outcome::Refused(Refusal::WrongKind), "{field}");
        let registration = Registration {
            kind: SubjectKind::Household,
            shard: commune(),
            place: village(1),
            fields: [("name".into(), json!("Lò")), (field.into(), json!("x"))]
                .into_iter()
                .collect(),
            doubts: SortedMap::new(),
        };
        let body = ChangeBody::Register(registration);
        office.next += 1;
        let registered = change(office.next, household(40).into(), None, body);
        let receipt = office.intake.receive(&officer(1), &terms(), registered);
        assert_eq!(receipt.outcome, Outcome::Refused(Refusal::WrongKind));
    }
}

#[test]
fn a_merge_is_said_at_a_desk_by_those_who_check_and_of_what_is_theirs() {
    let (mut office, kept, gone) = Office::with_two();
    let body = ChangeBody::Merge(Merging::Into { kept });
    let role = Outcome::Refused(Refusal::Denied(Denied::Role));
    assert_eq!(office.send(&officer(1), gone.into(), body.clone()), role);
    for other in [Role::Surveyor, Role::Auditor] {
        let actor = commune_actor(other);
        assert_eq!(office.send(&actor, gone.into(), body.clone()), role);
    }
    let outside = Outcome::Refused(Refusal::Denied(Denied::OutsideScope));
    let neighbour = Actor {
        scope: Scope::Communes([UnitId::from_uuid(Uuid::from_u128(77))].into()),
        ..checker()
    };
    assert_eq!(office.send(&neighbour, gone.into(), body.clone()), outside);
    // The kept one lies with somebody else.
    let elsewhere = UnitId::from_uuid(Uuid::from_u128(77));
    let mut far = office.of(kept).clone();
    (far.shard, far.place) = (elsewhere, elsewhere);
    office.intake.documents.insert(kept.into(), far);
    assert_eq!(office.send(&checker(), gone.into(), body.clone()), outside);
    // A phone, whoever holds it.
    office.next += 1;
    let brought = change(office.next, gone.into(), None, body);
    let brought = office
        .intake
        .decide(&checker(), &terms(), &Carried::Known(brought));
    let at_desk = Outcome::Refused(Refusal::AtDeskOnly);
    assert_eq!(brought.unwrap().outcome, at_desk);
}

#[test]
fn what_a_decision_holds_is_not_merged_away() {
    let year = year();
    let holds = |alter: fn(&mut shared::assessment::AssessmentHead)| {
        let (mut office, kept, gone) = Office::with_two();
        let form = office.intake.documents.get_mut(&assessment_of(gone));
        if let About::Assessment(head) = &mut form.unwrap().about {
            alter(head);
        }
        office.merge(gone, kept)
    };
    assert_eq!(
        holds(|head| head.given = Some(Given {
            decision: DocumentId::from(household(0x50)),
            on: "2026-11-01".parse().unwrap(),
            until: None,
            decided_by: Authority::Home,
        })),
        refused(MergeProblem::Titled { year })
    );
    assert_eq!(
        holds(|head| head.commended = Some(DocumentId::from(household(0x50)))),
        refused(MergeProblem::Titled { year })
    );
    assert_eq!(
        holds(|head| head.listed = Some(DocumentId::from(household(0x50)))),
        refused(MergeProblem::Listed { year })
    );
    assert_eq!(
        holds(|head| head.stage = Stage::Proposed),
        refused(MergeProblem::Listed { year })
    );
}

#[test]
fn a_form_with_an_open_complaint_is_not_merged_away() {
    let (mut office, kept, gone) = Office::with_two();
    let reason = Some("khiếu nại".to_owned());
    let held = office.send(&checker(), assessment_of(gone), ChangeBody::Hold { reason });
    assert!(held.is_received(), "{held:?}");
    let problem = MergeProblem::Held { year: year() };
    assert_eq!(office.merge(gone, kept), refused(problem));
}

#[test]
fn the_only_form_of_a_year_is_not_merged_away() {
    let (mut office, kept, gone) = Office::with_two();
    let reason = "đi vắng".to_owned();
    let form = assessment_of(kept);
    office.send(
        &officer(1),
        form,
        ChangeBody::Advance(Move::Withdraw { reason }),
    );

    let problem = MergeProblem::OnlyForm { year: year() };
    assert_eq!(office.merge(gone, kept), refused(problem));
    assert!(office.merge(kept, gone).is_received());
}

#[test]
fn strange_pairs_are_refused() {
    let (mut office, kept, gone) = Office::with_two();
    let clan = office.entered(SubjectKind::Clan, 7, &[]);
    let kind = refused(MergeProblem::Kind);
    assert_eq!(office.merge(gone, gone), kind);
    assert_eq!(office.merge(gone, clan), kind);
    let unknown = Outcome::Refused(Refusal::UnknownDocument);
    assert_eq!(office.merge(gone, household(99)), unknown);
    assert_eq!(office.merge(household(99), kept), unknown);
    // A form is nobody.
    let form = SubjectId::from(assessment_of(kept));
    assert_eq!(office.merge(gone, form), kind);
    assert_eq!(office.merge(form, kept), kind);

    let third = office.entered(SubjectKind::Household, 3, &[]);
    assert!(office.merge(third, kept).is_received());
    assert_eq!(
        office.merge(gone, third),
        refused(MergeProblem::KeptIsMerged)
    );
    assert_eq!(office.merge(kept, gone), refused(MergeProblem::HoldsOthers));
    office.set(gone, "until", json!(2025));
    let fourth = office.entered(SubjectKind::Household, 4, &[]);
    assert_eq!(
        office.merge(fourth, gone),
        refused(MergeProblem::KeptIsGone)
    );
}

#[test]
fn a_merge_is_bounded() {
    let mut office = Office::default();
    let clan = office.entered(SubjectKind::Clan, 1, &[]);
    let large = office.entered(SubjectKind::Clan, 2, &[]);
    for family in 0..=MEMBERS_MAX as u128 {
        let clan = json!(large.to_string());
        office.entered(SubjectKind::Household, 100 + family, &[("clan", clan)]);
    }
    let max = MEMBERS_MAX;
    assert_eq!(
        office.merge(large, clan),
        refused(MergeProblem::TooMany { max })
    );
    assert!(office.merge(clan, large).is_received());

    let kept = office.entered(SubjectKind::Household, 3, &[]);
    for at in 0..=MERGED_MAX {
        let gone = office.entered(SubjectKind::Household, 5_000 + at as u128, &[]);
        let max = MERGED_MAX;
        match at < MERGED_MAX {
            true => assert!(office.merge(gone, kept).is_received(), "{at}"),
            false => assert_eq!(
                office.merge(gone, kept),
                refused(MergeProblem::TooMany { max })
            ),
        }
    }
}

#[test]
fn pressed_twice_is_pressed_once() {
    let (mut office, kept, gone) = Office::with_two();
    assert!(office.merge(gone, kept).is_received());
    let merged = office.intake.documents.clone();
    assert!(office.merge(gone, kept).is_received());
    assert_eq!(office.intake.documents, merged);
    assert!(office.undo(gone, kept).is_received());
    let undone = office.intake.documents.clone();
    assert!(office.undo(gone, kept).is_received());
    assert_eq!(office.intake.documents, undone);
}

#[test]
fn a_family_that_began_this_year_is_no_less_than_nobody() {
    let mut office = Office::default();
    let kept = office.entered(SubjectKind::Household, 1, &[]);
    let gone = office.entered(SubjectKind::Household, 2, &[]);
    office.set(gone, "since", json!(2027));
    office.merge(gone, kept);
    let counts = |year: i64| {
        let year = shared::calendar::Year::new(year).unwrap();
        let title = SubjectKind::Household.title();
        rollup::total(&office.intake.rollup, title, year, |_| true).subjects
    };
    assert_eq!([2024, 2025, 2026, 2027].map(counts), [1, 1, 1, 1]);
    office.assert_counted();
}

#[test]
fn years_before_stay_as_they_were_counted() {
    let (mut office, kept, gone) = Office::with_two();
    office.merge(gone, kept);
    let counts = |year: i64| {
        let year = shared::calendar::Year::new(year).unwrap();
        let title = SubjectKind::Household.title();
        rollup::total(&office.intake.rollup, title, year, |_| true).subjects
    };
    assert_eq!([2023, 2024, 2025, 2026, 2027].map(counts), [0, 2, 2, 1, 1]);
}

/// A subject with some fields, entered later the larger its number.
fn subject(kind: SubjectKind, number: u128, place: u128, fields: &[(&str, Value)]) -> Document {
    let registration = Registration {
        kind,
        shard: commune(),
        place: village(place),
        fields: fields
            .iter()
            .map(|(name, value)| ((*name).into(), value.clone()))
            .chain([("since".into(), json!(2024))])
            .collect(),
        doubts: SortedMap::new(),
    };
    let mut intake = Intake::default();
    let id = household(number).into();
    let registered = change(number, id, None, ChangeBody::Register(registration));
    let receipt = intake.receive(&commune_actor(Role::Admin), &terms(), registered);
    assert!(receipt.outcome.is_received(), "{receipt:?}");
    intake.documents.remove(&id).unwrap()
}

#[test]
fn namesakes_are_offered_where_something_else_is_the_same_too() {
    use SubjectKind::{Citizen, Clan, Household, Unit};
    let name = || ("name", json!("Lò Văn Pâng"));
    let unmarked = || ("name", json!("lo van  pang"));
    let born = |year: u32| ("birth_year", json!(year));
    let persons = |members: u32| ("members", json!(members));
    type Fields = Vec<(&'static str, Value)>;
    type Case<'a> = (
        &'a str,
        SubjectKind,
        (u128, Fields),
        (u128, Fields),
        Option<&'a [Sign]>,
    );
    let cases: [Case<'_>; 11] = [
        (
            "one birth, one village",
            Household,
            (1, vec![name(), born(1980)]),
            (1, vec![unmarked(), born(1980)]),
            Some(&[Sign::Place, Sign::BirthYear]),
        ),
        (
            "another birth",
            Household,
            (1, vec![name(), born(1980)]),
            (1, vec![name(), born(1981)]),
            None,
        ),
        (
            "one birth, two villages",
            Household,
            (1, vec![name(), born(1980)]),
            (2, vec![name(), born(1980)]),
            Some(&[Sign::BirthYear]),
        ),
        (
            "as many persons",
            Household,
            (1, vec![name(), persons(4)]),
            (1, vec![name(), born(1980), persons(4)]),
            Some(&[Sign::Place, Sign::Members]),
        ),
        (
            "only the name, two villages",
            Household,
            (1, vec![name()]),
            (2, vec![name()]),
            None,
        ),
        (
            "of one nothing is known",
            Household,
            (1, vec![name(), born(1980)]),
            (1, vec![name()]),
            Some(&[Sign::Place]),
        ),
        (
            "known, and nothing the same",
            Household,
            (1, vec![name(), born(1980), persons(3)]),
            (1, vec![name(), persons(4)]),
            None,
        ),
        (
            "another name",
            Household,
            (1, vec![name(), born(1980)]),
            (1, vec![("name", json!("Lò Văn Páo")), born(1980)]),
            None,
        ),
        (
            "one household",
            Citizen,
            (1, vec![name(), ("family", json!(household(7).to_string()))]),
            (2, vec![name(), ("family", json!(household(7).to_string()))]),
            Some(&[Sign::Family]),
        ),
        (
            "a clan is its name",
            Clan,
            (1, vec![name()]),
            (2, vec![name()]),
            Some(&[]),
        ),
        (
            "a school is no agency",
            Unit,
            (1, vec![name(), ("unit_type", json!("school"))]),
            (1, vec![name(), ("unit_type", json!("agency"))]),
            None,
        ),
    ];
    for (case, kind, one, other, expected) in cases {
        let first = subject(kind, 1, one.0, &one.1);
        let second = subject(kind, 2, other.0, &other.1);
        // Whoever stands first in the list.
        let found = pairs([&second, &first].into_iter(), year());
        let signs = found.first().map(|pair| pair.signs.as_slice());
        assert_eq!(signs, expected, "{case}");
        if let Some(pair) = found.first() {
            let entered = (pair.one, pair.other);
            assert_eq!(entered, (first.id, second.id), "{case}: entered first");
        }
    }
}

#[test]
fn a_name_that_half_a_commune_has_says_nothing() {
    let of = |number| subject(SubjectKind::Household, number, 1, &[("name", json!("Lò"))]);
    let many: Vec<Document> = (1..=51).map(of).collect();
    assert_eq!(pairs(many.iter().take(3), year()).len(), 3);
    assert_eq!(pairs(many.iter(), year()), []);
}

#[test]
fn whoever_was_merged_is_offered_no_more() {
    let (mut office, kept, gone) = Office::with_two();
    let offered = |office: &Office| pairs(office.intake.documents.values(), year()).len();
    assert_eq!(offered(&office), 1);
    office.merge(gone, kept);
    assert_eq!(offered(&office), 0);
    office.undo(gone, kept);
    assert_eq!(offered(&office), 1);
}

#[test]
fn a_merged_form_is_on_no_list_of_a_decision() {
    let (mut office, kept, gone) = Office::with_two();
    office.merge(gone, kept);
    let does = Does::Commend {
        award: Award::CommuneCommendation,
        occasion: Occasion::Year,
    };
    for does in [Does::Recognise, does] {
        let deciding = Deciding {
            step: DecisionStep::Draft {
                shard: commune(),
                does,
            },
            title: SubjectKind::Household.title(),
            year: year(),
            subjects: vec![gone],
            corrects: None,
        };
        let (id, body) = (household(0x60).into(), ChangeBody::Decide(deciding));
        office.next += 1;
        let drafted = change(office.next, id, None, body);
        let receipt = office.intake.receive(&checker(), &terms(), drafted);
        let is_refused = matches!(receipt.outcome, Outcome::Refused(Refusal::Lines { .. }));
        assert!(is_refused, "{receipt:?}");
    }
}
