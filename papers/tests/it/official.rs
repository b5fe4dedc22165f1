//! Decisions, proposals and registers: what Decree 30/2020 asks to stand there.

use papers::{
    Commendation, CommendationDecision, CommendationProposal, CommendedRow, Correction,
    CorrectionDecision, CorrectionProposal, Heads, Letterhead, MendedRow, Named, Numbering,
    ProposalLetter, RecognitionDecision, Record, RecordColumn, Register, RegisterRow, Revocation,
    docx, pdf,
};

use crate::support::{body, decision, letterhead, pages, paragraphs, parts, rows};

fn has(lines: &[String], wanted: &str) {
    assert!(
        lines.iter().any(|line| line == wanted),
        "no paragraph “{wanted}” in {:#?}",
        &lines[..lines.len().min(60)]
    );
}

#[test]
fn a_decision_says_what_the_rules_ask_for() {
    let file = docx(&decision(), &letterhead()).unwrap();
    let lines = paragraphs(&file);
    for wanted in [
        "ỦY BAN NHÂN DÂN",
        "TỈNH LAI CHÂU",
        "XÃ PHONG THỔ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 05/QĐ-UBND",
        "Phong Thổ, ngày 03 tháng 02 năm 2026",
        "QUYẾT ĐỊNH",
        "Về việc công nhận danh hiệu “Gia đình học tập” năm 2026",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ PHONG THỔ",
        "Căn cứ Luật Tổ chức chính quyền địa phương;",
        "Theo đề nghị của Hội đồng đánh giá.",
        "QUYẾT ĐỊNH:",
        "Điều 1. Công nhận danh hiệu “Gia đình học tập” năm 2026 cho 60 gia đình (có danh sách kèm theo).",
        "Điều 4. Các gia đình có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này./.",
        "Nơi nhận:",
        "- Như Điều 4;",
        "- Lưu: VT.",
        "CHỦ TỊCH",
        "Tẩn Láo Sử",
        "Phụ lục",
        "DANH SÁCH GIA ĐÌNH ĐƯỢC CÔNG NHẬN DANH HIỆU “GIA ĐÌNH HỌC TẬP” NĂM 2026",
        "(Kèm theo Quyết định số 05/QĐ-UBND ngày 03 tháng 02 năm 2026 của Chủ tịch Ủy ban nhân dân xã Phong Thổ)",
        "Lò Văn Pâng 60",
    ] {
        has(&lines, wanted);
    }
}

#[test]
fn sheet_numbers_and_heads_are_those_of_the_decree() {
    let file = docx(&decision(), &letterhead()).unwrap();
    let xml = body(&file);
    assert_eq!(
        xml.matches(r#"<w:pgSz w:w="11906" w:h="16838"/>"#).count(),
        2,
        "A4, upright, paper and annex"
    );
    assert_eq!(
        xml.matches(r#"w:top="1134" w:right="850" w:bottom="1134" w:left="1701""#)
            .count(),
        2
    );
    assert_eq!(
        xml.matches("<w:titlePg/>").count(),
        2,
        "no number on a first page"
    );
    assert_eq!(
        xml.matches(r#"<w:pgNumType w:start="1"/>"#).count(),
        2,
        "the annex counts its own pages"
    );
    assert_eq!(
        xml.matches("<w:tblHeader/>").count(),
        1,
        "the head of the list is repeated"
    );
    assert!(
        xml.contains(r#"w:firstLine="720"/><w:jc w:val="both"/>"#),
        "justified, first line indented"
    );
    let parts = parts(&file);
    let part = |name: &str| &parts.iter().find(|(part, _)| part == name).unwrap().1;
    assert!(part("word/styles.xml").contains("Times New Roman"));
    assert!(part("word/header1.xml").contains(" PAGE "));
}

#[test]
fn unsigned_papers_leave_room_for_number_and_day() {
    let unsigned = RecognitionDecision {
        numbering: Numbering {
            number: None,
            date: None,
            ..decision().numbering
        },
        ..decision()
    };
    let lines = paragraphs(&docx(&unsigned, &letterhead()).unwrap());
    has(&lines, "Số:       /QĐ-UBND");
    has(&lines, "Phong Thổ, ngày     tháng     năm 2026");
    has(
        &lines,
        "(Kèm theo Quyết định số       /QĐ-UBND ngày     tháng     năm 2026 của Chủ tịch Ủy ban nhân dân xã Phong Thổ)",
    );
}

#[test]
fn a_column_in_which_nobody_says_anything_is_left_out() {
    let lines = paragraphs(&docx(&decision(), &letterhead()).unwrap());
    has(&lines, "Kết quả");
    assert!(
        !lines
            .iter()
            .any(|line| line == "Năm sinh" || line == "Ghi chú")
    );
}

#[test]
fn a_revocation_names_the_decision_and_the_reason() {
    let revoking = RecognitionDecision {
        revokes: Some(Revocation {
            decision: "05/QĐ-UBND".into(),
            date: decision().numbering.date,
            reason: "kê khai không đúng sự thật.".into(),
        }),
        rows: rows(2),
        ..decision()
    };
    let lines = paragraphs(&docx(&revoking, &letterhead()).unwrap());
    has(
        &lines,
        "Về việc thu hồi danh hiệu “Gia đình học tập” năm 2026",
    );
    has(
        &lines,
        "Điều 1. Thu hồi danh hiệu “Gia đình học tập” năm 2026 đã công nhận tại Quyết định số 05/QĐ-UBND ngày 03 tháng 02 năm 2026 đối với 02 gia đình (có danh sách kèm theo).",
    );
    has(&lines, "Điều 2. Lý do thu hồi: kê khai không đúng sự thật.");
}

fn proposal(addressees: &[&str]) -> ProposalLetter {
    ProposalLetter {
        numbering: Numbering {
            symbol: "TTr-UBND".into(),
            ..decision().numbering
        },
        title: "Cộng đồng học tập".into(),
        year: 2026,
        counted: "bản".into(),
        addressees: addressees.iter().map(|name| (*name).to_owned()).collect(),
        bases: Vec::new(),
        paragraphs: vec!["Hội đồng đánh giá đã họp.".into()],
        heads: Heads::default(),
        rows: rows(12),
    }
}

#[test]
fn a_proposal_says_to_whom_and_asks() {
    let lines = paragraphs(&docx(&proposal(&["Sở Giáo dục và Đào tạo"]), &letterhead()).unwrap());
    has(&lines, "TỜ TRÌNH");
    has(&lines, "Số: 05/TTr-UBND");
    has(&lines, "Kính gửi: Sở Giáo dục và Đào tạo");
    has(
        &lines,
        "Ủy ban nhân dân xã Phong Thổ kính trình Sở Giáo dục và Đào tạo xem xét, công nhận danh hiệu “Cộng đồng học tập” năm 2026 cho 12 bản (có danh sách kèm theo)./.",
    );
    let lines = paragraphs(&docx(&proposal(&["Sở A", "Hội B"]), &letterhead()).unwrap());
    has(&lines, "- Sở A;");
    has(&lines, "- Hội B.");
}

#[test]
fn papers_are_pdfs_too_and_their_lists_have_pages_of_their_own() {
    let short = RecognitionDecision {
        rows: rows(3),
        ..decision()
    };
    assert_eq!(
        pages(&pdf(&short, &letterhead(), None).unwrap()),
        2,
        "paper, annex"
    );
    assert_eq!(
        pages(&pdf(&proposal(&["Sở A"]), &letterhead(), None).unwrap()),
        2
    );
    assert!(
        pages(&pdf(&decision(), &letterhead(), None).unwrap()) > 2,
        "60 rows are more than a page"
    );
}

#[test]
fn a_register_lies_across_and_has_no_annex() {
    let row = RegisterRow {
        number: "01/2026".into(),
        name: "Lò Văn Pâng".into(),
        ..RegisterRow::default()
    };
    let mut register = Register {
        heading: "Sổ danh hiệu".into(),
        covering: "Năm 2026".into(),
        date: None,
        drafted_in: 2026,
        rows: vec![row; 3],
    };
    let file = docx(&register, &letterhead()).unwrap();
    assert_eq!(body(&file).matches(r#"w:orient="landscape""#).count(), 1);
    let lines = paragraphs(&file);
    has(&lines, "SỔ DANH HIỆU");
    assert!(!lines.iter().any(|line| line == "Khen thưởng"));
    assert_eq!(pages(&pdf(&register, &letterhead(), None).unwrap()), 1);
    register.rows[1].commended = "Giấy khen, 130/QĐ-UBND ngày 20/11/2026".into();
    let lines = paragraphs(&docx(&register, &letterhead()).unwrap());
    has(&lines, "Khen thưởng");
    has(&lines, "Giấy khen, 130/QĐ-UBND ngày 20/11/2026");
    assert!(!lines.iter().any(|line| line == "Mức, xếp loại"));
    register.rows[2].result = "mức 2".into();
    let lines = paragraphs(&docx(&register, &letterhead()).unwrap());
    has(&lines, "Mức, xếp loại");
    has(&lines, "mức 2");
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    assert_eq!(
        docx(&decision(), &letterhead()).unwrap(),
        docx(&decision(), &letterhead()).unwrap()
    );
    assert_eq!(
        pdf(&decision(), &letterhead(), None).unwrap(),
        pdf(&decision(), &letterhead(), None).unwrap()
    );
}

#[test]
fn names_are_text_whatever_stands_in_them() {
    let hostile = [
        "#panic(\"x\") #include \"data.json\" $x$ *b* _i_ <w:t>&amp;]]> @ref `raw`",
        "\u{0}\u{7}\u{1b}[31m Lò\u{202e}gnâP \u{feff}\u{ffff}\u{fdd0}",
        "\u{202e}\u{200f}\u{2066}",
        "𠮷😀👩 ﷽ Ấ̂̃̃̃̃",
        &"Ấ".repeat(200),
    ];
    for name in hostile {
        let letterhead = Letterhead {
            signer_name: name.chars().take(150).collect(),
            ..letterhead()
        };
        let mut named = RecognitionDecision {
            rows: rows(1),
            ..decision()
        };
        named.rows[0].name = format!("x {name}").chars().take(200).collect();
        named.rows[0].village = name.into();
        let file = docx(&named, &letterhead).unwrap();
        parts(&file);
        assert_eq!(pages(&pdf(&named, &letterhead, None).unwrap()), 2, "{name}");
    }
    let mut named = RecognitionDecision {
        rows: rows(1),
        ..decision()
    };
    named.rows[0].name = "<w:t>&#x41; #panic()".into();
    has(
        &paragraphs(&docx(&named, &letterhead()).unwrap()),
        "<w:t>&#x41; #panic()",
    );
}

/// Minutes of a village, with room for votes.
fn minutes() -> Record {
    let column = |head: &str, weight, centred| RecordColumn {
        head: head.into(),
        weight,
        centred,
    };
    Record {
        kind: "Biên bản".into(),
        about: "Họp bình xét danh hiệu “Gia đình học tập” năm 2026".into(),
        drafted_in: 2026,
        paragraphs: vec!["Có mặt: …… người; vắng mặt: …… người.".into()],
        columns: vec![
            column("TT", 7, true),
            column("Họ và tên chủ hộ", 40, false),
            column("Đồng ý", 14, true),
        ],
        rows: vec![vec!["1".into(), "Lò Văn Pâng".into()]],
        beside: "Thư ký".into(),
        ..Record::default()
    }
}

#[test]
fn a_record_has_room_to_be_filled_in_and_two_signatures() {
    let file = docx(&minutes(), &letterhead()).unwrap();
    let lines = paragraphs(&file);
    for wanted in [
        "BIÊN BẢN",
        "Họp bình xét danh hiệu “Gia đình học tập” năm 2026",
        "Có mặt: …… người; vắng mặt: …… người.",
        "Đồng ý",
        "Lò Văn Pâng",
        "THƯ KÝ",
        "CHỦ TỊCH",
    ] {
        has(&lines, wanted);
    }
    assert!(!lines.iter().any(|line| line == "Nơi nhận:"));
    // A cell for every column, also where nothing is written yet.
    let row = body(&file).rfind("Lò Văn Pâng").unwrap();
    let rest = &body(&file)[row..];
    assert_eq!(
        rest[..rest.find("</w:tr>").unwrap()]
            .matches("<w:tc>")
            .count(),
        1
    );
    assert!(
        pdf(&minutes(), &letterhead(), None)
            .unwrap()
            .starts_with(b"%PDF")
    );
    for broken in [
        Record {
            kind: String::new(),
            ..minutes()
        },
        Record {
            columns: vec![RecordColumn::default()],
            ..minutes()
        },
        Record {
            rows: vec![Vec::new(); 5_001],
            ..minutes()
        },
    ] {
        assert!(docx(&broken, &letterhead()).is_err());
    }
}

/// The pages that a paper has more when its signature stands on another page than the last of what is signed.
const APART: &str = "
#context {
  let page-of(label) = query(label).last().location().page()
  if query(<signing>).len() != 1 or page-of(<last-words>) != page-of(<signing>) { for _ in range(9) { pagebreak(); [!] } }
}";

#[test]
fn no_signature_stands_alone_on_its_page() {
    let looked_at = format!("{}{APART}", papers::OFFICIAL_TEMPLATE);
    // The same, tied to nothing.
    let apart = looked_at.replace("<= height * 0.75", "<= 0mm");
    let apart = apart.replace("sticky: true, words", "words");
    let mut alone = 0;
    for many in 18..=34 {
        let record = Record {
            rows: vec![vec!["1".into(), "Lò Văn Pâng".into()]; many],
            ..minutes()
        };
        let paper = |template: Option<&str>| pdf(&record, &letterhead(), template).unwrap();
        assert_eq!(
            pages(&paper(Some(&looked_at))),
            pages(&paper(None)),
            "{many} rows"
        );
        alone += usize::from(pages(&paper(Some(&apart))) > 8);
    }
    assert!(alone > 0, "at some length it would stand alone");
    alone = 0;
    for many in 9..=22 {
        let said = "Hội đồng đã thẩm tra hồ sơ của các bản, thôn theo quy định.";
        let letter = ProposalLetter {
            paragraphs: vec![said.into(); many],
            ..proposal(&["Sở Giáo dục và Đào tạo"])
        };
        let paper = |template: Option<&str>| pdf(&letter, &letterhead(), template).unwrap();
        assert_eq!(
            pages(&paper(Some(&looked_at))),
            pages(&paper(None)),
            "{many} paragraphs"
        );
        alone += usize::from(pages(&paper(Some(&apart))) > 8);
    }
    assert!(alone > 0, "at some length it would stand alone");
}

#[test]
fn the_last_rows_of_a_list_go_with_the_signature() {
    let record = Record {
        rows: vec![vec!["1".into(), "Lò Văn Pâng".into()]; 9],
        ..minutes()
    };
    let xml = body(&docx(&record, &letterhead()).unwrap());
    let (list, signed) = xml.split_at(xml.rfind("Lò Văn Pâng").unwrap());
    let kept = list.rfind("<w:tblHeader/>").unwrap();
    // Three columns in each of two rows, the last cell after its name.
    assert_eq!(list[kept..].matches("<w:keepNext/>").count(), 5);
    assert!(signed[..signed.find("</w:tr>").unwrap()].contains("<w:keepNext/>"));
    // A row as high as a page is drawn all the same.
    let long = Record {
        rows: vec![vec!["1".into(), "Lò Văn Pâng ".repeat(150)]; 3],
        ..minutes()
    };
    assert!(pages(&pdf(&long, &letterhead(), None).unwrap()) >= 3);
}

fn commends(money: Option<u64>) -> Commendation {
    let row = |name: &str| CommendedRow {
        name: name.into(),
        village: "Bản Vàng Pheo".into(),
        deed: "Hiến 300 m² đất làm lớp học".into(),
        money,
    };
    Commendation {
        numbering: decision().numbering,
        award: "Giấy khen".into(),
        merit: "Có thành tích xuất sắc trong phong trào học tập suốt đời năm 2026".into(),
        period: "năm 2026".into(),
        counted: "công dân".into(),
        bases: decision().bases,
        name_head: "Họ và tên".into(),
        rows: vec![row("Lò Văn Pâng"), row("Tẩn A Sử")],
    }
}

#[test]
fn a_commendation_says_what_for_and_how_much() {
    let paper = CommendationDecision {
        commends: commends(Some(759_000)),
        enforcers: "Chánh Văn phòng".into(),
    };
    let lines = paragraphs(&docx(&paper, &letterhead()).unwrap());
    for wanted in [
        "Số: 05/QĐ-UBND",
        "Về việc khen thưởng công dân có thành tích xuất sắc trong xây dựng xã hội học tập năm 2026",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ PHONG THỔ",
        "Điều 1. Tặng Giấy khen của Chủ tịch Ủy ban nhân dân xã Phong Thổ cho 02 công dân có thành tích xuất sắc trong phong trào học tập suốt đời năm 2026 (có danh sách kèm theo).",
        "Điều 2. Tiền thưởng kèm theo Giấy khen: 759.000 đồng cho mỗi công dân; tổng số tiền là 1.518.000 đồng (Bằng chữ: Một triệu năm trăm mười tám nghìn đồng), chi từ nguồn kinh phí thi đua, khen thưởng theo quy định.",
        "Điều 4. Chánh Văn phòng và các công dân có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này./.",
        "- Như Điều 4;",
        "DANH SÁCH CÔNG DÂN ĐƯỢC TẶNG GIẤY KHEN NĂM 2026",
        "Hiến 300 m² đất làm lớp học",
        "Tiền thưởng (đồng)",
        "Tổng cộng",
    ] {
        has(&lines, wanted);
    }
    assert_eq!(pages(&pdf(&paper, &letterhead(), None).unwrap()), 2);
    let unknown = CommendationDecision {
        commends: commends(None),
        ..paper
    };
    let lines = paragraphs(&docx(&unknown, &letterhead()).unwrap());
    has(
        &lines,
        "Điều 2. Tiền thưởng kèm theo Giấy khen thực hiện theo quy định hiện hành.",
    );
    assert!(!lines.iter().any(|line| line == "Tổng cộng"));
}

#[test]
fn a_commendation_is_asked_for_by_a_letter() {
    let paper = CommendationProposal {
        commends: commends(Some(759_000)),
        addressees: vec!["Chủ tịch Ủy ban nhân dân xã Phong Thổ".into()],
        paragraphs: vec!["Phòng đã xét thành tích.".into()],
        goes_on: false,
    };
    let lines = paragraphs(&docx(&paper, &letterhead()).unwrap());
    for wanted in [
        "TỜ TRÌNH",
        "Về việc đề nghị khen thưởng công dân có thành tích xuất sắc trong xây dựng xã hội học tập năm 2026",
        "Phòng đã xét thành tích.",
        "Tổng số tiền thưởng kèm theo là 1.518.000 đồng (Bằng chữ: Một triệu năm trăm mười tám nghìn đồng).",
        "DANH SÁCH CÔNG DÂN ĐỀ NGHỊ TẶNG GIẤY KHEN NĂM 2026",
    ] {
        has(&lines, wanted);
    }
    // What another authority decides goes through the one that is asked, without money.
    let up = CommendationProposal {
        commends: Commendation {
            award: "Bằng khen của Thủ tướng Chính phủ".into(),
            period: "giai đoạn 2023–2025".into(),
            ..commends(None)
        },
        addressees: vec!["Chủ tịch Ủy ban nhân dân tỉnh Lai Châu".into()],
        goes_on: true,
        ..paper.clone()
    };
    let lines = paragraphs(&docx(&up, &letterhead()).unwrap());
    for wanted in [
        "Về việc đề nghị khen thưởng công dân có thành tích xuất sắc trong xây dựng xã hội học tập giai đoạn 2023–2025",
        "Ủy ban nhân dân xã Phong Thổ kính trình Chủ tịch Ủy ban nhân dân tỉnh Lai Châu xem xét, trình cấp có thẩm quyền tặng Bằng khen của Thủ tướng Chính phủ cho 02 công dân có thành tích xuất sắc trong phong trào học tập suốt đời năm 2026 (có danh sách kèm theo)./.",
        "DANH SÁCH CÔNG DÂN ĐỀ NGHỊ TẶNG BẰNG KHEN CỦA THỦ TƯỚNG CHÍNH PHỦ GIAI ĐOẠN 2023–2025",
    ] {
        has(&lines, wanted);
    }
    assert!(!lines.iter().any(|line| line.contains("Tổng số tiền")));
    let nobody = CommendationProposal {
        commends: Commendation {
            rows: Vec::new(),
            ..commends(None)
        },
        ..paper
    };
    assert!(docx(&nobody, &letterhead()).is_err());
}

fn corrects() -> Correction {
    let named = |name: &str, village: &str| Named {
        name: name.into(),
        village: village.into(),
        deed: String::new(),
    };
    Correction {
        numbering: Numbering {
            number: Some("12/QĐ-UBND".into()),
            date: chrono::NaiveDate::from_ymd_opt(2026, 3, 9),
            ..decision().numbering
        },
        decision: "5/QĐ-UBND".into(),
        date: decision().numbering.date,
        decided_by: "Chủ tịch Ủy ban nhân dân xã Phong Thổ".into(),
        about: "công nhận danh hiệu “Gia đình học tập” năm 2026".into(),
        counted: "gia đình".into(),
        sheets: "Giấy chứng nhận".into(),
        bases: vec!["Theo đề nghị của Phòng Văn hóa - Xã hội".into()],
        name_head: "Họ và tên chủ hộ".into(),
        rows: vec![MendedRow {
            was: named("Lò Thị Ón", "Bản Vàng Pheo"),
            reads: named("Lò Thị Ơn", "Bản Vàng Pheo"),
        }],
        wording: String::new(),
    }
}

#[test]
fn a_correction_says_what_was_printed_and_what_it_reads_now() {
    let paper = CorrectionDecision {
        corrects: corrects(),
        enforcers: String::new(),
    };
    let file = docx(&paper, &letterhead()).unwrap();
    let lines = paragraphs(&file);
    for wanted in [
        "Số: 12/QĐ-UBND",
        "Về việc đính chính Quyết định số 05/QĐ-UBND",
        "Căn cứ Quyết định số 05/QĐ-UBND ngày 03 tháng 02 năm 2026 của Chủ tịch Ủy ban nhân dân xã Phong Thổ về việc công nhận danh hiệu “Gia đình học tập” năm 2026;",
        "Theo đề nghị của Phòng Văn hóa - Xã hội.",
        "Điều 1. Đính chính Quyết định số 05/QĐ-UBND ngày 03 tháng 02 năm 2026 của Chủ tịch Ủy ban nhân dân xã Phong Thổ đối với 01 gia đình (có danh sách kèm theo).",
        "Điều 2. Các nội dung khác của Quyết định số 05/QĐ-UBND không thay đổi. Giấy chứng nhận của những gia đình có tên tại danh sách kèm theo được cấp lại theo nội dung đã đính chính.",
        "Điều 4. Các gia đình có tên tại danh sách kèm theo chịu trách nhiệm thi hành Quyết định này./.",
        "- Như Điều 4;",
        "DANH SÁCH GIA ĐÌNH ĐƯỢC ĐÍNH CHÍNH",
        "Họ và tên chủ hộ đã in",
        "Nay đọc là",
        "Lò Thị Ón",
        "Lò Thị Ơn",
    ] {
        has(&lines, wanted);
    }
    // What nobody corrects has one column, and what nobody says has none.
    has(&lines, "Địa chỉ");
    assert!(!lines.iter().any(|line| line.contains("Địa chỉ đã in")));
    assert!(!lines.iter().any(|line| line.contains("Thành tích")));
    assert_eq!(pages(&pdf(&paper, &letterhead(), None).unwrap()), 2);
}

#[test]
fn wording_alone_is_corrected_without_an_annex() {
    let wording = "tại Điều 2, “cấp” nay đọc là “trao”.".to_owned();
    let paper = CorrectionDecision {
        corrects: Correction {
            rows: Vec::new(),
            wording: wording.clone(),
            ..corrects()
        },
        enforcers: String::new(),
    };
    let lines = paragraphs(&docx(&paper, &letterhead()).unwrap());
    for wanted in [
        "Điều 1. Đính chính Quyết định số 05/QĐ-UBND ngày 03 tháng 02 năm 2026 của Chủ tịch Ủy ban nhân dân xã Phong Thổ. Về lời văn: tại Điều 2, “cấp” nay đọc là “trao”.",
        "Điều 2. Các nội dung khác của Quyết định số 05/QĐ-UBND không thay đổi.",
        "Điều 4. Các đơn vị, cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này./.",
    ] {
        has(&lines, wanted);
    }
    assert!(!lines.iter().any(|line| line == "Phụ lục"));
    assert_eq!(pages(&pdf(&paper, &letterhead(), None).unwrap()), 1);
    let both = CorrectionDecision {
        corrects: Correction {
            wording,
            ..corrects()
        },
        enforcers: "Chánh Văn phòng".into(),
    };
    let lines = paragraphs(&docx(&both, &letterhead()).unwrap());
    has(&lines, "- Như Điều 5;");
    has(
        &lines,
        "Điều 2. Về lời văn: tại Điều 2, “cấp” nay đọc là “trao”.",
    );
    let nothing = CorrectionDecision {
        corrects: Correction {
            rows: Vec::new(),
            ..corrects()
        },
        ..both
    };
    assert!(docx(&nothing, &letterhead()).is_err());
}

#[test]
fn a_correction_is_asked_for_by_a_letter() {
    let paper = CorrectionProposal {
        corrects: corrects(),
        addressees: vec!["Chủ tịch Ủy ban nhân dân xã Phong Thổ".into()],
        paragraphs: vec!["Phòng đã rà soát.".into()],
    };
    let lines = paragraphs(&docx(&paper, &letterhead()).unwrap());
    for wanted in [
        "TỜ TRÌNH",
        "Về việc đề nghị đính chính Quyết định số 05/QĐ-UBND",
        "Phòng đã rà soát.",
        "Lò Thị Ơn",
    ] {
        has(&lines, wanted);
    }
}
