//! Events as they are read: with names, narrowed, page by page, as far as the reader may see.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use shared::access::{Actor, Scope, may_read};
use shared::api::{EventRow, EventRows, EventsQuery, Known};
use shared::calendar;
use shared::document::Document;
use shared::ids::{DocumentId, UnitId, UserId};
use shared::org_unit::OrgTree;
use shared::text;

use super::Event;
use crate::db::events::{self, Wanted};
use crate::db::{self, AnyConnection, documents, users};

/// Rows on a page.
const PAGE: usize = 50;
/// Pages that can be turned to. Whoever looks for something older says until when.
const PAGES: u32 = 200;

/// What a reader sees of the events.
pub struct Reader<'a> {
    pub actor: &'a Actor,
    pub tree: &'a OrgTree,
    pub today: NaiveDate,
}

/// One page of events. An auditor sees what people of their units did; who sees everything sees what nobody known did too.
pub async fn page(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    query: &EventsQuery,
) -> db::Result<EventRows> {
    let page = query.page.min(PAGES - 1);
    let wanted = Wanted {
        kind: query.kind,
        people: people(conn, query.who.as_deref().unwrap_or_default()).await?,
        units: units(reader),
        before: query.until.map(calendar::end),
    };
    let offset = usize::try_from(page).unwrap_or(0) * PAGE;
    let mut found = events::list(conn, &wanted, offset, PAGE + 1).await?;
    let more = found.len() > PAGE && page + 1 < PAGES;
    found.truncate(PAGE);
    let rows = named(conn, Some(reader.actor), found).await?;
    Ok(EventRows { rows, page, more })
}

/// The newest events that a reader sees, so many at most.
pub async fn first(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    query: &EventsQuery,
    limit: usize,
) -> db::Result<Vec<EventRow>> {
    let wanted = Wanted {
        kind: query.kind,
        people: people(conn, query.who.as_deref().unwrap_or_default()).await?,
        units: units(reader),
        before: query.until.map(calendar::end),
    };
    let found = events::list(conn, &wanted, 0, limit).await?;
    named(conn, Some(reader.actor), found).await
}

/// The newest events for the server's own terminal.
pub async fn newest(
    conn: &mut AnyConnection,
    wanted: &EventsQuery,
    limit: usize,
) -> db::Result<Vec<EventRow>> {
    let wanted = Wanted {
        kind: wanted.kind,
        people: people(conn, wanted.who.as_deref().unwrap_or_default()).await?,
        ..Wanted::default()
    };
    let found = events::list(conn, &wanted, 0, limit).await?;
    named(conn, None, found).await
}

/// The people whose name or user name has these words; `None` for everybody.
async fn people(conn: &mut AnyConnection, words: &str) -> db::Result<Option<Vec<UserId>>> {
    if text::fold(words).is_empty() {
        return Ok(None);
    }
    let has_words = |user: &users::User| {
        let username = user.username.as_deref().unwrap_or_default();
        text::matches(&text::fold(&format!("{} {username}", user.name)), words)
    };
    let all = users::all(conn).await?;
    Ok(Some(
        all.into_iter()
            .filter(has_words)
            .map(|user| user.id)
            .collect(),
    ))
}

/// The units whose people a reader sees; `None` for all.
fn units(reader: &Reader<'_>) -> Option<Vec<UnitId>> {
    let Scope::Communes(communes) = &reader.actor.scope else {
        return match reader.actor.scope {
            Scope::All => None,
            _ => Some(Vec::new()),
        };
    };
    let (tree, today) = (reader.tree, reader.today);
    let mut inside: BTreeSet<UnitId> = communes
        .iter()
        .flat_map(|commune| tree.descendants(*commune, today))
        .map(|unit| unit.id)
        .chain(communes.iter().copied())
        .collect();
    // The colleagues above the communes, when all of that lies inside.
    let above = communes
        .iter()
        .flat_map(|commune| tree.ancestors(*commune, today));
    for unit in above {
        let mut below = tree.descendants(unit.id, today).into_iter();
        if below.all(|it| !it.kind.is_commune() || communes.contains(&it.id)) {
            inside.insert(unit.id);
        }
    }
    Some(inside.into_iter().collect())
}

/// The events with names instead of ids. A subject is named to a reader who may see it.
async fn named(
    conn: &mut AnyConnection,
    reader: Option<&Actor>,
    found: Vec<Event>,
) -> db::Result<Vec<EventRow>> {
    let ids: BTreeSet<UserId> = found
        .iter()
        .flat_map(|it| [it.by, it.of])
        .flatten()
        .collect();
    let people = users::known(conn, &ids.into_iter().collect::<Vec<_>>()).await?;
    let docs: BTreeSet<DocumentId> = found.iter().filter_map(|it| it.doc).collect();
    let read = by_id(conn, docs).await?;
    // A form is named by its subject.
    let subject = |doc: &DocumentId| {
        let form = read.get(doc)?.assessment();
        Some(form.map_or(*doc, |form| form.subject.into()))
    };
    let subjects = by_id(conn, read.keys().filter_map(subject).collect()).await?;
    let named_subject = |doc: &DocumentId| {
        let found = subjects.get(&subject(doc)?)?;
        let may_see = reader.is_some_and(|actor| may_read(actor, found));
        may_see.then(|| (found.id, found.name().to_owned()))
    };
    let who = |id: Option<UserId>| {
        let unknown = || Known {
            name: "?".to_owned(),
            username: String::new(),
        };
        id.map(|id| people.get(&id).cloned().unwrap_or_else(unknown))
    };
    let row = |event: Event| EventRow {
        at: event.at,
        kind: event.kind,
        by: who(event.by),
        of: who(event.of),
        subject: event.doc.as_ref().and_then(named_subject),
        what: event.what,
        times: event.times,
        network: event.network,
    };
    Ok(found.into_iter().map(row).collect())
}

async fn by_id(
    conn: &mut AnyConnection,
    ids: BTreeSet<DocumentId>,
) -> db::Result<BTreeMap<DocumentId, Document>> {
    let ids: Vec<DocumentId> = ids.into_iter().collect();
    let found = documents::by_ids(conn, &ids).await?;
    Ok(found.into_iter().map(|it| (it.id, it)).collect())
}
