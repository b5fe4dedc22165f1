//! Titles on which another authority decides than the unit that keeps the form.

use std::sync::LazyLock;

use shared::authority::DecidedBy;
use shared::award::Piece;
use shared::criteria::Criteria;

use super::proposals::{declined, letter, result};
use super::*;

/// The citizens' set, as if the province decided on half of them since July 2026.
static SETS: LazyLock<Vec<CriteriaSet>> = LazyLock::new(|| {
    let citizens = Criteria::builtin().find(&CriteriaSetId::new(CITIZEN));
    let citizens = citizens.unwrap().clone();
    let row = |authority, from: Option<&str>| DecidedBy {
        authority,
        from: from.map(|from| from.parse().unwrap()),
        doubt: None,
    };
    let of_province = CriteriaSet {
        id: CriteriaSetId::new(OF_PROVINCE),
        decided_by: vec![
            row(Authority::Home, None),
            row(Authority::Province, Some("2026-07-01")),
        ],
        valid_months: Some(36),
        ..citizens.clone()
    };
    vec![citizens, of_province]
});

const OF_PROVINCE: &str = "cong_dan_tinh";

/// So many on whom the province decides, and one on whom the commune does.
fn office(many: u128) -> (Office, Vec<SubjectId>, SubjectId) {
    let mut office = Office {
        criteria: &SETS,
        ..Office::default()
    };
    let people = (1..=many)
        .map(|number| office.verified(SubjectKind::Citizen, number, OF_PROVINCE, 9))
        .collect();
    let other = office.citizen(9);
    (office, people, other)
}

impl Office {
    fn clerk(&mut self, number: u128, step: DecisionStep, people: &[SubjectId]) -> Outcome {
        let clerk = commune_actor(Role::CommuneOfficer);
        self.send(&clerk, decision(number), decide(step, TITLE, people))
    }

    /// A list put before whoever decides on it.
    fn sent(&mut self, number: u128, does: Does, people: &[SubjectId]) {
        assert!(self.draft(number, TITLE, does, people).is_received());
        let pieces = Piece::ALL.to_vec();
        for (step, people) in [
            (DecisionStep::Gather { pieces }, &[] as &[SubjectId]),
            (letter("12/TTr-UBND", "2026-11-18"), people),
        ] {
            let outcome = self.clerk(number, step, people);
            assert!(outcome.is_received(), "{outcome:?}");
        }
    }

    fn given(&self, subject: SubjectId) -> Option<Given> {
        let form = self.form(subject).assessment().unwrap();
        form.given.clone()
    }
}

#[test]
fn what_another_authority_recognises_is_proposed_and_its_answer_recorded() {
    let (mut office, people, _) = office(3);
    office.sent(1, Does::Recognise, &people);
    let head = office.head(1).clone();
    assert_eq!(head.state, DecisionState::Submitted);
    assert_eq!(head.decided_by, Authority::Province);
    let dossier = [Piece::Letter, Piece::SelfReport, Piece::Summary];
    assert_eq!(head.dossier, dossier);
    assert_eq!(office.stage(people[0]), Stage::Proposed);
    for (step, people) in [
        (declined(&people[2..]), &[] as &[SubjectId]),
        (result("2026-11-20"), &people),
    ] {
        let outcome = office.clerk(1, step, people);
        assert!(outcome.is_received(), "{outcome:?}");
    }
    let decided = Stage::Recognised {
        decision: "125/QĐ-UBND".into(),
    };
    assert_eq!(office.stage(people[0]), decided);
    let given = office.given(people[0]).unwrap();
    assert_eq!(given.decided_by, Authority::Province);
    assert_eq!(given.until, Some("2029-11-20".parse().unwrap()));
    // Whom it declined is as it was before, and may be proposed again.
    assert_eq!(office.stage(people[2]), Stage::Verified);
    assert_eq!(office.given(people[2]), None);
    let again = office.draft(2, TITLE, Does::Recognise, &people[2..]);
    assert!(again.is_received(), "{again:?}");
    // The number is not of the commune's own papers.
    let paper = &office.intake.documents[&decision(1)];
    assert_eq!(Numbered::of(paper), None);
}

#[test]
fn nobody_at_home_signs_what_another_authority_decides() {
    let (mut office, people, other) = office(2);
    // One list, one authority: that of the first.
    let elsewhere = |decided_by| LineProblem::Authority { decided_by };
    let mixed = [people[0], other];
    let refused = office.draft(1, TITLE, Does::Recognise, &mixed);
    assert_eq!(refused, lines(&[(other, elsewhere(Authority::Home))]));
    assert!(
        office
            .draft(1, TITLE, Does::Recognise, &people)
            .is_received()
    );
    let wrong = Outcome::Refused(Refusal::WrongKind);
    assert_eq!(office.sign(1, TITLE, &people), wrong);
    let added = office.clerk(1, DecisionStep::List, &[other]);
    assert_eq!(added, lines(&[(other, elsewhere(Authority::Home))]));
    // Without the three papers nothing goes.
    let go = letter("12/TTr-UBND", "2026-11-18");
    let incomplete = Outcome::Refused(Refusal::DossierIncomplete);
    assert_eq!(office.clerk(1, go, &people), incomplete);
    // What the commune itself decides is not sent up.
    assert!(
        office
            .draft(2, TITLE, Does::Recognise, &[other])
            .is_received()
    );
    let pieces = Piece::ALL.to_vec();
    let gathered = office.clerk(2, DecisionStep::Gather { pieces }, &[]);
    assert_eq!(gathered, wrong);
    let go = letter("12/TTr-UBND", "2026-11-18");
    assert_eq!(office.clerk(2, go, &[other]), wrong);
    assert!(office.sign(2, TITLE, &[other]).is_received());
}

#[test]
fn whoever_gave_a_title_takes_it_back() {
    let (mut office, people, other) = office(2);
    office.sent(1, Does::Recognise, &people);
    let concluded = office.clerk(1, result("2026-11-20"), &people);
    assert!(concluded.is_received(), "{concluded:?}");
    assert!(
        office
            .draft(2, TITLE, Does::Recognise, &[other])
            .is_received()
    );
    assert!(office.sign(2, TITLE, &[other]).is_received());
    let revoke = || Does::Revoke {
        reason: "Khai không đúng".into(),
    };
    let mixed = office.draft(3, TITLE, revoke(), &[other, people[0]]);
    let decided_by = Authority::Province;
    let refused = lines(&[(people[0], LineProblem::Authority { decided_by })]);
    assert_eq!(mixed, refused);
    assert!(office.draft(3, TITLE, revoke(), &people).is_received());
    let signed = office.sign(3, TITLE, &people);
    assert_eq!(signed, Outcome::Refused(Refusal::WrongKind));
    office.clerk(3, DecisionStep::Discard, &people);
    office.sent(4, revoke(), &people);
    // It stands until the authority has said so, and of whom it declined to take it from.
    assert_eq!(office.stage(people[0]).name(), StageName::Recognised);
    office.done(
        &commune_actor(Role::CommuneOfficer),
        decision(4),
        decide(declined(&people[1..]), TITLE, &[]),
    );
    let concluded = office.clerk(4, result("2026-11-20"), &people);
    assert!(concluded.is_received(), "{concluded:?}");
    assert_eq!(office.stage(people[0]).name(), StageName::Revoked);
    assert_eq!(office.given(people[0]), None);
    assert_eq!(office.stage(people[1]).name(), StageName::Recognised);
}

#[test]
fn who_decides_is_said_by_the_set_for_the_day() {
    let decides = |set: &str, day: &str| {
        let set = Criteria::builtin().find(&CriteriaSetId::new(set));
        set.unwrap().decided_by(day.parse().unwrap())
    };
    use Authority::*;
    for (set, day, authority) in [
        // Circular 25/2023/TT-BGDĐT, article 9, until the districts ended; afterwards as Phú Thọ has it.
        ("cong_dong_xa_tt25", "2025-06-30", DistrictOffice),
        ("cong_dong_xa_tt25", "2025-07-01", Department),
        ("cong_dong_huyen_tt25", "2025-06-30", Department),
        ("cong_dong_tinh_tt25", "2026-11-18", Ministry),
        // Circular 24/2023/TT-BGDĐT, articles 10 and 16.
        ("don_vi_tt24_huyen", "2025-06-30", District),
        ("don_vi_tt24_huyen", "2025-07-01", Home),
        ("don_vi_tt24_tinh", "2026-11-18", Province),
        ("gia_dinh_448", "2026-11-18", Home),
        ("cong_dan_324", "2026-11-18", Home),
    ] {
        assert_eq!(decides(set, day), authority, "{set} {day}");
    }
    // A set that does not say it: nobody recognises themselves.
    let silent = |kind: SubjectKind| CriteriaSet {
        title: kind.title(),
        decided_by: Vec::new(),
        ..SETS[0].clone()
    };
    let today = "2026-11-18".parse().unwrap();
    for kind in SubjectKind::ALL {
        let is_above = kind.title() >= Title::LearningCommune;
        let decides = silent(kind).decided_by(today);
        assert_eq!(!decides.is_home(), is_above, "{kind:?}");
    }
}

#[test]
fn a_file_says_who_decides_in_one_row_a_day() {
    let text = Criteria::file(&CriteriaSetId::new("don_vi_tt24_tinh")).unwrap();
    let rows = |rows: &str| text.replace("[[decided_by]]\nauthority = \"province\"\n", rows);
    let read = |text: &str| CriteriaSet::parse("thu.toml", text);
    let twice = "[[decided_by]]\nauthority = \"home\"\nfrom = 2025-07-01\n";
    let error = read(&rows(&twice.repeat(2))).unwrap_err();
    assert!(error.message.contains("mỗi dòng một ngày"), "{error}");
    let unknown = "[[decided_by]]\nauthority = \"ai_do\"\n";
    assert!(read(&rows(unknown)).is_err());
    let later = format!("{twice}\n[[decided_by]]\nauthority = \"ministry\"\nfrom = 2027-01-01\n");
    let set = read(&rows(&later)).unwrap();
    let on = |day: &str| set.decided_by(day.parse().unwrap());
    let found = ["2024-12-31", "2025-07-01", "2026-12-31", "2027-01-01"].map(on);
    use Authority::*;
    assert_eq!(found, [Home, Home, Home, Ministry]);
}
