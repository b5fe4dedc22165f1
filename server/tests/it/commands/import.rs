//! `banhoc import households`: what it ends with, what it says, and how it is answered.

use super::{Office, said};

const HEAD: &str = "STT;Họ và tên chủ hộ;Năm sinh;Bản;Số khẩu\n";

impl Office {
    /// Imports a list of these rows, and returns how it ended with all that it said.
    fn imports(&self, rows: &str, options: &[&str]) -> (Option<i32>, String) {
        let file = self.folder().join("ds.csv");
        std::fs::write(file, format!("{HEAD}{rows}")).expect("a file");
        let command = ["import", "households", "ds.csv", "--commune", "03549"];
        let output = self.run(&[&command, options].concat());
        (output.status.code(), said(&output))
    }
}

const TWO: &str = "1;Lò Văn Pâng;1974;Vàng Pheo;5\n2;Đèo Thị Ín;1980;Tây An;4\n";

#[test]
fn what_is_asked_is_answered_by_options_and_the_end_says_whether_something_waits() {
    let office = Office::new();
    let (end, told) = office.imports(TWO, &[]);
    assert_eq!(end, Some(3), "{told}");
    for says in [
        "CÂU HỎI 1",
        "--new-villages",
        "--new-village \"Vàng Pheo\"",
        "2 dòng liên quan chưa được ghi",
    ] {
        assert!(told.contains(says), "{says} in {told}");
    }
    let preview = ["--dry-run", "--new-villages"];
    let (end, told) = office.imports(TWO, &preview);
    assert!(
        end == Some(0) && told.contains("chưa có gì được ghi"),
        "{told}"
    );
    let one = ["--new-village", "vàng pheo", "--new-village", "Tây An"];
    let (end, told) = office.imports(TWO, &one);
    assert!(
        end == Some(0) && told.contains("banhoc import undo "),
        "{told}"
    );
    let (end, told) = office.imports(TWO, &[]);
    assert!(end == Some(0) && told.contains("Không có gì mới"), "{told}");

    // A namesake, in a village that is misspelt.
    let third = "1;Lò Văn Pâng;1947;Vàng Peo;5\n";
    let village = ["--village", "Vàng Peo=Vàng Pheo"];
    let (end, told) = office.imports(third, &village);
    assert!(
        end == Some(3) && told.contains("--same 2  hoặc  --different 2"),
        "{told}"
    );
    let (end, told) = office.imports(third, &[&village[..], &["--different", "2"]].concat());
    assert!(end == Some(0) && told.contains("1 hộ mới"), "{told}");
    let (end, told) = office.imports(third, &[&village[..], &["--same", "9"]].concat());
    assert!(
        end == Some(1) && told.contains("không có câu hỏi nào về dòng 9"),
        "{told}"
    );
    let (end, told) = office.imports(third, &["--village", "Vàng Peo=Vàng"]);
    assert!(
        end == Some(1) && told.contains("các bản: Tây An, Vàng Pheo"),
        "{told}"
    );
}

#[test]
fn a_list_of_another_kind_is_asked_for_by_an_option() {
    let office = Office::new();
    let file = office.folder().join("dv.csv");
    let units =
        "STT;Tên đơn vị;Loại đơn vị;Bản\n1;Trạm Y tế;Cơ quan;\n2;Chợ;Doanh nghiệp;Trung tâm xã\n";
    std::fs::write(file, units).expect("a file");
    let run = |options: &[&str]| {
        let command = ["import", "subjects", "dv.csv", "--commune", "03549"];
        let output = office.run(&[&command, options].concat());
        (output.status.code(), said(&output))
    };
    let (end, told) = run(&["--kind", "unit"]);
    assert!(
        end == Some(3) && told.contains("1 đơn vị mới") && told.contains("nếu không thuộc bản nào"),
        "{told}"
    );
    let (end, told) = run(&["--kind", "unit", "--village", "Trung tâm xã="]);
    assert!(end == Some(0) && told.contains("1 đơn vị mới"), "{told}");
    assert!(
        office
            .succeeds(&["import", "list"])
            .contains("1 đơn vị mới")
    );
    let (end, told) = run(&["--kind", "clan"]);
    assert!(
        end == Some(1) && told.contains("không phải danh sách dòng họ"),
        "{told}"
    );
    let (end, told) = run(&["--kind", "commune"]);
    assert!(end == Some(2) && told.contains("citizen"), "{told}");
}

#[test]
fn nothing_taken_is_no_success() {
    let office = Office::new();
    for (rows, says) in [
        ("", "không có dòng hộ nào"),
        ("1;1974;1974;Vàng Pheo;5\n", "Chưa nhận được hộ nào"),
    ] {
        let (end, told) = office.imports(rows, &["--new-villages"]);
        assert!(end == Some(1) && told.contains(says), "{told}");
    }
    let swapped: String = (1..=9)
        .map(|at| format!("{at};{};Lò Văn Pâng;Vàng Pheo;5\n", 1960 + at))
        .collect();
    let (end, told) = office.imports(&swapped, &["--new-villages"]);
    assert_eq!(end, Some(1), "{told}");
    for says in [
        "cột B “Họ và tên chủ hộ” có 9 trên 9 ô không có chữ cái nào",
        "thêm --despite-columns",
    ] {
        assert!(told.contains(says), "{says} in {told}");
    }
    std::fs::write(office.folder().join("trống.xlsx"), "").expect("a file");
    let told = office.fails(&["import", "households", "trống.xlsx", "--commune", "03549"]);
    assert!(told.contains("tệp trống"), "{told}");
}

#[test]
fn an_import_is_listed_and_taken_back_by_its_id() {
    let office = Office::new();
    let (_, told) = office.imports(TWO, &["--new-villages"]);
    let (_, id) = told.rsplit_once("undo ").expect("an id");
    let id = id.trim();
    let listed = office.succeeds(&["import", "list"]);
    assert!(
        listed.contains(id) && listed.contains("ds.csv") && listed.contains("2 hộ mới"),
        "{listed}"
    );
    let undone = office.succeeds(&["import", "undo", &id.to_lowercase()]);
    assert!(
        undone.contains("2 hộ mới thôi tính") && undone.contains("2 bản mới"),
        "{undone}"
    );
    assert!(office.succeeds(&["import", "list"]).contains("đã bỏ ngày"));
    assert!(office.fails(&["import", "undo", id]).contains("đã được bỏ"));
    assert!(office.succeeds(&["check"]).contains("khớp"));
}
