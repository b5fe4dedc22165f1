//! Importing a commune's list of families, citizens, clans or units.
//!
//! The list is one author among others. Subjects are registered and changed by the same changes as a phone's, so an
//! import can neither overwrite what an officer wrote in the field (both values stay, as a conflict) nor touch a closed
//! form. What earlier imports wrote is read back from the change log, and only what differs from it is a change: the
//! same file twice changes nothing, a corrected file changes what was corrected, and a field mended by an officer is
//! left alone for as long as the list keeps saying what it said.
//!
//! A list is previewed without writing anything, and applied in one transaction that reads, decides and writes under the
//! lock of its commune: two imports at once cannot both find that somebody is not there yet.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use rand::Rng;
use sha2::{Digest, Sha256};
use shared::access::{Actor, Role, Scope};
use shared::calendar::{self, Year};
use shared::change::Change;
use shared::document::Document;
use shared::ids::{ChangeId, DocumentId, SubjectId, UnitId, UserId};
use shared::kind::SubjectKind;
use shared::org_unit::{OrgTree, OrgUnit, UnitCode};
use shared::sync::{Carried, Intake, Map, Outcome, Terms};
use uuid::Uuid;

use super::criteria;
use super::intake::{self, TRIES};
use super::members;
use super::reorganise::reorganise;
use super::units::REORGANISED;
use crate::db::imports::{File, Import, Made};
use crate::db::users::User;
use crate::db::{self, AnyConnection, Db, DbError, changes, documents, imports, shards, users};
use crate::import::commune::{self, Commune, CommuneError};
use crate::import::list::Tables;
use crate::import::matching::Standing;
use crate::import::plan::{Fate, Known, Options, Plan, form_of, plan};
use crate::import::undo::{self, Past};
use crate::import::{FileError, IMPORTER, Sheet, UNDOER};

/// How a list is to be imported.
#[derive(Clone, Debug)]
pub struct Request {
    /// Whom the list is of.
    pub kind: SubjectKind,
    /// The commune's code, of today or of before July 2025.
    pub commune: UnitCode,
    /// The only commune of today that the list may be of: a code that was given out twice names two.
    pub only: Option<UnitId>,
    /// The year of the list, if its heading names none.
    pub year: Option<Year>,
    /// Goes on although the heading names another commune.
    pub despite_heading: bool,
    pub options: Options,
}

/// A file as somebody gave it, taken apart.
#[derive(Clone, Debug)]
pub struct Upload {
    file: File,
    sheets: Vec<Sheet>,
}

impl Upload {
    /// Reads a file. This may take a second of work: not for a thread that serves others.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, FileError> {
        let digest = Sha256::digest(bytes);
        Ok(Self {
            sheets: crate::import::read(bytes)?,
            file: File {
                name: name.to_owned(),
                hash: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            },
        })
    }
}

/// Nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Commune(#[from] CommuneError),
    /// What somebody agreed to is no longer what would happen.
    #[error("dữ liệu của xã đã thay đổi từ lúc xem trước; hãy xem lại rồi ghi")]
    Changed(Box<Plan>),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// An import that was done.
#[derive(Clone, Debug)]
pub struct Imported {
    pub plan: Plan,
    /// To take it back by; `None` when nothing was written.
    pub id: Option<String>,
    /// Changes that were not taken, because a form is closed.
    pub refused: usize,
}

/// What becomes of a list, without writing anything.
pub async fn preview(
    db: &Db,
    upload: &Upload,
    request: &Request,
    now: DateTime<Utc>,
) -> Result<Plan, ImportError> {
    let mut tx = db.snapshot().await?;
    let list = List::find(&mut tx, upload, request, now).await?;
    let known = list.known(&mut tx).await?;
    Ok(plan(&list.tables, &known, &request.options)?)
}

/// Imports a list: in one transaction, or not at all. Rows with an open question are left for another time. With `seen`,
/// the mark of the plan that somebody agreed to, only if that is still what happens.
pub async fn apply(
    db: &Db,
    upload: &Upload,
    request: &Request,
    seen: Option<&str>,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<Imported, ImportError> {
    let mut shards = BTreeSet::new();
    for attempt in 1.. {
        match apply_once(db, upload, request, seen, by, now, &mut shards).await {
            Err(ImportError::Db(error)) if attempt < TRIES && may_go_better(&error) => {}
            other => return other,
        }
    }
    Err(DbError::Busy.into())
}

/// Whether another transaction was met, so that trying again helps.
fn may_go_better(error: &DbError) -> bool {
    error.is_contention() || matches!(error, DbError::Busy)
}

async fn apply_once(
    db: &Db,
    upload: &Upload,
    request: &Request,
    seen: Option<&str>,
    by: Option<UserId>,
    now: DateTime<Utc>,
    shards: &mut BTreeSet<UnitId>,
) -> Result<Imported, ImportError> {
    // Who lies in its villages and in another commune's shard would not be found.
    put_in_order(db, now).await?;
    let mut tx = db.write().await?;
    let commune = List::find(&mut tx, upload, request, now).await?.commune;
    shards.insert(commune.now.id);
    let before = shards::lock(&mut tx, db.engine(), shards.iter().copied()).await?;
    // Read again, now that nobody else writes subjects of this commune or villages for it.
    let list = List::find(&mut tx, upload, request, now).await?;
    if list.commune != commune {
        return Err(DbError::Busy.into());
    }
    let known = list.known(&mut tx).await?;
    let plan = plan(&list.tables, &known, &request.options)?;
    if seen.is_some_and(|seen| plan.mark() != seen) {
        return Err(ImportError::Changed(Box::new(plan)));
    }
    let changes = plan.changes(now, Uuid::now_v7);
    let villages: Vec<OrgUnit> = plan
        .new_villages
        .iter()
        .map(|name| commune.new_village(name, REORGANISED))
        .collect();
    if changes.is_empty() && villages.is_empty() {
        return Ok(Imported {
            plan,
            id: None,
            refused: 0,
        });
    }
    db::units::put(&mut tx, &villages).await?;
    let mut units: Vec<OrgUnit> = list.tree.into();
    units.extend(villages.iter().cloned());
    let intake = Intake {
        documents: documents_of(known),
        seqs: before.clone(),
        ..Intake::default()
    };
    let author = author(IMPORTER);
    let written = write(
        &mut tx,
        intake,
        &before,
        &OrgTree::new(units),
        &author,
        changes,
        now,
        shards,
    )
    .await?;
    let made = Made {
        kind: request.kind,
        changes: written.received,
        villages: villages.iter().map(|village| village.id).collect(),
        new: plan.count(|row| row.fate == Fate::New),
        updated: plan.count(|row| matches!(row.fate, Fate::Updated(_))),
    };
    let import = Import {
        id: short_id(),
        shard: commune.now.id,
        by,
        at: now,
        file: upload.file.clone(),
        year: plan.year,
        made,
        undone_at: None,
    };
    if !imports::add(&mut tx, &import).await? {
        return Err(DbError::Busy.into());
    }
    tx.commit().await.map_err(DbError::from)?;
    Ok(Imported {
        plan,
        id: Some(import.id),
        refused: written.refused,
    })
}

/// An upload whose tables, commune and year are known.
struct List<'a> {
    tables: Tables<'a>,
    tree: OrgTree,
    commune: Commune,
    year: Year,
    now: DateTime<Utc>,
}

impl<'a> List<'a> {
    async fn find(
        conn: &mut AnyConnection,
        upload: &'a Upload,
        request: &Request,
        now: DateTime<Utc>,
    ) -> Result<Self, ImportError> {
        let today = calendar::day(now);
        let tables = Tables::find(&upload.sheets, request.kind)?;
        let heading = tables.heading();
        let year = request.year.or(heading.year);
        let year = year.unwrap_or_else(|| calendar::year_judged(today));
        let tree = OrgTree::new(db::units::all(conn).await?);
        let commune = commune::choose(
            &tree,
            &commune::Asked {
                code: &request.commune,
                only: request.only,
                despite_heading: request.despite_heading,
            },
            &heading.lines,
            today,
            REORGANISED,
        )?;
        Ok(Self {
            tables,
            tree,
            commune,
            year,
            now,
        })
    }

    /// The commune, and those that it was made of.
    fn shards(&self) -> Vec<UnitId> {
        let today = calendar::day(self.now);
        let leads_here = |unit: &&OrgUnit| {
            let led = self.tree.today(unit.id, today);
            led.iter().any(|it| it.id == self.commune.now.id)
        };
        let communes = self.tree.iter().filter(|unit| unit.kind.is_commune());
        communes.filter(leads_here).map(|unit| unit.id).collect()
    }

    /// Reads what is known of the commune's subjects.
    async fn known(&self, conn: &mut AnyConnection) -> db::Result<Known> {
        let kind = self.tables.kind;
        let standing = self.counted(conn, kind).await?;
        let linked: BTreeSet<SubjectKind> = self.tables.linked().collect();
        let mut others = Vec::new();
        for kind in linked {
            others.extend(self.counted(conn, kind).await?);
        }
        let ids: Vec<DocumentId> = standing.iter().map(|subject| subject.id).collect();
        // What was taken back was never said.
        let undone = imports::undone_changes(conn, &self.shards()).await?;
        let mut log: BTreeMap<DocumentId, Vec<Change>> = BTreeMap::new();
        for change in changes::written_by(conn, &ids, IMPORTER).await? {
            if !undone.contains(&change.id) {
                log.entry(change.doc).or_default().push(change);
            }
        }
        let form = |id: &DocumentId| form_of(*id, kind.title(), self.year);
        let forms: Vec<DocumentId> = ids.iter().map(form).collect();
        let forms = documents::by_ids(conn, &forms).await?;
        Ok(Known {
            commune: self.commune.clone(),
            villages: commune::villages(
                &self.tree,
                &self.commune,
                calendar::day(self.now),
                REORGANISED,
            ),
            standing: standing
                .into_iter()
                .map(|subject| {
                    let log = log.remove(&subject.id).unwrap_or_default();
                    Standing::of(subject, log)
                })
                .collect(),
            linked: others,
            forms: forms.into_iter().map(|form| (form.id, form)).collect(),
            year: self.year,
            criteria: Some(criteria::read(conn).await?),
        })
    }

    /// The commune's subjects of a kind that count in some year. Whom an undone import brought counts in none, and is
    /// nobody's namesake.
    async fn counted(
        &self,
        conn: &mut AnyConnection,
        kind: SubjectKind,
    ) -> db::Result<Vec<Document>> {
        let found = documents::subjects_of_shard(conn, self.commune.now.id, kind).await?;
        let counts = |it: &Document| it.until().is_none_or(|until| until > it.since());
        Ok(found.into_iter().filter(counts).collect())
    }
}

fn documents_of(known: Known) -> BTreeMap<DocumentId, Document> {
    let subjects = known.standing.into_iter().map(|it| it.document);
    let subjects = subjects.map(|subject| (subject.id, subject));
    known.forms.into_iter().chain(subjects).collect()
}

async fn put_in_order(db: &Db, now: DateTime<Utc>) -> db::Result<()> {
    let tree = OrgTree::new(db::units::all(&mut *db.read().await?).await?);
    let map = Map {
        tree: &tree,
        day: calendar::day(now),
    };
    reorganise(db, &map).await?;
    Ok(())
}

/// In whose name lists write, and are taken back.
fn author(user: UserId) -> Actor {
    let name = match user {
        UNDOER => "Bỏ lần nhập danh sách",
        _ => "Nhập danh sách",
    };
    Actor {
        user,
        name: name.to_owned(),
        role: Role::Admin,
        scope: Scope::All,
    }
}

/// What became of changes.
struct Written {
    received: Vec<ChangeId>,
    refused: usize,
}

/// Decides and writes changes in a transaction that holds the locks of their documents, and counts again for those to whom
/// the subjects belong. Where one of those lies elsewhere, `shards` learns it, and the whole is to be tried again.
#[expect(
    clippy::too_many_arguments,
    reason = "two callers, each with all of it at hand"
)]
async fn write(
    tx: &mut AnyConnection,
    mut intake: Intake,
    before: &BTreeMap<UnitId, u64>,
    tree: &OrgTree,
    author: &Actor,
    changes: Vec<Change>,
    now: DateTime<Utc>,
    shards: &mut BTreeSet<UnitId>,
) -> db::Result<Written> {
    let person = User {
        id: author.user,
        username: None,
        name: author.name.clone(),
        role: author.role,
        password_hash: None,
        disabled: true,
        units: Vec::new(),
    };
    users::put(tx, &[person], now).await?;
    let criteria = criteria::read(tx).await?;
    let terms = Terms {
        criteria: criteria.sets(),
        map: Map {
            tree,
            day: calendar::day(now),
        },
        now,
    };
    let mut written = Written {
        received: Vec::with_capacity(changes.len()),
        refused: 0,
    };
    for change in changes.into_iter().map(Carried::Known) {
        let receipt = intake.decide(author, &terms, &change);
        match receipt.map(|receipt| (receipt.change, receipt.outcome)) {
            Some((id, Outcome::Received { .. })) => written.received.push(id),
            Some((_, Outcome::Refused(refusal))) => {
                tracing::warn!(?refusal, "a change of an import was refused");
                written.refused += 1;
            }
            None => written.refused += 1,
        }
    }
    let rows: Vec<changes::NewRow<'_>> = intake
        .log
        .iter()
        .map(|logged| changes::NewRow {
            logged,
            device: None,
        })
        .collect();
    if !changes::append(tx, &rows, now).await? {
        return Err(DbError::Busy);
    }
    intake::write(tx, &intake, before, criteria, now).await?;
    match members::count(tx, &mut intake, criteria, &terms.map, now, shards).await? {
        true => Ok(written),
        false => Err(DbError::Busy),
    }
}

/// An id that a person can read out: six letters and digits that are not taken for each other.
fn short_id() -> String {
    const LETTERS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut random = rand::rng();
    let letter = |_| char::from(LETTERS[random.random_range(0..LETTERS.len())]);
    (0..6).map(letter).collect()
}

/// An import cannot be taken back.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    #[error("không có lần nhập nào mang mã {0}; xem các mã bằng: banhoc import list")]
    Unknown(String),
    #[error("lần nhập {id} đã được bỏ ngày {day}")]
    Done { id: String, day: String },
    #[error(transparent)]
    Db(#[from] DbError),
}

/// An import that was taken back.
#[derive(Clone, Debug)]
pub struct Undone {
    pub import: Import,
    /// Those who count no more.
    pub ended: usize,
    /// Those whose values were put back.
    pub restored: usize,
    /// Forms of others that were withdrawn.
    pub withdrawn: usize,
    /// Names of those about whom somebody has written since; they stay.
    pub kept: Vec<String>,
    /// Villages that were made by it and in which nobody is any more.
    pub villages: usize,
}

/// The last imports, newest first.
pub async fn last(db: &Db, limit: usize) -> db::Result<Vec<Import>> {
    imports::last(&mut *db.read().await?, limit).await
}

/// Takes an import back, as far as nobody has built on it.
pub async fn undo(db: &Db, id: &str, now: DateTime<Utc>) -> Result<Undone, UndoError> {
    let mut shards = BTreeSet::new();
    for attempt in 1.. {
        match undo_once(db, id, now, &mut shards).await {
            Err(UndoError::Db(error)) if attempt < TRIES && may_go_better(&error) => {}
            other => return other,
        }
    }
    Err(DbError::Busy.into())
}

async fn undo_once(
    db: &Db,
    id: &str,
    now: DateTime<Utc>,
    shards: &mut BTreeSet<UnitId>,
) -> Result<Undone, UndoError> {
    let mut tx = db.write().await?;
    let id = id.trim().to_uppercase();
    let import = imports::by_id(&mut tx, &id).await?;
    let import = import.ok_or_else(|| UndoError::Unknown(id.clone()))?;
    if let Some(at) = import.undone_at {
        let day = calendar::day(at).format("%d/%m/%Y").to_string();
        return Err(UndoError::Done { id, day });
    }
    let past = changes::by_ids(&mut tx, &import.made.changes).await?;
    let mut wanted: Vec<DocumentId> = past.iter().map(|entry| entry.change.doc).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut locked = documents::shards_of(&mut tx, &wanted).await?;
    locked.insert(import.shard);
    locked.extend(shards.iter().copied());
    let before = shards::lock(&mut tx, db.engine(), locked.iter().copied()).await?;
    let mut found = documents::by_ids(&mut tx, &wanted).await?;
    let subjects: Vec<SubjectId> = found
        .iter()
        .filter(|document| document.subject_kind().is_some())
        .map(|document| document.id.into())
        .collect();
    let forms = documents::forms_of(&mut tx, &subjects).await?;
    found.extend(forms);
    if found
        .iter()
        .any(|document| !locked.contains(&document.shard))
    {
        return Err(DbError::Busy.into());
    }
    let all: BTreeMap<DocumentId, _> = found.into_iter().map(|it| (it.id, it)).collect();
    let ids: Vec<DocumentId> = all.keys().copied().collect();
    let made = undo::Made {
        changes: past
            .into_iter()
            .map(|entry| Past {
                change: entry.change,
                before: entry.before,
            })
            .collect(),
        log: changes::received_for(&mut tx, &ids).await?,
        documents: all,
    };
    let reason = format!("Bỏ lần nhập danh sách {id}");
    let undo = undo::undo(&made, &reason);
    let changes: Vec<Change> = undo
        .steps
        .iter()
        .map(|step| Change {
            id: ChangeId::from_uuid(Uuid::now_v7()),
            doc: step.doc,
            seen: step.seen,
            made_at: now,
            body: step.body.clone(),
        })
        .collect();
    let name = |id: &DocumentId| {
        let document = made.documents.get(id);
        document.map_or_else(String::new, |document| document.name().to_owned())
    };
    let kept = undo.kept.iter().map(name).collect();
    let tree = OrgTree::new(db::units::all(&mut tx).await?);
    let intake = Intake {
        documents: made.documents,
        seqs: before.clone(),
        ..Intake::default()
    };
    let author = author(UNDOER);
    write(
        &mut tx, intake, &before, &tree, &author, changes, now, shards,
    )
    .await?;
    let villages = end_villages(&mut tx, &tree, &import.made.villages, now).await?;
    if !imports::undone(&mut tx, &id, now).await? {
        return Err(DbError::Busy.into());
    }
    tx.commit().await.map_err(DbError::from)?;
    Ok(Undone {
        import,
        ended: undo.ended.len(),
        restored: undo.restored,
        withdrawn: undo.withdrawn,
        kept,
        villages,
    })
}

/// Takes villages off every map in which nobody lives or works any more, and returns how many.
async fn end_villages(
    tx: &mut AnyConnection,
    tree: &OrgTree,
    villages: &[UnitId],
    now: DateTime<Utc>,
) -> db::Result<usize> {
    let day = calendar::day(now);
    let mut ended = Vec::new();
    for id in villages {
        let is_used =
            documents::any_counts_in(tx, *id).await? || users::any_of_unit(tx, *id).await?;
        if let Some(village) = tree.get(*id).filter(|_| !is_used) {
            // From no day to none: no map of any day shows it.
            ended.push(OrgUnit {
                valid_from: Some(day),
                valid_to: Some(day),
                ..village.clone()
            });
        }
    }
    db::units::put(tx, &ended).await?;
    Ok(ended.len())
}
