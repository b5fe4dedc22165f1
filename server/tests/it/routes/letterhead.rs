//! The letterhead of a unit: suggested, saved, refused, and who may.

use axum::http::{StatusCode, header};
use shared::ids::UnitId;

use crate::support::on_both;
use crate::support::request::{Answer, Browser, post};

async fn shown(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.text()
}

fn is_pdf(answer: &Answer) -> bool {
    answer.status == StatusCode::OK
        && answer.header(header::CONTENT_TYPE) == Some("application/pdf")
        && answer.body.starts_with(b"%PDF-")
}

/// Sends the form of a unit, with what every letterhead needs and `more`.
async fn saved(browser: &Browser, unit: UnitId, more: &[(&str, &str)]) -> Answer {
    let unit = unit.to_string();
    let mut fields = vec![
        ("unit", unit.as_str()),
        ("issuer", "Ủy ban nhân dân xã Phong Thổ"),
        ("place", "Phong Thổ"),
        ("signer_title", "Chủ tịch"),
    ];
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend(more);
    post(browser, "/letterhead", &fields).await
}

on_both! {
    async fn what_a_units_name_suggests_stands_there_until_somebody_saves(app: TestApp) {
        let officer = app.sign_in("xa").await;
        let page = shown(&officer, "/letterhead").await;
        for suggested in [
            "value=\"Ủy ban nhân dân tỉnh Lai Châu\"",
            "value=\"Ủy ban nhân dân xã Phong Thổ\"",
            "value=\"Chủ tịch Ủy ban nhân dân xã Phong Thổ\"",
            "value=\"Phong Thổ\"",
            "Chưa ai lưu.",
        ] {
            assert!(page.contains(suggested), "{suggested} in {page}");
        }
        let commune = app.places().commune;
        let answer = saved(&officer, commune, &[("signer_name", "  Tẩn   Láo Sử "), ("recipients", "Lưu: VT\n\n Hội Khuyến học\n")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let to = answer.header(header::LOCATION).expect("a page").to_owned();
        // The leader of the same commune finds it.
        let leader = app.sign_in("chutich").await;
        for browser in [&officer, &leader] {
            let page = shown(browser, &to).await;
            assert!(page.contains("value=\"Tẩn Láo Sử\"") && page.contains("Lưu: VT\nHội Khuyến học"), "{page}");
            assert!(page.contains("Đã lưu") && page.contains("Người xa"), "{page}");
            // What was left empty stays so, and is not suggested again.
            assert!(!page.contains("tỉnh Lai Châu\""), "{page}");
        }
        // What stands in several lines is text too.
        saved(&officer, commune, &[("recipients", "</textarea><script>1</script>")]).await;
        let page = shown(&officer, "/letterhead").await;
        assert!(page.contains("&lt;/textarea>&lt;script>1&lt;/script></textarea>") && !page.contains("<script>1"), "{page}");
        // Once more is the same, and another replaces it.
        saved(&leader, commune, &[("signer_name", "Lò Văn Pâng")]).await;
        let page = shown(&officer, "/letterhead").await;
        assert!(page.contains("value=\"Lò Văn Pâng\"") && page.contains("Người chutich"), "{page}");
    }

    async fn what_cannot_be_taken_stands_there_to_be_mended(app: TestApp) {
        let officer = app.sign_in("xa").await;
        let commune = app.places().commune;
        let many = "Nơi nhận\n".repeat(21);
        let answer = saved(&officer, commune, &[
            ("issuer", " "),
            ("signer_name", "<b>\"Tẩn\"</b>"),
            ("upper", &"x".repeat(5_000)),
            ("recipients", &many),
        ]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let page = answer.text();
        assert!(page.contains("Chưa lưu. Hãy sửa:") && page.contains("href=\"#issuer\""), "{page}");
        assert!(page.contains("Hãy ghi: Cơ quan ban hành.") && page.contains("Nơi nhận: nhiều nhất 20 dòng."), "{page}");
        assert!(page.contains("Cơ quan chủ quản: rút gọn còn nhiều nhất 200 chữ."), "{page}");
        assert!(page.contains("&lt;b&gt;") && !page.contains("<b>\"Tẩn"), "{page}");
        assert!(page.len() < 60_000, "{}", page.len());
        assert!(shown(&officer, "/letterhead").await.contains("Chưa ai lưu."));
    }

    async fn everybody_writes_their_own_units_only(app: TestApp) {
        let places = app.places();
        for (username, unit, may) in [
            ("xa", places.elsewhere, false),
            ("xa", places.area, false),
            ("huyen", places.area, true),
            ("phutrach", places.commune, false),
            ("quantri", places.elsewhere, true),
            ("quantri", places.village, false),
        ] {
            let browser = app.sign_in(username).await;
            let status = saved(&browser, unit, &[]).await.status;
            let expected = if may { StatusCode::SEE_OTHER } else { StatusCode::NOT_FOUND };
            assert_eq!(status, expected, "{username}");
            let page = browser.get(&format!("/letterhead?unit={unit}")).await.status;
            assert_eq!(page == StatusCode::OK, may, "{username}");
            let sample = browser.get(&format!("/letterhead/sample.pdf?unit={unit}")).await;
            assert_eq!(is_pdf(&sample), may, "{username}");
        }
        for username in ["ban1", "ban1b", "giamsat"] {
            let browser = app.sign_in(username).await;
            assert_eq!(browser.get("/letterhead").await.status, StatusCode::FORBIDDEN, "{username}");
            assert_eq!(saved(&browser, places.commune, &[]).await.status, StatusCode::FORBIDDEN, "{username}");
        }
        let nobody = Browser { app: app.clone(), cookie: String::new() };
        assert_eq!(nobody.get("/letterhead").await.status, StatusCode::SEE_OTHER);
        assert_eq!(saved(&nobody, places.commune, &[]).await.status, StatusCode::SEE_OTHER);
    }
}
