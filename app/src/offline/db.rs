//! The database of one user on this device.
//!
//! One IndexedDB per user, so that a shared phone never shows one person another's work. Rows are JSON texts: a row that
//! this version cannot read stays as it is. All writes of one alteration go in one transaction with `strict` durability,
//! which completes only when the bytes are on the storage medium. Rows are made before the transaction begins and no
//! write is awaited alone, because a browser commits a transaction as soon as nothing is asked of it.
//!
//! A browser may close the connection whenever it likes (iOS does, in the background). A closed one is dropped, opened
//! again, and the write repeated once.

mod files;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use indexed_db_futures::database::Database;
use indexed_db_futures::error::{DomException, Error, OpenDbError, UnexpectedDataError};
use indexed_db_futures::object_store::ObjectStore;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions,
};
use leptos::logging::warn;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::ids::{ChangeId, UserId};
use shared::sync::{Pending, Stored, Write};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// The schema's version. A newer one adds a step to [`upgrade`].
const VERSION: u32 = 2;

/// Documents as the server confirmed them, by id.
const DOCUMENTS: &str = "documents";
/// What waits to be received or was refused, by the change's id.
const PENDING: &str = "pending";
/// What was received, kept for a restored server, by the change's id.
const SENT: &str = "sent";
/// Where the feed was left: one row.
const META: &str = "meta";
/// Facts of this browser that belong with the data.
const DEVICE: &str = "device";

const STORES: [&str; 5] = [DOCUMENTS, PENDING, SENT, META, DEVICE];
const META_KEY: &str = "feed";

/// Why the database did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DbError {
    /// The device's storage is full, or the browser allows this site no more.
    #[error("the storage is full")]
    Full,
    /// A newer app has made this database.
    #[error("a newer app made this database")]
    Newer,
    /// The browser has no database for us, for instance in a private window.
    #[error("no database: {0}")]
    Unavailable(String),
    /// The transaction was broken off; the browser did not say why.
    #[error("the transaction was broken off")]
    Aborted,
    /// The connection was closed under us.
    #[error("the connection was closed")]
    Closed,
    #[error("{0}")]
    Other(String),
}

impl From<Error> for DbError {
    fn from(error: Error) -> Self {
        match error {
            Error::DomException(
                DomException::InvalidStateError(_) | DomException::AbortError(_),
            ) => DbError::Closed,
            Error::DomException(DomException::Other(exception)) => {
                match exception.name().as_str() {
                    "QuotaExceededError" => DbError::Full,
                    "VersionError" => DbError::Newer,
                    // Chromium and WebKit say this when the connection to their storage process broke.
                    "UnknownError" => DbError::Closed,
                    _ => DbError::Other(exception.message()),
                }
            }
            Error::MissingData(UnexpectedDataError::TransactionAborted) => DbError::Aborted,
            other => DbError::Other(other.to_string()),
        }
    }
}

impl From<OpenDbError> for DbError {
    fn from(error: OpenDbError) -> Self {
        match error {
            OpenDbError::Base(error) => match error.into() {
                DbError::Other(message) => DbError::Unavailable(message),
                known => known,
            },
            other => DbError::Unavailable(other.to_string()),
        }
    }
}

impl DbError {
    /// Whether a new connection may do what this one did not.
    fn is_of_the_connection(&self) -> bool {
        matches!(self, DbError::Closed | DbError::Aborted)
    }
}

/// What was read back, and how many rows could not be.
pub struct Loaded {
    pub stored: Stored,
    pub unreadable: usize,
}

/// What tells whether another tab has altered anything ([`shared::sync::Replica::is_at`]).
pub struct Head {
    /// Without documents and without what was received.
    pub stored: Stored,
    /// What was received, by its id.
    pub sent: Vec<ChangeId>,
}

/// One user's database.
pub struct Db {
    name: String,
    connection: Rc<RefCell<Option<Database>>>,
    /// Counts connections, so that the end of an old one does not end its successor.
    connected: Rc<Cell<u32>>,
}

impl Db {
    pub async fn open(user: UserId) -> Result<Self, DbError> {
        let db = Self {
            name: format!("banhoc-{user}"),
            connection: Rc::default(),
            connected: Rc::default(),
        };
        db.connect().await?;
        Ok(db)
    }

    /// Closes the connection; what is stored stays.
    pub fn close(&self) {
        if let Some(connection) = self.connection.take() {
            connection.close();
        }
    }

    /// Reads everything. After the last answer of the database nothing is awaited, so the caller can put its own
    /// uncommitted writes on top before any of them completes.
    pub async fn load(&self) -> Result<Loaded, DbError> {
        match self.try_load().await {
            Err(error) if error.is_of_the_connection() => {
                self.close();
                self.try_load().await
            }
            other => other,
        }
    }

    /// Reads only where the feed was left, what waits, and the names of what was received.
    pub async fn load_head(&self) -> Result<Head, DbError> {
        match self.try_load_head().await {
            Err(error) if error.is_of_the_connection() => {
                self.close();
                self.try_load_head().await
            }
            other => other,
        }
    }

    /// Makes all of these alterations, or none. Returns when the storage has them.
    pub async fn commit(&self, writes: &[Write]) -> Result<(), DbError> {
        let rows = writes.iter().map(Row::of).collect::<Result<Vec<_>, _>>()?;
        self.alter(&STORES, &rows).await
    }

    /// Makes all of these alterations in one durable transaction; once more when the connection was closed under us.
    async fn alter(&self, stores: &[&str], rows: &[Row]) -> Result<(), DbError> {
        match self.try_alter(stores, rows).await {
            Err(error) if error.is_of_the_connection() => {
                self.close();
                self.try_alter(stores, rows).await
            }
            other => other,
        }
    }

    async fn connect(&self) -> Result<Database, DbError> {
        if let Some(connection) = self.connection.borrow().clone() {
            return Ok(connection);
        }
        let database = Database::open(self.name.as_str())
            .with_version(VERSION)
            .with_on_upgrade_needed(|event, database| upgrade(event.old_version(), &database))
            .await?;
        let mut events = database.version_changes()?;
        let number = self.connected.get() + 1;
        self.connected.set(number);
        self.connection.replace(Some(database.clone()));
        let (slot, connected) = (self.connection.clone(), self.connected.clone());
        let ended = database.clone();
        spawn_local(async move {
            // Either the browser closed the connection, or a newer app in another tab wants to change the schema and
            // waits for this one to let go.
            events.recv().await;
            if connected.get() == number {
                slot.take();
            }
            ended.close();
        });
        Ok(database)
    }

    async fn try_load(&self) -> Result<Loaded, DbError> {
        let database = self.connect().await?;
        let transaction = database.transaction(STORES).build()?;
        let pending = transaction.object_store(PENDING)?;
        let pending = pending.get_all::<JsValue>().primitive()?;
        let meta = transaction.object_store(META)?;
        let meta = meta.get(META_KEY).primitive()?;
        let documents = transaction.object_store(DOCUMENTS)?;
        let documents = documents.get_all::<JsValue>().primitive()?;
        let sent = transaction.object_store(SENT)?;
        let sent = sent.get_all::<JsValue>().primitive()?;
        let pending: Vec<JsValue> = pending.await?.flatten().collect();
        let meta: Option<JsValue> = meta.await?;
        let documents: Vec<JsValue> = documents.await?.flatten().collect();
        let sent: Vec<JsValue> = sent.await?.flatten().collect();
        let mut unreadable = 0;
        let stored = Stored {
            meta: read_all(meta, META, &mut unreadable)
                .pop()
                .unwrap_or_default(),
            documents: read_all(documents, DOCUMENTS, &mut unreadable),
            pending: read_all(pending, PENDING, &mut unreadable),
            sent: read_all(sent, SENT, &mut unreadable),
        };
        Ok(Loaded { stored, unreadable })
    }

    async fn try_load_head(&self) -> Result<Head, DbError> {
        let database = self.connect().await?;
        let transaction = database.transaction(STORES).build()?;
        let pending = transaction.object_store(PENDING)?;
        let pending = pending.get_all::<JsValue>().primitive()?;
        let meta = transaction.object_store(META)?;
        let meta = meta.get(META_KEY).primitive()?;
        let sent = transaction.object_store(SENT)?;
        let sent = sent.get_all_keys::<JsValue>().primitive()?;
        let pending: Vec<JsValue> = pending.await?.flatten().collect();
        let meta: Option<JsValue> = meta.await?;
        let sent: Vec<JsValue> = sent.await?.flatten().collect();
        // Whoever reads everything counts and tells them.
        let mut unreadable = 0;
        let stored = Stored {
            meta: read_all(meta, META, &mut unreadable)
                .pop()
                .unwrap_or_default(),
            pending: read_all(pending, PENDING, &mut unreadable),
            ..Stored::default()
        };
        // One whose id cannot be read is known by its order, and was never received.
        let ids = sent.iter().filter_map(|key| key.as_string()?.parse().ok());
        let sent = ids.collect();
        Ok(Head { stored, sent })
    }

    async fn try_alter(&self, stores: &[&str], rows: &[Row]) -> Result<(), DbError> {
        let database = self.connect().await?;
        let transaction = database
            .transaction(stores)
            .with_mode(TransactionMode::Readwrite)
            .with_options(TransactionOptions::new().with_durability(TransactionDurability::Strict))
            .build()?;
        for row in rows {
            row.ask(&transaction)?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// Brings a database of an older version up to this one, step by step.
fn upgrade(from: f64, database: &Database) -> Result<(), Error> {
    if from < 1.0 {
        for store in STORES {
            database.create_object_store(store).build()?;
        }
    }
    if from < 2.0 {
        for store in files::STORES {
            database.create_object_store(store).build()?;
        }
    }
    Ok(())
}

fn read_all<T: DeserializeOwned>(
    rows: impl IntoIterator<Item = JsValue>,
    store: &str,
    unreadable: &mut usize,
) -> Vec<T> {
    let mut read = Vec::new();
    for row in rows {
        let text = row.as_string().unwrap_or_default();
        match serde_json::from_str(&text) {
            Ok(value) => read.push(value),
            Err(error) => {
                *unreadable += 1;
                // The whole error could quote what the row holds.
                warn!(
                    "a row of {store} cannot be read and is left as it is: {:?} error at column {}",
                    error.classify(),
                    error.column()
                );
            }
        }
    }
    read
}

/// One write, made ready before the transaction begins.
enum Row {
    Put {
        store: &'static str,
        key: String,
        value: JsValue,
    },
    Drop {
        store: &'static str,
        key: String,
    },
    Clear {
        store: &'static str,
    },
}

impl Row {
    fn of(write: &Write) -> Result<Self, DbError> {
        match write {
            Write::PutMeta(meta) => Self::put(META, META_KEY.to_owned(), meta),
            Write::PutDocument(document) => Self::put(DOCUMENTS, document.id.to_string(), document),
            Write::DropDocument(id) => Ok(Self::drop(DOCUMENTS, id.to_string())),
            Write::ClearDocuments => Ok(Row::Clear { store: DOCUMENTS }),
            Write::PutPending(pending) => Self::put(PENDING, key_of(pending), pending),
            Write::DropPending(id) => Ok(Self::drop(PENDING, id.to_string())),
            Write::PutSent(pending) => Self::put(SENT, key_of(pending), pending),
            Write::DropSent(id) => Ok(Self::drop(SENT, id.to_string())),
        }
    }

    fn put(store: &'static str, key: String, value: &impl Serialize) -> Result<Self, DbError> {
        let value =
            serde_json::to_string(value).map_err(|error| DbError::Other(error.to_string()))?;
        let value = JsValue::from_str(&value);
        Ok(Row::Put { store, key, value })
    }

    fn drop(store: &'static str, key: String) -> Self {
        Row::Drop { store, key }
    }

    /// Asks for the write; the transaction's end tells whether it was done.
    fn ask(&self, transaction: &Transaction<'_>) -> Result<(), DbError> {
        let store = |name| -> Result<ObjectStore<'_>, Error> { transaction.object_store(name) };
        match self {
            Row::Put {
                store: name,
                key,
                value,
            } => {
                let store = store(name)?;
                let request = store.put(value).with_key(key.clone());
                drop(request.without_key_type().primitive()?);
            }
            Row::Drop { store: name, key } => {
                drop(store(name)?.delete(key.as_str()).primitive()?);
            }
            Row::Clear { store: name } => drop(store(name)?.clear()?),
        }
        Ok(())
    }
}

/// A pending change's key. One so new that not even its id can be read keeps its place by its order.
fn key_of(pending: &Pending) -> String {
    match pending.id() {
        Some(id) => id.to_string(),
        None => format!("order-{:020}", pending.order),
    }
}
