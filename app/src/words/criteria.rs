//! What a set of criteria says of itself, in words. Only the desk shows sets.

use chrono::NaiveDate;
use shared::api::criteria::{Became, EndProblem, GivenProblem, ProposedState};
use shared::api::scans::{SCANS_MAX, ScanProblem};
use shared::criteria::{CriteriaSet, EvidenceKind, Indicator, Kind, Measure, SetStatus};

use super::{choice, date, permille, points};
use crate::locale::{t, tf};

pub fn set_status(status: SetStatus) -> String {
    t(match status {
        SetStatus::Complete => "criteria.complete",
        SetStatus::Partial => "criteria.partial",
        SetStatus::Draft => "criteria.draft",
    })
}

pub fn proposed_state(state: ProposedState) -> String {
    t(match state {
        ProposedState::Waiting => "criteria.waiting",
        ProposedState::Added => "criteria.added",
        ProposedState::Refused => "criteria.refused",
        ProposedState::Withdrawn => "criteria.withdrawn",
    })
}

pub fn became(became: Became) -> String {
    t(match became {
        Became::Same => "criteria.same",
        Became::Changed => "criteria.changed",
        Became::New => "criteria.new",
    })
}

/// Since when a set holds, and until when.
pub fn in_force(from: NaiveDate, to: Option<NaiveDate>) -> String {
    let from = date(from);
    match to {
        Some(to) => tf("criteria.from_to", &[("from", &from), ("to", &date(to))]),
        None => tf("criteria.from", &[("from", &from)]),
    }
}

/// What is to be reached: points, a share, a level, or yes.
pub fn asks(indicator: &Indicator) -> String {
    let all = |say: &dyn Fn(u32) -> String| {
        let targets: Vec<String> = indicator.targets.iter().map(|it| say(*it)).collect();
        targets.join(" / ")
    };
    match (indicator.measure, indicator.max) {
        (Some(_), _) if indicator.targets.is_empty() => t("criteria.measured"),
        (Some(Measure::Share), _) => tf("criteria.share", &[("targets", &all(&permille))]),
        (Some(Measure::Result), _) => tf(
            "criteria.result",
            &[("targets", &all(&|it| it.to_string()))],
        ),
        (None, Some(max)) => tf("answer.points", &[("n", &points(max))]),
        (None, None) => t("criteria.yes_or_no"),
    }
}

/// What proves an answer.
pub fn evidence(kind: EvidenceKind) -> String {
    t(match kind {
        EvidenceKind::List => "criteria.by_list",
        EvidenceKind::Doc => "criteria.by_doc",
        EvidenceKind::Photo => "criteria.by_photo",
        EvidenceKind::Count => "criteria.by_count",
        EvidenceKind::Derived => "criteria.by_derived",
        EvidenceKind::Attest => "criteria.by_attest",
        EvidenceKind::Ext => "criteria.by_ext",
    })
}

/// When somebody passes, a rule each.
pub fn rules(set: &CriteriaSet) -> Vec<String> {
    let pass = &set.pass;
    let mut rules = Vec::new();
    if set.kind == Kind::Levels {
        rules.push(tf("criteria.levels", &[("n", &set.levels)]));
    }
    if let Some(total) = pass.min_total {
        rules.push(tf("criteria.min_total", &[("n", &points(total))]));
    }
    if let Some(share) = pass.min_permille {
        rules.push(tf("criteria.min_share", &[("n", &permille(share))]));
    }
    if let Some(each) = pass.min_each {
        rules.push(tf("criteria.min_each", &[("n", &points(each))]));
    }
    for (class, total) in &pass.areas {
        let (area, n) = (choice(class), points(*total));
        rules.push(tf("criteria.min_area", &[("area", &area), ("n", &n)]));
    }
    for rank in &pass.ranks {
        let n = points(rank.min);
        rules.push(tf("criteria.rank", &[("label", &rank.label), ("n", &n)]));
    }
    if pass.no_zero {
        rules.push(t("criteria.no_zero"));
    }
    if pass.needs_evidence {
        rules.push(t("criteria.needs_evidence"));
    }
    if pass.provisional {
        rules.push(t("reason.provisional"));
    }
    if let Some(months) = set.valid_months {
        rules.push(tf("criteria.holds", &[("n", &months)]));
    }
    if let Some(months) = set.upgrade_months {
        rules.push(tf("criteria.upgrade", &[("n", &months)]));
    }
    rules
}

/// What to do about a set that was not taken.
pub fn given_problem(problem: &GivenProblem) -> String {
    match problem {
        GivenProblem::NoFile => t("criteria.no_file"),
        GivenProblem::TooLarge => t("criteria.too_large"),
        GivenProblem::NotText => t("criteria.not_text"),
        GivenProblem::Unreadable(error) => tf(
            "criteria.unreadable",
            &[("line", &error.line), ("what", &error.message)],
        ),
        GivenProblem::Taken(id) => tf("criteria.taken", &[("id", id)]),
        GivenProblem::NotComplete => t("criteria.not_complete"),
        GivenProblem::TooMany => t("criteria.too_many"),
        GivenProblem::Scan(problem) => scan_problem(*problem),
    }
}

pub fn end_problem(problem: EndProblem) -> String {
    t(match problem {
        EndProblem::NotCompared => "criteria.not_compared",
        EndProblem::NoReason => "criteria.no_reason",
        EndProblem::Ended => "criteria.has_ended",
        EndProblem::Own => "criteria.own",
        EndProblem::Taken => "criteria.came_otherwise",
    })
}

pub fn scan_problem(problem: ScanProblem) -> String {
    match problem {
        ScanProblem::Missing => t("scans.missing"),
        ScanProblem::TooLarge => t("scans.too_large"),
        ScanProblem::Unknown => t("scans.unknown"),
        ScanProblem::TooMany => tf("scans.too_many", &[("n", &SCANS_MAX)]),
        ScanProblem::NoSpace => t("scans.no_space"),
    }
}
