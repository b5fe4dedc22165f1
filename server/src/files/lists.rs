//! Lists between the moment somebody gives one and the moment it is written: a page shows what would become of
//! it, asks, and shows it again, and the file must be the same all the while.
//!
//! Each person has one at a time, in a folder of their own, for some hours. Its name is drawn at random and is only looked
//! for among its owner's, so nobody reaches another's.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use rand::TryRngCore;
use rand::rngs::OsRng;
use serde::{Deserialize, Serialize};
use shared::calendar::Year;
use shared::ids::{UnitId, UserId};
use shared::kind::SubjectKind;
use tokio::fs;
use tokio::sync::Semaphore;

use super::staging::missing_as_none;
use crate::import::plan::{Answer, Topic};

/// A list that nobody has gone on with for so long is forgotten.
pub const KEPT: TimeDelta = TimeDelta::hours(12);
/// Files that are read at one moment: each may take a second of work, and a hostile one much memory.
const READ_AT_ONCE: usize = 2;

/// The folder of lists. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Lists {
    folder: PathBuf,
    pub reading: Arc<Semaphore>,
}

/// A list that somebody gave, and what they have said of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Given {
    /// Whom the list is of.
    #[serde(default = "crate::import::kinds::unsaid")]
    pub kind: SubjectKind,
    /// Registers for the title whoever is taken.
    #[serde(default)]
    pub registers: bool,
    pub file_name: String,
    pub commune: UnitId,
    /// `None`: the year of its heading.
    pub year: Option<Year>,
    pub despite_heading: bool,
    pub despite_columns: bool,
    pub answers: Vec<(Topic, Answer)>,
}

/// The name of a list: 128 random bits in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListName(String);

impl ListName {
    /// `None`: no list ever had such a name.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |c: char| matches!(c, '0'..='9' | 'a'..='f');
        (text.len() == 32 && text.chars().all(is_digit)).then(|| Self(text.to_owned()))
    }

    fn draw() -> io::Result<Self> {
        let mut bytes = [0; 16];
        OsRng.try_fill_bytes(&mut bytes).map_err(io::Error::other)?;
        Ok(Self(
            bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        ))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Lists {
    pub fn in_folder(folder: PathBuf) -> Self {
        Self {
            folder,
            reading: Arc::new(Semaphore::new(READ_AT_ONCE)),
        }
    }

    /// Keeps a list in the place of the one that the person gave before.
    pub async fn keep(&self, user: UserId, given: &Given, bytes: &[u8]) -> io::Result<ListName> {
        let name = ListName::draw()?;
        self.forget(user).await?;
        fs::create_dir_all(self.of_user(user)).await?;
        fs::write(self.path(user, &name, SHEET), bytes).await?;
        self.put(user, &name, given).await?;
        Ok(name)
    }

    /// A list of this person.
    pub async fn given(
        &self,
        user: UserId,
        name: &ListName,
        now: DateTime<Utc>,
    ) -> io::Result<Option<Given>> {
        let path = self.path(user, name, GIVEN);
        let Some(metadata) = missing_as_none(fs::metadata(&path).await)? else {
            return Ok(None);
        };
        if is_old(&metadata, now) {
            self.forget(user).await?;
            return Ok(None);
        }
        let text = missing_as_none(fs::read(&path).await)?;
        let given = text.map(|text| serde_json::from_slice(&text));
        given.transpose().map_err(io::Error::other)
    }

    /// Its bytes.
    pub async fn bytes(&self, user: UserId, name: &ListName) -> io::Result<Option<Vec<u8>>> {
        missing_as_none(fs::read(self.path(user, name, SHEET)).await)
    }

    /// Keeps what was said of a list: all of it, or as it was before.
    pub async fn put(&self, user: UserId, name: &ListName, given: &Given) -> io::Result<()> {
        let text = serde_json::to_vec(given).map_err(io::Error::other)?;
        let (new, path) = (self.path(user, name, "new"), self.path(user, name, GIVEN));
        fs::write(&new, text).await?;
        fs::rename(&new, &path).await
    }

    /// Forgets what a person has given.
    pub async fn forget(&self, user: UserId) -> io::Result<()> {
        missing_as_none(fs::remove_dir_all(self.of_user(user)).await).map(drop)
    }

    /// Forgets what nobody has gone on with for [`KEPT`]; returns how many people's.
    pub async fn sweep(&self, now: DateTime<Utc>) -> io::Result<usize> {
        let mut forgotten = 0;
        let Some(mut people) = missing_as_none(fs::read_dir(&self.folder).await)? else {
            return Ok(0);
        };
        while let Some(person) = people.next_entry().await? {
            if is_all_old(&person.path(), now).await? {
                missing_as_none(fs::remove_dir_all(person.path()).await)?;
                forgotten += 1;
            }
        }
        Ok(forgotten)
    }

    fn of_user(&self, user: UserId) -> PathBuf {
        self.folder.join(user.to_string())
    }

    fn path(&self, user: UserId, ListName(name): &ListName, what: &str) -> PathBuf {
        self.of_user(user).join(format!("{name}.{what}"))
    }
}

/// The file as it came.
const SHEET: &str = "sheet";
/// What was said of it.
const GIVEN: &str = "json";

async fn is_all_old(folder: &Path, now: DateTime<Utc>) -> io::Result<bool> {
    let Some(mut files) = missing_as_none(fs::read_dir(folder).await)? else {
        return Ok(false);
    };
    while let Some(file) = files.next_entry().await? {
        let metadata = missing_as_none(file.metadata().await)?;
        if metadata.is_some_and(|metadata| !is_old(&metadata, now)) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_old(metadata: &std::fs::Metadata, now: DateTime<Utc>) -> bool {
    let moved = metadata.modified();
    moved.map_or(DateTime::UNIX_EPOCH, DateTime::<Utc>::from) < now - KEPT
}
