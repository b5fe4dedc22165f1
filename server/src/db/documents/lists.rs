//! Lists of subjects: the documents behind a figure, found by words.

use std::collections::BTreeSet;

use shared::assessment::StageName;
use shared::calendar::Year;
use shared::criteria::Title;
use shared::figure::{CountedIn, Figure};
use shared::ids::{DocumentId, SubjectId, UnitId};
use shared::kind::SubjectKind;
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::db::{Result, params, parsed, year_column};

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
        let bit = self.figure.bit();
        match self.figure.counted_in() {
            CountedIn::Subjects => format!("(d.figures & {bit}) <> 0 AND {exists}"),
            CountedIn::Forms => format!("(a.figures & {bit}) <> 0"),
            CountedIn::WithoutForm(of) => {
                format!(
                    "{exists} AND (a.id IS NULL OR (a.figures & {}) = 0)",
                    of.bit()
                )
            }
        }
    }
}

/// Forms that are in a queue at most. A commune has some thousand families.
const QUEUE: usize = 10_000;

/// The forms of a year that are counted in a figure, those that were finished longest ago first; with the moment, 0 for those
/// that are not finished.
pub async fn oldest(
    conn: &mut AnyConnection,
    places: &BTreeSet<UnitId>,
    titles: &[Title],
    year: Year,
    figure: Figure,
) -> Result<Vec<(i64, DocumentId)>> {
    let places: Vec<UnitId> = places.iter().copied().collect();
    let mut found = Vec::new();
    for places in places.chunks(PLACES) {
        let sql = format!(
            "SELECT COALESCE(finished, 0), id FROM documents WHERE kind = 'assessment' AND year = $1 \
             AND (figures & {}) <> 0 AND title IN ({}) AND place IN ({}) ORDER BY 1, 2 LIMIT {QUEUE}",
            figure.bit(),
            params(1, titles.len()),
            params(1 + titles.len(), places.len())
        );
        let mut query =
            sqlx::query_as::<_, (i64, String)>(AssertSqlSafe(sql)).bind(year_column(year));
        for title in titles {
            query = query.bind(title.as_str());
        }
        for place in places {
            query = query.bind(place.to_string());
        }
        for (finished, id) in query.fetch_all(&mut *conn).await? {
            found.push((finished, parsed("documents", "id", &id)?));
        }
    }
    found.sort_unstable();
    found.truncate(QUEUE);
    Ok(found)
}

/// How many forms of a year a shard has of each title at each stage. A stage that this version does not know is none of them.
pub async fn stages(
    conn: &mut AnyConnection,
    shard: UnitId,
    year: Year,
) -> Result<Vec<(Title, StageName, i64)>> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT title, stage, count(*) FROM documents WHERE shard = $1 AND kind = 'assessment' AND year = $2 \
         GROUP BY title, stage ORDER BY title, stage",
    )
    .bind(shard.to_string())
    .bind(year_column(year))
    .fetch_all(conn)
    .await?;
    let known = rows.into_iter().filter_map(|(title, stage, forms)| {
        Some((title.parse().ok()?, StageName::parse(&stage)?, forms))
    });
    Ok(known.collect())
}

/// Places in one statement of a list. More go in several, and are merged.
pub(super) const PLACES: usize = 400;

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
    // A form of a year that is over may have stayed in the commune that its family has left; it is counted there and not here.
    let from = format!(
        "FROM documents d LEFT JOIN documents a ON a.shard = d.shard AND a.subject = d.id AND a.year = $2 AND a.title = $3 \
         WHERE d.kind = $1 AND {filter} AND d.place IN ({list})"
    );
    (from, bound)
}
