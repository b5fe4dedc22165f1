//! Why a change was not taken.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::access::Denied;
use crate::assessment::StageName;
use crate::criteria::{CriteriaSetId, CriterionCode};
use crate::decision::LineProblem;
use crate::document::FieldName;
use crate::evidence::EvidenceProblem;
use crate::field::FieldProblem;
use crate::ids::SubjectId;
use crate::merge::MergeProblem;
use crate::scoring::AnswerError;

/// Why a change was not taken. It stays on the device with this reason; code never drops it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The place belongs to somebody else, or the role does not do this.
    Denied(Denied),
    /// The document is not known here.
    UnknownDocument,
    /// Another document has this id.
    AlreadyExists,
    /// The change id was used by somebody else.
    IdTaken,
    /// The change does not fit the document's kind.
    WrongKind,
    /// The stage is closed to edits.
    Closed { stage: StageName },
    /// The step cannot be taken from this stage.
    WrongStage { stage: StageName },
    /// The score is not complete.
    Incomplete { missing: Vec<CriterionCode> },
    /// The answer does not fit the criterion.
    Answer {
        code: CriterionCode,
        problem: AnswerError,
    },
    /// The value does not fit the field.
    Field {
        field: FieldName,
        problem: FieldProblem,
    },
    /// The criteria set is not known here.
    UnknownCriteria { set: CriteriaSetId },
    /// The official tables of this set are not complete; nothing may be recognised under it until an officer has
    /// completed it and signed it off.
    PartialCriteria { set: CriteriaSetId },
    /// The score does not pass.
    NotPassed,
    /// A reason, comment or decision number is asked for, in letters that can be shown.
    ReasonMissing,
    /// A text is longer than anybody would write.
    TooLong { max: usize },
    /// This cannot be evidence of the form.
    Evidence { problem: EvidenceProblem },
    /// A title is given by a decision that lists its form, not by the form alone.
    NeedsDecision,
    /// Decisions are made at a desk, in front of their list.
    AtDeskOnly,
    /// The decision was signed or thrown away. What it gave is taken back by another decision only.
    DecisionClosed,
    /// The list is no longer the one that was looked at, or nobody is on it.
    ListChanged,
    /// The day of the paper lies before the year judged, or has not come yet.
    WrongDate { from: NaiveDate },
    /// Something of the dossier of a proposal is not at hand yet.
    DossierIncomplete,
    /// Another decision of the unit has this number in the year of the paper.
    NumberTaken,
    /// Some of the list cannot stand there; the first twenty are told.
    Lines {
        lines: Vec<(SubjectId, LineProblem)>,
    },
    /// It was merged into another subject, which is kept in its place.
    Merged { into: SubjectId },
    /// The two are not merged.
    NotMerged { problem: MergeProblem },
    /// This server is older than the change.
    NotUnderstood,
    /// The reason is of a newer kind than this app knows. Only ever read, see [`readable`]; nobody gives it.
    Unreadable,
}

/// Reads a refusal. One reason of a newer kind must not make the whole answer unreadable, with all its receipts.
pub(crate) fn readable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Refusal, D::Error> {
    let reason = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(reason).unwrap_or(Refusal::Unreadable))
}
