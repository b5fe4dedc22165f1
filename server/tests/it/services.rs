//! What the commands do.

mod demo;
mod households;
mod reorganise;
mod restored;
