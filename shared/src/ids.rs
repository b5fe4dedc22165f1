//! Identifiers: a UUID each, and a type each, so that a village can never be passed where a person is meant.
//!
//! Devices make ids themselves (version 7, ordered by time). The id of an assessment is derived (version 5) from what
//! it is about, so that two phones that begin the same assessment apart make the same document; so is that of a subject
//! that is a unit.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::calendar::Year;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(!transparent))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

id! {
    /// A replicated document: a subject or an assessment.
    DocumentId,
    /// A household, clan, village, unit, citizen, commune or district.
    SubjectId,
    /// One subject, one title, one year.
    AssessmentId,
    /// A change, made on a device; also the key of its receipt.
    ChangeId,
    /// An organisational unit: village, commune, district, area, province.
    UnitId,
    /// A person with an account.
    UserId,
    /// One browser on one device.
    DeviceId,
    /// A server and its database, for life.
    ServerId,
    /// A stretch of a server's life between restores from backup.
    EpochId,
    /// Long work that somebody asked for.
    JobId,
    /// A set of criteria that somebody has given and another is to sign off.
    ProposedSetId,
    /// An initiative that a desk has noted.
    InitiativeId,
}

impl From<SubjectId> for DocumentId {
    fn from(id: SubjectId) -> Self {
        Self(id.0)
    }
}

impl From<AssessmentId> for DocumentId {
    fn from(id: AssessmentId) -> Self {
        Self(id.0)
    }
}

impl From<DocumentId> for SubjectId {
    fn from(id: DocumentId) -> Self {
        Self(id.0)
    }
}

/// The namespace of the ids of subjects that are a unit (a random UUID, fixed for ever).
const UNITS: Uuid = Uuid::from_u128(0xd38a_04f6_71c9_4b2e_9e50_8c16_f2b7_6ad1);

impl SubjectId {
    /// The subject that a unit itself is: a village's community, a commune. Whoever enters it, and however many do so apart,
    /// it is the same document.
    pub fn of_unit(unit: UnitId) -> Self {
        Self(Uuid::new_v5(&UNITS, unit.0.as_bytes()))
    }
}

/// The namespace of derived assessment ids (a random UUID, fixed for ever).
const ASSESSMENTS: Uuid = Uuid::from_u128(0x6f0c_1d7e_52b4_4a0e_9d3c_2b8f_71e6_a9d4);

impl AssessmentId {
    /// The assessment of a subject for a title in a year.
    pub fn of(subject: SubjectId, title: &str, year: Year) -> Self {
        let name = format!("{}/{title}/{year}", subject.0);
        Self(Uuid::new_v5(&ASSESSMENTS, name.as_bytes()))
    }
}

/// The namespace of the ids of second attempts (a random UUID, fixed for ever).
const SECOND_ATTEMPTS: Uuid = Uuid::from_u128(0x91c5_3e0a_7db2_4c66_8f17_e4a0_25d9_3b5c);

impl ChangeId {
    /// The id under which a change is offered once more after it was refused: its receipt stays what it is. Derived, so
    /// that two tabs that have the same thought make the same attempt.
    pub fn second_attempt(self) -> Self {
        Self(Uuid::new_v5(&SECOND_ATTEMPTS, self.0.as_bytes()))
    }
}
