//! The register of a unit's titles about a year: who holds which since which decision, by which it was commended, and what became of
//! it. Made as a job.

use std::collections::BTreeMap;

use app::locale::{self, Locale};
use async_trait::async_trait;
use papers::bounds::ROWS;
use papers::{Register, RegisterRow};
use serde::{Deserialize, Serialize};
use shared::assessment::StageName;
use shared::award::Occasion;
use shared::calendar::Year;
use shared::criteria::{Criteria, Title};
use shared::decision::{Corrected, Does, form};
use shared::document::Document;
use shared::ids::{DocumentId, UnitId};
use shared::job::Fault;
use shared::kind::SubjectKind;
use shared::org_unit::OrgTree;
use shared::problem::ProblemKind;
use shared::table::{Cell, Column, Row, Table};
use shared::text;

use super::certificates::{above, not_drawn};
use super::decision_papers::{COMMENDATION, Format};
use super::jobs::kind::{JobKind, Output, Stop, Work};
use super::{letterheads, templates};
use crate::auth::SignedIn;
use crate::clock;
use crate::db::documents;
use crate::db::jobs::Asking;
use crate::error::ApiError;
use crate::export::{self, FileKind, xlsx};
use crate::state::AppState;

const CODE: &str = "register";
/// An official paper is in Vietnamese, whoever asks for it.
const LANGUAGE: &str = "vi";
const HEADING: &str = "Sổ theo dõi danh hiệu";
/// Decisions of a year that are read; a commune signs some ten.
const DECISIONS: usize = 500;

/// A register, as its form asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordered {
    pub unit: UnitId,
    pub year: Year,
    /// "docx", "pdf", or "xlsx".
    pub format: String,
}

/// As what it is written.
#[derive(Clone, Copy)]
enum Written {
    Paper(Format),
    Workbook,
}

impl Written {
    fn parse(ending: &str) -> Result<Self, ProblemKind> {
        match ending == FileKind::Workbook.ending() {
            true => Ok(Written::Workbook),
            false => Format::parse(ending).map(Written::Paper),
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Written::Paper(format) => format.media_type(),
            Written::Workbook => FileKind::Workbook.media_type(),
        }
    }
}

/// A wish for the register of a unit that somebody looks at.
pub fn asking(who: &SignedIn, ordered: &Ordered) -> Result<Asking, ApiError> {
    Written::parse(&ordered.format)?;
    if !who.actor.role.has_desk() || !who.actor.scope.covers(ordered.unit, ordered.unit) {
        return Err(ProblemKind::NotFound.into());
    }
    Ok(Asking {
        kind: CODE.to_owned(),
        by: who.user.id,
        unit: ordered.unit,
        what: format!("{}.{}", ordered.year, ordered.format),
        asked: serde_json::to_string(ordered).map_err(|_| ProblemKind::Malformed)?,
        language: LANGUAGE.to_owned(),
    })
}

/// Registers of titles.
#[derive(Debug)]
pub struct Registers;

#[async_trait]
impl JobKind for Registers {
    fn code(&self) -> &'static str {
        CODE
    }

    fn may(&self, _: &AppState, who: &SignedIn, asking: &Asking) -> bool {
        who.actor.role.has_desk() && who.actor.scope.covers(asking.unit, asking.unit)
    }

    async fn run(&self, work: &Work) -> Result<Output, Stop> {
        let asked = serde_json::from_str(&work.asking.asked);
        let ordered: Ordered = asked.map_err(|_| Stop::Failed(Fault::Broken))?;
        let written = Written::parse(&ordered.format)?;
        let (unit, year) = (ordered.unit, ordered.year);
        let today = clock::today();
        let mut conn = work.state.db.snapshot().await?;
        let found = documents::decisions_of(&mut conn, unit, year, DECISIONS).await?;
        let mut forms = BTreeMap::new();
        for title in Title::ALL {
            let stages = [StageName::Recognised, StageName::Revoked];
            let some = documents::checked_forms(&mut conn, unit, title, year, &stages, ROWS + 1);
            forms.extend(some.await?.into_iter().map(|form| (form.id, form)));
        }
        let letterhead = letterheads::of(&mut conn, &work.who.tree, unit, today).await?;
        drop(conn);
        let criteria = work.state.criteria.now();
        let said = async { rows(&work.who.tree, &criteria, &found, &forms) };
        let rows = locale::speaking(Locale::Vi, said).await;
        let count = rows.len();
        work.progress.at(0, count)?;
        let register = Register {
            heading: format!("{HEADING} học tập"),
            covering: format!("Năm {year}"),
            date: Some(today),
            drafted_in: year.get(),
            rows,
        };
        let draw = move || match written {
            Written::Paper(Format::Word) => papers::docx(&register, &letterhead).map_err(not_drawn),
            Written::Paper(Format::Pdf) => {
                papers::pdf(&register, &letterhead, templates::official()).map_err(not_drawn)
            }
            Written::Workbook => workbook(&register, &letterhead.issuer),
        };
        let bytes = work.on_a_thread(draw).await??;
        work.progress.at(count, count)?;
        let name = format!("{HEADING} {year}");
        Ok(Output {
            file_name: export::file_name(&name, today, &ordered.format),
            media_type: written.media_type(),
            bytes,
        })
    }
}

/// The same to sort and count in.
fn workbook(register: &Register, issuer: &str) -> Result<Vec<u8>, Stop> {
    let keys = [
        "number",
        "name",
        "village",
        "title",
        "year",
        "result",
        "decision",
        "commended",
        "note",
    ];
    let columns = keys.into_iter().zip(RegisterRow::HEADS);
    let row = |row: &RegisterRow| {
        let cells = row.texts().map(|text| Cell::text(text.to_owned()));
        Row::from(Vec::from(cells))
    };
    let table = Table {
        name: HEADING.to_owned(),
        above: vec![
            format!("{} · {issuer}", register.heading),
            register.covering.clone(),
        ],
        columns: columns
            .map(|(key, head)| Column::new(key, head.to_owned()))
            .collect(),
        rows: register.rows.iter().map(row).collect(),
        below: Vec::new(),
        sorted: None,
        is_numbered: false,
    };
    xlsx::workbook(&[table]).map_err(|error| {
        tracing::error!(%error, "a register could not be written");
        Stop::Failed(Fault::Broken)
    })
}

/// Number and day of each decision that commended somebody.
fn commending(decisions: &[Document]) -> BTreeMap<DocumentId, String> {
    let signed = decisions.iter().filter_map(|decision| {
        let head = decision.decision()?;
        let (award, signature) = (head.does.award()?, head.signed.as_ref()?);
        let day = app::words::date(signature.on);
        let award = match award.is_higher() {
            true => app::words::award(award),
            false => COMMENDATION.to_owned(),
        };
        let said = format!("{award}, {} ngày {day}", signature.number);
        Some((decision.id, said))
    });
    signed.collect()
}

/// A row for each title that a decision of the unit gave, in the order in which they were given.
fn rows(
    tree: &OrgTree,
    criteria: &Criteria,
    decisions: &[Document],
    forms: &BTreeMap<DocumentId, Document>,
) -> Vec<RegisterRow> {
    let mut signed: Vec<_> = decisions
        .iter()
        .filter_map(|decision| {
            let head = decision.decision()?;
            let signature = head.signed.as_ref()?;
            (head.does == Does::Recognise).then_some((decision, head, signature))
        })
        .collect();
    signed.sort_by_key(|(decision, _, signature)| (signature.on, decision.id));
    let commending = commending(decisions);
    let mut rows = Vec::new();
    for (decision, head, signature) in signed {
        let mut lines: Vec<_> = head.list.iter().collect();
        lines.sort_by_cached_key(|(_, line)| text::name_key(&line.reading().name));
        let lines = lines.into_iter().filter(|(_, line)| !line.declined);
        for (subject, line) in lines {
            let reading = line.reading();
            let name = |place| tree.name(place, signature.on).unwrap_or_default();
            // As on its certificate: what is a unit itself lies in what is above it.
            let village = match SubjectKind::of(head.title).is_a_unit() {
                true => above(tree, reading.place, signature.on),
                false => name(reading.place).to_owned(),
            };
            let day = app::words::date(signature.on);
            let form = forms.get(&form(*subject, head.title, head.year));
            let note = note(form, decision.id);
            let result = form.and_then(|form| result(form, criteria));
            let form = form.and_then(Document::assessment);
            let by = |occasion: Occasion| form.and_then(|form| form.commended_for(occasion));
            let by = Occasion::ALL.into_iter().filter_map(by);
            let commended: Vec<&str> = by
                .filter_map(|by| commending.get(&by).map(String::as_str))
                .collect();
            rows.push(RegisterRow {
                number: (rows.len() + 1).to_string(),
                name: reading.name,
                village,
                title: app::words::capital(&app::words::title(head.title)),
                year: head.year.to_string(),
                result: result.unwrap_or_default(),
                decision: format!("{} ngày {day}", signature.number),
                commended: commended.join("; "),
                note: noted(note, line.corrected.as_ref()),
            });
        }
    }
    rows
}

/// The level or rank that a form has reached.
fn result(form: &Document, criteria: &Criteria) -> Option<String> {
    let set = criteria.find(&form.assessment()?.criteria)?;
    let grade = form.score(set)?.verdict.grade?;
    Some(app::words::capital(&app::words::grade(grade, set)))
}

/// With the decision by which the line was corrected.
fn noted(note: String, corrected: Option<&Corrected>) -> String {
    let said = corrected.map(|it| {
        let day = app::words::date(it.on);
        format!("Đính chính theo {} ngày {day}", it.number)
    });
    let all = [Some(note).filter(|note| !note.is_empty()), said];
    let all: Vec<String> = all.into_iter().flatten().collect();
    all.join("; ")
}

/// Until when a title holds, or that it was taken back.
fn note(form: Option<&Document>, decision: DocumentId) -> String {
    let Some(head) = form.and_then(Document::assessment) else {
        return String::new();
    };
    match (&head.stage, &head.given) {
        (shared::assessment::Stage::Revoked { decision }, _) => {
            format!("Đã thu hồi theo {decision}")
        }
        (_, Some(given)) if given.decision == decision => given
            .until
            .map(|until| format!("Có hiệu lực đến trước {}", app::words::date(until)))
            .unwrap_or_default(),
        _ => String::new(),
    }
}
