//! Stages: how far an assessment has come, a row a stage, and the moves from one to another.
//!
//! They follow the district's process: registration, scoring, sending to the commune, verification, proposal, recognition.
//! What differs between stages and is no word of a screen stands in [`STAGES`]: with whom the form lies, whether answers may
//! still change, and what it counts as.

use serde::{Deserialize, Serialize};

use crate::SortedMap;
use crate::criteria::CriterionCode;

/// How far an assessment has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// đã đăng ký
    Registered,
    /// đang chấm
    InProgress,
    /// đã gửi xã
    Submitted,
    /// xã trả lại, with what to correct
    Returned { comment: String },
    /// xã đã thẩm tra
    Verified,
    /// đã đưa vào tờ trình
    Proposed,
    /// đã công nhận, with the decision's number
    Recognised { decision: String },
    /// đã thu hồi, with the number of the decision that took the title back
    Revoked { decision: String },
    /// không đủ điều kiện
    NotEligible { reason: String },
    /// rút đăng ký
    Withdrawn { reason: String },
    /// miễn xét, for instance a household away all year
    Exempt { reason: String },
}

/// The name of a stage without its data, for counts, filters and sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    Registered,
    InProgress,
    Submitted,
    Returned,
    Verified,
    Proposed,
    Recognised,
    NotEligible,
    Withdrawn,
    Exempt,
    Revoked,
}

/// With whom a form lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The village works on it.
    Village,
    /// The commune looks at it.
    Commune,
    /// The commune has decided.
    Decided,
    /// It takes no part in the year.
    Over,
}

/// What a form counts as in the figures. Whatever counts as more counts as less too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum CountsAs {
    Nothing,
    /// It takes part in the year.
    Entered,
    /// The village has finished its part.
    Scored,
    /// The commune has checked it.
    Verified,
}

/// What holds for all forms of a stage.
struct StageRow {
    stage: StageName,
    /// Its name in JSON, in the database and in addresses.
    code: &'static str,
    phase: Phase,
    /// Whether answers may still change. From verification on the scores stand.
    open: bool,
    counts_as: CountsAs,
}

const fn row(
    stage: StageName,
    code: &'static str,
    phase: Phase,
    open: bool,
    counts_as: CountsAs,
) -> StageRow {
    StageRow {
        stage,
        code,
        phase,
        open,
        counts_as,
    }
}

/// In the order of [`StageName`].
#[rustfmt::skip]
const STAGES: [StageRow; 11] = {
    use CountsAs as C;
    use Phase as P;
    use StageName as S;
    const OPEN: bool = true;
    const CLOSED: bool = false;
    [
        row(S::Registered,  "registered",   P::Village, OPEN,   C::Entered),
        row(S::InProgress,  "in_progress",  P::Village, OPEN,   C::Entered),
        row(S::Submitted,   "submitted",    P::Commune, OPEN,   C::Scored),
        row(S::Returned,    "returned",     P::Village, OPEN,   C::Entered),
        row(S::Verified,    "verified",     P::Decided, CLOSED, C::Verified),
        row(S::Proposed,    "proposed",     P::Decided, CLOSED, C::Verified),
        row(S::Recognised,  "recognised",   P::Decided, CLOSED, C::Verified),
        row(S::NotEligible, "not_eligible", P::Decided, CLOSED, C::Entered),
        row(S::Withdrawn,   "withdrawn",    P::Over,    CLOSED, C::Nothing),
        row(S::Exempt,      "exempt",       P::Over,    CLOSED, C::Nothing),
        row(S::Revoked,     "revoked",      P::Decided, CLOSED, C::Entered),
    ]
};

impl Stage {
    pub fn name(&self) -> StageName {
        match self {
            Stage::Registered => StageName::Registered,
            Stage::InProgress => StageName::InProgress,
            Stage::Submitted => StageName::Submitted,
            Stage::Returned { .. } => StageName::Returned,
            Stage::Verified => StageName::Verified,
            Stage::Proposed => StageName::Proposed,
            Stage::Recognised { .. } => StageName::Recognised,
            Stage::NotEligible { .. } => StageName::NotEligible,
            Stage::Withdrawn { .. } => StageName::Withdrawn,
            Stage::Exempt { .. } => StageName::Exempt,
            Stage::Revoked { .. } => StageName::Revoked,
        }
    }

    /// What was said when it was moved there: what to correct, why, or the decision's number.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Stage::Returned { comment: text }
            | Stage::Recognised { decision: text }
            | Stage::Revoked { decision: text }
            | Stage::NotEligible { reason: text }
            | Stage::Withdrawn { reason: text }
            | Stage::Exempt { reason: text } => Some(text),
            Stage::Registered
            | Stage::InProgress
            | Stage::Submitted
            | Stage::Verified
            | Stage::Proposed => None,
        }
    }

    /// Whether answers may still change.
    pub fn is_open(&self) -> bool {
        self.name().is_open()
    }
}

impl StageName {
    pub const ALL: [StageName; STAGES.len()] = {
        let mut all = [StageName::Registered; STAGES.len()];
        let mut at = 0;
        while at < all.len() {
            all[at] = STAGES[at].stage;
            at += 1;
        }
        all
    };

    fn row(self) -> &'static StageRow {
        const ROWS: &[StageRow] = &STAGES;
        &ROWS[self as usize]
    }

    pub fn as_str(self) -> &'static str {
        self.row().code
    }

    pub fn parse(text: &str) -> Option<Self> {
        let found = STAGES.iter().find(|row| row.code == text);
        found.map(|row| row.stage)
    }

    /// With whom the form lies.
    pub fn phase(self) -> Phase {
        self.row().phase
    }

    /// Whether answers may still change.
    pub fn is_open(self) -> bool {
        self.row().open
    }

    /// Whether it takes part in the year.
    pub fn is_entered(self) -> bool {
        self.row().counts_as >= CountsAs::Entered
    }

    /// Whether the village has finished its part.
    pub fn is_scored(self) -> bool {
        self.row().counts_as >= CountsAs::Scored
    }

    /// Whether the commune has checked it.
    pub fn is_verified(self) -> bool {
        self.row().counts_as >= CountsAs::Verified
    }
}

/// A step that somebody takes with an assessment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Move {
    Submit,
    Return {
        comment: String,
        /// What is to be corrected, criterion by criterion.
        #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
        #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pairs<String>"))]
        remarks: SortedMap<CriterionCode, String>,
    },
    Verify,
    Propose,
    Recognise {
        decision: String,
    },
    NotEligible {
        reason: String,
    },
    Withdraw {
        reason: String,
    },
    Exempt {
        reason: String,
    },
    /// Back to work: after a withdrawal, or by the commune after verification.
    Reopen,
    /// The commune takes back what it has just decided: the form lies before it again, as it did.
    TakeBack,
}

impl Move {
    /// The stage this move leads to.
    pub fn target(&self) -> Stage {
        match self.clone() {
            Move::Submit => Stage::Submitted,
            Move::Return { comment, .. } => Stage::Returned { comment },
            Move::Verify => Stage::Verified,
            Move::Propose => Stage::Proposed,
            Move::Recognise { decision } => Stage::Recognised { decision },
            Move::NotEligible { reason } => Stage::NotEligible { reason },
            Move::Withdraw { reason } => Stage::Withdrawn { reason },
            Move::Exempt { reason } => Stage::Exempt { reason },
            Move::Reopen => Stage::InProgress,
            Move::TakeBack => Stage::Submitted,
        }
    }

    /// Whether the move may be made from a stage. Moving to where it already is counts as done.
    pub fn may_follow(&self, stage: StageName) -> bool {
        use StageName as S;
        let from: &[S] = match self {
            Move::Submit => &[S::InProgress, S::Returned],
            Move::Return { .. } | Move::Verify => &[S::Submitted],
            Move::Propose => &[S::Verified],
            Move::Recognise { .. } => &[S::Proposed],
            Move::NotEligible { .. } => &[S::Submitted, S::Verified, S::Proposed],
            Move::Withdraw { .. } | Move::Exempt { .. } => {
                &[S::Registered, S::InProgress, S::Submitted, S::Returned]
            }
            Move::Reopen => &[S::Withdrawn, S::Exempt, S::NotEligible, S::Verified],
            Move::TakeBack => &[S::Returned, S::Verified, S::NotEligible],
        };
        from.contains(&stage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_has_its_own_row_and_the_name_it_has_in_json() {
        for (at, row) in STAGES.iter().enumerate() {
            assert_eq!(row.stage as usize, at, "{:?}", row.stage);
            assert_eq!(StageName::parse(row.code), Some(row.stage));
            assert_eq!(
                serde_json::to_value(row.stage).expect("a name is JSON"),
                row.code
            );
        }
    }

    #[test]
    fn an_open_form_lies_with_somebody_who_can_write_in_it() {
        for stage in StageName::ALL {
            let lies_there = matches!(stage.phase(), Phase::Village | Phase::Commune);
            assert_eq!(stage.is_open(), lies_there, "{stage:?}");
            assert_eq!(
                !stage.is_entered(),
                stage.phase() == Phase::Over,
                "{stage:?}"
            );
        }
    }
}
