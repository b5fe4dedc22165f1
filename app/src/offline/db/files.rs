//! The files of evidence: the bytes, and how far each is on its way. Apart from the documents, so that reading those
//! never reads a photo.

use indexed_db_futures::prelude::*;
use js_sys::Uint8Array;
use shared::evidence::FileHash;
use wasm_bindgen::{JsCast, JsValue};

use super::{Db, DbError, Row, read_all};
use crate::offline::{js, uploads::Upload};

/// The bytes, by hash.
const FILES: &str = "files";
/// What is known of each file, by hash.
const UPLOADS: &str = "uploads";

pub(super) const STORES: [&str; 2] = [FILES, UPLOADS];

/// The key of the row that only tries whether there is room.
const PROBE: &str = "probe";
/// The most random bytes a browser gives at once.
const RANDOM_MAX: u32 = 65_536;

impl Db {
    /// Keeps a file with what is known of it, or neither. Returns when the storage has both.
    pub async fn keep_file(&self, upload: &Upload, bytes: &Uint8Array) -> Result<(), DbError> {
        let key = upload.hash.to_string();
        let rows = [
            Row::put(UPLOADS, key.clone(), upload)?,
            Row::Put {
                store: FILES,
                key,
                value: bytes.into(),
            },
        ];
        self.alter(&STORES, &rows).await
    }

    /// A file's bytes, while this phone has them.
    pub async fn file(&self, hash: FileHash) -> Result<Option<Uint8Array>, DbError> {
        let database = self.connect().await?;
        let transaction = database.transaction(FILES).build()?;
        let store = transaction.object_store(FILES)?;
        let found: Option<JsValue> = store.get(hash.to_string()).primitive()?.await?;
        Ok(found.and_then(|it| it.dyn_into().ok()))
    }

    /// What is known of every file on this phone.
    pub async fn uploads(&self) -> Result<Vec<Upload>, DbError> {
        let database = self.connect().await?;
        let transaction = database.transaction(UPLOADS).build()?;
        let store = transaction.object_store(UPLOADS)?;
        let rows = store.get_all::<JsValue>().primitive()?.await?;
        // One that cannot be read stays with its file, for a version that can.
        Ok(read_all(rows.flatten(), UPLOADS, &mut 0))
    }

    pub async fn put_upload(&self, upload: &Upload) -> Result<(), DbError> {
        let row = Row::put(UPLOADS, upload.hash.to_string(), upload)?;
        self.alter(&STORES, &[row]).await
    }

    pub async fn drop_file(&self, hash: FileHash) -> Result<(), DbError> {
        let rows = STORES.map(|store| Row::drop(store, hash.to_string()));
        self.alter(&STORES, &rows).await
    }

    /// Tries whether so many bytes can be written, by writing them.
    pub async fn probe(&self, bytes: u32) -> Result<(), DbError> {
        let noise = Uint8Array::new_with_length(bytes);
        // Nothing but zeros would be packed into no room at all.
        if let Some(crypto) = js::get(&js::window(), "crypto") {
            let mut from = 0;
            while from < bytes {
                let to = bytes.min(from + RANDOM_MAX);
                // Without it the probe is weaker, and still a probe.
                let _ = js::call(
                    &crypto,
                    "getRandomValues",
                    &[noise.subarray(from, to).into()],
                );
                from = to;
            }
        }
        let row = Row::Put {
            store: FILES,
            key: PROBE.to_owned(),
            value: noise.into(),
        };
        let written = self.alter(&STORES, &[row]).await;
        let cleaned = self
            .alter(&STORES, &[Row::drop(FILES, PROBE.to_owned())])
            .await;
        written.and(cleaned)
    }
}
