//! Use cases: each owns its transaction.

pub mod accounts;
pub mod check;
pub mod demo;
pub mod feed;
pub mod figures;
pub mod intake;
pub mod passwords;
pub mod throttle;
pub mod units;
