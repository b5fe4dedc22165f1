//! A criteria file as it is written. A key that is not here is a mistake.

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::SortedMap;
use crate::authority::Authority;
use crate::criteria::{
    CriteriaSetId, CriterionCode, EvidenceKind, Exempt, Kind, Measure, Points, SetStatus, Title,
};
use crate::org_unit::UnitKind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSet {
    pub id: Spanned<CriteriaSetId>,
    pub title: Title,
    pub name: Spanned<String>,
    pub short_name: Spanned<String>,
    pub source: Spanned<RawSource>,
    pub version: u32,
    pub valid_from: Spanned<Datetime>,
    #[serde(default)]
    pub valid_to: Option<Spanned<Datetime>>,
    pub status: Spanned<SetStatus>,
    pub kind: Spanned<Kind>,
    #[serde(default)]
    pub levels: u8,
    #[serde(default)]
    pub tiers: Vec<UnitKind>,
    #[serde(default)]
    pub managed_by: Option<UnitKind>,
    #[serde(default)]
    pub decided_by: Vec<RawDecidedBy>,
    #[serde(default)]
    pub feeds: Vec<CriterionCode>,
    #[serde(default)]
    pub valid_months: Option<u32>,
    #[serde(default)]
    pub valid_after_year: bool,
    #[serde(default)]
    pub upgrade_months: Option<u32>,
    #[serde(default)]
    pub total: Option<Spanned<Points>>,
    #[serde(default)]
    pub doubts: Vec<String>,
    #[serde(default)]
    pub variants: Vec<RawVariant>,
    pub groups: Vec<RawGroup>,
    pub pass: Spanned<RawPass>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDecidedBy {
    pub authority: Authority,
    #[serde(default)]
    pub from: Option<Spanned<Datetime>>,
    #[serde(default)]
    pub doubt: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawVariant {
    pub code: String,
    pub label: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawPass {
    pub min_total: Option<Points>,
    pub min_permille: Option<u32>,
    pub min_each: Option<Points>,
    pub provisional: bool,
    pub areas: SortedMap<String, Points>,
    pub ranks: Vec<RawRank>,
    pub no_zero: bool,
    pub needs_evidence: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRank {
    pub label: String,
    pub min: Points,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCounted {
    pub title: Title,
    pub base: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSource {
    pub document: Spanned<String>,
    pub issued: Spanned<Datetime>,
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGroup {
    pub code: Spanned<CriterionCode>,
    pub label: Spanned<String>,
    #[serde(default)]
    pub english: Option<String>,
    #[serde(default)]
    pub max: Option<Spanned<Points>>,
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default)]
    pub exempt: Option<RawExemption>,
    #[serde(default)]
    pub indicators: Vec<RawIndicator>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawIndicator {
    pub code: Spanned<CriterionCode>,
    pub question: Spanned<String>,
    #[serde(default)]
    pub english: Option<String>,
    pub official: Spanned<String>,
    #[serde(default)]
    pub max: Option<Spanned<Points>>,
    #[serde(default)]
    pub step: Option<Spanned<Points>>,
    #[serde(default)]
    pub evidence: Vec<EvidenceKind>,
    #[serde(default)]
    pub exempt: Option<RawExemption>,
    #[serde(default)]
    pub measure: Option<Measure>,
    #[serde(default)]
    pub targets: Option<Spanned<Vec<u32>>>,
    #[serde(default)]
    pub areas: SortedMap<String, Vec<u32>>,
    #[serde(default)]
    pub counted: Option<RawCounted>,
    #[serde(default)]
    pub clause_of: Option<CriterionCode>,
    #[serde(default)]
    pub known_by: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExemption {
    pub effect: Exempt,
    pub when: Spanned<String>,
    #[serde(default)]
    pub english: Option<String>,
    #[serde(default)]
    pub auto: Option<Spanned<String>>,
}
