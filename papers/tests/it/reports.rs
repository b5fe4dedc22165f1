//! Reports of achievements: what is known of somebody, and room for what is not.

use papers::{
    AchievementReport, CommendedBefore, GaveIn, HeldTitle, Letterhead, NotedInitiative, PaperError,
    bounds, reports_docx, reports_pdf,
};

use crate::support::{body, letterhead, pages, paragraphs, parts};

fn report(at: usize) -> AchievementReport {
    AchievementReport {
        drafted_in: 2026,
        award: "Giấy khen".into(),
        period: "năm 2026".into(),
        name_head: "Họ và tên".into(),
        name: format!("Lò Thị Ón {at}"),
        kind: "Công dân".into(),
        place: "Bản Vàng Pheo, xã Phong Thổ".into(),
        facts: vec![("Nghề nghiệp, chức vụ".into(), String::new())],
        titles: vec![HeldTitle {
            year: 2026,
            title: "Công dân học tập".into(),
            result: "92,5 điểm".into(),
            decision: "05/QĐ-UBND ngày 03/02/2027".into(),
        }],
        gave: vec![GaveIn {
            year: 2026,
            labour: Some(25),
            money: Some(2_000_000),
            otherwise: "Dạy chữ".into(),
        }],
        initiatives: vec![NotedInitiative {
            year: 2026,
            name: "Lớp <b>tối</b> & \u{202e}đêm".into(),
            what: "Ai biết\nmột chữ.".into(),
            recognised: "UBND xã, số 7".into(),
            ..NotedInitiative::default()
        }],
        commended: vec![CommendedBefore {
            period: "năm 2025".into(),
            award: "Giấy khen".into(),
            decision: "09/QĐ-UBND ngày 03/03/2026".into(),
        }],
        deed: "Góp 25 ngày công.".into(),
        ..AchievementReport::default()
    }
}

#[test]
fn a_report_says_what_is_known_and_leaves_room_for_the_rest() {
    let file = reports_docx(&[report(1)], &letterhead()).unwrap();
    let lines = paragraphs(&file);
    for wanted in [
        "XÃ PHONG THỔ",
        "BÁO CÁO THÀNH TÍCH",
        "Đề nghị tặng Giấy khen về thành tích năm 2026",
        "I. SƠ LƯỢC VỀ NGƯỜI ĐƯỢC ĐỀ NGHỊ",
        "Họ và tên: Lò Thị Ón 1",
        "Địa chỉ: Bản Vàng Pheo, xã Phong Thổ",
        "Nghề nghiệp, chức vụ: ",
        "II. THÀNH TÍCH ĐẠT ĐƯỢC",
        "92,5 điểm",
        "05/QĐ-UBND ngày 03/02/2027",
        "2.000.000",
        "Năm 2026: “Lớp <b>tối</b> & đêm”, được công nhận: UBND xã, số 7.",
        "Nội dung: Ai biết một chữ.",
        "09/QĐ-UBND ngày 03/03/2026",
        "III. ĐỀ NGHỊ KHEN THƯỞNG",
        "Đề nghị tặng Giấy khen cho Lò Thị Ón 1, Bản Vàng Pheo, xã Phong Thổ. Thành tích: Góp 25 ngày công.",
        "XÁC NHẬN CỦA",
        "NGƯỜI BÁO CÁO",
        "(Ký tên, đóng dấu)",
        "Tẩn Láo Sử",
    ] {
        assert!(
            lines.iter().any(|line| line == wanted),
            "no “{wanted}” in {lines:#?}"
        );
    }
    let xml = body(&file);
    let room = xml.matches(r#"w:leader="dot""#).count();
    assert_eq!(room, 1 + 3, "a fact to write, and what else was achieved");
    // No number: it is nobody's official paper until somebody signs it. No form of a decree is named.
    let said = lines.join("\n");
    assert!(!said.contains("Số: ") && !said.contains("Mẫu"), "{said}");
}

#[test]
fn who_is_unknown_has_room_everywhere() {
    let nothing = AchievementReport {
        name: "Dòng họ Lò".into(),
        name_head: "Dòng họ".into(),
        is_collective: true,
        titles: Vec::new(),
        gave: Vec::new(),
        initiatives: Vec::new(),
        commended: Vec::new(),
        kind: String::new(),
        place: String::new(),
        deed: String::new(),
        ..report(1)
    };
    let file = reports_docx(&[nothing], &letterhead()).unwrap();
    let lines = paragraphs(&file);
    let empty = lines
        .iter()
        .filter(|line| line.starts_with("Chưa ghi trong sổ"));
    assert_eq!(empty.count(), 4);
    assert!(lines.contains(&"ĐẠI DIỆN TẬP THỂ BÁO CÁO".to_owned()));
    assert!(lines.contains(&"Đề nghị tặng Giấy khen cho Dòng họ Lò.".to_owned()));
    assert!(
        !lines.contains(&"Dòng họ Lò".to_owned()),
        "nobody's name is put to a signature"
    );
    assert_eq!(body(&file).matches(r#"w:leader="dot""#).count(), 3 + 8 + 3);
}

#[test]
fn each_begins_a_page_and_counts_its_own() {
    let reports: Vec<AchievementReport> = (1..=3).map(report).collect();
    let file = reports_docx(&reports, &letterhead()).unwrap();
    let xml = body(&file);
    assert_eq!(xml.matches(r#"<w:pgNumType w:start="1"/>"#).count(), 3);
    assert_eq!(
        parts(&file).len(),
        parts(&reports_docx(&reports[..1], &letterhead()).unwrap()).len()
    );
    let one = pages(&reports_pdf(&reports[..1], &letterhead(), None).unwrap());
    assert_eq!(
        pages(&reports_pdf(&reports, &letterhead(), None).unwrap()),
        3 * one
    );
}

#[test]
fn what_is_missing_or_too_much_is_refused_in_words() {
    let refused = |reports: &[AchievementReport], letterhead: &Letterhead| {
        let word = reports_docx(reports, letterhead).unwrap_err();
        assert_eq!(reports_pdf(reports, letterhead, None).unwrap_err(), word);
        word.to_string()
    };
    assert_eq!(refused(&[], &letterhead()), "Thiếu danh sách.");
    let unnamed = AchievementReport {
        name: " ".into(),
        ..report(1)
    };
    assert_eq!(refused(&[unnamed], &letterhead()), "Thiếu tên.");
    let many = vec![report(1); bounds::REPORTS + 1];
    let told = reports_docx(&many, &letterhead()).unwrap_err().to_string();
    assert_eq!(told, "Báo cáo: có 501, một văn bản chứa nhiều nhất 500.");
    let told = reports_pdf(&many[..101], &letterhead(), None)
        .unwrap_err()
        .to_string();
    assert_eq!(told, "Báo cáo: có 101, một văn bản chứa nhiều nhất 100.");
    let rows = AchievementReport {
        titles: vec![HeldTitle::default(); bounds::REPORT_ROWS + 1],
        ..report(1)
    };
    assert!(refused(&[rows], &letterhead()).starts_with("Bảng: có 61"));
    let long = AchievementReport {
        initiatives: vec![NotedInitiative {
            name: "x".into(),
            what: "ê ".repeat(bounds::PARAGRAPH),
            ..NotedInitiative::default()
        }],
        ..report(1)
    };
    let told = reports_docx(&[long], &letterhead()).unwrap_err();
    assert!(matches!(told, PaperError::TooLong { .. }), "{told}");
}
