//! Changes of a decision: drafted, its list changed, signed, thrown away.

use std::collections::BTreeSet;

use super::subject::MADE_ON_A_DEVICE;
use super::{Admitted, Context, given};
use crate::SortedMap;
use crate::bounds;
use crate::calendar;
use crate::change::{Change, Refusal};
use crate::decision::{
    DEED_MAX, Deciding, DecisionHead, DecisionState, DecisionStep, Deliberation, Does, Line,
    LineProblem, NUMBER_MAX, SIGNER_MAX, Signature, form,
};
use crate::document::{About, Document};
use crate::ids::SubjectId;
use crate::text;

/// The lines that a refusal tells of. Who mends those sees the next.
const LINES_TOLD: usize = 20;

pub(super) fn decide(
    document: Option<Document>,
    change: &Change,
    deciding: &Deciding,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    let Some(document) = document else {
        return draft(change, deciding, context);
    };
    let head = document.decision().ok_or(Refusal::WrongKind)?;
    if (head.title, head.year) != (deciding.title, deciding.year) {
        return Err(Refusal::WrongKind);
    }
    let is_done = match deciding.step {
        // Pressed twice: it is there already.
        DecisionStep::Draft { .. } => true,
        DecisionStep::Discard => head.state == DecisionState::Discarded,
        _ => false,
    };
    if is_done {
        return Ok(Admitted::unchanged(document));
    }
    if head.state != DecisionState::Draft {
        return Err(Refusal::DecisionClosed);
    }
    match &deciding.step {
        DecisionStep::Draft { .. } => Ok(Admitted::unchanged(document)),
        DecisionStep::List => list(document, deciding, context),
        DecisionStep::Unlist => Ok(unlist(document, deciding)),
        DecisionStep::Describe { deeds } => describe(document, deeds),
        DecisionStep::Sign { .. } => sign(document, change, deciding, context),
        DecisionStep::Discard => discard(document, deciding),
    }
}

fn draft(change: &Change, deciding: &Deciding, context: &Context<'_>) -> Result<Admitted, Refusal> {
    let DecisionStep::Draft { shard, does } = &deciding.step else {
        return Err(Refusal::UnknownDocument);
    };
    if change.doc.as_uuid().get_version_num() != MADE_ON_A_DEVICE {
        return Err(Refusal::WrongKind);
    }
    if let Does::Revoke { reason } = does {
        given(reason)?;
    }
    let document = Document {
        id: change.doc,
        about: About::Decision(Box::new(DecisionHead {
            does: does.clone(),
            title: deciding.title,
            year: deciding.year,
            state: DecisionState::Draft,
            list: SortedMap::new(),
            signed: None,
        })),
        shard: *shard,
        place: *shard,
        made: change.writer(context.actor),
        fields: SortedMap::new(),
        written: SortedMap::new(),
        conflicts: SortedMap::new(),
        doubts: SortedMap::new(),
        seq: 0,
    };
    list(document, deciding, context)
}

/// Puts all subjects on the list, or none of them.
fn list(
    mut document: Document,
    deciding: &Deciding,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    let deliberation = Deliberation::of(&document, context.criteria).ok_or(Refusal::WrongKind)?;
    let checked = deciding.subjects.iter().map(|subject| {
        let form = (context.find)(form(*subject, deciding.title, deciding.year));
        (*subject, deliberation.may_list(form))
    });
    refuse_lines(checked)?;
    let lines = lines(deliberation.head, deciding, context)?;
    if let Some(head) = document.decision_mut() {
        head.list.extend(lines);
        bounds::listed(head.list.len())?;
    }
    Ok(Admitted::unchanged(document))
}

/// How the paper names the subjects today. What they are commended for stays.
fn lines(
    head: &DecisionHead,
    deciding: &Deciding,
    context: &Context<'_>,
) -> Result<Vec<(SubjectId, Line)>, Refusal> {
    let line = |subject: &SubjectId| {
        let document = (context.find)((*subject).into()).ok_or(Refusal::UnknownDocument)?;
        let line = Line {
            name: document.name().to_owned(),
            place: document.place,
            deed: head.list.get(subject).and_then(|line| line.deed.clone()),
        };
        Ok((*subject, line))
    };
    deciding.subjects.iter().map(line).collect()
}

fn unlist(mut document: Document, deciding: &Deciding) -> Admitted {
    if let Some(head) = document.decision_mut() {
        for subject in &deciding.subjects {
            head.list.remove(subject);
        }
    }
    Admitted::unchanged(document)
}

/// Says what lines are commended for. All of a step is taken, or nothing.
fn describe(
    mut document: Document,
    deeds: &SortedMap<SubjectId, String>,
) -> Result<Admitted, Refusal> {
    let head = document.decision_mut().ok_or(Refusal::WrongKind)?;
    if head.does.award().is_none() {
        return Err(Refusal::WrongKind);
    }
    for (subject, deed) in deeds.iter() {
        let line = head.list.get_mut(subject).ok_or(Refusal::ListChanged)?;
        let deed = text::tidy(deed);
        bounds::at_most(DEED_MAX, deed.chars().count())?;
        line.deed = (!deed.is_empty()).then_some(deed);
    }
    let lines = head.list.iter();
    let deeds = lines.filter_map(|(_, line)| line.deed.as_ref());
    bounds::at_most(bounds::DOCUMENT_MAX, deeds.map(String::len).sum())?;
    Ok(Admitted::unchanged(document))
}

fn sign(
    mut document: Document,
    change: &Change,
    deciding: &Deciding,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    let DecisionStep::Sign { number, on, signer } = &deciding.step else {
        return Err(Refusal::WrongKind);
    };
    let (number, signer) = (number.trim(), signer.trim());
    for (text, max) in [(number, NUMBER_MAX), (signer, SIGNER_MAX)] {
        given(text)?;
        bounds::at_most(max, text.chars().count())?;
    }
    let first = deciding.year.first_day();
    // Whoever signs looks at today's calendar; a paper of tomorrow is not signed yet.
    if *on < first || *on > calendar::day(change.made_at) {
        return Err(Refusal::WrongDate { from: first });
    }
    let deliberation = Deliberation::of(&document, context.criteria).ok_or(Refusal::WrongKind)?;
    looked_at(deliberation.head, deciding)?;
    if deciding.subjects.is_empty() {
        return Err(Refusal::ListChanged);
    }
    let of = |subject: SubjectId, year| (context.find)(form(subject, deciding.title, year));
    let checked = deciding.subjects.iter().map(|subject| {
        let form = of(*subject, deciding.year);
        let before = of(*subject, deciding.year.before());
        (*subject, deliberation.may_sign(form, before, *on))
    });
    refuse_lines(checked)?;
    let lines = lines(deliberation.head, deciding, context)?;
    if let Some(head) = document.decision_mut() {
        head.list.extend(lines);
        head.state = DecisionState::Signed;
        head.signed = Some(Signature {
            number: number.to_owned(),
            on: *on,
            signer: signer.to_owned(),
            writer: change.writer(context.actor),
        });
    }
    Ok(Admitted::unchanged(document))
}

fn discard(mut document: Document, deciding: &Deciding) -> Result<Admitted, Refusal> {
    let head = document.decision_mut().ok_or(Refusal::WrongKind)?;
    looked_at(head, deciding)?;
    head.state = DecisionState::Discarded;
    Ok(Admitted::unchanged(document))
}

/// Refuses what was decided of another list than the one that stands.
fn looked_at(head: &DecisionHead, deciding: &Deciding) -> Result<(), Refusal> {
    let looked: BTreeSet<&SubjectId> = deciding.subjects.iter().collect();
    let stands: BTreeSet<&SubjectId> = head.list.keys().collect();
    match looked == stands {
        true => Ok(()),
        false => Err(Refusal::ListChanged),
    }
}

fn refuse_lines(
    checked: impl Iterator<Item = (SubjectId, Result<(), LineProblem>)>,
) -> Result<(), Refusal> {
    let failed = checked.filter_map(|(subject, checked)| Some((subject, checked.err()?)));
    let lines: Vec<(SubjectId, LineProblem)> = failed.take(LINES_TOLD).collect();
    match lines.is_empty() {
        true => Ok(()),
        false => Err(Refusal::Lines { lines }),
    }
}
