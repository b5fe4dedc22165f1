//! The way of an alteration to the database: in order, together, and again until it is there.

use std::time::Duration;

use super::super::replica::{Stored, Write};

/// The waits between attempts to write, in seconds; the last one stays.
const WAITS: [u64; 5] = [1, 2, 5, 10, 20];

/// Writes that belong together.
#[derive(Debug)]
pub(super) struct Batch {
    pub writes: Vec<Write>,
    /// By a person, who watches for the word "saved".
    pub tapped: bool,
    pub then: Then,
}

/// What waits until the database has a batch.
#[derive(Debug)]
pub(super) enum Then {
    Nothing,
    /// The exchange that offers it.
    Send(u64),
    /// The word that everything is read.
    CaughtUp,
    /// Somebody outside.
    Told(u32),
}

/// What is not in the database yet.
#[derive(Debug, Default)]
pub(super) struct Journal {
    batches: Vec<Batch>,
    /// How many of them the transaction under way holds.
    writing: usize,
    /// Until the next attempt.
    rests: bool,
    failures: usize,
}

impl Journal {
    pub fn is_idle(&self) -> bool {
        self.batches.is_empty()
    }

    pub fn has_taps(&self) -> bool {
        self.batches.iter().any(|batch| batch.tapped)
    }

    pub fn push(&mut self, batch: Batch) {
        self.batches.push(batch);
    }

    /// All that waits, for one transaction, unless one is under way or rests.
    pub fn begin(&mut self) -> Option<Vec<Write>> {
        if self.batches.is_empty() || self.writing > 0 || self.rests {
            return None;
        }
        self.writing = self.batches.len();
        let writes = self.batches.iter().flat_map(|it| it.writes.iter().cloned());
        Some(writes.collect())
    }

    /// The transaction is done. Whether taps were in it, and what waited for it.
    pub fn committed(&mut self) -> Option<(bool, Vec<Then>)> {
        if self.writing == 0 {
            return None;
        }
        self.failures = 0;
        // Whoever came meanwhile with nothing to write waited only for what was before them.
        let after = self.batches[self.writing..].iter();
        let done = self.writing + after.take_while(|it| it.writes.is_empty()).count();
        let written: Vec<Batch> = self.batches.drain(..done).collect();
        self.writing = 0;
        let tapped = written.iter().any(|batch| batch.tapped);
        Some((tapped, written.into_iter().map(|it| it.then).collect()))
    }

    /// The transaction failed. How long to rest before the next attempt.
    pub fn failed(&mut self) -> Duration {
        let wait = WAITS[self.failures.min(WAITS.len() - 1)];
        self.failures += 1;
        self.writing = 0;
        self.rests = true;
        Duration::from_secs(wait)
    }

    pub fn try_again(&mut self) {
        self.rests = false;
    }

    /// Puts what is not in the database yet on top of what was read from it.
    pub fn overlay(&self, stored: &mut Stored) {
        for write in self.batches.iter().flat_map(|batch| &batch.writes) {
            stored.write(write.clone());
        }
    }
}
