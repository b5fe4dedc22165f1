//! Scans of signed papers, as pages show them.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::evidence::{FileHash, MediaType};

/// The largest scan, in bytes: some tens of sheets in colour.
pub const SCAN_MAX: usize = 20 << 20;
/// Scans of one paper.
pub const SCANS_MAX: usize = 20;

/// A scan that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    pub hash: FileHash,
    /// As the file was called.
    pub name: String,
    pub media_type: MediaType,
    pub bytes: u64,
    /// Who gave it, and when.
    pub by: String,
    pub at: DateTime<Utc>,
}

/// Why a scan was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanProblem {
    /// No file was chosen.
    Missing,
    TooLarge,
    /// It is neither a PDF nor a picture that can be shown.
    Unknown,
    TooMany,
    /// The disk of the server is nearly full.
    NoSpace,
}

impl ScanProblem {
    pub const ALL: [ScanProblem; 5] = [
        ScanProblem::Missing,
        ScanProblem::TooLarge,
        ScanProblem::Unknown,
        ScanProblem::TooMany,
        ScanProblem::NoSpace,
    ];

    /// As an address says it.
    pub fn as_str(self) -> &'static str {
        match self {
            ScanProblem::Missing => "missing",
            ScanProblem::TooLarge => "too-large",
            ScanProblem::Unknown => "unknown",
            ScanProblem::TooMany => "too-many",
            ScanProblem::NoSpace => "no-space",
        }
    }
}

impl FromStr for ScanProblem {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut all = Self::ALL.into_iter();
        all.find(|problem| problem.as_str() == text).ok_or(())
    }
}
