//! Scoring, set by set.

use proptest::prelude::*;
use shared::SortedMap;
use shared::criteria::{self, CriteriaSet, CriteriaSetId, CriterionCode, Exempt, Points};
use shared::scoring::{Answer, AnswerError, Facts, Reason, Score, check_answer, score};

type Answers = SortedMap<CriterionCode, Answer>;

fn set(id: &str) -> &'static CriteriaSet {
    criteria::find(&CriteriaSetId::new(id)).unwrap()
}

fn code(code: &str) -> CriterionCode {
    CriterionCode::new(code)
}

fn points(number: i32) -> Answer {
    Answer::Points(Points::whole(number))
}

/// Full marks, yes where there are none, and then what is different.
fn answers(set: &CriteriaSet, different: &[(&str, Option<Answer>)]) -> Answers {
    let mut answers: Answers = set
        .indicators()
        .map(|it| {
            (
                it.code.clone(),
                it.max.map_or(Answer::Met(true), Answer::Points),
            )
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
        assert_eq!(score.passed, *passed, "{name}");
        assert!(!score.provisional, "{name}");
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
        score.reasons,
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
    assert_eq!(scored(set("cong_dan_324"), &[]).reasons, []);
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
fn a_unit_passes_the_survey_rule_from_eighty_and_says_that_it_is_one() {
    let unit = set("don_vi_tt22");
    let full = scored(unit, &[]);
    assert_eq!((full.total, full.passed), (Points::whole(100), Some(true)));
    assert_eq!(full.reasons, [Reason::ProvisionalRule]);
    assert!(full.provisional);
    let just = scored(unit, &[("DV.3a", Some(points(5)))]);
    assert_eq!((just.total, just.passed), (Points::whole(80), Some(true)));
    let below = scored(unit, &[("DV.3a", Some(points(4)))]);
    assert_eq!(
        (below.total, below.passed),
        (Points::whole(79), Some(false))
    );
}

#[test]
fn a_family_is_scored_on_the_forty_points_that_are_known() {
    let family = set("gia_dinh_448");
    let full = scored(family, &[]);
    assert_eq!(
        (full.total, full.max),
        (Points::whole(40), Points::whole(40))
    );
    assert_eq!(full.passed, Some(true));
    assert!(full.provisional);
    let just = scored(family, &[("GD.1b", Some(points(2)))]);
    assert_eq!((just.total, just.passed), (Points::whole(32), Some(true)));
    let below = scored(family, &[("GD.1b", Some(points(1)))]);
    assert_eq!(
        (below.total, below.passed),
        (Points::whole(31), Some(false))
    );
}

#[test]
fn what_has_no_points_costs_none_and_is_still_asked() {
    let family = set("gia_dinh_448");
    let no = scored(family, &[("GD.4b", Some(Answer::Met(false)))]);
    assert_eq!((no.total, no.passed), (Points::whole(40), Some(true)));
    assert!(no.reasons.contains(&Reason::NotMet {
        code: code("GD.4b")
    }));
    assert!(
        no.reasons
            .contains(&Reason::NotScored { code: code("GD.3") })
    );
    let missing = scored(family, &[("GD.4b", None)]);
    assert_eq!(missing.missing, [code("GD.4b")]);
    assert_eq!(missing.passed, None);
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
    assert_eq!(score.passed, Some(true));
    let exempted = score.reasons.iter().filter(|reason| {
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
        (score.max, score.complete, score.passed),
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
        (plain.total, plain.passed),
        (Points::whole(25), Some(false))
    );
    let hard = Facts {
        area_class: Some("extremely_difficult".into()),
        ..Facts::default()
    };
    assert_eq!(score(&set, &answers, &hard).passed, Some(true));
    let other = Facts {
        area_class: Some("border".into()),
        ..Facts::default()
    };
    assert_eq!(score(&set, &answers, &other).passed, Some(false));
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
    let yes_no = criteria::find(&CriteriaSetId::new("gia_dinh_448")).unwrap();
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
    ];
    for (answer, json) in cases {
        assert_eq!(serde_json::to_string(&answer).unwrap(), json);
        assert_eq!(serde_json::from_str::<Answer>(json).unwrap(), answer);
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::from_value::<Answer>(value).unwrap(), answer);
    }
    for wrong in ["\"miễn\"", "7.3", "null", "[]", "{}"] {
        assert!(serde_json::from_str::<Answer>(wrong).is_err(), "{wrong}");
    }
}

fn any_answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        any::<i32>().prop_map(|halves| Answer::Points(Points::from_halves(halves))),
        (-2..30i32).prop_map(|halves| Answer::Points(Points::from_halves(halves))),
        Just(Answer::Exempt),
        any::<bool>().prop_map(Answer::Met),
    ]
}

fn any_answers() -> impl Strategy<Value = (usize, Answers, Facts)> {
    let codes: Vec<CriterionCode> = criteria::builtin()
        .iter()
        .chain([&everything()])
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
            area_class: None,
        });
    let answers = answers.prop_map(|it| it.into_iter().collect());
    (0..4usize, answers, facts)
}

proptest! {
    #[test]
    fn any_answers_have_a_score_that_adds_up((which, answers, facts) in any_answers()) {
        let everything = everything();
        let set = criteria::builtin().get(which).unwrap_or(&everything);
        let score = score(set, &answers, &facts);
        prop_assert!(Points::ZERO <= score.total && score.total <= score.max);
        prop_assert!(score.max <= set.max());
        prop_assert_eq!(score.complete, score.missing.is_empty());
        prop_assert!(score.complete || score.passed != Some(true));
        let answered: usize = score.groups.iter().map(|it| it.answered).sum();
        prop_assert_eq!(answered + score.missing.len(), set.indicators().count());
        let reweighted = score.reasons.iter().any(|reason| {
            matches!(reason, Reason::Exempted { effect: Exempt::Reweight, .. })
        });
        if !reweighted {
            prop_assert_eq!(score.total, score.groups.iter().map(|it| it.total).sum());
            let lost: Points = score.reasons.iter().map(|reason| match reason {
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
        let everything = everything();
        let set = criteria::builtin().get(which).unwrap_or(&everything);
        let score = score(set, &answers, &facts);
        for (of, answer) in &answers {
            let fits = check_answer(set, of, answer).is_ok();
            prop_assert!(!fits || !score.missing.contains(of));
        }
    }
}
