//! Finding a unit by what somebody types for it: a code or a name, of today or of before, with or without marks; a village
//! after the commune it lies in (`03549/Vàng Pheo`).
//!
//! Whatever was typed, what is found stands today: an ended unit is answered by the one that took it over.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{OrgTree, OrgUnit, UnitKind};
use crate::text;

/// Units told when none or several fit.
const TOLD: usize = 6;

/// What a text names.
#[derive(Clone, Debug, PartialEq)]
pub enum Named<'a> {
    One(&'a OrgUnit),
    /// More than one fits; the first few, and how many there are.
    Several(Vec<&'a OrgUnit>, usize),
    /// None fits; these come near.
    None(Vec<&'a OrgUnit>),
}

/// The words that say what kind of unit a name is of, folded.
const KINDS: [(&str, UnitKind); 14] = [
    ("tinh", UnitKind::Province),
    ("huyen", UnitKind::District),
    ("thanh pho", UnitKind::District),
    ("tp", UnitKind::District),
    ("thi xa", UnitKind::District),
    ("dia ban", UnitKind::Area),
    ("cum xa", UnitKind::Area),
    ("xa", UnitKind::Commune),
    ("phuong", UnitKind::Ward),
    ("thi tran", UnitKind::Township),
    ("to dan pho", UnitKind::Village),
    ("ban", UnitKind::Village),
    ("thon", UnitKind::Village),
    ("to", UnitKind::Village),
];

impl OrgTree {
    /// The unit that a text names on a day.
    pub fn named(&self, typed: &str, day: NaiveDate) -> Named<'_> {
        let mut steps = typed
            .split('/')
            .map(Typed::read)
            .filter(|it| !it.folded.is_empty());
        let Some(first) = steps.next() else {
            return Named::None(Vec::new());
        };
        let everywhere: Vec<&OrgUnit> = self.iter().collect();
        let mut within = everywhere;
        let mut found = self.fitting(&within, &first, day);
        let mut last = first;
        for step in steps {
            if found.is_empty() {
                break;
            }
            within = found
                .iter()
                .flat_map(|unit| self.descendants(unit.id, day))
                .collect();
            found = self.fitting(&within, &step, day);
            last = step;
        }
        match found.as_slice() {
            [] => Named::None(near(&within, &last, day)),
            [one] => Named::One(one),
            several => Named::Several(several.iter().take(TOLD).copied().collect(), several.len()),
        }
    }

    /// Units of any time that a text finds: by the beginning of their code, or by words of a name they have had.
    pub fn search(&self, typed: &str) -> Vec<&OrgUnit> {
        let code = typed.trim();
        let mut found: Vec<&OrgUnit> = self
            .iter()
            .filter(|unit| {
                let has_code = unit
                    .code
                    .as_ref()
                    .is_some_and(|it| it.as_str().starts_with(code));
                let mut names = unit.names.iter();
                has_code || names.any(|name| text::matches(&text::fold(&name.value), typed))
            })
            .collect();
        found.sort_by(|a, b| {
            let name = |unit: &OrgUnit| {
                unit.names
                    .last()
                    .map_or(String::new(), |it| it.value.clone())
            };
            a.kind
                .cmp(&b.kind)
                .then_with(|| text::place_order(&name(a), &name(b)))
                .then(a.id.cmp(&b.id))
        });
        found
    }

    /// Those of some units that a text fits best: by a code or a name of the day first, else by an older one.
    fn fitting<'a>(
        &'a self,
        within: &[&'a OrgUnit],
        typed: &Typed,
        day: NaiveDate,
    ) -> Vec<&'a OrgUnit> {
        let today = || within.iter().filter(|unit| unit.valid_at(day));
        for fit in FITS {
            let found: Vec<&OrgUnit> = today()
                .filter(|unit| fit(typed, unit, unit.name(day)))
                .copied()
                .collect();
            if !found.is_empty() {
                return typed.most_alike(found, day);
            }
        }
        for fit in FITS {
            let before: Vec<&OrgUnit> = within
                .iter()
                .filter(|unit| unit.names.iter().any(|name| fit(typed, unit, &name.value)))
                .copied()
                .collect();
            // Of units that had the code or the name one after the other, the last one.
            let end = |unit: &OrgUnit| unit.valid_to.unwrap_or(NaiveDate::MAX);
            let last = before.iter().map(|unit| end(unit)).max();
            let before = before.into_iter().filter(|unit| Some(end(unit)) == last);
            let mut seen = BTreeSet::new();
            let found: Vec<&OrgUnit> = before
                .flat_map(|unit| self.today(unit.id, day))
                .filter(|unit| seen.insert(unit.id))
                .collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }
}

/// Whether what was typed fits a unit with one of its names.
type Fit = fn(&Typed, &OrgUnit, &str) -> bool;

/// The better fit first.
const FITS: [Fit; 3] = [
    |typed, unit, _| {
        unit.code
            .as_ref()
            .is_some_and(|code| code.as_str() == typed.text)
    },
    |typed, _, name| text::fold(name) == typed.folded,
    |typed, unit, name| typed.is_bare_name_of(unit.kind, name),
];

/// One step of what was typed.
struct Typed {
    /// As it was typed, tidied.
    text: String,
    folded: String,
}

impl Typed {
    fn read(text: &str) -> Self {
        let text = text::tidy(text);
        let folded = text::fold(&text);
        Self { text, folded }
    }

    /// Whether a name is what was typed when the kind is left away on either side: "Phong Thổ" for "Xã Phong Thổ",
    /// "bản Vàng Pheo" for "Vàng Pheo". A kind that was typed must be the unit's.
    fn is_bare_name_of(&self, kind: UnitKind, name: &str) -> bool {
        let name = text::fold(name);
        let bare = without_kind(&name, kind).unwrap_or(&name);
        if bare == self.folded {
            return true;
        }
        without_kind(&self.folded, kind).is_some_and(|typed| typed == bare || typed == name)
    }

    /// Those whose name has the marks that were typed; all, when none has them.
    fn most_alike<'a>(&self, units: Vec<&'a OrgUnit>, day: NaiveDate) -> Vec<&'a OrgUnit> {
        let typed = self.text.to_lowercase();
        let alike: Vec<&OrgUnit> = units
            .iter()
            .filter(|unit| unit.name(day).to_lowercase().ends_with(&typed))
            .copied()
            .collect();
        if alike.is_empty() { units } else { alike }
    }
}

/// A folded name without the word for its kind.
fn without_kind(folded: &str, kind: UnitKind) -> Option<&str> {
    KINDS
        .iter()
        .filter(|(_, of)| *of == kind)
        .find_map(|(word, _)| folded.strip_prefix(word)?.strip_prefix(' '))
}

fn without_any_kind(folded: &str) -> Option<&str> {
    let bare = |(word, _): &(&'static str, UnitKind)| folded.strip_prefix(word)?.strip_prefix(' ');
    KINDS.iter().find_map(bare)
}

/// The units of a day whose names are nearest to what was typed, nearest first.
fn near<'a>(within: &[&'a OrgUnit], typed: &Typed, day: NaiveDate) -> Vec<&'a OrgUnit> {
    // The kind alone comes near to everything.
    if KINDS.iter().any(|(word, _)| *word == typed.folded) {
        return Vec::new();
    }
    let mut found: Vec<(usize, &OrgUnit)> = within
        .iter()
        .filter(|unit| unit.valid_at(day))
        .filter_map(|unit| {
            let name = text::fold(unit.name(day));
            let bare = without_kind(&name, unit.kind).unwrap_or(&name);
            // People mix up xã, phường and thị trấn.
            let wanted = without_any_kind(&typed.folded).unwrap_or(&typed.folded);
            let code = unit.code.as_ref().map_or(usize::MAX, |code| {
                text::distance(&typed.folded, code.as_str())
            });
            let far = text::distance(wanted, bare)
                .min(text::distance(&typed.folded, &name))
                .min(code);
            let is_part = text::matches(&name, wanted);
            let most = (wanted.chars().count() / 4).clamp(1, 3);
            (far <= most || is_part).then_some((far, *unit))
        })
        .collect();
    found.sort_by(|(a_far, a), (b_far, b)| {
        let names = || text::place_order(a.name(day), b.name(day));
        a_far.cmp(b_far).then_with(names).then(a.id.cmp(&b.id))
    });
    found.into_iter().take(TOLD).map(|(_, unit)| unit).collect()
}
