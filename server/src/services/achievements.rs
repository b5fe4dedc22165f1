//! Reports of achievements (báo cáo thành tích): one for each who is commended or proposed by a list, all in one file, made as a job. The
//! dossier of a proposal needs them (`docs/adr/0042`, `docs/adr/0047`).
//!
//! They say what is known and leave room for what a person has to write. The templates that Decree 152/2025/NĐ-CP annexes were not read
//! by anybody: these are none of them, and the page says so.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use app::locale::{self, Locale};
use app::{Backend, BackendError, tables, words};
use async_trait::async_trait;
use chrono::Datelike;
use papers::bounds::{REPORT_ROWS, REPORTS, REPORTS_IN_A_PDF};
use papers::{AchievementReport, CommendedBefore, GaveIn, HeldTitle, Letterhead, NotedInitiative};
use serde::{Deserialize, Serialize};
use shared::access::may_read;
use shared::api::decisions::{Decision, LineRow};
use shared::api::initiatives::Initiative;
use shared::assessment::Stage;
use shared::award::{Award, Occasion};
use shared::criteria::Criteria;
use shared::decision::{DecisionState, LISTED_MAX};
use shared::document::Document;
use shared::field;
use shared::ids::{DocumentId, SubjectId};
use shared::job::Fault;
use shared::kind::SubjectKind;
use shared::problem::ProblemKind;
use shared::text;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::certificates::not_drawn;
use super::decision_papers::{COMMENDATION, Format, heading};
use super::figures::{RequestBackend, failed};
use super::jobs::kind::{JobKind, Output, Progress, Stop, Work};
use super::{initiatives, letterheads, templates};
use crate::auth::SignedIn;
use crate::clock;
use crate::db::jobs::Asking;
use crate::db::{AnyConnection, DbError, documents};
use crate::error::ApiError;
use crate::export;
use crate::state::AppState;

const CODE: &str = "reports";
/// An official paper is in Vietnamese, whoever asks for it.
const LANGUAGE: &str = "vi";
const HEADING: &str = "Báo cáo thành tích";

// The reports of a list are one file.
const _: () = assert!(LISTED_MAX <= REPORTS);

/// Reports, as their form asks for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordered {
    pub decision: DocumentId,
    /// "docx" or "pdf".
    pub format: String,
}

/// A wish for the reports of a list that somebody may read.
pub async fn asking(
    state: &AppState,
    who: &SignedIn,
    ordered: &Ordered,
) -> Result<Asking, ApiError> {
    Format::parse(&ordered.format)?;
    let mut conn = state.db.read().await?;
    let found = documents::by_id(&mut conn, ordered.decision).await?;
    let found = found.filter(|it| who.actor.role.has_desk() && may_read(&who.actor, it));
    let found = found.ok_or(ProblemKind::NotFound)?;
    let head = found.decision().ok_or(ProblemKind::NotFound)?;
    if head.does.award().is_none() || head.state == DecisionState::Discarded {
        return Err(ProblemKind::NotFound.into());
    }
    Ok(Asking {
        kind: CODE.to_owned(),
        by: who.user.id,
        unit: found.shard,
        what: format!("{}.{}", head.year, ordered.format),
        asked: serde_json::to_string(ordered).map_err(|_| ProblemKind::Malformed)?,
        language: LANGUAGE.to_owned(),
    })
}

/// Reports of achievements.
#[derive(Debug)]
pub struct Reports;

#[async_trait]
impl JobKind for Reports {
    fn code(&self) -> &'static str {
        CODE
    }

    fn may(&self, _: &AppState, who: &SignedIn, asking: &Asking) -> bool {
        who.actor.role.has_desk() && who.actor.scope.covers(asking.unit, asking.unit)
    }

    async fn run(&self, work: &Work) -> Result<Output, Stop> {
        let asked = serde_json::from_str(&work.asking.asked);
        let ordered: Ordered = asked.map_err(|_| Stop::Failed(Fault::Broken))?;
        let format = Format::parse(&ordered.format)?;
        let told = Told::of(&work.state, &work.who, ordered.decision).await;
        let told = told.map_err(|error| Stop::from(error.kind))?;
        let today = clock::today();
        let mut conn = work.state.db.read().await?;
        let unit = told.decision.unit;
        let letterhead = letterheads::of(&mut conn, &work.who.tree, unit, today).await?;
        drop(conn);
        let place = letterheads::in_a_sentence(work.who.tree.name(unit, today).unwrap_or_default());
        let criteria = work.state.criteria.now();
        let said = async { told.reports(&criteria, &place) };
        let reports = locale::speaking(Locale::Vi, said).await;
        let count = reports.len();
        work.progress.at(0, count)?;
        let progress = work.progress.clone();
        let draw = move || match format {
            Format::Word => {
                let drawn = papers::reports_docx(&reports, &letterhead).map_err(not_drawn)?;
                Ok(vec![drawn])
            }
            Format::Pdf => in_parts(&reports, &letterhead, &progress),
        };
        let parts = work.on_a_thread(draw).await??;
        work.progress.at(count, count)?;
        let name = format!("{HEADING} {}", told.decision.head.year);
        let (ending, media_type, bytes) = packed(parts, format)?;
        Ok(Output {
            file_name: export::file_name(&name, today, ending),
            media_type,
            bytes,
        })
    }
}

/// As many PDFs as it takes.
fn in_parts(
    reports: &[AchievementReport],
    letterhead: &Letterhead,
    progress: &Progress,
) -> Result<Vec<Vec<u8>>, Stop> {
    let mut parts = Vec::new();
    for (at, part) in reports.chunks(REPORTS_IN_A_PDF).enumerate() {
        progress.at(at * REPORTS_IN_A_PDF, reports.len())?;
        let drawn = papers::reports_pdf(part, letterhead, templates::report());
        parts.push(drawn.map_err(not_drawn)?);
    }
    Ok(parts)
}

/// One file as it is; several in one that holds them, numbered in their order.
fn packed(
    mut parts: Vec<Vec<u8>>,
    format: Format,
) -> Result<(&'static str, &'static str, Vec<u8>), Stop> {
    if parts.len() == 1 {
        let one = parts.pop().unwrap_or_default();
        return Ok((format.extension(), format.media_type(), one));
    }
    let pack = || -> zip::result::ZipResult<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        // A PDF is packed already.
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (at, part) in parts.iter().enumerate() {
            zip.start_file(format!("{}.{}", at + 1, format.extension()), stored)?;
            zip.write_all(part)?;
        }
        Ok(zip.finish()?.into_inner())
    };
    let bytes = pack().map_err(|error| {
        tracing::error!(%error, "reports could not be packed");
        Stop::Failed(Fault::Broken)
    })?;
    Ok(("zip", "application/zip", bytes))
}

/// A list of those who are commended, with all that is known of what they achieved.
struct Told {
    decision: Decision,
    award: Award,
    subjects: BTreeMap<SubjectId, Document>,
    /// Of all years, the oldest first.
    forms: BTreeMap<SubjectId, Vec<Document>>,
    initiatives: BTreeMap<SubjectId, Vec<Initiative>>,
    /// Those that commended them before.
    commending: BTreeMap<DocumentId, Document>,
}

impl Told {
    /// Of a decision that somebody may read.
    async fn of(state: &AppState, who: &SignedIn, id: DocumentId) -> Result<Self, BackendError> {
        let backend = RequestBackend {
            state: state.clone(),
            signed_in: Some(who.clone()),
        };
        let mut decision = backend.decision(id).await?;
        let award = decision.award().ok_or(ProblemKind::NotFound)?;
        decision.rows.retain(|row| !row.declined);
        let mut conn = state.db.snapshot().await.map_err(failed)?;
        let told = Self::read(&mut conn, decision, award).await;
        told.map_err(failed)
    }

    async fn read(
        conn: &mut AnyConnection,
        decision: Decision,
        award: Award,
    ) -> Result<Self, DbError> {
        let head = &decision.head;
        let listed: Vec<SubjectId> = decision.rows.iter().map(|row| row.subject).collect();
        let ids: Vec<DocumentId> = listed.iter().map(|it| (*it).into()).collect();
        let subjects = documents::by_ids(conn, &ids).await?;
        let years = head.does.occasion().years(head.year);
        let authors: Vec<&Document> = subjects.iter().collect();
        let initiatives = initiatives::between(conn, &authors, years).await?;
        let mut forms: BTreeMap<SubjectId, Vec<Document>> = BTreeMap::new();
        for form in documents::forms_of(conn, &listed).await? {
            let Some(of) = form.assessment() else {
                continue;
            };
            if of.title == head.title && of.year <= head.year {
                forms.entry(of.subject).or_default().push(form);
            }
        }
        for forms in forms.values_mut() {
            forms.sort_by_key(|form| form.assessment().map(|head| head.year));
        }
        let heads = forms.values().flatten().filter_map(Document::assessment);
        let commended = heads.flat_map(|head| {
            let by = Occasion::ALL.into_iter();
            by.filter_map(|occasion| head.commended_for(occasion))
        });
        let commended: Vec<DocumentId> = commended.filter(|by| *by != decision.id).collect();
        let commending = documents::by_ids(conn, &commended).await?;
        Ok(Self {
            award,
            subjects: subjects.into_iter().map(|it| (it.id.into(), it)).collect(),
            forms,
            initiatives,
            commending: commending.into_iter().map(|it| (it.id, it)).collect(),
            decision,
        })
    }

    /// One for each, village by village, as they are handed out.
    fn reports(&self, criteria: &Criteria, place: &str) -> Vec<AchievementReport> {
        let mut rows: Vec<&LineRow> = self.decision.rows.iter().collect();
        rows.sort_by_cached_key(|row| (text::place_key(&row.village), text::name_key(&row.name)));
        let rows = rows.into_iter();
        rows.map(|row| self.report(row, criteria, place)).collect()
    }

    fn report(&self, row: &LineRow, criteria: &Criteria, place: &str) -> AchievementReport {
        let head = &self.decision.head;
        let (kind, occasion) = (SubjectKind::of(head.title), head.does.occasion());
        let forms = self.forms.get(&row.subject).map_or(&[][..], Vec::as_slice);
        let (from, to) = occasion.years(head.year);
        let of_then = forms.iter().filter(|form| {
            let year = form.assessment().map(|head| head.year);
            year.is_some_and(|year| from <= year && year <= to)
        });
        let initiatives = self.initiatives.get(&row.subject);
        let initiatives = initiatives.into_iter().flatten().take(REPORT_ROWS);
        let subject = self.subjects.get(&row.subject);
        let merit = words::merit(occasion, head.year);
        let deed = row.deed.clone().or_else(|| words::deserved(row));
        AchievementReport {
            drafted_in: clock::today().year(),
            award: awarded(self.award),
            period: words::period(occasion, head.year),
            name_head: heading(head.title).to_owned(),
            name: row.name.clone(),
            kind: words::capital(&words::kind(kind)),
            place: match (kind.is_a_unit(), row.village.as_str()) {
                (true, _) | (_, "") => place.to_owned(),
                (false, village) => format!("{village}, {place}"),
            },
            is_collective: !matches!(kind, SubjectKind::Household | SubjectKind::Citizen),
            facts: subject.map(|it| facts(kind, it)).unwrap_or_default(),
            titles: last(forms.iter().filter_map(|form| held(form, criteria))),
            gave: last(of_then.filter_map(gave)),
            initiatives: initiatives.map(noted).collect(),
            commended: last(forms.iter().flat_map(|form| self.commended(form))),
            deed: deed.unwrap_or(merit),
        }
    }

    /// By which decisions a form was commended before.
    fn commended(&self, form: &Document) -> Vec<CommendedBefore> {
        let head = form.assessment();
        let by = |occasion: Occasion| {
            let head = head?;
            let decision = self.commending.get(&head.commended_for(occasion)?)?;
            let decision = decision.decision()?;
            let signed = decision.signed.as_ref()?;
            Some(CommendedBefore {
                period: words::period(occasion, head.year),
                award: awarded(decision.does.award()?),
                decision: of_day(&signed.number, signed.on),
            })
        };
        Occasion::ALL.into_iter().filter_map(by).collect()
    }
}

/// The newest of many rows, the oldest of them first.
fn last<T>(rows: impl Iterator<Item = T>) -> Vec<T> {
    let mut rows: Vec<T> = rows.collect();
    let beyond = rows.len().saturating_sub(REPORT_ROWS);
    rows.drain(..beyond);
    rows
}

fn awarded(award: Award) -> String {
    match award.is_higher() {
        true => words::award(award),
        false => COMMENDATION.to_owned(),
    }
}

fn of_day(number: &str, on: chrono::NaiveDate) -> String {
    format!("{number} ngày {}", words::date(on))
}

/// The title of a form, as long as it is held.
fn held(form: &Document, criteria: &Criteria) -> Option<HeldTitle> {
    let head = form.assessment()?;
    let Stage::Recognised { decision } = &head.stage else {
        return None;
    };
    let score = criteria
        .find(&head.criteria)
        .and_then(|set| form.score(set));
    let points = score.as_ref().and_then(|score| score.points());
    let points = points.map(|(got, max)| (got.halves(), max.halves()));
    let grade = score.and_then(|score| score.verdict.grade);
    let given = head.given.as_ref();
    Some(HeldTitle {
        year: head.year.get(),
        title: words::capital(&words::title(head.title)),
        result: tables::attained(grade, points).unwrap_or_default(),
        decision: given.map_or_else(|| decision.clone(), |given| of_day(decision, given.on)),
    })
}

fn gave(form: &Document) -> Option<GaveIn> {
    let (year, gave) = (form.assessment()?.year, form.contribution());
    (!gave.is_empty()).then(|| GaveIn {
        year: year.get(),
        labour: gave.labour,
        money: gave.money,
        otherwise: gave.otherwise.unwrap_or_default(),
    })
}

fn noted(it: &Initiative) -> NotedInitiative {
    let recognised = it.recognised.as_ref().map(words::recognised);
    NotedInitiative {
        year: it.year.get(),
        name: it.name.clone(),
        what: it.what.clone(),
        used: it.used.clone(),
        recognised: recognised.unwrap_or_default(),
    }
}

/// What is told of a kind of subject beside its name and place. Nothing of it is sensitive; what is not known is written by hand.
fn facts(kind: SubjectKind, subject: &Document) -> Vec<(String, String)> {
    let names: &[&str] = match kind {
        SubjectKind::Household => &[field::MEMBERS],
        SubjectKind::Citizen => &[field::BIRTH_YEAR],
        SubjectKind::Clan => &[field::FAMILIES],
        SubjectKind::Unit => &[field::UNIT_TYPE, field::UNIT_MEMBERS],
        _ => &[],
    };
    let known = names.iter().map(|name| {
        let value = subject.field(&(*name).into());
        let value = value.filter(|value| !value.is_null());
        let said = value.map(|value| words::field_value(name, Some(value)));
        (words::field_name(name), said.unwrap_or_default())
    });
    let by_hand = match kind {
        SubjectKind::Household | SubjectKind::Citizen => "Nghề nghiệp, chức vụ",
        _ => "Người đại diện",
    };
    known.chain([(by_hand.to_owned(), String::new())]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_files_are_packed_in_their_order_and_one_is_itself() {
        let one = packed(vec![b"one".to_vec()], Format::Pdf).unwrap();
        assert_eq!(one, ("pdf", "application/pdf", b"one".to_vec()));
        let (ending, _, bytes) =
            packed(vec![b"one".to_vec(), b"two".to_vec()], Format::Pdf).unwrap();
        assert_eq!(ending, "zip");
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut second = String::new();
        let mut file = zip.by_name("2.pdf").unwrap();
        std::io::Read::read_to_string(&mut file, &mut second).unwrap();
        assert_eq!(second, "two");
    }

    #[test]
    fn every_report_of_a_long_list_is_drawn() {
        let report = AchievementReport {
            award: "Giấy khen".to_owned(),
            period: "năm 2026".to_owned(),
            name_head: "Họ và tên".to_owned(),
            name: "Lò Thị Ón".to_owned(),
            ..AchievementReport::default()
        };
        let letterhead = Letterhead {
            issuer: "Ủy ban nhân dân xã".to_owned(),
            place: "Xã".to_owned(),
            ..Letterhead::default()
        };
        let reports = vec![report; REPORTS_IN_A_PDF + 1];
        let parts = in_parts(&reports, &letterhead, &Progress::default()).unwrap();
        assert_eq!(parts.len(), 2);
        assert!(parts.iter().all(|part| part.starts_with(b"%PDF-")));
    }
}
