//! Tờ trình đề nghị công nhận danh hiệu.

use super::decision::Subject;
use super::{Annex, Clause, Head, Numbered, Wording, bases, count, list};
use crate::bounds::{LINE, LINES, PARAGRAPH};
use crate::text::{self, few, lines};
use crate::{Letterhead, OfficialPaper, PaperError, ProposalLetter, Worded};

impl OfficialPaper for ProposalLetter {
    fn worded(&self, letterhead: &Letterhead) -> Result<Worded, PaperError> {
        let head = Head::new(letterhead, Some("Như trên"))?;
        let numbered = Numbered::new(&self.numbering)?;
        let subject = Subject::new(&self.title, &self.counted, self.year)?;
        let about = format!(
            "Về việc đề nghị công nhận {} năm {}",
            subject.title, subject.year
        );
        let addressees = lines("nơi kính gửi", &self.addressees, LINES, LINE)?;
        if addressees.is_empty() {
            return Err(PaperError::Missing("nơi kính gửi".to_owned()));
        }
        let annex = Annex {
            label: "Phụ lục".to_owned(),
            title: format!(
                "Danh sách {} đề nghị công nhận {} năm {}",
                subject.counted, subject.title, subject.year
            )
            .to_uppercase(),
            source: format!(
                "(Kèm theo Tờ trình số {} {} của {})",
                numbered.number,
                numbered.day,
                letterhead.issuer.trim()
            ),
        };
        Ok(Worded(Wording {
            heading: format!(
                "Tờ trình {} {}",
                numbered.number.trim(),
                about.to_lowercase()
            ),
            number: Some(format!("Số: {}", numbered.number)),
            place_and_date: format!("{}, {}", head.place, numbered.day),
            kind: "TỜ TRÌNH".to_owned(),
            about,
            authority: None,
            bases: bases(&self.bases)?,
            resolves: None,
            body: body(self, &subject, letterhead, &addressees)?,
            addressees,
            upper: head.upper,
            issuer: head.issuer,
            signature: head.signature,
            beside: None,
            recipients: head.recipients,
            list: list(&self.heads, &self.rows, annex)?,
            landscape: false,
        }))
    }
}

fn body(
    letter: &ProposalLetter,
    subject: &Subject,
    letterhead: &Letterhead,
    addressees: &[String],
) -> Result<Vec<Clause>, PaperError> {
    few("nội dung", letter.paragraphs.len(), LINES)?;
    let mut texts = lines("nội dung", &letter.paragraphs, LINES, PARAGRAPH)?;
    let asked = match addressees {
        [one] => text::unended(one).to_owned(),
        _ => "các cơ quan có thẩm quyền".to_owned(),
    };
    let Subject {
        title,
        counted,
        year,
    } = subject;
    texts.push(format!(
        "{} kính trình {asked} xem xét, công nhận {title} năm {year} cho {} {counted} (có danh sách kèm theo)./.",
        text::capitalised(letterhead.issuer.trim()),
        count(letter.rows.len()),
    ));
    Ok(texts
        .into_iter()
        .map(|text| Clause {
            lead: String::new(),
            text,
        })
        .collect())
}
