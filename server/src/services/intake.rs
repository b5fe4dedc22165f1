//! Taking changes in.
//!
//! Submissions from many phones wait in one queue; a single task takes all that wait, decides them against the
//! documents under the locks of their shards, and writes them in one transaction (group commit: one `fsync` for many
//! phones). Nobody is answered before that transaction has been committed. When it fails, nobody's changes were taken,
//! everybody is told so, and every phone offers its own again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use shared::access::{Actor, Denied};
use shared::change::{Change, ChangeBody, Refusal};
use shared::criteria;
use shared::document::{Document, Seq};
use shared::ids::{ChangeId, DeviceId, DocumentId, UnitId};
use shared::org_unit::OrgTree;
use shared::sync::{Carried, Intake, Logged, Outcome, Receipt};
use tokio::sync::{mpsc, oneshot};

use super::units::Units;
use crate::clock;
use crate::db::devices::Device;
use crate::db::{self, Db, DbError, Engine, changes, devices, documents, rollup, shards};

/// Changes of one person, as they came.
#[derive(Debug)]
pub struct Submission {
    pub actor: Actor,
    /// The device, with what it said of itself.
    pub device: Option<Device>,
    pub changes: Vec<Carried<Change>>,
}

/// Changes could not be taken now; none of them were.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    #[error("hàng đợi đã đóng")]
    Closed,
    #[error(transparent)]
    Db(#[from] Arc<DbError>),
}

type Answer = Result<Vec<Receipt>, NotTaken>;

struct Waiting {
    submission: Submission,
    answer: oneshot::Sender<Answer>,
}

/// Submissions that may wait. More phones than this at once wait in their own connections.
const QUEUE: usize = 1_024;
/// Changes in one transaction, so that nobody waits long for somebody else's thousands.
const GROUP: usize = 4_000;
/// How often a transaction that met another server's is tried.
const TRIES: usize = 5;

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
    pub fn start(db: Db, units: Units) -> Self {
        let (queue, mut waiting) = mpsc::channel::<Waiting>(QUEUE);
        tokio::spawn(async move {
            while let Some(first) = waiting.recv().await {
                let mut count = first.submission.changes.len();
                let mut group = vec![first];
                while count < GROUP {
                    let Ok(next) = waiting.try_recv() else { break };
                    count += next.submission.changes.len();
                    group.push(next);
                }
                let (submissions, answers): (Vec<_>, Vec<_>) = group
                    .into_iter()
                    .map(|waiting| (waiting.submission, waiting.answer))
                    .unzip();
                let taken = take(&db, &units.tree(), &submissions, clock::now())
                    .await
                    .map_err(Arc::new);
                if let Err(error) = &taken {
                    tracing::error!(%error, changes = count, "changes were not taken");
                }
                for (at, answer) in answers.into_iter().enumerate() {
                    let answered = match &taken {
                        Ok(receipts) => Ok(receipts.get(at).cloned().unwrap_or_default()),
                        Err(error) => Err(NotTaken::Db(error.clone())),
                    };
                    // A phone that has hung up sends again and gets the same receipts.
                    let _ = answer.send(answered);
                }
            }
        });
        Self { queue }
    }

    /// Takes one person's changes in: a receipt for each, in order.
    pub async fn submit(&self, submission: Submission) -> Answer {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { submission, answer };
        self.queue
            .send(waiting)
            .await
            .map_err(|_| NotTaken::Closed)?;
        answered.await.map_err(|_| NotTaken::Closed)?
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
    let mut shards = BTreeSet::new();
    for attempt in 1.. {
        match take_once(db, tree, submissions, now, &mut shards).await {
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
async fn take_once(
    db: &Db,
    tree: &OrgTree,
    submissions: &[Submission],
    now: DateTime<Utc>,
    shards: &mut BTreeSet<UnitId>,
) -> db::Result<Option<Vec<Vec<Receipt>>>> {
    let today = clock::today();
    let known_changes = || {
        submissions
            .iter()
            .flat_map(|submission| &submission.changes)
            .filter_map(Carried::known)
    };
    let ids: Vec<ChangeId> = distinct(known_changes().map(|change| change.id));
    let needed: Vec<DocumentId> = distinct(known_changes().flat_map(Intake::needs));

    let mut tx = db.write().await?;
    for change in known_changes() {
        if let ChangeBody::Register(registration) = &change.body
            && let Some(commune) = tree.commune_of(registration.place, today)
        {
            shards.insert(commune.id);
        }
    }
    if db.engine() == Engine::Postgres {
        shards.extend(documents::shards_of(&mut tx, &needed).await?);
    }
    let mut standing = Vec::new();
    if db.engine() == Engine::Sqlite {
        standing = documents::by_ids(&mut tx, &needed).await?;
        shards.extend(standing.iter().map(|document| document.shard));
    }
    let seqs = shards::lock(&mut tx, db.engine(), shards.iter().copied()).await?;
    if db.engine() == Engine::Postgres {
        // Read again, now that nobody else can move them.
        standing = documents::by_ids(&mut tx, &needed).await?;
        let found: BTreeSet<UnitId> = standing.iter().map(|document| document.shard).collect();
        if !found.is_subset(shards) {
            shards.extend(found);
            tx.rollback().await?;
            return Ok(None);
        }
    }
    let known = changes::receipts(&mut tx, &ids).await?;
    let before = seqs.clone();
    let mut intake = Intake {
        known,
        documents: standing
            .into_iter()
            .map(|document| (document.id, document))
            .collect(),
        seqs,
        ..Intake::default()
    };

    let mut receipts = Vec::with_capacity(submissions.len());
    let mut sources: Vec<Option<DeviceId>> = Vec::new();
    for submission in submissions {
        let mut own = Vec::with_capacity(submission.changes.len());
        for change in &submission.changes {
            own.extend(decide(&mut intake, &submission.actor, tree, change, today));
            sources.resize(
                intake.log.len(),
                submission.device.as_ref().map(|device| device.id),
            );
        }
        receipts.push(own);
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
    let dirty: Vec<&Document> = intake
        .dirty
        .iter()
        .filter_map(|id| intake.documents.get(id))
        .collect();
    documents::put(&mut tx, &dirty).await?;
    rollup::add(&mut tx, &intake.rollup, now).await?;
    let moved: Vec<(UnitId, Seq)> = intake
        .seqs
        .iter()
        .filter(|(shard, seq)| before.get(shard) != Some(seq))
        .map(|(shard, seq)| (*shard, *seq))
        .collect();
    shards::set_seqs(&mut tx, &moved).await?;
    let mut reported: BTreeMap<_, &Device> = BTreeMap::new();
    for device in submissions.iter().filter_map(|it| it.device.as_ref()) {
        reported.insert((device.id, device.user), device);
    }
    let reported: Vec<&Device> = reported.into_values().collect();
    devices::put(&mut tx, &reported).await?;
    tx.commit().await?;
    Ok(Some(receipts))
}

/// One change's receipt. A change of a newer kind is refused and not logged, so that a newer server may still take it.
/// One without a readable id cannot have a receipt at all.
fn decide(
    intake: &mut Intake,
    actor: &Actor,
    tree: &OrgTree,
    change: &Carried<Change>,
    today: chrono::NaiveDate,
) -> Option<Receipt> {
    let Carried::Known(change) = change else {
        return change.id().map(|change| Receipt {
            change,
            outcome: Outcome::Refused(Refusal::NotUnderstood),
        });
    };
    let mut change = change.clone();
    if let ChangeBody::Register(registration) = &mut change.body
        && !intake.known.contains_key(&change.id)
    {
        // The village may have come to another commune while the phone was away; its household goes where the village is.
        match tree.commune_of(registration.place, today) {
            Some(commune) => registration.shard = commune.id,
            None => {
                let outcome = Outcome::Refused(Refusal::Denied(Denied::OutsideScope));
                let receipt = Receipt {
                    change: change.id,
                    outcome: outcome.clone(),
                };
                intake.known.insert(
                    change.id,
                    shared::sync::intake::Known {
                        by: actor.user,
                        outcome: outcome.clone(),
                    },
                );
                intake.log.push(Logged {
                    change,
                    by: actor.user,
                    shard: None,
                    outcome,
                    before: None,
                });
                return Some(receipt);
            }
        }
    }
    Some(intake.receive(actor, criteria::builtin(), change))
}

fn distinct<T: Ord>(ids: impl Iterator<Item = T>) -> Vec<T> {
    ids.collect::<BTreeSet<T>>().into_iter().collect()
}
