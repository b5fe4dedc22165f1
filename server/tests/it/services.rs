//! What the commands do.

mod above;
mod criteria;
mod demo;
mod households;
mod lists;
pub mod members;
mod rebuild;
mod reorganise;
mod restored;
mod spread;
