//! The `campaigns` table: by which day each step of a year is due. One row a unit, year and title, the last that was set.

use chrono::{DateTime, NaiveDate, Utc};
use shared::SortedMap;
use shared::calendar::Year;
use shared::campaign::{Days, Plan, Step};
use shared::criteria::Title;
use shared::ids::{UnitId, UserId};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{
    ROWS, Result, from_columns, from_json, listed, millis, moment, parsed, to_json, unreadable,
    year_column,
};

/// What was set, how often, when and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub plan: Plan,
    pub year: Year,
    pub version: i64,
    pub by: UserId,
    pub at: DateTime<Utc>,
}

struct Row {
    unit: String,
    year: i64,
    title: String,
    days: String,
    version: i64,
    saved_by: String,
    saved_at: i64,
}

from_columns!(Row {
    unit,
    year,
    title,
    days,
    version,
    saved_by,
    saved_at
});

impl TryFrom<Row> for Kept {
    type Error = super::DbError;

    fn try_from(row: Row) -> Result<Self> {
        let title = match row.title.as_str() {
            "" => None,
            title => Some(parsed::<Title>("campaigns", "title", title)?),
        };
        // A step that only a newer version knows is stepped over.
        let days: SortedMap<String, NaiveDate> = from_json("campaigns", "days", &row.days)?;
        let known = days
            .iter()
            .filter_map(|(step, day)| Some((Step::parse(step)?, *day)));
        Ok(Self {
            plan: Plan {
                unit: parsed("campaigns", "unit", &row.unit)?,
                title,
                days: known.collect(),
            },
            year: Year::new(row.year)
                .ok_or_else(|| unreadable("campaigns", "year", &row.year.to_string()))?,
            version: row.version,
            by: parsed("campaigns", "saved_by", &row.saved_by)?,
            at: moment(row.saved_at),
        })
    }
}

/// What some units have set for the years from one to another.
pub async fn of(
    conn: &mut AnyConnection,
    units: &[UnitId],
    (from, to): (Year, Year),
) -> Result<Vec<Kept>> {
    let mut found = Vec::new();
    for units in units.chunks(ROWS) {
        let (list, units) = listed(2, units);
        let sql = format!(
            "SELECT unit, year, title, days, version, saved_by, saved_at FROM campaigns \
             WHERE year >= $1 AND year <= $2 AND unit IN ({list}) ORDER BY unit, year, title"
        );
        let mut query = sqlx::query_as::<_, Row>(AssertSqlSafe(sql))
            .bind(year_column(from))
            .bind(year_column(to));
        for unit in units {
            query = query.bind(unit);
        }
        for row in query.fetch_all(&mut *conn).await? {
            found.push(row.try_into()?);
        }
    }
    Ok(found)
}

/// Writes what a unit has set as its next version. `false`: it is not the next, somebody else has set it meanwhile.
pub async fn put(conn: &mut AnyConnection, kept: &Kept) -> Result<bool> {
    let sql = match kept.version {
        ..=1 => {
            "INSERT INTO campaigns (unit, year, title, days, version, saved_by, saved_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (unit, year, title) DO NOTHING"
        }
        _ => {
            "UPDATE campaigns SET days = $4, version = $5, saved_by = $6, saved_at = $7 \
             WHERE unit = $1 AND year = $2 AND title = $3 AND version = $5 - 1"
        }
    };
    let written = sqlx::query(sql)
        .bind(kept.plan.unit.to_string())
        .bind(year_column(kept.year))
        .bind(kept.plan.title.map_or("", Title::as_str))
        .bind(written(&kept.plan.days))
        .bind(kept.version)
        .bind(kept.by.to_string())
        .bind(millis(kept.at))
        .execute(conn)
        .await?;
    Ok(written.rows_affected() == 1)
}

fn written(days: &Days) -> String {
    let days = days.iter().map(|(step, day)| (step.as_str(), *day));
    let days: std::collections::BTreeMap<&str, NaiveDate> = days.collect();
    to_json(&days)
}
