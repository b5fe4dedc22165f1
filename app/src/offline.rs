//! The browser's side of working without a network. The only module that touches browser storage.
//!
//! What is tapped takes this way: the replica in memory (`shared::sync`) moves at once, the alteration is committed to the
//! user's own IndexedDB ([`db`]) in one strictly durable transaction, and only its completion is called saved. Then it is
//! carried to the server ([`net`]). When each of these is done, and done again, is decided by a machine without I/O
//! (`shared::sync::tab`); `store/home.rs` does what it wants with what is here. Small things that are needed before any of
//! this is open live in `localStorage` ([`session`]).
//!
//! # Several tabs
//!
//! All tabs of one user share one database, which is the truth; a tab's memory is the database with the tab's own
//! uncommitted writes on top. Each tab commits what is tapped in it, and then says `changed` to the others, which read
//! the database again. One tab leads ([`tabs`]): it alone talks to the server, and it alone may replace an edit that
//! waits, because it alone knows which edits were offered. The tab in front leads: becoming visible takes the lead, so a
//! tab that the browser has frozen in the background never holds up what is tapped. Two tabs that both believe to lead,
//! for a moment or in a browser without locks, do no harm: the server gives the same change the same receipt.
//!
//! # Nothing is lost
//!
//! A commit that fails is kept and tried again, its value stays on the screen, and the screen says that it is not saved.
//! A row that this version cannot read is left where it is and counted. Signing out closes a user's database and leaves
//! what was not sent in it. A change leaves the database only with its receipt, or when a person throws a refused one
//! away.

pub mod db;
pub mod device;
mod js;
pub mod net;
pub mod picture;
pub mod seal;
pub mod session;
pub mod tabs;
pub mod uploads;
pub mod worker;
