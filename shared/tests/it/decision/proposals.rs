//! What a commune proposes and another authority decides.

use shared::access::Role;
use shared::award::{Award, Occasion, Phase, Piece};
use shared::calendar::Year;

use super::*;

const PROVINCE: Does = Does::Commend {
    award: Award::ProvinceCommendation,
    occasion: Occasion::Year,
};

pub fn letter(number: &str, on: &str) -> DecisionStep {
    DecisionStep::Submit {
        number: number.into(),
        on: on.parse().unwrap(),
        signer: "Lò Văn Sơn".into(),
    }
}

pub fn result(on: &str) -> DecisionStep {
    DecisionStep::Conclude {
        number: "125/QĐ-UBND".into(),
        on: on.parse().unwrap(),
        signer: "Giàng A Tính".into(),
    }
}

pub fn declined(declined: &[SubjectId]) -> DecisionStep {
    let declined = declined.to_vec();
    DecisionStep::Decline { declined }
}

fn gathered() -> DecisionStep {
    DecisionStep::Gather {
        pieces: Piece::ALL.to_vec(),
    }
}

impl Office {
    fn step(&mut self, number: u128, step: DecisionStep, people: &[SubjectId]) -> Outcome {
        let clerk = commune_actor(Role::CommuneOfficer);
        self.send(&clerk, decision(number), decide(step, TITLE, people))
    }

    /// A proposal of some of those who hold their title, put before the province.
    fn submitted(&mut self, number: u128, people: &[SubjectId]) {
        let steps = [
            (gathered(), &[] as &[SubjectId]),
            (letter("12/TTr-UBND", "2026-11-18"), people),
        ];
        assert!(self.draft(number, TITLE, PROVINCE, people).is_received());
        for (step, people) in steps {
            let outcome = self.step(number, step, people);
            assert!(outcome.is_received(), "{outcome:?}");
        }
    }
}

#[test]
fn what_another_authority_gives_is_recorded_with_whom_it_declined() {
    let mut office = Office::default();
    let people = office.recognised(3);
    office.submitted(2, &people);
    assert_eq!(office.head(2).state, DecisionState::Submitted);
    assert_eq!(office.commended(people[0]), (Some(decision(2)), None));
    // While it lies there, nobody of it is proposed or commended otherwise, and its list stands.
    let listed = LineProblem::Listed;
    let own = office.draft(3, TITLE, COMMENDS, &people[..1]);
    assert_eq!(own, lines(&[(people[0], listed)]));
    let closed = Outcome::Refused(Refusal::DecisionClosed);
    let late = [
        office.step(2, DecisionStep::Unlist, &people[..1]),
        office.step(2, DecisionStep::List, &people[..1]),
        office.step(2, gathered(), &[]),
        office.step(2, letter("13/TTr-UBND", "2026-11-19"), &people),
        office.describe(2, &[(people[0], "khác")]),
    ];
    assert!(late.iter().all(|it| *it == closed), "{late:?}");
    // The number is the province's: the commune has given it to a paper of its own (decision 1).
    for (step, people) in [
        (declined(&people), &[] as &[SubjectId]),
        (declined(&people[2..]), &[]),
        (result("2026-11-20"), &people),
    ] {
        let outcome = office.step(2, step, people);
        assert!(outcome.is_received(), "{outcome:?}");
    }
    let head = office.head(2).clone();
    assert_eq!(head.state, DecisionState::Signed);
    let without = people.iter().map(|it| head.list[it].declined);
    assert_eq!(without.collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(office.commended(people[0]), (None, Some(decision(2))));
    assert_eq!(office.commended(people[2]), (None, None));
    // One merit, one award, also of the commune; whom the province declined may still be praised at home.
    let own = office.draft(3, TITLE, COMMENDS, &people);
    let done = LineProblem::Commended;
    assert_eq!(own, lines(&[(people[0], done), (people[1], done)]));
    assert!(office.draft(3, TITLE, COMMENDS, &people[2..]).is_received());
    // The paper is not the commune's to correct.
    let does = Does::Correct {
        decision: decision(2),
        wording: String::new(),
    };
    let shard = commune();
    let correction = correct(2, DecisionStep::Draft { shard, does }, &people[..1]);
    let refused = office.send(
        &commune_actor(Role::CommuneOfficer),
        decision(4),
        correction,
    );
    assert_eq!(refused, Outcome::Refused(Refusal::WrongKind));
}

#[test]
fn a_proposal_goes_when_its_dossier_is_at_hand() {
    let mut office = Office::default();
    let people = office.recognised(2);
    assert!(office.draft(2, TITLE, PROVINCE, &people).is_received());
    let go = |office: &mut Office, on: &str| office.step(2, letter("12/TTr-UBND", on), &people);
    let incomplete = Outcome::Refused(Refusal::DossierIncomplete);
    assert_eq!(go(&mut office, "2026-11-18"), incomplete);
    let twice = vec![Piece::Minutes, Piece::Letter, Piece::Minutes];
    let pieces = DecisionStep::Gather { pieces: twice };
    assert!(office.step(2, pieces, &[]).is_received());
    assert_eq!(office.head(2).dossier, [Piece::Letter, Piece::Minutes]);
    assert_eq!(go(&mut office, "2026-11-18"), incomplete);
    assert!(office.step(2, gathered(), &[]).is_received());
    let from = year().first_day();
    let day = Outcome::Refused(Refusal::WrongDate { from });
    assert_eq!(go(&mut office, "2026-11-21"), day);
    assert_eq!(go(&mut office, "2025-12-31"), day);
    let changed = Outcome::Refused(Refusal::ListChanged);
    let half = office.step(2, letter("12/TTr-UBND", "2026-11-18"), &people[..1]);
    assert_eq!(half, changed);
    // A complaint keeps it at home.
    let (commune, held) = (
        commune_actor(Role::CommuneOfficer),
        office.form(people[1]).id,
    );
    let hold = |reason: Option<&str>| ChangeBody::Hold {
        reason: reason.map(str::to_owned),
    };
    office.done(&commune, held, hold(Some("Có đơn")));
    let held_line = lines(&[(people[1], LineProblem::Held)]);
    assert_eq!(go(&mut office, "2026-11-18"), held_line);
    office.done(&commune, held, hold(None));
    assert!(go(&mut office, "2026-11-18").is_received());

    // What the province decides lies after the letter, and about what was sent; without an award there is no paper.
    let from = "2026-11-18".parse().unwrap();
    let early = office.step(2, result("2026-11-17"), &people);
    assert_eq!(early, Outcome::Refused(Refusal::WrongDate { from }));
    let refused = [
        office.step(2, declined(&[household(77)]), &[]),
        office.step(2, result("2026-11-20"), &people[..1]),
    ];
    assert!(refused.iter().all(|it| *it == changed), "{refused:?}");
    assert!(office.step(2, declined(&people), &[]).is_received());
    let nobody = office.step(2, result("2026-11-20"), &people);
    assert_eq!(nobody, changed);
    // It may come back to be completed, and end without anything.
    let reopen = DecisionStep::Reopen;
    assert_eq!(office.step(2, reopen.clone(), &people[..1]), changed);
    assert!(office.step(2, reopen.clone(), &people).is_received());
    assert!(
        office.step(2, reopen, &people).is_received(),
        "pressed twice"
    );
    let head = office.head(2);
    assert_eq!((head.state, &head.submitted), (DecisionState::Draft, &None));
    assert!(head.list.values().all(|line| !line.declined));
    assert!(go(&mut office, "2026-11-19").is_received());
    assert!(office.step(2, DecisionStep::Discard, &people).is_received());
    assert_eq!(office.commended(people[0]), (None, None));
    assert!(office.draft(3, TITLE, COMMENDS, &people).is_received());
}

#[test]
fn each_is_decided_by_its_own_authority() {
    let mut office = Office::default();
    let people = office.recognised(2);
    let kind = Outcome::Refused(Refusal::WrongKind);
    for (number, award) in (10..).zip(Award::ALL) {
        let occasion = Occasion::Year;
        let drafted = office.draft(number, TITLE, Does::Commend { award, occasion }, &people);
        match award {
            // It goes with a review of the movement.
            Award::PrimeMinisterCommendation => assert_eq!(drafted, kind),
            _ => assert!(drafted.is_received(), "{award:?}: {drafted:?}"),
        }
        if drafted.is_received() {
            let discard = office.step(number, DecisionStep::Discard, &people);
            assert!(discard.is_received(), "{award:?}");
        }
    }
    assert!(office.draft(2, TITLE, PROVINCE, &people[..1]).is_received());
    // Nobody at home signs what the province decides, and nobody else what the commune does.
    let signed = decide(signed("9/QĐ-UBND", "2026-11-20"), TITLE, &people[..1]);
    let leader = commune_actor(Role::CommuneLeader);
    assert_eq!(office.send(&leader, decision(2), signed), kind);
    assert!(office.draft(3, TITLE, COMMENDS, &people[1..]).is_received());
    assert_eq!(office.step(3, gathered(), &[]), kind);
    let up = office.step(3, letter("1/TTr-UBND", "2026-11-20"), &people[1..]);
    assert_eq!(up, kind);
    let closed = Outcome::Refused(Refusal::DecisionClosed);
    for step in [declined(&people[1..]), result("2026-11-20")] {
        assert_eq!(office.step(3, step, &people[1..]), closed);
    }
    // Nor does anybody take these steps but those who check in the unit.
    for other in Role::ALL {
        let may = other.verifies_at_home();
        let body = decide(gathered(), TITLE, &[]);
        let outcome = office.send(&commune_actor(other), decision(2), body);
        match may {
            true => assert!(outcome.is_received(), "{other:?}"),
            false => assert_eq!(outcome, role(), "{other:?}"),
        }
    }
}

#[test]
fn the_merit_of_a_phase_is_another_than_that_of_its_last_year() {
    let reviewed = |year: i64| Phase::reviewed_by(Year::new(year).unwrap());
    let phase = reviewed(2025).unwrap();
    assert_eq!((phase.from.get(), phase.to.get()), (2023, 2025));
    let whole = reviewed(2030).unwrap();
    assert_eq!((whole.from.get(), whole.to.get()), (2023, 2030));
    assert_eq!(reviewed(2026), None);

    let mut office = Office::of(Year::new(2025).unwrap());
    let people = office.recognised(1);
    let award = Award::CommuneCommendation;
    let occasion = Occasion::Phase;
    let of_the_phase = Does::Commend { award, occasion };
    assert!(office.draft(2, TITLE, COMMENDS, &people).is_received());
    assert!(office.sign(2, TITLE, &people).is_received());
    let drafted = office.draft(3, TITLE, of_the_phase.clone(), &people);
    assert!(drafted.is_received(), "{drafted:?}");
    assert!(office.sign(3, TITLE, &people).is_received());
    let head = office.form(people[0]).assessment().unwrap();
    let both = [Occasion::Year, Occasion::Phase].map(|it| head.commended_for(it));
    assert_eq!(both, [Some(decision(2)), Some(decision(3))]);
    let done = lines(&[(people[0], LineProblem::Commended)]);
    let highest = Does::Commend {
        award: Award::PrimeMinisterCommendation,
        occasion,
    };
    assert_eq!(office.draft(4, TITLE, highest, &people), done);

    let mut office = Office::default();
    let people = office.recognised(1);
    let none = office.draft(2, TITLE, of_the_phase, &people);
    assert_eq!(none, Outcome::Refused(Refusal::WrongKind));
}
