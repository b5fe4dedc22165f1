//! The `rollup` table: totals per village, title and year.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use shared::criteria::Title;
use shared::ids::UnitId;
use shared::rollup::{Counts, Rollup, RollupKey};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{DbError, Result, millis, moment, parsed, parts, rows_of, unreadable, year_column};

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
             ON CONFLICT (title, place, year) DO UPDATE SET updated_at = excluded.updated_at, {}",
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

/// Every row. A district has villages times titles times years of them: some thousands, which come as one text, because
/// a row of its own for each costs more than all the rest of a dashboard.
pub async fn all(conn: &mut AnyConnection) -> Result<BTreeMap<RollupKey, Total>> {
    let numbers: Vec<String> = ["year", "updated_at"]
        .iter()
        .chain(Counts::NAMES)
        .map(|name| format!("CAST({name} AS TEXT)"))
        .collect();
    let sql = format!(
        "SELECT string_agg(place || ' ' || title || ' ' || {}, ';') FROM rollup",
        numbers.join(" || ' ' || ")
    );
    let (rows,): (Option<String>,) = sqlx::query_as(AssertSqlSafe(sql)).fetch_one(conn).await?;
    let rows = rows.unwrap_or_default();
    let rows = rows.split_terminator(';');
    // A row that cannot be read is of a year or a title that this version cannot show either.
    Ok(rows
        .filter_map(|row| {
            let read = read(row);
            let told = |error: &DbError| tracing::error!(%error, "a row of totals is left out");
            read.inspect_err(told).ok()
        })
        .collect())
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
