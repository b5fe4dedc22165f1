//! Who may do what: one function, asked by the phone before it offers a button and by the server before it writes.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::assessment::Move;
use crate::change::{Change, ChangeBody};
use crate::decision::{DecisionStep, Does};
use crate::document::{Document, Scorer};
use crate::ids::{UnitId, UserId};
use crate::org_unit::{OrgTree, OrgUnit, UnitKind};

/// What a person does in the movement (DOMAIN 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Village head, or head of the study-encouragement branch.
    VillageOfficer,
    /// Teacher or youth-union member who walks the village.
    Surveyor,
    /// The commune's culture and society officer; checks and returns.
    CommuneOfficer,
    /// The commune's chair; recognises.
    CommuneLeader,
    /// The consolidating tier's officer: reads and reports what communes do, and scores and checks what lies in the tier itself.
    AreaOfficer,
    AreaLeader,
    Auditor,
    Admin,
}

impl Role {
    pub const ALL: [Role; 8] = [
        Role::VillageOfficer,
        Role::Surveyor,
        Role::CommuneOfficer,
        Role::CommuneLeader,
        Role::AreaOfficer,
        Role::AreaLeader,
        Role::Auditor,
        Role::Admin,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Role::VillageOfficer => "village_officer",
            Role::Surveyor => "surveyor",
            Role::CommuneOfficer => "commune_officer",
            Role::CommuneLeader => "commune_leader",
            Role::AreaOfficer => "area_officer",
            Role::AreaLeader => "area_leader",
            Role::Auditor => "auditor",
            Role::Admin => "admin",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Whether this role's device holds documents. Those above the communes keep what lies in their own unit; at what communes
    /// have they look online, and a phone that never held a district's families cannot lose them.
    pub fn keeps_documents(self) -> bool {
        self.scores_or_verifies()
    }

    /// Whether this role's work begins in the field's pages or with what waits for it, and not with figures.
    pub fn begins_with_forms(self) -> bool {
        self.keeps_documents() && !self.is_of_area()
    }

    fn is_of_area(self) -> bool {
        matches!(self, Role::AreaOfficer | Role::AreaLeader)
    }

    /// Those above the communes do with what lies in their own unit what a commune's people do with theirs.
    fn at_home(self) -> Self {
        match self {
            Role::AreaOfficer => Role::CommuneOfficer,
            Role::AreaLeader => Role::CommuneLeader,
            other => other,
        }
    }

    /// Whether this role works at a desk. Those of the villages have their phones.
    pub fn has_desk(self) -> bool {
        !matches!(self, Role::VillageOfficer | Role::Surveyor)
    }

    /// Whether this role reads who signed in, failed, read or carried what.
    pub fn reads_events(self) -> bool {
        matches!(self, Role::Admin | Role::Auditor)
    }

    /// Whether this role keeps order among the devices of its units.
    pub fn keeps_order(self) -> bool {
        self == Role::Admin || self.verifies()
    }

    /// Whether this role imports the household lists of its communes.
    pub fn imports_lists(self) -> bool {
        self == Role::Admin || self.verifies()
    }

    /// Whether this role gives new sets of criteria, and signs off what another has given.
    pub fn keeps_criteria(self) -> bool {
        self == Role::Admin || self.is_of_area()
    }

    /// Whether this role takes a step with the forms of its units.
    pub fn takes(self, step: &Move) -> bool {
        self == Role::Admin
            || match step {
                Move::Submit | Move::Withdraw { .. } | Move::Exempt { .. } => self.scores(),
                Move::Return { .. }
                | Move::Verify
                | Move::Propose
                | Move::NotEligible { .. }
                | Move::Reopen
                | Move::TakeBack => self.verifies_at_home(),
                Move::Recognise { .. } => self.signs(),
            }
    }

    /// Whether this role takes a step with the decisions of its own unit. Only its leader signs.
    pub fn decides(self, step: &DecisionStep) -> bool {
        match step {
            DecisionStep::Sign { .. } => self.signs(),
            DecisionStep::Draft {
                does: Does::Commend { .. },
                ..
            } => self.commends(),
            DecisionStep::Draft { .. }
            | DecisionStep::Gather { .. }
            | DecisionStep::Submit { .. }
            | DecisionStep::Reopen
            | DecisionStep::Decline { .. }
            | DecisionStep::Conclude { .. }
            | DecisionStep::List
            | DecisionStep::Unlist
            | DecisionStep::Describe { .. }
            | DecisionStep::Reword { .. }
            | DecisionStep::Discard => self.verifies_at_home(),
        }
    }

    /// Whether this role draws up whom the chairman of a commune commends, or proposes to be commended. There is none of an area
    /// (Decree 129/2025/NĐ-CP, article 59).
    pub fn commends(self) -> bool {
        self.verifies()
    }

    /// Whether this role keeps what a unit of its own has beside its forms: its papers' head, its days, its records, its stories.
    /// Whoever keeps the system may.
    pub fn keeps_its_unit(self) -> bool {
        self == Role::Admin || self.verifies_at_home()
    }

    /// Whether this role writes into the golden book of its own unit who supported learning without being judged.
    pub fn keeps_the_book(self) -> bool {
        self == Role::CommuneOfficer || self.is_of_area() || self == Role::Admin
    }

    /// Whether this role signs decisions.
    pub fn signs(self) -> bool {
        self.at_home() == Role::CommuneLeader
    }

    fn scores(self) -> bool {
        matches!(
            self.at_home(),
            Role::VillageOfficer | Role::Surveyor | Role::CommuneOfficer
        )
    }

    /// Whether this role checks what villages have sent.
    pub fn verifies(self) -> bool {
        matches!(self, Role::CommuneOfficer | Role::CommuneLeader)
    }

    /// Whether this role checks what is sent in the unit that is its own: villages' forms, or those of the area itself.
    pub fn verifies_at_home(self) -> bool {
        self.at_home().verifies()
    }

    fn scores_or_verifies(self) -> bool {
        self.scores() || self.verifies_at_home()
    }
}

/// The units an actor answers for, resolved on today's map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everything: administrators and auditors of the whole system.
    All,
    /// Whole communes.
    Communes(BTreeSet<UnitId>),
    /// Some villages, each with its commune.
    Villages(BTreeSet<(UnitId, UnitId)>),
    /// Units above the communes, and the communes in them. What lies in the units themselves is theirs to work on, what lies in
    /// a commune to look at.
    Area {
        own: BTreeSet<UnitId>,
        communes: BTreeSet<UnitId>,
    },
}

impl Scope {
    /// The scope of somebody with a role who was given some units, on a day's map. A unit that ended stands for what took
    /// it over, so a merger moves nobody by hand.
    pub fn of(role: Role, units: &[UnitId], tree: &OrgTree, day: NaiveDate) -> Self {
        let units = units.iter().flat_map(|unit| tree.today(*unit, day));
        match role {
            Role::Admin => Scope::All,
            Role::VillageOfficer | Role::Surveyor => {
                // Somebody of the villages who is given a commune works in all its villages.
                let villages = units.flat_map(|unit| tree.villages_under(unit.id, day));
                Scope::villages(villages.filter_map(|village| {
                    let commune = tree.commune_of(village.id, day)?;
                    Some((commune.id, village.id))
                }))
            }
            Role::AreaOfficer | Role::AreaLeader => {
                let units: Vec<&OrgUnit> = units.collect();
                let own = units.iter().filter(|unit| unit.kind.is_above_communes());
                Scope::Area {
                    own: own.map(|unit| unit.id).collect(),
                    communes: communes(units.iter().copied(), tree, day),
                }
            }
            Role::CommuneOfficer | Role::CommuneLeader | Role::Auditor => {
                Scope::Communes(communes(units, tree, day))
            }
        }
    }

    /// A scope of villages, given as (commune, village).
    pub fn villages(pairs: impl IntoIterator<Item = (UnitId, UnitId)>) -> Self {
        Self::Villages(pairs.into_iter().collect())
    }

    /// Whether documents of this place are inside. A village is who it is, whichever commune it lies in: its officers go on
    /// while it is moved from one to another.
    pub fn covers(&self, shard: UnitId, place: UnitId) -> bool {
        match self {
            Scope::All => true,
            Scope::Communes(communes) => communes.contains(&shard),
            Scope::Villages(villages) => villages.iter().any(|(_, village)| *village == place),
            Scope::Area { own, communes } => own.contains(&shard) || communes.contains(&shard),
        }
    }

    /// Whether documents of this place are the actor's to work on.
    pub fn works_on(&self, shard: UnitId, place: UnitId) -> bool {
        match self {
            Scope::Area { own, .. } => own.contains(&shard),
            Scope::All | Scope::Communes(_) | Scope::Villages(_) => self.covers(shard, place),
        }
    }

    /// The shards whose feed concerns the scope. `None` means all.
    pub fn shards(&self) -> Option<BTreeSet<UnitId>> {
        match self {
            Scope::All => None,
            Scope::Communes(communes) => Some(communes.clone()),
            Scope::Villages(villages) => Some(villages.iter().map(|(shard, _)| *shard).collect()),
            Scope::Area { own, communes } => Some(own.union(communes).copied().collect()),
        }
    }
}

/// The communes among some units and below them.
fn communes<'a>(
    units: impl Iterator<Item = &'a OrgUnit>,
    tree: &'a OrgTree,
    day: NaiveDate,
) -> BTreeSet<UnitId> {
    units
        .filter(|unit| unit.kind != UnitKind::Village)
        .flat_map(|unit| {
            let below = tree.descendants(unit.id, day);
            std::iter::once(unit).chain(below)
        })
        .filter(|unit| unit.kind.is_commune())
        .map(|unit| unit.id)
        .collect()
}

/// A signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Actor {
    pub user: UserId,
    pub name: String,
    pub role: Role,
    pub scope: Scope,
}

/// Why something is not permitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Denied {
    /// The place belongs to somebody else.
    OutsideScope,
    /// The role does not do this.
    Role,
}

/// Whether an actor may read a document.
pub fn may_read(actor: &Actor, document: &Document) -> bool {
    actor.scope.covers(document.shard, document.place)
}

/// Whether an actor may make a change in a place. The place is the document's, or for a document that does not exist
/// yet the one it would count in.
pub fn may(actor: &Actor, change: &Change, shard: UnitId, place: UnitId) -> Result<(), Denied> {
    if !actor.scope.works_on(shard, place) {
        return Err(Denied::OutsideScope);
    }
    // Within their commune a village's officer may give a family to the village it lives in.
    if let ChangeBody::Move { shard: to, place } = change.body
        && to != shard
        && !actor.scope.works_on(to, place)
    {
        return Err(Denied::OutsideScope);
    }
    role_may(actor.role, change)
}

/// Whether a role makes such a change at all.
pub fn role_may(role: Role, change: &Change) -> Result<(), Denied> {
    let permitted = match &change.body {
        // Whoever keeps the system signs nothing in it.
        ChangeBody::Decide(deciding) => role.decides(&deciding.step),
        _ if role == Role::Admin => true,
        ChangeBody::Register(registration) => registration.kind.is_registered_by(role),
        ChangeBody::Start(_)
        | ChangeBody::SetField { .. }
        | ChangeBody::SetFacts { .. }
        | ChangeBody::UseCriteria { .. }
        | ChangeBody::Move { .. } => role.scores(),
        ChangeBody::SetAnswer { scorer, .. } => match scorer {
            Scorer::Own | Scorer::Village => role.scores(),
            Scorer::Commune => role.verifies_at_home(),
        },
        ChangeBody::Settle { .. }
        | ChangeBody::Doubt { .. }
        | ChangeBody::Attach { .. }
        | ChangeBody::Detach { .. } => role.scores_or_verifies(),
        ChangeBody::Hold { .. } => role.verifies_at_home(),
        ChangeBody::Merge(_) => role.keeps_its_unit(),
        ChangeBody::Support(_) => role.keeps_the_book(),
        ChangeBody::Advance(step) => role.takes(step),
    };
    if permitted { Ok(()) } else { Err(Denied::Role) }
}

/// Whether an actor may bring the file of a piece of evidence that a document lists. The stage does not matter: a photo
/// whose text was taken arrives when the line allows, also after the commune has checked the form.
pub fn may_bring_file(actor: &Actor, document: &Document) -> Result<(), Denied> {
    if !actor.scope.works_on(document.shard, document.place) {
        Err(Denied::OutsideScope)
    } else if actor.role == Role::Admin || actor.role.scores_or_verifies() {
        Ok(())
    } else {
        Err(Denied::Role)
    }
}
