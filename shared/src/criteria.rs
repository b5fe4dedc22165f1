//! Criteria sets: what a title asks for. Data, not code: one TOML file each under `shared/criteria`, and whatever a district
//! is given later ([`Criteria`]).
//!
//! The official tables are not all public, and a set says so: an indicator whose points could not be read has no `max`
//! and is recorded as yes or no, a threshold that is only an aid for surveys is `provisional`, every doubt is written
//! down, and only a `complete` set may stand behind a decision.
//!
//! A file is read strictly ([`CriteriaSet::parse`]): a key that nobody knows is a mistake. What comes over the wire is read
//! leniently: it is a key of a newer version.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::SortedMap;
#[cfg(not(target_arch = "wasm32"))]
use crate::authority::{self, Authority, DecidedBy};
use crate::calendar::Year;
#[cfg(not(target_arch = "wasm32"))]
use crate::kind::SubjectKind;
use crate::org_unit::UnitKind;

mod carry;
mod known;

pub use carry::Carried;
pub use known::{Criteria, Judged, ToldCriteria};

#[cfg(not(target_arch = "wasm32"))]
mod parse;

macro_rules! code {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(!transparent))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn new(code: impl Into<String>) -> Self {
                Self(code.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

code! {
    /// A criteria set's name, such as `gia_dinh_448`.
    CriteriaSetId,
    /// A criterion's code within its set, such as `GD.1a`.
    CriterionCode,
}

/// Points, counted in halves: some sets score by half points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(i32);

impl Points {
    pub const ZERO: Points = Points(0);

    pub const fn whole(points: i32) -> Self {
        Self(points.saturating_mul(2))
    }

    pub const fn from_halves(halves: i32) -> Self {
        Self(halves)
    }

    pub const fn halves(self) -> i32 {
        self.0
    }

    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 2.0
    }

    /// Whether these points are a whole number of steps.
    pub fn is_multiple_of(self, step: Points) -> bool {
        step.0 > 0 && self.0 % step.0 == 0
    }
}

impl Add for Points {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Points {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Points {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        points.fold(Self::ZERO, Add::add)
    }
}

/// With the decimal comma of Vietnamese: `7,5`.
impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, half) = (self.0.unsigned_abs() / 2, self.0 % 2 != 0);
        write!(f, "{sign}{whole}{}", if half { ",5" } else { "" })
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 2 == 0 {
            serializer.serialize_i32(self.0 / 2)
        } else {
            serializer.serialize_f64(self.as_f64())
        }
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let halves = f64::deserialize(deserializer)? * 2.0;
        if halves.fract() == 0.0 && halves.abs() <= 2e6 {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "bounded and whole, just checked"
            )]
            Ok(Self(halves as i32))
        } else {
            Err(serde::de::Error::custom(
                "điểm phải là số nguyên hoặc có ,5",
            ))
        }
    }
}

/// The titles of the movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Title {
    LearningFamily,
    LearningClan,
    LearningVillage,
    LearningUnit,
    LearningCitizen,
    LearningCommune,
    LearningDistrict,
    LearningProvince,
}

impl Title {
    pub const ALL: [Title; 8] = [
        Title::LearningFamily,
        Title::LearningClan,
        Title::LearningVillage,
        Title::LearningUnit,
        Title::LearningCitizen,
        Title::LearningCommune,
        Title::LearningDistrict,
        Title::LearningProvince,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Title::LearningFamily => "learning_family",
            Title::LearningClan => "learning_clan",
            Title::LearningVillage => "learning_village",
            Title::LearningUnit => "learning_unit",
            Title::LearningCitizen => "learning_citizen",
            Title::LearningCommune => "learning_commune",
            Title::LearningDistrict => "learning_district",
            Title::LearningProvince => "learning_province",
        }
    }

    /// Whether a share of the title is one of those who were listed for it and not of all there are: nobody lists every
    /// citizen, and the target of decision 1373/QĐ-TTg is a share of the population.
    pub fn is_of_listed(self) -> bool {
        self == Title::LearningCitizen
    }
}

/// No title has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("không có danh hiệu {0:?}")]
pub struct UnknownTitle(String);

impl FromStr for Title {
    type Err = UnknownTitle;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|title| title.as_str() == text)
            .ok_or_else(|| UnknownTitle(text.to_owned()))
    }
}

/// How much of the official table the file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetStatus {
    Complete,
    Partial,
    Draft,
}

/// How a set judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Points are added up; the total passes, or has a rank.
    Points,
    /// Every target is met or not; a level is reached when all its targets are met.
    Levels,
}

/// What an answer measures where it is neither points nor yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// So many of so many; the targets are thousandths.
    Share,
    /// What somebody else has found, such as a commune's level of universal education, and the year it was found for; the
    /// targets are levels. A result of a year before the one judged is too old.
    Result,
}

/// A share that is counted from titles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// How many have this title.
    pub title: Title,
    /// Of whom: a number of [`crate::scoring::Facts`]. Two bases give two shares, so each is named where it is shown.
    pub base: String,
}

impl Counted {
    /// The name of the number of those who have the title, such as `learning_citizen_of_members`.
    pub fn part(&self) -> String {
        format!("{}_of_{}", self.title.as_str(), self.base)
    }
}

/// A rank of a total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rank {
    pub label: String,
    /// The least of the rank; what has more has a better one.
    pub min: Points,
}

/// The legal source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub document: String,
    pub issued: NaiveDate,
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    pub code: String,
    pub label: String,
}

/// What proves an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    List,
    Doc,
    Photo,
    Count,
    Derived,
    Attest,
    Ext,
}

/// What an exemption does to the points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exempt {
    FullMarks,
    DropOut,
    Reweight,
}

/// When a criterion or group need not be met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exemption {
    pub effect: Exempt,
    /// In words, for the button.
    pub when: String,
    /// The same in English, for those who read the screens so. A help to understand, never the wording that counts.
    #[serde(default)]
    pub english: Option<String>,
    /// The fact that is zero when the exemption applies by itself, one of [`crate::scoring::Facts::NAMES`]; with `!` before
    /// it, the fact that is not. So a criterion for schools only is exempt where `general_school` is zero.
    #[serde(default)]
    pub auto: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    pub code: CriterionCode,
    /// In plain words, as it is asked in the field.
    pub question: String,
    /// The same in English; see [`Exemption::english`].
    #[serde(default)]
    pub english: Option<String>,
    /// The official words, paraphrased.
    pub official: String,
    /// `None`: the official points could not be read; it is recorded as yes or no and not scored.
    #[serde(default)]
    pub max: Option<Points>,
    #[serde(default = "one")]
    pub step: Points,
    #[serde(default)]
    pub evidence: Vec<EvidenceKind>,
    #[serde(default)]
    pub exempt: Option<Exemption>,
    /// `None`: it is answered by points, or by yes or no.
    #[serde(default)]
    pub measure: Option<Measure>,
    /// What is measured must reach this, for each level of the set. In a set of points, where there are no levels, a gate:
    /// who does not reach it does not pass.
    #[serde(default)]
    pub targets: Vec<u32>,
    /// Other targets for classes of area.
    #[serde(default)]
    pub areas: SortedMap<String, Vec<u32>>,
    #[serde(default)]
    pub counted: Option<Counted>,
    /// The official target that this is a clause of. All its clauses must hold, and together they count as one.
    #[serde(default)]
    pub clause_of: Option<CriterionCode>,
    /// A field of the subject that tells of it, shown beside the question: who answers need not ask again.
    #[serde(default)]
    pub known_by: Option<String>,
}

impl Indicator {
    /// What is measured must reach this, for a level (from 1) and a class of area.
    pub fn target(&self, level: u8, area: Option<&str>) -> Option<u32> {
        let of_area = area.and_then(|class| self.areas.get(class));
        let targets = of_area.unwrap_or(&self.targets);
        targets.get(usize::from(level).checked_sub(1)?).copied()
    }

    /// Whether a piece of evidence is asked for. What is counted here or found elsewhere proves itself.
    pub fn is_proven_by_pieces(&self) -> bool {
        let proves_itself = |kind| matches!(kind, &EvidenceKind::Derived | &EvidenceKind::Ext);
        !self.evidence.iter().any(proves_itself)
    }
}

fn one() -> Points {
    Points::whole(1)
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub code: CriterionCode,
    pub label: String,
    /// The same in English; see [`Exemption::english`].
    #[serde(default)]
    pub english: Option<String>,
    #[serde(default)]
    pub max: Option<Points>,
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default)]
    pub exempt: Option<Exemption>,
    #[serde(default)]
    pub indicators: Vec<Indicator>,
}

/// When a score passes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PassRule {
    pub min_total: Option<Points>,
    /// Share of the reachable maximum, in thousandths.
    pub min_permille: Option<u32>,
    pub min_each: Option<Points>,
    /// A survey aid and not an official threshold.
    pub provisional: bool,
    /// Other totals for classes of area, such as `extremely_difficult`.
    pub areas: SortedMap<String, Points>,
    /// The ranks of a total, the best first. Who has none of them does not pass.
    pub ranks: Vec<Rank>,
    /// Whether nobody passes with a criterion that has no points at all.
    pub no_zero: bool,
    /// Whether a criterion without evidence has no points, or is not met.
    pub needs_evidence: bool,
}

impl PassRule {
    /// The least that a criterion needs.
    pub fn floor(&self, indicator: &Indicator) -> Option<Points> {
        let above_zero = self.no_zero.then_some(indicator.step);
        self.min_each.max(above_zero)
    }
}

/// One title's criteria.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriteriaSet {
    pub id: CriteriaSetId,
    pub title: Title,
    pub name: String,
    pub short_name: String,
    pub source: Source,
    pub version: u32,
    pub valid_from: NaiveDate,
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    pub status: SetStatus,
    pub kind: Kind,
    /// How many levels there are; the names are numbers, from 1.
    #[serde(default)]
    pub levels: u8,
    /// The tiers of the unit whose subjects it judges. Empty: any.
    #[serde(default)]
    pub tiers: Vec<UnitKind>,
    /// It judges only what this tier manages: circular 24 has other targets for what a district manages than for what the
    /// province does. `None`: whoever manages it.
    #[serde(default)]
    pub managed_by: Option<UnitKind>,
    /// Who decides on its title, with the day from which each does. Empty: whoever does for the kind ([`Authority::over`]). At desks
    /// only.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decided_by: Vec<DecidedBy>,
    /// Criteria of other sets that it is looked up for. Such a set gives no title of its own.
    #[serde(default)]
    pub feeds: Vec<CriterionCode>,
    /// How long a title holds, in months. `None`: for its year.
    #[serde(default)]
    pub valid_months: Option<u32>,
    /// Whether that begins when the year of the decision is over, and not with the decision.
    #[serde(default)]
    pub valid_after_year: bool,
    /// How long a level must have stood before the next may be asked for, in months.
    #[serde(default)]
    pub upgrade_months: Option<u32>,
    /// The points of the whole official table, if the source gives them.
    #[serde(default)]
    pub total: Option<Points>,
    /// What is not certain about this set, one sentence each, for the person who completes it.
    #[serde(default)]
    pub doubts: Vec<String>,
    #[serde(default)]
    pub variants: Vec<Variant>,
    #[serde(default)]
    pub pass: PassRule,
    pub groups: Vec<Group>,
}

/// What is wrong with a criteria file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, dòng {line}: {message}")]
pub struct CriteriaError {
    pub file: String,
    /// From 1.
    pub line: usize,
    pub message: String,
}

impl CriteriaSet {
    /// Reads and checks one file. `file` is the name that errors tell. The phone has no need to.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn parse(file: &str, text: &str) -> Result<Self, CriteriaError> {
        parse::set(file, text)
    }

    /// The indicators of all groups, in order.
    pub fn indicators(&self) -> impl Iterator<Item = &Indicator> {
        self.groups.iter().flat_map(|group| &group.indicators)
    }

    /// One indicator with its group.
    pub fn indicator(&self, code: &CriterionCode) -> Option<(&Group, &Indicator)> {
        self.groups.iter().find_map(|group| {
            let indicator = group.indicators.iter().find(|it| it.code == *code)?;
            Some((group, indicator))
        })
    }

    /// Whether something may be recognised by it for a year. Nothing is by what was not read in full, by what was not in force
    /// on any day of the year, or by what gives no title.
    pub fn gives_title_for(&self, year: Year) -> bool {
        self.status == SetStatus::Complete && self.feeds.is_empty() && self.judges(year)
    }

    /// Whether it is in force on some day of a year.
    pub fn judges(&self, year: Year) -> bool {
        let new_year = NaiveDate::from_ymd_opt(year.get(), 1, 1);
        let has_begun = self.valid_from <= year.last_day();
        has_begun && self.valid_to.is_none_or(|to| Some(to) > new_year)
    }

    /// Who decides on its title on a day.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn decided_by(&self, day: NaiveDate) -> Authority {
        let row = authority::on_a_day(&self.decided_by, day);
        row.map_or(Authority::over(SubjectKind::of(self.title)), |row| {
            row.authority
        })
    }

    /// What nobody has read in a text of who decides on a day.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn doubt_who_decides(&self, day: NaiveDate) -> Option<&str> {
        authority::on_a_day(&self.decided_by, day)?.doubt.as_deref()
    }

    /// The points that can be scored, before any exemption.
    pub fn max(&self) -> Points {
        self.indicators().filter_map(|it| it.max).sum()
    }

    /// The first day on which a title decided on a day no longer holds. `None` where it is given year by year.
    pub fn holds_until(&self, decided: NaiveDate) -> Option<NaiveDate> {
        let from = match self.valid_after_year {
            true => NaiveDate::from_ymd_opt(decided.year().checked_add(1)?, 1, 1)?,
            false => decided,
        };
        from.checked_add_months(Months::new(self.valid_months?))
    }

    /// The first day on which the next level may be asked for after a decision. `None` where nothing has to be waited for.
    pub fn upgrade_from(&self, decided: NaiveDate) -> Option<NaiveDate> {
        decided.checked_add_months(Months::new(self.upgrade_months?))
    }
}
