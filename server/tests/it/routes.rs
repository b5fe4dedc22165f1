//! One file for each that `src/routes` has.

mod dashboard;
mod pages;
mod session;
mod sync;
