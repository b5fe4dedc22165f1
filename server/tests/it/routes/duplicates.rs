//! Those who were entered twice: found, looked at, merged, taken apart, told apart; with plain forms.

use axum::http::{StatusCode, header};
use serde_json::json;
use server::db::documents;
use shared::assessment::StageName;
use shared::change::ChangeBody;
use shared::document::Document;
use shared::ids::{DocumentId, SubjectId};
use shared::kind::SubjectKind;

use crate::services::members::entered;
use crate::support::changes::*;
use crate::support::request::{Browser, post};
use crate::support::{TestApp, on_both};

/// Two families of one name and size in one village: the first scored and sent, the second with a form that is begun, and a person
/// in it.
async fn two(app: &TestApp) -> (SubjectId, SubjectId, SubjectId) {
    let places = app.places();
    let at = (places.commune, places.village);
    let phone = app.sign_in("ban1").await;
    let (kept, gone, person) = (new_subject(), new_subject(), new_subject());
    send(&phone, scored(kept, at.0, at.1, "Lò Văn Sơn")).await;
    let second = vec![
        register(gone, at.0, at.1, "lo van son"),
        set_field(gone, None, "hamlet", json!("Cụm 2")),
        start(gone),
        answer(gone, "GD.1a", 5),
        entered(
            SubjectKind::Citizen,
            person,
            at,
            &[("family", json!(gone.to_string()))],
        ),
    ];
    send(&phone, second).await;
    (kept, gone, person)
}

async fn found(app: &TestApp, id: impl Into<DocumentId>) -> Document {
    let mut conn = app.db().read().await.expect("a connection");
    let found = documents::by_id(&mut conn, id.into()).await;
    found.expect("a document").expect("it is there")
}

/// Sends a form and says where it leads.
async fn sends(browser: &Browser, to: &str, fields: &[(&str, String)]) -> String {
    let answer = post(browser, to, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let to = answer.header(header::LOCATION).expect("a page").to_owned();
    let page = browser.get(&to).await;
    assert_eq!(page.status, StatusCode::OK, "{to}");
    to
}

/// What the page of two sends to keep one of them.
pub(super) async fn choice(
    app: &TestApp,
    one: SubjectId,
    other: SubjectId,
    keep: SubjectId,
) -> Vec<(&'static str, String)> {
    let (first, second) = (found(app, one).await, found(app, other).await);
    vec![
        ("one", one.to_string()),
        ("other", other.to_string()),
        ("looked_one", first.seq.to_string()),
        ("looked_other", second.seq.to_string()),
        ("keep", keep.to_string()),
    ]
}

on_both! {
    async fn two_are_found_looked_at_merged_and_taken_apart(app: TestApp) {
        let (kept, gone, person) = two(&app).await;
        let clerk = app.sign_in("xa").await;
        let list = clerk.get("/duplicates").await.text();
        assert!(list.contains(&format!("/duplicates/{kept}/{gone}")), "{list}");
        let pair = clerk.get(&format!("/duplicates/{gone}/{kept}")).await.text();
        assert!(pair.contains("Cụm 2"), "{pair}");
        // The one that has come further stands first, however they are asked for.
        let keep = format!("value=\"{kept}\" checked");
        assert!(pair.contains(&keep), "{pair}");

        let chosen = choice(&app, kept, gone, kept).await;
        let to = sends(&clerk, "/duplicates/merge", &chosen).await;
        assert!(to.contains("told=merged"), "{to}");
        assert_eq!(found(&app, gone).await.merged_into(), Some(kept));
        assert_eq!(found(&app, kept).await.text("hamlet"), Some("Cụm 2"));
        let member = found(&app, person).await;
        assert_eq!(member.text("family"), Some(&*kept.to_string()));
        let form = found(&app, form_of(gone)).await;
        assert_eq!(form.assessment().expect("a head").stage.name(), StageName::Withdrawn);
        app.assert_counts_agree().await;
        // It stands in both histories and on both pages, and the pair is offered no more.
        for (page, says) in [(gone, "đã được gộp vào"), (kept, "Đã gộp vào hồ sơ này")] {
            let page = clerk.get(&format!("/dashboard/subject/{page}")).await.text();
            assert!(page.contains(says), "{page}");
        }
        let list = clerk.get("/duplicates").await.text();
        assert!(list.contains("Không thấy hồ sơ nào trùng"), "{list}");

        let back = [("gone", gone.to_string()), ("kept", kept.to_string())];
        let to = sends(&clerk, "/duplicates/undo", &back).await;
        assert!(to.contains("told=unmerged"), "{to}");
        assert_eq!(found(&app, gone).await.merged_into(), None);
        assert_eq!(found(&app, kept).await.text("hamlet"), None);
        let member = found(&app, person).await;
        assert_eq!(member.text("family"), Some(&*gone.to_string()));
        let form = found(&app, form_of(gone)).await;
        assert_eq!(form.assessment().expect("a head").stage.name(), StageName::InProgress);
        app.assert_counts_agree().await;
    }

    async fn what_a_phone_writes_meanwhile_goes_where_it_belongs_or_comes_back(app: TestApp) {
        let (kept, gone, person) = two(&app).await;
        let clerk = app.sign_in("xa").await;
        let chosen = choice(&app, kept, gone, kept).await;
        sends(&clerk, "/duplicates/merge", &chosen).await;
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let late = new_subject();
        let changes = vec![
            entered(
                SubjectKind::Citizen,
                late,
                (places.commune, places.village),
                &[("family", json!(gone.to_string()))],
            ),
            set_field(gone, None, "members", json!(7)),
            answer(gone, "GD.1b", 5),
        ];
        let told = phone.sync(&request(changes)).await;
        let outcomes = outcomes(&told);
        let merged = json!({ "refused": { "merged": { "into": kept } } });
        assert_eq!(outcomes[1..], [merged.clone(), merged], "{outcomes:?}");
        let member = found(&app, late).await;
        assert_eq!(member.text("family"), Some(&*kept.to_string()));
        // Who belonged to it is with the phone by now as the server has it.
        let sent = told.documents.iter().filter_map(|it| serde_json::to_value(it).ok());
        let ids: Vec<String> = sent.filter_map(|it| Some(it["id"].as_str()?.to_owned())).collect();
        assert!(ids.contains(&person.to_string()), "{ids:?}");
        app.assert_counts_agree().await;
    }

    async fn two_that_are_two_are_offered_once(app: TestApp) {
        let (kept, gone, _) = two(&app).await;
        let clerk = app.sign_in("xa").await;
        let both = [("one", gone.to_string()), ("other", kept.to_string())];
        let to = sends(&clerk, "/duplicates/apart", &both).await;
        assert!(to.contains("told=apart"), "{to}");
        let list = clerk.get("/duplicates").await.text();
        assert!(list.contains("Không thấy hồ sơ nào trùng"), "{list}");
        let pair = clerk.get(&format!("/duplicates/{kept}/{gone}")).await.text();
        assert!(pair.contains("Đã xác nhận đây là hai hồ sơ khác nhau"), "{pair}");
        let again = [both.as_slice(), &[("again", "true".to_owned())]].concat();
        sends(&clerk, "/duplicates/apart", &again).await;
        let list = clerk.get("/duplicates").await.text();
        assert!(list.contains(&gone.to_string()), "{list}");
        let file = clerk.get("/dashboard/export/duplicates.csv").await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.text().contains("lo van son"), "{}", file.text());
    }

    async fn what_was_not_looked_at_is_not_merged(app: TestApp) {
        let (kept, gone, _) = two(&app).await;
        let clerk = app.sign_in("xa").await;
        let chosen = choice(&app, kept, gone, kept).await;
        let phone = app.sign_in("ban1").await;
        send(&phone, vec![set_field(gone, None, "members", json!(9))]).await;
        let to = sends(&clerk, "/duplicates/merge", &chosen).await;
        assert!(to.contains("told=changed"), "{to}");
        assert_eq!(found(&app, gone).await.merged_into(), None);
        // Nobody was chosen.
        let chosen = choice(&app, kept, gone, kept).await;
        let to = sends(&clerk, "/duplicates/merge", &chosen[..4]).await;
        assert!(to.contains("told=nothing"), "{to}");
        // The one whose form was sent may not go while the other has none.
        let third = new_subject();
        let places = app.places();
        send(&phone, vec![register(third, places.commune, places.village, "Lò Văn Sơn")]).await;
        let chosen = choice(&app, third, kept, third).await;
        let to = sends(&clerk, "/duplicates/merge", &chosen).await;
        assert!(to.contains("refused="), "{to}");
        let page = clerk.get(&to).await.text();
        assert!(page.contains("Hãy giữ hồ sơ đó"), "{page}");
    }

    async fn nobody_else_merges(app: TestApp) {
        let (kept, gone, _) = two(&app).await;
        let chosen = choice(&app, kept, gone, kept).await;
        for who in ["ban1", "huyen"] {
            let browser = app.sign_in(who).await;
            for to in ["/duplicates/merge", "/duplicates/apart"] {
                let answer = post(&browser, to, &chosen).await;
                let is_refused = matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN);
                assert!(is_refused, "{who} {to}: {}", answer.status);
            }
            let page = browser.get(&format!("/duplicates/{kept}/{gone}")).await;
            assert!(!page.text().contains("Lò Văn Sơn"), "{who}");
        }
        // Who works on an area finds the way there among its figures; who only looks at it has none.
        let area = app.places().area;
        let (page, way) = (format!("/dashboard?unit={area}"), format!("/duplicates?unit={area}"));
        for (who, merges) in [("phutrach", true), ("xa", false)] {
            let shown = app.sign_in(who).await.get(&page).await.text();
            assert_eq!(shown.contains(&way), merges, "{who}: {shown}");
        }
        let nobody = Browser { cookie: String::new(), ..app.sign_in("xa").await };
        let answer = post(&nobody, "/duplicates/merge", &chosen).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert!(answer.header(header::LOCATION).expect("a door").starts_with("/sign-in"));
        // Brought by a phone, whoever holds it.
        let clerk = app.sign_in("xa").await;
        let merging = shared::merge::Merging::Into { kept };
        let brought = change(gone.into(), None, ChangeBody::Merge(merging));
        let told = clerk.sync(&request(vec![brought])).await;
        assert_eq!(outcomes(&told), [json!({ "refused": "at_desk_only" })]);
        assert_eq!(found(&app, gone).await.merged_into(), None);
    }

    async fn strange_forms_are_told(app: TestApp) {
        let (kept, gone, _) = two(&app).await;
        let clerk = app.sign_in("xa").await;
        let nobody = new_subject();
        for (one, other) in [(nobody, kept), (kept, nobody), (kept, kept)] {
            let page = clerk.get(&format!("/duplicates/{one}/{other}")).await;
            assert!(!page.text().contains("Gộp hai hồ sơ"), "{one} {other}");
        }
        let form = SubjectId::from(form_of(kept));
        for gone in [nobody, form] {
            let mut chosen = choice(&app, kept, kept, kept).await;
            chosen[1].1 = gone.to_string();
            let answer = post(&clerk, "/duplicates/merge", &chosen).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
        for (name, value) in [("one", "x"), ("looked_one", "-1"), ("keep", "</b>")] {
            let mut chosen = choice(&app, kept, gone, kept).await;
            let field = chosen.iter_mut().find(|it| it.0 == name).expect("a field");
            field.1 = value.to_owned();
            let answer = post(&clerk, "/duplicates/merge", &chosen).await;
            assert!(answer.status.is_client_error(), "{name}: {}", answer.status);
        }
    }

    async fn twenty_who_press_at_once_merge_once(app: TestApp) {
        let (kept, gone, _) = two(&app).await;
        let clerk = app.sign_in("xa").await;
        let one_way = choice(&app, kept, gone, kept).await;
        let other_way = choice(&app, kept, gone, gone).await;
        let pressed = (0..20).map(|at| {
            let (clerk, chosen) = (&clerk, if at % 2 == 0 { &one_way } else { &other_way });
            async move { post(clerk, "/duplicates/merge", chosen).await.status }
        });
        let answers = futures::future::join_all(pressed).await;
        assert!(answers.iter().all(|it| *it == StatusCode::SEE_OTHER), "{answers:?}");
        let (kept, gone) = (found(&app, kept).await, found(&app, gone).await);
        // Whichever was first; the other way was told that it looked at something else.
        let ways = [(&gone, &kept), (&kept, &gone)];
        let merged = ways.map(|(gone, kept)| gone.merged_into() == Some(kept.id.into()));
        assert_eq!(merged.iter().filter(|it| **it).count(), 1, "{merged:?}");
        app.assert_counts_agree().await;
    }
}
