//! The year as a picture: a row a step, each from the day of the one before to its own, and a line where today is.

use chrono::{Datelike, Months, NaiveDate};
use leptos::prelude::*;
use shared::api::campaigns::{Campaign, StepDay};
use shared::campaign::Due;

use crate::locale::{t, tf};
use crate::words;

/// Months that a picture shows at least, so that two days in one week do not look a year apart.
const MONTHS: u32 = 3;

fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn after(month: NaiveDate, months: u32) -> NaiveDate {
    let later = month.checked_add_months(Months::new(months));
    later.unwrap_or(month)
}

/// The whole months around all days, the last not included.
fn span(days: &[NaiveDate]) -> Option<(NaiveDate, NaiveDate)> {
    let first = month_of(*days.iter().min()?);
    let last = after(month_of(*days.iter().max()?), 1);
    Some((first, last.max(after(first, MONTHS))))
}

/// Where a day lies between two, in percent. Days of some years: far below 2⁵².
fn at(day: NaiveDate, (from, to): (NaiveDate, NaiveDate)) -> f64 {
    let (part, whole) = ((day - from).num_days(), (to - from).num_days());
    (part as f64 * 100.0 / whole.max(1) as f64).clamp(0.0, 100.0)
}

#[component]
pub fn YearLine(campaign: Campaign) -> impl IntoView {
    let today = campaign.today;
    let days: Vec<NaiveDate> = campaign.steps.iter().filter_map(|it| it.day).collect();
    // Today is in sight unless the year is long over, or far away.
    let (first, last) = shared::campaign::bounds(campaign.year);
    let is_now = (first..=last).contains(&today);
    let all: Vec<NaiveDate> = days
        .iter()
        .copied()
        .chain(is_now.then_some(today))
        .collect();
    let Some(span) = span(&all) else {
        return ().into_any();
    };
    let mut months = Vec::new();
    let mut month = span.0;
    while month < span.1 {
        let label = match month.month() == 1 || months.is_empty() {
            true => month.format("%-m/%y").to_string(),
            false => month.format("%-m").to_string(),
        };
        months.push(view! { <span style=format!("--at: {:.2}", at(month, span))>{label}</span> });
        month = after(month, 1);
    }
    let many = (months.len() > 9).then_some("");
    let next = campaign
        .steps
        .iter()
        .filter_map(|it| it.day)
        .filter(|day| *day >= today)
        .min();
    let mut before = span.0;
    let row = |step: StepDay| {
        let from = before;
        let Some(day) = step.day else {
            return view! {
                <li data-state="none">
                    <span class="year-step">{words::year_step(step.step)}</span>
                    <span class="year-track"></span>
                    <span class="year-day muted">{t("campaign.no_day")}</span>
                </li>
            }
            .into_any();
        };
        before = before.max(day);
        let due = Due::of(step.step, day, today);
        let (state, said) = match due.left {
            // The picture does not know whether anybody is late.
            ..0 => ("over", t("campaign.over")),
            _ if Some(day) == next => ("next", words::left(due.left)),
            _ => ("later", words::left(due.left)),
        };
        let end = after_day(day, span.1);
        let (from, to) = (at(from.min(day), span), at(end, span));
        let style = format!("--from: {from:.2}; --to: {to:.2}");
        view! {
            <li data-state=state>
                <span class="year-step">{words::year_step(step.step)}</span>
                <span class="year-track"><span class="year-bar" style=style></span></span>
                <span class="year-day"><strong>{words::date(day)}</strong> " " <span class="muted">{said}</span></span>
            </li>
        }
        .into_any()
    };
    let rows: Vec<AnyView> = campaign.steps.into_iter().map(row).collect();
    let label = tf(
        "campaign.picture",
        &[
            ("from", &words::date(span.0)),
            ("to", &words::date(span.1.pred_opt().unwrap_or(span.1))),
        ],
    );
    let now = is_now.then(|| format!("--today: {:.2}", at(today, span)));
    let now_said = is_now.then(|| {
        view! { <p class="year-now"><span>{tf("campaign.today", &[("day", &words::date(today))])}</span></p> }
    });
    view! {
        <div class="year" data-now=is_now.then_some("") style=now>
            <div class="year-months" data-many=many aria-hidden="true">{months}</div>
            <ol aria-label=label>{rows}</ol>
            {now_said}
        </div>
    }
    .into_any()
}

/// A step is due by the end of its day.
fn after_day(day: NaiveDate, last: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day).min(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_picture_shows_whole_months_around_its_days() {
        for (days, from, to) in [
            (vec!["2026-10-15", "2026-12-31"], "2026-10-01", "2027-01-01"),
            (vec!["2026-11-30"], "2026-11-01", "2027-02-01"),
            (vec!["2026-03-31", "2027-06-30"], "2026-03-01", "2027-07-01"),
        ] {
            let days: Vec<NaiveDate> = days.into_iter().map(day).collect();
            assert_eq!(span(&days), Some((day(from), day(to))));
        }
        assert_eq!(span(&[]), None);
    }

    #[test]
    fn days_lie_inside_in_their_order() {
        let span = (day("2026-10-01"), day("2026-12-30"));
        assert!((at(day("2026-10-01"), span)).abs() < f64::EPSILON);
        assert!((at(day("2026-11-15"), span) - 50.0).abs() < f64::EPSILON);
        assert!((at(day("2027-11-15"), span) - 100.0).abs() < f64::EPSILON);
    }
}
