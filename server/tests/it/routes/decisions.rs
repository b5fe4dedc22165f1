//! Decisions at the desk: drawn up, signed, thrown away and revoked with plain forms.

use axum::http::{StatusCode, header};
use serde_json::json;
use server::services::criteria::add;
use server::services::jobs::runner::turn;
use shared::assessment::{Move, StageName};
use shared::change::{Change, ChangeBody, Registration, Start};
use shared::criteria::{Criteria, CriteriaSetId, Title};
use shared::decision::{Deciding, DecisionStep, Does, form};
use shared::document::{FieldName, Scorer};
use shared::field;
use shared::ids::{DocumentId, SubjectId};
use shared::kind::SubjectKind;
use shared::scoring::{Answer, Facts};
use uuid::Uuid;

use crate::support::changes::*;
use crate::support::evidence::pdf;
use crate::support::request::{Browser, post};
use crate::support::{TestApp, on_both, said_in};

pub(super) const TITLE: Title = Title::LearningCitizen;

/// A citizen whose form has full marks and was sent.
pub(super) fn sent(app: &TestApp, person: SubjectId, name: &str) -> Vec<Change> {
    sent_by(app, person, name, "cong_dan_324")
}

/// The same by some set.
fn sent_by(app: &TestApp, person: SubjectId, name: &str, set: &str) -> Vec<Change> {
    let places = app.places();
    let fields = [
        (FieldName::from("name"), json!(name)),
        (FieldName::from("since"), json!(2024)),
    ];
    let registration = Registration {
        kind: SubjectKind::Citizen,
        shard: places.commune,
        place: places.village,
        fields: fields.into_iter().collect(),
        doubts: Default::default(),
    };
    let set = CriteriaSetId::new(set);
    let start = Start {
        subject: person,
        title: TITLE,
        year: YEAR,
        criteria: set.clone(),
        facts: Facts::default(),
    };
    let of = form(person, TITLE, YEAR);
    let answers = app.state.criteria.now().find(&set).into_iter();
    let answers = answers.flat_map(|set| set.indicators()).map(|indicator| {
        let body = ChangeBody::SetAnswer {
            scorer: Scorer::Village,
            code: indicator.code.clone(),
            answer: indicator.max.map(Answer::Points),
        };
        change(of, None, body)
    });
    let mut changes = vec![
        change(person.into(), None, ChangeBody::Register(registration)),
        change(of, None, ChangeBody::Start(start)),
    ];
    changes.extend(answers);
    let gives = |name: &str, value| ChangeBody::SetField {
        field: name.into(),
        value,
    };
    for body in [
        gives(field::GAVE_LABOUR, json!(5)),
        gives(field::GAVE_MONEY, json!(2_000_000)),
        ChangeBody::Advance(Move::Submit),
    ] {
        changes.push(change(of, None, body));
    }
    changes
}

/// Citizens whose forms the commune has confirmed.
pub(super) async fn confirmed(app: &TestApp, names: &[&str]) -> Vec<SubjectId> {
    confirmed_by(app, names, "cong_dan_324").await
}

async fn confirmed_by(app: &TestApp, names: &[&str], set: &str) -> Vec<SubjectId> {
    let phone = app.sign_in("ban1").await;
    let officer = app.sign_in("xa").await;
    let mut people = Vec::new();
    for name in names {
        let person = new_subject();
        send(&phone, sent_by(app, person, name, set)).await;
        let verify = ChangeBody::Advance(Move::Verify);
        send(
            &officer,
            vec![change(form(person, TITLE, YEAR), None, verify)],
        )
        .await;
        people.push(person);
    }
    people
}

pub(super) async fn stage(app: &TestApp, person: SubjectId) -> StageName {
    let mut conn = app.db().read().await.expect("a connection");
    let form = form(person, TITLE, YEAR);
    let form = server::db::documents::by_id(&mut conn, form).await;
    let form = form.expect("a form").expect("a form");
    form.assessment().expect("a head").stage.name()
}

/// Sends a form and follows where it leads: the address and the page.
pub(super) async fn sends(
    browser: &Browser,
    to: &str,
    fields: &[(&str, String)],
) -> (String, String) {
    let answer = post(browser, to, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let to = answer.header(header::LOCATION).expect("a page").to_owned();
    let page = browser.get(to.split('#').next().unwrap_or_default()).await;
    (to, page.text())
}

pub(super) fn drafting(app: &TestApp, people: &[SubjectId]) -> Vec<(&'static str, String)> {
    let commune = app.places().commune;
    let head = [
        ("unit", commune.to_string()),
        ("title", TITLE.as_str().to_owned()),
        ("year", YEAR.to_string()),
    ];
    let lines = people.iter().map(|it| ("subject", it.to_string()));
    head.into_iter().chain(lines).collect()
}

/// The number in the address of a decision, and the state that its page was drawn in.
pub(super) fn of(to: &str, page: &str) -> (String, String) {
    let id = to
        .trim_start_matches("/decisions/")
        .split(['?', '/'])
        .next();
    let looked = page.split("name=\"looked\" value=\"").nth(1);
    let looked = looked.and_then(|it| it.split('"').next());
    (
        id.expect("an id").to_owned(),
        looked.expect("a state").to_owned(),
    )
}

pub(super) fn signing(looked: &str, number: &str, day: &str) -> Vec<(&'static str, String)> {
    let today = shared::calendar::day(server::clock::now());
    let (year, month) = (today.format("%Y"), today.format("%m"));
    let day = match day {
        "" => today.format("%d").to_string(),
        other => other.to_owned(),
    };
    vec![
        ("step", "sign".to_owned()),
        ("looked", looked.to_owned()),
        ("number", number.to_owned()),
        ("day", day),
        ("month", month.to_string()),
        ("of_year", year.to_string()),
        ("signer", "Đèo Văn Ín".to_owned()),
    ]
}

/// People who hold their title by a decision that the leader has signed.
pub(super) async fn recognised(app: &TestApp, names: &[&str]) -> Vec<SubjectId> {
    let people = confirmed(app, names).await;
    recognise(app, &people, "125/QĐ-UBND").await;
    people
}

pub(super) async fn recognise(app: &TestApp, people: &[SubjectId], number: &str) {
    let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
    let (to, page) = sends(&officer, "/decisions/draft", &drafting(app, people)).await;
    let (id, looked) = of(&to, &page);
    let step = format!("/decisions/{id}/step");
    sends(&leader, &step, &signing(&looked, number, "")).await;
}

pub(super) fn commending(app: &TestApp, people: &[SubjectId]) -> Vec<(&'static str, String)> {
    let mut form = drafting(app, people);
    form.push(("does", "commend".to_owned()));
    form
}

fn proposing(app: &TestApp, people: &[SubjectId], occasion: &str) -> Vec<(&'static str, String)> {
    let mut form = commending(app, people);
    form.push(("award", "province_commendation".to_owned()));
    form.push(("occasion", occasion.to_owned()));
    form
}

fn gathering(looked: &str, pieces: &[&str]) -> Vec<(&'static str, String)> {
    let mut form = vec![("step", "gather".to_owned()), ("looked", looked.to_owned())];
    form.extend(pieces.iter().map(|piece| ("piece", (*piece).to_owned())));
    form
}

/// The list, with those ticked that were given the award.
fn answering(looked: &str, all: &[SubjectId], given: &[SubjectId]) -> Vec<(&'static str, String)> {
    let mut form = vec![
        ("step", "decline".to_owned()),
        ("looked", looked.to_owned()),
    ];
    form.extend(all.iter().map(|it| ("line", it.to_string())));
    form.extend(given.iter().map(|it| ("subject", it.to_string())));
    form
}

/// The same fields for another step.
fn as_step(
    step: &'static str,
    mut form: Vec<(&'static str, String)>,
) -> Vec<(&'static str, String)> {
    for (name, value) in &mut form {
        if *name == "step" {
            step.clone_into(value);
        }
    }
    form
}

/// Posts a form whose fields are named by what they are about.
async fn describes(
    browser: &Browser,
    to: &str,
    looked: &str,
    deeds: &[(SubjectId, String)],
) -> String {
    let mut fields = vec![
        ("step".to_owned(), "describe".to_owned()),
        ("looked".to_owned(), looked.to_owned()),
    ];
    fields.extend(
        deeds
            .iter()
            .map(|(of, deed)| (format!("deed.{of}"), deed.clone())),
    );
    let fields: Vec<(&str, String)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    sends(browser, to, &fields).await.1
}

/// The citizens' set as a district might be given one by which the province decides on whoever passes.
fn of_the_province() -> String {
    let file = Criteria::file(&CriteriaSetId::new("cong_dan_324")).expect("a file");
    let decided = "[[decided_by]]\nauthority = \"province\"\ndoubt = \"Chỉ để thử.\"\n\n[source]\n";
    file.replace("id = \"cong_dan_324\"", "id = \"cong_dan_tinh\"")
        .replacen("[source]\n", decided, 1)
}

on_both! {
    async fn what_the_province_recognises_is_proposed_and_printed_under_its_head(app: TestApp) {
        let added = add(app.db(), "cong_dan_tinh.toml", &of_the_province(), server::clock::now()).await;
        added.expect("a set");
        app.state.criteria.reload(app.db()).await.expect("the sets");
        let people = confirmed_by(&app, &["Lò Thị Ón", "Mào Văn Ín", "Vàng A Páo"], "cong_dan_tinh").await;
        let others = confirmed(&app, &["Giàng A Chu"]).await;
        let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
        // The commune's own list first, with the way to the other.
        let page = officer.get("/decisions/draft?title=learning_citizen").await.text();
        assert!(page.contains("Giàng A Chu") && !page.contains("Lò Thị Ón"), "{page}");
        assert!(page.contains("decided_by=province") && page.contains("Danh sách do Chủ tịch Ủy ban nhân dân tỉnh công nhận"), "{page}");
        let page = officer.get("/decisions/draft?title=learning_citizen&decided_by=province").await.text();
        assert!(page.contains("Danh sách trình cấp trên công nhận") && page.contains("Lò Thị Ón") && !page.contains("Giàng A Chu"), "{page}");
        assert!(page.contains("Chỉ để thử.") && page.contains("Lập danh sách đề nghị"), "{page}");
        // Both on one list: told, and nothing is drawn up.
        let mixed = [&people[..1], &others[..]].concat();
        let (_, page) = sends(&officer, "/decisions/draft", &drafting(&app, &mixed)).await;
        assert!(page.contains("Có 1 dòng trong danh sách chưa đủ điều kiện"), "{page}");
        assert_eq!(stage(&app, people[0]).await, StageName::Verified);

        let (to, page) = sends(&officer, "/decisions/draft", &drafting(&app, &people)).await;
        assert!(page.contains("Đề nghị công nhận Công dân học tập") && page.contains("Bản tổng hợp kết quả"), "{page}");
        assert!(!page.contains("Biên bản họp xét khen thưởng"), "{page}");
        let (id, now) = of(&to, &page);
        let step = format!("/decisions/{id}/step");
        let letter = officer.get(&format!("/decisions/{id}/paper/to-trinh.docx")).await;
        let text = said_in(&letter.body);
        for said in ["TỜ TRÌNH", "Chủ tịch Ủy ban nhân dân tỉnh Lai Châu", "Lò Thị Ón", "công nhận danh hiệu “Công dân học tập”"] {
            assert!(text.contains(said), "{said} in {text}");
        }
        let own = officer.get(&format!("/decisions/{id}/paper/quyet-dinh.docx")).await;
        assert_eq!(own.status, StatusCode::NOT_FOUND);
        // The chairman of the commune signs nothing here.
        assert!(!leader.get(&format!("/decisions/{id}")).await.text().contains("Ký: công nhận"));
        let (_, page) = sends(&leader, &step, &signing(&now, "9/QĐ-UBND", "")).await;
        assert!(!page.contains("Đã ghi quyết định"), "{page}");
        assert_eq!(stage(&app, people[0]).await, StageName::Proposed);

        let (_, page) = sends(&officer, &step, &gathering(&now, &["letter", "self_report", "summary"])).await;
        let (_, now) = of(&to, &page);
        let (_, page) = sends(&officer, &step, &as_step("submit", signing(&now, "45/TTr-UBND", ""))).await;
        assert!(page.contains("Đã ghi tờ trình") && page.contains("Đã trình cấp trên"), "{page}");
        let (_, now) = of(&to, &page);
        let mut answer = answering(&now, &people, &people[..2]);
        answer.extend(signing(&now, "125/QĐ-UBND", "").into_iter().skip(2));
        let (_, page) = sends(&officer, &step, &as_step("conclude", answer)).await;
        assert!(page.contains("Cấp trên công nhận Công dân học tập") && page.contains("Không được chấp thuận"), "{page}");
        let stages = [stage(&app, people[0]).await, stage(&app, people[2]).await];
        assert_eq!(stages, [StageName::Recognised, StageName::Verified]);
        app.assert_counts_agree().await;

        // The sheets are the province's, of whom it has given the title.
        let make = format!("/decisions/{id}/certificates");
        let asked = vec![("right", "0".to_owned()), ("down", "0".to_owned())];
        let (job, _) = sends(&officer, &make, &asked).await;
        assert!(turn(&app.state, "may-chu-1").await.expect("a turn"));
        let sheets = officer.get(&format!("{job}/file")).await;
        assert_eq!(sheets.status, StatusCode::OK);
        // What it gave only it takes back: that is proposed too.
        assert!(page.contains("Cấp nào công nhận thì cấp đó thu hồi") && !page.contains("Lập quyết định đính chính"), "{page}");
        let mut revoking = drafting(&app, &people[..1]);
        revoking.extend([("does", "revoke".to_owned()), ("reason", "Khai không đúng".to_owned())]);
        let (_, page) = sends(&officer, "/decisions/draft", &revoking).await;
        assert!(page.contains("Đề nghị thu hồi Công dân học tập") && page.contains("Biên bản họp"), "{page}");
        let register = vec![("unit", app.places().commune.to_string()), ("year", YEAR.to_string()), ("format", "docx".to_owned())];
        let (job, _) = sends(&officer, "/decisions/register", &register).await;
        assert!(turn(&app.state, "may-chu-1").await.expect("a turn"));
        let text = said_in(&officer.get(&format!("{job}/file")).await.body);
        assert!(text.contains("Lò Thị Ón") && !text.contains("Vàng A Páo"), "{text}");
    }

    async fn who_holds_the_title_is_commended_once_and_for_something(app: TestApp) {
        let people = recognised(&app, &["Lò Thị Ón", "Mào Văn Ín", "Vàng A Páo"]).await;
        let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
        let page = officer.get("/decisions").await.text();
        assert!(page.contains("3 công dân đang giữ danh hiệu Công dân học tập"), "{page}");
        let page = officer.get("/decisions/draft?title=learning_citizen&award=commune_commendation").await.text();
        assert!(people.iter().all(|it| page.contains(&it.to_string())) && !page.contains("checked"), "{page}");
        assert!(page.contains("Tiền thưởng kèm theo:"), "{page}");
        let (to, page) = sends(&officer, "/decisions/draft", &commending(&app, &[])).await;
        assert!(to.contains("award=commune_commendation") && page.contains("Chưa chọn ai"), "{page}");

        let (to, page) = sends(&officer, "/decisions/draft", &commending(&app, &people[..2])).await;
        assert!(page.contains("Đã lập danh sách khen thưởng") && page.contains("Tặng giấy khen"), "{page}");
        assert!(page.contains("Góp 5 ngày công, ủng hộ 2.000.000 đồng</textarea>"), "what they gave is offered as their deed: {page}");
        assert_eq!(stage(&app, people[0]).await, StageName::Recognised);
        let (id, looked) = of(&to, &page);
        let step = format!("/decisions/{id}/step");
        let deed = "Dạy chữ cho 25 người, hiến 300 m² đất".to_owned();
        let page = describes(&officer, &step, &looked, &[(people[0], deed.clone()), (people[1], String::new())]).await;
        assert!(page.contains("Đã ghi thành tích") && page.contains(&deed), "{page}");
        assert!(page.contains("Có thành tích xuất sắc trong phong trào"), "what the other's paper says: {page}");
        let markup = "</textarea><script>1</script>&lt;".to_owned();
        let (_, now) = of(&to, &page);
        let page = describes(&officer, &step, &now, &[(people[1], markup)]).await;
        assert!(page.contains("Đã ghi thành tích") && page.contains("&lt;/textarea>&lt;script>1&lt;/script>&amp;lt;</textarea>"), "{page}");
        assert!(!page.contains("<script>1"), "{page}");
        let (_, now) = of(&to, &page);
        describes(&officer, &step, &now, &[(people[1], String::new())]).await;
        let page = describes(&officer, &step, &looked, &[(people[0], "Khác".to_owned())]).await;
        assert!(page.contains("vừa thay đổi") && page.contains(&deed), "{page}");
        let (_, now) = of(&to, &page);
        let page = describes(&officer, &step, &now, &[(people[0], "ê".repeat(301))]).await;
        assert!(page.contains("300") && page.contains(&deed), "{page}");
        // Nobody is on two lists.
        let (_, page) = sends(&officer, "/decisions/draft", &commending(&app, &people)).await;
        assert!(page.contains("2 dòng") && page.contains("Vàng A Páo"), "{page}");

        let letter = officer.get(&format!("/decisions/{id}/paper/to-trinh.docx")).await;
        let text = said_in(&letter.body);
        for said in ["TỜ TRÌNH", "Lò Thị Ón", &deed, "Tổng số tiền thưởng"] {
            assert!(text.contains(said), "{said} in {text}");
        }
        let (_, page) = sends(&leader, &step, &signing(&now, "130/QĐ-UBND", "")).await;
        assert!(page.contains("Đã ghi quyết định khen thưởng") && page.contains("130/QĐ-UBND"), "{page}");
        assert_eq!(stage(&app, people[0]).await, StageName::Recognised);
        app.assert_counts_agree().await;
        let word = leader.get(&format!("/decisions/{id}/paper/quyet-dinh.docx")).await;
        let text = said_in(&word.body);
        for said in ["130/QĐ-UBND", "Tặng Giấy khen của Chủ tịch Ủy ban nhân dân xã Phong Thổ cho 02 công dân", "Điều 75 Luật Thi đua, khen thưởng", &deed, "Bằng chữ", "Tổng cộng"] {
            assert!(text.contains(said), "{said} in {text}");
        }
        let pdf = leader.get(&format!("/decisions/{id}/paper/quyet-dinh.pdf")).await;
        assert!(pdf.status == StatusCode::OK && pdf.body.starts_with(b"%PDF"), "{}", pdf.status);
        let page = officer.get("/decisions").await.text();
        assert!(page.contains("Khen thưởng Công dân học tập") && page.contains("2 đã có trong danh sách khen thưởng"), "{page}");
        let page = officer.get("/decisions/draft?title=learning_citizen&award=commune_commendation").await.text();
        assert!(page.contains("2 phiếu không chọn được") && page.contains("đã được khen theo quyết định đã ký"), "{page}");
        let file = officer.get(&format!("/dashboard/export/decision.csv?decision={id}")).await.text();
        assert!(file.contains(&deed), "{file}");

        // The sheets that are handed out.
        let make = format!("/decisions/{id}/certificates");
        let asked = vec![("right", "0".to_owned()), ("down", "0".to_owned())];
        let (job, page) = sends(&officer, &make, &asked).await;
        assert!(page.contains("Giấy khen theo quyết định 130/QĐ-UBND"), "{page}");
        assert!(turn(&app.state, "may-chu-1").await.expect("a turn"));
        let file = officer.get(&format!("{job}/file")).await;
        assert_eq!(file.status, StatusCode::OK, "{}", file.text());
        let name = file.header(header::CONTENT_DISPOSITION).expect("a name");
        assert!(name.contains("giay-khen-130-qd-ubnd-"), "{name}");
        assert!(String::from_utf8_lossy(&file.body).contains("/Count 2"), "a page for each");

        // The register names what commended them, on paper and as a workbook.
        let unit = app.places().commune.to_string();
        let register = |format: &str| vec![("unit", unit.clone()), ("year", YEAR.to_string()), ("format", format.to_owned())];
        let mut files = Vec::new();
        for format in ["docx", "xlsx"] {
            let (job, _) = sends(&officer, "/decisions/register", &register(format)).await;
            assert!(turn(&app.state, "may-chu-1").await.expect("a turn"));
            let file = officer.get(&format!("{job}/file")).await;
            assert_eq!(file.status, StatusCode::OK, "{}", file.text());
            files.push(file);
        }
        let text = said_in(&files[0].body);
        assert_eq!(text.matches("Giấy khen, 130/QĐ-UBND ngày").count(), 2, "{text}");
        let kind = files[1].header(header::CONTENT_TYPE).expect("a type");
        assert!(kind.contains("spreadsheetml") && files[1].body.starts_with(b"PK"), "{kind}");
    }

    async fn what_the_province_gives_is_proposed_and_its_answer_recorded(app: TestApp) {
        let people = recognised(&app, &["Lò Thị Ón", "Mào Văn Ín", "Vàng A Páo"]).await;
        let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
        let page = officer.get("/decisions/draft?title=learning_citizen&award=province_commendation").await.text();
        assert!(page.contains("Chọn người đề nghị cấp trên khen") && page.contains("Lập danh sách đề nghị"), "{page}");
        assert!(!page.contains("Thủ tướng") && !page.contains("Giai đoạn"), "no phase is reviewed this year: {page}");
        let (to, _) = sends(&officer, "/decisions/draft", &proposing(&app, &[], "year")).await;
        assert!(to.contains("award=province_commendation") && to.contains("told=nobody"), "{to}");
        let (_, page) = sends(&officer, "/decisions/draft", &proposing(&app, &people, "phase")).await;
        assert!(!page.contains("Đã lập danh sách"), "{page}");
        for odd in ["unit=x", "award=nobel"] {
            let page = officer.get(&format!("/decisions/draft?title=learning_citizen&{odd}")).await;
            assert!(page.status.is_success(), "{odd}: {}", page.status);
        }

        let (to, page) = sends(&officer, "/decisions/draft", &proposing(&app, &people, "year")).await;
        assert!(page.contains("Đề nghị khen thưởng: Công dân học tập") && page.contains("Đang lập hồ sơ"), "{page}");
        let (id, looked) = of(&to, &page);
        let step = format!("/decisions/{id}/step");
        let deed = "Dạy chữ cho 25 người".to_owned();
        let page = describes(&officer, &step, &looked, &[(people[0], deed.clone())]).await;
        assert!(page.contains("còn thiếu 3 loại giấy tờ") && !page.contains("Ghi tờ trình đã gửi"), "{page}");
        // The letter is the committee's own, to the province's chairman; the decision is not the commune's to write.
        let letter = officer.get(&format!("/decisions/{id}/paper/to-trinh.docx")).await;
        let text = said_in(&letter.body);
        for said in ["TỜ TRÌNH", "Chủ tịch Ủy ban nhân dân tỉnh Lai Châu", "Lò Thị Ón", &deed, "tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh cho 03 công dân"] {
            assert!(text.contains(said), "{said} in {text}");
        }
        assert!(!text.contains("Tổng số tiền"), "{text}");
        let own = officer.get(&format!("/decisions/{id}/paper/quyet-dinh.docx")).await;
        assert_eq!(own.status, StatusCode::NOT_FOUND);

        let (_, now) = of(&to, &page);
        let (_, page) = sends(&officer, &step, &gathering(&now, &["letter", "reports"])).await;
        assert!(page.contains("còn thiếu 1 loại giấy tờ"), "{page}");
        let (_, now) = of(&to, &page);
        let early = as_step("submit", signing(&now, "45/TTr-UBND", ""));
        let (_, page) = sends(&officer, &step, &early).await;
        assert!(page.contains("Hồ sơ đề nghị còn thiếu giấy tờ"), "{page}");
        let (_, page) = sends(&officer, &step, &gathering(&now, &["letter", "reports", "minutes"])).await;
        assert!(page.contains("Ghi tờ trình đã gửi"), "{page}");
        let (_, now) = of(&to, &page);
        let odd = post(&officer, &step, &gathering(&now, &["gold"])).await;
        assert_eq!(odd.status, StatusCode::BAD_REQUEST);
        // Nobody at home signs it.
        let (_, page) = sends(&leader, &step, &signing(&now, "9/QĐ-UBND", "")).await;
        assert!(!page.contains("Đã ghi quyết định"), "{page}");
        let (_, page) = sends(&officer, &step, &as_step("submit", signing(&now, "", ""))).await;
        assert!(page.contains("Còn chỗ cần sửa") && page.contains("Đèo Văn Ín"), "{page}");
        let (_, page) = sends(&officer, &step, &as_step("submit", signing(&now, "45/TTr-UBND", ""))).await;
        assert!(page.contains("Đã ghi tờ trình") && page.contains("45/TTr-UBND") && page.contains("Đã trình cấp trên"), "{page}");
        let listed = officer.get("/decisions").await.text();
        assert!(listed.contains("Đề nghị Bằng khen của Chủ tịch") && listed.contains("Đã trình cấp trên"), "{listed}");

        // The third was not given it: that is marked, then the paper is recorded, with a number of the province's own.
        let (_, now) = of(&to, &page);
        let (_, page) = sends(&officer, &step, &answering(&now, &people, &people[..2])).await;
        assert!(page.contains("Đã ghi kết quả từng dòng") && page.contains("Không được khen"), "{page}");
        let (_, now) = of(&to, &page);
        // With the paper the ticks come once more, and stand also where the paper is wanting.
        let with = |now: &str, given: &[SubjectId], number: &str| {
            let mut form = answering(now, &people, given);
            form.extend(signing(now, number, "").into_iter().skip(2));
            as_step("conclude", form)
        };
        let (_, page) = sends(&officer, &step, &with(&now, &people[1..2], "")).await;
        assert!(page.contains("Còn chỗ cần sửa") && page.matches("Không được khen").count() >= 2, "{page}");
        let (_, now) = of(&to, &page);
        let (_, page) = sends(&officer, &step, &with(&now, &people[..2], "125/QĐ-UBND")).await;
        let (_, twice) = sends(&officer, &step, &with(&now, &people[..2], "125/QĐ-UBND")).await;
        assert!(twice.contains("Đã ghi kết quả của cấp trên"), "{twice}");
        assert!(page.contains("Đã ghi kết quả của cấp trên") && page.contains("Không được khen"), "{page}");
        assert!(!page.contains("In giấy khen") && !page.contains("Đính chính"), "{page}");
        app.assert_counts_agree().await;
        let make = format!("/decisions/{id}/certificates");
        let asked = vec![("right", "0".to_owned()), ("down", "0".to_owned())];
        assert_eq!(post(&officer, &make, &asked).await.status, StatusCode::NOT_FOUND);
        let page = officer.get("/decisions/draft?title=learning_citizen&award=commune_commendation").await.text();
        assert!(page.contains("2 phiếu không chọn được") && page.contains("Vàng A Páo"), "{page}");
        let file = officer.get(&format!("/dashboard/export/decision.csv?decision={id}")).await.text();
        assert!(file.contains("Không được khen") && file.contains(&deed), "{file}");
        // Its scan is kept, and the register names it.
        let unit = app.places().commune.to_string();
        let register = vec![("unit", unit), ("year", YEAR.to_string()), ("format", "docx".to_owned())];
        let (job, _) = sends(&officer, "/decisions/register", &register).await;
        assert!(turn(&app.state, "may-chu-1").await.expect("a turn"));
        let text = said_in(&officer.get(&format!("{job}/file")).await.body);
        assert_eq!(text.matches("Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh, 125/QĐ-UBND ngày").count(), 2, "{text}");
        let page = officer.get(&format!("/dashboard/subject/{}", people[0])).await.text();
        assert!(page.contains("Được khen về thành tích năm"), "{page}");
    }

    async fn a_proposal_comes_back_to_be_completed_or_ends_without_an_award(app: TestApp) {
        let people = recognised(&app, &["Lò Thị Ón", "Mào Văn Ín"]).await;
        let officer = app.sign_in("xa").await;
        let (to, page) = sends(&officer, "/decisions/draft", &proposing(&app, &people, "year")).await;
        let (id, looked) = of(&to, &page);
        let step = format!("/decisions/{id}/step");
        let (_, page) = sends(&officer, &step, &gathering(&looked, &["letter", "reports", "minutes"])).await;
        let (_, now) = of(&to, &page);
        let letter = |now: &str, number: &str| as_step("submit", signing(now, number, ""));
        let (_, page) = sends(&officer, &step, &letter(&now, "45/TTr-UBND")).await;
        let (_, sent) = of(&to, &page);
        // Whoever pressed twice hears the same, who is late hears what stands, and other roles are refused.
        let (_, twice) = sends(&officer, &step, &letter(&now, "45/TTr-UBND")).await;
        assert!(twice.contains("Đã ghi tờ trình"), "{twice}");
        let (_, late) = sends(&officer, &step, &letter(&now, "46/TTr-UBND")).await;
        assert!(late.contains("vừa thay đổi"), "{late}");
        for other in ["ban1", "phutrach"] {
            let other = app.sign_in(other).await;
            let refused = post(&other, &step, &answering(&sent, &people, &people)).await;
            let told = refused.header(header::LOCATION).unwrap_or_default().to_owned();
            assert!(!told.contains("told=declined"), "{told}");
        }
        let (_, page) = sends(&officer, &step, &answering(&sent, &people, &[])).await;
        assert!(page.contains("Không ai trong danh sách được khen"), "{page}");
        let (_, now) = of(&to, &page);
        let bare = |name: &str, now: &str| vec![("step", name.to_owned()), ("looked", now.to_owned())];
        let (_, page) = sends(&officer, &step, &bare("reopen", &now)).await;
        assert!(page.contains("Đã mở lại") && page.contains("Ghi tờ trình đã gửi"), "{page}");
        let (_, now) = of(&to, &page);
        let (_, page) = sends(&officer, &step, &letter(&now, "47/TTr-UBND")).await;
        let (_, now) = of(&to, &page);
        let (_, page) = sends(&officer, &step, &bare("discard", &now)).await;
        assert!(page.contains("Đã bỏ"), "{page}");
        let page = officer.get("/decisions/draft?title=learning_citizen&award=commune_commendation").await.text();
        assert!(page.contains("2 công dân chọn được"), "{page}");
    }

    async fn nobody_else_commends(app: TestApp) {
        let people = recognised(&app, &["Lò Thị Ón"]).await;
        let checked = confirmed(&app, &["Mào Văn Ín"]).await;
        let (officer, area) = (app.sign_in("xa").await, app.sign_in("phutrach").await);
        let (to, page) = sends(&officer, "/decisions/draft", &commending(&app, &checked)).await;
        assert!(to.contains("award=commune_commendation") && page.contains("1 dòng"), "{page}");
        let village = app.sign_in("ban1").await;
        let refused = post(&village, "/decisions/draft", &commending(&app, &people)).await;
        let told = refused.header(header::LOCATION).unwrap_or_default().to_owned();
        assert!(!told.contains("told=drafted"), "{told}");
        let unit = app.places().commune;
        let page = area.get(&format!("/decisions?unit={unit}")).await.text();
        assert!(!page.contains("award=commune_commendation"), "{page}");
        let (_, page) = sends(&area, "/decisions/draft", &commending(&app, &people)).await;
        assert!(page.contains("không thuộc địa bàn"), "{page}");
        // What was said of a recognition is refused, and nothing is read that names no line.
        let (to, page) = sends(&officer, "/decisions/draft", &drafting(&app, &checked)).await;
        let (id, looked) = of(&to, &page);
        let step = format!("/decisions/{id}/step");
        let page = describes(&officer, &step, &looked, &[(checked[0], "Khác".to_owned())]).await;
        assert!(!page.contains("Đã ghi thành tích"), "{page}");
        let odd = vec![("step", "describe".to_owned()), ("looked", looked), ("deed.x", "Khác".to_owned())];
        assert_eq!(post(&officer, &step, &odd).await.status, StatusCode::BAD_REQUEST);
    }

    async fn a_list_is_drawn_up_signed_and_one_title_taken_back(app: TestApp) {
        let people = confirmed(&app, &["Lò Thị Ón", "Mào Văn Ín", "Vàng A Páo"]).await;
        let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
        let page = officer.get("/decisions").await.text();
        assert!(page.contains("3 công dân đã được xã xác nhận đạt"), "{page}");
        let page = officer.get("/decisions/draft?title=learning_citizen").await.text();
        assert!(people.iter().all(|it| page.contains(&it.to_string())), "{page}");

        let (to, page) = sends(&officer, "/decisions/draft", &drafting(&app, &[])).await;
        assert!(to.contains("told=nobody") && page.contains("Chưa chọn ai"), "{page}");
        let (to, page) = sends(&officer, "/decisions/draft", &drafting(&app, &people)).await;
        assert!(page.contains("Đã lập danh sách") && !page.contains("Ghi quyết định đã ký"), "{page}");
        assert_eq!(stage(&app, people[0]).await, StageName::Proposed);

        // Taken off by the officer, whom no signature is offered to and none is taken from.
        let (id, looked) = of(&to, &page);
        let step = format!("/decisions/{id}/step");
        let off = vec![("step", "unlist".into()), ("looked", looked.clone()), ("subject", people[2].to_string())];
        let (_, page) = sends(&officer, &step, &off).await;
        assert!(page.contains("Đã bỏ khỏi danh sách") && !page.contains("Vàng A Páo"), "{page}");
        assert_eq!(stage(&app, people[2]).await, StageName::Verified);
        let (_, now) = of(&to, &page);
        let (_, page) = sends(&officer, &step, &signing(&now, "125/QĐ-UBND", "")).await;
        assert!(page.contains("Tài khoản này không làm việc này được"), "{page}");
        let (_, page) = sends(&leader, &step, &signing(&looked, "125/QĐ-UBND", "")).await;
        assert!(page.contains("Danh sách vừa thay đổi"), "{page}");

        // What was typed stays beside what to do.
        let (to, page) = sends(&leader, &step, &signing(&now, "125/QĐ-UBND", "31111")).await;
        assert!(to.contains("wrong=date") && page.contains("Ngày ký phải là ngày có thật"), "{page}");
        assert!(page.contains("value=\"125/QĐ-UBND\""), "{page}");
        let (to, page) = sends(&leader, &step, &signing(&now, " ", "")).await;
        assert!(to.contains("wrong=number") && page.contains("Hãy ghi số"), "{page}");
        assert_eq!(stage(&app, people[0]).await, StageName::Proposed);

        let (_, page) = sends(&leader, &step, &signing(&now, "125/QĐ-UBND", "")).await;
        assert!(page.contains("Đã ghi quyết định") && page.contains("125/QĐ-UBND"), "{page}");
        assert_eq!(stage(&app, people[0]).await, StageName::Recognised);
        assert_eq!(stage(&app, people[2]).await, StageName::Verified);
        let (_, page) = sends(&leader, &step, &signing(&now, "125/QĐ-UBND", "")).await;
        assert!(page.contains("Đã ghi quyết định"), "pressed twice: {page}");
        app.assert_counts_agree().await;

        let word = leader.get(&format!("/decisions/{id}/paper/quyet-dinh.docx")).await;
        assert!(word.status == StatusCode::OK && word.body.starts_with(b"PK"), "{}", word.status);
        let pdf = leader.get(&format!("/decisions/{id}/paper/quyet-dinh.pdf")).await;
        assert!(pdf.status == StatusCode::OK && pdf.body.starts_with(b"%PDF"), "{}", pdf.status);
        let odd = leader.get(&format!("/decisions/{id}/paper/quyet-dinh.exe")).await;
        assert_eq!(odd.status, StatusCode::NOT_FOUND);

        let mut back = drafting(&app, &people[..1]);
        back.extend([("does", "revoke".to_owned()), ("back", id.clone()), ("reason", String::new())]);
        let (to, page) = sends(&officer, "/decisions/draft", &back).await;
        assert!(to.starts_with(&format!("/decisions/{id}?")) && page.contains("Hãy ghi lý do"), "{page}");
        let reason = back.last_mut().expect("a reason");
        reason.1 = "Khai chưa đúng".to_owned();
        let (to, page) = sends(&officer, "/decisions/draft", &back).await;
        let (id, looked) = of(&to, &page);
        assert!(page.contains("Thu hồi danh hiệu") && page.contains("Khai chưa đúng"), "{page}");
        let step = format!("/decisions/{id}/step");
        sends(&leader, &step, &signing(&looked, "7/QĐ-UBND", "")).await;
        assert_eq!(stage(&app, people[0]).await, StageName::Revoked);
        assert_eq!(stage(&app, people[1]).await, StageName::Recognised);
        app.assert_counts_agree().await;
        let page = officer.get("/decisions").await.text();
        assert!(page.contains("Thu hồi Công dân học tập") && page.contains("7/QĐ-UBND"), "{page}");
        let file = officer.get("/dashboard/export/decisions.csv").await.text();
        assert!(file.contains("125/QĐ-UBND"), "{file}");
    }

    async fn who_was_judged_by_a_set_that_gives_no_title_is_not_offered_for_a_list(app: TestApp) {
        let (family, places) = (new_subject(), app.places());
        let phone = app.sign_in("ban1").await;
        let mut changes = scored(family, places.commune, places.village, "Lò Văn Pâng");
        changes.push(step(family, Move::Submit));
        send(&phone, changes).await;
        let officer = app.sign_in("xa").await;
        send(&officer, vec![step(family, Move::Verify)]).await;
        let page = officer.get("/decisions/draft?title=learning_family").await.text();
        assert!(page.contains("1 phiếu chưa vào được") && page.contains("Bộ tiêu chí chưa đủ"), "{page}");
        assert!(!page.contains("name=\"subject\""), "{page}");
    }

    async fn a_draft_that_is_thrown_away_leaves_everybody_as_they_were(app: TestApp) {
        let people = confirmed(&app, &["Lò Thị Ón"]).await;
        let officer = app.sign_in("xa").await;
        let (to, page) = sends(&officer, "/decisions/draft", &drafting(&app, &people)).await;
        let (id, looked) = of(&to, &page);
        let discard = vec![("step", "discard".to_owned()), ("looked", looked)];
        let (_, page) = sends(&officer, &format!("/decisions/{id}/step"), &discard).await;
        assert!(page.contains("Đã bỏ dự thảo"), "{page}");
        assert_eq!(stage(&app, people[0]).await, StageName::Verified);
        app.assert_counts_agree().await;
    }

    async fn nobody_else_looks_at_a_decision_or_decides(app: TestApp) {
        let people = confirmed(&app, &["Lò Thị Ón"]).await;
        let officer = app.sign_in("xa").await;
        let (to, page) = sends(&officer, "/decisions/draft", &drafting(&app, &people)).await;
        let (id, looked) = of(&to, &page);
        let step = format!("/decisions/{id}/step");
        let discard = vec![("step", "discard".to_owned()), ("looked", looked)];
        let village = app.sign_in("ban1").await;
        let page = village.get(&format!("/decisions/{id}")).await.text();
        assert!(!page.contains("Lò Thị Ón"), "{page}");
        assert_eq!(post(&village, &step, &discard).await.status, StatusCode::NOT_FOUND);
        let paper = village.get(&format!("/decisions/{id}/paper/quyet-dinh.pdf")).await;
        assert!(!paper.body.starts_with(b"%PDF"), "{}", paper.status);
        // Those above look at what their communes decide, and decide nothing there.
        let area = app.sign_in("phutrach").await;
        let page = area.get(&format!("/decisions/{id}")).await.text();
        assert!(page.contains("Lò Thị Ón") && !page.contains("/step"), "{page}");
        let (_, page) = sends(&area, &step, &discard).await;
        assert!(page.contains("không thuộc địa bàn"), "{page}");
        assert_eq!(stage(&app, people[0]).await, StageName::Proposed);
    }

    async fn no_phone_brings_or_carries_a_decision(app: TestApp) {
        let people = confirmed(&app, &["Lò Thị Ón"]).await;
        let leader = app.sign_in("chutich").await;
        let step = DecisionStep::Draft { shard: app.places().commune, does: Does::Recognise };
        let deciding = Deciding { step, title: TITLE, year: YEAR, corrects: None, subjects: people.clone() };
        let id = DocumentId::from_uuid(Uuid::now_v7());
        let brought = change(id, None, ChangeBody::Decide(deciding));
        let answer = leader.sync(&request(vec![brought])).await;
        assert_eq!(outcomes(&answer), [json!({"refused": "at_desk_only"})]);
        let officer = app.sign_in("xa").await;
        sends(&officer, "/decisions/draft", &drafting(&app, &people)).await;
        let read = leader.sync(&request(Vec::new())).await;
        let kinds = serde_json::to_string(&read).expect("JSON");
        assert!(kinds.contains("proposed") && !kinds.contains("\"decision\""), "{kinds}");
    }

    async fn the_certificates_of_a_signed_decision_are_made_as_a_job(app: TestApp) {
        let people = confirmed(&app, &["Lò Thị Ón", "Mào Văn Ín"]).await;
        let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
        let (to, page) = sends(&officer, "/decisions/draft", &drafting(&app, &people)).await;
        let (id, looked) = of(&to, &page);
        let make = format!("/decisions/{id}/certificates");
        assert!(!page.contains(&make), "{page}");
        let form = |right: &str| vec![("stock", "1".to_owned()), ("right", right.to_owned())];
        assert_eq!(post(&officer, &make, &form("0")).await.status, StatusCode::NOT_FOUND, "not signed");
        let (_, page) = sends(&leader, &format!("/decisions/{id}/step"), &signing(&looked, "125/QĐ-UBND", "")).await;
        assert!(page.contains(&make), "{page}");
        for wrong in ["50,1", "NaN", "x"] {
            assert_eq!(post(&officer, &make, &form(wrong)).await.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
        for (who, status) in [("ban2", StatusCode::NOT_FOUND), ("ban1", StatusCode::NOT_FOUND)] {
            let village = app.sign_in(who).await;
            assert_eq!(post(&village, &make, &form("0")).await.status, status, "{who}");
        }
        let (job, page) = sends(&officer, &make, &form("-2,5")).await;
        assert!(page.contains("Giấy chứng nhận theo quyết định 125/QĐ-UBND, Xã Phong Thổ"), "{page}");
        assert!(turn(&app.state, "may-chu-1").await.expect("a turn"));
        let file = officer.get(&format!("{job}/file")).await;
        assert_eq!(file.status, StatusCode::OK, "{}", file.text());
        assert_eq!(file.header(header::CONTENT_TYPE), Some("application/pdf"));
        let name = file.header(header::CONTENT_DISPOSITION).expect("a name");
        assert!(name.contains("giay-chung-nhan-125-qd-ubnd-"), "{name}");
        assert!(file.body.starts_with(b"%PDF-"));
        let pages = format!("/Count {}", people.len());
        assert!(String::from_utf8_lossy(&file.body).contains(&pages), "a page for each");
    }

    async fn a_number_stands_on_one_paper_of_a_year(app: TestApp) {
        let people = confirmed(&app, &["Lò Thị Ón", "Mào Văn Ín"]).await;
        let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
        let mut drafts = Vec::new();
        for person in &people {
            let (to, page) = sends(&officer, "/decisions/draft", &drafting(&app, &[*person])).await;
            drafts.push(of(&to, &page));
        }
        let more = confirmed(&app, &["Phàn Thị Mẩy", "Tẩn Láo Sử"]).await;
        sends(&officer, "/decisions/draft", &drafting(&app, &more)).await;
        let page = officer.get("/decisions").await.text();
        assert!(page.contains(", 1 dòng") && page.contains(", 2 dòng"), "drafts of one day differ: {page}");
        let step = |at: usize| format!("/decisions/{}/step", drafts[at].0);
        let (_, page) = sends(&leader, &step(0), &signing(&drafts[0].1, "125/QĐ-UBND", "")).await;
        assert!(page.contains("Đã ghi quyết định"), "{page}");
        let page = leader.get(&format!("/decisions/{}", drafts[1].0)).await.text();
        assert!(page.contains("Số gần nhất của đơn vị trong năm: 125/QĐ-UBND."), "{page}");
        let (to, page) = sends(&leader, &step(1), &signing(&drafts[1].1, "0125/qđ - UBND", "")).await;
        assert!(to.contains("wrong=taken") && page.contains("Số này đã có ở một quyết định khác"), "{page}");
        assert!(page.contains("value=\"0125/qđ - UBND\""), "what was typed stays: {page}");
        assert_eq!(stage(&app, people[1]).await, StageName::Proposed);
        let (_, page) = sends(&leader, &step(1), &signing(&drafts[1].1, "126/QĐ-UBND", "")).await;
        assert!(page.contains("Đã ghi quyết định"), "{page}");
        app.assert_counts_agree().await;
    }

    async fn the_signed_paper_is_kept_with_its_decision(app: TestApp) {
        let people = confirmed(&app, &["Lò Thị Ón"]).await;
        let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
        let (to, page) = sends(&officer, "/decisions/draft", &drafting(&app, &people)).await;
        let (id, looked) = of(&to, &page);
        let scans = format!("/decisions/{id}/scans");
        let paper = pdf(9_000, 3).bytes;
        let add = async |browser: &Browser, bytes: &[u8]| {
            browser.post_files(&scans, &[("scan", "QĐ 125.pdf", bytes)]).await
        };
        assert_eq!(add(&officer, &paper).await.status, StatusCode::FORBIDDEN, "not signed");
        sends(&leader, &format!("/decisions/{id}/step"), &signing(&looked, "125/QĐ-UBND", "")).await;
        let told = add(&officer, b"not a paper").await;
        let told = told.header(header::LOCATION).expect("a page").to_owned();
        assert!(told.ends_with("scan=unknown#scans"), "{told}");
        let page = officer.get(told.trim_end_matches("#scans")).await.text();
        assert!(page.contains("Tệp không phải PDF hay ảnh đọc được"), "{page}");
        assert_eq!(add(&officer, &paper).await.status, StatusCode::SEE_OTHER);
        assert_eq!(add(&leader, &paper).await.status, StatusCode::SEE_OTHER, "the same once more");
        let page = officer.get(&format!("/decisions/{id}")).await.text();
        let links: Vec<&str> = page.split("href=\"").filter_map(|it| it.split('"').next()).filter(|it| it.starts_with(&scans)).collect();
        assert_eq!(links.len(), 1, "{page}");
        assert!(page.contains("QĐ 125.pdf") && page.contains("Người xa gửi ngày"), "{page}");
        // Those above see it; a village and a neighbour do not, and nobody else adds to it.
        let area = app.sign_in("phutrach").await;
        let got = area.get(links[0]).await;
        assert_eq!((got.status, got.body.as_ref()), (StatusCode::OK, paper.as_slice()));
        assert_eq!(add(&area, &paper).await.status, StatusCode::FORBIDDEN);
        let village = app.sign_in("ban1").await;
        assert_eq!(village.get(links[0]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(add(&village, &paper).await.status, StatusCode::NOT_FOUND);
        let other = links[0].replace(&id, &Uuid::now_v7().to_string());
        assert_eq!(officer.get(&other).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_list_is_put_before_the_leader_by_a_letter(app: TestApp) {
        let people = confirmed(&app, &["Lò Thị Ón"]).await;
        let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
        let (to, page) = sends(&officer, "/decisions/draft", &drafting(&app, &people)).await;
        let (id, looked) = of(&to, &page);
        assert!(page.contains("to-trinh.docx"), "{page}");
        let pdf = officer.get(&format!("/decisions/{id}/paper/to-trinh.pdf")).await;
        assert!(pdf.status == StatusCode::OK && pdf.body.starts_with(b"%PDF"), "{}", pdf.status);
        let word = officer.get(&format!("/decisions/{id}/paper/to-trinh.docx")).await;
        let text = said_in(&word.body);
        for said in ["PHÒNG VĂN HÓA - XÃ HỘI", "TỜ TRÌNH", "Chủ tịch Ủy ban nhân dân xã Phong Thổ", "Lò Thị Ón", "Căn cứ Quyết định 324"] {
            assert!(text.contains(said), "{said} in {text}");
        }
        let odd = officer.get(&format!("/decisions/{id}/paper/khac.pdf")).await;
        assert_eq!(odd.status, StatusCode::NOT_FOUND);
        sends(&leader, &format!("/decisions/{id}/step"), &signing(&looked, "125/QĐ-UBND", "")).await;
        let mut back = drafting(&app, &people);
        back.extend([("does", "revoke".to_owned()), ("back", id), ("reason", "Khai chưa đúng".to_owned())]);
        let (to, page) = sends(&officer, "/decisions/draft", &back).await;
        let (id, _) = of(&to, &page);
        let none = officer.get(&format!("/decisions/{id}/paper/to-trinh.pdf")).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND, "what is taken back is not asked for so");
    }

    async fn the_register_says_who_holds_a_title_and_who_no_more(app: TestApp) {
        let people = confirmed(&app, &["Lò Thị Ón", "Mào Văn Ín"]).await;
        let (officer, leader) = (app.sign_in("xa").await, app.sign_in("chutich").await);
        let (to, page) = sends(&officer, "/decisions/draft", &drafting(&app, &people)).await;
        let (given, looked) = of(&to, &page);
        sends(&leader, &format!("/decisions/{given}/step"), &signing(&looked, "125/QĐ-UBND", "")).await;
        let mut back = drafting(&app, &people[..1]);
        back.extend([("does", "revoke".to_owned()), ("back", given), ("reason", "Khai chưa đúng".to_owned())]);
        let (to, page) = sends(&officer, "/decisions/draft", &back).await;
        let (id, looked) = of(&to, &page);
        sends(&leader, &format!("/decisions/{id}/step"), &signing(&looked, "7/QĐ-UBND", "")).await;

        let commune = app.places().commune.to_string();
        let asked = |format: &str| vec![("unit", commune.clone()), ("year", YEAR.to_string()), ("format", format.to_owned())];
        let page = officer.get("/decisions").await.text();
        assert!(page.contains("Lập sổ .docx"));
        assert_eq!(post(&officer, "/decisions/register", &asked("exe")).await.status, StatusCode::NOT_FOUND);
        let village = app.sign_in("ban1").await;
        assert_eq!(post(&village, "/decisions/register", &asked("pdf")).await.status, StatusCode::NOT_FOUND);
        let (job, page) = sends(&officer, "/decisions/register", &asked("docx")).await;
        assert!(page.contains("Sổ theo dõi danh hiệu năm"), "{page}");
        assert!(turn(&app.state, "may-chu-1").await.expect("a turn"));
        let file = officer.get(&format!("{job}/file")).await;
        let text = said_in(&file.body);
        assert!(!text.contains("Mức, xếp loại"), "a title without levels: {text}");
        for said in ["Lò Thị Ón", "Mào Văn Ín", "125/QĐ-UBND ngày", "Đã thu hồi theo 7/QĐ-UBND"] {
            assert!(text.contains(said), "{said} in {text}");
        }
        let (job, _) = sends(&officer, "/decisions/register", &asked("pdf")).await;
        assert!(turn(&app.state, "may-chu-1").await.expect("a turn"));
        assert!(officer.get(&format!("{job}/file")).await.body.starts_with(b"%PDF"));
    }
}
