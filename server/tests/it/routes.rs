//! One file for each that `src/routes` has.

mod dashboard;
mod events;
mod files;
mod hostile;
mod markup;
mod pages;
mod password;
mod sealed;
mod session;
mod sync;
