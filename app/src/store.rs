//! Reactive state: what pages read and write. Pages know this module; only this module knows `offline`.

pub mod drafts;
pub mod field;

#[cfg(target_arch = "wasm32")]
mod keeper;

pub use field::{FieldStore, InstallOffer, Loading, Saving, Trouble};
