//! All connections, and which of them gives way.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::Limits;
use super::line::{Line, Use};
use crate::network::Address;

/// The connections that are open.
#[derive(Debug)]
pub(super) struct Crowd {
    max: usize,
    lines: Mutex<Lines>,
}

#[derive(Debug, Default)]
struct Lines {
    next: u64,
    /// In the order in which they came.
    open: BTreeMap<u64, Arc<Line>>,
}

impl Crowd {
    pub(super) fn new(max: usize) -> Self {
        Self {
            max,
            lines: Mutex::default(),
        }
    }

    /// A place for a newcomer, if need be that of the one of least use. `None`: all are being served.
    pub(super) fn admit(self: &Arc<Self>, peer: SocketAddr) -> Option<Place> {
        let mut lines = self.lines();
        if lines.open.len() >= self.max {
            let number = lines.of_least_use(Instant::now())?;
            if let Some(line) = lines.open.remove(&number) {
                line.end();
            }
        }
        let from = Address(Some(peer.ip().to_canonical())).subscriber();
        let (number, line) = (lines.next, Arc::new(Line::new(from)));
        lines.next += 1;
        lines.open.insert(number, line.clone());
        Some(Place {
            crowd: self.clone(),
            number,
            line,
        })
    }

    pub(super) fn end_overdue(&self, limits: &Limits) {
        let now = Instant::now();
        let lines = self.lines();
        for line in lines.open.values() {
            if line.is_overdue(limits, now) {
                line.end();
            }
        }
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    /// The oldest of those that come from where most come from.
    fn of_least_use(&self, now: Instant) -> Option<u64> {
        let mut unknown: HashMap<Address, usize> = HashMap::new();
        for line in self.open.values().filter(|line| line.is_unknown()) {
            *unknown.entry(line.from).or_default() += 1;
        }
        let ranked = self.open.iter().filter_map(|(number, line)| {
            let of_use: Use = line.of_use(now)?;
            let beside = unknown.get(&line.from).copied().unwrap_or_default();
            Some((of_use, Reverse(beside), *number))
        });
        ranked.min().map(|(_, _, number)| number)
    }
}

/// A connection's place, which is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    crowd: Arc<Crowd>,
    number: u64,
    line: Arc<Line>,
}

impl Place {
    pub(super) fn line(&self) -> &Arc<Line> {
        &self.line
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.crowd.lines().open.remove(&self.number);
    }
}
