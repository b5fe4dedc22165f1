//! One subject to the bottom of a figure.

use std::collections::{BTreeMap, BTreeSet};

use shared::access::may_read;
use shared::api::campaigns::FormDue;
use shared::api::{Correction, HistoryRow, MemberRow, Named, Person, SubjectDetail};
use shared::calendar::{self, Year};
use shared::campaign::{self, Standing};
use shared::document::Document;
use shared::figure;
use shared::ids::{AssessmentId, DocumentId, UserId};
use shared::membership;
use shared::text;

use super::day_map::Reader;
use crate::db::{self, AnyConnection, changes, documents, links, users};
use crate::services::{campaigns, files, initiatives};

/// Members that are shown.
const MEMBERS: usize = 1_000;
/// Lines of a history that are shown.
const HISTORY: usize = 200;

/// A subject with its assessments and who wrote what. `None`: it is none, or not the reader's to read.
pub async fn detail(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    id: DocumentId,
) -> db::Result<Option<SubjectDetail>> {
    let subject = documents::by_id(conn, id).await?;
    let readable = subject.filter(|it| it.subject_kind().is_some() && may_read(reader.actor, it));
    let Some(subject) = readable else {
        return Ok(None);
    };
    let assessments = documents::assessments_of(conn, id.into()).await?;
    let ids: Vec<DocumentId> = assessments.iter().map(|it| it.id).chain([id]).collect();
    let entries = changes::history(conn, &ids, HISTORY).await?;
    let movers: BTreeSet<UserId> = assessments.iter().flat_map(movers).collect();
    let writers = entries.iter().map(|entry| entry.by);
    let people: BTreeSet<UserId> = writers.chain(movers.iter().copied()).collect();
    let people: Vec<_> = people.into_iter().collect();
    let names = users::names(conn, &people).await?;
    let of = |id: UserId| names.get(&id).cloned().unwrap_or_default();
    let people = movers.into_iter().map(|id| Person { id, name: of(id) });
    let history = entries
        .into_iter()
        .map(|entry| HistoryRow {
            document: entry.document,
            by: of(entry.by),
            change: entry.change,
            received_at: entry.received_at,
            device: entry.device,
            before: entry.before,
        })
        .collect();
    let named = named(conn, &subject).await?;
    let members = members(conn, reader, id).await?;
    let arrived = files::arrived_of(conn, &assessments).await?;
    let corrections = corrections(conn, reader, &assessments).await?;
    let place = reader.tree.get(subject.place);
    let dues = dues(conn, reader, &assessments).await?;
    let initiatives = initiatives::of_subject(conn, reader, &subject).await?;
    Ok(Some(SubjectDetail {
        crumbs: place.map_or_else(Vec::new, |place| reader.crumbs(place, reader.today)),
        subject,
        assessments,
        arrived,
        history,
        people: people.collect(),
        named,
        members,
        corrections,
        dues,
        initiatives,
    }))
}

/// How the decisions that gave a title to some forms, or commended them, name their subject since they were corrected.
async fn corrections(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    assessments: &[Document],
) -> db::Result<Vec<Correction>> {
    let heads = assessments.iter().filter_map(Document::assessment);
    let given = heads.clone().flat_map(|head| {
        let given = head.given.as_ref().map(|given| given.decision);
        given.into_iter().chain(head.commended)
    });
    let given: BTreeSet<DocumentId> = given.collect();
    let Some(subject) = heads.clone().next().map(|head| head.subject) else {
        return Ok(Vec::new());
    };
    let given: Vec<DocumentId> = given.into_iter().collect();
    let decisions = documents::by_ids(conn, &given).await?;
    let readable = decisions.iter().filter(|it| may_read(reader.actor, it));
    let corrections = readable.filter_map(|decision| {
        let line = decision.decision()?.list.get(&subject)?;
        Some(Correction {
            of: decision.id,
            corrected: line.corrected.clone()?,
        })
    });
    Ok(corrections.collect())
}

/// What is next for each of a subject's forms, where a day is set for it.
async fn dues(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    forms: &[Document],
) -> db::Result<Vec<FormDue>> {
    let years: BTreeSet<Year> = forms
        .iter()
        .filter_map(|form| Some(form.assessment()?.year))
        .collect();
    let Some(years) = years.first().copied().zip(years.last().copied()) else {
        return Ok(Vec::new());
    };
    let shards = forms.iter().map(|form| form.shard).collect();
    let days = campaigns::calendars(conn, reader.tree, &shards, years, reader.today).await?;
    let due = |form: &Document| {
        let head = form.assessment()?;
        let calendar = days.get(&(form.shard, head.year))?;
        let standing = Standing::of(form, reader.criteria.find(&head.criteria));
        let day = |step| calendar.day(head.title, step);
        Some(FormDue {
            form: form.id,
            due: campaign::due(standing, &day, reader.today)?,
        })
    };
    Ok(forms.iter().filter_map(due).collect())
}

/// The names of the subjects that a subject's fields name, those that are there.
pub(super) async fn named(conn: &mut AnyConnection, subject: &Document) -> db::Result<Vec<Named>> {
    let ids = membership::links(subject).filter_map(|link| link.group);
    let ids = ids
        .chain(subject.merged_into())
        .chain(subject.merged_from());
    let ids: Vec<DocumentId> = ids.map(DocumentId::from).collect();
    let found = documents::by_ids(conn, &ids).await?;
    let name = |it: Document| Named {
        id: it.id,
        name: it.name().to_owned(),
    };
    Ok(found.into_iter().map(name).collect())
}

/// Those who say that they belong to a subject and that the reader may read, with their forms of the year judged.
async fn members(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    group: DocumentId,
) -> db::Result<Vec<MemberRow>> {
    let ids = links::members_of(conn, group.into(), MEMBERS).await?;
    let found = documents::by_ids(conn, &ids).await?;
    let members: Vec<Document> = found
        .into_iter()
        .filter(|it| may_read(reader.actor, it))
        .collect();
    let year = calendar::year_judged(reader.today);
    let form = |member: &Document| {
        let title = member.subject_kind()?.title();
        Some(AssessmentId::of(member.id.into(), title.as_str(), year).into())
    };
    let forms: Vec<DocumentId> = members.iter().filter_map(form).collect();
    let forms = documents::by_ids(conn, &forms).await?;
    let forms: BTreeMap<DocumentId, Document> =
        forms.into_iter().map(|form| (form.id, form)).collect();
    let mut rows: Vec<MemberRow> = members
        .iter()
        .map(|member| {
            let form = form(member).and_then(|form| forms.get(&form));
            let village = reader.tree.name(member.place, reader.today);
            MemberRow {
                id: member.id,
                name: member.name().to_owned(),
                village: village.unwrap_or_default().to_owned(),
                stage: form
                    .and_then(Document::assessment)
                    .map(|head| head.stage.name()),
                passed: form.and_then(|form| figure::result(form, &reader.criteria)),
            }
        })
        .collect();
    rows.sort_by_cached_key(|row| text::name_key(&row.name));
    Ok(rows)
}

/// Whoever made an assessment, moved it to its stage, or to one before.
fn movers(assessment: &Document) -> impl Iterator<Item = UserId> + use<> {
    let head = assessment.assessment();
    let steps = head.map(|head| head.steps.iter().map(|step| step.writer.by));
    let steps: Vec<UserId> = steps.into_iter().flatten().collect();
    let moved = head.and_then(|head| head.moved).map(|moved| moved.by);
    std::iter::once(assessment.made.by)
        .chain(steps)
        .chain(moved)
}
