//! Counting: what each document adds to the totals.
//!
//! The server keeps one row of [`Counts`] per place, title and year, and adds `contribution(new) - contribution(old)`
//! in the transaction that writes the document. Dashboards only add rows up, so they cost the same for a hundred
//! families or a million. A recount from the documents must give the same rows; a property test and `banhoc check`
//! hold it to that.

use std::collections::BTreeMap;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Serialize};

use crate::calendar::Year;
use crate::criteria::{CriteriaSet, Title};
use crate::document::{About, Document};
use crate::figure::{CountedIn, Figure, FigureSet, figures};
use crate::ids::UnitId;

/// Which row of the rollup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RollupKey {
    pub place: UnitId,
    pub title: Title,
    /// For `subjects` the year from which they count; for everything else the year judged.
    pub year: Year,
}

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident: $figure:ident),+ $(,)?) => {
        /// One row of totals. Differences may be negative; sums over all documents never are.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

            /// What a document adds that is counted in these figures.
            fn one(figures: FigureSet) -> Self {
                Self { $($name: i64::from(figures.contains(Figure::$figure))),+ }
            }

            /// Those of another year in the place of these, for figures that fit.
            fn with(self, other: Self, fits: impl Fn(CountedIn) -> bool) -> Self {
                Self {
                    $($name: if fits(Figure::$figure.counted_in()) { other.$name } else { self.$name }),+
                }
            }
        }

        impl Figure {
            /// The figure among the counts.
            pub fn of(self, counts: &Counts) -> i64 {
                match self {
                    $(Figure::$figure => counts.$name,)+
                    Figure::Unregistered => counts.subjects - counts.registered,
                }
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
    subjects: Subjects,
    /// Assessments that were registered and not withdrawn or exempt.
    registered: Registered,
    /// Of those, with at least one answer.
    started: Started,
    /// Of those, finished by the village.
    scored: Scored,
    /// Of those, with a score that passes its set's rule.
    passed: Passed,
    /// Sent back by the commune and waiting for the village.
    returned: Returned,
    /// Sent to the commune and not checked yet.
    waiting: Waiting,
    /// Of those that pass, checked by the commune, or further. What was checked and does not pass is in `scored` only.
    verified: Verified,
    /// Recognised by a decision.
    recognised: Recognised,
    /// Assessments with an answer two people wrote apart.
    conflicted: Conflicted,
    /// Subjects with a field somebody should ask about. Summed up over the years like `subjects`.
    doubted: Doubted,
    /// Subjects with a field two people wrote apart. Summed up over the years like `subjects`.
    subjects_conflicted: SubjectsConflicted,
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
    let mut rollup = Rollup::new();
    let one = Counts::one(figures(document, criteria));
    let key = |title, year| RollupKey {
        place: document.place,
        title,
        year,
    };
    match &document.about {
        About::Subject(kind) => {
            add(&mut rollup, key(kind.title(), document.since()), one);
            if let Some(until) = document.until() {
                add(&mut rollup, key(kind.title(), until), -one);
            }
        }
        About::Assessment(head) => add(&mut rollup, key(head.title, head.year), one),
        About::Decision(_) | About::Supporter(_) => {}
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
pub fn total(rollup: &Rollup, title: Title, year: Year, inside: impl Fn(UnitId) -> bool) -> Counts {
    rollup
        .iter()
        .filter(|(key, _)| key.title == title && inside(key.place))
        .map(|(key, counts)| in_year(key, counts, year))
        .sum()
}

/// What a row says about one year: subjects stand from the year they begin in, forms are of their own year.
pub fn in_year(key: &RollupKey, counts: &Counts, year: Year) -> Counts {
    let row = |holds: bool| if holds { *counts } else { Counts::default() };
    let (standing, of_year) = (row(key.year <= year), row(key.year == year));
    of_year.with(standing, |counted| counted == CountedIn::Subjects)
}
