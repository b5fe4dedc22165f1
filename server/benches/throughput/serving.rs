//! `banhoc` as a process of its own.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::database::{Database, program};

pub struct Banhoc {
    process: Child,
    pub address: SocketAddr,
}

impl Banhoc {
    /// Starts it on a free port and waits until it listens.
    pub async fn start(database: &Database, command: &str) -> anyhow::Result<Self> {
        let program = program();
        let mut starting = Command::new(&program);
        starting
            .arg(command)
            .env("BANHOC_DATABASE_URL", &database.url)
            .env("BANHOC_ADDR", "127.0.0.1:0")
            .env("BANHOC_LOG", "warn")
            .env("LEPTOS_OUTPUT_NAME", "banhoc")
            .current_dir(database.folder.path())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        if let Some(site) = std::env::var_os("BANHOC_SITE") {
            starting.env("LEPTOS_SITE_ROOT", site);
        }
        if program.with_file_name("hash.txt").exists() {
            starting.env("LEPTOS_HASH_FILES", "true");
        }
        let mut process = starting.spawn().context("banhoc does not start")?;
        let said = process.stdout.take().context("banhoc has no output")?;
        let mut lines = BufReader::new(said).lines();
        let address = loop {
            let line = lines.next_line().await?.context("banhoc ended")?;
            if let Some((_, address)) = line.split_once("http://") {
                break address.parse()?;
            }
        };
        Ok(Self { process, address })
    }

    fn status(&self, field: &str) -> anyhow::Result<u64> {
        let id = self.process.id().context("banhoc has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let kibibytes =
            line.and_then(|line| line.trim_matches([':', ' ', '\t', 'k', 'B']).parse().ok());
        let kibibytes: u64 = kibibytes.context("no such line in its status")?;
        Ok(kibibytes * 1_024)
    }

    /// Bytes that are in memory now.
    pub fn memory(&self) -> anyhow::Result<u64> {
        self.status("VmRSS")
    }

    /// Bytes that were in memory at most.
    pub fn memory_at_most(&self) -> anyhow::Result<u64> {
        self.status("VmHWM")
    }

    /// Time it has worked for since its start, on all cores.
    pub fn worked(&self) -> anyhow::Result<Duration> {
        let id = self.process.id().context("banhoc has ended")?;
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
        // After the program's name in brackets: user and system time are the 12th and 13th field, in hundredths.
        let (_, fields) = stat.rsplit_once(')').context("no name in its status")?;
        let fields = fields.split_whitespace().skip(11).take(2);
        let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Asks it to end, as a supervisor does.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let id = self.process.id().context("banhoc has ended by itself")?;
        Command::new("kill").arg(id.to_string()).status().await?;
        // Kept connections that nobody closes would hold it; ours are closed by now.
        let ended = tokio::time::timeout(Duration::from_secs(10), self.process.wait()).await;
        if ended.is_err() {
            self.process.kill().await?;
        }
        Ok(())
    }
}
