//! `/commune/queue/{form}/answer` where what is asked is measured: a share, or a result from outside.

use axum::http::{StatusCode, header};
use serde_json::json;
use shared::SortedMap;
use shared::assessment::Move;
use shared::calendar::Year;
use shared::change::{Change, ChangeBody, Registration, Start};
use shared::criteria::{Criteria, CriteriaSetId, Measure, Title};
use shared::document::{Document, Scorer};
use shared::ids::{AssessmentId, DocumentId, SubjectId};
use shared::kind::SubjectKind;
use shared::scoring::{Answer, Facts};

use crate::support::changes::{YEAR, change, new_subject, send};
use crate::support::request::{Browser, post};
use crate::support::{Places, TestApp, on_both};

const SHARE: &str = "T24.2.1";
const RESULT: &str = "T24.3.4";

fn form_of(unit: SubjectId) -> DocumentId {
    AssessmentId::of(unit, Title::LearningUnit.as_str(), YEAR).into()
}

/// A school that was scored and handed in.
fn scored(unit: SubjectId, at: &Places) -> Vec<Change> {
    let criteria = CriteriaSetId::new("don_vi_tt24_huyen");
    let set = Criteria::builtin().find(&criteria).expect("a built-in set");
    let registration = Registration {
        kind: SubjectKind::Unit,
        shard: at.commune,
        place: at.village,
        fields: [
            ("name".into(), json!("Trường Tiểu học Mường So")),
            ("managed_by".into(), json!("district")),
            ("general_school".into(), json!(true)),
            ("since".into(), json!(2026)),
        ]
        .into_iter()
        .collect(),
        doubts: SortedMap::new(),
    };
    let start = Start {
        subject: unit,
        title: Title::LearningUnit,
        year: YEAR,
        criteria,
        facts: Facts::default(),
    };
    let mut changes = vec![
        change(unit.into(), None, ChangeBody::Register(registration)),
        change(form_of(unit), None, ChangeBody::Start(start)),
    ];
    changes.extend(set.indicators().map(|asked| {
        let body = ChangeBody::SetAnswer {
            scorer: Scorer::Village,
            code: asked.code.clone(),
            answer: Some(match asked.measure {
                Some(Measure::Share) => Answer::Share {
                    part: 38,
                    whole: 40,
                },
                Some(Measure::Result) => Answer::Result {
                    level: 1,
                    year: YEAR,
                },
                None => Answer::Met(true),
            }),
        };
        change(form_of(unit), None, body)
    }));
    changes.push(change(
        form_of(unit),
        None,
        ChangeBody::Advance(Move::Submit),
    ));
    changes
}

struct Waiting {
    app: TestApp,
    officer: Browser,
    unit: SubjectId,
    page: String,
}

impl Waiting {
    async fn of(app: TestApp) -> Self {
        let unit = new_subject();
        send(&app.sign_in("ban1").await, scored(unit, &app.places())).await;
        let officer = app.sign_in("xa").await;
        let address = format!("/commune/queue/{}?state=waiting", form_of(unit));
        let page = officer.get(&address).await.text();
        Self {
            app,
            officer,
            unit,
            page,
        }
    }

    /// The part of the page in which a criterion is answered, or the last answer is taken back.
    fn asked(&self, code: &str, is_back: bool) -> &str {
        let wanted = format!("name=\"code\" value=\"{code}\"");
        let mut parts = self
            .page
            .split("<form")
            .map(|it| it.split("</form").next().unwrap_or_default());
        let found =
            parts.find(|it| it.contains(&wanted) && it.contains("name=\"back\"") == is_back);
        found.unwrap_or_else(|| panic!("{code} in {}", self.page))
    }

    fn value(&self, code: &str, name: &str, is_back: bool) -> Option<String> {
        let (_, after) = self
            .asked(code, is_back)
            .split_once(&format!(" name=\"{name}\""))?;
        let tag = after.split('>').next()?;
        let (_, value) = tag.split_once("value=\"")?;
        Some(value.split('"').next()?.replace("&amp;", "&"))
    }

    /// Sends what the form of a criterion holds with what is written into it, and follows where that leads: its address.
    async fn send(
        &mut self,
        code: &str,
        written: &[(&'static str, &str)],
        is_back: bool,
    ) -> String {
        let kept = ["looked", "code", "queue", "measure", "back", "answer"].into_iter();
        let kept = kept.filter_map(|name| Some((name, self.value(code, name, is_back)?)));
        // A button that is not pressed sends nothing.
        let kept = kept.filter(|(name, _)| is_back || *name != "answer");
        let written = written
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        let fields: Vec<_> = kept.chain(written).collect();
        let to = format!("/commune/queue/{}/answer", form_of(self.unit));
        let answer = post(&self.officer, &to, &fields).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{fields:?}: {}",
            answer.text()
        );
        let to = answer.header(header::LOCATION).expect("a page").to_owned();
        self.page = self.officer.get(&to).await.text();
        to
    }

    async fn stands(&self, code: &str) -> Option<Answer> {
        let mut conn = self.app.db().read().await.expect("a connection");
        let form = server::db::documents::by_id(&mut conn, form_of(self.unit)).await;
        let form: Document = form.expect("a database").expect("a form");
        form.answer(Scorer::Commune, &shared::criteria::CriterionCode::new(code))
    }
}

on_both! {
    async fn a_share_is_written_as_two_numbers_and_taken_back(app: TestApp) {
        let mut at = Waiting::of(app).await;
        assert_eq!(at.value(SHARE, "first", false).as_deref(), Some(""));
        let to = at.send(SHARE, &[("first", "20"), ("second", "40")], false).await;
        assert!(to.contains("told=answer&") && to.contains("state=waiting"), "{to}");
        assert!(at.page.contains(": 20/40 (50"), "{}", at.page);
        assert_eq!(at.stands(SHARE).await, Some(Answer::Share { part: 20, whole: 40 }));
        // What stands is what is changed.
        assert_eq!(at.value(SHARE, "second", false).as_deref(), Some("40"));
        at.send(SHARE, &[("first", "1.036"), ("second", "1.040")], false).await;
        assert_eq!(at.stands(SHARE).await, Some(Answer::Share { part: 1_036, whole: 1_040 }));
        let to = at.send(SHARE, &[], true).await;
        assert!(to.contains("told=answer_back"), "{to}");
        assert_eq!(at.stands(SHARE).await, Some(Answer::Share { part: 20, whole: 40 }));
        // As the village.
        at.send(SHARE, &[("answer", ""), ("first", "20"), ("second", "40")], false).await;
        assert_eq!(at.stands(SHARE).await, None);
        at.app.assert_counts_agree().await;
    }

    async fn a_result_is_a_level_and_its_year(app: TestApp) {
        let mut at = Waiting::of(app).await;
        // For the year that is judged, until somebody writes another.
        assert_eq!(at.value(RESULT, "second", false), Some(YEAR.to_string()));
        at.send(RESULT, &[("first", "2"), ("second", "2026")], false).await;
        assert_eq!(at.stands(RESULT).await, Some(Answer::Result { level: 2, year: YEAR }));
        assert!(at.page.contains("mức 2, năm 2026"), "{}", at.page);
        at.send(RESULT, &[("answer", "exempt"), ("first", "2"), ("second", "2026")], false).await;
        assert_eq!(at.stands(RESULT).await, Some(Answer::Exempt));
        let to = at.send(RESULT, &[], true).await;
        assert!(to.contains("told=answer_back"), "{to}");
        let year = Year::new(2026).expect("a year");
        assert_eq!(at.stands(RESULT).await, Some(Answer::Result { level: 2, year }));
        at.app.assert_counts_agree().await;
    }

    async fn what_makes_no_answer_stays_to_be_mended(app: TestApp) {
        let mut at = Waiting::of(app).await;
        for (code, first, second, said) in [
            (SHARE, "41", "40", "41 nhiều hơn tất cả (40)"),
            (SHARE, "36", "", "Hãy ghi cả hai số."),
            (SHARE, "0", "0", "phải từ 1 trở lên"),
            (SHARE, "1", "10000001", "cao nhất là 10.000.000"),
            (SHARE, "36,5", "40", "Hãy ghi số nguyên"),
            (RESULT, "", "2026", "Hãy ghi cả mức và năm."),
            (RESULT, "10", "2026", "Mức từ 0 đến 9."),
            (RESULT, "1", "26", "đủ bốn chữ số"),
        ] {
            let to = at.send(code, &[("first", first), ("second", second)], false).await;
            assert!(to.contains("told=mistyped") && to.contains("state=waiting"), "{to}");
            let form = at.asked(code, false);
            assert!(form.contains(said), "{said}: {form}");
            assert!(form.contains("aria-invalid=\"true\""), "{form}");
            let mut folded = at.page.split("<details");
            let of_code = format!("name=\"code\" value=\"{code}\"");
            let folded = folded.find(|it| it.contains(&of_code)).expect("it is folded");
            let head = folded.split('>').next().expect("a tag");
            assert!(head.starts_with(" open "), "{head}");
            assert_eq!(at.value(code, "first", false).as_deref(), Some(first));
            assert_eq!(at.value(code, "second", false).as_deref(), Some(second));
            assert_eq!(at.stands(code).await, None);
        }
        // What nobody types is not said again whole.
        let long = "9".repeat(5_000);
        let to = at.send(SHARE, &[("first", &long), ("second", "40")], false).await;
        assert!(to.len() < 1_000, "{to}");
        // A form that is made by hand: one kind of measure where the other is asked.
        let wrong = [("looked", "1"), ("code", SHARE), ("measure", "result"), ("first", "1"), ("second", "2026")];
        let looked = at.value(SHARE, "looked", false).expect("a state");
        let wrong = wrong.map(|(name, value)| (name, if name == "looked" { looked.clone() } else { value.to_owned() }));
        let address = format!("/commune/queue/{}/answer", form_of(at.unit));
        let answer = post(&at.officer, &address, &wrong).await;
        assert!(answer.header(header::LOCATION).expect("a page").contains("refused="));
        let answer = post(&at.officer, &address, &wrong[..2]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        at.app.assert_counts_agree().await;
    }
}
