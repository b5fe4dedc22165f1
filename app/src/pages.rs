//! One screen per file.

pub mod desk;
pub mod field;
mod frame;
pub mod not_found;

pub use frame::{FieldFrame, ticking};
