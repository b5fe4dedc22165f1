//! One screen per file.

pub mod not_found;

#[cfg(feature = "ssr")]
pub mod desk;
#[cfg(target_arch = "wasm32")]
pub mod field;
#[cfg(target_arch = "wasm32")]
pub mod standing;
#[cfg(target_arch = "wasm32")]
pub mod waiting_strip;
