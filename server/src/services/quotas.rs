//! How many bytes one person brings in a day: far more than anybody's work, and too little to fill a disk with.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use shared::ids::UserId;

use crate::clock;

/// What is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Of {
    /// Changes, as they came: a day of taps is 2 MB, a village's winter 60.
    Changes,
    /// Files of evidence, for whoever lists them.
    Files,
    /// Sealed letters, for whoever carries them. They do not stay, and the clerk of a commune carries many.
    Letters,
}

impl Of {
    /// Bytes in a day.
    fn max(self) -> u64 {
        match self {
            Of::Changes => 64 << 20,
            Of::Files => 300 << 20,
            Of::Letters => 640 << 20,
        }
    }
}

/// What was brought today. It is counted by each server for itself and begins anew with it.
#[derive(Debug, Default)]
pub struct Quotas {
    today: Mutex<Day>,
}

#[derive(Debug, Default)]
struct Day {
    date: NaiveDate,
    brought: HashMap<(UserId, Of), u64>,
}

impl Quotas {
    /// Whether somebody may bring so many bytes more today.
    pub fn has(&self, user: UserId, of: Of, bytes: u64) -> bool {
        let brought = self.brought(user, of, 0);
        brought.saturating_add(bytes) <= of.max()
    }

    /// Counts what somebody has brought.
    pub fn add(&self, user: UserId, of: Of, bytes: u64) {
        self.brought(user, of, bytes);
    }

    fn brought(&self, user: UserId, of: Of, more: u64) -> u64 {
        let date = clock::today();
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        if today.date != date {
            *today = Day {
                date,
                ..Day::default()
            };
        }
        match more {
            0 => today.brought.get(&(user, of)).copied().unwrap_or_default(),
            more => {
                let brought = today.brought.entry((user, of)).or_default();
                *brought = brought.saturating_add(more);
                *brought
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn each_person_has_a_days_bytes_of_each() {
        let [one, other] = [1, 2].map(|number| UserId::from_uuid(Uuid::from_u128(number)));
        let quotas = Quotas::default();
        assert!(quotas.has(one, Of::Files, 300 << 20));
        quotas.add(one, Of::Files, 299 << 20);
        assert!(quotas.has(one, Of::Files, 1 << 20));
        assert!(!quotas.has(one, Of::Files, (1 << 20) + 1));
        quotas.add(one, Of::Files, u64::MAX);
        assert!(!quotas.has(one, Of::Files, 0));
        assert!(quotas.has(one, Of::Changes, 1));
        assert!(quotas.has(other, Of::Files, 1));
    }
}
