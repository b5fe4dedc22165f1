//! The database: SQLite in one file, or PostgreSQL. All SQL of the server is in here.
//!
//! One SQL text serves both engines through `sqlx::Any`. The price is a small set of types: ids and JSON are TEXT, moments BIGINT
//! (milliseconds), flags BIGINT 0 or 1. Functions take a connection, so a service can join several in one transaction.

pub mod campaigns;
pub mod changes;
pub mod criteria_sets;
pub mod departures;
pub mod devices;
pub mod documents;
pub mod events;
pub mod exemplars;
pub mod files;
pub mod identity;
pub mod imports;
pub mod initiatives;
pub mod jobs;
pub mod known_devices;
pub mod letterheads;
pub mod links;
pub mod proposed_sets;
pub mod rollup;
pub mod scans;
mod schema;
pub mod secrets;
pub mod sessions;
pub mod shards;
pub mod symbols;
pub mod told_apart;
pub mod units;
pub mod users;
pub mod way;
pub mod whereabouts;

use std::fmt::Write as _;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use shared::calendar::Year;
use shared::ids::DocumentId;
use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyPool, AssertSqlSafe, Connection, Transaction};

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
    #[error(
        "PostgreSQL ở máy khác ({0}) mà địa chỉ không ghi sslmode: mật khẩu và hồ sơ có thể bị đọc trên đường. Hãy ghi thêm \
         ?sslmode=verify-full&sslrootcert=TỆP.pem; nếu giữa hai máy là mạng riêng, không ai vào được, thì ghi \
         ?sslmode=disable"
    )]
    OpenWay(String),
    /// Other servers wrote the same documents again and again.
    #[error("cơ sở dữ liệu đang bận")]
    Busy,
    /// The task that asked broke off.
    #[error("việc ghi đã dừng giữa chừng: {0}")]
    Broken(String),
    /// A document does not lie in the shard that it was to be written in or taken from: another server moves or writes it at this
    /// moment, or something is wrong that `banhoc check` tells.
    #[error("hồ sơ {0} không nằm ở nơi đang ghi; nếu còn báo, hãy chạy: banhoc check")]
    Astray(DocumentId),
}

impl DbError {
    /// Whether what was asked is to blame, and not the database or the way to it: another question may be answered.
    pub fn is_of_this_question(&self) -> bool {
        match self {
            DbError::Unreadable { .. } | DbError::Broken(_) | DbError::Astray(_) => true,
            DbError::Sql(error) => match error {
                sqlx::Error::Database(error) => {
                    // Data exceptions, integrity and syntax of PostgreSQL (classes 22, 23, 42); SQLITE_ERROR, TOOBIG,
                    // CONSTRAINT, MISMATCH, RANGE. What is left is a full disk, a lost connection, a lack of memory.
                    let code = error.code();
                    let code = code.as_deref().unwrap_or_default();
                    match code.len() {
                        5 => ["22", "23", "42"]
                            .iter()
                            .any(|class| code.starts_with(class)),
                        _ => code
                            .parse::<u32>()
                            .is_ok_and(|code| matches!(code & 0xff, 1 | 18 | 19 | 20 | 25)),
                    }
                }
                sqlx::Error::Encode(_)
                | sqlx::Error::Decode(_)
                | sqlx::Error::ColumnDecode { .. }
                | sqlx::Error::InvalidArgument(_) => true,
                _ => false,
            },
            DbError::Migrate(_) | DbError::Url(_) | DbError::OpenWay(_) | DbError::Busy => false,
        }
    }

    /// Whether two transactions met (SQLSTATE 40001 and 40P01 of PostgreSQL, SQLITE_BUSY), so that trying again helps.
    pub fn is_contention(&self) -> bool {
        match self {
            DbError::Astray(_) => true,
            DbError::Sql(sqlx::Error::Database(error)) => error
                .code()
                .is_some_and(|code| matches!(code.as_ref(), "40001" | "40P01" | "5" | "517")),
            _ => false,
        }
    }
}

/// Reads a struct's fields from the columns of the same names.
macro_rules! from_columns {
    ($row:ident { $($column:ident),+ $(,)? } $(and $($part:ident),+)?) => {
        impl<'r> sqlx::FromRow<'r, sqlx::any::AnyRow> for $row {
            fn from_row(row: &'r sqlx::any::AnyRow) -> sqlx::Result<Self> {
                use sqlx::Row as _;
                Ok(Self {
                    $($column: row.try_get(stringify!($column))?,)+
                    $($($part: sqlx::FromRow::from_row(row)?,)+)?
                })
            }
        }
    };
}
pub(crate) use from_columns;

pub type Result<T> = std::result::Result<T, DbError>;

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
        if engine == Engine::Postgres && way::check(url)? == way::Way::Open {
            tracing::warn!(
                "what goes to PostgreSQL and back can be read on the way (sslmode=disable); see docs/operations.md"
            );
        }
        let url = match engine {
            Engine::Sqlite if !url.contains('?') => format!("{url}?mode=rwc"),
            _ => url.to_owned(),
        };
        // Migrated on a connection of its own: prepared statements do not survive a change of their tables.
        let first = pool(engine, 1).connect(&url).await?;
        schema::migrator(engine)?.run(&first).await?;
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
    // Asking a connection whether it lives costs as much as a question, so it is done after a pause only; the pool asks
    // whenever one is given back. A file does not go away.
    let pool = AnyPoolOptions::new()
        .max_connections(size)
        .test_before_acquire(false);
    match engine {
        Engine::Postgres => pool
            .acquire_timeout(PATIENCE)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    if about.idle_for > PAUSE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            }),
        Engine::Sqlite => pool
            .after_release(|connection, _| {
                Box::pin(async move {
                    // On a full disk SQLite rolls back by itself, and sqlx takes the connection for one inside a
                    // transaction ever after: nothing could be written again. A roll back that was only begun has ended
                    // when a question after it is answered.
                    if connection.is_in_transaction() {
                        connection.ping().await?;
                    }
                    Ok(!connection.is_in_transaction())
                })
            })
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    // FULL: an acknowledged change survives a power cut.
                    for pragma in [
                        "PRAGMA journal_mode = WAL",
                        "PRAGMA synchronous = FULL",
                        "PRAGMA busy_timeout = 10000",
                        "PRAGMA foreign_keys = ON",
                    ] {
                        sqlx::query(pragma).execute(&mut *connection).await?;
                    }
                    let cache = format!("PRAGMA cache_size = -{}", CACHE / size);
                    let cache = sqlx::query(AssertSqlSafe(cache));
                    cache.execute(&mut *connection).await?;
                    Ok(())
                })
            }),
    }
}

/// KiB of pages that the writer keeps, and the readers together; the system keeps the rest of the file anyway.
const CACHE: u32 = 4_000;

/// After so long without use a connection may have been cut.
const PAUSE: Duration = Duration::from_secs(2);

/// While PostgreSQL is away the pool tries to connect again and again. A phone takes 30 s of silence for no answer, so it
/// must have been told "not now" well before that.
const PATIENCE: Duration = Duration::from_secs(5);

/// Rows in one statement at most. Fewer are slower on both engines, more gain nothing.
pub(crate) const ROWS: usize = 64;

/// Cuts rows to write into the few sizes that statements come in (the powers of two), so that a connection keeps all of
/// them prepared.
pub(crate) fn parts<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = 1 << rows.len().min(ROWS).checked_ilog2()?;
        let (part, rest) = rows.split_at(size);
        rows = rest;
        Some(part)
    })
}

/// `($1, $2), ($3, $4), …` for so many rows of so many columns. On SQLite `(?, ?), (?, ?), …`: there `$1` is a name, and
/// every one is looked for among all of them, which took a quarter of a large batch's time.
pub(crate) fn rows_of(conn: &AnyConnection, rows: usize, columns: usize) -> String {
    let are_named = conn.backend_name() == "SQLite";
    let mut sql = String::new();
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        if are_named {
            sql.push_str(&vec!["?"; columns].join(", "));
        } else {
            push_params(&mut sql, row * columns, columns);
        }
        sql.push(')');
    }
    sql
}

/// `$1, $2, …` for ids to look for, after so many values that came before; and what to bind to them. Filled up with the
/// last one to the next power of two, so that a connection keeps the statement of every size prepared.
pub(crate) fn listed<T: ToString>(before: usize, ids: &[T]) -> (String, Vec<String>) {
    let mut texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    if let Some(last) = texts.last().cloned() {
        texts.resize(ids.len().next_power_of_two(), last);
    }
    (params(before, texts.len()), texts)
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

/// A year as the tables keep it.
pub(crate) fn year_column(year: Year) -> i64 {
    year.get().into()
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
