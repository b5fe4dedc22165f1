//! The server's budgets: the real `banhoc serve` as a process of its own, asked over loopback by phones and browsers of
//! this process, once on SQLite and once on PostgreSQL. Both share the machine, so the figures hold for half of it.
//!
//! `cargo bench -p server --bench throughput -- --rows FILE` appends the rows of a Markdown table to FILE. PostgreSQL is
//! what `scripts/with-postgres.sh` tells as `BANHOC_TEST_POSTGRES`; without it SQLite is measured alone. `--only WORD`
//! measures what has the word in its name, and `--engine WORD` one engine.

mod dashboard;
mod database;
mod families;
mod line;
mod new_phone;
mod phone;
mod report;
mod same;
mod serving;
mod submissions;
mod workbook;

use anyhow::Context;

use database::Database;
use families::Field;
use report::{Report, megabytes};
use serving::Banhoc;

/// What to measure, and where the rows go.
struct Wanted {
    rows: Option<String>,
    only: Option<String>,
    engine: Option<String>,
}

impl Wanted {
    fn read() -> Self {
        let mut wanted = Self {
            rows: None,
            only: None,
            engine: None,
        };
        // Cargo adds `--bench`, which says nothing here.
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--rows" => wanted.rows = words.next(),
                "--only" => wanted.only = words.next(),
                "--engine" => wanted.engine = words.next(),
                _ => {}
            }
        }
        wanted
    }

    fn has(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let wanted = Wanted::read();
    let mut report = Report::new(wanted.rows.as_deref())?;
    if wanted.has("workbook") {
        report.engine = "no database";
        workbook::measure(&mut report)?;
    }
    for name in ["SQLite", "PostgreSQL"] {
        let asked = wanted.engine.as_ref();
        if asked.is_some_and(|asked| !name.eq_ignore_ascii_case(asked)) {
            continue;
        }
        if name == "PostgreSQL" && database::cluster().is_none() {
            eprintln!("PostgreSQL is left out: run this by scripts/with-postgres.sh.");
            continue;
        }
        report.engine = name;
        in_the_field(&wanted, &mut report).await?;
        if wanted.has("dashboard") {
            let database = Database::new(name).await?;
            dashboard::measure(&database, &mut report).await?;
            database.end().await?;
        }
    }
    Ok(())
}

/// Everything that phones do, on the demo district with more people in it.
async fn in_the_field(wanted: &Wanted, report: &mut Report) -> anyhow::Result<()> {
    let works = [
        "single",
        "batches",
        "evening",
        "same",
        "new-phone",
        "memory",
    ];
    if !works.iter().any(|work| wanted.has(work)) {
        return Ok(());
    }
    let database = Database::new(report.engine).await?;
    // The demo is made by one process and served by another: what making it took is not kept.
    Banhoc::start(&database, "demo").await?.stop().await?;
    let field = Field::settle(&database, wanted.has("new-phone")).await?;
    let banhoc = Banhoc::start(&database, "demo").await?;
    if wanted.has("memory") {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        let idle = banhoc.memory()?;
        report.row(
            "memory of the idle server, demo district",
            "≤ 50 MB",
            megabytes(idle),
            idle <= 50_000_000,
        )?;
    }
    for work in &works[..works.len() - 1] {
        if !wanted.has(work) {
            continue;
        }
        match *work {
            "single" => submissions::single(&banhoc, &field, report).await?,
            "batches" => submissions::batches(&banhoc, &field, report).await?,
            "evening" => submissions::evening(&banhoc, &field, report).await?,
            "same" => same::measure(&banhoc, &field, report).await?,
            _ => new_phone::measure(&banhoc, &field, report).await?,
        }
        report.note(format!(
            "{} in memory after it",
            megabytes(banhoc.memory()?)
        ));
    }
    if wanted.has("memory") {
        tokio::time::sleep(std::time::Duration::from_secs(15)).await;
        let (now, most) = (banhoc.memory()?, banhoc.memory_at_most()?);
        report.row(
            "memory of the server after all that",
            "≤ 50 MB",
            format!("{}; at most {}", megabytes(now), megabytes(most)),
            now <= 50_000_000,
        )?;
    }
    banhoc.stop().await?;
    // Whatever the load did to them, the totals must be what the documents say.
    database
        .banhoc(&["check"])
        .await
        .context("the totals are not what the documents say")?;
    database.end().await
}
