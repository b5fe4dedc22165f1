//! Sync: one round trip, told in prose.
//!
//! A phone sends changes and says how far it has read each commune's feed; the server answers with one receipt per
//! change and with the newest form of every document the phone has not seen. That is all ([`messages`]).
//!
//! On the phone, the [`outbox`] holds what was tapped and not yet answered, and the [`replica`] holds the documents as
//! the server last confirmed them. What a screen shows is `pending.fold(confirmed, apply)`. When the server answers,
//! the confirmed documents move and the pending changes are applied again on top; because phone and server apply the
//! same function, both end in the same place.
//!
//! What was just tapped waits a moment before it is offered, and can be taken out again as if it had never been ([`undo`]).
//! When all this happens (when to write, to read, to send, to try again, and in which tab) is decided by the [`tab`], a
//! machine that the browser and the simulation both run.
//!
//! On the server, the [`intake`] decides a batch of changes against what the database holds and says what to write:
//! documents, log rows (which are the receipts) and differences of totals. The [`feed`] says what of it a phone is to
//! read. When communes are merged or split, [`reorganise`] says where documents belong and moves them.
//!
//! Rules that hold everywhere:
//!
//! * A change id has one receipt for ever, however often and however simultaneously it is sent.
//! * Order is the order of arrival at the server. `seq` numbers the states of documents within one commune; a cursor
//!   is the last `seq` a phone has read. The feed is by state: a document comes once, in its newest form.
//! * A failure of the network or of the server loses nothing: the phone keeps and retries with full jitter. A refusal
//!   of one change stops only that one; it stays on the phone with its reason.
//! * What a phone's app cannot read is stepped over and remembered. An app that understands more reads everything afresh,
//!   once; until then the phone says that it wants an update.
//! * Every server has an identity and an epoch. Another identity is refused before anything is read. A new epoch means
//!   the server was restored from a backup: the phone offers again what it had sent.

pub mod feed;
pub mod intake;
pub mod messages;
pub mod outbox;
pub mod refused;
pub mod reorganise;
pub mod replica;
pub mod tab;
pub mod undo;

pub use feed::{Feed, Position, Window, scope_name};
pub use intake::{Intake, Logged, Terms};
pub use messages::{Carried, Outcome, Receipt, SyncRequest, SyncResponse};
pub use outbox::{Failure, Outbox, Pending, PendingState};
pub use refused::Refused;
pub use reorganise::{Departure, Map};
pub use replica::{Meta, Replica, ReplyRefused, Status, Stored, Touched, Write};
pub use tab::Tab;
pub use undo::{Step, TakenBack};

/// The protocol's version, sent by the phone.
pub const PROTOCOL: u16 = 1;

/// The oldest version that the server still accepts. A stored request of each is in the server's tests.
pub const OLDEST_PROTOCOL: u16 = 1;

// The last three, as soon as there are three: a phone may lie in a drawer from one season to the next.
const _: () = assert!(OLDEST_PROTOCOL == 1 || OLDEST_PROTOCOL + 2 <= PROTOCOL);

/// What this version can read of a document. It is raised with every new variant that a document may hold in its head: a
/// kind of subject, a title, a stage. Fields, answers among them, are kept as they came. A phone that met something it could
/// not read remembers this number of its own ([`Meta::stepped_over`]), and reads everything afresh, once, when it is higher
/// after an update.
pub const UNDERSTANDS: u16 = 3;

/// The largest number of changes in one request.
pub const BATCH_MAX: usize = 500;
