//! Villages, people and families, and what an officer does with them.

use anyhow::Context;
use chrono::NaiveDate;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use server::clock;
use server::db::{self, users::User};
use server::services::{passwords, units::Units};
use shared::SortedMap;
use shared::access::Role;
use shared::assessment::Move;
use shared::calendar::Year;
use shared::change::{Change, ChangeBody, Registration, Start};
use shared::criteria::{Criteria, CriteriaSet, CriterionCode, Points, Title};
use shared::document::{FieldName, Scorer};
use shared::ids::{AssessmentId, ChangeId, DocumentId, SubjectId, UnitId, UserId};
use shared::kind::SubjectKind;
use shared::org_unit::{OrgTree, UnitCode, UnitKind};
use shared::scoring::{Answer, Facts};
use shared::sync::Carried;
use uuid::Uuid;

use crate::database::Database;

pub const PASSWORD: &str = "mat-khau-dai";
/// Phones of the last evening.
pub const PHONES: usize = 500;
/// Families of a commune's list.
pub const LISTED: usize = 10_000;
/// Communes outside the demo's district (Than Uyên and Tân Uyên): the families of one are listed, those of the other
/// are registered for the year as well.
pub const LISTED_IN: &str = "03595";
pub const REGISTERED_IN: &str = "03598";

/// A village with its commune.
#[derive(Clone, Copy)]
pub struct Place {
    pub commune: UnitId,
    pub village: UnitId,
}

/// Where phones work.
pub struct Field {
    /// Of each phone.
    pub places: Vec<Place>,
    /// The village in `REGISTERED_IN` that [`Field::NEIGHBOUR`] answers for.
    pub listed: Option<Place>,
}

impl Field {
    /// The commune's officers, and somebody of one of its villages.
    pub const LISTED: &str = "bench-listed";
    pub const REGISTERED: &str = "bench-registered";
    pub const NEIGHBOUR: &str = "bench-neighbour";

    pub fn phone(number: usize) -> String {
        format!("bench-{number:03}")
    }

    /// Lists families in two communes and gives everybody an account. The demo is there already.
    pub async fn settle(database: &Database, with_lists: bool) -> anyhow::Result<Self> {
        let lists = [(LISTED_IN, false), (REGISTERED_IN, true)];
        for (code, registers) in lists.into_iter().filter(|_| with_lists) {
            let path = database.folder.path().join(format!("{code}.xlsx"));
            std::fs::write(&path, list(registers)?)?;
            let path = path.to_string_lossy();
            database
                .banhoc(&[
                    "import",
                    "households",
                    &path,
                    "--commune",
                    code,
                    "--new-villages",
                ])
                .await?;
        }
        let db = database.open().await?;
        let tree = Units::load(&db).await?.tree();
        let day = clock::now().date_naive();
        let district = tree
            .iter()
            .find(|unit| unit.name(day) == "Địa bàn Phong Thổ")
            .context("no district")?;
        let villages = places_under(&tree, district.id, day);
        let places: Vec<Place> = villages.into_iter().cycle().take(PHONES).collect();
        let commune = |code: &str| {
            let found = tree.by_code(&UnitCode::new(code), day);
            found.first().map(|unit| unit.id).context("no such commune")
        };
        let registered = commune(REGISTERED_IN)?;
        let listed = places_under(&tree, registered, day).first().copied();

        let hash = passwords::hash(PASSWORD.to_owned()).await;
        let person = |username: String, role, unit| User {
            id: UserId::from_uuid(Uuid::now_v7()),
            name: username.clone(),
            username: Some(username),
            role,
            password_hash: hash.clone(),
            disabled: false,
            units: vec![unit],
        };
        let mut people: Vec<User> = places
            .iter()
            .enumerate()
            .map(|(at, place)| person(Self::phone(at), Role::VillageOfficer, place.village))
            .collect();
        let officer = Role::CommuneOfficer;
        people.push(person(Self::LISTED.into(), officer, commune(LISTED_IN)?));
        people.push(person(Self::REGISTERED.into(), officer, registered));
        people.extend(
            listed.map(|place| person(Self::NEIGHBOUR.into(), Role::VillageOfficer, place.village)),
        );
        let mut tx = db.write().await?;
        db::users::put(&mut tx, &people, clock::now()).await?;
        tx.commit().await?;
        db.close().await;
        Ok(Self { places, listed })
    }
}

pub fn places_under(tree: &OrgTree, unit: UnitId, day: NaiveDate) -> Vec<Place> {
    let below = tree.descendants(unit, day).into_iter();
    below
        .filter(|it| it.kind == UnitKind::Village)
        .filter_map(|village| {
            Some(Place {
                commune: tree.commune_of(village.id, day)?.id,
                village: village.id,
            })
        })
        .collect()
}

/// The year that families are judged in.
pub fn year() -> Year {
    Year::of(clock::today())
}

pub fn family_set() -> &'static CriteriaSet {
    Criteria::builtin()
        .for_title(Title::LearningFamily, year().last_day())
        .expect("a family set is built in")
}

pub fn codes() -> Vec<CriterionCode> {
    let indicators = family_set().indicators();
    indicators.map(|it| it.code.clone()).collect()
}

/// A full answer, or with `less` one that differs from it.
pub fn answer_to(code: &CriterionCode, less: bool) -> Answer {
    let max = family_set().indicator(code).and_then(|(_, it)| it.max);
    match max {
        Some(_) if less => Answer::Points(Points::ZERO),
        Some(max) => Answer::Points(max),
        None => Answer::Met(!less),
    }
}

/// A family as an officer works on it.
#[derive(Clone, Copy)]
pub struct Family {
    pub subject: SubjectId,
}

impl Family {
    pub fn new() -> Self {
        let subject = SubjectId::from_uuid(Uuid::now_v7());
        Self { subject }
    }

    pub fn form(self) -> DocumentId {
        AssessmentId::of(self.subject, Title::LearningFamily.as_str(), year()).into()
    }

    pub fn register(self, place: Place, dice: &mut Dice) -> Change {
        let registration = Registration {
            kind: SubjectKind::Household,
            shard: place.commune,
            place: place.village,
            fields: dice.household(),
            doubts: SortedMap::new(),
        };
        change(
            self.subject.into(),
            None,
            ChangeBody::Register(registration),
        )
    }

    pub fn start(self) -> Change {
        let start = Start {
            subject: self.subject,
            title: Title::LearningFamily,
            year: year(),
            criteria: family_set().id.clone(),
            facts: Facts::default(),
        };
        change(self.form(), None, ChangeBody::Start(start))
    }

    pub fn answer(self, code: &CriterionCode, less: bool, seen: Option<ChangeId>) -> Change {
        let body = ChangeBody::SetAnswer {
            scorer: Scorer::Village,
            code: code.clone(),
            answer: Some(answer_to(code, less)),
        };
        change(self.form(), seen, body)
    }

    pub fn submit(self) -> Change {
        change(self.form(), None, ChangeBody::Advance(Move::Submit))
    }

    pub fn set(self, field: &str, value: Value, seen: Option<ChangeId>) -> Change {
        let field = field.into();
        change(
            self.subject.into(),
            seen,
            ChangeBody::SetField { field, value },
        )
    }
}

fn change(doc: DocumentId, seen: Option<ChangeId>, body: ChangeBody) -> Change {
    Change {
        id: ChangeId::from_uuid(Uuid::now_v7()),
        doc,
        seen,
        made_at: clock::now(),
        body,
    }
}

/// As they are sent.
pub fn carried(changes: impl IntoIterator<Item = Change>) -> Vec<Carried<Change>> {
    changes.into_iter().map(Carried::Known).collect()
}

/// Draws the same families every time.
pub struct Dice(StdRng);

const SURNAMES: [&str; 16] = [
    "Lò", "Vàng", "Đèo", "Nùng", "Tao", "Mào", "Giàng", "Sùng", "Thào", "Hảng", "Chẻo", "Tẩn",
    "Phàn", "Lý", "Nguyễn", "Trần",
];
const MIDDLES: [&str; 8] = ["Văn", "Thị", "A", "Seo", "Láo", "Mẩy", "Minh", "Phù"];
const GIVEN: [&str; 32] = [
    "Pâng", "Nọi", "Ín", "Xôm", "Thắm", "Sương", "Hặc", "Kẻo", "Chinh", "Páo", "Dơ", "Sử", "Lử",
    "Mỷ", "Dua", "Sáng", "Tủa", "Chu", "Tả", "Khé", "San", "Chìn", "Quẩy", "Dền", "Hùng", "Lan",
    "Hòa", "Tuấn", "Hương", "Quang", "Hải", "Yến",
];
const PEOPLES: [&str; 5] = ["Thái", "Mông", "Dao", "Giáy", "Kinh"];

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from.choose(&mut self.0).copied().unwrap_or_default()
    }

    pub fn below(&mut self, end: u32) -> u32 {
        self.0.random_range(0..end)
    }

    pub fn name(&mut self) -> String {
        let [surname, middle, given] = [&SURNAMES[..], &MIDDLES, &GIVEN].map(|it| self.pick(it));
        format!("{surname} {middle} {given}")
    }

    pub fn household(&mut self) -> SortedMap<FieldName, Value> {
        let members = 2 + self.below(6);
        let children = self.below(members.min(4));
        let adults = 1 + self.below(members - children);
        [
            ("name", json!(self.name())),
            ("birth_year", json!(1950 + self.below(50))),
            ("ethnicity", json!(self.pick(&PEOPLES))),
            ("members", json!(members)),
            ("children", json!(children)),
            ("adults", json!(adults)),
            ("literate_adults", json!(adults - self.below(adults.min(3)))),
            ("poor", json!(self.below(4) == 0)),
            ("since", json!(year().before().before())),
        ]
        .map(|(name, value)| (FieldName::from(name), value))
        .into_iter()
        .collect()
    }
}

/// A commune's list of families, as an Excel file.
fn list(registers: bool) -> anyhow::Result<Vec<u8>> {
    const COLUMNS: [&str; 9] = [
        "STT",
        "Họ và tên chủ hộ",
        "Năm sinh",
        "Dân tộc",
        "Bản",
        "Số khẩu",
        "Trẻ đang đi học",
        "Người lớn (19-60 tuổi)",
        "Người lớn biết chữ",
    ];
    let mut dice = Dice::new(u64::from(registers));
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let what = if registers {
        " ĐĂNG KÝ DANH HIỆU"
    } else {
        ""
    };
    sheet.write(0, 0, format!("DANH SÁCH HỘ GIA ĐÌNH{what} NĂM {}", year()))?;
    for (column, head) in (0..).zip(COLUMNS) {
        sheet.write(1, column, head)?;
    }
    for (row, number) in (2..).zip(1..=LISTED) {
        let family = dice.household();
        let field = |name: &str| {
            family
                .get(&FieldName::from(name))
                .cloned()
                .unwrap_or_default()
        };
        sheet.write(row, 0, u32::try_from(number)?)?;
        sheet.write(row, 1, field("name").as_str().unwrap_or_default())?;
        sheet.write(row, 2, field("birth_year").as_f64().unwrap_or_default())?;
        sheet.write(row, 3, field("ethnicity").as_str().unwrap_or_default())?;
        sheet.write(row, 4, format!("Bản số {}", 1 + (number - 1) / 250))?;
        for (column, name) in (5..).zip(["members", "children", "adults", "literate_adults"]) {
            sheet.write(row, column, field(name).as_f64().unwrap_or_default())?;
        }
    }
    Ok(book.save_to_buffer()?)
}
