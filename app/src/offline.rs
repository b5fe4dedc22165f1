//! The browser's side of working without a network.

pub mod session;
