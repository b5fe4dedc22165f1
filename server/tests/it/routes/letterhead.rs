//! The letterhead of a unit: suggested, saved, refused, and who may.

use axum::http::{StatusCode, header};
use server::services::jobs::runner::turn;
use shared::ids::UnitId;

use super::decisions::recognised;
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

    async fn the_symbol_of_an_association_is_given_seen_and_taken_away(app: TestApp) {
        let (officer, commune) = (app.sign_in("xa").await, app.places().commune);
        let unit = commune.to_string();
        let give = async |browser: &Browser, unit: &str, file: &[u8]| {
            let files = [("unit", "", unit.as_bytes()), ("symbol", "bieu-tuong.png", file)];
            browser.post_files("/letterhead/symbol", &files).await
        };
        let page = shown(&officer, "/letterhead").await;
        assert!(page.contains("chỗ Quốc huy để trống") && !page.contains("type=\"file\""), "{page}");
        saved(&officer, commune, &[("kind", "association"), ("issuer", "Hội Khuyến học xã Phong Thổ")]).await;
        let page = shown(&officer, "/letterhead").await;
        assert!(page.contains("type=\"file\"") && !page.contains("symbol.png"), "{page}");
        let picture = format!("/letterhead/symbol.png?unit={unit}");
        assert_eq!(officer.get(&picture).await.status, StatusCode::NOT_FOUND);

        let symbol = png(120, 120);
        for (file, says) in [
            (&b""[..], "symbol=missing"),
            (b"%PDF-1.7", "symbol=not-a-picture"),
            (&symbol[..12], "symbol=not-a-picture"),
            (&png(3_001, 10)[..], "symbol=not-a-picture"),
            (&[&symbol[..], &[0; 1_000_001]].concat()[..], "symbol=not-a-picture"),
        ] {
            let answer = give(&officer, &unit, file).await;
            let to = answer.header(header::LOCATION).unwrap_or_default().to_owned();
            assert!(to.contains(says), "{says}: {to}");
        }
        let answer = give(&officer, &unit, &symbol).await;
        let to = answer.header(header::LOCATION).expect("a page").to_owned();
        let page = shown(&officer, to.split('#').next().unwrap_or_default()).await;
        assert!(page.contains("Đã lưu biểu tượng") && page.contains("symbol.png"), "{page}");
        let seen = officer.get(&picture).await;
        assert_eq!(seen.header(header::CONTENT_TYPE), Some("image/png"));
        assert!(seen.body == symbol);

        // Nobody else's.
        for (who, unit) in [("ban1", &unit), ("huyen", &unit), ("xa", &app.places().elsewhere.to_string())] {
            let other = app.sign_in(who).await;
            assert!(give(&other, unit, &symbol).await.status.is_client_error(), "{who}");
            let seen = other.get(&format!("/letterhead/symbol.png?unit={unit}")).await;
            assert!(seen.status.is_client_error(), "{who}");
        }
        for odd in ["", "unit=x", "unit="] {
            let answer = officer.get(&format!("/letterhead/symbol.png?{odd}")).await;
            assert!(answer.status.is_client_error(), "{odd}");
        }
        let files = [("unit", "", unit.as_bytes()), ("remove", "", &b"1"[..])];
        let answer = officer.post_files("/letterhead/symbol", &files).await;
        assert!(answer.header(header::LOCATION).unwrap_or_default().contains("symbol=removed"));
        assert_eq!(officer.get(&picture).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_test_sheet_is_drawn_and_an_association_prints_its_symbol(app: TestApp) {
        let people = recognised(&app, &["Lò Thị Ón"]).await;
        let (officer, commune) = (app.sign_in("xa").await, app.places().commune);
        let page = officer.get(&format!("/dashboard/subject/{}", people[0])).await.text();
        let decision = page.split("/decisions/").nth(1).and_then(|it| it.split('"').next()).expect("a decision").to_owned();
        let sheet = |asked: &str| format!("/decisions/{decision}/test-print?{asked}");
        let plain = officer.get(&sheet("right=0&down=0")).await;
        assert!(is_pdf(&plain), "{}", plain.text());
        let moved = officer.get(&sheet("stock=1&right=-2,5&down=3")).await;
        assert!(is_pdf(&moved) && moved.body != plain.body);
        for odd in ["right=a", "right=51", "down=NaN"] {
            assert_eq!(officer.get(&sheet(odd)).await.status, StatusCode::BAD_REQUEST, "{odd}");
        }
        let nothing = officer.get("/decisions/01900000-0000-7000-8000-000000000001/test-print").await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND);

        // The symbol stands on what an association hands out, and not on an authority's.
        let made = async || {
            let asked = [("right", "0"), ("down", "0")];
            let job = post(&officer, &format!("/decisions/{decision}/certificates"), &asked).await;
            let job = job.header(header::LOCATION).expect("a job").to_owned();
            assert!(turn(&app.state, "may-chu-1").await.expect("a turn"));
            let file = officer.get(&format!("{job}/file")).await;
            assert!(is_pdf(&file), "{}", file.text());
            String::from_utf8_lossy(&file.body).matches("/Width 120").count()
        };
        saved(&officer, commune, &[("kind", "association")]).await;
        assert_eq!(made().await, 0);
        let symbol = png(120, 120);
        let unit = commune.to_string();
        let files = [("unit", "", unit.as_bytes()), ("symbol", "bieu-tuong.png", &symbol[..])];
        officer.post_files("/letterhead/symbol", &files).await;
        assert!(made().await > 0);
        saved(&officer, commune, &[("kind", "authority")]).await;
        assert_eq!(made().await, 0);
    }
}

/// A whole picture of one colour, so many pixels wide and high.
fn png(width: u32, height: u32) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let body = [&kind[..], data].concat();
        let mut sum = u32::MAX;
        for byte in &body {
            sum ^= u32::from(*byte);
            for _ in 0..8 {
                sum = if sum & 1 == 1 {
                    (sum >> 1) ^ 0xedb8_8320
                } else {
                    sum >> 1
                };
            }
        }
        let length = u32::try_from(data.len()).expect("a length").to_be_bytes();
        [&length[..], &body, &(!sum).to_be_bytes()].concat()
    };
    // Rows of grey bytes, each after its filter, in blocks that are stored as they are.
    let row = [vec![0], vec![128; width as usize]].concat();
    let pixels = row.repeat(height as usize);
    let (mut one, mut two) = (1_u32, 0_u32);
    for byte in &pixels {
        one = (one + u32::from(*byte)) % 65_521;
        two = (two + one) % 65_521;
    }
    let mut stored = vec![0x78, 0x01];
    let blocks = pixels.chunks(65_535);
    let last = blocks.len().saturating_sub(1);
    for (at, block) in blocks.enumerate() {
        let length = u16::try_from(block.len()).expect("a block");
        stored.push(u8::from(at == last));
        stored.extend(length.to_le_bytes());
        stored.extend((!length).to_le_bytes());
        stored.extend(block);
    }
    stored.extend(((two << 16) | one).to_be_bytes());
    let head = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[8, 0, 0, 0, 0],
    ]
    .concat();
    let parts = [
        chunk(b"IHDR", &head),
        chunk(b"IDAT", &stored),
        chunk(b"IEND", b""),
    ];
    [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat()].concat()
}
