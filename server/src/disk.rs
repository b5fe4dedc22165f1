//! How much room the disk has left.
//!
//! A full disk stops everything that writes, text too. So files are refused earlier: below the floor only text is taken,
//! which is small, and which is what must never wait.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::clock;

/// The disks that files and the database are on. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    folders: Vec<PathBuf>,
    /// Bytes that must be left.
    floor: u64,
    /// The minute in which a lack was last told.
    told: Arc<AtomicU64>,
}

impl Disk {
    pub fn new(folders: Vec<PathBuf>, floor: u64) -> Self {
        Self {
            folders,
            floor,
            told: Arc::default(),
        }
    }

    /// Whether so many bytes leave the floor free. A system that does not tell how much is left is not waited for.
    pub fn has_room(&self, bytes: u64) -> bool {
        let left = self.folders.iter().filter_map(|folder| left(folder)).min();
        let has_room = left.is_none_or(|left| left >= self.floor.saturating_add(bytes));
        if !has_room && self.is_news() {
            tracing::error!(
                left_mb = left.unwrap_or_default() >> 20,
                floor_mb = self.floor >> 20,
                "the disk is nearly full: files are not taken, changes still are"
            );
        }
        has_room
    }

    /// At most once a minute.
    fn is_news(&self) -> bool {
        let minute = u64::try_from(clock::now().timestamp() / 60).unwrap_or_default();
        self.told.swap(minute, Ordering::Relaxed) != minute
    }
}

/// Bytes that this process may still write where a folder is, or will be.
fn left(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        // A folder that is made later lies where its parent does.
        let here = folder.ancestors().find(|folder| folder.exists());
        let here = here.unwrap_or(Path::new("."));
        let disk = rustix::fs::statvfs(here).ok()?;
        disk.f_bavail.checked_mul(disk.f_frsize)
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_stays_free() {
        let folder = std::env::temp_dir().join("no/such/folder");
        for (floor, bytes, has_room) in [(0, 1, true), (0, u64::MAX, false), (u64::MAX, 0, false)] {
            let disk = Disk::new(vec![folder.clone()], floor);
            assert_eq!(disk.has_room(bytes), has_room, "{floor} {bytes}");
        }
        assert!(Disk::default().has_room(u64::MAX));
    }
}
