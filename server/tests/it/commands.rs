//! The `banhoc` command as an office runs it: a process of its own, in a folder of its own.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use clap::Parser;
use server::config::Cli;

use crate::support::UNITS;

const PASSWORD: &str = "bup-sen-trang-1";

/// An office's folder.
struct Office(tempfile::TempDir);

impl Office {
    /// With the province's units in its database.
    fn new() -> Self {
        let office = Self(tempfile::tempdir().expect("a folder"));
        std::fs::write(office.folder().join("units.json"), UNITS).expect("a file");
        office.succeeds(&["import", "units", "units.json"]);
        office
    }

    fn folder(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("BANHOC_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.folder())
            .env("BANHOC_LOG", "error")
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_banhoc"))
            .args(arguments)
            .env("BANHOC_PASSWORD", PASSWORD)
            .output()
            .expect("the program")
    }

    /// Adds somebody.
    fn add(&self, username: &str, role: &str, units: &[&str]) -> String {
        let mut arguments = vec![
            "user",
            "add",
            username,
            "--name",
            "Lò Thị Mai",
            "--role",
            role,
        ];
        for unit in units {
            arguments.extend(["--unit", unit]);
        }
        self.succeeds(&arguments)
    }

    fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = said(&output);
        assert!(output.status.success(), "{arguments:?}: {said}");
        said
    }

    fn fails(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = said(&output);
        assert!(!output.status.success(), "{arguments:?}: {said}");
        said
    }
}

/// All that a command said.
fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr]
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .concat()
}

#[test]
fn the_demo_has_a_database_and_files_of_its_own() {
    let cli = |arguments: &[&str]| Cli::parse_from([&["banhoc"], arguments].concat());
    let demo = cli(&["demo"]);
    assert_eq!(demo.database_url(), "sqlite://banhoc-demo.db");
    assert_eq!(demo.files(), "./files-demo");
    let serve = cli(&["serve"]);
    assert_eq!(serve.database_url(), "sqlite://banhoc.db");
    assert_eq!(serve.files(), "./files");
    let chosen = cli(&["demo", "--database-url", "sqlite://x.db", "--files", "y"]);
    assert_eq!(
        (chosen.database_url().as_str(), chosen.files().as_str()),
        ("sqlite://x.db", "y")
    );
}

#[test]
fn a_database_with_people_in_it_is_no_demo() {
    let office = Office::new();
    office.add("mai", "commune_officer", &["03549"]);
    let said = office.fails(&["demo", "--database-url", "sqlite://banhoc.db"]);
    assert!(said.contains("đã có người dùng hoặc phiếu thật"), "{said}");
}

#[cfg(unix)]
#[test]
fn what_the_program_makes_is_read_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let office = Office::new();
    office.succeeds(&["check"]);
    for (made, mode) in [("banhoc.db", 0o600), ("files", 0o700)] {
        let metadata = std::fs::metadata(office.folder().join(made)).expect(made);
        assert_eq!(metadata.permissions().mode() & 0o777, mode, "{made}");
    }
    // One from before is told of.
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(office.folder().join("banhoc.db"), open).expect("permissions");
    let said = office.succeeds(&["check"]);
    assert!(said.contains("chmod 600 banhoc.db"), "{said}");
}
