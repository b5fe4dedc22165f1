//! An empty database of either engine, gone when the bench is.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use server::db::Db;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;
use tokio::process::Command;

/// The cluster that `scripts/with-postgres.sh` has started.
pub fn cluster() -> Option<String> {
    std::env::var("BANHOC_TEST_POSTGRES").ok()
}

/// The program to measure.
pub fn program() -> PathBuf {
    std::env::var_os("BANHOC").map_or_else(|| env!("CARGO_BIN_EXE_banhoc").into(), PathBuf::from)
}

pub struct Database {
    pub url: String,
    /// Holds the file of SQLite, and lists to import.
    pub folder: TempDir,
    /// Of PostgreSQL.
    name: Option<String>,
}

impl Database {
    pub async fn new(engine: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        if engine == "SQLite" {
            return Ok(Self {
                url: format!("sqlite://{}", folder.path().join("bench.db").display()),
                folder,
                name: None,
            });
        }
        let cluster = cluster().context("no PostgreSQL")?;
        let name = format!("bench_{}", uuid::Uuid::now_v7().simple());
        let mut admin = PgConnection::connect(&format!("{cluster}/postgres")).await?;
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut admin)
            .await?;
        Ok(Self {
            url: format!("{cluster}/{name}"),
            folder,
            name: Some(name),
        })
    }

    /// The same database by our own code, for what no command does.
    pub async fn open(&self) -> anyhow::Result<Db> {
        Ok(Db::connect(&self.url).await?)
    }

    /// Runs a command of the program on it.
    pub async fn banhoc(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = Command::new(program())
            .args(arguments)
            .env("BANHOC_DATABASE_URL", &self.url)
            .output()
            .await?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(
            output.status.success(),
            "banhoc {} failed: {said}{}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(said)
    }

    pub async fn end(self) -> anyhow::Result<()> {
        if let (Some(cluster), Some(name)) = (cluster(), &self.name) {
            let mut admin = PgConnection::connect(&format!("{cluster}/postgres")).await?;
            sqlx::query(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)")))
                .execute(&mut admin)
                .await?;
        }
        Ok(())
    }
}
