//! Importing a commune's household list: what each family of the list becomes.
//!
//! The list is one author among others. Families are registered and changed by the same changes as a phone's, so an
//! import can neither overwrite what an officer wrote in the field (both values stay, as a conflict) nor touch a closed
//! form. What earlier imports wrote is read back from the change log, and only what differs from it is a change: the
//! same file twice changes nothing, a corrected file changes what was corrected, and a field mended by an officer is
//! left alone for as long as the list keeps saying what it said.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use shared::access::{Actor, Role, Scope};
use shared::calendar;
use shared::change::{Change, ChangeBody, Registration, Start};
use shared::criteria::{self, Title};
use shared::document::{Document, FieldName};
use shared::ids::{AssessmentId, ChangeId, DocumentId, SubjectId, UnitId, UserId};
use shared::org_unit::{Dated, OrgTree, OrgUnit, UnitCode, UnitKind};
use shared::subject::{SubjectKind, field};
use shared::sync::{Carried, Outcome};
use shared::text::fold;
use uuid::Uuid;

use super::intake::{Submission, take};
use super::units::{REORGANISED, Units};
use crate::clock;
use crate::db::users::User;
use crate::db::{self, Db, changes, documents, users};
use crate::import::list::label;
use crate::import::{self, Doubt, FileError, Household, HouseholdList, Mend, Reading};

/// How a list is to be imported.
#[derive(Clone, Debug)]
pub struct Request {
    /// The commune's code, of today or of before July 2025.
    pub commune: UnitCode,
    /// The year of the list, if its heading names none.
    pub year: Option<i32>,
    /// Only reports what would be done.
    pub dry_run: bool,
    /// Goes on although the heading names another commune.
    pub despite_heading: bool,
}

/// Nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(
        "không có xã, phường nào mang mã {0}; hãy xem lại mã, hoặc nhập đơn vị hành chính trước"
    )]
    NoCommune(UnitCode),
    #[error(
        "đầu tệp ghi “{heading}” nhưng mã {code} là {commune}. Hãy dùng đúng mã của xã; nếu vẫn đúng là nhập vào đây, thêm --despite-heading"
    )]
    OtherCommune {
        heading: String,
        code: UnitCode,
        commune: String,
    },
    #[error("năm {0} không hợp với phong trào (2021–2030)")]
    Year(i32),
    #[error(transparent)]
    Db(#[from] db::DbError),
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    New,
    /// The fields that were changed, in words.
    Updated(Vec<String>),
    Unchanged,
    Refused(String),
    Skipped,
}

/// A row of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub sheet: String,
    pub row: u32,
    pub label: String,
    pub mends: Vec<Mend>,
    pub doubts: Vec<Doubt>,
    pub fate: Fate,
}

/// What an import did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub commune: String,
    pub year: i32,
    pub dry_run: bool,
    /// Villages that were not known before.
    pub new_villages: Vec<String>,
    pub villages: usize,
    /// Families that were registered for the title because the list says that they register.
    pub registered: usize,
    pub lines: Vec<Line>,
    pub remarks: Vec<String>,
}

impl Report {
    pub fn count(&self, wanted: impl Fn(&Line) -> bool) -> usize {
        self.lines.iter().filter(|line| wanted(line)).count()
    }
}

/// The person under whose name lists are imported.
pub const IMPORTER: UserId =
    UserId::from_uuid(Uuid::from_u128(0x1d3f_5a1c_8b0e_4c55_9f2a_70b1_6e0d_2c48));

/// The namespace of villages that lists name (a random UUID, fixed for ever).
const VILLAGES: Uuid = Uuid::from_u128(0x7a15_c0de_61ab_4d0f_8e77_31f0_94c8_5b23);

/// Changes in one transaction.
const GROUP: usize = 2_000;

fn importer() -> Actor {
    Actor {
        user: IMPORTER,
        name: "Nhập danh sách".to_owned(),
        role: Role::Admin,
        scope: Scope::All,
    }
}

/// Imports a list.
pub async fn import(
    db: &Db,
    bytes: &[u8],
    request: &Request,
    now: DateTime<Utc>,
) -> Result<Report, ImportError> {
    let today = calendar::day(now);
    let given = request.year.unwrap_or_else(|| calendar::year_judged(today));
    if !(2015..=2100).contains(&given) {
        return Err(ImportError::Year(given));
    }
    let sheets = import::workbook::read(bytes)?;
    let tree = Units::load(db).await?.tree();
    let found = super::units::communes_by_code(&tree, &request.commune, today);
    if found.is_empty() {
        return Err(ImportError::NoCommune(request.commune.clone()));
    }
    // The list is read once to learn its heading, which may tell two communes of one code apart.
    let heading = import::list::read(&sheets, given, &[])?.heading;
    let commune = choose(
        &tree,
        &request.commune,
        &heading,
        today,
        request.despite_heading,
    )?;
    let known: Vec<String> = tree
        .villages_under(commune.now.id, today)
        .iter()
        .map(|village| village.name(today).to_owned())
        .collect();
    let list = import::list::read(&sheets, given, &known)?;
    let year = request.year.or(list.year).unwrap_or(given);
    let (villages, new_villages) = villages(&tree, &commune, &list.villages, today);

    let plan = plan(db, &list, &villages, commune.now.id, year, now).await?;
    let mut report = Report {
        commune: commune.words(today),
        year,
        dry_run: request.dry_run,
        new_villages: new_villages
            .iter()
            .map(|village| village.name(today).to_owned())
            .collect(),
        villages: villages.len(),
        registered: plan.registered,
        lines: plan.lines,
        remarks: list.remarks.clone(),
    };
    if plan.absent > 0 {
        report.remarks.push(format!(
            "{} hộ của các bản này đã có từ trước nhưng không có trong tệp; chúng được giữ nguyên.",
            plan.absent
        ));
    }
    if !request.dry_run {
        write(db, &new_villages, plan.changes, now, &mut report).await?;
    }
    Ok(report)
}

/// A commune of today, with the commune it was when the list's heading was printed.
struct Commune<'a> {
    now: &'a OrgUnit,
    before: Option<&'a OrgUnit>,
}

impl Commune<'_> {
    fn words(&self, today: NaiveDate) -> String {
        let now = self.now.name(today);
        match self.before {
            Some(before) if before.name(today) != now => {
                format!("{} (nay thuộc {now})", before.name(today))
            }
            _ => now.to_owned(),
        }
    }
}

/// The commune that code and heading name together. A code that was reused in 2025 names two.
fn choose<'a>(
    tree: &'a OrgTree,
    code: &UnitCode,
    heading: &[String],
    today: NaiveDate,
    despite_heading: bool,
) -> Result<Commune<'a>, ImportError> {
    let before = REORGANISED.pred_opt().unwrap_or(REORGANISED);
    let named = heading
        .iter()
        .find_map(|line| Some((line, commune_in(line)?)));
    let is_named = |unit: &OrgUnit| {
        let name = fold(unit.name(today));
        named.as_ref().is_some_and(|(_, named)| *named == name)
    };
    let communes = |day: NaiveDate| {
        let units = tree.by_code(code, day).into_iter();
        units.filter(|unit| unit.kind.is_commune())
    };
    let mut candidates: Vec<Commune<'a>> = Vec::new();
    for now in communes(today) {
        // What the commune was made of: the list may still bear the old name.
        let was = tree
            .iter()
            .filter(|unit| unit.kind.is_commune() && unit.valid_at(before))
            .find(|unit| unit.successors.contains(&now.id) && is_named(unit));
        candidates.push(Commune { now, before: was });
    }
    for old in communes(before) {
        for now in tree.today(old.id, today) {
            candidates.push(Commune {
                now,
                before: Some(old),
            });
        }
    }
    let by_name = candidates
        .iter()
        .position(|it| it.before.is_some_and(is_named) || is_named(it.now));
    match (by_name, &named) {
        (Some(at), _) => Ok(candidates.swap_remove(at)),
        (None, Some((line, _))) if !despite_heading => Err(ImportError::OtherCommune {
            heading: (*line).clone(),
            code: code.clone(),
            commune: candidates
                .iter()
                .map(|it| it.words(today))
                .collect::<Vec<_>>()
                .join(", "),
        }),
        (None, _) => candidates
            .into_iter()
            .next()
            .ok_or_else(|| ImportError::NoCommune(code.clone())),
    }
}

/// The commune that a line of the heading names, folded: "ỦY BAN NHÂN DÂN XÃ MƯỜNG SO" is "xa muong so".
fn commune_in(line: &str) -> Option<String> {
    let folded = fold(line);
    let rest = folded
        .strip_prefix("uy ban nhan dan ")
        .or_else(|| folded.strip_prefix("ubnd "))?;
    let kinds = ["xa ", "phuong ", "thi tran "];
    kinds
        .iter()
        .any(|kind| rest.starts_with(kind))
        .then(|| rest.to_owned())
}

/// The units of the villages a list names, and those among them that are new.
fn villages(
    tree: &OrgTree,
    commune: &Commune<'_>,
    names: &[String],
    today: NaiveDate,
) -> (BTreeMap<String, UnitId>, Vec<OrgUnit>) {
    let known: BTreeMap<String, UnitId> = tree
        .villages_under(commune.now.id, today)
        .iter()
        .map(|village| (fold(village.name(today)), village.id))
        .collect();
    let mut ids = BTreeMap::new();
    let mut new = Vec::new();
    for name in names {
        let folded = fold(name);
        let id = known.get(&folded).copied().unwrap_or_else(|| {
            // Two old communes may have had villages of one name before they became one commune.
            let parent = commune.before.unwrap_or(commune.now).id;
            let id = UnitId::from_uuid(Uuid::new_v5(
                &VILLAGES,
                format!("{parent}/{folded}").as_bytes(),
            ));
            let parents = match commune.before {
                Some(before) => vec![
                    Dated::until(before.id, REORGANISED),
                    Dated::from(commune.now.id, REORGANISED),
                ],
                None => vec![Dated::always(commune.now.id)],
            };
            new.push(OrgUnit {
                parents,
                ..OrgUnit::new(id, UnitKind::Village, name)
            });
            id
        });
        ids.insert(name.clone(), id);
    }
    (ids, new)
}

/// What is to be done.
struct Plan {
    lines: Vec<Line>,
    changes: Vec<Change>,
    registered: usize,
    /// Families of the list's villages that the list does not have.
    absent: usize,
}

/// What earlier imports wrote into a field, and the change that did.
type Written = BTreeMap<FieldName, (Value, ChangeId)>;

/// A family that is here, with what imports wrote of it.
struct Standing {
    document: Document,
    written: Written,
    doubts: BTreeMap<FieldName, String>,
}

async fn plan(
    db: &Db,
    list: &HouseholdList,
    villages: &BTreeMap<String, UnitId>,
    commune: UnitId,
    year: i32,
    now: DateTime<Utc>,
) -> Result<Plan, ImportError> {
    let mut conn = db.read().await?;
    let places: BTreeSet<UnitId> = villages.values().copied().collect();
    let here = documents::subjects_of_shard(&mut conn, commune, SubjectKind::Household).await?;
    let here: Vec<Document> = here
        .into_iter()
        .filter(|document| places.contains(&document.place))
        .collect();
    let ids: Vec<DocumentId> = here.iter().map(|document| document.id).collect();
    let mut log: BTreeMap<DocumentId, Vec<Change>> = BTreeMap::new();
    for change in changes::written_by(&mut conn, &ids, IMPORTER).await? {
        log.entry(change.doc).or_default().push(change);
    }
    let subjects: Vec<SubjectId> = ids.iter().map(|id| (*id).into()).collect();
    let title = Title::LearningFamily;
    let begun: BTreeMap<DocumentId, Document> =
        documents::assessments(&mut conn, &subjects, title, year)
            .await?
            .into_iter()
            .map(|document| (document.id, document))
            .collect();
    let mut standing = Vec::with_capacity(here.len());
    for document in here {
        let (written, doubts) = earlier(log.remove(&document.id).unwrap_or_default());
        standing.push(Standing {
            document,
            written,
            doubts,
        });
    }
    drop(conn);

    let families: Vec<(usize, &Household)> = list
        .rows
        .iter()
        .enumerate()
        .filter_map(|(at, row)| match &row.reading {
            Reading::Family(household) => Some((at, household)),
            _ => None,
        })
        .collect();
    let matched = matches(&families, &standing, villages);
    let set = NaiveDate::from_ymd_opt(year, 12, 31).and_then(|day| criteria::for_title(title, day));
    let mut plan = Plan {
        lines: Vec::with_capacity(list.rows.len()),
        changes: Vec::new(),
        registered: 0,
        absent: standing.len() - matched.len(),
    };
    let mut make = |doc: DocumentId, seen: Option<ChangeId>, body: ChangeBody| Change {
        id: ChangeId::from_uuid(Uuid::now_v7()),
        doc,
        seen,
        made_at: now,
        body,
    };
    for (at, row) in list.rows.iter().enumerate() {
        let fate = match &row.reading {
            Reading::Skipped => Fate::Skipped,
            Reading::Refused(why) => Fate::Refused(why.clone()),
            Reading::Family(household) => {
                let place = villages.get(&household.village).copied();
                let (doc, fate) = match (matched.get(&at).map(|at| &standing[*at]), place) {
                    (Some(standing), _) => {
                        let changed = update(
                            household,
                            &row.doubts,
                            standing,
                            &mut plan.changes,
                            &mut make,
                        );
                        let fate = match changed.is_empty() {
                            true => Fate::Unchanged,
                            false => Fate::Updated(changed),
                        };
                        (standing.document.id, fate)
                    }
                    (None, Some(place)) => {
                        let doc = SubjectId::from_uuid(Uuid::now_v7()).into();
                        let registration =
                            registration(household, &row.doubts, commune, place, year);
                        plan.changes
                            .push(make(doc, None, ChangeBody::Register(registration)));
                        (doc, Fate::New)
                    }
                    // Every village of a family is among the villages of its list.
                    (None, None) => {
                        plan.lines.push(line(row, Fate::Skipped));
                        continue;
                    }
                };
                let form = AssessmentId::of(doc.into(), title.as_str(), year).into();
                let head = begun.get(&form).and_then(Document::assessment);
                if let Some(head) = head.filter(|head| head.stage.is_open())
                    && matches!(fate, Fate::Updated(_))
                    && head.facts != facts(household)
                {
                    let facts = facts(household);
                    plan.changes
                        .push(make(form, None, ChangeBody::SetFacts { facts }));
                }
                if let Some(set) = set.filter(|_| list.registers && head.is_none()) {
                    plan.registered += 1;
                    let start = Start {
                        subject: doc.into(),
                        title,
                        year,
                        criteria: set.id.clone(),
                        facts: facts(household),
                    };
                    plan.changes
                        .push(make(form, None, ChangeBody::Start(start)));
                }
                fate
            }
        };
        plan.lines.push(line(row, fate));
    }
    Ok(plan)
}

fn line(row: &import::ReadRow, fate: Fate) -> Line {
    Line {
        sheet: row.sheet.clone(),
        row: row.row,
        label: row.label.clone(),
        mends: row.mends.clone(),
        doubts: row.doubts.clone(),
        fate,
    }
}

/// What imports wrote of a family, told again from their changes in order.
fn earlier(log: Vec<Change>) -> (Written, BTreeMap<FieldName, String>) {
    let mut written = Written::new();
    let mut doubts = BTreeMap::new();
    for change in log {
        match change.body {
            ChangeBody::Register(registration) => {
                for (name, value) in registration.fields {
                    written.insert(name, (value, change.id));
                }
                doubts.extend(registration.doubts);
            }
            ChangeBody::SetField { field, value } => {
                doubts.remove(&field);
                written.insert(field, (value, change.id));
            }
            ChangeBody::Doubt { field, reason } => {
                doubts.insert(field, reason);
            }
            _ => {}
        }
    }
    (written, doubts)
}

/// How surely two descriptions mean one family, from the surest sign to the weakest.
#[derive(Clone, Copy)]
enum Sign {
    /// Everything that the list said of it before.
    Whole,
    NumberNameBirth,
    NameBirth,
    /// A name that only one has on either side.
    Name,
    /// The name was corrected.
    NumberBirth,
}

impl Sign {
    const ALL: [Sign; 5] = [
        Sign::Whole,
        Sign::NumberNameBirth,
        Sign::NameBirth,
        Sign::Name,
        Sign::NumberBirth,
    ];

    /// The sign of a family with these fields, if it has what the sign is made of.
    fn of<'a>(self, read: impl Fn(&str) -> Option<&'a Value>) -> Option<String> {
        let text = |name: &str| {
            let value = read(name).filter(|value| !value.is_null())?;
            Some(match value {
                Value::String(text) => fold(text),
                other => other.to_string(),
            })
        };
        let all = |names: &[&str]| -> Option<String> {
            let parts: Vec<String> = names.iter().map(|name| text(name)).collect::<Option<_>>()?;
            Some(parts.join("/"))
        };
        match self {
            Sign::Whole => {
                let parts = WHOLE.map(|name| text(name).unwrap_or_default());
                Some(parts.join("/"))
            }
            Sign::NumberNameBirth => all(&[field::NUMBER, field::NAME, field::BIRTH_YEAR]),
            Sign::NameBirth => all(&[field::NAME, field::BIRTH_YEAR]),
            Sign::Name => all(&[field::NAME]),
            Sign::NumberBirth => all(&[field::NUMBER, field::BIRTH_YEAR]),
        }
    }
}

/// What a list says of a family.
const WHOLE: [&str; 10] = [
    field::NUMBER,
    field::NAME,
    field::BIRTH_YEAR,
    field::ETHNICITY,
    field::HAMLET,
    field::MEMBERS,
    field::CHILDREN,
    field::ADULTS,
    field::LITERATE_ADULTS,
    field::POOR,
];

/// Which family of the list is which of those here: by row of the list, the place among those standing. Within a
/// village, each family once, and only where a sign leaves no choice.
fn matches(
    families: &[(usize, &Household)],
    standing: &[Standing],
    villages: &BTreeMap<String, UnitId>,
) -> BTreeMap<usize, usize> {
    let mut matched: BTreeMap<usize, usize> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for sign in Sign::ALL {
        let mut here: BTreeMap<(UnitId, String), Vec<usize>> = BTreeMap::new();
        for (at, it) in standing.iter().enumerate() {
            if taken.contains(&at) {
                continue;
            }
            let stands = |name: &str| it.document.field(&name.into());
            // An officer may have mended the name or the year: the list is known by what it said before too.
            let said = |name: &str| match it.written.get(&FieldName::from(name)) {
                Some((value, _)) => Some(value),
                None => stands(name),
            };
            let signs: BTreeSet<String> = [sign.of(said), sign.of(stands)]
                .into_iter()
                .flatten()
                .collect();
            for sign in signs {
                here.entry((it.document.place, sign)).or_default().push(at);
            }
        }
        let mut listed: BTreeMap<(UnitId, String), Vec<usize>> = BTreeMap::new();
        for (row, household) in families {
            let place = villages.get(&household.village);
            let sign = sign.of(|name| household.fields.get(&FieldName::from(name)));
            if let (Some(place), Some(sign), false) = (place, sign, matched.contains_key(row)) {
                listed.entry((*place, sign)).or_default().push(*row);
            }
        }
        for (sign, rows) in listed {
            let free = here.get(&sign).into_iter().flatten();
            let free: Vec<usize> = free.filter(|at| !taken.contains(*at)).copied().collect();
            if let ([row], [at]) = (rows.as_slice(), free.as_slice()) {
                matched.insert(*row, *at);
                taken.insert(*at);
            }
        }
    }
    matched
}

fn facts(household: &Household) -> shared::scoring::Facts {
    let number = |name: &str| {
        let value = household.fields.get(&FieldName::from(name))?.as_u64()?;
        u32::try_from(value).ok()
    };
    shared::scoring::Facts {
        children: number(field::CHILDREN),
        adults: number(field::ADULTS),
        literate_adults: number(field::LITERATE_ADULTS),
        area_class: None,
    }
}

fn registration(
    household: &Household,
    doubts: &[Doubt],
    commune: UnitId,
    place: UnitId,
    year: i32,
) -> Registration {
    let mut fields = household.fields.clone();
    fields.insert(FieldName::from(field::SINCE), Value::from(year));
    Registration {
        kind: SubjectKind::Household,
        shard: commune,
        place,
        fields,
        doubts: doubts
            .iter()
            .map(|doubt| (FieldName::from(doubt.field), doubt.reason.clone()))
            .collect(),
    }
}

/// Adds the changes that a list makes to a family, and names the fields.
fn update(
    household: &Household,
    doubts: &[Doubt],
    standing: &Standing,
    changes: &mut Vec<Change>,
    make: &mut impl FnMut(DocumentId, Option<ChangeId>, ChangeBody) -> Change,
) -> Vec<String> {
    let document = &standing.document;
    let mut changed = Vec::new();
    for (name, value) in &household.fields {
        let earlier = standing.written.get(name);
        let said_before = earlier.is_some_and(|(before, _)| before == value);
        let stands = document.field(name) == Some(value);
        if said_before || stands {
            continue;
        }
        let writer = document.writer(name).map(|writer| writer.change);
        let seen = match earlier {
            // The list corrects what the list said. Somebody who wrote in between is not overwritten silently.
            Some((_, change)) => Some(*change),
            // The list says it for the first time, of a family that officers added.
            None => writer.filter(|_| document.field(name).is_none()),
        };
        let field = name.clone();
        let value = value.clone();
        changed.push(label(name.as_str()).to_owned());
        changes.push(make(
            document.id,
            seen,
            ChangeBody::SetField { field, value },
        ));
    }
    for doubt in doubts {
        let name = FieldName::from(doubt.field);
        let said_before = standing.doubts.get(&name) == Some(&doubt.reason);
        if !said_before && document.doubts.get(&name) != Some(&doubt.reason) {
            changed.push(format!("{} (nghi ngờ)", label(doubt.field)));
            let body = ChangeBody::Doubt {
                field: name,
                reason: doubt.reason.clone(),
            };
            changes.push(make(document.id, None, body));
        }
    }
    changed.dedup();
    changed
}

async fn write(
    db: &Db,
    new_villages: &[OrgUnit],
    changes: Vec<Change>,
    now: DateTime<Utc>,
    report: &mut Report,
) -> Result<(), ImportError> {
    if changes.is_empty() && new_villages.is_empty() {
        return Ok(());
    }
    let mut tx = db.write().await?;
    db::units::put(&mut tx, new_villages).await?;
    let person = User {
        id: IMPORTER,
        username: None,
        name: importer().name,
        role: Role::Admin,
        password_hash: None,
        disabled: true,
        units: Vec::new(),
    };
    users::put(&mut tx, &[person], now).await?;
    tx.commit().await.map_err(db::DbError::from)?;
    let tree = Units::load(db).await?.tree();
    let mut waiting = changes.into_iter().map(Carried::Known).peekable();
    let mut refused = 0;
    while waiting.peek().is_some() {
        let group = Submission {
            actor: importer(),
            device: None,
            changes: waiting.by_ref().take(GROUP).collect(),
        };
        let receipts = take(db, &tree, &[group], clock::now()).await?;
        for receipt in receipts.into_iter().flatten() {
            if let Outcome::Refused(refusal) = receipt.outcome {
                tracing::warn!(?refusal, "a change of an import was refused");
                refused += 1;
            }
        }
    }
    if refused > 0 {
        report.remarks.push(format!(
            "{refused} thay đổi không được nhận vì phiếu đã khoá hoặc nội dung không hợp lệ; xem nhật ký máy chủ."
        ));
    }
    Ok(())
}

/// What was written in another way than meant, and how it was read.
fn mended(mend: &Mend) -> String {
    let what = label(mend.field);
    let tidy = shared::text::tidy(&mend.from);
    if mend.from.trim() != mend.to && tidy == mend.to {
        format!("{what}: dấu viết rời, đã ghép lại")
    } else if mend.from.trim() == mend.to && mend.to.parse::<u64>().is_ok() {
        format!("{what}: số ghi dạng chữ, đã đọc là {}", mend.to)
    } else {
        format!("{what}: “{}” đọc là “{}”", mend.from.trim(), mend.to)
    }
}

/// The report as a clerk reads it: what is to be looked at, row by row, then the sums.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let several = self
            .lines
            .iter()
            .any(|line| line.sheet != self.lines[0].sheet);
        writeln!(f, "Danh sách hộ của {}, năm {}", self.commune, self.year)?;
        for line in &self.lines {
            let mut said: Vec<String> = Vec::new();
            let word = match &line.fate {
                Fate::New => "nhận",
                Fate::Updated(fields) => {
                    said.push(format!("sửa {}", fields.join(", ")));
                    "cập nhật"
                }
                Fate::Unchanged => "không đổi",
                Fate::Refused(why) => {
                    said.push(why.clone());
                    "từ chối"
                }
                Fate::Skipped => "bỏ qua",
            };
            said.extend(line.mends.iter().map(mended));
            said.extend(
                line.doubts
                    .iter()
                    .map(|doubt| format!("NGHI NGỜ {}: {}", label(doubt.field), doubt.reason)),
            );
            let is_news = !said.is_empty() || line.fate == Fate::Skipped;
            if !is_news {
                continue;
            }
            let sheet = if several {
                format!("tờ “{}” ", line.sheet)
            } else {
                String::new()
            };
            writeln!(
                f,
                "  {sheet}dòng {:>4}  {word:<9} {}{}{}",
                line.row,
                line.label,
                if said.is_empty() { "" } else { " · " },
                said.join(" · ")
            )?;
        }
        for remark in &self.remarks {
            writeln!(f, "  {remark}")?;
        }
        let of = |wanted: fn(&Fate) -> bool| self.count(|line| wanted(&line.fate));
        writeln!(
            f,
            "Tổng: {} bản; {} hộ mới, {} cập nhật, {} không đổi, {} từ chối, {} dòng không phải hộ.",
            self.villages,
            of(|fate| *fate == Fate::New),
            of(|fate| matches!(fate, Fate::Updated(_))),
            of(|fate| *fate == Fate::Unchanged),
            of(|fate| matches!(fate, Fate::Refused(_))),
            of(|fate| *fate == Fate::Skipped),
        )?;
        writeln!(
            f,
            "Trong đó {} hộ được sửa cách ghi, {} hộ còn điều nghi ngờ cần hỏi lại.",
            self.count(|line| !line.mends.is_empty()),
            self.count(|line| !line.doubts.is_empty() && !matches!(line.fate, Fate::Refused(_))),
        )?;
        if !self.new_villages.is_empty() {
            writeln!(f, "Bản mới: {}.", self.new_villages.join(", "))?;
        }
        if self.registered > 0 {
            writeln!(
                f,
                "Danh sách ghi là đăng ký danh hiệu: đã mở phiếu năm {} cho {} hộ.",
                self.year, self.registered
            )?;
        }
        if self.dry_run {
            writeln!(f, "Đây là bản xem trước; chưa có gì được ghi.")?;
        }
        Ok(())
    }
}
