//! An assessment: one subject, one title, one year.
//!
//! How far it has come is said by its [`stage`](crate::stage). A closed stage refuses later edits.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::SortedMap;
use crate::award::Occasion;
use crate::calendar::Year;
use crate::criteria::{CriteriaSet, CriteriaSetId, CriterionCode, Title};
use crate::decision::{Given, Hold};
use crate::document::{About, Document, FieldName, Scorer, Writer};
use crate::ids::{DocumentId, SubjectId};
use crate::membership::Numbers;
use crate::scoring::{Answer, Facts, Grounds, Score, score};
pub use crate::stage::{Move, Phase, Stage, StageName};

/// What an assessment is about, and how far it has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AssessmentHead {
    pub subject: SubjectId,
    pub title: Title,
    /// The year judged (1 January to 31 December).
    pub year: Year,
    pub criteria: CriteriaSetId,
    /// What is known of the subject; exemptions rest on it. It follows the subject ([`crate::derive`]).
    #[serde(default, skip_serializing_if = "Facts::is_empty")]
    pub facts: Facts,
    /// What was counted for it of those who belong to its subject ([`crate::membership`]), as it stands now.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pairs<u32>"))]
    pub counted: Numbers,
    /// What the form was judged by, from the moment it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<Judged>,
    pub stage: Stage,
    /// Who moved it to its stage. `None` while it is as it was registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Writer>,
    /// The steps before the one it stands at, the oldest first: at most [`STEPS_MAX`]. That it was registered is no step, it is
    /// how the document was made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepTaken>,
    /// When the village sent it to the commune last, by the device's clock. Nothing while the village works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<DateTime<Utc>>,
    /// From 1. Each time the commune gives the form back, another round begins, in which the village's answers count.
    #[serde(default = "first_round", skip_serializing_if = "is_first_round")]
    pub round: u16,
    /// What the commune said of single criteria when it gave the form back.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pairs<Remark>"))]
    pub remarks: SortedMap<CriterionCode, Remark>,
    /// The draft of a decision that lists it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<DocumentId>,
    /// The decision that gave its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Given>,
    /// The signed decision that commended what was done in its year: one merit, one award.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commended: Option<DocumentId>,
    /// The same of what was done in the phase of the movement that is reviewed by its year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commended_for_phase: Option<DocumentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Hold>,
}

/// A stage that a form has left: who had moved it there and when, and what was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StepTaken {
    pub stage: StageName,
    pub writer: Writer,
    /// Cut after [`STEP_REASON_MAX`] characters; the history keeps it whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The steps that a form remembers: the first and the last ones. The history keeps them all.
pub const STEPS_MAX: usize = 16;
/// What is kept of the reason of a step that is over, in characters.
pub const STEP_REASON_MAX: usize = 200;

fn first_round() -> u16 {
    1
}

fn is_first_round(round: &u16) -> bool {
    *round == 1
}

/// What a form was judged by: it stays, whatever becomes of the subject.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Judged {
    #[serde(skip_serializing_if = "Facts::is_empty")]
    pub facts: Facts,
    /// What was counted that day.
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pairs<u32>"))]
    pub counted: Numbers,
}

impl AssessmentHead {
    /// What the score rests on beside answers and evidence.
    pub fn grounds(&self) -> Grounds<'_> {
        let (facts, counted) = match &self.judged {
            Some(judged) => (&judged.facts, &judged.counted),
            None => (&self.facts, &self.counted),
        };
        Grounds {
            facts,
            counted,
            year: Some(self.year),
            proven: &[],
        }
    }

    /// The signed decision that commended its merit of a year or a phase.
    pub fn commended_for(&self, occasion: Occasion) -> Option<DocumentId> {
        match occasion {
            Occasion::Year => self.commended,
            Occasion::Phase => self.commended_for_phase,
        }
    }

    /// What is known of the subject, as the score rests on it.
    pub fn scored_by(&self) -> &Facts {
        self.grounds().facts
    }

    /// Moves to a stage. What is closed keeps what it was judged by; what is opened again is judged anew.
    pub(crate) fn move_to(&mut self, stage: Stage, moved: Writer) {
        if stage.is_open() {
            self.judged = None;
        } else if self.judged.is_none() {
            self.judged = Some(Judged {
                facts: self.facts.clone(),
                counted: self.counted.clone(),
            });
        }
        if stage == Stage::Submitted {
            // What the commune takes up again was finished when the village sent it.
            self.finished = self.finished.or(Some(moved.at));
        } else if stage.is_open() {
            self.finished = None;
        }
        self.remember_step();
        self.stage = stage;
        self.moved = Some(moved);
    }

    /// The stage it stands at becomes one that it has left.
    fn remember_step(&mut self) {
        let Some(writer) = self.moved else { return };
        let reason = self.stage.reason();
        self.steps.push(StepTaken {
            stage: self.stage.name(),
            writer,
            reason: reason.map(|text| text.chars().take(STEP_REASON_MAX).collect()),
        });
        if self.steps.len() > STEPS_MAX {
            self.steps.remove(1);
        }
    }
}

/// What the commune said of a criterion in the round before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Remark {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How it had answered itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

/// Typed reading of an assessment's document.
impl Document {
    pub fn assessment(&self) -> Option<&AssessmentHead> {
        match &self.about {
            About::Assessment(head) => Some(head),
            About::Subject(_) | About::Decision(_) | About::Supporter(_) => None,
        }
    }

    pub(crate) fn assessment_mut(&mut self) -> Option<&mut AssessmentHead> {
        match &mut self.about {
            About::Assessment(head) => Some(head),
            About::Subject(_) | About::Decision(_) | About::Supporter(_) => None,
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
        if head.criteria != set.id {
            return None;
        }
        let pieces = set.pass.needs_evidence.then(|| self.evidence());
        let proven: Vec<CriterionCode> = pieces
            .into_iter()
            .flatten()
            .filter_map(|(_, piece)| piece.criterion)
            .collect();
        let grounds = Grounds {
            proven: &proven,
            ..head.grounds()
        };
        Some(score(set, &self.official_answers(), grounds))
    }
}
