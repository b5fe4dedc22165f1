//! One subject to the bottom of a figure.

use std::collections::BTreeSet;

use shared::access::may_read;
use shared::api::{HistoryRow, Person, SubjectDetail};
use shared::document::Document;
use shared::ids::{DocumentId, UserId};

use super::day_map::Reader;
use crate::db::{self, AnyConnection, changes, documents, users};
use crate::services::files;

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
    let arrived = files::arrived_of(conn, &assessments).await?;
    let place = reader.tree.get(subject.place);
    Ok(Some(SubjectDetail {
        crumbs: place.map_or_else(Vec::new, |place| reader.crumbs(place, reader.today)),
        subject,
        assessments,
        arrived,
        history,
        people: people.collect(),
    }))
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
