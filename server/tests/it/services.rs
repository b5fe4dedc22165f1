//! What the commands do.

mod above;
mod criteria;
mod demo;
mod households;
mod members;
mod rebuild;
mod reorganise;
mod restored;
