//! Sets of criteria at the desk: those that are known, and those that one person has given and another is to sign off. Only
//! pages ask for it, so nothing here goes over a wire.

use chrono::{DateTime, NaiveDate, Utc};

use super::scans::{Scan, ScanProblem};
use crate::criteria::{CriteriaError, CriteriaSet, CriteriaSetId, Indicator, SetStatus, Title};
use crate::ids::ProposedSetId;

/// Letters of why a set was given back.
pub const REASON_MAX: usize = 1_000;
/// Sets that wait to be signed off at once.
pub const WAITING_MAX: usize = 50;
/// The largest file of a set, in bytes; the longest official table is a tenth of it.
pub const SET_MAX: usize = 1 << 20;

/// What a person who keeps criteria works with.
#[derive(Clone, Debug, PartialEq)]
pub struct CriteriaDesk {
    pub sets: Vec<SetRow>,
    /// Those that wait, and then the last that were ended.
    pub proposed: Vec<ProposedSet>,
    /// Whether the reader gives sets and signs them off.
    pub may: bool,
}

/// A set that forms are judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetRow {
    pub id: CriteriaSetId,
    pub title: Title,
    pub name: String,
    pub document: String,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub status: SetStatus,
    /// Whether it only looks up what another set asks for.
    pub is_helper: bool,
}

impl SetRow {
    pub fn of(set: &CriteriaSet) -> Self {
        Self {
            id: set.id.clone(),
            title: set.title,
            name: set.name.clone(),
            document: set.source.document.clone(),
            valid_from: set.valid_from,
            valid_to: set.valid_to,
            status: set.status,
            is_helper: !set.feeds.is_empty(),
        }
    }
}

/// How far a set has come that somebody gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposedState {
    Waiting,
    /// Another person signed it off.
    Added,
    Refused,
    /// Whoever gave it took it back.
    Withdrawn,
}

impl ProposedState {
    pub const ALL: [ProposedState; 4] = [
        ProposedState::Waiting,
        ProposedState::Added,
        ProposedState::Refused,
        ProposedState::Withdrawn,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            ProposedState::Waiting => "waiting",
            ProposedState::Added => "added",
            ProposedState::Refused => "refused",
            ProposedState::Withdrawn => "withdrawn",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A set that somebody gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedSet {
    pub id: ProposedSetId,
    pub set: CriteriaSetId,
    pub by: String,
    pub made: DateTime<Utc>,
    pub state: ProposedState,
    pub ended: Option<Ended>,
}

/// Who ended it, when, and why if it was given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub by: String,
    pub at: DateTime<Utc>,
    pub reason: Option<String>,
}

/// A set in full, with who gave it and who signed it off, where that was done at the desk.
#[derive(Clone, Debug, PartialEq)]
pub struct SetSeen {
    pub set: CriteriaSet,
    pub proposed: Option<ProposedSet>,
    pub scans: Vec<Scan>,
    /// Whether its file is known, to write the next one from.
    pub has_file: bool,
}

/// A proposed set in full, beside the set that judges today.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposedSeen {
    pub proposed: ProposedSet,
    pub set: CriteriaSet,
    pub before: Option<CriteriaSet>,
    pub scans: Vec<Scan>,
    pub may: MayEnd,
}

/// What the reader may do with a proposed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayEnd {
    Nothing,
    /// It is their own: another person signs it off.
    Withdraw,
    SignOrRefuse,
}

/// Why a set was not taken for signing off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GivenProblem {
    NoFile,
    TooLarge,
    /// It is no text.
    NotText,
    Unreadable(CriteriaError),
    /// A set of this id is known, or waits.
    Taken(CriteriaSetId),
    /// It says of itself that it does not hold the whole table.
    NotComplete,
    /// So many wait already.
    TooMany,
    Scan(ScanProblem),
}

/// A step that was not taken with a proposed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndProblem {
    /// Whoever signs has to say that they compared it.
    NotCompared,
    NoReason,
    /// Somebody else was quicker.
    Ended,
    /// Whoever gave it does not sign it off.
    Own,
    /// A set of this id came by another way in the meantime.
    Taken,
}

impl EndProblem {
    pub const ALL: [EndProblem; 5] = [
        EndProblem::NotCompared,
        EndProblem::NoReason,
        EndProblem::Ended,
        EndProblem::Own,
        EndProblem::Taken,
    ];

    /// As an address says it.
    pub fn as_str(self) -> &'static str {
        match self {
            EndProblem::NotCompared => "not-compared",
            EndProblem::NoReason => "no-reason",
            EndProblem::Ended => "ended",
            EndProblem::Own => "own",
            EndProblem::Taken => "taken",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|problem| problem.as_str() == text)
    }
}

/// What became of an indicator between two sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    Same,
    /// Its points, its targets or its words are others.
    Changed,
    New,
}

impl ProposedSeen {
    /// What became of an indicator of the set.
    pub fn became(&self, indicator: &Indicator) -> Became {
        let before = self.before.as_ref();
        match before.and_then(|before| before.indicator(&indicator.code)) {
            None => Became::New,
            Some((_, before)) if before == indicator => Became::Same,
            Some(_) => Became::Changed,
        }
    }

    /// How an indicator stands in the set that judges today.
    pub fn stood(&self, indicator: &Indicator) -> Option<&Indicator> {
        let found = self.before.as_ref()?.indicator(&indicator.code)?;
        Some(found.1)
    }

    /// What judges today and stands in the set no more.
    pub fn gone(&self) -> impl Iterator<Item = &Indicator> {
        let before = self.before.iter().flat_map(CriteriaSet::indicators);
        before.filter(|indicator| self.set.indicator(&indicator.code).is_none())
    }
}
