//! Awards: in which forms merit is commended, who decides each, what money goes with it and on what that rests.
//!
//! Money is the multiplier of an award times the base salary of the day, in đồng, reckoned in whole numbers. Both change by decree,
//! so both are rows with a first day. What nobody has read in a text has no amount, or says so ([`Doubt`]).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::kind::SubjectKind;

/// The forms of award of the movement (plan of the district, section V).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Award {
    /// giấy khen của Chủ tịch UBND xã
    CommuneCommendation,
    /// bằng khen của Chủ tịch UBND tỉnh
    ProvinceCommendation,
    /// bằng khen của bộ, ban, ngành, đoàn thể trung ương
    MinistryCommendation,
    /// bằng khen của Thủ tướng Chính phủ
    PrimeMinisterCommendation,
}

/// Who decides an award.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decider {
    /// Chủ tịch UBND xã
    Commune,
    /// Chủ tịch UBND tỉnh
    Province,
    /// Bộ trưởng, người đứng đầu ban, ngành, đoàn thể trung ương
    Ministry,
    /// Thủ tướng Chính phủ
    PrimeMinister,
}

/// As what a subject is rewarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// cá nhân
    Individual,
    /// hộ gia đình
    Household,
    /// tập thể
    Collective,
}

/// What of an amount or a basis nobody has read in its text yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// A household gets one and a half times what somebody alone gets; the amount is inferred from that.
    HouseholdInferred,
    /// A clan, a village, a unit, a commune count as a collective; that is inferred.
    CollectiveInferred,
    /// Its number was read, its date and title were not: the office adds them to the paper.
    NamedInPart,
    /// The law is said to have been amended since (06/2026/QH16, seen in an index only).
    SaidToBeAmended,
}

/// On what an award rests, as a paper names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basis {
    pub text: &'static str,
    pub doubt: Option<Doubt>,
}

/// A multiplier of the base salary.
struct Share {
    recipient: Recipient,
    /// Its first day.
    from: NaiveDate,
    /// Hundredths of the base salary.
    hundredths: u64,
}

struct AwardRow {
    award: Award,
    decider: Decider,
    /// In the order of their days. A recipient without a row has no amount that anybody has read.
    shares: &'static [Share],
}

const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(day) => day,
        None => NaiveDate::MAX,
    }
}

const fn share(recipient: Recipient, from: NaiveDate, hundredths: u64) -> Share {
    Share {
        recipient,
        from,
        hundredths,
    }
}

/// Decree 98/2023/NĐ-CP, in force from 1/1/2024 to 30/6/2025.
const DECREE_98: NaiveDate = day(2024, 1, 1);
/// Decree 152/2025/NĐ-CP, in force since 1/7/2025.
const DECREE_152: NaiveDate = day(2025, 7, 1);

/// Multipliers of the base salary. Under Decree 98 only that of somebody alone was read; of the higher forms only those of
/// collectives.
const AWARDS: [AwardRow; 4] = {
    use Recipient::{Collective, Household, Individual};
    [
        AwardRow {
            award: Award::CommuneCommendation,
            decider: Decider::Commune,
            shares: &[
                share(Individual, DECREE_98, 15),
                share(Individual, DECREE_152, 30),
                share(Household, DECREE_152, 45),
                share(Collective, DECREE_152, 60),
            ],
        },
        AwardRow {
            award: Award::ProvinceCommendation,
            decider: Decider::Province,
            shares: &[share(Collective, DECREE_152, 300)],
        },
        AwardRow {
            award: Award::MinistryCommendation,
            decider: Decider::Ministry,
            shares: &[share(Collective, DECREE_152, 300)],
        },
        AwardRow {
            award: Award::PrimeMinisterCommendation,
            decider: Decider::PrimeMinister,
            shares: &[share(Collective, DECREE_152, 700)],
        },
    ]
};

/// The base salary in đồng a month, with its first day: 2,530,000 đ by Decree 161/2026/NĐ-CP of 15/5/2026; 2,340,000 đ before, whose
/// decree was not read, nor its first day.
const BASE_SALARIES: [(NaiveDate, u64); 2] =
    [(day(2024, 7, 1), 2_340_000), (day(2026, 7, 1), 2_530_000)];

/// What giấy khen of a commune rest on since 1/7/2025: the law's article 75, and the decree by which the chairman of a commune decides
/// and the money is reckoned.
const BASES: [Basis; 2] = [
    Basis {
        text: "Căn cứ Điều 75 Luật Thi đua, khen thưởng số 06/2022/QH15",
        doubt: Some(Doubt::SaidToBeAmended),
    },
    Basis {
        text: "Căn cứ Nghị định số 152/2025/NĐ-CP của Chính phủ",
        doubt: Some(Doubt::NamedInPart),
    },
];

impl Award {
    pub const ALL: [Award; 4] = [
        Award::CommuneCommendation,
        Award::ProvinceCommendation,
        Award::MinistryCommendation,
        Award::PrimeMinisterCommendation,
    ];

    pub fn decider(self) -> Decider {
        let row = AWARDS.iter().find(|row| row.award == self);
        row.map_or(Decider::PrimeMinister, |row| row.decider)
    }

    /// On what it rests on a day, as a paper names it. Papers of the higher awards are not made here.
    pub fn bases(self, on: NaiveDate) -> &'static [Basis] {
        match self.decider() {
            Decider::Commune if on >= DECREE_152 => &BASES,
            Decider::Commune => &BASES[..1],
            Decider::Province | Decider::Ministry | Decider::PrimeMinister => &[],
        }
    }
}

impl Recipient {
    /// As what a subject of a kind is rewarded.
    pub fn of(kind: SubjectKind) -> Self {
        match kind {
            SubjectKind::Citizen => Recipient::Individual,
            SubjectKind::Household => Recipient::Household,
            SubjectKind::Clan
            | SubjectKind::Village
            | SubjectKind::Unit
            | SubjectKind::Commune
            | SubjectKind::District
            | SubjectKind::Province => Recipient::Collective,
        }
    }

    /// What of its amount is inferred.
    pub fn doubt(self) -> Option<Doubt> {
        match self {
            Recipient::Individual => None,
            Recipient::Household => Some(Doubt::HouseholdInferred),
            Recipient::Collective => Some(Doubt::CollectiveInferred),
        }
    }
}

/// The base salary on a day, in đồng a month. `None`: before the first that is known here.
pub fn base_salary(on: NaiveDate) -> Option<u64> {
    let mut known = BASE_SALARIES.iter().rev();
    known.find(|(from, _)| *from <= on).map(|(_, dong)| *dong)
}

/// What goes with an award for a subject of a kind that is decided on a day, in đồng. `None`: no text that was read says it.
pub fn money(award: Award, kind: SubjectKind, on: NaiveDate) -> Option<u64> {
    let recipient = Recipient::of(kind);
    let row = AWARDS.iter().find(|row| row.award == award)?;
    let mut shares = row.shares.iter().rev();
    let share = shares.find(|share| share.recipient == recipient && share.from <= on)?;
    Some(base_salary(on)? * share.hundredths / 100)
}
