//! Each set judges as its text says: in full, just below, by its floors and gates, where something is exempt or does not
//! apply, by class of area, and without evidence.

use std::fs;

use shared::SortedMap;
use shared::calendar::Year;
use shared::criteria::{CriteriaSet, CriterionCode, Kind, Measure, Points, SetStatus};
use shared::membership::Numbers;
use shared::scoring::{Answer, Facts, Grade, Grounds, Need, check_answer, score};

fn set(id: &str) -> CriteriaSet {
    let name = format!("{id}.toml");
    let text = fs::read_to_string(format!("criteria/{name}")).unwrap();
    CriteriaSet::parse(&name, &text).unwrap()
}

fn code(code: &str) -> CriterionCode {
    CriterionCode::new(code)
}

fn of_thousand(part: u32) -> Answer {
    Answer::Share { part, whole: 1_000 }
}

fn result(level: u8, year: i64) -> Answer {
    Answer::Result {
        level,
        year: Year::new(year).unwrap(),
    }
}

const NO: Answer = Answer::Met(false);
const EXEMPT: Answer = Answer::Exempt;

fn points(whole: i32) -> Answer {
    Answer::Points(Points::whole(whole))
}

/// The best answer to everything.
fn best(set: &CriteriaSet) -> SortedMap<CriterionCode, Answer> {
    let answer = |it: &shared::criteria::Indicator| match (it.measure, it.max) {
        (Some(Measure::Share), _) => of_thousand(1_000),
        (Some(Measure::Result), _) => result(3, 2026),
        (None, Some(max)) => Answer::Points(max),
        (None, None) => Answer::Met(true),
    };
    set.indicators()
        .map(|it| (it.code.clone(), answer(it)))
        .collect()
}

/// What stands behind the answers beside themselves.
#[derive(Clone, Copy)]
enum Behind {
    /// Evidence for everything.
    All,
    /// For all but this.
    AllBut(&'static str),
    /// A class of area, and evidence for everything.
    Area(&'static str),
    /// A number that is known, with nobody asked about the criterion, and evidence for everything.
    Known(&'static str, u32, &'static str),
}
use Behind::{All, AllBut, Area, Known};

struct Expected {
    passes: Option<bool>,
    grade: Option<Grade>,
    short: &'static [(&'static str, Need)],
}

const fn level(level: u8, short: &'static [(&'static str, Need)]) -> Expected {
    Expected {
        passes: Some(true),
        grade: Some(Grade::Level(level)),
        short,
    }
}

const fn rank(rank: usize) -> Expected {
    Expected {
        passes: Some(true),
        grade: Some(Grade::Rank(rank)),
        short: &[],
    }
}

const fn fails(short: &'static [(&'static str, Need)]) -> Expected {
    Expected {
        passes: Some(false),
        grade: None,
        short,
    }
}

const fn passes(passes: Option<bool>) -> Expected {
    Expected {
        passes,
        grade: None,
        short: &[],
    }
}

type Row<'a> = (&'a str, &'a [(&'a str, Answer)], Behind, Expected);

fn hold(id: &str, rows: &[Row<'_>]) {
    let set = set(id);
    for (name, different, behind, expected) in rows {
        let mut answers = best(&set);
        for (of, answer) in *different {
            let of = code(of);
            assert_eq!(check_answer(&set, &of, answer), Ok(()), "{id}, {name}");
            answers.insert(of, *answer);
        }
        let mut facts = Facts::default();
        let mut proven: Vec<_> = set.indicators().map(|it| it.code.clone()).collect();
        match behind {
            All => {}
            AllBut(unproven) => proven.retain(|it| it.as_str() != *unproven),
            Area(class) => facts.area_class = Some((*class).to_owned()),
            Known(fact, number, unasked) => {
                facts.numbers.insert((*fact).to_owned(), *number);
                answers.remove(&code(unasked));
            }
        }
        let grounds = Grounds {
            facts: &facts,
            counted: &Numbers::new(),
            year: Year::new(2026),
            proven: &proven,
        };
        let verdict = score(&set, &answers, grounds).verdict;
        assert_eq!(verdict.passes, expected.passes, "{id}, {name}");
        assert_eq!(verdict.grade, expected.grade, "{id}, {name}");
        let short = verdict.distance.short.iter();
        let short: Vec<_> = short.map(|it| (it.code.as_str(), it.needs)).collect();
        assert_eq!(short, expected.short, "{id}, {name}");
    }
}

fn targets(id: &str) -> usize {
    let set = set(id);
    let target = |it: &shared::criteria::Indicator| it.clause_of.clone().unwrap_or(it.code.clone());
    let mut targets: Vec<_> = set.indicators().map(target).collect();
    targets.sort();
    targets.dedup();
    targets.len()
}

const FIVE_POINTS: Need = Need::Points(Points::whole(5));

const YEAR: Need = Need::Year(match Year::new(2026) {
    Some(year) => year,
    None => Year::FIRST,
});

#[test]
fn a_commune_by_circular_25() {
    assert_eq!(targets("cong_dong_xa_tt25"), 15);
    hold(
        "cong_dong_xa_tt25",
        &[
            ("full", &[], All, level(2, &[])),
            (
                "evidence is not asked for",
                &[],
                AllBut("X.1.1"),
                level(2, &[]),
            ),
            (
                "literacy at level 1",
                &[("X.4.4", result(1, 2026))],
                All,
                level(1, &[("X.4.4", Need::Level(2))]),
            ),
            (
                "primary school at level 1",
                &[("X.4.2", result(1, 2026))],
                All,
                fails(&[("X.4.2", Need::Level(2))]),
            ),
            (
                "pre-school of the year before",
                &[("X.4.1", result(1, 2025))],
                All,
                fails(&[("X.4.1", YEAR)]),
            ),
            (
                "60 % are citizens of the title",
                &[("X.5.1", of_thousand(600))],
                All,
                level(1, &[("X.5.1", Need::Share(800))]),
            ),
            (
                "just below",
                &[("X.5.1", of_thousand(599))],
                All,
                fails(&[("X.5.1", Need::Share(600))]),
            ),
            (
                "one clause holds and one does not",
                &[("X.5.2a", of_thousand(500)), ("X.5.2b", of_thousand(119))],
                All,
                fails(&[("X.5.2b", Need::Share(120))]),
            ),
            (
                "which is enough where it is hard",
                &[("X.5.2a", of_thousand(400)), ("X.5.2b", of_thousand(119))],
                Area("difficult"),
                level(
                    1,
                    &[("X.5.2a", Need::Share(500)), ("X.5.2b", Need::Share(120))],
                ),
            ),
            (
                "a hard place is no excuse for the title of its citizens",
                &[("X.5.1", of_thousand(599))],
                Area("extremely_difficult"),
                fails(&[("X.5.1", Need::Share(600))]),
            ),
            (
                "one is not met",
                &[("X.3.2", NO)],
                All,
                fails(&[("X.3.2", Need::Met)]),
            ),
            (
                "nobody was asked how many",
                &[],
                Known("citizens", 100, "X.5.1"),
                passes(None),
            ),
        ],
    );
    let set = set("cong_dong_xa_tt25");
    let decided = "2026-03-20".parse().unwrap();
    assert_eq!(set.holds_until(decided), "2030-01-01".parse().ok());
}

#[test]
fn a_district_by_circular_25() {
    assert_eq!(targets("cong_dong_huyen_tt25"), 13);
    hold(
        "cong_dong_huyen_tt25",
        &[
            ("full", &[], All, level(2, &[])),
            (
                "nine of ten communes at level 1",
                &[("H.4.1", of_thousand(900)), ("H.4.1b", of_thousand(0))],
                All,
                level(1, &[("H.4.1b", Need::Share(900))]),
            ),
            (
                "just below",
                &[("H.4.1", of_thousand(899)), ("H.4.1b", of_thousand(899))],
                All,
                fails(&[("H.4.1", Need::Share(900))]),
            ),
            (
                "one is not met",
                &[("H.4.2", NO)],
                All,
                fails(&[("H.4.2", Need::Met)]),
            ),
        ],
    );
    let set = set("cong_dong_huyen_tt25");
    let year = |year| Year::new(year).unwrap();
    assert!(set.gives_title_for(year(2024)) && !set.gives_title_for(year(2026)));
}

#[test]
fn a_province_by_circular_25() {
    assert_eq!(targets("cong_dong_tinh_tt25"), 16);
    hold(
        "cong_dong_tinh_tt25",
        &[
            ("full", &[], All, level(2, &[])),
            (
                "districts at level 1 only",
                &[("T.4.1b", of_thousand(899))],
                All,
                level(1, &[("T.4.1b", Need::Share(900))]),
            ),
            (
                "just below",
                &[("T.4.1", of_thousand(899))],
                All,
                fails(&[("T.4.1", Need::Share(900))]),
            ),
            (
                "one is not met",
                &[("T.3.4", NO)],
                All,
                fails(&[("T.3.4", Need::Met)]),
            ),
        ],
    );
}

#[test]
fn a_unit_of_a_district_by_circular_24() {
    assert_eq!(targets("don_vi_tt24_huyen"), 15);
    hold(
        "don_vi_tt24_huyen",
        &[
            ("full", &[], All, level(2, &[])),
            (
                "no evidence of a plan",
                &[],
                AllBut("T24.1.1"),
                fails(&[("T24.1.1", Need::Evidence)]),
            ),
            (
                "what is counted here proves itself",
                &[],
                AllBut("T24.3.1"),
                level(2, &[]),
            ),
            (
                "90 % keep the rules of the house",
                &[("T24.2.1", of_thousand(900))],
                All,
                level(1, &[("T24.2.1", Need::Share(950))]),
            ),
            (
                "just below",
                &[("T24.2.1", of_thousand(899))],
                All,
                fails(&[("T24.2.1", Need::Share(900))]),
            ),
            (
                "members and learners are two clauses",
                &[
                    ("T24.3.1", of_thousand(950)),
                    ("T24.3.1b", of_thousand(960)),
                ],
                All,
                level(1, &[("T24.3.1b", Need::Share(970))]),
            ),
            (
                "a school without such learners is judged on its members",
                &[],
                Known("has_learners", 0, "T24.3.1b"),
                level(2, &[]),
            ),
            (
                "a firm need speak no foreign language",
                &[],
                Known("business", 1, "T24.2.4"),
                level(2, &[]),
            ),
            (
                "whoever is no firm does",
                &[],
                Known("business", 0, "T24.2.4"),
                passes(None),
            ),
            (
                "what is no school has no digital level",
                &[
                    ("T24.3.4", EXEMPT),
                    ("T24.3.5", EXEMPT),
                    ("T24.1.2b", EXEMPT),
                ],
                All,
                level(2, &[]),
            ),
            (
                "a school at the basic level",
                &[("T24.3.4", result(1, 2026))],
                All,
                level(1, &[("T24.3.4", Need::Level(2))]),
            ),
            (
                "a state body without a budget",
                &[("T24.1.3", NO)],
                All,
                fails(&[("T24.1.3", Need::Met)]),
            ),
        ],
    );
    let set = set("don_vi_tt24_huyen");
    let decided = "2026-02-10".parse().unwrap();
    assert_eq!(set.upgrade_from(decided), "2027-02-10".parse().ok());
    assert_eq!(set.holds_until(decided), "2029-02-10".parse().ok());
}

#[test]
fn a_unit_of_the_province_by_circular_24() {
    assert_eq!(targets("don_vi_tt24_tinh"), 16);
    hold(
        "don_vi_tt24_tinh",
        &[
            ("full", &[], All, level(2, &[])),
            (
                "no evidence of sharing",
                &[],
                AllBut("T24T.3.2"),
                fails(&[("T24T.3.2", Need::Evidence)]),
            ),
            (
                "a university at the basic level",
                &[("T24T.3.5", result(1, 2026))],
                All,
                level(1, &[("T24T.3.5", Need::Level(2))]),
            ),
            (
                "what is no university",
                &[],
                Known("university", 0, "T24T.3.5"),
                level(2, &[]),
            ),
            (
                "just below",
                &[("T24T.3.1", of_thousand(899))],
                All,
                fails(&[("T24T.3.1", Need::Share(900))]),
            ),
            (
                "not accredited",
                &[("T24T.3.6", NO)],
                All,
                fails(&[("T24T.3.6", Need::Met)]),
            ),
        ],
    );
    // Criteria 1 and 2 are those of the district tier.
    let (province, district) = (set("don_vi_tt24_tinh"), set("don_vi_tt24_huyen"));
    assert_eq!(province.groups[..2], district.groups[..2]);
}

#[test]
fn a_unit_by_circular_22() {
    hold(
        "don_vi_tt22",
        &[
            ("full", &[], All, rank(0)),
            ("85", &[("DV.3a", points(10))], All, rank(0)),
            ("84", &[("DV.3a", points(9))], All, rank(1)),
            (
                "70",
                &[("DV.3a", points(0)), ("DV.3c", points(0))],
                All,
                rank(1),
            ),
            (
                "69",
                &[
                    ("DV.3a", points(0)),
                    ("DV.2b", points(0)),
                    ("DV.3c", points(4)),
                ],
                All,
                rank(2),
            ),
            (
                "50",
                &[
                    ("DV.3a", points(0)),
                    ("DV.3b", points(0)),
                    ("DV.2b", points(0)),
                    ("DV.1a", points(0)),
                ],
                All,
                rank(2),
            ),
            (
                "49",
                &[
                    ("DV.3a", points(0)),
                    ("DV.3b", points(0)),
                    ("DV.2b", points(0)),
                    ("DV.1a", points(0)),
                    ("DV.3c", points(4)),
                ],
                All,
                fails(&[]),
            ),
        ],
    );
}

#[test]
fn a_commune_by_circular_44() {
    hold(
        "cong_dong_xa_tt44",
        &[
            ("full, and nobody knows the points", &[], All, passes(None)),
            (
                "a criterion at nothing",
                &[("C44.9", NO)],
                All,
                fails(&[("C44.9", Need::Met)]),
            ),
            (
                "a criterion that nothing proves",
                &[],
                AllBut("C44.3"),
                fails(&[("C44.3", Need::Evidence)]),
            ),
        ],
    );
    assert_eq!(set("cong_dong_xa_tt44").indicators().count(), 15);
}

#[test]
fn a_clan_by_decision_448() {
    hold(
        "dong_ho_448",
        &[
            (
                "full, and the threshold is not known",
                &[],
                All,
                passes(None),
            ),
            (
                "half of its families",
                &[("DH.G1", of_thousand(500))],
                All,
                passes(None),
            ),
            (
                "just below",
                &[("DH.G1", of_thousand(499))],
                All,
                fails(&[("DH.G1", Need::Share(500))]),
            ),
            ("no fund", &[("DH.x1", NO)], All, passes(None)),
        ],
    );
}

#[test]
fn villages_and_grass_roots_units_are_only_recorded() {
    for id in ["cong_dong_thon_448", "don_vi_co_so_448"] {
        hold(id, &[("full", &[], All, passes(None))]);
        assert_eq!(set(id).status, SetStatus::Draft);
    }
}

#[test]
fn a_learning_centre() {
    hold(
        "tthtcd_hcm_5155",
        &[
            ("full", &[], All, rank(0)),
            (
                "half a point below the best rank",
                &[
                    ("TT.5a", points(0)),
                    ("TT.1a", points(0)),
                    ("TT.5d", points(0)),
                    ("TT.1b", Answer::Points(Points::from_halves(5))),
                ],
                All,
                rank(1),
            ),
            ("nothing proves the house", &[], AllBut("TT.2a"), rank(0)),
            (
                "and five points less are less",
                &[
                    ("TT.3a", points(0)),
                    ("TT.3b", points(0)),
                    ("TT.3c", points(4)),
                ],
                AllBut("TT.2a"),
                rank(1),
            ),
        ],
    );
    let set = set("tthtcd_hcm_5155");
    assert_eq!(set.max(), Points::whole(100));
    let year = |year| Year::new(year).unwrap();
    assert!(set.judges(year(2026)) && !set.gives_title_for(year(2026)));
}

#[test]
fn those_of_families_and_citizens_judge_as_before() {
    hold(
        "cong_dan_324",
        &[
            ("full", &[], All, passes(Some(true))),
            (
                "one below the floor",
                &[("CD.B6", points(4))],
                All,
                fails(&[("CD.B6", FIVE_POINTS)]),
            ),
        ],
    );
    hold(
        "gia_dinh_448",
        &[
            (
                "just enough",
                &[("GD.1b", points(2))],
                All,
                passes(Some(true)),
            ),
            ("just below", &[("GD.1b", points(1))], All, fails(&[])),
            ("exempt", &[("GD.1a", EXEMPT)], All, passes(Some(true))),
        ],
    );
}

#[test]
fn every_set_says_where_it_is_from_and_what_is_not_certain() {
    let mut codes = std::collections::BTreeMap::new();
    for entry in fs::read_dir("criteria").unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let set = set(&stem);
        assert_eq!(set.id.as_str(), stem);
        assert!(!set.doubts.is_empty(), "{stem}");
        assert!(set.source.note.is_some(), "{stem}");
        assert_eq!(set.kind == Kind::Levels, set.levels == 2, "{stem}");
        // A code that two sets have is one criterion.
        for it in set.indicators() {
            let same = codes.entry(it.code.clone()).or_insert_with(|| it.clone());
            assert_eq!(same, it, "{stem}");
        }
    }
}
