//! The district of the simulation: three communes of two villages each, and who works there.

use std::sync::OnceLock;

use chrono::{Days, NaiveDate};
use shared::access::{Actor, Role, Scope};
use shared::criteria::{CriteriaSet, CriteriaSetId, Title};
use shared::ids::{UnitId, UserId};
use shared::org_unit::{Dated, OrgTree, OrgUnit, UnitKind};
use uuid::Uuid;

pub const COMMUNES: usize = 3;
const VILLAGES: usize = 2;

pub fn unit(number: usize) -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(number as u128))
}

/// The number a unit is shown by.
pub fn number(unit: UnitId) -> u128 {
    unit.as_uuid().as_u128()
}

/// A commune of the old map, from 0.
pub fn commune(at: usize) -> UnitId {
    unit(1 + at % COMMUNES)
}

/// A village, from 0: two in each commune.
pub fn village(at: usize) -> UnitId {
    let at = at % (COMMUNES * VILLAGES);
    unit(10 * (1 + at / VILLAGES) + at % VILLAGES)
}

/// The unit above the communes. None of them lies in it, so that what is its own is told from what is theirs.
pub fn area() -> UnitId {
    unit(900)
}

/// The first day of the simulation.
pub fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 1).expect("a day of the calendar")
}

/// The map of the first day.
pub fn first_map() -> Vec<OrgUnit> {
    let province = OrgUnit::new(unit(1_000), UnitKind::Province, "Lai Châu");
    let area = OrgUnit {
        parents: vec![Dated::always(unit(1_000))],
        ..OrgUnit::new(area(), UnitKind::Area, "Địa bàn")
    };
    let mut units = vec![province, area];
    for at in 0..COMMUNES {
        units.push(OrgUnit {
            parents: vec![Dated::always(unit(1_000))],
            ..OrgUnit::new(commune(at), UnitKind::Commune, format!("Xã {}", at + 1))
        });
    }
    for at in 0..COMMUNES * VILLAGES {
        units.push(OrgUnit {
            parents: vec![Dated::always(commune(at / VILLAGES))],
            ..OrgUnit::new(village(at), UnitKind::Village, format!("Bản {}", at + 1))
        });
    }
    units
}

/// How communes are reorganised.
#[derive(Clone, Copy, Debug)]
pub enum Reorganisation {
    /// Two communes end, a new one takes them over.
    Merge(usize, usize),
    /// The second commune ends, the first takes it over.
    Absorb(usize, usize),
    /// A village goes to another commune; both communes go on.
    Village { village: usize, to: usize },
}

/// The map with a reorganisation that holds from a day.
pub fn reorganised(mut units: Vec<OrgUnit>, how: Reorganisation, day: NaiveDate) -> Vec<OrgUnit> {
    let tree = OrgTree::new(units.clone());
    // What stands today in the place of a commune of the old map.
    let today = |at| tree.today(commune(at), day).first().map(|unit| unit.id);
    match how {
        Reorganisation::Merge(a, b) | Reorganisation::Absorb(a, b) => {
            let (Some(a), Some(b)) = (today(a), today(b)) else {
                return units;
            };
            if a == b {
                return units;
            }
            let (taker, ending) = match how {
                Reorganisation::Merge(..) => {
                    let taker = unit(100 + units.len());
                    units.push(OrgUnit {
                        parents: vec![Dated::from(unit(1_000), day)],
                        valid_from: Some(day),
                        ..OrgUnit::new(taker, UnitKind::Commune, "Xã mới")
                    });
                    (taker, vec![a, b])
                }
                _ => (a, vec![b]),
            };
            for ended in ending {
                for below in tree.children(ended, day) {
                    move_to(&mut units, below.id, taker, day);
                }
                for unit in units.iter_mut().filter(|unit| unit.id == ended) {
                    unit.valid_to = Some(day);
                    unit.successors = vec![taker];
                }
            }
        }
        Reorganisation::Village { village: at, to } => {
            if let Some(to) = today(to)
                && tree.commune_of(village(at), day).map(|unit| unit.id) != Some(to)
            {
                move_to(&mut units, village(at), to, day);
            }
        }
    }
    units
}

fn move_to(units: &mut [OrgUnit], id: UnitId, parent: UnitId, day: NaiveDate) {
    for unit in units.iter_mut().filter(|unit| unit.id == id) {
        for link in unit.parents.iter_mut().filter(|link| link.to.is_none()) {
            link.to = Some(day);
        }
        unit.parents.push(Dated::from(parent, day));
    }
}

/// The day after a number of reorganisations.
pub fn day_after(reorganisations: u64) -> NaiveDate {
    first_day()
        .checked_add_days(Days::new(reorganisations))
        .expect("a day of the calendar")
}

/// Somebody who works in the district.
#[derive(Clone, Debug)]
pub struct Person {
    pub user: UserId,
    pub role: Role,
    pub units: Vec<UnitId>,
}

/// How many people there are.
pub const PEOPLE: usize = 22;

/// Everybody, on the first day: two for each village, two for each commune, a surveyor of a whole commune, and an officer
/// of two communes; an officer and the head of the area.
pub fn people() -> Vec<Person> {
    let mut people = Vec::new();
    for at in 0..COMMUNES * VILLAGES {
        people.push((Role::VillageOfficer, vec![village(at)]));
        people.push((Role::Surveyor, vec![village(at)]));
    }
    for at in 0..COMMUNES {
        people.push((Role::CommuneOfficer, vec![commune(at)]));
        people.push((Role::CommuneLeader, vec![commune(at)]));
    }
    people.push((Role::Surveyor, vec![commune(0)]));
    people.push((Role::CommuneOfficer, vec![commune(0), commune(1)]));
    people.push((Role::AreaOfficer, vec![area()]));
    people.push((Role::AreaLeader, vec![area()]));
    people
        .into_iter()
        .enumerate()
        .map(|(at, (role, units))| Person {
            user: UserId::from_uuid(Uuid::from_u128(0x2_0000 + at as u128)),
            role,
            units,
        })
        .collect()
}

impl Person {
    /// What they may do on a day's map.
    pub fn actor(&self, tree: &OrgTree, day: NaiveDate) -> Actor {
        Actor {
            user: self.user,
            name: String::new(),
            role: self.role,
            scope: Scope::of(self.role, &self.units, tree, day),
        }
    }
}

/// Small tables for clans and for units that everybody knows; and one for families, so that an assessment can be finished in a few taps.
/// Three sets of it: one that everybody knows, one that old apps do not know and on whose title the province decides, and one that the
/// server does not know yet.
pub fn criteria() -> &'static [CriteriaSet] {
    static SETS: OnceLock<Vec<CriteriaSet>> = OnceLock::new();
    SETS.get_or_init(|| {
        let sets = ["gd_cu", "gd_moi", "gd_mai_sau"].map(|id| {
            let decided_by = match id {
                "gd_moi" => "province",
                _ => "home",
            };
            let text = format!(
                r#"
                id = "{id}"
                title = "learning_family"
                name = "Gia đình học tập"
                short_name = "Gia đình học tập"
                version = 1
                valid_from = 2020-01-01
                status = "complete"
                kind = "points"
                total = 20
                source = {{ document = "Văn bản để thử", issued = 2020-01-01 }}
                pass = {{ min_permille = 500 }}

                [[decided_by]]
                authority = "{decided_by}"

                [[groups]]
                code = "A"
                label = "Trẻ em"
                max = 10
                [[groups.indicators]]
                code = "A.1"
                question = "Trẻ có đi học không?"
                official = "Trẻ đi học."
                max = 10

                [[groups]]
                code = "B"
                label = "Người lớn"
                max = 10
                [[groups.indicators]]
                code = "B.1"
                question = "Người lớn có biết chữ không?"
                official = "Người lớn biết chữ."
                max = 5
                [[groups.indicators]]
                code = "B.2"
                question = "Nhà có góc học tập không?"
                official = "Có góc học tập."
                max = 5
                "#
            );
            CriteriaSet::parse(id, &text).expect("the table is well formed")
        });
        let clan = r#"
            id = "ho"
            title = "learning_clan"
            name = "Dòng họ học tập"
            short_name = "Dòng họ học tập"
            version = 1
            valid_from = 2020-01-01
            status = "complete"
            kind = "points"
            total = 20
            source = { document = "Văn bản để thử", issued = 2020-01-01 }
            pass = { min_permille = 500 }

            [[groups]]
            code = "A"
            label = "Quỹ và nhà trong họ"
            max = 20
            [[groups.indicators]]
            code = "A.1"
            question = "Họ có quỹ khuyến học không?"
            official = "Có quỹ."
            max = 10
            [[groups.indicators]]
            code = "B.1"
            question = "Họ có giúp nhà nghèo không?"
            official = "Có giúp."
            max = 5
            [[groups.indicators]]
            code = "B.2"
            question = "Họ có tủ sách không?"
            official = "Có tủ sách."
            max = 5
            [[groups.indicators]]
            code = "G.1"
            question = "Bao nhiêu nhà đạt?"
            official = "Một nửa số nhà."
            evidence = ["derived"]
            measure = "share"
            targets = [500]
            counted = { title = "learning_family", base = "families" }
        "#;
        let clan = CriteriaSet::parse("ho", clan).expect("the table is well formed");
        let mut unit = clan.clone();
        unit.id = CriteriaSetId::new("don_vi");
        unit.title = Title::LearningUnit;
        for group in &mut unit.groups {
            group.indicators.retain(|it| it.counted.is_none());
        }
        [clan, unit].into_iter().chain(sets).collect()
    })
}
