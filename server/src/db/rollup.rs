//! The `rollup` table: totals per village, title and year.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use shared::criteria::Title;
use shared::ids::UnitId;
use shared::rollup::{Counts, Rollup, RollupKey};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{
    DbError, Result, millis, moment, params, parsed, parts, rows_of, unreadable, year_column,
};

/// A row of totals, with the moment it last moved.
#[derive(Clone, Copy, Debug)]
pub struct Total {
    pub counts: Counts,
    pub updated_at: DateTime<Utc>,
}

/// Adds differences to the totals.
pub async fn add(conn: &mut AnyConnection, differences: &Rollup, now: DateTime<Utc>) -> Result<()> {
    let columns = Counts::NAMES.join(", ");
    let sums: Vec<String> = Counts::NAMES
        .iter()
        .map(|name| format!("{name} = rollup.{name} + excluded.{name}"))
        .collect();
    let rows: Vec<_> = differences.iter().collect();
    for rows in parts(&rows) {
        let sql = format!(
            "INSERT INTO rollup (place, title, year, updated_at, {columns}) VALUES {} \
             ON CONFLICT (place, title, year) DO UPDATE SET updated_at = excluded.updated_at, {}",
            rows_of(conn, rows.len(), 4 + Counts::NAMES.len()),
            sums.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (key, counts) in rows {
            query = query
                .bind(key.place.to_string())
                .bind(key.title.as_str())
                .bind(year_column(key.year))
                .bind(millis(now));
            for value in counts.values() {
                query = query.bind(value);
            }
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// Places in one statement.
const PLACES: usize = 400;

/// The rows of some places, so that what is read grows with what is shown. They come as one text, because a row of its own
/// for each costs more than all the rest of a dashboard.
pub async fn of_places(
    conn: &mut AnyConnection,
    places: &BTreeSet<UnitId>,
) -> Result<BTreeMap<RollupKey, Total>> {
    let places: Vec<UnitId> = places.iter().copied().collect();
    let mut found = BTreeMap::new();
    for places in places.chunks(PLACES) {
        let sql = format!(
            "SELECT {} FROM rollup WHERE place IN ({})",
            as_text(),
            params(0, places.len())
        );
        let mut query = sqlx::query_as::<_, (Option<String>,)>(AssertSqlSafe(sql));
        for place in places {
            query = query.bind(place.to_string());
        }
        let (rows,) = query.fetch_one(&mut *conn).await?;
        found.extend(all_of(&rows.unwrap_or_default()));
    }
    Ok(found)
}

/// Every row: some thousands in a district.
pub async fn all(conn: &mut AnyConnection) -> Result<BTreeMap<RollupKey, Total>> {
    let sql = format!("SELECT {} FROM rollup", as_text());
    let (rows,): (Option<String>,) = sqlx::query_as(AssertSqlSafe(sql)).fetch_one(conn).await?;
    Ok(all_of(&rows.unwrap_or_default()).collect())
}

/// The places that have totals.
pub async fn places(conn: &mut AnyConnection) -> Result<Vec<UnitId>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT DISTINCT place FROM rollup ORDER BY place")
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|(place,)| parsed("rollup", "place", place))
        .collect()
}

/// Rows as one text.
fn as_text() -> String {
    let numbers: Vec<String> = ["year", "updated_at"]
        .iter()
        .chain(Counts::NAMES)
        .map(|name| format!("CAST({name} AS TEXT)"))
        .collect();
    let row = numbers.join(" || ' ' || ");
    format!("string_agg(place || ' ' || title || ' ' || {row}, ';')")
}

/// The rows of such a text. One that cannot be read is of a year or a title that this version cannot show either.
fn all_of(rows: &str) -> impl Iterator<Item = (RollupKey, Total)> {
    rows.split_terminator(';').filter_map(|row| {
        let told = |error: &DbError| tracing::error!(%error, "a row of totals is left out");
        read(row).inspect_err(told).ok()
    })
}

fn read(row: &str) -> Result<(RollupKey, Total)> {
    let mut words = row.split(' ');
    let mut next = |column| {
        words
            .next()
            .ok_or_else(|| unreadable("rollup", column, row))
    };
    let place = parsed::<UnitId>("rollup", "place", next("place")?)?;
    let title = parsed::<Title>("rollup", "title", next("title")?)?;
    let year = parsed("rollup", "year", next("year")?)?;
    let updated_at = parsed("rollup", "updated_at", next("updated_at")?)?;
    let mut values = [0; Counts::NAMES.len()];
    for (value, name) in values.iter_mut().zip(Counts::NAMES) {
        *value = parsed("rollup", name, next(name)?)?;
    }
    let key = RollupKey { place, title, year };
    let total = Total {
        counts: Counts::from_values(values),
        updated_at: moment(updated_at),
    };
    Ok((key, total))
}
