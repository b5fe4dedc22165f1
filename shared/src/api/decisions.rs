//! Decisions at the desk: those of a unit, whom the next may list, and one with its lines.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Crumb;
use super::scans::Scan;
use crate::SortedMap;
use crate::assessment::StageName;
use crate::authority::Authority;
use crate::award::{Award, Occasion};
use crate::calendar::Year;
use crate::contribution::Contribution;
use crate::criteria::{CriteriaSetId, Title};
use crate::decision::{DecisionHead, DecisionState, Does, LineProblem};
use crate::document::Seq;
use crate::ids::{DocumentId, SubjectId, UnitId};
use crate::scoring::{Grade, Reason};

/// Whose decisions are asked for. What is absent is the signed-in person's own unit and the year being judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct DecisionsQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<Year>,
}

/// What was typed in the form of a correction that was not taken, by the names of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedReadings(pub SortedMap<String, String>);

impl TypedReadings {
    /// What stood in a field, or else what is kept.
    pub fn or(&self, field: &str, kept: &str) -> String {
        self.0
            .get(field)
            .map_or_else(|| kept.to_owned(), Clone::clone)
    }
}

/// What the reader may do with the decisions of a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MayDecide {
    pub draft: bool,
    pub sign: bool,
    /// Draw up a commendation: in communes.
    pub commend: bool,
}

/// The decisions of a unit, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Decisions {
    pub crumbs: Vec<Crumb>,
    pub unit: UnitId,
    pub year: Year,
    pub rows: Vec<DecisionRow>,
    pub ready: Vec<Ready>,
    /// Titles that somebody holds by a form of the year.
    pub merits: Vec<Merit>,
    pub may: MayDecide,
}

/// A title with forms of the year that are checked, pass, and stand on no list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ready {
    pub title: Title,
    pub count: i64,
    /// Whether a set is in force by which the title may be given.
    pub may_be_given: bool,
}

/// A title that is held, and how many of those who hold it are commended, or to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Merit {
    pub title: Title,
    /// Those who hold it.
    pub count: i64,
    /// Those on a list of the year that commends, signed or to be signed.
    pub listed: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DecisionRow {
    pub id: DocumentId,
    pub revokes: bool,
    /// Which award it gives, if it commends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub award: Option<Award>,
    /// Of what time the merit is that it commends.
    #[serde(default)]
    pub occasion: Occasion,
    /// Whether another authority decides it.
    #[serde(default)]
    pub goes_up: bool,
    /// The number of the decision that it corrects, if it corrects one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
    pub title: Title,
    pub year: Year,
    pub state: DecisionState,
    pub number: Option<String>,
    /// The day on the paper.
    pub on: Option<NaiveDate>,
    /// How many it lists.
    pub listed: u32,
    pub made: DateTime<Utc>,
}

/// Whom a new decision may list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CandidatesQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    pub title: Title,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<Year>,
    /// By which award it commends those who hold the title, instead of recognising those who pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub award: Option<Award>,
    /// Of what time the merit is that it commends.
    #[serde(default)]
    pub occasion: Occasion,
    /// Who decides on the title of those that are asked for; absent is the unit itself, or whoever else does where it decides on
    /// nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<Authority>,
}

/// Those whose forms are checked, or hold their title, in the order of names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidates {
    pub crumbs: Vec<Crumb>,
    pub unit: UnitId,
    pub title: Title,
    pub year: Year,
    pub rows: Vec<LineRow>,
    /// Whether there are more than are told.
    pub more: bool,
    pub may: MayDecide,
    /// Which award they are chosen for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub award: Option<Award>,
    /// For merit of what time.
    #[serde(default)]
    pub occasion: Occasion,
    /// Who decides on the title of the rows that stand.
    #[serde(default)]
    pub decided_by: Authority,
    /// Who decides on others.
    #[serde(default)]
    pub others: Vec<Authority>,
    /// What nobody has read of who decides.
    #[serde(default)]
    pub doubt: Option<String>,
    pub today: NaiveDate,
}

/// One decision, with its lines as they stand today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub crumbs: Vec<Crumb>,
    pub id: DocumentId,
    /// Its state, so that nothing is signed that has become another list.
    pub seq: Seq,
    pub unit: UnitId,
    pub head: DecisionHead,
    /// Who drafted it, and when.
    pub by: String,
    pub made: DateTime<Utc>,
    pub rows: Vec<LineRow>,
    /// The decision that it corrects.
    pub corrects: Option<DecisionRow>,
    /// Those that correct it, the newest first; none that was thrown away.
    pub corrections: Vec<DecisionRow>,
    pub may: MayDecide,
    /// The number that the unit has given last this year.
    pub last_number: Option<String>,
    /// Of the paper as it was signed.
    pub scans: Vec<Scan>,
    /// The reader, who may be the one that signs.
    pub reader: String,
    /// What nobody has read of who decides on the title.
    #[serde(default)]
    pub doubt: Option<String>,
    pub today: NaiveDate,
}

/// One subject that is or may be listed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LineRow {
    pub subject: SubjectId,
    pub name: String,
    pub village: String,
    pub stage: Option<StageName>,
    /// Points reached and reachable, in half points.
    pub points: Option<(i32, i32)>,
    pub grade: Option<Grade>,
    /// Why the line cannot stand; of a draft, why it cannot be signed today.
    pub problem: Option<LineProblem>,
    /// What keeps it from passing, first of all, with the set that says so.
    pub lacks: Option<(Reason, CriteriaSetId)>,
    /// Why it is on hold.
    pub held: Option<String>,
    /// What it is commended for, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deed: Option<String>,
    /// What it gave in the year.
    #[serde(default, skip_serializing_if = "Contribution::is_empty")]
    pub gave: Contribution,
    /// The initiatives of that time in which it has a part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub initiatives: Vec<String>,
    /// The years of the phase that it is commended for in which it held its title.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held_in: Vec<Year>,
    /// The authority that it was proposed to has not given it the award.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub declined: bool,
    /// Of a correction: what it makes of the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mends: Option<Mends>,
    /// Of another decision: how the line is read since it was corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected: Option<CorrectedLine>,
    /// The draft that is to correct it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correcting: Option<DocumentId>,
}

/// A line as somebody reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub name: String,
    pub village: String,
    pub deed: Option<String>,
}

/// What a correction makes of a line, which says how it is to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mends {
    /// How it was read until then.
    pub was: Told,
    pub place: UnitId,
    /// The places it may have: that of then, and that of its subject today.
    pub places: Vec<(UnitId, String)>,
    /// The correction that was signed after this one, and counts.
    pub later: Option<CorrectedLine>,
}

/// By which decision a line is read otherwise, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectedLine {
    pub by: DocumentId,
    pub number: String,
    pub on: NaiveDate,
    pub reads: Told,
}

impl Decision {
    pub fn is_draft(&self) -> bool {
        self.head.state == DecisionState::Draft
    }

    pub fn recognises(&self) -> bool {
        self.head.does == Does::Recognise
    }

    pub fn revokes(&self) -> bool {
        matches!(self.head.does, Does::Revoke { .. })
    }

    /// What else of the paper a correction corrects; nothing of any other decision.
    pub fn wording(&self) -> Option<&str> {
        match &self.head.does {
            Does::Correct { wording, .. } => Some(wording),
            Does::Recognise | Does::Revoke { .. } | Does::Commend { .. } => None,
        }
    }

    /// Whether the paper that is corrected, or this one, says what each is commended for.
    pub fn has_deeds(&self) -> bool {
        let corrects = self.corrects.as_ref();
        self.award().is_some() || corrects.is_some_and(|it| it.award.is_some())
    }

    /// Whether certificates or commendations go with it: a correction gives those of its lines anew.
    pub fn gives_sheets(&self) -> bool {
        let revokes = self
            .corrects
            .as_ref()
            .map_or(self.revokes(), |it| it.revokes);
        // What another authority commends by, it hands out itself.
        let is_handed_out = self.award().is_none() || !self.head.goes_up();
        let is_own = self.head.state == DecisionState::Signed && is_handed_out;
        is_own && !revokes && !self.rows.is_empty()
    }

    /// Which award it gives, if it commends.
    pub fn award(&self) -> Option<Award> {
        self.head.does.award()
    }

    /// How many of its lines the award goes to.
    pub fn many(&self) -> usize {
        self.rows.iter().filter(|row| !row.declined).count()
    }

    /// Whether it lists whose title is to be taken back, or was given, by another authority.
    pub fn is_of_a_title_above(&self) -> bool {
        self.head.goes_up() && self.award().is_none()
    }

    /// Whether the reader takes its steps up to another authority.
    pub fn may_propose(&self) -> bool {
        match self.award() {
            Some(_) => self.may.commend,
            None => self.may.draft,
        }
    }

    /// The day by which its money is reckoned: that on the paper, or today while it is a draft.
    pub fn reckoned_on(&self) -> NaiveDate {
        let signed = self.head.signed.as_ref();
        signed.map_or(self.today, |signed| signed.on)
    }
}
