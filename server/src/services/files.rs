//! Files of evidence: taken in part by part, kept when they are whole and what the form says, given to those who may
//! see the form.

use std::collections::BTreeMap;

use axum::body::{Body, Bytes};
use chrono::{DateTime, Utc};
use object_store::GetResult;
use sha2::{Digest, Sha256};
use shared::access::{self, Actor, Denied};
use shared::document::Document;
use shared::evidence::content::{self, ContentProblem};
use shared::evidence::{Evidence, FileHash};
use shared::ids::DocumentId;

use crate::clock;
use crate::db::files::File;
use crate::db::{self, AnyConnection, Db, DbError, documents, files};
use crate::files::staging::{Ended, KEPT, Turn};
use crate::files::store::Store;
use crate::services::quotas::Of;
use crate::state::AppState;

/// Files looked up at a time.
const PAGE: usize = 1_000;

/// Which file, for which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub hash: FileHash,
    pub doc: DocumentId,
}

/// How far an upload has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub offset: u64,
    pub length: u64,
    /// When the part will be forgotten; nothing for a file that has arrived.
    pub expires: Option<DateTime<Utc>>,
}

/// Why a file was not taken or not given.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is no such form for this person.
    #[error("không có phiếu này")]
    Unknown,
    #[error("phiếu chưa ghi tệp này; hãy gửi phiếu trước rồi gửi tệp")]
    NotListed,
    #[error("tài khoản này không gửi minh chứng")]
    Denied(Denied),
    #[error("phiếu ghi tệp dài {listed} byte, không phải {said}")]
    OtherLength { listed: u64, said: u64 },
    #[error("đang có quá nhiều tệp gửi dở")]
    NoRoom,
    #[error("hôm nay tài khoản này đã gửi quá nhiều tệp; ngày mai gửi tiếp")]
    Quota,
    /// The disk of the server is nearly full.
    #[error("phiếu vẫn gửi được; ảnh, tài liệu vẫn còn trên máy và sẽ tự gửi khi máy chủ có chỗ")]
    NoSpace,
    /// Nothing was begun, or it was forgotten.
    #[error("chưa bắt đầu gửi tệp này, hoặc đã để quá lâu; hãy bắt đầu lại")]
    NotBegun,
    /// It has not arrived yet.
    #[error("tệp chưa về đến xã")]
    NotArrived,
    #[error("đã nhận {offset} byte; hãy gửi tiếp từ đó")]
    OutOfStep { offset: u64 },
    #[error("gửi nhiều hơn độ dài đã báo")]
    TooLong,
    #[error("mã SHA-256 của tệp không khớp")]
    Damaged,
    #[error(transparent)]
    Content(#[from] ContentProblem),
    /// Another request is sending the same file.
    #[error("tệp này đang được gửi ở nơi khác")]
    Busy,
    #[error("thư mục tạm: {0}")]
    Staging(#[from] std::io::Error),
    #[error("kho tệp: {0}")]
    Store(#[from] object_store::Error),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("việc nhận tệp bị ngắt")]
    Interrupted,
}

type Result<T> = std::result::Result<T, FileError>;

/// What the form says of a file, if this person may read the form.
async fn listed(db: &Db, actor: &Actor, wanted: Wanted) -> Result<(Document, Evidence)> {
    let mut conn = db.read().await?;
    let document = documents::by_id(&mut conn, wanted.doc).await?;
    let document = document
        .filter(|it| it.assessment().is_some() && access::may_read(actor, it))
        .ok_or(FileError::Unknown)?;
    let evidence = document.lists(wanted.hash).ok_or(FileError::NotListed)?;
    Ok((document, evidence))
}

/// What the form says of a file, if this person may bring it. Text first: nobody sends a file that no form lists.
async fn expected(db: &Db, actor: &Actor, wanted: Wanted) -> Result<Evidence> {
    let (document, evidence) = listed(db, actor, wanted).await?;
    access::may_bring_file(actor, &document).map_err(FileError::Denied)?;
    Ok(evidence)
}

/// Begins an upload, or finds the one that was begun, or that the file has arrived. Asked twice, it is the same upload.
pub async fn begin(
    state: &AppState,
    actor: &Actor,
    wanted: Wanted,
    length: u64,
) -> Result<Progress> {
    let turn = turn(state, actor, wanted).await?;
    let evidence = expected(&state.db, actor, wanted).await?;
    if length != evidence.bytes {
        return Err(FileError::OtherLength {
            listed: evidence.bytes,
            said: length,
        });
    }
    if let Some(progress) = arrived_already(state, actor, wanted, &evidence).await? {
        turn.forget().await?;
        return Ok(progress);
    }
    match turn.part().await? {
        // The form says something shorter now, or another form does: the part is of no use.
        Some(part) if part.length > length => turn.forget().await?,
        Some(_) => return standing(state, actor, wanted, &evidence, &turn).await,
        None => {}
    }
    if !state.quotas.has(actor.user, Of::Files, length) {
        return Err(FileError::Quota);
    }
    if !state.disk.has_room(length) {
        return Err(FileError::NoSpace);
    }
    let staging = &state.files.staging;
    if !staging.has_room(actor.user, length, clock::now()).await? {
        return Err(FileError::NoRoom);
    }
    turn.begin().await?;
    standing(state, actor, wanted, &evidence, &turn).await
}

/// How far an upload has come.
pub async fn progress(state: &AppState, actor: &Actor, wanted: Wanted) -> Result<Progress> {
    let turn = turn(state, actor, wanted).await?;
    let evidence = expected(&state.db, actor, wanted).await?;
    match arrived(&state.db, wanted).await? {
        Some(progress) => Ok(progress),
        None => standing(state, actor, wanted, &evidence, &turn).await,
    }
}

/// Goes on with an upload. A line that dies leaves what came; the answer says how far that is. The work goes on when
/// the caller has gone: what was read from the line is written, and the last part makes the file whole.
pub async fn append(
    state: AppState,
    actor: Actor,
    wanted: Wanted,
    offset: u64,
    body: Body,
) -> Result<Progress> {
    let work = async move { append_now(&state, &actor, wanted, offset, body).await };
    let done = tokio::spawn(work).await;
    done.unwrap_or(Err(FileError::Interrupted))
}

async fn append_now(
    state: &AppState,
    actor: &Actor,
    wanted: Wanted,
    offset: u64,
    body: Body,
) -> Result<Progress> {
    let turn = turn(state, actor, wanted).await?;
    let evidence = expected(&state.db, actor, wanted).await?;
    if let Some(progress) = arrived(&state.db, wanted).await? {
        // Somebody else has brought it in the meantime.
        turn.forget().await?;
        return match progress.offset {
            whole if whole == offset => Ok(progress),
            whole => Err(FileError::OutOfStep { offset: whole }),
        };
    }
    let part = turn.part().await?.ok_or(FileError::NotBegun)?;
    let room = evidence.bytes.checked_sub(part.length);
    let room = room.filter(|_| part.length == offset);
    let room = room.ok_or(FileError::OutOfStep {
        offset: part.length,
    })?;
    // It is written twice: as it comes, and when it is whole.
    if !state.disk.has_room(room + evidence.bytes) {
        return Err(FileError::NoSpace);
    }
    if turn.append(body.into_data_stream(), room).await? == Ended::TooLong {
        return Err(FileError::TooLong);
    }
    standing(state, actor, wanted, &evidence, &turn).await
}

/// Taken before anything else is looked at, so that requests are served in the order in which they came: who asks how
/// far a part has come hears of what an earlier request still had in its hands.
async fn turn(state: &AppState, actor: &Actor, wanted: Wanted) -> Result<Turn> {
    let turn = state.files.staging.turn(actor.user, wanted.hash).await;
    turn.ok_or(FileError::Busy)
}

/// The file as it has arrived for the form.
async fn arrived(db: &Db, wanted: Wanted) -> Result<Option<Progress>> {
    let mut conn = db.read().await?;
    let file = files::find(&mut conn, wanted.hash, wanted.doc).await?;
    Ok(file.map(|file| whole(&file)))
}

/// The same, and what this person has brought for another form need not be sent again. What somebody else has brought
/// must be: to name a hash is no proof of having the file.
async fn arrived_already(
    state: &AppState,
    actor: &Actor,
    wanted: Wanted,
    evidence: &Evidence,
) -> Result<Option<Progress>> {
    if let Some(progress) = arrived(&state.db, wanted).await? {
        return Ok(Some(progress));
    }
    // Not while files that no form lists are forgotten, this one perhaps.
    let permit = state.files.checking.acquire().await;
    let _permit = permit.map_err(|_| FileError::Interrupted)?;
    let mut conn = state.db.read().await?;
    let brought = files::brought_by(&mut conn, wanted.hash, actor.user).await?;
    drop(conn);
    let same = |it: &File| it.bytes == evidence.bytes && it.media_type == evidence.media_type;
    let Some(file) = brought.filter(same) else {
        return Ok(None);
    };
    record(state, actor, wanted, &file).await?;
    Ok(Some(whole(&file)))
}

fn whole(file: &File) -> Progress {
    Progress {
        offset: file.bytes,
        length: file.bytes,
        expires: None,
    }
}

/// How far the part has come. A part that is complete becomes the file first, also when the server was stopped between
/// its last byte and this; so nobody is ever told of the last byte of a file that is not kept.
async fn standing(
    state: &AppState,
    actor: &Actor,
    wanted: Wanted,
    evidence: &Evidence,
    turn: &Turn,
) -> Result<Progress> {
    let part = turn.part().await?.ok_or(FileError::NotBegun)?;
    if part.length >= evidence.bytes {
        return finish(state, actor, wanted, evidence, turn).await;
    }
    Ok(Progress {
        offset: part.length,
        length: evidence.bytes,
        expires: Some(part.moved + KEPT),
    })
}

/// Checks the whole file and keeps it. One that is not what it should be is forgotten and may be sent again.
async fn finish(
    state: &AppState,
    actor: &Actor,
    wanted: Wanted,
    evidence: &Evidence,
    turn: &Turn,
) -> Result<Progress> {
    let Ok(_permit) = state.files.checking.acquire().await else {
        return Err(FileError::Interrupted);
    };
    let bytes = Bytes::from(turn.read().await?);
    let (read, said) = (bytes.clone(), evidence.clone());
    let checked = tokio::task::spawn_blocking(move || check(&read, wanted.hash, &said)).await;
    if let Err(problem) = checked.unwrap_or(Err(FileError::Interrupted)) {
        if !matches!(problem, FileError::Interrupted) {
            turn.forget().await?;
        }
        return Err(problem);
    }
    let file = File {
        hash: wanted.hash,
        media_type: evidence.media_type,
        bytes: bytes.len() as u64,
    };
    state.files.store.put(wanted.hash, bytes).await?;
    record(state, actor, wanted, &file).await?;
    state.quotas.add(actor.user, Of::Files, file.bytes);
    turn.forget().await?;
    Ok(whole(&file))
}

fn check(bytes: &[u8], hash: FileHash, evidence: &Evidence) -> Result<()> {
    if FileHash::from_digest(Sha256::digest(bytes).into()) != hash {
        return Err(FileError::Damaged);
    }
    Ok(content::check(bytes, evidence)?)
}

async fn record(state: &AppState, actor: &Actor, wanted: Wanted, file: &File) -> Result<()> {
    let mut tx = state.db.write().await?;
    files::insert(&mut tx, file, wanted.doc, actor.user, clock::now()).await?;
    tx.commit().await.map_err(DbError::from)?;
    Ok(())
}

/// A file to look at.
#[derive(Debug)]
pub struct Found {
    pub file: File,
    pub evidence: Evidence,
}

/// The file, if it has arrived and this person may see the form that lists it.
pub async fn find(db: &Db, actor: &Actor, wanted: Wanted) -> Result<Found> {
    let (_, evidence) = listed(db, actor, wanted).await?;
    let mut conn = db.read().await?;
    let file = files::find(&mut conn, wanted.hash, wanted.doc).await?;
    let file = file.ok_or(FileError::NotArrived)?;
    Ok(Found { file, evidence })
}

/// The bytes of a file that was found.
pub async fn open(store: &Store, file: &File) -> Result<GetResult> {
    Ok(store.get(file.hash).await?)
}

/// The files that some forms list and the server has, for every form that lists them.
pub async fn arrived_of(
    conn: &mut AnyConnection,
    assessments: &[Document],
) -> db::Result<Vec<FileHash>> {
    let ids: Vec<DocumentId> = assessments.iter().map(|it| it.id).collect();
    let here = files::of_documents(conn, &ids).await?;
    let mut arrived: BTreeMap<FileHash, bool> = BTreeMap::new();
    for form in assessments {
        for (hash, _) in form.evidence() {
            let is_here = here.contains(&(form.id, hash));
            *arrived.entry(hash).or_insert(true) &= is_here;
        }
    }
    let arrived = arrived.into_iter().filter(|(_, is_here)| *is_here);
    Ok(arrived.map(|(hash, _)| hash).collect())
}

/// A file that should be in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    pub hash: FileHash,
    pub bytes: u64,
    /// The length of what lies in its place, if anything does.
    pub found: Option<u64>,
}

/// What a look into the store has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub files: usize,
    pub missing: Vec<Missing>,
}

/// Looks for every file that has arrived. A file that arrives meanwhile may be counted or not.
pub async fn check_all(db: &Db, store: &Store) -> Result<Checked> {
    let mut checked = Checked::default();
    let mut last = None;
    loop {
        let mut conn = db.read().await?;
        let page = files::after(&mut conn, last, PAGE).await?;
        drop(conn);
        let Some(end) = page.last() else {
            return Ok(checked);
        };
        last = Some(end.hash);
        for file in page {
            checked.files += 1;
            let found = store.size(file.hash).await?;
            if found != Some(file.bytes) {
                checked.missing.push(Missing {
                    hash: file.hash,
                    bytes: file.bytes,
                    found,
                });
            }
        }
    }
}
