//! What the commands do.

mod demo;
mod households;
mod rebuild;
mod reorganise;
mod restored;
