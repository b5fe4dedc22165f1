//! What the program is told from outside: the command and its environment.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Bản Học: receives what villages score, keeps it, counts it and shows it.
#[derive(Debug, Parser)]
#[command(name = "banhoc", version)]
pub struct Cli {
    /// Where data is kept: sqlite://FILE or postgres://…
    #[arg(
        long,
        env = "BANHOC_DATABASE_URL",
        default_value = "sqlite://banhoc.db",
        global = true
    )]
    pub database_url: String,
    /// Where photos and documents are kept: a folder, or s3://BUCKET/PREFIX with the usual AWS_… variables
    #[arg(long, env = "BANHOC_FILES", default_value = "./files", global = true)]
    pub files: String,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serves phones, desks and the dashboard.
    Serve(Serving),
    /// The same with a demo district, made on the first start.
    Demo(Serving),
    /// Imports units or a commune's household list.
    #[command(subcommand)]
    Import(Import),
    /// People who sign in.
    #[command(subcommand)]
    User(User),
    /// Recounts the totals from the documents and looks for every file; says what differs and what is missing.
    Check,
    /// Tells a database that was put back from a backup so, while no server uses it: phones will offer again what they
    /// had sent since the backup was made.
    Restored,
}

#[derive(Debug, Args)]
pub struct Serving {
    /// The address to listen on.
    #[arg(long, env = "BANHOC_ADDR", default_value = "127.0.0.1:3000")]
    pub addr: SocketAddr,
    /// Whether a proxy in front names the caller in `X-Forwarded-For`.
    #[arg(long, env = "BANHOC_BEHIND_PROXY", default_value_t = false)]
    pub behind_proxy: bool,
}

#[derive(Debug, Subcommand)]
pub enum Import {
    /// Administrative units, old and new map.
    Units { file: PathBuf },
    /// A commune's household list.
    Households {
        file: PathBuf,
        /// The commune's code, of today or of before July 2025.
        #[arg(long)]
        commune: String,
        /// The year the list is of; the year being judged if absent.
        #[arg(long)]
        year: Option<i32>,
        /// Only reports what would be done.
        #[arg(long)]
        dry_run: bool,
        /// Goes on although the heading of the file names another commune.
        #[arg(long)]
        despite_heading: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum User {
    /// Adds a person. The password is read from the terminal or from BANHOC_PASSWORD.
    Add {
        username: String,
        /// The person's name.
        #[arg(long)]
        name: String,
        /// village_officer, surveyor, commune_officer, commune_leader, area_officer, area_leader, auditor or admin
        #[arg(long)]
        role: String,
        /// Codes of communes, or names of villages written COMMUNE_CODE/VILLAGE; may be given several times.
        #[arg(long = "unit", required = true)]
        units: Vec<String>,
        #[arg(long, env = "BANHOC_PASSWORD", hide_env_values = true)]
        password: Option<String>,
    },
}
