//! The district's dashboard over 110,000 families, and over ten times as many.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use hyper::StatusCode;
use server::clock;
use server::db::users::User;
use server::db::{self, Db};
use server::services::passwords;
use server::services::units::{REORGANISED, Units};
use shared::SortedMap;
use shared::access::Role;
use shared::assessment::{AssessmentHead, Stage};
use shared::calendar::Year;
use shared::criteria::{Criteria, Title};
use shared::document::{About, Document, FieldName, Scorer, Writer};
use shared::ids::{AssessmentId, ChangeId, SubjectId, UnitId, UserId};
use shared::kind::SubjectKind;
use shared::org_unit::{Dated, OrgUnit, UnitKind};
use shared::rollup::{self, Counts, Rollup, RollupKey};
use shared::scoring::Facts;
use uuid::Uuid;

use crate::database::Database;
use crate::families::{Dice, PASSWORD, answer_to, codes, family_set, year};
use crate::line::Line;
use crate::report::{Report, Times, count};
use crate::serving::Banhoc;

const FAMILIES: usize = 110_000;
const FAMILY: Title = Title::LearningFamily;
/// What else is judged in a village; of these the totals have rows and the documents nothing.
const OTHERS: [Title; 4] = [
    Title::LearningClan,
    Title::LearningVillage,
    Title::LearningUnit,
    Title::LearningCitizen,
];
/// Villages in each of the district's 17 communes.
const VILLAGES: usize = 10;
/// Documents in a transaction.
const PART: usize = 5_000;
const ASKED: usize = 400;
/// Other districts of the country whose totals lie in the same table.
const NEIGHBOURS: usize = 49;
const UNITS: &str = "data/lai_chau_units.json";

pub async fn measure(database: &Database, report: &mut Report) -> anyhow::Result<()> {
    let units = format!("{}/../{UNITS}", env!("CARGO_MANIFEST_DIR"));
    database.banhoc(&["import", "units", &units]).await?;
    let mut district = District::settle(database).await?;
    district.people(FAMILIES, true).await?;
    let commune = district.villages[0].0;
    ask(database, commune, "110,000 families", report).await?;
    // Ten times as many: the families are there, what was judged of them is in the totals alone.
    district.people(9 * FAMILIES, false).await?;
    report.note(format!(
        "{} documents; of 990,000 families only the subjects are documents, their forms are rows of the totals",
        count(district.documents as f64)
    ));
    ask(database, commune, "1,100,000 families", report).await?;
    district.neighbours(NEIGHBOURS).await?;
    ask(
        database,
        commune,
        "beside the totals of 49 districts",
        report,
    )
    .await?;
    district.db.close().await;
    Ok(())
}

async fn ask(
    database: &Database,
    commune: UnitId,
    families: &str,
    report: &mut Report,
) -> anyhow::Result<()> {
    let banhoc = Banhoc::start(database, "serve").await?;
    let (mut line, session) = Line::sign_in(banhoc.address, "huyen", PASSWORD).await?;
    let json = format!("/api/v1/dashboard?title=learning_family&year={}", year());
    let of_commune = format!("{json}&unit={commune}");
    let old_map = format!("{json}&as_of=2023-12-31&unit={}", session.home);
    for (work, path) in [
        ("district dashboard as JSON", json.as_str()),
        ("dashboard of one commune as JSON", of_commune.as_str()),
        ("the district's by the map of 17 communes", old_map.as_str()),
        ("the district's as a rendered page", "/dashboard"),
    ] {
        let mut times = Vec::new();
        let before = banhoc.worked()?;
        for at in 0..ASKED {
            let answer = line.get(path).await?;
            ensure!(answer.status == StatusCode::OK, "{path}: {}", answer.status);
            // The first ones fill caches, as on any morning.
            if at >= ASKED / 10 {
                times.push(answer.took);
            }
        }
        let times = Times::new(times);
        report.worked("an answer", ASKED, banhoc.worked()? - before);
        report.row(
            &format!("{work}, {families}"),
            "p95 ≤ 20 ms",
            times.to_string(),
            times.percent(95) <= Duration::from_millis(20),
        )?;
    }
    drop(line);
    banhoc.stop().await
}

/// A district that fills up.
struct District {
    db: Db,
    villages: Vec<(UnitId, UnitId)>,
    officer: UserId,
    seqs: BTreeMap<UnitId, u64>,
    dice: Dice,
    documents: usize,
}

impl District {
    /// Its villages, and somebody who looks at its dashboard.
    async fn settle(database: &Database) -> anyhow::Result<Self> {
        let db = database.open().await?;
        let tree = Units::load(&db).await?.tree();
        let day = clock::now().date_naive();
        let district = tree
            .iter()
            .find(|unit| unit.names.iter().any(|it| it.value == "Huyện Phong Thổ"))
            .context("no district")?;
        let area = tree.today(district.id, day)[0].id;
        let mut units = Vec::new();
        let mut villages = Vec::new();
        let before = REORGANISED.pred_opt().context("a day before")?;
        for commune in tree.children(district.id, before) {
            let successor = commune.successors[0];
            for number in 1..=VILLAGES {
                let id = UnitId::from_uuid(Uuid::now_v7());
                villages.push((successor, id));
                units.push(OrgUnit {
                    parents: vec![
                        Dated::until(commune.id, REORGANISED),
                        Dated::from(successor, REORGANISED),
                    ],
                    ..OrgUnit::new(id, UnitKind::Village, format!("Bản số {number}"))
                });
            }
        }
        let officer = UserId::from_uuid(Uuid::now_v7());
        let user = User {
            id: officer,
            username: Some("huyen".to_owned()),
            name: "Nguyễn Thị Lan".to_owned(),
            role: Role::AreaOfficer,
            password_hash: passwords::hash(PASSWORD.to_owned()).await,
            disabled: false,
            units: vec![area],
        };
        let mut totals = Rollup::new();
        for (_, village) in &villages {
            for title in OTHERS {
                for year in Year::range(year().before().before(), year()) {
                    rollup::merge(&mut totals, &judged(*village, title, year));
                }
            }
        }
        let mut tx = db.write().await?;
        db::rollup::add(&mut tx, &totals, clock::now()).await?;
        db::units::put(&mut tx, &units).await?;
        db::users::put(&mut tx, &[user], clock::now()).await?;
        db::shards::lock(&mut tx, db.engine(), villages.iter().map(|(it, _)| *it)).await?;
        tx.commit().await?;
        Ok(Self {
            db,
            villages,
            officer,
            seqs: BTreeMap::new(),
            dice: Dice::new(110_000),
            documents: 0,
        })
    }

    /// More families, evenly over the villages, judged in this year and the two before.
    async fn people(&mut self, families: usize, with_forms: bool) -> anyhow::Result<()> {
        let begun = Instant::now();
        let mut rest = families;
        while rest > 0 {
            let part = rest.min(PART);
            let mut documents = Vec::new();
            let mut totals = Rollup::new();
            for _ in 0..part {
                let household = self.household();
                for year in Year::range(year().before().before(), year().before()) {
                    rollup::merge(&mut totals, &judged(household.place, FAMILY, year));
                }
                if with_forms {
                    documents.push(self.form(&household));
                } else {
                    rollup::merge(&mut totals, &judged(household.place, FAMILY, year()));
                }
                documents.push(household);
            }
            rollup::merge(
                &mut totals,
                &rollup::recount(&documents, Criteria::builtin().sets()),
            );
            let mut tx = self.db.write().await?;
            let written: Vec<&Document> = documents.iter().collect();
            db::documents::put(&mut tx, &written, &[], Criteria::builtin().sets()).await?;
            db::rollup::add(&mut tx, &totals, clock::now()).await?;
            let seqs: Vec<_> = self.seqs.iter().map(|(it, seq)| (*it, *seq)).collect();
            db::shards::set_seqs(&mut tx, &seqs).await?;
            tx.commit().await?;
            self.documents += documents.len();
            rest -= part;
        }
        eprintln!(
            "  {} families were made in {:.1} s",
            count(families as f64),
            begun.elapsed().as_secs_f64()
        );
        Ok(())
    }

    /// The totals of other districts, each with as many villages: five titles and three years of each.
    async fn neighbours(&mut self, districts: usize) -> anyhow::Result<()> {
        for _ in 0..districts {
            let mut totals = Rollup::new();
            for _ in &self.villages {
                let village = UnitId::from_uuid(Uuid::now_v7());
                for title in OTHERS.into_iter().chain([FAMILY]) {
                    for year in Year::range(year().before().before(), year()) {
                        rollup::merge(&mut totals, &judged(village, title, year));
                    }
                }
            }
            let mut tx = self.db.write().await?;
            db::rollup::add(&mut tx, &totals, clock::now()).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    fn next(&mut self, shard: UnitId) -> u64 {
        let seq = self.seqs.entry(shard).or_default();
        *seq += 1;
        *seq
    }

    fn household(&mut self) -> Document {
        let villages = u32::try_from(self.villages.len()).unwrap_or(1);
        let village = usize::try_from(self.dice.below(villages)).unwrap_or(0);
        let (shard, place) = self.villages[village];
        let id = SubjectId::from_uuid(Uuid::now_v7());
        Document {
            id: id.into(),
            about: About::Subject(SubjectKind::Household),
            shard,
            place,
            made: self.writer(),
            fields: self.dice.household(),
            written: SortedMap::new(),
            conflicts: SortedMap::new(),
            doubts: SortedMap::new(),
            seq: self.next(shard),
        }
    }

    /// Its form of this year, answered and sent.
    fn form(&mut self, household: &Document) -> Document {
        let subject: SubjectId = household.id.into();
        let fields = codes().into_iter().map(|code| {
            let answer = answer_to(&code, self.dice.below(8) == 0);
            let value = serde_json::to_value(answer).unwrap_or_default();
            (FieldName::answer(Scorer::Village, &code), value)
        });
        Document {
            id: AssessmentId::of(subject, FAMILY.as_str(), year()).into(),
            about: About::Assessment(Box::new(AssessmentHead {
                subject,
                title: FAMILY,
                year: year(),
                criteria: family_set().id.clone(),
                facts: Facts::default(),
                counted: Default::default(),
                judged: None,
                stage: Stage::Submitted,
                moved: Some(household.made),
                steps: Vec::new(),
                finished: Some(household.made.at),
                round: 1,
                remarks: Default::default(),
                listed: None,
                given: None,
                commended: None,
                commended_for_phase: None,
                held: None,
            })),
            fields: fields.collect(),
            made: self.writer(),
            seq: self.next(household.shard),
            ..household.clone()
        }
    }

    fn writer(&self) -> Writer {
        Writer {
            change: ChangeId::from_uuid(Uuid::now_v7()),
            by: self.officer,
            at: clock::now(),
        }
    }
}

/// What a form of some year adds to the totals.
fn judged(place: UnitId, title: Title, year: Year) -> Rollup {
    let key = RollupKey { place, title, year };
    let counts = Counts {
        subjects: i64::from(title != FAMILY),
        registered: 1,
        started: 1,
        scored: 1,
        passed: 1,
        verified: 1,
        ..Counts::default()
    };
    [(key, counts)].into()
}
