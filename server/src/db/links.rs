//! The `links` table: who belongs to whom, and how many of those have a title.

use std::collections::BTreeSet;

use shared::calendar::Year;
use shared::document::Document;
use shared::figure::Figure;
use shared::ids::{ChangeId, DocumentId, SubjectId, UnitId};
use shared::membership::{Base, COUNTED_MAX, Link, Members, Who, links};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{ROWS, Result, listed, params, parsed, parts, rows_of, year_column};

/// Writes what subjects say, in the place of what they said.
pub async fn put(conn: &mut AnyConnection, documents: &[&Document]) -> Result<()> {
    let said = documents.iter().filter(|it| it.subject_kind().is_some());
    let said: Vec<(SubjectId, Link)> = said
        .flat_map(|member| links(member).map(|link| (member.id.into(), link)))
        .collect();
    let (standing, taken_back): (Vec<_>, Vec<_>) =
        said.into_iter().partition(|(_, link)| link.group.is_some());
    for rows in parts(&standing) {
        let sql = format!(
            "INSERT INTO links (member, field, belongs_to, base) VALUES {} ON CONFLICT (member, field) DO UPDATE SET \
             belongs_to = excluded.belongs_to, base = excluded.base",
            rows_of(conn, rows.len(), 4)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (member, link) in rows {
            query = query
                .bind(member.to_string())
                .bind(link.field)
                .bind(link.group.map(|group| group.to_string()))
                .bind(link.base);
        }
        query.execute(&mut *conn).await?;
    }
    let fields: BTreeSet<&str> = taken_back.iter().map(|(_, link)| link.field).collect();
    for field in fields {
        let of_field = taken_back.iter().filter(|(_, link)| link.field == field);
        let members: Vec<SubjectId> = of_field.map(|(member, _)| *member).collect();
        for members in members.chunks(ROWS) {
            let (list, members) = listed(1, members);
            let sql = format!("DELETE FROM links WHERE field = $1 AND member IN ({list})");
            let mut query = sqlx::query(AssertSqlSafe(sql)).bind(field);
            for member in members {
                query = query.bind(member);
            }
            query.execute(&mut *conn).await?;
        }
    }
    Ok(())
}

/// Writes again what subjects say, whatever stood there.
pub async fn rewrite(conn: &mut AnyConnection, subjects: &[&Document]) -> Result<()> {
    let members: Vec<DocumentId> = subjects.iter().map(|it| it.id).collect();
    forget(conn, &members).await?;
    put(conn, subjects).await
}

/// Forgets what some members say.
pub async fn forget<T: ToString>(conn: &mut AnyConnection, members: &[T]) -> Result<()> {
    for members in members.chunks(ROWS) {
        let (list, members) = listed(0, members);
        let sql = format!("DELETE FROM links WHERE member IN ({list})");
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for member in members {
            query = query.bind(member);
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// Members after one of them as they are stored, in their order.
pub async fn after(
    conn: &mut AnyConnection,
    member: Option<&str>,
    limit: usize,
) -> Result<Vec<String>> {
    let sql = format!(
        "SELECT DISTINCT member FROM links WHERE member > $1 ORDER BY member LIMIT {limit}"
    );
    let rows: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(member.unwrap_or_default().to_owned())
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|(member,)| member).collect())
}

/// Whom some members belong to.
pub async fn groups_of(
    conn: &mut AnyConnection,
    members: &BTreeSet<SubjectId>,
) -> Result<BTreeSet<SubjectId>> {
    let members: Vec<SubjectId> = members.iter().copied().collect();
    let mut groups = BTreeSet::new();
    for members in members.chunks(ROWS) {
        let (list, members) = listed(0, members);
        let sql = format!("SELECT DISTINCT belongs_to FROM links WHERE member IN ({list})");
        let mut query = sqlx::query_as::<_, (String,)>(AssertSqlSafe(sql));
        for member in members {
            query = query.bind(member);
        }
        for (group,) in query.fetch_all(&mut *conn).await? {
            groups.insert(parsed("links", "belongs_to", &group)?);
        }
    }
    Ok(groups)
}

/// Those who say that they belong to a subject, so many of them.
pub async fn members_of(
    conn: &mut AnyConnection,
    group: SubjectId,
    limit: usize,
) -> Result<Vec<DocumentId>> {
    let sql =
        format!("SELECT member FROM links WHERE belongs_to = $1 ORDER BY member LIMIT {limit}");
    let rows: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(group.to_string())
        .fetch_all(conn)
        .await?;
    let id = |(id,): &(String,)| parsed("links", "member", id);
    rows.iter().map(id).collect()
}

/// Those who belong to a subject and in whose documents a change is named that wrote something there.
pub async fn written_by(
    conn: &mut AnyConnection,
    group: SubjectId,
    change: ChangeId,
    limit: usize,
) -> Result<Vec<DocumentId>> {
    let sql = format!(
        "SELECT id FROM documents WHERE id IN (SELECT member FROM links WHERE belongs_to = $1) AND body LIKE $2 \
         ORDER BY id LIMIT {limit}"
    );
    let rows: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(group.to_string())
        .bind(format!("%{change}%"))
        .fetch_all(conn)
        .await?;
    let id = |(id,): &(String,)| parsed("links", "member", id);
    rows.iter().map(id).collect()
}

/// A row: the member, the field, whom it belongs to, and as what.
pub type Said = (String, String, String, String);

/// The rows of a subject.
pub fn said(member: &Document) -> impl Iterator<Item = Said> {
    links(member).filter_map(|link| {
        let group = link.group?.to_string();
        Some((
            member.id.to_string(),
            link.field.to_owned(),
            group,
            link.base.to_owned(),
        ))
    })
}

/// Everything that is said, of all members.
pub async fn all(conn: &mut AnyConnection) -> Result<BTreeSet<Said>> {
    let rows = sqlx::query_as("SELECT member, field, belongs_to, base FROM links")
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// How many say that they belong to a subject, whether they count or not; one more than are counted stands for any more.
async fn say_so(conn: &mut AnyConnection, base: &Base, group: SubjectId) -> Result<u32> {
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM links WHERE belongs_to = $1 AND base = $2 LIMIT {}) said",
        u64::from(COUNTED_MAX) + 1
    );
    let (count,): (i64,) = sqlx::query_as(AssertSqlSafe(sql))
        .bind(group.to_string())
        .bind(base.name)
        .fetch_one(conn)
        .await?;
    Ok(number(count))
}

/// Counts those who say that they belong to a subject, and of those the ones that have the title of a year.
pub async fn members(
    conn: &mut AnyConnection,
    base: &Base,
    group: SubjectId,
    year: Year,
    shard: UnitId,
) -> Result<Members> {
    let neighbours = match base.who {
        Who::NeighboursThatSaySo => " AND s.shard = $5",
        Who::AllThatSaySo | Who::AllWhoLieThere => "",
    };
    if say_so(conn, base, group).await? > COUNTED_MAX {
        return Ok(Members::default());
    }
    // Forms of a year that is open lie with their subject, and no others are counted by.
    let sql = format!(
        "SELECT count(*), count(f.id) FROM documents s LEFT JOIN documents f \
         ON f.shard = s.shard AND f.subject = s.id AND f.year = $3 AND f.title = $4 AND (f.figures & {}) <> 0 \
         WHERE s.id IN (SELECT member FROM links WHERE belongs_to = $1 AND base = $2) \
         AND s.since <= $3 AND (s.until IS NULL OR s.until > $3){neighbours}",
        Figure::Verified.bit()
    );
    let mut query = sqlx::query_as::<_, (i64, i64)>(AssertSqlSafe(sql))
        .bind(group.to_string())
        .bind(base.name)
        .bind(year_column(year))
        .bind(base.title.as_str());
    if base.who == Who::NeighboursThatSaySo {
        query = query.bind(shard.to_string());
    }
    let (all, titled) = query.fetch_one(conn).await?;
    Ok(Members {
        all: number(all),
        titled: number(titled),
    })
}

/// Counts those in some places that have the title of a year.
pub async fn titled_in(
    conn: &mut AnyConnection,
    base: &Base,
    places: &BTreeSet<UnitId>,
    year: Year,
) -> Result<Members> {
    let places: Vec<UnitId> = places.iter().copied().collect();
    let mut titled = 0;
    for places in places.chunks(ROWS) {
        let sql = format!(
            "SELECT count(*) FROM documents WHERE title = $1 AND year = $2 AND finished IS NOT NULL AND (figures & {}) <> 0 \
             AND place IN ({})",
            Figure::Verified.bit(),
            params(2, places.len())
        );
        let mut query = sqlx::query_as::<_, (i64,)>(AssertSqlSafe(sql))
            .bind(base.title.as_str())
            .bind(year_column(year));
        for place in places {
            query = query.bind(place.to_string());
        }
        let (here,) = query.fetch_one(&mut *conn).await?;
        titled += here;
    }
    Ok(Members {
        all: 0,
        titled: number(titled),
    })
}

fn number(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
