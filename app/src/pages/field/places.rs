//! Where a person works: their villages, and whole communes for those who answer for them. Each has a list for every kind
//! of subject that may lie there.

use chrono::NaiveDate;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::access::{Role, Scope};
use shared::calendar::Year;
use shared::criteria::Judged;
use shared::ids::UnitId;
use shared::kind::SubjectKind;
use shared::org_unit::{OrgUnit, UnitKind};
use shared::roster::{ListKey, Roster};

use crate::criteria;
use crate::live::memo;
use crate::locale::tf;
use crate::store::FieldStore;

/// A place that a person works in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPlace {
    pub id: UnitId,
    pub name: String,
    pub tier: UnitKind,
}

impl OwnPlace {
    fn of(unit: &OrgUnit, day: NaiveDate) -> Self {
        Self {
            id: unit.id,
            name: unit.name(day).to_owned(),
            tier: unit.kind,
        }
    }

    pub fn is_village(&self) -> bool {
        self.tier == UnitKind::Village
    }

    /// Its name as a page is headed.
    pub fn title(&self) -> String {
        let key = match self.tier {
            UnitKind::Village => "home.village",
            tier if tier.is_above_communes() => return self.name.clone(),
            _ => "home.whole_commune",
        };
        tf(key, &[("name", &self.name)])
    }

    /// Whether subjects of a kind are entered here. Families are, in their village and not in the commune at large.
    pub fn takes(&self, kind: SubjectKind) -> bool {
        kind.may_lie_in(self.tier) && (self.is_village() || kind != SubjectKind::Household)
    }

    /// The list that its card and its page begin with.
    pub fn main_list(&self) -> ListKey {
        ListKey {
            place: self.id,
            kind: main_kind(self.tier),
        }
    }
}

/// What a place is asked for first: a village for its families.
fn main_kind(tier: UnitKind) -> SubjectKind {
    match tier {
        UnitKind::Village => SubjectKind::Household,
        _ => SubjectKind::Unit,
    }
}

/// The kind that the address asks for; tracked.
pub fn asked_kind() -> Memo<Option<SubjectKind>> {
    let query = use_query_map();
    memo(move || query.with(|query| SubjectKind::parse(&query.get("kind")?)))
}

/// The address of a list.
pub fn address(key: ListKey) -> String {
    match key.kind {
        SubjectKind::Household => format!("/village/{}", key.place),
        kind => format!("/village/{}?kind={}", key.place, kind.as_str()),
    }
}

/// The lists of a place: of the kinds that somebody may enter there, and of those that are there already. A kind that no
/// criteria judge has none.
pub fn lists(place: &OwnPlace, role: Option<Role>, year: Year, roster: &Roster) -> Vec<ListKey> {
    let is_judged = |kind: SubjectKind| {
        let judged = Judged {
            tier: Some(place.tier),
            ..Judged::for_title(kind.title())
        };
        criteria::known().judging(judged, year.last_day()).is_some()
    };
    let is_entered = |kind: SubjectKind| role.is_some_and(|role| kind.is_registered_by(role));
    let key = |kind| ListKey {
        place: place.id,
        kind,
    };
    let kinds = SubjectKind::ALL.into_iter();
    let is_empty = |key: &ListKey| roster.list(*key).is_empty();
    let mut lists: Vec<ListKey> = kinds
        .filter(|kind| place.takes(*kind))
        .map(key)
        .filter(|key| is_judged(key.kind))
        .filter(|key| is_entered(key.kind) || !is_empty(key))
        .collect();
    // What holds somebody is in sight without drawing the row along.
    lists.sort_by_key(|key| (*key != place.main_list(), is_empty(key)));
    lists
}

/// Where a subject of a list is entered, with the name that somebody searched for in vain.
pub fn adding(key: ListKey, name: Option<&str>) -> String {
    let kind = Some(key.kind).filter(|kind| *kind != SubjectKind::Household);
    let kind = kind.map(|kind| format!("kind={}", kind.as_str()));
    let name =
        name.map(|name| format!("name={}", String::from(js_sys::encode_uri_component(name))));
    let asked: Vec<String> = kind.into_iter().chain(name).collect();
    match asked.is_empty() {
        true => format!("/village/{}/add", key.place),
        false => format!("/village/{}/add?{}", key.place, asked.join("&")),
    }
}

/// A place as the phone's map has it; one that has ended too, as long as documents may lie in it. Tracked.
pub fn place_at(store: FieldStore, id: UnitId) -> Option<OwnPlace> {
    store.tree().with(|tree| {
        let unit = tree.get(id)?;
        Some(OwnPlace::of(unit, crate::clock::today()))
    })
}

/// The places a person works in: whole communes first, then villages in their order.
pub fn own_places(store: FieldStore) -> Memo<Vec<OwnPlace>> {
    memo(move || {
        let session = store.session().get();
        let tree = store.tree().get();
        let Some(session) = session.filter(|it| it.actor.role.keeps_documents()) else {
            return Vec::new();
        };
        let today = crate::clock::today();
        let whole = match &session.actor.scope {
            Scope::Communes(communes) => Some(communes),
            Scope::Area { own, .. } => Some(own),
            Scope::All | Scope::Villages(_) => None,
        };
        let is_own = |id: UnitId, tier: UnitKind| match tier {
            UnitKind::Village => {
                let commune = tree.commune_of(id, today).map(|it| it.id);
                commune.is_some_and(|commune| session.actor.scope.covers(commune, id))
            }
            _ => whole.is_some_and(|it| it.contains(&id)),
        };
        let own = tree.iter().filter(|unit| is_own(unit.id, unit.kind));
        let mut places: Vec<OwnPlace> = own.map(|unit| OwnPlace::of(unit, today)).collect();
        places.sort_by(|a, b| {
            let by_name = || shared::text::place_order(&a.name, &b.name);
            a.is_village().cmp(&b.is_village()).then_with(by_name)
        });
        places
    })
}
