//! How often somebody may try to sign in: a token bucket per name and per address.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// Attempts that may follow each other at once, per name and address together.
const BURST: f64 = 8.0;
/// From one address, whatever the names: a commune's office shares one.
const ADDRESS_BURST: f64 = 60.0;
/// One more attempt becomes possible after so many seconds.
const SECONDS_PER_ATTEMPT: f64 = 15.0;
/// Buckets kept at most; the fullest are forgotten first, and a full bucket says nothing.
const BUCKETS: usize = 20_000;

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: DateTime<Utc>,
    burst: f64,
}

impl Bucket {
    fn refill(&mut self, now: DateTime<Utc>) {
        let seconds = (now - self.at).max(TimeDelta::zero()).as_seconds_f64();
        self.tokens = (self.tokens + seconds / SECONDS_PER_ATTEMPT).min(self.burst);
        self.at = now;
    }
}

/// The buckets of one server.
#[derive(Default)]
pub struct Throttle(Mutex<HashMap<String, Bucket>>);

impl std::fmt::Debug for Throttle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Throttle")
    }
}

impl Throttle {
    /// Takes one attempt, or says how many seconds to wait for the next.
    pub fn attempt(&self, username: &str, address: &str, now: DateTime<Utc>) -> Result<(), u64> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > BUCKETS {
            buckets.retain(|_, bucket| {
                bucket.refill(now);
                bucket.tokens < bucket.burst
            });
        }
        let keys = [
            (
                format!("n/{}/{address}", username.trim().to_lowercase()),
                BURST,
            ),
            (format!("a/{address}"), ADDRESS_BURST),
        ];
        let mut wait = 0.0_f64;
        for (key, burst) in &keys {
            let bucket = buckets.entry(key.clone()).or_insert(Bucket {
                tokens: *burst,
                at: now,
                burst: *burst,
            });
            bucket.refill(now);
            wait = wait.max((1.0 - bucket.tokens) * SECONDS_PER_ATTEMPT);
        }
        if wait > 0.0 {
            // At most some minutes, so it fits.
            return Err(wait.ceil() as u64);
        }
        for (key, _) in &keys {
            if let Some(bucket) = buckets.get_mut(key) {
                bucket.tokens -= 1.0;
            }
        }
        Ok(())
    }

    /// A right password: what was tried before it is forgiven.
    pub fn forgive(&self, username: &str, address: &str) {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.remove(&format!("n/{}/{address}", username.trim().to_lowercase()));
        if let Some(bucket) = buckets.get_mut(&format!("a/{address}")) {
            bucket.tokens = (bucket.tokens + 1.0).min(bucket.burst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guesser_waits_and_a_neighbour_does_not() {
        let throttle = Throttle::default();
        let now = DateTime::UNIX_EPOCH;
        for _ in 0..8 {
            assert_eq!(throttle.attempt("lan", "10.0.0.1", now), Ok(()));
        }
        let wait = throttle
            .attempt(" LAN ", "10.0.0.1", now)
            .expect_err("the ninth waits");
        assert_eq!(wait, 15);
        assert_eq!(throttle.attempt("huong", "10.0.0.1", now), Ok(()));
        let later = now + TimeDelta::seconds(15);
        assert_eq!(throttle.attempt("lan", "10.0.0.1", later), Ok(()));
        assert!(throttle.attempt("lan", "10.0.0.1", later).is_err());
    }

    #[test]
    fn a_right_password_forgives() {
        let throttle = Throttle::default();
        let now = DateTime::UNIX_EPOCH;
        for _ in 0..8 {
            assert_eq!(throttle.attempt("lan", "10.0.0.1", now), Ok(()));
        }
        throttle.forgive("lan", "10.0.0.1");
        assert_eq!(throttle.attempt("lan", "10.0.0.1", now), Ok(()));
    }
}
