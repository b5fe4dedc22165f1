//! The figures of a unit: totals added up, nothing recounted.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    Dashboard, DashboardQuery, MapChoice, SameDay, TitleCounts, UnitCounts, YearCounts,
};
use shared::calendar::{self, Year};
use shared::criteria::Title;
use shared::ids::UnitId;
use shared::org_unit::OrgUnit;
use shared::rollup::{Counts, RollupKey, in_year};

use super::day_map::{DayMap, Reader};
use super::targets::target;
use crate::db::rollup::Total;
use crate::db::{self, AnyConnection, documents, rollup};

/// The last day of the map of 17 communes that the district planned by.
const OLD_MAP: NaiveDate = NaiveDate::from_ymd_opt(2023, 12, 31).expect("a day of the calendar");
/// Years of the movement (decision 387/QĐ-TTg and its siblings run from 2021; the campaign from 2023).
const FIRST_YEAR: Year = Year::new(2023).expect("a year of the movement");

struct Sums<'a> {
    rows: &'a BTreeMap<RollupKey, Total>,
}

impl Sums<'_> {
    fn total(
        &self,
        inside: &BTreeSet<UnitId>,
        title: Title,
        year: Year,
    ) -> (Counts, Option<DateTime<Utc>>) {
        let mut counts = Counts::default();
        let mut last = None;
        for (key, total) in self.rows {
            if key.title == title && inside.contains(&key.place) {
                counts += in_year(key, &total.counts, year);
                last = last.max(Some(total.updated_at));
            }
        }
        (counts, last)
    }
}

fn unit_counts(
    unit: &OrgUnit,
    as_of: NaiveDate,
    villages: u32,
    (counts, last_change): (Counts, Option<DateTime<Utc>>),
) -> UnitCounts {
    UnitCounts {
        unit: unit.id,
        name: unit.name(as_of).to_owned(),
        kind: unit.kind,
        code: unit.code.as_ref().map(|code| code.as_str().to_owned()),
        lat: unit.lat,
        lon: unit.lon,
        counts,
        villages,
        last_change,
    }
}

/// The figures of a unit, or of the reader's home. `None`: the reader may not see them.
pub async fn figures(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    home: Option<UnitId>,
    query: &DashboardQuery,
    now: DateTime<Utc>,
) -> db::Result<Option<Dashboard>> {
    let DashboardQuery { title, year, .. } = *query;
    let (tree, today) = (reader.tree, reader.today);
    let as_of = query.as_of.unwrap_or(today);
    let asked = query.unit.or(home);
    let Some(asked) = asked.and_then(|asked| reader.counted(asked, as_of)) else {
        return Ok(None);
    };
    let map = DayMap::new(tree, as_of, today);
    let standing = map.standing(asked);
    // A commune made of several is divided into what they were; a unit with one predecessor is that one.
    let (unit, parts) = match standing.as_slice() {
        [] => return Ok(None),
        [one] => (*one, map.parts(one)),
        several => (asked, several.to_vec()),
    };
    let inside = map.places(&standing);
    let rows = rollup::of_places(conn, &inside).await?;
    let sums = Sums { rows: &rows };
    let mut apart = inside.clone();
    let parts = parts
        .into_iter()
        .map(|part| {
            let inside = map.places(&[part]);
            apart.retain(|place| !inside.contains(place));
            let villages = map.villages(&[part]);
            unit_counts(part, as_of, villages, sums.total(&inside, title, year))
        })
        .collect();
    let titles = Title::ALL
        .into_iter()
        .map(|title| TitleCounts {
            title,
            counts: sums.total(&inside, title, year).0,
            target: target(title, year),
        })
        .filter(|it| it.counts.subjects > 0)
        .collect();
    let years = Year::range(FIRST_YEAR, calendar::year_judged(today).max(year))
        .map(|year| YearCounts {
            year,
            counts: sums.total(&inside, title, year).0,
        })
        .collect();
    let last_year = sums.total(&inside, title, year.before()).0;
    let same_day = match today <= year.last_day() && last_year.subjects > 0 {
        true => {
            let day = calendar::a_year_before(today);
            let end = calendar::end(day);
            let passed = documents::passed_before(conn, &inside, title, year.before(), end).await?;
            Some(SameDay { day, passed })
        }
        false => None,
    };
    let top = home.and_then(|home| tree.get(home)).unwrap_or(asked);
    let maps = [OLD_MAP, today]
        .into_iter()
        .map(|as_of| MapChoice {
            as_of,
            communes: DayMap::new(tree, as_of, today).communes(top),
        })
        .filter(|map| map.communes > 0)
        .collect();
    let villages = map.villages(&standing);
    Ok(Some(Dashboard {
        crumbs: reader.crumbs(unit, as_of),
        unit: unit_counts(unit, as_of, villages, sums.total(&inside, title, year)),
        last_year,
        same_day,
        apart: sums.total(&apart, title, year).0,
        parts,
        titles,
        years,
        target: target(title, year),
        as_of,
        maps,
        generated_at: now,
    }))
}
