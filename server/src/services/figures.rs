//! What the online screens ask: figures, the subjects behind them, one subject with its history, devices.

use std::collections::{BTreeMap, BTreeSet};

use app::{Backend, BackendError};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use shared::access::{Actor, Scope};
use shared::api::{
    Crumb, Dashboard, DashboardQuery, DemoAccount, DeviceRow, EventRows, EventsQuery, HistoryRow,
    MapChoice, Person, Session, SubjectDetail, SubjectRow, Subjects, SubjectsQuery, Target,
    TitleCounts, UnitCounts, YearCounts,
};
use shared::calendar::{self, Year};
use shared::criteria::{self, Title};
use shared::document::Document;
use shared::event::EventKind;
use shared::ids::{DocumentId, SubjectId, UnitId};
use shared::kind::SubjectKind;
use shared::org_unit::{OrgTree, OrgUnit, UnitKind};
use shared::problem::ProblemKind;
use shared::rollup::{Counts, Figure, RollupKey, in_year};
use shared::text;

use super::{accounts, events, files};
use crate::auth::SignedIn;
use crate::clock;
use crate::db::rollup::Total;
use crate::db::{DbError, changes, devices, documents, rollup, users};
use crate::demo;
use crate::state::AppState;

/// Rows on a page of a list.
const PAGE: u32 = 50;
/// Lines of a history that are shown.
const HISTORY: usize = 200;
/// The last day of the map of 17 communes that the district planned by.
const OLD_MAP: NaiveDate = NaiveDate::from_ymd_opt(2023, 12, 31).expect("a day of the calendar");
/// Years of the movement (decision 387/QĐ-TTg and its siblings run from 2021; the campaign from 2023).
const FIRST_YEAR: Year = Year::new(2023).expect("a year of the movement");

/// The backend of one request.
pub struct RequestBackend {
    pub state: AppState,
    pub signed_in: Option<SignedIn>,
}

fn failed(error: DbError) -> BackendError {
    tracing::error!(%error, "the database failed");
    ProblemKind::Unavailable.into()
}

impl RequestBackend {
    fn who(&self) -> Result<&SignedIn, BackendError> {
        self.signed_in
            .as_ref()
            .ok_or_else(|| ProblemKind::SignedOut.into())
    }

    /// The unit, if the person may see its figures: it is theirs, or on the map asked for it lay in what is theirs. (A
    /// commune that went to another district in 2025 still counts in its old district's figures of before.)
    fn counted<'a>(
        &self,
        who: &'a SignedIn,
        id: UnitId,
        as_of: NaiveDate,
        today: NaiveDate,
    ) -> Result<&'a OrgUnit, BackendError> {
        let unit = who.tree.get(id).filter(|unit| {
            let mut lay_in = who.tree.ancestors(unit.id, as_of).into_iter();
            may_look(who, unit, today) || lay_in.any(|above| may_look(who, above, today))
        });
        unit.ok_or_else(|| ProblemKind::NotFound.into())
    }

    /// The unit, if the person may look at all of it.
    fn unit<'a>(
        &self,
        who: &'a SignedIn,
        id: UnitId,
        today: NaiveDate,
    ) -> Result<&'a OrgUnit, BackendError> {
        let unit = who.tree.get(id).filter(|unit| may_look(who, unit, today));
        unit.ok_or_else(|| ProblemKind::NotFound.into())
    }
}

/// Whether everything that a unit is today lies in the person's scope.
fn may_look(who: &SignedIn, unit: &OrgUnit, today: NaiveDate) -> bool {
    let tree = &who.tree;
    match &who.actor.scope {
        Scope::All => true,
        // Those who consolidate answer for a unit and all that it was before.
        Scope::Communes(communes) => {
            let inside = |unit: &OrgUnit| {
                let commune = tree.commune_of(unit.id, today);
                match commune {
                    Some(commune) => communes.contains(&commune.id),
                    None => {
                        let mut below = tree
                            .descendants(unit.id, today)
                            .into_iter()
                            .filter(|it| it.kind.is_commune())
                            .peekable();
                        below.peek().is_some() && below.all(|it| communes.contains(&it.id))
                    }
                }
            };
            let now = tree.today(unit.id, today);
            !now.is_empty() && now.into_iter().all(inside)
        }
        Scope::Villages(villages) => villages.iter().any(|(_, village)| *village == unit.id),
    }
}

/// A unit on a map: itself while it exists; else what stood there then, or what it has become. The area stands for the
/// district it followed, and a commune of before for the one it went into.
fn on_map<'a>(
    tree: &'a OrgTree,
    unit: &'a OrgUnit,
    as_of: NaiveDate,
    today: NaiveDate,
) -> Vec<&'a OrgUnit> {
    if unit.valid_at(as_of) {
        return vec![unit];
    }
    let before: Vec<&OrgUnit> = tree
        .iter()
        .filter(|it| it.valid_at(as_of))
        .filter(|it| tree.today(it.id, today).iter().any(|now| now.id == unit.id))
        .collect();
    if before.is_empty() {
        tree.today(unit.id, as_of)
    } else {
        before
    }
}

/// The places whose documents count in a unit on a date: its villages, and the unit itself with the communes under it
/// for what lies in no village.
fn places(tree: &OrgTree, unit: UnitId, as_of: NaiveDate, today: NaiveDate) -> BTreeSet<UnitId> {
    let below = tree.descendants(unit, as_of);
    let ids = below.into_iter().map(|it| it.id).chain([unit]);
    // What lies in no village counts in its commune of today.
    ids.flat_map(|id| {
        tree.today(id, today)
            .into_iter()
            .map(|it| it.id)
            .chain([id])
    })
    .collect()
}

/// The units a unit's figures are divided into.
fn parts<'a>(tree: &'a OrgTree, unit: &OrgUnit, as_of: NaiveDate) -> Vec<&'a OrgUnit> {
    let children = tree.children(unit.id, as_of);
    // A commune's parts are its villages; anything above is divided down to communes.
    if unit.kind == UnitKind::Province || children.iter().all(|it| it.kind != UnitKind::Area) {
        return children;
    }
    children
        .into_iter()
        .flat_map(|area| tree.children(area.id, as_of))
        .collect()
}

struct Sums<'a> {
    rows: &'a BTreeMap<RollupKey, Total>,
}

impl Sums<'_> {
    fn total(
        &self,
        inside: &BTreeSet<UnitId>,
        title: Title,
        year: Year,
    ) -> (Counts, Option<DateTime<Utc>>) {
        let mut counts = Counts::default();
        let mut last = None;
        for (key, total) in self.rows {
            if key.title == title && inside.contains(&key.place) {
                counts += in_year(key, &total.counts, year);
                last = last.max(Some(total.updated_at));
            }
        }
        (counts, last)
    }
}

fn unit_counts(
    unit: &OrgUnit,
    tree: &OrgTree,
    as_of: NaiveDate,
    sums: (Counts, Option<DateTime<Utc>>),
) -> UnitCounts {
    UnitCounts {
        unit: unit.id,
        name: unit.name(as_of).to_owned(),
        kind: unit.kind,
        code: unit.code.as_ref().map(|code| code.as_str().to_owned()),
        lat: unit.lat,
        lon: unit.lon,
        counts: sums.0,
        villages: u32::try_from(tree.villages_under(unit.id, as_of).len()).unwrap_or(u32::MAX),
        last_change: sums.1,
    }
}

/// From the person's own unit down to the one looked at.
fn crumbs(who: &SignedIn, unit: &OrgUnit, as_of: NaiveDate, today: NaiveDate) -> Vec<Crumb> {
    let tree = &who.tree;
    let crumb = |unit: &OrgUnit| Crumb {
        unit: unit.id,
        name: unit.name(as_of).to_owned(),
    };
    let mut way: Vec<Crumb> = tree
        .ancestors(unit.id, as_of)
        .into_iter()
        .filter(|above| may_look(who, above, today) && above.kind != UnitKind::Province)
        .map(crumb)
        .collect();
    way.reverse();
    way.push(crumb(unit));
    way
}

/// The national target of a title for 2025 and 2030: decision 387/QĐ-TTg of 25 March 2022, for citizens 1373/QĐ-TTg of 30
/// July 2021. Between the two years the one of 2025 still stands. (The values for 2030 of 387 were read in provincial
/// plans that copy it; reduced ones for mountain districts were not found.)
fn target(title: Title, year: Year) -> Option<Target> {
    let (by_2025, by_2030) = match title {
        Title::LearningFamily => (700, 800),
        Title::LearningClan | Title::LearningVillage => (650, 750),
        Title::LearningUnit => (800, 900),
        Title::LearningCitizen => (400, 600),
        Title::LearningCommune | Title::LearningDistrict => return None,
    };
    Some(Target {
        permille: if year.get() >= 2030 { by_2030 } else { by_2025 },
        source: match title {
            Title::LearningCitizen => "Quyết định 1373/QĐ-TTg ngày 30/07/2021",
            _ => "Quyết định 387/QĐ-TTg ngày 25/03/2022",
        }
        .to_owned(),
    })
}

#[async_trait]
impl Backend for RequestBackend {
    async fn session(&self) -> Result<Option<Session>, BackendError> {
        let Some(who) = &self.signed_in else {
            return Ok(None);
        };
        Ok(Some(accounts::session(
            &self.state,
            &who.user,
            &who.tree,
            clock::now(),
        )))
    }

    async fn demo_accounts(&self) -> Result<Vec<DemoAccount>, BackendError> {
        if !self.state.demo {
            return Ok(Vec::new());
        }
        let today = clock::today();
        let tree = self.state.units.tree();
        let mut conn = self.state.db.read().await.map_err(failed)?;
        let mut accounts = Vec::new();
        for username in demo::USERNAMES {
            let Some(user) = users::by_username(&mut conn, username)
                .await
                .map_err(failed)?
            else {
                continue;
            };
            let units: Vec<&str> = user
                .units
                .iter()
                .filter_map(|unit| tree.name(*unit, today))
                .collect();
            accounts.push(DemoAccount {
                username: (*username).to_owned(),
                password: demo::PASSWORD.to_owned(),
                name: user.name,
                role: user.role,
                unit: units.join(", "),
            });
        }
        Ok(accounts)
    }

    async fn dashboard(&self, query: DashboardQuery) -> Result<Dashboard, BackendError> {
        let who = self.who()?;
        let now = clock::now();
        let today = calendar::day(now);
        let as_of = query.as_of.unwrap_or(today);
        let tree = &who.tree;
        let home = accounts::home(&who.user, tree, today);
        let asked = query.unit.or(home).ok_or(ProblemKind::NotFound)?;
        let asked = self.counted(who, asked, as_of, today)?;
        let standing = on_map(tree, asked, as_of, today);
        let rows = {
            let mut conn = self.state.db.read().await.map_err(failed)?;
            rollup::all(&mut conn).await.map_err(failed)?
        };
        let sums = Sums { rows: &rows };
        // A commune made of several is divided into what they were; a unit with one predecessor is that one.
        let (unit, parts) = match standing.as_slice() {
            [] => return Err(ProblemKind::NotFound.into()),
            [one] => (*one, parts(tree, one, as_of)),
            several => (asked, several.to_vec()),
        };
        let inside: BTreeSet<UnitId> = standing
            .iter()
            .flat_map(|it| places(tree, it.id, as_of, today))
            .collect();
        let mut head = unit_counts(
            unit,
            tree,
            as_of,
            sums.total(&inside, query.title, query.year),
        );
        if standing.len() > 1 {
            head.villages = standing
                .iter()
                .map(|it| u32::try_from(tree.villages_under(it.id, as_of).len()).unwrap_or(0))
                .sum();
        }
        let parts = parts
            .into_iter()
            .map(|part| {
                let inside = places(tree, part.id, as_of, today);
                unit_counts(
                    part,
                    tree,
                    as_of,
                    sums.total(&inside, query.title, query.year),
                )
            })
            .collect();
        let titles = Title::ALL
            .into_iter()
            .map(|title| TitleCounts {
                title,
                counts: sums.total(&inside, title, query.year).0,
                target: target(title, query.year),
            })
            .filter(|it| it.counts.subjects > 0)
            .collect();
        let years = Year::range(FIRST_YEAR, calendar::year_judged(today).max(query.year))
            .map(|year| YearCounts {
                year,
                counts: sums.total(&inside, query.title, year).0,
            })
            .collect();
        let top = home.and_then(|home| tree.get(home)).unwrap_or(asked);
        let communes = |day: NaiveDate| {
            let there = on_map(tree, top, day, today);
            let count = there
                .iter()
                .flat_map(|it| std::iter::once(*it).chain(tree.descendants(it.id, day)));
            u32::try_from(count.filter(|it| it.kind.is_commune()).count()).unwrap_or(0)
        };
        let maps = [OLD_MAP, today]
            .into_iter()
            .map(|as_of| MapChoice {
                as_of,
                communes: communes(as_of),
            })
            .filter(|map| map.communes > 0)
            .collect();
        Ok(Dashboard {
            crumbs: crumbs(who, unit, as_of, today),
            unit: head,
            last_year: sums.total(&inside, query.title, query.year.before()).0,
            parts,
            titles,
            years,
            target: target(query.title, query.year),
            as_of,
            maps,
            generated_at: now,
        })
    }

    async fn subjects(&self, query: SubjectsQuery) -> Result<Subjects, BackendError> {
        let who = self.who()?;
        let today = clock::today();
        let as_of = query.as_of.unwrap_or(today);
        let tree = &who.tree;
        let unit = self.unit(who, query.unit, today)?;
        let inside: BTreeSet<UnitId> = on_map(tree, unit, as_of, today)
            .iter()
            .flat_map(|it| places(tree, it.id, as_of, today))
            .collect();
        let inside: Vec<UnitId> = inside.into_iter().collect();
        let search = text::fold(query.search.as_deref().unwrap_or_default());
        let words: Vec<String> = search
            .split(' ')
            .filter(|word| !word.is_empty())
            .take(8)
            .map(str::to_owned)
            .collect();
        let kind = SubjectKind::of(query.title);
        let wanted = documents::Wanted {
            places: &inside,
            kind,
            title: query.title,
            year: query.year,
            words: &words,
            figure: query.figure.unwrap_or(Figure::Subjects),
        };
        let size = usize::try_from(PAGE).unwrap_or(50);
        let offset = usize::try_from(query.page)
            .unwrap_or(0)
            .saturating_mul(size);
        let mut conn = self.state.db.read().await.map_err(failed)?;
        let (total, ids) = documents::list(&mut conn, &wanted, offset, size)
            .await
            .map_err(failed)?;
        let wanted: Vec<DocumentId> = ids.iter().map(|id| (*id).into()).collect();
        let found = documents::by_ids(&mut conn, &wanted)
            .await
            .map_err(failed)?;
        let found: BTreeMap<DocumentId, Document> =
            found.into_iter().map(|it| (it.id, it)).collect();
        let scored = documents::assessments(&mut conn, &ids, query.title, query.year)
            .await
            .map_err(failed)?;
        let scored: BTreeMap<SubjectId, Document> = scored
            .into_iter()
            .filter_map(|it| Some((it.assessment()?.subject, it)))
            .collect();
        let rows = wanted
            .iter()
            .filter_map(|id| found.get(id))
            .map(|subject| subject_row(subject, scored.get(&subject.id.into()), tree, as_of))
            .collect();
        Ok(Subjects {
            crumbs: crumbs(who, unit, as_of, today),
            total: u32::try_from(total).unwrap_or(u32::MAX),
            page: query.page,
            page_size: PAGE,
            rows,
        })
    }

    async fn subject(&self, id: DocumentId) -> Result<SubjectDetail, BackendError> {
        let who = self.who()?;
        let today = clock::today();
        let mut conn = self.state.db.read().await.map_err(failed)?;
        let subject = documents::by_id(&mut conn, id).await.map_err(failed)?;
        let subject = subject
            .filter(|it| it.subject_kind().is_some() && may_read(&who.actor, it))
            .ok_or(ProblemKind::NotFound)?;
        let read = who.event(EventKind::SubjectRead).about(id);
        events::record(&self.state, read);
        let assessments = documents::assessments_of(&mut conn, id.into())
            .await
            .map_err(failed)?;
        let ids: Vec<DocumentId> = assessments.iter().map(|it| it.id).chain([id]).collect();
        let entries = changes::history(&mut conn, &ids, HISTORY)
            .await
            .map_err(failed)?;
        let people: BTreeSet<_> = entries.iter().map(|entry| entry.by).collect();
        let people: Vec<_> = people.into_iter().collect();
        let names = users::names(&mut conn, &people).await.map_err(failed)?;
        let history = entries
            .into_iter()
            .map(|entry| HistoryRow {
                document: entry.document,
                by: names.get(&entry.by).cloned().unwrap_or_default(),
                change: entry.change,
                received_at: entry.received_at,
                device: entry.device,
                before: entry.before,
            })
            .collect();
        let arrived = files::arrived_of(&mut conn, &assessments)
            .await
            .map_err(failed)?;
        let place = who.tree.get(subject.place);
        Ok(SubjectDetail {
            crumbs: place.map_or_else(Vec::new, |place| crumbs(who, place, today, today)),
            subject,
            assessments,
            arrived,
            history,
        })
    }

    async fn people(&self) -> Result<Vec<Person>, BackendError> {
        let who = self.who()?;
        let (tree, today) = (&who.tree, clock::today());
        let units: BTreeSet<UnitId> = match &who.actor.scope {
            Scope::All => return Ok(Vec::new()),
            Scope::Villages(villages) => villages
                .iter()
                .flat_map(|(commune, village)| [*commune, *village])
                .collect(),
            Scope::Communes(communes) => communes
                .iter()
                .flat_map(|commune| tree.villages_under(*commune, today))
                .map(|village| village.id)
                .chain(communes.iter().copied())
                .collect(),
        };
        let units: Vec<UnitId> = units.into_iter().collect();
        let mut conn = self.state.db.read().await.map_err(failed)?;
        let people = users::of_units(&mut conn, &units).await.map_err(failed)?;
        Ok(people
            .into_iter()
            .map(|(id, name)| Person { id, name })
            .collect())
    }

    async fn events(&self, query: EventsQuery) -> Result<EventRows, BackendError> {
        let who = self.who()?;
        if !who.actor.role.reads_events() {
            return Err(ProblemKind::Forbidden.into());
        }
        let reader = events::list::Reader {
            actor: &who.actor,
            tree: &who.tree,
            today: clock::today(),
        };
        let mut conn = self.state.db.read().await.map_err(failed)?;
        events::list::page(&mut conn, &reader, &query)
            .await
            .map_err(failed)
    }

    async fn devices(&self, commune: UnitId) -> Result<Vec<DeviceRow>, BackendError> {
        let who = self.who()?;
        let now = clock::now();
        let today = calendar::day(now);
        let tree = &who.tree;
        let unit = self.unit(who, commune, today)?;
        let units: Vec<UnitId> = tree
            .descendants(unit.id, today)
            .into_iter()
            .map(|it| it.id)
            .chain([unit.id])
            .collect();
        let mut conn = self.state.db.read().await.map_err(failed)?;
        let found = devices::of_units(&mut conn, &units).await.map_err(failed)?;
        let mut rows = Vec::new();
        for device in found {
            let user = users::by_id(&mut conn, device.user).await.map_err(failed)?;
            let Some(user) = user else { continue };
            let of: Vec<&str> = user
                .units
                .iter()
                .filter_map(|unit| tree.name(*unit, today))
                .collect();
            rows.push(DeviceRow {
                device: device.id,
                user: user.name,
                unit: of.join(", "),
                last_contact: device.last_contact,
                unsent: device.unsent,
                oldest_unsent: device.oldest_unsent,
                app_version: device.app_version,
                clock_offset: device.clock_offset.map(|millis| millis / 1000),
                persisted: device.persisted,
            });
        }
        Ok(rows)
    }
}

fn may_read(actor: &Actor, document: &Document) -> bool {
    shared::access::may_read(actor, document)
}

fn subject_row(
    subject: &Document,
    assessment: Option<&Document>,
    tree: &OrgTree,
    as_of: NaiveDate,
) -> SubjectRow {
    let head = assessment.and_then(Document::assessment);
    let set = head.and_then(|head| criteria::find(&head.criteria));
    let score = assessment
        .zip(set)
        .and_then(|(document, set)| document.score(set));
    let count = |of: fn(&Document) -> usize| {
        let both = of(subject) + assessment.map_or(0, of);
        u32::try_from(both).unwrap_or(u32::MAX)
    };
    SubjectRow {
        id: subject.id,
        name: subject.name().to_owned(),
        village: tree
            .name(subject.place, as_of)
            .unwrap_or_default()
            .to_owned(),
        members: subject.number(shared::field::MEMBERS),
        stage: head.map(|head| head.stage.name()),
        points: score
            .as_ref()
            .map(|score| (score.total.halves(), score.max.halves())),
        passed: score.as_ref().and_then(|score| score.passed),
        doubts: count(|it| it.doubts.len()),
        conflicts: count(|it| it.conflicts.len()),
    }
}
