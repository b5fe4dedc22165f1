//! Long work that somebody asks for and looks at from time to time. It is done by the server; a phone knows nothing of it.

use serde::{Deserialize, Serialize};

/// Days after which an ended job is forgotten, with its result.
pub const KEPT_DAYS: i64 = 7;

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Waiting,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl JobState {
    pub const ALL: [JobState; 5] = [
        JobState::Waiting,
        JobState::Running,
        JobState::Done,
        JobState::Failed,
        JobState::Cancelled,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            JobState::Waiting => "waiting",
            JobState::Running => "running",
            JobState::Done => "done",
            JobState::Failed => "failed",
            JobState::Cancelled => "cancelled",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether nothing more becomes of it.
    pub fn is_ended(self) -> bool {
        !matches!(self, JobState::Waiting | JobState::Running)
    }
}

/// Why a job failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// When it was to run, its owner had no right to it any more.
    Denied,
    /// The server that did it stopped.
    Restarted,
    /// The disk is nearly full.
    NoSpace,
    /// The database or the store of files did not answer.
    Unavailable,
    /// It took too long, or its result is too large.
    TooLarge,
    /// A mistake of the program.
    Broken,
}

impl Fault {
    pub const ALL: [Fault; 6] = [
        Fault::Denied,
        Fault::Restarted,
        Fault::NoSpace,
        Fault::Unavailable,
        Fault::TooLarge,
        Fault::Broken,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Fault::Denied => "denied",
            Fault::Restarted => "restarted",
            Fault::NoSpace => "no_space",
            Fault::Unavailable => "unavailable",
            Fault::TooLarge => "too_large",
            Fault::Broken => "broken",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.as_str() == text)
    }
}
