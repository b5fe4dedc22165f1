//! Changes of an assessment: begun, answered, moved on, put on hold.

use serde_json::Value;

use super::{Admitted, Context, bounded, given, refuse_if_closed};
use crate::SortedMap;
use crate::assessment::{AssessmentHead, Move, Phase, Stage, StageName};
use crate::change::{Change, Refusal, Start};
use crate::criteria::{CriteriaSetId, CriterionCode};
use crate::decision::Hold;
use crate::document::{About, Document, FieldName, Scorer};
use crate::ids::AssessmentId;
use crate::kind::SubjectKind;
use crate::scoring::{Answer, AnswerError, check_answer, granted};

pub(super) fn start(
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
            Some(_) => Ok(Admitted::unchanged(document)),
            None => Err(Refusal::WrongKind),
        };
    }
    let subject = (context.find)(start.subject.into()).ok_or(Refusal::UnknownDocument)?;
    if let Some(into) = subject.merged_into() {
        return Err(Refusal::Merged { into });
    }
    if subject.subject_kind().map(SubjectKind::title) != Some(start.title) {
        return Err(Refusal::WrongKind);
    }
    if context.set(&start.criteria)?.title != start.title {
        return Err(Refusal::WrongKind);
    }
    let document = Document {
        id: change.doc,
        about: About::Assessment(Box::new(AssessmentHead {
            subject: start.subject,
            title: start.title,
            year: start.year,
            criteria: start.criteria.clone(),
            facts: subject.facts(),
            counted: SortedMap::new(),
            judged: None,
            stage: Stage::Registered,
            moved: None,
            steps: Vec::new(),
            finished: None,
            round: 1,
            remarks: SortedMap::new(),
            listed: None,
            given: None,
            commended: None,
            commended_for_phase: None,
            held: None,
        })),
        shard: subject.shard,
        place: subject.place,
        made: change.writer(context.actor),
        fields: SortedMap::new(),
        written: SortedMap::new(),
        conflicts: SortedMap::new(),
        doubts: SortedMap::new(),
        seq: 0,
    };
    Ok(Admitted::unchanged(document))
}

pub(super) fn set_answer(
    mut document: Document,
    change: &Change,
    scorer: Scorer,
    code: &CriterionCode,
    answer: Option<&Answer>,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    refuse_if_closed(&document)?;
    let Some(head) = document.assessment() else {
        return Err(Refusal::WrongKind);
    };
    let stage = head.stage.name();
    // What the commune answers while the village works would hide what the village taps.
    if scorer == Scorer::Commune && stage.phase() != Phase::Commune {
        return Err(Refusal::WrongStage { stage });
    }
    let set = context.set(&head.criteria)?;
    let refused = |problem| Refusal::Answer {
        code: code.clone(),
        problem,
    };
    // Also what is taken back leaves its name in the form.
    let (group, indicator) = set
        .indicator(code)
        .ok_or_else(|| refused(AnswerError::UnknownCriterion))?;
    let applies = granted(group, indicator, &head.facts).is_none();
    let value = match answer {
        Some(answer) => {
            check_answer(set, code, answer).map_err(refused)?;
            serde_json::to_value(answer).map_err(|_| Refusal::NotUnderstood)?
        }
        // What was sent to the commune stays complete: an answer may be changed there, not taken away. The commune's own
        // may, as long as the village's stands below it; and any, where the criterion does not apply by itself.
        None if stage.phase() == Phase::Commune
            && applies
            && !stands_below(&document, scorer, code) =>
        {
            return Err(Refusal::Incomplete {
                missing: vec![code.clone()],
            });
        }
        None => Value::Null,
    };
    let writer = change.writer(context.actor);
    let field = FieldName::answer(scorer, code);
    let before = document.write(&field, value, change.seen, writer);
    if let Some(head) = document.assessment_mut()
        && head.stage == Stage::Registered
    {
        head.move_to(Stage::InProgress, writer);
    }
    Ok(Admitted { document, before })
}

/// Whether somebody below a scorer has answered, so that the form stays complete without the scorer's own answer.
fn stands_below(document: &Document, scorer: Scorer, code: &CriterionCode) -> bool {
    let mut below = Scorer::ALL.into_iter().filter(|other| *other < scorer);
    below.any(|other| document.answer(other, code).is_some())
}

/// What phones of the first release told a form. It follows its subject by itself now, so there is nothing to do.
pub(super) fn set_facts(document: Document) -> Result<Admitted, Refusal> {
    refuse_if_closed(&document)?;
    match document.assessment() {
        Some(_) => Ok(Admitted::unchanged(document)),
        None => Err(Refusal::WrongKind),
    }
}

/// Another set of the same title judges the form. Only while the village works on it: what was sent is complete by the set it
/// was answered for.
pub(super) fn use_criteria(
    mut document: Document,
    criteria: &CriteriaSetId,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    refuse_if_closed(&document)?;
    let set = context.set(criteria)?;
    let head = document.assessment_mut().ok_or(Refusal::WrongKind)?;
    if set.title != head.title || !set.feeds.is_empty() {
        return Err(Refusal::WrongKind);
    }
    let stage = head.stage.name();
    if stage.phase() != Phase::Village {
        return Err(Refusal::WrongStage { stage });
    }
    if head.criteria == *criteria {
        return Ok(Admitted::unchanged(document));
    }
    let before = std::mem::replace(&mut head.criteria, criteria.clone());
    Ok(Admitted {
        document,
        before: Some(Value::from(before.as_str())),
    })
}

pub(super) fn advance(
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
        return Ok(Admitted::unchanged(document));
    }
    if !step.may_follow(stage) {
        return Err(Refusal::WrongStage { stage });
    }
    match step {
        Move::Return { comment, remarks } => {
            given(comment)?;
            let set = context.set(&head.criteria)?;
            for (code, remark) in remarks {
                set.indicator(code).ok_or(Refusal::WrongKind)?;
                bounded(remark)?;
            }
        }
        // Phones of the releases before decisions were documents still ask for it.
        Move::Recognise { .. } => return Err(Refusal::NeedsDecision),
        Move::NotEligible { reason: text }
        | Move::Withdraw { reason: text }
        | Move::Exempt { reason: text } => given(text)?,
        Move::Submit | Move::Verify | Move::Propose | Move::Reopen | Move::TakeBack => {}
    }
    let set = context.set(&head.criteria)?;
    if matches!(step, Move::Submit | Move::Verify | Move::TakeBack) {
        let score = document.score(set).ok_or(Refusal::WrongKind)?;
        if !score.complete {
            return Err(Refusal::Incomplete {
                missing: score.missing,
            });
        }
    }
    // To confirm a score is to say that it is right, whatever it is. What goes to the chair is said to pass.
    let passed = || document.score(set).and_then(|score| score.verdict.passes);
    match step {
        Move::Propose if passed() == Some(false) => return Err(Refusal::NotPassed),
        _ => {}
    }
    let writer = change.writer(context.actor);
    let before = serde_json::to_value(&head.stage).ok();
    if let Move::Return { remarks, .. } = step {
        document.begin_round(remarks, writer);
    } else if matches!(step, Move::Reopen) {
        document.begin_round(&SortedMap::new(), writer);
    } else if matches!(step, Move::TakeBack) && stage == StageName::Returned {
        document.end_round(writer);
    }
    if let Some(head) = document.assessment_mut() {
        head.move_to(target, writer);
    }
    Ok(Admitted { document, before })
}

/// Puts a form on hold, or ends that. It moves nowhere by it.
pub(super) fn hold(
    mut document: Document,
    change: &Change,
    reason: Option<&str>,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    let writer = change.writer(context.actor);
    let head = document.assessment_mut().ok_or(Refusal::WrongKind)?;
    let stage = head.stage.name();
    if !stage.is_entered() {
        return Err(Refusal::WrongStage { stage });
    }
    reason.map_or(Ok(()), given)?;
    head.held = reason.map(|reason| Hold {
        reason: reason.to_owned(),
        writer,
    });
    Ok(Admitted::unchanged(document))
}
