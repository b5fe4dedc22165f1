//! Duplicates in words. They are looked for and merged at desks only.

use shared::duplicate::Sign;
use shared::merge::{MergeProblem, Merging};

use crate::locale::{t, tf};

/// What two have in common beside their name.
pub fn sign(sign: Sign) -> String {
    t(match sign {
        Sign::Place => "dup.sign_place",
        Sign::BirthYear => "dup.sign_birth_year",
        Sign::Family => "dup.sign_family",
        Sign::Members => "dup.sign_members",
        Sign::Hamlet => "dup.sign_hamlet",
        Sign::Number => "dup.sign_number",
    })
}

/// Why two subjects are not merged, and what can be done.
pub fn merge_problem(problem: MergeProblem) -> String {
    match problem {
        MergeProblem::Kind => t("dup.not_kind"),
        MergeProblem::KeptIsMerged => t("dup.not_kept_merged"),
        MergeProblem::HoldsOthers => t("dup.not_holds_others"),
        MergeProblem::KeptIsGone => t("dup.not_kept_gone"),
        MergeProblem::Titled { year } => tf("dup.not_titled", &[("year", &year)]),
        MergeProblem::Listed { year } => tf("dup.not_listed", &[("year", &year)]),
        MergeProblem::Held { year } => tf("dup.not_held", &[("year", &year)]),
        MergeProblem::OnlyForm { year } => tf("dup.not_only_form", &[("year", &year)]),
        MergeProblem::TooMany { max } => tf("dup.not_many", &[("max", &max)]),
    }
}

/// A merge in a history.
pub fn merging(merging: &Merging) -> String {
    t(match merging {
        Merging::Into { .. } => "dup.history_merged",
        Merging::Undo { .. } => "dup.history_undone",
    })
}
