//! Changes and requests as a phone makes them. Ids are fresh: version 7, as a device's.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use shared::SortedMap;
use shared::assessment::Move;
use shared::calendar::Year;
use shared::change::{Change, ChangeBody, Registration, Start};
use shared::criteria::{Criteria, CriteriaSet, CriterionCode, Points, Title};
use shared::document::{FieldName, Scorer};
use shared::ids::{AssessmentId, ChangeId, DeviceId, DocumentId, SubjectId, UnitId};
use shared::kind::SubjectKind;
use shared::scoring::{Answer, Facts};
use shared::sync::{Carried, PROTOCOL, SyncRequest, SyncResponse};
use uuid::Uuid;

use super::request::Browser;

pub const YEAR: Year = Year::new(2026).expect("a year of the movement");

pub fn family_set() -> &'static CriteriaSet {
    Criteria::builtin()
        .for_title(Title::LearningFamily, YEAR.last_day())
        .expect("a family set is built in")
}

pub fn change(doc: DocumentId, seen: Option<ChangeId>, body: ChangeBody) -> Change {
    Change {
        id: ChangeId::from_uuid(Uuid::now_v7()),
        doc,
        seen,
        made_at: super::now(),
        body,
    }
}

pub fn new_subject() -> SubjectId {
    SubjectId::from_uuid(Uuid::now_v7())
}

pub fn form_of(subject: SubjectId) -> DocumentId {
    AssessmentId::of(subject, Title::LearningFamily.as_str(), YEAR).into()
}

pub fn register(subject: SubjectId, shard: UnitId, place: UnitId, name: &str) -> Change {
    let fields = [
        (FieldName::from("name"), json!(name)),
        (FieldName::from("members"), json!(5)),
        (FieldName::from("children"), json!(2)),
        (FieldName::from("since"), json!(2024)),
    ];
    let registration = Registration {
        kind: SubjectKind::Household,
        shard,
        place,
        fields: fields.into_iter().collect(),
        doubts: SortedMap::new(),
    };
    change(subject.into(), None, ChangeBody::Register(registration))
}

pub fn start(subject: SubjectId) -> Change {
    let start = Start {
        subject,
        title: Title::LearningFamily,
        year: YEAR,
        criteria: family_set().id.clone(),
        facts: Facts::default(),
    };
    change(form_of(subject), None, ChangeBody::Start(start))
}

pub fn answer(subject: SubjectId, code: &str, points: i32) -> Change {
    let body = ChangeBody::SetAnswer {
        scorer: Scorer::Village,
        code: CriterionCode::new(code),
        answer: Some(Answer::Points(Points::whole(points))),
    };
    change(form_of(subject), None, body)
}

pub fn step(subject: SubjectId, step: Move) -> Change {
    change(form_of(subject), None, ChangeBody::Advance(step))
}

pub fn set_field(subject: SubjectId, seen: Option<ChangeId>, field: &str, value: Value) -> Change {
    let body = ChangeBody::SetField {
        field: field.into(),
        value,
    };
    change(subject.into(), seen, body)
}

/// A family scored from the beginning to the end, with full marks.
pub fn scored(subject: SubjectId, shard: UnitId, place: UnitId, name: &str) -> Vec<Change> {
    let mut changes = vec![register(subject, shard, place, name), start(subject)];
    changes.extend(family_set().indicators().map(|indicator| {
        let body = ChangeBody::SetAnswer {
            scorer: Scorer::Village,
            code: indicator.code.clone(),
            answer: Some(match indicator.max {
                Some(max) => Answer::Points(max),
                None => Answer::Met(true),
            }),
        };
        change(form_of(subject), None, body)
    }));
    changes.push(step(subject, Move::Submit));
    changes
}

/// An exchange of a phone that has not read anything yet.
pub fn request(changes: Vec<Change>) -> SyncRequest {
    SyncRequest {
        user: None,
        device: DeviceId::from_uuid(Uuid::from_u128(0xd0)),
        app_version: "0.1.0".into(),
        protocol: PROTOCOL,
        server: None,
        epoch: None,
        scope: None,
        cursors: SortedMap::new(),
        unsent: u32::try_from(changes.len()).unwrap_or(u32::MAX),
        changes: changes.into_iter().map(Carried::Known).collect(),
        oldest_unsent: None,
        clock: Some(super::now()),
        persisted: Some(true),
        criteria: None,
        campaign: None,
    }
}

/// The next exchange of a phone that got this answer.
pub fn after(response: &SyncResponse, changes: Vec<Change>) -> SyncRequest {
    SyncRequest {
        server: Some(response.server),
        epoch: Some(response.epoch),
        scope: Some(response.scope.clone()),
        cursors: response.cursors.clone(),
        ..request(changes)
    }
}

/// The outcomes in order, as JSON.
pub fn outcomes(response: &SyncResponse) -> Vec<Value> {
    response
        .receipts
        .iter()
        .map(|receipt| serde_json::to_value(&receipt.outcome).expect("JSON"))
        .collect()
}

pub fn all_received(response: &SyncResponse) -> bool {
    response.receipts.iter().all(|it| it.outcome.is_received())
}

/// A form of a year, scored with full marks and sent at a moment.
pub fn scored_in(family: SubjectId, year: Year, at: DateTime<Utc>) -> Vec<Change> {
    let form: DocumentId = AssessmentId::of(family, Title::LearningFamily.as_str(), year).into();
    let set = Criteria::builtin()
        .for_title(Title::LearningFamily, year.last_day())
        .expect("a set");
    let begun = Start {
        subject: family,
        title: Title::LearningFamily,
        year,
        criteria: set.id.clone(),
        facts: Facts::default(),
    };
    let mut changes = vec![change(form, None, ChangeBody::Start(begun))];
    changes.extend(set.indicators().map(|asked| {
        let body = ChangeBody::SetAnswer {
            scorer: Scorer::Village,
            code: asked.code.clone(),
            answer: Some(asked.max.map_or(Answer::Met(true), Answer::Points)),
        };
        change(form, None, body)
    }));
    changes.push(change(form, None, ChangeBody::Advance(Move::Submit)));
    for change in &mut changes {
        change.made_at = at;
    }
    changes
}

/// Sends changes that must all be received.
pub async fn send(browser: &Browser, changes: Vec<Change>) {
    let answer = browser.sync(&request(changes)).await;
    assert!(all_received(&answer), "{:?}", outcomes(&answer));
}
