//! The `rollup` table: totals per village, title and year.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use shared::criteria::Title;
use shared::ids::UnitId;
use shared::rollup::{Counts, Rollup, RollupKey};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::{Result, millis, moment, parsed, parts, rows_of, unreadable};

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
                .bind(i64::from(key.year))
                .bind(millis(now));
            for value in counts.values() {
                query = query.bind(value);
            }
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// Every row. A district has villages times titles times years of them: some thousands.
pub async fn all(conn: &mut AnyConnection) -> Result<BTreeMap<RollupKey, Total>> {
    let columns = Counts::NAMES.join(", ");
    let sql = format!("SELECT place, title, year, updated_at, {columns} FROM rollup");
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(conn).await?;
    rows.iter().map(read).collect()
}

fn read(row: &AnyRow) -> Result<(RollupKey, Total)> {
    let place: String = row.try_get(0)?;
    let title: String = row.try_get(1)?;
    let year: i64 = row.try_get(2)?;
    let updated_at: i64 = row.try_get(3)?;
    let mut values = [0; Counts::NAMES.len()];
    for (at, value) in values.iter_mut().enumerate() {
        *value = row.try_get(4 + at)?;
    }
    let key = RollupKey {
        place: parsed::<UnitId>("rollup", "place", &place)?,
        title: parsed::<Title>("rollup", "title", &title)?,
        year: i32::try_from(year).map_err(|_| unreadable("rollup", "year", &year.to_string()))?,
    };
    let total = Total {
        counts: Counts::from_values(values),
        updated_at: moment(updated_at),
    };
    Ok((key, total))
}
