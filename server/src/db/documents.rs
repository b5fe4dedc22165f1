//! The `documents` table.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use shared::assessment::{AssessmentHead, StageName};
use shared::calendar::Year;
use shared::criteria::{self, Title};
use shared::document::{About, Document, Seq};
use shared::field;
use shared::ids::{AssessmentId, DocumentId, SubjectId, UnitId};
use shared::kind::SubjectKind;
use shared::rollup::{self, Figure};
use shared::text;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{ROWS, Result, listed, millis, params, parsed, parts, rows_of, to_json, year_column};

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
            "INSERT INTO documents (id, shard, place, kind, subject, title, year, stage, passed, finished, since, until, \
             doubted, conflicted, folded, searched, sort_key, seq, body) VALUES {} ON CONFLICT (id) DO UPDATE SET \
             shard = excluded.shard, place = excluded.place, stage = excluded.stage, passed = excluded.passed, \
             finished = excluded.finished, since = excluded.since, until = excluded.until, doubted = excluded.doubted, \
             conflicted = excluded.conflicted, folded = excluded.folded, searched = excluded.searched, \
             sort_key = excluded.sort_key, seq = excluded.seq, body = excluded.body",
            rows_of(conn, documents.len(), 19)
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
                .bind(head.and_then(finished).map(millis))
                .bind(name.map(|_| year_column(document.since())))
                .bind(name.and_then(|_| document.until()).map(year_column))
                .bind(name.map(|_| i64::from(!document.doubts.is_empty())))
                .bind(i64::from(document.in_conflict()))
                .bind(name.map(text::fold))
                .bind(name.map(|_| searched(document)))
                .bind(name.map(text::name_key))
                .bind(i64::try_from(document.seq).unwrap_or(i64::MAX))
                .bind(to_json(document));
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// What a subject is found by.
fn searched(subject: &Document) -> String {
    let hamlet = subject.text(field::HAMLET).unwrap_or_default();
    text::fold(&format!("{} {hamlet}", subject.name()))
}

/// Fills in what subjects are found by where an older version has left it out, some at a time. Says how many it filled.
pub async fn fill_searched(conn: &mut AnyConnection, limit: usize) -> Result<usize> {
    let sql = format!(
        "SELECT id, body FROM documents WHERE folded IS NOT NULL AND searched IS NULL ORDER BY id LIMIT {limit}"
    );
    let rows: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(sql))
        .fetch_all(&mut *conn)
        .await?;
    for (id, body) in &rows {
        // One that cannot be read is found by its name, as it was before.
        let searched = match serde_json::from_str(body) {
            Ok(subject) => searched(&subject),
            Err(_) => String::new(),
        };
        sqlx::query(
            "UPDATE documents SET searched = CASE WHEN $1 = '' THEN folded ELSE $1 END WHERE id = $2",
        )
        .bind(searched)
        .bind(id)
        .execute(&mut *conn)
        .await?;
    }
    Ok(rows.len())
}

/// When the village finished a form; of a form of before this was written down, when it was moved last.
fn finished(head: &AssessmentHead) -> Option<DateTime<Utc>> {
    let is_finished = head.stage.name().is_scored();
    let moved = head.moved.filter(|_| is_finished).map(|moved| moved.at);
    head.finished.or(moved)
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
            "SELECT count(*) FROM documents WHERE title = $1 AND year = $2 AND passed = 1 AND finished < $3 \
             AND place IN ({})",
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
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub places: &'a [UnitId],
    pub kind: SubjectKind,
    pub title: Title,
    pub year: Year,
    /// All must be found.
    pub words: &'a [Word],
    pub figure: Figure,
}

/// A word that is looked for.
#[derive(Clone, Debug)]
pub struct Word {
    /// Folded; a word of the name or the hamlet begins with it.
    pub begins: String,
    /// Or the subject counts in one of these places.
    pub places: BTreeSet<UnitId>,
}

impl Word {
    /// What is bound to find it: letters that mean something in a pattern stand for themselves.
    fn pattern(&self) -> String {
        let mut pattern = String::from("% ");
        for letter in self.begins.chars() {
            if matches!(letter, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        pattern.push('%');
        pattern
    }
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
            Figure::Verified => {
                format!("a.passed = 1 AND {}", stages(StageName::is_verified))
            }
            Figure::Recognised => stages(|it| it == StageName::Recognised),
            Figure::Doubted => format!("{exists} AND d.doubted = 1"),
            Figure::Conflicted => "(d.conflicted = 1 OR a.conflicted = 1)".to_owned(),
        }
    }
}

/// Places in one statement of a list. More go in several, and are merged.
const PLACES: usize = 400;

/// How many subjects there are, and a page of their ids in the order of Vietnamese lists. In a snapshot: these are several
/// statements, and exactly as many are listed as are counted.
pub async fn list(
    conn: &mut AnyConnection,
    wanted: &Wanted<'_>,
    offset: usize,
    limit: usize,
) -> Result<(usize, Vec<SubjectId>)> {
    let mut total = 0;
    let mut found: Vec<(String, String)> = Vec::new();
    for places in wanted.places.chunks(PLACES) {
        let (from, bound) = from(wanted, places);
        let count = format!("SELECT count(*) {from}");
        let mut count = sqlx::query_as::<_, (i64,)>(AssertSqlSafe(count))
            .bind(wanted.kind.as_str())
            .bind(year_column(wanted.year))
            .bind(wanted.title.as_str());
        for value in &bound {
            count = count.bind(value.clone());
        }
        let (here,) = count.fetch_one(&mut *conn).await?;
        total += usize::try_from(here).unwrap_or(0);
        if limit == 0 || here == 0 {
            continue;
        }
        let page = format!(
            "SELECT d.sort_key, d.id {from} ORDER BY d.sort_key, d.id LIMIT {}",
            offset.saturating_add(limit)
        );
        let mut page = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(page))
            .bind(wanted.kind.as_str())
            .bind(year_column(wanted.year))
            .bind(wanted.title.as_str());
        for value in bound {
            page = page.bind(value);
        }
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

/// The subjects of a list in some of its places, with what is bound after kind, year and title.
fn from(wanted: &Wanted<'_>, places: &[UnitId]) -> (String, Vec<String>) {
    let mut filter = wanted.condition();
    let mut bound = Vec::new();
    for word in wanted.words {
        bound.push(word.pattern());
        let searched = "(' ' || COALESCE(d.searched, d.folded))";
        filter.push_str(&format!(
            " AND ({searched} LIKE ${} ESCAPE '\\'",
            3 + bound.len()
        ));
        let named: Vec<_> = places
            .iter()
            .filter(|place| word.places.contains(place))
            .collect();
        if !named.is_empty() {
            let list = params(3 + bound.len(), named.len());
            filter.push_str(&format!(" OR d.place IN ({list})"));
            bound.extend(named.into_iter().map(ToString::to_string));
        }
        filter.push(')');
    }
    let list = params(3 + bound.len(), places.len());
    bound.extend(places.iter().map(ToString::to_string));
    let from = format!(
        "FROM documents d LEFT JOIN documents a ON a.subject = d.id AND a.year = $2 AND a.title = $3 \
         WHERE d.kind = $1 AND {filter} AND d.place IN ({list})"
    );
    (from, bound)
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
