//! People, places and changes with fixed ids and times.

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use shared::SortedMap;
use shared::access::{Actor, Role, Scope};
use shared::calendar::{self, Year};
use shared::change::{Change, ChangeBody, Registration, Start};
use shared::criteria::{Criteria, CriteriaSet, CriterionCode, Points, Title};
use shared::document::{Document, FieldName, Scorer};
use shared::ids::{AssessmentId, ChangeId, DocumentId, SubjectId, UnitId, UserId};
use shared::kind::SubjectKind;
use shared::org_unit::OrgTree;
use shared::scoring::{Answer, Facts};
use shared::sync::{Map, Terms};
use uuid::Uuid;

pub fn year() -> Year {
    Year::new(2026).expect("a year of the movement")
}

pub fn commune() -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(1))
}

pub fn area() -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(2))
}

pub fn village(number: u128) -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(100 + number))
}

/// The officer of village `number`.
pub fn officer(number: u128) -> Actor {
    Actor {
        user: UserId::from_uuid(Uuid::from_u128(200 + number)),
        name: format!("Cán bộ bản {number}"),
        role: Role::VillageOfficer,
        scope: Scope::villages([(commune(), village(number))]),
    }
}

/// Another officer of the same village.
pub fn second_officer(number: u128) -> Actor {
    Actor {
        user: UserId::from_uuid(Uuid::from_u128(300 + number)),
        ..officer(number)
    }
}

pub fn commune_actor(role: Role) -> Actor {
    Actor {
        user: UserId::from_uuid(Uuid::from_u128(400)),
        name: "Cán bộ xã".into(),
        role,
        scope: Scope::Communes([commune()].into()),
    }
}

/// Somebody of an area that the commune lies in.
pub fn area_actor(role: Role) -> Actor {
    Actor {
        scope: Scope::Area {
            own: [area()].into(),
            communes: [commune()].into(),
        },
        ..commune_actor(role)
    }
}

pub fn sets() -> &'static [CriteriaSet] {
    Criteria::builtin().sets()
}

/// What holds for a batch, by the map of a tree.
pub fn terms_on(tree: &OrgTree) -> Terms<'_> {
    Terms {
        criteria: sets(),
        map: Map {
            tree,
            day: calendar::day(noon()),
        },
        now: noon(),
    }
}

/// What holds for a batch whose places are settled.
pub fn terms() -> Terms<'static> {
    static NO_UNITS: LazyLock<OrgTree> = LazyLock::new(OrgTree::default);
    terms_on(&NO_UNITS)
}

/// For changes that rest on no other document.
pub fn nothing<'a>(_: DocumentId) -> Option<&'a Document> {
    None
}

pub fn change_id(number: u128) -> ChangeId {
    ChangeId::from_uuid(Uuid::from_u128(0x7000 + number))
}

pub fn noon() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-20T05:00:00Z")
        .unwrap()
        .to_utc()
}

pub fn household(number: u128) -> SubjectId {
    SubjectId::from_uuid(Uuid::from_u128(
        0x0190_0000_0000_7000_8000_0000_0000_9000 + number,
    ))
}

pub fn assessment_of(subject: SubjectId) -> DocumentId {
    AssessmentId::of(subject, Title::LearningFamily.as_str(), year()).into()
}

/// A change whose id and time follow from its number.
pub fn change(number: u128, doc: DocumentId, seen: Option<ChangeId>, body: ChangeBody) -> Change {
    Change {
        id: change_id(number),
        doc,
        seen,
        made_at: noon() + TimeDelta::seconds(i64::try_from(number).unwrap()),
        body,
    }
}

pub fn register(number: u128, subject: SubjectId, place: UnitId, name: &str) -> Change {
    let fields = [
        (FieldName::from("name"), json!(name)),
        (FieldName::from("birth_year"), json!(1974)),
        (FieldName::from("members"), json!(5)),
        (FieldName::from("children"), json!(2)),
        (FieldName::from("since"), json!(2024)),
    ];
    let registration = Registration {
        kind: SubjectKind::Household,
        shard: commune(),
        place,
        fields: fields.into_iter().collect(),
        doubts: SortedMap::new(),
    };
    change(
        number,
        subject.into(),
        None,
        ChangeBody::Register(registration),
    )
}

pub fn start(number: u128, subject: SubjectId) -> Change {
    let start = Start {
        subject,
        title: Title::LearningFamily,
        year: year(),
        criteria: sets()
            .iter()
            .find(|set| set.title == Title::LearningFamily)
            .expect("a family set is built in")
            .id
            .clone(),
        facts: Facts::default(),
    };
    change(
        number,
        assessment_of(subject),
        None,
        ChangeBody::Start(start),
    )
}

pub fn answer(
    number: u128,
    subject: SubjectId,
    seen: Option<ChangeId>,
    code: &str,
    points: i32,
) -> Change {
    let body = ChangeBody::SetAnswer {
        scorer: Scorer::Village,
        code: CriterionCode::new(code),
        answer: Some(Answer::Points(Points::whole(points))),
    };
    change(number, assessment_of(subject), seen, body)
}

pub fn set_field(
    number: u128,
    subject: SubjectId,
    seen: Option<ChangeId>,
    field: &str,
    value: Value,
) -> Change {
    let body = ChangeBody::SetField {
        field: field.into(),
        value,
    };
    change(number, subject.into(), seen, body)
}

/// Answers to every criterion of the family set: full marks for what has points, yes for what has none.
pub fn full_answers(from: u128, subject: SubjectId) -> Vec<Change> {
    let set = sets()
        .iter()
        .find(|set| set.title == Title::LearningFamily)
        .expect("a family set is built in");
    set.groups
        .iter()
        .flat_map(|group| &group.indicators)
        .zip(from..)
        .map(|(indicator, number)| {
            let body = ChangeBody::SetAnswer {
                scorer: Scorer::Village,
                code: indicator.code.clone(),
                answer: Some(match indicator.max {
                    Some(max) => Answer::Points(max),
                    None => Answer::Met(true),
                }),
            };
            change(number, assessment_of(subject), None, body)
        })
        .collect()
}
