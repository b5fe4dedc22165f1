//! The demo district: Phong Thổ with its real communes, and families that nobody will meet.
//!
//! Communes and the 2025 reorganisation come from the units file. Village names are ones heard in the district, spread over the
//! communes for the demo; families, scores and officers are generated. All of it is written by changes through the same
//! intake as a phone's, so whatever the demo shows, the product can do.

mod beside;
mod campaign;
mod decisions;
mod initiatives;
mod names;
mod places;
mod stories;
mod supporters;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use shared::access::{Actor, Role, Scope};
use shared::assessment::Move;
use shared::calendar::{self, Year};
use shared::change::{Change, ChangeBody, Registration, Start};
use shared::criteria::{Criteria, Points, Title};
use shared::document::{FieldName, Scorer};
use shared::field;
use shared::ids::{AssessmentId, ChangeId, DocumentId, SubjectId, UnitId, UserId};
use shared::kind::SubjectKind;
use shared::org_unit::{Dated, OrgTree, OrgUnit, UnitKind};
use shared::scoring::{Answer, Facts, granted};
use uuid::{Builder, Uuid};

pub use campaign::DemoPlan;
pub use initiatives::DemoInitiative;
use names::People;
use shared::SortedMap;
pub use stories::DemoStory;

/// The day the two-tier map took effect.
const REORGANISED: NaiveDate = NaiveDate::from_ymd_opt(2025, 7, 1).expect("a day of the calendar");

/// The password of every demo account, shown on the sign-in page of a demo and nowhere else.
pub const PASSWORD: &str = "banhoc2026";

/// The names to sign in with, one per role.
pub const USERNAMES: [&str; 8] = [
    "truongban",
    "khaosat",
    "canboxa",
    "chutichxa",
    "phonggd",
    "lanhdao",
    "giamsat",
    "quantri",
];

/// The village the demo's officer answers for.
pub const HOME_VILLAGE: &str = "Vàng Pheo";

/// A person of the demo.
#[derive(Clone, Debug)]
pub struct DemoUser {
    pub id: UserId,
    /// `None`: a colleague whose name stands in histories and who never signs in.
    pub username: Option<&'static str>,
    pub name: String,
    pub role: Role,
    /// The units they answer for.
    pub units: Vec<UnitId>,
}

/// What one person did, in order.
#[derive(Clone, Debug)]
pub struct Deed {
    pub actor: Actor,
    pub changes: Vec<Change>,
}

/// The whole demo.
#[derive(Clone, Debug)]
pub struct DemoDistrict {
    pub villages: Vec<OrgUnit>,
    pub users: Vec<DemoUser>,
    /// In the order of time within each document.
    pub deeds: Vec<Deed>,
    /// The days of the year.
    pub plans: Vec<DemoPlan>,
    /// What everybody may read of some who hold their title.
    pub stories: Vec<DemoStory>,
    /// What some have thought of.
    pub initiatives: Vec<DemoInitiative>,
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same district every time.
#[derive(Clone)]
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is at least 1.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from + 1)
    }

    /// True so many times in a hundred.
    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(from.len() as u64)).unwrap_or(0);
        &from[at]
    }

    /// A version 7 id of a moment.
    fn id(&mut self, at: DateTime<Utc>) -> Uuid {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.next().to_be_bytes());
        random[8..].copy_from_slice(&self.next().to_be_bytes()[..2]);
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// Makes the demo on top of the imported units. `now` decides which year is being judged.
pub fn generate(tree: &OrgTree, criteria: Criteria, now: DateTime<Utc>) -> DemoDistrict {
    let mut maker = Maker {
        dice: Dice(0x0b4a_40c0),
        aside: Dice(0x0b4a_40c1),
        criteria,
        now,
        villages: Vec::new(),
        users: Vec::new(),
        deeds: Vec::new(),
        sent: Vec::new(),
        with_clans: Vec::new(),
        deserving: BTreeMap::new(),
        plans: Vec::new(),
        stories: Vec::new(),
        initiatives: Vec::new(),
    };
    for place in places::PLACES {
        maker.commune(tree, place);
    }
    maker.accounts(tree);
    for (village, families) in std::mem::take(&mut maker.with_clans) {
        maker.clans(&village, &families);
    }
    maker.decisions();
    DemoDistrict {
        villages: maker.villages,
        users: maker.users,
        deeds: maker.deeds,
        plans: maker.plans,
        stories: maker.stories,
        initiatives: maker.initiatives,
    }
}

struct Maker {
    dice: Dice,
    /// For what people did beside their forms: with or without it the district is the same.
    aside: Dice,
    /// What everybody is judged by.
    criteria: Criteria,
    now: DateTime<Utc>,
    villages: Vec<OrgUnit>,
    users: Vec<DemoUser>,
    deeds: Vec<Deed>,
    /// The forms of families that the village at hand has sent and nobody has checked.
    sent: Vec<(DocumentId, DateTime<Utc>)>,
    /// Villages whose families have said to which clan they belong, with their families by name.
    with_clans: Vec<(Village, Vec<(SubjectId, String)>)>,
    /// Citizens who are checked and pass, by commune and year.
    deserving: BTreeMap<(UnitId, Year), decisions::Deserving>,
    plans: Vec<DemoPlan>,
    stories: Vec<DemoStory>,
    initiatives: Vec<DemoInitiative>,
}

/// Families of one name that make a clan.
const CLAN_MIN: usize = 4;

/// A village with the people who work in it.
struct Village {
    shard: UnitId,
    id: UnitId,
    officer: Actor,
    checker: Actor,
    leader: Actor,
    /// How far the village has come this year, in percent of its families.
    progress: u64,
    /// How well it does, in percent of full answers.
    quality: u64,
}

impl Maker {
    /// One commune of the 2023 map: its villages, and what was done in them.
    fn commune(&mut self, tree: &OrgTree, place: &places::Place) {
        let before = REORGANISED.pred_opt().unwrap_or(REORGANISED);
        let legacy = tree
            .iter()
            .find(|unit| {
                unit.code
                    .as_ref()
                    .is_some_and(|code| code.as_str() == place.code)
                    && unit.valid_at(before)
                    && unit.kind.is_commune()
            })
            .cloned();
        let Some(legacy) = legacy else { return };
        let Some(successor) = legacy.successors.first().copied() else {
            return;
        };
        let checker = self.colleague(
            Role::CommuneOfficer,
            Scope::Communes([successor].into()),
            successor,
        );
        let leader = self.colleague(
            Role::CommuneLeader,
            Scope::Communes([successor].into()),
            successor,
        );
        let commune_quality = self.dice.between(68, 97);
        let commune_progress = self.dice.between(35, 92);
        for name in place.villages {
            let made = self.now - TimeDelta::days(900);
            let id = UnitId::from_uuid(self.dice.id(made));
            self.villages.push(OrgUnit {
                parents: vec![
                    Dated::until(legacy.id, REORGANISED),
                    Dated::from(successor, REORGANISED),
                ],
                ..OrgUnit::new(id, UnitKind::Village, *name)
            });
            let scope = Scope::villages([(successor, id)]);
            let officer = self.colleague(Role::VillageOfficer, scope, id);
            let home = *name == HOME_VILLAGE;
            let village = Village {
                shard: successor,
                id,
                officer,
                checker: checker.clone(),
                leader: leader.clone(),
                progress: if home {
                    38
                } else {
                    (commune_progress + self.dice.below(30))
                        .saturating_sub(15)
                        .min(100)
                },
                quality: commune_quality,
            };
            let families = if home { 32 } else { self.dice.between(22, 38) };
            let mut named = Vec::new();
            for number in 0..families {
                let people = *self.dice.pick(place.peoples);
                named.push(self.family(&village, people, number, home));
            }
            self.meeting(&village, home);
            if place.villages.contains(&HOME_VILLAGE) {
                self.with_clans.push((village, named));
            }
        }
        if place.villages.contains(&HOME_VILLAGE) {
            self.supporters(&checker, successor);
        }
        if let Some(first) = self.villages.last().map(|village| village.id) {
            self.offices(
                place,
                first,
                successor,
                &checker,
                commune_progress,
                commune_quality,
            );
        }
    }

    /// Somebody whose name stands in histories.
    fn colleague(&mut self, role: Role, scope: Scope, unit: UnitId) -> Actor {
        let people = *self
            .dice
            .pick(&[People::Thai, People::Dao, People::Hmong, People::Kinh]);
        let name = names::person(people, &mut |end| self.dice.below(end));
        let id = UserId::from_uuid(self.dice.id(self.now - TimeDelta::days(900)));
        self.users.push(DemoUser {
            id,
            username: None,
            name: name.clone(),
            role,
            units: vec![unit],
        });
        Actor {
            user: id,
            name,
            role,
            scope,
        }
    }

    fn family(
        &mut self,
        village: &Village,
        people: People,
        number: u64,
        home: bool,
    ) -> (SubjectId, String) {
        let name = names::person(people, &mut |end| self.dice.below(end));
        let members = self.dice.between(2, 8);
        let children = self.dice.below(members.min(5));
        let adults = self.dice.between(1, (members - children).clamp(1, 5));
        let literate = adults - self.dice.below(adults + 1).min(self.dice.below(3));
        let this_year = self.year();
        let registered = self.moment(this_year.before().before(), 3);
        let mut fields: SortedMap<FieldName, serde_json::Value> = [
            (FieldName::from("name"), json!(&name)),
            (
                FieldName::from("birth_year"),
                json!(self.dice.between(1948, 2002)),
            ),
            (FieldName::from("ethnicity"), json!(people.as_str())),
            (FieldName::from("members"), json!(members)),
            (FieldName::from("children"), json!(children)),
            (FieldName::from("adults"), json!(adults)),
            (FieldName::from("literate_adults"), json!(literate)),
            (FieldName::from("poor"), json!(self.dice.chance(28))),
            (FieldName::from("number"), json!(number + 1)),
            (FieldName::from("since"), json!(this_year.before().before())),
        ]
        .into_iter()
        .collect();
        // Three of five have the culture title of last year, as the commune's list says.
        if number % 5 < 3 {
            fields.insert(FieldName::from("culture_year"), json!(this_year.before()));
        }
        let mut doubts = SortedMap::new();
        if self.dice.chance(2) {
            fields.remove(&FieldName::from("members"));
            doubts.insert(
                FieldName::from("members"),
                "Danh sách chưa ghi số khẩu; hãy hỏi lại gia đình.".to_owned(),
            );
        }
        let facts = Facts {
            children: u32::try_from(children).ok(),
            adults: u32::try_from(adults).ok(),
            literate_adults: u32::try_from(literate).ok(),
            ..Facts::default()
        };
        let subject = self.register(village, SubjectKind::Household, registered, fields, doubts);
        for (years_ago, year) in [
            (2_u64, this_year.before().before()),
            (1, this_year.before()),
        ] {
            if self.dice.chance(86) {
                let quality = village.quality.saturating_sub(years_ago * 6);
                self.past_year(
                    village,
                    subject,
                    Title::LearningFamily,
                    year,
                    &facts,
                    quality,
                );
            }
        }
        // The officer's own village shows every state a phone can show.
        let state = if home {
            match number {
                0..=9 => State::Submitted,
                10 | 11 => State::Returned,
                12..=14 => State::Begun,
                15..=22 => State::Registered,
                _ => State::Untouched,
            }
        } else if self.dice.below(100) < village.progress {
            if self.dice.chance(45) {
                State::Verified
            } else {
                State::Submitted
            }
        } else {
            match self.dice.below(10) {
                0..=1 => State::Begun,
                2 => State::Returned,
                3..=7 => State::Registered,
                _ => State::Untouched,
            }
        };
        self.this_year(village, subject, Title::LearningFamily, &facts, state);
        // One grown-up in six families has asked to be judged as a learning citizen.
        if self.dice.chance(16) {
            let name = names::person(people, &mut |end| self.dice.below(end));
            let fields = [
                (FieldName::from("name"), json!(name)),
                (
                    FieldName::from("birth_year"),
                    json!(self.dice.between(1960, 2006)),
                ),
                (FieldName::from(field::FAMILY), json!(subject.to_string())),
                (FieldName::from("citizen_group"), json!("nguoi_dan")),
                (FieldName::from("since"), json!(this_year.before())),
            ];
            let at = self.moment(this_year.before(), 3);
            let citizen = self.register(
                village,
                SubjectKind::Citizen,
                at,
                fields.into_iter().collect(),
                SortedMap::new(),
            );
            self.past_year(
                village,
                citizen,
                Title::LearningCitizen,
                this_year.before(),
                &Facts::default(),
                village.quality,
            );
            let state = if self.dice.below(100) < village.progress {
                State::Verified
            } else {
                State::Registered
            };
            self.this_year(
                village,
                citizen,
                Title::LearningCitizen,
                &Facts::default(),
                state,
            );
        }
        (subject, name)
    }

    /// The clans of a village: families of one name, where there are enough of them.
    fn clans(&mut self, village: &Village, families: &[(SubjectId, String)]) {
        let mut by_name: BTreeMap<&str, Vec<SubjectId>> = BTreeMap::new();
        for (family, name) in families {
            let surname = name.split(' ').next().unwrap_or_default();
            by_name.entry(surname).or_default().push(*family);
        }
        let this_year = self.year();
        let at = self.moment(this_year.before(), 3);
        for (surname, families) in by_name.into_iter().filter(|(_, all)| all.len() >= CLAN_MIN) {
            let fields = [
                (FieldName::from("name"), json!(format!("Họ {surname}"))),
                (FieldName::from("since"), json!(this_year.before())),
            ];
            let clan = self.register(
                village,
                SubjectKind::Clan,
                at,
                fields.into_iter().collect(),
                SortedMap::new(),
            );
            let mut belongs = |family: &SubjectId| Change {
                id: ChangeId::from_uuid(self.dice.id(at)),
                doc: (*family).into(),
                seen: None,
                made_at: at,
                body: ChangeBody::SetField {
                    field: FieldName::from(field::CLAN),
                    value: json!(clan.to_string()),
                },
            };
            let changes = families.iter().map(&mut belongs).collect();
            self.deeds.push(Deed {
                actor: village.officer.clone(),
                changes,
            });
            let (title, facts) = (Title::LearningClan, Facts::default());
            self.this_year(village, clan, title, &facts, State::Begun);
        }
    }

    /// The schools and offices of a commune.
    fn offices(
        &mut self,
        place: &places::Place,
        village: UnitId,
        shard: UnitId,
        checker: &Actor,
        progress: u64,
        quality: u64,
    ) {
        let scope = Scope::villages([(shard, village)]);
        let officer = self.colleague(Role::VillageOfficer, scope, village);
        let at = Village {
            shard,
            id: village,
            officer,
            checker: checker.clone(),
            leader: checker.clone(),
            progress,
            quality,
        };
        for (office, sort) in [
            ("Trường mầm non", "school"),
            ("Trường tiểu học", "school"),
            ("Trường THCS", "school"),
            ("Trạm y tế", "agency"),
            ("Cơ quan UBND xã", "agency"),
        ] {
            let this_year = self.year();
            let fields = [
                (
                    FieldName::from("name"),
                    json!(format!("{office} {}", place.name)),
                ),
                (FieldName::from("unit_type"), json!(sort)),
                (FieldName::from("since"), json!(this_year.before().before())),
            ];
            let registered = self.moment(this_year.before().before(), 3);
            let unit = self.register(
                &at,
                SubjectKind::Unit,
                registered,
                fields.into_iter().collect(),
                SortedMap::new(),
            );
            for year in [this_year.before().before(), this_year.before()] {
                self.past_year(
                    &at,
                    unit,
                    Title::LearningUnit,
                    year,
                    &Facts::default(),
                    quality,
                );
            }
            let state = if self.dice.below(100) < progress {
                State::Submitted
            } else {
                State::Registered
            };
            self.this_year(&at, unit, Title::LearningUnit, &Facts::default(), state);
        }
    }

    fn register(
        &mut self,
        village: &Village,
        kind: SubjectKind,
        at: DateTime<Utc>,
        fields: SortedMap<FieldName, serde_json::Value>,
        doubts: SortedMap<FieldName, String>,
    ) -> SubjectId {
        let id = self.dice.id(at);
        let registration = Registration {
            kind,
            shard: village.shard,
            place: village.id,
            fields,
            doubts,
        };
        // The change that makes a subject bears the subject's id: one id less to carry.
        let change = Change {
            id: ChangeId::from_uuid(id),
            doc: DocumentId::from_uuid(id),
            seen: None,
            made_at: at,
            body: ChangeBody::Register(registration),
        };
        self.deeds.push(Deed {
            actor: village.officer.clone(),
            changes: vec![change],
        });
        SubjectId::from_uuid(id)
    }

    /// The year that is judged.
    fn year(&self) -> Year {
        calendar::year_judged(calendar::day(self.now))
    }

    fn past_year(
        &mut self,
        village: &Village,
        subject: SubjectId,
        title: Title,
        year: Year,
        facts: &Facts,
        quality: u64,
    ) {
        let at = self.moment(year, 10);
        let mut changes = self.scored(subject, title, year, facts, at, quality, 100);
        let passes = passes(self.criteria, title, year, facts, &changes);
        if title == Title::LearningCitizen {
            changes.extend(self.gave(subject, title, year, at));
        }
        changes.push(self.step(subject, title, year, at, Move::Submit));
        self.deeds.push(Deed {
            actor: village.officer.clone(),
            changes,
        });
        if self.dice.chance(94) {
            let at = at + TimeDelta::days(9);
            let verify = self.step(subject, title, year, at, Move::Verify);
            self.deeds.push(Deed {
                actor: village.checker.clone(),
                changes: vec![verify],
            });
            // Only a complete set may recognise, and only who passes.
            if title == Title::LearningCitizen && passes {
                self.deserves(village, subject, year, at);
            }
        }
    }

    fn this_year(
        &mut self,
        village: &Village,
        subject: SubjectId,
        title: Title,
        facts: &Facts,
        state: State,
    ) {
        let year = self.year();
        let at = self.now
            - TimeDelta::minutes(i64::try_from(self.dice.between(90, 40 * 24 * 60)).unwrap_or(90));
        let share = match state {
            State::Untouched => return,
            State::Registered => 0,
            State::Begun => 45,
            State::Submitted | State::Returned | State::Verified => 100,
        };
        let mut changes = self.scored(subject, title, year, facts, at, village.quality, share);
        if share == 100 {
            changes.push(self.step(subject, title, year, at, Move::Submit));
        }
        if matches!(state, State::Submitted) && title == Title::LearningFamily {
            let form = AssessmentId::of(subject, title.as_str(), year);
            self.sent.push((form.into(), at));
        }
        self.deeds.push(Deed {
            actor: village.officer.clone(),
            changes,
        });
        let checked = at + TimeDelta::minutes(60);
        let step = match state {
            State::Verified => Move::Verify,
            State::Returned => Move::Return {
                comment: (*self.dice.pick(&RETURNS)).to_owned(),
                remarks: SortedMap::new(),
            },
            _ => return,
        };
        if matches!(state, State::Verified)
            && title == Title::LearningCitizen
            && passes(
                self.criteria,
                title,
                year,
                facts,
                self.deeds.last().map_or(&[], |deed| &deed.changes),
            )
        {
            self.deserves(village, subject, year, checked);
        }
        let step = self.step(subject, title, year, checked, step);
        self.deeds.push(Deed {
            actor: village.checker.clone(),
            changes: vec![step],
        });
    }

    /// The beginning of an assessment and answers to so many percent of its criteria.
    #[expect(
        clippy::too_many_arguments,
        reason = "one sentence: who, what, when, how well, how far"
    )]
    fn scored(
        &mut self,
        subject: SubjectId,
        title: Title,
        year: Year,
        facts: &Facts,
        at: DateTime<Utc>,
        quality: u64,
        share: u64,
    ) -> Vec<Change> {
        let Some(set) = self.criteria.for_title(title, at.date_naive()) else {
            return Vec::new();
        };
        let doc: DocumentId = AssessmentId::of(subject, title.as_str(), year).into();
        let mut bodies = vec![ChangeBody::Start(Start {
            subject,
            title,
            year,
            criteria: set.id.clone(),
            facts: facts.clone(),
        })];
        for group in &set.groups {
            for indicator in &group.indicators {
                let settles_itself =
                    indicator.measure.is_some() || granted(group, indicator, facts).is_some();
                if self.dice.below(100) >= share || settles_itself {
                    continue;
                }
                let answer = match indicator.max {
                    Some(max) if self.dice.below(100) < quality => Answer::Points(max),
                    Some(max) => {
                        let whole = u64::try_from(max.halves() / 2).unwrap_or(0);
                        let points = self.dice.between(whole * 4 / 10, whole);
                        Answer::Points(Points::whole(i32::try_from(points).unwrap_or(0)))
                    }
                    None => Answer::Met(self.dice.below(100) < quality),
                };
                bodies.push(ChangeBody::SetAnswer {
                    scorer: Scorer::Village,
                    code: indicator.code.clone(),
                    answer: Some(answer),
                });
            }
        }
        bodies
            .into_iter()
            .map(|body| Change {
                id: ChangeId::from_uuid(self.dice.id(at)),
                doc,
                seen: None,
                made_at: at,
                body,
            })
            .collect()
    }

    fn step(
        &mut self,
        subject: SubjectId,
        title: Title,
        year: Year,
        at: DateTime<Utc>,
        step: Move,
    ) -> Change {
        Change {
            id: ChangeId::from_uuid(self.dice.id(at)),
            doc: AssessmentId::of(subject, title.as_str(), year).into(),
            seen: None,
            made_at: at,
            body: ChangeBody::Advance(step),
        }
    }

    /// Some working hour of a month; this year's are never in the future.
    fn moment(&mut self, year: Year, month: u32) -> DateTime<Utc> {
        let day = u32::try_from(self.dice.between(1, 28)).unwrap_or(1);
        let minutes = i64::try_from(self.dice.between(60, 600)).unwrap_or(60);
        NaiveDate::from_ymd_opt(year.get(), month, day)
            .map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::minutes(minutes))
            .map_or(self.now, |at| at.min(self.now))
    }

    /// One account per role, all in or above the officer's village.
    fn accounts(&mut self, tree: &OrgTree) {
        let today = self.now.date_naive();
        let home = self
            .villages
            .iter()
            .find(|village| village.name(today) == HOME_VILLAGE)
            .map(|village| (village.id, parent(village, today)));
        let Some((village, Some(commune))) = home else {
            return;
        };
        let neighbours: Vec<UnitId> = self
            .villages
            .iter()
            .filter(|it| it.id != village && parent(it, today) == Some(commune))
            .map(|it| it.id)
            .take(2)
            .collect();
        let area = tree
            .ancestors(commune, today)
            .into_iter()
            .find(|unit| unit.kind == UnitKind::Area)
            .map_or(commune, |unit| unit.id);
        let accounts: [(&'static str, &str, Role, Vec<UnitId>); 8] = [
            (
                "truongban",
                "Lò Văn Thắm",
                Role::VillageOfficer,
                vec![village],
            ),
            ("khaosat", "Vàng Thị Nọi", Role::Surveyor, neighbours),
            (
                "canboxa",
                "Nùng Thị Hương",
                Role::CommuneOfficer,
                vec![commune],
            ),
            (
                "chutichxa",
                "Đèo Văn Ín",
                Role::CommuneLeader,
                vec![commune],
            ),
            ("phonggd", "Nguyễn Thị Lan", Role::AreaOfficer, vec![area]),
            ("lanhdao", "Mào Văn Sương", Role::AreaLeader, vec![area]),
            ("giamsat", "Trần Minh Quang", Role::Auditor, vec![area]),
            ("quantri", "Phạm Đức Hòa", Role::Admin, vec![area]),
        ];
        for (username, name, role, units) in accounts {
            let id = UserId::from_uuid(self.dice.id(self.now - TimeDelta::days(900)));
            self.users.push(DemoUser {
                id,
                username: Some(username),
                name: name.to_owned(),
                role,
                units,
            });
        }
        let by = |name| {
            let mut users = self.users.iter();
            users.find(|it| it.username == Some(name)).map(|it| it.id)
        };
        if let Some((of_area, of_commune)) = by("phonggd").zip(by("canboxa")) {
            self.campaign((area, of_area), (commune, of_commune));
        }
    }
}

/// The unit a village of the demo lies in on a day.
fn parent(village: &OrgUnit, day: NaiveDate) -> Option<UnitId> {
    let link = village.parents.iter().rfind(|link| link.holds_at(day));
    link.map(|link| link.value)
}

/// Whether the answers among some changes pass.
fn passes(criteria: Criteria, title: Title, year: Year, facts: &Facts, changes: &[Change]) -> bool {
    let answers: SortedMap<_, _> = changes
        .iter()
        .filter_map(|change| match &change.body {
            ChangeBody::SetAnswer { code, answer, .. } => Some((code.clone(), (*answer)?)),
            _ => None,
        })
        .collect();
    let set = criteria.for_title(title, year.last_day());
    set.is_some_and(|set| shared::scoring::score(set, &answers, facts).verdict.passes == Some(true))
}

/// How far a family has come this year.
#[derive(Clone, Copy)]
enum State {
    Untouched,
    Registered,
    Begun,
    Submitted,
    Returned,
    Verified,
}

/// What a commune writes when it sends something back.
const RETURNS: [&str; 4] = [
    "Mục trẻ đi học ghi đủ điểm nhưng danh sách trường còn một cháu nghỉ. Nhờ bản xem lại.",
    "Số người lớn biết chữ chưa khớp danh sách xoá mù chữ. Nhờ hỏi lại gia đình.",
    "Chưa rõ lớp tập huấn nào trong năm. Nhờ ghi thêm vào ghi chú.",
    "Điểm lễ phép cần ý kiến của bản. Nhờ họp bản rồi gửi lại.",
];
