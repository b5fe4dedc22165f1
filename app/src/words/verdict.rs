//! A verdict in words, for the phone and the desk: what was reached, how far it is to the next thing, and why.

use shared::criteria::{CriteriaSet, CriterionCode, Exempt, Points};
use shared::scoring::{Answer, Grade, Need, Reason, Score, Short};

use super::{answer, group, permille, points, question};
use crate::locale::{t, tf};

/// How much there is: `38/40 điểm`, or `13/15 chỉ tiêu của mức 2`.
pub fn standing(score: &Score) -> String {
    if let Some((got, max)) = score.points() {
        return tf(
            "subject.points",
            &[("got", &points(got)), ("max", &points(max))],
        );
    }
    let distance = &score.verdict.distance;
    match (distance.of, distance.to) {
        (0, _) => t("form.uncounted"),
        (of, Some(Grade::Level(level))) => tf(
            "verdict.targets_of",
            &[("met", &distance.met), ("of", &of), ("level", &level)],
        ),
        (of, _) => tf("verdict.targets", &[("met", &distance.met), ("of", &of)]),
    }
}

/// The verdict on a form, with the level or rank reached. Whether it passes is the form's to say, not the score's alone:
/// what the commune has found not eligible does not.
pub fn verdict(passes: Option<bool>, score: &Score, set: &CriteriaSet) -> String {
    match (passes, score.verdict.grade) {
        (Some(true), Some(reached)) => tf("verdict.graded", &[("grade", &grade(reached, set))]),
        (Some(true), None) => t("verdict.passed"),
        (Some(false), _) => t("verdict.not_passed"),
        (None, _) => t("verdict.undecided"),
    }
}

/// The verdict while a form is worked on: it says that the measure is only the survey's, and what is still open.
pub fn so_far(score: &Score, set: &CriteriaSet) -> String {
    let passes = score.verdict.passes;
    match (passes, score.verdict.provisional, score.complete) {
        (Some(true), true, _) => t("finish.passes"),
        (Some(false), true, _) => t("finish.fails"),
        (Some(_), false, _) => verdict(passes, score, set),
        (None, _, true) => t("form.complete"),
        (None, _, false) => t("finish.open"),
    }
}

/// What is missing, a line each: to pass, or to the next level or rank. Nothing while answers are missing: those come first.
pub fn distance(score: &Score, set: &CriteriaSet) -> Vec<String> {
    if !score.complete {
        return Vec::new();
    }
    let distance = &score.verdict.distance;
    let left = (distance.points > Points::ZERO).then(|| {
        let n = points(distance.points);
        match distance.to.filter(|_| score.verdict.passes == Some(true)) {
            Some(next) => tf(
                "verdict.points_to",
                &[("n", &n), ("grade", &grade(next, set))],
            ),
            None => tf("verdict.points_left", &[("n", &n)]),
        }
    });
    let short = distance.short.iter().map(|it| short(it, set));
    left.into_iter().chain(short).collect()
}

fn short(short: &Short, set: &CriteriaSet) -> String {
    let needs = match (short.needs, short.has) {
        (Need::Met, _) => t("answer.yes"),
        (Need::Points(least), _) => tf("answer.points", &[("n", &points(least))]),
        (Need::Share(target), Answer::Share { part, whole }) => {
            let wanted = (u64::from(target) * u64::from(whole)).div_ceil(1_000);
            let more = wanted.saturating_sub(part.into());
            tf(
                "verdict.share",
                &[("share", &permille(target)), ("more", &more)],
            )
        }
        (Need::Share(target), _) => permille(target),
        (Need::Level(level), _) => tf("verdict.level", &[("n", &level)]),
        (Need::Year(year), _) => tf("verdict.year", &[("year", &year)]),
        (Need::Evidence, _) => t("verdict.evidence"),
    };
    tf(
        "verdict.short",
        &[
            ("what", &called(&short.code, set)),
            ("has", &answer(&short.has)),
            ("needs", &needs),
        ],
    )
}

/// A level or a rank: `mức 2`, `xếp loại Khá`.
pub fn grade(grade: Grade, set: &CriteriaSet) -> String {
    match grade {
        Grade::Level(level) => tf("verdict.level", &[("n", &level)]),
        Grade::Rank(rank) => {
            let label = set.pass.ranks.get(rank).map_or("", |rank| &rank.label);
            tf("verdict.rank", &[("label", &label)])
        }
    }
}

/// A criterion or a group by what it asks.
fn called(code: &CriterionCode, set: &CriteriaSet) -> String {
    let indicator = set.indicator(code).map(|(_, it)| question(it));
    let of_group = || set.groups.iter().find(|group| group.code == *code);
    indicator
        .or_else(|| of_group().map(group))
        .unwrap_or_else(|| code.to_string())
}

/// One reason of a score.
pub fn reason(reason: &Reason, set: &CriteriaSet) -> String {
    let told = |code: &CriterionCode| called(code, set);
    match reason {
        Reason::LostPoints { code, got, max } => tf(
            "reason.lost_points",
            &[
                ("what", &told(code)),
                ("got", &points(*got)),
                ("max", &points(*max)),
            ],
        ),
        Reason::BelowFloor { code, got, floor } => tf(
            "reason.below_floor",
            &[
                ("what", &told(code)),
                ("got", &points(*got)),
                ("floor", &points(*floor)),
            ],
        ),
        Reason::BelowTotal { total, needed } => tf(
            "reason.below_total",
            &[("total", &points(*total)), ("needed", &points(*needed))],
        ),
        Reason::Exempted { code, effect } => {
            let what = told(code);
            tf(
                match effect {
                    Exempt::FullMarks => "reason.exempt_full",
                    Exempt::DropOut | Exempt::Reweight => "reason.exempt_dropped",
                },
                &[("what", &what)],
            )
        }
        Reason::NotMet { code } if set.pass.no_zero => {
            tf("reason.below_target", &[("what", &told(code))])
        }
        Reason::NotMet { code } => tf("reason.not_met", &[("what", &told(code))]),
        Reason::BelowTarget { code } => tf("reason.below_target", &[("what", &told(code))]),
        Reason::NoEvidence { code } => tf("reason.no_evidence", &[("what", &told(code))]),
        Reason::NotScored { code } => tf("reason.not_scored", &[("what", &told(code))]),
        Reason::ProvisionalRule => t("reason.provisional"),
    }
}

#[cfg(test)]
mod tests {
    use shared::SortedMap;
    use shared::criteria::Criteria;
    use shared::scoring::{Facts, score};

    use super::*;

    const LEVELS: &str = r#"
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
        [[groups]]
        code = "M"
        label = "Nhóm"
        indicators = [
          { code = "M.1", question = "Có kế hoạch không?", official = "!" },
          { code = "M.2", question = "Bao nhiêu người?", official = "!", measure = "share", targets = [600, 800] },
        ]
    "#;

    fn answered(set: &CriteriaSet, answers: &[(&str, Answer)]) -> Score {
        let answers: SortedMap<_, _> = answers
            .iter()
            .map(|(code, answer)| (CriterionCode::new(*code), *answer))
            .collect();
        score(set, &answers, &Facts::default())
    }

    #[test]
    fn levels_are_said_with_what_is_missing() {
        let set = CriteriaSet::parse("bộ mức", LEVELS).expect("a set");
        let yes = ("M.1", Answer::Met(true));
        let share = |part| {
            let share = Answer::Share { part, whole: 40 };
            answered(&set, &[yes, ("M.2", share)])
        };
        let said = |score: &Score| verdict(score.verdict.passes, score, &set);
        let first = share(24);
        assert_eq!(said(&first), "Đạt, mức 1");
        assert_eq!(standing(&first), "1/2 chỉ tiêu của mức 2");
        let missing = "Bao nhiêu người? Hiện: 24/40 (60,0\u{a0}%); cần: 80\u{a0}%, thêm 8";
        assert_eq!(distance(&first, &set), [missing]);
        let none = share(23);
        assert_eq!(said(&none), "Chưa đạt");
        assert_eq!(standing(&none), "1/2 chỉ tiêu của mức 1");
        let both = share(32);
        assert_eq!(
            (said(&both).as_str(), distance(&both, &set).len()),
            ("Đạt, mức 2", 0)
        );
        assert_eq!(standing(&both), "2/2 chỉ tiêu");
        let open = answered(&set, &[yes]);
        assert_eq!(said(&open), "Chưa đủ để kết luận");
        assert_eq!(so_far(&open, &set), "Chưa chấm xong");
    }

    #[test]
    fn ranks_are_said_with_the_points_to_the_next() {
        let find = |set: &&CriteriaSet| set.id.as_str() == "don_vi_tt22";
        let set = Criteria::builtin()
            .sets()
            .iter()
            .find(find)
            .expect("built in");
        let full: Vec<_> = set
            .indicators()
            .filter_map(|it| Some((it.code.as_str(), Answer::Points(it.max?))))
            .collect();
        let less = |last: i32| {
            let mut answers = full.clone();
            let at = answers.iter().position(|(code, _)| *code == "DV.3a");
            answers[at.expect("a criterion")].1 = Answer::Points(Points::whole(last));
            answered(set, &answers)
        };
        let good = less(9);
        assert_eq!(verdict(Some(true), &good, set), "Đạt, xếp loại Khá");
        assert_eq!(distance(&good, set), ["Còn 1 điểm nữa thì xếp loại Tốt"]);
        assert_eq!(standing(&good), "84/100 điểm");
    }
}
