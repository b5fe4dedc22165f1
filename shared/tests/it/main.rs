//! The rules, tried from outside. One file per module, and `support` with what they share.

mod apply;
mod rollup;
mod support;
mod sync;
mod wire;
