//! What will happen to each row of a list, and why: made before anything is written, shown to whoever imports, and made
//! again when it is done.

mod found;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use shared::SortedMap;
use shared::assessment::{Move, StageName};
use shared::calendar::Year;
use shared::change::{Change, ChangeBody, Registration, Start};
use shared::criteria::{Criteria, CriteriaSetId, Judged, Title};
use shared::document::{Document, FieldName};
use shared::field;
use shared::ids::{AssessmentId, ChangeId, DocumentId, SubjectId, UnitId};
use shared::kind::SubjectKind;
use shared::org_unit::UnitKind;
use shared::scoring::Facts;
use shared::text::fold;

use self::found::{Found, Which};
use super::commune::{self, Commune, Village};
use super::kinds::Listing;
use super::links::Links;
use super::list::{self, ListedSubject, ReadRow, Reading, Tables};
use super::matching::{Listed, Standing, matches};
use super::said::{Doubt, Mend};
use super::words::{count, described, label};
use super::{FileError, UNDOER, shape};

/// What is known before a list is read.
#[derive(Clone, Debug)]
pub struct Known {
    pub commune: Commune,
    /// Those that the list may name.
    pub villages: Vec<Village>,
    /// The commune's subjects of the list's kind that count in some year.
    pub standing: Vec<Standing>,
    /// Those of other kinds to whom they may belong.
    pub linked: Vec<Document>,
    /// The forms of those standing, of the list's year.
    pub forms: BTreeMap<DocumentId, Document>,
    /// The year of the list.
    pub year: Year,
    /// By which they are judged; `None`: nobody is.
    pub criteria: Option<Criteria>,
}

/// What whoever imports has said.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Goes on although columns do not hold what their heads say.
    pub despite_columns: bool,
    /// Registers for the title of the year whoever is taken, whatever the heading says.
    pub registers: bool,
    pub answers: Answers,
}

/// What was answered, by what it is about.
pub type Answers = BTreeMap<Topic, Answer>;

/// What a question is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Topic {
    /// A village by the name that the list has for it.
    Village(String),
    Row(At),
}

/// A row of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct At {
    pub sheet: String,
    /// As Excel numbers it.
    pub row: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Answer {
    /// The village is new.
    NewVillage,
    /// The name means a village that is known.
    Village(UnitId),
    /// The name means none: they lie in the commune itself.
    NoVillage,
    /// The subject is one that is here.
    Same(DocumentId),
    /// It is another one.
    Different,
    /// Not now.
    Leave,
}

/// Something that only a person can say. The rows it concerns wait until it is answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    pub topic: Topic,
    pub words: String,
    pub choices: Vec<Choice>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub answer: Answer,
    pub words: String,
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fate {
    New,
    Updated(Vec<Correction>),
    Unchanged,
    /// It waits for the answer to a question.
    Asked,
    /// Somebody said that it is not to be taken.
    LeftOut,
    Refused(String),
    Skipped,
}

/// What a list changes of a subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Correction {
    Field {
        field: FieldName,
        from: Option<Value>,
        to: Value,
    },
    /// The field cannot be believed any more.
    Doubt { field: FieldName },
}

/// A row that says something, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub at: At,
    /// The subject's name, or what the row says.
    pub label: String,
    /// What could not be done as the row says.
    pub remarks: Vec<String>,
    pub mends: Vec<Mend>,
    pub doubts: Vec<Doubt>,
    pub fate: Fate,
}

/// What will happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub kind: SubjectKind,
    /// In words.
    pub commune: String,
    pub year: Year,
    /// Those that are known: a name of the list may mean any of them.
    pub known_villages: Vec<Village>,
    /// Villages that the list names and that have a place.
    pub villages: usize,
    /// Those among them that are made.
    pub new_villages: Vec<String>,
    pub rows: Vec<Row>,
    pub questions: Vec<Question>,
    /// Those who are registered for the title, because the list or whoever imports says so.
    pub registered: usize,
    /// What is to be said of the list as a whole.
    pub remarks: Vec<String>,
    tasks: Vec<Task>,
}

/// What is written for a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Task {
    deed: Deed,
    form: Option<Form>,
}

/// What is done with a subject's form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Form {
    Begin {
        criteria: CriteriaSetId,
        facts: Facts,
    },
    /// It was begun by a list that was taken back.
    Reopen,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Deed {
    Register {
        shard: UnitId,
        place: UnitId,
        fields: SortedMap<FieldName, Value>,
        doubts: SortedMap<FieldName, String>,
    },
    Write {
        subject: DocumentId,
        fields: Vec<(FieldName, Value, Option<ChangeId>)>,
        doubts: Vec<Doubt>,
    },
}

/// How an import ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Taken,
    /// All were here already, as the list has them.
    NothingNew,
    /// Some rows wait for an answer.
    Waiting,
    /// Nothing of the list was taken.
    Nothing,
}

/// Plans what becomes of a list.
pub fn plan(tables: &Tables<'_>, known: &Known, options: &Options) -> Result<Plan, FileError> {
    let heading = tables.heading();
    let naming = Naming::of(&known.villages, &options.answers);
    if !options.despite_columns {
        let seen = shape::wrong_columns(tables, &naming.names, known.year);
        if !seen.is_empty() {
            return Err(FileError::WrongColumns { seen });
        }
    }
    let list = list::read(tables, known.year, &naming.names)?;
    let mut planner = Planner {
        known,
        listing: tables.listing(),
        answers: &options.answers,
        registers: heading.registers || options.registers,
        places: naming.places,
        left_out: BTreeSet::new(),
        plan: Plan {
            kind: tables.kind,
            commune: known.commune.words(),
            year: known.year,
            known_villages: known.villages.clone(),
            villages: 0,
            new_villages: Vec::new(),
            rows: Vec::with_capacity(list.rows.len()),
            questions: Vec::new(),
            registered: 0,
            remarks: list.remarks,
            tasks: Vec::new(),
        },
    };
    planner.settle_villages(&list.villages, &list.rows);
    planner.settle_rows(list.rows);
    Ok(planner.plan)
}

/// How villages may be named, and where each name leads.
struct Naming {
    /// Folded, with the name each village is shown by.
    names: BTreeMap<String, String>,
    places: BTreeMap<String, UnitId>,
}

impl Naming {
    fn of(villages: &[Village], answers: &Answers) -> Self {
        let mut naming = Self {
            names: BTreeMap::new(),
            places: BTreeMap::new(),
        };
        for (name, village) in commune::names(villages) {
            naming.lead(&name, village);
        }
        for (topic, answer) in answers {
            if let (Topic::Village(name), Answer::Village(id)) = (topic, answer)
                && let Some(village) = villages.iter().find(|it| it.id == *id)
            {
                naming.lead(&fold(name), village);
                naming.lead(&fold(&village.name), village);
            }
        }
        naming
    }

    fn lead(&mut self, name: &str, village: &Village) {
        self.names.insert(name.to_owned(), village.name.clone());
        self.places.insert(name.to_owned(), village.id);
        // What the list shows is found again.
        self.places.insert(fold(&village.name), village.id);
    }
}

struct Planner<'a> {
    known: &'a Known,
    listing: &'static Listing,
    answers: &'a Answers,
    registers: bool,
    /// Units of villages by their folded names.
    places: BTreeMap<String, UnitId>,
    /// Folded names of villages whose rows are not taken.
    left_out: BTreeSet<String>,
    plan: Plan,
}

impl Planner<'_> {
    /// Finds a place for every village that the list names, or asks.
    fn settle_villages(&mut self, names: &[String], rows: &[ReadRow]) {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for row in rows {
            if let Reading::Subject(subject) = &row.reading {
                *counts.entry(fold(&subject.village)).or_default() += 1;
            }
        }
        for name in names {
            let folded = fold(name);
            if self.places.contains_key(&folded) {
                self.plan.villages += 1;
                continue;
            }
            let topic = Topic::Village(name.clone());
            match self.answers.get(&topic) {
                Some(Answer::NewVillage) => {
                    let id = self.known.commune.village_id(name);
                    self.places.insert(folded, id);
                    self.plan.villages += 1;
                    self.plan.new_villages.push(name.clone());
                }
                Some(Answer::NoVillage) if self.listing.lies_in_communes => {
                    self.places.insert(folded, self.known.commune.now.id);
                }
                Some(Answer::Leave) => {
                    self.left_out.insert(folded);
                }
                _ => {
                    let count = counts.get(&folded).copied().unwrap_or(0);
                    self.ask_village(topic, name, count);
                }
            }
        }
    }

    fn ask_village(&mut self, topic: Topic, name: &str, subjects: usize) {
        let villages = &self.known.villages;
        let near = commune::near_villages(name, villages);
        let mut words = format!(
            "Bản “{name}” ({}) chưa có trong {}.",
            count(subjects, self.listing.noun),
            self.plan.commune
        );
        if shape::is_persons_name(name) {
            words.push_str(" Tên này giống tên người; hãy xem lại cột Bản.");
        }
        let mut choices = vec![Choice {
            answer: Answer::NewVillage,
            words: format!("Lập bản mới “{name}”"),
        }];
        choices.extend(near.into_iter().map(|village| Choice {
            answer: Answer::Village(village.id),
            words: format!("Chính là bản {}", village.words(villages)),
        }));
        if self.listing.lies_in_communes {
            choices.push(Choice {
                answer: Answer::NoVillage,
                words: "Không thuộc bản nào, nằm ở xã".to_owned(),
            });
        }
        choices.push(Choice {
            answer: Answer::Leave,
            words: format!("Chưa nhận các {} này", self.listing.noun),
        });
        self.plan.questions.push(Question {
            topic,
            words,
            choices,
        });
    }

    /// Where a subject of the list lies, if that is settled.
    fn place(&self, subject: &ListedSubject) -> Option<UnitId> {
        match subject.village.as_str() {
            "" => Some(self.known.commune.now.id),
            village => self.places.get(&fold(village)).copied(),
        }
    }

    fn settle_rows(&mut self, mut rows: Vec<ReadRow>) {
        let links = Links::of(&self.known.linked);
        let mut remarks: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (at, row) in rows.iter_mut().enumerate() {
            if let Reading::Subject(subject) = &mut row.reading
                && let Some(place) = self.place(subject)
            {
                let told = links.link(self.listing, subject, place);
                remarks.insert(at, told);
            }
        }
        let mut listed = Vec::new();
        let mut at_row: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            if let Reading::Subject(subject) = &row.reading
                && let Some(place) = self.place(subject)
            {
                at_row.insert(at, listed.len());
                listed.push(Listed { place, subject });
            }
        }
        let covered: BTreeSet<UnitId> = listed.iter().map(|it| it.place).collect();
        let standing: Vec<Standing> = {
            let is_covered = |it: &&Standing| {
                self.listing.kind == SubjectKind::Unit || covered.contains(&it.document.place)
            };
            let standing = self.known.standing.iter();
            standing.filter(is_covered).cloned().collect()
        };
        let matched = matches(self.listing.kind, &listed, &standing);
        let found = Found::of(&rows, &at_row, &matched, &standing, self.answers);
        for (at, row) in rows.iter().enumerate() {
            let fate = match &row.reading {
                Reading::Skipped => Fate::Skipped,
                Reading::Refused(why) => Fate::Refused(why.clone()),
                Reading::Subject(subject) => match at_row.get(&at) {
                    None if self.left_out.contains(&fold(&subject.village)) => Fate::LeftOut,
                    None => Fate::Asked,
                    Some(nth) => {
                        let place = listed[*nth].place;
                        self.subject(row, subject, place, &found.by_row[nth], &standing)
                    }
                },
            };
            // A doubt that the subject had before, and somebody has ended, is not told again.
            let same = at_row.get(&at).and_then(|nth| found.by_row[nth].same());
            let stands = same.map(|at| &standing[at].document.doubts);
            let is_told = |doubt: &&Doubt| {
                let is_new = Correction::Doubt {
                    field: doubt.field.clone(),
                };
                stands.is_none_or(|stands| stands.contains_key(&doubt.field))
                    || matches!(&fate, Fate::Updated(all) if all.contains(&is_new))
            };
            let mut remarks = remarks.remove(&at).unwrap_or_default();
            if let (Some(same), Some(nth)) = (same, at_row.get(&at))
                && standing[same].document.place != listed[*nth].place
            {
                remarks.push("Vẫn nằm ở nơi đã ghi từ trước, không chuyển theo tệp.".to_owned());
            }
            self.plan.rows.push(Row {
                at: at_of(row),
                label: row.label.clone(),
                remarks,
                mends: row.mends.clone(),
                doubts: row.doubts.iter().filter(is_told).cloned().collect(),
                fate,
            });
        }
        let absent = standing.len() - found.named.len();
        if absent > 0 {
            self.plan.remarks.push(format!(
                "{} của {} đã có từ trước nhưng không có trong tệp; chúng được giữ nguyên.",
                count(absent, self.listing.noun),
                self.listing.around
            ));
        }
    }

    fn subject(
        &mut self,
        row: &ReadRow,
        subject: &ListedSubject,
        place: UnitId,
        which: &Which,
        standing: &[Standing],
    ) -> Fate {
        match which {
            Which::Same(at) => self.correct(row, subject, &standing[*at]),
            Which::New => self.register(row, subject, place),
            Which::LeftOut => Fate::LeftOut,
            Which::Asked(candidates) => {
                let candidates: Vec<&Document> = candidates
                    .iter()
                    .map(|at| &standing[*at].document)
                    .collect();
                let question = asked(self.listing, row, subject, &candidates);
                self.plan.questions.push(question);
                Fate::Asked
            }
        }
    }

    fn register(&mut self, row: &ReadRow, subject: &ListedSubject, place: UnitId) -> Fate {
        let mut fields = subject.fields.clone();
        fields.insert(
            FieldName::from(field::SINCE),
            Value::from(self.known.year.get()),
        );
        let doubts = row.doubts.iter();
        let doubts = doubts.map(|doubt| (doubt.field.clone(), doubt.reason.clone()));
        let form = self.form(subject, place, None);
        self.plan.tasks.push(Task {
            deed: Deed::Register {
                shard: self.known.commune.now.id,
                place,
                fields,
                doubts: doubts.collect(),
            },
            form,
        });
        Fate::New
    }

    /// What the list says differently from what it said before, and from what stands.
    fn correct(&mut self, row: &ReadRow, subject: &ListedSubject, standing: &Standing) -> Fate {
        let document = &standing.document;
        let mut corrections = Vec::new();
        let mut fields = Vec::new();
        for (name, value) in &subject.fields {
            let earlier = standing.written.get(name);
            let said_before = earlier.is_some_and(|(before, _)| before == value);
            let stands = document.field(name);
            if said_before || stands == Some(value) {
                continue;
            }
            let writer = document.writer(name).map(|writer| writer.change);
            let seen = match earlier {
                // The list corrects what the list said, and that is what stands.
                Some((before, _)) if stands == Some(before) => writer,
                // Somebody who wrote in between is not overwritten silently.
                Some((_, change)) => Some(*change),
                // The list says it for the first time, of one that officers added.
                None => writer.filter(|_| stands.is_none()),
            };
            corrections.push(Correction::Field {
                field: name.clone(),
                from: stands.cloned(),
                to: value.clone(),
            });
            fields.push((name.clone(), value.clone(), seen));
        }
        let mut doubts = Vec::new();
        for doubt in &row.doubts {
            let said_before = standing.doubts.get(&doubt.field) == Some(&doubt.reason);
            if !said_before && document.doubts.get(&doubt.field) != Some(&doubt.reason) {
                let field = doubt.field.clone();
                corrections.push(Correction::Doubt { field });
                doubts.push(doubt.clone());
            }
        }
        let form = self.form(subject, document.place, Some(document));
        if !corrections.is_empty() || form.is_some() {
            self.plan.tasks.push(Task {
                deed: Deed::Write {
                    subject: document.id,
                    fields,
                    doubts,
                },
                form,
            });
        }
        match corrections.is_empty() {
            true => Fate::Unchanged,
            false => Fate::Updated(corrections),
        }
    }

    /// What is done with the form of a subject that registers for the title.
    fn form(
        &mut self,
        subject: &ListedSubject,
        place: UnitId,
        document: Option<&Document>,
    ) -> Option<Form> {
        if !self.registers {
            return None;
        }
        let criteria = self.criteria(subject, place, document)?;
        let title = self.listing.kind.title();
        let id = document.map(|document| form_of(document.id, title, self.known.year));
        let form = match id.and_then(|id| self.known.forms.get(&id)?.assessment()) {
            None => Form::Begin {
                criteria,
                facts: facts(subject),
            },
            Some(head) if head.stage.name() == StageName::Withdrawn => {
                // Who withdraws by themselves has withdrawn.
                let is_ours = head.moved.is_some_and(|moved| moved.by == UNDOER);
                is_ours.then_some(Form::Reopen)?
            }
            Some(_) => return None,
        };
        self.plan.registered += 1;
        Some(form)
    }

    /// The set that judges a subject in the year of the list.
    fn criteria(
        &self,
        subject: &ListedSubject,
        place: UnitId,
        document: Option<&Document>,
    ) -> Option<CriteriaSetId> {
        let is_of_village = place != self.known.commune.now.id;
        let listed = subject.fields.get(&FieldName::from(field::MANAGED_BY));
        let stands = document.and_then(|it| it.field(&field::MANAGED_BY.into()));
        let managed_by = listed.or(stands).and_then(Value::as_str);
        let judged = Judged {
            tier: is_of_village.then_some(UnitKind::Village),
            managed_by: managed_by.and_then(UnitKind::parse),
            ..Judged::for_title(self.listing.kind.title())
        };
        let set = self.known.criteria?;
        let set = set.judging(judged, self.known.year.last_day())?;
        Some(set.id.clone())
    }
}

fn at_of(row: &ReadRow) -> At {
    At {
        sheet: row.sheet.clone(),
        row: row.row,
    }
}

/// Whether a subject of the list is one of those it resembles.
fn asked(
    listing: &Listing,
    row: &ReadRow,
    subject: &ListedSubject,
    candidates: &[&Document],
) -> Question {
    let noun = listing.noun;
    let listed = described(|name| subject.fields.get(&FieldName::from(name)));
    let standing: Vec<String> = candidates
        .iter()
        .map(|document| described(|name| document.field(&name.into())))
        .collect();
    let there = match (listing.kind, subject.village.as_str()) {
        (SubjectKind::Unit, _) | (_, "") => "Xã".to_owned(),
        (_, village) => format!("Bản {village}"),
    };
    let words = match standing.as_slice() {
        [] => format!(
            "{listed}: đã chọn cùng một {noun} cho hai dòng. Là {noun} khác, hay chưa nhận?"
        ),
        [one] => format!(
            "Danh sách ghi {listed}. {there} đã có {one}; không dòng nào của danh sách ghi đúng {noun} ấy. Một {noun} hay hai {noun}?"
        ),
        _ => format!(
            "Danh sách ghi {listed}. {there} đã có {}; không dòng nào của danh sách ghi đúng các {noun} ấy. Là {noun} nào, hay là {noun} khác?",
            standing.join("; ")
        ),
    };
    let mut choices: Vec<Choice> = candidates
        .iter()
        .zip(&standing)
        .map(|(document, words)| Choice {
            answer: Answer::Same(document.id),
            words: format!("Chính là {words}: sửa theo danh sách"),
        })
        .collect();
    choices.push(Choice {
        answer: Answer::Different,
        words: format!("Là {noun} khác: giữ cả hai"),
    });
    choices.push(Choice {
        answer: Answer::Leave,
        words: "Chưa nhận dòng này".to_owned(),
    });
    Question {
        topic: Topic::Row(at_of(row)),
        words,
        choices,
    }
}

fn facts(subject: &ListedSubject) -> Facts {
    let number = |name: &str| {
        let value = subject.fields.get(&FieldName::from(name))?.as_u64()?;
        u32::try_from(value).ok()
    };
    Facts {
        children: number(field::CHILDREN),
        adults: number(field::ADULTS),
        literate_adults: number(field::LITERATE_ADULTS),
        ..Facts::default()
    }
}

/// The form of a subject for a year.
pub fn form_of(subject: DocumentId, title: Title, year: Year) -> DocumentId {
    AssessmentId::of(subject.into(), title.as_str(), year).into()
}

impl Plan {
    pub fn count(&self, wanted: impl Fn(&Row) -> bool) -> usize {
        self.rows.iter().filter(|row| wanted(row)).count()
    }

    /// Those of whom something is written.
    pub fn writes(&self) -> usize {
        self.tasks.len()
    }

    pub fn ending(&self) -> Ending {
        let has = |wanted: fn(&Fate) -> bool| self.rows.iter().any(|row| wanted(&row.fate));
        if !self.questions.is_empty() {
            Ending::Waiting
        } else if has(|fate| matches!(fate, Fate::New | Fate::Updated(_))) || self.registered > 0 {
            Ending::Taken
        } else if has(|fate| *fate == Fate::Unchanged) {
            Ending::NothingNew
        } else {
            Ending::Nothing
        }
    }

    /// Two plans with one mark are the same: what somebody saw is what is done.
    pub fn mark(&self) -> String {
        // Our own types have string keys and no failing parts.
        let text = serde_json::to_vec(self).unwrap_or_default();
        let digest = Sha256::digest(&text);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The changes that do it, made at a moment. `id` makes the ids of changes and subjects.
    pub fn changes(&self, now: DateTime<Utc>, mut id: impl FnMut() -> uuid::Uuid) -> Vec<Change> {
        let mut changes = Vec::new();
        for Task { deed, form } in &self.tasks {
            let subject = match deed {
                Deed::Register { .. } => SubjectId::from_uuid(id()).into(),
                Deed::Write { subject, .. } => *subject,
            };
            let mut make = |doc, seen, body| {
                changes.push(Change {
                    id: ChangeId::from_uuid(id()),
                    doc,
                    seen,
                    made_at: now,
                    body,
                });
            };
            match deed.clone() {
                Deed::Register {
                    shard,
                    place,
                    fields,
                    doubts,
                } => {
                    let registration = Registration {
                        kind: self.kind,
                        shard,
                        place,
                        fields,
                        doubts,
                    };
                    make(subject, None, ChangeBody::Register(registration));
                }
                Deed::Write { fields, doubts, .. } => {
                    for (field, value, seen) in fields {
                        make(subject, seen, ChangeBody::SetField { field, value });
                    }
                    for Doubt { field, reason } in doubts {
                        make(subject, None, ChangeBody::Doubt { field, reason });
                    }
                }
            }
            let title = self.kind.title();
            let id = form_of(subject, title, self.year);
            match form {
                Some(Form::Begin { criteria, facts }) => {
                    let start = Start {
                        subject: subject.into(),
                        title,
                        year: self.year,
                        criteria: criteria.clone(),
                        facts: facts.clone(),
                    };
                    make(id, None, ChangeBody::Start(start));
                }
                Some(Form::Reopen) => make(id, None, ChangeBody::Advance(Move::Reopen)),
                None => {}
            }
        }
        changes
    }
}

impl Correction {
    /// The field, in words.
    pub fn words(&self, kind: SubjectKind) -> String {
        let listing = Listing::of(kind);
        match self {
            Correction::Field { field, .. } => label(listing, field.as_str()),
            Correction::Doubt { field } => {
                format!("{} (nghi ngờ)", label(listing, field.as_str()))
            }
        }
    }
}
