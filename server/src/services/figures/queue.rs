//! The commune's queue: what waits for it, the longest first, and each form with what it is decided by.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use shared::access::{Actor, may_read};
use shared::api::Crumb;
use shared::api::queue::{Decided, Late, Queue, QueueQuery, QueueRow, Rows, Submission};
use shared::calendar::{self, Year};
use shared::campaign::{self, Calendar, Due, Standing, Step};
use shared::criteria::{Criteria, Title};
use shared::document::Document;
use shared::ids::{AssessmentId, DocumentId, UnitId};
use shared::org_unit::OrgUnit;
use shared::rollup::in_year;
use shared::submission::Notable;

use super::day_map::{DayMap, Reader};
use crate::db::{self, AnyConnection, documents, rollup};
use crate::services::{campaigns, files};

/// Forms on a page.
const PAGE: usize = 50;

/// A queue that was found for a reader.
struct Found<'a> {
    /// As it was asked for, with what was left out.
    query: QueueQuery,
    unit: &'a OrgUnit,
    year: Year,
    /// The places of the unit, and those of the village that was asked for.
    all: BTreeSet<UnitId>,
    places: BTreeSet<UnitId>,
}

/// `None`: the reader may not look there.
fn find<'a>(reader: &Reader<'a>, home: Option<UnitId>, query: &QueueQuery) -> Option<Found<'a>> {
    let unit = reader.unit(query.unit.or(home)?)?;
    let map = DayMap::new(reader.tree, reader.today, reader.today);
    let all = map.places(&[unit]);
    let village = query.village.filter(|village| all.contains(village));
    let year = query
        .year
        .unwrap_or_else(|| calendar::year_judged(reader.today));
    Some(Found {
        query: QueueQuery {
            unit: Some(unit.id),
            village,
            year: Some(year),
            ..*query
        },
        unit,
        year,
        places: match village.and_then(|village| reader.tree.get(village)) {
            Some(village) => map.places(&[village]),
            None => all.clone(),
        },
        all,
    })
}

impl Found<'_> {
    async fn forms(
        &self,
        conn: &mut AnyConnection,
        reader: &Reader<'_>,
    ) -> db::Result<Vec<(i64, DocumentId)>> {
        let titles = match self.query.title {
            Some(title) => vec![title],
            None => Title::ALL.to_vec(),
        };
        let figure = self.query.state.figure();
        let mut found = documents::oldest(conn, &self.places, &titles, self.year, figure).await?;
        if self.query.late {
            let forms = by_id(conn, found.iter().map(|it| it.1).collect()).await?;
            let days = DaysSet::read(conn, reader, forms.values()).await?;
            let is_late = |form: &Document| days.late(reader, form).is_late();
            found.retain(|(_, id)| forms.get(id).is_some_and(is_late));
        }
        Ok(found)
    }
}

/// A page of a queue. Give it a snapshot. `None`: the reader may not look there.
pub async fn page(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    home: Option<UnitId>,
    query: &QueueQuery,
    wanted: Rows,
    now: DateTime<Utc>,
) -> db::Result<Option<Queue>> {
    let Some(found) = find(reader, home, query) else {
        return Ok(None);
    };
    let forms = found.forms(conn, reader).await?;
    let (page, size) = match wanted {
        Rows::Page(page) => (page, PAGE),
        Rows::All => (0, forms.len()),
    };
    let skipped = usize::try_from(page).unwrap_or(0).saturating_mul(PAGE);
    let shown = forms.iter().skip(skipped).take(size);
    let shown: Vec<DocumentId> = shown.map(|it| it.1).collect();
    let (villages, titles) = counted(conn, reader, &found).await?;
    Ok(Some(Queue {
        crumbs: reader.crumbs(found.unit, reader.today),
        query: found.query,
        villages,
        titles,
        total: u32::try_from(forms.len()).unwrap_or(u32::MAX),
        page,
        page_size: u32::try_from(PAGE).unwrap_or(50),
        rows: rows(conn, reader, &shown).await?,
        now,
    }))
}

/// How many forms of this state each village and each title has, where there are any.
async fn counted(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    found: &Found<'_>,
) -> db::Result<(Vec<(Crumb, i64)>, Vec<(Title, i64)>)> {
    let figure = found.query.state.figure();
    let mut villages: BTreeMap<UnitId, i64> = BTreeMap::new();
    let mut titles: BTreeMap<Title, i64> = BTreeMap::new();
    for (key, total) in rollup::of_places(conn, &found.all).await? {
        let count = figure.of(&in_year(&key, &total.counts, found.year));
        if count > 0 {
            *villages.entry(key.place).or_default() += count;
            *titles.entry(key.title).or_default() += count;
        }
    }
    let mut villages: Vec<(Crumb, i64)> = villages
        .into_iter()
        .filter_map(|(unit, count)| {
            let name = reader.tree.name(unit, reader.today)?.to_owned();
            Some((Crumb { unit, name }, count))
        })
        .collect();
    villages.sort_by_cached_key(|(village, _)| shared::text::name_key(&village.name));
    Ok((villages, titles.into_iter().collect()))
}

/// Forms with what is looked at beside them.
struct Beside {
    criteria: Criteria,
    forms: BTreeMap<DocumentId, Document>,
    subjects: BTreeMap<DocumentId, Document>,
    /// Of the year before.
    before: BTreeMap<DocumentId, Document>,
}

impl Beside {
    async fn read(
        conn: &mut AnyConnection,
        criteria: Criteria,
        ids: &[DocumentId],
    ) -> db::Result<Self> {
        let forms = by_id(conn, ids.to_vec()).await?;
        let heads = forms.values().filter_map(Document::assessment);
        let subjects = heads.clone().map(|head| head.subject.into()).collect();
        let before = heads.map(|head| before(head.subject.into(), head.title, head.year));
        let before = before.collect();
        Ok(Self {
            criteria,
            subjects: by_id(conn, subjects).await?,
            before: by_id(conn, before).await?,
            forms,
        })
    }

    /// A form, its subject, and what is notable about it.
    fn of(&self, id: DocumentId) -> Option<(&Document, &Document, Notable)> {
        let form = self.forms.get(&id)?;
        let head = form.assessment()?;
        let subject = self.subjects.get(&head.subject.into())?;
        let last_year = before(subject.id, head.title, head.year);
        let last_year = self.before.get(&last_year);
        let notable = Notable::of(form, subject, last_year, &self.criteria);
        Some((form, subject, notable))
    }
}

/// Those of some forms that somebody may read and in which there is nothing to look at.
pub async fn plain(
    conn: &mut AnyConnection,
    actor: &Actor,
    criteria: Criteria,
    ids: &[DocumentId],
) -> db::Result<Vec<Document>> {
    let beside = Beside::read(conn, criteria, ids).await?;
    let plain = ids.iter().filter_map(|id| beside.of(*id));
    let plain = plain.filter(|(form, _, notable)| notable.is_plain() && may_read(actor, form));
    Ok(plain.map(|(form, ..)| form.clone()).collect())
}

/// The days that are set where some forms lie.
struct DaysSet(BTreeMap<(UnitId, Year), Calendar>);

impl DaysSet {
    async fn read(
        conn: &mut AnyConnection,
        reader: &Reader<'_>,
        forms: impl Iterator<Item = &Document> + Clone,
    ) -> db::Result<Self> {
        let years = forms.clone().filter_map(Document::assessment);
        let years: BTreeSet<Year> = years.map(|head| head.year).collect();
        let Some(years) = years.first().copied().zip(years.last().copied()) else {
            return Ok(Self(BTreeMap::new()));
        };
        let shards = forms.map(|form| form.shard).collect();
        let found = campaigns::calendars(conn, reader.tree, &shards, years, reader.today).await?;
        Ok(Self(found))
    }

    fn late(&self, reader: &Reader<'_>, form: &Document) -> Late {
        let day = |step: Step| {
            let head = form.assessment()?;
            self.0.get(&(form.shard, head.year))?.day(head.title, step)
        };
        let sent = form.assessment().and_then(|head| head.finished);
        let lies = self.due(reader, form);
        let lies = lies.filter(|due| due.step == Step::Verify && due.is_late());
        Late {
            sent: sent
                .zip(day(Step::Submit))
                .and_then(|(sent, day)| campaign::sent_late(sent, day)),
            lies: lies.and_then(|due| u32::try_from(-due.left).ok()),
        }
    }

    fn due(&self, reader: &Reader<'_>, form: &Document) -> Option<Due> {
        let head = form.assessment()?;
        let calendar = self.0.get(&(form.shard, head.year))?;
        let standing = Standing::of(form, reader.criteria.find(&head.criteria));
        campaign::due(
            standing,
            &|step| calendar.day(head.title, step),
            reader.today,
        )
    }
}

async fn rows(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    ids: &[DocumentId],
) -> db::Result<Vec<QueueRow>> {
    let beside = Beside::read(conn, reader.criteria, ids).await?;
    let days = DaysSet::read(conn, reader, beside.forms.values()).await?;
    let row = |id: &DocumentId| {
        let (form, subject, notable) = beside.of(*id)?;
        let head = form.assessment()?;
        let set = reader.criteria.find(&head.criteria);
        let score = set.and_then(|set| form.score(set));
        Some(QueueRow {
            form: form.id,
            seq: form.seq,
            subject: subject.id,
            name: subject.name().to_owned(),
            village: reader.tree.name(form.place, reader.today)?.to_owned(),
            title: head.title,
            stage: head.stage.name(),
            finished: head.finished,
            points: score
                .and_then(|score| score.points())
                .map(|(got, max)| (got.halves(), max.halves())),
            notable,
            late: days.late(reader, form),
        })
    };
    Ok(ids.iter().filter_map(row).collect())
}

async fn by_id(
    conn: &mut AnyConnection,
    ids: Vec<DocumentId>,
) -> db::Result<BTreeMap<DocumentId, Document>> {
    let found = documents::by_ids(conn, &ids).await?;
    Ok(found.into_iter().map(|it| (it.id, it)).collect())
}

/// The form of the year before.
fn before(subject: DocumentId, title: Title, year: Year) -> DocumentId {
    AssessmentId::of(subject.into(), title.as_str(), year.before()).into()
}

/// One form of a queue, and what was decided of just before. `None`: it is none, or not the reader's to read.
pub async fn submission(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    home: Option<UnitId>,
    query: &QueueQuery,
    form: DocumentId,
    decided: Option<DocumentId>,
) -> db::Result<Option<Submission>> {
    let form = documents::by_id(conn, form).await?;
    let Some(form) = form.filter(|it| may_read(reader.actor, it)) else {
        return Ok(None);
    };
    let Some((found, head)) = find(reader, home, query).zip(form.assessment()) else {
        return Ok(None);
    };
    let Some(subject) = documents::by_id(conn, head.subject.into()).await? else {
        return Ok(None);
    };
    let last_year = before(subject.id, head.title, head.year);
    let last_year = documents::by_id(conn, last_year).await?;
    let queue = found.forms(conn, reader).await?;
    let at = queue.iter().position(|(_, id)| *id == form.id);
    let neighbour = |at: Option<usize>| at.and_then(|at| queue.get(at)).map(|it| it.1);
    let decided = match decided {
        Some(decided) => self::decided(conn, reader, decided).await?,
        None => None,
    };
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let place = reader.tree.get(form.place);
    let days = DaysSet::read(conn, reader, std::iter::once(&form)).await?;
    Ok(Some(Submission {
        crumbs: place.map_or_else(Vec::new, |place| reader.crumbs(place, reader.today)),
        query: found.query,
        arrived: files::arrived_of(conn, std::slice::from_ref(&form)).await?,
        notable: Notable::of(&form, &subject, last_year.as_ref(), &reader.criteria),
        late: days.late(reader, &form),
        due: days.due(reader, &form),
        at: at.map(|at| count(at + 1)),
        total: count(queue.len()),
        previous: neighbour(at.and_then(|at| at.checked_sub(1))),
        next: neighbour(Some(at.map_or(0, |at| at + 1))),
        decided,
        subject,
        form,
        last_year,
    }))
}

async fn decided(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    form: DocumentId,
) -> db::Result<Option<Decided>> {
    let form = documents::by_id(conn, form).await?;
    let Some(form) = form.filter(|it| may_read(reader.actor, it)) else {
        return Ok(None);
    };
    let Some(head) = form.assessment() else {
        return Ok(None);
    };
    let subject = documents::by_id(conn, head.subject.into()).await?;
    Ok(subject.map(|subject| Decided {
        form: form.id,
        seq: form.seq,
        subject: subject.id,
        name: subject.name().to_owned(),
        stage: head.stage.name(),
    }))
}

/// The form that comes after one of a queue; after the last the first. `None`: it is the only one, or stands in no queue.
pub async fn after(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    home: Option<UnitId>,
    query: &QueueQuery,
    form: DocumentId,
) -> db::Result<Option<DocumentId>> {
    let Some(found) = find(reader, home, query) else {
        return Ok(None);
    };
    let queue = found.forms(conn, reader).await?;
    let at = queue.iter().position(|(_, id)| *id == form);
    let next = at.and_then(|at| queue.get(at + 1).or_else(|| queue.first()));
    Ok(next.map(|(_, id)| *id).filter(|id| *id != form))
}
