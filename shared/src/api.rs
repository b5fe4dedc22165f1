//! Requests and answers of the online screens, which are also the public API.

pub mod campaigns;
#[cfg(not(target_arch = "wasm32"))]
pub mod contributions;
pub mod criteria;
pub mod decisions;
#[cfg(not(target_arch = "wasm32"))]
pub mod duplicates;
pub mod exemplars;
pub mod imports;
pub mod initiatives;
#[cfg(not(target_arch = "wasm32"))]
pub mod jobs;
#[cfg(not(target_arch = "wasm32"))]
pub mod letterheads;
pub mod measured;
pub mod queue;
pub mod reference;
pub mod scans;
#[cfg(not(target_arch = "wasm32"))]
pub mod supporters;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use self::campaigns::FormDue;
use crate::access::Actor;
use crate::assessment::StageName;
use crate::calendar::Year;
use crate::criteria::Title;
use crate::decision::Corrected;
use crate::document::Document;
use crate::event::EventKind;
use crate::evidence::FileHash;
use crate::figure::Figure;
use crate::ids::{DocumentId, UnitId, UserId};
use crate::meeting::Meeting;
use crate::org_unit::{OrgUnit, UnitKind};
use crate::rollup::Counts;
use crate::sealed::Seal;

/// `POST /api/v1/login`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LoginRequest {
    pub username: String,
    pub password: String,
}

/// Who is signed in, and the units they work with: `GET /api/v1/session`, and the answer to a login.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Session {
    pub username: String,
    pub actor: Actor,
    /// The units of the scope with everything above them; for the field pages, which must name villages offline.
    pub units: Vec<OrgUnit>,
    /// The year that is being judged.
    pub year: Year,
    /// Where the person starts: the unit their dashboard opens on.
    pub home: UnitId,
    pub demo: bool,
    /// For those whose phone keeps documents: how to seal what it cannot send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
}

/// An account shown on the sign-in page of a demo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DemoAccount {
    pub username: String,
    pub password: String,
    /// The person and what they do.
    pub name: String,
    pub role: crate::access::Role,
    /// The unit they answer for.
    pub unit: String,
}

/// `GET /api/v1/dashboard`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DashboardQuery {
    /// The unit looked at; the signed-in person's home if absent.
    #[serde(default)]
    pub unit: Option<UnitId>,
    pub title: Title,
    pub year: Year,
    /// The map: villages are counted under the unit they belonged to on this date. Today if absent.
    #[serde(default)]
    pub as_of: Option<NaiveDate>,
}

/// A unit with its counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnitCounts {
    pub unit: UnitId,
    pub name: String,
    pub kind: UnitKind,
    pub code: Option<String>,
    /// A point inside the unit, in degrees.
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    pub counts: Counts,
    /// Villages under the unit on the date.
    pub villages: u32,
    /// When a document under the unit last moved.
    pub last_change: Option<DateTime<Utc>>,
}

/// A step of the way from the top unit down to the one looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Crumb {
    pub unit: UnitId,
    pub name: String,
}

/// What the dashboard shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Dashboard {
    pub unit: UnitCounts,
    pub crumbs: Vec<Crumb>,
    /// Of the same unit and title, one year before.
    pub last_year: Counts,
    /// How far the unit was on this day of that year, while the year asked for is not over.
    #[serde(default)]
    pub same_day: Option<SameDay>,
    /// The unit's parts on the date: communes of an area or district, villages of a commune.
    pub parts: Vec<UnitCounts>,
    /// What counts in the unit and in none of its parts: what lies in no village, or in a commune that was made of several
    /// since. Parts and this add up to the unit.
    #[serde(default)]
    pub apart: Counts,
    /// The same unit for every title, for the tiles.
    pub titles: Vec<TitleCounts>,
    /// Counts of the unit per year, for the trend.
    pub years: Vec<YearCounts>,
    /// The national target for this title and year, in thousandths of all subjects, with its source.
    pub target: Option<Target>,
    pub as_of: NaiveDate,
    /// Maps to choose from.
    pub maps: Vec<MapChoice>,
    pub generated_at: DateTime<Utc>,
}

/// The counts of a unit for one title.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TitleCounts {
    pub title: Title,
    pub counts: Counts,
    pub target: Option<Target>,
}

/// The counts of a unit in one year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct YearCounts {
    pub year: Year,
    pub counts: Counts,
}

/// A day of the year before, and how many passed by its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SameDay {
    pub day: NaiveDate,
    pub passed: i64,
}

/// A target: a share of all subjects, in thousandths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Target {
    #[cfg_attr(feature = "schema", schemars(range(max = 1_000)))]
    pub permille: u32,
    pub source: String,
    /// Whether the shares shown can be put beside it. Not where only those are counted who were listed.
    pub comparable: bool,
}

/// A map to read figures by: the date it stands for and how many communes it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MapChoice {
    pub as_of: NaiveDate,
    pub communes: u32,
}

/// `GET /api/v1/subjects`: the subjects behind a figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubjectsQuery {
    pub unit: UnitId,
    pub title: Title,
    pub year: Year,
    #[serde(default)]
    pub as_of: Option<NaiveDate>,
    /// Words to look for; marks are not needed.
    #[serde(default)]
    pub search: Option<String>,
    /// Only the subjects behind this figure; all that count in the year if absent.
    #[serde(default)]
    pub figure: Option<Figure>,
    /// From 0.
    #[serde(default)]
    pub page: u32,
    /// All on one page, as they are printed; of a very long list the first some thousand.
    #[serde(default)]
    pub whole: bool,
}

/// Rows of a list of subjects that are given at once; a commune has some thousand families. A longer list is sorted by names
/// only.
pub const SUBJECTS_MAX: usize = 5_000;

/// Rows of a table that is written as a file while somebody waits. A longer one is a job.
pub const ROWS_AT_ONCE: usize = 5_000;

/// A page of subjects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Subjects {
    pub crumbs: Vec<Crumb>,
    /// Those that are listed.
    pub total: u32,
    /// Those that count in the figure and are somebody else's today: a commune that went to another district is counted on
    /// the map of before, and its families are not shown.
    #[serde(default)]
    pub elsewhere: u32,
    /// Villages whose name is what was looked for.
    #[serde(default)]
    pub villages: Vec<Crumb>,
    /// Whether they are those of one village.
    #[serde(default)]
    pub is_village: bool,
    pub page: u32,
    pub page_size: u32,
    pub rows: Vec<SubjectRow>,
}

/// One subject in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubjectRow {
    pub id: DocumentId,
    pub name: String,
    pub village: String,
    #[serde(default)]
    pub hamlet: Option<String>,
    pub members: Option<u32>,
    /// The last year of its culture title.
    #[serde(default)]
    pub culture: Option<u32>,
    /// `None` when it was not registered this year.
    pub stage: Option<StageName>,
    /// Points reached and reachable, in half points.
    pub points: Option<(i32, i32)>,
    /// Whether it counts as passed; nothing while the village works on it.
    pub passed: Option<bool>,
    pub doubts: u32,
    pub conflicts: u32,
    /// What the village's meeting said of its form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<Meeting>,
}

/// `GET /api/v1/subject`: one subject with its assessments and its history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubjectDetail {
    pub crumbs: Vec<Crumb>,
    pub subject: Document,
    /// Newest year first.
    pub assessments: Vec<Document>,
    /// The files of their evidence that the server has; the others are still on somebody's phone.
    #[serde(default)]
    pub arrived: Vec<FileHash>,
    /// Newest first.
    pub history: Vec<HistoryRow>,
    /// Those who took the steps of the assessments.
    #[serde(default)]
    pub people: Vec<Person>,
    /// The names of the subjects that its fields name.
    #[serde(default)]
    pub named: Vec<Named>,
    /// Those who say that they belong to it, in the order of names; of more than a thousand the first.
    #[serde(default)]
    pub members: Vec<MemberRow>,
    /// How decisions that gave it something name it since they were corrected.
    #[serde(default)]
    pub corrections: Vec<Correction>,
    /// What is next for its assessments, by the days that are set.
    #[serde(default)]
    pub dues: Vec<FormDue>,
    /// The initiatives that it has a part in, for whoever works at a desk; newest year first.
    #[serde(default)]
    pub initiatives: Vec<initiatives::InitiativeRow>,
}

/// How a decision names a subject since it was corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Correction {
    /// The decision that was corrected.
    pub of: DocumentId,
    pub corrected: Corrected,
}

/// A subject and its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Named {
    pub id: DocumentId,
    pub name: String,
}

/// Somebody who belongs to a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemberRow {
    pub id: DocumentId,
    pub name: String,
    pub village: String,
    /// How far the form of the year judged has come. `None`: there is none.
    pub stage: Option<StageName>,
    /// What it says, once the village has finished it.
    pub passed: Option<bool>,
}

/// One line of a document's history: who did what, when, from which device, and what was there before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HistoryRow {
    pub document: DocumentId,
    pub change: crate::change::Change,
    pub by: String,
    pub received_at: DateTime<Utc>,
    pub device: Option<crate::ids::DeviceId>,
    pub before: Option<serde_json::Value>,
}

/// A device that reports to the commune: when it was last heard of and what still waits on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeviceRow {
    pub device: crate::ids::DeviceId,
    /// Whose it is: two people may share one.
    pub user_id: UserId,
    pub user: String,
    /// What kind of device it is, as its browser says: `Chrome, Android`.
    #[serde(default)]
    pub name: Option<String>,
    pub unit: String,
    pub last_contact: DateTime<Utc>,
    pub unsent: u32,
    pub oldest_unsent: Option<DateTime<Utc>>,
    pub app_version: String,
    /// How far the device's clock is ahead of the server's, in seconds.
    pub clock_offset: Option<i64>,
    /// Whether the browser has promised to keep the device's storage; nothing when it cannot say.
    #[serde(default)]
    pub persisted: Option<bool>,
}

/// Somebody who could report to the commune and never did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unheard {
    pub name: String,
    pub username: String,
    pub unit: String,
    /// Whether they have signed in, on a device that sent nothing.
    pub signed_in: bool,
}

/// Which events are asked for: `GET /api/v1/events`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct EventsQuery {
    /// Words of the name or user name of whoever did it or whom it concerns.
    pub who: Option<String>,
    pub kind: Option<EventKind>,
    /// No later than this day.
    pub until: Option<NaiveDate>,
    /// From 0, the newest first.
    pub page: u32,
}

/// One page of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventRows {
    pub rows: Vec<EventRow>,
    pub page: u32,
    /// Whether there is a page after this one.
    pub more: bool,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventRow {
    pub at: DateTime<Utc>,
    pub kind: EventKind,
    /// Who did it, and under which user name; nothing when nobody was signed in.
    pub by: Option<Known>,
    /// Whose account it concerns, when somebody else's.
    pub of: Option<Known>,
    /// The subject that was read, where the reader of this may see it.
    pub subject: Option<(DocumentId, String)>,
    /// What was exported.
    pub what: Option<String>,
    pub times: u32,
    /// The network it came from.
    pub network: Option<String>,
}

/// Somebody by name and user name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Known {
    pub name: String,
    pub username: String,
}

/// A clan or unit of somebody's commune, so that a family of one village can be said to belong to a clan of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Group {
    pub id: DocumentId,
    pub kind: crate::kind::SubjectKind,
    pub name: String,
    /// The name of the place it lies in.
    pub place: String,
}

/// A colleague, so that a phone can name who wrote what without a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Person {
    pub id: UserId,
    pub name: String,
}
