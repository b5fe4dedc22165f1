//! Changes: the only way a document changes.
//!
//! [`admit`] is the whole rule: may this actor do this here, and what does the document become. It is pure; the phone
//! calls it before it shows the result, the server before it writes, the simulation for both. Device clocks are
//! recorded and never trusted: order is the order in which the server takes changes in.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::access::{self, Actor, Denied};
use crate::assessment::{AssessmentHead, Move, Stage, StageName};
use crate::criteria::{CriteriaSet, CriteriaSetId, CriterionCode, SetStatus, Title};
use crate::document::{About, Document, FieldName, Scorer, Writer};
use crate::evidence::{self, Evidence, EvidenceProblem, FileHash};
use crate::ids::{AssessmentId, ChangeId, DocumentId, SubjectId, UnitId};
use crate::scoring::{Answer, AnswerError, Facts, check_answer};
use crate::subject::{self, FieldProblem, SubjectKind};

/// One change, made on a device. Its id is made there too and is the key of its receipt for ever.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// Tells an assessment what is now known of its subject: exemptions rest on it.
    SetFacts {
        facts: Facts,
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
}

/// A new subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Registration {
    pub kind: SubjectKind,
    pub shard: UnitId,
    pub place: UnitId,
    pub fields: BTreeMap<FieldName, Value>,
    /// Fields an import could not believe.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub doubts: BTreeMap<FieldName, String>,
}

/// The beginning of an assessment. Place and shard are the subject's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Start {
    pub subject: SubjectId,
    pub title: Title,
    pub year: i32,
    pub criteria: CriteriaSetId,
    #[serde(default, skip_serializing_if = "Facts::is_empty")]
    pub facts: Facts,
}

/// Why a change was not taken. It stays on the device with this reason; code never drops it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// A reason, comment or decision number is asked for.
    ReasonMissing,
    /// A text is longer than anybody would write.
    TooLong { max: usize },
    /// This cannot be evidence of the form.
    Evidence { problem: EvidenceProblem },
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

/// What [`admit`] may look at beside the document.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub actor: &'a Actor,
    pub criteria: &'a [CriteriaSet],
    /// The subject of the assessment that a `Start` begins.
    pub subject: Option<&'a Document>,
}

impl Context<'_> {
    fn set(&self, id: &CriteriaSetId) -> Result<&CriteriaSet, Refusal> {
        self.criteria
            .iter()
            .find(|set| set.id == *id)
            .ok_or_else(|| Refusal::UnknownCriteria { set: id.clone() })
    }
}

/// A change that was admitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Admitted {
    pub document: Document,
    /// What stood in the field before, for the history. `None` when nothing stood there.
    pub before: Option<Value>,
}

/// The longest reason, comment or decision number, in characters.
pub const REASON_MAX: usize = 1_000;

impl Change {
    /// The author's mark on whatever the change writes.
    pub fn writer(&self, actor: &Actor) -> Writer {
        Writer {
            change: self.id,
            by: actor.user,
            at: self.made_at,
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
            ChangeBody::Register(_)
            | ChangeBody::Start(_)
            | ChangeBody::Advance(_)
            | ChangeBody::SetFacts { .. }
            | ChangeBody::Doubt { .. } => None,
        }
    }

    /// The subject that must be known for the change to be admitted.
    pub fn subject(&self) -> Option<SubjectId> {
        match &self.body {
            ChangeBody::Start(start) => Some(start.subject),
            _ => None,
        }
    }
}

/// Decides one change: the document it makes of the one that stands, or why not.
pub fn admit(
    document: Option<Document>,
    change: &Change,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    let (shard, place) = match (&document, &change.body, context.subject) {
        (Some(document), _, _) => (document.shard, document.place),
        (None, ChangeBody::Register(registration), _) => (registration.shard, registration.place),
        (None, ChangeBody::Start(_), Some(subject)) => (subject.shard, subject.place),
        (None, _, _) => return Err(Refusal::UnknownDocument),
    };
    access::may(context.actor, change, shard, place).map_err(Refusal::Denied)?;
    apply(document, change, context)
}

/// The pure effect of a permitted change on a document.
pub fn apply(
    document: Option<Document>,
    change: &Change,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    match (&change.body, document) {
        (ChangeBody::Register(registration), None) => register(change, registration, context),
        (ChangeBody::Register(_), Some(_)) => Err(Refusal::AlreadyExists),
        (ChangeBody::Start(begin), document) => start(document, change, begin, context),
        (_, None) => Err(Refusal::UnknownDocument),
        (ChangeBody::SetField { field, value }, Some(document)) => {
            set_field(document, change, field, value.clone(), context)
        }
        (ChangeBody::SetAnswer { code, answer, .. }, Some(document)) => {
            set_answer(document, change, code, answer.as_ref(), context)
        }
        (ChangeBody::Advance(step), Some(document)) => advance(document, change, step, context),
        (ChangeBody::Settle { field, value }, Some(document)) => {
            settle(document, change, field, value.clone(), context)
        }
        (ChangeBody::SetFacts { facts }, Some(document)) => set_facts(document, facts),
        (ChangeBody::Doubt { field, reason }, Some(document)) => doubt(document, field, reason),
        (ChangeBody::Attach { hash, evidence }, Some(document)) => {
            attach(document, change, *hash, evidence, context)
        }
        (ChangeBody::Detach { hash }, Some(document)) => detach(document, change, *hash, context),
    }
}

fn register(
    change: &Change,
    registration: &Registration,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    let mut fields = BTreeMap::new();
    for (name, value) in &registration.fields {
        let value = checked(name, value.clone())?;
        if !value.is_null() {
            fields.insert(name.clone(), value);
        }
    }
    let name = FieldName::from(subject::field::NAME);
    if !fields.contains_key(&name) {
        return Err(Refusal::Field {
            field: name,
            problem: FieldProblem::Empty,
        });
    }
    for doubt in registration.doubts.values() {
        bounded(doubt)?;
    }
    let document = Document {
        id: change.doc,
        about: About::Subject(registration.kind),
        shard: registration.shard,
        place: registration.place,
        made: change.writer(context.actor),
        fields,
        written: BTreeMap::new(),
        conflicts: BTreeMap::new(),
        doubts: registration.doubts.clone(),
        seq: 0,
    };
    Ok(Admitted {
        document,
        before: None,
    })
}

fn start(
    document: Option<Document>,
    change: &Change,
    start: &Start,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    if change.doc != AssessmentId::of(start.subject, start.title.as_str(), start.year).into() {
        return Err(Refusal::WrongKind);
    }
    if let Some(document) = document {
        return match document.assessment() {
            Some(_) => Ok(Admitted {
                document,
                before: None,
            }),
            None => Err(Refusal::WrongKind),
        };
    }
    let subject = context.subject.ok_or(Refusal::UnknownDocument)?;
    if subject.subject_kind().map(SubjectKind::title) != Some(start.title) {
        return Err(Refusal::WrongKind);
    }
    if context.set(&start.criteria)?.title != start.title {
        return Err(Refusal::WrongKind);
    }
    let document = Document {
        id: change.doc,
        about: About::Assessment(AssessmentHead {
            subject: start.subject,
            title: start.title,
            year: start.year,
            criteria: start.criteria.clone(),
            facts: start.facts.clone(),
            stage: Stage::Registered,
            moved: None,
        }),
        shard: subject.shard,
        place: subject.place,
        made: change.writer(context.actor),
        fields: BTreeMap::new(),
        written: BTreeMap::new(),
        conflicts: BTreeMap::new(),
        doubts: BTreeMap::new(),
        seq: 0,
    };
    Ok(Admitted {
        document,
        before: None,
    })
}

fn set_field(
    mut document: Document,
    change: &Change,
    field: &FieldName,
    value: Value,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    refuse_if_closed(&document)?;
    // Answers and evidence have their own changes, which know their rules.
    let has_its_own = field.as_answer().is_some() || field.is_evidence();
    if has_its_own && document.assessment().is_some() {
        return Err(Refusal::WrongKind);
    }
    let value = checked(field, value)?;
    let before = document.write(field, value, change.seen, change.writer(context.actor));
    Ok(Admitted { document, before })
}

fn set_answer(
    mut document: Document,
    change: &Change,
    code: &CriterionCode,
    answer: Option<&Answer>,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    refuse_if_closed(&document)?;
    let Some(head) = document.assessment() else {
        return Err(Refusal::WrongKind);
    };
    let set = context.set(&head.criteria)?;
    let fits = |answer| {
        check_answer(set, code, answer).map_err(|problem| Refusal::Answer {
            code: code.clone(),
            problem,
        })
    };
    let value = match answer {
        Some(answer) => {
            fits(answer)?;
            serde_json::to_value(answer).map_err(|_| Refusal::NotUnderstood)?
        }
        // What was sent to the commune stays complete: an answer may be changed there, not taken away.
        None if head.stage.name() == StageName::Submitted => {
            return Err(Refusal::Incomplete {
                missing: vec![code.clone()],
            });
        }
        None => Value::Null,
    };
    let writer = change.writer(context.actor);
    let field = change.field().ok_or(Refusal::WrongKind)?;
    let before = document.write(&field, value, change.seen, writer);
    if let Some(head) = document.assessment_mut()
        && head.stage == Stage::Registered
    {
        head.stage = Stage::InProgress;
        head.moved = Some(writer);
    }
    Ok(Admitted { document, before })
}

fn advance(
    mut document: Document,
    change: &Change,
    step: &Move,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    let Some(head) = document.assessment() else {
        return Err(Refusal::WrongKind);
    };
    let stage = head.stage.name();
    let target = step.target();
    if head.stage == target {
        return Ok(Admitted {
            document,
            before: None,
        });
    }
    if !step.may_follow(stage) {
        return Err(Refusal::WrongStage { stage });
    }
    match step {
        Move::Return { comment: text }
        | Move::Recognise { decision: text }
        | Move::NotEligible { reason: text }
        | Move::Withdraw { reason: text }
        | Move::Exempt { reason: text } => {
            if text.trim().is_empty() {
                return Err(Refusal::ReasonMissing);
            }
            bounded(text)?;
        }
        Move::Submit | Move::Verify | Move::Propose | Move::Reopen => {}
    }
    let set = context.set(&head.criteria)?;
    if matches!(step, Move::Submit | Move::Verify) {
        let score = document.score(set).ok_or(Refusal::WrongKind)?;
        if !score.complete {
            return Err(Refusal::Incomplete {
                missing: score.missing,
            });
        }
    }
    if matches!(step, Move::Recognise { .. }) {
        if set.status != SetStatus::Complete {
            return Err(Refusal::PartialCriteria {
                set: set.id.clone(),
            });
        }
        let passed = document.score(set).and_then(|score| score.passed);
        if passed != Some(true) {
            return Err(Refusal::NotPassed);
        }
    }
    let writer = change.writer(context.actor);
    let before = serde_json::to_value(&head.stage).ok();
    if let Some(head) = document.assessment_mut() {
        head.stage = target;
        head.moved = Some(writer);
    }
    Ok(Admitted { document, before })
}

fn settle(
    mut document: Document,
    change: &Change,
    field: &FieldName,
    value: Value,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    refuse_if_closed(&document)?;
    let Some(rivals) = document.conflicts.get(field) else {
        // Somebody settled it a moment ago, the same way or another; there is nothing left to choose.
        return Ok(Admitted {
            document,
            before: None,
        });
    };
    let offered = document.fields.get(field) == Some(&value)
        || rivals.iter().any(|rival| rival.value == value);
    if !offered {
        return Err(Refusal::WrongKind);
    }
    let before = document.settle(field, value, change.writer(context.actor));
    Ok(Admitted { document, before })
}

fn set_facts(mut document: Document, facts: &Facts) -> Result<Admitted, Refusal> {
    refuse_if_closed(&document)?;
    let head = document.assessment_mut().ok_or(Refusal::WrongKind)?;
    let before = serde_json::to_value(&head.facts).ok();
    head.facts = facts.clone();
    Ok(Admitted { document, before })
}

fn doubt(mut document: Document, field: &FieldName, reason: &str) -> Result<Admitted, Refusal> {
    // What is asked about an answer is said by sending the form back.
    if document.subject_kind().is_none() {
        return Err(Refusal::WrongKind);
    }
    if reason.trim().is_empty() {
        return Err(Refusal::ReasonMissing);
    }
    bounded(reason)?;
    let before = document.doubts.insert(field.clone(), reason.to_owned());
    Ok(Admitted {
        document,
        before: before.map(Value::String),
    })
}

fn attach(
    mut document: Document,
    change: &Change,
    hash: FileHash,
    evidence: &Evidence,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    refuse_if_closed(&document)?;
    let Some(head) = document.assessment() else {
        return Err(Refusal::WrongKind);
    };
    let refused = |problem| Refusal::Evidence { problem };
    let evidence = evidence.checked().map_err(refused)?;
    if let Some(code) = &evidence.criterion {
        let known = context.set(&head.criteria)?.indicator(code);
        let unknown = || EvidenceProblem::UnknownCriterion { code: code.clone() };
        known.ok_or_else(|| refused(unknown()))?;
    }
    let field = FieldName::evidence(hash);
    let value = serde_json::to_value(&evidence).map_err(|_| Refusal::NotUnderstood)?;
    match document.field(&field) {
        // Two phones that list one file have nothing to settle.
        Some(standing) if *standing == value => {
            return Ok(Admitted {
                document,
                before: None,
            });
        }
        None if document.evidence_count() >= evidence::PIECES_MAX => {
            let max = evidence::PIECES_MAX;
            return Err(refused(EvidenceProblem::TooMany { max }));
        }
        _ => {}
    }
    let before = document.write(&field, value, change.seen, change.writer(context.actor));
    Ok(Admitted { document, before })
}

fn detach(
    mut document: Document,
    change: &Change,
    hash: FileHash,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    refuse_if_closed(&document)?;
    if document.assessment().is_none() {
        return Err(Refusal::WrongKind);
    }
    let field = FieldName::evidence(hash);
    if document.field(&field).is_none() {
        return Ok(Admitted {
            document,
            before: None,
        });
    }
    let writer = change.writer(context.actor);
    let before = document.write(&field, Value::Null, change.seen, writer);
    Ok(Admitted { document, before })
}

fn refuse_if_closed(document: &Document) -> Result<(), Refusal> {
    match document.assessment() {
        Some(head) if !head.stage.is_open() => Err(Refusal::Closed {
            stage: head.stage.name(),
        }),
        _ => Ok(()),
    }
}

fn checked(field: &FieldName, value: Value) -> Result<Value, Refusal> {
    subject::check_field(field, value).map_err(|problem| Refusal::Field {
        field: field.clone(),
        problem,
    })
}

fn bounded(text: &str) -> Result<(), Refusal> {
    if text.chars().count() > REASON_MAX {
        Err(Refusal::TooLong { max: REASON_MAX })
    } else {
        Ok(())
    }
}
