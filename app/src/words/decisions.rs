//! Decisions in words. They are at desks only.

use shared::api::decisions::Decision;
use shared::decision::{DecisionState, LineProblem};

use super::{date, stage, title};
use crate::locale::{t, tf};

/// What a decision is, in one line.
pub fn decision(decision: &Decision) -> String {
    let title = title(decision.head.title);
    let key = match decision.revokes() {
        true => "decisions.is_revoking",
        false => "decisions.is_giving",
    };
    tf(key, &[("title", &title), ("year", &decision.head.year)])
}

pub fn decision_state(state: DecisionState) -> String {
    t(match state {
        DecisionState::Draft => "decisions.draft",
        DecisionState::Signed => "decisions.signed",
        DecisionState::Discarded => "decisions.discarded",
    })
}

/// Why a line of a decision cannot stand.
pub fn line_problem(problem: LineProblem) -> String {
    match problem {
        LineProblem::NoForm => t("decisions.no_form"),
        LineProblem::Elsewhere => t("decisions.elsewhere"),
        LineProblem::Stage { stage: at } => tf("decisions.stage", &[("stage", &stage(at))]),
        LineProblem::Listed => t("decisions.listed_elsewhere"),
        LineProblem::PartialCriteria => t("decisions.partial"),
        LineProblem::NotPassed => t("decisions.not_passed"),
        LineProblem::Held => t("decisions.held"),
        LineProblem::Conflict => t("decisions.conflict"),
        LineProblem::TooSoon { from } => tf("decisions.too_soon", &[("from", &date(from))]),
    }
}
