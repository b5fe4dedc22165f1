//! The criteria that a program works with: those it was built with, and those that were given to it since.
//!
//! They are handed in wherever a form is judged or shown; nothing below the edge of a program asks a static for them. A set
//! is never altered and never taken away: a form is shown and scored by the set it was begun with for as long as anybody
//! opens it, so a corrected set is another set with another id. That is why they may stay in memory for good, and why
//! whoever has one needs no lifetime for it.

use std::ops::Deref;
use std::sync::{Mutex, OnceLock, PoisonError};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{CriteriaSet, CriteriaSetId, CriterionCode, Indicator, SetStatus, Title};
use crate::document::Document;
use crate::field;
use crate::org_unit::UnitKind;

/// Criteria sets, each with an id of its own. Costs nothing to copy.
#[derive(Clone, Copy, Debug)]
pub struct Criteria(&'static Known);

#[derive(Debug, PartialEq)]
struct Known {
    sets: Vec<CriteriaSet>,
    version: String,
}

/// Whom a set is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    pub title: Title,
    /// The tier of the unit that it counts in, where that is known.
    pub tier: Option<UnitKind>,
    /// The tier that manages it, where that is known.
    pub managed_by: Option<UnitKind>,
}

impl Judged {
    pub fn for_title(title: Title) -> Self {
        Self {
            title,
            tier: None,
            managed_by: None,
        }
    }

    /// A subject, which lies in a unit of a tier. `None`: it is no subject.
    pub fn subject(subject: &Document, tier: Option<UnitKind>) -> Option<Self> {
        Some(Self {
            title: subject.subject_kind()?.title(),
            tier,
            managed_by: subject.text(field::MANAGED_BY).and_then(UnitKind::parse),
        })
    }

    /// Whether a set judges it. One that is only looked up by other sets judges nobody.
    fn is_by(self, set: &CriteriaSet) -> bool {
        let lies_there = |tier: UnitKind| set.tiers.is_empty() || set.tiers.contains(&tier);
        set.title == self.title
            && set.feeds.is_empty()
            && self.tier.is_none_or(lies_there)
            && (set.managed_by.is_none() || set.managed_by == self.managed_by)
    }
}

/// What a server tells a phone whose criteria are others than its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ToldCriteria {
    /// As the server names all it has; the phone says it again with each request.
    pub version: String,
    /// The sets as JSON. What this version of the app cannot read is kept for the next one.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<serde_json::Value>"))]
    pub sets: Vec<Box<RawValue>>,
}

impl ToldCriteria {
    /// Those that can be read.
    pub fn readable(&self) -> Vec<CriteriaSet> {
        let read = |raw: &RawValue| serde_json::from_str(raw.get()).ok();
        self.sets.iter().filter_map(|raw| read(raw)).collect()
    }
}

/// The namespace of versions (a random UUID, fixed for ever).
const VERSIONS: Uuid = Uuid::from_u128(0x2c7e_91d4_0b6a_4f35_8e12_d09b_63a7_f5c8);

impl Criteria {
    fn of(mut sets: Vec<CriteriaSet>) -> Self {
        sets.sort_by(|a, b| a.id.cmp(&b.id));
        let ids: Vec<&str> = sets.iter().map(|set| set.id.as_str()).collect();
        let version = Uuid::new_v5(&VERSIONS, ids.join("/").as_bytes());
        let version = version.simple().to_string();
        // For good: see the head of this file. What was read before is what is read now, so memory grows as often as somebody
        // signs a set, and not as often as somebody reads them.
        static READ: Mutex<Vec<&Known>> = Mutex::new(Vec::new());
        let known = Known { sets, version };
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        let found = read.iter().copied().find(|it| **it == known);
        Self(found.unwrap_or_else(|| {
            let known: &Known = Box::leak(Box::new(known));
            read.push(known);
            known
        }))
    }

    /// The sets that come with the program, in the form the build wrote them (see `build.rs`).
    pub fn builtin() -> Self {
        static SETS: OnceLock<Criteria> = OnceLock::new();
        *SETS.get_or_init(|| {
            // The phone brings what a village begins with, and is told the others.
            #[cfg(target_arch = "wasm32")]
            let sets = include_str!(concat!(env!("OUT_DIR"), "/criteria-phone.json"));
            #[cfg(not(target_arch = "wasm32"))]
            let sets = include_str!(concat!(env!("OUT_DIR"), "/criteria.json"));
            Self::of(serde_json::from_str(sets).expect("a test reads every built-in set"))
        })
    }

    /// The file of a built-in set, as it was written.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn file(id: &CriteriaSetId) -> Option<&'static str> {
        static FILES: OnceLock<Vec<(String, String)>> = OnceLock::new();
        let files = FILES.get_or_init(|| {
            let files = include_str!(concat!(env!("OUT_DIR"), "/criteria-texts.json"));
            serde_json::from_str(files).expect("the build wrote it")
        });
        let found = files.iter().find(|(known, _)| known == id.as_str());
        found.map(|(_, text)| text.as_str())
    }

    /// These and more. A set whose id is known is the one that is known; nothing new is nothing spent.
    pub fn and(self, more: impl IntoIterator<Item = CriteriaSet>) -> Self {
        let mut sets: Vec<CriteriaSet> = Vec::new();
        for set in more {
            if self.find(&set.id).is_none() && sets.iter().all(|it| it.id != set.id) {
                sets.push(set);
            }
        }
        if sets.is_empty() {
            return self;
        }
        sets.extend(self.0.sets.iter().cloned());
        Self::of(sets)
    }

    /// All of them, by id.
    pub fn sets(self) -> &'static [CriteriaSet] {
        &self.0.sets
    }

    /// A name for just these sets: another name, other sets.
    pub fn version(self) -> &'static str {
        &self.0.version
    }

    /// A set by its id.
    pub fn find(self, id: &CriteriaSetId) -> Option<&'static CriteriaSet> {
        self.sets().iter().find(|set| set.id == *id)
    }

    /// The set that judges somebody on a date: one that is in force before one that is not, one for what their authority
    /// manages before one for everybody, the newest before older ones; of two of one day the one whose official table is whole.
    pub fn judging(self, judged: Judged, on: NaiveDate) -> Option<&'static CriteriaSet> {
        let sets = self.sets().iter().filter(|set| judged.is_by(set));
        sets.max_by_key(|set| {
            let is_in_force = set.valid_from <= on && set.valid_to.is_none_or(|to| on < to);
            let is_whole = set.status == SetStatus::Complete;
            (
                is_in_force,
                set.managed_by.is_some(),
                set.valid_from,
                is_whole,
            )
        })
    }

    /// The set that judges a title on a date, wherever and whoever it is.
    pub fn for_title(self, title: Title, on: NaiveDate) -> Option<&'static CriteriaSet> {
        self.judging(Judged::for_title(title), on)
    }

    /// A criterion by its code, whichever set it is of.
    pub fn indicator(self, code: &CriterionCode) -> Option<&'static Indicator> {
        let mut found = self.sets().iter().filter_map(|set| set.indicator(code));
        found.next().map(|(_, indicator)| indicator)
    }
}

impl Deref for Criteria {
    type Target = [CriteriaSet];

    fn deref(&self) -> &Self::Target {
        self.sets()
    }
}

impl PartialEq for Criteria {
    fn eq(&self, other: &Self) -> bool {
        self.0.version == other.0.version
    }
}
