//! Subjects that somebody looks for by their name, of whatever kind.

use shared::document::Document;
use shared::ids::UnitId;
use shared::kind::SubjectKind;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::lists::PLACES;
use super::{Found, params};
use crate::db::Result;

/// Those of some kinds in some places whose name or hamlet has each of the words begin one of its own; so many of them, in the order
/// of names. The words come folded, so none of their letters means something in a pattern.
pub async fn named(
    conn: &mut AnyConnection,
    places: &[UnitId],
    kinds: &[SubjectKind],
    words: &[String],
    limit: usize,
) -> Result<Vec<Document>> {
    let mut rows: Vec<(String, String, String)> = Vec::new();
    for places in places.chunks(PLACES) {
        let has = |at: usize| {
            let at = at + 1;
            format!("(' ' || COALESCE(searched, folded)) LIKE ${at}")
        };
        let has: Vec<String> = (0..words.len()).map(has).collect();
        let (has, bound) = (has.join(" AND "), words.len() + kinds.len());
        let sql = format!(
            "SELECT sort_key, id, body FROM documents WHERE {has} AND kind IN ({}) AND place IN ({}) \
             ORDER BY sort_key, id LIMIT {limit}",
            params(words.len(), kinds.len()),
            params(bound, places.len())
        );
        let mut query = sqlx::query_as::<_, (String, String, String)>(AssertSqlSafe(sql));
        for word in words {
            query = query.bind(format!("% {word}%"));
        }
        for kind in kinds {
            query = query.bind(kind.as_str());
        }
        for place in places {
            query = query.bind(place.to_string());
        }
        rows.extend(query.fetch_all(&mut *conn).await?);
    }
    rows.sort_unstable();
    let rows: Vec<(String, String)> = rows
        .into_iter()
        .take(limit)
        .map(|(_, id, body)| (id, body))
        .collect();
    Ok(Found::of(&rows)?.documents)
}
