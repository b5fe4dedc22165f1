//! The days of a year: who may set which, what holds where, what phones are told of it, and which forms are late.

use std::collections::{BTreeMap, BTreeSet};

use app::{BackendError, words};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use shared::SortedMap;
use shared::access::{Actor, Scope};
use shared::api::Crumb;
use shared::api::campaigns::{
    Campaign, CampaignQuery, Inherited, LateForms, SavedDays, StepDay, UnmendedDays,
};
use shared::calendar::{self, Year};
use shared::campaign::{self, Calendar, DayProblem, Days, Plan, Step, ToldCampaign};
use shared::criteria::Title;
use shared::event::EventKind;
use shared::ids::{UnitId, UserId};
use shared::org_unit::{OrgTree, OrgUnit, UnitKind};
use shared::problem::ProblemKind;
use shared::text::place_order;
use uuid::Uuid;

use super::events;
use super::figures::day_map::Reader;
use super::figures::failed;
use crate::auth::SignedIn;
use crate::clock;
use crate::db::campaigns::{self, Kept};
use crate::db::{self, AnyConnection, Db, DbError, documents, users};
use crate::state::AppState;

type Result<T> = std::result::Result<T, BackendError>;

/// Units whose days a phone is told: whoever works in more works at a desk.
const TOLD_MAX: usize = 50;

/// The namespace of versions (a random UUID, fixed for ever).
const VERSIONS: Uuid = Uuid::from_u128(0x9d41_52e6_7f0b_4c1a_b3d8_64a0_1e95_c27f);

/// The unit and those above it, the nearest first.
fn chain(tree: &OrgTree, unit: UnitId, day: NaiveDate) -> Vec<UnitId> {
    let above = tree.ancestors(unit, day).into_iter().map(|it| it.id);
    std::iter::once(unit).chain(above).collect()
}

/// The days of some units for the years from one to another. A village has those of its commune.
pub async fn calendars(
    conn: &mut AnyConnection,
    tree: &OrgTree,
    units: &BTreeSet<UnitId>,
    years: (Year, Year),
    today: NaiveDate,
) -> db::Result<BTreeMap<(UnitId, Year), Calendar>> {
    let chains: Vec<_> = units
        .iter()
        .map(|unit| (*unit, chain(tree, *unit, today)))
        .collect();
    let asked: BTreeSet<UnitId> = chains.iter().flat_map(|(_, it)| it.clone()).collect();
    let asked: Vec<UnitId> = asked.into_iter().collect();
    let kept = campaigns::of(conn, &asked, years).await?;
    let mut found = BTreeMap::new();
    for year in Year::range(years.0, years.1) {
        let of_year = kept.iter().filter(|kept| kept.year == year);
        let plans: Vec<Plan> = of_year.map(|kept| kept.plan.clone()).collect();
        for (unit, chain) in &chains {
            found.insert((*unit, year), Calendar::new(chain, &plans));
        }
    }
    Ok(found)
}

/// The days of one unit and year.
pub async fn calendar(
    conn: &mut AnyConnection,
    tree: &OrgTree,
    unit: UnitId,
    year: Year,
    today: NaiveDate,
) -> db::Result<Calendar> {
    let mut found = calendars(conn, tree, &[unit].into(), (year, year), today).await?;
    Ok(found.remove(&(unit, year)).unwrap_or_default())
}

/// What a phone is told that knows other days. `known` is the version it said.
pub async fn news(
    db: &Db,
    tree: &OrgTree,
    actor: &Actor,
    now: DateTime<Utc>,
    known: &str,
) -> db::Result<Option<ToldCampaign>> {
    let units = match &actor.scope {
        _ if !actor.role.keeps_documents() => BTreeSet::new(),
        Scope::All => BTreeSet::new(),
        Scope::Area { own, .. } => own.clone(),
        Scope::Communes(_) | Scope::Villages(_) => actor.scope.shards().unwrap_or_default(),
    };
    let units: BTreeSet<UnitId> = units.into_iter().take(TOLD_MAX).collect();
    let mut open = calendar::years_open(now);
    let first = open.next().unwrap_or(Year::FIRST);
    let years = (first, open.last().unwrap_or(first));
    let found = match units.is_empty() {
        true => BTreeMap::new(),
        false => {
            let mut conn = db.read().await?;
            calendars(&mut conn, tree, &units, years, calendar::day(now)).await?
        }
    };
    let days = found.into_iter();
    let days = days.flat_map(|((unit, year), calendar)| calendar.told(unit, year));
    let days: Vec<Value> = days
        .filter_map(|days| serde_json::to_value(days).ok())
        .collect();
    let version = match days.is_empty() {
        true => String::new(),
        false => Uuid::new_v5(&VERSIONS, db::to_json(&days).as_bytes())
            .simple()
            .to_string(),
    };
    Ok((version != known).then_some(ToldCampaign { version, days }))
}

/// The years whose days can be set: the one judged, the one before and the one after.
fn years(today: NaiveDate) -> Vec<Year> {
    let judged = calendar::year_judged(today);
    Year::range(judged.before(), judged.after()).collect()
}

/// Whether somebody sets the days of a unit: those who write its letterhead do.
fn may_set(actor: &Actor, unit: &OrgUnit, today: NaiveDate) -> bool {
    let is_theirs = actor.role.keeps_its_unit();
    is_theirs
        && unit.kind != UnitKind::Village
        && unit.valid_at(today)
        && actor.scope.works_on(unit.id, unit.id)
}

/// The unit whose days, or whose book, are asked for; of a village its commune.
pub(super) fn asked_for<'a>(reader: &Reader<'a>, unit: UnitId) -> Result<&'a OrgUnit> {
    let unit = reader.unit(unit).ok_or(ProblemKind::NotFound)?;
    let unit = match unit.kind {
        UnitKind::Village => reader.tree.commune_of(unit.id, reader.today),
        _ => Some(unit),
    };
    unit.ok_or_else(|| ProblemKind::NotFound.into())
}

/// The days of a year in a unit. Give it a snapshot.
pub async fn page(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    home: Option<UnitId>,
    query: &CampaignQuery,
) -> Result<Campaign> {
    if !reader.actor.role.has_desk() {
        return Err(ProblemKind::Forbidden.into());
    }
    let (tree, today) = (reader.tree, reader.today);
    let unit = asked_for(reader, query.unit.or(home).ok_or(ProblemKind::NotFound)?)?;
    let year = query.year.unwrap_or_else(|| calendar::year_judged(today));
    let chain = chain(tree, unit.id, today);
    let kept = campaigns::of(conn, &chain, (year, year)).await;
    let kept = kept.map_err(failed)?;
    let plans: Vec<Plan> = kept.iter().map(|it| it.plan.clone()).collect();
    let whole = Calendar::new(&chain, &plans);
    let is_own = |it: &&Kept| it.plan.unit == unit.id && it.plan.title == query.title;
    let own = kept.iter().find(is_own);
    let others = whole.without(unit.id, Some(query.title));
    let named = |unit: UnitId| tree.name(unit, today).unwrap_or_default().to_owned();
    let step = |step: Step| StepDay {
        step,
        own: own.and_then(|own| own.plan.days.get(&step).copied()),
        inherited: others.holds(query.title, step).map(|it| Inherited {
            day: it.day,
            unit: it.by,
            name: named(it.by),
        }),
        day: whole.holds(query.title, step).map(|it| it.day),
    };
    let by: Vec<UserId> = own.iter().map(|own| own.by).collect();
    let names = users::names(conn, &by).await.map_err(failed)?;
    let is_seen = |it: &&OrgUnit| it.kind != UnitKind::Village && it.valid_at(today);
    let units = tree.iter().filter(is_seen).filter(|it| reader.may_look(it));
    let mut units: Vec<Crumb> = units
        .map(|it| Crumb {
            unit: it.id,
            name: it.name(today).to_owned(),
        })
        .collect();
    units.sort_by(|one, other| place_order(&one.name, &other.name));
    let years = years(today);
    Ok(Campaign {
        unit: unit.id,
        name: unit.name(today).to_owned(),
        year,
        title: query.title,
        steps: Step::ALL.map(step).into(),
        titles: whole.titles(),
        version: own.map_or(0, |own| own.version),
        saved: own.map(|own| SavedDays {
            at: own.at,
            by: names.get(&own.by).cloned(),
        }),
        may_set: may_set(reader.actor, unit, today) && years.contains(&year),
        units,
        years,
        today,
    })
}

/// The forms that lie in a unit itself and whose next step is late: those that are not sent, checked, proposed or decided of. How
/// far a village is with scoring and meeting is its own to see. Give it a snapshot.
pub async fn late(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    home: Option<UnitId>,
    query: &CampaignQuery,
) -> Result<Vec<LateForms>> {
    if !reader.actor.role.has_desk() {
        return Err(ProblemKind::Forbidden.into());
    }
    let today = reader.today;
    let unit = asked_for(reader, query.unit.or(home).ok_or(ProblemKind::NotFound)?)?;
    let year = query.year.unwrap_or_else(|| calendar::year_judged(today));
    let calendar = calendar(conn, reader.tree, unit.id, year, today);
    let calendar = calendar.await.map_err(failed)?;
    let stages = documents::stages(conn, unit.id, year)
        .await
        .map_err(failed)?;
    let mut late: BTreeMap<(Title, Step), LateForms> = BTreeMap::new();
    for (title, stage, forms) in stages {
        if query.title.is_some_and(|wanted| wanted != title) {
            continue;
        }
        let form = campaign::Standing {
            stage: Some(stage),
            answered: true,
            met: true,
        };
        let due = campaign::due(form, &|step| calendar.day(title, step), today);
        let Some(due) = due.filter(campaign::Due::is_late) else {
            continue;
        };
        let of_step = late.entry((title, due.step));
        let of_step = of_step.or_insert(LateForms {
            title,
            due,
            forms: 0,
        });
        of_step.forms += forms;
    }
    Ok(late.into_values().collect())
}

/// Days as somebody sends them.
#[derive(Clone, Debug)]
pub struct Sent {
    pub unit: UnitId,
    pub year: Year,
    pub title: Option<Title>,
    /// The version that they looked at.
    pub version: i64,
    /// A step that is not there, or has no letter, has no day.
    pub typed: SortedMap<Step, String>,
}

/// Why days were not set.
pub enum NotSet {
    Unmended(UnmendedDays),
    Failed(BackendError),
}

impl From<BackendError> for NotSet {
    fn from(error: BackendError) -> Self {
        Self::Failed(error)
    }
}

impl From<ProblemKind> for NotSet {
    fn from(kind: ProblemKind) -> Self {
        Self::Failed(kind.into())
    }
}

impl From<DbError> for NotSet {
    fn from(error: DbError) -> Self {
        Self::Failed(failed(error))
    }
}

/// Sets the days of one of somebody's units, or says what has to be mended first.
pub async fn save(state: &AppState, who: &SignedIn, sent: Sent) -> std::result::Result<(), NotSet> {
    let now = clock::now();
    let today = calendar::day(now);
    let (tree, actor) = (&*who.tree, &who.actor);
    if !actor.role.keeps_its_unit() {
        return Err(ProblemKind::Forbidden.into());
    }
    let unit = tree.get(sent.unit);
    let unit = unit.filter(|unit| may_set(actor, unit, today));
    let unit = unit.ok_or(ProblemKind::NotFound)?;
    if !years(today).contains(&sent.year) {
        return Err(ProblemKind::Malformed.into());
    }
    let read = sent
        .typed
        .iter()
        .filter(|(_, typed)| !typed.trim().is_empty());
    let read = read.map(|(step, typed)| (*step, words::parse_date(typed)));
    let read: Vec<(Step, Option<NaiveDate>)> = read.collect();
    let days: Days = read
        .iter()
        .filter_map(|(step, day)| Some((*step, (*day)?)))
        .collect();
    let mut tx = state.db.write().await?;
    let whole = calendar(&mut tx, tree, unit.id, sent.year, today).await?;
    let most = whole.without(unit.id, None).days(sent.title);
    let others = whole.without(unit.id, Some(sent.title)).days(sent.title);
    let mut problems = campaign::problems(sent.year, &days, &most, &others);
    let unreadable = read.iter().filter(|(_, day)| day.is_none());
    problems.extend(unreadable.map(|(step, _)| (*step, DayProblem::Unreadable)));
    let unmended = |problems, is_overtaken| {
        NotSet::Unmended(UnmendedDays {
            typed: sent.typed.clone(),
            problems,
            is_overtaken,
        })
    };
    if !problems.is_empty() {
        return Err(unmended(problems, false));
    }
    let kept = Kept {
        plan: Plan {
            unit: unit.id,
            title: sent.title,
            days,
        },
        year: sent.year,
        version: sent.version.clamp(0, i64::MAX - 1) + 1,
        by: who.user.id,
        at: now,
    };
    if !campaigns::put(&mut tx, &kept).await? {
        return Err(unmended(problems, true));
    }
    tx.commit().await.map_err(DbError::from)?;
    let told = format!("{} {}", unit.name(today), sent.year);
    events::record(state, who.event(EventKind::CampaignSet).what(told));
    Ok(())
}
