//! The JSON that phones have on disk and send: once released, a form is only ever added to.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shared::SortedMap;
use shared::assessment::{Move, StageName};
use shared::change::{Change, ChangeBody, Refusal};
use shared::criteria::{CriterionCode, Points, Title};
use shared::document::Document;
use shared::evidence::{Evidence, EvidenceProblem, FileHash, MediaType, Medium};
use shared::ids::{AssessmentId, SubjectId};
use shared::kind::SubjectKind;
use shared::scoring::Answer;
use shared::sync::{
    Intake, Meta, Outcome, Pending, PendingState, Receipt, SyncRequest, SyncResponse, UNDERSTANDS,
};
use uuid::Uuid;

use crate::support::*;

/// The value is written like this, and what is written like this is read as the value.
fn snapshot<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T, wire: Value) {
    assert_eq!(serde_json::to_value(value).unwrap(), wire);
    assert_eq!(
        &serde_json::from_str::<T>(&wire.to_string()).unwrap(),
        value
    );
}

#[test]
fn a_map_of_nothing_is_written_as_an_object_and_also_read_as_a_list() {
    let written = json!({
        "id": SUBJECT,
        "about": {"subject": "household"},
        "shard": COMMUNE,
        "place": VILLAGE,
        "made": {"change": CHANGE_1, "by": SUBJECT, "at": "2026-11-20T05:00:01Z"},
        "fields": {},
        "seq": 0,
    });
    let mut as_list = written.clone();
    as_list["fields"] = json!([]);
    for json in [&written, &as_list] {
        let read: Document = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), written);
    }
}

/// A phone of an older version cannot read a document with anything else in its head.
#[test]
fn what_this_version_understands_is_counted() {
    let kinds = SubjectKind::ALL.map(SubjectKind::as_str).join(" ");
    let titles = Title::ALL.map(Title::as_str).join(" ");
    let stages = StageName::ALL.map(StageName::as_str).join(" ");
    assert_eq!(
        [kinds, titles, stages],
        [
            "household clan village unit citizen commune district province",
            "learning_family learning_clan learning_village learning_unit learning_citizen learning_commune learning_district learning_province",
            "registered in_progress submitted returned verified proposed recognised not_eligible withdrawn exempt revoked",
        ],
        "raise shared::sync::UNDERSTANDS, and write both down here"
    );
    assert_eq!(UNDERSTANDS, 3);
}

#[test]
fn where_the_feed_was_left_is_read_by_older_and_newer_versions() {
    let of_before = json!({"cursors": {COMMUNE: 7}, "held": 12});
    let read: Meta = serde_json::from_value(of_before.clone()).unwrap();
    assert_eq!(read.stepped_over, None);
    let written = serde_json::to_value(&read).unwrap();
    assert_eq!(written.get("stepped_over"), None);
    let mut newer = of_before;
    newer["stepped_over"] = json!(3);
    newer["sung"] = json!({"by": "Mới"});
    let read: Meta = serde_json::from_value(newer).unwrap();
    assert_eq!(read.stepped_over, Some(3));
    assert_eq!(serde_json::to_value(&read).unwrap()["stepped_over"], 3);
}

const SUBJECT: &str = "01900000-0000-7000-8000-000000009001";
const CHANGE_1: &str = "00000000-0000-0000-0000-000000007001";
const COMMUNE: &str = "00000000-0000-0000-0000-000000000001";
const VILLAGE: &str = "00000000-0000-0000-0000-000000000065";
const OFFICER: &str = "00000000-0000-0000-0000-0000000000c9";

#[test]
fn changes() {
    snapshot(
        &register(1, household(1), village(1), "Lò Văn Pâng"),
        json!({
            "id": CHANGE_1,
            "doc": SUBJECT,
            "made_at": "2026-11-20T05:00:01Z",
            "body": {"register": {
                "kind": "household",
                "shard": COMMUNE,
                "place": VILLAGE,
                "fields": {"birth_year": 1974, "children": 2, "members": 5, "name": "Lò Văn Pâng", "since": 2024},
            }},
        }),
    );
    let doc = assessment_of(household(1)).to_string();
    snapshot(
        &answer(1, household(1), Some(change_id(1)), "GD.1a", 10),
        json!({
            "id": CHANGE_1,
            "doc": doc,
            "seen": CHANGE_1,
            "made_at": "2026-11-20T05:00:01Z",
            "body": {"set_answer": {"scorer": "village", "code": "GD.1a", "answer": 10}},
        }),
    );
    let bodies = [
        (
            ChangeBody::Advance(Move::Submit),
            json!({"advance": "submit"}),
        ),
        (
            ChangeBody::Advance(Move::Return {
                comment: "Xem lại".into(),
                remarks: SortedMap::new(),
            }),
            json!({"advance": {"return": {"comment": "Xem lại"}}}),
        ),
        (
            ChangeBody::Advance(Move::Return {
                comment: "Xem lại".into(),
                remarks: [(CriterionCode::new("GD.1a"), "Thiếu giấy".into())]
                    .into_iter()
                    .collect(),
            }),
            json!({"advance": {"return": {"comment": "Xem lại", "remarks": {"GD.1a": "Thiếu giấy"}}}}),
        ),
        (
            ChangeBody::Move {
                shard: commune(),
                place: village(1),
            },
            json!({"move": {"shard": COMMUNE, "place": VILLAGE}}),
        ),
        (
            ChangeBody::Settle {
                field: "members".into(),
                value: json!(6),
            },
            json!({"settle": {"field": "members", "value": 6}}),
        ),
        (
            ChangeBody::SetField {
                field: "poor".into(),
                value: json!(true),
            },
            json!({"set_field": {"field": "poor", "value": true}}),
        ),
        (
            ChangeBody::Attach {
                hash: FileHash::from_digest([0xa7; 32]),
                evidence: Evidence {
                    medium: Medium::Photo,
                    media_type: MediaType::Jpeg,
                    bytes: 183_211,
                    name: None,
                    criterion: Some(CriterionCode::new("GD.1a")),
                },
            },
            json!({"attach": {
                "hash": "a7".repeat(32),
                "evidence": {
                    "medium": "photo",
                    "media_type": "image/jpeg",
                    "bytes": 183_211,
                    "criterion": "GD.1a",
                },
            }}),
        ),
        (
            ChangeBody::Attach {
                hash: FileHash::from_digest([0xa7; 32]),
                evidence: Evidence {
                    medium: Medium::Document,
                    media_type: MediaType::Pdf,
                    bytes: 9,
                    name: Some("Biên bản họp bản".into()),
                    criterion: None,
                },
            },
            json!({"attach": {
                "hash": "a7".repeat(32),
                "evidence": {
                    "medium": "document",
                    "media_type": "application/pdf",
                    "bytes": 9,
                    "name": "Biên bản họp bản",
                },
            }}),
        ),
        (
            ChangeBody::Detach {
                hash: FileHash::from_digest([0xa7; 32]),
            },
            json!({"detach": {"hash": "a7".repeat(32)}}),
        ),
    ];
    for (body, wire) in bodies {
        snapshot(&body, wire);
    }
}

#[test]
fn answers() {
    snapshot(&Answer::Points(Points::whole(10)), json!(10));
    snapshot(&Answer::Points(Points::from_halves(15)), json!(7.5));
    snapshot(&Answer::Met(true), json!(true));
    snapshot(&Answer::Exempt, json!("exempt"));
    for wrong in ["10.25", "\"maybe\"", "null", "[]", "1e300"] {
        assert!(serde_json::from_str::<Answer>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn documents() {
    let mut intake = Intake::default();
    intake.receive(
        &officer(1),
        &terms(),
        register(1, household(1), village(1), "Lò Văn Pâng"),
    );
    intake.receive(&officer(1), &terms(), start(2, household(1)));
    let subject: Document = intake.documents[&household(1).into()].clone();
    let made = json!({"change": CHANGE_1, "by": OFFICER, "at": "2026-11-20T05:00:01Z"});
    snapshot(
        &subject,
        json!({
            "id": SUBJECT,
            "about": {"subject": "household"},
            "shard": COMMUNE,
            "place": VILLAGE,
            "made": made,
            "fields": {"birth_year": 1974, "children": 2, "members": 5, "name": "Lò Văn Pâng", "since": 2024},
            "seq": 1,
        }),
    );
    let assessment = &intake.documents[&assessment_of(household(1))];
    let wire = serde_json::to_value(assessment).unwrap();
    assert_eq!(
        wire["about"],
        json!({"assessment": {
            "subject": SUBJECT,
            "title": "learning_family",
            "year": 2026,
            "criteria": "gia_dinh_448",
            "facts": {"children": 2},
            "stage": "registered",
        }})
    );
    // The id is derived; if this ever changes, phones begin second assessments.
    let subject = SubjectId::from_uuid(Uuid::from_u128(0x9001));
    let derived = AssessmentId::of(subject, "learning_family", year());
    assert_eq!(derived.to_string(), "a483a605-e2ba-5927-9182-7f6d493cd759");
}

#[test]
fn receipts() {
    snapshot(
        &Receipt {
            change: change_id(1),
            outcome: Outcome::Received { seq: 7 },
        },
        json!({"change": CHANGE_1, "outcome": {"received": {"seq": 7}}}),
    );
    snapshot(
        &Outcome::Refused(Refusal::Incomplete {
            missing: vec![CriterionCode::new("GD.1b")],
        }),
        json!({"refused": {"incomplete": {"missing": ["GD.1b"]}}}),
    );
    snapshot(
        &Outcome::Refused(Refusal::UnknownDocument),
        json!({"refused": "unknown_document"}),
    );
    snapshot(
        &Outcome::Refused(Refusal::Evidence {
            problem: EvidenceProblem::TooMany { max: 30 },
        }),
        json!({"refused": {"evidence": {"problem": {"too_many": {"max": 30}}}}}),
    );
}

#[test]
fn a_reason_of_a_newer_kind_does_not_make_the_answer_unreadable() {
    for newer in [
        json!("from_the_future"),
        json!({"quota": {"left": 3, "of": [1, 2]}}),
        json!({"evidence": {"problem": "blurred"}}),
        json!({"closed": {"stage": "archived"}}),
        json!(7),
        json!(null),
    ] {
        let response: SyncResponse = serde_json::from_value(json!({
            "server": CHANGE_1,
            "epoch": CHANGE_1,
            "scope": "x",
            "receipts": [
                {"change": CHANGE_1, "outcome": {"refused": newer}},
                {"change": CHANGE_1, "outcome": {"received": {"seq": 7}}},
            ],
            "documents": [],
            "cursors": {},
            "server_time": "2026-11-20T05:00:00Z",
            "min_app_version": "0.1.0",
        }))
        .unwrap();
        let outcomes: Vec<Outcome> = response.receipts.into_iter().map(|it| it.outcome).collect();
        assert_eq!(
            outcomes,
            [
                Outcome::Refused(Refusal::Unreadable),
                Outcome::Received { seq: 7 }
            ],
            "{newer}"
        );
        // And a phone that was given an older app again still reads what it has stored.
        let stored: PendingState = serde_json::from_value(json!({
            "refused": {"refusal": newer, "at": "2026-11-20T05:00:00Z"},
        }))
        .unwrap();
        assert!(matches!(
            stored,
            PendingState::Refused {
                refusal: Refusal::Unreadable,
                ..
            }
        ));
    }
}

#[test]
fn what_a_phone_stores() {
    let pending = Pending {
        order: 3,
        change: shared::sync::Carried::Known(set_field(1, household(1), None, "members", json!(6))),
        state: PendingState::Offered,
        known_in: None,
    };
    snapshot(
        &pending,
        json!({
            "order": 3,
            "change": {
                "id": CHANGE_1,
                "doc": SUBJECT,
                "made_at": "2026-11-20T05:00:01Z",
                "body": {"set_field": {"field": "members", "value": 6}},
            },
            "state": "offered",
        }),
    );
}

#[test]
fn a_phone_of_the_first_release_is_understood() {
    // As little as it may send; everything else is optional.
    let request: SyncRequest = serde_json::from_value(json!({
        "device": CHANGE_1,
        "app_version": "0.1.0",
        "protocol": 1,
    }))
    .unwrap();
    assert!(request.changes.is_empty());
    let response: SyncResponse = serde_json::from_value(json!({
        "server": CHANGE_1,
        "epoch": CHANGE_1,
        "scope": "x",
        "receipts": [],
        "documents": [],
        "cursors": {},
        "server_time": "2026-11-20T05:00:00Z",
        "min_app_version": "0.1.0",
        "something_new": {"from": "the future"},
    }))
    .unwrap();
    assert!(!response.more);
}

#[test]
fn an_unknown_key_inside_a_change_is_no_reason_to_refuse_it() {
    let mut wire =
        serde_json::to_value(set_field(1, household(1), None, "members", json!(6))).unwrap();
    wire["mood"] = json!("good");
    assert!(serde_json::from_value::<Change>(wire).is_ok());
}
