//! Corrections at the desk: begun on the page of a signed decision, worded, signed, and what says so afterwards.

use axum::http::{StatusCode, header};
use serde_json::json;
use server::services::jobs::runner::turn;
use shared::assessment::StageName;
use shared::change::ChangeBody;
use shared::document::FieldName;
use shared::ids::{SubjectId, UnitId};

use super::decisions::{commending, confirmed, drafting, of, sends, signing, stage};
use crate::support::changes::*;
use crate::support::request::{Browser, post};
use crate::support::{TestApp, on_both, said_in};

/// People who hold their title by a signed decision, and its number in addresses.
async fn given(app: &TestApp, names: &[&str]) -> (Vec<SubjectId>, String) {
    let people = confirmed(app, names).await;
    let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
    let (to, page) = sends(&officer, "/decisions/draft", &drafting(app, &people)).await;
    let (id, looked) = of(&to, &page);
    let step = format!("/decisions/{id}/step");
    sends(&leader, &step, &signing(&looked, "125/QĐ-UBND", "")).await;
    (people, id)
}

async fn rename(app: &TestApp, person: SubjectId, name: &str) {
    let officer = app.sign_in("xa").await;
    let field = ChangeBody::SetField {
        field: FieldName::from("name"),
        value: json!(name),
    };
    send(&officer, vec![change(person.into(), None, field)]).await;
}

fn correcting(app: &TestApp, of: &str, people: &[SubjectId]) -> Vec<(&'static str, String)> {
    let mut form = drafting(app, people);
    form.extend([
        ("does", "correct".to_owned()),
        ("corrects", of.to_owned()),
        ("back", of.to_owned()),
    ]);
    form
}

/// Posts how lines should read.
async fn rewords(
    browser: &Browser,
    id: &str,
    looked: &str,
    lines: &[(SubjectId, UnitId, &str)],
    wording: &str,
) -> String {
    let mut fields = vec![
        ("step".to_owned(), "reword".to_owned()),
        ("looked".to_owned(), looked.to_owned()),
        ("wording".to_owned(), wording.to_owned()),
    ];
    for (subject, place, name) in lines {
        fields.push((format!("name.{subject}"), (*name).to_owned()));
        fields.push((format!("place.{subject}"), place.to_string()));
    }
    let fields: Vec<(&str, String)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    let to = format!("/decisions/{id}/step");
    let answer = post(browser, &to, &fields).await;
    match answer.status {
        // The page again, with what was typed.
        StatusCode::BAD_REQUEST => answer.text(),
        _ => {
            let page = answer.header(header::LOCATION).expect("a page").to_owned();
            browser.get(&page).await.text()
        }
    }
}

on_both! {
    async fn a_name_is_corrected_by_a_paper_of_its_own(app: TestApp) {
        let (people, given) = given(&app, &["Lò Thị Ón", "Mào Văn Ín", "Vàng A Páo"]).await;
        let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
        let page = officer.get(&format!("/decisions/{given}")).await.text();
        assert!(page.contains("Đính chính những dòng được chọn") && page.contains("Thu hồi danh hiệu của"), "{page}");

        // Mended in the list, so nothing is typed.
        rename(&app, people[0], "Lò Thị Ơn").await;
        let (to, page) = sends(&officer, "/decisions/draft", &correcting(&app, &given, &people[..1])).await;
        assert!(page.contains("Đã lập dự thảo đính chính") && page.contains("Đính chính Quyết định 125/QĐ-UBND"), "{page}");
        assert!(page.contains("<strong>Lò Thị Ón<") && page.contains("value=\"Lò Thị Ơn\""), "{page}");
        assert!(page.contains("chưa đối chiếu với Nghị định 30/2020/NĐ-CP") && !page.contains("Ghi quyết định đã ký"), "{page}");
        let (id, looked) = of(&to, &page);
        let page = officer.get(&format!("/decisions/{given}")).await.text();
        assert!(page.contains("Đang có dự thảo đính chính") && page.contains(&id), "{page}");
        let letter = officer.get(&format!("/decisions/{id}/paper/to-trinh.docx")).await;
        let text = said_in(&letter.body);
        for said in ["TỜ TRÌNH", "Về việc đề nghị đính chính Quyết định số 125/QĐ-UBND", "Lò Thị Ón", "Lò Thị Ơn"] {
            assert!(text.contains(said), "{said} in {text}");
        }
        let step = format!("/decisions/{id}/step");
        let (_, page) = sends(&leader, &step, &signing(&looked, "125/QĐ-UBND", "")).await;
        assert!(page.contains("Số này đã có ở một quyết định khác"), "its number is its own: {page}");
        let (_, page) = sends(&leader, &step, &signing(&looked, "130/QĐ-UBND", "")).await;
        assert!(page.contains("Đã ghi quyết định đính chính") && page.contains("130/QĐ-UBND"), "{page}");
        assert!(!page.contains("Đính chính những dòng được chọn"), "the first decision is corrected again: {page}");
        assert_eq!(stage(&app, people[0]).await, StageName::Recognised);
        app.assert_counts_agree().await;

        // Everything that names them says so.
        let page = officer.get(&format!("/decisions/{given}")).await.text();
        assert!(page.contains("Lò Thị Ón") && page.contains("Lò Thị Ơn (theo 130/QĐ-UBND ngày"), "{page}");
        let page = officer.get(&format!("/dashboard/subject/{}?year={YEAR}", people[0])).await.text();
        assert!(page.contains("Theo quyết định đính chính 130/QĐ-UBND ngày") && page.contains("tên đọc là: Lò Thị Ơn"), "{page}");
        let page = officer.get("/decisions").await.text();
        assert!(page.contains("Đính chính 125/QĐ-UBND, Công dân học tập"), "{page}");
        let file = officer.get(&format!("/dashboard/export/decision.csv?decision={id}")).await.text();
        assert!(file.contains("Lò Thị Ơn") && file.contains("Lò Thị Ón"), "{file}");
        let word = leader.get(&format!("/decisions/{id}/paper/quyet-dinh.docx")).await;
        let text = said_in(&word.body);
        for said in [
            "130/QĐ-UBND", "Về việc đính chính Quyết định số 125/QĐ-UBND", "Họ và tên đã in", "Nay đọc là", "Lò Thị Ón", "Lò Thị Ơn",
            "Căn cứ Quyết định số 125/QĐ-UBND ngày", "công nhận danh hiệu “Công dân học tập”", "đối với 01 công dân", "được cấp lại",
        ] {
            assert!(text.contains(said), "{said} in {text}");
        }
        let pdf = leader.get(&format!("/decisions/{id}/paper/quyet-dinh.pdf")).await;
        assert!(pdf.status == StatusCode::OK && pdf.body.starts_with(b"%PDF"), "{}", pdf.status);

        // The paper as it was signed is drawn as it was signed.
        let word = leader.get(&format!("/decisions/{given}/paper/quyet-dinh.docx")).await;
        let text = said_in(&word.body);
        assert!(text.contains("Lò Thị Ón") && !text.contains("Lò Thị Ơn"), "{text}");

        // A sheet for the line that was corrected, and for nobody else.
        let sheets = |right: &str| vec![("right", right.to_owned()), ("down", "0".to_owned())];
        let (job, page) = sends(&officer, &format!("/decisions/{id}/certificates"), &sheets("0")).await;
        assert!(page.contains("Giấy chứng nhận theo quyết định 130/QĐ-UBND"), "{page}");
        assert!(turn(&app.state, "may-chu-1").await.expect("a turn"));
        let file = officer.get(&format!("{job}/file")).await;
        assert_eq!(file.status, StatusCode::OK, "{}", file.text());
        assert!(String::from_utf8_lossy(&file.body).contains("/Count 1"), "a page for each");
        let register = vec![("unit", app.places().commune.to_string()), ("year", YEAR.to_string()), ("format", "docx".to_owned())];
        let (job, _) = sends(&officer, "/decisions/register", &register).await;
        assert!(turn(&app.state, "may-chu-1").await.expect("a turn"));
        let text = said_in(&officer.get(&format!("{job}/file")).await.body);
        assert!(text.contains("Lò Thị Ơn") && !text.contains("Lò Thị Ón"), "{text}");
        assert!(text.contains("Đính chính theo 130/QĐ-UBND ngày") && text.contains("125/QĐ-UBND ngày"), "{text}");
    }

    async fn the_last_correction_that_is_signed_counts(app: TestApp) {
        let (people, given) = given(&app, &["Lò Thị Ón"]).await;
        let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
        let village = app.places().village;
        let mut corrections = Vec::new();
        for (number, name) in [("130/QĐ-UBND", "Lò Thị Ơn"), ("131/QĐ-UBND", "Lò Thị Ớn")] {
            let (to, page) = sends(&officer, "/decisions/draft", &correcting(&app, &given, &people)).await;
            let (id, looked) = of(&to, &page);
            let twice = sends(&officer, "/decisions/draft", &correcting(&app, &given, &people)).await.1;
            assert!(twice.contains("1 dòng"), "no second draft of one line: {twice}");
            rewords(&officer, &id, &looked, &[(people[0], village, name)], "").await;
            let page = leader.get(&format!("/decisions/{id}")).await.text();
            let (_, looked) = of(&to, &page);
            let (_, page) = sends(&leader, &format!("/decisions/{id}/step"), &signing(&looked, number, "")).await;
            assert!(page.contains("Đã ghi quyết định đính chính"), "{page}");
            corrections.push(id);
        }
        let page = officer.get(&format!("/decisions/{given}")).await.text();
        assert!(page.contains("Lò Thị Ớn (theo 131/QĐ-UBND"), "{page}");
        let page = officer.get(&format!("/decisions/{}", corrections[0])).await.text();
        assert!(page.contains("Đã đính chính lại") && page.contains("131/QĐ-UBND"), "{page}");
        let page = officer.get(&format!("/decisions/{}", corrections[1])).await.text();
        assert!(page.contains("Lò Thị Ơn") && !page.contains("Đã đính chính lại"), "{page}");
        // A correction is corrected through the decision it corrects.
        let odd = sends(&officer, "/decisions/draft", &correcting(&app, &corrections[0], &people)).await.1;
        assert!(!odd.contains("Đã lập dự thảo"), "{odd}");
    }

    async fn what_was_taken_back_or_is_strange_is_not_corrected(app: TestApp) {
        let (people, given) = given(&app, &["Lò Thị Ón", "Mào Văn Ín"]).await;
        let stranger = confirmed(&app, &["Vàng A Páo"]).await;
        let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
        let mut back = drafting(&app, &people[..1]);
        back.extend([("does", "revoke".to_owned()), ("back", given.clone()), ("reason", "Khai chưa đúng".to_owned())]);
        let (to, page) = sends(&officer, "/decisions/draft", &back).await;
        let (id, looked) = of(&to, &page);
        sends(&leader, &format!("/decisions/{id}/step"), &signing(&looked, "7/QĐ-UBND", "")).await;
        let (to, page) = sends(&officer, "/decisions/draft", &correcting(&app, &given, &people)).await;
        assert!(to.starts_with(&format!("/decisions/{given}?")) && page.contains("1 dòng"), "{page}");
        let (_, page) = sends(&officer, "/decisions/draft", &correcting(&app, &given, &stranger)).await;
        assert!(page.contains("1 dòng"), "{page}");
        for odd in ["", "x", "0192d3a0-0000-7000-8000-000000000001"] {
            let answer = post(&officer, "/decisions/draft", &correcting(&app, odd, &people[1..])).await;
            let told = answer.header(header::LOCATION).unwrap_or_default();
            assert!(answer.status == StatusCode::BAD_REQUEST || told.contains("refused="), "{odd}: {told}");
        }
        // Nobody else begins, words or signs one.
        let village = app.sign_in("ban1").await;
        let answer = post(&village, "/decisions/draft", &correcting(&app, &given, &people[1..])).await;
        assert!(!answer.header(header::LOCATION).unwrap_or_default().contains("told=drafted"));
        let area = app.sign_in("phutrach").await;
        let page = area.get(&format!("/decisions/{given}")).await.text();
        assert!(!page.contains("value=\"correct\""), "{page}");
        let (_, page) = sends(&area, "/decisions/draft", &correcting(&app, &given, &people[1..])).await;
        assert!(page.contains("không thuộc địa bàn"), "{page}");
        let (to, page) = sends(&officer, "/decisions/draft", &correcting(&app, &given, &people[1..])).await;
        let (id, looked) = of(&to, &page);
        assert!(page.contains("1 dòng chưa ký được") && page.contains("Chưa có gì khác bản đã in"), "{page}");
        let (_, page) = sends(&leader, &format!("/decisions/{id}/step"), &signing(&looked, "131/QĐ-UBND", "")).await;
        assert!(page.contains("1 dòng") && !page.contains("Đã ghi quyết định"), "{page}");
        let odd = vec![("step", "reword".to_owned()), ("looked", looked), ("name.x", "Khác".to_owned())];
        assert_eq!(post(&officer, &format!("/decisions/{id}/step"), &odd).await.status, StatusCode::BAD_REQUEST);
        let sheets = vec![("right", "0".to_owned()), ("down", "0".to_owned())];
        let none = post(&officer, &format!("/decisions/{id}/certificates"), &sheets).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND, "not signed");
    }

    async fn names_are_text_and_no_longer_than_names(app: TestApp) {
        let (people, given) = given(&app, &["Lò Thị Ón"]).await;
        let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
        let village = app.places().village;
        let (to, page) = sends(&officer, "/decisions/draft", &correcting(&app, &given, &people)).await;
        let (id, looked) = of(&to, &page);
        let long = "ê".repeat(200_000);
        for (name, wording) in [(long.as_str(), ""), ("", ""), ("Lò Thị Ơn", long.as_str())] {
            let page = rewords(&officer, &id, &looked, &[(people[0], village, name)], wording).await;
            assert!(page.contains("error-summary") && !page.contains("Đã ghi nội dung"), "{name:.9}");
        }
        // What was typed is not lost with what was wrong about it.
        let page = rewords(&officer, &id, &looked, &[(people[0], village, "Lò Thị Ơn")], &"chữ sai ".repeat(200)).await;
        assert!(page.contains("value=\"Lò Thị Ơn\"") && page.contains("chữ sai chữ sai"), "{page}");
        let markup = "\"><script>1</script>&lt;";
        let wording = "</textarea><script>2</script>";
        let page = rewords(&officer, &id, &looked, &[(people[0], village, markup)], wording).await;
        assert!(page.contains("Đã ghi nội dung đính chính") && !page.contains("<script>1") && !page.contains("<script>2"), "{page}");
        let page = rewords(&officer, &id, &looked, &[(people[0], village, "Khác")], "").await;
        assert!(page.contains("vừa thay đổi"), "what was looked at is gone: {page}");
        assert!(page.contains("value=\"Khác\""), "what was typed is not: {page}");
        let page = leader.get(&format!("/decisions/{id}")).await.text();
        let (_, looked) = of(&to, &page);
        sends(&leader, &format!("/decisions/{id}/step"), &signing(&looked, "130/QĐ-UBND", "")).await;
        for page in [
            format!("/decisions/{id}"), format!("/decisions/{given}"), format!("/dashboard/subject/{}?year={YEAR}", people[0]),
        ] {
            let page = officer.get(&page).await.text();
            assert!(page.contains("script&gt;1") && !page.contains("<script>1") && !page.contains("<script>2"), "{page}");
        }
        for format in ["docx", "pdf"] {
            let paper = officer.get(&format!("/decisions/{id}/paper/quyet-dinh.{format}")).await;
            assert_eq!(paper.status, StatusCode::OK, "{format}");
        }
    }

    async fn wording_alone_is_corrected_and_a_draft_thrown_away(app: TestApp) {
        let (people, given) = given(&app, &["Lò Thị Ón"]).await;
        let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
        let (to, page) = sends(&officer, "/decisions/draft", &correcting(&app, &given, &people)).await;
        let (id, looked) = of(&to, &page);
        let discard = vec![("step", "discard".to_owned()), ("looked", looked)];
        let (_, page) = sends(&officer, &format!("/decisions/{id}/step"), &discard).await;
        assert!(page.contains("Đã bỏ dự thảo đính chính"), "{page}");
        let page = officer.get(&format!("/decisions/{given}")).await.text();
        assert!(!page.contains("Đang có dự thảo đính chính"), "{page}");
        let (to, page) = sends(&officer, "/decisions/draft", &correcting(&app, &given, &[])).await;
        let (id, looked) = of(&to, &page);
        assert!(page.contains("Đã lập dự thảo đính chính"), "{page}");
        let said = "tại Điều 2, “cấp” nay đọc là “trao”";
        let page = rewords(&officer, &id, &looked, &[], said).await;
        assert!(page.contains(said), "{page}");
        let page = leader.get(&format!("/decisions/{id}")).await.text();
        let (_, looked) = of(&to, &page);
        let (_, page) = sends(&leader, &format!("/decisions/{id}/step"), &signing(&looked, "130/QĐ-UBND", "")).await;
        assert!(page.contains("Đã ghi quyết định đính chính") && !page.contains("/certificates"), "{page}");
        let word = leader.get(&format!("/decisions/{id}/paper/quyet-dinh.docx")).await;
        let text = said_in(&word.body);
        assert!(text.contains("Về lời văn: tại Điều 2") && !text.contains("Phụ lục"), "{text}");
        let pdf = leader.get(&format!("/decisions/{id}/paper/quyet-dinh.pdf")).await;
        assert!(pdf.body.starts_with(b"%PDF"), "{}", pdf.status);
        let page = officer.get(&format!("/decisions/{given}")).await.text();
        assert!(page.contains("130/QĐ-UBND") && page.contains("lời văn"), "{page}");
    }

    async fn of_ten_who_correct_one_line_at_once_one_does(app: TestApp) {
        let (people, given) = given(&app, &["Lò Thị Ón", "Mào Văn Ín"]).await;
        let officer = app.sign_in("xa").await;
        let form = correcting(&app, &given, &people[..1]);
        let posts = (0..10).map(|_| post(&officer, "/decisions/draft", &form));
        let answers = futures::future::join_all(posts).await;
        let told: Vec<&str> = answers.iter().filter_map(|it| it.header(header::LOCATION)).collect();
        assert_eq!(told.len(), 10);
        assert_eq!(told.iter().filter(|it| it.contains("told=drafted")).count(), 1, "{told:?}");
        assert_eq!(told.iter().filter(|it| it.contains("refused=")).count(), 9, "{told:?}");
        app.assert_counts_agree().await;
    }

    async fn a_commendation_is_printed_again_with_another_deed(app: TestApp) {
        let (people, _) = given(&app, &["Lò Thị Ón"]).await;
        let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
        let (to, page) = sends(&officer, "/decisions/draft", &commending(&app, &people)).await;
        let (given, looked) = of(&to, &page);
        sends(&leader, &format!("/decisions/{given}/step"), &signing(&looked, "126/QĐ-UBND", "")).await;
        let (to, page) = sends(&officer, "/decisions/draft", &correcting(&app, &given, &people)).await;
        let (id, looked) = of(&to, &page);
        assert!(page.contains(&format!("name=\"deed.{}\"", people[0])), "{page}");
        let place = app.places().village;
        let reword = [
            ("step".to_owned(), "reword".to_owned()), ("looked".to_owned(), looked),
            (format!("name.{}", people[0]), "Lò Thị Ón".to_owned()), (format!("place.{}", people[0]), place.to_string()),
            (format!("deed.{}", people[0]), "Dạy chữ 12 buổi".to_owned()),
        ];
        let reword: Vec<(&str, String)> = reword.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let (_, page) = sends(&officer, &format!("/decisions/{id}/step"), &reword).await;
        assert!(page.contains("Dạy chữ 12 buổi"), "{page}");
        let (_, looked) = of(&to, &page);
        let (_, page) = sends(&leader, &format!("/decisions/{id}/step"), &signing(&looked, "130/QĐ-UBND", "")).await;
        assert!(page.contains("Làm tệp giấy khen") && page.contains("126/QĐ-UBND"), "{page}");
        let text = said_in(&leader.get(&format!("/decisions/{id}/paper/quyet-dinh.docx")).await.body);
        for said in ["Thành tích đã in", "Có thành tích xuất sắc", "Dạy chữ 12 buổi", "Giấy khen của những"] {
            assert!(text.contains(said), "{said} in {text}");
        }
        let sheets = vec![("right", "0".to_owned()), ("down", "0".to_owned())];
        let (job, page) = sends(&officer, &format!("/decisions/{id}/certificates"), &sheets).await;
        assert!(page.contains("Giấy khen theo quyết định 130/QĐ-UBND"), "{page}");
        assert!(turn(&app.state, "may-chu-1").await.expect("a turn"));
        assert!(officer.get(&format!("{job}/file")).await.body.starts_with(b"%PDF"));
    }
}
