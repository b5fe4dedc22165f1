//! Awards: in which forms merit is commended, who decides each, what money goes with it and on what that rests.
//!
//! Money is the multiplier of an award times the base salary of the day, in đồng, reckoned in whole numbers. Both change by decree,
//! so both are rows with a first day. What nobody has read in a text has no amount, or says so ([`Doubt`]).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::Year;
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

/// Of what time the merit is that is commended. The plan of the district (III.2) has both: every year, and when the movement is
/// reviewed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// khen thưởng hằng năm
    #[default]
    Year,
    /// khen thưởng khi sơ kết hay tổng kết một giai đoạn
    Phase,
}

/// A stretch of the movement that is reviewed as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phase {
    pub from: Year,
    /// Its last year, by whose forms the review goes.
    pub to: Year,
}

/// What a proposal to a higher authority has to bring with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// tờ trình kèm danh sách
    Letter,
    /// báo cáo thành tích của từng tập thể, hộ gia đình, cá nhân
    Reports,
    /// biên bản họp xét khen thưởng
    Minutes,
    /// báo cáo tự đánh giá
    SelfReport,
    /// bản tổng hợp kết quả các tiêu chí, chỉ tiêu
    Summary,
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
    /// What a dossier consists of was read for giấy khen only.
    DossierInferred,
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

/// First and last year of what is reviewed: sơ kết giai đoạn 2023–2025, tổng kết giai đoạn 2023–2030 (plan, III.2 b).
const PHASES: [(i32, i32); 2] = [(2023, 2025), (2023, 2030)];

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

    pub fn as_str(self) -> &'static str {
        match self {
            Award::CommuneCommendation => "commune_commendation",
            Award::ProvinceCommendation => "province_commendation",
            Award::MinistryCommendation => "ministry_commendation",
            Award::PrimeMinisterCommendation => "prime_minister_commendation",
        }
    }

    /// Whether another authority decides it than the commune that draws the list up.
    pub fn is_higher(self) -> bool {
        self.decider() != Decider::Commune
    }

    /// Whether merit of such a time, judged by the forms of a year, may be commended by it. The Prime Minister's goes with
    /// a review of the movement only (plan, III.2).
    pub fn is_for(self, occasion: Occasion, year: Year) -> bool {
        match occasion {
            Occasion::Year => self != Award::PrimeMinisterCommendation,
            Occasion::Phase => Phase::reviewed_by(year).is_some(),
        }
    }

    pub fn decider(self) -> Decider {
        let row = AWARDS.iter().find(|row| row.award == self);
        row.map_or(Decider::PrimeMinister, |row| row.decider)
    }

    /// On what it rests on a day, as a paper names it. What the higher ones rest on nobody has read.
    pub fn bases(self, on: NaiveDate) -> &'static [Basis] {
        match self.decider() {
            Decider::Commune if on >= DECREE_152 => &BASES,
            Decider::Commune => &BASES[..1],
            Decider::Province | Decider::Ministry | Decider::PrimeMinister => &[],
        }
    }
}

impl std::str::FromStr for Award {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let found = Award::ALL.into_iter().find(|it| it.as_str() == text);
        found.ok_or(())
    }
}

impl Occasion {
    pub const ALL: [Occasion; 2] = [Occasion::Year, Occasion::Phase];

    pub fn as_str(self) -> &'static str {
        match self {
            Occasion::Year => "year",
            Occasion::Phase => "phase",
        }
    }

    /// The years whose merit it is, where the forms of one year are gone by.
    pub fn years(self, year: Year) -> (Year, Year) {
        match (self, Phase::reviewed_by(year)) {
            (Occasion::Phase, Some(phase)) => (phase.from, phase.to),
            _ => (year, year),
        }
    }

    pub(crate) fn is_year(&self) -> bool {
        *self == Occasion::Year
    }
}

impl std::str::FromStr for Occasion {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let found = Occasion::ALL.into_iter().find(|it| it.as_str() == text);
        found.ok_or(())
    }
}

impl Phase {
    /// What is reviewed by the forms of a year.
    pub fn reviewed_by(year: Year) -> Option<Self> {
        let found = PHASES.iter().find(|(_, to)| *to == year.get())?;
        Some(Self {
            from: Year::new(found.0.into())?,
            to: year,
        })
    }
}

impl Piece {
    pub const ALL: [Piece; 5] = [
        Piece::Letter,
        Piece::Reports,
        Piece::Minutes,
        Piece::SelfReport,
        Piece::Summary,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Piece::Letter => "letter",
            Piece::Reports => "reports",
            Piece::Minutes => "minutes",
            Piece::SelfReport => "self_report",
            Piece::Summary => "summary",
        }
    }
}

impl std::str::FromStr for Piece {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let found = Piece::ALL.into_iter().find(|it| it.as_str() == text);
        found.ok_or(())
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
