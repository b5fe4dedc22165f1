//! Scoring, set by set.

use proptest::prelude::*;
use shared::SortedMap;
use shared::calendar::Year;
use shared::criteria::{
    Criteria, CriteriaSet, CriteriaSetId, CriterionCode, Exempt, Measure, Points,
};
use shared::membership::Numbers;
use shared::scoring::{
    Answer, AnswerError, Facts, Grade, Grounds, Need, Reason, Score, check_answer, score,
};

type Answers = SortedMap<CriterionCode, Answer>;

fn set(id: &str) -> &'static CriteriaSet {
    Criteria::builtin().find(&CriteriaSetId::new(id)).unwrap()
}

fn code(code: &str) -> CriterionCode {
    CriterionCode::new(code)
}

fn points(number: i32) -> Answer {
    Answer::Points(Points::whole(number))
}

fn share(part: u32, whole: u32) -> Answer {
    Answer::Share { part, whole }
}

fn result(level: u8, year: i64) -> Answer {
    Answer::Result {
        level,
        year: Year::new(year).unwrap(),
    }
}

/// Full marks, yes where there are none, and then what is different.
fn answers(set: &CriteriaSet, different: &[(&str, Option<Answer>)]) -> Answers {
    let mut answers: Answers = set
        .indicators()
        .map(|it| {
            let measured = it.measure.map(|measure| match measure {
                Measure::Share => share(40, 40),
                Measure::Result => result(3, 2026),
            });
            let answer = measured.or(it.max.map(Answer::Points));
            (it.code.clone(), answer.unwrap_or(Answer::Met(true)))
        })
        .collect();
    for (of, answer) in different {
        match answer {
            Some(answer) => answers.insert(code(of), *answer),
            None => answers.remove(&code(of)),
        };
    }
    answers
}

fn scored(set: &CriteriaSet, different: &[(&str, Option<Answer>)]) -> Score {
    score(set, &answers(set, different), &Facts::default())
}

fn lost(of: &str, got: i32, max: i32) -> Reason {
    Reason::LostPoints {
        code: code(of),
        got: Points::whole(got),
        max: Points::whole(max),
    }
}

#[test]
fn a_citizen_needs_eighty_and_no_criterion_below_five() {
    type Case<'a> = (&'a str, &'a [(&'a str, Option<Answer>)], i32, Option<bool>);
    let cases: &[Case<'_>] = &[
        ("full marks", &[], 100, Some(true)),
        (
            "exactly eighty",
            &[
                ("CD.A1", Some(points(5))),
                ("CD.A2", Some(points(5))),
                ("CD.B6", Some(points(5))),
                ("CD.B7", Some(points(5))),
            ],
            80,
            Some(true),
        ),
        (
            "one point short",
            &[
                ("CD.A1", Some(points(5))),
                ("CD.A2", Some(points(5))),
                ("CD.B6", Some(points(5))),
                ("CD.B7", Some(points(5))),
                ("CD.C9", Some(points(9))),
            ],
            79,
            Some(false),
        ),
        (
            "one floor broken",
            &[("CD.B6", Some(points(4)))],
            94,
            Some(false),
        ),
        ("one missing", &[("CD.B6", None)], 90, None),
        (
            "one missing and a floor broken already",
            &[("CD.B6", None), ("CD.A1", Some(points(0)))],
            80,
            Some(false),
        ),
    ];
    for (name, different, total, passed) in cases {
        let score = scored(set("cong_dan_324"), different);
        assert_eq!(score.total, Points::whole(*total), "{name}");
        assert_eq!(score.max, Points::whole(100), "{name}");
        assert_eq!(score.verdict.passes, *passed, "{name}");
        assert!(!score.verdict.provisional, "{name}");
    }
}

#[test]
fn every_point_lost_and_every_threshold_missed_has_its_reason() {
    let fourteen_short = [
        ("CD.A1", Some(points(4))),
        ("CD.A2", Some(points(5))),
        ("CD.B6", Some(points(5))),
        ("CD.B7", Some(points(5))),
    ];
    let score = scored(set("cong_dan_324"), &fourteen_short);
    assert_eq!(
        score.verdict.reasons,
        [
            lost("CD.A1", 4, 10),
            Reason::BelowFloor {
                code: code("CD.A1"),
                got: Points::whole(4),
                floor: Points::whole(5),
            },
            lost("CD.A2", 5, 10),
            lost("CD.B6", 5, 10),
            lost("CD.B7", 5, 10),
            Reason::BelowTotal {
                total: Points::whole(79),
                needed: Points::whole(80),
            },
        ]
    );
    assert_eq!(scored(set("cong_dan_324"), &[]).verdict.reasons, []);
}

#[test]
fn a_missing_answer_is_named_and_its_points_stay_reachable() {
    let score = scored(set("cong_dan_324"), &[("CD.C9", None), ("CD.A2", None)]);
    assert!(!score.complete);
    assert_eq!(score.missing, [code("CD.A2"), code("CD.C9")]);
    assert_eq!(score.max, Points::whole(100));
    let of_group: Vec<_> = score
        .groups
        .iter()
        .map(|it| (it.answered, it.asked))
        .collect();
    assert_eq!(of_group, [(3, 4), (4, 4), (1, 2)]);
}

#[test]
fn a_unit_has_the_rank_of_its_total() {
    let unit = set("don_vi_tt22");
    let lacking = |points: i32| {
        // Taken from the first criteria.
        let mut left = Points::whole(points);
        let mut different = Vec::new();
        for it in unit.indicators() {
            let max = it.max.unwrap();
            let take = left.min(max);
            left = left - take;
            different.push((it.code.as_str(), Some(Answer::Points(max - take))));
        }
        different
    };
    // (points that are missing, rank, whether it passes, points to the next rank or to passing)
    let cases = [
        (0, Some(0), true, 0),
        (15, Some(0), true, 0),
        (16, Some(1), true, 1),
        (30, Some(1), true, 15),
        (31, Some(2), true, 1),
        (50, Some(2), true, 20),
        (51, None, false, 1),
        (100, None, false, 50),
    ];
    for (lost, rank, passes, left) in cases {
        let score = scored(unit, &lacking(lost));
        let verdict = score.verdict;
        assert_eq!(score.total, Points::whole(100 - lost));
        assert_eq!(verdict.grade, rank.map(Grade::Rank), "{lost}");
        assert_eq!(verdict.passes, Some(passes), "{lost}");
        assert_eq!(verdict.distance.points, Points::whole(left), "{lost}");
        assert!(!verdict.provisional);
    }
    let open = scored(unit, &[("DV.3c", None)]);
    assert_eq!((open.verdict.passes, open.verdict.grade), (None, None));
}

#[test]
fn a_family_is_scored_on_the_forty_points_that_are_known() {
    let family = set("gia_dinh_448");
    let full = scored(family, &[]);
    assert_eq!(
        (full.total, full.max),
        (Points::whole(40), Points::whole(40))
    );
    assert_eq!(full.verdict.passes, Some(true));
    assert!(full.verdict.provisional);
    let just = scored(family, &[("GD.1b", Some(points(2)))]);
    assert_eq!(
        (just.total, just.verdict.passes),
        (Points::whole(32), Some(true))
    );
    let below = scored(family, &[("GD.1b", Some(points(1)))]);
    assert_eq!(
        (below.total, below.verdict.passes),
        (Points::whole(31), Some(false))
    );
}

#[test]
fn what_has_no_points_costs_none_and_is_still_asked() {
    let family = set("gia_dinh_448");
    let no = scored(family, &[("GD.4b", Some(Answer::Met(false)))]);
    assert_eq!(
        (no.total, no.verdict.passes),
        (Points::whole(40), Some(true))
    );
    assert!(no.verdict.reasons.contains(&Reason::NotMet {
        code: code("GD.4b")
    }));
    assert!(
        no.verdict
            .reasons
            .contains(&Reason::NotScored { code: code("GD.3") })
    );
    let missing = scored(family, &[("GD.4b", None)]);
    assert_eq!(missing.missing, [code("GD.4b")]);
    assert_eq!(missing.verdict.passes, None);
}

#[test]
fn a_house_without_children_is_not_asked_about_them() {
    let family = set("gia_dinh_448");
    let no_children = Facts {
        children: Some(0),
        ..Facts::default()
    };
    let unanswered = [("GD.1a", None), ("GD.1b", None), ("GD.1c", None)];
    let score = score(family, &answers(family, &unanswered), &no_children);
    assert!(score.complete);
    assert_eq!(
        (score.total, score.max),
        (Points::whole(10), Points::whole(10))
    );
    assert_eq!(score.verdict.passes, Some(true));
    let exempted = score.verdict.reasons.iter().filter(|reason| {
        matches!(
            reason,
            Reason::Exempted {
                effect: Exempt::DropOut,
                ..
            }
        )
    });
    assert_eq!(exempted.count(), 3);
}

#[test]
fn what_was_seen_in_the_house_beats_the_number_in_a_list() {
    let family = set("gia_dinh_448");
    let no_children = Facts {
        children: Some(0),
        ..Facts::default()
    };
    let score = score(
        family,
        &answers(family, &[("GD.1a", Some(points(3)))]),
        &no_children,
    );
    assert_eq!(
        (score.total, score.max),
        (Points::whole(33), Points::whole(40))
    );
}

#[test]
fn a_house_where_nothing_can_be_scored_neither_passes_nor_fails() {
    let family = set("gia_dinh_448");
    let nobody = Facts {
        children: Some(0),
        adults: Some(0),
        ..Facts::default()
    };
    let unanswered = [
        ("GD.1a", None),
        ("GD.1b", None),
        ("GD.1c", None),
        ("GD.2a", None),
    ];
    let score = score(family, &answers(family, &unanswered), &nobody);
    assert_eq!(
        (score.max, score.complete, score.verdict.passes),
        (Points::ZERO, true, None)
    );
}

/// A small set that has everything: halves, each kind of exemption, an area.
fn everything() -> CriteriaSet {
    let text = r#"
        id = "thu"
        title = "learning_family"
        name = "Bộ thử"
        short_name = "Thử"
        version = 1
        valid_from = 2024-01-01
        status = "complete"
        kind = "points"
        total = 40
        source = { document = "Bộ thử", issued = 2024-01-01 }
        [pass]
        min_total = 30
        areas = { extremely_difficult = 20 }
        [[groups]]
        code = "T"
        label = "Nhóm"
        max = 40
        indicators = [
          { code = "T.half", question = "?", official = "!", max = 10, step = 0.5 },
          { code = "T.full", question = "?", official = "!", max = 10, exempt = { effect = "full_marks", when = "a" } },
          { code = "T.drop", question = "?", official = "!", max = 10, exempt = { effect = "drop_out", when = "b" } },
          { code = "T.more", question = "?", official = "!", max = 10, exempt = { effect = "reweight", when = "c" } },
        ]
    "#;
    CriteriaSet::parse("thu.toml", text).unwrap()
}

/// A small set of levels that has everything: yes or no, a share with clauses and an area, a result from outside, what
/// applies to some only, and evidence that is asked for.
fn levels() -> CriteriaSet {
    let text = r#"
        id = "muc"
        title = "learning_commune"
        name = "Bộ mức"
        short_name = "Mức"
        version = 1
        valid_from = 2024-01-01
        status = "complete"
        kind = "levels"
        levels = 2
        source = { document = "Bộ mức", issued = 2024-01-01 }
        [pass]
        needs_evidence = true
        [[groups]]
        code = "M"
        label = "Nhóm"
        indicators = [
          { code = "M.doc", question = "?", official = "!", evidence = ["doc"] },
          { code = "M.a", question = "?", official = "!", evidence = ["derived"], clause_of = "M.ab", measure = "share", targets = [600, 800], areas = { difficult = [400, 500] }, counted = { title = "learning_citizen", base = "citizens" } },
          { code = "M.b", question = "?", official = "!", evidence = ["ext"], clause_of = "M.ab", measure = "share", targets = [120, 150] },
          { code = "M.ext", question = "?", official = "!", evidence = ["ext"], measure = "result", targets = [2, 3] },
          { code = "M.school", question = "?", official = "!", evidence = ["ext"], exempt = { effect = "drop_out", when = "không phải trường", auto = "general_school" } },
          { code = "M.people", question = "?", official = "!", evidence = ["ext"], exempt = { effect = "drop_out", when = "tổ chức kinh tế", auto = "!business" } },
        ]
    "#;
    CriteriaSet::parse("muc.toml", text).unwrap()
}

#[test]
fn a_level_is_reached_when_all_its_targets_are() {
    type Different<'a> = &'a [(&'a str, Option<Answer>)];
    let no = Some(Answer::Met(false));
    // (what differs from the best, whether it passes, level, targets met and all, what is short)
    type Case<'a> = (
        Different<'a>,
        Option<bool>,
        Option<u8>,
        (usize, usize),
        &'a [(&'a str, Need)],
    );
    let old = Need::Year(Year::new(2026).unwrap());
    let cases: &[Case<'_>] = &[
        (&[], Some(true), Some(2), (5, 5), &[]),
        (
            &[("M.a", Some(share(79, 100)))],
            Some(true),
            Some(1),
            (4, 5),
            &[("M.a", Need::Share(800))],
        ),
        (
            &[("M.a", Some(share(80, 100)))],
            Some(true),
            Some(2),
            (5, 5),
            &[],
        ),
        (
            &[("M.a", Some(share(599, 1000)))],
            Some(false),
            None,
            (4, 5),
            &[("M.a", Need::Share(600))],
        ),
        (
            &[("M.a", Some(share(6, 10))), ("M.b", Some(share(13, 100)))],
            Some(true),
            Some(1),
            (4, 5),
            &[("M.a", Need::Share(800)), ("M.b", Need::Share(150))],
        ),
        (
            &[("M.doc", no)],
            Some(false),
            None,
            (4, 5),
            &[("M.doc", Need::Met)],
        ),
        (
            &[("M.ext", Some(result(2, 2026)))],
            Some(true),
            Some(1),
            (4, 5),
            &[("M.ext", Need::Level(3))],
        ),
        (
            &[("M.ext", Some(result(3, 2025)))],
            Some(false),
            None,
            (4, 5),
            &[("M.ext", old)],
        ),
        (
            &[("M.school", Some(Answer::Exempt))],
            Some(true),
            Some(2),
            (4, 4),
            &[],
        ),
        (&[("M.ext", None)], None, None, (4, 5), &[]),
        (
            &[("M.ext", None), ("M.school", no)],
            Some(false),
            None,
            (3, 5),
            &[("M.school", Need::Met)],
        ),
    ];
    let set = levels();
    let proven = [code("M.doc")];
    for (different, passes, level, targets, short) in cases {
        let grounds = Grounds {
            facts: &Facts::default(),
            counted: &Numbers::new(),
            year: Year::new(2026),
            proven: &proven,
        };
        let verdict = score(&set, &answers(&set, different), grounds).verdict;
        let distance = verdict.distance;
        assert_eq!(verdict.passes, *passes, "{different:?}");
        assert_eq!(verdict.grade, level.map(Grade::Level), "{different:?}");
        assert_eq!((distance.met, distance.of), *targets, "{different:?}");
        let found: Vec<_> = distance
            .short
            .iter()
            .map(|it| (it.code.as_str(), it.needs))
            .collect();
        assert_eq!(found, *short, "{different:?}");
    }
}

#[test]
fn without_evidence_a_target_is_not_met() {
    let set = levels();
    let verdict = scored(&set, &[]).verdict;
    assert_eq!(verdict.passes, Some(false));
    let [short] = verdict.distance.short.as_slice() else {
        panic!("{:?}", verdict.distance);
    };
    assert_eq!(
        (short.code.as_str(), short.needs),
        ("M.doc", Need::Evidence)
    );
    assert!(verdict.reasons.contains(&Reason::NoEvidence {
        code: code("M.doc")
    }));
}

#[test]
fn facts_exempt_and_count_and_know_the_area() {
    let set = levels();
    let facts = |numbers: &[(&str, u32)], area: Option<&str>| Facts {
        area_class: area.map(str::to_owned),
        numbers: numbers
            .iter()
            .map(|(name, number)| ((*name).to_owned(), *number))
            .collect(),
        ..Facts::default()
    };
    let unanswered = answers(
        &set,
        &[("M.a", None), ("M.school", None), ("M.people", None)],
    );
    let proven = [code("M.doc")];
    let judged = |facts: &Facts| {
        let grounds = Grounds {
            facts,
            counted: &Numbers::new(),
            year: None,
            proven: &proven,
        };
        score(&set, &unanswered, grounds)
    };
    let known = [
        ("general_school", 0),
        ("business", 1),
        ("learning_citizen_of_citizens", 55),
        ("citizens", 100),
    ];
    let cases = [
        ("nothing is known", facts(&[], None), None, None),
        (
            "55 of 100 are too few",
            facts(&known, None),
            Some(false),
            None,
        ),
        (
            "and enough where it is hard",
            facts(&known, Some("difficult")),
            Some(true),
            Some(2),
        ),
        (
            "another class has no targets of its own",
            facts(&known, Some("border")),
            Some(false),
            None,
        ),
    ];
    for (name, facts, passes, level) in cases {
        let verdict = judged(&facts).verdict;
        assert_eq!(verdict.passes, passes, "{name}");
        assert_eq!(verdict.grade, level.map(Grade::Level), "{name}");
    }
    let others = facts(
        &[("general_school", 1), ("business", 0), ("citizens", 0)],
        None,
    );
    assert_eq!(
        judged(&others).missing,
        [code("M.a"), code("M.school"), code("M.people")]
    );
}

#[test]
fn a_set_of_points_may_ask_for_evidence_and_refuse_zeros_and_have_a_gate() {
    let text = r#"
        id = "diem"
        title = "learning_commune"
        name = "Bộ điểm"
        short_name = "Điểm"
        version = 1
        valid_from = 2024-01-01
        status = "complete"
        kind = "points"
        total = 20
        source = { document = "Bộ điểm", issued = 2024-01-01 }
        [pass]
        ranks = [{ label = "Tốt", min = 16 }, { label = "Khá", min = 10 }]
        no_zero = true
        needs_evidence = true
        [[groups]]
        code = "D"
        label = "Nhóm"
        max = 20
        indicators = [
          { code = "D.a", question = "?", official = "!", max = 10, evidence = ["doc"] },
          { code = "D.b", question = "?", official = "!", max = 10, evidence = ["derived"] },
          { code = "D.gate", question = "?", official = "!", evidence = ["derived"], measure = "share", targets = [500] },
        ]
    "#;
    let set = CriteriaSet::parse("diem.toml", text).unwrap();
    let proven = [code("D.a")];
    let judged = |different: &[(&str, Option<Answer>)], proven: &[CriterionCode]| {
        let grounds = Grounds {
            facts: &Facts::default(),
            counted: &Numbers::new(),
            year: None,
            proven,
        };
        score(&set, &answers(&set, different), grounds)
    };
    let full = judged(&[], &proven);
    assert_eq!(
        (full.total, full.verdict.grade),
        (Points::whole(20), Some(Grade::Rank(0)))
    );
    let unproven = judged(&[], &[]);
    assert_eq!(
        (unproven.total, unproven.verdict.passes),
        (Points::whole(10), Some(false))
    );
    assert_eq!(unproven.verdict.distance.short[0].needs, Need::Evidence);
    let zero = judged(&[("D.b", Some(points(0)))], &proven);
    assert_eq!(
        (zero.total, zero.verdict.passes),
        (Points::whole(10), Some(false))
    );
    assert_eq!(
        zero.verdict.distance.short[0].needs,
        Need::Points(Points::whole(1))
    );
    let gate = judged(&[("D.gate", Some(share(19, 40)))], &proven);
    assert_eq!(
        (gate.total, gate.verdict.passes),
        (Points::whole(20), Some(false))
    );
    assert_eq!(gate.verdict.distance.short[0].needs, Need::Share(500));
    let half = judged(&[("D.gate", Some(share(20, 40)))], &proven);
    assert_eq!(half.verdict.passes, Some(true));
}

#[test]
fn a_measured_answer_fits_its_measure() {
    let set = levels();
    let cases = [
        ("M.a", share(0, 1), Ok(())),
        ("M.a", share(2, 1), Err(AnswerError::OutOfRange)),
        ("M.a", share(0, 0), Err(AnswerError::OutOfRange)),
        ("M.a", Answer::Met(true), Err(AnswerError::WrongKind)),
        ("M.a", points(1), Err(AnswerError::WrongKind)),
        ("M.ext", result(0, 2026), Ok(())),
        ("M.ext", result(10, 2026), Err(AnswerError::OutOfRange)),
        ("M.ext", share(1, 2), Err(AnswerError::WrongKind)),
        ("M.doc", share(1, 2), Err(AnswerError::WrongKind)),
        ("M.doc", Answer::Exempt, Err(AnswerError::NotExempt)),
        ("M.school", Answer::Exempt, Ok(())),
    ];
    for (of, answer, expected) in cases {
        assert_eq!(
            check_answer(&set, &code(of), &answer),
            expected,
            "{of} {answer:?}"
        );
    }
}

#[test]
fn the_three_exemptions_do_what_they_say() {
    let exempt = Some(Answer::Exempt);
    let half = Some(Answer::Points(Points::from_halves(15)));
    let cases = [
        ("full marks are given", ("T.full", exempt), 75, 80),
        (
            "what drops out is neither given nor reachable",
            ("T.drop", exempt),
            55,
            60,
        ),
        // 27.5 of 30 becomes 36.67 of 40, and half points are rounded down.
        ("the others weigh more", ("T.more", exempt), 73, 80),
    ];
    for (name, different, total, max) in cases {
        let score = scored(&everything(), &[different, ("T.half", half)]);
        assert_eq!(score.total, Points::from_halves(total), "{name}");
        assert_eq!(score.max, Points::from_halves(max), "{name}");
    }
}

#[test]
fn a_hard_area_has_its_own_threshold() {
    let set = everything();
    let answers = answers(
        &set,
        &[("T.half", Some(points(0))), ("T.full", Some(points(5)))],
    );
    let plain = score(&set, &answers, &Facts::default());
    assert_eq!(
        (plain.total, plain.verdict.passes),
        (Points::whole(25), Some(false))
    );
    let hard = Facts {
        area_class: Some("extremely_difficult".into()),
        ..Facts::default()
    };
    assert_eq!(score(&set, &answers, &hard).verdict.passes, Some(true));
    let other = Facts {
        area_class: Some("border".into()),
        ..Facts::default()
    };
    assert_eq!(score(&set, &answers, &other).verdict.passes, Some(false));
}

#[test]
fn an_answer_that_does_not_fit_is_refused_and_counts_as_not_given() {
    let set = everything();
    let half = Answer::Points(Points::from_halves(1));
    let cases = [
        ("T.half", half, Ok(())),
        (
            "T.full",
            half,
            Err(AnswerError::NotAStep {
                step: Points::whole(1),
            }),
        ),
        ("T.full", points(-1), Err(AnswerError::Negative)),
        (
            "T.full",
            points(11),
            Err(AnswerError::AboveMax {
                max: Points::whole(10),
            }),
        ),
        ("T.half", Answer::Exempt, Err(AnswerError::NotExempt)),
        ("T.half", Answer::Met(true), Err(AnswerError::WrongKind)),
        ("T.none", points(1), Err(AnswerError::UnknownCriterion)),
    ];
    for (of, answer, expected) in cases {
        assert_eq!(
            check_answer(&set, &code(of), &answer),
            expected,
            "{of} {answer:?}"
        );
        if expected.is_err() && of != "T.none" {
            assert_eq!(scored(&set, &[(of, Some(answer))]).missing, [code(of)]);
        }
    }
    let yes_no = Criteria::builtin()
        .find(&CriteriaSetId::new("gia_dinh_448"))
        .unwrap();
    assert_eq!(
        check_answer(yes_no, &code("GD.2b"), &points(1)),
        Err(AnswerError::WrongKind)
    );
}

#[test]
fn answers_are_short_on_the_wire() {
    let cases = [
        (points(10), "10"),
        (Answer::Points(Points::from_halves(15)), "7.5"),
        (Answer::Exempt, "\"exempt\""),
        (Answer::Met(true), "true"),
        (Answer::Met(false), "false"),
        (share(36, 40), "\"36/40\""),
        (result(2, 2026), "\"2@2026\""),
    ];
    for (answer, json) in cases {
        assert_eq!(serde_json::to_string(&answer).unwrap(), json);
        assert_eq!(serde_json::from_str::<Answer>(json).unwrap(), answer);
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::from_value::<Answer>(value).unwrap(), answer);
    }
    let wrong = [
        "\"miễn\"",
        "7.3",
        "null",
        "[]",
        "{}",
        "\"36/\"",
        "\"-1/40\"",
        "\"2@1850\"",
        "\"2@\"",
    ];
    for wrong in wrong {
        assert!(serde_json::from_str::<Answer>(wrong).is_err(), "{wrong}");
    }
}

fn any_answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        any::<i32>().prop_map(|halves| Answer::Points(Points::from_halves(halves))),
        (-2..30i32).prop_map(|halves| Answer::Points(Points::from_halves(halves))),
        Just(Answer::Exempt),
        any::<bool>().prop_map(Answer::Met),
        (0..50u32, 0..50u32).prop_map(|(part, whole)| share(part, whole)),
        (0..12u8, 2020..2030i64).prop_map(|(level, year)| result(level, year)),
    ]
}

fn any_answers() -> impl Strategy<Value = (usize, Answers, Facts)> {
    let codes: Vec<CriterionCode> = Criteria::builtin()
        .iter()
        .chain([&everything(), &levels()])
        .flat_map(|set| set.indicators().map(|it| it.code.clone()))
        .chain([code(""), code("GD.9z")])
        .collect();
    let answers =
        proptest::collection::btree_map(proptest::sample::select(codes), any_answer(), 0..30);
    let number = || proptest::option::of(0..3u32);
    let facts =
        (number(), number(), number()).prop_map(|(children, adults, literate_adults)| Facts {
            children,
            adults,
            literate_adults,
            ..Facts::default()
        });
    let answers = answers.prop_map(|it| it.into_iter().collect());
    (0..Criteria::builtin().len() + 2, answers, facts)
}

proptest! {
    #[test]
    fn any_answers_have_a_score_that_adds_up((which, answers, facts) in any_answers()) {
        let (everything, levels) = (everything(), levels());
        let of_test = if which % 2 == 0 { &everything } else { &levels };
        let set = Criteria::builtin().sets().get(which).unwrap_or(of_test);
        let score = score(set, &answers, &facts);
        prop_assert!(Points::ZERO <= score.total && score.total <= score.max);
        prop_assert!(score.max <= set.max());
        prop_assert_eq!(score.complete, score.missing.is_empty());
        prop_assert!(score.complete || score.verdict.passes != Some(true));
        prop_assert!(score.verdict.grade.is_none() || score.verdict.passes == Some(true));
        prop_assert!(score.verdict.distance.met <= score.verdict.distance.of);
        let answered: usize = score.groups.iter().map(|it| it.answered).sum();
        prop_assert_eq!(answered + score.missing.len(), set.indicators().count());
        let reweighted = score.verdict.reasons.iter().any(|reason| {
            matches!(reason, Reason::Exempted { effect: Exempt::Reweight, .. })
        });
        if !reweighted {
            prop_assert_eq!(score.total, score.groups.iter().map(|it| it.total).sum());
            let lost: Points = score.verdict.reasons.iter().map(|reason| match reason {
                Reason::LostPoints { got, max, .. } => *max - *got,
                _ => Points::ZERO,
            }).sum();
            let open: Points = score.missing.iter()
                .filter_map(|of| set.indicator(of)?.1.max)
                .sum();
            prop_assert_eq!(score.total + lost + open, score.max);
        }
        let json = serde_json::to_string(&score).unwrap();
        prop_assert_eq!(serde_json::from_str::<Score>(&json).unwrap(), score);
    }

    #[test]
    fn an_answer_that_fits_is_never_missing((which, answers, facts) in any_answers()) {
        let (everything, levels) = (everything(), levels());
        let of_test = if which % 2 == 0 { &everything } else { &levels };
        let set = Criteria::builtin().sets().get(which).unwrap_or(of_test);
        let score = score(set, &answers, &facts);
        for (of, answer) in &answers {
            let fits = check_answer(set, of, answer).is_ok();
            prop_assert!(!fits || !score.missing.contains(of));
        }
    }
}
