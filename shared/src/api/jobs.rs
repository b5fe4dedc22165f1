//! Somebody's own long work, as its pages show it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::JobId;
use crate::job::{Fault, JobState};

/// A job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobSeen {
    pub id: JobId,
    /// The code of its kind.
    pub kind: String,
    /// What it is of its kind: the name of a table with its ending.
    pub what: String,
    /// The unit whose figures are asked for, by its name.
    pub unit: String,
    pub state: JobState,
    /// Whether it was asked to end and has not yet.
    pub stops: bool,
    /// Pieces that are done, of how many; 0 of 0 until the work knows.
    pub done: u64,
    pub of: u64,
    /// How many wait before it.
    pub before: u64,
    pub made_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub fault: Option<Fault>,
    pub file: Option<JobFile>,
    /// When it is forgotten, with its file.
    pub until: Option<DateTime<Utc>>,
}

/// The result of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFile {
    pub name: String,
    pub bytes: u64,
}
