//! What a phone has not seen yet. The rules are [`shared::sync::feed`]; here they meet the database.

use std::collections::BTreeSet;

use serde_json::value::RawValue;
use shared::access::Actor;
use shared::document::Document;
use shared::ids::DocumentId;
use shared::sync::feed::{Found, Read};
use shared::sync::{Carried, Feed, Position};

use crate::db::identity::Identity;
use crate::db::{self, Db, departures, documents, shards};

/// What it gets.
#[derive(Debug)]
pub struct News {
    pub documents: Vec<Carried<Document>>,
    /// Documents that have left its scope.
    pub left: Vec<DocumentId>,
    pub read: Read,
}

/// Reads the feeds of an actor's shards after a position. `touched` are documents that the phone's own changes were
/// about: it gets them in any case, so that its own view settles at once.
pub async fn news(
    db: &Db,
    identity: &Identity,
    actor: &Actor,
    position: &Position,
    touched: &BTreeSet<DocumentId>,
) -> db::Result<News> {
    let mut conn = db.read().await?;
    let numbers = match actor.role.keeps_documents() {
        true => shards::all(&mut conn).await?,
        false => Default::default(),
    };
    let room = documents::PAGE_ROWS;
    let mut feed = Feed::open(actor, position, identity.epoch, &numbers, room);
    let mut found = Vec::new();
    let mut left = Vec::new();
    while let Some(window) = feed.next_window() {
        let (places, after) = (window.places.as_ref(), window.after);
        let page = documents::feed(&mut conn, window.shard, places, after, window.room).await?;
        let upto = feed.found(
            &window,
            Found {
                count: page.bodies.len(),
                last: page.last,
                more: page.more,
            },
        );
        found.extend(page.bodies.into_iter().map(Carried::Unknown));
        if window.departures {
            let gone = departures::feed(&mut conn, window.shard, places, after, upto).await?;
            // What is not seen where it went to comes with that feed.
            let is_theirs = |(shard, place)| actor.scope.works_on(shard, place);
            let gone = gone
                .into_iter()
                .filter(|(_, now)| !now.is_some_and(is_theirs));
            left.extend(gone.map(|(document, _)| document));
        }
    }
    if !touched.is_empty() && actor.role.keeps_documents() {
        add_touched(&mut conn, actor, touched, &mut found).await?;
    }
    Ok(News {
        documents: found,
        left,
        read: feed.close(),
    })
}

async fn add_touched(
    conn: &mut db::AnyConnection,
    actor: &Actor,
    touched: &BTreeSet<DocumentId>,
    found: &mut Vec<Carried<Document>>,
) -> db::Result<()> {
    let sent: BTreeSet<DocumentId> = found
        .iter()
        .filter_map(|document| match document {
            Carried::Unknown(raw) => id_of(raw),
            Carried::Known(document) => Some(document.id),
        })
        .collect();
    let missing: Vec<DocumentId> = touched.difference(&sent).copied().collect();
    for document in documents::by_ids(conn, &missing).await? {
        let is_theirs = actor.scope.works_on(document.shard, document.place);
        // What lies at desks is nothing that a phone could read, whatever it named.
        if is_theirs && !document.lies_at_desks() {
            found.push(Carried::Known(document));
        }
    }
    Ok(())
}

/// The id of a stored document: ours begin with it.
fn id_of(raw: &RawValue) -> Option<DocumentId> {
    raw.get()
        .strip_prefix("{\"id\":\"")?
        .get(..36)?
        .parse()
        .ok()
}
