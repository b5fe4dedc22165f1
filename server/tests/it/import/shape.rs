//! Lists whose columns do not hold what their heads say.

use crate::support::changes::YEAR;
use std::collections::BTreeMap;

use server::import::Sheet;
use server::import::list::Tables;
use server::import::shape::wrong_columns;
use shared::kind::SubjectKind;

use super::{HEAD, REAL, row};

const PEOPLE: [&str; 12] = [
    "Lò Văn Pâng",
    "Đèo Thị Ín",
    "Mào Văn Ón",
    "Vàng Văn Hặc",
    "Lò Thị Ơ",
    "Đèo Văn Sơ",
    "Nùng Văn Pành",
    "Lò Văn Ún",
    "Lý A Chơ",
    "Sùng A Páo",
    "Giàng Thị Mỷ",
    "Phàn Văn Tẩn",
];

/// Families of two villages, with what is done to each line.
fn rows(change: impl Fn(Vec<String>) -> Vec<String>) -> Vec<String> {
    let mut lines = Vec::new();
    for (at, name) in PEOPLE.iter().enumerate() {
        let village = ["Vàng Pheo", "Tây An"][at % 2];
        let line = format!("{}|{name}|{}|Thái|{village}|5|1|2|2||", at + 1, 1970 + at);
        let cells = line.split('|').map(str::to_owned).collect();
        lines.push(change(cells).join("|"));
    }
    lines
}

fn seen(head: &str, lines: &[String], known: &[&str]) -> Vec<String> {
    let mut all = vec![row(head)];
    all.extend(lines.iter().map(|line| row(line)));
    let sheets = [Sheet::of("S", all)];
    let tables = Tables::find(&sheets, SubjectKind::Household).expect("a list");
    let known: BTreeMap<String, String> = known
        .iter()
        .map(|name| (shared::text::fold(name), (*name).to_owned()))
        .collect();
    wrong_columns(&tables, &known, YEAR)
}

fn swapped(a: usize, b: usize) -> Vec<String> {
    rows(|mut cells| {
        cells.swap(a, b);
        cells
    })
}

#[test]
fn a_list_in_order_is_not_suspected() {
    assert_eq!(seen(HEAD, &rows(|cells| cells), &[]), Vec::<String>::new());
    let sheets = server::import::read(REAL).expect("a file");
    let tables = Tables::find(&sheets, SubjectKind::Household).expect("a list");
    assert_eq!(
        wrong_columns(&tables, &BTreeMap::new(), YEAR),
        Vec::<String>::new()
    );
}

#[test]
fn swapped_columns_are_seen_and_told_with_what_stands_there() {
    for (a, b, says) in [
        // Names and villages.
        (
            1,
            4,
            vec!["cột E “Bản”", "giống tên người", "“Lò Văn Pâng”", "cột B"],
        ),
        // Names and years.
        (
            1,
            2,
            vec![
                "cột B “Họ và tên chủ hộ”",
                "không có chữ cái nào",
                "“1970”",
                "cột C",
            ],
        ),
        // Names and peoples.
        (1, 3, vec!["cột B", "chỉ có một từ", "“Thái”"]),
        // Years and villages.
        (2, 4, vec!["cột E", "là năm", "cột C"]),
        // Years and members.
        (
            2,
            5,
            vec![
                "cột C “Năm sinh”",
                "không phải năm sinh",
                "“5”",
                "cột F “Số khẩu”",
                "không phải số người",
            ],
        ),
        // Members and adults: each looks right by itself.
        (
            5,
            7,
            vec!["cột H “Người lớn (19-60 tuổi)” lớn hơn cột F “Số khẩu” ở 12 trên 12 dòng"],
        ),
        // Years and peoples.
        (
            2,
            3,
            vec![
                "cột C",
                "không phải năm sinh",
                "cột D “Dân tộc”",
                "không có chữ cái nào",
            ],
        ),
    ] {
        let told = seen(HEAD, &swapped(a, b), &[]).join("; ");
        for says in says {
            assert!(told.contains(says), "{a} {b}: {says} in {told}");
        }
    }
}

#[test]
fn swapped_names_are_seen_where_the_villages_are_known() {
    let told = seen(HEAD, &swapped(1, 4), &["Vàng Pheo", "Tây An"]).join("; ");
    assert!(
        told.contains("cột B “Họ và tên chủ hộ” có 12 trên 12 ô là tên bản"),
        "{told}"
    );
}

#[test]
fn names_that_are_mostly_one_and_villages_that_all_differ_are_seen() {
    let same = rows(|mut cells| {
        cells[1] = "Bản Nà Củng".into();
        cells
    });
    let told = seen(HEAD, &same, &[]).join("; ");
    assert!(told.contains("chỉ có 1 tên khác nhau"), "{told}");
    let apart = rows(|mut cells| {
        cells[4] = format!("Ghi chú {}", cells[0]);
        cells
    });
    let told = seen(HEAD, &apart, &[]).join("; ");
    assert!(told.contains("gần như mỗi hộ một bản"), "{told}");
}

#[test]
fn villages_with_numbers_for_names_are_villages() {
    let numbered = rows(|mut cells| {
        let village = cells[0].parse::<usize>().expect("a number") % 4 + 1;
        cells[4] = village.to_string();
        cells
    });
    assert_eq!(seen(HEAD, &numbered, &[]), Vec::<String>::new());
}

#[test]
fn a_column_that_was_left_empty_is_no_wrong_column() {
    let empty = rows(|mut cells| {
        cells[8] = String::new();
        cells[2] = String::new();
        cells
    });
    assert_eq!(seen(HEAD, &empty, &[]), Vec::<String>::new());
    // Nor is one with some strange cells.
    let some = rows(|mut cells| {
        if cells[0].len() > 1 {
            cells[2] = "không rõ".into();
        }
        cells
    });
    assert_eq!(seen(HEAD, &some, &[]), Vec::<String>::new());
}
