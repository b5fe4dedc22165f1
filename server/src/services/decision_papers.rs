//! A decision on paper, under the letterhead of its unit: what is to be signed while it is a draft, what was signed afterwards.

use app::locale::{self, Locale};
use app::{BackendError, tables, words};
use chrono::{Datelike, NaiveDate};
use papers::{Heads, ListRow, Numbering, RecognitionDecision, Revocation};
use shared::api::decisions::{Decision, LineRow};
use shared::criteria::{Criteria, Title};
use shared::decision::Does;
use shared::ids::DocumentId;
use shared::kind::SubjectKind;
use shared::problem::ProblemKind;

use super::figures::{RequestBackend, failed};
use super::{letterheads, papers as printing};
use crate::auth::SignedIn;
use crate::clock;
use crate::state::AppState;
use app::Backend;

/// What an office works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// To go on writing in.
    Word,
    /// To print.
    Pdf,
}

/// The decision as a paper, if there is one for somebody, with its name.
pub async fn paper(
    state: &AppState,
    who: &SignedIn,
    id: DocumentId,
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
    let symbol = match letterhead.is_authority {
        true => "QĐ-UBND",
        false => "QĐ",
    };
    let criteria = state.criteria.now();
    // An official paper is in Vietnamese, whoever asks for it.
    let said = async { worded(&found, criteria, symbol, day) };
    let (name, paper) = locale::speaking(Locale::Vi, said).await;
    let bytes = printing::drawn(move || match format {
        Format::Word => papers::docx(&paper, &letterhead),
        Format::Pdf => papers::pdf(&paper, &letterhead, None),
    });
    Ok((name, bytes.await?))
}

fn worded(
    found: &Decision,
    criteria: Criteria,
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
        bases: bases(criteria, head.title, day),
        enforcers: String::new(),
        heads: Heads {
            name: heading(head.title).to_owned(),
            ..Heads::default()
        },
        rows: found.rows.iter().map(row).collect(),
        revokes: match &head.does {
            Does::Recognise => None,
            Does::Revoke { reason } => Some(Revocation {
                reason: reason.clone(),
                ..Revocation::default()
            }),
        },
    };
    (words::decision(found), paper)
}

/// The documents that the sets of the title stand on. What else an office rests its decisions on it writes in Word.
fn bases(criteria: Criteria, title: Title, day: NaiveDate) -> Vec<String> {
    let set = criteria.for_title(title, day);
    let set = set.map(|set| {
        let (document, issued) = (&set.source.document, words::date(set.source.issued));
        format!("Căn cứ {document} ngày {issued}")
    });
    let asked = "Theo đề nghị của Phòng Văn hóa - Xã hội".to_owned();
    set.into_iter().chain([asked]).collect()
}

fn heading(title: Title) -> &'static str {
    match SubjectKind::of(title) {
        SubjectKind::Household => "Họ và tên chủ hộ",
        SubjectKind::Citizen => "Họ và tên",
        SubjectKind::Clan => "Dòng họ",
        SubjectKind::Unit => "Đơn vị",
        SubjectKind::Village | SubjectKind::Commune | SubjectKind::District => "Cộng đồng",
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

impl Format {
    pub fn parse(extension: &str) -> Result<Self, ProblemKind> {
        match extension {
            "docx" => Ok(Format::Word),
            "pdf" => Ok(Format::Pdf),
            _ => Err(ProblemKind::NotFound),
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
