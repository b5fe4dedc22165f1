//! The commune's queue: forms one after the other, those that have waited longest first.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Crumb;
use crate::assessment::StageName;
use crate::calendar::Year;
use crate::campaign::Due;
use crate::criteria::Title;
use crate::document::{Document, Seq};
use crate::evidence::FileHash;
use crate::figure::Figure;
use crate::ids::{DocumentId, UnitId};
use crate::submission::Notable;

/// Which forms of a queue are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum QueueState {
    /// Sent by the village and not decided yet.
    #[default]
    Waiting,
    Returned,
    Verified,
}

impl QueueState {
    pub const ALL: [QueueState; 3] = [
        QueueState::Waiting,
        QueueState::Returned,
        QueueState::Verified,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            QueueState::Waiting => "waiting",
            QueueState::Returned => "returned",
            QueueState::Verified => "verified",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// The figure that counts such forms.
    pub fn figure(self) -> Figure {
        match self {
            QueueState::Waiting => Figure::Waiting,
            QueueState::Returned => Figure::Returned,
            QueueState::Verified => Figure::Verified,
        }
    }
}

/// What narrows a queue. It stands in addresses, so that a decision leads on to the next form of the same queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct QueueQuery {
    /// The commune, or the village; the signed-in person's home if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// One village of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub village: Option<UnitId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// The year being judged if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<Year>,
    pub state: QueueState,
    /// Only those that are late by the days that are set.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
}

impl QueueQuery {
    /// Reads an address. What cannot be read is left out.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            unit: get("unit").and_then(|it| it.parse().ok()),
            village: get("village").and_then(|it| it.parse().ok()),
            title: get("title").and_then(|it| it.parse().ok()),
            year: get("year").and_then(|it| it.parse().ok()),
            state: get("state")
                .and_then(|it| QueueState::parse(&it))
                .unwrap_or_default(),
            late: get("late").is_some_and(|it| it == "true"),
        }
    }

    /// The query of an address. Ids and codes need no escaping.
    pub fn written(&self) -> String {
        let unit = |name, unit: Option<UnitId>| unit.map(|it| format!("{name}={it}"));
        let parts = [
            unit("unit", self.unit),
            unit("village", self.village),
            self.title.map(|it| format!("title={}", it.as_str())),
            self.year.map(|it| format!("year={it}")),
            Some(format!("state={}", self.state.as_str())),
            self.late.then(|| "late=true".to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("&")
    }
}

/// Which rows of a queue are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// From 0.
    Page(u32),
    All,
}

/// A page of a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Queue {
    pub crumbs: Vec<Crumb>,
    /// What was asked, with what was left out filled in.
    pub query: QueueQuery,
    /// The villages that have such forms, with how many.
    pub villages: Vec<(Crumb, i64)>,
    /// The titles that have such forms, with how many.
    pub titles: Vec<(Title, i64)>,
    pub total: u32,
    pub page: u32,
    pub page_size: u32,
    pub rows: Vec<QueueRow>,
    pub now: DateTime<Utc>,
}

/// One form of a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QueueRow {
    pub form: DocumentId,
    /// Its state, so that nothing is decided of a form that has become another.
    pub seq: Seq,
    pub subject: DocumentId,
    pub name: String,
    pub village: String,
    pub title: Title,
    pub stage: StageName,
    /// When the village sent it.
    pub finished: Option<DateTime<Utc>>,
    /// Points reached and reachable, in half points.
    pub points: Option<(i32, i32)>,
    pub notable: Notable,
    #[serde(default)]
    pub late: Late,
}

/// How late a form is, by the days that are set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Late {
    /// So many days after its day the village sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<u32>,
    /// So many days it lies before the commune after the day to check it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lies: Option<u32>,
}

impl Late {
    pub fn is_late(self) -> bool {
        self.sent.is_some() || self.lies.is_some()
    }
}

/// One form to decide of, with what it is decided by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Submission {
    pub crumbs: Vec<Crumb>,
    pub query: QueueQuery,
    pub subject: Document,
    pub form: Document,
    /// The same subject's form of the same title a year before.
    pub last_year: Option<Document>,
    /// The files of its evidence that the server has.
    pub arrived: Vec<FileHash>,
    pub notable: Notable,
    pub late: Late,
    /// What is next for it.
    pub due: Option<Due>,
    /// Its place in the queue from 1, unless it is not in it.
    pub at: Option<u32>,
    pub total: u32,
    pub previous: Option<DocumentId>,
    pub next: Option<DocumentId>,
    /// The form that was decided of just before this one was opened.
    pub decided: Option<Decided>,
}

/// A form that somebody has just decided of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    pub form: DocumentId,
    pub seq: Seq,
    pub subject: DocumentId,
    pub name: String,
    pub stage: StageName,
}
