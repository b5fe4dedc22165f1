//! Papers to try with, and what is read back of the files they become.

use std::io::{Cursor, Read};

use chrono::NaiveDate;
use papers::{Letterhead, ListRow, Numbering, RecognitionDecision};
use quick_xml::Reader;
use quick_xml::events::Event;

pub fn letterhead() -> Letterhead {
    Letterhead {
        upper: "Ủy ban nhân dân tỉnh Lai Châu".into(),
        issuer: "Ủy ban nhân dân xã Phong Thổ".into(),
        place: "Phong Thổ".into(),
        authority: "Chủ tịch Ủy ban nhân dân xã Phong Thổ".into(),
        signer_title: "Chủ tịch".into(),
        signer_name: "Tẩn Láo Sử".into(),
        recipients: vec!["Như Điều 4".into(), "Lưu: VT".into()],
        ..Letterhead::default()
    }
}

pub fn rows(many: usize) -> Vec<ListRow> {
    let row = |at| ListRow {
        name: format!("Lò Văn Pâng {at}"),
        village: "Bản Vàng Pheo".into(),
        result: "92 điểm".into(),
        ..ListRow::default()
    };
    (1..=many).map(row).collect()
}

/// Signed on 3 February 2026 as number 5.
pub fn decision() -> RecognitionDecision {
    RecognitionDecision {
        numbering: Numbering {
            number: Some("5".into()),
            symbol: "QĐ-UBND".into(),
            date: NaiveDate::from_ymd_opt(2026, 2, 3),
            drafted_in: 2026,
        },
        title: "Gia đình học tập".into(),
        year: 2026,
        counted: "gia đình".into(),
        bases: vec![
            "Căn cứ Luật Tổ chức chính quyền địa phương".into(),
            "Theo đề nghị của Hội đồng đánh giá".into(),
        ],
        rows: rows(60),
        ..RecognitionDecision::default()
    }
}

/// The parts of a .docx, each read to its end as XML.
pub fn parts(docx: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        well_formed(&text);
        parts.push((file.name().unwrap().into_owned(), text));
    }
    parts
}

fn well_formed(xml: &str) {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut open = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(_) => open += 1,
            Event::End(_) => open -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open, 0);
    let is_xml = |letter: char| letter >= ' ' || matches!(letter, '\t' | '\n' | '\r');
    assert!(xml.chars().all(is_xml), "a control character in the XML");
}

/// word/document.xml.
pub fn body(docx: &[u8]) -> String {
    parts(docx)
        .into_iter()
        .find(|(name, _)| name == "word/document.xml")
        .unwrap()
        .1
}

/// The paragraphs of a document, in reading order, with plain spaces.
pub fn paragraphs(docx: &[u8]) -> Vec<String> {
    let xml = body(docx);
    let mut reader = Reader::from_str(&xml);
    let (mut all, mut one) = (Vec::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Text(text) => one.push_str(&text.decode().unwrap()),
            Event::GeneralRef(entity) => one.push_str(match &*entity.decode().unwrap() {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                _ => "\"",
            }),
            Event::End(end) if end.name().as_ref() == b"w:p" => {
                all.push(std::mem::take(&mut one).replace('\u{a0}', " "))
            }
            Event::Eof => return all,
            _ => {}
        }
    }
}

/// How many pages a PDF says it has: the count of its topmost node of pages.
pub fn pages(pdf: &[u8]) -> usize {
    assert!(pdf.starts_with(b"%PDF-"));
    let text = String::from_utf8_lossy(pdf);
    let counts = text.match_indices("/Count ").map(|(at, key)| {
        let digits: String = text[at + key.len()..]
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().unwrap_or(0)
    });
    counts.max().unwrap()
}
