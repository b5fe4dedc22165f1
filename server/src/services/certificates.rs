//! The certificates of a signed decision, or the commendations that it gives: a PDF, a page for each of its list, made as a job. A
//! correction gives those of its lines anew: they name the decision that gave the title, and are signed with the correction.

use std::collections::BTreeMap;

use app::BackendError;
use app::locale::{self, Locale, tf};
use async_trait::async_trait;
use chrono::{Datelike, NaiveDate};
use papers::bounds::{CERTIFICATES_IN_A_FILE, SHIFT_MM};
use papers::{Certificate, CertificateOrder, Design, Letterhead, PaperError};
use serde::{Deserialize, Serialize};
use shared::access::may_read;
use shared::criteria::Criteria;
use shared::decision::{DecisionHead, DecisionState, Does, LISTED_MAX, Reading, Signature, form};
use shared::document::Document;
use shared::ids::{DocumentId, SubjectId, UnitId};
use shared::job::Fault;
use shared::kind::SubjectKind;
use shared::org_unit::{OrgTree, UnitKind};
use shared::problem::ProblemKind;
use shared::scoring::Grade;
use shared::text;

use super::authorities::Above;
use super::decision_papers::COMMENDATION;
use super::figures::failed;
use super::jobs::kind::{JobKind, Output, Stop, Work};
use super::{letterheads, papers as printing, symbols, templates};
use crate::auth::SignedIn;
use crate::clock;
use crate::db::jobs::Asking;
use crate::db::{self, AnyConnection, documents};
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

impl Ordered {
    fn checked(&self) -> Result<(), ProblemKind> {
        let fits = |shift: f32| shift.is_finite() && shift.abs() <= SHIFT_MM;
        let fits = fits(self.right_mm) && fits(self.down_mm);
        fits.then_some(()).ok_or(ProblemKind::Malformed)
    }
}

/// A wish for the certificates of a signed decision that somebody may read.
pub async fn asking(
    state: &AppState,
    who: &SignedIn,
    ordered: &Ordered,
) -> Result<Asking, ApiError> {
    ordered.checked()?;
    let mut conn = state.db.read().await?;
    let giving = Giving::of(&mut conn, who, ordered.decision).await?;
    let giving = giving.ok_or(ProblemKind::NotFound)?;
    let kind = match giving.head.does.award() {
        Some(_) => COMMENDING,
        None => CODE,
    };
    Ok(Asking {
        kind: kind.to_owned(),
        by: who.user.id,
        unit: giving.unit,
        what: giving.signed.number.clone(),
        asked: serde_json::to_string(ordered).map_err(|_| ProblemKind::Malformed)?,
        language: LANGUAGE.to_owned(),
    })
}

/// One sheet to hold against the stock: the words of the first certificate where the offsets put them, with rulers.
pub async fn test_print(
    state: &AppState,
    who: &SignedIn,
    ordered: &Ordered,
) -> Result<Vec<u8>, BackendError> {
    ordered.checked()?;
    let (giving, letterhead, standings) = {
        let mut conn = state.db.read().await.map_err(failed)?;
        let giving = Giving::of(&mut conn, who, ordered.decision).await;
        let giving = giving.map_err(failed)?.ok_or(ProblemKind::NotFound)?;
        let (unit, day) = (giving.unit, giving.signed.on);
        let letterhead = letterheads::of(&mut conn, &who.tree, unit, day).await;
        let letterhead = letterhead.map(|own| giving.handed_out_by(&who.tree, own));
        let standings = giving.standings(&mut conn, state.criteria.now()).await;
        let standings = standings.map_err(failed)?;
        (giving, letterhead.map_err(failed)?, standings)
    };
    let said = async { certificates(&who.tree, &giving, &standings) };
    let first = locale::speaking(Locale::Vi, said).await.into_iter().next();
    let first = first.ok_or(ProblemKind::NotFound)?;
    let order = order(letterhead, ordered, &giving);
    printing::drawn(move || papers::test_print(&order, &first, templates::certificate())).await
}

/// What a signed decision, or a correction of it, hands out.
struct Giving {
    unit: UnitId,
    /// The decision that has given titles, or commended.
    id: DocumentId,
    head: DecisionHead,
    /// Number and day that the sheets name.
    gave: Signature,
    /// Of the paper with which they are signed: the same, or that of the correction.
    signed: Signature,
    /// Whom a correction lists, and nobody else of the list.
    only: Option<Vec<SubjectId>>,
}

impl Giving {
    /// `None`: there is no such decision that somebody may read, or nothing is handed out with it.
    async fn of(
        conn: &mut AnyConnection,
        who: &SignedIn,
        id: DocumentId,
    ) -> db::Result<Option<Self>> {
        let Some(decision) = documents::by_id(conn, id).await? else {
            return Ok(None);
        };
        let corrects = decision.decision().and_then(|head| head.does.corrects());
        let corrected = match corrects {
            Some(corrected) => documents::by_id(conn, corrected).await?,
            None => None,
        };
        let all = [Some(&decision), corrected.as_ref()];
        let is_readable = all.iter().flatten().all(|it| may_read(&who.actor, it));
        let read = || Self::read(&decision, corrected.as_ref());
        Ok(is_readable.then(read).flatten())
    }

    fn read(decision: &Document, corrected: Option<&Document>) -> Option<Self> {
        let signed = |decision: &Document| {
            let head = decision.decision()?;
            let is_signed = head.state == DecisionState::Signed;
            let signature = head.signed.clone().filter(|_| is_signed)?;
            Some((head.clone(), signature))
        };
        let (own, signature) = signed(decision)?;
        let (id, head, gave, only) = match own.does.corrects() {
            None => (decision.id, own, signature.clone(), None),
            Some(corrects) => {
                let (head, gave) = signed(corrected?)?;
                let only = own.list.keys().copied().collect();
                (corrects, head, gave, Some(only))
            }
        };
        let gives = matches!(head.does, Does::Recognise | Does::Commend { .. });
        // What another authority commends by, it hands out. Certificates of a title are drawn for it, as it would sign them.
        let gives = gives && (!head.goes_up() || head.does.award().is_none());
        let is_anybody = only
            .as_ref()
            .is_none_or(|only: &Vec<SubjectId>| !only.is_empty());
        (gives && is_anybody).then_some(Self {
            unit: decision.shard,
            id,
            head,
            gave,
            signed: signature,
            only,
        })
    }

    /// The head of whoever decided: the unit's own, or that of the authority above it.
    fn handed_out_by(&self, tree: &OrgTree, own: Letterhead) -> Letterhead {
        let above = Above::of(tree, self.unit, self.head.decided_by, self.gave.on);
        above.map_or(own, Above::letterhead)
    }

    /// The lines as they are read today.
    fn readings(&self) -> Vec<(SubjectId, Reading)> {
        let is_meant = |subject: &SubjectId| {
            let only = self.only.as_ref();
            only.is_none_or(|only| only.contains(subject))
        };
        let lines = self.head.list.iter();
        let lines = lines.filter(|(it, line)| is_meant(it) && !line.declined);
        lines.map(|(it, line)| (*it, line.reading())).collect()
    }

    /// Which level those of the list have reached and until when that holds, where their titles have levels (Circulars 24 and
    /// 25/2023/TT-BGDĐT).
    async fn standings(
        &self,
        conn: &mut AnyConnection,
        criteria: Criteria,
    ) -> db::Result<BTreeMap<SubjectId, Standing>> {
        if self.head.does != Does::Recognise {
            return Ok(BTreeMap::new());
        }
        let forms = self.head.list.keys();
        let forms = forms.map(|it| form(*it, self.head.title, self.head.year));
        let forms = documents::by_ids(conn, &forms.collect::<Vec<_>>()).await?;
        let standing = |form: &Document| {
            let head = form.assessment()?;
            let set = criteria.find(&head.criteria);
            let grade = set.and_then(|set| form.score(set)?.verdict.grade);
            let given = head.given.as_ref().filter(|it| it.decision == self.id);
            let standing = Standing {
                level: match grade {
                    Some(Grade::Level(level)) => Some(level),
                    Some(Grade::Rank(_)) | None => None,
                },
                until: given.and_then(|given| given.until?.pred_opt()),
            };
            Some((head.subject, standing))
        };
        Ok(forms.iter().filter_map(standing).collect())
    }
}

/// What a title is worth, where that is not said by its name.
#[derive(Clone, Copy, Default)]
struct Standing {
    level: Option<u8>,
    /// The last day on which it holds.
    until: Option<NaiveDate>,
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
        let giving = Giving::of(&mut conn, &work.who, ordered.decision).await?;
        let giving = giving.ok_or(ProblemKind::NotFound)?;
        let (tree, day) = (&work.who.tree, giving.signed.on);
        let letterhead = letterheads::of(&mut conn, tree, giving.unit, day).await?;
        let letterhead = giving.handed_out_by(tree, letterhead);
        // An authority's place stays free for the national emblem.
        let symbol = match letterhead.is_authority {
            true => None,
            false => symbols::for_papers(&mut conn, &work.state.files.store, giving.unit)
                .await
                .map_err(|error| Stop::from(error.kind))?,
        };
        let standings = giving.standings(&mut conn, work.state.criteria.now());
        let standings = standings.await?;
        drop(conn);
        let said = async { certificates(tree, &giving, &standings) };
        let certificates = locale::speaking(Locale::Vi, said).await;
        let order = CertificateOrder {
            symbol,
            ..order(letterhead, &ordered, &giving)
        };
        let heading = order.heading.clone();
        let count = certificates.len();
        work.progress.at(0, count)?;
        let draw = move || papers::certificates(&order, &certificates, templates::certificate());
        let bytes = work.on_a_thread(draw).await?.map_err(not_drawn)?;
        work.progress.at(count, count)?;
        let name = format!("{heading} {}", giving.signed.number);
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
    giving: &Giving,
    standings: &BTreeMap<SubjectId, Standing>,
) -> Vec<Certificate> {
    let Giving {
        unit: shard,
        head,
        gave,
        ..
    } = giving;
    let kind = SubjectKind::of(head.title);
    let lies_in = tree.get(*shard).map(|unit| unit.kind);
    let village = |line: &Reading| match line.place == *shard {
        true => "",
        false => tree.name(line.place, gave.on).unwrap_or_default(),
    };
    let unit = letterheads::in_a_sentence(tree.name(*shard, gave.on).unwrap_or_default());
    let mut lines = giving.readings();
    lines.sort_by_cached_key(|(_, line)| {
        (text::place_key(village(line)), text::name_key(&line.name))
    });
    let title = app::words::capital(&app::words::title(head.title));
    let certificate = |(subject, line): (SubjectId, Reading)| {
        let standing = standings.get(&subject).copied().unwrap_or_default();
        Certificate {
            name: app::words::on_paper(kind, &line.name, lies_in),
            address: match village(&line) {
                _ if kind.is_a_unit() => above(tree, line.place, gave.on),
                "" => unit.clone(),
                village => {
                    let village = app::words::on_paper(SubjectKind::Village, village, lies_in);
                    format!("{village}, {unit}")
                }
            },
            title: match standing.level {
                Some(level) => format!("{title} {}", tf("verdict.level", &[("n", &level)])),
                None => title.clone(),
            },
            year: head.year.get(),
            decision: gave.number.clone(),
            decision_date: Some(gave.on),
            register_number: String::new(),
            until: standing.until,
            achievement: match (head.does.award(), &line.deed) {
                (None, _) => String::new(),
                (Some(_), Some(deed)) => deed.clone(),
                (Some(_), None) => app::words::merit(head.does.occasion(), head.year),
            },
        }
    };
    lines.into_iter().map(certificate).collect()
}

/// The commune or province in which a village or a commune lies; nothing lies in itself.
pub(super) fn above(tree: &OrgTree, place: UnitId, day: NaiveDate) -> String {
    let above = tree.ancestors(place, day).into_iter();
    let mut above = above.filter(|it| it.kind.is_commune() || it.kind == UnitKind::Province);
    let above = above.find(|it| it.id != place);
    above.map_or_else(String::new, |it| letterheads::in_a_sentence(it.name(day)))
}

fn order(letterhead: Letterhead, ordered: &Ordered, giving: &Giving) -> CertificateOrder {
    let signature = &giving.signed;
    let commends = giving.head.does.award().is_some();
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
