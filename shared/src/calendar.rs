//! Days as they are lived in Viet Nam. A server's day ends at seven in the morning there, and an officer who scores before
//! breakfast must not find the map or the year of yesterday.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, FixedOffset, Months, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// A year of the movement: one that is judged, or from which a subject counts. Nobody judges a year outside 2000 to 2100,
/// so none can be written down: whoever walks from one year to another walks a century at most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i32")]
pub struct Year(i32);

/// It is no year from 2000 to 2100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("năm phải từ {} đến {}", Year::FIRST, Year::LAST)]
pub struct NoYear;

impl Year {
    pub const FIRST: Year = Year(2000);
    pub const LAST: Year = Year(2100);

    pub const fn new(year: i64) -> Option<Self> {
        if year < Self::FIRST.0 as i64 || year > Self::LAST.0 as i64 {
            return None;
        }
        Some(Self(year as i32))
    }

    /// The year of a day, or the nearest there is.
    pub fn of(day: NaiveDate) -> Self {
        Self(day.year()).clamp(Self::FIRST, Self::LAST)
    }

    pub const fn get(self) -> i32 {
        self.0
    }

    /// The year before; the first one has none and is its own.
    pub fn before(self) -> Self {
        Self(self.0 - 1).max(Self::FIRST)
    }

    /// The year after; the last one has none and is its own.
    pub fn after(self) -> Self {
        Self(self.0 + 1).min(Self::LAST)
    }

    /// The years from one to another, both included.
    pub fn range(from: Self, to: Self) -> impl DoubleEndedIterator<Item = Self> {
        (from.0..=to.0).map(Self)
    }

    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0, 1, 1).expect("every year has a first day of January")
    }

    pub fn last_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0, 12, 31).expect("every year has a last day of December")
    }
}

impl TryFrom<i64> for Year {
    type Error = NoYear;

    fn try_from(year: i64) -> Result<Self, NoYear> {
        Self::new(year).ok_or(NoYear)
    }
}

impl From<Year> for u64 {
    fn from(year: Year) -> u64 {
        year.0.unsigned_abs().into()
    }
}

impl From<Year> for i32 {
    fn from(year: Year) -> i32 {
        year.0
    }
}

impl FromStr for Year {
    type Err = NoYear;

    fn from_str(text: &str) -> Result<Self, NoYear> {
        text.parse().ok().and_then(Self::new).ok_or(NoYear)
    }
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A moment as clocks in Viet Nam show it: UTC+7 all year, since 1975.
pub fn here(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    let zone = FixedOffset::east_opt(7 * 3600).expect("seven hours are less than a day");
    at.with_timezone(&zone)
}

/// The day of a moment.
pub fn day(at: DateTime<Utc>) -> NaiveDate {
    here(at).date_naive()
}

/// The same day one year before; of 29 February the 28th.
pub fn a_year_before(day: NaiveDate) -> NaiveDate {
    day.checked_sub_months(Months::new(12)).unwrap_or(day)
}

/// The first moment after a day.
pub fn end(day: NaiveDate) -> DateTime<Utc> {
    let next = day.succ_opt().and_then(|next| next.and_hms_opt(0, 0, 0));
    let there = next.and_then(|next| next.and_utc().checked_sub_signed(TimeDelta::hours(7)));
    there.unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The years whose forms are worked on: the one that is judged, and in January the new one too.
pub fn years_open(now: DateTime<Utc>) -> impl Iterator<Item = Year> {
    let day = day(now);
    Year::range(year_judged(day), Year::of(day))
}

/// The year being judged on a day. Results of a year are reported before 1 December (district's plan, section VI) and
/// closed by the end of January.
pub fn year_judged(day: NaiveDate) -> Year {
    let year = Year::of(day);
    if day.month() == 1 {
        year.before()
    } else {
        year
    }
}
