//! How often somebody may try to sign in.
//!
//! Only failures count in the end: an attempt takes its tokens when it begins, so that a hundred at once are no way around,
//! and a right password gives them back. What is counted, and what follows:
//!
//! * a name from an address: eight, then one every 15 s;
//! * an address, whatever the names: sixty, then one every 15 s. A village, or a carrier's thousands of phones, may share one
//!   address with whoever guesses, so a name that has not failed from there within a day is heard all the same. What nobody is
//!   called is then answered like a wrong password and costs nothing;
//! * an account, from wherever: a hundred, then one every five minutes, and a notice to those who answer for it;
//! * a browser that the person has signed in from before counts for itself alone (OWASP's device cookies): nobody else can
//!   keep them out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::network::Address;

/// Buckets kept at most; full ones are forgotten first, and say nothing but that a name has failed today.
const BUCKETS: usize = 50_000;
/// For so long a name that failed from an address is not new there.
const REMEMBERED: TimeDelta = TimeDelta::days(1);

/// How much a bucket holds and how soon it fills.
#[derive(Clone, Copy)]
struct Measure {
    burst: f64,
    /// Seconds for one more attempt.
    pace: f64,
}

const NAME: Measure = Measure {
    burst: 8.0,
    pace: 15.0,
};
const ADDRESS: Measure = Measure {
    burst: 60.0,
    pace: 15.0,
};
const ACCOUNT: Measure = Measure {
    burst: 100.0,
    pace: 300.0,
};

/// What is counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Name(String, Address),
    Address(Address),
    Account(String),
    Device(String, String),
}

impl Key {
    fn measure(&self) -> Measure {
        match self {
            Key::Name(..) | Key::Device(..) => NAME,
            Key::Address(_) => ADDRESS,
            Key::Account(_) => ACCOUNT,
        }
    }
}

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: DateTime<Utc>,
    /// When one was last taken and not given back.
    taken: Option<DateTime<Utc>>,
    /// When it was last told that it is empty.
    told: Option<DateTime<Utc>>,
}

impl Bucket {
    fn full(measure: Measure, now: DateTime<Utc>) -> Self {
        Self {
            tokens: measure.burst,
            at: now,
            taken: None,
            told: None,
        }
    }

    fn refill(&mut self, measure: Measure, now: DateTime<Utc>) {
        let seconds = (now - self.at).max(TimeDelta::zero()).as_seconds_f64();
        self.tokens = (self.tokens + seconds / measure.pace).min(measure.burst);
        self.at = now;
    }
}

/// Somebody at the door.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The user name as it is kept.
    pub name: String,
    pub address: Address,
    /// The browser, if this person has signed in from it before.
    pub device: Option<String>,
}

/// What becomes of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The password is looked at. What was taken for it is given back when it is right.
    Heard(Taken),
    /// The address has failed too often, and nobody has this name: answered like a wrong password.
    Unheard,
    /// So many seconds.
    Wait(u64),
}

/// What an attempt has taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    keys: Vec<Key>,
    /// It was the last that this account had for now. If it fails, those who answer for it are to be told; once a day.
    pub was_last: bool,
}

/// The buckets of one server.
#[derive(Default)]
pub struct Throttle(Mutex<HashMap<Key, Bucket>>);

impl std::fmt::Debug for Throttle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Throttle")
    }
}

impl Throttle {
    /// Takes one attempt at a name that somebody has, or nobody.
    pub fn attempt(&self, visitor: &Visitor, exists: bool, now: DateTime<Utc>) -> Admission {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        forget(&mut buckets, now);
        let name = || visitor.name.clone();
        let address = visitor.address.subscriber();
        if let Some(device) = &visitor.device {
            return take(&mut buckets, vec![Key::Device(name(), device.clone())], now);
        }
        let from_here = Key::Name(name(), address);
        let is_new_here = buckets
            .get(&from_here)
            .and_then(|bucket| bucket.taken)
            .is_none_or(|taken| now - taken > REMEMBERED);
        let mut keys = vec![from_here, Key::Account(name())];
        let of_address = Key::Address(address);
        let has_room = wait(&mut buckets, &of_address, now) <= 0.0;
        match (has_room, is_new_here, exists) {
            (false, true, true) => {}
            (false, true, false) => return Admission::Unheard,
            _ => keys.push(of_address),
        }
        take(&mut buckets, keys, now)
    }

    /// A right password: what was taken for it is given back, and what this name failed from here before is forgiven.
    pub fn forgive(&self, taken: &Taken) {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &taken.keys {
            match key {
                Key::Name(..) | Key::Device(..) => {
                    buckets.remove(key);
                }
                Key::Address(_) | Key::Account(_) => {
                    if let Some(bucket) = buckets.get_mut(key) {
                        bucket.tokens = (bucket.tokens + 1.0).min(key.measure().burst);
                    }
                }
            }
        }
    }
}

/// Seconds until a bucket has a token.
fn wait(buckets: &mut HashMap<Key, Bucket>, key: &Key, now: DateTime<Utc>) -> f64 {
    let measure = key.measure();
    let Some(bucket) = buckets.get_mut(key) else {
        return 0.0;
    };
    bucket.refill(measure, now);
    (1.0 - bucket.tokens) * measure.pace
}

/// Takes one of each, or of none.
fn take(buckets: &mut HashMap<Key, Bucket>, keys: Vec<Key>, now: DateTime<Utc>) -> Admission {
    let waits = keys.iter().map(|key| wait(buckets, key, now));
    let longest = waits.fold(0.0, f64::max);
    if longest > 0.0 {
        // At most some minutes, so it fits.
        return Admission::Wait(longest.ceil() as u64);
    }
    let mut was_last = false;
    for key in &keys {
        let full = Bucket::full(key.measure(), now);
        let bucket = buckets.entry(key.clone()).or_insert(full);
        bucket.tokens -= 1.0;
        bucket.taken = Some(now);
        let is_told = bucket.told.is_some_and(|told| now - told < REMEMBERED);
        if matches!(key, Key::Account(_)) && bucket.tokens < 1.0 && !is_told {
            bucket.told = Some(now);
            was_last = true;
        }
    }
    Admission::Heard(Taken { keys, was_last })
}

/// Makes room: first what is full and long past, then what is full.
fn forget(buckets: &mut HashMap<Key, Bucket>, now: DateTime<Utc>) {
    if buckets.len() < BUCKETS {
        return;
    }
    buckets.retain(|key, bucket| {
        bucket.refill(key.measure(), now);
        let is_past = bucket.taken.is_none_or(|taken| now - taken > REMEMBERED);
        bucket.tokens < key.measure().burst || !is_past
    });
    if buckets.len() >= BUCKETS {
        buckets.retain(|key, bucket| bucket.tokens < key.measure().burst);
    }
    if buckets.len() >= BUCKETS {
        // A flood from everywhere: what is counted by account is what still protects.
        buckets.retain(|key, _| matches!(key, Key::Account(_)));
    }
    if buckets.len() >= BUCKETS {
        buckets.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(address: &str) -> Address {
        Address(Some(address.parse().expect("an address")))
    }

    fn visitor(name: &str, address: &str) -> Visitor {
        Visitor {
            name: name.to_owned(),
            address: from(address),
            device: None,
        }
    }

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn is_heard(throttle: &Throttle, visitor: &Visitor, now: DateTime<Utc>) -> bool {
        matches!(throttle.attempt(visitor, true, now), Admission::Heard(_))
    }

    #[test]
    fn a_guesser_waits_and_a_neighbour_does_not() {
        let throttle = Throttle::default();
        let lan = visitor("lan", "10.0.0.1");
        for _ in 0..8 {
            assert!(is_heard(&throttle, &lan, NOW));
        }
        assert_eq!(throttle.attempt(&lan, true, NOW), Admission::Wait(15));
        assert!(is_heard(&throttle, &visitor("huong", "10.0.0.1"), NOW));
        assert!(is_heard(&throttle, &visitor("lan", "10.0.0.2"), NOW));
        let later = NOW + TimeDelta::seconds(15);
        assert!(is_heard(&throttle, &lan, later));
        assert!(!is_heard(&throttle, &lan, later));
    }

    #[test]
    fn a_right_password_forgives() {
        let throttle = Throttle::default();
        let lan = visitor("lan", "10.0.0.1");
        let mut last = Taken::default();
        for _ in 0..8 {
            if let Admission::Heard(taken) = throttle.attempt(&lan, true, NOW) {
                last = taken;
            }
        }
        throttle.forgive(&last);
        assert!(is_heard(&throttle, &lan, NOW));
    }

    #[test]
    fn a_whole_village_behind_one_address_is_never_shut_out() {
        let throttle = Throttle::default();
        // Somebody guesses at names that nobody has, and at one that somebody has.
        for number in 0..1_000 {
            throttle.attempt(&visitor(&format!("x{number}"), "10.0.0.1"), false, NOW);
            throttle.attempt(&visitor("xa", "10.0.0.1"), true, NOW);
        }
        for number in 0..300 {
            let name = format!("ban{number}");
            assert!(
                is_heard(&throttle, &visitor(&name, "10.0.0.1"), NOW),
                "{name}"
            );
            // Once; who has failed from here today waits like the guesser.
            assert!(
                !is_heard(&throttle, &visitor(&name, "10.0.0.1"), NOW),
                "{name}"
            );
        }
        let nobody = visitor("y", "10.0.0.1");
        assert_eq!(throttle.attempt(&nobody, false, NOW), Admission::Unheard);
        // Names that nobody has leave no trace then.
        let kept = throttle.0.lock().expect("buckets").len();
        for number in 0..1_000 {
            throttle.attempt(&visitor(&format!("y{number}"), "10.0.0.1"), false, NOW);
        }
        assert_eq!(throttle.0.lock().expect("buckets").len(), kept);
    }

    #[test]
    fn a_browser_that_signed_in_before_is_kept_out_by_nobody_else() {
        let throttle = Throttle::default();
        for number in 0..500 {
            throttle.attempt(
                &visitor("lan", &format!("10.0.{number}.1", number = number % 250)),
                true,
                NOW,
            );
        }
        assert!(!is_heard(&throttle, &visitor("lan", "10.9.9.9"), NOW));
        let own = Visitor {
            device: Some("d1".to_owned()),
            ..visitor("lan", "10.0.0.1")
        };
        for _ in 0..8 {
            assert!(is_heard(&throttle, &own, NOW));
        }
        assert!(
            !is_heard(&throttle, &own, NOW),
            "but a stolen one guesses no faster"
        );
    }

    #[test]
    fn an_account_that_is_guessed_at_from_everywhere_is_slowed_and_told_once() {
        let throttle = Throttle::default();
        let (mut heard, mut told) = (0, 0);
        for number in 0..1_000 {
            let from = visitor("lan", &format!("10.{}.{}.1", number / 250, number % 250));
            if let Admission::Heard(taken) = throttle.attempt(&from, true, NOW) {
                heard += 1;
                told += usize::from(taken.was_last);
            }
        }
        assert_eq!((heard, told), (100, 1));
        let elsewhere = visitor("lan", "10.99.0.1");
        assert_eq!(
            throttle.attempt(&elsewhere, true, NOW),
            Admission::Wait(300)
        );
        assert!(is_heard(
            &throttle,
            &elsewhere,
            NOW + TimeDelta::seconds(300)
        ));
    }

    #[test]
    fn one_subscriber_of_ipv6_is_one_address() {
        let throttle = Throttle::default();
        for number in 0..8 {
            assert!(is_heard(
                &throttle,
                &visitor("lan", &format!("2001:db8::{number:x}")),
                NOW
            ));
        }
        assert!(!is_heard(
            &throttle,
            &visitor("lan", "2001:db8::ffff:1"),
            NOW
        ));
        assert!(is_heard(&throttle, &visitor("lan", "2001:db8:0:1::1"), NOW));
    }

    #[test]
    fn a_flood_from_everywhere_takes_bounded_memory() {
        let throttle = Throttle::default();
        for number in 0..200_000_u32 {
            let address = Address(Some(std::net::Ipv4Addr::from(number).into()));
            let name = format!("x{number}");
            throttle.attempt(
                &Visitor {
                    name,
                    address,
                    device: None,
                },
                false,
                NOW,
            );
        }
        assert!(throttle.0.lock().expect("buckets").len() <= BUCKETS + 3);
    }
}
