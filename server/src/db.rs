//! The database: SQLite in one file, or PostgreSQL. All SQL of the server is in here.
//!
//! One SQL text serves both engines through `sqlx::Any`. The price is a small set of types: ids and JSON are TEXT, moments BIGINT
//! (milliseconds), flags BIGINT 0 or 1. Functions take a connection, so a service can join several in one transaction.

pub mod changes;
pub mod devices;
pub mod documents;
pub mod identity;
pub mod rollup;
pub mod sessions;
pub mod shards;
pub mod units;
pub mod users;

use std::fmt::Write as _;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::Migrator;
use sqlx::{Any, AnyPool, Transaction};

pub use sqlx::AnyConnection;

/// Which engine a database runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// What went wrong, and where.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("cơ sở dữ liệu: {0}")]
    Sql(#[from] sqlx::Error),
    #[error("cơ sở dữ liệu chưa nâng cấp được: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A row that this version cannot read.
    #[error("bảng {table}, cột {column}: không đọc được {value:?}")]
    Unreadable {
        table: &'static str,
        column: &'static str,
        value: String,
    },
    #[error("địa chỉ cơ sở dữ liệu {0:?} không dùng được; cần sqlite://TỆP hoặc postgres://…")]
    Url(String),
    /// Other servers wrote the same documents again and again.
    #[error("cơ sở dữ liệu đang bận")]
    Busy,
}

impl DbError {
    /// Whether two transactions met (SQLSTATE 40001 and 40P01 of PostgreSQL, SQLITE_BUSY), so that trying again helps.
    pub fn is_contention(&self) -> bool {
        match self {
            DbError::Sql(sqlx::Error::Database(error)) => error
                .code()
                .is_some_and(|code| matches!(code.as_ref(), "40001" | "40P01" | "5" | "517")),
            _ => false,
        }
    }
}

pub type Result<T> = std::result::Result<T, DbError>;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// A database.
#[derive(Clone, Debug)]
pub struct Db {
    engine: Engine,
    /// SQLite takes one writer at a time anyway; waiting here is fairer than waiting in the file.
    writer: AnyPool,
    reader: AnyPool,
}

impl Db {
    /// Opens a database, makes the SQLite file if there is none, and brings its tables up to date.
    pub async fn connect(url: &str) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let engine = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Engine::Sqlite,
            Some("postgres" | "postgresql") => Engine::Postgres,
            _ => return Err(DbError::Url(url.to_owned())),
        };
        let url = match engine {
            Engine::Sqlite if !url.contains('?') => format!("{url}?mode=rwc"),
            _ => url.to_owned(),
        };
        // Migrated on a connection of its own: prepared statements do not survive a change of their tables.
        let first = pool(engine, 1).connect(&url).await?;
        match engine {
            Engine::Sqlite => SQLITE.run(&first).await?,
            Engine::Postgres => POSTGRES.run(&first).await?,
        }
        first.close().await;
        let (writers, readers) = match engine {
            Engine::Sqlite => (1, 4),
            Engine::Postgres => (4, 8),
        };
        Ok(Self {
            engine,
            writer: pool(engine, writers).connect(&url).await?,
            reader: pool(engine, readers).connect(&url).await?,
        })
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// A connection to read from.
    pub async fn read(&self) -> Result<sqlx::pool::PoolConnection<Any>> {
        Ok(self.reader.acquire().await?)
    }

    /// A transaction that writes. On SQLite it takes the write lock at once: one that reads first and writes later could
    /// find the lock taken and fail.
    pub async fn write(&self) -> Result<Transaction<'static, Any>> {
        let begin = match self.engine {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN",
        };
        Ok(self.writer.begin_with(begin).await?)
    }

    /// A transaction that only reads and sees one moment.
    pub async fn snapshot(&self) -> Result<Transaction<'static, Any>> {
        let begin = match self.engine {
            // Its first read fixes what it sees.
            Engine::Sqlite => "BEGIN",
            Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        Ok(self.reader.begin_with(begin).await?)
    }

    pub async fn close(&self) {
        self.writer.close().await;
        self.reader.close().await;
    }
}

fn pool(engine: Engine, size: u32) -> AnyPoolOptions {
    let pool = AnyPoolOptions::new().max_connections(size);
    match engine {
        Engine::Postgres => pool,
        Engine::Sqlite => pool.after_connect(|connection, _| {
            Box::pin(async move {
                // FULL: an acknowledged change survives a power cut.
                for pragma in [
                    "PRAGMA journal_mode = WAL",
                    "PRAGMA synchronous = FULL",
                    "PRAGMA busy_timeout = 10000",
                    "PRAGMA foreign_keys = ON",
                    "PRAGMA cache_size = -8000",
                ] {
                    sqlx::query(pragma).execute(&mut *connection).await?;
                }
                Ok(())
            })
        }),
    }
}

/// Rows in one statement. More are slower on SQLite, whose `$n` are looked up by name; fewer are slower on both.
pub(crate) const ROWS: usize = 50;

/// `($1, $2), ($3, $4), …` for so many rows of so many columns.
pub(crate) fn rows_of(rows: usize, columns: usize) -> String {
    let mut sql = String::new();
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        push_params(&mut sql, row * columns, columns);
        sql.push(')');
    }
    sql
}

/// `$1, $2, …` for so many values, after so many that came before.
pub(crate) fn params(before: usize, count: usize) -> String {
    let mut sql = String::new();
    push_params(&mut sql, before, count);
    sql
}

fn push_params(sql: &mut String, before: usize, count: usize) {
    for at in 1..=count {
        let comma = if at == 1 { "" } else { ", " };
        // Writing to a string does not fail.
        let _ = write!(sql, "{comma}${}", before + at);
    }
}

/// A moment as the tables keep it.
pub(crate) fn millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

pub(crate) fn moment(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::UNIX_EPOCH)
}

/// A value read from a text column.
pub(crate) fn parsed<T: FromStr>(
    table: &'static str,
    column: &'static str,
    text: &str,
) -> Result<T> {
    text.parse().map_err(|_| unreadable(table, column, text))
}

/// A value read from a JSON column.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(
    table: &'static str,
    column: &'static str,
    text: &str,
) -> Result<T> {
    serde_json::from_str(text).map_err(|_| unreadable(table, column, text))
}

/// What cannot be read is named, but not told whole: it may hold a name.
pub(crate) fn unreadable(table: &'static str, column: &'static str, text: &str) -> DbError {
    DbError::Unreadable {
        table,
        column,
        value: text.chars().take(24).collect(),
    }
}

pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("our own types have string keys and no failing parts")
}
