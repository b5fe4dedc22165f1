//! Changes: the only way a document changes.
//!
//! [`admit`] is the whole rule: may this actor do this here, and what does the document become. It is pure; the phone
//! calls it before it shows the result, the server before it writes, the simulation for both. What follows for other
//! documents is said by [`crate::derive`]. Device clocks are recorded and never trusted: order is the order in which the
//! server takes changes in.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::SortedMap;
use crate::access::Actor;
use crate::assessment::Move;
use crate::at_desk::AtDesk;
use crate::calendar::Year;
use crate::criteria::{CriteriaSetId, CriterionCode, Title};
use crate::decision::{Deciding, DecisionStep};
use crate::document::{FieldName, Scorer, Writer};
use crate::evidence::{Evidence, FileHash};
use crate::ids::{ChangeId, DocumentId, SubjectId, UnitId};
use crate::kind::SubjectKind;
use crate::merge::{self, Merging};
use crate::scoring::{Answer, Facts};
use crate::supporter::Supporting;

mod apply;
mod refusal;

pub use apply::{Admitted, Context, REASON_MAX, admit, apply};
pub use refusal::Refusal;
pub(crate) use refusal::readable;

/// One change, made on a device. Its id is made there too and is the key of its receipt for ever.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Change {
    pub id: ChangeId,
    pub doc: DocumentId,
    /// The change that wrote the value the author was looking at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<ChangeId>,
    /// What the device's clock said.
    pub made_at: DateTime<Utc>,
    pub body: ChangeBody,
}

/// What a change does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChangeBody {
    /// Makes a subject. The document's id is chosen by the device.
    Register(Registration),
    /// Makes the assessment of a subject, or finds that it is there already. The document's id is
    /// [`AssessmentId::of`], so two phones that begin apart begin the same document.
    Start(Start),
    SetField {
        field: FieldName,
        value: Value,
    },
    /// Answers one criterion; no answer takes an answer back.
    SetAnswer {
        scorer: Scorer,
        code: CriterionCode,
        answer: Option<Answer>,
    },
    Advance(Move),
    /// Ends a conflict with the value an officer chose.
    Settle {
        field: FieldName,
        value: Value,
    },
    /// From phones of the first release: what is now known of the subject. It changes nothing any more, the facts of a
    /// form follow its subject by themselves ([`crate::derive`]).
    SetFacts {
        facts: Facts,
    },
    /// Moves a subject to another place, with its forms of the years that are open.
    Move {
        shard: UnitId,
        place: UnitId,
    },
    /// Says that a field cannot be believed as it stands, or is missing, so that somebody asks. Writing the field ends
    /// the doubt.
    Doubt {
        field: FieldName,
        reason: String,
    },
    /// Lists a file as evidence of an assessment. The file itself goes apart.
    Attach {
        hash: FileHash,
        evidence: Evidence,
    },
    /// Takes a file off the list.
    Detach {
        hash: FileHash,
    },
    /// Judges a form that the village works on by another set of its title. What was answered stays
    /// ([`crate::criteria::Carried`]).
    UseCriteria {
        criteria: CriteriaSetId,
    },
    /// Takes a step with a decision, and with the forms it lists ([`crate::decision`]). Taken at a desk only.
    Decide(AtDesk<Deciding>),
    /// Puts a form on hold while a complaint is open; without a reason, ends that.
    Hold {
        reason: Option<String>,
    },
    /// Says that the subject is the same as another, or takes that back ([`crate::merge`]). Said at a desk only.
    Merge(AtDesk<Merging>),
    /// Writes down whoever supports learning in a unit, and what they gave ([`crate::supporter`]). Written at a desk only.
    Support(AtDesk<Supporting>),
}

impl ChangeBody {
    /// What kind of change it is, as the wire calls it.
    pub fn kind(&self) -> &'static str {
        match self {
            ChangeBody::Register(_) => "register",
            ChangeBody::Start(_) => "start",
            ChangeBody::SetField { .. } => "set_field",
            ChangeBody::SetAnswer { .. } => "set_answer",
            ChangeBody::Advance(_) => "advance",
            ChangeBody::Settle { .. } => "settle",
            ChangeBody::SetFacts { .. } => "set_facts",
            ChangeBody::Move { .. } => "move",
            ChangeBody::Doubt { .. } => "doubt",
            ChangeBody::Attach { .. } => "attach",
            ChangeBody::Detach { .. } => "detach",
            ChangeBody::UseCriteria { .. } => "use_criteria",
            ChangeBody::Decide(_) => "decide",
            ChangeBody::Hold { .. } => "hold",
            ChangeBody::Merge(_) => "merge",
            ChangeBody::Support(_) => "support",
        }
    }
}

/// A new subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Registration {
    pub kind: SubjectKind,
    pub shard: UnitId,
    pub place: UnitId,
    #[serde(serialize_with = "crate::as_object")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pairs<Value>"))]
    pub fields: SortedMap<FieldName, Value>,
    /// Fields an import could not believe.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pairs<String>"))]
    pub doubts: SortedMap<FieldName, String>,
}

/// The beginning of an assessment. Place and shard are the subject's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Start {
    pub subject: SubjectId,
    pub title: Title,
    pub year: Year,
    pub criteria: CriteriaSetId,
    /// What the author's phone knew of the subject. The form takes them from the subject itself.
    #[serde(default, skip_serializing_if = "Facts::is_empty")]
    pub facts: Facts,
}

impl Change {
    /// The author's mark on whatever the change writes.
    pub fn writer(&self, actor: &Actor) -> Writer {
        Writer {
            change: self.id,
            by: actor.user,
            at: self.made_at,
        }
    }

    /// Whether it is made in front of a list that lies on no phone.
    pub fn is_made_at_a_desk(&self) -> bool {
        matches!(
            self.body,
            ChangeBody::Decide(_) | ChangeBody::Merge(_) | ChangeBody::Support(_)
        )
    }

    /// The day on the paper of a decision that it signs.
    pub fn signs_on(&self) -> Option<NaiveDate> {
        match &self.body {
            ChangeBody::Decide(deciding) => match &deciding.step {
                DecisionStep::Sign { on, .. } => Some(*on),
                _ => None,
            },
            _ => None,
        }
    }

    /// The field the change writes, if it writes one.
    pub fn field(&self) -> Option<FieldName> {
        match &self.body {
            ChangeBody::SetField { field, .. } | ChangeBody::Settle { field, .. } => {
                Some(field.clone())
            }
            ChangeBody::SetAnswer { scorer, code, .. } => Some(FieldName::answer(*scorer, code)),
            ChangeBody::Attach { hash, .. } | ChangeBody::Detach { hash } => {
                Some(FieldName::evidence(*hash))
            }
            ChangeBody::Merge(_) => Some(merge::INTO.into()),
            ChangeBody::Register(_)
            | ChangeBody::Start(_)
            | ChangeBody::Advance(_)
            | ChangeBody::SetFacts { .. }
            | ChangeBody::Move { .. }
            | ChangeBody::Doubt { .. }
            | ChangeBody::UseCriteria { .. }
            | ChangeBody::Decide(_)
            | ChangeBody::Support(_)
            | ChangeBody::Hold { .. } => None,
        }
    }

    /// The shard and place that the change puts its document in, if it says so.
    pub fn goes_to(&self) -> Option<(UnitId, UnitId)> {
        match &self.body {
            ChangeBody::Register(registration) => Some((registration.shard, registration.place)),
            ChangeBody::Move { shard, place } => Some((*shard, *place)),
            ChangeBody::Decide(deciding) => match &deciding.step {
                DecisionStep::Draft { shard, .. } => Some((*shard, *shard)),
                _ => None,
            },
            ChangeBody::Support(supporting) => supporting.shard().map(|shard| (shard, shard)),
            _ => None,
        }
    }

    /// Puts its document elsewhere.
    pub(crate) fn go_to(&mut self, to_shard: UnitId, to_place: UnitId) {
        match &mut self.body {
            ChangeBody::Register(Registration { shard, place, .. })
            | ChangeBody::Move { shard, place } => {
                *shard = to_shard;
                *place = to_place;
            }
            ChangeBody::Decide(deciding) => {
                if let DecisionStep::Draft { shard, .. } = &mut deciding.step {
                    *shard = to_shard;
                }
            }
            ChangeBody::Support(supporting) => supporting.go_to(to_shard),
            _ => {}
        }
    }

    /// The documents beside its own that must be known for the change to be admitted.
    pub fn rests_on(&self) -> impl Iterator<Item = DocumentId> + use<> {
        let documents = match &self.body {
            ChangeBody::Start(start) => vec![start.subject.into()],
            ChangeBody::Decide(deciding) => deciding.rests_on(),
            ChangeBody::Merge(merging) => merging.rests_on(self),
            _ => Vec::new(),
        };
        documents.into_iter()
    }
}
