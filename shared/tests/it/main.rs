//! The rules, tried from outside. One file per module, and `support` with what they share.

#![expect(clippy::unwrap_used, reason = "in a test, to panic is to fail")]

mod address;
mod apply;
mod bounds;
mod campaign;
mod contribution;
mod criteria;
mod decision;
mod derive;
mod evidence;
mod feed;
mod meeting;
mod merge;
mod org_unit;
mod reorganise;
mod rollup;
mod roster;
mod scoring;
mod sealed;
mod sets;
mod simulation;
mod support;
mod supporter;
mod sync;
mod tab;
mod table;
mod text;
mod undo;
mod wire;
