//! The server's clock, in one place.

use chrono::{DateTime, Utc};

/// The moment now.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the clock"
)]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The day it is in Viet Nam.
pub fn today() -> chrono::NaiveDate {
    shared::calendar::day(now())
}
