//! Exemplars: who writes of whom, what everybody may read, and how somebody is forgotten who takes their consent back.

use app::{BackendError, words};
use object_store::GetResult;
use shared::access;
use shared::api::exemplars::{
    DAY_MAX, Exemplar, ExemplarDesk, ExemplarField, ExemplarProblem, Exemplars, ExemplarsQuery,
    STORY_MAX, UnmendedExemplar, Written,
};
use shared::assessment::{AssessmentHead, StageName};
use shared::calendar;
use shared::document::Document;
use shared::event::EventKind;
use shared::evidence::{FileHash, MediaType};
use shared::field::NAME_MAX;
use shared::ids::{DocumentId, UnitId};
use shared::org_unit::OrgTree;
use shared::problem::ProblemKind;

use super::figures::failed;
use super::{events, files as evidence};
use crate::auth::SignedIn;
use crate::clock;
use crate::db::exemplars::{self, Kept};
use crate::db::{self, AnyConnection, DbError, documents, files, users};
use crate::state::AppState;

/// Stories that are told on one page.
const TOLD_MAX: usize = 60;

/// Why nothing was saved.
pub enum NotSaved {
    Unmended(UnmendedExemplar),
    Failed(BackendError),
}

impl<E: Into<BackendError>> From<E> for NotSaved {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// A form with its subject, and where they lie.
struct Told {
    form: Document,
    subject: Document,
}

impl Told {
    async fn of(conn: &mut AnyConnection, form: DocumentId) -> db::Result<Option<Self>> {
        let Some(form) = documents::by_id(conn, form).await? else {
            return Ok(None);
        };
        let Some(subject) = form.assessment().map(|head| head.subject) else {
            return Ok(None);
        };
        let subject = documents::by_id(conn, subject.into()).await?;
        Ok(subject.map(|subject| Self { form, subject }))
    }

    fn head(&self) -> Option<&AssessmentHead> {
        self.form.assessment()
    }

    /// The photos that the form lists and the server has.
    async fn photos(&self, conn: &mut AnyConnection) -> db::Result<Vec<FileHash>> {
        let here = files::of_documents(conn, &[self.form.id]).await?;
        let listed = self.form.evidence();
        let photos = listed.filter(|(hash, piece)| {
            piece.media_type.is_image() && here.contains(&(self.form.id, *hash))
        });
        Ok(photos.map(|(hash, _)| hash).collect())
    }
}

fn holds_title(head: &AssessmentHead) -> bool {
    head.stage.name() == StageName::Recognised && head.held.is_none()
}

/// A form that somebody writes of: one of their own unit.
async fn own(
    conn: &mut AnyConnection,
    who: &SignedIn,
    form: DocumentId,
) -> Result<Told, BackendError> {
    let actor = &who.actor;
    if !actor.role.keeps_its_unit() {
        return Err(ProblemKind::Forbidden.into());
    }
    let told = Told::of(conn, form).await.map_err(failed)?;
    let is_own = |it: &Told| {
        access::may_read(actor, &it.form) && actor.scope.works_on(it.form.shard, it.form.place)
    };
    told.filter(is_own)
        .ok_or_else(|| ProblemKind::NotFound.into())
}

/// Where somebody writes of a form.
pub async fn desk(
    state: &AppState,
    who: &SignedIn,
    form: DocumentId,
) -> Result<ExemplarDesk, BackendError> {
    let mut conn = state.db.snapshot().await.map_err(failed)?;
    let told = own(&mut conn, who, form).await?;
    let head = told.head().ok_or(ProblemKind::NotFound)?;
    let kept = exemplars::of(&mut conn, form).await.map_err(failed)?;
    let by: Vec<_> = kept.iter().map(|kept| kept.by).collect();
    let names = users::names(&mut conn, &by).await.map_err(failed)?;
    let saved = kept
        .as_ref()
        .map(|kept| (kept.at, names.get(&kept.by).cloned()));
    let written = match kept {
        Some(kept) => Written {
            story: kept.story,
            photo: kept.photo,
            consent_by: kept.consent_by,
            consent_on: kept.consent_on.map(words::date).unwrap_or_default(),
            is_shown: kept.is_shown,
        },
        // What it gave is where a story begins.
        None => Written {
            story: words::gave(&told.form.contribution()).unwrap_or_default(),
            ..Written::default()
        },
    };
    let today = clock::today();
    Ok(ExemplarDesk {
        form,
        subject: head.subject,
        unit: told.form.shard,
        name: told.subject.name().to_owned(),
        village: named(&who.tree, told.subject.place, today),
        title: head.title,
        year: head.year,
        holds_title: holds_title(head),
        photos: told.photos(&mut conn).await.map_err(failed)?,
        written,
        saved,
    })
}

fn named(tree: &OrgTree, unit: UnitId, day: chrono::NaiveDate) -> String {
    tree.name(unit, day).unwrap_or_default().to_owned()
}

/// Keeps what somebody wrote of a form of their own, or says what has to be mended first.
pub async fn save(
    state: &AppState,
    who: &SignedIn,
    form: DocumentId,
    written: Written,
) -> Result<(), NotSaved> {
    let now = clock::now();
    let written = cut(written).trimmed();
    let mut tx = state.db.write().await.map_err(failed)?;
    let told = own(&mut tx, who, form).await?;
    let head = told.head().ok_or(ProblemKind::NotFound)?;
    let consented = words::parse_date(&written.consent_on);
    let mut problems = written.problems(consented, holds_title(head), calendar::day(now));
    if let Some(photo) = written.photo {
        let photos = told.photos(&mut tx).await.map_err(failed)?;
        if !photos.contains(&photo) {
            problems.push((ExemplarField::Photo, ExemplarProblem::Missing));
        }
    }
    if !problems.is_empty() {
        return Err(NotSaved::Unmended(UnmendedExemplar { written, problems }));
    }
    let was_shown = exemplars::of(&mut tx, form).await.map_err(failed)?;
    let was_shown = was_shown.is_some_and(|kept| kept.is_shown);
    let kept = Kept {
        form,
        story: written.story,
        photo: written.photo,
        consent_by: written.consent_by,
        consent_on: consented,
        is_shown: written.is_shown,
        by: who.user.id,
        at: now,
    };
    exemplars::put(&mut tx, &kept).await.map_err(failed)?;
    tx.commit()
        .await
        .map_err(|error| failed(DbError::from(error)))?;
    if was_shown != kept.is_shown {
        let kind = match kept.is_shown {
            true => EventKind::ExemplarShown,
            false => EventKind::ExemplarHidden,
        };
        events::record(state, who.event(kind).about(form));
    }
    Ok(())
}

/// What is far beyond any story is cut before it is looked at, and still told to be too long.
fn cut(written: Written) -> Written {
    let cut = |text: String, max: usize| text.chars().take(max).collect();
    Written {
        story: cut(written.story, 2 * STORY_MAX),
        consent_by: cut(written.consent_by, 2 * NAME_MAX),
        consent_on: cut(written.consent_on, DAY_MAX),
        ..written
    }
}

/// Forgets what was written of a form: whoever agreed has taken it back.
pub async fn forget(
    state: &AppState,
    who: &SignedIn,
    form: DocumentId,
) -> Result<(), BackendError> {
    let mut tx = state.db.write().await.map_err(failed)?;
    own(&mut tx, who, form).await?;
    exemplars::forget(&mut tx, form).await.map_err(failed)?;
    tx.commit()
        .await
        .map_err(|error| failed(DbError::from(error)))?;
    events::record(state, who.event(EventKind::ExemplarHidden).about(form));
    Ok(())
}

/// What everybody may read, the newest first.
pub async fn shown(state: &AppState, query: ExemplarsQuery) -> Result<Exemplars, BackendError> {
    let tree = state.units.tree();
    let mut conn = state.db.snapshot().await.map_err(failed)?;
    let mut told = exemplars::shown(&mut conn, query.unit, TOLD_MAX + 1)
        .await
        .map_err(failed)?;
    let is_cut = told.len() > TOLD_MAX;
    told.truncate(TOLD_MAX);
    let subjects: Vec<DocumentId> = told
        .iter()
        .filter_map(|(_, form)| Some(form.assessment()?.subject.into()))
        .collect();
    let subjects = documents::by_ids(&mut conn, &subjects)
        .await
        .map_err(failed)?;
    let row = |(kept, form): (Kept, Document)| {
        let head = form.assessment().filter(|head| holds_title(head))?;
        let subject = subjects
            .iter()
            .find(|it| it.id == head.subject.into() && it.merged_into().is_none())?;
        Some(exemplar(&tree, kept, &form, subject))
    };
    Ok(Exemplars {
        of: query.unit.map(|unit| named(&tree, unit, clock::today())),
        rows: told.into_iter().filter_map(row).flatten().collect(),
        is_cut,
    })
}

/// One that everybody may read.
pub async fn one(state: &AppState, form: DocumentId) -> Result<Exemplar, BackendError> {
    let tree = state.units.tree();
    let mut conn = state.db.read().await.map_err(failed)?;
    let (kept, told) = standing(&mut conn, form).await?;
    exemplar(&tree, kept, &told.form, &told.subject).ok_or_else(|| ProblemKind::NotFound.into())
}

/// What was written of a form, as long as everybody may read it.
async fn standing(
    conn: &mut AnyConnection,
    form: DocumentId,
) -> Result<(Kept, Told), BackendError> {
    let kept = exemplars::of(conn, form).await.map_err(failed)?;
    let kept = kept.filter(|kept| kept.is_shown);
    let told = Told::of(conn, form).await.map_err(failed)?;
    let stands =
        |it: &Told| it.head().is_some_and(holds_title) && it.subject.merged_into().is_none();
    let standing = kept.zip(told.filter(stands));
    standing.ok_or_else(|| ProblemKind::NotFound.into())
}

fn exemplar(tree: &OrgTree, kept: Kept, form: &Document, subject: &Document) -> Option<Exemplar> {
    let (head, today) = (form.assessment()?, clock::today());
    let village = match subject.place == subject.shard {
        true => String::new(),
        false => named(tree, subject.place, today),
    };
    Some(Exemplar {
        form: form.id,
        name: subject.name().to_owned(),
        village,
        commune: named(tree, subject.shard, today),
        title: head.title,
        year: head.year,
        story: kept.story,
        photo: kept.photo.filter(|hash| form.lists(*hash).is_some()),
    })
}

/// The photo of one that everybody may read.
pub async fn photo(
    state: &AppState,
    form: DocumentId,
    hash: FileHash,
) -> Result<(MediaType, GetResult), BackendError> {
    let mut conn = state.db.read().await.map_err(failed)?;
    let (kept, told) = standing(&mut conn, form).await?;
    let is_it = kept.photo == Some(hash) && told.form.lists(hash).is_some();
    let file = match is_it {
        true => files::find(&mut conn, hash, form).await.map_err(failed)?,
        false => None,
    };
    let file = file.filter(|file| file.media_type.is_image());
    let file = file.ok_or(ProblemKind::NotFound)?;
    drop(conn);
    let bytes = evidence::open(&state.files.store, &file).await;
    let bytes = bytes.map_err(|error| {
        tracing::error!(%error, %hash, "a photo could not be opened");
        BackendError::from(ProblemKind::Unavailable)
    })?;
    Ok((file.media_type, bytes))
}
