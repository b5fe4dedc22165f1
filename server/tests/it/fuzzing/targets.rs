//! What is fed, and the laws that hold for any input.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use server::import;
use server::import::list::{self, Tables};
use server::routes::tus;
use shared::access::{Actor, Role, Scope};
use shared::calendar;
use shared::criteria::{Criteria, CriteriaSet};
use shared::document::Document;
use shared::ids::{UnitId, UserId};
use shared::kind::SubjectKind;
use shared::org_unit::{Dated, OrgTree, OrgUnit, UnitKind};
use shared::sealed::{HEAD_LENGTH, Opened};
use shared::sync::{Carried, Intake, Map, SyncRequest, Terms};
use uuid::Uuid;

use super::Target;
use crate::support::changes::YEAR;

pub const SYNC: Target = Target {
    name: "sync",
    read: sync,
    words: &[
        r#""value":"#,
        r#""field":"#,
        r#"[[[["#,
        r#"{"points":10}"#,
        "null",
        "2147483647",
        r#""seen":"#,
        "set_field",
        "set_answer",
        "advance",
        "settle",
        "doubt",
        "attach",
        "detach",
        "move",
        r#""made_at":"2026-11-25T02:22:44Z""#,
        r#""1900-01-01T00:00:00Z""#,
        "submit",
        "verify",
        "return",
    ],
};

pub const SHEET: Target = Target {
    name: "sheet",
    read: sheet,
    words: &[
        "Họ và tên",
        "STT",
        "Năm sinh",
        "Số khẩu",
        "Bản",
        ";",
        ",",
        "\t",
        "\"",
        "Tổng cộng",
        "<row r=\"9\">",
        "<c r=\"ZZZ9\" t=\"s\"><v>",
        "</c>",
        "&#x0;",
        "<mergeCell ref=\"A1:XFD1048576\"/>",
        "PK\u{3}\u{4}",
    ],
};

pub const CRITERIA: Target = Target {
    name: "criteria",
    read: criteria_set,
    words: &[
        "[[group]]",
        "[[group.indicator]]",
        "code = \"",
        "max = ",
        "step = ",
        "floor = ",
        "title = ",
        "valid_from = ",
        "status = \"complete\"",
        "2026-01-01",
        "'''",
        "\"\"\"",
        "= [",
        "{ ",
    ],
};

pub const LETTER: Target = Target {
    name: "letter",
    read: letter,
    words: &[
        r#""changes":["#,
        r#""files":["#,
        r#"{"hash":""#,
        r#""bytes":18446744073709551615"#,
        r#""mark":"#,
        "[[[[[[",
    ],
};

pub const TUS: Target = Target {
    name: "tus",
    read: tus_headers,
    words: &[
        "upload-offset: ",
        "upload-length: ",
        "upload-metadata: ",
        "hash ",
        "doc ",
        ",",
        " ",
        "aGFzaA==",
        "tus-resumable: 1.0.0",
        "content-type: application/offset+octet-stream",
        "x-http-method-override: PATCH",
    ],
};

fn commune() -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(1))
}

fn village() -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(101))
}

static TREE: LazyLock<OrgTree> = LazyLock::new(|| {
    let since = "2025-07-01".parse().expect("a day");
    OrgTree::new(vec![
        OrgUnit::new(commune(), UnitKind::Commune, "Xã Khổng Lào"),
        OrgUnit {
            parents: vec![Dated::from(commune(), since)],
            ..OrgUnit::new(village(), UnitKind::Village, "Vàng Pheo")
        },
    ])
});

fn officer(role: Role, scope: Scope) -> Actor {
    Actor {
        user: UserId::from_uuid(Uuid::from_u128(7)),
        name: "Cán bộ".to_owned(),
        role,
        scope,
    }
}

/// Whatever is sent, each change with an id gets one answer, the same again; and every document that comes of it is
/// small, and the same after it was written and read.
fn sync(bytes: &[u8]) {
    let Ok(request) = serde_json::from_slice::<SyncRequest>(bytes) else {
        return;
    };
    let now = "2026-11-25T05:00:00Z".parse().expect("a moment");
    let terms = Terms {
        criteria: Criteria::builtin().sets(),
        map: Map {
            tree: &TREE,
            day: calendar::day(now),
        },
        now,
    };
    let mut intake = Intake::default();
    for actor in [
        officer(
            Role::VillageOfficer,
            Scope::villages([(commune(), village())]),
        ),
        officer(Role::CommuneOfficer, Scope::Communes([commune()].into())),
    ] {
        for change in &request.changes {
            let receipt = intake.decide(&actor, &terms, change);
            assert_eq!(receipt.is_some(), change.id().is_some());
            assert_eq!(intake.decide(&actor, &terms, change), receipt);
        }
    }
    for document in intake.documents.values() {
        let text = serde_json::to_string(document).expect("our own types have string keys");
        assert!(text.len() < 600_000, "{} bytes", text.len());
        let read: Document = serde_json::from_str(&text).expect("what was written is read");
        assert_eq!(&read, document);
        // In an answer it lies deeper.
        let carried: Carried<Document> =
            serde_json::from_str(&text).expect("what was written is read");
        assert!(carried.known().is_some());
    }
}

/// Any file is read or named as what it is.
fn sheet(bytes: &[u8]) {
    let sheets = match import::read(bytes) {
        Ok(sheets) => sheets,
        Err(error) => {
            assert!(error.to_string().chars().count() > 10);
            return;
        }
    };
    let kinds = SubjectKind::ALL
        .into_iter()
        .filter(|kind| !kind.is_a_unit());
    for kind in kinds {
        if let Ok(tables) = Tables::find(&sheets, kind) {
            let _ = tables.heading();
            let _ = list::read(&tables, YEAR, &BTreeMap::new());
        }
    }
}

/// A set that is read can be scored with: nothing in it is named twice, and its groups give what they say.
fn criteria_set(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(set) = CriteriaSet::parse("fuzz.toml", text) else {
        return;
    };
    let _ = set.max();
    for indicator in set.indicators() {
        let found = set.indicator(&indicator.code).expect("it is there");
        assert_eq!(found.1.code, indicator.code);
    }
}

/// Files begin and end within the letter, or it is none.
fn letter(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first_chunk::<HEAD_LENGTH>() else {
        return;
    };
    let length = Opened::json_length(*first).unwrap_or(usize::MAX);
    // What the length says is tried, and the text as a whole as well: altered lengths seldom fit.
    for json in [rest.get(..length), Some(rest)].into_iter().flatten() {
        let Ok(opened) = Opened::read(json) else {
            continue;
        };
        let files_at = (HEAD_LENGTH + json.len()) as u64;
        if let Ok(places) = opened.places(files_at, bytes.len() as u64) {
            assert_eq!(places.len(), opened.files.len());
            let ends = places
                .iter()
                .zip(&opened.files)
                .map(|(at, file)| at + file.bytes);
            assert!(ends.max().unwrap_or(files_at) <= bytes.len() as u64);
        }
        for change in opened.changes {
            let _ = Carried::<shared::change::Change>::from(change).id();
        }
    }
}

/// What is announced is read or refused in words.
fn tus_headers(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n').take(64) {
        let at = line.iter().position(|byte| *byte == b':');
        let Some((name, value)) = at.and_then(|at| Some((&line[..at], line.get(at + 1..)?))) else {
            continue;
        };
        let name = HeaderName::from_bytes(name);
        let value = HeaderValue::from_bytes(value.trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    let _ = (tus::is_known_version(&headers), tus::is_patch(&headers));
    let _ = tus::offset(&headers);
    for name in [tus::LENGTH, tus::OFFSET] {
        let _ = tus::number(&headers, &name);
    }
    if let Ok(said) = tus::announced(&headers) {
        for name in ["hash", "doc", "", " "] {
            let _ = said(name);
        }
    }
}
