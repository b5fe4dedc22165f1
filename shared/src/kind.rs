//! Kinds of subject: whom the movement judges, a row a kind.
//!
//! The kinds are those of the district's plan, section III.1. What differs between them and is no word of a screen stands
//! in [`KINDS`]: the title they are judged for, the tiers their place may have, who may enter them, and whether they are
//! their place.

use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::criteria::Title;
use crate::org_unit::UnitKind;

/// Whom the movement judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    Household,
    Clan,
    Village,
    Unit,
    Citizen,
    Commune,
    District,
    Province,
}

/// What holds for all subjects of a kind.
struct KindRow {
    kind: SubjectKind,
    /// Its name in the database and in addresses.
    code: &'static str,
    title: Title,
    /// The tiers of the unit it counts in.
    tiers: &'static [UnitKind],
    /// Who enters one.
    registrars: &'static [Role],
    /// Whether it is its unit, of which there is one, and not somebody in it.
    is_a_unit: bool,
}

const IN_VILLAGES: &[UnitKind] = &[
    UnitKind::Village,
    UnitKind::Commune,
    UnitKind::Ward,
    UnitKind::Township,
];
/// A unit that a district or the province managed lies where it was managed.
const ANYWHERE: &[UnitKind] = &UnitKind::ALL;
const COMMUNES: &[UnitKind] = &[UnitKind::Commune, UnitKind::Ward, UnitKind::Township];
const CONSOLIDATING: &[UnitKind] = &[UnitKind::District, UnitKind::Area];

const WHOEVER_SCORES: &[Role] = &[
    Role::VillageOfficer,
    Role::Surveyor,
    Role::CommuneOfficer,
    Role::Admin,
];
const WHOEVER_HAS_UNITS: &[Role] = &[
    Role::VillageOfficer,
    Role::Surveyor,
    Role::CommuneOfficer,
    Role::AreaOfficer,
    Role::AreaLeader,
    Role::Admin,
];
const COMMUNE: &[Role] = &[Role::CommuneOfficer, Role::Admin];
const AREA: &[Role] = &[Role::AreaOfficer, Role::AreaLeader, Role::Admin];

const fn row(
    kind: SubjectKind,
    code: &'static str,
    title: Title,
    tiers: &'static [UnitKind],
    registrars: &'static [Role],
) -> KindRow {
    KindRow {
        kind,
        code,
        title,
        tiers,
        registrars,
        is_a_unit: false,
    }
}

impl KindRow {
    const fn that_is_a_unit(self) -> Self {
        Self {
            is_a_unit: true,
            ..self
        }
    }
}

/// In the order of [`SubjectKind`].
const KINDS: [KindRow; 8] = {
    use SubjectKind as K;
    use Title as T;
    [
        row(
            K::Household,
            "household",
            T::LearningFamily,
            IN_VILLAGES,
            WHOEVER_SCORES,
        ),
        row(
            K::Clan,
            "clan",
            T::LearningClan,
            IN_VILLAGES,
            WHOEVER_SCORES,
        ),
        row(
            K::Village,
            "village",
            T::LearningVillage,
            &[UnitKind::Village],
            COMMUNE,
        )
        .that_is_a_unit(),
        row(
            K::Unit,
            "unit",
            T::LearningUnit,
            ANYWHERE,
            WHOEVER_HAS_UNITS,
        ),
        row(
            K::Citizen,
            "citizen",
            T::LearningCitizen,
            IN_VILLAGES,
            WHOEVER_SCORES,
        ),
        row(K::Commune, "commune", T::LearningCommune, COMMUNES, COMMUNE).that_is_a_unit(),
        row(
            K::District,
            "district",
            T::LearningDistrict,
            CONSOLIDATING,
            AREA,
        )
        .that_is_a_unit(),
        row(
            K::Province,
            "province",
            T::LearningProvince,
            &[UnitKind::Province],
            AREA,
        )
        .that_is_a_unit(),
    ]
};

impl SubjectKind {
    pub const ALL: [SubjectKind; KINDS.len()] = [
        SubjectKind::Household,
        SubjectKind::Clan,
        SubjectKind::Village,
        SubjectKind::Unit,
        SubjectKind::Citizen,
        SubjectKind::Commune,
        SubjectKind::District,
        SubjectKind::Province,
    ];

    fn row(self) -> &'static KindRow {
        const ROWS: &[KindRow] = &KINDS;
        &ROWS[self as usize]
    }

    pub fn as_str(self) -> &'static str {
        self.row().code
    }

    pub fn parse(text: &str) -> Option<Self> {
        let found = KINDS.iter().find(|row| row.code == text);
        found.map(|row| row.kind)
    }

    /// The title a subject of this kind is judged for.
    pub fn title(self) -> Title {
        self.row().title
    }

    /// The kind of subject a title is given to.
    pub fn of(title: Title) -> Self {
        let found = KINDS.iter().find(|row| row.title == title);
        found.map_or(SubjectKind::Household, |row| row.kind)
    }

    /// Whether a subject of this kind may count in a unit of a tier.
    pub fn may_lie_in(self, tier: UnitKind) -> bool {
        self.row().tiers.contains(&tier)
    }

    /// Whether it is its unit, of which there is one, and not somebody in it. Its id is then derived
    /// ([`crate::ids::SubjectId::of_unit`]).
    pub fn is_a_unit(self) -> bool {
        self.row().is_a_unit
    }

    /// Whether it has the name of a person: a citizen, and a family that is called after its head.
    pub fn is_called_after_a_person(self) -> bool {
        matches!(self, SubjectKind::Household | SubjectKind::Citizen)
    }

    /// Whether a village votes on it in its review meeting: a unit is judged by those who manage it, and what lies above the
    /// villages is too.
    pub fn is_voted_on(self) -> bool {
        matches!(
            self,
            SubjectKind::Household
                | SubjectKind::Clan
                | SubjectKind::Citizen
                | SubjectKind::Village
        )
    }

    /// Whether somebody with this role may enter one.
    pub fn is_registered_by(self, role: Role) -> bool {
        self.row().registrars.contains(&role)
    }
}
