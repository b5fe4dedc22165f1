//! Initiatives: noted by who keeps a unit, read by who looks at it, offered where somebody is commended, and told in their report.

use axum::http::{StatusCode, header};
use serde_json::Value;
use server::db::initiatives::{Kept, put};
use server::services::jobs::runner::turn;
use shared::access::Role;
use shared::api::initiatives::Initiative;
use shared::ids::{InitiativeId, SubjectId, UnitId};
use uuid::Uuid;

use super::contributions::give;
use super::decisions::{TITLE, commending, recognised, sends};
use super::duplicates::choice;
use crate::support::changes::*;
use crate::support::request::{Browser, post};
use crate::support::{TestApp, on_both, said_in};

const NAME: &str = "Lớp xóa mù chữ buổi tối";

/// The form as the page of a new one sends it.
fn form(unit: UnitId, more: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("unit", unit.to_string()),
        ("name", NAME.to_owned()),
        ("year", YEAR.to_string()),
        ("others", "Thầy Nguyễn Văn An".to_owned()),
        ("what", "Ai biết một chữ dạy một chữ.".to_owned()),
        ("used", String::new()),
        ("by", String::new()),
        ("number", String::new()),
        ("on", String::new()),
        ("find", String::new()),
        ("step", "save".to_owned()),
    ];
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend(more.iter().cloned());
    fields
}

fn new_id() -> String {
    InitiativeId::from_uuid(Uuid::now_v7()).to_string()
}

/// Notes one, and says where its page is.
async fn noted(browser: &Browser, unit: UnitId, more: &[(&'static str, String)]) -> String {
    let mut fields = form(unit, more);
    let id = new_id();
    fields.push(("id", id.clone()));
    let (to, page) = sends(browser, "/initiatives/new", &fields).await;
    assert_eq!(to, format!("/initiatives/{id}?told=entered"));
    assert!(page.contains("Đã ghi sáng kiến"), "{page}");
    format!("/initiatives/{id}")
}

/// A hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let rest = page.split(&at).nth(1).expect("the field");
    rest.split('"').next().unwrap_or_default().to_owned()
}

async fn register(browser: &Browser, unit: UnitId) -> String {
    let page = browser.get(&format!("/initiatives?unit={unit}")).await;
    page.text()
}

on_both! {
    async fn what_is_noted_stands_in_the_register_of_every_unit_above_and_in_its_file(app: TestApp) {
        let places = app.places();
        let clerk = app.sign_in("xa").await;
        let empty = register(&clerk, places.commune).await;
        assert!(empty.contains("Chưa ghi sáng kiến nào"), "{empty}");
        let paper = [
            ("by", "UBND xã Phong Thổ".to_owned()),
            ("number", "12/QĐ-UBND".to_owned()),
            ("on", "03/02/2025".to_owned()),
            ("used", "Ba bản\n\n làm theo </textarea><script>1</script>".to_owned()),
        ];
        let page = noted(&clerk, places.commune, &paper).await;
        let one = clerk.get(&page).await.text();
        for part in ["UBND xã Phong Thổ, số 12/QĐ-UBND, ngày 03/02/2025", "Thầy Nguyễn Văn An", "Người xa ghi", "<p>Ba bản", "&lt;/textarea>&lt;script>1"] {
            assert!(one.contains(part), "{part}: {one}");
        }
        assert!(!one.contains("<script>1"), "{one}");
        let area = app.sign_in("huyen").await;
        noted(&area, places.area, &[("name", "Tủ sách dòng họ".to_owned()), ("year", YEAR.before().to_string())]).await;
        for (who, unit, writes) in [("xa", places.commune, true), ("chutich", places.commune, true), ("huyen", places.area, true), ("giamsat", places.area, false)] {
            let reader = app.sign_in(who).await;
            let list = register(&reader, unit).await;
            assert!(list.contains(NAME) && list.contains(&page), "{who}: {list}");
            assert_eq!(list.contains("Tủ sách dòng họ"), unit == places.area, "{who}");
            assert_eq!(list.contains("/initiatives/new"), writes, "{who}");
        }
        // An area looks at a commune's and writes nothing in it.
        assert!(!register(&area, places.commune).await.contains("/initiatives/new"));
        let of_year = area.get(&format!("/initiatives?unit={}&year={}", places.area, YEAR.before())).await.text();
        assert!(of_year.contains("Tủ sách dòng họ") && !of_year.contains(NAME), "{of_year}");
        let csv = area.get(&format!("/dashboard/export/initiatives.csv?unit={}", places.area)).await;
        assert_eq!(csv.status, StatusCode::OK);
        let csv = csv.text();
        for part in [NAME, "Tủ sách dòng họ", "Ai biết một chữ dạy một chữ.", "Người huyen", "12/QĐ-UBND"] {
            assert!(csv.contains(part), "{part}: {csv}");
        }
        let xlsx = clerk.get("/dashboard/export/initiatives.xlsx").await;
        assert_eq!(xlsx.status, StatusCode::OK);
        assert!(xlsx.body.starts_with(b"PK"));
        app.state.events.flush().await;
        let admin = app.sign_in("quantri").await;
        let events: Value = admin.get("/api/v1/events?kind=initiative_written").await.json();
        assert_eq!(events["rows"].as_array().map(Vec::len), Some(2), "{events}");
    }

    async fn an_author_is_looked_for_chosen_and_has_it_on_their_page(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let (family, other) = (new_subject(), new_subject());
        send(&phone, vec![
            registered(&app, family, "Lò Thị Ón"),
            registered(&app, other, "Lò Văn Ín"),
        ]).await;
        let clerk = app.sign_in("xa").await;
        let mut looking = form(places.commune, &[("find", "lo on".to_owned()), ("step", "find".to_owned())]);
        looking.push(("id", new_id()));
        let found = post(&clerk, "/initiatives/new", &looking).await;
        assert_eq!(found.status, StatusCode::OK, "{}", found.text());
        let found = found.text();
        assert!(found.contains("Lò Thị Ón") && !found.contains("Lò Văn Ín"), "{found}");
        // What was typed beside stands there.
        assert!(found.contains(&format!("value=\"{NAME}\"")) && found.contains("Ai biết một chữ dạy một chữ."), "{found}");
        for (odd, says) in [("khongai", "Không có ai tên"), ("%", "Không có ai tên"), ("_ \\", "Không có ai tên")] {
            let mut looking = form(places.commune, &[("find", odd.to_owned()), ("step", "find".to_owned())]);
            looking.push(("id", new_id()));
            let answer = post(&clerk, "/initiatives/new", &looking).await;
            assert!(answer.text().contains(says), "{odd}: {}", answer.text());
        }
        let page = noted(&clerk, places.commune, &[("author", family.to_string()), ("others", String::new())]).await;
        let one = clerk.get(&page).await.text();
        assert!(one.contains(&format!("/dashboard/subject/{family}")), "{one}");
        let subject = format!("/dashboard/subject/{family}");
        let detail = clerk.get(&subject).await.text();
        assert!(detail.contains(&page) && detail.contains(&format!("subject={family}")), "{detail}");
        // The way from there has the author chosen.
        let begun = clerk.get(&format!("/initiatives/new?unit={}&subject={other}", places.commune)).await.text();
        assert!(begun.contains("Lò Văn Ín") && begun.contains(&format!("value=\"{other}\" checked")), "{begun}");
        // Of a village's officer it is not.
        assert!(!phone.get(&subject).await.text().contains(&page));
        // With an author more, found from the page of one that is there.
        let looked = hidden(&one, "looked");
        let looks = [("looked", looked.clone()), ("author", family.to_string()), ("find", "Ín".to_owned()), ("step", "find".to_owned())];
        let found = post(&clerk, &page, &form(places.commune, &looks)).await;
        assert_eq!(found.status, StatusCode::OK);
        assert!(found.text().contains("Lò Văn Ín"), "{}", found.text());
        let mut both = form(places.commune, &[("looked", looked), ("author", family.to_string())]);
        both.push(("author", other.to_string()));
        sends(&clerk, &page, &both).await;
        assert!(register(&clerk, places.commune).await.contains("Lò Văn Ín, Lò Thị Ón"));
    }

    async fn a_merge_leads_to_who_is_kept_and_back(app: TestApp) {
        let places = app.places();
        let (kept, gone) = (new_subject(), new_subject());
        let phone = app.sign_in("ban1").await;
        send(&phone, vec![
            registered(&app, kept, "Lò Văn Sơn"),
            registered(&app, gone, "lo van son"),
        ]).await;
        let clerk = app.sign_in("xa").await;
        let both = [("author", gone.to_string()), ("others", String::new())];
        let page = noted(&clerk, places.commune, &both).await;
        sends(&clerk, "/duplicates/merge", &choice(&app, kept, gone, kept).await).await;
        let one = clerk.get(&page).await.text();
        assert!(one.contains(&format!("/dashboard/subject/{kept}")) && !one.contains(&format!("/dashboard/subject/{gone}")), "{one}");
        assert!(clerk.get(&format!("/dashboard/subject/{kept}")).await.text().contains(&page));
        // Whoever was merged is not found, and cannot be chosen twice beside who is kept.
        let looks = [("looked", hidden(&one, "looked")), ("find", "son".to_owned()), ("step", "find".to_owned())];
        let found = post(&clerk, &page, &form(places.commune, &looks)).await.text();
        assert!(found.contains(&format!("value=\"{kept}\"")) && !found.contains(&format!("value=\"{gone}\"")), "{found}");
        let back = [("gone", gone.to_string()), ("kept", kept.to_string())];
        sends(&clerk, "/duplicates/undo", &back).await;
        let one = clerk.get(&page).await.text();
        assert!(one.contains(&format!("/dashboard/subject/{gone}")), "{one}");
        assert!(!clerk.get(&format!("/dashboard/subject/{kept}")).await.text().contains(&page));
    }

    async fn what_a_unit_of_before_has_noted_is_read_as_what_it_has_become(app: TestApp) {
        let places = app.places();
        let by = (app.user_id("xa").await, crate::support::now());
        let kept = Kept {
            id: InitiativeId::from_uuid(Uuid::now_v7()),
            unit: places.old,
            initiative: Initiative {
                name: NAME.to_owned(),
                year: YEAR.before(),
                others: "Thầy An".to_owned(),
                what: "Học đêm.".to_owned(),
                used: String::new(),
                recognised: None,
            },
            is_struck: false,
            version: 1,
            made: by,
            saved: by,
        };
        let mut tx = app.db().write().await.expect("a transaction");
        assert!(put(&mut tx, &kept, &[]).await.expect("a row"));
        assert!(!put(&mut tx, &kept, &[]).await.expect("a row"), "it is there already");
        tx.commit().await.expect("a commit");
        let clerk = app.sign_in("xa").await;
        assert!(register(&clerk, places.commune).await.contains(NAME));
        let page = format!("/initiatives/{}", kept.id);
        let looked = hidden(&clerk.get(&page).await.text(), "looked");
        sends(&clerk, &page, &form(places.commune, &[("looked", looked), ("name", "Lớp học đêm".to_owned())])).await;
        let area = app.sign_in("huyen").await;
        assert!(register(&area, places.area).await.contains("Lớp học đêm"));
    }

    async fn what_cannot_be_taken_stands_in_the_form_to_be_mended(app: TestApp) {
        let places = app.places();
        let clerk = app.sign_in("xa").await;
        let tomorrow = server::clock::today() + chrono::TimeDelta::days(1);
        for (more, says) in [
            (vec![("name", " ".to_owned()), ("others", String::new())], vec!["Hãy ghi tên sáng kiến", "Hãy chọn tác giả", "href=\"#find\""]),
            (vec![("year", "26".to_owned()), ("what", "\n ".to_owned())], vec!["bằng bốn chữ số", "là làm gì"]),
            (vec![("year", YEAR.after().after().to_string())], vec!["Năm này chưa đến"]),
            (vec![("number", "5/QĐ".to_owned()), ("on", "hôm qua".to_owned())], vec!["cả cơ quan công nhận", "ngày có thật", "value=\"hôm qua\""]),
            (vec![("by", "UBND xã".to_owned()), ("on", tomorrow.format("%d/%m/%Y").to_string())], vec!["ghi ngày trên văn bản"]),
            (vec![("what", "ê".repeat(2_001))], vec!["Nội dung: dài quá 2.000 chữ cái"]),
            (vec![("author", new_subject().to_string())], vec!["không còn trong danh sách"]),
        ] {
            let mut fields = form(places.commune, &more);
            fields.push(("id", new_id()));
            let answer = post(&clerk, "/initiatives/new", &fields).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{more:?}");
            for says in says {
                assert!(answer.text().contains(says), "{says}: {}", answer.text());
            }
        }
        let huge = [("what", "x".repeat(200_000)), ("name", "</title><script>1".to_owned())];
        let mut fields = form(places.commune, &huge);
        fields.push(("id", new_id()));
        let answer = post(&clerk, "/initiatives/new", &fields).await;
        assert!(answer.text().len() < 60_000 && !answer.text().contains("<script>1"), "{}", answer.text().len());
        // What is no form of the page.
        for (name, value) in [("id", "x"), ("unit", "x"), ("author", "x")] {
            let mut fields = form(places.commune, &[(name, value.to_owned())]);
            if name != "id" {
                fields.push(("id", new_id()));
            }
            let answer = post(&clerk, "/initiatives/new", &fields).await;
            assert!(answer.status.is_client_error(), "{name}: {}", answer.status);
        }
        assert!(register(&clerk, places.commune).await.contains("Chưa ghi sáng kiến nào"));
        for odd in ["x", "%FF", "0"] {
            let status = clerk.get(&format!("/initiatives/{odd}")).await.status;
            assert!(status.is_client_error(), "{odd}: {status}");
        }
        for odd in ["unit=x", "year=99999999999", "unit=%FF&year=-1"] {
            let page = clerk.get(&format!("/initiatives?{odd}")).await;
            assert!(page.status.is_success(), "{odd}: {}", page.status);
        }
    }

    async fn it_is_mended_struck_out_and_put_back_and_of_two_the_second_looks_again(app: TestApp) {
        let places = app.places();
        let clerk = app.sign_in("xa").await;
        let id = new_id();
        let mut fields = form(places.commune, &[]);
        fields.push(("id", id.clone()));
        sends(&clerk, "/initiatives/new", &fields).await;
        // Pressed twice: it is one. Gone back to and written over: it is asked once more.
        sends(&clerk, "/initiatives/new", &fields).await;
        let mut over = form(places.commune, &[("name", "Tủ sách".to_owned())]);
        over.push(("id", id.clone()));
        let answer = post(&clerk, "/initiatives/new", &over).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.text().contains("đã ghi một sáng kiến rồi") && !answer.text().contains(&format!("value=\"{id}\"")), "{}", answer.text());
        let page = format!("/initiatives/{id}");
        let looked = hidden(&clerk.get(&page).await.text(), "looked");
        let (mine, theirs) = ("Lớp học đêm", "Lớp học bên suối");
        let mend = |name: &str| form(places.commune, &[("looked", looked.clone()), ("name", name.to_owned())]);
        let leader = app.sign_in("chutich").await;
        let (to, saved) = sends(&leader, &page, &mend(theirs)).await;
        assert!(to.ends_with("told=saved") && saved.contains("Sửa lần cuối") && saved.contains("Người chutich"), "{saved}");
        let answer = post(&clerk, &page, &mend(mine)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let again = answer.text();
        assert!(again.contains("Có người vừa sửa trang này") && again.contains(&format!("value=\"{mine}\"")), "{again}");
        // Whoever sends what stands there already is told that it is saved.
        sends(&clerk, &page, &mend(theirs)).await;
        let mut next = mend(mine);
        next.retain(|(name, _)| *name != "looked");
        next.push(("looked", hidden(&again, "looked")));
        sends(&clerk, &page, &next).await;
        assert!(register(&clerk, places.commune).await.contains(mine));
        let strike = format!("{page}/strike");
        for (again, stands) in [(None, false), (None, false), (Some("1"), true)] {
            let fields: Vec<(&str, String)> = again.map(|again| ("again", again.to_owned())).into_iter().collect();
            let (_, page) = sends(&clerk, &strike, &fields).await;
            assert_eq!(page.contains("Đã bỏ vì ghi nhầm"), !stands, "{page}");
            assert_eq!(register(&clerk, places.commune).await.contains(mine), stands);
        }
    }

    async fn nobody_else_writes_and_nobody_else_reads(app: TestApp) {
        let places = app.places();
        let clerk = app.sign_in("xa").await;
        let page = noted(&clerk, places.commune, &[]).await;
        let looked = hidden(&clerk.get(&page).await.text(), "looked");
        let mine = |unit: UnitId| {
            let mut fields = form(unit, &[("looked", looked.clone()), ("name", "Khác".to_owned())]);
            fields.push(("id", new_id()));
            fields
        };
        // Nobody is led to the door; a village, another's commune and who only looks are refused; an area writes its own only.
        let nobody = Browser { cookie: String::new(), ..clerk.clone() };
        for address in ["/initiatives/new".to_owned(), page.clone()] {
            assert_eq!(nobody.get(&address).await.status, StatusCode::SEE_OTHER);
            let answer = post(&nobody, &address, &mine(places.commune)).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER);
            assert!(answer.header(header::LOCATION).is_some_and(|to| to.starts_with("/sign-in")), "{address}");
        }
        for who in ["ban1", "giamsat", "huyen", "phutrach"] {
            let other = app.sign_in(who).await;
            let new = other.get(&format!("/initiatives/new?unit={}", places.commune)).await;
            assert!(new.status.is_client_error(), "{who}: {}", new.status);
            for address in ["/initiatives/new".to_owned(), page.clone(), format!("{page}/strike")] {
                let answer = post(&other, &address, &mine(places.commune)).await;
                assert!(answer.status.is_client_error(), "{who} {address}: {}", answer.status);
            }
            let reads = other.get(&page).await.status;
            assert_eq!(reads == StatusCode::OK, who != "ban1", "{who}: {reads}");
        }
        // A clerk of another commune.
        give(&app, "chutich", Role::CommuneOfficer, places.elsewhere).await;
        let stranger = app.sign_in("chutich").await;
        assert_eq!(stranger.get(&page).await.status, StatusCode::NOT_FOUND);
        for address in ["/initiatives/new".to_owned(), page.clone(), format!("{page}/strike")] {
            let answer = post(&stranger, &address, &mine(places.commune)).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
        }
        let list = register(&stranger, places.commune).await;
        assert!(!list.contains(NAME), "{list}");
        // Nor do they name somebody of this commune as an author of theirs, or find them.
        let person = new_subject();
        send(&app.sign_in("ban1").await, vec![registered(&app, person, "Lò Thị Ón")]).await;
        let mut theirs = form(places.elsewhere, &[("author", person.to_string())]);
        theirs.push(("id", new_id()));
        let answer = post(&stranger, "/initiatives/new", &theirs).await;
        assert!(answer.text().contains("không còn trong danh sách") && !answer.text().contains("Lò Thị Ón"), "{}", answer.text());
        let mut looking = form(places.elsewhere, &[("find", "Lò".to_owned()), ("step", "find".to_owned())]);
        looking.push(("id", new_id()));
        assert!(post(&stranger, "/initiatives/new", &looking).await.text().contains("Không có ai tên"));
        let one = clerk.get(&page).await.text();
        assert!(one.contains(NAME) && !one.contains("Khác</h1>"), "nothing of it was changed: {one}");
    }

    async fn it_is_offered_as_a_deed_and_told_in_the_report(app: TestApp) {
        let people = recognised(&app, &["Lò Thị Ón", "Mào Văn Ín"]).await;
        let places = app.places();
        let clerk = app.sign_in("xa").await;
        let recognised = [("author", people[0].to_string()), ("others", String::new()), ("by", "UBND xã".to_owned()), ("number", "7".to_owned())];
        noted(&clerk, places.commune, &recognised).await;
        noted(&clerk, places.commune, &[("author", people[0].to_string()), ("name", "Năm trước".to_owned()), ("year", YEAR.before().to_string())]).await;
        let choose = format!("/decisions/draft?unit={}&title={}&year={YEAR}&award=commune_commendation", places.commune, TITLE.as_str());
        let chosen = clerk.get(&choose).await.text();
        assert!(chosen.contains(&format!("có sáng kiến “{NAME}”")) && !chosen.contains("Năm trước"), "{chosen}");
        let (to, draft) = sends(&clerk, "/decisions/draft", &commending(&app, &people)).await;
        assert!(draft.contains(&format!("; có sáng kiến “{NAME}”</textarea>")), "{draft}");
        assert!(draft.contains("Mẫu của Nghị định 152/2025 chưa đọc được"), "{draft}");
        let id = to.split(['?', '/']).nth(2).expect("an id").to_owned();
        for ending in ["docx", "pdf"] {
            let asked = post(&clerk, &format!("/decisions/{id}/reports"), &[("format", ending.to_owned())]).await;
            assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text());
            let job = asked.header(header::LOCATION).expect("a job").to_owned();
            assert!(clerk.get(&job).await.text().contains("Báo cáo thành tích năm"), "{job}");
            assert!(turn(&app.state, "may-chu-1").await.expect("a turn"));
            let file = clerk.get(&format!("{job}/file")).await;
            assert_eq!(file.status, StatusCode::OK, "{}", file.text());
            let bytes = file.body;
            match ending {
                "pdf" => assert!(bytes.starts_with(b"%PDF-")),
                _ => {
                    let said = said_in(&bytes).replace('\u{a0}', " ");
                    for part in ["Lò Thị Ón", "Mào Văn Ín", NAME, "125/QĐ-UBND ngày", "2.000.000", "được công nhận: UBND xã, số 7"] {
                        assert!(said.contains(part), "{part}: {said}");
                    }
                    assert!(!said.contains("Năm trước"), "an initiative of another year is none of this merit");
                    assert_eq!(said.matches("BÁO CÁO THÀNH TÍCH").count(), 2);
                }
            }
        }
        // Nobody else, nothing else.
        for (who, decision, format) in [("ban1", id.as_str(), "pdf"), ("xa", id.as_str(), "xlsx"), ("xa", "x", "pdf"), ("xa", &people[0].to_string(), "pdf")] {
            let other = app.sign_in(who).await;
            let answer = post(&other, &format!("/decisions/{decision}/reports"), &[("format", format.to_owned())]).await;
            assert!(answer.status.is_client_error(), "{who} {decision} {format}: {}", answer.status);
        }
        let nobody = Browser { cookie: String::new(), ..clerk.clone() };
        let answer = post(&nobody, &format!("/decisions/{id}/reports"), &[("format", "pdf".to_owned())]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
}

/// Entered in the first village.
fn registered(app: &TestApp, subject: SubjectId, name: &str) -> shared::change::Change {
    let places = app.places();
    crate::support::changes::register(subject, places.commune, places.village, name)
}
