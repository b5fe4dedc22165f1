//! Changes of a decision: drafted, its list changed, its lines worded, put before another authority, signed, thrown away.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::Value;

use super::subject::MADE_ON_A_DEVICE;
use super::{Admitted, Context, REASON_MAX, checked, given};
use crate::SortedMap;
use crate::authority::Authority;
use crate::award::Piece;
use crate::bounds;
use crate::calendar;
use crate::change::{Change, Refusal};
use crate::decision::{
    DEED_MAX, Deciding, DecisionHead, DecisionState, DecisionStep, Deliberation, Does, Line,
    LineProblem, NUMBER_MAX, Reading, SIGNER_MAX, Signature, form,
};
use crate::document::{About, Document, FieldName};
use crate::field;
use crate::ids::{DocumentId, SubjectId, UnitId};
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
    let about = (head.title, head.year, head.does.corrects());
    if about != (deciding.title, deciding.year, deciding.corrects) {
        return Err(Refusal::WrongKind);
    }
    let is_done = match deciding.step {
        // Pressed twice: it is there already.
        DecisionStep::Draft { .. } => true,
        DecisionStep::Discard => head.state == DecisionState::Discarded,
        DecisionStep::Reopen => head.state == DecisionState::Draft,
        _ => false,
    };
    if is_done {
        return Ok(Admitted::unchanged(document));
    }
    let is_open = match (&deciding.step, head.state) {
        (DecisionStep::Decline { .. } | DecisionStep::Conclude { .. }, state) => {
            state == DecisionState::Submitted
        }
        (DecisionStep::Reopen | DecisionStep::Discard, DecisionState::Submitted) => true,
        (_, state) => state == DecisionState::Draft,
    };
    if !is_open {
        return Err(Refusal::DecisionClosed);
    }
    match &deciding.step {
        DecisionStep::Draft { .. } => Ok(Admitted::unchanged(document)),
        DecisionStep::List => list(document, deciding, context),
        DecisionStep::Unlist => Ok(unlist(document, deciding)),
        DecisionStep::Describe { deeds } => describe(document, deeds),
        DecisionStep::Reword { readings, wording } => reword(document, readings, wording, context),
        DecisionStep::Gather { pieces } => gather(document, pieces),
        DecisionStep::Submit { .. } => submit(document, change, deciding, context),
        DecisionStep::Reopen => reopen(document, deciding),
        DecisionStep::Decline { declined } => decline(document, declined),
        DecisionStep::Conclude { .. } => conclude(document, change, deciding, context),
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
    match does {
        Does::Revoke { reason } => given(reason)?,
        Does::Correct { decision, .. } => may_be_corrected(*decision, *shard, deciding, context)?,
        Does::Commend { award, occasion } if !award.is_for(*occasion, deciding.year) => {
            return Err(Refusal::WrongKind);
        }
        Does::Recognise | Does::Commend { .. } => {}
    }
    if does.corrects() != deciding.corrects {
        return Err(Refusal::WrongKind);
    }
    let mut document = Document {
        id: change.doc,
        about: About::Decision(Box::new(DecisionHead {
            does: does.clone(),
            title: deciding.title,
            year: deciding.year,
            decided_by: Authority::Home,
            state: DecisionState::Draft,
            list: SortedMap::new(),
            dossier: Vec::new(),
            submitted: None,
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
    let decides = decides(&document, deciding, context);
    if let Some(head) = document.decision_mut() {
        head.decided_by = decides;
    }
    list(document, deciding, context)
}

/// Who decides on the first of a list, and so on all of it.
fn decides(decision: &Document, deciding: &Deciding, context: &Context<'_>) -> Authority {
    let first = deciding.subjects.first();
    let form =
        first.and_then(|subject| (context.find)(form(*subject, deciding.title, deciding.year)));
    let form = form.and_then(Document::assessment);
    let deliberation = Deliberation::of(decision, None, context.criteria);
    let decides = deliberation.zip(form).map(|(it, form)| it.decides(form));
    decides.unwrap_or_default()
}

/// What is corrected is a decision that the unit signed, about the same title and year, and no correction.
fn may_be_corrected(
    decision: DocumentId,
    shard: UnitId,
    deciding: &Deciding,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let corrected = (context.find)(decision).ok_or(Refusal::UnknownDocument)?;
    let head = corrected.decision().ok_or(Refusal::WrongKind)?;
    let is_own = head.does.corrects().is_none() && !head.goes_up();
    let is_signed = head.state == DecisionState::Signed && is_own;
    let is_alike = (head.title, head.year) == (deciding.title, deciding.year);
    let fits = is_signed && is_alike && corrected.shard == shard;
    fits.then_some(()).ok_or(Refusal::WrongKind)
}

/// The decision that a step corrects.
fn corrected<'a>(head: &DecisionHead, context: &Context<'a>) -> Option<&'a Document> {
    (context.find)(head.does.corrects()?)
}

/// Puts all subjects on the list, or none of them.
fn list(
    mut document: Document,
    deciding: &Deciding,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    let head = document.decision().ok_or(Refusal::WrongKind)?;
    let corrected = corrected(head, context);
    let deliberation = Deliberation::of(&document, corrected, context.criteria);
    let deliberation = deliberation.ok_or(Refusal::WrongKind)?;
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

/// How the paper names the subjects today. What they are commended for stays, and so does every line of a correction.
fn lines(
    head: &DecisionHead,
    deciding: &Deciding,
    context: &Context<'_>,
) -> Result<Vec<(SubjectId, Line)>, Refusal> {
    let corrected = corrected(head, context);
    let of = |subject: &SubjectId| corrected?.decision()?.list.get(subject);
    let line = |subject: &SubjectId| {
        let document = (context.find)((*subject).into()).ok_or(Refusal::UnknownDocument)?;
        let standing = head.list.get(subject);
        let line = match (standing, of(subject)) {
            (Some(standing), Some(_)) => standing.clone(),
            (None, Some(corrected)) => mended(document, corrected.reading(), head, context),
            (_, None) => Line::from(Reading {
                name: document.name().to_owned(),
                place: document.place,
                deed: standing.and_then(|line| line.deed.clone()),
            }),
        };
        Ok((*subject, line))
    };
    deciding.subjects.iter().map(line).collect()
}

/// A line as it should be read: by the name of today, which whoever corrects has mended in the list. Where the name is right,
/// the place is what was wrong; but families move, so a name that is mended mends no place.
fn mended(subject: &Document, was: Reading, head: &DecisionHead, context: &Context<'_>) -> Line {
    let name = subject.name();
    let lies_here = corrected(head, context).is_some_and(|it| it.shard == subject.shard);
    let place = match was.name == name && lies_here {
        true => subject.place,
        false => was.place,
    };
    let reads = Reading {
        name: name.to_owned(),
        place,
        deed: was.deed.clone(),
    };
    Line {
        was: Some(was),
        ..reads.into()
    }
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

/// Says how lines of a correction are to be read. All of a step is taken, or nothing.
fn reword(
    mut document: Document,
    readings: &SortedMap<SubjectId, Reading>,
    wording: &str,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    let shard = document.shard;
    let head = document.decision_mut().ok_or(Refusal::WrongKind)?;
    let corrected = corrected(head, context).and_then(Document::decision);
    let commends = corrected.is_some_and(|head| head.does.award().is_some());
    let Does::Correct { wording: says, .. } = &mut head.does else {
        return Err(Refusal::WrongKind);
    };
    let wording = text::tidy(wording);
    bounds::at_most(REASON_MAX, wording.chars().count())?;
    *says = wording;
    for (subject, reading) in readings.iter() {
        let line = head.list.get_mut(subject).ok_or(Refusal::ListChanged)?;
        let subject = (context.find)((*subject).into()).ok_or(Refusal::UnknownDocument)?;
        let printed = line.was.as_ref().map(|was| was.place);
        // A place is a unit, and comes from the paper or from the list.
        let of_today = (subject.shard == shard).then_some(subject.place);
        if ![printed, of_today].contains(&Some(reading.place)) {
            return Err(Refusal::WrongKind);
        }
        let name = Value::String(reading.name.clone());
        if let Value::String(name) = checked(&FieldName::from(field::NAME), name)? {
            line.name = name;
        }
        line.place = reading.place;
        if commends {
            let deed = text::tidy(reading.deed.as_deref().unwrap_or_default());
            bounds::at_most(DEED_MAX, deed.chars().count())?;
            line.deed = (!deed.is_empty()).then_some(deed);
        }
    }
    let said = head.list.values();
    let said = said.map(|line| line.name.len() + line.deed.as_ref().map_or(0, String::len));
    bounds::at_most(bounds::DOCUMENT_MAX, said.sum())?;
    Ok(Admitted::unchanged(document))
}

fn sign(
    mut document: Document,
    change: &Change,
    deciding: &Deciding,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    let head = document.decision().ok_or(Refusal::WrongKind)?;
    if head.goes_up() {
        return Err(Refusal::WrongKind);
    }
    let corrected = corrected(head, context);
    let before = corrected.and_then(|it| Some(it.decision()?.signed.as_ref()?.on));
    let first = before.unwrap_or(deciding.year.first_day());
    let signature = signature(change, deciding, context, first)?;
    let deliberation = Deliberation::of(&document, corrected, context.criteria);
    let deliberation = deliberation.ok_or(Refusal::WrongKind)?;
    looked_at(deliberation.head, deciding)?;
    let says_something =
        matches!(&deliberation.head.does, Does::Correct { wording, .. } if !wording.is_empty());
    if deciding.subjects.is_empty() && !says_something {
        return Err(Refusal::ListChanged);
    }
    let lines = that_stand(&deliberation, deciding, signature.on, context)?;
    if let Some(head) = document.decision_mut() {
        head.list.extend(lines);
        head.state = DecisionState::Signed;
        head.signed = Some(signature);
    }
    Ok(Admitted::unchanged(document))
}

/// The lines of a list that goes out on a paper, once every one of them stands on its day.
fn that_stand(
    deliberation: &Deliberation<'_>,
    deciding: &Deciding,
    on: NaiveDate,
    context: &Context<'_>,
) -> Result<Vec<(SubjectId, Line)>, Refusal> {
    let of = |subject: SubjectId, year| (context.find)(form(subject, deciding.title, year));
    let checked = deciding.subjects.iter().map(|subject| {
        let form = of(*subject, deciding.year);
        let before = of(*subject, deciding.year.before());
        (*subject, deliberation.may_sign(form, before, on))
    });
    refuse_lines(checked)?;
    lines(deliberation.head, deciding, context)
}

/// What stands on the paper of a step, whose day is none before `first`.
fn signature(
    change: &Change,
    deciding: &Deciding,
    context: &Context<'_>,
    first: NaiveDate,
) -> Result<Signature, Refusal> {
    let (number, on, signer) = match &deciding.step {
        DecisionStep::Sign { number, on, signer }
        | DecisionStep::Submit { number, on, signer }
        | DecisionStep::Conclude { number, on, signer } => (number.trim(), *on, signer.trim()),
        _ => return Err(Refusal::WrongKind),
    };
    for (text, max) in [(number, NUMBER_MAX), (signer, SIGNER_MAX)] {
        given(text)?;
        bounds::at_most(max, text.chars().count())?;
    }
    // Whoever signs looks at today's calendar; a paper of tomorrow is not signed yet.
    if on < first || on > calendar::day(change.made_at) {
        return Err(Refusal::WrongDate { from: first });
    }
    Ok(Signature {
        number: number.to_owned(),
        on,
        signer: signer.to_owned(),
        writer: change.writer(context.actor),
    })
}

/// Says what is at hand of the dossier of a proposal.
fn gather(mut document: Document, pieces: &[Piece]) -> Result<Admitted, Refusal> {
    let head = document.decision_mut().ok_or(Refusal::WrongKind)?;
    if !head.goes_up() {
        return Err(Refusal::WrongKind);
    }
    let needed = head.pieces().iter().copied();
    head.dossier = needed.filter(|piece| pieces.contains(piece)).collect();
    Ok(Admitted::unchanged(document))
}

/// Puts a proposal before the authority that decides it, once its dossier is at hand and every line of it stands.
fn submit(
    mut document: Document,
    change: &Change,
    deciding: &Deciding,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    let head = document.decision().ok_or(Refusal::WrongKind)?;
    if !head.goes_up() {
        return Err(Refusal::WrongKind);
    }
    let signature = signature(change, deciding, context, deciding.year.first_day())?;
    looked_at(head, deciding)?;
    if deciding.subjects.is_empty() {
        return Err(Refusal::ListChanged);
    }
    if head.dossier != head.pieces() {
        return Err(Refusal::DossierIncomplete);
    }
    let deliberation = Deliberation::of(&document, None, context.criteria);
    let deliberation = deliberation.ok_or(Refusal::WrongKind)?;
    let lines = that_stand(&deliberation, deciding, signature.on, context)?;
    if let Some(head) = document.decision_mut() {
        head.list.extend(lines);
        head.state = DecisionState::Submitted;
        head.submitted = Some(signature);
    }
    Ok(Admitted::unchanged(document))
}

/// What was sent back is a draft again. Its letter goes with another number next time.
fn reopen(mut document: Document, deciding: &Deciding) -> Result<Admitted, Refusal> {
    let head = document.decision_mut().ok_or(Refusal::WrongKind)?;
    looked_at(head, deciding)?;
    head.state = DecisionState::Draft;
    head.submitted = None;
    say_declined(head, &[]);
    Ok(Admitted::unchanged(document))
}

/// Says to whom the authority has not given the award.
fn decline(mut document: Document, declined: &[SubjectId]) -> Result<Admitted, Refusal> {
    let head = document.decision_mut().ok_or(Refusal::WrongKind)?;
    if !declined.iter().all(|it| head.list.contains_key(it)) {
        return Err(Refusal::ListChanged);
    }
    say_declined(head, declined);
    Ok(Admitted::unchanged(document))
}

fn say_declined(head: &mut DecisionHead, declined: &[SubjectId]) {
    let declined: BTreeSet<&SubjectId> = declined.iter().collect();
    for (subject, line) in head.list.iter_mut() {
        line.declined = declined.contains(subject);
    }
}

/// Records what the authority decided. That happened, whatever has become of the lines since; so none is checked.
fn conclude(
    mut document: Document,
    change: &Change,
    deciding: &Deciding,
    context: &Context<'_>,
) -> Result<Admitted, Refusal> {
    let head = document.decision_mut().ok_or(Refusal::WrongKind)?;
    let submitted = head.submitted.as_ref().map(|letter| letter.on);
    let first = submitted.unwrap_or(deciding.year.first_day());
    let signature = signature(change, deciding, context, first)?;
    looked_at(head, deciding)?;
    // Where nobody is given the award there is no paper to record.
    if head.list.values().all(|line| line.declined) {
        return Err(Refusal::ListChanged);
    }
    head.state = DecisionState::Signed;
    head.signed = Some(signature);
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
