//! One file for each that `src/routes` has.

mod answers;
mod api;
mod dashboard;
mod decisions;
mod desk;
mod disk;
mod events;
mod exports;
mod figures;
mod files;
mod headers;
mod hostile;
mod imports;
mod jobs;
mod language;
mod letterhead;
mod letters;
mod markup;
mod measured;
mod pages;
mod password;
mod queue;
mod sealed;
mod session;
mod sync;
mod tables;
