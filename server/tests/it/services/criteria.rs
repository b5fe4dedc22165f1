//! Criteria that are given to a server while it runs.

use serde_json::json;
use server::db;
use server::services::criteria::{NotAdded, add};
use shared::SortedMap;
use shared::assessment::Move;
use shared::change::{Change, ChangeBody, Registration, Start};
use shared::criteria::{Criteria, CriteriaSetId, CriterionCode, Points, Title};
use shared::document::Scorer;
use shared::ids::{AssessmentId, DocumentId, SubjectId};
use shared::kind::SubjectKind;
use shared::rollup::RollupKey;
use shared::scoring::{Answer, Facts};
use shared::sync::SyncRequest;

use crate::support::changes::*;
use crate::support::{Places, now, on_both};

/// A clan's set, as a district may be given one after this program was built.
const CLAN: &str = r#"
id = "dong_ho_thu_2026"
title = "learning_clan"
name = "Dòng họ học tập (thử)"
short_name = "Dòng họ học tập"
version = 1
valid_from = 2026-01-01
status = "complete"
kind = "points"
total = 20
doubts = ["Bộ tiêu chí chỉ dùng để thử."]

[source]
document = "Tài liệu thử"
issued = 2026-01-01

[pass]
min_total = 15

[[groups]]
code = "DH.A"
label = "Khuyến học"
max = 20

[[groups.indicators]]
code = "DH.A1"
question = "Dòng họ có ban khuyến học không?"
official = "Có ban khuyến học."
max = 10

[[groups.indicators]]
code = "DH.A2"
question = "Các gia đình có cùng góp quỹ khuyến học không?"
official = "Có quỹ khuyến học."
max = 10
"#;

/// A clan that is registered and scored with full marks by the set.
fn clan(subject: SubjectId, at: &Places) -> Vec<Change> {
    let title = Title::LearningClan;
    let form: DocumentId = AssessmentId::of(subject, title.as_str(), YEAR).into();
    let registration = Registration {
        kind: SubjectKind::Clan,
        shard: at.commune,
        place: at.village,
        fields: [
            ("name".into(), json!("Họ Lò")),
            ("since".into(), json!(2026)),
        ]
        .into_iter()
        .collect(),
        doubts: SortedMap::new(),
    };
    let start = Start {
        subject,
        title,
        year: YEAR,
        criteria: CriteriaSetId::new("dong_ho_thu_2026"),
        facts: Facts::default(),
    };
    let mut changes = vec![
        change(subject.into(), None, ChangeBody::Register(registration)),
        change(form, None, ChangeBody::Start(start)),
    ];
    changes.extend(["DH.A1", "DH.A2"].map(|code| {
        let body = ChangeBody::SetAnswer {
            scorer: Scorer::Village,
            code: CriterionCode::new(code),
            answer: Some(Answer::Points(Points::whole(10))),
        };
        change(form, None, body)
    }));
    changes.push(change(form, None, ChangeBody::Advance(Move::Submit)));
    changes
}

on_both! {
    async fn a_set_that_is_given_later_reaches_phones_and_judges_forms(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let early = phone.sync(&request(clan(new_subject(), &places))).await;
        assert!(!all_received(&early), "nobody knows the set yet");

        let set = add(app.db(), "thu.toml", CLAN, now()).await.expect("taken");
        app.state.criteria.reload(app.db()).await.expect("read again");
        let asking = |known: Option<&str>| SyncRequest {
            criteria: known.map(str::to_owned),
            ..request(Vec::new())
        };
        let builtin = Criteria::builtin();
        let none = phone.sync(&asking(None)).await.criteria;
        assert!(none.is_none(), "an app of the first release has nowhere to keep it");
        let told = phone.sync(&asking(Some(builtin.version()))).await.criteria.expect("news");
        let known = builtin.and(told.readable());
        assert_eq!(known.version(), told.version);
        assert_eq!(known.for_title(Title::LearningClan, YEAR.last_day()), Some(&set));
        let again = phone.sync(&asking(Some(&told.version))).await.criteria;
        assert!(again.is_none(), "told once");

        let answer = phone.sync(&request(clan(new_subject(), &places))).await;
        assert!(all_received(&answer), "{:?}", outcomes(&answer));
        let mut conn = app.db().read().await.expect("a connection");
        let rows = db::rollup::all(&mut conn).await.expect("rows");
        let key = RollupKey { place: places.village, title: Title::LearningClan, year: YEAR };
        let counts = rows.get(&key).map(|total| total.counts).expect("a row");
        assert_eq!((counts.scored, counts.passed), (1, 1));
        drop(conn);
        // Whoever recounts knows the set too.
        app.assert_counts_agree().await;
    }

    async fn a_set_holds_for_good_and_a_wrong_file_is_told_by_its_line(app: TestApp) {
        add(app.db(), "thu.toml", CLAN, now()).await.expect("taken");
        let again = add(app.db(), "thu.toml", &CLAN.replace("min_total = 15", "min_total = 5"), now()).await;
        assert!(matches!(again, Err(NotAdded::Taken(_))), "{again:?}");
        let own = include_str!("../../../../shared/criteria/gia_dinh_448.toml");
        let builtin = add(app.db(), "gia_dinh.toml", own, now()).await;
        assert!(matches!(builtin, Err(NotAdded::Taken(_))), "{builtin:?}");
        let wrong = add(app.db(), "sai.toml", &CLAN.replace("max = 10", "max = -1"), now()).await;
        let told = wrong.expect_err("not taken").to_string();
        assert!(told.starts_with("sai.toml, dòng "), "{told}");
    }
}
