//! Reading a household list: one test per kind of dirt, and the real sheet row by row.

mod commune;
mod files;
mod hostile;
mod kinds;
mod planning;
mod shape;

use std::collections::BTreeMap;

use crate::support::changes::YEAR;
use chrono::NaiveDate;
use server::import::list::{self, ReadRow, Reading, SubjectList, Tables};
use server::import::{Cell, FileError, ListedSubject, Sheet};
use shared::field;
use shared::kind::SubjectKind;

const REAL: &[u8] = include_bytes!("../../../data/households_muong_so_2026.xlsx");

fn text(text: &str) -> Cell {
    if text.is_empty() {
        Cell::Empty
    } else {
        Cell::Text(text.to_owned())
    }
}

/// A cell as it is typed: a number where it is one.
fn cell(typed: &str) -> Cell {
    typed.parse().map_or_else(|_| text(typed), Cell::Number)
}

const HEAD: &str = "STT|Họ và tên chủ hộ|Năm sinh|Dân tộc|Bản|Số khẩu|Trẻ đang đi học|Người lớn (19-60 tuổi)|Người lớn biết chữ|Hộ nghèo|Ghi chú";
const GOOD: &str = "1|Lò Văn Pâng|1974|Thái|Vàng Pheo|5|2|2|2|x|";

fn row(line: &str) -> Vec<Cell> {
    line.split('|').map(cell).collect()
}

/// A sheet: heading, header, village, and these rows from row 4 on.
fn sheet(rows: Vec<Vec<Cell>>) -> Sheet {
    let mut all = vec![row("UBND XÃ MƯỜNG SO"), row(HEAD), row("|Bản Vàng Pheo")];
    all.extend(rows);
    Sheet::of("Danh sách", all)
}

fn read(sheets: &[Sheet]) -> Result<SubjectList, FileError> {
    list::read(
        &Tables::find(sheets, SubjectKind::Household)?,
        YEAR,
        &BTreeMap::new(),
    )
}

fn list_of(rows: Vec<Vec<Cell>>) -> SubjectList {
    read(&[sheet(rows)]).expect("a list")
}

/// The only row of a list with one.
fn only(line: &str) -> ReadRow {
    one(row(line))
}

fn one(cells: Vec<Cell>) -> ReadRow {
    let mut list = list_of(vec![cells]);
    assert_eq!(list.rows.len(), 1, "{:?}", list.rows);
    list.rows.remove(0)
}

fn family(row: &ReadRow) -> &ListedSubject {
    match &row.reading {
        Reading::Subject(household) => household,
        other => panic!("{other:?}"),
    }
}

fn number(row: &ReadRow, name: &str) -> Option<u64> {
    family(row).fields.get(&name.into())?.as_u64()
}

fn doubts(row: &ReadRow) -> Vec<&str> {
    let doubts = row.doubts.iter();
    doubts.map(|doubt| doubt.field.as_str()).collect()
}

fn mends(row: &ReadRow) -> Vec<&str> {
    row.mends.iter().map(|mend| mend.field.as_str()).collect()
}

#[test]
fn a_clean_row_is_taken_without_a_word() {
    let row = only(GOOD);
    assert_eq!((row.row, row.label.as_str()), (4, "Lò Văn Pâng"));
    assert!(row.mends.is_empty() && row.doubts.is_empty());
    let family = family(&row);
    assert_eq!(family.village, "Vàng Pheo");
    assert_eq!(
        serde_json::to_value(&family.fields).expect("JSON"),
        serde_json::json!({
            "name": "Lò Văn Pâng", "birth_year": 1974, "ethnicity": "Thái", "members": 5, "children": 2,
            "adults": 2, "literate_adults": 2, "poor": true, "number": 1,
        })
    );
}

#[test]
fn names_are_mended_and_said() {
    for (written, meant) in [
        ("  ĐÈO KẺO ", "Đèo Kẻo"),
        ("Lo\u{300} Va\u{306}n Pa\u{302}ng", "Lò Văn Pâng"),
        ("Lò  Văn\u{a0}Pâng", "Lò Văn Pâng"),
        ("lò văn pâng", "lò văn pâng"),
    ] {
        let row = only(&GOOD.replace("Lò Văn Pâng", written));
        assert_eq!(row.label, meant);
        let expected: &[&str] = if written == meant {
            &[]
        } else {
            &[field::NAME]
        };
        assert_eq!(mends(&row), expected, "{written:?}");
    }
}

#[test]
fn a_year_of_birth_is_read_in_every_way_it_is_typed() {
    let year_of = |cell: Cell| {
        let mut cells = row(GOOD);
        cells[2] = cell;
        one(cells)
    };
    let day = NaiveDate::from_ymd_opt(1985, 1, 1).expect("a day");
    for typed in [
        text("1985"),
        text(" 1985 "),
        text("01/01/1985"),
        text("1/1/1985"),
        text("12-1985"),
        Cell::Date(day),
    ] {
        let row = year_of(typed.clone());
        assert_eq!(number(&row, field::BIRTH_YEAR), Some(1985), "{typed:?}");
        assert_eq!(mends(&row), [field::BIRTH_YEAR], "{typed:?}");
        assert!(row.doubts.is_empty());
    }
    for strange in [
        text("85"),
        text("không rõ"),
        text("13/13/1985"),
        text("31/02"),
        Cell::Number(85.0),
        Cell::Number(1985.5),
        Cell::Number(-1985.0),
        Cell::Number(31_048_000_000.0),
        Cell::Broken("#REF!".into()),
        Cell::Empty,
    ] {
        let row = year_of(strange.clone());
        assert_eq!(number(&row, field::BIRTH_YEAR), None, "{strange:?}");
        assert_eq!(doubts(&row), [field::BIRTH_YEAR], "{strange:?}");
    }
    // A year that can be and is hardly true is kept and doubted; one that cannot be is only doubted.
    for (year, kept) in [
        (2020.0, Some(2020)),
        (1905.0, Some(1905)),
        (2085.0, Some(2085)),
        (1850.0, None),
    ] {
        let row = year_of(Cell::Number(year));
        assert_eq!(number(&row, field::BIRTH_YEAR), kept, "{year}");
        assert_eq!(doubts(&row), [field::BIRTH_YEAR], "{year}");
    }
}

#[test]
fn a_count_is_read_or_doubted() {
    let members_of = |cell: Cell| {
        let mut cells = row(GOOD);
        cells[5] = cell;
        one(cells)
    };
    for typed in ["6", " 6 ", "06", "6 khẩu", "6 người"] {
        let row = members_of(text(typed));
        assert_eq!(number(&row, field::MEMBERS), Some(6), "{typed:?}");
        assert_eq!(mends(&row), [field::MEMBERS], "{typed:?}");
    }
    for strange in [
        text("năm"),
        text("4-5"),
        text("khoảng 5"),
        text("-3"),
        text("4,5"),
        Cell::Number(4.5),
        Cell::Number(-3.0),
        Cell::Number(0.0),
        Cell::Number(612.0),
        Cell::Number(f64::NAN),
        Cell::Number(f64::INFINITY),
        Cell::Broken("#DIV/0!".into()),
        Cell::Empty,
    ] {
        let row = members_of(strange.clone());
        assert_eq!(number(&row, field::MEMBERS), None, "{strange:?}");
        assert_eq!(doubts(&row), [field::MEMBERS], "{strange:?}");
    }
}

#[test]
fn counts_that_cannot_all_be_right_are_kept_and_doubted() {
    for (line, doubted) in [
        (
            "1|Lò Văn Pâng|1974|Thái|Vàng Pheo|9|12|8|6||",
            field::CHILDREN,
        ),
        ("1|Lò Văn Pâng|1974|Thái|Vàng Pheo|4|0|5|2||", field::ADULTS),
        (
            "1|Lò Văn Pâng|1974|Thái|Vàng Pheo|4|3|2|2||",
            field::MEMBERS,
        ),
        (
            "1|Lò Văn Pâng|1974|Thái|Vàng Pheo|5|1|2|3||",
            field::LITERATE_ADULTS,
        ),
    ] {
        let row = only(line);
        assert_eq!(doubts(&row), [doubted], "{line}");
        for name in [
            field::MEMBERS,
            field::CHILDREN,
            field::ADULTS,
            field::LITERATE_ADULTS,
        ] {
            assert!(number(&row, name).is_some(), "{name} of {line}");
        }
    }
}

#[test]
fn the_culture_title_of_a_family_is_a_year_or_a_mark() {
    let year = u64::from(YEAR);
    let read_as = |head: &str, typed: &str| {
        let all = vec![
            row(&format!("{HEAD}|{head}")),
            row("|Bản Vàng Pheo"),
            row(&format!("{GOOD}|{typed}")),
        ];
        let list = read(&[Sheet::of("Danh sách", all)]).expect("a list");
        let row = list.rows.into_iter().next().expect("a family");
        let said = number(&row, field::CULTURE_YEAR);
        (said, row.doubts.is_empty())
    };
    for (typed, stands, is_clear) in [
        ("2025", Some(2025), true),
        ("x", Some(year), true),
        ("có", Some(year), true),
        ("", None, true),
        ("không", None, true),
        ("1875", None, false),
        ("sắp có", None, false),
    ] {
        assert_eq!(
            read_as("Gia đình văn hóa", typed),
            (stands, is_clear),
            "{typed}"
        );
    }
    // How long somebody went to school is another thing.
    assert_eq!(read_as("Trình độ văn hóa", "9/12"), (None, true));
}

#[test]
fn marks_of_poor_households() {
    for (typed, poor, mended) in [
        ("x", Some(true), false),
        ("X", Some(true), false),
        ("", Some(false), false),
        ("có", Some(true), true),
        ("1", Some(true), true),
        ("không", Some(false), true),
        ("cận nghèo", None, false),
    ] {
        let row = only(&format!(
            "1|Lò Văn Pâng|1974|Thái|Vàng Pheo|5|2|2|2|{typed}|"
        ));
        let got = family(&row)
            .fields
            .get(&field::POOR.into())
            .and_then(|it| it.as_bool());
        assert_eq!(got, poor, "{typed}");
        assert_eq!(!row.mends.is_empty(), mended, "{typed}");
        assert_eq!(row.doubts.is_empty(), poor.is_some(), "{typed}");
    }
}

#[test]
fn a_village_is_known_however_it_is_written() {
    for (typed, mended) in [
        ("Vàng Pheo", false),
        ("Vàng Pheo ", false),
        ("vàng pheo", true),
        ("bản Vàng Pheo", true),
        ("VANG PHEO", true),
        ("", false),
    ] {
        let row = only(&format!("1|Lò Văn Pâng|1974|Thái|{typed}|5|2|2|2||"));
        assert_eq!(family(&row).village, "Vàng Pheo", "{typed:?}");
        assert_eq!(!row.mends.is_empty(), mended, "{typed:?}");
        assert!(row.doubts.is_empty(), "{typed:?}");
    }
}

#[test]
fn a_village_that_the_list_does_not_have_is_doubted_and_not_made() {
    let list = list_of(vec![row("1|Lò Văn Pâng|1974|Thái|Vàng Phèo Mới|5|2|2|2||")]);
    assert_eq!(doubts(&list.rows[0]), ["place"]);
    assert_eq!(family(&list.rows[0]).village, "Vàng Pheo");
    assert_eq!(list.villages, ["Vàng Pheo"]);
    // Another village of the list, in the wrong section: the column is believed, and somebody asked.
    let list = list_of(vec![
        row("1|Lò Văn Pâng|1974|Thái|Tây An|5|2|2|2||"),
        row("|Bản Tây An"),
        row("2|Đèo Văn Ín|1980|Kinh|Tây An|4|1|2|1||"),
    ]);
    assert_eq!(family(&list.rows[0]).village, "Tây An");
    assert_eq!(doubts(&list.rows[0]), ["place"]);
    assert!(list.rows[1].doubts.is_empty());
}

#[test]
fn without_village_headings_the_column_names_the_villages() {
    let sheet = Sheet::of(
        "Danh sách",
        vec![
            row(HEAD),
            row("1|Lò Văn Pâng|1974|Thái|bản Vàng Pheo|5|2|2|2||"),
            row("2|Đèo Văn Ín|1980|Kinh|Tây An|4|1|2|1||"),
            row("3|Mào Văn Ón|1980|Kinh||4|1|2|1||"),
        ],
    );
    let list = read(&[sheet]).expect("a list");
    assert_eq!(list.villages, ["Vàng Pheo", "Tây An"]);
    let Reading::Refused(why) = &list.rows[2].reading else {
        panic!("{:?}", list.rows[2]);
    };
    assert!(why.contains("bản nào"), "{why}");
}

#[test]
fn a_family_that_stands_twice_is_refused_and_one_that_only_seems_to_is_doubted() {
    let list = list_of(vec![
        row(GOOD),
        row(&GOOD.replace("1|Lò", "2|Lò")),
        // Decomposed, in capitals, and still the same.
        row("3| LO\u{300} VĂN PÂNG|1974|Thái|vàng pheo|5|2|2|2|x|trùng"),
        row("4|Lò Văn Pâng|1974|Thái|Vàng Pheo|7|2|2|2|x|"),
        row("5|Lò Văn Pâng|1980|Thái|Vàng Pheo|5|2|2|2|x|"),
        row("6|Đèo Văn Ín|1980|Thái|Vàng Pheo|5|2|2|2|x|trùng"),
    ]);
    for at in [1, 2] {
        let Reading::Refused(why) = &list.rows[at].reading else {
            panic!("{:?}", list.rows[at]);
        };
        assert!(why.contains("dòng 4"), "{why}");
        assert!(list.rows[at].mends.is_empty());
    }
    assert_eq!(doubts(&list.rows[3]), [field::NAME]);
    assert!(
        list.rows[4].doubts.is_empty(),
        "another year of birth is another person"
    );
    assert_eq!(doubts(&list.rows[5]), [field::NAME], "a repeat of nobody");
}

#[test]
fn namesakes_of_one_year_are_two_families_where_they_live_apart() {
    let head = "STT|Họ và tên chủ hộ|Năm sinh|Nhóm hộ|Số khẩu";
    let sheet = Sheet::of(
        "S",
        vec![
            row(head),
            row("|Bản Huổi Sen"),
            row("1|Sùng A Páo|1985|Nhóm 1|5"),
            row("2|Sùng A Páo|1985|Nhóm 2|5"),
            row("3|Sùng A Páo|1985|nhóm 1|5"),
            row("4|Sùng A Páo|1985||5"),
        ],
    );
    let list = read(&[sheet]).expect("a list");
    assert!(matches!(list.rows[0].reading, Reading::Subject(_)));
    assert!(matches!(list.rows[1].reading, Reading::Subject(_)));
    assert!(list.rows[1].doubts.is_empty());
    for at in [2, 3] {
        let Reading::Refused(why) = &list.rows[at].reading else {
            panic!("{:?}", list.rows[at]);
        };
        assert!(why.contains("dòng 3"), "{why}");
    }
}

#[test]
fn an_endless_text_in_a_cell_is_doubted_in_a_short_sentence() {
    let row = only(&GOOD.replace("1974", &"không rõ ".repeat(400)));
    assert_eq!(doubts(&row), [field::BIRTH_YEAR]);
    // A longer reason would be refused, and the family with it.
    assert!(row.doubts[0].reason.chars().count() < 200);
}

#[test]
fn rows_that_are_no_family_are_passed_over_and_told() {
    let list = list_of(vec![
        row(GOOD),
        row(HEAD),
        row("|Tổng cộng||||5|||||"),
        row("||||||Mường So, ngày 15 tháng 3 năm 2026"),
        row("|NGƯỜI LẬP||||||TM. ỦY BAN NHÂN DÂN"),
        row("2||||||||||"),
    ]);
    let skipped: Vec<u32> = list
        .rows
        .iter()
        .filter(|row| row.reading == Reading::Skipped)
        .map(|row| row.row)
        .collect();
    assert_eq!(skipped, [6, 7, 8, 9]);
    assert!(list.remarks.is_empty());
}

#[test]
fn a_total_that_is_wrong_is_told() {
    let list = list_of(vec![row(GOOD), row("|Tổng cộng||||9|||||")]);
    assert_eq!(list.remarks.len(), 1);
    assert!(
        list.remarks[0].contains('9') && list.remarks[0].contains('5'),
        "{:?}",
        list.remarks
    );
}

#[test]
fn a_row_without_a_name_or_with_an_endless_one_is_refused() {
    let nameless = only("1||1974|Thái|Vàng Pheo|5|2|2|2||");
    assert!(matches!(&nameless.reading, Reading::Refused(why) if why.contains("họ tên")));
    let number = only("1|1974|1974|Thái|Vàng Pheo|5|2|2|2||");
    assert!(matches!(&number.reading, Reading::Refused(why) if why.contains("“1974”")));
    let endless = only(&GOOD.replace("Lò Văn Pâng", &"Lò ".repeat(100)));
    assert!(matches!(&endless.reading, Reading::Refused(why) if why.contains("120")));
}

#[test]
fn the_header_is_found_in_one_row_or_two_and_by_other_words() {
    let two_rows = vec![
        row("PHÒNG VĂN HÓA"),
        row("TT|Chủ hộ|Sinh năm|Thôn, bản|Tổng số nhân khẩu|Trong đó|||"),
        row("|||||Học sinh|Trong độ tuổi lao động|Biết chữ"),
        row("1|Lò Văn Pâng|1974|Vàng Pheo|5|2|2|2"),
    ];
    let list = read(&[Sheet::of("S", two_rows)]).expect("a list");
    assert_eq!(number(&list.rows[0], field::MEMBERS), Some(5));
    assert_eq!(number(&list.rows[0], field::CHILDREN), Some(2));
    assert_eq!(number(&list.rows[0], field::LITERATE_ADULTS), Some(2));
    // Columns that a list does not have are not missing in each of its rows.
    let short = vec![row("STT|Họ và tên|Bản"), row("1|Lò Văn Pâng|Vàng Pheo")];
    let list = read(&[Sheet::of("S", short)]).expect("a list");
    assert!(list.rows[0].doubts.is_empty());
}

#[test]
fn the_heading_tells_the_year_and_whether_they_register() {
    let titled = |title: &str| {
        let rows = vec![row(title), row(HEAD), row("|Bản Vàng Pheo"), row(GOOD)];
        let sheets = [Sheet::of("S", rows)];
        let heading = Tables::find(&sheets, SubjectKind::Household)
            .expect("a list")
            .heading();
        (heading.year, heading.registers)
    };
    assert_eq!(
        titled("DANH SÁCH HỘ ĐĂNG KÝ DANH HIỆU “GIA ĐÌNH HỌC TẬP” NĂM 2026"),
        (Some(YEAR), true)
    );
    assert_eq!(titled("Danh sách hộ gia đình"), (None, false));
    assert_eq!(titled("Danh sách hộ năm nay"), (None, false));
}

#[test]
fn every_sheet_with_a_list_is_read_and_the_others_are_not() {
    let other = Sheet::of("Ghi chú", vec![row("Người lập: Nùng Thị Hương")]);
    let mut second = sheet(vec![row("1|Đèo Văn Ín|1980|Thái|Vàng Pheo|4|1|2|1||")]);
    second.name = "Bổ sung".into();
    let list = read(&[other, sheet(vec![row(GOOD)]), second]).expect("a list");
    let sheets: Vec<&str> = list.rows.iter().map(|row| row.sheet.as_str()).collect();
    assert_eq!(sheets, ["Danh sách", "Bổ sung"]);
}

#[test]
fn a_file_without_a_list_says_what_was_looked_for() {
    let empty = read(&[]).expect_err("nothing");
    assert!(empty.to_string().contains("không có tờ nào"), "{empty}");
    let other = Sheet::of(
        "Thu chi",
        vec![row("Nội dung|Số tiền"), row("Mua sách|200000")],
    );
    let error = read(&[other]).expect_err("no list").to_string();
    for word in [
        "họ tên chủ hộ",
        "STT",
        "năm sinh",
        "số khẩu",
        "Thu chi",
        "Nội dung",
    ] {
        assert!(error.contains(word), "{word} in {error}");
    }
}

#[test]
fn the_real_sheet_is_read_right_in_every_dirty_row() {
    let sheets = server::import::read(REAL).expect("a file");
    let heading = Tables::find(&sheets, SubjectKind::Household)
        .expect("a list")
        .heading();
    assert_eq!((heading.year, heading.registers), (Some(YEAR), true));
    let list = read(&sheets).expect("a list");
    assert_eq!(
        list.villages,
        ["Vàng Pheo", "Tây An", "Huổi Sen", "Nà Củng", "Khoang Thèn"]
    );
    assert_eq!(
        list.remarks,
        Vec::<String>::new(),
        "the total is right once repeats are left out"
    );
    let rows_where = |wanted: &dyn Fn(&ReadRow) -> bool| -> Vec<u32> {
        list.rows
            .iter()
            .filter(|row| wanted(row))
            .map(|row| row.row)
            .collect()
    };
    let doubted = |name: &'static str| {
        rows_where(&|row| row.doubts.iter().any(|doubt| doubt.field.as_str() == name))
    };
    let refused = rows_where(&|row| matches!(row.reading, Reading::Refused(_)));
    assert_eq!(refused, [70, 130, 148, 161, 177, 221, 228, 231, 264, 340]);
    assert_eq!(
        rows_where(&|row| row.reading == Reading::Skipped),
        [401, 403, 404]
    );
    assert_eq!(
        doubted(field::MEMBERS),
        [22, 55, 129, 162, 243, 251, 292, 298, 376, 390, 400]
    );
    assert_eq!(doubted(field::CHILDREN), [41, 243, 278, 323]);
    assert_eq!(doubted(field::NAME), [166, 191]);
    assert_eq!(doubted(field::BIRTH_YEAR), Vec::<u32>::new());
    let decomposed = rows_where(&|row| {
        row.mends.iter().any(|mend| {
            mend.field.as_str() == field::NAME
                && mend
                    .from
                    .chars()
                    .any(|c| ('\u{300}'..'\u{370}').contains(&c))
        })
    });
    assert_eq!(
        decomposed,
        [
            34, 35, 53, 60, 69, 85, 99, 118, 129, 186, 188, 214, 271, 311, 315, 341, 365, 381
        ]
    );
    let shouted = rows_where(&|row| {
        row.mends.iter().any(|mend| {
            mend.field.as_str() == field::NAME
                && mend.from.trim() == mend.from.trim().to_uppercase()
        })
    });
    assert_eq!(
        shouted,
        [
            40, 54, 55, 57, 86, 113, 132, 146, 153, 179, 195, 244, 260, 290, 310, 326, 348, 374
        ]
    );
    let village = rows_where(&|row| row.mends.iter().any(|mend| mend.field.as_str() == "place"));
    assert_eq!(village, [10, 28, 196, 238, 242, 301, 312, 322, 365]);
    let by_day = rows_where(&|row| {
        row.mends
            .iter()
            .any(|mend| mend.field.as_str() == field::BIRTH_YEAR && mend.from.contains('/'))
    });
    assert_eq!(
        by_day,
        [55, 87, 183, 195, 203, 216, 225, 271, 295, 353, 391]
    );
}
