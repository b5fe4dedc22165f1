//! Who decides on a title, as the rules of a criteria set say it for a day.
//!
//! It changes when the tiers of the state do: in July 2025 the districts ended, and with them the offices that recognised communes
//! (DOMAIN-2, H). So it stands in the files of the sets, each row with its first day, and whoever reads the rule of their own
//! province gives a new file.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::kind::SubjectKind;

/// Who decides on a title.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// The head of the unit that keeps the form: chủ tịch UBND xã, of what lies in a commune.
    #[default]
    Home,
    /// trưởng phòng giáo dục và đào tạo, until June 2025
    DistrictOffice,
    /// chủ tịch UBND huyện, until June 2025
    District,
    /// giám đốc sở giáo dục và đào tạo
    Department,
    /// chủ tịch UBND tỉnh
    Province,
    /// bộ trưởng bộ giáo dục và đào tạo
    Ministry,
}

/// Who decides from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidedBy {
    pub authority: Authority,
    /// `None`: from the first day of the set.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// What nobody has read in a text.
    #[serde(default)]
    pub doubt: Option<String>,
}

impl Authority {
    pub const ALL: [Authority; 6] = [
        Authority::Home,
        Authority::DistrictOffice,
        Authority::District,
        Authority::Department,
        Authority::Province,
        Authority::Ministry,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Authority::Home => "home",
            Authority::DistrictOffice => "district_office",
            Authority::District => "district",
            Authority::Department => "department",
            Authority::Province => "province",
            Authority::Ministry => "ministry",
        }
    }

    pub fn is_home(&self) -> bool {
        *self == Authority::Home
    }

    /// Who decides where a set does not say it. Nobody recognises themselves, so what is its unit is recognised by whoever stands
    /// above it.
    pub fn over(kind: SubjectKind) -> Self {
        match kind {
            SubjectKind::Commune | SubjectKind::District => Authority::Department,
            SubjectKind::Province => Authority::Ministry,
            SubjectKind::Household
            | SubjectKind::Clan
            | SubjectKind::Village
            | SubjectKind::Unit
            | SubjectKind::Citizen => Authority::Home,
        }
    }
}

impl std::str::FromStr for Authority {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let found = Authority::ALL.into_iter().find(|it| it.as_str() == text);
        found.ok_or(())
    }
}

/// The row that holds on a day.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn on_a_day(rows: &[DecidedBy], day: NaiveDate) -> Option<&DecidedBy> {
    let begun = rows
        .iter()
        .filter(|row| row.from.is_none_or(|from| from <= day));
    begun.max_by_key(|row| row.from)
}
