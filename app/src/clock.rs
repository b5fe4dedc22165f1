//! The one place that reads the device's clock.

use chrono::{DateTime, Utc};

/// What the device's clock says. It may be wrong: recorded for people, never used for order.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the edge that the ban points to"
)]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The day it is in Viet Nam, as far as the device knows.
pub fn today() -> chrono::NaiveDate {
    shared::calendar::day(now())
}
