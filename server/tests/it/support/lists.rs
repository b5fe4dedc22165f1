//! Household lists as a commune gives them.

use axum::body::Body;
use axum::http::{Request, header};
use rust_xlsxwriter::Workbook;
use shared::ids::UnitId;

use super::request::{Answer, Browser};

/// The list of a commune, as messy as it came.
pub const REAL: &[u8] = include_bytes!("../../../../data/households_muong_so_2026.xlsx");

pub const TWO: [[&str; 8]; 2] = [
    ["1", "Lò Văn Pâng", "1974", "Vàng Pheo", "5", "2", "2", "2"],
    ["2", "Đèo Thị Ín", "1980", "Vàng Pheo", "4", "1", "2", "1"],
];

/// A list with a heading, the usual columns and these rows.
pub fn list(rows: &[[&str; 8]]) -> Vec<u8> {
    titled("DANH SÁCH HỘ GIA ĐÌNH NĂM 2026", rows)
}

pub fn titled(title: &str, rows: &[[&str; 8]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let heading = [
        "UBND XÃ MƯỜNG SO",
        title,
        "STT|Họ và tên chủ hộ|Năm sinh|Bản|Số khẩu|Trẻ đang đi học|Người lớn (19-60 tuổi)|Người lớn biết chữ",
    ];
    for (row, line) in (0..).zip(heading) {
        for (column, text) in (0..).zip(line.split('|')) {
            sheet.write(row, column, text).expect("a cell");
        }
    }
    for (row, cells) in (3..).zip(rows) {
        for (column, text) in (0..).zip(cells) {
            match text.parse::<f64>() {
                _ if text.is_empty() => {}
                Ok(number) => {
                    sheet.write(row, column, number).expect("a cell");
                }
                Err(_) => {
                    sheet.write(row, column, *text).expect("a cell");
                }
            }
        }
    }
    book.save_to_buffer().expect("a file")
}

const BOUNDARY: &str = "----banhoc";

/// The form of a list, as a browser sends it.
fn form(kind: &str, unit: UnitId, name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    let fields = [
        ("kind", kind.to_owned()),
        ("unit", unit.to_string()),
        ("year", String::new()),
    ];
    for (field, value) in fields {
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
        );
        body.extend(part.as_bytes());
    }
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    body.extend(head.as_bytes());
    body.extend(bytes);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body
}

impl Browser {
    /// Gives a household list, which leads to its preview.
    pub async fn give_list(&self, unit: UnitId, name: &str, bytes: &[u8]) -> Answer {
        self.give_list_of("", unit, name, bytes).await
    }

    /// The same of a kind; of none, as a page from before there were kinds.
    pub async fn give_list_of(&self, kind: &str, unit: UnitId, name: &str, bytes: &[u8]) -> Answer {
        let request = Request::post("/commune/import")
            .header(header::COOKIE, &self.cookie)
            .header(
                header::CONTENT_TYPE,
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(Body::from(form(kind, unit, name, bytes)))
            .expect("a request");
        self.app.send(request).await
    }
}
