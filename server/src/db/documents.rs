//! The `documents` table.

mod decisions;
mod gave;
mod index;
mod lists;
mod named;
mod namesakes;
mod supporters;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use shared::calendar::Year;
use shared::criteria::{CriteriaSet, Title};
use shared::document::{Document, Seq};
use shared::figure::Figure;
use shared::ids::{AssessmentId, DocumentId, SubjectId, UnitId};
use shared::kind::SubjectKind;
use shared::sync::Departure;
use sqlx::{AnyConnection, AssertSqlSafe};

pub use self::decisions::{
    checked_forms, decisions_of, held, held_between, numbers, ready, signed_in,
};
pub use self::gave::gave;
pub use self::index::{Index, Indexed, after, of_shard};
use self::lists::PLACES;
pub use self::lists::{Wanted, Word, list, oldest, stages};
pub use self::named::named;
pub use self::namesakes::namesakes;
pub use self::supporters::{supporters, supporters_named};
use super::{
    DbError, ROWS, Result, links, listed, millis, params, parsed, parts, rows_of, to_json,
    whereabouts, year_column,
};

/// Documents that were looked for.
#[derive(Debug, Default)]
pub struct Found {
    pub documents: Vec<Document>,
    /// Those that are there and that this version cannot read.
    pub unreadable: Vec<DocumentId>,
}

impl Found {
    /// Takes in a stored row. One that cannot be read is named in the log and stepped over: its neighbours are not to
    /// blame for it.
    fn take(&mut self, id: &str, body: &str) -> Result<()> {
        match serde_json::from_str(body) {
            Ok(document) => self.documents.push(document),
            Err(error) => {
                tracing::error!(document = id, %error, "a document cannot be read");
                self.unreadable.push(parsed("documents", "id", id)?);
            }
        }
        Ok(())
    }

    /// Those of some ids that are not among them.
    pub fn missing(&self, ids: &[DocumentId]) -> Vec<DocumentId> {
        let read = self.documents.iter().map(|document| document.id);
        let found: BTreeSet<DocumentId> = read.chain(self.unreadable.iter().copied()).collect();
        let missing = ids.iter().filter(|id| !found.contains(id));
        missing.copied().collect()
    }

    fn of(rows: &[(String, String)]) -> Result<Self> {
        let mut found = Self::default();
        for (id, body) in rows {
            found.take(id, body)?;
        }
        Ok(found)
    }
}

/// The documents of some ids, those that are there.
pub async fn find(conn: &mut AnyConnection, ids: &[DocumentId]) -> Result<Found> {
    let mut found = Found::default();
    for (id, _, body) in column(conn, "body", ids).await? {
        found.take(&id, &body)?;
    }
    Ok(found)
}

/// The documents of some ids, those that lie in some shards.
pub async fn find_in(
    conn: &mut AnyConnection,
    ids: &[DocumentId],
    shards: &BTreeSet<UnitId>,
) -> Result<Found> {
    let mut found = Found::default();
    for ids in ids.chunks(ROWS) {
        for (id, _, body) in column_in(conn, "body", ids, shards).await? {
            found.take(&id, &body)?;
        }
    }
    Ok(found)
}

/// An id, its shard, and what stands in a column.
type InColumn = (String, String, String);

/// What stands in a column of some documents, those that are there.
async fn column(
    conn: &mut AnyConnection,
    column: &str,
    ids: &[DocumentId],
) -> Result<Vec<InColumn>> {
    let mut found = Vec::new();
    for ids in ids.chunks(ROWS) {
        if conn.backend_name() == "SQLite" {
            // All lie in one file: the index of ids says as much as the whereabouts, in one question.
            found.extend(of_ids(conn, column, ids, &BTreeSet::new()).await?);
            continue;
        }
        let mut lie = whereabouts::of(conn, ids).await?;
        let here = column_of(conn, column, &lie).await?;
        if here.len() < lie.len() {
            // What was moved between the two questions is asked for again where it lies now.
            for (id, ..) in &here {
                lie.remove(&parsed("documents", "id", id)?);
            }
            let missed: Vec<DocumentId> = lie.into_keys().collect();
            let lie = whereabouts::of(conn, &missed).await?;
            found.extend(column_of(conn, column, &lie).await?);
        }
        found.extend(here);
    }
    Ok(found)
}

async fn column_of(
    conn: &mut AnyConnection,
    column: &str,
    lie: &BTreeMap<DocumentId, UnitId>,
) -> Result<Vec<InColumn>> {
    let ids: Vec<DocumentId> = lie.keys().copied().collect();
    column_in(conn, column, &ids, &lie.values().copied().collect()).await
}

/// The same of those that lie in some shards.
async fn column_in(
    conn: &mut AnyConnection,
    column: &str,
    ids: &[DocumentId],
    shards: &BTreeSet<UnitId>,
) -> Result<Vec<InColumn>> {
    if ids.is_empty() || shards.is_empty() {
        return Ok(Vec::new());
    }
    of_ids(conn, column, ids, shards).await
}

/// The same; without shards, wherever they lie.
async fn of_ids(
    conn: &mut AnyConnection,
    column: &str,
    ids: &[DocumentId],
    shards: &BTreeSet<UnitId>,
) -> Result<Vec<InColumn>> {
    let (list, mut bound) = listed(0, ids);
    let mut sql = format!("SELECT id, shard, {column} FROM documents WHERE id IN ({list})");
    if !shards.is_empty() {
        let shards: Vec<&UnitId> = shards.iter().collect();
        let (list, shards) = listed(bound.len(), &shards);
        sql.push_str(&format!(" AND shard IN ({list})"));
        bound.extend(shards);
    }
    let mut query = sqlx::query_as::<_, InColumn>(AssertSqlSafe(sql));
    for value in bound {
        query = query.bind(value);
    }
    Ok(query.fetch_all(conn).await?)
}

/// The shard and the place of some documents, those that are there.
pub async fn places_of(
    conn: &mut AnyConnection,
    ids: &[DocumentId],
) -> Result<BTreeMap<DocumentId, (UnitId, UnitId)>> {
    let rows = column(conn, "place", ids).await?;
    let place = |(id, shard, place): &InColumn| {
        let shard = parsed("documents", "shard", shard)?;
        let place = parsed("documents", "place", place)?;
        Ok((parsed("documents", "id", id)?, (shard, place)))
    };
    rows.iter().map(place).collect()
}

/// Where rows of some ids lie, whatever the whereabouts say. Asks every machine.
pub async fn lying(
    conn: &mut AnyConnection,
    ids: &[DocumentId],
) -> Result<BTreeSet<(DocumentId, UnitId)>> {
    let mut lie = BTreeSet::new();
    for ids in ids.chunks(ROWS) {
        for (id, shard, _) in of_ids(conn, "kind", ids, &BTreeSet::new()).await? {
            let id = parsed("documents", "id", &id)?;
            lie.insert((id, parsed("documents", "shard", &shard)?));
        }
    }
    Ok(lie)
}

/// The documents of some ids, those that are there and can be read.
pub async fn by_ids(conn: &mut AnyConnection, ids: &[DocumentId]) -> Result<Vec<Document>> {
    Ok(find(conn, ids).await?.documents)
}

pub async fn by_id(conn: &mut AnyConnection, id: DocumentId) -> Result<Option<Document>> {
    Ok(by_ids(conn, &[id]).await?.pop())
}

/// The shards of some documents, those that are there.
pub async fn shards_of(conn: &mut AnyConnection, ids: &[DocumentId]) -> Result<BTreeSet<UnitId>> {
    Ok(whereabouts::of(conn, ids).await?.into_values().collect())
}

/// In which places each shard has documents.
pub async fn places(conn: &mut AnyConnection) -> Result<Vec<(UnitId, UnitId)>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT DISTINCT shard, place FROM documents ORDER BY shard, place")
            .fetch_all(conn)
            .await?;
    rows.iter()
        .map(|(shard, place)| {
            Ok((
                parsed("documents", "shard", shard)?,
                parsed("documents", "place", place)?,
            ))
        })
        .collect()
}

/// Some documents of a shard in a place after a number, in the order of their numbers; and the last of the numbers, if
/// there may be more.
pub async fn of_place(
    conn: &mut AnyConnection,
    shard: UnitId,
    place: UnitId,
    after: Seq,
    limit: usize,
) -> Result<(Vec<Document>, Option<Seq>)> {
    let sql = format!(
        "SELECT seq, id, body FROM documents WHERE shard = $1 AND place = $2 AND seq > $3 ORDER BY seq LIMIT {limit}"
    );
    let rows: Vec<(i64, String, String)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(shard.to_string())
        .bind(place.to_string())
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .fetch_all(conn)
        .await?;
    let mut found = Found::default();
    for (_, id, body) in &rows {
        found.take(id, body)?;
    }
    let last = rows.last().and_then(|(seq, ..)| Seq::try_from(*seq).ok());
    Ok((found.documents, last.filter(|_| rows.len() == limit)))
}

/// Writes documents, new or changed, with what they are found and counted by. Those that left their shard, as `left` says, are taken
/// away there first: a row never goes from one shard to another.
pub async fn put(
    conn: &mut AnyConnection,
    documents: &[&Document],
    left: &[Departure],
    criteria: &[CriteriaSet],
) -> Result<()> {
    let left = shards_left(documents, left);
    take_away(conn, &left).await?;
    let (anew, standing) = whereabouts::put(conn, documents, &left).await?;
    // Where a row stands that nobody knew of, this fails, and writes over nothing.
    write(conn, &anew, criteria, "").await?;
    let columns = Index::COLUMNS.iter().filter(|column| **column != "shard");
    let written: Vec<String> = columns
        .map(|column| format!("{column} = excluded.{column}"))
        .collect();
    let over = format!(
        " ON CONFLICT (shard, id) DO UPDATE SET seq = excluded.seq, body = excluded.body, {}",
        written.join(", ")
    );
    write(conn, &standing, criteria, &over).await?;
    links::put(conn, documents).await
}

async fn write(
    conn: &mut AnyConnection,
    documents: &[&Document],
    criteria: &[CriteriaSet],
    over: &str,
) -> Result<()> {
    for documents in parts(documents) {
        let columns = Index::COLUMNS;
        let sql = format!(
            "INSERT INTO documents (id, seq, body, {}) VALUES {}{over}",
            columns.join(", "),
            rows_of(conn, documents.len(), 3 + columns.len()),
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for document in documents {
            query = query
                .bind(document.id.to_string())
                .bind(i64::try_from(document.seq).unwrap_or(i64::MAX))
                .bind(to_json(document));
            query = Index::of(document, criteria).bind_to(query);
        }
        let written = query.execute(&mut *conn).await?.rows_affected();
        if written != documents.len() as u64 {
            return Err(DbError::Astray(documents[0].id));
        }
    }
    Ok(())
}

/// The shards that documents left and do not lie in now: one may have come back, or gone to another place of the same shard.
fn shards_left(
    documents: &[&Document],
    left: &[Departure],
) -> BTreeMap<DocumentId, BTreeSet<UnitId>> {
    let lie: BTreeMap<DocumentId, UnitId> = documents.iter().map(|it| (it.id, it.shard)).collect();
    let mut shards: BTreeMap<DocumentId, BTreeSet<UnitId>> = BTreeMap::new();
    for departure in left {
        let lies = lie.get(&departure.document);
        if lies.is_some_and(|shard| *shard != departure.shard) {
            let of_document = shards.entry(departure.document).or_default();
            of_document.insert(departure.shard);
        }
    }
    shards
}

/// Takes documents away from the shards that they left.
async fn take_away(
    conn: &mut AnyConnection,
    left: &BTreeMap<DocumentId, BTreeSet<UnitId>>,
) -> Result<()> {
    let mut gone: BTreeMap<UnitId, Vec<DocumentId>> = BTreeMap::new();
    for (document, shards) in left {
        for shard in shards {
            gone.entry(*shard).or_default().push(*document);
        }
    }
    for (shard, documents) in gone {
        for documents in documents.chunks(ROWS) {
            let (list, documents) = listed(1, documents);
            let sql = format!("DELETE FROM documents WHERE shard = $1 AND id IN ({list})");
            let mut query = sqlx::query(AssertSqlSafe(sql)).bind(shard.to_string());
            for document in documents {
                query = query.bind(document);
            }
            query.execute(&mut *conn).await?;
        }
    }
    Ok(())
}

/// Fills in what subjects are found by where an older version has left it out, some at a time. Says how many it filled.
pub async fn fill_searched(conn: &mut AnyConnection, limit: usize) -> Result<usize> {
    let sql = format!(
        "SELECT id, shard, body FROM documents WHERE folded IS NOT NULL AND searched IS NULL ORDER BY id LIMIT {limit}"
    );
    let rows: Vec<InColumn> = sqlx::query_as(AssertSqlSafe(sql))
        .fetch_all(&mut *conn)
        .await?;
    for (id, shard, body) in &rows {
        // One that cannot be read is found by its name, as it was before.
        let searched = match serde_json::from_str(body) {
            Ok(subject) => index::searched(&subject, subject.name()),
            Err(_) => String::new(),
        };
        sqlx::query(
            "UPDATE documents SET searched = CASE WHEN $1 = '' THEN folded ELSE $1 END WHERE id = $2 AND shard = $3",
        )
        .bind(searched)
        .bind(id)
        .bind(shard)
        .execute(&mut *conn)
        .await?;
    }
    Ok(rows.len())
}

/// How many assessments of a year that pass had been finished before a moment.
pub async fn passed_before(
    conn: &mut AnyConnection,
    places: &BTreeSet<UnitId>,
    title: Title,
    year: Year,
    before: DateTime<Utc>,
) -> Result<i64> {
    let places: Vec<UnitId> = places.iter().copied().collect();
    let mut count = 0;
    for places in places.chunks(PLACES) {
        let sql = format!(
            "SELECT count(*) FROM documents WHERE title = $1 AND year = $2 AND finished < $3 AND (figures & {}) <> 0 \
             AND place IN ({})",
            Figure::Passed.bit(),
            params(3, places.len())
        );
        let mut query = sqlx::query_as::<_, (i64,)>(AssertSqlSafe(sql))
            .bind(title.as_str())
            .bind(year_column(year))
            .bind(millis(before));
        for place in places {
            query = query.bind(place.to_string());
        }
        let (here,) = query.fetch_one(&mut *conn).await?;
        count += here;
    }
    Ok(count)
}

/// Rows of the feed that a page holds at most.
pub const PAGE_ROWS: usize = 5_000;
/// Bytes of the feed that a page holds at most, by more than one document never.
const PAGE_BYTES: usize = 4_000_000;

/// A page of a shard's feed.
#[derive(Debug, Default)]
pub struct FeedPage {
    /// As they are stored: nothing of them needs to be understood to be sent on.
    pub bodies: Vec<Box<RawValue>>,
    /// The number of the last one.
    pub last: Option<Seq>,
    /// Whether there may be more.
    pub more: bool,
}

/// The newest form of documents of a shard after a number, in the order of their numbers. With places, only theirs.
/// `room` is how many rows may still come.
pub async fn feed(
    conn: &mut AnyConnection,
    shard: UnitId,
    places: Option<&BTreeSet<UnitId>>,
    after: Seq,
    room: usize,
) -> Result<FeedPage> {
    // A village's phone reads its own places through the index of places; a commune's reads the whole feed.
    // Decisions and supporters lie at desks only.
    let mut sql = format!(
        "SELECT seq, body FROM documents WHERE shard = $1 AND seq > $2 AND kind NOT IN ('{}', '{}')",
        index::DECISION,
        index::SUPPORTER
    );
    if let Some(places) = places {
        sql.push_str(&format!(
            " AND place IN ({})",
            params(2, places.len().max(1))
        ));
    }
    // In figures: SQLite prepares a statement anew for every value that is bound here.
    sql.push_str(&format!(" ORDER BY seq LIMIT {room}"));
    let mut query = sqlx::query_as::<_, (i64, String)>(AssertSqlSafe(sql))
        .bind(shard.to_string())
        .bind(i64::try_from(after).unwrap_or(i64::MAX));
    if let Some(places) = places {
        for place in places {
            query = query.bind(place.to_string());
        }
        if places.is_empty() {
            query = query.bind("");
        }
    }
    let rows = query.fetch_all(conn).await?;
    let mut page = FeedPage {
        more: rows.len() == room,
        ..FeedPage::default()
    };
    let mut bytes = 0;
    for (seq, body) in rows {
        bytes += body.len();
        if bytes > PAGE_BYTES && !page.bodies.is_empty() {
            page.more = true;
            break;
        }
        page.last = Seq::try_from(seq).ok();
        match RawValue::from_string(body) {
            Ok(raw) => page.bodies.push(raw),
            Err(error) => tracing::error!(%shard, seq, %error, "a document is no JSON"),
        }
    }
    Ok(page)
}

/// The assessments of one title and year of some subjects.
pub async fn assessments(
    conn: &mut AnyConnection,
    subjects: &[SubjectId],
    title: Title,
    year: Year,
) -> Result<Vec<Document>> {
    let ids: Vec<DocumentId> = subjects
        .iter()
        .map(|subject| AssessmentId::of(*subject, title.as_str(), year).into())
        .collect();
    by_ids(conn, &ids).await
}

/// Every assessment of a subject, newest year first.
pub async fn assessments_of(conn: &mut AnyConnection, subject: SubjectId) -> Result<Vec<Document>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, body FROM documents WHERE subject = $1 ORDER BY year DESC, id")
            .bind(subject.to_string())
            .fetch_all(conn)
            .await?;
    Ok(Found::of(&rows)?.documents)
}

/// All assessments of some subjects.
pub async fn forms_of(conn: &mut AnyConnection, subjects: &[SubjectId]) -> Result<Vec<Document>> {
    let mut forms = Vec::new();
    for subjects in subjects.chunks(ROWS) {
        let (list, subjects) = listed(0, subjects);
        let sql = format!("SELECT id, body FROM documents WHERE subject IN ({list})");
        let mut query = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(sql));
        for subject in subjects {
            query = query.bind(subject);
        }
        let rows = query.fetch_all(&mut *conn).await?;
        forms.extend(Found::of(&rows)?.documents);
    }
    Ok(forms)
}

/// The subjects of some kinds in some places, so many of them.
pub async fn of_kinds(
    conn: &mut AnyConnection,
    places: &BTreeSet<UnitId>,
    kinds: &[SubjectKind],
    limit: usize,
) -> Result<Vec<Document>> {
    let places: Vec<UnitId> = places.iter().copied().collect();
    let mut found = Vec::new();
    for places in places.chunks(PLACES) {
        let sql = format!(
            "SELECT id, body FROM documents WHERE place IN ({}) AND kind IN ({}) ORDER BY id LIMIT {}",
            params(0, places.len()),
            params(places.len(), kinds.len()),
            limit.saturating_sub(found.len())
        );
        let mut query = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(sql));
        for place in places {
            query = query.bind(place.to_string());
        }
        for kind in kinds {
            query = query.bind(kind.as_str());
        }
        let rows = query.fetch_all(&mut *conn).await?;
        found.extend(Found::of(&rows)?.documents);
    }
    Ok(found)
}

/// Whether a subject counts in a place in any year.
pub async fn any_counts_in(conn: &mut AnyConnection, place: UnitId) -> Result<bool> {
    let (count,): (i64,) = sqlx::query_as(
        "SELECT count(*) FROM documents WHERE place = $1 AND since IS NOT NULL AND (until IS NULL OR until > since)",
    )
    .bind(place.to_string())
    .fetch_one(conn)
    .await?;
    Ok(count > 0)
}

/// The subjects of a kind in a shard.
pub async fn subjects_of_shard(
    conn: &mut AnyConnection,
    shard: UnitId,
    kind: SubjectKind,
) -> Result<Vec<Document>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, body FROM documents WHERE shard = $1 AND kind = $2")
            .bind(shard.to_string())
            .bind(kind.as_str())
            .fetch_all(conn)
            .await?;
    Ok(Found::of(&rows)?.documents)
}
