//! An account that sends whatever the protocol can carry: somebody who was given it in good faith, or who found it.
//!
//! What they send is drawn from a seed. It begins as what an app could send about documents that are there, and is then
//! blown up, torn or repeated. The laws are those of everybody else: the stories of their neighbours hold as if the
//! attacker were not there, and what is in the database can be written, read and carried to a phone.

use serde_json::{Map, Value, json};
use shared::assessment::Move;
use shared::change::{Change, ChangeBody, Registration, Start};
use shared::criteria::{CriteriaSetId, CriterionCode, Title};
use shared::document::{Document, FieldName, Scorer};
use shared::evidence::{Evidence, FileHash, MediaType, Medium};
use shared::ids::{ChangeId, DocumentId, SubjectId, UnitId};
use shared::kind::SubjectKind;
use shared::scoring::Facts;
use uuid::Uuid;

use super::places;
use super::random::Random;
use super::taps;
use super::world::World;

/// How an account is misused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attack {
    /// Well-formed changes of whatever there is, within and outside of what they answer for.
    Meddles,
    /// As many rivals, fields, doubts, remarks or files as fit into a batch, all on one document.
    Floods,
    /// Changes with a part torn out, swapped or blown up.
    Garbles,
    /// Changes that the database fails on, for a cause that nobody has thought of.
    Curses,
}

impl Attack {
    pub const ALL: [Attack; 4] = [
        Attack::Meddles,
        Attack::Floods,
        Attack::Garbles,
        Attack::Curses,
    ];
}

/// Changes in one request. The program takes more; a story is to be short.
const CHANGES: u64 = 24;
/// What marks the attacker's ids: version 7, and a number that no device has.
const OWN_IDS: u128 = 0x7000_8000_0000_0000_0000 | 0xa77a << 16;

/// Draws what is sent.
struct Arsenal<'a> {
    random: Random,
    documents: Vec<&'a Document>,
    decided: Vec<ChangeId>,
    seed: u64,
    made: u64,
    clock: chrono::DateTime<chrono::Utc>,
}

impl World {
    /// The body of a request, as bytes on the wire.
    pub fn hostile(&self, how: Attack, seed: u64) -> Vec<u8> {
        let db = &self.server.db;
        let mut arsenal = Arsenal {
            random: Random::of(seed, 7),
            documents: db.documents.values().collect(),
            decided: db.log.keys().copied().collect(),
            seed,
            made: 0,
            clock: self.clock(),
        };
        let changes: Vec<Value> = match how {
            Attack::Floods => arsenal.flood(),
            Attack::Meddles | Attack::Curses => (0..arsenal.random.between(1, CHANGES))
                .map(|_| arsenal.change())
                .collect(),
            Attack::Garbles => (0..arsenal.random.between(1, CHANGES))
                .map(|_| {
                    let mut change = arsenal.change();
                    arsenal.garble(&mut change, 0);
                    change
                })
                .collect(),
        };
        let scope = ["", "khác"][arsenal.random.below(2)];
        let mut request = json!({
            "device": Uuid::from_u128(0xda77),
            "app_version": "0.1.0",
            "protocol": 1,
            "epoch": db.epoch,
            "scope": scope,
            "cursors": arsenal.cursors(),
            "changes": changes,
        });
        if how == Attack::Garbles && arsenal.random.chance(30) {
            arsenal.garble(&mut request, 0);
        }
        request.to_string().into_bytes()
    }
}

impl Arsenal<'_> {
    /// Cursors that nobody gave out.
    fn cursors(&mut self) -> Value {
        let mut cursors = Map::new();
        for _ in 0..self.random.below(4) {
            let shard = serde_json::to_value(self.unit()).unwrap_or_default();
            let shard = shard.as_str().unwrap_or_default().to_owned();
            let upto = [0, 1, 7, i64::MAX, -1, i64::MIN][self.random.below(6)];
            cursors.insert(shard, json!(upto));
        }
        Value::Object(cursors)
    }

    fn unit(&mut self) -> UnitId {
        match self.random.below(10) {
            0 => UnitId::from_uuid(Uuid::from_u128(0xdead)),
            1..=3 => places::commune(self.random.below(places::COMMUNES)),
            _ => places::village(self.random.below(6)),
        }
    }

    fn own_id(&mut self) -> Uuid {
        self.made += 1;
        let attack = u128::from(self.seed & 0xffff_ffff) << 80;
        Uuid::from_u128(attack | OWN_IDS | u128::from(self.made))
    }

    /// The document of somebody, or one that nobody has.
    fn document(&mut self) -> DocumentId {
        match self.random.pick(&self.documents) {
            Some(document) if self.random.chance(90) => document.id,
            _ => DocumentId::from_uuid(self.own_id()),
        }
    }

    fn subject(&mut self) -> SubjectId {
        SubjectId::from(self.document())
    }

    fn text(&mut self) -> String {
        match self.random.below(8) {
            0 => String::new(),
            1 => "ă".repeat(2_500),
            2 => "a\u{0}b".to_owned(),
            3 => "\u{202e}gnôhC".to_owned(),
            _ => format!("ghi {}", self.random.below(9)),
        }
    }

    fn value(&mut self) -> Value {
        let mut deep = json!([1]);
        for _ in 0..self.random.below(40) {
            deep = json!([deep]);
        }
        match self.random.below(12) {
            0 => Value::Null,
            1 => deep,
            2 => json!(1e308),
            3 => json!(u64::MAX),
            4 => json!(-0.1),
            5 => json!({"a": self.text()}),
            6 => json!(vec!["nhiều"; 900]),
            7..=9 => json!(self.random.below(20)),
            _ => json!(self.text()),
        }
    }

    fn field(&mut self) -> FieldName {
        let number = self.random.below(200);
        let names = ["members", "children", "name", "poor", "note", "birth_year"];
        match self.random.below(8) {
            0 => FieldName::from(format!("zz.{number}").as_str()),
            1 => FieldName::from("A".repeat(number).as_str()),
            2 => FieldName::from("evidence.zz"),
            3 => FieldName::from("answer.village.A.1"),
            _ => FieldName::from(names[self.random.below(names.len())]),
        }
    }

    fn code(&mut self) -> CriterionCode {
        let codes = ["A.1", "B.1", "B.2", "A.1", "Z.9", "", "A\u{0}"];
        CriterionCode::new(codes[self.random.below(codes.len())])
    }

    fn step(&mut self) -> Move {
        let mut text = || self.text();
        let steps = [
            Move::Submit,
            Move::Verify,
            Move::Reopen,
            Move::Propose,
            Move::Return {
                comment: text(),
                remarks: [(CriterionCode::new("Z.9"), text())].into_iter().collect(),
            },
            Move::Recognise { decision: text() },
            Move::NotEligible { reason: text() },
            Move::Withdraw { reason: text() },
            Move::Exempt { reason: text() },
        ];
        steps[self.random.below(steps.len())].clone()
    }

    /// One change of whatever there is.
    fn change(&mut self) -> Value {
        let document = self.document();
        let body = match self.random.below(11) {
            0 => ChangeBody::Register(Registration {
                kind: [SubjectKind::Household, SubjectKind::Commune][self.random.below(2)],
                shard: self.unit(),
                place: self.unit(),
                fields: (0..self.random.below(90))
                    .map(|_| (self.field(), self.value()))
                    .collect(),
                doubts: (0..self.random.below(4))
                    .map(|_| (self.field(), self.text()))
                    .collect(),
            }),
            1 => {
                let subject = self.subject();
                let sets = ["gd_cu", "gd_mai_sau", "không có"];
                let start = Start {
                    subject,
                    title: Title::LearningFamily,
                    year: taps::year(),
                    criteria: CriteriaSetId::new(sets[self.random.below(sets.len())]),
                    facts: Facts::default(),
                };
                let document = match self.random.chance(70) {
                    true => taps::form_of(subject),
                    false => document,
                };
                return self.sealed(document, ChangeBody::Start(start));
            }
            2 | 3 => ChangeBody::SetField {
                field: self.field(),
                value: self.value(),
            },
            4 => ChangeBody::SetAnswer {
                scorer: [Scorer::Village, Scorer::Commune][self.random.below(2)],
                code: self.code(),
                answer: serde_json::from_value(json!({"points": self.random.below(9)})).ok(),
            },
            5 => ChangeBody::Advance(self.step()),
            6 => ChangeBody::Settle {
                field: self.field(),
                value: self.value(),
            },
            7 => ChangeBody::SetFacts {
                facts: Facts::default(),
            },
            8 => ChangeBody::Move {
                shard: self.unit(),
                place: self.unit(),
            },
            9 => ChangeBody::Doubt {
                field: self.field(),
                reason: self.text(),
            },
            _ => self.file(),
        };
        self.sealed(document, body)
    }

    fn file(&mut self) -> ChangeBody {
        let number = u8::try_from(self.random.below(256)).unwrap_or(0);
        let hash = FileHash::from_digest([number; 32]);
        match self.random.chance(80) {
            true => ChangeBody::Attach {
                hash,
                evidence: Evidence {
                    medium: Medium::Photo,
                    media_type: MediaType::Jpeg,
                    bytes: [0, 1_000, u64::MAX][self.random.below(3)],
                    name: self.random.chance(50).then(|| self.text()),
                    criterion: self.random.chance(50).then(|| self.code()),
                },
            },
            false => ChangeBody::Detach { hash },
        }
    }

    /// An id, somebody's or a new one, a moment, and what the author says they had seen.
    fn sealed(&mut self, doc: DocumentId, body: ChangeBody) -> Value {
        let somebody_s = self.random.pick(&self.decided).copied();
        let id = match self.random.chance(8) {
            true => somebody_s,
            false => None,
        };
        let id = id.unwrap_or_else(|| ChangeId::from_uuid(self.own_id()));
        let days = [0, 0, 0, 0, 300, 4_000, -4_000][self.random.below(7)];
        let change = Change {
            id,
            doc,
            seen: somebody_s.filter(|_| self.random.chance(40)),
            made_at: self.clock + chrono::TimeDelta::days(days),
            body,
        };
        serde_json::to_value(change).unwrap_or_default()
    }

    /// As much of one thing as fits into a batch, on one document.
    fn flood(&mut self) -> Vec<Value> {
        let document = self.document();
        let kind = self.random.below(4);
        (0..CHANGES * 4)
            .map(|number| {
                let body = match kind {
                    0 => ChangeBody::SetField {
                        field: "members".into(),
                        value: json!(1 + number),
                    },
                    1 => ChangeBody::SetField {
                        field: FieldName::from(format!("zz.{number}").as_str()),
                        value: json!("ă".repeat(1_500)),
                    },
                    2 => ChangeBody::Doubt {
                        field: FieldName::from(format!("zz.{number}").as_str()),
                        reason: "ă".repeat(900),
                    },
                    _ => self.file(),
                };
                self.sealed(document, body)
            })
            .collect()
    }

    /// Tears out, swaps or blows up one part of a JSON text.
    fn garble(&mut self, value: &mut Value, depth: usize) {
        let goes_deeper = depth < 6 && self.random.chance(80);
        match value {
            Value::Object(map) if !map.is_empty() => {
                let at = self.random.below(map.len());
                let key = map.keys().nth(at).cloned().unwrap_or_default();
                match self.random.below(10) {
                    0 => drop(map.remove(&key)),
                    1 => drop(map.insert("zz".to_owned(), self.value())),
                    _ if goes_deeper => {
                        if let Some(below) = map.get_mut(&key) {
                            self.garble(below, depth + 1);
                        }
                    }
                    _ => drop(map.insert(key, self.value())),
                }
            }
            Value::Array(values) if !values.is_empty() && goes_deeper => {
                let at = self.random.below(values.len());
                self.garble(&mut values[at], depth + 1);
            }
            _ => *value = self.value(),
        }
    }
}
