//! The certificates of a signed decision, or the commendations that it gives: a PDF, a page for each of its list, made as a job.

use app::locale::{self, Locale};
use async_trait::async_trait;
use chrono::Datelike;
use papers::bounds::{CERTIFICATES_IN_A_FILE, SHIFT_MM};
use papers::{Certificate, CertificateOrder, Design, Letterhead, PaperError};
use serde::{Deserialize, Serialize};
use shared::access::may_read;
use shared::decision::{DecisionHead, DecisionState, Does, LISTED_MAX, Line, Signature};
use shared::document::Document;
use shared::ids::{DocumentId, UnitId};
use shared::job::Fault;
use shared::org_unit::OrgTree;
use shared::problem::ProblemKind;
use shared::text;

use super::decision_papers::COMMENDATION;
use super::jobs::kind::{JobKind, Output, Stop, Work};
use super::letterheads;
use crate::auth::SignedIn;
use crate::clock;
use crate::db::documents;
use crate::db::jobs::Asking;
use crate::error::ApiError;
use crate::export;
use crate::state::AppState;

const CODE: &str = "certificates";
/// An official paper is in Vietnamese, whoever asks for it.
const LANGUAGE: &str = "vi";
/// The same of a decision that commends.
const COMMENDING: &str = "commendations";
const HEADING: &str = "Giấy chứng nhận";

// A decision's certificates are one file.
const _: () = assert!(LISTED_MAX <= CERTIFICATES_IN_A_FILE);

/// Certificates, as their form asks for them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ordered {
    pub decision: DocumentId,
    /// Only the words, for stock on which the rest is printed already.
    pub is_on_stock: bool,
    /// By how much they are moved there, in millimetres to the right and down.
    pub right_mm: f32,
    pub down_mm: f32,
}

/// A wish for the certificates of a signed decision that somebody may read.
pub async fn asking(
    state: &AppState,
    who: &SignedIn,
    ordered: &Ordered,
) -> Result<Asking, ApiError> {
    let fits = |shift: f32| shift.is_finite() && shift.abs() <= SHIFT_MM;
    if !fits(ordered.right_mm) || !fits(ordered.down_mm) {
        return Err(ProblemKind::Malformed.into());
    }
    let mut conn = state.db.read().await?;
    let decision = documents::by_id(&mut conn, ordered.decision).await?;
    let decision = decision.filter(|decision| may_read(&who.actor, decision));
    let decision = decision.ok_or(ProblemKind::NotFound)?;
    let (head, signature) = giving(&decision).ok_or(ProblemKind::NotFound)?;
    let kind = match head.does.award() {
        Some(_) => COMMENDING,
        None => CODE,
    };
    Ok(Asking {
        kind: kind.to_owned(),
        by: who.user.id,
        unit: decision.shard,
        what: signature.number.clone(),
        asked: serde_json::to_string(ordered).map_err(|_| ProblemKind::Malformed)?,
        language: LANGUAGE.to_owned(),
    })
}

/// A decision that has given titles, or commended.
fn giving(decision: &Document) -> Option<(&DecisionHead, &Signature)> {
    let head = decision.decision()?;
    let revokes = matches!(head.does, Does::Revoke { .. });
    Some(head)
        .filter(|head| !revokes && head.state == DecisionState::Signed)
        .zip(head.signed.as_ref())
}

/// Certificates of decisions that recognise, and of those that commend.
#[derive(Debug)]
pub enum Certificates {
    OfTitles,
    OfCommendations,
}

#[async_trait]
impl JobKind for Certificates {
    fn code(&self) -> &'static str {
        match self {
            Self::OfTitles => CODE,
            Self::OfCommendations => COMMENDING,
        }
    }

    fn may(&self, _: &AppState, who: &SignedIn, asking: &Asking) -> bool {
        who.actor.scope.covers(asking.unit, asking.unit)
    }

    async fn run(&self, work: &Work) -> Result<Output, Stop> {
        let asked = serde_json::from_str(&work.asking.asked);
        let ordered: Ordered = asked.map_err(|_| Stop::Failed(Fault::Broken))?;
        let mut conn = work.state.db.read().await?;
        let decision = documents::by_id(&mut conn, ordered.decision).await?;
        let decision = decision.filter(|decision| may_read(&work.who.actor, decision));
        let decision = decision.ok_or(ProblemKind::NotFound)?;
        let (head, signature) = giving(&decision).ok_or(ProblemKind::NotFound)?;
        let (tree, unit) = (&work.who.tree, decision.shard);
        let letterhead = letterheads::of(&mut conn, tree, unit, signature.on).await?;
        drop(conn);
        let said = async { certificates(tree, unit, head, signature) };
        let certificates = locale::speaking(Locale::Vi, said).await;
        let order = order(letterhead, &ordered, head, signature);
        let heading = order.heading.clone();
        let count = certificates.len();
        work.progress.at(0, count)?;
        let draw = move || papers::certificates(&order, &certificates, None);
        let bytes = work.on_a_thread(draw).await?.map_err(not_drawn)?;
        work.progress.at(count, count)?;
        let name = format!("{heading} {}", signature.number);
        Ok(Output {
            file_name: export::file_name(&name, clock::today(), "pdf"),
            media_type: "application/pdf",
            bytes,
        })
    }
}

pub(super) fn not_drawn(error: PaperError) -> Stop {
    tracing::error!(%error, "a paper could not be drawn");
    Stop::Failed(match error {
        PaperError::TooMany { .. } | PaperError::TooLong { .. } => Fault::TooLarge,
        _ => Fault::Broken,
    })
}

/// A page for each of the list, village by village, so that they can be handed out in their order.
fn certificates(
    tree: &OrgTree,
    shard: UnitId,
    head: &DecisionHead,
    signature: &Signature,
) -> Vec<Certificate> {
    let village = |line: &Line| match line.place == shard {
        true => "",
        false => tree.name(line.place, signature.on).unwrap_or_default(),
    };
    let unit = letterheads::in_a_sentence(tree.name(shard, signature.on).unwrap_or_default());
    let mut lines: Vec<&Line> = head.list.values().collect();
    lines.sort_by_cached_key(|line| (text::place_key(village(line)), text::name_key(&line.name)));
    let title = app::words::capital(&app::words::title(head.title));
    let certificate = |line: &Line| Certificate {
        name: line.name.clone(),
        address: match village(line) {
            "" => unit.clone(),
            village => format!("{village}, {unit}"),
        },
        title: title.clone(),
        year: head.year.get(),
        decision: signature.number.clone(),
        decision_date: Some(signature.on),
        register_number: String::new(),
        achievement: match (head.does.award(), &line.deed) {
            (None, _) => String::new(),
            (Some(_), Some(deed)) => deed.clone(),
            (Some(_), None) => app::words::merit(head.year),
        },
    };
    lines.into_iter().map(certificate).collect()
}

fn order(
    letterhead: Letterhead,
    ordered: &Ordered,
    head: &DecisionHead,
    signature: &Signature,
) -> CertificateOrder {
    let commends = head.does.award().is_some();
    let heading = if commends { COMMENDATION } else { HEADING };
    CertificateOrder {
        commends,
        letterhead: Letterhead {
            signer_name: signature.signer.clone(),
            ..letterhead
        },
        heading: heading.to_owned(),
        date: Some(signature.on),
        drafted_in: signature.on.year(),
        design: match ordered.is_on_stock {
            false => Design::Full,
            true => Design::Words {
                right_mm: ordered.right_mm,
                down_mm: ordered.down_mm,
            },
        },
        symbol: None,
    }
}
