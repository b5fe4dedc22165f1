//! Files that were made to harm: they are refused before they take the room they ask for.

use crate::support::changes::YEAR;
use server::import::list::Tables;
use server::import::{FileError, read};
use shared::kind::SubjectKind;

use super::files::{packed, xlsx};
use super::{REAL, list};

/// What a cell of a column far to the right costs in each of many rows, and one long text named by many cells.
fn attacks() -> [Vec<u8>; 2] {
    let rows = |row: &dyn Fn(u32) -> String, count| (1..=count).map(row).collect::<String>();
    let far = rows(
        &|row| format!(r#"<row r="{row}"><c r="CV{row}"><v>1</v></c></row>"#),
        400_000,
    );
    let long = rows(
        &|row| format!(r#"<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>"#),
        10_000,
    );
    let text = format!("<si><t>{}</t></si>", "x".repeat(1_000_000));
    [xlsx(&far, "", ""), xlsx(&long, &text, "")]
}

#[test]
fn small_files_that_would_take_gigabytes_are_refused() {
    let [far, long] = attacks();
    assert!(far.len() < 4 << 20 && long.len() < 64 << 10);
    for file in [far, long] {
        let told = read(&file).expect_err("refused");
        assert!(matches!(told, FileError::TooLarge(_)), "{told}");
        assert!(told.to_string().contains("Hãy mở tệp"), "{told}");
    }
}

/// Run by the next test in a process of its own.
#[test]
#[ignore = "measures its own process"]
fn reads_the_attacks_and_tells_its_peak() {
    for file in attacks() {
        assert!(read(&file).is_err());
    }
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let peak = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .expect("a peak");
    println!("{peak}");
}

#[test]
#[cfg(target_os = "linux")]
fn attacks_take_less_than_200_megabytes() {
    let told = std::process::Command::new(std::env::current_exe().expect("this program"))
        .args([
            "--exact",
            "import::hostile::reads_the_attacks_and_tells_its_peak",
        ])
        .args(["--ignored", "--nocapture", "--test-threads=1"])
        .output()
        .expect("a process");
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let peak = told.lines().find_map(|line| line.split_once("VmHWM:"));
    let peak = peak.and_then(|(_, peak)| peak.trim().strip_suffix(" kB"));
    let peak: u64 = peak
        .and_then(|peak| peak.trim().parse().ok())
        .expect("a number of kB");
    println!("peak {} MB", peak / 1_024);
    assert!(peak < 200 * 1_024, "{peak} kB");
}

#[test]
fn what_a_file_says_of_itself_is_not_believed() {
    // A thousand million texts, said and not there.
    let sheet = r#"<row><c t="s"><v>4000000000</v></c><c r="ZZZZZZZ9"><v>1</v></c><c r="A99999999999"><v>1</v></c></row>"#;
    let parts = xlsx(sheet, "", "");
    assert!(read(&parts).is_ok());
    let boast = r#"<sst count="9999999999" uniqueCount="9999999999"><si><t>a</t></si></sst>"#;
    let relations = |inside: &str| format!("<Relationships>{inside}</Relationships>");
    let package =
        relations(r#"<Relationship Id="a" Type="/officeDocument" Target="xl/workbook.xml"/>"#);
    let book = relations(
        r#"<Relationship Id="a" Type="/worksheet" Target="../xl/./s.xml"/><Relationship Id="b" Type="/sharedStrings" Target="t.xml"/>"#,
    );
    let file = packed(&[
        ("_rels/.rels", &package),
        (
            "XL/Workbook.xml",
            r#"<workbook><sheet name="a" id="a"/><sheet name="b" id="zzz"/></workbook>"#,
        ),
        ("xl/_rels/workbook.xml.rels", &book),
        (
            "xl/s.xml",
            r#"<worksheet><sheetData><row><c t="s"><v>0</v></c></row></sheetData></worksheet>"#,
        ),
        ("xl/t.xml", boast),
    ]);
    let sheets = read(&file).expect("a file");
    assert_eq!(sheets.len(), 1);
    assert_eq!(sheets[0].rows[&1][0].text(), "a");
}

#[test]
fn one_font_named_in_ten_thousand_styles_and_entities_in_entities_take_no_room() {
    let font = format!(
        "<fonts><font><name val=\"{}\"/></font></fonts>",
        "x".repeat(500_000)
    );
    let styles = format!(
        "{font}<cellXfs>{}</cellXfs>",
        "<xf fontId=\"0\"/>".repeat(10_000)
    );
    let sheets = read(&xlsx("<row><c><v>1</v></c></row>", "", &styles)).expect("a file");
    assert_eq!(sheets[0].rows.len(), 1);
    let bomb = r#"<row><c t="str"><v>&lol9;&lol9;a</v></c></row>"#;
    let sheets = read(&xlsx(bomb, "", "")).expect("a file");
    assert_eq!(sheets[0].rows[&1][0].text(), "a");
}

#[test]
fn what_unpacks_to_gigabytes_is_refused_whatever_it_says() {
    let spaces = " ".repeat(120 << 20);
    let bomb = xlsx(&spaces, "", "");
    assert!(bomb.len() < 1 << 20);
    assert!(matches!(read(&bomb), Err(FileError::TooLarge(_))));
    // Many small tags, so that no single run is long.
    let tags = "<x/>".repeat(30 << 20);
    assert!(matches!(
        read(&xlsx(&tags, "", "")),
        Err(FileError::TooLarge(_))
    ));
    let parts: Vec<(String, &str)> = (0..10_001).map(|at| (format!("p{at}"), "")).collect();
    let parts: Vec<(&str, &str)> = parts
        .iter()
        .map(|(name, text)| (name.as_str(), *text))
        .collect();
    assert!(matches!(read(&packed(&parts)), Err(FileError::TooLarge(_))));
    assert!(matches!(
        read(&vec![b'x'; 21 << 20]),
        Err(FileError::TooLarge(_))
    ));
    let rows = "1;2;3;4;5;6;7;8;9;10\n".repeat(200_000);
    assert!(matches!(read(rows.as_bytes()), Err(FileError::TooLarge(_))));
}

#[test]
fn a_broken_byte_is_an_error_or_a_list_and_never_a_panic() {
    for at in (0..REAL.len()).step_by(97) {
        let mut broken = REAL.to_vec();
        broken[at] ^= 0x55;
        if let Ok(sheets) = read(&broken)
            && let Ok(tables) = Tables::find(&sheets, SubjectKind::Household)
        {
            let _ = list::read(&tables, YEAR, &std::collections::BTreeMap::new());
        }
    }
}

#[test]
fn two_cells_at_the_far_corners_are_two_cells() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let corner = book.add_worksheet();
    corner.write(0, 0, "a").expect("a cell");
    corner.write(1_048_575, 16_383, "z").expect("a cell");
    let sheets = read(&book.save_to_buffer().expect("a file")).expect("sheets");
    assert_eq!(sheets[0].rows.len(), 1);
}
