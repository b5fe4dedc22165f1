//! Quyết định khen thưởng, and the letter that asks for it.

use super::decision::numbered;
use super::{Annex, Clause, Column, Head, List, Numbered, Wording, bases, count, dotted};
use crate::bounds::{LINE, LINES, NAME, PARAGRAPH, ROWS};
use crate::text::{self, few, line, lines, required};
use crate::{
    Commendation, CommendationDecision, CommendationProposal, CommendedRow, Letterhead,
    OfficialPaper, PaperError, Worded,
};

impl OfficialPaper for CommendationDecision {
    fn worded(&self, letterhead: &Letterhead) -> Result<Worded, PaperError> {
        let head = Head::new(letterhead, Some("Như Điều 4"))?;
        let said = Said::new(&self.commends)?;
        let Said { number, day, .. } = &said;
        let annex = Annex {
            label: "Phụ lục".to_owned(),
            title: format!(
                "Danh sách {} được tặng {} {}",
                said.counted, said.award, said.period
            )
            .to_uppercase(),
            source: format!(
                "(Kèm theo Quyết định số {number} {day} của {})",
                head.deciding
            ),
        };
        Ok(Worded(Wording {
            heading: format!("Quyết định {} {}", number.trim(), said.about.to_lowercase()),
            number: Some(format!("Số: {number}")),
            place_and_date: format!("{}, {day}", head.place),
            kind: "QUYẾT ĐỊNH".to_owned(),
            about: said.about.clone(),
            authority: Some(head.deciding.to_uppercase()),
            addressees: Vec::new(),
            bases: bases(&self.commends.bases)?,
            resolves: Some("QUYẾT ĐỊNH:".to_owned()),
            body: articles(self, &said, &head.deciding)?,
            upper: head.upper,
            issuer: head.issuer,
            signature: head.signature,
            beside: None,
            recipients: head.recipients,
            list: list(&self.commends, annex)?,
            landscape: false,
        }))
    }
}

impl OfficialPaper for CommendationProposal {
    fn worded(&self, letterhead: &Letterhead) -> Result<Worded, PaperError> {
        let head = Head::new(letterhead, Some("Như trên"))?;
        let said = Said::new(&self.commends)?;
        let Said { number, day, .. } = &said;
        let addressees = lines("nơi kính gửi", &self.addressees, LINES, LINE)?;
        let Some(asked) = addressees.first().cloned() else {
            return Err(PaperError::Missing("nơi kính gửi".to_owned()));
        };
        let annex = Annex {
            label: "Phụ lục".to_owned(),
            title: format!(
                "Danh sách {} đề nghị tặng {} {}",
                said.counted, said.award, said.period
            )
            .to_uppercase(),
            source: format!(
                "(Kèm theo Tờ trình số {number} {day} của {})",
                letterhead.issuer.trim()
            ),
        };
        let about = said.about.replacen("Về việc", "Về việc đề nghị", 1);
        Ok(Worded(Wording {
            heading: format!("Tờ trình {} {}", number.trim(), about.to_lowercase()),
            number: Some(format!("Số: {number}")),
            place_and_date: format!("{}, {day}", head.place),
            kind: "TỜ TRÌNH".to_owned(),
            about,
            authority: None,
            bases: bases(&self.commends.bases)?,
            resolves: None,
            body: asking(self, &said, letterhead, text::unended(&asked))?,
            addressees,
            upper: head.upper,
            issuer: head.issuer,
            signature: head.signature,
            beside: None,
            recipients: head.recipients,
            list: list(&self.commends, annex)?,
            landscape: false,
        }))
    }
}

/// What both papers say in sentences.
struct Said {
    number: String,
    day: String,
    award: String,
    counted: String,
    /// As it goes on in a sentence: "có thành tích …".
    merit: String,
    about: String,
    period: String,
    /// How many are listed: "05".
    many: String,
}

impl Said {
    fn new(commends: &Commendation) -> Result<Self, PaperError> {
        let numbered = Numbered::new(&commends.numbering)?;
        let counted = required("đối tượng được tính", &commends.counted, NAME)?;
        let merit = required("thành tích chung", &commends.merit, LINE)?;
        let period = required("thời gian lập thành tích", &commends.period, NAME)?;
        Ok(Self {
            number: numbered.number,
            day: numbered.day,
            award: required("hình thức khen thưởng", &commends.award, NAME)?,
            merit: text::small(text::unended(&merit)),
            about: format!(
                "Về việc khen thưởng {counted} có thành tích xuất sắc trong xây dựng xã hội học tập {period}"
            ),
            counted,
            period,
            many: count(commends.rows.len()),
        })
    }
}

fn articles(
    decision: &CommendationDecision,
    said: &Said,
    deciding: &str,
) -> Result<Vec<Clause>, PaperError> {
    let Said {
        award,
        counted,
        merit,
        many,
        ..
    } = said;
    let texts = vec![
        format!(
            "Tặng {award} của {deciding} cho {many} {counted} {merit} (có danh sách kèm theo)."
        ),
        money(&decision.commends.rows, said),
    ];
    numbered(texts, &decision.enforcers, counted)
}

/// What the decision says of the money: all of it, and what each gets where each gets the same.
fn money(rows: &[CommendedRow], said: &Said) -> String {
    let (award, counted) = (&said.award, &said.counted);
    let Some(total) = total(rows) else {
        return format!("Tiền thưởng kèm theo {award} thực hiện theo quy định hiện hành.");
    };
    let each = rows.first().and_then(|row| row.money);
    let each = each.filter(|each| rows.iter().all(|row| row.money == Some(*each)));
    let each = each.map_or_else(String::new, |each| {
        format!(" {} đồng cho mỗi {counted};", dotted(each))
    });
    format!(
        "Tiền thưởng kèm theo {award}:{each} tổng số tiền là {} đồng (Bằng chữ: {} đồng), chi từ nguồn kinh phí thi đua, khen \
         thưởng theo quy định.",
        dotted(total),
        text::capitalised(&text::spoken(total)),
    )
}

/// All the money of a list. `None` where some of it is not known.
fn total(rows: &[CommendedRow]) -> Option<u64> {
    let all = rows.iter().map(|row| row.money);
    all.sum::<Option<u64>>().filter(|total| *total > 0)
}

fn asking(
    letter: &CommendationProposal,
    said: &Said,
    letterhead: &Letterhead,
    asked: &str,
) -> Result<Vec<Clause>, PaperError> {
    let mut texts = lines("nội dung", &letter.paragraphs, LINES, PARAGRAPH)?;
    let Said {
        award,
        counted,
        merit,
        many,
        ..
    } = said;
    if let Some(total) = total(&letter.commends.rows) {
        texts.push(format!(
            "Tổng số tiền thưởng kèm theo là {} đồng (Bằng chữ: {} đồng).",
            dotted(total),
            text::capitalised(&text::spoken(total))
        ));
    }
    let gives = match letter.goes_on {
        true => "trình cấp có thẩm quyền tặng",
        false => "tặng",
    };
    texts.push(format!(
        "{} kính trình {asked} xem xét, {gives} {award} cho {many} {counted} {merit} (có danh sách kèm theo)./.",
        text::capitalised(letterhead.issuer.trim()),
    ));
    let clause = |text| Clause {
        lead: String::new(),
        text,
    };
    Ok(texts.into_iter().map(clause).collect())
}

/// Ordinal, name, address, what for, money where it is known, and a last row with all of it.
fn list(commends: &Commendation, annex: Annex) -> Result<List, PaperError> {
    let rows = &commends.rows;
    if rows.is_empty() {
        return Err(PaperError::Missing("danh sách kèm theo".to_owned()));
    }
    few("danh sách", rows.len(), ROWS)?;
    let has_money = rows.iter().any(|row| row.money.is_some());
    let column = |head: &str, weight, centred| Column {
        head: head.to_owned(),
        weight,
        centred,
    };
    let mut columns = vec![
        column("TT", 7, true),
        column(&required("tên cột", &commends.name_head, NAME)?, 25, false),
        column("Địa chỉ", 22, false),
        column("Thành tích", 38, false),
    ];
    if has_money {
        columns.push(column("Tiền thưởng (đồng)", 18, true));
    }
    let mut cells = Vec::with_capacity(rows.len() + 1);
    for (at, row) in rows.iter().enumerate() {
        let at = at + 1;
        let mut texts = vec![
            at.to_string(),
            required(&format!("tên ở dòng {at}"), &row.name, NAME)?,
            line(&format!("địa chỉ ở dòng {at}"), &row.village, NAME)?,
            line(&format!("thành tích ở dòng {at}"), &row.deed, LINE)?,
        ];
        if has_money {
            texts.push(row.money.map(dotted).unwrap_or_default());
        }
        cells.push(texts);
    }
    if let Some(total) = total(rows) {
        let [ordinal, place, deed] = [const { String::new() }; 3];
        let all = "Tổng cộng".to_owned();
        cells.push(vec![ordinal, all, place, deed, dotted(total)]);
    }
    Ok(List {
        annex: Some(annex),
        columns,
        rows: cells,
    })
}
