//! The server's side of reading, without a database: which feeds a phone reads, from where, and how far one answer goes.
//!
//! The service opens a [`Feed`], reads one [`Window`] after the other from the database, tells the feed what it found,
//! and closes it. Three rules keep a phone's copy true:
//!
//! * The numbers of the shards are read before their documents. What commits in between is read twice, never skipped.
//! * In a window, documents are read before departures: the cursor may then follow the documents that were found.
//! * A cursor holds for the scope it was read under and for one epoch. Otherwise the phone starts afresh ([`Feed::reset`]).

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::messages::SyncRequest;
use crate::SortedMap;
use crate::access::{Actor, Scope};
use crate::document::Seq;
use crate::ids::{EpochId, UnitId};

/// How far a phone has read, and under what.
#[derive(Clone, Debug, Default)]
pub struct Position {
    pub epoch: Option<EpochId>,
    pub scope: Option<String>,
    pub cursors: SortedMap<UnitId, Seq>,
}

impl From<&SyncRequest> for Position {
    fn from(request: &SyncRequest) -> Self {
        Self {
            epoch: request.epoch,
            scope: request.scope.clone(),
            cursors: request.cursors.clone(),
        }
    }
}

/// The namespace of scope names (a random UUID, fixed for ever).
const SCOPES: Uuid = Uuid::from_u128(0x5b1d_90e2_7c36_4e0d_a8f4_13c9_6e52_d07b);

/// A name for what an actor may hold: another name, another set of documents.
pub fn scope_name(actor: &Actor) -> String {
    let text = serde_json::to_string(&(actor.role, &actor.scope))
        .expect("roles and scopes have string keys and no failing parts");
    let name = Uuid::new_v5(&SCOPES, text.as_bytes()).simple().to_string();
    name.chars().take(16).collect()
}

/// One shard's part of an answer, to be read from the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    pub shard: UnitId,
    /// Only documents of these places; all of the shard if absent.
    pub places: Option<BTreeSet<UnitId>>,
    /// Only what is numbered after this.
    pub after: Seq,
    /// How many documents may still come.
    pub room: usize,
    /// Whether the phone may hold documents that have left the shard.
    pub departures: bool,
    /// The shard's last number when the feed was opened.
    number: Seq,
}

/// What was found of a window's documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub count: usize,
    /// The number of the last document.
    pub last: Option<Seq>,
    /// Whether there may be more after it.
    pub more: bool,
}

/// An answer's reading of the feeds.
#[derive(Clone, Debug)]
pub struct Feed {
    scope: String,
    reset: bool,
    first: bool,
    waiting: Vec<Window>,
    cursors: SortedMap<UnitId, Seq>,
    room: usize,
    more: bool,
}

/// How far the answer went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub scope: String,
    pub reset: bool,
    pub cursors: SortedMap<UnitId, Seq>,
    pub more: bool,
}

impl Feed {
    /// Opens the feeds of an actor's shards after a position. `numbers` are the last numbers of all shards, `room` how
    /// many documents one answer may hold.
    pub fn open(
        actor: &Actor,
        position: &Position,
        epoch: EpochId,
        numbers: &BTreeMap<UnitId, Seq>,
        room: usize,
    ) -> Self {
        let scope = scope_name(actor);
        let first = position.scope.is_none();
        let reset =
            !first && (position.scope.as_ref() != Some(&scope) || position.epoch != Some(epoch));
        let mut feed = Self {
            scope,
            reset,
            first,
            waiting: Vec::new(),
            cursors: SortedMap::new(),
            room,
            more: false,
        };
        if actor.role.keeps_documents() {
            feed.plan(&actor.scope, position, numbers);
        }
        feed
    }

    fn plan(&mut self, scope: &Scope, position: &Position, numbers: &BTreeMap<UnitId, Seq>) {
        for (shard, number) in numbers.iter().rev() {
            let places = match scope {
                Scope::All => None,
                Scope::Communes(communes) if communes.contains(shard) => None,
                Scope::Area { own, .. } if own.contains(shard) => None,
                Scope::Communes(_) | Scope::Area { .. } => continue,
                Scope::Villages(villages) => {
                    let inside = villages.iter().filter(|(of, _)| of == shard);
                    let places: BTreeSet<UnitId> = inside.map(|(_, place)| *place).collect();
                    if places.is_empty() {
                        continue;
                    }
                    Some(places)
                }
            };
            let after = match position.cursors.get(shard) {
                // A cursor beyond the feed is of another life of this server.
                Some(cursor) if !self.reset && cursor <= number => *cursor,
                _ => 0,
            };
            if after == *number {
                self.cursors.insert(*shard, *number);
                continue;
            }
            self.waiting.push(Window {
                shard: *shard,
                places,
                after,
                room: 0,
                departures: !self.reset && !self.first,
                number: *number,
            });
        }
    }

    /// Whether the phone starts its documents afresh: it answers for other places than before, or the server was
    /// restored.
    pub fn reset(&self) -> bool {
        self.reset
    }

    /// The next window to read.
    pub fn next_window(&mut self) -> Option<Window> {
        if self.room == 0 {
            // The phone asks for the rest at once.
            self.more |= !self.waiting.is_empty();
            let unread = self.waiting.drain(..);
            self.cursors
                .extend(unread.map(|window| (window.shard, window.after)));
        }
        let window = self.waiting.pop()?;
        Some(Window {
            room: self.room,
            ..window
        })
    }

    /// Says what a window held. Returns the number up to which its departures are told now.
    pub fn found(&mut self, window: &Window, found: Found) -> Seq {
        let upto = if found.more {
            self.room = 0;
            self.more = true;
            found.last.unwrap_or(window.after)
        } else {
            self.room -= found.count.min(self.room);
            found.last.unwrap_or(0).max(window.number)
        };
        self.cursors.insert(window.shard, upto);
        upto
    }

    pub fn close(self) -> Read {
        Read {
            scope: self.scope,
            reset: self.reset,
            cursors: self.cursors,
            more: self.more,
        }
    }
}
