//! Where the bytes of evidence are: unfinished uploads in a folder of this machine, whole files in a store.

pub mod staging;
pub mod store;

use std::path::Path;
use std::sync::Arc;

use tokio::sync::Semaphore;

use staging::Staging;
use store::{Store, StoreError};

/// Files that are checked at one moment: each is in memory whole while it is.
const CHECKED_AT_ONCE: usize = 2;

/// The files of a running server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Files {
    pub staging: Staging,
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
            staging: Staging::in_folder(&beside.join("staging")),
            store,
            checking: Arc::new(Semaphore::new(CHECKED_AT_ONCE)),
        })
    }
}
