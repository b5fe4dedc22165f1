//! Which commune a list is of, and which of its villages the list names.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use shared::ids::UnitId;
use shared::org_unit::{Dated, OrgTree, OrgUnit, UnitCode, UnitKind};
use shared::text::fold;
use uuid::Uuid;

use super::{near, values};

/// A unit with the name it has on the day of the import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub id: UnitId,
    pub name: String,
}

impl Named {
    fn of(unit: &OrgUnit, day: NaiveDate) -> Self {
        Self {
            id: unit.id,
            name: unit.name(day).to_owned(),
        }
    }
}

/// A commune of today, with the commune it was when the list's heading was printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commune {
    pub now: Named,
    pub before: Option<Named>,
}

impl Commune {
    pub fn words(&self) -> String {
        let now = &self.now.name;
        match &self.before {
            Some(before) if before.name != *now => format!("{} (nay thuộc {now})", before.name),
            _ => now.clone(),
        }
    }

    /// The id of a village of this name, which the commune may have yet or not: the same list names the same village.
    pub fn village_id(&self, name: &str) -> UnitId {
        // Two old communes may have had villages of one name before they became one commune.
        let parent = self.before.as_ref().unwrap_or(&self.now).id;
        let name = format!("{parent}/{}", fold(name));
        UnitId::from_uuid(Uuid::new_v5(&VILLAGES, name.as_bytes()))
    }

    /// A village that a list names for the first time. `reorganised` is the day the commune of the heading became today's.
    pub fn new_village(&self, name: &str, reorganised: NaiveDate) -> OrgUnit {
        let parents = match &self.before {
            Some(before) => vec![
                Dated::until(before.id, reorganised),
                Dated::from(self.now.id, reorganised),
            ],
            None => vec![Dated::always(self.now.id)],
        };
        OrgUnit {
            parents,
            ..OrgUnit::new(self.village_id(name), UnitKind::Village, name)
        }
    }
}

/// The namespace of villages that lists name (a random UUID, fixed for ever).
const VILLAGES: Uuid = Uuid::from_u128(0x7a15_c0de_61ab_4d0f_8e77_31f0_94c8_5b23);

/// The list is of no commune, or of another one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommuneError {
    #[error(
        "không có xã, phường nào mang mã {0}; hãy xem lại mã, hoặc nhập đơn vị hành chính trước"
    )]
    Unknown(UnitCode),
    #[error("đầu tệp ghi “{heading}” nhưng mã {code} là {commune}. Hãy dùng đúng mã của xã")]
    Other {
        heading: String,
        code: UnitCode,
        commune: String,
    },
}

/// How a list's commune is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub code: &'a UnitCode,
    /// The only commune of today that it may be.
    pub only: Option<UnitId>,
    /// Goes on although the heading names another one.
    pub despite_heading: bool,
}

/// The commune that code and heading name together. A code that was reused in a reorganisation names two.
pub fn choose(
    tree: &OrgTree,
    asked: &Asked<'_>,
    heading: &[String],
    today: NaiveDate,
    reorganised: NaiveDate,
) -> Result<Commune, CommuneError> {
    let Asked {
        code,
        only,
        despite_heading,
    } = *asked;
    let before = reorganised.pred_opt().unwrap_or(reorganised);
    let named = heading
        .iter()
        .find_map(|line| Some((line, commune_in(line)?)));
    let is_named = |unit: &Named| {
        let name = fold(&unit.name);
        named.as_ref().is_some_and(|(_, named)| *named == name)
    };
    let communes = |day: NaiveDate| {
        let units = tree.by_code(code, day).into_iter();
        units.filter(|unit| unit.kind.is_commune())
    };
    let mut candidates: Vec<Commune> = Vec::new();
    for now in communes(today) {
        // What the commune was made of: the list may still bear the old name.
        let was = tree
            .iter()
            .filter(|unit| unit.kind.is_commune() && unit.valid_at(before))
            .filter(|unit| unit.successors.contains(&now.id))
            .map(|unit| Named::of(unit, today))
            .find(is_named);
        candidates.push(Commune {
            now: Named::of(now, today),
            before: was,
        });
    }
    for old in communes(before) {
        for now in tree.today(old.id, today) {
            candidates.push(Commune {
                now: Named::of(now, today),
                before: Some(Named::of(old, today)),
            });
        }
    }
    candidates.retain(|it| only.is_none_or(|only| it.now.id == only));
    let by_name = candidates
        .iter()
        .position(|it| it.before.as_ref().is_some_and(is_named) || is_named(&it.now));
    match (by_name, &named) {
        (Some(at), _) => Ok(candidates.swap_remove(at)),
        (None, Some((line, _))) if !despite_heading && !candidates.is_empty() => {
            let words: Vec<String> = candidates.iter().map(Commune::words).collect();
            Err(CommuneError::Other {
                heading: (*line).clone(),
                code: code.clone(),
                commune: words.join(", "),
            })
        }
        (None, _) => candidates
            .into_iter()
            .next()
            .ok_or_else(|| CommuneError::Unknown(code.clone())),
    }
}

/// The commune that a line of the heading names, folded: "ỦY BAN NHÂN DÂN XÃ MƯỜNG SO" is "xa muong so".
fn commune_in(line: &str) -> Option<String> {
    let folded = fold(line);
    let rest = folded
        .strip_prefix("uy ban nhan dan ")
        .or_else(|| folded.strip_prefix("ubnd "))?;
    let kinds = ["xa ", "phuong ", "thi tran "];
    kinds
        .iter()
        .any(|kind| rest.starts_with(kind))
        .then(|| rest.to_owned())
}

/// A village of a commune, with the commune it lay in before the reorganisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Village {
    pub id: UnitId,
    pub name: String,
    pub was_in: Option<Named>,
}

impl Village {
    /// By its name, and by the old commune where the name alone names two.
    pub fn words(&self, among: &[Village]) -> String {
        let namesakes = among.iter().filter(|it| fold(&it.name) == fold(&self.name));
        match &self.was_in {
            Some(old) if namesakes.count() > 1 => format!("{} ({} cũ)", self.name, old.name),
            _ => self.name.clone(),
        }
    }
}

/// The villages that a list of a commune may name, in the order of their names. A list with an old commune's heading
/// names that commune's.
pub fn villages(
    tree: &OrgTree,
    commune: &Commune,
    today: NaiveDate,
    reorganised: NaiveDate,
) -> Vec<Village> {
    let before = reorganised.pred_opt().unwrap_or(reorganised);
    let villages = tree.villages_under(commune.now.id, today).into_iter();
    let villages = villages.map(|village| Village {
        id: village.id,
        name: village.name(today).to_owned(),
        was_in: tree
            .commune_of(village.id, before)
            .map(|unit| Named::of(unit, today)),
    });
    let of_list = |village: &Village| match (&commune.before, &village.was_in) {
        (Some(old), Some(was)) => old.id == was.id,
        _ => true,
    };
    villages.filter(of_list).collect()
}

/// The names under which a list may name villages, folded, each with the village. A name that two villages have is left
/// out: somebody is asked.
pub fn names(villages: &[Village]) -> BTreeMap<String, &Village> {
    let mut names: BTreeMap<String, Vec<&Village>> = BTreeMap::new();
    for village in villages {
        // A village that the tree calls "Bản Tây An" is "Tây An" to a list too.
        let all = [fold(&village.name), fold(&values::village(&village.name))];
        for name in all.iter().collect::<BTreeSet<_>>() {
            names.entry(name.clone()).or_default().push(village);
        }
    }
    let only = names.into_iter().filter(|(_, named)| named.len() == 1);
    only.filter_map(|(name, named)| Some((name, *named.first()?)))
        .collect()
}

/// Villages that a name may mean: misspelt, written out, or one of two.
pub fn near_villages<'a>(name: &str, villages: &'a [Village]) -> Vec<&'a Village> {
    let near = |it: &&Village| near::is_near(&it.name, name) || near::is_part(&it.name, name);
    villages.iter().filter(near).take(5).collect()
}
