//! Quyết định công nhận danh hiệu, and quyết định thu hồi.

use super::{Annex, Clause, Head, Numbered, Wording, bases, count, list};
use crate::bounds::{LINE, NAME, PARAGRAPH};
use crate::text::{self, line, required};
use crate::{Letterhead, OfficialPaper, PaperError, RecognitionDecision, Revocation, Worded};

impl OfficialPaper for RecognitionDecision {
    fn worded(&self, letterhead: &Letterhead) -> Result<Worded, PaperError> {
        let head = Head::new(letterhead, Some("Như Điều 4"))?;
        let numbered = Numbered::new(&self.numbering)?;
        let subject = Subject::new(&self.title, &self.counted, self.year)?;
        let verb = if self.revokes.is_some() {
            "thu hồi"
        } else {
            "công nhận"
        };
        let about = format!("Về việc {verb} {} năm {}", subject.title, self.year);
        let annex = Annex {
            label: "Phụ lục".to_owned(),
            title: if self.revokes.is_some() {
                format!(
                    "Danh sách {} bị thu hồi {} năm {}",
                    subject.counted, subject.title, self.year
                )
                .to_uppercase()
            } else {
                format!(
                    "Danh sách {} được công nhận {} năm {}",
                    subject.counted, subject.title, self.year
                )
                .to_uppercase()
            },
            source: format!(
                "(Kèm theo Quyết định số {} {} của {})",
                numbered.number, numbered.day, head.deciding
            ),
        };
        Ok(Worded(Wording {
            heading: format!(
                "Quyết định {} {}",
                numbered.number.trim(),
                about.to_lowercase()
            ),
            upper: head.upper,
            issuer: head.issuer,
            number: Some(format!("Số: {}", numbered.number)),
            place_and_date: format!("{}, {}", head.place, numbered.day),
            kind: "QUYẾT ĐỊNH".to_owned(),
            about,
            authority: Some(head.deciding.to_uppercase()),
            addressees: Vec::new(),
            bases: bases(&self.bases)?,
            resolves: Some("QUYẾT ĐỊNH:".to_owned()),
            body: articles(self, &subject)?,
            signature: head.signature,
            beside: None,
            recipients: head.recipients,
            list: list(&self.heads, &self.rows, annex)?,
            landscape: false,
        }))
    }
}

/// Title and counted thing as they stand in a sentence.
pub(super) struct Subject {
    /// "danh hiệu “Gia đình học tập”".
    pub title: String,
    pub counted: String,
    pub year: i32,
}

impl Subject {
    pub fn new(title: &str, counted: &str, year: i32) -> Result<Self, PaperError> {
        Ok(Self {
            title: format!("danh hiệu “{}”", required("tên danh hiệu", title, NAME)?),
            counted: required("đối tượng được tính", counted, NAME)?,
            year,
        })
    }
}

fn articles(decision: &RecognitionDecision, subject: &Subject) -> Result<Vec<Clause>, PaperError> {
    let Subject {
        title,
        counted,
        year,
    } = subject;
    let many = count(decision.rows.len());
    let texts = match &decision.revokes {
        None => vec![
            format!("Công nhận {title} năm {year} cho {many} {counted} (có danh sách kèm theo)."),
            format!(
                "Các {counted} có tên tại danh sách kèm theo được cấp giấy chứng nhận và ghi tên vào sổ danh hiệu."
            ),
        ],
        Some(revocation) => vec![
            format!(
                "Thu hồi {title} năm {year}{} đối với {many} {counted} (có danh sách kèm theo).",
                taken_back(revocation)?
            ),
            format!(
                "Lý do thu hồi: {}.",
                text::unended(&required("lý do thu hồi", &revocation.reason, PARAGRAPH)?)
            ),
        ],
    };
    numbered(texts, &decision.enforcers, counted)
}

/// Articles: what is decided, since when it holds, and who carries it out.
pub(super) fn numbered(
    mut texts: Vec<String>,
    enforcers: &str,
    counted: &str,
) -> Result<Vec<Clause>, PaperError> {
    texts.push("Quyết định này có hiệu lực kể từ ngày ký.".to_owned());
    let enforcers = line("người thi hành", enforcers, LINE)?;
    let enforcers = match enforcers.is_empty() {
        true => String::new(),
        false => format!("{} và ", text::unended(&enforcers)),
    };
    texts.push(text::capitalised(&format!(
        "{enforcers}các {counted} có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này./."
    )));
    let numbered = texts.into_iter().enumerate();
    Ok(numbered
        .map(|(at, text)| Clause {
            lead: format!("Điều {}.", at + 1),
            text,
        })
        .collect())
}

fn taken_back(revocation: &Revocation) -> Result<String, PaperError> {
    let decision = text::zeroed(&line(
        "quyết định đã công nhận",
        &revocation.decision,
        NAME,
    )?);
    Ok(match (decision.is_empty(), revocation.date) {
        (true, _) => String::new(),
        (false, None) => format!(" đã công nhận tại Quyết định số {decision}"),
        (false, Some(date)) => format!(
            " đã công nhận tại Quyết định số {decision} {}",
            text::day(Some(date), 0)
        ),
    })
}
