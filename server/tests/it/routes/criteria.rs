//! Sets of criteria: given by one person with a scan, signed off by another.

use axum::http::{StatusCode, header};
use shared::criteria::{Criteria, CriteriaSetId};

use crate::support::evidence::pdf;
use crate::support::on_both;
use crate::support::request::{Answer, Browser, post};

const ID: &str = "cong_dan_2026";

/// The citizen's set under another id, with one question put otherwise.
fn file() -> String {
    let known = Criteria::file(&CriteriaSetId::new("cong_dan_324")).expect("a file");
    let known = known.replace("id = \"cong_dan_324\"", &format!("id = \"{ID}\""));
    known.replacen(
        "question = \"Có hay tìm đọc",
        "question = \"Có thường tìm đọc",
        1,
    )
}

fn scan() -> Vec<u8> {
    pdf(5_000, 7).bytes
}

async fn give(browser: &Browser, file: &str, scan: &[u8]) -> Answer {
    let files: [(&str, &str, &[u8]); 2] = [
        ("file", "bo.toml", file.as_bytes()),
        ("scan", "Quyết định.pdf", scan),
    ];
    browser.post_files("/criteria", &files).await
}

/// Where a form leads.
fn place(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let to = answer.header(header::LOCATION).expect("a page");
    to.split('#').next().unwrap_or_default().to_owned()
}

async fn page(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.text()
}

const NOTHING: &[(&str, &str)] = &[];

on_both! {
    async fn one_person_gives_a_set_and_another_signs_it_off(app: TestApp) {
        let (one, other) = (app.sign_in("quantri").await, app.sign_in("huyen").await);
        let known = page(&one, "/criteria").await;
        assert!(known.contains("Gia đình học tập (Quyết định 448/QĐ-KHVN)") && known.contains("Chưa đủ bảng chính thức"), "{known}");
        let file_of = one.get("/criteria/cong_dan_324/cong_dan_324.toml").await;
        assert!(file_of.text().contains("id = \"cong_dan_324\""), "{}", file_of.text());

        let to = place(&give(&one, &file(), &scan()).await);
        let own = page(&one, &to).await;
        assert!(own.contains("Đang chờ người khác đối chiếu") && !own.contains("/sign\""), "{own}");
        assert!(own.contains("1 mục đổi, 0 mục bỏ, 9 mục giữ nguyên"), "{own}");
        let address = to.split('?').next().unwrap_or_default();
        // Whoever gave it cannot sign, whatever they send.
        let told = place(&post(&one, &format!("{address}/sign"), &[("compared", "1")]).await);
        assert!(page(&one, &told).await.contains("Người nộp không tự ký. Cần một người khác."));

        let seen = page(&other, &page(&other, "/criteria").await.split("href=\"/criteria/given/").nth(1).map(|rest| {
            format!("/criteria/given/{}", rest.split('"').next().unwrap_or_default())
        }).expect("a link")).await;
        assert!(seen.contains("Ký: dùng bộ tiêu chí này") && seen.contains("Có thường tìm đọc"), "{seen}");
        let scan_at = seen.split("href=\"").find(|it| it.contains("/scans/")).and_then(|it| it.split('"').next());
        let scan_at = scan_at.expect("a scan");
        let got = other.get(scan_at).await;
        assert_eq!((got.status, got.body.as_ref()), (StatusCode::OK, scan().as_slice()));
        assert!(got.header(header::CONTENT_SECURITY_POLICY).is_some_and(|policy| policy.contains("sandbox")));

        let told = place(&post(&other, &format!("{address}/sign"), NOTHING).await);
        assert!(page(&other, &told).await.contains("đánh dấu vào ô xác nhận"));
        assert!(app.state.criteria.now().find(&CriteriaSetId::new(ID)).is_none());
        let told = place(&post(&other, &format!("{address}/sign"), &[("compared", "1")]).await);
        let done = page(&other, &told).await;
        assert!(done.contains("Đã ký xác nhận") && !done.contains("Ký: dùng"), "{done}");
        assert!(app.state.criteria.now().find(&CriteriaSetId::new(ID)).is_some());
        assert!(app.restarted().await.state.criteria.now().find(&CriteriaSetId::new(ID)).is_some());
        let set = page(&other, &format!("/criteria/{ID}")).await;
        assert!(set.contains("Người quantri nộp, Người huyen đối chiếu và ký"), "{set}");
        let again = one.get(&format!("/criteria/{ID}/{ID}.toml")).await;
        assert_eq!(again.text(), file());
        // Signed once, for good.
        let told = place(&post(&other, &format!("{address}/refuse"), &[("reason", "x")]).await);
        assert!(page(&other, &told).await.contains("đã có người khác ký hoặc trả lại"));
    }

    async fn a_set_that_is_not_right_is_told_line_by_line_or_given_back(app: TestApp) {
        let (one, other) = (app.sign_in("huyen").await, app.sign_in("phutrach").await);
        let partial = Criteria::file(&CriteriaSetId::new("gia_dinh_448")).expect("a file");
        let partial = partial.replace("id = \"gia_dinh_448\"", "id = \"gia_dinh_x\"");
        let broken = file().replace("max = 10", "max = \"mười\"");
        let known = file().replace(ID, "cong_dan_324");
        for (file, scan, told) in [
            ("", scan(), "Hãy chọn tệp bộ tiêu chí."),
            (broken.as_str(), scan(), "Tệp chưa đúng ở dòng"),
            (partial.as_str(), scan(), "chưa đủ bảng chính thức. Khi đã điền đủ"),
            (known.as_str(), scan(), "Đã có bộ mang mã cong_dan_324"),
            (file().as_str(), Vec::new(), "Hãy chọn bản scan"),
            (file().as_str(), b"<script>".to_vec(), "không phải PDF hay ảnh đọc được"),
            (file().as_str(), vec![b'%'; (20 << 20) + 1], "lớn hơn 20 MB"),
            (&"#".repeat((1 << 20) + 1), scan(), "lớn hơn 1 MB"),
        ] {
            let answer = give(&one, file, &scan).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{told}");
            assert!(answer.text().contains(told), "{told}: {}", answer.text());
        }
        let latin = one.post_files("/criteria", &[("file", "bo.toml", &[0xff, 0xfe]), ("scan", "a.pdf", &scan())]).await;
        assert!(latin.text().contains("không phải văn bản UTF-8"), "{}", latin.text());

        let to = place(&give(&one, &format!("\u{feff}{}", file()), &scan()).await);
        let address = to.split('?').next().unwrap_or_default().to_owned();
        let twice = give(&one, &file(), &scan()).await;
        assert!(twice.text().contains("hoặc đang chờ ký"), "{}", twice.text());
        let told = place(&post(&other, &format!("{address}/refuse"), &[("reason", " ")]).await);
        assert!(page(&other, &told).await.contains("Hãy ghi chỗ nào chưa đúng."));
        let told = place(&post(&other, &format!("{address}/refuse"), &[("reason", "Tiêu chí 3 là 15 điểm")]).await);
        assert!(page(&other, &told).await.contains("Đã trả lại. Không có gì thay đổi."));
        assert!(page(&one, &address).await.contains("Tiêu chí 3 là 15 điểm"));
        // It may be given again, and withdrawn by whoever gave it and nobody else.
        let to = place(&give(&one, &file(), &scan()).await);
        let address = to.split('?').next().unwrap_or_default().to_owned();
        assert_eq!(post(&other, &format!("{address}/withdraw"), NOTHING).await.status, StatusCode::FORBIDDEN);
        let told = place(&post(&one, &format!("{address}/withdraw"), NOTHING).await);
        assert!(page(&one, &told).await.contains("Đã rút. Không có gì thay đổi."));
        assert!(app.state.criteria.now().find(&CriteriaSetId::new(ID)).is_none());
    }

    async fn who_only_uses_criteria_looks_at_them_and_gives_none(app: TestApp) {
        let admin = app.sign_in("quantri").await;
        let to = place(&give(&admin, &file(), &scan()).await);
        let address = to.split('?').next().unwrap_or_default().to_owned();
        for name in ["xa", "chutich", "giamsat"] {
            let browser = app.sign_in(name).await;
            let all = page(&browser, "/criteria").await;
            assert!(all.contains(ID) && !all.contains("Nộp để đối chiếu"), "{name}: {all}");
            assert!(!page(&browser, &address).await.contains("Ký: dùng"), "{name}");
            assert_eq!(give(&browser, &file(), &scan()).await.status, StatusCode::FORBIDDEN, "{name}");
            let signed = post(&browser, &format!("{address}/sign"), &[("compared", "1")]).await;
            assert_eq!(signed.status, StatusCode::FORBIDDEN, "{name}");
        }
        let village = app.sign_in("ban1").await;
        for path in ["/criteria", address.as_str(), "/criteria/cong_dan_324", "/criteria/cong_dan_324/cong_dan_324.toml"] {
            assert_eq!(village.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        for path in ["/criteria/khong_co", "/criteria/given/7", "/criteria/khong_co/khong_co.toml", "/criteria/cong_dan_324/khac.toml"] {
            assert_eq!(admin.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(post(&admin, &format!("{address}/boil"), NOTHING).await.status, StatusCode::NOT_FOUND);
    }
}
