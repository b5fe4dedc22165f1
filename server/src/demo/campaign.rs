//! The days of the demo's year: some past, the next ones near, some of one title, one of the commune's own.

use chrono::{Days as Span, NaiveDate};
use shared::calendar::{self, Year};
use shared::campaign::{Days, Plan, Step, bounds};
use shared::criteria::Title;
use shared::ids::{UnitId, UserId};

use super::Maker;

/// What a unit of the demo has set, and who did.
#[derive(Clone, Debug)]
pub struct DemoPlan {
    pub plan: Plan,
    pub year: Year,
    pub by: UserId,
}

/// So many days after another, or before.
fn after(day: NaiveDate, days: i64) -> NaiveDate {
    let span = Span::new(days.unsigned_abs());
    let moved = match days < 0 {
        true => day.checked_sub_days(span),
        false => day.checked_add_days(span),
    };
    moved.unwrap_or(day)
}

impl Maker {
    /// The area's days for all titles, and others for citizens and units, who are counted in other titles; the commune checks a
    /// little earlier.
    pub(super) fn campaign(&mut self, area: (UnitId, UserId), commune: (UnitId, UserId)) {
        let (year, today) = (self.year(), calendar::day(self.now));
        let (first, last) = bounds(year);
        let day = |days| after(today, days).clamp(first, last);
        let registered = NaiveDate::from_ymd_opt(year.get(), 3, 31);
        let registered = registered.map_or(first, |march| march.min(day(-20)));
        let all = [
            (Step::Register, registered),
            (Step::Score, day(-20)),
            (Step::Meet, day(-8)),
            (Step::Submit, day(5)),
            (Step::Verify, day(15)),
            (Step::Propose, day(25)),
            (Step::Decide, day(35)),
        ];
        let earlier = [
            (Step::Meet, day(-14)),
            (Step::Submit, day(-9)),
            (Step::Verify, day(-3)),
        ];
        let mut set = |(unit, by), title, days: &[(Step, NaiveDate)]| {
            let days: Days = days.iter().copied().collect();
            self.plans.push(DemoPlan {
                plan: Plan { unit, title, days },
                year,
                by,
            });
        };
        set(area, None, &all);
        set(area, Some(Title::LearningCitizen), &earlier);
        set(area, Some(Title::LearningUnit), &earlier);
        set(commune, None, &[(Step::Verify, day(12))]);
    }
}
