//! The `banhoc` command as an office runs it: a process of its own, in a folder of its own.

mod import;

use std::io::{Read, Write};
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

    /// With something on its standard input and no password in its environment.
    fn hears(&self, program: &str, arguments: &[&str], typed: &str) -> Output {
        let mut process = self
            .command(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let mut input = process.stdin.take().expect("an input");
        input.write_all(typed.as_bytes()).expect("a line");
        drop(input);
        process.wait_with_output().expect("an end")
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
fn a_proxy_is_believed_where_it_was_said_to_stand() {
    let believed = |arguments: &[&str], address: &str| {
        let cli =
            Cli::try_parse_from([&["banhoc", "serve"], arguments].concat()).expect("a command");
        let server::config::Command::Serve(serving) = cli.command else {
            panic!("another command");
        };
        serving
            .proxies()
            .contain(address.parse().expect("an address"))
    };
    let elsewhere = ["--trusted-proxies", "203.0.113.0/24,2001:db8::1"];
    for (arguments, address, is_believed) in [
        (&[][..], "127.0.0.1", false),
        (&["--behind-proxy"], "127.0.0.1", true),
        (&["--behind-proxy"], "10.1.2.3", true),
        (&["--behind-proxy"], "203.0.113.5", false),
        (&elsewhere, "203.0.113.5", true),
        (&elsewhere, "2001:db8::1", true),
        (&elsewhere, "127.0.0.1", false),
    ] {
        assert_eq!(
            believed(arguments, address),
            is_believed,
            "{arguments:?} {address}"
        );
    }
    let wrong =
        Cli::try_parse_from(["banhoc", "serve", "--trusted-proxies", "x"]).expect_err("no network");
    assert!(wrong.to_string().contains("không phải một mạng"), "{wrong}");
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

#[test]
fn an_officer_of_any_tier_is_added_by_what_people_call_things() {
    let office = Office::new();
    for (username, role, units, told) in [
        (
            "xa1",
            "commune_officer",
            &["03549"][..],
            "Xã Phong Thổ (mã 03549)",
        ),
        ("xa2", "Cán bộ xã", &["xa khong lao"], "Xã Khổng Lào"),
        (
            "xa3",
            "lãnh đạo xã",
            &["Mường So"],
            "Xã Phong Thổ (mã 03549)",
        ),
        (
            "huyen",
            "can bo tong hop dia ban",
            &["Huyện Phong Thổ"],
            "Địa bàn Phong Thổ",
        ),
        ("huyen2", "area_leader", &["109"], "Địa bàn Phong Thổ"),
        (
            "nhieu",
            "cán bộ xã",
            &["xã Dào San, 03583", "Sì Lở Lầu"],
            "Xã Khổng Lào (mã 03583); Xã Sì Lở Lầu",
        ),
        (
            "giamsat1",
            "Người giám sát",
            &["Tỉnh Lai Châu"],
            "Tỉnh Lai Châu",
        ),
        ("quantri1", "quản trị", &[], "quantri1"),
    ] {
        let said = office.add(username, role, units);
        assert!(said.contains(told), "{username}: {said}");
    }
    let said = office.succeeds(&["user", "list"]);
    for told in [
        "Cán bộ tổng hợp địa bàn",
        "Địa bàn Phong Thổ",
        "Có 8 tài khoản",
        "Lò Thị Mai",
    ] {
        assert!(said.contains(told), "{told} in {said}");
    }
    let said = office.succeeds(&["user", "list", "dao", "san"]);
    assert!(
        said.contains("nhieu") && said.contains("Có 1 tài khoản"),
        "{said}"
    );
}

#[test]
fn whoever_cannot_be_added_is_told_why_and_what_comes_near() {
    let office = Office::new();
    office.add("mai", "commune_officer", &["03549"]);
    for (arguments, told) in [
        (
            &["lan", "--role", "commune_officer", "--unit", "xã Khổng Lò"][..],
            "gần giống: Xã Khổng Lào (mã 03583)",
        ),
        (
            &["lan", "--role", "commune_officer", "--unit", "Phong Thổ"],
            "có 2 đơn vị",
        ),
        (&["lan", "--role", "commune_officer"], "thiếu --unit"),
        (
            &["lan", "--role", "trùm", "--unit", "03549"],
            "Cán bộ bản (village_officer), Người đi khảo sát (surveyor)",
        ),
        (
            &["lan", "--role", "cán bộ bản", "--unit", "03549"],
            "chưa có bản nào",
        ),
        (&["l n", "--role", "admin"], "không dùng được"),
        (&["MAI", "--role", "admin"], "đã có người dùng"),
    ] {
        let all = [&["user", "add", "--name", "Lò Thị Lan"], arguments].concat();
        let said = office.fails(&all);
        assert!(said.contains(told), "{arguments:?}: {said}");
    }
    let said = office.fails(&["user", "disable", "may"]);
    assert!(said.contains("gần giống: mai"), "{said}");
    // The password is no argument: every user of the machine reads those.
    let said = office.fails(&[
        "user",
        "add",
        "lan",
        "--name",
        "L",
        "--role",
        "admin",
        "--password",
        PASSWORD,
    ]);
    assert!(said.contains("--password"), "{said}");
}

#[test]
fn units_are_found_by_words_and_tell_what_became_of_them() {
    let office = Office::new();
    let said = office.succeeds(&["units", "find", "muong", "so"]);
    assert!(
        said.contains("Xã Mường So (mã 03589), đến 30/06/2025; nay là Xã Phong Thổ"),
        "{said}"
    );
    let said = office.succeeds(&["units", "find", "Hà Nội"]);
    assert!(said.contains("Không có đơn vị nào"), "{said}");
}

#[test]
fn a_password_comes_by_a_pipe_or_is_typed_twice_without_being_shown() {
    let office = Office::new();
    let program = env!("CARGO_BIN_EXE_banhoc");
    let add = [
        "user",
        "add",
        "mai",
        "--name",
        "Lò Thị Mai",
        "--role",
        "admin",
    ];
    let output = office.hears(program, &add, "");
    assert!(
        said(&output).contains("chưa có mật khẩu"),
        "{}",
        said(&output)
    );
    let output = office.hears(program, &add, "12345678\n");
    assert!(
        said(&output).contains("quá quen thuộc"),
        "{}",
        said(&output)
    );
    let output = office.hears(program, &add, "ruong-bac-thang\n");
    assert!(output.status.success(), "{}", said(&output));

    // `script` gives the program a terminal of its own and writes down all that is shown on it.
    let typed = |first: &str, second: &str| {
        let mut process = office
            .command("script")
            .args(["-qec", &format!("{program} user password mai"), "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a terminal");
        let mut keys = process.stdin.take().expect("an input");
        let mut shown = process.stdout.take().expect("an output");
        let mut all = Vec::new();
        for (prompt, password) in [("khi gõ): ", first), ("lại mật khẩu: ", second)] {
            // Whoever types waits for the question.
            while !String::from_utf8_lossy(&all).ends_with(prompt) {
                let mut byte = [0];
                shown.read_exact(&mut byte).expect("a prompt");
                all.extend(byte);
            }
            keys.write_all(format!("{password}\n").as_bytes())
                .expect("a line");
        }
        shown.read_to_end(&mut all).expect("an answer");
        process.wait().expect("an end");
        String::from_utf8_lossy(&all).into_owned()
    };
    let said = typed("gieo-ngo-doi-cao", "gieo-ngo-doi-thap");
    assert!(said.contains("không giống nhau"), "{said}");
    let said = typed("gieo-ngo-doi-cao", "gieo-ngo-doi-cao");
    assert!(said.contains("Đã đổi mật khẩu của mai"), "{said}");
    assert!(!said.contains("gieo-ngo"), "{said}");
}

#[test]
fn a_commune_s_telephone_is_set_kept_and_forgotten() {
    let office = Office::new();
    let set = ["units", "telephone", "xã phong thổ", "0213 3896 123"];
    let said = office.succeeds(&set);
    assert!(said.contains("điện thoại 02133896123"), "{said}");
    // The list of units knows no telephones, and forgets none.
    office.succeeds(&["import", "units", "units.json"]);
    let said = office.fails(&["units", "telephone", "xã phong thổ", "gọi anh Páo"]);
    assert!(said.contains("không phải số điện thoại"), "{said}");
    let said = office.fails(&["units", "telephone", "xã không có", "113"]);
    assert!(said.contains("không có đơn vị"), "{said}");
    let said = office.succeeds(&["units", "telephone", "xã phong thổ"]);
    assert!(said.contains("đã bỏ số"), "{said}");
}
