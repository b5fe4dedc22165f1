//! One file for each that `src/routes` has.

mod dashboard;
mod files;
mod pages;
mod sealed;
mod session;
mod sync;
