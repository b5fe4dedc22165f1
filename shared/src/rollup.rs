//! Counting: what each document adds to the totals.
//!
//! The server keeps one row of [`Counts`] per place, title and year, and adds `contribution(new) - contribution(old)`
//! in the transaction that writes the document. Dashboards only add rows up, so they cost the same for a hundred
//! families or a million. A recount from the documents must give the same rows; a property test and `banhoc check`
//! hold it to that.

use std::collections::BTreeMap;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Serialize};

use crate::assessment::StageName;
use crate::criteria::{CriteriaSet, Title};
use crate::document::{About, Document};
use crate::ids::UnitId;

/// Which row of the rollup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RollupKey {
    pub place: UnitId,
    pub title: Title,
    /// For `subjects` the year from which they count; for everything else the year judged.
    pub year: i32,
}

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// One row of totals. Differences may be negative; sums over all documents never are.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Counts { $($(#[$doc])* pub $name: i64),+ }

        impl Counts {
            /// Names and values in the order of the columns.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

            /// The values in the order of [`Counts::NAMES`].
            pub fn values(&self) -> [i64; Self::NAMES.len()] {
                [$(self.$name),+]
            }

            /// From values in the order of [`Counts::NAMES`].
            pub fn from_values(values: [i64; Self::NAMES.len()]) -> Self {
                let [$($name),+] = values;
                Self { $($name),+ }
            }
        }

        impl AddAssign for Counts {
            fn add_assign(&mut self, other: Self) {
                $(self.$name += other.$name;)+
            }
        }

        impl Neg for Counts {
            type Output = Self;
            fn neg(self) -> Self {
                Self { $($name: -self.$name),+ }
            }
        }
    };
}

counts! {
    /// Subjects that begin to count in this year, less those that cease to. Summed up to a year: how many there are.
    subjects,
    /// Assessments that were registered and not withdrawn or exempt.
    registered,
    /// Of those, with at least one answer.
    started,
    /// Of those, finished by the village.
    scored,
    /// Of those, with a score that passes its set's rule.
    passed,
    /// Sent back by the commune and waiting for the village.
    returned,
    /// Checked by the commune, or further.
    verified,
    /// Recognised by a decision.
    recognised,
    /// Documents with a field an import could not believe.
    doubted,
    /// Documents with a field two people wrote apart.
    conflicted,
}

impl Counts {
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }
}

impl Add for Counts {
    type Output = Self;
    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl Sub for Counts {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(rows: I) -> Self {
        rows.fold(Self::default(), Add::add)
    }
}

/// Rows of totals, as the server's table or as a difference to add to it.
pub type Rollup = BTreeMap<RollupKey, Counts>;

/// What one document adds to the totals.
pub fn contribution(document: &Document, criteria: &[CriteriaSet]) -> Rollup {
    let flags = Counts {
        doubted: i64::from(!document.doubts.is_empty()),
        conflicted: i64::from(document.in_conflict()),
        ..Counts::default()
    };
    let mut rollup = Rollup::new();
    match &document.about {
        About::Subject(kind) => {
            let key = |year| RollupKey {
                place: document.place,
                title: kind.title(),
                year,
            };
            let one = Counts {
                subjects: 1,
                ..flags
            };
            add(&mut rollup, key(document.since()), one);
            if let Some(until) = document.until() {
                add(&mut rollup, key(until), -one);
            }
        }
        About::Assessment(head) => {
            let stage = head.stage.name();
            let entered = !matches!(stage, StageName::Withdrawn | StageName::Exempt);
            let scored = stage.is_scored();
            let passed = scored
                && criteria
                    .iter()
                    .find(|set| set.id == head.criteria)
                    .and_then(|set| document.score(set))
                    .and_then(|score| score.passed)
                    == Some(true);
            let counts = Counts {
                registered: i64::from(entered),
                started: i64::from(entered && stage != StageName::Registered),
                scored: i64::from(scored),
                passed: i64::from(passed),
                returned: i64::from(stage == StageName::Returned),
                verified: i64::from(matches!(
                    stage,
                    StageName::Verified | StageName::Proposed | StageName::Recognised
                )),
                recognised: i64::from(stage == StageName::Recognised),
                ..flags
            };
            let key = RollupKey {
                place: document.place,
                title: head.title,
                year: head.year,
            };
            add(&mut rollup, key, counts);
        }
    }
    rollup
}

/// Adds one row.
pub fn add(rollup: &mut Rollup, key: RollupKey, counts: Counts) {
    if counts.is_zero() {
        return;
    }
    let row = rollup.entry(key).or_default();
    *row += counts;
    if row.is_zero() {
        rollup.remove(&key);
    }
}

/// Adds all rows of one rollup to another.
pub fn merge(rollup: &mut Rollup, other: &Rollup) {
    for (key, counts) in other {
        add(rollup, *key, *counts);
    }
}

/// What must be added to the totals when a document goes from one state to the next.
pub fn difference(before: Option<&Document>, after: &Document, criteria: &[CriteriaSet]) -> Rollup {
    let mut rollup = contribution(after, criteria);
    if let Some(before) = before {
        for (key, counts) in contribution(before, criteria) {
            add(&mut rollup, key, -counts);
        }
    }
    rollup
}

/// The totals counted from scratch.
pub fn recount<'a>(
    documents: impl IntoIterator<Item = &'a Document>,
    criteria: &[CriteriaSet],
) -> Rollup {
    let mut rollup = Rollup::new();
    for document in documents {
        merge(&mut rollup, &contribution(document, criteria));
    }
    rollup
}

/// The totals of a set of places for one title and year: subjects that exist in that year, and that year's
/// assessments.
pub fn total(rollup: &Rollup, title: Title, year: i32, inside: impl Fn(UnitId) -> bool) -> Counts {
    rollup
        .iter()
        .filter(|(key, _)| key.title == title && inside(key.place))
        .map(|(key, counts)| in_year(key, counts, year))
        .sum()
}

/// What a row says about one year.
pub fn in_year(key: &RollupKey, counts: &Counts, year: i32) -> Counts {
    let subjects = if key.year <= year { counts.subjects } else { 0 };
    if key.year == year {
        Counts {
            subjects,
            ..*counts
        }
    } else {
        Counts {
            subjects,
            ..Counts::default()
        }
    }
}
