//! Certificates: A4 across, a page each, with the whole design or only the words for pre-printed stock.

use std::ops::ControlFlow;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::bounds::{CERTIFICATES_IN_A_FILE, LINE, NAME, ROWS, SHIFT_MM, SYMBOL, SYMBOL_SIDE};
use crate::pdf::{self, Tags};
use crate::text::{self, few, line, required};
use crate::{CERTIFICATE_TEMPLATE, Letterhead, PaperError};

/// Who is recognised as what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Certificate {
    /// With what the office puts in front: "Gia đình ông Lò Văn Pâng".
    pub name: String,
    /// Village and commune.
    pub address: String,
    /// "Gia đình học tập".
    pub title: String,
    /// The year judged.
    pub year: i32,
    /// With its symbol: "05/QĐ-UBND".
    pub decision: String,
    pub decision_date: Option<NaiveDate>,
    /// The number in the register; "" where none is kept.
    pub register_number: String,
    /// The last day on which the title holds, where it holds for a time.
    pub until: Option<NaiveDate>,
    /// What it is given for, where that is no title: what a commendation praises.
    pub achievement: String,
}

/// How much of a certificate is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Design {
    /// Border, motto and heading too, on white paper.
    #[default]
    Full,
    /// Only what differs from one certificate to the next, for stock on which the rest is printed already; moved to the
    /// right and down (or back, below zero), in millimetres.
    Words { right_mm: f32, down_mm: f32 },
}

/// What a set of certificates has in common.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CertificateOrder {
    pub letterhead: Letterhead,
    /// "Giấy chứng nhận", "Bằng công nhận", "Giấy khen".
    pub heading: String,
    /// Commends: says that it gives ("TẶNG"), and leaves room for the number in the golden book.
    pub commends: bool,
    /// The day of the certificates; without it a blank one of [`Self::drafted_in`].
    pub date: Option<NaiveDate>,
    pub drafted_in: i32,
    pub design: Design,
    /// The symbol of an association as PNG. An authority's place stays free for the national emblem, which nobody but its
    /// printer draws.
    pub symbol: Option<Vec<u8>>,
}

/// What the template reads.
#[derive(Serialize)]
struct Data<'a> {
    heading: String,
    /// "TẶNG", or nothing.
    gives: &'static str,
    deciding: String,
    place_and_date: String,
    signer_mark: String,
    signer_title: String,
    signer_name: String,
    is_authority: bool,
    has_symbol: bool,
    full: bool,
    right_mm: f32,
    down_mm: f32,
    ruled: bool,
    certificates: &'a [Words],
}

#[derive(Serialize)]
struct Words {
    name: String,
    address: String,
    achievement: String,
    decision: String,
    register: String,
    /// Until when it holds, or nothing.
    until: String,
}

impl Words {
    fn new(at: usize, certificate: &Certificate, commends: bool) -> Result<Self, PaperError> {
        let what = |field: &str| format!("{field} ở giấy thứ {at}");
        let achievement = match line(&what("thành tích"), &certificate.achievement, LINE)? {
            said if said.is_empty() => {
                let title = required(&what("danh hiệu"), &certificate.title, NAME)?;
                format!("Đạt danh hiệu “{title}” năm {}", certificate.year)
            }
            said => said,
        };
        let decision = line(&what("số quyết định"), &certificate.decision, NAME)?;
        let register = line(&what("số vào sổ"), &certificate.register_number, NAME)?;
        let dated = certificate
            .decision_date
            .map(|date| format!(" {}", text::day(Some(date), 0)));
        Ok(Self {
            name: required(&what("tên"), &certificate.name, NAME)?,
            address: line(&what("địa chỉ"), &certificate.address, LINE)?,
            achievement,
            decision: match decision.is_empty() {
                true => String::new(),
                false => format!(
                    "Quyết định số {}{}",
                    text::zeroed(&decision),
                    dated.unwrap_or_default()
                ),
            },
            until: certificate.until.map_or_else(String::new, |until| {
                format!("Có giá trị đến hết {}", text::day(Some(until), 0))
            }),
            register: match (commends, register.is_empty()) {
                (true, true) => "Vào sổ vàng số: ..........".to_owned(),
                (true, false) => format!("Vào sổ vàng số: {register}"),
                (false, true) => register,
                (false, false) => format!("Số vào sổ: {register}"),
            },
        })
    }
}

/// One PDF of at most [`CERTIFICATES_IN_A_FILE`] certificates, laid out with `template` or with our own.
pub fn certificates(
    order: &CertificateOrder,
    certificates: &[Certificate],
    template: Option<&str>,
) -> Result<Vec<u8>, PaperError> {
    if certificates.is_empty() {
        return Err(PaperError::Missing("người nhận giấy".to_owned()));
    }
    few(
        "giấy trong một tệp",
        certificates.len(),
        CERTIFICATES_IN_A_FILE,
    )?;
    drawn(order, &worded(order, certificates)?, template, false)
}

/// Any number of certificates up to [`ROWS`], in files of [`CERTIFICATES_IN_A_FILE`]. `progress` hears how many of how many
/// are done, first 0, and may say stop; then nothing is given.
pub fn certificates_in_parts(
    order: &CertificateOrder,
    certificates: &[Certificate],
    template: Option<&str>,
    mut progress: impl FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Vec<Vec<u8>>, PaperError> {
    few("giấy", certificates.len(), ROWS)?;
    if certificates.is_empty() {
        return Err(PaperError::Missing("người nhận giấy".to_owned()));
    }
    // All are looked at before the first is drawn: who waits for 5,000 hears at once what is wrong with the last.
    let words = worded(order, certificates)?;
    let mut parts = Vec::new();
    let mut done = 0;
    for part in words.chunks(CERTIFICATES_IN_A_FILE) {
        if progress(done, words.len()).is_break() {
            return Err(PaperError::Stopped);
        }
        parts.push(drawn(order, part, template, false)?);
        done += part.len();
    }
    match progress(done, words.len()) {
        ControlFlow::Break(()) => Err(PaperError::Stopped),
        ControlFlow::Continue(()) => Ok(parts),
    }
}

/// One sheet with rulers along its edges, a grid of millimetres and the places of the words, to be held against a sheet of
/// the stock; `sample` stands where a certificate's words would.
pub fn test_print(
    order: &CertificateOrder,
    sample: &Certificate,
    template: Option<&str>,
) -> Result<Vec<u8>, PaperError> {
    let words = [Words::new(1, sample, order.commends)?];
    drawn(order, &words, template, true)
}

fn worded(
    order: &CertificateOrder,
    certificates: &[Certificate],
) -> Result<Vec<Words>, PaperError> {
    let numbered = (1..).zip(certificates);
    numbered
        .map(|(at, certificate)| Words::new(at, certificate, order.commends))
        .collect()
}

fn drawn(
    order: &CertificateOrder,
    words: &[Words],
    template: Option<&str>,
    ruled: bool,
) -> Result<Vec<u8>, PaperError> {
    let letterhead = &order.letterhead;
    let (full, right_mm, down_mm) = match order.design {
        Design::Full => (true, 0.0, 0.0),
        Design::Words { right_mm, down_mm } => (false, shift(right_mm)?, shift(down_mm)?),
    };
    let symbol = order.symbol.clone().map(symbol).transpose()?;
    let data = Data {
        heading: required("tên giấy", &order.heading, NAME)?.to_uppercase(),
        gives: if order.commends { "TẶNG" } else { "" },
        deciding: required("người có thẩm quyền", letterhead.deciding(), LINE)?.to_uppercase(),
        place_and_date: format!(
            "{}, {}",
            required("địa danh", &letterhead.place, NAME)?,
            text::day(order.date, order.drafted_in)
        ),
        signer_mark: line("quyền hạn người ký", &letterhead.signer_mark, NAME)?.to_uppercase(),
        signer_title: line("chức vụ người ký", &letterhead.signer_title, NAME)?.to_uppercase(),
        signer_name: line("họ tên người ký", &letterhead.signer_name, NAME)?,
        is_authority: letterhead.is_authority,
        has_symbol: symbol.is_some(),
        full,
        right_mm,
        down_mm,
        ruled,
        certificates: words,
    };
    let data = serde_json::to_vec(&data).map_err(|error| PaperError::Drawing(error.to_string()))?;
    pdf::document(
        template.unwrap_or(CERTIFICATE_TEMPLATE),
        data,
        symbol,
        Tags::LeftOut,
    )
}

fn shift(millimetres: f32) -> Result<f32, PaperError> {
    if millimetres.abs() <= SHIFT_MM {
        Ok(millimetres)
    } else {
        Err(PaperError::TooMany {
            what: "Độ lệch (mm)".to_owned(),
            most: SHIFT_MM as usize,
            given: millimetres.abs() as usize,
        })
    }
}

fn symbol(bytes: Vec<u8>) -> Result<Vec<u8>, PaperError> {
    is_symbol(&bytes).then_some(bytes).ok_or(PaperError::Symbol)
}

/// Whether it can be printed as the symbol of an association: a PNG of bounded size, whose head says how many pixels the rest
/// unpacks to.
pub fn is_symbol(bytes: &[u8]) -> bool {
    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
    let side = |at: usize| {
        bytes.get(at..at + 4).map(|side| {
            side.iter()
                .fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte))
        })
    };
    let fits = |side: Option<u32>| side.is_some_and(|side| (1..=SYMBOL_SIDE).contains(&side));
    bytes.len() <= SYMBOL && bytes.starts_with(SIGNATURE) && fits(side(16)) && fits(side(20))
}
