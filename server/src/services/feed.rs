//! What a phone has not seen yet.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use shared::access::{Actor, Scope};
use shared::document::{Document, Seq};
use shared::ids::{DocumentId, EpochId, UnitId};
use shared::sync::Carried;

use crate::db::identity::Identity;
use crate::db::{self, Db, documents, shards};

/// How far a phone has read, and under what.
#[derive(Clone, Debug, Default)]
pub struct Position {
    pub epoch: Option<EpochId>,
    pub scope: Option<String>,
    pub cursors: BTreeMap<UnitId, Seq>,
}

/// What it gets.
#[derive(Debug)]
pub struct News {
    pub scope: String,
    /// The phone starts its documents afresh: it answers for other places than before, or the server was restored.
    pub reset: bool,
    pub documents: Vec<Carried<Document>>,
    pub cursors: BTreeMap<UnitId, Seq>,
    pub more: bool,
}

/// A name for what an actor may hold: another name, another set of documents.
pub fn scope_name(actor: &Actor) -> String {
    let text = serde_json::to_string(&(actor.role, &actor.scope))
        .expect("roles and scopes have string keys and no failing parts");
    let hash = Sha256::digest(text.as_bytes());
    hash.iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
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
    let scope = scope_name(actor);
    let reset = position.scope.is_some()
        && (position.scope.as_ref() != Some(&scope) || position.epoch != Some(identity.epoch));
    let mut news = News {
        scope,
        reset,
        documents: Vec::new(),
        cursors: BTreeMap::new(),
        more: false,
    };
    if !actor.role.keeps_documents() {
        return Ok(news);
    }
    let mut conn = db.read().await?;
    // The numbers are read before the documents: a document that commits in between is read twice and never skipped.
    let numbers = shards::all(&mut conn).await?;
    let mut room = documents::PAGE_ROWS;
    for (shard, number) in numbers {
        let places = match &actor.scope {
            Scope::All => None,
            Scope::Communes(communes) if communes.contains(&shard) => None,
            Scope::Communes(_) => continue,
            Scope::Villages(villages) => {
                let places: BTreeSet<UnitId> = villages
                    .iter()
                    .filter(|(of, _)| *of == shard)
                    .map(|(_, place)| *place)
                    .collect();
                if places.is_empty() {
                    continue;
                }
                Some(places)
            }
        };
        let after = match position.cursors.get(&shard) {
            // A cursor beyond the feed is of another life of this server.
            Some(cursor) if !reset && *cursor <= number => *cursor,
            _ => 0,
        };
        if after == number {
            news.cursors.insert(shard, number);
            continue;
        }
        if room == 0 {
            news.cursors.insert(shard, after);
            news.more = true;
            continue;
        }
        let page = documents::feed(&mut conn, shard, places.as_ref(), after, room).await?;
        room -= page.bodies.len().min(room);
        if page.more {
            room = 0;
            news.more = true;
            news.cursors.insert(shard, page.last.unwrap_or(after));
        } else {
            news.cursors
                .insert(shard, page.last.unwrap_or(0).max(number));
        }
        news.documents
            .extend(page.bodies.into_iter().map(Carried::Unknown));
    }
    if !touched.is_empty() {
        add_touched(&mut conn, actor, touched, &mut news).await?;
    }
    Ok(news)
}

async fn add_touched(
    conn: &mut db::AnyConnection,
    actor: &Actor,
    touched: &BTreeSet<DocumentId>,
    news: &mut News,
) -> db::Result<()> {
    let sent: BTreeSet<DocumentId> = news
        .documents
        .iter()
        .filter_map(|document| match document {
            Carried::Unknown(raw) => id_of(raw),
            Carried::Known(document) => Some(document.id),
        })
        .collect();
    let missing: Vec<DocumentId> = touched.difference(&sent).copied().collect();
    for document in documents::by_ids(conn, &missing).await? {
        if actor.scope.covers(document.shard, document.place) {
            news.documents.push(Carried::Known(document));
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
