//! The rows of the table, and what many durations say together.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::time::Duration;

/// Where the rows go: the terminal, and a file that may have rows already.
pub struct Report {
    file: Option<File>,
    pub engine: &'static str,
}

impl Report {
    pub fn new(path: Option<&str>) -> anyhow::Result<Self> {
        let file = match path {
            Some(path) => Some(OpenOptions::new().create(true).append(true).open(path)?),
            None => None,
        };
        Ok(Self { file, engine: "" })
    }

    pub fn row(
        &mut self,
        work: &str,
        budget: &str,
        measured: impl AsRef<str>,
        met: bool,
    ) -> anyhow::Result<()> {
        let verdict = if met { "đạt" } else { "**missed**" };
        let (engine, measured) = (self.engine, measured.as_ref());
        let row = format!("| {work}, {engine} | {budget} | {measured} | {verdict} |");
        println!("{row}");
        if let Some(file) = &mut self.file {
            writeln!(file, "{row}")?;
        }
        Ok(())
    }

    /// How much of the server's own time one of many took. It says the same whatever else the machine does.
    pub fn worked(&self, what: &str, count: usize, time: Duration) {
        let micros = time.as_secs_f64() * 1e6 / count.max(1) as f64;
        self.note(format!("the server works {micros:.0} µs for {what}"));
    }

    /// What explains a row and is no row.
    pub fn note(&self, text: impl AsRef<str>) {
        eprintln!("  {}: {}", self.engine, text.as_ref());
    }
}

/// How long each of many things took.
pub struct Times(Vec<Duration>);

impl Times {
    pub fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// The time that so many percent did not exceed.
    pub fn percent(&self, percent: usize) -> Duration {
        let at = (self.0.len() * percent).div_ceil(100).saturating_sub(1);
        self.0.get(at).copied().unwrap_or_default()
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// `p50 3.1 ms, p95 7.9 ms`
impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (half, most) = (self.percent(50), self.percent(95));
        write!(f, "p50 {}, p95 {}", millis(half), millis(most))
    }
}

pub fn millis(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1_000.0;
    if millis < 10.0 {
        format!("{millis:.1} ms")
    } else {
        format!("{millis:.0} ms")
    }
}

pub fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

pub fn kilobytes(bytes: usize) -> String {
    let kilobytes = bytes as f64 / 1e3;
    if kilobytes < 10.0 {
        format!("{kilobytes:.1} KB")
    } else {
        format!("{kilobytes:.0} KB")
    }
}

/// So many in a second.
pub fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// With a comma between thousands.
pub fn count(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
