//! Decisions in words. They are at desks only.

use shared::api::contributions::Contributions;
use shared::api::decisions::Decision;
use shared::award::{Award, Doubt};
use shared::calendar::Year;
use shared::contribution::Contribution;
use shared::decision::{DecisionState, Does, LineProblem};

use super::{capital, date, number, stage, title};
use crate::locale::{t, tf};

/// What a decision is, in one line.
pub fn decision(decision: &Decision) -> String {
    let title = title(decision.head.title);
    if let Some(of) = &decision.corrects {
        let number = of.number.clone().unwrap_or_default();
        return tf("corrections.of", &[("number", &number)]);
    }
    let key = match decision.head.does {
        Does::Revoke { .. } => "decisions.is_revoking",
        Does::Recognise => "decisions.is_giving",
        Does::Commend { .. } => "award.is_commending",
        Does::Correct { .. } => "corrections.is_correcting",
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
        LineProblem::Commended => t("award.commended"),
        LineProblem::NotListed => t("corrections.not_listed"),
        LineProblem::Unchanged => t("corrections.unchanged"),
        LineProblem::PartialCriteria => t("decisions.partial"),
        LineProblem::NotPassed => t("decisions.not_passed"),
        LineProblem::Held => t("decisions.held"),
        LineProblem::Conflict => t("decisions.conflict"),
        LineProblem::TooSoon { from } => tf("decisions.too_soon", &[("from", &date(from))]),
    }
}

/// A form of award.
pub fn award(award: Award) -> String {
    t(match award {
        Award::CommuneCommendation => "award.commune",
        Award::ProvinceCommendation => "award.province",
        Award::MinistryCommendation => "award.ministry",
        Award::PrimeMinisterCommendation => "award.prime_minister",
    })
}

/// What somebody is commended for, where nothing else was said.
pub fn merit(year: Year) -> String {
    tf("award.merit", &[("year", &year)])
}

/// What somebody gave, as a paper says it; nothing for nothing.
pub fn gave(gave: &Contribution) -> Option<String> {
    let labour = gave.labour.map(|days| {
        let days = number(i64::try_from(days).unwrap_or(i64::MAX));
        tf("award.gave_labour", &[("n", &days)])
    });
    let money_given = gave
        .money
        .map(|dong| tf("award.gave_money", &[("money", &money(dong))]));
    let all: Vec<String> = labour
        .into_iter()
        .chain(money_given)
        .chain(gave.otherwise.clone())
        .collect();
    (!all.is_empty()).then(|| capital(&all.join(", ")))
}

/// What all of a golden book gave, in one line.
pub fn book(book: &Contributions) -> String {
    let (labour, dong) = book.totals();
    let count = |count: u64| number(i64::try_from(count).unwrap_or(i64::MAX));
    let rows = u64::try_from(book.rows.len()).unwrap_or(u64::MAX);
    tf(
        "book.said",
        &[
            ("n", &count(rows)),
            ("labour", &count(labour)),
            ("money", &money(dong)),
        ],
    )
}

/// An amount of money.
pub fn money(dong: u64) -> String {
    let dong = number(i64::try_from(dong).unwrap_or(i64::MAX));
    tf("award.money", &[("n", &dong)])
}

/// What of an amount or a legal basis is to be compared with its text.
pub fn doubt(doubt: Doubt) -> String {
    t(match doubt {
        Doubt::HouseholdInferred => "award.doubt_household",
        Doubt::CollectiveInferred => "award.doubt_collective",
        Doubt::NamedInPart => "award.doubt_named_in_part",
        Doubt::SaidToBeAmended => "award.doubt_amended",
    })
}
