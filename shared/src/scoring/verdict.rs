//! What a set says of answers, and how far it is to the next thing.

use serde::{Deserialize, Serialize};

use crate::calendar::Year;
use crate::criteria::{CriterionCode, Exempt, Points};

use super::Answer;

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
    /// A criterion without official points was not met. It costs nothing, unless none may be without points.
    NotMet { code: CriterionCode },
    /// A target is not reached. What is needed stands in the [`Distance`].
    BelowTarget { code: CriterionCode },
    /// What was answered is proven by nothing, so it does not count.
    NoEvidence { code: CriterionCode },
    /// The set has no official table for this group.
    NotScored { code: CriterionCode },
    /// The threshold is a survey aid and not an official one.
    ProvisionalRule,
}

/// What was reached, where a set says more than that it passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// From 1.
    Level(u8),
    /// The place among the set's ranks; 0 is the best.
    Rank(usize),
}

/// What a criterion lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    Met,
    /// The floor.
    Points(Points),
    /// Thousandths.
    Share(u32),
    /// A result from outside of this level.
    Level(u8),
    /// A result from outside for this year.
    Year(Year),
    Evidence,
}

/// A criterion that holds the next thing back: what stands there and what is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Short {
    pub code: CriterionCode,
    pub has: Answer,
    pub needs: Need,
}

/// How far it is to the next level or rank, or to passing. Empty where nothing is left to reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distance {
    /// What is reached then. `None`: it passes, or there is nothing more.
    pub to: Option<Grade>,
    /// How many points of the total are missing.
    pub points: Points,
    /// Targets of the next level that are met, of all that apply. Clauses of one target count as one.
    pub met: usize,
    pub of: usize,
    pub short: Vec<Short>,
}

/// What a set says of answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// `None` when the set has no rule, when nothing is left to score, and while answers are missing (unless something is
    /// broken already that no answer mends).
    pub passes: Option<bool>,
    /// The level or rank reached by what passes.
    pub grade: Option<Grade>,
    /// The rule behind `passes` is a survey aid.
    pub provisional: bool,
    pub reasons: Vec<Reason>,
    pub distance: Distance,
}
