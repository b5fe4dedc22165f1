//! What the commands do.

mod criteria;
mod demo;
mod households;
mod rebuild;
mod reorganise;
mod restored;
