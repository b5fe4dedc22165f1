//! What will happen to each row of a list, and why: made before anything is written, shown to whoever imports, and made
//! again when it is done.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use shared::SortedMap;
use shared::assessment::{Move, StageName};
use shared::calendar::Year;
use shared::change::{Change, ChangeBody, Registration, Start};
use shared::criteria::{CriteriaSetId, Title};
use shared::document::{Document, FieldName};
use shared::field;
use shared::ids::{AssessmentId, ChangeId, DocumentId, SubjectId, UnitId};
use shared::kind::SubjectKind;
use shared::scoring::Facts;
use shared::text::fold;

use super::commune::{self, Commune, Village};
use super::list::{self, Household, ReadRow, Reading, Tables};
use super::matching::{Listed, Match, Standing, matches};
use super::said::{Doubt, Mend};
use super::words::{count, described, label};
use super::{FileError, UNDOER, shape};

/// What is known before a list is read.
#[derive(Clone, Debug)]
pub struct Known {
    pub commune: Commune,
    /// Those that the list may name.
    pub villages: Vec<Village>,
    /// The commune's families that count in some year.
    pub families: Vec<Standing>,
    /// Their forms of the list's year.
    pub forms: BTreeMap<DocumentId, Document>,
    /// The year of the list.
    pub year: Year,
    /// The set by which families are judged in that year.
    pub criteria: Option<CriteriaSetId>,
}

/// What whoever imports has said.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Goes on although columns do not hold what their heads say.
    pub despite_columns: bool,
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
    /// The family is one that is here.
    Same(DocumentId),
    /// It is another family.
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

/// What a list changes of a family.
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
    /// The family's name, or what the row says.
    pub label: String,
    pub mends: Vec<Mend>,
    pub doubts: Vec<Doubt>,
    pub fate: Fate,
}

/// What will happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
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
    /// Families that are registered for the title because the list says that they register.
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

/// What is done with a family's form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Form {
    Begin(Facts),
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
        family: DocumentId,
        fields: Vec<(FieldName, Value, Option<ChangeId>)>,
        doubts: Vec<Doubt>,
    },
}

/// How an import ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Taken,
    /// All families were here already, as the list has them.
    NothingNew,
    /// Some rows wait for an answer.
    Waiting,
    /// No family of the list was taken.
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
        answers: &options.answers,
        registers: heading.registers,
        places: naming.places,
        left_out: BTreeSet::new(),
        plan: Plan {
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
    answers: &'a Answers,
    registers: bool,
    /// Units of villages by their folded names.
    places: BTreeMap<String, UnitId>,
    /// Folded names of villages whose families are not taken.
    left_out: BTreeSet<String>,
    plan: Plan,
}

impl Planner<'_> {
    /// Finds a place for every village that the list names, or asks.
    fn settle_villages(&mut self, names: &[String], rows: &[ReadRow]) {
        let mut families: BTreeMap<String, usize> = BTreeMap::new();
        for row in rows {
            if let Reading::Family(household) = &row.reading {
                *families.entry(fold(&household.village)).or_default() += 1;
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
                Some(Answer::Leave) => {
                    self.left_out.insert(folded);
                }
                _ => {
                    let families = families.get(&folded).copied().unwrap_or(0);
                    self.ask_village(topic, name, families);
                }
            }
        }
    }

    fn ask_village(&mut self, topic: Topic, name: &str, families: usize) {
        let villages = &self.known.villages;
        let near = commune::near_villages(name, villages);
        let mut words = format!(
            "Bản “{name}” ({}) chưa có trong {}.",
            count(families, "hộ"),
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
        choices.push(Choice {
            answer: Answer::Leave,
            words: "Chưa nhận các hộ này".to_owned(),
        });
        self.plan.questions.push(Question {
            topic,
            words,
            choices,
        });
    }

    fn settle_rows(&mut self, rows: Vec<ReadRow>) {
        let mut listed = Vec::new();
        let mut at_row: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            if let Reading::Family(household) = &row.reading
                && let Some(place) = self.places.get(&fold(&household.village))
            {
                at_row.insert(at, listed.len());
                listed.push(Listed {
                    place: *place,
                    household,
                });
            }
        }
        let covered: BTreeSet<UnitId> = listed.iter().map(|it| it.place).collect();
        let standing: Vec<Standing> = {
            let families = self.known.families.iter();
            families
                .filter(|it| covered.contains(&it.document.place))
                .cloned()
                .collect()
        };
        let matched = matches(&listed, &standing);
        let found = Found::of(&rows, &at_row, &matched, &standing, self.answers);
        for (at, row) in rows.iter().enumerate() {
            let fate = match &row.reading {
                Reading::Skipped => Fate::Skipped,
                Reading::Refused(why) => Fate::Refused(why.clone()),
                Reading::Family(household) => match at_row.get(&at) {
                    None if self.left_out.contains(&fold(&household.village)) => Fate::LeftOut,
                    None => Fate::Asked,
                    Some(nth) => {
                        let place = listed[*nth].place;
                        self.family(row, household, place, &found.by_row[nth], &standing)
                    }
                },
            };
            // A doubt that the family had before, and somebody has ended, is not told again.
            let same = at_row.get(&at).and_then(|nth| found.by_row[nth].same());
            let stands = same.map(|at| &standing[at].document.doubts);
            let is_told = |doubt: &&Doubt| {
                let is_new = Correction::Doubt {
                    field: doubt.field.clone(),
                };
                stands.is_none_or(|stands| stands.contains_key(&doubt.field))
                    || matches!(&fate, Fate::Updated(all) if all.contains(&is_new))
            };
            self.plan.rows.push(Row {
                at: at_of(row),
                label: row.label.clone(),
                mends: row.mends.clone(),
                doubts: row.doubts.iter().filter(is_told).cloned().collect(),
                fate,
            });
        }
        let absent = standing.len() - found.named.len();
        if absent > 0 {
            self.plan.remarks.push(format!(
                "{} của các bản này đã có từ trước nhưng không có trong tệp; chúng được giữ nguyên.",
                count(absent, "hộ")
            ));
        }
    }

    fn family(
        &mut self,
        row: &ReadRow,
        household: &Household,
        place: UnitId,
        which: &Which,
        standing: &[Standing],
    ) -> Fate {
        match which {
            Which::Same(at) => self.correct(row, household, &standing[*at]),
            Which::New => self.register(row, household, place),
            Which::LeftOut => Fate::LeftOut,
            Which::Asked(candidates) => {
                let candidates: Vec<&Document> = candidates
                    .iter()
                    .map(|at| &standing[*at].document)
                    .collect();
                self.plan.questions.push(asked(row, household, &candidates));
                Fate::Asked
            }
        }
    }

    fn register(&mut self, row: &ReadRow, household: &Household, place: UnitId) -> Fate {
        let mut fields = household.fields.clone();
        fields.insert(
            FieldName::from(field::SINCE),
            Value::from(self.known.year.get()),
        );
        let doubts = row.doubts.iter();
        let doubts = doubts.map(|doubt| (doubt.field.clone(), doubt.reason.clone()));
        let form = self.form(household, None);
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
    fn correct(&mut self, row: &ReadRow, household: &Household, standing: &Standing) -> Fate {
        let document = &standing.document;
        let mut corrections = Vec::new();
        let mut fields = Vec::new();
        for (name, value) in &household.fields {
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
                // The list says it for the first time, of a family that officers added.
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
        let form = self.form(household, Some(document));
        if !corrections.is_empty() || form.is_some() {
            self.plan.tasks.push(Task {
                deed: Deed::Write {
                    family: document.id,
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

    /// What is done with the form of a family that registers for the title.
    fn form(&mut self, household: &Household, document: Option<&Document>) -> Option<Form> {
        if !self.registers || self.known.criteria.is_none() {
            return None;
        }
        let id = document.map(|document| form_of(document.id, self.known.year));
        let form = match id.and_then(|id| self.known.forms.get(&id)?.assessment()) {
            None => Form::Begin(facts(household)),
            Some(head) if head.stage.name() == StageName::Withdrawn => {
                // A family withdraws by itself too; that stands.
                let is_ours = head.moved.is_some_and(|moved| moved.by == UNDOER);
                is_ours.then_some(Form::Reopen)?
            }
            Some(_) => return None,
        };
        self.plan.registered += 1;
        Some(form)
    }
}

/// What each family of the list is, with what was answered.
enum Which {
    Same(usize),
    New,
    Asked(Vec<usize>),
    LeftOut,
}

impl Which {
    fn same(&self) -> Option<usize> {
        match self {
            Which::Same(at) => Some(*at),
            _ => None,
        }
    }
}

struct Found {
    /// By its place among those listed.
    by_row: BTreeMap<usize, Which>,
    /// The families that the list has, or may have.
    named: BTreeSet<usize>,
}

impl Found {
    fn of(
        rows: &[ReadRow],
        at_row: &BTreeMap<usize, usize>,
        matched: &[Match],
        standing: &[Standing],
        answers: &Answers,
    ) -> Self {
        let mut found = Self {
            by_row: BTreeMap::new(),
            named: BTreeSet::new(),
        };
        // Families that somebody has named are no choice for other rows.
        let mut chosen: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, nth) in at_row {
            if let Match::Unsure(candidates) = &matched[*nth]
                && let Some(Answer::Same(id)) = answers.get(&Topic::Row(at_of(&rows[*at])))
                && let Some(one) = candidates
                    .iter()
                    .find(|it| standing[**it].document.id == *id)
            {
                chosen.entry(*one).or_insert(*nth);
            }
        }
        for (at, nth) in at_row {
            let which = match &matched[*nth] {
                Match::Same(one) => Which::Same(*one),
                Match::New => Which::New,
                Match::Unsure(candidates) => {
                    let own = chosen.iter().find(|(_, by)| *by == nth);
                    let free: Vec<usize> = candidates
                        .iter()
                        .filter(|it| !chosen.contains_key(*it))
                        .copied()
                        .collect();
                    match (own, answers.get(&Topic::Row(at_of(&rows[*at])))) {
                        (Some((one, _)), _) => Which::Same(*one),
                        (None, Some(Answer::Different)) => Which::New,
                        (None, Some(Answer::Leave)) => Which::LeftOut,
                        // Somebody said twice of one family that it is this one.
                        (None, Some(Answer::Same(_))) => Which::Asked(free),
                        (None, _) if free.is_empty() => Which::New,
                        (None, _) => Which::Asked(free),
                    }
                }
            };
            match &which {
                Which::Same(one) => found.named.extend([*one]),
                Which::Asked(candidates) => found.named.extend(candidates),
                Which::New | Which::LeftOut => {}
            }
            found.by_row.insert(*nth, which);
        }
        found
    }
}

fn at_of(row: &ReadRow) -> At {
    At {
        sheet: row.sheet.clone(),
        row: row.row,
    }
}

/// Whether a family of the list is one of those it resembles.
fn asked(row: &ReadRow, household: &Household, candidates: &[&Document]) -> Question {
    let listed = described(|name| household.fields.get(&FieldName::from(name)));
    let standing: Vec<String> = candidates
        .iter()
        .map(|document| described(|name| document.field(&name.into())))
        .collect();
    let village = &household.village;
    let words = match standing.as_slice() {
        [] => format!("{listed}: đã chọn cùng một hộ cho hai dòng. Là hộ khác, hay chưa nhận?"),
        [one] => format!(
            "Danh sách ghi {listed}. Bản {village} đã có {one}; không dòng nào của danh sách ghi đúng hộ ấy. Một hộ hay hai hộ?"
        ),
        _ => format!(
            "Danh sách ghi {listed}. Bản {village} đã có {}; không dòng nào của danh sách ghi đúng các hộ ấy. Là hộ nào, hay là hộ khác?",
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
        words: "Là hộ khác: giữ cả hai".to_owned(),
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

fn facts(household: &Household) -> Facts {
    let number = |name: &str| {
        let value = household.fields.get(&FieldName::from(name))?.as_u64()?;
        u32::try_from(value).ok()
    };
    Facts {
        children: number(field::CHILDREN),
        adults: number(field::ADULTS),
        literate_adults: number(field::LITERATE_ADULTS),
        ..Facts::default()
    }
}

const TITLE: Title = Title::LearningFamily;

/// The form of a family for a year.
pub fn form_of(family: DocumentId, year: Year) -> DocumentId {
    AssessmentId::of(family.into(), TITLE.as_str(), year).into()
}

impl Plan {
    pub fn count(&self, wanted: impl Fn(&Row) -> bool) -> usize {
        self.rows.iter().filter(|row| wanted(row)).count()
    }

    /// Families of which something is written.
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
    pub fn changes(
        &self,
        criteria: Option<&CriteriaSetId>,
        now: DateTime<Utc>,
        mut id: impl FnMut() -> uuid::Uuid,
    ) -> Vec<Change> {
        let mut changes = Vec::new();
        for Task { deed, form } in &self.tasks {
            let family = match deed {
                Deed::Register { .. } => SubjectId::from_uuid(id()).into(),
                Deed::Write { family, .. } => *family,
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
                        kind: SubjectKind::Household,
                        shard,
                        place,
                        fields,
                        doubts,
                    };
                    make(family, None, ChangeBody::Register(registration));
                }
                Deed::Write { fields, doubts, .. } => {
                    for (field, value, seen) in fields {
                        make(family, seen, ChangeBody::SetField { field, value });
                    }
                    for Doubt { field, reason } in doubts {
                        make(family, None, ChangeBody::Doubt { field, reason });
                    }
                }
            }
            let id = form_of(family, self.year);
            match (form, criteria) {
                (Some(Form::Begin(facts)), Some(criteria)) => {
                    let start = Start {
                        subject: family.into(),
                        title: TITLE,
                        year: self.year,
                        criteria: criteria.clone(),
                        facts: facts.clone(),
                    };
                    make(id, None, ChangeBody::Start(start));
                }
                (Some(Form::Reopen), _) => make(id, None, ChangeBody::Advance(Move::Reopen)),
                _ => {}
            }
        }
        changes
    }
}

impl Correction {
    /// The field, in words.
    pub fn words(&self) -> String {
        match self {
            Correction::Field { field, .. } => label(field.as_str()).to_owned(),
            Correction::Doubt { field } => format!("{} (nghi ngờ)", label(field.as_str())),
        }
    }
}
