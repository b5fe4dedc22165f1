//! Scoring: answers and a criteria set in, a score with its reasons out.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::SortedMap;
use crate::criteria::{CriteriaSet, CriterionCode, Exempt, Exemption, Group, Indicator, Points};

/// The answer to one criterion. On the wire a number, `true`/`false`, or `"exempt"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Points(Points),
    /// The criterion does not apply, for the reason its set gives.
    Exempt,
    /// Of a criterion whose official points could not be read.
    Met(bool),
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum OnTheWire {
    Met(bool),
    Points(Points),
    Word(String),
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Answer::Points(points) => points.serialize(serializer),
            Answer::Met(met) => met.serialize(serializer),
            Answer::Exempt => "exempt".serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match OnTheWire::deserialize(deserializer)? {
            OnTheWire::Met(met) => Ok(Answer::Met(met)),
            OnTheWire::Points(points) => Ok(Answer::Points(points)),
            OnTheWire::Word(word) if word == "exempt" => Ok(Answer::Exempt),
            OnTheWire::Word(word) => {
                Err(serde::de::Error::custom(format!("câu trả lời lạ: {word}")))
            }
        }
    }
}

/// What is known of the subject and decides exemptions by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub children: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adults: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub literate_adults: Option<u32>,
    /// The class of the area, such as `extremely_difficult`; some thresholds depend on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area_class: Option<String>,
}

impl Facts {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The numbers that an exemption may rest on.
    pub const NAMES: [&'static str; 3] = ["children", "adults", "literate_adults"];

    fn named(&self, name: &str) -> Option<u32> {
        match name {
            "children" => self.children,
            "adults" => self.adults,
            "literate_adults" => self.literate_adults,
            _ => None,
        }
    }
}

/// Why an answer does not fit its criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerError {
    UnknownCriterion,
    Negative,
    AboveMax {
        max: Points,
    },
    NotAStep {
        step: Points,
    },
    /// The set offers no exemption here.
    NotExempt,
    /// Points where yes or no is asked, or the other way round.
    WrongKind,
}

/// One reason for the score being what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Points were lost on a criterion.
    LostPoints {
        code: CriterionCode,
        got: Points,
        max: Points,
    },
    /// A criterion is below the floor that each must reach.
    BelowFloor {
        code: CriterionCode,
        got: Points,
        floor: Points,
    },
    /// The total is below the threshold.
    BelowTotal { total: Points, needed: Points },
    /// A criterion was not counted, or counted in full, because it does not apply.
    Exempted { code: CriterionCode, effect: Exempt },
    /// A criterion without official points was not met. It costs nothing yet.
    NotMet { code: CriterionCode },
    /// The set has no official table for this group.
    NotScored { code: CriterionCode },
    /// The threshold is a survey aid and not an official one.
    ProvisionalRule,
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
    /// Reachable after exemptions.
    pub max: Points,
    /// The level reached, for sets that have levels.
    pub level: Option<u8>,
    /// `None` when the set has no rule, when nothing is left to score, and while answers are missing (unless a floor is
    /// broken already).
    pub passed: Option<bool>,
    /// The rule behind `passed` is a survey aid.
    pub provisional: bool,
    pub complete: bool,
    pub missing: Vec<CriterionCode>,
    pub groups: Vec<GroupScore>,
    pub reasons: Vec<Reason>,
}

/// Checks one answer against its criterion.
pub fn check_answer(
    set: &CriteriaSet,
    code: &CriterionCode,
    answer: &Answer,
) -> Result<(), AnswerError> {
    let (group, indicator) = set.indicator(code).ok_or(AnswerError::UnknownCriterion)?;
    match (answer, indicator.max) {
        (Answer::Exempt, _) => match exemption(group, indicator) {
            Some(_) => Ok(()),
            None => Err(AnswerError::NotExempt),
        },
        (Answer::Met(_), None) => Ok(()),
        (Answer::Met(_), Some(_)) | (Answer::Points(_), None) => Err(AnswerError::WrongKind),
        (Answer::Points(points), Some(max)) => {
            if *points < Points::ZERO {
                Err(AnswerError::Negative)
            } else if *points > max {
                Err(AnswerError::AboveMax { max })
            } else if !points.is_multiple_of(indicator.step) {
                Err(AnswerError::NotAStep {
                    step: indicator.step,
                })
            } else {
                Ok(())
            }
        }
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
    let zero = |exemption: &&Exemption| {
        let fact = exemption.auto.as_deref().and_then(|fact| facts.named(fact));
        fact == Some(0)
    };
    indicator
        .exempt
        .as_ref()
        .filter(zero)
        .or(group.exempt.as_ref().filter(zero))
}

/// The score of a set of answers. Answers that do not fit are as good as missing.
pub fn score(
    set: &CriteriaSet,
    answers: &SortedMap<CriterionCode, Answer>,
    facts: &Facts,
) -> Score {
    let mut score = Score {
        total: Points::ZERO,
        max: Points::ZERO,
        level: None,
        passed: None,
        provisional: set.pass.provisional,
        complete: false,
        missing: Vec::new(),
        groups: Vec::new(),
        reasons: Vec::new(),
    };
    let mut reweighted = Points::ZERO;
    let mut broken_floor = false;
    for group in &set.groups {
        let mut of_group = GroupScore {
            code: group.code.clone(),
            total: Points::ZERO,
            max: Points::ZERO,
            answered: 0,
            asked: group.indicators.len(),
        };
        if group.indicators.iter().all(|it| it.max.is_none()) {
            score.reasons.push(Reason::NotScored {
                code: group.code.clone(),
            });
        }
        for indicator in &group.indicators {
            let code = indicator.code.clone();
            let answer = answers
                .get(&code)
                .copied()
                .filter(|answer| check_answer(set, &code, answer).is_ok())
                .or_else(|| granted(group, indicator, facts).map(|_| Answer::Exempt));
            let Some(answer) = answer else {
                of_group.max += indicator.max.unwrap_or(Points::ZERO);
                score.missing.push(code);
                continue;
            };
            of_group.answered += 1;
            let max = indicator.max.unwrap_or(Points::ZERO);
            match answer {
                Answer::Points(got) => {
                    of_group.max += max;
                    of_group.total += got;
                    if got < max {
                        score.reasons.push(Reason::LostPoints {
                            code: code.clone(),
                            got,
                            max,
                        });
                    }
                    if let Some(floor) = set.pass.min_each.filter(|floor| got < *floor) {
                        broken_floor = true;
                        score.reasons.push(Reason::BelowFloor { code, got, floor });
                    }
                }
                Answer::Met(met) => {
                    if !met {
                        score.reasons.push(Reason::NotMet { code });
                    }
                }
                Answer::Exempt => {
                    let effect = granted(group, indicator, facts)
                        .or(exemption(group, indicator))
                        .map_or(Exempt::DropOut, |exemption| exemption.effect);
                    match effect {
                        Exempt::FullMarks => {
                            of_group.max += max;
                            of_group.total += max;
                        }
                        Exempt::DropOut => {}
                        Exempt::Reweight => reweighted += max,
                    }
                    score.reasons.push(Reason::Exempted { code, effect });
                }
            }
        }
        score.total += of_group.total;
        score.max += of_group.max;
        score.groups.push(of_group);
    }
    if reweighted > Points::ZERO && score.max > Points::ZERO {
        // The exempt points are spread over the others in proportion, rounded down to half points.
        let whole = i64::from((score.max + reweighted).halves());
        let scaled = i64::from(score.total.halves()) * whole / i64::from(score.max.halves());
        score.total = Points::from_halves(i32::try_from(scaled).unwrap_or(i32::MAX));
        score.max += reweighted;
    }
    score.complete = score.missing.is_empty();
    let needed = needed(set, facts, score.max);
    let below = needed.is_some_and(|needed| score.total < needed);
    if let Some(needed) = needed.filter(|_| score.complete && below) {
        let total = score.total;
        score.reasons.push(Reason::BelowTotal { total, needed });
    }
    let has_rule = needed.is_some() || set.pass.min_each.is_some();
    if has_rule && set.pass.provisional {
        score.reasons.push(Reason::ProvisionalRule);
    }
    // Where everything is exempt there is nothing to judge.
    score.passed = if !has_rule || score.max == Points::ZERO {
        None
    } else if broken_floor {
        Some(false)
    } else {
        score.complete.then_some(!below)
    };
    score
}

/// The total that passes. A threshold in points shrinks with what drops out; one in thousandths does by itself.
pub fn needed(set: &CriteriaSet, facts: &Facts, reachable: Points) -> Option<Points> {
    let for_area = facts
        .area_class
        .as_ref()
        .and_then(|class| set.pass.areas.get(class).copied());
    let (part, whole) = match (for_area.or(set.pass.min_total), set.pass.min_permille) {
        (Some(total), _) => (i64::from(total.halves()), i64::from(set.max().halves())),
        (None, Some(permille)) => (i64::from(permille), 1000),
        (None, None) => return None,
    };
    // Rounded up to the next half point: nobody passes below the share.
    let needed = (i64::from(reachable.halves()) * part + whole - 1).checked_div(whole)?;
    i32::try_from(needed).ok().map(Points::from_halves)
}
