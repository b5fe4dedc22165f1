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
use crate::calendar::Year;
use crate::criteria::{CriteriaSet, Title};
use crate::document::{About, Document};
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
    /// Sent to the commune and not checked yet.
    waiting,
    /// Of those that pass, checked by the commune, or further. What was checked and does not pass is in `scored` only.
    verified,
    /// Recognised by a decision.
    recognised,
    /// Assessments with an answer two people wrote apart.
    conflicted,
    /// Subjects with a field somebody should ask about. Summed up over the years like `subjects`.
    doubted,
    /// Subjects with a field two people wrote apart. Summed up over the years like `subjects`.
    subjects_conflicted,
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
    match &document.about {
        About::Subject(kind) => {
            let key = |year| RollupKey {
                place: document.place,
                title: kind.title(),
                year,
            };
            let one = Counts {
                subjects: 1,
                doubted: i64::from(!document.doubts.is_empty()),
                subjects_conflicted: i64::from(document.in_conflict()),
                ..Counts::default()
            };
            add(&mut rollup, key(document.since()), one);
            if let Some(until) = document.until() {
                add(&mut rollup, key(until), -one);
            }
        }
        About::Assessment(head) => {
            let stage = head.stage.name();
            let entered = !matches!(stage, StageName::Withdrawn | StageName::Exempt);
            let passed = passes(document, criteria);
            let counts = Counts {
                registered: i64::from(entered),
                started: i64::from(entered && stage != StageName::Registered),
                scored: i64::from(stage.is_scored()),
                passed: i64::from(passed),
                returned: i64::from(stage == StageName::Returned),
                waiting: i64::from(stage == StageName::Submitted),
                verified: i64::from(passed && stage.is_verified()),
                recognised: i64::from(stage == StageName::Recognised),
                conflicted: i64::from(document.in_conflict()),
                ..Counts::default()
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

/// Whether an assessment counts as passed.
pub fn passes(document: &Document, criteria: &[CriteriaSet]) -> bool {
    result(document, criteria) == Some(true)
}

/// What an assessment says of its subject, wherever it is told or counted: whether the score passes the set's rule, once the
/// village has finished it. `None` while it is worked on, also after the commune has given it back, and for what was
/// withdrawn or exempt. What the commune has found not eligible does not pass, whatever its points.
pub fn result(document: &Document, criteria: &[CriteriaSet]) -> Option<bool> {
    let head = document.assessment()?;
    let stage = head.stage.name();
    if stage == StageName::NotEligible {
        return Some(false);
    }
    let set = criteria.iter().find(|set| set.id == head.criteria)?;
    document.score(set)?.passed.filter(|_| stage.is_scored())
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

/// What a row says about one year.
pub fn in_year(key: &RollupKey, counts: &Counts, year: Year) -> Counts {
    let standing = if key.year <= year {
        *counts
    } else {
        Counts::default()
    };
    let of_year = if key.year == year {
        *counts
    } else {
        Counts::default()
    };
    Counts {
        subjects: standing.subjects,
        doubted: standing.doubted,
        subjects_conflicted: standing.subjects_conflicted,
        ..of_year
    }
}

/// A figure that a screen shows, and that opens into the subjects behind it: exactly as many as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    Subjects,
    /// Those that were not registered, or were withdrawn or exempt.
    Unregistered,
    Registered,
    Started,
    Scored,
    Passed,
    /// Finished by the village and not yet checked by the commune.
    Waiting,
    Returned,
    /// Checked by the commune and passing.
    Verified,
    Recognised,
    /// Those with something to ask about.
    Doubted,
    /// Those that two people wrote apart, themselves or in their assessment.
    Conflicted,
}

impl Figure {
    pub const ALL: [Figure; 12] = [
        Figure::Subjects,
        Figure::Unregistered,
        Figure::Registered,
        Figure::Started,
        Figure::Scored,
        Figure::Passed,
        Figure::Waiting,
        Figure::Returned,
        Figure::Verified,
        Figure::Recognised,
        Figure::Doubted,
        Figure::Conflicted,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Figure::Subjects => "subjects",
            Figure::Unregistered => "unregistered",
            Figure::Registered => "registered",
            Figure::Started => "started",
            Figure::Scored => "scored",
            Figure::Passed => "passed",
            Figure::Waiting => "waiting",
            Figure::Returned => "returned",
            Figure::Verified => "verified",
            Figure::Recognised => "recognised",
            Figure::Doubted => "doubted",
            Figure::Conflicted => "conflicted",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.as_str() == text)
    }

    /// The figure among the counts.
    pub fn of(self, counts: &Counts) -> i64 {
        match self {
            Figure::Subjects => counts.subjects,
            Figure::Unregistered => counts.subjects - counts.registered,
            Figure::Registered => counts.registered,
            Figure::Started => counts.started,
            Figure::Scored => counts.scored,
            Figure::Passed => counts.passed,
            Figure::Waiting => counts.waiting,
            Figure::Returned => counts.returned,
            Figure::Verified => counts.verified,
            Figure::Recognised => counts.recognised,
            Figure::Doubted => counts.doubted,
            Figure::Conflicted => counts.conflicted + counts.subjects_conflicted,
        }
    }
}
