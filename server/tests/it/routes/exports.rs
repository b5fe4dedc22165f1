//! `GET /dashboard/export/{file}`: whole lists as workbooks and as text.

use std::io::{Cursor, Read};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::Value;

use crate::support::changes::*;
use crate::support::request::Browser;
use crate::support::{TestApp, on_both};

/// More than a page.
const FAMILIES: usize = 60;

/// Families of the commune's first village; the name of the last would be carried out by a spreadsheet.
async fn some_families(app: &TestApp) -> Browser {
    let places = app.places();
    let officer = app.sign_in("xa").await;
    let mut changes = scored(
        new_subject(),
        places.commune,
        places.village,
        "Lò Văn \"Pâng\"; An",
    );
    for number in 1..FAMILIES {
        let name = match number {
            1 => "=HYPERLINK(\"http://evil.example\")".to_owned(),
            _ => format!("Mào Văn Ón {number}"),
        };
        changes.push(register(
            new_subject(),
            places.commune,
            places.village,
            &name,
        ));
    }
    for part in changes.chunks(400) {
        let answer = officer.sync(&request(part.to_vec())).await;
        assert!(all_received(&answer), "{:?}", outcomes(&answer));
    }
    officer
}

/// The texts of a workbook's part.
fn part(workbook: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).expect("a workbook");
    let mut text = String::new();
    archive
        .by_name(name)
        .expect("a part")
        .read_to_string(&mut text)
        .expect("XML");
    text
}

on_both! {
    async fn a_list_is_exported_whole(app: TestApp) {
        let officer = some_families(&app).await;
        let answer = officer.get(&format!("/dashboard/export/subjects.csv?year={YEAR}&search=&figure=")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert_eq!(answer.header(header::CONTENT_TYPE), Some("text/csv; charset=utf-8"));
        let disposition = answer.header(header::CONTENT_DISPOSITION).expect("a name");
        assert!(disposition.starts_with("attachment; filename=\"danh-sach-xa-phong-tho-"), "{disposition}");
        let text = answer.text();
        let text = text.strip_prefix('\u{feff}').expect("a mark that says UTF-8");
        let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
        assert_eq!(lines.len(), FAMILIES + 1);
        assert!(lines[0].starts_with("STT;Tên;Bản;"), "{}", lines[0]);
        assert!(text.contains("\"Lò Văn \"\"Pâng\"\"; An\";Vàng Pheo;;5;"), "{text}");
        assert!(text.contains("\"'=HYPERLINK(\"\"http://evil.example\"\")\""), "{text}");
        // In English, as spreadsheets write it there.
        let request = Request::get(format!("/dashboard/export/subjects.csv?year={YEAR}&figure=scored"))
            .header(header::COOKIE, format!("{}; lang=en", officer.cookie))
            .body(Body::empty())
            .expect("a request");
        let text = app.send(request).await.text();
        assert_eq!(text.trim_end().split("\r\n").count(), 2, "{text}");
        assert!(text.contains("40,40,Pass"), "{text}");
    }

    async fn a_workbook_has_heads_numbers_and_every_row(app: TestApp) {
        let officer = some_families(&app).await;
        let answer = officer.get(&format!("/dashboard/export/subjects.xlsx?year={YEAR}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let sheet = part(&answer.body, "xl/worksheets/sheet1.xml");
        // Two lines above, a head, and the families; the head stays in sight.
        assert_eq!(sheet.matches("<row ").count(), FAMILIES + 3);
        assert!(sheet.contains("<pane ySplit=\"3\""), "{sheet}");
        assert!(!sheet.contains("<f>"), "no name is a formula: {sheet}");
        assert!(sheet.contains("=HYPERLINK") && sheet.contains("Vàng Pheo"), "{sheet}");
        let names = part(&answer.body, "xl/workbook.xml");
        assert!(names.contains("_xlnm.Print_Titles"), "heads stand on every page: {names}");
    }

    async fn the_tables_of_a_dashboard_are_sheets(app: TestApp) {
        let officer = some_families(&app).await;
        let answer = officer.get(&format!("/dashboard/export/dashboard.xlsx?year={YEAR}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let names = part(&answer.body, "xl/workbook.xml");
        assert_eq!(names.matches("<sheet ").count(), 5, "{names}");
        let parts = officer.get(&format!("/dashboard/export/parts.csv?year={YEAR}")).await.text();
        assert!(parts.contains("Vàng Pheo;60;1;1;1;1;1;0;0;0;1,7;100,0;"), "{parts}");
        assert!(parts.contains("\r\nCộng;60;"), "{parts}");
        for file in ["titles.csv", "steps.csv", "years.csv", "fresh.csv", "devices.csv", "devices.xlsx"] {
            let answer = officer.get(&format!("/dashboard/export/{file}?year={YEAR}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{file}: {}", answer.text());
        }
        let log = app.sign_in("quantri").await;
        app.state.events.flush().await;
        let events = log.get("/dashboard/export/events.csv").await.text();
        assert!(events.contains("Xuất dữ liệu"), "an export is told: {events}");
    }

    async fn nobody_exports_what_they_may_not_read(app: TestApp) {
        let officer = some_families(&app).await;
        let places = app.places();
        for (path, status) in [
            (format!("subjects.csv?unit={}", places.elsewhere), StatusCode::NOT_FOUND),
            (format!("parts.xlsx?unit={}", places.area), StatusCode::NOT_FOUND),
            (format!("devices.csv?unit={}", places.elsewhere), StatusCode::NOT_FOUND),
            ("events.csv".to_owned(), StatusCode::FORBIDDEN),
            ("subjects.pdf".to_owned(), StatusCode::NOT_FOUND),
            ("dashboard.csv".to_owned(), StatusCode::NOT_FOUND),
            ("nothing.csv".to_owned(), StatusCode::NOT_FOUND),
            ("subjects".to_owned(), StatusCode::NOT_FOUND),
            ("subjects.csv?year=x".to_owned(), StatusCode::BAD_REQUEST),
        ] {
            let answer = officer.get(&format!("/dashboard/export/{path}")).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.text());
        }
        let nobody = Request::get("/dashboard/export/subjects.csv").body(Body::empty()).expect("a request");
        assert_eq!(app.send(nobody).await.status, StatusCode::SEE_OTHER);
        let found: Value = officer.get("/api/v1/session").await.json();
        assert!(found["username"].is_string());
    }
}
