//! Room for what is read whole before anything looks at it.
//!
//! A batch of changes may take 4 MiB. It is in memory while it comes, and over a weak line it comes slowly; so it first
//! takes room, as much as it may need, from what there is for all. One person takes part in a few exchanges at a time at
//! most, so that nobody's own phones, or one account in the wrong hands, take the room of everybody.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, header};
use shared::ids::UserId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// What room is measured in.
const UNIT: usize = 64 * 1024;
/// All there is: 64 of the largest bodies, or thousands of small ones.
const UNITS: usize = (256 << 20) / UNIT;
/// Bodies that one person may send at a moment: more than a family of devices that all find signal.
const AT_ONCE: usize = 4;
/// How long somebody waits for room. A phone asks again later.
const PATIENCE: Duration = Duration::from_secs(10);

/// The room for bodies.
#[derive(Debug)]
pub struct Bodies {
    units: Arc<Semaphore>,
    turns: Turns,
    patience: Duration,
}

/// Room that was taken, until this is dropped.
#[derive(Debug)]
pub struct Room {
    _units: OwnedSemaphorePermit,
    _turn: OwnedSemaphorePermit,
}

impl Default for Bodies {
    fn default() -> Self {
        Self {
            units: Arc::new(Semaphore::new(UNITS)),
            turns: Turns::new(AT_ONCE),
            patience: PATIENCE,
        }
    }
}

impl Bodies {
    /// Waits for room for one person's body of at most so many bytes. `None`: there is none now.
    pub async fn room(&self, user: UserId, headers: &HeaderMap, max: usize) -> Option<Room> {
        // The turn first: who has none must not hold room meanwhile.
        let turn = self.turns.of(user, self.patience).await?;
        let units = u32::try_from(longest(headers, max).div_ceil(UNIT).clamp(1, UNITS)).ok()?;
        let units = timeout(self.patience, self.units.clone().acquire_many_owned(units)).await;
        Some(Room {
            _units: units.ok()?.ok()?,
            _turn: turn,
        })
    }
}

/// How long a body may become. One that is packed, or that does not say, may become as long as any.
fn longest(headers: &HeaderMap, max: usize) -> usize {
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    match length {
        Some(length) if !headers.contains_key(header::CONTENT_ENCODING) => length.min(max),
        _ => max,
    }
}

/// Turns of each person: so many at a moment.
#[derive(Debug)]
pub struct Turns {
    at_once: usize,
    people: Mutex<HashMap<UserId, Arc<Semaphore>>>,
}

impl Turns {
    pub fn new(at_once: usize) -> Self {
        Self {
            at_once,
            people: Mutex::default(),
        }
    }

    /// Waits for one person's turn.
    pub async fn of(&self, user: UserId, patience: Duration) -> Option<OwnedSemaphorePermit> {
        let turns = {
            let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
            // Whoever holds or awaits a turn holds the semaphore as well.
            people.retain(|_, turns| Arc::strong_count(turns) > 1);
            let turns = people
                .entry(user)
                .or_insert_with(|| Arc::new(Semaphore::new(self.at_once)));
            turns.clone()
        };
        timeout(patience, turns.acquire_owned()).await.ok()?.ok()
    }
}

/// A file as a form brings it.
#[derive(Debug, Default)]
pub struct SentFile {
    /// As it was called; "" where none was chosen.
    pub name: String,
    /// Nothing of one that is too large.
    pub bytes: Vec<u8>,
    pub is_too_large: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn bodies() -> Bodies {
        Bodies {
            patience: Duration::from_millis(20),
            ..Bodies::default()
        }
    }

    fn person(number: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(number))
    }

    #[tokio::test]
    async fn one_person_does_not_take_the_room_of_everybody() {
        let bodies = bodies();
        let mut held = Vec::new();
        for _ in 0..AT_ONCE {
            held.push(bodies.room(person(1), &HeaderMap::new(), 4 << 20).await);
        }
        assert!(held.iter().all(Option::is_some));
        assert!(
            bodies
                .room(person(1), &HeaderMap::new(), 4 << 20)
                .await
                .is_none()
        );
        assert!(
            bodies
                .room(person(2), &HeaderMap::new(), 4 << 20)
                .await
                .is_some()
        );
        held.pop();
        assert!(
            bodies
                .room(person(1), &HeaderMap::new(), 4 << 20)
                .await
                .is_some()
        );
    }

    #[tokio::test]
    async fn all_together_take_no_more_than_there_is() {
        let bodies = bodies();
        let mut held = Vec::new();
        for number in 0..64 {
            held.push(
                bodies
                    .room(person(number), &HeaderMap::new(), 4 << 20)
                    .await,
            );
        }
        assert!(held.iter().all(Option::is_some));
        assert!(
            bodies
                .room(person(99), &HeaderMap::new(), 4 << 20)
                .await
                .is_none()
        );
    }

    #[test]
    fn a_packed_body_may_become_as_long_as_any() {
        for (headers, longest_of) in [
            (&[][..], 1_000),
            (&[("content-length", "10")], 10),
            (&[("content-length", "9999")], 1_000),
            (
                &[("content-length", "10"), ("content-encoding", "gzip")],
                1_000,
            ),
            (&[("content-length", "-1")], 1_000),
        ] {
            let pairs = headers.iter().map(|(name, value)| {
                let name = header::HeaderName::from_static(name);
                (name, header::HeaderValue::from_static(value))
            });
            assert_eq!(longest(&pairs.collect(), 1_000), longest_of, "{headers:?}");
        }
    }
}
