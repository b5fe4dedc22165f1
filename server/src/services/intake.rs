//! Taking changes in.
//!
//! Submissions from many phones wait in one queue; a single task takes all that wait, decides them against the
//! documents under the locks of their shards, and writes them in one transaction (group commit: one `fsync` for many
//! phones). Nobody is answered before that transaction has been committed. When the database is away, nobody's changes
//! were taken, everybody is told so, and every phone offers its own again. When the group fails for what is in it, it is
//! halved until the submission to blame stands alone: only its phone is told "not now".

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use shared::access::Actor;
use shared::change::{Change, ChangeBody, Refusal};
use shared::criteria::Criteria;
use shared::document::{Document, Seq};
use shared::ids::{ChangeId, DeviceId, DocumentId, UnitId};
use shared::merge::{self, Merging};
use shared::org_unit::OrgTree;
use shared::sync::{Carried, Intake, Map, Outcome, Receipt, Terms};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::criteria::{self, CriteriaInForce};
use super::members;
use super::reorganise::reorganise;
use super::units::Units;
use crate::clock;
use crate::db::devices::Device;
use crate::db::{
    self, AnyConnection, Db, DbError, Engine, changes, departures, devices, documents, links,
    rollup, shards, whereabouts,
};

/// Changes of one person, as they came.
#[derive(Debug)]
pub struct Submission {
    pub actor: Actor,
    /// The device, with what it said of itself.
    pub device: Option<Device>,
    /// Whether they were made on a page of the desk; others come from a phone or in a letter.
    pub at_desk: bool,
    pub changes: Vec<Carried<Change>>,
}

/// Changes could not be taken now; none of them were.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    #[error("hàng đợi đã đóng")]
    Closed,
    /// Communes were reorganised while these changes waited, and the author's scope with them.
    #[error("bản đồ vừa thay đổi")]
    AnotherMap,
    #[error(transparent)]
    Db(#[from] Arc<DbError>),
}

type Answer = Result<Vec<Receipt>, NotTaken>;

/// The map under which a person's scope was found.
pub type Under = (Arc<OrgTree>, NaiveDate);

struct Waiting {
    submission: Submission,
    under: Under,
    answer: oneshot::Sender<Answer>,
}

/// Submissions that may wait. More phones than this at once wait in their own connections.
const QUEUE: usize = 1_024;
/// Changes in one transaction, so that nobody waits long for somebody else's thousands.
const GROUP: usize = 4_000;
/// How often a transaction that met another server's is tried.
pub(super) const TRIES: usize = 5;
/// How often a server that hears nothing looks whether another day's map holds.
const MAP_CHECK: Duration = Duration::from_secs(60);

/// The queue's entrance. Cheap to clone.
#[derive(Clone, Debug)]
pub struct IntakeService {
    queue: mpsc::Sender<Waiting>,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Waiting")
            .field("changes", &self.submission.changes.len())
            .finish_non_exhaustive()
    }
}

impl IntakeService {
    /// Starts the task that writes.
    pub fn start(db: Db, units: Units, criteria: CriteriaInForce) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(work(db, units, criteria, waiting));
        Self { queue }
    }

    /// Takes one person's changes in: a receipt for each, in order.
    pub async fn submit(&self, submission: Submission, under: Under) -> Answer {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting {
            submission,
            under,
            answer,
        };
        self.queue
            .send(waiting)
            .await
            .map_err(|_| NotTaken::Closed)?;
        answered.await.map_err(|_| NotTaken::Closed)?
    }
}

/// The task that writes: all that wait, in one transaction, again and again.
async fn work(
    db: Db,
    units: Units,
    criteria: CriteriaInForce,
    mut waiting: mpsc::Receiver<Waiting>,
) {
    let mut order = Order::default();
    let mut patience = Duration::ZERO;
    loop {
        let first = timeout(patience, waiting.recv()).await;
        patience = MAP_CHECK;
        let ordered = order.keep(&db, &units).await;
        let first = match first {
            Ok(Some(first)) => first,
            Ok(None) => break,
            Err(_) => {
                if let Err(error) = ordered {
                    tracing::error!(%error, "documents were not moved to their communes");
                }
                continue;
            }
        };
        let mut count = first.submission.changes.len();
        let mut group = vec![first];
        while count < GROUP {
            let Ok(next) = waiting.try_recv() else { break };
            count += next.submission.changes.len();
            group.push(next);
        }
        let (group, late): (Vec<_>, Vec<_>) =
            group.into_iter().partition(|it| order.is_by(&it.under));
        for waiting in late {
            let _ = waiting.answer.send(Err(NotTaken::AnotherMap));
        }
        let (submissions, answers): (Vec<_>, Vec<_>) = group
            .into_iter()
            .map(|waiting| (waiting.submission, waiting.answer))
            .unzip();
        let taken = match ordered {
            Ok(()) => order.take(&db, criteria.now(), submissions).await,
            Err(error) => {
                let error = Arc::new(error);
                answers.iter().map(|_| Err(error.clone())).collect()
            }
        };
        for (answer, taken) in answers.into_iter().zip(taken) {
            // A phone that has hung up sends again and gets the same receipts.
            let _ = answer.send(taken.map_err(NotTaken::Db));
        }
    }
}

/// The map that the documents were put in order by.
#[derive(Default)]
struct Order(Option<Under>);

impl Order {
    /// Moves documents to the communes of today's map, if that is another one than before. Nothing is decided before that
    /// is done: an officer of the new commune would be refused for ever what still lies in the old one.
    async fn keep(&mut self, db: &Db, units: &Units) -> db::Result<()> {
        let (tree, day) = (units.tree(), clock::today());
        if !self.is_by(&(tree.clone(), day)) {
            let map = Map { tree: &tree, day };
            let moved = reorganise(db, &map).await?;
            if moved > 0 {
                tracing::info!(moved, "documents were moved to their communes");
            }
            self.0 = Some((tree, day));
        }
        Ok(())
    }

    fn is_by(&self, (tree, day): &Under) -> bool {
        self.0
            .as_ref()
            .is_some_and(|(kept, on)| on == day && (Arc::ptr_eq(kept, tree) || **kept == **tree))
    }

    /// Takes a group of submissions; an answer for each.
    async fn take(&self, db: &Db, criteria: Criteria, submissions: Vec<Submission>) -> Vec<Taken> {
        let count = submissions.len();
        let mut taken: Vec<Taken> = (0..count).map(|_| Err(Arc::new(DbError::Busy))).collect();
        let Some(under) = &self.0 else {
            return taken;
        };
        let submissions: Arc<[Submission]> = submissions.into();
        let whole: Range<usize> = 0..count;
        let mut parts = Vec::from([whole]);
        while let Some(part) = parts.pop() {
            match take_apart(db, criteria, under, &submissions, part.clone()).await {
                Ok(receipts) => {
                    for (at, receipts) in part.zip(receipts) {
                        taken[at] = Ok(receipts);
                    }
                }
                Err(error) if error.is_of_this_question() && part.len() > 1 => {
                    let middle = part.start + part.len() / 2;
                    parts.extend([middle..part.end, part.start..middle]);
                }
                Err(error) => {
                    tracing::error!(%error, submissions = part.len(), "changes were not taken");
                    let error = Arc::new(error);
                    for at in part {
                        taken[at] = Err(error.clone());
                    }
                }
            }
        }
        taken
    }
}

/// The receipts of one submission, or why there are none.
type Taken = Result<Vec<Receipt>, Arc<DbError>>;

/// Takes some of the submissions in a task of its own, so that a panic in it ends the task and not the queue.
async fn take_apart(
    db: &Db,
    criteria: Criteria,
    (tree, day): &Under,
    submissions: &Arc<[Submission]>,
    part: Range<usize>,
) -> db::Result<Vec<Vec<Receipt>>> {
    let (db, tree, day) = (db.clone(), tree.clone(), *day);
    let submissions = submissions.clone();
    let task = tokio::spawn(async move {
        let map = Map { tree: &tree, day };
        tries(&db, criteria, &map, &submissions[part], clock::now(), true).await
    });
    match task.await {
        Ok(taken) => taken,
        Err(error) => Err(DbError::Broken(error.to_string())),
    }
}

/// Decides and writes a group of submissions in one transaction, as received at `now`. (The map is today's, also where a
/// demo tells of earlier days.)
pub async fn take(
    db: &Db,
    tree: &OrgTree,
    submissions: &[Submission],
    now: DateTime<Utc>,
) -> db::Result<Vec<Vec<Receipt>>> {
    let map = Map {
        tree,
        day: clock::today(),
    };
    let criteria = criteria::read(&mut *db.read().await?).await?;
    tries(db, criteria, &map, submissions, now, false).await
}

async fn tries(
    db: &Db,
    criteria: Criteria,
    map: &Map<'_>,
    submissions: &[Submission],
    now: DateTime<Utc>,
    in_order: bool,
) -> db::Result<Vec<Vec<Receipt>>> {
    let mut shards = BTreeSet::new();
    for attempt in 1.. {
        match take_once(db, criteria, map, submissions, now, in_order, &mut shards).await {
            Ok(Some(receipts)) => return Ok(receipts),
            Ok(None) if attempt < TRIES => {}
            Err(error) if attempt < TRIES && error.is_contention() => {}
            Ok(None) => break,
            Err(error) => return Err(error),
        }
    }
    Err(DbError::Busy)
}

/// One try. `None`: another server wrote what this one was deciding about; `shards` has learnt what to lock.
///
/// With `in_order`, every document must lie where this map says. If one does not, another server has a newer map and has
/// moved it; whoever came under the older one would be refused for ever what is theirs. They are asked to come again.
async fn take_once(
    db: &Db,
    criteria: Criteria,
    map: &Map<'_>,
    submissions: &[Submission],
    now: DateTime<Utc>,
    in_order: bool,
    shards: &mut BTreeSet<UnitId>,
) -> db::Result<Option<Vec<Vec<Receipt>>>> {
    let terms = Terms {
        criteria: criteria.sets(),
        map: *map,
        now,
    };
    let known_changes = || {
        submissions.iter().flat_map(|submission| {
            let known = submission.changes.iter().filter_map(Carried::known);
            known.map(|change| (&submission.actor, change))
        })
    };
    let ids: Vec<ChangeId> = distinct(known_changes().map(|(_, change)| change.id));
    let at_desks = submissions.iter().filter(|it| it.at_desk);
    let at_desks: BTreeSet<ChangeId> = at_desks
        .flat_map(|it| it.changes.iter().filter_map(Carried::known))
        .map(|change| change.id)
        .collect();
    let mut needed: Vec<DocumentId> = distinct(
        known_changes()
            // Refused without a look at anything.
            .filter(|(_, it)| !it.is_made_at_a_desk() || at_desks.contains(&it.id))
            .flat_map(|(_, change)| Intake::needs(change, now)),
    );

    let mut tx = db.write().await?;
    let merges: Vec<&Change> = known_changes()
        .map(|(_, change)| change)
        .filter(|it| matches!(it.body, ChangeBody::Merge(_)) && at_desks.contains(&it.id))
        .collect();
    let belong = belonging(&mut tx, &merges).await?;
    needed.extend(&belong);
    shards.extend(known_changes().filter_map(|(actor, change)| Intake::shard(change, map, actor)));
    if db.engine() == Engine::Postgres {
        shards.extend(documents::shards_of(&mut tx, &needed).await?);
    }
    let mut standing = documents::Found::default();
    if db.engine() == Engine::Sqlite {
        standing = documents::find(&mut tx, &needed).await?;
        shards.extend(standing.documents.iter().map(|document| document.shard));
    }
    let seqs = shards::lock(&mut tx, db.engine(), shards.iter().copied()).await?;
    if db.engine() == Engine::Postgres {
        // Read again, now that nobody else can move them, or belong to whoever is merged.
        if belonging(&mut tx, &merges).await? != belong {
            tx.rollback().await?;
            return Ok(None);
        }
        standing = documents::find_in(&mut tx, &needed, shards).await?;
        let missing = standing.missing(&needed);
        let elsewhere = whereabouts::of(&mut tx, &missing).await?;
        if !elsewhere.values().all(|shard| shards.contains(shard)) {
            shards.extend(elsewhere.into_values());
            tx.rollback().await?;
            return Ok(None);
        }
        // Said to lie in a shard that is locked, and not there: it is not decided about as if it were new.
        if let Some((id, _)) = elsewhere.first_key_value() {
            return Err(DbError::Astray(*id));
        }
    }
    let mut lying = standing.documents.iter();
    if in_order && lying.any(|document| !map.holds(document)) {
        tx.rollback().await?;
        return Err(DbError::Busy);
    }
    let signed: Vec<(UnitId, i32)> = known_changes()
        .filter(|(_, change)| at_desks.contains(&change.id))
        .filter_map(|(_, change)| {
            let mut lying = standing.documents.iter();
            let decision = lying.find(|it| it.id == change.doc)?;
            Some((decision.shard, change.signs_on()?.year()))
        })
        .collect();
    let mut numbers = BTreeSet::new();
    for (shard, year) in signed {
        numbers.extend(documents::numbers(&mut tx, shard, year).await?);
    }
    let known = changes::receipts(&mut tx, &ids).await?;
    let before = seqs.clone();
    let mut intake = Intake {
        known,
        numbers,
        documents: standing
            .documents
            .into_iter()
            .map(|document| (document.id, document))
            .collect(),
        unreadable: standing.unreadable.into_iter().collect(),
        seqs,
        ..Intake::default()
    };

    let mut receipts = Vec::with_capacity(submissions.len());
    let mut sources: Vec<Option<DeviceId>> = Vec::new();
    for submission in submissions {
        let mut own = Vec::with_capacity(submission.changes.len());
        for change in &submission.changes {
            let actor = &submission.actor;
            own.extend(match submission.at_desk {
                true => intake.decide_at_desk(actor, &terms, change),
                false => intake.decide(actor, &terms, change),
            });
            sources.resize(
                intake.log.len(),
                submission.device.as_ref().map(|device| device.id),
            );
        }
        receipts.push(own);
    }

    if db.engine() == Engine::Postgres {
        // Nobody is refused for good because the whereabouts lag behind: rows of one transaction may come to be seen on one machine
        // before another.
        let unknown = unknown(&intake, now);
        let lying = documents::lying(&mut tx, &unknown).await?;
        let lying: BTreeSet<UnitId> = lying.into_iter().map(|(_, shard)| shard).collect();
        if !lying.is_subset(shards) {
            shards.extend(lying);
            tx.rollback().await?;
            return Ok(None);
        }
    }

    let rows: Vec<changes::NewRow<'_>> = intake
        .log
        .iter()
        .zip(&sources)
        .map(|(logged, device)| changes::NewRow {
            logged,
            device: *device,
        })
        .collect();
    if !changes::append(&mut tx, &rows, now).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    write(&mut tx, &intake, &before, criteria, now).await?;
    if !members::count(&mut tx, &mut intake, criteria, map, now, shards).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    let mut reported: BTreeMap<_, &Device> = BTreeMap::new();
    for device in submissions.iter().filter_map(|it| it.device.as_ref()) {
        reported.insert((device.id, device.user), device);
    }
    let reported: Vec<&Device> = reported.into_values().collect();
    devices::put(&mut tx, &reported).await?;
    let people = reported.iter().map(|device| device.user).collect();
    devices::forget_quietest(&mut tx, &people).await?;
    tx.commit().await?;
    Ok(Some(receipts))
}

/// Writes what an intake has left to write, except its log. `before` are the numbers of the shards as they were locked.
pub(super) async fn write(
    tx: &mut AnyConnection,
    intake: &Intake,
    before: &BTreeMap<UnitId, Seq>,
    criteria: Criteria,
    now: DateTime<Utc>,
) -> db::Result<()> {
    let dirty: Vec<&Document> = intake
        .dirty
        .iter()
        .filter_map(|id| intake.documents.get(id))
        .collect();
    documents::put(tx, &dirty, &intake.departures, criteria.sets()).await?;
    departures::put(tx, &intake.departures).await?;
    rollup::add(tx, &intake.rollup, now).await?;
    let moved: Vec<(UnitId, Seq)> = intake
        .seqs
        .iter()
        .filter(|(shard, seq)| before.get(shard) != Some(seq))
        .map(|(shard, seq)| (*shard, *seq))
        .collect();
    shards::set_seqs(tx, &moved).await
}

/// Those who belong to the subjects that are merged, and those whom a merge has written that is taken back.
async fn belonging(tx: &mut AnyConnection, merges: &[&Change]) -> db::Result<BTreeSet<DocumentId>> {
    let mut belong = BTreeSet::new();
    for change in merges {
        let ChangeBody::Merge(merging) = &change.body else {
            continue;
        };
        // One more than may be, so that the intake refuses.
        let most = merge::MEMBERS_MAX + 1;
        match merging {
            Merging::Into { .. } => {
                belong.extend(links::members_of(tx, change.doc.into(), most).await?);
            }
            Merging::Undo { kept } => {
                let merged = documents::by_id(tx, change.doc).await?;
                if let Some(by) = merged.and_then(|it| it.merged_by()) {
                    belong.extend(links::written_by(tx, *kept, by.change, most).await?);
                }
            }
        }
    }
    Ok(belong)
}

/// The documents that were not found and for want of which changes were refused.
fn unknown(intake: &Intake, now: DateTime<Utc>) -> Vec<DocumentId> {
    let refused = Outcome::Refused(Refusal::UnknownDocument);
    let refused = intake.log.iter().filter(|row| row.outcome == refused);
    let needed = refused.flat_map(|row| Intake::needs(&row.change, now));
    distinct(needed.filter(|id| !intake.documents.contains_key(id)))
}

fn distinct<T: Ord>(ids: impl Iterator<Item = T>) -> Vec<T> {
    ids.collect::<BTreeSet<T>>().into_iter().collect()
}
