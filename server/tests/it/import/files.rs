//! What a file is: an Excel file in every way one is written, a table saved as text, or something else that is named.

use std::io::Write;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use server::import::{Cell, FileError, FileKind, read};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::REAL;

/// A packed file of these parts.
pub fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("a part");
        zip.write_all(text.as_bytes()).expect("memory");
    }
    zip.finish().expect("a file").into_inner()
}

/// A file with one sheet of this XML, and these shared texts and styles.
pub fn xlsx(sheet: &str, texts: &str, styles: &str) -> Vec<u8> {
    let relation = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="http://x/{kind}" Target="{target}"/>"#)
    };
    let package = format!(
        "<Relationships>{}</Relationships>",
        relation("r1", "officeDocument", "/xl/workbook.xml")
    );
    let book = [
        relation("r1", "worksheet", "worksheets/sheet1.xml"),
        relation("r2", "sharedStrings", "sharedStrings.xml"),
        relation("r3", "styles", "styles.xml"),
    ];
    packed(&[
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", &package),
        (
            "xl/workbook.xml",
            r#"<workbook><sheets><sheet name="Hộ &amp; bản" r:id="r1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &format!("<Relationships>{}</Relationships>", book.join("")),
        ),
        (
            "xl/worksheets/sheet1.xml",
            &format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>"),
        ),
        ("xl/sharedStrings.xml", &format!("<sst>{texts}</sst>")),
        (
            "xl/styles.xml",
            &format!("<styleSheet>{styles}</styleSheet>"),
        ),
    ])
}

fn kind(bytes: &[u8]) -> FileKind {
    match read(bytes) {
        Err(FileError::Kind(kind)) => kind,
        other => panic!("{other:?}"),
    }
}

/// A file of an old Office program, or one with a password: what tells them apart is the names in it.
fn compound(stream: &str) -> Vec<u8> {
    let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    bytes.resize(512, 0);
    bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

#[test]
fn what_is_no_sheet_is_named_as_what_it_is() {
    let open_document = packed(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", "<office/>"),
    ]);
    let word = packed(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", "<w/>"),
    ]);
    let slides = packed(&[
        ("[Content_Types].xml", "<Types/>"),
        ("ppt/presentation.xml", "<p/>"),
    ]);
    let binary = packed(&[("[Content_Types].xml", "<Types/>"), ("xl/workbook.bin", "")]);
    let heic = [&[0, 0, 0, 24][..], b"ftypheic"].concat();
    for (bytes, expected, says) in [
        (b"".to_vec(), FileKind::Empty, "trống"),
        (b" \r\n ".to_vec(), FileKind::Empty, "trống"),
        (vec![0; 4_096], FileKind::Empty, "trống"),
        (b"%PDF-1.7\n\xe2\xe3".to_vec(), FileKind::Pdf, "PDF"),
        (b"\x89PNG\r\n\x1a\n0000".to_vec(), FileKind::Image, "ảnh"),
        (vec![0xff, 0xd8, 0xff, 0xe0], FileKind::Image, "ảnh"),
        (heic, FileKind::Image, "ảnh"),
        (compound("Workbook"), FileKind::OldExcel, ".xls"),
        (compound("EncryptedPackage"), FileKind::Password, "mật khẩu"),
        (compound("WordDocument"), FileKind::Text, "Word"),
        (word, FileKind::Text, "Word"),
        (b"{\\rtf1\\ansi}".to_vec(), FileKind::Text, "Word"),
        (slides, FileKind::Slides, "trình chiếu"),
        (binary, FileKind::BinaryExcel, ".xlsb"),
        (open_document, FileKind::OpenDocument, ".ods"),
        (
            packed(&[("danh_sach.xlsx", "")]),
            FileKind::Archive,
            "giải nén",
        ),
        (b"Rar!\x1a\x07".to_vec(), FileKind::Archive, "giải nén"),
        (
            b"\xef\xbb\xbf<!DOCTYPE html><table>".to_vec(),
            FileKind::Web,
            "trang web",
        ),
        (
            b"\x7fELF\x02\x01\0\0".to_vec(),
            FileKind::Unknown,
            "không nhận ra",
        ),
    ] {
        let found = kind(&bytes);
        assert_eq!(found, expected);
        let told = found.to_string();
        assert!(told.contains(says), "{told}");
        // What to do stands there too, and nothing of what the library said.
        assert!(told.contains("Hãy"), "{told}");
        assert!(!told.contains("EOCD") && !told.contains("error"), "{told}");
    }
}

#[test]
fn a_file_that_was_cut_off_is_broken_and_says_what_to_do() {
    let Err(error @ FileError::Broken(_)) = read(&REAL[..REAL.len() / 2]) else {
        panic!("it was read");
    };
    assert!(error.to_string().contains("chép lại"), "{error}");
}

#[test]
fn cells_are_read_in_every_way_they_are_written() {
    let sheet = r#"
        <row r="2"><c r="A2" t="s"><v>0</v></c><c t="s"><v>1</v></c><c r="D2" t="s"><v>9</v></c></row>
        <row><c t="inlineStr"><is><r><t>Lò </t></r><r><t xml:space="preserve"> Văn</t></r><rPh><t>x</t></rPh></is></c>
             <c t="str"><f>A1</f><v>a &lt;&#x1EBF;&amp;</v></c><c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c></row>
        <row r="5"><c s="1"><v>31048</v></c><c s="2"><v>31048.5</v></c><c s="0"><v>31048</v></c><c t="d"><v>1985-01-01T00:00</v></c>
             <c><v>1.5E1</v></c><c/><c><f>1+1</f></c><c s="3"><v>7</v></c></row>"#;
    let texts = "<si><t>  Vàng Pheo\n</t></si><si><t xml:space=\"preserve\"> hai_x000D_ </t></si>";
    let styles = r#"<numFmts><numFmt numFmtId="164" formatCode="[$-42A]dd/mm/yyyy;@"/><numFmt numFmtId="165" formatCode="0&quot; ngày d&quot;"/></numFmts>
        <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
        <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>"#;
    let sheets = read(&xlsx(sheet, texts, styles)).expect("a file");
    assert_eq!(sheets[0].name, "Hộ & bản");
    let rows = &sheets[0].rows;
    let text = |text: &str| Cell::Text(text.into());
    let day = Cell::Date("1985-01-01".parse().expect("a day"));
    assert_eq!(rows[&2], [text("Vàng Pheo"), text(" hai\r ")]);
    assert_eq!(
        rows[&3],
        [
            text("Lò Văn"),
            text("a <ế&"),
            text("x"),
            Cell::Broken("#REF!".into())
        ]
    );
    let numbers = [
        Cell::Number(31_048.0),
        Cell::Number(15.0),
        Cell::Number(7.0),
    ];
    let [plain, fifteen, seven] = numbers;
    let expected = [
        day.clone(),
        day.clone(),
        plain,
        day,
        fifteen,
        Cell::Empty,
        Cell::Empty,
        seven,
    ];
    assert_eq!(rows[&5], expected);
}

#[test]
fn days_are_counted_as_excel_counts_them() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let format = Format::new().set_num_format("dd/mm/yyyy");
    let days = [
        "1900-01-01",
        "1900-02-28",
        "1900-03-01",
        "1985-01-01",
        "2024-02-29",
    ];
    for (row, day) in (0..).zip(days) {
        let parts: Vec<u16> = day
            .split('-')
            .map(|part| part.parse().expect("a number"))
            .collect();
        let at = ExcelDateTime::from_ymd(parts[0], parts[1] as u8, parts[2] as u8).expect("a day");
        sheet
            .write_with_format(row, 0, &at, &format)
            .expect("a cell");
    }
    let sheets = read(&book.save_to_buffer().expect("a file")).expect("a file");
    let read: Vec<String> = sheets[0]
        .rows
        .values()
        .map(|row| row[0].to_string())
        .collect();
    assert_eq!(
        read,
        [
            "01/01/1900",
            "28/02/1900",
            "01/03/1900",
            "01/01/1985",
            "29/02/2024"
        ]
    );
}

#[test]
fn a_table_saved_as_text_is_read() {
    let comma =
        "STT,Họ tên,Năm sinh\r\n1,\"Lò Văn \"\"Pâng\"\", anh\",1974\r\n\r\n02,x,\"hai\ndòng\"";
    let semicolon = comma.replace(',', ";");
    let told = format!("sep=;\r\n{semicolon}");
    let tabs = comma.replace(',', "\t");
    let wide: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(tabs.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let marked = [b"\xef\xbb\xbf", semicolon.as_bytes()].concat();
    for (bytes, separator) in [
        (comma.as_bytes().to_vec(), ","),
        (semicolon.into_bytes(), ";"),
        (told.into_bytes(), ";"),
        (marked, ";"),
        (wide, "\t"),
    ] {
        let sheets = read(&bytes).expect("a table");
        let rows = &sheets[0].rows;
        let text = |text: &str| Cell::Text(text.into());
        assert_eq!(rows[&1], [text("STT"), text("Họ tên"), text("Năm sinh")]);
        let quoted = format!("Lò Văn \"Pâng\"{separator} anh");
        assert_eq!(
            rows[&2],
            [Cell::Number(1.0), text(&quoted), Cell::Number(1974.0)]
        );
        assert_eq!(rows[&4], [text("02"), text("x"), text("hai\ndòng")]);
    }
}

#[test]
fn a_text_of_an_old_encoding_is_not_guessed() {
    // "Họ tên" in TCVN3.
    let Err(error @ FileError::Encoding) =
        read(b"STT;H\xe4 t\xaan;N\xa8m sinh\n1;L\xdf V\xa8n;1974")
    else {
        panic!("it was read");
    };
    assert!(error.to_string().contains("CSV UTF-8"), "{error}");
}
