//! Organisational units: the tree in memory, and its import.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::NaiveDate;
use serde::Deserialize;
use shared::ids::UnitId;
use shared::org_unit::{Dated, OrgTree, OrgUnit, UnitCode, UnitKind};
use uuid::Uuid;

use crate::db::{self, Db, units};

/// How often a running server looks for new units.
const FRESH: Duration = Duration::from_secs(60);

/// The tree, read by every request and replaced when units change.
#[derive(Clone, Debug, Default)]
pub struct Units(Arc<RwLock<Arc<OrgTree>>>);

impl Units {
    pub async fn load(db: &Db) -> db::Result<Self> {
        let units = Self::default();
        units.reload(db).await?;
        Ok(units)
    }

    pub async fn reload(&self, db: &Db) -> db::Result<()> {
        let tree = OrgTree::new(units::all(&mut *db.read().await?).await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(tree);
        Ok(())
    }

    /// Reads the units again every minute: `banhoc import` adds villages while a server runs, and another server may.
    pub fn keep_fresh(&self, db: Db) {
        let units = self.clone();
        tokio::spawn(async move {
            let mut minutes = tokio::time::interval(FRESH);
            // The first tick is at once, and they have just been read.
            minutes.tick().await;
            loop {
                minutes.tick().await;
                if let Err(error) = units.reload(&db).await {
                    tracing::warn!(%error, "units were not read again");
                }
            }
        });
    }

    pub fn tree(&self) -> Arc<OrgTree> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The file cannot be used; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UnitsError {
    #[error(
        "tệp không phải danh mục đơn vị hành chính: {0}. Cần tệp JSON có province, legacy_districts, legacy_communes và communes_2025"
    )]
    NotUnits(#[from] serde_json::Error),
    #[error("{what} {code} ({name}) trỏ tới mã {missing} không có trong tệp")]
    Dangling {
        what: &'static str,
        code: String,
        name: String,
        missing: String,
    },
    #[error(transparent)]
    Db(#[from] db::DbError),
}

#[derive(Deserialize)]
struct File {
    province: Named,
    legacy_districts: Vec<Named>,
    legacy_communes: Vec<Legacy>,
    communes_2025: Vec<Commune>,
}

#[derive(Deserialize)]
struct Named {
    code: String,
    name: String,
}

#[derive(Deserialize)]
struct Legacy {
    code: String,
    kind: CommuneKind,
    name: String,
    district_code: String,
    lat: Option<f64>,
    lon: Option<f64>,
    successor_2025: String,
}

#[derive(Deserialize)]
struct Commune {
    code: String,
    kind: CommuneKind,
    name: String,
    lat: Option<f64>,
    lon: Option<f64>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CommuneKind {
    Ward,
    #[serde(alias = "town")]
    Township,
    Commune,
}

impl From<CommuneKind> for UnitKind {
    fn from(kind: CommuneKind) -> Self {
        match kind {
            CommuneKind::Ward => UnitKind::Ward,
            CommuneKind::Township => UnitKind::Township,
            CommuneKind::Commune => UnitKind::Commune,
        }
    }
}

/// The day districts ended and the new communes began (resolution 1670/NQ-UBTVQH15).
pub const REORGANISED: NaiveDate =
    NaiveDate::from_ymd_opt(2025, 7, 1).expect("a day of the calendar");

/// The namespace of imported units (a random UUID, fixed for ever): the same file makes the same units.
const UNITS: Uuid = Uuid::from_u128(0x2c1f_83d4_91b7_4f0e_8a65_0d3e_7b94_c1f2);

fn id(era: &str, code: &str) -> UnitId {
    UnitId::from_uuid(Uuid::new_v5(&UNITS, format!("{era}/{code}").as_bytes()))
}

/// Reads a units file: the old map, the new one, and which became which.
///
/// Districts ended in 2025; the communes that succeeded a district's keep together as an *area*, which consolidates
/// where the district did. A new commune belongs to the area of the district that most of its predecessors lay in.
pub fn read(text: &str) -> Result<Vec<OrgUnit>, UnitsError> {
    let file: File = serde_json::from_str(text)?;
    let province = id("province", &file.province.code);
    let mut made = vec![OrgUnit {
        code: Some(UnitCode::new(&file.province.code)),
        ..OrgUnit::new(province, UnitKind::Province, &file.province.name)
    }];
    for district in &file.legacy_districts {
        let area = id("area", &district.code);
        made.push(OrgUnit {
            code: Some(UnitCode::new(&district.code)),
            parents: vec![Dated::always(province)],
            valid_to: Some(REORGANISED),
            successors: vec![area],
            ..OrgUnit::new(
                id("district", &district.code),
                UnitKind::District,
                &district.name,
            )
        });
        let name = district
            .name
            .split_once(' ')
            .map_or(district.name.as_str(), |(_, name)| name);
        let name = name.strip_prefix("phố ").unwrap_or(name);
        made.push(OrgUnit {
            parents: vec![Dated::from(province, REORGANISED)],
            valid_from: Some(REORGANISED),
            ..OrgUnit::new(area, UnitKind::Area, format!("Địa bàn {name}"))
        });
    }
    let districts: Vec<&str> = file
        .legacy_districts
        .iter()
        .map(|it| it.code.as_str())
        .collect();
    let new: Vec<&str> = file
        .communes_2025
        .iter()
        .map(|it| it.code.as_str())
        .collect();
    // How many of a new commune's predecessors lay in each district.
    let mut from: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for legacy in &file.legacy_communes {
        let dangling = |missing: &str| UnitsError::Dangling {
            what: "đơn vị",
            code: legacy.code.clone(),
            name: legacy.name.clone(),
            missing: missing.to_owned(),
        };
        if !districts.contains(&legacy.district_code.as_str()) {
            return Err(dangling(&legacy.district_code));
        }
        if !new.contains(&legacy.successor_2025.as_str()) {
            return Err(dangling(&legacy.successor_2025));
        }
        *from
            .entry(&legacy.successor_2025)
            .or_default()
            .entry(&legacy.district_code)
            .or_default() += 1;
        made.push(OrgUnit {
            code: Some(UnitCode::new(&legacy.code)),
            parents: vec![Dated::always(id("district", &legacy.district_code))],
            valid_to: Some(REORGANISED),
            successors: vec![id("2025", &legacy.successor_2025)],
            lat: legacy.lat,
            lon: legacy.lon,
            ..OrgUnit::new(id("legacy", &legacy.code), legacy.kind.into(), &legacy.name)
        });
    }
    for commune in &file.communes_2025 {
        let most = from
            .get(commune.code.as_str())
            .and_then(|districts| districts.iter().max_by_key(|(_, count)| **count));
        let parent = most.map_or(province, |(district, _)| id("area", district));
        made.push(OrgUnit {
            code: Some(UnitCode::new(&commune.code)),
            parents: vec![Dated::from(parent, REORGANISED)],
            valid_from: Some(REORGANISED),
            lat: commune.lat,
            lon: commune.lon,
            ..OrgUnit::new(
                id("2025", &commune.code),
                commune.kind.into(),
                &commune.name,
            )
        });
    }
    Ok(made)
}

/// Imports a units file and returns how many units it has. Importing it again changes nothing.
pub async fn import(db: &Db, text: &str) -> Result<usize, UnitsError> {
    let mut made = read(text)?;
    let mut tx = db.write().await?;
    // The file knows no telephones; what an office has entered stays.
    let known = units::all(&mut tx).await?.into_iter();
    let telephones: BTreeMap<UnitId, Option<String>> =
        known.map(|unit| (unit.id, unit.telephone)).collect();
    for unit in &mut made {
        unit.telephone = telephones.get(&unit.id).cloned().flatten();
    }
    units::put(&mut tx, &made).await?;
    tx.commit().await.map_err(db::DbError::from)?;
    Ok(made.len())
}

/// Keeps where the people of a unit can be called; nothing forgets it. A running server has it within a minute.
pub async fn set_telephone(db: &Db, id: UnitId, telephone: Option<String>) -> db::Result<()> {
    let mut tx = db.write().await?;
    let mut found: Vec<OrgUnit> = units::all(&mut tx).await?;
    found.retain(|unit| unit.id == id);
    for unit in &mut found {
        unit.telephone.clone_from(&telephone);
    }
    units::put(&mut tx, &found).await?;
    tx.commit().await.map_err(db::DbError::from)
}

/// A unit as people are told of it: its name, its code or the commune it lies in, and what has become of it.
pub fn told(tree: &OrgTree, unit: &OrgUnit, day: NaiveDate) -> String {
    let name = unit.name(day);
    let then = unit.valid_to.and_then(|end| end.pred_opt()).unwrap_or(day);
    let above = match unit.kind {
        UnitKind::Village => tree.commune_of(unit.id, day.min(then)),
        _ => None,
    };
    let told = match (&unit.code, above) {
        (Some(code), _) => format!("{name} (mã {code})"),
        (None, Some(commune)) => format!("{name}, {}", commune.name(day)),
        (None, None) => name.to_owned(),
    };
    if unit.valid_at(day) {
        return told;
    }
    let now = tree.today(unit.id, day);
    let now: Vec<&str> = now.iter().map(|unit| unit.name(day)).collect();
    let end = then.format("%d/%m/%Y");
    match now.is_empty() {
        true => format!("{told}, đến {end}"),
        false => format!("{told}, đến {end}; nay là {}", now.join(", ")),
    }
}

/// The communes a code names on a day: by a code of that day, or by an older one whose commune has become another.
pub fn communes_by_code<'a>(
    tree: &'a OrgTree,
    code: &UnitCode,
    day: NaiveDate,
) -> Vec<&'a OrgUnit> {
    let now = tree.by_code(code, day);
    let now: Vec<_> = now
        .into_iter()
        .filter(|unit| unit.kind.is_commune())
        .collect();
    if !now.is_empty() {
        return now;
    }
    let before = REORGANISED.pred_opt().unwrap_or(REORGANISED);
    tree.by_code(code, before)
        .into_iter()
        .filter(|unit| unit.kind.is_commune())
        .flat_map(|unit| tree.today(unit.id, day))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../../data/lai_chau_units.json");

    fn tree() -> OrgTree {
        OrgTree::new(read(FILE).expect("the province's file"))
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn phong_tho_has_seventeen_communes_then_five() {
        let tree = tree();
        let named = |name: &str| {
            tree.iter()
                .find(|unit| unit.names.iter().any(|it| it.value == name))
                .expect("a unit of the file")
                .id
        };
        let district = named("Huyện Phong Thổ");
        assert_eq!(tree.children(district, day("2023-12-31")).len(), 17);
        let area = tree.today(district, day("2026-01-01"));
        assert_eq!(area.len(), 1);
        assert_eq!(area[0].id, named("Địa bàn Phong Thổ"));
        // Lản Nhì Thàng went to a ward of the city.
        assert_eq!(tree.children(area[0].id, day("2026-01-01")).len(), 5);
        assert!(tree.children(area[0].id, day("2023-12-31")).is_empty());
    }

    #[test]
    fn a_reused_code_names_another_unit_than_before() {
        let tree = tree();
        for code in ["03562", "03394", "03388"] {
            let code = UnitCode::new(code);
            let before = tree.by_code(&code, day("2023-12-31"));
            let after = tree.by_code(&code, day("2026-01-01"));
            assert_eq!((before.len(), after.len()), (1, 1), "{code}");
            assert_ne!(before[0].id, after[0].id, "{code}");
        }
    }

    #[test]
    fn an_old_code_finds_what_the_commune_has_become() {
        let tree = tree();
        let found = communes_by_code(&tree, &UnitCode::new("03589"), day("2026-01-01"));
        assert_eq!(found.len(), 1);
        assert!(found[0].valid_at(day("2026-01-01")));
        assert!(communes_by_code(&tree, &UnitCode::new("99999"), day("2026-01-01")).is_empty());
    }

    #[test]
    fn a_file_of_something_else_is_refused() {
        for text in ["", "[]", "{}", "{\"province\":{\"code\":\"12\"}}"] {
            assert!(matches!(read(text), Err(UnitsError::NotUnits(_))), "{text}");
        }
        let mut file: serde_json::Value = serde_json::from_str(FILE).expect("JSON");
        file["legacy_communes"][0]["successor_2025"] = "99999".into();
        let refused = read(&file.to_string());
        assert!(matches!(refused, Err(UnitsError::Dangling { missing, .. }) if missing == "99999"));
    }
}
