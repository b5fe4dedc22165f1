//! Decisions: what may be listed and signed, and what becomes of the forms.

mod above;
mod proposals;

use serde_json::json;
use shared::SortedMap;
use shared::access::{Actor, Denied, Role};
use shared::assessment::{Move, Stage, StageName};
use shared::authority::Authority;
use shared::award::{Award, Doubt, Occasion, Recipient, base_salary, money};
use shared::calendar::Year;
use shared::change::{Change, ChangeBody, Refusal, Registration, Start};
use shared::criteria::{CriteriaSet, CriteriaSetId, Points, Title};
use shared::decision::{
    Corrected, DEED_MAX, Deciding, DecisionHead, DecisionState, DecisionStep, Does, Given,
    LISTED_MAX, LineProblem, Numbered, Reading, form,
};
use shared::document::{Document, FieldName, Scorer};
use shared::ids::{DocumentId, SubjectId};
use shared::kind::SubjectKind;
use shared::scoring::{Answer, Facts};
use shared::sync::{Carried, Intake, Outcome, Receipt, Terms};
use uuid::Uuid;

use crate::support::*;

const CITIZEN: &str = "cong_dan_324";
const FAMILY: &str = "gia_dinh_448";

/// A server's intake, and the number of the next change.
struct Office {
    intake: Intake,
    next: u128,
    year: Year,
    criteria: &'static [CriteriaSet],
}

impl Default for Office {
    fn default() -> Self {
        Self::of(year())
    }
}

impl Office {
    /// Whose forms are of a year.
    fn of(year: Year) -> Self {
        Self {
            intake: Intake::default(),
            next: 0,
            year,
            criteria: sets(),
        }
    }

    fn send(&mut self, actor: &Actor, doc: DocumentId, mut body: ChangeBody) -> Outcome {
        if let ChangeBody::Decide(deciding) = &mut body {
            deciding.year = self.year;
        }
        self.next += 1;
        let change = change(self.next, doc, None, body);
        self.receipt(actor, change).outcome
    }

    fn receipt(&mut self, actor: &Actor, change: Change) -> Receipt {
        let terms = Terms {
            criteria: self.criteria,
            ..terms()
        };
        self.intake.receive(actor, &terms, change)
    }

    fn done(&mut self, actor: &Actor, doc: DocumentId, body: ChangeBody) {
        let outcome = self.send(actor, doc, body);
        assert!(outcome.is_received(), "{outcome:?}");
    }

    /// Somebody whose form was scored with so many points a question and confirmed.
    fn verified(&mut self, kind: SubjectKind, number: u128, set: &str, points: i32) -> SubjectId {
        let (subject, title) = (household(number), kind.title());
        let (officer, checker) = (officer(1), commune_actor(Role::CommuneOfficer));
        let fields = [
            (FieldName::from("name"), json!(format!("Lò Thị {number}"))),
            (FieldName::from("since"), json!(2024)),
        ];
        let registration = Registration {
            kind,
            shard: commune(),
            place: village(1),
            fields: fields.into_iter().collect(),
            doubts: Default::default(),
        };
        self.done(&officer, subject.into(), ChangeBody::Register(registration));
        let form = form(subject, title, self.year);
        let begun = Start {
            subject,
            title,
            year: self.year,
            criteria: CriteriaSetId::new(set),
            facts: Facts::default(),
        };
        self.done(&officer, form, ChangeBody::Start(begun));
        let set = self.criteria.iter().find(|it| it.id.as_str() == set);
        let set = set.unwrap();
        for indicator in set.indicators() {
            let given = |max: Points| Answer::Points(max.min(Points::whole(points)));
            let body = ChangeBody::SetAnswer {
                scorer: Scorer::Village,
                code: indicator.code.clone(),
                answer: Some(indicator.max.map_or(Answer::Met(true), given)),
            };
            self.done(&officer, form, body);
        }
        self.done(&officer, form, ChangeBody::Advance(Move::Submit));
        self.done(&checker, form, ChangeBody::Advance(Move::Verify));
        subject
    }

    fn citizen(&mut self, number: u128) -> SubjectId {
        self.verified(SubjectKind::Citizen, number, CITIZEN, 9)
    }

    fn draft(&mut self, number: u128, title: Title, does: Does, of: &[SubjectId]) -> Outcome {
        let shard = commune();
        let step = DecisionStep::Draft { shard, does };
        let body = decide(step, title, of);
        self.send(&commune_actor(Role::CommuneOfficer), decision(number), body)
    }

    fn sign(&mut self, number: u128, title: Title, of: &[SubjectId]) -> Outcome {
        let paper = 124 + number;
        let step = signed(&format!(" {paper}/QĐ-UBND "), "2026-11-20");
        let body = decide(step, title, of);
        self.send(&commune_actor(Role::CommuneLeader), decision(number), body)
    }

    fn stage(&self, subject: SubjectId) -> Stage {
        let form = self.form(subject);
        form.assessment().unwrap().stage.clone()
    }

    fn form(&self, subject: SubjectId) -> &Document {
        let form = form(subject, Title::LearningCitizen, self.year);
        &self.intake.documents[&form]
    }
}

fn decision(number: u128) -> DocumentId {
    household(0x500 + number).into()
}

fn decide(step: DecisionStep, title: Title, subjects: &[SubjectId]) -> ChangeBody {
    ChangeBody::Decide(Deciding {
        step,
        title,
        year: year(),
        corrects: None,
        subjects: subjects.to_vec(),
    })
}

/// The same with a decision that corrects another.
fn correct(of: u128, step: DecisionStep, subjects: &[SubjectId]) -> ChangeBody {
    ChangeBody::Decide(Deciding {
        step,
        title: TITLE,
        year: year(),
        corrects: Some(decision(of)),
        subjects: subjects.to_vec(),
    })
}

fn signature(on: &str) -> DecisionStep {
    signed("125/QĐ-UBND", on)
}

fn signed(number: &str, on: &str) -> DecisionStep {
    DecisionStep::Sign {
        number: number.into(),
        on: on.parse().unwrap(),
        signer: "Lò Văn Sơn".into(),
    }
}

fn role() -> Outcome {
    Outcome::Refused(Refusal::Denied(Denied::Role))
}

fn lines(lines: &[(SubjectId, LineProblem)]) -> Outcome {
    let lines = lines.to_vec();
    Outcome::Refused(Refusal::Lines { lines })
}

const TITLE: Title = Title::LearningCitizen;

#[test]
fn one_signature_gives_every_title_of_its_list() {
    let mut office = Office::default();
    let people = [office.citizen(1), office.citizen(2)];
    assert!(
        office
            .draft(1, TITLE, Does::Recognise, &people)
            .is_received()
    );
    for person in people {
        assert_eq!(office.stage(person), Stage::Proposed);
    }
    assert!(office.sign(1, TITLE, &people).is_received());
    let signed = office.intake.documents[&decision(1)].decision().unwrap();
    let signature = signed.signed.clone().unwrap();
    assert_eq!(signed.state, DecisionState::Signed);
    assert_eq!(signature.number, "125/QĐ-UBND");
    assert_eq!(signed.list[&people[0]].name, "Lò Thị 1");
    for person in people {
        let head = office.form(person).assessment().unwrap();
        let decided = Stage::Recognised {
            decision: "125/QĐ-UBND".into(),
        };
        assert_eq!(head.stage, decided);
        assert_eq!(head.moved.unwrap().change, signature.writer.change);
        let given = Given {
            decision: decision(1),
            on: signature.on,
            until: None,
            decided_by: Authority::Home,
        };
        assert_eq!(head.given, Some(given));
        assert_eq!(head.listed, None);
    }
    // Nothing is changed in what was signed, and nothing given twice.
    for step in [
        DecisionStep::List,
        DecisionStep::Unlist,
        DecisionStep::Discard,
    ] {
        let body = decide(step, TITLE, &people);
        let refused = office.send(&commune_actor(Role::CommuneLeader), decision(1), body);
        assert_eq!(refused, Outcome::Refused(Refusal::DecisionClosed));
    }
    let stage = StageName::Recognised;
    let twice = office.draft(2, TITLE, Does::Recognise, &people[..1]);
    assert_eq!(twice, lines(&[(people[0], LineProblem::Stage { stage })]));
}

#[test]
fn a_title_is_taken_back_by_another_decision_only() {
    let mut office = Office::default();
    let people = [office.citizen(1), office.citizen(2)];
    assert!(
        office
            .draft(1, TITLE, Does::Recognise, &people)
            .is_received()
    );
    let revoke = |reason: &str| Does::Revoke {
        reason: reason.into(),
    };
    let too_early = office.draft(2, TITLE, revoke("Khai sai"), &people[..1]);
    let stage = StageName::Proposed;
    assert_eq!(
        too_early,
        lines(&[(people[0], LineProblem::Stage { stage })])
    );
    assert!(office.sign(1, TITLE, &people).is_received());
    for back in [Move::Reopen, Move::TakeBack] {
        let form = office.form(people[0]).id;
        let body = ChangeBody::Advance(back);
        let refused = office.send(&commune_actor(Role::CommuneLeader), form, body);
        let stage = StageName::Recognised;
        assert_eq!(refused, Outcome::Refused(Refusal::WrongStage { stage }));
    }
    let unreasoned = office.draft(2, TITLE, revoke(" "), &people[..1]);
    assert_eq!(unreasoned, Outcome::Refused(Refusal::ReasonMissing));
    assert!(
        office
            .draft(2, TITLE, revoke("Khai sai"), &people[..1])
            .is_received()
    );
    assert_eq!(office.stage(people[0]).name(), StageName::Recognised);
    assert!(office.sign(2, TITLE, &people[..1]).is_received());
    assert_eq!(office.stage(people[0]).name(), StageName::Revoked);
    assert_eq!(office.form(people[0]).assessment().unwrap().given, None);
    assert_eq!(office.stage(people[1]).name(), StageName::Recognised);
    let stage = StageName::Revoked;
    let again = office.draft(3, TITLE, Does::Recognise, &people[..1]);
    assert_eq!(again, lines(&[(people[0], LineProblem::Stage { stage })]));
}

#[test]
fn what_is_taken_off_a_draft_is_the_communes_again() {
    let mut office = Office::default();
    let people = [office.citizen(1), office.citizen(2), office.citizen(3)];
    let commune = commune_actor(Role::CommuneOfficer);
    assert!(
        office
            .draft(1, TITLE, Does::Recognise, &people[..2])
            .is_received()
    );
    let elsewhere = office.draft(2, TITLE, Does::Recognise, &people);
    let listed = LineProblem::Listed;
    assert_eq!(
        elsewhere,
        lines(&[(people[0], listed), (people[1], listed)])
    );
    assert_eq!(office.stage(people[2]), Stage::Verified);

    office.done(
        &commune,
        decision(1),
        decide(DecisionStep::List, TITLE, &people[2..]),
    );
    office.done(
        &commune,
        decision(1),
        decide(DecisionStep::Unlist, TITLE, &people[..1]),
    );
    assert_eq!(office.stage(people[0]), Stage::Verified);
    assert_eq!(office.stage(people[2]), Stage::Proposed);
    // Signed by somebody who looked at the list before it changed.
    let changed = Outcome::Refused(Refusal::ListChanged);
    assert_eq!(office.sign(1, TITLE, &people[..2]), changed);
    let discard = decide(DecisionStep::Discard, TITLE, &people[..2]);
    assert_eq!(office.send(&commune, decision(1), discard), changed);
    office.done(
        &commune,
        decision(1),
        decide(DecisionStep::Discard, TITLE, &people[1..]),
    );
    for person in people {
        let head = office.form(person).assessment().unwrap();
        assert_eq!((&head.stage, head.listed), (&Stage::Verified, None));
    }
    // The change that drafted it, sent again under another id, lists nobody.
    assert!(
        office
            .draft(1, TITLE, Does::Recognise, &people)
            .is_received()
    );
    assert_eq!(office.stage(people[0]), Stage::Verified);
}

#[test]
fn nobody_is_recognised_whose_line_does_not_stand() {
    let mut office = Office::default();
    let (good, held) = (office.citizen(1), office.citizen(2));
    let weak = office.verified(SubjectKind::Citizen, 3, CITIZEN, 2);
    let commune = commune_actor(Role::CommuneOfficer);
    let refused = office.draft(1, TITLE, Does::Recognise, &[good, weak, household(77)]);
    let (fails, none) = (LineProblem::NotPassed, LineProblem::NoForm);
    assert_eq!(refused, lines(&[(weak, fails), (household(77), none)]));
    assert_eq!(
        office.stage(good),
        Stage::Verified,
        "all of a list, or nobody"
    );

    let list = [good, held];
    assert!(office.draft(1, TITLE, Does::Recognise, &list).is_received());
    let form = office.form(held).id;
    let hold = |reason: Option<&str>| ChangeBody::Hold {
        reason: reason.map(str::to_owned),
    };
    let unexplained = office.send(&commune, form, hold(Some("")));
    assert_eq!(unexplained, Outcome::Refused(Refusal::ReasonMissing));
    let by_village = office.send(&officer(1), form, hold(Some("Có đơn")));
    assert_eq!(by_village, role());
    office.done(&commune, form, hold(Some("Có đơn khiếu nại")));
    let stopped = lines(&[(held, LineProblem::Held)]);
    assert_eq!(office.sign(1, TITLE, &list), stopped);
    assert_eq!(office.stage(good), Stage::Proposed);
    office.done(&commune, form, hold(None));
    assert!(office.sign(1, TITLE, &list).is_received());
}

#[test]
fn nothing_is_recognised_by_a_set_that_was_not_read_in_full() {
    let mut office = Office::default();
    let family = office.verified(SubjectKind::Household, 1, FAMILY, 100);
    let title = Title::LearningFamily;
    assert!(
        office
            .draft(1, title, Does::Recognise, &[family])
            .is_received()
    );
    let refused = office.sign(1, title, &[family]);
    assert_eq!(refused, lines(&[(family, LineProblem::PartialCriteria)]));
}

#[test]
fn only_the_leader_signs_on_a_day_that_has_come() {
    let mut office = Office::default();
    let list = [office.citizen(1)];
    let village = office.send(
        &officer(1),
        decision(1),
        decide(
            DecisionStep::Draft {
                shard: commune(),
                does: Does::Recognise,
            },
            TITLE,
            &list,
        ),
    );
    let outside = Outcome::Refused(Refusal::Denied(Denied::OutsideScope));
    assert_eq!(village, outside);
    assert!(office.draft(1, TITLE, Does::Recognise, &list).is_received());
    // The leader of an area does in the area what a commune's does in the commune.
    let leaders = [Role::CommuneLeader, Role::AreaLeader];
    for other in Role::ALL.into_iter().filter(|it| !leaders.contains(it)) {
        let body = decide(signature("2026-11-20"), TITLE, &list);
        let refused = office.send(&commune_actor(other), decision(1), body);
        assert_eq!(refused, role(), "{other:?}");
    }
    let leader = commune_actor(Role::CommuneLeader);
    for on in ["2025-12-31", "2026-11-21", "2031-01-01"] {
        let refused = office.send(&leader, decision(1), decide(signature(on), TITLE, &list));
        let from = "2026-01-01".parse().unwrap();
        assert_eq!(refused, Outcome::Refused(Refusal::WrongDate { from }));
    }
    for (number, signer) in [("", "Lò Văn Sơn"), ("12/QĐ-UBND", " ")] {
        let step = DecisionStep::Sign {
            number: number.into(),
            on: "2026-11-20".parse().unwrap(),
            signer: signer.into(),
        };
        let refused = office.send(&leader, decision(1), decide(step, TITLE, &list));
        assert_eq!(refused, Outcome::Refused(Refusal::ReasonMissing));
    }
}

#[test]
fn a_number_is_given_once_a_year() {
    let mut office = Office::default();
    let people = [office.citizen(1), office.citizen(2), office.citizen(3)];
    for (number, person) in (1..).zip(&people) {
        let drafted = office.draft(number, TITLE, Does::Recognise, &[*person]);
        assert!(drafted.is_received());
    }
    let leader = commune_actor(Role::CommuneLeader);
    let mut sign = |at: usize, number: &str| {
        let step = signed(number, "2026-11-20");
        let body = decide(step, TITLE, &people[at..=at]);
        office.send(&leader, decision(at as u128 + 1), body)
    };
    assert!(sign(0, "125/QĐ-UBND").is_received());
    let taken = Outcome::Refused(Refusal::NumberTaken);
    for same in ["125/QĐ-UBND", " 0125/qđ -  ubnd"] {
        assert_eq!(sign(1, same), taken, "{same}");
    }
    // A refusal gives no number away.
    assert!(sign(1, "126/QĐ-UBND").is_received());
    assert_eq!(sign(2, "126/QĐ-UBND"), taken);
    assert!(sign(2, "1250/QĐ-UBND").is_received());
    let unit = commune();
    let on = |day: &str| Numbered::new(unit, "125/QĐ-UBND", day.parse().unwrap());
    assert_eq!(on("2026-01-01"), on("2026-12-31"));
    assert_ne!(on("2026-12-31"), on("2027-01-01"));
    assert_ne!(
        on("2026-01-01"),
        Numbered::new(village(1), "125/QĐ-UBND", "2026-01-01".parse().unwrap())
    );
}

#[test]
fn phones_and_letters_bring_no_decision() {
    let mut office = Office::default();
    let list = [office.citizen(1)];
    let step = DecisionStep::Draft {
        shard: commune(),
        does: Does::Recognise,
    };
    let change = change(900, decision(1), None, decide(step, TITLE, &list));
    let leader = commune_actor(Role::CommuneLeader);
    let terms = terms();
    let brought = Carried::Known(change);
    for _ in 0..2 {
        let receipt = office.intake.decide(&leader, &terms, &brought).unwrap();
        assert_eq!(receipt.outcome, Outcome::Refused(Refusal::AtDeskOnly));
    }
    assert!(!office.intake.documents.contains_key(&decision(1)));
    let form = office.form(list[0]).id;
    let recognise = ChangeBody::Advance(Move::Recognise {
        decision: "12/QĐ-UBND".into(),
    });
    office.done(
        &commune_actor(Role::CommuneOfficer),
        form,
        ChangeBody::Advance(Move::Propose),
    );
    let alone = office.send(&leader, form, recognise);
    assert_eq!(alone, Outcome::Refused(Refusal::NeedsDecision));
}

#[test]
fn a_list_and_an_id_have_their_bounds() {
    let mut office = Office::default();
    let many: Vec<SubjectId> = (0..=LISTED_MAX as u128).map(household).collect();
    let refused = office.draft(1, TITLE, Does::Recognise, &many);
    let max = LISTED_MAX;
    assert_eq!(refused, Outcome::Refused(Refusal::TooLong { max }));
    let Outcome::Refused(Refusal::Lines { lines }) =
        office.draft(1, TITLE, Does::Recognise, &many[1..])
    else {
        panic!("nobody of them has a form");
    };
    assert_eq!(lines.len(), 20);
    let derived = DocumentId::from_uuid(Uuid::new_v5(&Uuid::nil(), b"1"));
    let list = [office.citizen(1)];
    let step = DecisionStep::Draft {
        shard: commune(),
        does: Does::Recognise,
    };
    let refused = office.send(
        &commune_actor(Role::CommuneOfficer),
        derived,
        decide(step, TITLE, &list),
    );
    assert_eq!(refused, Outcome::Refused(Refusal::WrongKind));
}

const COMMENDS: Does = Does::Commend {
    award: Award::CommuneCommendation,
    occasion: Occasion::Year,
};

impl Office {
    /// Citizens who hold their title by decision 1.
    fn recognised(&mut self, many: u128) -> Vec<SubjectId> {
        let people: Vec<SubjectId> = (1..=many).map(|number| self.citizen(number)).collect();
        let drafted = self.draft(1, TITLE, Does::Recognise, &people);
        assert!(drafted.is_received(), "{drafted:?}");
        assert!(self.sign(1, TITLE, &people).is_received());
        people
    }

    fn describe(&mut self, number: u128, deeds: &[(SubjectId, &str)]) -> Outcome {
        let deeds = deeds.iter().map(|(of, deed)| (*of, (*deed).to_owned()));
        let deeds: SortedMap<SubjectId, String> = deeds.collect();
        let body = decide(DecisionStep::Describe { deeds }, TITLE, &[]);
        self.send(&commune_actor(Role::CommuneOfficer), decision(number), body)
    }

    fn head(&self, number: u128) -> &DecisionHead {
        self.intake.documents[&decision(number)].decision().unwrap()
    }

    fn commended(&self, subject: SubjectId) -> (Option<DocumentId>, Option<DocumentId>) {
        let head = self.form(subject).assessment().unwrap();
        (head.listed, head.commended)
    }
}

#[test]
fn a_merit_is_commended_once_by_one_signature() {
    let mut office = Office::default();
    let people = office.recognised(3);
    let drafted = office.draft(2, TITLE, COMMENDS, &people[..2]);
    assert!(drafted.is_received(), "{drafted:?}");
    assert_eq!(office.commended(people[0]), (Some(decision(2)), None));
    assert_eq!(office.stage(people[0]).name(), StageName::Recognised);
    // While one draft lists it, no second does.
    let second = office.draft(3, TITLE, COMMENDS, &people);
    let listed = LineProblem::Listed;
    assert_eq!(second, lines(&[(people[0], listed), (people[1], listed)]));
    assert!(office.sign(2, TITLE, &people[..2]).is_received());
    assert_eq!(office.commended(people[0]), (None, Some(decision(2))));
    assert_eq!(office.stage(people[0]).name(), StageName::Recognised);
    assert_eq!(
        office.head(2).does.award(),
        Some(Award::CommuneCommendation)
    );
    // What is signed commends, and the same merit is commended no more.
    let again = office.draft(3, TITLE, COMMENDS, &people);
    let done = LineProblem::Commended;
    assert_eq!(again, lines(&[(people[0], done), (people[1], done)]));
    assert!(office.draft(3, TITLE, COMMENDS, &people[2..]).is_received());
    // What is thrown away commended nobody, and leaves the title as it was.
    let discard = decide(DecisionStep::Discard, TITLE, &people[2..]);
    office.done(&commune_actor(Role::CommuneOfficer), decision(3), discard);
    assert_eq!(office.commended(people[2]), (None, None));
    assert_eq!(office.stage(people[2]).name(), StageName::Recognised);
    assert!(office.draft(4, TITLE, COMMENDS, &people[2..]).is_received());
}

#[test]
fn only_who_holds_the_title_and_is_not_held_is_commended() {
    let mut office = Office::default();
    let people = office.recognised(3);
    let checked = office.citizen(4);
    let (none, verified) = (LineProblem::NoForm, StageName::Verified);
    let early = office.draft(2, TITLE, COMMENDS, &[people[0], checked, household(77)]);
    let stage = LineProblem::Stage { stage: verified };
    assert_eq!(early, lines(&[(checked, stage), (household(77), none)]));
    assert_eq!(office.commended(people[0]), (None, None), "all, or nobody");

    assert!(office.draft(2, TITLE, COMMENDS, &people).is_received());
    let reason = "Khai sai".to_owned();
    let revoke = Does::Revoke { reason };
    assert!(office.draft(3, TITLE, revoke, &people[..1]).is_received());
    assert!(office.sign(3, TITLE, &people[..1]).is_received());
    let (commune, held) = (
        commune_actor(Role::CommuneOfficer),
        office.form(people[1]).id,
    );
    let hold = |reason: Option<&str>| ChangeBody::Hold {
        reason: reason.map(str::to_owned),
    };
    office.done(&commune, held, hold(Some("Có đơn khiếu nại")));
    let stage = LineProblem::Stage {
        stage: StageName::Revoked,
    };
    let refused = lines(&[(people[0], stage), (people[1], LineProblem::Held)]);
    assert_eq!(office.sign(2, TITLE, &people), refused);
    office.done(&commune, held, hold(None));
    let unlist = decide(DecisionStep::Unlist, TITLE, &people[..1]);
    office.done(&commune, decision(2), unlist);
    assert_eq!(office.commended(people[0]), (None, None));
    assert!(office.sign(2, TITLE, &people[1..]).is_received());
}

#[test]
fn what_each_is_commended_for_is_said_before_the_signature() {
    let mut office = Office::default();
    let people = office.recognised(2);
    assert!(office.draft(2, TITLE, COMMENDS, &people).is_received());
    let deed = "Dạy 12 buổi tiếng Mông cho người lớn,   hiến 300 m² đất làm lớp học ";
    assert!(office.describe(2, &[(people[0], deed)]).is_received());
    let said = "Dạy 12 buổi tiếng Mông cho người lớn, hiến 300 m² đất làm lớp học";
    assert_eq!(office.head(2).list[&people[0]].deed.as_deref(), Some(said));
    // Listed again, and named anew when it is signed: what was said stays.
    let list = decide(DecisionStep::List, TITLE, &people);
    office.done(&commune_actor(Role::CommuneOfficer), decision(2), list);
    let long = "ê".repeat(DEED_MAX + 1);
    let refused = office.describe(2, &[(people[0], ""), (people[1], &long)]);
    assert_eq!(
        refused,
        Outcome::Refused(Refusal::TooLong { max: DEED_MAX })
    );
    assert!(office.describe(2, &[(people[1], &long[2..])]).is_received());
    assert!(office.describe(2, &[(people[1], " ")]).is_received());
    let unknown = office.describe(2, &[(household(77), said)]);
    assert_eq!(unknown, Outcome::Refused(Refusal::ListChanged));
    assert!(office.sign(2, TITLE, &people).is_received());
    assert_eq!(office.head(2).list[&people[0]].deed.as_deref(), Some(said));
    assert_eq!(office.head(2).list[&people[1]].deed, None);
    let late = office.describe(2, &[(people[0], "khác")]);
    assert_eq!(late, Outcome::Refused(Refusal::DecisionClosed));

    // A decision that gives titles says nothing of the kind.
    let other = office.citizen(9);
    assert!(
        office
            .draft(3, TITLE, Does::Recognise, &[other])
            .is_received()
    );
    let kind = Outcome::Refused(Refusal::WrongKind);
    assert_eq!(office.describe(3, &[(other, said)]), kind);
}

#[test]
fn only_a_commune_commends() {
    let mut office = Office::default();
    let people = office.recognised(1);
    let drafted = office.draft(2, TITLE, COMMENDS, &people);
    assert!(drafted.is_received(), "{drafted:?}");
    let drafts = [Role::CommuneOfficer, Role::CommuneLeader];
    for other in Role::ALL.into_iter().filter(|it| !drafts.contains(it)) {
        let step = DecisionStep::Draft {
            shard: commune(),
            does: COMMENDS,
        };
        let body = decide(step, TITLE, &people);
        let refused = office.send(&commune_actor(other), decision(3), body);
        assert_eq!(refused, role(), "no area has a chairman: {other:?}");
    }
    let step = DecisionStep::Draft {
        shard: commune(),
        does: COMMENDS,
    };
    let body = decide(step, TITLE, &people);
    let neighbour = office.send(&officer(1), decision(3), body.clone());
    assert_eq!(
        neighbour,
        Outcome::Refused(Refusal::Denied(Denied::OutsideScope))
    );
    let signed = decide(signature("2026-11-20"), TITLE, &people);
    let clerk = office.send(&commune_actor(Role::CommuneOfficer), decision(2), signed);
    assert_eq!(clerk, role());
    let brought = Carried::Known(change(901, decision(3), None, body));
    let leader = commune_actor(Role::CommuneLeader);
    let receipt = office.intake.decide(&leader, &terms(), &brought).unwrap();
    assert_eq!(receipt.outcome, Outcome::Refused(Refusal::AtDeskOnly));
}

#[test]
fn money_is_the_multiplier_times_the_base_salary_of_the_day() {
    use SubjectKind::{Citizen, Clan, Commune, Household, Unit, Village};
    let commune = Award::CommuneCommendation;
    let on = |day: &str| day.parse().unwrap();
    let cases = [
        (Citizen, "2024-06-30", None),
        (Citizen, "2025-06-30", Some(351_000)),
        (Household, "2025-06-30", None),
        (Citizen, "2025-07-01", Some(702_000)),
        (Household, "2026-06-30", Some(1_053_000)),
        (Clan, "2026-06-30", Some(1_404_000)),
        (Citizen, "2026-07-01", Some(759_000)),
        (Household, "2026-07-01", Some(1_138_500)),
        (Village, "2026-07-01", Some(1_518_000)),
        (Unit, "2026-07-01", Some(1_518_000)),
        (Commune, "2027-01-01", Some(1_518_000)),
    ];
    for (kind, day, dong) in cases {
        assert_eq!(money(commune, kind, on(day)), dong, "{kind:?} {day}");
    }
    let high = |award| money(award, Village, on("2026-07-01"));
    assert_eq!(high(Award::ProvinceCommendation), Some(7_590_000));
    assert_eq!(high(Award::MinistryCommendation), Some(7_590_000));
    assert_eq!(high(Award::PrimeMinisterCommendation), Some(17_710_000));
    let nobody_read = money(Award::ProvinceCommendation, Citizen, on("2026-07-01"));
    assert_eq!(nobody_read, None);
    assert_eq!(base_salary(on("2024-06-30")), None);
    assert_eq!(
        Recipient::of(Household).doubt(),
        Some(Doubt::HouseholdInferred)
    );
    assert_eq!(Recipient::of(Citizen).doubt(), None);
    let bases = commune.bases(on("2026-07-01"));
    assert!(bases[0].text.contains("Điều 75") && bases[1].text.contains("152/2025/NĐ-CP"));
    assert_eq!(commune.bases(on("2025-06-30")).len(), 1);
}

#[test]
fn decisions_of_before_are_read_and_written_as_they_were() {
    let mut office = Office::default();
    let people = office.recognised(1);
    let written = serde_json::to_value(office.head(1)).unwrap();
    assert_eq!(written["does"], json!("recognise"));
    assert!(written["list"][people[0].to_string()].get("deed").is_none());
    let form = serde_json::to_value(office.form(people[0])).unwrap();
    assert!(!form.to_string().contains("commended"));
    let commends = serde_json::to_value(COMMENDS).unwrap();
    assert_eq!(
        commends,
        json!({"commend": {"award": "commune_commendation"}})
    );
}

impl Office {
    fn rename(&mut self, person: SubjectId, name: &str) {
        let field = ChangeBody::SetField {
            field: FieldName::from("name"),
            value: json!(name),
        };
        self.done(&commune_actor(Role::CommuneOfficer), person.into(), field);
    }

    /// A draft that corrects lines of decision `of`.
    fn correcting(&mut self, number: u128, of: u128, people: &[SubjectId]) -> Outcome {
        let step = corrects(of);
        let body = correct(of, step, people);
        self.send(&commune_actor(Role::CommuneOfficer), decision(number), body)
    }

    fn reword(
        &mut self,
        number: u128,
        of: u128,
        lines: &[(SubjectId, &str)],
        wording: &str,
    ) -> Outcome {
        let readings = lines.iter().map(|(subject, name)| {
            let said = self.head(number).list.get(subject);
            let place = said.map_or(village(1), |line| line.place);
            let (name, deed) = ((*name).to_owned(), None);
            (*subject, Reading { name, place, deed })
        });
        let readings: SortedMap<SubjectId, Reading> = readings.collect();
        let people: Vec<SubjectId> = readings.keys().copied().collect();
        let wording = wording.to_owned();
        let body = correct(of, DecisionStep::Reword { readings, wording }, &people);
        self.send(&commune_actor(Role::CommuneOfficer), decision(number), body)
    }

    fn sign_correction(&mut self, number: u128, of: u128, people: &[SubjectId]) -> Outcome {
        let paper = format!("{}/QĐ-UBND", 124 + number);
        let body = correct(of, signed(&paper, "2026-11-20"), people);
        self.send(&commune_actor(Role::CommuneLeader), decision(number), body)
    }

    fn reads(&self, of: u128, person: SubjectId) -> String {
        self.head(of).list[&person].reading().name
    }
}

fn corrects(of: u128) -> DecisionStep {
    let does = Does::Correct {
        decision: decision(of),
        wording: String::new(),
    };
    let shard = commune();
    DecisionStep::Draft { shard, does }
}

#[test]
fn a_line_is_read_as_the_last_signed_correction_says() {
    let mut office = Office::default();
    let people = office.recognised(3);
    office.rename(people[0], "Lò Thị Ơn");
    let printed = office.head(1).clone();
    assert!(office.correcting(2, 1, &people[..1]).is_received());
    // Whoever has mended the list has nothing to type.
    let line = office.head(2).list[&people[0]].clone();
    assert_eq!(line.name, "Lò Thị Ơn");
    assert_eq!(line.was.unwrap().name, "Lò Thị 1");
    assert_eq!(
        office.head(1).list[&people[0]].correcting,
        Some(decision(2))
    );
    assert_eq!(office.reads(1, people[0]), "Lò Thị 1", "not signed yet");
    let forms = |office: &Office| -> Vec<Document> {
        people.iter().map(|it| office.form(*it).clone()).collect()
    };
    let before = forms(&office);
    assert!(office.sign_correction(2, 1, &people[..1]).is_received());
    assert_eq!(forms(&office), before);

    let now = office.head(1).clone();
    let line = now.list[&people[0]].clone();
    let reads = Reading {
        name: "Lò Thị Ơn".into(),
        place: village(1),
        deed: None,
    };
    let corrected = Corrected {
        by: decision(2),
        number: "126/QĐ-UBND".into(),
        on: "2026-11-20".parse().unwrap(),
        reads,
    };
    assert_eq!(line.corrected, Some(corrected));
    assert_eq!(line.correcting, None);
    // What the paper says stays as it was signed.
    assert_eq!(line.said(), printed.list[&people[0]].said());
    assert_eq!(now.signed, printed.signed);
    assert_eq!(now.list[&people[1]], printed.list[&people[1]]);

    // The list says the same as the paper now, so another name is typed.
    assert!(office.correcting(3, 1, &people[..2]).is_received());
    let lines = office.head(3).list.clone();
    assert_eq!(lines[&people[0]].was.as_ref().unwrap().name, "Lò Thị Ơn");
    let typed = [(people[0], "Lò Thị Ớn "), (people[1], "Lò Văn 2")];
    assert!(office.reword(3, 1, &typed, "").is_received());
    assert_eq!(office.reads(1, people[0]), "Lò Thị Ơn");
    assert!(office.sign_correction(3, 1, &people[..2]).is_received());
    assert_eq!(office.reads(1, people[0]), "Lò Thị Ớn");
    assert_eq!(office.reads(1, people[1]), "Lò Văn 2");
    assert_eq!(office.reads(1, people[2]), "Lò Thị 3");
    // What was signed is not signed, or worded, again.
    let closed = Outcome::Refused(Refusal::DecisionClosed);
    assert_eq!(office.sign_correction(3, 1, &people[..2]), closed);
    assert_eq!(office.reword(2, 1, &typed[..1], ""), closed);
}

#[test]
fn a_line_that_does_not_stand_is_not_corrected() {
    let mut office = Office::default();
    let people = office.recognised(4);
    let stranger = office.citizen(9);
    let refused = office.correcting(2, 1, &[people[0], stranger, household(77)]);
    let (strange, none) = (LineProblem::NotListed, LineProblem::NoForm);
    assert_eq!(
        refused,
        lines(&[(stranger, strange), (household(77), none)])
    );
    assert_eq!(
        office.head(1).list[&people[0]].correcting,
        None,
        "all, or nobody"
    );

    // Two drafts never correct one line.
    assert!(office.correcting(2, 1, &people[..2]).is_received());
    let listed = LineProblem::Listed;
    let second = office.correcting(3, 1, &people[1..3]);
    assert_eq!(second, lines(&[(people[1], listed)]));
    // Nothing differs yet, and nothing is signed for nothing.
    let same = LineProblem::Unchanged;
    let refused = lines(&[(people[0], same), (people[1], same)]);
    assert_eq!(office.sign_correction(2, 1, &people[..2]), refused);
    assert!(
        office
            .reword(2, 1, &[(people[0], "Lò Thị Một")], "")
            .is_received()
    );
    assert_eq!(
        office.sign_correction(2, 1, &people[..2]),
        lines(&[(people[1], same)])
    );
    let unlist = correct(1, DecisionStep::Unlist, &people[1..2]);
    office.done(&commune_actor(Role::CommuneOfficer), decision(2), unlist);
    assert_eq!(office.head(1).list[&people[1]].correcting, None);

    // Taken back meanwhile.
    let reason = "Khai sai".to_owned();
    let revoke = Does::Revoke { reason };
    assert!(office.draft(4, TITLE, revoke, &people[..1]).is_received());
    assert!(office.sign(4, TITLE, &people[..1]).is_received());
    let stage = LineProblem::Stage {
        stage: StageName::Revoked,
    };
    let refused = lines(&[(people[0], stage)]);
    assert_eq!(office.sign_correction(2, 1, &people[..1]), refused);
    let discard = correct(1, DecisionStep::Discard, &people[..1]);
    office.done(&commune_actor(Role::CommuneOfficer), decision(2), discard);
    assert_eq!(office.head(1).list[&people[0]].correcting, None);
    assert_eq!(office.correcting(5, 1, &people[..1]), refused);
    // The decision that took it back has a line of its own.
    assert!(office.correcting(6, 4, &people[..1]).is_received());
}

#[test]
fn what_a_correction_names_is_signed_and_no_correction() {
    let mut office = Office::default();
    let people = office.recognised(2);
    let other = office.citizen(9);
    assert!(
        office
            .draft(2, TITLE, Does::Recognise, &[other])
            .is_received()
    );
    let kind = Outcome::Refused(Refusal::WrongKind);
    assert_eq!(office.correcting(3, 2, &[other]), kind, "a draft");
    let nowhere = Outcome::Refused(Refusal::UnknownDocument);
    assert_eq!(office.correcting(3, 99, &people), nowhere);
    assert!(office.correcting(3, 1, &people[..1]).is_received());
    assert!(
        office
            .reword(3, 1, &[(people[0], "Lò Thị Một")], "")
            .is_received()
    );
    assert!(office.sign_correction(3, 1, &people[..1]).is_received());
    assert_eq!(office.correcting(4, 3, &people[..1]), kind, "a correction");
    // What the step says that it corrects is what the decision corrects.
    let of_another = correct(2, corrects(1), &people[1..]);
    let commune = commune_actor(Role::CommuneOfficer);
    assert_eq!(office.send(&commune, decision(4), of_another), kind);
    let of_nothing = decide(corrects(1), TITLE, &people[1..]);
    assert_eq!(office.send(&commune, decision(4), of_nothing), kind);
    assert!(office.correcting(4, 1, &people[1..]).is_received());
    let bare = decide(DecisionStep::Discard, TITLE, &people[1..]);
    assert_eq!(office.send(&commune, decision(4), bare), kind);
    // Another title is another decision.
    let body = ChangeBody::Decide(Deciding {
        step: corrects(1),
        title: Title::LearningFamily,
        year: year(),
        corrects: Some(decision(1)),
        subjects: Vec::new(),
    });
    assert_eq!(office.send(&commune, decision(5), body), kind);
    for role_of in Role::ALL {
        let drafts = [Role::CommuneOfficer, Role::CommuneLeader];
        let at_home = [Role::AreaOfficer, Role::AreaLeader];
        if drafts.contains(&role_of) || at_home.contains(&role_of) {
            continue;
        }
        let body = correct(1, corrects(1), &people[..1]);
        let refused = office.send(&commune_actor(role_of), decision(6), body);
        assert_eq!(refused, role(), "{role_of:?}");
    }
    let step = signed("140/QĐ-UBND", "2026-11-20");
    let clerk = office.send(&commune, decision(4), correct(1, step, &people[1..]));
    assert_eq!(clerk, role());
}

#[test]
fn how_a_line_reads_is_bounded_and_its_place_is_known() {
    let mut office = Office::default();
    let people = office.recognised(2);
    assert!(office.correcting(2, 1, &people[..1]).is_received());
    let one = people[0];
    let long = "ê".repeat(200_000);
    for name in ["", "  ", &long] {
        let refused = office.reword(2, 1, &[(one, name)], "");
        let is_field = matches!(refused, Outcome::Refused(Refusal::Field { .. }));
        assert!(is_field, "{refused:?}");
    }
    let max = shared::change::REASON_MAX;
    let refused = office.reword(2, 1, &[], &long);
    assert_eq!(refused, Outcome::Refused(Refusal::TooLong { max }));
    let strange = office.reword(2, 1, &[(people[1], "Lò Văn Hai")], "");
    assert_eq!(strange, Outcome::Refused(Refusal::ListChanged));
    let reading = Reading {
        name: "Lò Thị Một".into(),
        place: village(2),
        deed: Some("khác".into()),
    };
    let readings: SortedMap<SubjectId, Reading> = [(one, reading)].into_iter().collect();
    let wording = String::new();
    let elsewhere = DecisionStep::Reword { readings, wording };
    let body = correct(1, elsewhere.clone(), &[one]);
    let clerk = commune_actor(Role::CommuneOfficer);
    let refused = office.send(&clerk, decision(2), body);
    assert_eq!(refused, Outcome::Refused(Refusal::WrongKind));
    // The family had moved when the paper was written, and somebody has mended that.
    let moves = ChangeBody::Move {
        shard: commune(),
        place: village(2),
    };
    office.done(&clerk, one.into(), moves);
    office.done(&clerk, decision(2), correct(1, elsewhere, &[one]));
    let line = office.head(2).list[&one].clone();
    assert_eq!(
        (line.place, line.deed),
        (village(2), None),
        "no deed of a title"
    );
    assert!(office.sign_correction(2, 1, &[one]).is_received());
    let line = office.head(1).list[&one].clone();
    assert_eq!((line.place, line.reading().place), (village(1), village(2)));
    // A place alone is offered where the name is right.
    let moves = ChangeBody::Move {
        shard: commune(),
        place: village(2),
    };
    office.done(&clerk, people[1].into(), moves);
    assert!(office.correcting(3, 1, &people[1..]).is_received());
    assert_eq!(office.head(3).list[&people[1]].place, village(2));
    let early = correct(1, signed("141/QĐ-UBND", "2026-11-19"), &people[1..]);
    let refused = office.send(&commune_actor(Role::CommuneLeader), decision(3), early);
    let from = "2026-11-20".parse().unwrap();
    assert_eq!(refused, Outcome::Refused(Refusal::WrongDate { from }));
}

#[test]
fn the_wording_of_a_paper_is_corrected_without_any_line() {
    let mut office = Office::default();
    office.recognised(1);
    assert!(office.correcting(2, 1, &[]).is_received());
    let changed = Outcome::Refused(Refusal::ListChanged);
    assert_eq!(office.sign_correction(2, 1, &[]), changed);
    let said = "Tại Điều 2,  “cấp” nay đọc là “trao”";
    assert!(office.reword(2, 1, &[], said).is_received());
    assert!(office.sign_correction(2, 1, &[]).is_received());
    let Does::Correct { wording, .. } = &office.head(2).does else {
        panic!("a correction");
    };
    assert_eq!(wording, "Tại Điều 2, “cấp” nay đọc là “trao”");
    // No other decision is worded so.
    let people = [office.citizen(5)];
    assert!(
        office
            .draft(3, TITLE, Does::Recognise, &people)
            .is_received()
    );
    let step = DecisionStep::Reword {
        readings: SortedMap::new(),
        wording: said.into(),
    };
    let body = decide(step, TITLE, &[]);
    let refused = office.send(&commune_actor(Role::CommuneOfficer), decision(3), body);
    assert_eq!(refused, Outcome::Refused(Refusal::WrongKind));
}

#[test]
fn a_commendation_is_read_with_another_deed() {
    let mut office = Office::default();
    let people = office.recognised(1);
    assert!(office.draft(2, TITLE, COMMENDS, &people).is_received());
    assert!(
        office
            .describe(2, &[(people[0], "Dạy 2 buổi")])
            .is_received()
    );
    assert!(office.sign(2, TITLE, &people).is_received());
    assert!(office.correcting(3, 2, &people).is_received());
    let line = office.head(3).list[&people[0]].said();
    assert_eq!(line.deed.as_deref(), Some("Dạy 2 buổi"));
    let deed = Some(" Dạy 12  buổi ".to_owned());
    let readings = [(people[0], Reading { deed, ..line })]
        .into_iter()
        .collect();
    let wording = String::new();
    let body = correct(2, DecisionStep::Reword { readings, wording }, &people);
    office.done(&commune_actor(Role::CommuneOfficer), decision(3), body);
    assert!(office.sign_correction(3, 2, &people).is_received());
    let reads = office.head(2).list[&people[0]].reading();
    assert_eq!(reads.deed.as_deref(), Some("Dạy 12 buổi"));
    // The form is commended by the decision that commended it, once.
    assert_eq!(office.commended(people[0]), (None, Some(decision(2))));
}
