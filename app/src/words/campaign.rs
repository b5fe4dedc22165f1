//! The days of a year in words.

use shared::api::campaigns::LateForms;
use shared::calendar::Year;
use shared::campaign::{DayProblem, Due, Legal, Step, Whose};

use super::{date, number, title};
use crate::locale::{t, tf};

pub fn year_step(step: Step) -> String {
    t(match step {
        Step::Register => "campaign.register",
        Step::Score => "campaign.score",
        Step::Meet => "campaign.meet",
        Step::Submit => "campaign.submit",
        Step::Verify => "campaign.verify",
        Step::Propose => "campaign.propose",
        Step::Decide => "campaign.decide",
    })
}

pub fn whose(whose: Whose) -> String {
    t(match whose {
        Whose::Village => "campaign.of_village",
        Whose::Commune => "campaign.of_commune",
        Whose::Leader => "campaign.of_leader",
    })
}

/// How long there is: `còn 5 ngày`.
pub fn left(left: i64) -> String {
    match left {
        0 => t("campaign.left_today"),
        ..0 => tf("campaign.left_late", &[("n", &left.abs())]),
        _ => tf("campaign.left", &[("n", &left)]),
    }
}

/// What is next for a form.
pub fn due(due: &Due) -> String {
    tf(
        "campaign.due",
        &[
            ("step", &year_step(due.step)),
            ("day", &date(due.day)),
            ("left", &left(due.left)),
        ],
    )
}

/// How many forms of a title are late, and with what. The village's own steps before it sends are its own to see.
pub fn late(late: &LateForms) -> String {
    let what = match late.due.step {
        Step::Register | Step::Score | Step::Meet | Step::Submit => "campaign.late_submit",
        Step::Verify => "campaign.late_verify",
        Step::Propose => "campaign.late_propose",
        Step::Decide => "campaign.late_decide",
    };
    tf(
        "campaign.late_line",
        &[
            ("title", &title(late.title)),
            ("what", &tf(what, &[("n", &number(late.forms))])),
            ("n", &late.due.left.abs()),
            ("day", &date(late.due.day)),
        ],
    )
}

/// What a decree says, and whether the day that holds is later.
pub fn legal(legal: Legal, is_later: bool) -> String {
    let key = match is_later {
        true => "campaign.legal_late",
        false => "campaign.legal",
    };
    tf(
        key,
        &[("source", &legal.source), ("day", &date(legal.before))],
    )
}

/// What to do.
pub fn day_problem(of: Step, problem: DayProblem, year: Year) -> String {
    let of = year_step(of);
    let beside = |key, other, day| {
        tf(
            key,
            &[
                ("step", &of),
                ("other", &year_step(other)),
                ("day", &date(day)),
            ],
        )
    };
    match problem {
        DayProblem::Unreadable => tf("campaign.unreadable", &[("step", &of)]),
        DayProblem::OutsideYear => {
            let next = year.get() + 1;
            let about: [(&str, &dyn std::fmt::Display); 3] =
                [("step", &of), ("year", &year), ("next", &next)];
            tf("campaign.outside", &about)
        }
        DayProblem::LaterThanAbove(day) => tf(
            "campaign.later_than_above",
            &[("step", &of), ("day", &date(day))],
        ),
        DayProblem::BeforeEarlier(other, day) => beside("campaign.before_earlier", other, day),
        DayProblem::AfterLater(other, day) => beside("campaign.after_later", other, day),
    }
}
