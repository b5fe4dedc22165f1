//! What is recorded beside the changes: who signed in, failed, read or carried what.
//!
//! What decides about an account is written in the transaction that decides it. Everything else goes through a queue, so that
//! no page waits for the disk: one task writes what has gathered. The same person reading the same thing again within some
//! minutes, or failing again, is counted and not written row by row; nobody fills the disk by reloading a page.

pub mod list;

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use shared::event::EventKind;
use shared::ids::{DocumentId, UserId};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::clock;
use crate::db::{self, Db, events};
use crate::network::Address;
use crate::state::AppState;

pub use crate::db::events::Event;

/// Events that may wait for the task that writes.
const QUEUE: usize = 4_096;
/// Events in one transaction.
const GROUP: usize = 512;
/// How long the first event waits for others.
const GATHER: Duration = Duration::from_millis(200);
/// How often a quiet task looks for counts to write.
const LOOK: Duration = Duration::from_secs(60);
/// Within so long the same again is counted.
const SAME: TimeDelta = TimeDelta::minutes(10);
/// Different events that are remembered for counting; with more, all counts are written and forgotten.
const REMEMBERED: usize = 20_000;
/// Failures of nobody known that get a row with their network; beyond them they are counted without it.
const NOBODYS: u32 = 1_000;
/// How long events are kept.
const KEPT: TimeDelta = TimeDelta::days(2 * 365);

impl Event {
    pub fn new(kind: EventKind, at: DateTime<Utc>, from: Address) -> Self {
        Self {
            at,
            kind,
            by: None,
            of: None,
            doc: None,
            what: None,
            times: 1,
            network: from.cut().map(|network| network.to_string()),
        }
    }

    pub fn by(self, user: UserId) -> Self {
        Self {
            by: Some(user),
            ..self
        }
    }

    pub fn of(self, user: UserId) -> Self {
        Self {
            of: Some(user),
            ..self
        }
    }

    pub fn about(self, doc: DocumentId) -> Self {
        Self {
            doc: Some(doc),
            ..self
        }
    }

    pub fn what(self, what: impl Into<String>) -> Self {
        Self {
            what: Some(what.into()),
            ..self
        }
    }

    /// Whether the same again is counted instead of written.
    fn repeats(&self) -> bool {
        matches!(
            self.kind,
            EventKind::SignInFailed | EventKind::EvidenceRead | EventKind::SubjectRead
        )
    }
}

/// Records an event. It is on disk some moments later; whoever caused it does not wait.
pub fn record(state: &AppState, event: Event) {
    state.events.record(event);
}

/// The queue's entrance. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Events {
    queue: mpsc::Sender<Message>,
}

#[derive(Debug)]
enum Message {
    Happened(Event),
    /// Write all that is known, then say so.
    Flush(oneshot::Sender<()>),
}

impl Events {
    /// Starts the task that writes.
    pub fn start(db: Db) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(work(db, waiting));
        Self { queue }
    }

    fn record(&self, event: Event) {
        if self.queue.try_send(Message::Happened(event)).is_err() {
            tracing::error!("an event was not recorded: too many wait");
        }
    }

    /// Returns when all that was recorded before is on disk, or cannot be.
    pub async fn flush(&self) {
        let (written, done) = oneshot::channel();
        if self.queue.send(Message::Flush(written)).await.is_ok() {
            // A task that has ended has nothing left.
            let _ = done.await;
        }
    }
}

async fn work(db: Db, mut waiting: mpsc::Receiver<Message>) {
    let mut recent = Recent::default();
    let mut group: Vec<Event> = Vec::new();
    loop {
        let mut flushed = Vec::new();
        let mut patience = LOOK;
        let mut is_open = true;
        while group.len() < GROUP {
            match timeout(patience, waiting.recv()).await {
                Ok(Some(Message::Happened(event))) => {
                    patience = GATHER;
                    group.extend(recent.take(event));
                }
                Ok(Some(Message::Flush(written))) => {
                    flushed.push(written);
                    group.extend(recent.all());
                    break;
                }
                Ok(None) => {
                    is_open = false;
                    group.extend(recent.all());
                    break;
                }
                Err(_) => {
                    group.extend(recent.lapsed(clock::now()));
                    break;
                }
            }
        }
        match write(&db, &group).await {
            Ok(()) => group.clear(),
            Err(error) => {
                tracing::error!(%error, events = group.len(), "events wait for the database");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        for written in flushed {
            let _ = written.send(());
        }
        if !is_open {
            return;
        }
    }
}

async fn write(db: &Db, group: &[Event]) -> db::Result<()> {
    if group.is_empty() {
        return Ok(());
    }
    let mut tx = db.write().await?;
    events::insert(&mut tx, group).await?;
    tx.commit().await?;
    Ok(())
}

/// What happened within the last minutes, and how often again.
#[derive(Default)]
struct Recent {
    seen: HashMap<Event, Again>,
    /// Rows that failures of nobody known may still have, and when that was reckoned.
    nobodys: Option<(u32, DateTime<Utc>)>,
}

struct Again {
    until: DateTime<Utc>,
    last: DateTime<Utc>,
    times: u32,
}

impl Recent {
    /// The rows to write for an event.
    fn take(&mut self, event: Event) -> Vec<Event> {
        if !event.repeats() {
            return vec![event];
        }
        let mut rows = Vec::new();
        if self.seen.len() >= REMEMBERED {
            rows.extend(self.all());
        }
        let at = event.at;
        let mut event = event;
        if event.by.is_none() && event.of.is_none() && !self.may_nobody(at) {
            event.network = None;
        }
        let key = Event {
            at: DateTime::UNIX_EPOCH,
            ..event.clone()
        };
        match self.seen.get_mut(&key) {
            Some(again) if at < again.until => {
                again.times = again.times.saturating_add(1);
                again.last = at;
            }
            _ => {
                // What was counted before goes before it.
                let before = self.seen.insert(
                    key.clone(),
                    Again {
                        until: at + SAME,
                        last: at,
                        times: 0,
                    },
                );
                rows.extend(before.and_then(|again| counted(&key, &again)));
                rows.push(event);
            }
        }
        rows
    }

    /// Whether one more failure of nobody known may have a row of its own: a thousand, and one more every ten seconds.
    fn may_nobody(&mut self, now: DateTime<Utc>) -> bool {
        let (left, since) = self.nobodys.unwrap_or((NOBODYS, now));
        let more = u32::try_from((now - since).num_seconds().max(0) / 10).unwrap_or(NOBODYS);
        let since = if more > 0 { now } else { since };
        let left = left.saturating_add(more).min(NOBODYS);
        self.nobodys = Some((left.saturating_sub(1), since));
        left > 0
    }

    /// The counts whose minutes are over.
    fn lapsed(&mut self, now: DateTime<Utc>) -> Vec<Event> {
        let (over, open) = self.seen.drain().partition(|(_, again)| again.until <= now);
        self.seen = open;
        rows(over)
    }

    /// All counts.
    fn all(&mut self) -> Vec<Event> {
        rows(std::mem::take(&mut self.seen))
    }
}

fn rows(seen: HashMap<Event, Again>) -> Vec<Event> {
    seen.iter()
        .filter_map(|(key, again)| counted(key, again))
        .collect()
}

fn counted(key: &Event, again: &Again) -> Option<Event> {
    (again.times > 0).then(|| Event {
        at: again.last,
        times: again.times,
        ..key.clone()
    })
}

/// Forgets what happened too long ago.
pub async fn sweep(db: &Db) -> db::Result<u64> {
    let mut tx = db.write().await?;
    let deleted = events::delete_before(&mut tx, clock::now() - KEPT).await?;
    tx.commit().await?;
    Ok(deleted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: EventKind, second: i64) -> Event {
        let at = DateTime::UNIX_EPOCH + TimeDelta::seconds(second);
        Event::new(kind, at, Address::default())
    }

    fn user(number: u128) -> UserId {
        UserId::from_uuid(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn the_same_again_is_counted_and_told_when_its_minutes_are_over() {
        let mut recent = Recent::default();
        let read = |second| event(EventKind::SubjectRead, second).by(user(1));
        assert_eq!(recent.take(read(0)).len(), 1);
        for second in 1..100 {
            assert_eq!(recent.take(read(second)), Vec::new());
        }
        assert_eq!(recent.take(read(50).by(user(2))).len(), 1, "somebody else");
        let at = |second| DateTime::UNIX_EPOCH + TimeDelta::seconds(second);
        assert_eq!(recent.lapsed(at(599)), Vec::new());
        let told = recent.lapsed(at(601));
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].times, told[0].at), (99, at(99)));
        assert_eq!(recent.take(read(700)).len(), 1, "and then anew");
    }

    #[test]
    fn what_decides_about_an_account_always_has_a_row() {
        let mut recent = Recent::default();
        for second in 0..5 {
            assert_eq!(
                recent
                    .take(event(EventKind::SignedIn, second).by(user(1)))
                    .len(),
                1
            );
        }
    }

    #[test]
    fn a_flood_from_everywhere_ends_in_one_count() {
        let mut recent = Recent::default();
        let mut rows = 0;
        let mut counted = 0;
        for number in 0..50_000_u32 {
            let from = Address(Some(std::net::Ipv4Addr::from(number << 8).into()));
            let at = DateTime::UNIX_EPOCH + TimeDelta::milliseconds(i64::from(number));
            for row in recent.take(Event::new(EventKind::SignInFailed, at, from)) {
                rows += 1;
                counted += row.times;
            }
        }
        counted += recent.all().iter().map(|row| row.times).sum::<u32>();
        assert!(rows < 1_020, "{rows}");
        assert_eq!(counted, 50_000, "none is lost");
    }
}
