//! Stories that everybody may read: who writes them, what has to be there first, and how they go.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::Value;
use shared::assessment::Move;
use shared::change::ChangeBody;
use shared::decision::form;
use shared::ids::{DocumentId, SubjectId};

use super::decisions::{TITLE, recognise, recognised, sends, sent};
use crate::support::changes::*;
use crate::support::evidence::{pdf, photo};
use crate::support::request::{Answer, Browser, post};
use crate::support::{TestApp, on_both};

const STORY: &str =
    "Dạy chữ cho 25 người lớn.\n\n Hiến 300 m² đất </textarea><script>1</script> & <b>.";

fn of(person: SubjectId) -> DocumentId {
    form(person, TITLE, YEAR)
}

fn told(day: &str, shown: bool) -> Vec<(&'static str, String)> {
    let mut told = vec![
        ("story", STORY.to_owned()),
        ("photo", String::new()),
        ("consent_by", "Lò Thị Ón".to_owned()),
        ("consent_on", day.to_owned()),
    ];
    if shown {
        told.push(("shown", "1".to_owned()));
    }
    told
}

/// A day as people write it, so many days from today.
fn day(after: i64) -> String {
    let today = shared::calendar::day(server::clock::now());
    let day = today + chrono::TimeDelta::days(after);
    day.format("%d/%m/%Y").to_string()
}

/// What somebody without a session gets.
async fn openly(app: &TestApp, path: &str) -> Answer {
    let asked = Request::get(path).header(header::ACCEPT, "text/html");
    app.send(asked.body(Body::empty()).expect("a request"))
        .await
}

async fn write(browser: &Browser, form: DocumentId, fields: &[(&str, String)]) -> Answer {
    post(browser, &format!("/exemplars/{form}/write"), fields).await
}

on_both! {
    async fn a_story_is_told_to_everybody_once_somebody_agreed_and_goes_when_they_change_their_mind(app: TestApp) {
        let people = recognised(&app, &["Lò Thị Ón", "Mào Văn Ín"]).await;
        let form = of(people[0]);
        let (officer, page) = (app.sign_in("xa").await, format!("/exemplars/{form}"));
        let detail = officer.get(&format!("/dashboard/subject/{}", people[0])).await.text();
        assert!(detail.contains(&format!("{page}/write")), "{detail}");
        let desk = officer.get(&format!("{page}/write")).await.text();
        assert!(desk.contains("Nêu gương: Lò Thị Ón") && desk.contains("Góp 5 ngày công, ủng hộ 2.000.000 đồng</textarea>"), "{desk}");
        assert!(openly(&app, "/exemplars").await.text().contains("Chưa có gương nào"));
        assert_eq!(openly(&app, &page).await.status, StatusCode::NOT_FOUND);

        // A draft is nobody's to read; what everybody reads needs a story and a consent that was given.
        let (to, saved) = sends(&officer, &format!("{page}/write"), &told("", false)).await;
        assert!(to.ends_with("?saved=1") && saved.contains("Chưa ai ngoài xã đọc được"), "{saved}");
        assert!(saved.contains("&lt;/textarea>&lt;script>1") && !saved.contains("<script>1"), "{saved}");
        assert_eq!(openly(&app, &page).await.status, StatusCode::NOT_FOUND);
        for (fields, says) in [
            (told("", true), "Hãy ghi ngày đồng ý"),
            (told("31/02/2026", true), "Hãy ghi ngày có thật"),
            (told(&day(1), true), "Ngày này chưa đến"),
            (vec![("shown", "1".to_owned())], "Hãy viết câu chuyện"),
            (vec![("story", "ê".repeat(3_001))], "Dài quá 3.000 chữ cái"),
            (vec![("story", "a".to_owned()), ("photo", "0".repeat(64))], "Ảnh này không còn trong phiếu"),
        ] {
            let answer = write(&officer, form, &fields).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{says}");
            assert!(answer.text().contains(says), "{says}: {}", answer.text());
        }
        // What was typed stands there again.
        let again = write(&officer, form, &told("hôm qua", true)).await.text();
        assert!(again.contains("Hiến 300 m²") && again.contains("value=\"hôm qua\""), "{again}");
        let odd = write(&officer, form, &[("photo", "x".to_owned())]).await;
        assert_eq!(odd.status, StatusCode::BAD_REQUEST);

        let (_, saved) = sends(&officer, &format!("{page}/write"), &told(&day(-1), true)).await;
        assert!(saved.contains("giới thiệu trên trang chung"), "{saved}");
        let all = openly(&app, "/exemplars").await.text();
        assert!(all.contains("Lò Thị Ón") && all.contains("Dạy chữ cho 25 người lớn…") && !all.contains("Mào Văn Ín"), "{all}");
        let one = openly(&app, &page).await;
        assert_eq!(one.status, StatusCode::OK);
        let one = one.text();
        assert!(one.contains("<p>Dạy chữ cho 25 người lớn.") && one.contains("&lt;script&gt;1&lt;/script&gt; &amp; &lt;b&gt;"), "{one}");
        for kept in ["2024", "2.000.000", "đúng", "điểm"] {
            assert!(!one.contains(kept), "nothing else of them is told: {kept} in {one}");
        }
        let unit = app.places().commune;
        assert!(openly(&app, &format!("/exemplars?unit={unit}")).await.text().contains("Lò Thị Ón"));
        let elsewhere = app.places().elsewhere;
        assert!(!openly(&app, &format!("/exemplars?unit={elsewhere}")).await.text().contains("Lò Thị Ón"));
        for odd in ["unit=x", "unit=%FF", "unit="] {
            assert_eq!(openly(&app, &format!("/exemplars?{odd}")).await.status, StatusCode::OK, "{odd}");
        }
        for odd in ["x", "%FF", "0"] {
            let status = openly(&app, &format!("/exemplars/{odd}")).await.status;
            assert!(status.is_client_error(), "{odd}: {status}");
        }
        app.state.events.flush().await;
        let admin = app.sign_in("quantri").await;
        let events: Value = admin.get("/api/v1/events?kind=exemplar_shown").await.json();
        assert_eq!(events["rows"].as_array().map(Vec::len), Some(1), "{events}");

        // Taken back: nothing of it is left.
        let (_, gone) = sends(&officer, &format!("{page}/forget"), &[]).await;
        assert!(gone.contains("xóa hẳn") && !gone.contains("25 người"), "{gone}");
        assert_eq!(openly(&app, &page).await.status, StatusCode::NOT_FOUND);
        assert!(!openly(&app, "/exemplars").await.text().contains("Lò Thị Ón"));
    }

    async fn only_the_own_commune_tells_and_only_of_who_holds_the_title(app: TestApp) {
        let people = recognised(&app, &["Lò Thị Ón"]).await;
        let form = of(people[0]);
        let nobody = openly(&app, &format!("/exemplars/{form}/write")).await;
        assert_eq!(nobody.status, StatusCode::SEE_OTHER);
        for who in ["ban1", "phutrach", "huyen"] {
            let other = app.sign_in(who).await;
            let page = other.get(&format!("/exemplars/{form}/write")).await;
            assert!(page.status.is_client_error(), "{who}: {}", page.status);
            let answer = write(&other, form, &told(&day(0), true)).await;
            assert!(answer.status.is_client_error(), "{who}: {}", answer.status);
            let forget = post(&other, &format!("/exemplars/{form}/forget"), &[("", "")]).await;
            assert!(forget.status.is_client_error(), "{who}: {}", forget.status);
        }
        let officer = app.sign_in("xa").await;
        // Somebody whose form is not recognised can be written of, and not told of.
        let person = new_subject();
        let phone = app.sign_in("ban1").await;
        send(&phone, sent(&app, person, "Vàng A Páo")).await;
        let answer = write(&officer, of(person), &told(&day(0), true)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.text().contains("đang giữ danh hiệu"), "{}", answer.text());
        let answer = write(&officer, of(person), &told("", false)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);

        // A complaint takes the story off at once; when it is settled it is there again.
        sends(&officer, &format!("/exemplars/{form}/write"), &told(&day(0), true)).await;
        let hold = |reason: Option<&str>| {
            let reason = reason.map(str::to_owned);
            vec![change(form, None, ChangeBody::Hold { reason })]
        };
        for (changes, status) in [
            (hold(Some("Có đơn")), StatusCode::NOT_FOUND),
            (hold(None), StatusCode::OK),
        ] {
            send(&officer, changes).await;
            assert_eq!(openly(&app, &format!("/exemplars/{form}")).await.status, status);
            let all = openly(&app, "/exemplars").await.text();
            assert_eq!(all.contains("Lò Thị Ón"), status == StatusCode::OK, "{all}");
        }
    }

    async fn the_photo_of_a_story_is_one_of_its_form_and_shown_as_long_as_the_story_is(app: TestApp) {
        let (person, pictured, paper) = (new_subject(), photo(50_000, 1), pdf(900, 2));
        let form = of(person);
        let (phone, officer) = (app.sign_in("ban1").await, app.sign_in("xa").await);
        let mut changes = sent(&app, person, "Lò Thị Ón");
        let submit = changes.pop();
        for piece in [&pictured, &paper] {
            let (hash, evidence) = (piece.hash, piece.evidence.clone());
            changes.push(change(form, None, ChangeBody::Attach { hash, evidence }));
        }
        changes.extend(submit);
        send(&phone, changes).await;
        assert!(phone.bring(&pictured, form).await.status.is_success());
        assert!(phone.bring(&paper, form).await.status.is_success());
        let verify = ChangeBody::Advance(Move::Verify);
        send(&officer, vec![change(form, None, verify)]).await;
        recognise(&app, &[person], "125/QĐ-UBND").await;

        let page = format!("/exemplars/{form}");
        let desk = officer.get(&format!("{page}/write")).await.text();
        assert!(desk.contains(&pictured.hash.to_string()) && !desk.contains(&paper.hash.to_string()), "{desk}");
        let with = |hash: String| {
            let mut fields = told(&day(0), true);
            fields[1].1 = hash;
            fields
        };
        let answer = write(&officer, form, &with(paper.hash.to_string())).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "no picture");
        let picture = format!("{page}/photo/{}", pictured.hash);
        assert_eq!(openly(&app, &picture).await.status, StatusCode::NOT_FOUND);
        sends(&officer, &format!("{page}/write"), &with(pictured.hash.to_string())).await;
        let shown = openly(&app, &picture).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.body == pictured.bytes);
        assert_eq!(shown.header(header::CONTENT_TYPE), Some("image/jpeg"));
        assert_eq!(shown.header(header::CONTENT_SECURITY_POLICY), Some("default-src 'none'; sandbox"));
        assert!(openly(&app, &page).await.text().contains(&picture));
        // Nothing else of the form, and nothing once it is not told any more.
        for other in [paper.hash.to_string(), "0".repeat(64), "x".to_owned()] {
            let answer = openly(&app, &format!("{page}/photo/{other}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{other}");
        }
        let private = openly(&app, &pictured.address(form)).await;
        assert_eq!(private.status, StatusCode::UNAUTHORIZED);
        sends(&officer, &format!("{page}/write"), &told("", false)).await;
        assert_eq!(openly(&app, &picture).await.status, StatusCode::NOT_FOUND);
    }
}
