//! Unfinished uploads: one file per person and hash, which holds the bytes that have come so far. Its length is how far
//! the upload has come, so nothing else has to be kept right.
//!
//! One request at a time works on a part. The next one waits for its turn; a request whose line has gone quiet, as a
//! dead one has, then gives way. Every length that is told to anybody is on disk before.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::{Stream, StreamExt};
use shared::evidence::FileHash;
use shared::ids::UserId;
use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt;
use tokio::sync::{Mutex as Lock, OwnedMutexGuard};
use tokio::time::timeout;

/// A part on which nothing has come for so long is forgotten.
pub const KEPT: TimeDelta = TimeDelta::days(14);
/// What one person may have half sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfinished {
    pub uploads: usize,
    /// With all of the one that is begun.
    pub bytes: u64,
}

/// Who has reached a limit loses what has not moved for so long: its phone is lost, or has begun again.
const ABANDONED: TimeDelta = TimeDelta::days(1);
/// How long a request waits for its turn.
const TURN_PATIENCE: Duration = Duration::from_secs(10);
/// A line that has said nothing for so long gives way to a request that waits.
const QUIET: Duration = Duration::from_millis(500);
/// A line that has said nothing for so long is dead.
const DEAD: Duration = Duration::from_secs(30);

/// How slowly a body may come. A line that carries less is no line: it holds a place and a part for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Bytes that have come at least ...
    pub bytes: u64,
    /// ... whenever so much time has passed.
    pub within: Duration,
}

/// 1 kB/s, a fifth of what the weakest mobile network carries.
const PACE: Pace = Pace {
    bytes: 60_000,
    within: Duration::from_secs(60),
};

/// The folder of unfinished uploads. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Staging {
    folder: PathBuf,
    unfinished: Unfinished,
    pub pace: Pace,
    slots: Arc<Mutex<Slots>>,
}

/// The parts that somebody works on or waits for.
type Slots = HashMap<(UserId, FileHash), Arc<Slot>>;

/// What requests for one part share.
#[derive(Debug, Default)]
struct Slot {
    turn: Arc<Lock<()>>,
    /// Requests that wait for their turn.
    waiting: AtomicUsize,
}

/// What is known of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its length, which is on disk.
    pub length: u64,
    /// When it last moved.
    pub moved: DateTime<Utc>,
}

impl Staging {
    pub fn in_folder(folder: PathBuf, unfinished: Unfinished) -> Self {
        Self {
            folder,
            unfinished,
            pace: PACE,
            slots: Arc::default(),
        }
    }

    /// Waits until nobody else works on a part. `None`: somebody still does.
    pub async fn turn(&self, user: UserId, hash: FileHash) -> Option<Turn> {
        let slot = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            slots.retain(|_, slot| Arc::strong_count(slot) > 1);
            slots.entry((user, hash)).or_default().clone()
        };
        let waiting = Waiting::new(&slot);
        let held = timeout(TURN_PATIENCE, slot.turn.clone().lock_owned()).await;
        drop(waiting);
        Some(Turn {
            path: self.of_user(user).join(hash.to_string()),
            _held: held.ok()?,
            pace: self.pace,
            slot,
        })
    }

    /// Whether one person may begin one more upload of so many bytes.
    pub async fn has_room(&self, user: UserId, bytes: u64, now: DateTime<Utc>) -> io::Result<bool> {
        for last_try in [false, true] {
            let parts = parts(&self.of_user(user)).await?;
            let lying: u64 = parts.iter().map(|(_, part)| part.length).sum();
            let Unfinished {
                uploads,
                bytes: room,
            } = self.unfinished;
            if parts.len() < uploads && lying + bytes <= room {
                return Ok(true);
            }
            if !last_try {
                forget(&parts, now - ABANDONED).await?;
            }
        }
        Ok(false)
    }

    /// Forgets what has not moved for [`KEPT`]; returns how many.
    pub async fn sweep(&self, now: DateTime<Utc>) -> io::Result<usize> {
        let mut forgotten = 0;
        let Some(mut users) = missing_as_none(fs::read_dir(&self.folder).await)? else {
            return Ok(0);
        };
        while let Some(user) = users.next_entry().await? {
            let parts = parts(&user.path()).await?;
            forgotten += forget(&parts, now - KEPT).await?;
        }
        Ok(forgotten)
    }

    fn of_user(&self, user: UserId) -> PathBuf {
        self.folder.join(user.to_string())
    }
}

/// Counts as long as a request waits, also when it is given up.
struct Waiting<'a>(&'a Slot);

impl<'a> Waiting<'a> {
    fn new(slot: &'a Slot) -> Self {
        slot.waiting.fetch_add(1, Ordering::Relaxed);
        Self(slot)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// One request's turn at a part, which may not exist yet.
#[derive(Debug)]
pub struct Turn {
    path: PathBuf,
    _held: OwnedMutexGuard<()>,
    pace: Pace,
    slot: Arc<Slot>,
}

/// How a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// As its sender meant it.
    Whole,
    /// The line died, went quiet or was too slow; what came is kept.
    Cut,
    /// More came than there was room for; nothing of it is kept.
    TooLong,
}

impl Turn {
    /// The part, if there is one.
    pub async fn part(&self) -> io::Result<Option<Part>> {
        let file = missing_as_none(File::open(&self.path).await)?;
        let Some(file) = file else { return Ok(None) };
        // What a request that is gone has written may not be on disk yet.
        file.sync_data().await?;
        Ok(Some(part(&file.metadata().await?)))
    }

    /// Where the part lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins with nothing.
    pub async fn begin(&self) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).await?;
        File::create(&self.path).await?.sync_all().await?;
        sync_folder(folder).await
    }

    /// Adds what comes, as far as there is room. Whatever happens, what is kept is on disk when this returns.
    pub async fn append<E>(
        &self,
        body: impl Stream<Item = Result<Bytes, E>>,
        room: u64,
    ) -> io::Result<Ended> {
        let file = OpenOptions::new().append(true).open(&self.path).await?;
        // Another process, which for a moment there is when a server is replaced by its next version.
        let file = file.into_std().await;
        file.try_lock()?;
        let mut file = File::from_std(file);
        let before = file.metadata().await?.len();
        let ended = self.copy(body, &mut file, room).await;
        // Writing to a file of Tokio returns before the bytes are written.
        file.flush().await?;
        if matches!(ended, Ok(Ended::TooLong)) {
            file.set_len(before).await?;
        }
        file.sync_all().await?;
        ended
    }

    async fn copy<E>(
        &self,
        body: impl Stream<Item = Result<Bytes, E>>,
        file: &mut File,
        mut room: u64,
    ) -> io::Result<Ended> {
        let mut body = pin!(body);
        let mut silence = Duration::ZERO;
        let (mut since, mut came) = (Instant::now(), 0);
        loop {
            if since.elapsed() >= self.pace.within {
                if came < self.pace.bytes {
                    return Ok(Ended::Cut);
                }
                (since, came) = (Instant::now(), 0);
            }
            let bytes = match timeout(QUIET, body.next()).await {
                Ok(Some(Ok(bytes))) => bytes,
                Ok(Some(Err(_))) => return Ok(Ended::Cut),
                Ok(None) => return Ok(Ended::Whole),
                Err(_) => {
                    silence += QUIET;
                    if silence >= DEAD || self.slot.waiting.load(Ordering::Relaxed) > 0 {
                        return Ok(Ended::Cut);
                    }
                    continue;
                }
            };
            silence = Duration::ZERO;
            let Some(left) = room.checked_sub(bytes.len() as u64) else {
                return Ok(Ended::TooLong);
            };
            room = left;
            came += bytes.len() as u64;
            file.write_all(&bytes).await?;
        }
    }

    /// The whole part.
    pub async fn read(&self) -> io::Result<Vec<u8>> {
        fs::read(&self.path).await
    }

    /// Forgets the part.
    pub async fn forget(&self) -> io::Result<()> {
        missing_as_none(fs::remove_file(&self.path).await).map(drop)
    }
}

fn part(metadata: &std::fs::Metadata) -> Part {
    Part {
        length: metadata.len(),
        moved: metadata
            .modified()
            .map_or(DateTime::UNIX_EPOCH, DateTime::from),
    }
}

/// The parts in a person's folder.
async fn parts(folder: &Path) -> io::Result<Vec<(PathBuf, Part)>> {
    let mut parts = Vec::new();
    let Some(mut entries) = missing_as_none(fs::read_dir(folder).await)? else {
        return Ok(parts);
    };
    while let Some(entry) = entries.next_entry().await? {
        // One may be finished while they are looked at.
        if let Some(metadata) = missing_as_none(entry.metadata().await)? {
            parts.push((entry.path(), part(&metadata)));
        }
    }
    Ok(parts)
}

/// Forgets the parts that have not moved since; returns how many.
async fn forget(parts: &[(PathBuf, Part)], since: DateTime<Utc>) -> io::Result<usize> {
    let mut forgotten = 0;
    for (path, _) in parts.iter().filter(|(_, part)| part.moved < since) {
        missing_as_none(fs::remove_file(path).await)?;
        forgotten += 1;
    }
    Ok(forgotten)
}

/// Makes the names in a folder durable. Not every system can open one.
async fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder).await?.sync_all().await?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

pub(super) fn missing_as_none<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
