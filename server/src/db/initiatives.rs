//! The `initiatives` table and its authors: what a desk has noted, as it was saved last.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::initiatives::{Initiative, Recognition};
use shared::calendar::Year;
use shared::ids::{InitiativeId, SubjectId, UnitId, UserId};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{ROWS, Result, from_columns, listed, millis, moment, parsed, unreadable, year_column};

/// What was noted, by whom and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: InitiativeId,
    /// In whose register.
    pub unit: UnitId,
    pub initiative: Initiative,
    pub is_struck: bool,
    /// One more each time it is written.
    pub version: i64,
    pub made: (UserId, DateTime<Utc>),
    pub saved: (UserId, DateTime<Utc>),
}

struct KeptRow {
    id: String,
    unit: String,
    year: i64,
    name: String,
    others: String,
    what: String,
    used: String,
    recognised_by: Option<String>,
    recognised_number: Option<String>,
    recognised_on: Option<String>,
    struck: i64,
    version: i64,
    made_by: String,
    made_at: i64,
    saved_by: String,
    saved_at: i64,
}

from_columns!(KeptRow {
    id,
    unit,
    year,
    name,
    others,
    what,
    used,
    recognised_by,
    recognised_number,
    recognised_on,
    struck,
    version,
    made_by,
    made_at,
    saved_by,
    saved_at
});

const TABLE: &str = "initiatives";
const COLUMNS: &str = "i.id, i.unit, i.year, i.name, i.others, i.what, i.used, i.recognised_by, i.recognised_number, \
                       i.recognised_on, i.struck, i.version, i.made_by, i.made_at, i.saved_by, i.saved_at";

impl KeptRow {
    fn read(self) -> Result<Kept> {
        let year = Year::new(self.year);
        let day = |text: &str| parsed::<NaiveDate>(TABLE, "recognised_on", text);
        let on = self.recognised_on.as_deref().map(day).transpose()?;
        let recognised = self.recognised_by.map(|by| Recognition {
            by,
            number: self.recognised_number.unwrap_or_default(),
            on,
        });
        Ok(Kept {
            id: parsed(TABLE, "id", &self.id)?,
            unit: parsed(TABLE, "unit", &self.unit)?,
            initiative: Initiative {
                name: self.name,
                year: year.ok_or_else(|| unreadable(TABLE, "year", &self.year.to_string()))?,
                others: self.others,
                what: self.what,
                used: self.used,
                recognised,
            },
            is_struck: self.struck != 0,
            version: self.version,
            made: (
                parsed(TABLE, "made_by", &self.made_by)?,
                moment(self.made_at),
            ),
            saved: (
                parsed(TABLE, "saved_by", &self.saved_by)?,
                moment(self.saved_at),
            ),
        })
    }
}

/// One, also where it was struck out.
pub async fn by_id(conn: &mut AnyConnection, id: InitiativeId) -> Result<Option<Kept>> {
    let sql = format!("SELECT {COLUMNS} FROM initiatives i WHERE i.id = $1");
    let row: Option<KeptRow> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(id.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(KeptRow::read).transpose()
}

/// Those in the registers of some units, of a year or of all; so many of them, the newest years first.
pub async fn of_units(
    conn: &mut AnyConnection,
    units: &[UnitId],
    year: Option<Year>,
    limit: usize,
) -> Result<Vec<Kept>> {
    let mut found = Vec::new();
    for units in units.chunks(ROWS) {
        let (list, units) = listed(1, units);
        let of_year = match year {
            Some(_) => "i.year = $1",
            None => "i.year >= $1",
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM initiatives i WHERE i.struck = 0 AND {of_year} AND i.unit IN ({list}) \
             ORDER BY i.year DESC, i.id LIMIT {limit}"
        );
        let mut query = sqlx::query_as::<_, KeptRow>(AssertSqlSafe(sql))
            .bind(year_column(year.unwrap_or(Year::FIRST)));
        for unit in units {
            query = query.bind(unit);
        }
        for row in query.fetch_all(&mut *conn).await? {
            found.push(row.read()?);
        }
    }
    found.sort_by_key(|kept| (std::cmp::Reverse(kept.initiative.year), kept.id));
    found.truncate(limit);
    Ok(found)
}

/// The years of which some units have any, newest first.
pub async fn years(conn: &mut AnyConnection, units: &[UnitId]) -> Result<Vec<Year>> {
    let mut years = Vec::new();
    for units in units.chunks(ROWS) {
        let (list, units) = listed(0, units);
        let sql =
            format!("SELECT DISTINCT year FROM initiatives WHERE struck = 0 AND unit IN ({list})");
        let mut query = sqlx::query_as::<_, (i64,)>(AssertSqlSafe(sql));
        for unit in units {
            query = query.bind(unit);
        }
        let found = query.fetch_all(&mut *conn).await?;
        years.extend(found.into_iter().filter_map(|(year,)| Year::new(year)));
    }
    years.sort_unstable();
    years.dedup();
    years.reverse();
    Ok(years)
}

/// Those in which some subjects have a part, each with the subject.
pub async fn of_subjects(
    conn: &mut AnyConnection,
    subjects: &[SubjectId],
) -> Result<Vec<(SubjectId, InitiativeId)>> {
    let mut found = Vec::new();
    for subjects in subjects.chunks(ROWS) {
        let (list, subjects) = listed(0, subjects);
        let sql = format!(
            "SELECT a.subject, a.initiative FROM initiative_authors a JOIN initiatives i ON i.id = a.initiative \
             WHERE i.struck = 0 AND a.subject IN ({list})"
        );
        let mut query = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(sql));
        for subject in subjects {
            query = query.bind(subject);
        }
        for (subject, initiative) in query.fetch_all(&mut *conn).await? {
            let subject = parsed("initiative_authors", "subject", &subject)?;
            found.push((
                subject,
                parsed("initiative_authors", "initiative", &initiative)?,
            ));
        }
    }
    Ok(found)
}

/// Some of them by their ids, those that are there.
pub async fn by_ids(conn: &mut AnyConnection, ids: &[InitiativeId]) -> Result<Vec<Kept>> {
    let mut found = Vec::new();
    for ids in ids.chunks(ROWS) {
        let (list, ids) = listed(0, ids);
        let sql = format!("SELECT {COLUMNS} FROM initiatives i WHERE i.id IN ({list})");
        let mut query = sqlx::query_as::<_, KeptRow>(AssertSqlSafe(sql));
        for id in ids {
            query = query.bind(id);
        }
        for row in query.fetch_all(&mut *conn).await? {
            found.push(row.read()?);
        }
    }
    Ok(found)
}

/// The subjects that are authors of each, as they were named.
pub async fn authors(
    conn: &mut AnyConnection,
    ids: &[InitiativeId],
) -> Result<BTreeMap<InitiativeId, Vec<SubjectId>>> {
    let mut found: BTreeMap<InitiativeId, Vec<SubjectId>> = BTreeMap::new();
    for ids in ids.chunks(ROWS) {
        let (list, ids) = listed(0, ids);
        let sql = format!(
            "SELECT initiative, subject FROM initiative_authors WHERE initiative IN ({list}) ORDER BY subject"
        );
        let mut query = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(sql));
        for id in ids {
            query = query.bind(id);
        }
        for (initiative, subject) in query.fetch_all(&mut *conn).await? {
            let initiative = parsed("initiative_authors", "initiative", &initiative)?;
            let subject = parsed("initiative_authors", "subject", &subject)?;
            found.entry(initiative).or_default().push(subject);
        }
    }
    Ok(found)
}

/// Writes one with its authors: a new one, whose version is 1, or in the place of the version before. `false`: there is another
/// already.
pub async fn put(conn: &mut AnyConnection, kept: &Kept, authors: &[SubjectId]) -> Result<bool> {
    let sql = match kept.version {
        1 => {
            "INSERT INTO initiatives (id, unit, year, name, others, what, used, recognised_by, recognised_number, recognised_on, \
              struck, version, made_by, made_at, saved_by, saved_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (id) DO NOTHING"
        }
        _ => {
            "UPDATE initiatives SET unit = $2, year = $3, name = $4, others = $5, what = $6, used = $7, recognised_by = $8, \
              recognised_number = $9, recognised_on = $10, struck = $11, version = $12, made_by = $13, made_at = $14, \
              saved_by = $15, saved_at = $16 WHERE id = $1 AND version = $12 - 1"
        }
    };
    let of = &kept.initiative;
    let recognised = of.recognised.as_ref();
    let written = sqlx::query(sql)
        .bind(kept.id.to_string())
        .bind(kept.unit.to_string())
        .bind(year_column(of.year))
        .bind(&of.name)
        .bind(&of.others)
        .bind(&of.what)
        .bind(&of.used)
        .bind(recognised.map(|it| it.by.clone()))
        .bind(recognised.map(|it| it.number.clone()))
        .bind(recognised.and_then(|it| it.on).map(|on| on.to_string()))
        .bind(i64::from(kept.is_struck))
        .bind(kept.version)
        .bind(kept.made.0.to_string())
        .bind(millis(kept.made.1))
        .bind(kept.saved.0.to_string())
        .bind(millis(kept.saved.1))
        .execute(&mut *conn)
        .await?;
    if written.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("DELETE FROM initiative_authors WHERE initiative = $1")
        .bind(kept.id.to_string())
        .execute(&mut *conn)
        .await?;
    for author in authors {
        sqlx::query("INSERT INTO initiative_authors (initiative, subject) VALUES ($1, $2)")
            .bind(kept.id.to_string())
            .bind(author.to_string())
            .execute(&mut *conn)
            .await?;
    }
    Ok(true)
}
