//! Forms in which something stands that was given.

use std::collections::BTreeSet;

use shared::calendar::Year;
use shared::document::Document;
use shared::ids::UnitId;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::lists::PLACES;
use super::{Found, params};
use crate::db::{Result, year_column};

/// The forms of a year in some places in which a contribution was written down at some time, so many of them. Whether anything still
/// stands there the documents say.
pub async fn gave(
    conn: &mut AnyConnection,
    places: &BTreeSet<UnitId>,
    year: Year,
    limit: usize,
) -> Result<Vec<Document>> {
    let places: Vec<UnitId> = places.iter().copied().collect();
    let mut found = Vec::new();
    for places in places.chunks(PLACES) {
        let sql = format!(
            "SELECT id, body FROM documents WHERE year = $1 AND kind = 'assessment' AND body LIKE '%\"gave\\_%' ESCAPE '\\' \
             AND place IN ({}) ORDER BY id LIMIT {}",
            params(1, places.len()),
            limit.saturating_sub(found.len())
        );
        let mut query =
            sqlx::query_as::<_, (String, String)>(AssertSqlSafe(sql)).bind(year_column(year));
        for place in places {
            query = query.bind(place.to_string());
        }
        let rows = query.fetch_all(&mut *conn).await?;
        found.extend(Found::of(&rows)?.documents);
    }
    Ok(found)
}
