//! What the program is told from outside: the command and its environment.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use shared::calendar::Year;
use shared::kind::SubjectKind;

use crate::network::{Network, Networks};

/// Bản Học: receives what villages score, keeps it, counts it and shows it.
#[derive(Debug, Parser)]
#[command(name = "banhoc", version)]
pub struct Cli {
    /// Where data is kept: sqlite://FILE or postgres://… [default: sqlite://banhoc.db; of the demo sqlite://banhoc-demo.db]
    #[arg(long, env = "BANHOC_DATABASE_URL", global = true)]
    database_url: Option<String>,
    /// Where photos and documents are kept: a folder, or s3://BUCKET/PREFIX with the usual AWS_… variables [default:
    /// ./files; of the demo ./files-demo]
    #[arg(long, env = "BANHOC_FILES", global = true)]
    files: Option<String>,
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// The database's address. The demo has a file of its own, so that nobody ever works in it by mistake.
    pub fn database_url(&self) -> String {
        self.or_default(
            &self.database_url,
            "sqlite://banhoc.db",
            "sqlite://banhoc-demo.db",
        )
    }

    pub fn files(&self) -> String {
        self.or_default(&self.files, "./files", "./files-demo")
    }

    fn or_default(&self, said: &Option<String>, real: &str, demo: &str) -> String {
        let default = match self.command {
            Command::Demo(_) => demo,
            _ => real,
        };
        said.clone().unwrap_or_else(|| default.to_owned())
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serves phones, desks and the dashboard.
    Serve(Serving),
    /// The same with a demo district, made on the first start in a database of its own.
    Demo(Serving),
    /// Imports units or a commune's lists.
    #[command(subcommand)]
    Import(Import),
    /// People who sign in.
    #[command(subcommand)]
    User(User),
    /// Administrative units.
    #[command(subcommand)]
    Units(UnitsCommand),
    /// What titles are judged by.
    #[command(subcommand)]
    Criteria(CriteriaCommand),
    /// Who signed in, failed, read or carried what; the newest first.
    Events(EventsCommand),
    /// Recounts the totals from the documents and looks for every file; says what differs and what is missing.
    Check,
    /// Writes again what is worked out from documents: what lists find them by, and the totals. A server may go on. Needed
    /// after an update that says so, or when `check` finds a difference.
    Rebuild,
    /// Writes the templates that papers are laid out with into a folder, to be changed and named by BANHOC_TEMPLATES.
    Templates { folder: PathBuf },
    /// Tells a database that was put back from a backup so, while no server uses it: phones will offer again what they
    /// had sent since the backup was made.
    Restored,
}

#[derive(Debug, Args)]
pub struct Serving {
    /// The address to listen on.
    #[arg(long, env = "BANHOC_ADDR", default_value = "127.0.0.1:3000")]
    pub addr: SocketAddr,
    /// Whether a proxy in front, on this machine or in its own network, names the caller in `X-Forwarded-For`.
    #[arg(long, env = "BANHOC_BEHIND_PROXY", default_value_t = false)]
    behind_proxy: bool,
    /// The networks of proxies that name the caller, where they stand elsewhere: 203.0.113.0/24,2001:db8::1
    #[arg(long, env = "BANHOC_TRUSTED_PROXIES", value_delimiter = ',')]
    trusted_proxies: Vec<Network>,
    /// Megabytes that stay free on the disk: below that, files and sealed letters are refused and changes still taken
    #[arg(long, env = "BANHOC_DISK_FLOOR", default_value_t = 1_024)]
    disk_floor: u64,
    /// A folder with official.typ, certificate.typ or report.typ, which papers are laid out with in the place of the program's own.
    #[arg(long, env = "BANHOC_TEMPLATES")]
    pub templates: Option<PathBuf>,
}

impl Serving {
    /// Bytes that stay free on the disk.
    pub fn disk_floor(&self) -> u64 {
        self.disk_floor.saturating_mul(1 << 20)
    }

    /// Proxies that are believed when they name the caller.
    pub fn proxies(&self) -> Networks {
        match (self.trusted_proxies.is_empty(), self.behind_proxy) {
            (false, _) => self.trusted_proxies.iter().copied().collect(),
            (true, true) => Networks::private(),
            (true, false) => Networks::default(),
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Import {
    /// Administrative units, old and new map.
    Units { file: PathBuf },
    /// A commune's list of families, citizens, clans or units: Excel (.xlsx) or CSV. Ends with 0 when the list was taken, 1 when nothing of it was,
    /// 3 when rows wait for an answer.
    #[command(name = "subjects", visible_alias = "households")]
    Subjects(Listed),
    /// The last lists that were imported.
    List,
    /// Takes an imported list back, as far as nobody has written on since.
    Undo {
        /// The id that the import told; `list` tells it again.
        id: String,
    },
}

/// A kind of subject that comes in lists.
fn listed_kind(text: &str) -> Result<SubjectKind, String> {
    let kind = SubjectKind::parse(text).filter(|kind| !kind.is_a_unit());
    kind.ok_or_else(|| "household, citizen, clan, unit".to_owned())
}

#[derive(Debug, Args)]
pub struct Listed {
    pub file: PathBuf,
    /// Whom the list is of: household, citizen, clan or unit.
    #[arg(long, default_value = "household", value_parser = listed_kind)]
    pub kind: SubjectKind,
    /// The commune's code, of today or of before July 2025.
    #[arg(long)]
    pub commune: String,
    /// The year the list is of; the year being judged if absent.
    #[arg(long)]
    pub year: Option<Year>,
    /// Registers for the title of the year whoever is taken. A list whose heading says so needs no option.
    #[arg(long)]
    pub register: bool,
    /// Only reports what would be done.
    #[arg(long)]
    pub dry_run: bool,
    /// Goes on although the heading of the file names another commune.
    #[arg(long)]
    pub despite_heading: bool,
    /// Goes on although columns do not hold what their heads say.
    #[arg(long)]
    pub despite_columns: bool,
    /// This village of the list is new; may be given several times.
    #[arg(long = "new-village", value_name = "NAME")]
    pub new_villages: Vec<String>,
    /// All villages of the list that are not known are new.
    #[arg(long = "new-villages")]
    pub all_new_villages: bool,
    /// This name of the list means a village that is known: "NAME IN THE FILE=NAME OF THE VILLAGE";
    /// of clans and units also none, "NAME IN THE FILE=".
    #[arg(long = "village", value_name = "NAME=VILLAGE")]
    pub villages: Vec<String>,
    /// The one of this row is the one it resembles; ROW=2 for the second of several. Several rows by commas.
    #[arg(long, value_name = "ROW", value_delimiter = ',')]
    pub same: Vec<String>,
    /// The one of this row is another one than it resembles. Several rows by commas.
    #[arg(long, value_name = "ROW", value_delimiter = ',')]
    pub different: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub enum User {
    /// Adds a person; asks for what is not said. The password is typed twice, read from standard input, or taken from
    /// BANHOC_PASSWORD.
    Add {
        username: Option<String>,
        /// The person's name.
        #[arg(long)]
        name: Option<String>,
        /// "cán bộ bản", "cán bộ xã"…, or village_officer, surveyor, commune_officer, commune_leader, area_officer,
        /// area_leader, auditor, admin
        #[arg(long)]
        role: Option<String>,
        /// A unit by its code or name, of today or of before, with or without marks; a village as COMMUNE/VILLAGE. May be
        /// given several times.
        #[arg(long = "unit")]
        units: Vec<String>,
    },
    /// Everybody, or those who have these words in their name, user name or unit.
    List { text: Vec<String> },
    /// Gives somebody another password and signs them out everywhere.
    Password { username: String },
    /// Gives somebody a password that is made up and shown once; they are asked for one of their own.
    Reset { username: String },
    /// Shuts somebody out at once. What they have sent stays.
    Disable { username: String },
    /// Lets somebody in again.
    Enable { username: String },
    /// The browsers somebody is signed in with.
    Sessions { username: String },
    /// Signs somebody out everywhere, or in one browser.
    End {
        username: String,
        /// How the session begins in the list of `sessions`.
        #[arg(long)]
        session: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum UnitsCommand {
    /// Units of any time by words of their names or the beginning of their code.
    Find {
        #[arg(required = true)]
        text: Vec<String>,
    },
    /// Where the people of a unit can be called: the help on the phones of its villages shows it. Without a number it is
    /// forgotten.
    Telephone {
        /// By name or code, as `user add --unit` takes it.
        unit: String,
        number: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum CriteriaCommand {
    /// All sets that are known.
    List,
    /// Takes in a set from its TOML file. It holds for good: a corrected set is another one with another id.
    Add { file: PathBuf },
}

#[derive(Debug, Args)]
pub struct EventsCommand {
    /// Only by or about people who have these words in their name, user name or unit.
    pub who: Vec<String>,
    /// Only of this kind: signed_in, sign_in_failed, subject_read, evidence_read…
    #[arg(long)]
    pub kind: Option<String>,
    /// How many lines.
    #[arg(long, default_value_t = 100)]
    pub limit: usize,
}
