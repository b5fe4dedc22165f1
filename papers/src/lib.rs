//! What an office prints: decisions, proposals, records, registers and certificates. Data in, bytes out.
//!
//! An official paper is put into words once ([`wording`]) and drawn twice: as .docx, which the office goes on editing
//! ([`docx`]), and as PDF ([`pdf`]), laid out by a template of `templates/` that can be replaced without a new program.
//! How a paper looks is ruled by Decree 30/2020/NĐ-CP, annexes I and III; `docs/adr/0029` says why it is made this way.
//!
//! Nothing here reads a clock, a file or the network. Texts are data and never markup, and all of it is bounded
//! ([`bounds`]): whatever comes in, a paper or a [`PaperError`] comes out.

pub mod bounds;
mod certificate;
mod data;
mod docx;
mod error;
mod pdf;
mod text;
mod wording;

pub use certificate::{
    Certificate, CertificateOrder, Design, certificates, certificates_in_parts, is_symbol,
    test_print,
};
pub use data::{
    AchievementReport, Commendation, CommendationDecision, CommendationProposal, CommendedBefore,
    CommendedRow, Correction, CorrectionDecision, CorrectionProposal, GaveIn, Heads, HeldTitle,
    Letterhead, ListRow, MendedRow, Named, NotedInitiative, Numbering, ProposalLetter,
    RecognitionDecision, Record, RecordColumn, Register, RegisterRow, Revocation,
};
pub use error::PaperError;

/// The template an official paper is laid out with, where an office has none of its own.
pub const OFFICIAL_TEMPLATE: &str = include_str!("../templates/official.typ");
/// The template of reports of achievements.
pub const REPORT_TEMPLATE: &str = include_str!("../templates/report.typ");
/// The template of certificates.
pub const CERTIFICATE_TEMPLATE: &str = include_str!("../templates/certificate.typ");

/// A paper that follows the rules of official papers.
pub trait OfficialPaper {
    /// What it says, checked and in words.
    #[doc(hidden)]
    fn worded(&self, letterhead: &Letterhead) -> Result<Worded, PaperError>;
}

/// An official paper in words. Only this crate looks inside.
pub struct Worded(wording::Wording);

/// The paper for Word.
pub fn docx(paper: &impl OfficialPaper, letterhead: &Letterhead) -> Result<Vec<u8>, PaperError> {
    docx::document(&paper.worded(letterhead)?.0)
}

/// The paper as PDF, laid out with `template` or with [`OFFICIAL_TEMPLATE`].
pub fn pdf(
    paper: &impl OfficialPaper,
    letterhead: &Letterhead,
    template: Option<&str>,
) -> Result<Vec<u8>, PaperError> {
    let data = serde_json::to_vec(&paper.worded(letterhead)?.0)
        .map_err(|error| PaperError::Drawing(error.to_string()))?;
    pdf::document(
        template.unwrap_or(OFFICIAL_TEMPLATE),
        data,
        None,
        pdf::Tags::Written,
    )
}

/// Reports of achievements for Word, each on pages of its own.
pub fn reports_docx(
    reports: &[AchievementReport],
    letterhead: &Letterhead,
) -> Result<Vec<u8>, PaperError> {
    let worded = wording::report::worded(reports, letterhead)?;
    docx::report::document("Báo cáo thành tích", &worded)
}

/// The same as PDF, [`bounds::REPORTS_IN_A_PDF`] at most, laid out with `template` or with [`REPORT_TEMPLATE`].
pub fn reports_pdf(
    reports: &[AchievementReport],
    letterhead: &Letterhead,
    template: Option<&str>,
) -> Result<Vec<u8>, PaperError> {
    text::few("báo cáo", reports.len(), bounds::REPORTS_IN_A_PDF)?;
    let worded = wording::report::worded(reports, letterhead)?;
    let data = serde_json::json!({ "heading": "Báo cáo thành tích", "reports": worded });
    let data = serde_json::to_vec(&data).map_err(|error| PaperError::Drawing(error.to_string()))?;
    let template = template.unwrap_or(REPORT_TEMPLATE);
    pdf::document(template, data, None, pdf::Tags::LeftOut)
}
