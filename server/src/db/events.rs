//! The `events` table: who signed in, failed, read or carried what.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use shared::event::EventKind;
use shared::ids::{DocumentId, UnitId, UserId};
use sqlx::{AnyConnection, AssertSqlSafe};
use uuid::Uuid;

use super::{
    ROWS, Result, from_columns, millis, moment, params, parsed, parts, rows_of, unreadable,
};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub kind: EventKind,
    /// Who did it. Nobody: nobody was signed in, or it was done on the server's own terminal.
    pub by: Option<UserId>,
    /// Whose account it concerns, when somebody else's.
    pub of: Option<UserId>,
    /// The document that was read.
    pub doc: Option<DocumentId>,
    /// A file's hash, or what was exported.
    pub what: Option<String>,
    /// How often within some minutes.
    pub times: u32,
    /// The address, cut so that it names a network and no household.
    pub network: Option<String>,
}

pub async fn insert(conn: &mut AnyConnection, events: &[Event]) -> Result<()> {
    for events in parts(events) {
        let sql = format!(
            "INSERT INTO events (id, at, kind, by_user, of_user, doc, what, times, network) VALUES {}",
            rows_of(conn, events.len(), 9)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for event in events {
            query = query
                .bind(Uuid::now_v7().to_string())
                .bind(millis(event.at))
                .bind(event.kind.as_str())
                .bind(event.by.map(|id| id.to_string()))
                .bind(event.of.map(|id| id.to_string()))
                .bind(event.doc.map(|id| id.to_string()))
                .bind(event.what.clone())
                .bind(i64::from(event.times))
                .bind(event.network.clone());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// Which events are asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub kind: Option<EventKind>,
    /// Done by one of these people, or concerning one of them.
    pub people: Option<Vec<UserId>>,
    /// Done by or concerning people who answer for one of these units. (Those of the server's terminal and of nobody are for
    /// those who see everything.)
    pub units: Option<Vec<UnitId>>,
    pub before: Option<DateTime<Utc>>,
}

struct Row {
    at: i64,
    kind: String,
    by_user: Option<String>,
    of_user: Option<String>,
    doc: Option<String>,
    what: Option<String>,
    times: i64,
    network: Option<String>,
}

from_columns!(Row {
    at,
    kind,
    by_user,
    of_user,
    doc,
    what,
    times,
    network
});

impl TryFrom<Row> for Event {
    type Error = super::DbError;

    fn try_from(row: Row) -> Result<Self> {
        fn id<T: std::str::FromStr>(
            column: &'static str,
            text: Option<String>,
        ) -> Result<Option<T>> {
            text.map(|text| parsed("events", column, &text)).transpose()
        }
        Ok(Self {
            at: moment(row.at),
            kind: EventKind::parse(&row.kind)
                .ok_or_else(|| unreadable("events", "kind", &row.kind))?,
            by: id("by_user", row.by_user)?,
            of: id("of_user", row.of_user)?,
            doc: id("doc", row.doc)?,
            what: row.what,
            times: u32::try_from(row.times).unwrap_or(u32::MAX),
            network: row.network,
        })
    }
}

/// Events, the newest first. A kind that only a newer version knows is stepped over.
pub async fn list(
    conn: &mut AnyConnection,
    wanted: &Wanted,
    offset: usize,
    limit: usize,
) -> Result<Vec<Event>> {
    let mut conditions = vec!["1 = 1".to_owned()];
    let mut values: Vec<String> = Vec::new();
    if let Some(kind) = wanted.kind {
        values.push(kind.as_str().to_owned());
        conditions.push(format!("kind = ${}", values.len()));
    }
    if let Some(people) = &wanted.people {
        let list = listed(&mut values, people);
        conditions.push(format!("(by_user IN ({list}) OR of_user IN ({list}))"));
    }
    if let Some(units) = &wanted.units {
        let list = listed(&mut values, units);
        let people = format!("SELECT user_id FROM user_units WHERE unit_id IN ({list})");
        conditions.push(format!("(by_user IN ({people}) OR of_user IN ({people}))"));
    }
    if let Some(before) = wanted.before {
        // A number and no text, so it needs no place.
        conditions.push(format!("at < {}", millis(before)));
    }
    let sql = format!(
        "SELECT at, kind, by_user, of_user, doc, what, times, network FROM events WHERE {} \
         ORDER BY at DESC, id DESC LIMIT {limit} OFFSET {offset}",
        conditions.join(" AND ")
    );
    let mut query = sqlx::query_as::<_, Row>(AssertSqlSafe(sql));
    for value in values {
        query = query.bind(value);
    }
    let rows = query.fetch_all(conn).await?;
    let known = rows
        .into_iter()
        .filter(|row| EventKind::parse(&row.kind).is_some());
    known.map(Event::try_from).collect()
}

/// Places for some ids after the values that stand already; `NULL` when there are none, which nothing is.
fn listed<T: ToString>(values: &mut Vec<String>, ids: &[T]) -> String {
    let ids = ids.get(..IDS.min(ids.len())).unwrap_or_default();
    if ids.is_empty() {
        return "NULL".to_owned();
    }
    let list = params(values.len(), ids.len());
    values.extend(ids.iter().map(ToString::to_string));
    list
}

/// Ids in one condition at most: more than a province has units. SQLite takes four times as many values.
const IDS: usize = 8_192;

/// Deletes what happened before a moment; returns how much that was.
pub async fn delete_before(conn: &mut AnyConnection, before: DateTime<Utc>) -> Result<u64> {
    let deleted = sqlx::query("DELETE FROM events WHERE at < $1")
        .bind(millis(before))
        .execute(conn)
        .await?;
    Ok(deleted.rows_affected())
}

/// Those of some people who have signed in, as far back as events are kept.
pub async fn have_signed_in(
    conn: &mut AnyConnection,
    people: &[UserId],
) -> Result<BTreeSet<UserId>> {
    let mut found = BTreeSet::new();
    for people in people.chunks(ROWS) {
        let sql = format!(
            "SELECT DISTINCT by_user FROM events WHERE kind = $1 AND by_user IN ({})",
            params(1, people.len())
        );
        let mut query =
            sqlx::query_as::<_, (String,)>(AssertSqlSafe(sql)).bind(EventKind::SignedIn.as_str());
        for user in people {
            query = query.bind(user.to_string());
        }
        for (user,) in query.fetch_all(&mut *conn).await? {
            found.insert(parsed("events", "by_user", &user)?);
        }
    }
    Ok(found)
}
