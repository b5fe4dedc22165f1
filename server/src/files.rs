//! Where the bytes of evidence are: unfinished uploads in a folder of this machine, whole files in a store.

pub mod lists;
pub mod staging;
pub mod store;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Semaphore;

use lists::Lists;
use staging::{Staging, Unfinished};
use store::{Store, StoreError};

/// Files that are checked at one moment: each is in memory whole while it is.
pub const CHECKED_AT_ONCE: u32 = 2;

/// Of a phone's photos.
const PIECES: Unfinished = Unfinished {
    uploads: 40,
    bytes: 120 << 20,
};
/// Of letters, whoever they are from.
const LETTERS: Unfinished = Unfinished {
    uploads: 4,
    bytes: 128 << 20,
};

/// The files of a running server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Files {
    /// Where what is unfinished lies, and the store, if it is a folder.
    pub folder: PathBuf,
    pub staging: Staging,
    /// Sealed letters that are being brought; none stays once it was opened.
    pub letters: Staging,
    /// Household lists that somebody looks at before they are written.
    pub lists: Lists,
    pub store: Store,
    pub checking: Arc<Semaphore>,
}

impl Files {
    /// Opens the place where files are kept: a folder, which is made if there is none, or `s3://BUCKET/PREFIX`.
    pub fn open(at: &str) -> Result<Self, StoreError> {
        let store = Store::open(at)?;
        // An upload that goes on after a restart finds its part on this machine, wherever whole files go.
        let beside = store.folder().unwrap_or(Path::new("files"));
        Ok(Self {
            folder: beside.to_owned(),
            staging: Staging::in_folder(beside.join("staging"), PIECES),
            letters: Staging::in_folder(beside.join("letters"), LETTERS),
            lists: Lists::in_folder(beside.join("lists")),
            store,
            checking: Arc::new(Semaphore::new(CHECKED_AT_ONCE as usize)),
        })
    }
}
