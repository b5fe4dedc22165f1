//! Use cases: each owns its transaction.

pub mod accounts;
pub mod check;
pub mod criteria;
pub mod decide;
pub mod demo;
pub mod events;
pub mod exports;
pub mod feed;
pub mod figures;
pub mod files;
pub mod household_lists;
pub mod households;
pub mod intake;
pub mod letters;
pub mod members;
pub mod passwords;
pub mod people;
pub mod quotas;
pub mod rebuild;
pub mod reorganise;
pub mod restored;
pub mod sealing;
pub mod sweep;
pub mod throttle;
pub mod units;
pub mod unlisted;
