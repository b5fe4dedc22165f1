//! Days as they are lived in Viet Nam. A server's day ends at seven in the morning there, and an officer who scores before
//! breakfast must not find the map or the year of yesterday.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, TimeDelta, Utc};

/// A moment as clocks in Viet Nam show it: UTC+7 all year, since 1975.
pub fn here(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    let zone = FixedOffset::east_opt(7 * 3600).expect("seven hours are less than a day");
    at.with_timezone(&zone)
}

/// The day of a moment.
pub fn day(at: DateTime<Utc>) -> NaiveDate {
    here(at).date_naive()
}

/// The first moment after a day.
pub fn end(day: NaiveDate) -> DateTime<Utc> {
    let next = day.succ_opt().and_then(|next| next.and_hms_opt(0, 0, 0));
    let there = next.and_then(|next| next.and_utc().checked_sub_signed(TimeDelta::hours(7)));
    there.unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The year being judged on a day. Results of a year are reported before 1 December (district's plan, section VI) and
/// closed by the end of January.
pub fn year_judged(day: NaiveDate) -> i32 {
    if day.month() == 1 {
        day.year() - 1
    } else {
        day.year()
    }
}
