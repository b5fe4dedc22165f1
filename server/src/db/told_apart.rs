//! The `told_apart` table: subjects of one name that somebody has said are two.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use shared::ids::{DocumentId, UserId};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{ROWS, Result, listed, millis, parsed};

/// Two subjects, the smaller id first.
pub type Two = (DocumentId, DocumentId);

/// Two in the order in which they are kept.
pub fn two(one: DocumentId, other: DocumentId) -> Two {
    (one.min(other), one.max(other))
}

/// Says that two subjects are two. Said twice, the first stands.
pub async fn put(
    conn: &mut AnyConnection,
    (one, other): Two,
    by: UserId,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO told_apart (one, other, told_by, told_at) VALUES ($1, $2, $3, $4) ON CONFLICT (one, other) DO NOTHING",
    )
    .bind(one.to_string())
    .bind(other.to_string())
    .bind(by.to_string())
    .bind(millis(at))
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes it back.
pub async fn forget(conn: &mut AnyConnection, (one, other): Two) -> Result<()> {
    sqlx::query("DELETE FROM told_apart WHERE one = $1 AND other = $2")
        .bind(one.to_string())
        .bind(other.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Those that were said to be two, of whom one is among some.
pub async fn among(conn: &mut AnyConnection, subjects: &[DocumentId]) -> Result<BTreeSet<Two>> {
    let mut apart = BTreeSet::new();
    for subjects in subjects.chunks(ROWS) {
        let (list, subjects) = listed(0, subjects);
        let sql = format!("SELECT one, other FROM told_apart WHERE one IN ({list})");
        let mut query = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(sql));
        for subject in subjects {
            query = query.bind(subject);
        }
        for (one, other) in query.fetch_all(&mut *conn).await? {
            apart.insert((
                parsed("told_apart", "one", &one)?,
                parsed("told_apart", "other", &other)?,
            ));
        }
    }
    Ok(apart)
}
