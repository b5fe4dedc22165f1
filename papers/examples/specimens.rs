//! Writes one specimen of every paper into a folder, to be looked at: `cargo run -p papers --example specimens -- FOLDER`.

use std::error::Error;
use std::path::Path;

use chrono::NaiveDate;
use papers::{
    AchievementReport, Certificate, CertificateOrder, Commendation, CommendationDecision,
    CommendationProposal, CommendedBefore, CommendedRow, Correction, CorrectionDecision, Design,
    GaveIn, Heads, HeldTitle, Letterhead, ListRow, MendedRow, Named, NotedInitiative, Numbering,
    ProposalLetter, RecognitionDecision, Record, RecordColumn, Register, RegisterRow, Revocation,
};

fn letterhead() -> Letterhead {
    Letterhead {
        upper: "Ủy ban nhân dân tỉnh Lai Châu".into(),
        issuer: "Ủy ban nhân dân xã Phong Thổ".into(),
        place: "Phong Thổ".into(),
        authority: "Chủ tịch Ủy ban nhân dân xã Phong Thổ".into(),
        signer_title: "Chủ tịch".into(),
        signer_name: "Tẩn Láo Sử".into(),
        recipients: ["Sở Giáo dục và Đào tạo (để báo cáo)", "Lưu: VT, VHXH"]
            .map(String::from)
            .to_vec(),
        ..Letterhead::default()
    }
}

fn rows(many: usize) -> Vec<ListRow> {
    let names = [
        "Lò Văn Pâng",
        "Tẩn A Sử",
        "Giàng Thị Mỷ",
        "Phàn Thị Mẩy",
        "Vàng A Chứ",
        "Nguyễn Đoàn Thụy Khuê Uyên",
    ];
    let villages = [
        "Bản Vàng Pheo",
        "Bản Nậm Cáy",
        "Thôn Thẩm Bú, khu vực trung tâm xã",
        "Bản Sì Choang",
    ];
    let row = |at: usize| ListRow {
        name: names[at % names.len()].into(),
        village: villages[at % villages.len()].into(),
        detail: (1960 + at % 45).to_string(),
        result: format!("{} điểm", 80 + at % 21),
        note: String::new(),
    };
    (0..many).map(row).collect()
}

fn numbering(symbol: &str) -> Numbering {
    Numbering {
        number: Some("5".into()),
        symbol: symbol.into(),
        date: NaiveDate::from_ymd_opt(2026, 2, 3),
        drafted_in: 2026,
    }
}

fn decision() -> RecognitionDecision {
    RecognitionDecision {
        numbering: numbering("QĐ-UBND"),
        title: "Gia đình học tập".into(),
        year: 2026,
        counted: "gia đình".into(),
        bases: [
            "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025",
            "Căn cứ Quyết định số 387/QĐ-TTg ngày 25 tháng 3 năm 2022 của Thủ tướng Chính phủ phê duyệt Chương trình “Đẩy mạnh phong trào học tập suốt đời trong gia đình, dòng họ, cộng đồng, đơn vị giai đoạn 2021 - 2030”",
            "Theo đề nghị của Trưởng phòng Văn hóa - Xã hội",
        ]
        .map(String::from)
        .to_vec(),
        enforcers: "Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã, Trưởng phòng Văn hóa - Xã hội, các trưởng bản".into(),
        heads: Heads { name: "Họ và tên chủ hộ".into(), result: "Điểm".into(), ..Heads::default() },
        rows: rows(75),
        revokes: None,
    }
}

fn proposal() -> ProposalLetter {
    ProposalLetter {
        numbering: Numbering { number: None, date: None, ..numbering("TTr-UBND") },
        title: "Cộng đồng học tập".into(),
        year: 2026,
        counted: "bản".into(),
        addressees: vec!["Sở Giáo dục và Đào tạo tỉnh Lai Châu".into(), "Hội Khuyến học tỉnh Lai Châu".into()],
        bases: decision().bases[..2].to_vec(),
        paragraphs: vec!["Hội đồng đánh giá của xã họp ngày 12 tháng 01 năm 2026, đã thẩm tra hồ sơ của 18 bản, thôn. Kết quả có 12 bản, thôn đạt các tiêu chí theo quy định.".into()],
        heads: Heads { name: "Tên bản, thôn".into(), detail: "Số hộ".into(), ..Heads::default() },
        rows: rows(12),
    }
}

/// Of a length at which its signature would stand alone on a page.
fn record() -> Record {
    let column = |head: &str, weight, centred| RecordColumn {
        head: head.into(),
        weight,
        centred,
    };
    let row = |(at, row): (usize, ListRow)| {
        vec![(at + 1).to_string(), row.name, row.village, String::new()]
    };
    Record {
        kind: "Biên bản".into(),
        about: "Thẩm tra hồ sơ “Gia đình học tập” năm 2026".into(),
        date: None,
        drafted_in: 2026,
        paragraphs: vec![
            "Thời gian: …… giờ …… ngày …… tháng …… năm 2026.".into(),
            "Có mặt: …… người; vắng mặt: …… người.".into(),
        ],
        columns: vec![
            column("TT", 7, true),
            column("Họ và tên chủ hộ", 40, false),
            column("Bản", 28, false),
            column("Đồng ý", 14, true),
        ],
        rows: rows(24).into_iter().enumerate().map(row).collect(),
        beside: "Thư ký".into(),
        landscape: false,
    }
}

fn register() -> Register {
    let entry = |(at, row): (usize, ListRow)| RegisterRow {
        number: format!("{:02}/2026", at + 1),
        name: row.name,
        village: row.village,
        title: "Gia đình học tập".into(),
        year: "2026".into(),
        result: String::new(),
        decision: "05/QĐ-UBND ngày 03/02/2026".into(),
        commended: match at % 7 {
            2 => "Giấy khen, 130/QĐ-UBND ngày 20/11/2026".into(),
            _ => String::new(),
        },
        note: if at == 3 {
            "Thu hồi theo Quyết định 19/QĐ-UBND".into()
        } else {
            String::new()
        },
    };
    Register {
        heading: "Sổ theo dõi danh hiệu học tập".into(),
        covering: "Năm 2026".into(),
        date: NaiveDate::from_ymd_opt(2026, 12, 1),
        drafted_in: 2026,
        rows: rows(60).into_iter().enumerate().map(entry).collect(),
    }
}

fn recognised() -> Vec<Certificate> {
    let long = "Gia đình ông Nguyễn Phước Đoàn Thụy Khuê Uyên và bà Công Tằng Tôn Nữ Thị Diễm Trương Hoàng Thục Quỳnh Mỷ Sử";
    let names = [
        "Gia đình ông Lò Văn Pâng",
        "Gia đình bà Phàn Thị Mẩy (hộ tái định cư bản Nậm Cáy)",
        long,
    ];
    let certificate = |(at, name): (usize, &str)| Certificate {
        name: name.into(),
        address: "bản Vàng Pheo, xã Phong Thổ, tỉnh Lai Châu".into(),
        title: "Gia đình học tập".into(),
        year: 2026,
        decision: "05/QĐ-UBND".into(),
        decision_date: NaiveDate::from_ymd_opt(2026, 2, 3),
        register_number: format!("{:02}/2026", at + 1),
        until: NaiveDate::from_ymd_opt(2029, 2, 2).filter(|_| at == 1),
        achievement: String::new(),
    };
    names.into_iter().enumerate().map(certificate).collect()
}

const MERIT: &str = "Có thành tích xuất sắc trong phong trào “Cả nước thi đua xây dựng xã hội học tập, đẩy mạnh học tập suốt đời” năm 2026";

fn commends() -> Commendation {
    let deeds = [
        MERIT,
        "Dạy chữ cho 25 người lớn của bản trong ba mùa đông; hiến 300 m² đất làm lớp học và 12 triệu đồng mua sách vở cho học sinh nghèo",
    ];
    let row = |(at, row): (usize, ListRow)| CommendedRow {
        name: row.name,
        village: row.village,
        deed: deeds[at % 2].into(),
        money: Some(759_000),
    };
    Commendation {
        numbering: numbering("QĐ-UBND"),
        award: "Giấy khen".into(),
        merit: MERIT.into(),
        period: "năm 2026".into(),
        counted: "công dân".into(),
        bases: decision().bases,
        name_head: "Họ và tên".into(),
        rows: rows(12).into_iter().enumerate().map(row).collect(),
    }
}

fn commended() -> Vec<Certificate> {
    let deed = "Dạy chữ cho 25 người lớn của bản trong ba mùa đông; hiến 300 m² đất làm lớp học và 12 triệu đồng mua sách vở cho học sinh nghèo; vận động được 14 cháu bỏ học trở lại trường; giữ tủ sách của bản mở cửa mỗi tối cho bà con và các cháu đến đọc suốt năm năm liền";
    let certificate = |(certificate, achievement): (Certificate, &str)| Certificate {
        achievement: achievement.into(),
        register_number: String::new(),
        ..certificate
    };
    let deeds = [MERIT, deed, MERIT];
    recognised()
        .into_iter()
        .zip(deeds)
        .map(certificate)
        .collect()
}

fn order() -> CertificateOrder {
    CertificateOrder {
        letterhead: Letterhead {
            is_authority: true,
            ..letterhead()
        },
        heading: "Giấy chứng nhận".into(),
        date: NaiveDate::from_ymd_opt(2026, 2, 3),
        drafted_in: 2026,
        ..CertificateOrder::default()
    }
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
            symbol: "QĐ-UBND".into(),
            date: NaiveDate::from_ymd_opt(2026, 3, 9),
            drafted_in: 2026,
        },
        decision: "5/QĐ-UBND".into(),
        date: NaiveDate::from_ymd_opt(2026, 2, 3),
        decided_by: "Chủ tịch Ủy ban nhân dân xã Phong Thổ".into(),
        about: "công nhận danh hiệu “Gia đình học tập” năm 2025".into(),
        counted: "gia đình".into(),
        sheets: "Giấy chứng nhận".into(),
        bases: vec!["Theo đề nghị của Phòng Văn hóa - Xã hội".into()],
        name_head: "Họ và tên chủ hộ".into(),
        rows: vec![
            MendedRow {
                was: named("Lò Thị Ón", "Bản Vàng Bó"),
                reads: named("Lò Thị Ơn", "Bản Vàng Bó"),
            },
            MendedRow {
                was: named("Giàng A Páo", "Bản Hoang Thèn"),
                reads: named("Giàng A Páo", "Bản Huổi Luông"),
            },
        ],
        wording: "tại Điều 2, “ghi tên vào sổ” nay đọc là “ghi tên vào sổ danh hiệu”".into(),
    }
}

fn report() -> AchievementReport {
    AchievementReport {
        drafted_in: 2026,
        award: "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh".into(),
        period: "giai đoạn 2023–2025".into(),
        name_head: "Họ và tên".into(),
        name: "Lò Thị Ón".into(),
        kind: "Công dân".into(),
        place: "Bản Vàng Pheo, xã Phong Thổ".into(),
        facts: ["Năm sinh", "Nghề nghiệp, chức vụ", "Trình độ học vấn"]
            .map(|head| (head.to_owned(), String::new()))
            .to_vec(),
        titles: (2023..2026)
            .map(|year| HeldTitle {
                year,
                title: "Công dân học tập".into(),
                result: "92,5 điểm".into(),
                decision: format!("05/QĐ-UBND ngày 03/02/{}", year + 1),
            })
            .collect(),
        gave: vec![GaveIn {
            year: 2025,
            labour: Some(25),
            money: Some(2_000_000),
            otherwise: "Dạy chữ cho 25 người lớn, mỗi tuần ba buổi tối".into(),
        }],
        initiatives: vec![NotedInitiative {
            year: 2024,
            name: "Lớp xóa mù chữ buổi tối".into(),
            what: "Ai biết một chữ dạy một chữ: mỗi nhà có người biết chữ nhận kèm một người, học ở nhà văn hóa bản.".into(),
            used: "25 người đọc được thư; ba bản bên cạnh làm theo.".into(),
            recognised: "Ủy ban nhân dân xã Phong Thổ, số 12/QĐ-UBND, ngày 15/11/2024".into(),
        }],
        commended: vec![CommendedBefore {
            period: "năm 2024".into(),
            award: "Giấy khen".into(),
            decision: "09/QĐ-UBND ngày 03/03/2025".into(),
        }],
        deed: "Góp 25 ngày công; có sáng kiến “Lớp xóa mù chữ buổi tối”".into(),
        ..AchievementReport::default()
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("which folder?")?;
    let write = |name: &str, bytes: Vec<u8>| std::fs::write(Path::new(&folder).join(name), bytes);
    let (letterhead, decision, proposal, register) =
        (letterhead(), decision(), proposal(), register());
    let revoking = RecognitionDecision {
        revokes: Some(Revocation {
            decision: "05/QĐ-UBND".into(),
            date: NaiveDate::from_ymd_opt(2026, 2, 3),
            reason: "hồ sơ có kê khai không đúng sự thật".into(),
        }),
        rows: rows(2),
        numbering: Numbering {
            number: None,
            date: None,
            ..decision.numbering.clone()
        },
        ..decision.clone()
    };
    write("decision.docx", papers::docx(&decision, &letterhead)?)?;
    write("decision.pdf", papers::pdf(&decision, &letterhead, None)?)?;
    write("revoking.docx", papers::docx(&revoking, &letterhead)?)?;
    write("revoking.pdf", papers::pdf(&revoking, &letterhead, None)?)?;
    write("proposal.docx", papers::docx(&proposal, &letterhead)?)?;
    write("proposal.pdf", papers::pdf(&proposal, &letterhead, None)?)?;
    let collective = AchievementReport {
        name_head: "Dòng họ".into(),
        name: "Dòng họ Lò, bản Vàng Pheo".into(),
        kind: "Dòng họ".into(),
        is_collective: true,
        facts: vec![
            ("Số gia đình".into(), "42".into()),
            ("Người đại diện".into(), String::new()),
        ],
        titles: Vec::new(),
        gave: Vec::new(),
        initiatives: Vec::new(),
        commended: Vec::new(),
        ..report()
    };
    let reports = [report(), collective];
    write("reports.docx", papers::reports_docx(&reports, &letterhead)?)?;
    write(
        "reports.pdf",
        papers::reports_pdf(&reports, &letterhead, None)?,
    )?;
    write("register.docx", papers::docx(&register, &letterhead)?)?;
    write("register.pdf", papers::pdf(&register, &letterhead, None)?)?;
    write("record.docx", papers::docx(&record(), &letterhead)?)?;
    write("record.pdf", papers::pdf(&record(), &letterhead, None)?)?;
    let commending = CommendationDecision {
        commends: commends(),
        enforcers: decision.enforcers.clone(),
    };
    let asking = CommendationProposal {
        commends: commends(),
        addressees: vec!["Chủ tịch Ủy ban nhân dân xã Phong Thổ".into()],
        paragraphs: vec![
            "Phòng Văn hóa - Xã hội đã xét thành tích của những người trong danh sách.".into(),
        ],
        goes_on: false,
    };
    write("commending.docx", papers::docx(&commending, &letterhead)?)?;
    write(
        "commending.pdf",
        papers::pdf(&commending, &letterhead, None)?,
    )?;
    let mending = CorrectionDecision {
        corrects: corrects(),
        enforcers: String::new(),
    };
    write("correcting.docx", papers::docx(&mending, &letterhead)?)?;
    write("correcting.pdf", papers::pdf(&mending, &letterhead, None)?)?;
    write("asking.docx", papers::docx(&asking, &letterhead)?)?;
    write("asking.pdf", papers::pdf(&asking, &letterhead, None)?)?;
    let (order, recognised) = (order(), recognised());
    let commending = CertificateOrder {
        heading: "Giấy khen".into(),
        commends: true,
        ..order.clone()
    };
    write(
        "commendations.pdf",
        papers::certificates(&commending, &commended(), None)?,
    )?;
    let association = CertificateOrder {
        letterhead: Letterhead {
            issuer: "Hội Khuyến học xã Phong Thổ".into(),
            authority: "Ban Chấp hành Hội Khuyến học xã Phong Thổ".into(),
            is_authority: false,
            ..commending.letterhead.clone()
        },
        ..commending
    };
    write(
        "association.pdf",
        papers::certificates(&association, &commended(), None)?,
    )?;
    let stock = CertificateOrder {
        design: Design::Words {
            right_mm: 2.0,
            down_mm: -3.0,
        },
        ..order.clone()
    };
    write(
        "certificates.pdf",
        papers::certificates(&order, &recognised, None)?,
    )?;
    write(
        "stock.pdf",
        papers::certificates(&stock, &recognised, None)?,
    )?;
    write(
        "test-print.pdf",
        papers::test_print(&stock, &recognised[0], None)?,
    )?;
    Ok(())
}
