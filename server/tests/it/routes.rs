//! One file for each that `src/routes` has.

mod dashboard;
mod pages;
mod sealed;
mod session;
mod sync;
