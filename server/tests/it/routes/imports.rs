//! A household list given in the browser: looked at, asked about, written, taken back.

use axum::http::{StatusCode, header};
use server::db::imports;
use shared::criteria::Title;
use shared::kind::SubjectKind;

use crate::support::changes::YEAR;
use crate::support::lists::{REAL, TWO, list, titled};
use crate::support::request::{Answer, Browser, post};
use crate::support::{TestApp, on_both};

/// Where a redirect leads.
fn to(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let to = answer.header(header::LOCATION).expect("a page");
    to.to_owned()
}

async fn shown(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.text()
}

/// Gives a list of the test's commune; returns the address of its preview.
async fn given(browser: &Browser, bytes: &[u8]) -> String {
    let commune = browser.app.places().commune;
    to(&browser.give_list(commune, "danh_sach.xlsx", bytes).await)
}

/// The mark of a preview.
fn mark(page: &str) -> String {
    let after = page.split("name=\"mark\" value=\"").nth(1).expect("a mark");
    after.split('"').next().expect("a mark").to_owned()
}

/// Writes what a page shows now, and follows the redirect.
async fn write(browser: &Browser, list: &str) -> String {
    let mark = mark(&shown(browser, list).await);
    let answer = post(browser, &format!("{list}/write"), &[("mark", &mark)]).await;
    shown(browser, &to(&answer)).await
}

async fn families(browser: &Browser) -> String {
    let commune = browser.app.places().commune;
    let path = format!("/dashboard/subjects?unit={commune}&year={YEAR}");
    shown(browser, &path).await
}

async fn imported(app: &TestApp) -> Vec<imports::Import> {
    let mut conn = app.db().read().await.expect("a connection");
    imports::last(&mut conn, 10).await.expect("imports")
}

on_both! {
    async fn a_list_is_looked_at_and_then_written(app: TestApp) {
        let officer = app.sign_in("xa").await;
        let page = shown(&officer, "/commune").await;
        assert!(page.contains(&format!("/commune/import?unit={}", app.places().commune)), "{page}");
        let page = shown(&officer, "/commune/import").await;
        assert!(page.contains("Xem trước") && page.contains("Xã này chưa nhập danh sách nào."), "{page}");
        let preview = given(&officer, &list(&TWO)).await;
        let page = shown(&officer, &preview).await;
        assert!(page.contains("2 hộ mới, 0 cập nhật, 0 không đổi, 0 chờ trả lời, 0 không nhận."), "{page}");
        assert!(page.contains("Lò Văn Pâng") && page.contains("Ghi 2 hộ"), "{page}");
        // Looking writes nothing.
        assert!(!families(&officer).await.contains("Lò Văn Pâng"));
        assert_eq!(imported(&app).await, []);
        let page = write(&officer, &preview).await;
        assert!(page.contains("Đã ghi: 2 hộ mới, 0 hộ cập nhật."), "{page}");
        assert!(families(&officer).await.contains("Lò Văn Pâng"));
        let all = imported(&app).await;
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].by, Some(app.user_id("xa").await));
        assert!(page.contains(&all[0].id) && page.contains("Người xa") && page.contains("danh_sach.xlsx"));
        app.assert_counts_agree().await;
        // What was written is not kept; the same list once more changes nothing.
        assert_eq!(officer.get(&preview).await.status, StatusCode::NOT_FOUND);
        let page = shown(&officer, &given(&officer, &list(&TWO)).await).await;
        assert!(page.contains("Không có gì mới") && !page.contains("name=\"mark\""), "{page}");
    }

    async fn a_real_list_is_asked_about_and_told_row_by_row(app: TestApp) {
        let officer = app.sign_in("xa").await;
        let preview = given(&officer, REAL).await;
        let page = shown(&officer, &preview).await;
        assert!(page.contains("Máy hỏi 3 điều") && page.contains("Bản “Nà Củng”"), "{page}");
        assert!(page.contains("Chờ trả lời, chưa ghi: ") && page.contains("Không nhận: 10"), "{page}");
        // One by its own answer, the others by the one for all.
        let sen = r#"answer.{"Village":"Huổi Sen"}"#;
        let cung = r#"answer.{"Village":"Nà Củng"}"#;
        let then = r#"answer.{"Village":"Khoang Thèn"}"#;
        let leave = [(sen, "\"Leave\""), (cung, ""), (then, ""), ("all_new", "1")];
        assert_eq!(to(&post(&officer, &format!("{preview}/answers"), &leave).await), preview);
        let page = shown(&officer, &preview).await;
        assert!(page.contains("Để lại theo lời chọn") && page.contains("Đã trả lời 3 câu."), "{page}");
        assert!(page.contains("Bản mới sẽ lập: Nà Củng, Khoang Thèn."), "{page}");
        post(&officer, &format!("{preview}/answers"), &[("anew", "1")]).await;
        let page = shown(&officer, &preview).await;
        assert!(page.contains("Máy hỏi 3 điều"), "{page}");
        let all = [(sen, "\"NewVillage\""), (cung, ""), (then, ""), ("all_new", "1")];
        post(&officer, &format!("{preview}/answers"), &all).await;
        let page = shown(&officer, &preview).await;
        assert!(page.contains("378 hộ mới") && page.contains("Hộ mới: 378"), "{page}");
        assert!(page.contains("mở phiếu năm 2026 cho 378 hộ"), "{page}");
        let page = write(&officer, &preview).await;
        assert!(page.contains("Đã ghi: 378 hộ mới"), "{page}");
        // The villages are there at once.
        assert!(shown(&officer, "/commune").await.contains("Nà Củng"));
        app.assert_counts_agree().await;
    }

    async fn rows_that_wait_are_left_and_answered_later(app: TestApp) {
        let officer = app.sign_in("xa").await;
        write(&officer, &given(&officer, &list(&TWO)).await).await;
        // A namesake with another year of birth, and a family that is nobody's namesake.
        let mut rows = TWO;
        rows[0][2] = "1979";
        rows[1][1] = "Tao Thị Chớ";
        rows[1][0] = "3";
        let preview = given(&officer, &list(&rows)).await;
        let page = shown(&officer, &preview).await;
        assert!(page.contains("1 chờ trả lời") && page.contains("Là hộ khác: giữ cả hai"), "{page}");
        let page = write(&officer, &preview).await;
        assert!(page.contains("Còn dòng chờ trả lời") && page.contains(&preview), "{page}");
        let row = r#"answer.{"Row":{"sheet":"Sheet1","row":4}}"#;
        post(&officer, &format!("{preview}/answers"), &[(row, "\"Different\"")]).await;
        let page = write(&officer, &preview).await;
        assert!(page.contains("Đã ghi: 1 hộ mới"), "{page}");
        assert_eq!(families(&officer).await.matches("Lò Văn Pâng").count(), 2);
    }

    async fn what_has_changed_is_looked_at_first(app: TestApp) {
        let officer = app.sign_in("xa").await;
        let leader = app.sign_in("chutich").await;
        let preview = given(&officer, &list(&TWO)).await;
        let seen = mark(&shown(&officer, &preview).await);
        write(&leader, &given(&leader, &list(&TWO)).await).await;
        let answer = post(&officer, &format!("{preview}/write"), &[("mark", &seen)]).await;
        let page = shown(&officer, &to(&answer)).await;
        assert!(page.contains("Dữ liệu của xã đã thay đổi") && page.contains("2 không đổi"), "{page}");
        assert_eq!(imported(&app).await.len(), 1);
        assert_eq!(post::<&str>(&officer, &format!("{preview}/write"), &[]).await.status, StatusCode::BAD_REQUEST);
    }

    async fn a_list_is_its_owners(app: TestApp) {
        let officer = app.sign_in("xa").await;
        let preview = given(&officer, &list(&TWO)).await;
        let seen = mark(&shown(&officer, &preview).await);
        for who in ["chutich", "quantri", "ban1", "huyen", "giamsat"] {
            let other = app.sign_in(who).await;
            let page = other.get(&preview).await;
            assert!(matches!(page.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{who}");
            assert!(!page.text().contains("Lò Văn Pâng"), "{who}");
            for (what, fields) in [("write", [("mark", seen.as_str())]), ("answers", [("anew", "1")])] {
                let answer = post(&other, &format!("{preview}/{what}"), &fields).await;
                assert!(matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{who}");
            }
        }
        let nobody = Browser { app: app.clone(), cookie: String::new() };
        assert!(to(&nobody.get(&preview).await).starts_with("/sign-in?next="));
        assert!(to(&post(&nobody, &format!("{preview}/write"), &[("mark", &seen)]).await).starts_with("/sign-in?"));
        for strange in ["", "..", "%2e%2e%2fx", "0", &"0".repeat(32)] {
            let status = officer.get(&format!("/commune/import/{strange}")).await.status;
            assert_eq!(status, StatusCode::NOT_FOUND, "{strange}");
        }
        // Another file takes the place of the one before.
        given(&officer, &list(&TWO)).await;
        assert_eq!(officer.get(&preview).await.status, StatusCode::NOT_FOUND);
        assert_eq!(imported(&app).await, []);
    }

    async fn only_who_verifies_imports_and_only_at_home(app: TestApp) {
        let places = app.places();
        for who in ["ban1", "ban1b", "huyen", "giamsat"] {
            let browser = app.sign_in(who).await;
            assert_eq!(browser.get("/commune/import").await.status, StatusCode::FORBIDDEN, "{who}");
            let answer = browser.give_list(places.commune, "a.xlsx", &list(&TWO)).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who}");
        }
        let officer = app.sign_in("xa").await;
        let answer = officer.give_list(places.elsewhere, "a.xlsx", &list(&TWO)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let path = format!("/commune/import?unit={}", places.elsewhere);
        assert_eq!(officer.get(&path).await.status, StatusCode::NOT_FOUND);
        // Whoever administers chooses among all.
        let admin = app.sign_in("quantri").await;
        let page = shown(&admin, &path).await;
        assert!(page.contains(&format!("value=\"{}\"", places.commune)), "{page}");
        let preview = given(&admin, &list(&TWO)).await;
        assert!(write(&admin, &preview).await.contains("Đã ghi: 2 hộ mới"));
        // A list of another commune is none of this one's, whatever code was given out twice.
        let other = to(&admin.give_list(places.elsewhere, "a.xlsx", &list(&TWO)).await);
        let page = shown(&admin, &other).await;
        assert!(page.contains("UBND XÃ MƯỜNG SO") && page.contains("vẫn là danh sách của xã này"), "{page}");
        post(&admin, &format!("{other}/answers"), &[("despite_heading", "1")]).await;
        let page = shown(&admin, &other).await;
        assert!(page.contains("Máy hỏi 1 điều"), "{page}");
    }

    async fn a_list_of_another_kind_is_chosen_first(app: TestApp) {
        let officer = app.sign_in("xa").await;
        let commune = app.places().commune;
        let page = shown(&officer, "/commune/import?kind=clan").await;
        assert!(page.contains("Danh sách gì") && page.contains("Dòng họ"), "{page}");
        let units = "STT;Tên đơn vị;Loại đơn vị\n1;Trạm Y tế;Cơ quan\n2;HTX Chè;Hợp tác xã\n";
        let preview = to(&officer.give_list_of("unit", commune, "dv.csv", units.as_bytes()).await);
        let page = shown(&officer, &preview).await;
        assert!(page.contains("2 đơn vị mới, 0 cập nhật"), "{page}");
        assert!(page.contains("Đơn vị mới: 2") && page.contains("Ghi 2 đơn vị"), "{page}");
        let page = write(&officer, &preview).await;
        assert!(page.contains("Đã ghi: 2 đơn vị mới, 0 đơn vị cập nhật."), "{page}");
        assert!(page.contains(&format!("title={}", Title::LearningUnit.as_str())), "{page}");
        let all = imported(&app).await;
        assert_eq!(all[0].made.kind, SubjectKind::Unit);
        let unit = commune.to_string();
        let undo = [("unit", unit.as_str()), ("id", all[0].id.as_str())];
        let answer = post(&officer, "/commune/import/undo", &undo).await;
        let page = shown(&officer, &to(&answer)).await;
        assert!(page.contains("2 đơn vị mới thôi tính"), "{page}");
        // A file of another kind says so, and nothing else is a kind of list.
        let preview = to(&officer.give_list_of("clan", commune, "dv.csv", units.as_bytes()).await);
        let page = shown(&officer, &preview).await;
        assert!(page.contains("ệp không phải danh sách dòng họ"), "{page}");
        for strange in ["commune", "village", "x", "1"] {
            let answer = officer.give_list_of(strange, commune, "dv.csv", units.as_bytes()).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{strange}");
        }
    }

    async fn a_file_that_is_none_is_called_by_its_name(app: TestApp) {
        let officer = app.sign_in("xa").await;
        let commune = app.places().commune;
        let pdf = crate::support::evidence::pdf(2_000, 1);
        for (name, bytes, said) in [
            ("danh_sach.xlsx", pdf.bytes, "Đây là tệp PDF"),
            ("danh_sach.xlsx", Vec::new(), "Tệp trống"),
            ("danh_sach.xls", b"{\\rtf1}".to_vec(), "Đây là tệp văn bản (Word)"),
            ("khac.xlsx", titled("x", &[]), "Chưa nhận được hộ nào"),
        ] {
            let preview = to(&officer.give_list(commune, name, &bytes).await);
            let page = shown(&officer, &preview).await;
            assert!(page.contains(said), "{said}: {page}");
            assert!(!page.contains("name=\"mark\""), "{page}");
        }
        assert!(to(&officer.give_list(commune, "", b"").await).ends_with("error=no-file"));
        let large = vec![0; (10 << 20) + 1];
        let again = to(&officer.give_list(commune, "a.xlsx", &large).await);
        assert!(again.ends_with("error=too-large"), "{again}");
        assert!(shown(&officer, &again).await.contains("Tệp lớn hơn 10 MB"));
        // Columns that hold what their heads do not say.
        let names: Vec<String> = (1..=9).map(|at| format!("Lò Văn Pâng {at}")).collect();
        let swapped: Vec<[&str; 8]> = names
            .iter()
            .map(|name| ["1", "Vàng Pheo", "1970", name, "5", "2", "2", "2"])
            .collect();
        let preview = given(&officer, &list(&swapped)).await;
        let page = shown(&officer, &preview).await;
        assert!(page.contains("Đã xem, các cột vẫn đúng"), "{page}");
    }

    async fn a_mistaken_import_is_taken_back(app: TestApp) {
        let officer = app.sign_in("xa").await;
        let page = write(&officer, &given(&officer, &list(&TWO)).await).await;
        assert!(page.contains("/commune/import/undo"), "{page}");
        let id = imported(&app).await[0].id.clone();
        let unit = app.places().commune.to_string();
        let fields = [("unit", unit.as_str()), ("id", id.as_str())];
        for who in ["ban1", "huyen", "giamsat"] {
            let other = app.sign_in(who).await;
            let answer = post(&other, "/commune/import/undo", &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who}");
        }
        let answer = post(&officer, "/commune/import/undo", &fields).await;
        let page = shown(&officer, &to(&answer)).await;
        assert!(page.contains(&format!("Đã bỏ lần nhập {id}.")), "{page}");
        assert!(page.contains("2 hộ mới thôi tính") && page.contains("Đã bỏ ngày"), "{page}");
        assert!(!families(&officer).await.contains("Lò Văn Pâng"));
        app.assert_counts_agree().await;
        // Whoever answers for the system reads who did both.
        let admin = app.sign_in("quantri").await;
        app.state.events.flush().await;
        let log = shown(&admin, "/events").await;
        assert!(log.contains(&format!("Nhập danh sách: Xã Phong Thổ {id}")), "{log}");
        assert!(log.contains(&format!("Bỏ lần nhập danh sách: {id}")), "{log}");
        // Pressed twice, it is done once.
        to(&post(&officer, "/commune/import/undo", &fields).await);
        let unknown = [("unit", unit.as_str()), ("id", "XXXXXX")];
        let answer = post(&officer, "/commune/import/undo", &unknown).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }

    async fn a_list_outlives_the_server_and_not_the_day(app: TestApp) {
        let officer = app.sign_in("xa").await;
        let preview = given(&officer, &list(&TWO)).await;
        let app = app.restarted().await;
        let officer = Browser { app: app.clone(), cookie: officer.cookie };
        assert!(shown(&officer, &preview).await.contains("Ghi 2 hộ"));
        let lists = &app.state.files.lists;
        assert_eq!(lists.sweep(crate::support::now()).await.expect("a folder"), 0);
        let later = crate::support::now() + chrono::TimeDelta::hours(13);
        assert_eq!(lists.sweep(later).await.expect("a folder"), 1);
        assert_eq!(officer.get(&preview).await.status, StatusCode::NOT_FOUND);
    }
}
