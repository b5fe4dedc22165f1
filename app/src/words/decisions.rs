//! Decisions in words. They are at desks only.

use shared::api::decisions::{Decision, LineRow};
use shared::authority::Authority;
use shared::award::{Award, Doubt, Occasion, Piece};
use shared::calendar::Year;
use shared::contribution::Contribution;
use shared::decision::{DEED_MAX, DecisionState, Does, LineProblem};

use super::{capital, date, number, stage, title};
use crate::locale::{t, tf};

/// What a decision is, in one line.
pub fn decision(decision: &Decision) -> String {
    let title = title(decision.head.title);
    if let Some(of) = &decision.corrects {
        let number = of.number.clone().unwrap_or_default();
        return tf("corrections.of", &[("number", &number)]);
    }
    if decision.is_of_a_title_above() {
        let key = match (decision.revokes(), decision.head.state) {
            (false, DecisionState::Signed) => "above.has_recognised",
            (false, _) => "above.is_asked_to_recognise",
            (true, DecisionState::Signed) => "above.has_revoked",
            (true, _) => "above.is_asked_to_revoke",
        };
        let authority = authority(decision.head.decided_by);
        return tf(
            key,
            &[
                ("authority", &authority),
                ("title", &title),
                ("year", &decision.head.year),
            ],
        );
    }
    let key = match decision.head.does {
        Does::Revoke { .. } => "decisions.is_revoking",
        Does::Recognise => "decisions.is_giving",
        Does::Commend { award, occasion } => {
            let key = match (award.is_higher(), decision.head.state) {
                (false, _) => "award.is_commending",
                (true, DecisionState::Signed) => "award.is_given_above",
                (true, _) => "award.is_proposing",
            };
            let period = period(occasion, decision.head.year);
            return tf(key, &[("title", &title), ("period", &period)]);
        }
        Does::Correct { .. } => "corrections.is_correcting",
    };
    tf(key, &[("title", &title), ("year", &decision.head.year)])
}

/// How far it has come; `goes_up`: another authority decides it.
pub fn decision_state(state: DecisionState, goes_up: bool) -> String {
    t(match state {
        DecisionState::Draft if goes_up => "award.gathering",
        DecisionState::Signed if goes_up => "award.concluded",
        DecisionState::Draft => "decisions.draft",
        DecisionState::Submitted => "decisions.submitted",
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
        LineProblem::Authority { decided_by } => tf(
            "above.another_decides",
            &[("authority", &authority(decided_by))],
        ),
        LineProblem::TooSoon { from } => tf("decisions.too_soon", &[("from", &date(from))]),
    }
}

/// Who decides on a title.
pub fn authority(authority: Authority) -> String {
    t(match authority {
        Authority::Home => "above.home",
        Authority::DistrictOffice => "above.district_office",
        Authority::District => "above.district",
        Authority::Department => "above.department",
        Authority::Province => "above.province",
        Authority::Ministry => "above.ministry",
    })
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

/// The same in few words, beside the others.
pub fn award_in_short(award: Award) -> String {
    t(match award {
        Award::CommuneCommendation => "award.commune_short",
        Award::ProvinceCommendation => "award.province_short",
        Award::MinistryCommendation => "award.ministry_short",
        Award::PrimeMinisterCommendation => "award.prime_minister_short",
    })
}

/// The time of the merit that is commended: a year, or a phase of the movement.
pub fn period(occasion: Occasion, year: Year) -> String {
    match occasion.years(year) {
        (from, to) if from < to => tf("award.phase", &[("from", &from), ("to", &to)]),
        _ => tf("award.year", &[("year", &year)]),
    }
}

/// What somebody is commended for, where nothing else was said.
pub fn merit(occasion: Occasion, year: Year) -> String {
    tf("award.merit", &[("period", &period(occasion, year))])
}

/// A part of the dossier of a proposal.
pub fn piece(piece: Piece) -> String {
    t(match piece {
        Piece::Letter => "award.piece_letter",
        Piece::Reports => "award.piece_reports",
        Piece::Minutes => "award.piece_minutes",
        Piece::SelfReport => "above.piece_self_report",
        Piece::Summary => "above.piece_summary",
    })
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

/// What a line may be commended for, until somebody puts it otherwise: what it gave, and the initiatives that it has a part in, as
/// many of them as there is room for.
pub fn deserved(row: &LineRow) -> Option<String> {
    let gave = gave(&row.gave);
    let mut named: Vec<String> = row.initiatives.clone();
    loop {
        let names: Vec<String> = named.iter().map(|name| format!("“{name}”")).collect();
        let noted =
            (!names.is_empty()).then(|| tf("initiative.deed", &[("names", &names.join(", "))]));
        let all: Vec<String> = gave.iter().cloned().chain(noted).collect();
        let said = capital(&all.join("; "));
        if said.chars().count() <= DEED_MAX || named.pop().is_none() {
            return Some(said).filter(|said| !said.is_empty());
        }
    }
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
        Doubt::DossierInferred => "award.doubt_dossier",
    })
}
