//! The `changes` table: the log of every decided change, whose rows are the receipts.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use shared::change::Change;
use shared::ids::{ChangeId, DeviceId, DocumentId, UserId};
use shared::sync::intake::Known;
use shared::sync::{Logged, Outcome};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{
    ROWS, Result, from_columns, from_json, listed, millis, moment, params, parsed, parts, rows_of,
    to_json,
};

/// The receipts of changes that were decided before.
pub async fn receipts(
    conn: &mut AnyConnection,
    ids: &[ChangeId],
) -> Result<BTreeMap<ChangeId, Known>> {
    let mut known = BTreeMap::new();
    for ids in ids.chunks(ROWS) {
        let (list, ids) = listed(0, ids);
        let sql = format!("SELECT id, by_user, outcome FROM changes WHERE id IN ({list})");
        let mut query = sqlx::query_as::<_, (String, String, String)>(AssertSqlSafe(sql));
        for id in ids {
            query = query.bind(id);
        }
        for (id, by, outcome) in query.fetch_all(&mut *conn).await? {
            let receipt = Known {
                by: parsed("changes", "by_user", &by)?,
                outcome: from_json("changes", "outcome", &outcome)?,
            };
            known.insert(parsed("changes", "id", &id)?, receipt);
        }
    }
    Ok(known)
}

/// A decided change with the device it came from.
#[derive(Clone, Debug)]
pub struct NewRow<'a> {
    pub logged: &'a Logged,
    pub device: Option<DeviceId>,
}

/// Appends to the log. `false` when one of the ids was in it already: two transactions decided the same change at once
/// before its document told them to wait for each other, and this one must decide again.
pub async fn append(
    conn: &mut AnyConnection,
    rows: &[NewRow<'_>],
    received_at: DateTime<Utc>,
) -> Result<bool> {
    for rows in parts(rows) {
        let sql = format!(
            "INSERT INTO changes (id, doc, shard, by_user, device, made_at, received_at, body, outcome, before_value) \
             VALUES {} ON CONFLICT (id) DO NOTHING",
            rows_of(conn, rows.len(), 10)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for NewRow { logged, device } in rows {
            query = query
                .bind(logged.change.id.to_string())
                .bind(logged.change.doc.to_string())
                .bind(logged.shard.map(|shard| shard.to_string()))
                .bind(logged.by.to_string())
                .bind(device.map(|device| device.to_string()))
                .bind(millis(logged.change.made_at))
                .bind(millis(received_at))
                .bind(body(logged))
                .bind(to_json(&logged.outcome))
                .bind(logged.before.as_ref().map(to_json));
        }
        if query.execute(&mut *conn).await?.rows_affected() != rows.len() as u64 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What is kept of a change. Of one that was refused, only what tells it again: whoever may change nothing must not fill
/// the log.
fn body(logged: &Logged) -> String {
    let change = to_json(&logged.change);
    if matches!(logged.outcome, Outcome::Received { .. }) {
        return change;
    }
    #[derive(Serialize)]
    struct Refused<'a> {
        kind: &'a str,
        sha256: String,
    }
    let sha256 = Sha256::digest(&change);
    to_json(&Refused {
        kind: logged.change.body.kind(),
        sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

/// Whether anything was ever decided here.
pub async fn any(conn: &mut AnyConnection) -> Result<bool> {
    let (any,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM (SELECT 1 FROM changes LIMIT 1) AS one")
            .fetch_one(conn)
            .await?;
    Ok(any > 0)
}

/// What one person's changes to some documents were, those that were received, in their order.
pub async fn written_by(
    conn: &mut AnyConnection,
    documents: &[DocumentId],
    by: UserId,
) -> Result<Vec<Change>> {
    let mut written = Vec::new();
    for documents in documents.chunks(ROWS) {
        let sql = format!(
            "SELECT body FROM changes WHERE by_user = $1 AND doc IN ({}) AND outcome LIKE '{{\"received\"%' \
             ORDER BY received_at, id",
            params(1, documents.len())
        );
        let mut query = sqlx::query_as::<_, (String,)>(AssertSqlSafe(sql)).bind(by.to_string());
        for document in documents {
            query = query.bind(document.to_string());
        }
        for (body,) in query.fetch_all(&mut *conn).await? {
            written.push(from_json("changes", "body", &body)?);
        }
    }
    Ok(written)
}

/// The ids of all changes that were received for some documents.
pub async fn received_for(
    conn: &mut AnyConnection,
    documents: &[DocumentId],
) -> Result<Vec<(DocumentId, ChangeId)>> {
    let mut received = Vec::new();
    for documents in documents.chunks(ROWS) {
        let (list, documents) = listed(0, documents);
        let sql = format!(
            "SELECT doc, id FROM changes WHERE doc IN ({list}) AND outcome LIKE '{{\"received\"%'"
        );
        let mut query = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(sql));
        for document in documents {
            query = query.bind(document);
        }
        for (document, change) in query.fetch_all(&mut *conn).await? {
            let document = parsed("changes", "doc", &document)?;
            received.push((document, parsed("changes", "id", &change)?));
        }
    }
    Ok(received)
}

/// A line of a history.
#[derive(Clone, Debug)]
pub struct Entry {
    pub document: DocumentId,
    pub change: Change,
    pub by: UserId,
    pub device: Option<DeviceId>,
    pub received_at: DateTime<Utc>,
    pub before: Option<Value>,
}

struct Row {
    doc: String,
    by_user: String,
    device: Option<String>,
    received_at: i64,
    body: String,
    before_value: Option<String>,
}

from_columns!(Row {
    doc,
    by_user,
    device,
    received_at,
    body,
    before_value
});

impl Row {
    fn entry(self) -> Result<Entry> {
        Ok(Entry {
            document: parsed("changes", "doc", &self.doc)?,
            change: from_json("changes", "body", &self.body)?,
            by: parsed("changes", "by_user", &self.by_user)?,
            device: self
                .device
                .map(|device| parsed("changes", "device", &device))
                .transpose()?,
            received_at: moment(self.received_at),
            before: self
                .before_value
                .map(|before| from_json("changes", "before_value", &before))
                .transpose()?,
        })
    }
}

const COLUMNS: &str = "doc, by_user, device, received_at, body, before_value";

/// Received changes by their ids, in the order of those.
pub async fn by_ids(conn: &mut AnyConnection, ids: &[ChangeId]) -> Result<Vec<Entry>> {
    let mut entries = Vec::with_capacity(ids.len());
    for ids in ids.chunks(ROWS) {
        let (list, ids) = listed(0, ids);
        let sql = format!(
            "SELECT {COLUMNS} FROM changes WHERE id IN ({list}) AND outcome LIKE '{{\"received\"%' ORDER BY id"
        );
        let mut query = sqlx::query_as::<_, Row>(AssertSqlSafe(sql));
        for id in ids {
            query = query.bind(id);
        }
        for row in query.fetch_all(&mut *conn).await? {
            entries.push(row.entry()?);
        }
    }
    Ok(entries)
}

/// What was received for some documents, newest first.
pub async fn history(
    conn: &mut AnyConnection,
    documents: &[DocumentId],
    limit: usize,
) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for documents in documents.chunks(ROWS) {
        let sql = format!(
            "SELECT {COLUMNS} FROM changes \
             WHERE doc IN ({}) AND outcome LIKE '{{\"received\"%' \
             ORDER BY received_at DESC, id DESC LIMIT {limit}",
            params(0, documents.len())
        );
        let mut query = sqlx::query_as::<_, Row>(AssertSqlSafe(sql));
        for document in documents {
            query = query.bind(document.to_string());
        }
        for row in query.fetch_all(&mut *conn).await? {
            entries.push(row.entry()?);
        }
    }
    entries.sort_by(|a, b| {
        let newest = b.received_at.cmp(&a.received_at);
        newest.then(b.change.id.cmp(&a.change.id))
    });
    entries.truncate(limit);
    Ok(entries)
}
