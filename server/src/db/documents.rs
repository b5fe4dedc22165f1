//! The `documents` table.

use std::collections::BTreeSet;

use serde_json::value::RawValue;
use shared::assessment::StageName;
use shared::calendar::Year;
use shared::criteria::{self, Title};
use shared::document::{About, Document, Seq};
use shared::ids::{AssessmentId, DocumentId, SubjectId, UnitId};
use shared::kind::SubjectKind;
use shared::rollup::{self, Figure};
use shared::text;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{ROWS, Result, listed, params, parsed, parts, rows_of, to_json, year_column};

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
    for ids in ids.chunks(ROWS) {
        let (list, ids) = listed(0, ids);
        let sql = format!("SELECT id, body FROM documents WHERE id IN ({list})");
        let mut query = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(sql));
        for id in ids {
            query = query.bind(id);
        }
        for (id, body) in query.fetch_all(&mut *conn).await? {
            found.take(&id, &body)?;
        }
    }
    Ok(found)
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
    let mut shards = BTreeSet::new();
    for ids in ids.chunks(ROWS) {
        let (list, ids) = listed(0, ids);
        let sql = format!("SELECT DISTINCT shard FROM documents WHERE id IN ({list})");
        let mut query = sqlx::query_as::<_, (String,)>(AssertSqlSafe(sql));
        for id in ids {
            query = query.bind(id);
        }
        for (shard,) in query.fetch_all(&mut *conn).await? {
            shards.insert(parsed("documents", "shard", &shard)?);
        }
    }
    Ok(shards)
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

/// Writes documents, new or changed.
pub async fn put(conn: &mut AnyConnection, documents: &[&Document]) -> Result<()> {
    for documents in parts(documents) {
        let sql = format!(
            "INSERT INTO documents (id, shard, place, kind, subject, title, year, stage, passed, since, until, doubted, \
             conflicted, folded, sort_key, seq, body) VALUES {} ON CONFLICT (id) DO UPDATE SET \
             shard = excluded.shard, place = excluded.place, stage = excluded.stage, passed = excluded.passed, \
             since = excluded.since, until = excluded.until, doubted = excluded.doubted, \
             conflicted = excluded.conflicted, folded = excluded.folded, sort_key = excluded.sort_key, \
             seq = excluded.seq, body = excluded.body",
            rows_of(conn, documents.len(), 17)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for document in documents {
            let head = document.assessment();
            let name = head.is_none().then(|| document.name());
            query = query
                .bind(document.id.to_string())
                .bind(document.shard.to_string())
                .bind(document.place.to_string())
                .bind(kind(&document.about))
                .bind(head.map(|head| head.subject.to_string()))
                .bind(head.map(|head| head.title.as_str()))
                .bind(head.map(|head| year_column(head.year)))
                .bind(head.map(|head| head.stage.name().as_str()))
                .bind(head.map(|_| i64::from(rollup::passes(document, criteria::builtin()))))
                .bind(name.map(|_| year_column(document.since())))
                .bind(name.and_then(|_| document.until()).map(year_column))
                .bind(name.map(|_| i64::from(!document.doubts.is_empty())))
                .bind(i64::from(document.in_conflict()))
                .bind(name.map(text::fold))
                .bind(name.map(text::name_key))
                .bind(i64::try_from(document.seq).unwrap_or(i64::MAX))
                .bind(to_json(document));
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
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
    let mut sql = "SELECT seq, body FROM documents WHERE shard = $1 AND seq > $2".to_owned();
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

/// Which subjects a list shows.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub places: &'a [UnitId],
    pub kind: SubjectKind,
    pub title: Title,
    pub year: Year,
    /// Words, folded; all must begin a word of the name.
    pub words: &'a [String],
    pub figure: Figure,
}

impl Wanted<'_> {
    /// What is asked of a subject `d` and its assessment `a`, which may be missing. `$2` is the year.
    fn condition(&self) -> String {
        let exists = "d.since <= $2 AND (d.until IS NULL OR d.until > $2)";
        let stages = |wanted: fn(StageName) -> bool| {
            let all = StageName::ALL.into_iter().filter(|it| wanted(*it));
            let names: Vec<String> = all.map(|it| format!("'{}'", it.as_str())).collect();
            format!("a.stage IN ({})", names.join(", "))
        };
        let entered = |it| !matches!(it, StageName::Withdrawn | StageName::Exempt);
        match self.figure {
            Figure::Subjects => exists.to_owned(),
            Figure::Unregistered => {
                format!("{exists} AND (a.id IS NULL OR NOT {})", stages(entered))
            }
            Figure::Registered => stages(entered),
            Figure::Started => stages(|it| {
                !matches!(
                    it,
                    StageName::Registered | StageName::Withdrawn | StageName::Exempt
                )
            }),
            Figure::Scored => stages(StageName::is_scored),
            Figure::Passed => "a.passed = 1".to_owned(),
            Figure::Waiting => stages(|it| it == StageName::Submitted),
            Figure::Returned => stages(|it| it == StageName::Returned),
            Figure::Verified => stages(StageName::is_verified),
            Figure::Recognised => stages(|it| it == StageName::Recognised),
            Figure::Doubted => format!("{exists} AND d.doubted = 1"),
            Figure::Conflicted => "(d.conflicted = 1 OR a.conflicted = 1)".to_owned(),
        }
    }
}

/// Places in one statement of a list. More go in several, and are merged.
const PLACES: usize = 400;

/// How many subjects there are, and a page of their ids in the order of Vietnamese lists.
pub async fn list(
    conn: &mut AnyConnection,
    wanted: &Wanted<'_>,
    offset: usize,
    limit: usize,
) -> Result<(usize, Vec<SubjectId>)> {
    let mut total = 0;
    let mut found: Vec<(String, String)> = Vec::new();
    for places in wanted.places.chunks(PLACES) {
        let mut filter = wanted.condition();
        for at in 0..wanted.words.len() {
            filter.push_str(&format!(" AND (' ' || d.folded) LIKE ${}", 4 + at));
        }
        let from = format!(
            "FROM documents d LEFT JOIN documents a ON a.subject = d.id AND a.year = $2 AND a.title = $3 \
             WHERE d.kind = $1 AND {filter} AND d.place IN ({})",
            params(3 + wanted.words.len(), places.len())
        );
        let count = format!("SELECT count(*) {from}");
        let page = format!(
            "SELECT d.sort_key, d.id {from} ORDER BY d.sort_key, d.id LIMIT {}",
            offset.saturating_add(limit)
        );
        let (kind, title, year) = (
            wanted.kind.as_str(),
            wanted.title.as_str(),
            year_column(wanted.year),
        );
        let mut count = sqlx::query_as::<_, (i64,)>(AssertSqlSafe(count))
            .bind(kind)
            .bind(year)
            .bind(title);
        let mut page = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(page))
            .bind(kind)
            .bind(year)
            .bind(title);
        for word in wanted.words {
            // Folded words hold letters and digits only, so nothing in them is a pattern.
            let pattern = format!("% {word}%");
            count = count.bind(pattern.clone());
            page = page.bind(pattern);
        }
        for place in places {
            count = count.bind(place.to_string());
            page = page.bind(place.to_string());
        }
        let (here,) = count.fetch_one(&mut *conn).await?;
        total += usize::try_from(here).unwrap_or(0);
        found.extend(page.fetch_all(&mut *conn).await?);
    }
    found.sort_unstable();
    let ids = found
        .iter()
        .skip(offset)
        .take(limit)
        .map(|(_, id)| Ok(parsed::<DocumentId>("documents", "id", id)?.into()))
        .collect::<Result<_>>()?;
    Ok((total, ids))
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

/// Documents after an id, in the order of ids: a walk through all of them in bounded memory. With them the last id, if
/// there may be more.
pub async fn after(
    conn: &mut AnyConnection,
    id: Option<DocumentId>,
    limit: usize,
) -> Result<(Found, Option<DocumentId>)> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, body FROM documents WHERE id > $1 ORDER BY id LIMIT $2")
            .bind(id.map_or_else(String::new, |id| id.to_string()))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(conn)
            .await?;
    let last = rows.last().filter(|_| rows.len() == limit);
    let last = last.map(|(id, _)| parsed("documents", "id", id));
    Ok((Found::of(&rows)?, last.transpose()?))
}

fn kind(about: &About) -> &'static str {
    match about {
        About::Subject(kind) => kind.as_str(),
        About::Assessment(_) => "assessment",
    }
}
