//! What is known of a subject beside its answers.

use serde::{Deserialize, Serialize};

use crate::SortedMap;

/// What is known of the subject and decides exemptions by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Facts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub children: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adults: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub literate_adults: Option<u32>,
    /// The class of the area, such as `extremely_difficult`; some thresholds depend on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area_class: Option<String>,
    /// Other numbers by their names. What is or is not is 1 or 0; how many of a base have a title is named after both
    /// ([`crate::criteria::Counted::part`]).
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pairs<u32>"))]
    pub numbers: SortedMap<String, u32>,
}

/// Numbers that one subject may bring along.
pub const NUMBERS_MAX: usize = 32;

impl Facts {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The numbers that an exemption or a share may rest on.
    pub const NAMES: [&'static str; 15] = [
        "children",
        "adults",
        "literate_adults",
        // What a unit is (circular 24/2023/TT-BGDĐT, articles 2 and 6).
        "state_body",
        "business",
        "public_preschool",
        "general_school",
        "vocational",
        "university",
        "has_learners",
        // What a share is counted of.
        "members",
        "learners",
        "citizens",
        "families",
        "villages",
    ];

    pub fn named(&self, name: &str) -> Option<u32> {
        match name {
            "children" => self.children,
            "adults" => self.adults,
            "literate_adults" => self.literate_adults,
            other => self.numbers.get(other).copied(),
        }
    }
}
