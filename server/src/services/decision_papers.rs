//! A decision on paper, under the letterhead of its unit: what is to be signed while it is a draft, what was signed afterwards.

use std::collections::BTreeSet;

use app::locale::{self, Locale};
use app::{BackendError, tables, words};
use chrono::{Datelike, NaiveDate};
use object_store::GetResult;
use papers::{
    Commendation, CommendationDecision, CommendationProposal, CommendedRow, Correction,
    CorrectionDecision, CorrectionProposal, Heads, Letterhead, ListRow, MendedRow, Named,
    Numbering, OfficialPaper, ProposalLetter, RecognitionDecision, Revocation,
};
use shared::access::may_read;
use shared::api::decisions::{Decision, DecisionRow, LineRow, Told};
use shared::authority::Authority;
use shared::award::{Award, Decider, money};
use shared::criteria::Title;
use shared::decision::{Does, form};
use shared::document::Document;
use shared::evidence::FileHash;
use shared::ids::DocumentId;
use shared::kind::SubjectKind;
use shared::problem::ProblemKind;

use super::authorities::Above;
use super::figures::{RequestBackend, failed};
use super::scans::{self, NotKept};
use super::{letterheads, papers as printing, templates};
use crate::auth::SignedIn;
use crate::bodies::SentFile;
use crate::clock;
use crate::db::documents;
use crate::db::scans::Kept;
use crate::state::AppState;
use app::Backend;

/// Which paper of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Decision,
    /// The letter by which it is put before whoever signs.
    Proposal,
}

/// What an office works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// To go on writing in.
    Word,
    /// To print.
    Pdf,
}

/// A paper of a decision, if there is one for somebody, with its name.
pub async fn paper(
    state: &AppState,
    who: &SignedIn,
    id: DocumentId,
    which: Which,
    format: Format,
) -> Result<(String, Vec<u8>), BackendError> {
    let backend = RequestBackend {
        state: state.clone(),
        signed_in: Some(who.clone()),
    };
    let found = backend.decision(id).await?;
    let day = found.head.signed.as_ref().map(|signed| signed.on);
    let day = day.unwrap_or_else(clock::today);
    let mut letterhead = {
        let mut conn = state.db.read().await.map_err(failed)?;
        let found = letterheads::of(&mut conn, &who.tree, found.unit, day).await;
        found.map_err(failed)?
    };
    if let Some(signed) = &found.head.signed {
        letterhead.signer_name.clone_from(&signed.signer);
    }
    let sources = sources(state, &found).await?;
    // An official paper is in Vietnamese, whoever asks for it.
    if which == Which::Proposal {
        if found.revokes() {
            return Err(ProblemKind::NotFound.into());
        }
        if let Some(award) = found.award().filter(|award| award.is_higher()) {
            let said = async { commending(&found, award, "TTr") };
            let (name, commends) = locale::speaking(Locale::Vi, said).await;
            // The authority that heads the unit's province puts it before whoever is above.
            let paper = CommendationProposal {
                goes_on: award.decider() != Decider::Province,
                ..asked_to_commend(commends, chairman_above(who, &found), &letterhead)
            };
            let name = format!("Tờ trình {name}");
            return Ok((name, drawn(paper, letterhead, format).await?));
        }
        let authority = found.head.decided_by;
        if let Some(above) = Above::of(&who.tree, found.unit, authority, day) {
            let said = async { proposed(&found, &sources, &letterhead, above.head, day) };
            let (name, paper) = locale::speaking(Locale::Vi, said).await;
            return Ok((name, drawn(paper, letterhead, format).await?));
        }
        let asked = letterhead.deciding().to_owned();
        let letterhead = of_the_office(letterhead);
        if let Some(of) = &found.corrects {
            let said = async { correcting(&found, of, "TTr", &asked) };
            let (name, corrects) = locale::speaking(Locale::Vi, said).await;
            let paper = asked_to_correct(corrects, asked, &letterhead);
            return Ok((
                format!("Tờ trình {name}"),
                drawn(paper, letterhead, format).await?,
            ));
        }
        if let Some(award) = found.award() {
            let said = async { commending(&found, award, "TTr") };
            let (name, commends) = locale::speaking(Locale::Vi, said).await;
            let paper = asked_to_commend(commends, asked, &letterhead);
            return Ok((
                format!("Tờ trình {name}"),
                drawn(paper, letterhead, format).await?,
            ));
        }
        let said = async { proposed(&found, &sources, &letterhead, asked, day) };
        let (name, paper) = locale::speaking(Locale::Vi, said).await;
        return Ok((name, drawn(paper, letterhead, format).await?));
    }
    if found.head.goes_up() {
        return Err(ProblemKind::NotFound.into());
    }
    let symbol = match letterhead.is_authority {
        true => "QĐ-UBND",
        false => "QĐ",
    };
    if let Some(of) = &found.corrects {
        let said = async { correcting(&found, of, symbol, letterhead.deciding()) };
        let (name, mut corrects) = locale::speaking(Locale::Vi, said).await;
        corrects.bases.push(format!("Theo đề nghị của {OFFICE}"));
        let paper = CorrectionDecision {
            corrects,
            enforcers: String::new(),
        };
        return Ok((name, drawn(paper, letterhead, format).await?));
    }
    if let Some(award) = found.award() {
        let said = async { commending(&found, award, symbol) };
        let (name, mut commends) = locale::speaking(Locale::Vi, said).await;
        commends.bases.push(format!("Theo đề nghị của {OFFICE}"));
        let paper = CommendationDecision {
            commends,
            enforcers: String::new(),
        };
        return Ok((name, drawn(paper, letterhead, format).await?));
    }
    let said = async { worded(&found, &sources, symbol, day) };
    let (name, paper) = locale::speaking(Locale::Vi, said).await;
    Ok((name, drawn(paper, letterhead, format).await?))
}

/// A paper under a letterhead, when its turn has come.
pub(super) async fn drawn(
    paper: impl OfficialPaper + Send + 'static,
    letterhead: Letterhead,
    format: Format,
) -> Result<Vec<u8>, BackendError> {
    let draw = move || match format {
        Format::Word => papers::docx(&paper, &letterhead),
        Format::Pdf => papers::pdf(&paper, &letterhead, templates::official()),
    };
    printing::drawn(draw).await
}

/// What a commune gives to those it commends.
pub(super) const COMMENDATION: &str = "Giấy khen";
/// Who puts lists before a commune's committee since July 2025.
const OFFICE: &str = "Phòng Văn hóa - Xã hội";

/// The letterhead of the office below an authority; an association writes under its own.
fn of_the_office(letterhead: Letterhead) -> Letterhead {
    if !letterhead.is_authority {
        return letterhead;
    }
    Letterhead {
        upper: letterhead.issuer.clone(),
        issuer: OFFICE.to_owned(),
        authority: String::new(),
        signer_mark: String::new(),
        signer_title: "Trưởng phòng".to_owned(),
        signer_name: String::new(),
        ..letterhead
    }
}

/// Whom a commune asks to commend where it does not itself.
fn chairman_above(who: &SignedIn, found: &Decision) -> String {
    let above = Above::of(&who.tree, found.unit, Authority::Province, found.today);
    above.map_or_else(String::new, |above| above.head)
}

fn proposed(
    found: &Decision,
    sources: &BTreeSet<Source>,
    letterhead: &Letterhead,
    asked: String,
    day: NaiveDate,
) -> (String, ProposalLetter) {
    let head = &found.head;
    let title = words::capital(&words::title(head.title));
    let counted = words::kind(SubjectKind::of(head.title));
    let sent = match SubjectKind::of(head.title).is_voted_on() {
        true => " do các bản, khu dân cư gửi lên",
        false => "",
    };
    let kind = SubjectKind::of(head.title);
    let judged = format!(
        "{} đã kiểm tra phiếu tự đánh giá năm {} của {counted}{sent}, đối chiếu với minh chứng. Những \
         {counted} trong danh sách kèm theo đạt yêu cầu của bộ tiêu chí, phiếu không còn chỗ chưa thống nhất và không có đơn thư \
         đang xem xét.",
        letterhead.issuer, head.year,
    );
    // What is its unit has judged itself (Circular 25/2023/TT-BGDĐT, article 9).
    let judged = match kind.is_a_unit() && found.head.goes_up() {
        true => format!(
            "{} đã tự đánh giá năm {} theo từng tiêu chí, chỉ tiêu, đối chiếu với minh chứng. Kết quả đạt yêu cầu của bộ tiêu chí, \
             không còn chỗ chưa thống nhất và không có đơn thư đang xem xét. Hồ sơ gồm tờ trình, báo cáo tự đánh giá và bản tổng hợp \
             kết quả các tiêu chí, chỉ tiêu.",
            letterhead.issuer, head.year,
        ),
        false => judged,
    };
    let paper = ProposalLetter {
        numbering: Numbering {
            // An office below the committee writes its own letters; what goes up is the committee's.
            symbol: match head.goes_up() && letterhead.is_authority {
                true => "TTr-UBND".to_owned(),
                false => "TTr".to_owned(),
            },
            drafted_in: day.year(),
            ..Numbering::default()
        },
        title: title.clone(),
        year: head.year.get(),
        counted,
        addressees: vec![asked],
        bases: bases(sources).collect(),
        paragraphs: vec![judged],
        heads: Heads {
            name: heading(head.title).to_owned(),
            ..Heads::default()
        },
        rows: found.rows.iter().map(row).collect(),
    };
    (format!("Tờ trình công nhận {title} {}", head.year), paper)
}

/// Who is commended for what, with the name of the paper. A letter that asks has no number yet.
fn commending(found: &Decision, award: Award, symbol: &str) -> (String, Commendation) {
    let head = &found.head;
    let (kind, on) = (SubjectKind::of(head.title), found.reckoned_on());
    let signed = head.signed.as_ref().filter(|_| symbol != "TTr");
    let merit = words::merit(head.does.occasion(), head.year);
    let row = |row: &LineRow| CommendedRow {
        name: row.name.clone(),
        village: row.village.clone(),
        deed: row.deed.clone().unwrap_or_else(|| merit.clone()),
        // Of what another authority gives it says the money itself.
        money: money(award, kind, on).filter(|_| !award.is_higher()),
    };
    let commends = Commendation {
        numbering: Numbering {
            number: signed.map(|signed| signed.number.clone()),
            symbol: symbol.to_owned(),
            date: signed.map(|signed| signed.on),
            drafted_in: on.year(),
        },
        award: match award.is_higher() {
            true => words::award(award),
            false => COMMENDATION.to_owned(),
        },
        period: words::period(head.does.occasion(), head.year),
        counted: words::kind(kind),
        bases: award
            .bases(on)
            .iter()
            .map(|it| it.text.to_owned())
            .collect(),
        name_head: heading(head.title).to_owned(),
        rows: found.rows.iter().map(row).collect(),
        merit,
    };
    (words::decision(found), commends)
}

/// The letter that puts those who are to be commended before whoever decides.
fn asked_to_commend(
    commends: Commendation,
    asked: String,
    letterhead: &Letterhead,
) -> CommendationProposal {
    let (issuer, counted, period) = (&letterhead.issuer, &commends.counted, &commends.period);
    let judged = format!(
        "{issuer} đã xét thành tích {period} của {counted} do các bản, khu dân cư đề nghị. Những {counted} trong danh sách kèm \
         theo đã được công nhận danh hiệu của năm, có đóng góp cho việc học của thôn bản, chưa được khen thưởng cho thành tích này \
         và không có đơn thư đang xem xét."
    );
    CommendationProposal {
        addressees: vec![asked],
        paragraphs: vec![judged],
        commends,
        goes_on: false,
    }
}

/// What a correction says: of which paper, and how its lines were read and are to be read. A letter that asks has no number yet.
fn correcting(
    found: &Decision,
    of: &DecisionRow,
    symbol: &str,
    deciding: &str,
) -> (String, Correction) {
    let head = &found.head;
    let signed = head.signed.as_ref().filter(|_| symbol != "TTr");
    let day = head.signed.as_ref().map_or(found.today, |signed| signed.on);
    let title = words::capital(&words::title(head.title));
    let counted = words::kind(SubjectKind::of(head.title));
    let about = match (of.award, of.revokes) {
        (Some(_), _) => format!(
            "khen thưởng {counted} {}",
            words::period(of.occasion, head.year)
        ),
        (None, true) => format!("thu hồi danh hiệu “{title}” năm {}", head.year),
        (None, false) => format!("công nhận danh hiệu “{title}” năm {}", head.year),
    };
    let merit = words::merit(of.occasion, head.year);
    let reads = |name: &str, village: &str, deed: Option<&String>| Named {
        name: name.to_owned(),
        village: village.to_owned(),
        deed: match of.award {
            Some(_) => deed.cloned().unwrap_or_else(|| merit.clone()),
            None => String::new(),
        },
    };
    let row = |row: &LineRow| {
        let was = row.mends.as_ref().map(|mends| &mends.was);
        let told = |told: &Told| reads(&told.name, &told.village, told.deed.as_ref());
        MendedRow {
            was: was.map(told).unwrap_or_default(),
            reads: reads(&row.name, &row.village, row.deed.as_ref()),
        }
    };
    let corrects = Correction {
        numbering: Numbering {
            number: signed.map(|signed| signed.number.clone()),
            symbol: symbol.to_owned(),
            date: signed.map(|signed| signed.on),
            drafted_in: day.year(),
        },
        decision: of.number.clone().unwrap_or_default(),
        date: of.on,
        decided_by: deciding.to_owned(),
        about,
        counted,
        sheets: match (of.award, of.revokes) {
            (Some(_), _) => COMMENDATION.to_owned(),
            (None, true) => String::new(),
            (None, false) => "Giấy chứng nhận".to_owned(),
        },
        bases: Vec::new(),
        name_head: heading(head.title).to_owned(),
        rows: found.rows.iter().map(row).collect(),
        wording: found.wording().unwrap_or_default().to_owned(),
    };
    (words::decision(found), corrects)
}

/// The letter that puts a correction before whoever decides.
fn asked_to_correct(
    corrects: Correction,
    asked: String,
    letterhead: &Letterhead,
) -> CorrectionProposal {
    let judged = format!(
        "{} đã rà soát, đối chiếu Quyết định số {} với danh sách và hồ sơ đang lưu, thấy có chỗ ghi chưa đúng.",
        letterhead.issuer, corrects.decision,
    );
    CorrectionProposal {
        addressees: vec![asked],
        paragraphs: vec![judged],
        corrects,
    }
}

/// A decision that somebody may read, for what stands beside it.
async fn read(state: &AppState, who: &SignedIn, id: DocumentId) -> Result<Document, BackendError> {
    let mut conn = state.db.read().await.map_err(failed)?;
    let found = documents::by_id(&mut conn, id).await.map_err(failed)?;
    let found = found.filter(|it| it.decision().is_some() && may_read(&who.actor, it));
    found.ok_or_else(|| ProblemKind::NotFound.into())
}

/// Keeps a scan of the paper, once it is signed, from whoever works on decisions of its unit.
pub async fn add_scan(
    state: &AppState,
    who: &SignedIn,
    id: DocumentId,
    given: SentFile,
) -> Result<(), NotKept> {
    let decision = read(state, who, id).await.map_err(NotKept::Failed)?;
    let is_signed = decision.decision().is_some_and(|it| it.signed.is_some());
    let works_here = who.actor.scope.works_on(decision.shard, decision.shard);
    let role = who.actor.role;
    if !is_signed || !works_here || !(role.verifies_at_home() || role.signs()) {
        return Err(NotKept::Failed(ProblemKind::Forbidden.into()));
    }
    scans::add(state, who, id.as_uuid(), given).await
}

/// A scan of a decision that somebody may read.
pub async fn scan(
    state: &AppState,
    who: &SignedIn,
    id: DocumentId,
    hash: FileHash,
) -> Result<(Kept, GetResult), BackendError> {
    read(state, who, id).await?;
    scans::open(state, id.as_uuid(), hash).await
}

fn worded(
    found: &Decision,
    sources: &BTreeSet<Source>,
    symbol: &str,
    day: NaiveDate,
) -> (String, RecognitionDecision) {
    let head = &found.head;
    let signed = head.signed.as_ref();
    let paper = RecognitionDecision {
        numbering: Numbering {
            number: signed.map(|signed| signed.number.clone()),
            symbol: symbol.to_owned(),
            date: signed.map(|signed| signed.on),
            drafted_in: day.year(),
        },
        title: words::capital(&words::title(head.title)),
        year: head.year.get(),
        counted: words::kind(SubjectKind::of(head.title)),
        bases: bases(sources)
            .chain([format!("Theo đề nghị của {OFFICE}")])
            .collect(),
        enforcers: String::new(),
        heads: Heads {
            name: heading(head.title).to_owned(),
            ..Heads::default()
        },
        rows: found.rows.iter().map(row).collect(),
        revokes: match &head.does {
            Does::Recognise | Does::Commend { .. } | Does::Correct { .. } => None,
            Does::Revoke { reason } => Some(Revocation {
                reason: reason.clone(),
                ..Revocation::default()
            }),
        },
    };
    (words::decision(found), paper)
}

/// An official document, by its day and its name.
type Source = (NaiveDate, String);

/// What the sets stand on by which those of the list were judged: units of one decision may be judged by two.
async fn sources(state: &AppState, found: &Decision) -> Result<BTreeSet<Source>, BackendError> {
    let head = &found.head;
    let forms = head.list.keys();
    let forms = forms.map(|subject| form(*subject, head.title, head.year));
    let forms: Vec<DocumentId> = forms.collect();
    let mut conn = state.db.read().await.map_err(failed)?;
    let forms = documents::by_ids(&mut conn, &forms).await.map_err(failed)?;
    let criteria = state.criteria.now();
    let sets = forms
        .iter()
        .filter_map(|form| criteria.find(&form.assessment()?.criteria));
    let sources = sets.map(|set| (set.source.issued, set.source.document.clone()));
    Ok(sources.collect())
}

/// As they stand at the head of a paper. What else an office rests its papers on it writes in Word.
fn bases(sources: &BTreeSet<Source>) -> impl Iterator<Item = String> {
    sources
        .iter()
        .map(|(issued, document)| format!("Căn cứ {document} ngày {}", words::date(*issued)))
}

pub(super) fn heading(title: Title) -> &'static str {
    match SubjectKind::of(title) {
        SubjectKind::Household => "Họ và tên chủ hộ",
        SubjectKind::Citizen => "Họ và tên",
        SubjectKind::Clan => "Dòng họ",
        SubjectKind::Unit => "Đơn vị",
        SubjectKind::Village
        | SubjectKind::Commune
        | SubjectKind::District
        | SubjectKind::Province => "Cộng đồng",
    }
}

fn row(row: &LineRow) -> ListRow {
    ListRow {
        name: row.name.clone(),
        village: row.village.clone(),
        result: tables::reached(row).unwrap_or_default(),
        ..ListRow::default()
    }
}

impl Which {
    /// As an address names it.
    pub fn parse(stem: &str) -> Result<Self, ProblemKind> {
        match stem {
            "quyet-dinh" => Ok(Which::Decision),
            "to-trinh" => Ok(Which::Proposal),
            _ => Err(ProblemKind::NotFound),
        }
    }
}

impl Format {
    pub fn parse(extension: &str) -> Result<Self, ProblemKind> {
        match extension {
            "docx" => Ok(Format::Word),
            "pdf" => Ok(Format::Pdf),
            _ => Err(ProblemKind::NotFound),
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            Format::Word => "docx",
            Format::Pdf => "pdf",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Format::Word => {
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            }
            Format::Pdf => "application/pdf",
        }
    }
}
