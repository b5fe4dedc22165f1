//! Papers from outside: what stands in the files, and what is refused.

#![expect(clippy::unwrap_used, reason = "in a test, to panic is to fail")]

mod certificates;
mod official;
mod refusals;
mod reports;
mod support;
