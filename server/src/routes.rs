//! The server's addresses. Each file under `routes/` is named as its addresses begin.

pub mod api;
mod at_desk;
pub mod campaign;
pub mod contributions;
pub mod criteria;
pub mod decisions;
pub mod desk;
pub mod duplicates;
pub mod exemplars;
pub mod exports;
pub mod files;
mod form;
pub mod health;
pub mod imports;
pub mod initiatives;
pub mod jobs;
pub mod language;
pub mod letterhead;
mod multipart;
pub mod pages;
pub mod password;
pub mod records;
pub mod sealed;
pub mod session;
pub mod site;
pub mod sync;
pub mod tus;
