//! The rules, tried from outside. One file per module, and `support` with what they share.

mod apply;
mod criteria;
mod org_unit;
mod rollup;
mod scoring;
mod support;
mod sync;
mod text;
mod wire;
