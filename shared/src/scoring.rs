//! Scoring: answers and a criteria set in, a score with its verdict out.

mod answer;
mod facts;
mod levels;
mod verdict;

use serde::{Deserialize, Serialize};

use crate::SortedMap;
use crate::calendar::Year;
use crate::criteria::{
    CriteriaSet, CriterionCode, Exempt, Exemption, Group, Indicator, Kind, Points,
};
use crate::membership::Numbers;

pub use answer::{Answer, AnswerError, RESULT_MAX, WHOLE_MAX, check_answer};
pub use facts::{Facts, NUMBERS_MAX};
use levels::Standing;
pub use verdict::{Distance, Grade, Need, Reason, Short, Verdict};

/// What a score rests on beside the answers.
#[derive(Clone, Copy, Debug)]
pub struct Grounds<'a> {
    pub facts: &'a Facts,
    /// What was counted of those who belong to the subject.
    pub counted: &'a Numbers,
    /// The year judged. A result from outside for a year before it is too old.
    pub year: Option<Year>,
    /// The criteria that a piece of evidence stands behind.
    pub proven: &'a [CriterionCode],
}

static NOTHING: Numbers = SortedMap::new();

/// Of facts alone, where there is no form yet.
impl<'a> From<&'a Facts> for Grounds<'a> {
    fn from(facts: &'a Facts) -> Self {
        Self {
            facts,
            counted: &NOTHING,
            year: None,
            proven: &[],
        }
    }
}

impl Grounds<'_> {
    fn area(&self) -> Option<&str> {
        self.facts.area_class.as_deref()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupScore {
    pub code: CriterionCode,
    pub total: Points,
    /// Reachable in this group.
    pub max: Points,
    pub answered: usize,
    pub asked: usize,
}

/// A score that explains itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    pub total: Points,
    /// Reachable after exemptions; zero in a set of levels.
    pub max: Points,
    pub complete: bool,
    pub missing: Vec<CriterionCode>,
    pub groups: Vec<GroupScore>,
    pub verdict: Verdict,
}

impl Score {
    /// Points reached and reachable; `None` where none are counted.
    pub fn points(&self) -> Option<(Points, Points)> {
        (self.max > Points::ZERO).then_some((self.total, self.max))
    }
}

/// The exemption that is offered for an indicator: its own, or its group's.
pub fn exemption<'a>(group: &'a Group, indicator: &'a Indicator) -> Option<&'a Exemption> {
    indicator.exempt.as_ref().or(group.exempt.as_ref())
}

/// The exemption, its own or its group's, that the facts grant to an indicator.
pub fn granted<'a>(
    group: &'a Group,
    indicator: &'a Indicator,
    facts: &Facts,
) -> Option<&'a Exemption> {
    let grants = |exemption: &&Exemption| {
        let Some(name) = exemption.auto.as_deref() else {
            return false;
        };
        match name.strip_prefix('!') {
            Some(name) => facts.named(name).is_some_and(|number| number > 0),
            None => facts.named(name) == Some(0),
        }
    };
    indicator
        .exempt
        .as_ref()
        .filter(grants)
        .or(group.exempt.as_ref().filter(grants))
}

/// The share of an indicator that is counted from titles. Of how many is what was counted or what the subject says of itself,
/// whichever is more: not everybody who belongs to it is on the list.
pub fn counted<'a>(indicator: &Indicator, grounds: impl Into<Grounds<'a>>) -> Option<Answer> {
    let counted = indicator.counted.as_ref()?;
    let grounds = grounds.into();
    let number = |name: &str| {
        let counted = grounds.counted.get(name).copied();
        counted.max(grounds.facts.named(name))
    };
    let part = number(&counted.part())?;
    let whole = number(&counted.base).filter(|whole| *whole > 0)?;
    Some(Answer::Share {
        part: part.min(whole),
        whole,
    })
}

/// The score of a set of answers. Answers that do not fit are as good as missing.
pub fn score<'a>(
    set: &CriteriaSet,
    answers: &SortedMap<CriterionCode, Answer>,
    grounds: impl Into<Grounds<'a>>,
) -> Score {
    let mut tally = Tally {
        set,
        grounds: grounds.into(),
        score: Score {
            total: Points::ZERO,
            max: Points::ZERO,
            complete: false,
            missing: Vec::new(),
            groups: Vec::new(),
            verdict: Verdict {
                provisional: set.pass.provisional,
                ..Verdict::default()
            },
        },
        reweighted: Points::ZERO,
        broken: false,
        standing: Vec::new(),
    };
    for group in &set.groups {
        tally.group(group, answers);
    }
    tally.reweight();
    tally.score.complete = tally.score.missing.is_empty();
    match set.kind {
        Kind::Points => tally.judge_points(),
        Kind::Levels => tally.judge_levels(),
    }
    tally.score
}

/// A score in the making.
struct Tally<'a> {
    set: &'a CriteriaSet,
    grounds: Grounds<'a>,
    score: Score,
    /// Exempt points that the others carry.
    reweighted: Points,
    /// Something keeps from passing that no other answer mends.
    broken: bool,
    /// What is judged against a target.
    standing: Vec<Standing<'a>>,
}

impl<'a> Tally<'a> {
    fn group(&mut self, group: &'a Group, answers: &SortedMap<CriterionCode, Answer>) {
        let mut of_group = GroupScore {
            code: group.code.clone(),
            total: Points::ZERO,
            max: Points::ZERO,
            answered: 0,
            asked: group.indicators.len(),
        };
        let unscored = |it: &Indicator| it.max.is_none() && it.measure.is_none();
        if self.set.kind == Kind::Points && group.indicators.iter().all(unscored) {
            let code = group.code.clone();
            self.reason(Reason::NotScored { code });
        }
        for indicator in &group.indicators {
            let facts = self.grounds.facts;
            let code = &indicator.code;
            let answer = answers
                .get(code)
                .copied()
                .filter(|answer| check_answer(self.set, code, answer).is_ok())
                .or_else(|| granted(group, indicator, facts).map(|_| Answer::Exempt))
                .or_else(|| counted(indicator, self.grounds));
            match answer {
                Some(answer) => {
                    of_group.answered += 1;
                    self.answer(group, indicator, answer, &mut of_group);
                }
                None => {
                    of_group.max += indicator.max.unwrap_or(Points::ZERO);
                    self.score.missing.push(code.clone());
                }
            }
        }
        self.score.total += of_group.total;
        self.score.max += of_group.max;
        self.score.groups.push(of_group);
    }

    fn answer(
        &mut self,
        group: &'a Group,
        indicator: &'a Indicator,
        answer: Answer,
        of_group: &mut GroupScore,
    ) {
        let code = indicator.code.clone();
        let max = indicator.max.unwrap_or(Points::ZERO);
        let lacks_proof = self.lacks_proof(indicator, answer);
        if lacks_proof {
            let code = code.clone();
            self.reason(Reason::NoEvidence { code });
        }
        match answer {
            Answer::Points(given) => {
                let got = if lacks_proof { Points::ZERO } else { given };
                of_group.max += max;
                of_group.total += got;
                if got < max {
                    let code = code.clone();
                    self.reason(Reason::LostPoints { code, got, max });
                }
                if let Some(floor) = self.set.pass.floor(indicator).filter(|it| got < *it) {
                    let needs = match lacks_proof {
                        true => Need::Evidence,
                        false => Need::Points(floor),
                    };
                    self.holds_back(indicator, answer, needs);
                    self.reason(Reason::BelowFloor { code, got, floor });
                }
            }
            Answer::Met(met) if self.set.kind == Kind::Points => {
                if !met || lacks_proof {
                    if self.set.pass.no_zero {
                        let needs = if met { Need::Evidence } else { Need::Met };
                        self.holds_back(indicator, answer, needs);
                    }
                    self.reason(Reason::NotMet { code });
                }
            }
            Answer::Met(_) | Answer::Share { .. } | Answer::Result { .. } => {
                self.standing.push(Standing {
                    indicator,
                    answer,
                    lacks_proof,
                });
            }
            Answer::Exempt => {
                let effect = granted(group, indicator, self.grounds.facts)
                    .or(exemption(group, indicator))
                    .map_or(Exempt::DropOut, |exemption| exemption.effect);
                match effect {
                    Exempt::FullMarks => {
                        of_group.max += max;
                        of_group.total += max;
                    }
                    Exempt::DropOut => {}
                    Exempt::Reweight => self.reweighted += max,
                }
                self.reason(Reason::Exempted { code, effect });
            }
        }
    }

    /// Whether an answer that says something good is proven by nothing where the set asks for proof.
    fn lacks_proof(&self, indicator: &Indicator, answer: Answer) -> bool {
        let says_something = match answer {
            Answer::Points(points) => points > Points::ZERO,
            Answer::Met(met) => met,
            Answer::Share { .. } | Answer::Result { .. } => true,
            Answer::Exempt => false,
        };
        self.set.pass.needs_evidence
            && says_something
            && indicator.is_proven_by_pieces()
            && !self.grounds.proven.contains(&indicator.code)
    }

    fn reason(&mut self, reason: Reason) {
        self.score.verdict.reasons.push(reason);
    }

    /// Nobody passes with this.
    fn holds_back(&mut self, indicator: &Indicator, has: Answer, needs: Need) {
        self.broken = true;
        self.score.verdict.distance.short.push(Short {
            code: indicator.code.clone(),
            has,
            needs,
        });
    }

    /// Spreads the exempt points over the others in proportion, rounded down to half points.
    fn reweight(&mut self) {
        let score = &mut self.score;
        if self.reweighted > Points::ZERO && score.max > Points::ZERO {
            let whole = i64::from((score.max + self.reweighted).halves());
            let scaled = i64::from(score.total.halves()) * whole / i64::from(score.max.halves());
            score.total = Points::from_halves(i32::try_from(scaled).unwrap_or(i32::MAX));
            score.max += self.reweighted;
        }
    }

    fn judge_points(&mut self) {
        self.judge_gates();
        let set = self.set;
        let (total, max) = (self.score.total, self.score.max);
        let needed = needed(set, self.grounds.facts, max);
        let below = needed.is_some_and(|needed| total < needed);
        if let Some(needed) = needed.filter(|_| self.score.complete && below) {
            self.reason(Reason::BelowTotal { total, needed });
        }
        let has_rule = needed.is_some() || set.pass.min_each.is_some();
        if has_rule && set.pass.provisional {
            self.reason(Reason::ProvisionalRule);
        }
        let (broken, complete) = (self.broken, self.score.complete);
        let verdict = &mut self.score.verdict;
        // Where everything is exempt there is nothing to judge.
        verdict.passes = if broken {
            Some(false)
        } else if !has_rule || max == Points::ZERO {
            None
        } else {
            complete.then_some(!below)
        };
        let min = |rank: usize| {
            let rank = set.pass.ranks.get(rank)?;
            in_reach(set, rank.min, max)
        };
        let reached =
            (0..set.pass.ranks.len()).find(|rank| min(*rank).is_some_and(|it| total >= it));
        let passes = verdict.passes == Some(true);
        let grade = reached.filter(|_| passes);
        verdict.grade = grade.map(Grade::Rank);
        let next = match grade {
            Some(rank) => rank.checked_sub(1),
            None if passes => None,
            None => set.pass.ranks.len().checked_sub(1),
        };
        verdict.distance.to = next.map(Grade::Rank);
        let wanted = next.and_then(min).or(needed);
        let left = wanted.map_or(Points::ZERO, |wanted| wanted - total);
        verdict.distance.points = left.max(Points::ZERO);
    }
}

/// The total that passes. A threshold in points shrinks with what drops out; one in thousandths does by itself.
pub fn needed(set: &CriteriaSet, facts: &Facts, reachable: Points) -> Option<Points> {
    let for_area = facts
        .area_class
        .as_ref()
        .and_then(|class| set.pass.areas.get(class).copied());
    let lowest = set.pass.ranks.last().map(|rank| rank.min);
    match (
        for_area.or(set.pass.min_total).or(lowest),
        set.pass.min_permille,
    ) {
        (Some(total), _) => in_reach(set, total, reachable),
        (None, Some(permille)) => part_of(reachable, i64::from(permille), 1_000),
        (None, None) => None,
    }
}

/// Points of the whole table as they are where only some of it can be reached.
fn in_reach(set: &CriteriaSet, points: Points, reachable: Points) -> Option<Points> {
    let whole = set.total.unwrap_or_else(|| set.max());
    part_of(
        reachable,
        i64::from(points.halves()),
        i64::from(whole.halves()),
    )
}

/// Rounded up to the next half point: nobody passes below the share.
fn part_of(points: Points, part: i64, whole: i64) -> Option<Points> {
    let needed = (i64::from(points.halves()) * part + whole - 1).checked_div(whole)?;
    i32::try_from(needed).ok().map(Points::from_halves)
}
