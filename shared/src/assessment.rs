//! An assessment: one subject, one title, one year.
//!
//! Its stages follow the district's process (registration, scoring, sending to the commune, verification, proposal,
//! recognition). A closed stage refuses later edits.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::SortedMap;
use crate::calendar::Year;
use crate::criteria::{CriteriaSet, CriteriaSetId, CriterionCode, Title};
use crate::document::{About, Document, FieldName, Scorer, Writer};
use crate::ids::SubjectId;
use crate::scoring::{Answer, Facts, Score, score};

/// What an assessment is about, and how far it has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssessmentHead {
    pub subject: SubjectId,
    pub title: Title,
    /// The year judged (1 January to 31 December).
    pub year: Year,
    pub criteria: CriteriaSetId,
    /// What is known of the subject; exemptions rest on it. It follows the subject ([`crate::derive`]).
    #[serde(default, skip_serializing_if = "Facts::is_empty")]
    pub facts: Facts,
    /// What the form was judged by, from the moment it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<Judged>,
    pub stage: Stage,
    /// Who moved it to its stage. `None` while it is as it was registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Writer>,
    /// When the village sent it to the commune last, by the device's clock. Nothing while the village works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<DateTime<Utc>>,
    /// From 1. Each time the commune gives the form back, another round begins, in which the village's answers count.
    #[serde(default = "first_round", skip_serializing_if = "is_first_round")]
    pub round: u16,
    /// What the commune said of single criteria when it gave the form back.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub remarks: SortedMap<CriterionCode, Remark>,
}

fn first_round() -> u16 {
    1
}

fn is_first_round(round: &u16) -> bool {
    *round == 1
}

/// What a form was judged by: it stays, whatever becomes of the subject.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Judged {
    #[serde(skip_serializing_if = "Facts::is_empty")]
    pub facts: Facts,
}

impl AssessmentHead {
    /// What the score rests on.
    pub fn scored_by(&self) -> &Facts {
        self.judged
            .as_ref()
            .map_or(&self.facts, |judged| &judged.facts)
    }

    /// Moves to a stage. What is closed keeps what it was judged by; what is opened again is judged anew.
    pub(crate) fn move_to(&mut self, stage: Stage, moved: Writer) {
        if stage.is_open() {
            self.judged = None;
        } else if self.judged.is_none() {
            self.judged = Some(Judged {
                facts: self.facts.clone(),
            });
        }
        if stage == Stage::Submitted {
            // What the commune takes up again was finished when the village sent it.
            self.finished = self.finished.or(Some(moved.at));
        } else if stage.is_open() {
            self.finished = None;
        }
        self.stage = stage;
        self.moved = Some(moved);
    }
}

/// What the commune said of a criterion in the round before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Remark {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How it had answered itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

/// How far an assessment has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// đã đăng ký
    Registered,
    /// đang chấm
    InProgress,
    /// đã gửi xã
    Submitted,
    /// xã trả lại, with what to correct
    Returned { comment: String },
    /// xã đã thẩm tra
    Verified,
    /// đã đưa vào tờ trình
    Proposed,
    /// đã công nhận, with the decision's number
    Recognised { decision: String },
    /// không đủ điều kiện
    NotEligible { reason: String },
    /// rút đăng ký
    Withdrawn { reason: String },
    /// miễn xét, for instance a household away all year
    Exempt { reason: String },
}

/// The name of a stage without its data, for counts, filters and sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    Registered,
    InProgress,
    Submitted,
    Returned,
    Verified,
    Proposed,
    Recognised,
    NotEligible,
    Withdrawn,
    Exempt,
}

impl Stage {
    pub fn name(&self) -> StageName {
        match self {
            Stage::Registered => StageName::Registered,
            Stage::InProgress => StageName::InProgress,
            Stage::Submitted => StageName::Submitted,
            Stage::Returned { .. } => StageName::Returned,
            Stage::Verified => StageName::Verified,
            Stage::Proposed => StageName::Proposed,
            Stage::Recognised { .. } => StageName::Recognised,
            Stage::NotEligible { .. } => StageName::NotEligible,
            Stage::Withdrawn { .. } => StageName::Withdrawn,
            Stage::Exempt { .. } => StageName::Exempt,
        }
    }

    /// Whether answers may still change. From verification on the scores stand.
    pub fn is_open(&self) -> bool {
        matches!(
            self,
            Stage::Registered | Stage::InProgress | Stage::Submitted | Stage::Returned { .. }
        )
    }
}

impl StageName {
    pub const ALL: [StageName; 10] = [
        StageName::Registered,
        StageName::InProgress,
        StageName::Submitted,
        StageName::Returned,
        StageName::Verified,
        StageName::Proposed,
        StageName::Recognised,
        StageName::NotEligible,
        StageName::Withdrawn,
        StageName::Exempt,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            StageName::Registered => "registered",
            StageName::InProgress => "in_progress",
            StageName::Submitted => "submitted",
            StageName::Returned => "returned",
            StageName::Verified => "verified",
            StageName::Proposed => "proposed",
            StageName::Recognised => "recognised",
            StageName::NotEligible => "not_eligible",
            StageName::Withdrawn => "withdrawn",
            StageName::Exempt => "exempt",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }

    /// Whether it takes part in the year.
    pub fn is_entered(self) -> bool {
        !matches!(self, StageName::Withdrawn | StageName::Exempt)
    }

    /// Whether the village has finished its part.
    pub fn is_scored(self) -> bool {
        matches!(
            self,
            StageName::Submitted
                | StageName::Verified
                | StageName::Proposed
                | StageName::Recognised
        )
    }

    /// Whether the commune has checked it.
    pub fn is_verified(self) -> bool {
        matches!(
            self,
            StageName::Verified | StageName::Proposed | StageName::Recognised
        )
    }
}

/// A step that somebody takes with an assessment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    Submit,
    Return {
        comment: String,
        /// What is to be corrected, criterion by criterion.
        #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
        remarks: SortedMap<CriterionCode, String>,
    },
    Verify,
    Propose,
    Recognise {
        decision: String,
    },
    NotEligible {
        reason: String,
    },
    Withdraw {
        reason: String,
    },
    Exempt {
        reason: String,
    },
    /// Back to work: after a withdrawal, or by the commune after verification.
    Reopen,
    /// The commune takes back what it has just decided: the form lies before it again, as it did.
    TakeBack,
}

impl Move {
    /// The stage this move leads to.
    pub fn target(&self) -> Stage {
        match self.clone() {
            Move::Submit => Stage::Submitted,
            Move::Return { comment, .. } => Stage::Returned { comment },
            Move::Verify => Stage::Verified,
            Move::Propose => Stage::Proposed,
            Move::Recognise { decision } => Stage::Recognised { decision },
            Move::NotEligible { reason } => Stage::NotEligible { reason },
            Move::Withdraw { reason } => Stage::Withdrawn { reason },
            Move::Exempt { reason } => Stage::Exempt { reason },
            Move::Reopen => Stage::InProgress,
            Move::TakeBack => Stage::Submitted,
        }
    }

    /// Whether the move may be made from a stage. Moving to where it already is counts as done.
    pub fn may_follow(&self, stage: StageName) -> bool {
        use StageName as S;
        let from: &[S] = match self {
            Move::Submit => &[S::InProgress, S::Returned],
            Move::Return { .. } | Move::Verify => &[S::Submitted],
            Move::Propose => &[S::Verified],
            Move::Recognise { .. } => &[S::Proposed],
            Move::NotEligible { .. } => &[S::Submitted, S::Verified, S::Proposed],
            Move::Withdraw { .. } | Move::Exempt { .. } => {
                &[S::Registered, S::InProgress, S::Submitted, S::Returned]
            }
            Move::Reopen => &[S::Withdrawn, S::Exempt, S::NotEligible, S::Verified],
            Move::TakeBack => &[S::Returned, S::Verified, S::NotEligible],
        };
        from.contains(&stage)
    }
}

/// Typed reading of an assessment's document.
impl Document {
    pub fn assessment(&self) -> Option<&AssessmentHead> {
        match &self.about {
            About::Assessment(head) => Some(head),
            About::Subject(_) => None,
        }
    }

    pub(crate) fn assessment_mut(&mut self) -> Option<&mut AssessmentHead> {
        match &mut self.about {
            About::Assessment(head) => Some(head),
            About::Subject(_) => None,
        }
    }

    /// One scorer's answer to one criterion.
    pub fn answer(&self, scorer: Scorer, code: &CriterionCode) -> Option<Answer> {
        let value = self.field(&FieldName::answer(scorer, code))?;
        serde_json::from_value(value.clone()).ok()
    }

    /// One scorer's answers.
    pub fn answers_of(&self, scorer: Scorer) -> SortedMap<CriterionCode, Answer> {
        self.answers(|of| of == scorer)
    }

    /// The answers that count: per criterion the highest scorer's who has answered.
    pub fn official_answers(&self) -> SortedMap<CriterionCode, Answer> {
        let mut official = SortedMap::new();
        for scorer in Scorer::ALL {
            official.extend(self.answers_of(scorer));
        }
        official
    }

    /// Gives the form back to the village. What the commune has answered would outrank whatever the village corrects, so
    /// it becomes a remark beside the criterion; the history keeps it as an answer.
    pub(crate) fn begin_round(
        &mut self,
        remarks: &SortedMap<CriterionCode, String>,
        writer: Writer,
    ) {
        let answered = self.answers_of(Scorer::Commune);
        let is_communes =
            |field: &FieldName| matches!(field.as_answer(), Some((Scorer::Commune, _)));
        for (field, value) in &mut self.fields {
            if is_communes(field) && !value.is_null() {
                *value = Value::Null;
                self.written.insert(field.clone(), writer);
            }
        }
        self.conflicts.retain(|field, _| !is_communes(field));
        let Some(head) = self.assessment_mut() else {
            return;
        };
        head.round = head.round.saturating_add(1);
        head.remarks.clear();
        for (code, answer) in answered {
            head.remarks.entry(code).or_default().answer = Some(answer);
        }
        for (code, text) in remarks {
            head.remarks.entry(code.clone()).or_default().text = Some(text.clone());
        }
    }

    /// Takes the form up again that was given back: what the commune had answered stands as it stood.
    pub(crate) fn end_round(&mut self, writer: Writer) {
        let Some(head) = self.assessment_mut() else {
            return;
        };
        for (code, remark) in std::mem::take(&mut head.remarks) {
            let Some(answer) = remark.answer.and_then(|it| serde_json::to_value(it).ok()) else {
                continue;
            };
            let field = FieldName::answer(Scorer::Commune, &code);
            self.fields.insert(field.clone(), answer);
            self.written.insert(field, writer);
        }
    }

    fn answers(&self, wanted: impl Fn(Scorer) -> bool) -> SortedMap<CriterionCode, Answer> {
        self.fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .filter_map(|(name, value)| {
                let (_, code) = name.as_answer().filter(|(scorer, _)| wanted(*scorer))?;
                Some((code, serde_json::from_value(value.clone()).ok()?))
            })
            .collect()
    }

    /// The official score. `None` for a document that is no assessment or was scored by another set.
    pub fn score(&self, set: &CriteriaSet) -> Option<Score> {
        let head = self.assessment()?;
        (head.criteria == set.id).then(|| score(set, &self.official_answers(), head.scored_by()))
    }
}
