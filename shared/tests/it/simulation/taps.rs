//! What people do in the forms: a tap becomes a change of something that is in sight in that tab.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::SortedMap;
use shared::access::Scope;
use shared::assessment::Move;
use shared::calendar::{self, Year};
use shared::change::{Change, ChangeBody, Registration, Start};
use shared::criteria::{CriterionCode, Points, Title};
use shared::document::{Document, FieldName, Scorer};
use shared::evidence::{Evidence, FileHash, MediaType, Medium};
use shared::ids::{AssessmentId, ChangeId, DocumentId, SubjectId, UnitId};
use shared::kind::SubjectKind;
use shared::meeting::{self, Meeting};
use shared::scoring::{Answer, Facts};

use super::places;
use super::random::Random;
use super::script::Tap;
use super::world::{TabKey, World};

/// The year that all forms are of, which is judged all through the story.
pub fn year() -> Year {
    Year::new(2026).expect("a year of the movement")
}

const CODES: [(&str, i32); 3] = [("A.1", 10), ("B.1", 5), ("B.2", 5)];

/// What was tapped last on a device.
#[derive(Clone, Debug)]
pub struct Last {
    document: DocumentId,
    body: ChangeBody,
}

impl World {
    /// Somebody does something in a tab, if there is anything to do it to.
    pub fn tap(&mut self, key: TabKey, tap: Tap) {
        let Some(tab) = self.devices[key.device].tabs.get(&key.tab) else {
            return;
        };
        let mut random = self.devices[key.device].random.clone();
        let documents: Vec<&Document> = tab.replica.documents().collect();
        let in_sight = |wanted: &dyn Fn(&Document) -> bool| -> Vec<DocumentId> {
            let found = documents.iter().filter(|document| wanted(document));
            found.map(|document| document.id).collect()
        };
        let subjects = in_sight(&|document| document.subject_kind().is_some());
        let forms = in_sight(&|document| document.assessment().is_some());
        let verifies = tab.replica.actor().role.keeps_documents()
            && matches!(
                tab.replica.actor().scope,
                Scope::Communes(_) | Scope::Area { .. }
            );
        let of = |id: DocumentId| documents.iter().find(|document| document.id == id).copied();
        let mut made: Vec<(DocumentId, ChangeBody)> = Vec::new();
        match tap {
            Tap::Register => {
                let Some((shard, place)) = self.somewhere(key, &mut random) else {
                    return;
                };
                let id = self.devices[key.device].next_id();
                let is_clan = random.chance(25);
                let fields = [
                    (
                        FieldName::from("name"),
                        json!(format!("Hộ {}", id.as_u128() & 0xffff)),
                    ),
                    (FieldName::from("members"), json!(1 + random.below(9))),
                    (FieldName::from("children"), json!(random.below(4))),
                    (FieldName::from("since"), json!(2024)),
                ];
                let mut doubts = SortedMap::new();
                if random.chance(10) {
                    doubts.insert(FieldName::from("members"), "chưa rõ".to_owned());
                }
                let registration = Registration {
                    kind: match is_clan {
                        _ if place == places::area() => SubjectKind::Unit,
                        true => SubjectKind::Clan,
                        false => SubjectKind::Household,
                    },
                    shard,
                    place,
                    fields: fields.into_iter().collect(),
                    doubts,
                };
                let subject = SubjectId::from_uuid(id);
                made.push((subject.into(), ChangeBody::Register(registration)));
            }
            Tap::Start => {
                let Some(subject) = random.pick(&subjects) else {
                    return;
                };
                let Some(title) = of(*subject).and_then(Document::subject_kind) else {
                    return;
                };
                let title = title.title();
                let subject = SubjectId::from(*subject);
                let sets = self.devices[key.device].criteria().iter();
                let sets: Vec<_> = sets.filter(|set| set.title == title).collect();
                let Some(set) = random.pick(&sets) else {
                    return;
                };
                let start = Start {
                    subject,
                    title,
                    year: year(),
                    criteria: set.id.clone(),
                    facts: of(subject.into()).map(Document::facts).unwrap_or_default(),
                };
                let form = AssessmentId::of(subject, title.as_str(), year());
                made.push((form.into(), ChangeBody::Start(start)));
            }
            Tap::Answer => {
                let Some(form) = random.pick(&forms) else {
                    return;
                };
                let (code, max) = CODES[random.below(CODES.len())];
                let points = i32::try_from(random.below(4)).unwrap_or(0) * max / 3;
                let answer = (!random.chance(8)).then(|| Answer::Points(Points::whole(points)));
                let scorer = match verifies && random.chance(60) {
                    true => Scorer::Commune,
                    false => Scorer::Village,
                };
                made.push((*form, answered(scorer, code, answer)));
            }
            Tap::Finish => {
                let Some(form) = random.pick(&forms) else {
                    return;
                };
                for (code, max) in CODES {
                    let answer = Answer::Points(Points::whole(max));
                    made.push((*form, answered(Scorer::Village, code, Some(answer))));
                }
                made.push((*form, ChangeBody::Advance(Move::Submit)));
            }
            Tap::Field => {
                let Some(subject) = random.pick(&subjects) else {
                    return;
                };
                let clans = in_sight(&|it| it.subject_kind() == Some(SubjectKind::Clan));
                let (field, value) = match random.below(8) {
                    // Whoever belongs to a clan may have said so in vain, or of another.
                    5..=7 => match random.pick(&clans).filter(|_| !random.clone().chance(15)) {
                        Some(clan) => ("clan", json!(clan.to_string())),
                        None => ("clan", Value::Null),
                    },
                    0 | 1 => ("members", json!(1 + random.below(9))),
                    2 => ("poor", json!(random.chance(50))),
                    3 => ("note", json!(["", "nhà xa", "vắng"][random.below(3)])),
                    _ => ("children", json!(random.below(4))),
                };
                made.push((*subject, set_field(field, value)));
                // What phones of the first release tell the form of it.
                let form = form_of(SubjectId::from(*subject));
                if field == "children" && of(form).is_some() {
                    let facts = Facts {
                        children: Some(1 + u32::try_from(random.below(3)).unwrap_or(0)),
                        ..Facts::default()
                    };
                    made.push((form, ChangeBody::SetFacts { facts }));
                }
            }
            Tap::Again => {
                let Some(last) = &self.devices[key.device].last else {
                    return;
                };
                made.push((last.document, otherwise(&last.body, &mut random)));
            }
            Tap::Step => {
                let Some(form) = random.pick(&forms) else {
                    return;
                };
                let text = || "vì sao".to_owned();
                let steps = [
                    Move::Submit,
                    Move::Submit,
                    Move::Verify,
                    Move::Verify,
                    Move::Return {
                        comment: text(),
                        remarks: match random.chance(50) {
                            true => [(CriterionCode::new("A.1"), text())].into_iter().collect(),
                            false => SortedMap::new(),
                        },
                    },
                    Move::Propose,
                    Move::Recognise { decision: text() },
                    Move::NotEligible { reason: text() },
                    Move::Withdraw { reason: text() },
                    Move::Exempt { reason: text() },
                    Move::Reopen,
                ];
                let step = steps[random.below(steps.len())].clone();
                let sets = self.devices[key.device].criteria();
                let body = match random.pick(sets).filter(|_| random.clone().chance(10)) {
                    Some(set) => ChangeBody::UseCriteria {
                        criteria: set.id.clone(),
                    },
                    None => ChangeBody::Advance(step),
                };
                made.push((*form, body));
            }
            Tap::Settle => {
                let torn = in_sight(&Document::in_conflict);
                let Some(document) = random.pick(&torn).and_then(|id| of(*id)) else {
                    return;
                };
                let Some((field, rivals)) = document.conflicts.iter().next() else {
                    return;
                };
                let mut values: Vec<Value> =
                    rivals.iter().map(|rival| rival.value.clone()).collect();
                values.extend(document.fields.get(field).cloned());
                let Some(value) = random.pick(&values).cloned() else {
                    return;
                };
                let field = field.clone();
                made.push((document.id, ChangeBody::Settle { field, value }));
            }
            Tap::Move => {
                let Some(subject) = random.pick(&subjects) else {
                    return;
                };
                let Some((shard, place)) = self.somewhere(key, &mut random) else {
                    return;
                };
                made.push((*subject, ChangeBody::Move { shard, place }));
            }
            Tap::Doubt => {
                let Some(subject) = random.pick(&subjects) else {
                    return;
                };
                let field = FieldName::from(["members", "birth_year"][random.below(2)]);
                let reason = "hỏi lại".to_owned();
                made.push((*subject, ChangeBody::Doubt { field, reason }));
            }
            Tap::Meeting => {
                let day = calendar::day(self.clock_of(key.device));
                let present = 5 + u32::try_from(random.below(4)).unwrap_or(0);
                let against = u32::try_from(random.below(3)).unwrap_or(0);
                let meeting = Meeting {
                    on: day,
                    present,
                    in_favour: present - against,
                    against,
                    minutes: None,
                };
                // One tap, the whole village.
                for form in forms.iter().take(4) {
                    made.push((*form, set_field(meeting::FIELD, meeting.value())));
                }
            }
            Tap::Photo => {
                let Some(form) = random.pick(&forms) else {
                    return;
                };
                let hash = FileHash::from_digest([u8::try_from(random.below(3)).unwrap_or(0); 32]);
                let evidence = Evidence {
                    medium: Medium::Photo,
                    media_type: MediaType::Jpeg,
                    bytes: 1_000 + random.next() % 3,
                    name: None,
                    criterion: None,
                };
                made.push((
                    *form,
                    match random.chance(70) {
                        true => ChangeBody::Attach { hash, evidence },
                        false => ChangeBody::Detach { hash },
                    },
                ));
            }
        }
        self.devices[key.device].random = random;
        for (document, body) in made {
            self.make(key, document, body);
        }
    }

    /// A change, as the app makes it: its author has seen what stands in the field.
    fn make(&mut self, key: TabKey, document: DocumentId, body: ChangeBody) {
        let made_at = self.clock_of(key.device);
        let at = &mut self.devices[key.device];
        let mut change = Change {
            id: ChangeId::from_uuid(at.next_id()),
            doc: document,
            seen: None,
            made_at,
            body,
        };
        let Some(tab) = at.tabs.get(&key.tab) else {
            return;
        };
        change.seen = change
            .field()
            .and_then(|field| tab.replica.document(document)?.writer(&field))
            .map(|writer| writer.change);
        if change.field().is_some() {
            // They see what stands, and what its author saw who may be themselves a moment ago.
            let mut seen: BTreeSet<ChangeId> = change.seen.into_iter().collect();
            let before = change.seen.and_then(|id| self.laws.seen.get(&id));
            seen.extend(before.into_iter().flatten());
            self.laws.seen.insert(change.id, seen);
        }
        if change.field().is_some() && !matches!(change.body, ChangeBody::Settle { .. }) {
            at.last = Some(Last {
                document,
                body: change.body.clone(),
            });
        }
        self.record(key, change);
    }

    /// A village to register a family in, as this device knows the map, with its commune.
    fn somewhere(&self, key: TabKey, random: &mut Random) -> Option<(UnitId, UnitId)> {
        let device = &self.devices[key.device];
        let tab = device.tabs.get(&key.tab)?;
        let places: Vec<(UnitId, UnitId)> = match &tab.replica.actor().scope {
            Scope::All => Vec::new(),
            Scope::Villages(villages) => villages.iter().copied().collect(),
            Scope::Area { own, .. } => own.iter().map(|own| (*own, *own)).collect(),
            Scope::Communes(communes) => {
                let (tree, day) = device.map(tab.person)?;
                let villages = |commune: &UnitId| {
                    let commune = *commune;
                    let found = tree.villages_under(commune, day).into_iter();
                    found.map(move |village| (commune, village.id))
                };
                communes.iter().flat_map(villages).collect()
            }
        };
        random.pick(&places).copied()
    }
}

pub fn form_of(subject: SubjectId) -> DocumentId {
    AssessmentId::of(subject, Title::LearningFamily.as_str(), year()).into()
}

fn answered(scorer: Scorer, code: &str, answer: Option<Answer>) -> ChangeBody {
    ChangeBody::SetAnswer {
        scorer,
        code: CriterionCode::new(code),
        answer,
    }
}

fn set_field(field: &str, value: Value) -> ChangeBody {
    ChangeBody::SetField {
        field: field.into(),
        value,
    }
}

/// The same field or answer, with another value.
fn otherwise(body: &ChangeBody, random: &mut Random) -> ChangeBody {
    match body.clone() {
        ChangeBody::SetField { field, value } => {
            let value = match value {
                Value::Bool(was) => json!(!was),
                Value::Number(_) => json!(1 + random.below(9)),
                _ => json!(format!("ghi {}", random.below(5))),
            };
            ChangeBody::SetField { field, value }
        }
        ChangeBody::SetAnswer { scorer, code, .. } => {
            let points = i32::try_from(random.below(6)).unwrap_or(0);
            let answer = Some(Answer::Points(Points::whole(points)));
            ChangeBody::SetAnswer {
                scorer,
                code,
                answer,
            }
        }
        other => other,
    }
}
