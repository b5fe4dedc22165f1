//! Quyết định đính chính, and the letter that asks for it.

use super::{Annex, Clause, Column, Head, List, Numbered, Wording, bases, count};
use crate::bounds::{LINE, LINES, NAME, PARAGRAPH, ROWS};
use crate::text::{self, few, line, lines, required};
use crate::{
    Correction, CorrectionDecision, CorrectionProposal, Letterhead, MendedRow, Named,
    OfficialPaper, PaperError, Worded,
};

impl OfficialPaper for CorrectionDecision {
    fn worded(&self, letterhead: &Letterhead) -> Result<Worded, PaperError> {
        let said = Said::new(&self.corrects)?;
        let body = articles(self, &said)?;
        let first = format!("Như Điều {}", body.len());
        let head = Head::new(letterhead, Some(&first))?;
        let Said { number, day, .. } = &said;
        let source = format!(
            "(Kèm theo Quyết định số {number} {day} của {})",
            head.deciding
        );
        let about = format!("Về việc đính chính {}", said.named);
        let mut rests_on = vec![format!("Căn cứ {} về việc {}", said.of, said.about)];
        rests_on.extend(self.corrects.bases.iter().cloned());
        Ok(Worded(Wording {
            heading: format!("Quyết định {} {}", number.trim(), about.to_lowercase()),
            number: Some(format!("Số: {number}")),
            place_and_date: format!("{}, {day}", head.place),
            kind: "QUYẾT ĐỊNH".to_owned(),
            about,
            authority: Some(head.deciding.to_uppercase()),
            addressees: Vec::new(),
            bases: bases(&rests_on)?,
            resolves: Some("QUYẾT ĐỊNH:".to_owned()),
            body,
            upper: head.upper,
            issuer: head.issuer,
            signature: head.signature,
            beside: None,
            recipients: head.recipients,
            list: list(&self.corrects, &said, source)?,
            landscape: false,
        }))
    }
}

impl OfficialPaper for CorrectionProposal {
    fn worded(&self, letterhead: &Letterhead) -> Result<Worded, PaperError> {
        let head = Head::new(letterhead, Some("Như trên"))?;
        let said = Said::new(&self.corrects)?;
        let Said { number, day, .. } = &said;
        let addressees = lines("nơi kính gửi", &self.addressees, LINES, LINE)?;
        let Some(asked) = addressees.first().cloned() else {
            return Err(PaperError::Missing("nơi kính gửi".to_owned()));
        };
        let source = format!(
            "(Kèm theo Tờ trình số {number} {day} của {})",
            letterhead.issuer.trim()
        );
        let about = format!("Về việc đề nghị đính chính {}", said.named);
        let mut texts = lines("nội dung", &self.paragraphs, LINES, PARAGRAPH)?;
        texts.extend(said.wording_told());
        texts.push(format!(
            "{} kính trình {} xem xét, đính chính {}{}./.",
            text::capitalised(letterhead.issuer.trim()),
            text::unended(&asked),
            said.of,
            said.listed(),
        ));
        let clause = |text| Clause {
            lead: String::new(),
            text,
        };
        let rests_on = [format!("Căn cứ {} về việc {}", said.of, said.about)];
        Ok(Worded(Wording {
            heading: format!("Tờ trình {} {}", number.trim(), about.to_lowercase()),
            number: Some(format!("Số: {number}")),
            place_and_date: format!("{}, {day}", head.place),
            kind: "TỜ TRÌNH".to_owned(),
            about,
            authority: None,
            bases: bases(&rests_on)?,
            resolves: None,
            body: texts.into_iter().map(clause).collect(),
            addressees,
            upper: head.upper,
            issuer: head.issuer,
            signature: head.signature,
            beside: None,
            recipients: head.recipients,
            list: list(&self.corrects, &said, source)?,
            landscape: false,
        }))
    }
}

/// What both papers say in sentences.
struct Said {
    number: String,
    day: String,
    /// "Quyết định số 125/QĐ-UBND".
    named: String,
    /// The same with its day and who decided it.
    of: String,
    /// What that decided: "công nhận danh hiệu …".
    about: String,
    counted: String,
    many: usize,
    /// Without its end; "" for none.
    wording: String,
}

impl Said {
    fn new(corrects: &Correction) -> Result<Self, PaperError> {
        let numbered = Numbered::new(&corrects.numbering)?;
        let what = "số quyết định được đính chính";
        let decision = text::zeroed(&required(what, &corrects.decision, NAME)?);
        let by = required("người có thẩm quyền", &corrects.decided_by, LINE)?;
        let wording = line("lời văn đính chính", &corrects.wording, PARAGRAPH)?;
        let named = format!("Quyết định số {decision}");
        let day = corrects.date.map(|day| text::day(Some(day), 0));
        let day = day.map_or_else(String::new, |day| format!(" {day}"));
        Ok(Self {
            number: numbered.number,
            day: numbered.day,
            of: format!("{named}{day} của {by}"),
            named,
            about: required("trích yếu được đính chính", &corrects.about, LINE)?,
            counted: required("đối tượng được tính", &corrects.counted, NAME)?,
            many: corrects.rows.len(),
            wording: text::unended(&wording).to_owned(),
        })
    }

    fn wording_told(&self) -> Option<String> {
        let says = format!("Về lời văn: {}.", self.wording);
        (!self.wording.is_empty()).then_some(says)
    }

    fn listed(&self) -> String {
        match self.many {
            0 => String::new(),
            many => format!(
                " đối với {} {} (có danh sách kèm theo)",
                count(many),
                self.counted
            ),
        }
    }
}

/// What is read otherwise, that all else stays, since when it holds, and who carries it out.
fn articles(decision: &CorrectionDecision, said: &Said) -> Result<Vec<Clause>, PaperError> {
    let mut texts = Vec::new();
    if said.many > 0 {
        texts.push(format!("Đính chính {}{}.", said.of, said.listed()));
    }
    if let Some(wording) = said.wording_told() {
        texts.push(match said.many {
            0 => format!("Đính chính {}. {wording}", said.of),
            _ => wording,
        });
    }
    let sheets = line("tên giấy", &decision.corrects.sheets, NAME)?;
    let again = match sheets.is_empty() || said.many == 0 {
        true => String::new(),
        false => format!(
            " {sheets} của những {} có tên tại danh sách kèm theo được cấp lại theo nội dung đã đính chính.",
            said.counted
        ),
    };
    texts.push(format!(
        "Các nội dung khác của {} không thay đổi.{again}",
        said.named
    ));
    texts.push("Quyết định này có hiệu lực kể từ ngày ký.".to_owned());
    let listed = match said.many {
        0 => "các đơn vị, cá nhân có liên quan".to_owned(),
        _ => format!("các {} có tên tại danh sách kèm theo", said.counted),
    };
    let enforcers = line("người thi hành", &decision.enforcers, LINE)?;
    let enforcers = match enforcers.is_empty() {
        true => listed,
        false => format!("{} và {listed}", text::unended(&enforcers)),
    };
    texts.push(text::capitalised(&format!(
        "{enforcers} chịu trách nhiệm thi hành Quyết định này./."
    )));
    let numbered = texts.into_iter().enumerate();
    Ok(numbered
        .map(|(at, text)| Clause {
            lead: format!("Điều {}.", at + 1),
            text,
        })
        .collect())
}

/// A pair of columns, as it was printed and as it is to be read, for whatever differs in some row. Names are always told. Without
/// lines there is no list.
fn list(corrects: &Correction, said: &Said, source: String) -> Result<List, PaperError> {
    let rows = &corrects.rows;
    if rows.is_empty() && said.wording.is_empty() {
        return Err(PaperError::Missing("nội dung đính chính".to_owned()));
    }
    few("danh sách", rows.len(), ROWS)?;
    if rows.is_empty() {
        return Ok(List {
            annex: None,
            columns: Vec::new(),
            rows: Vec::new(),
        });
    }
    type Value = fn(&Named) -> &String;
    let name = required("tên cột", &corrects.name_head, NAME)?;
    let all: [(&str, Value, usize, u32); 3] = [
        (&name, |it| &it.name, NAME, 24),
        ("Địa chỉ", |it| &it.village, NAME, 22),
        ("Thành tích", |it| &it.deed, LINE, 30),
    ];
    let column = |head: String, weight, centred| Column {
        head,
        weight,
        centred,
    };
    let mut columns = vec![column("TT".to_owned(), 7, true)];
    let mut values: Vec<(bool, Value, &str, usize)> = Vec::new();
    for (head, value, most, weight) in all {
        let differs = |row: &MendedRow| value(&row.was) != value(&row.reads);
        let is_said = |row: &MendedRow| !value(&row.reads).trim().is_empty();
        if rows.iter().any(differs) {
            let was = format!("{head} đã in");
            columns.push(column(was, weight, false));
            columns.push(column("Nay đọc là".to_owned(), weight, false));
            values.extend([(true, value, head, most), (false, value, head, most)]);
        } else if rows.iter().any(is_said) {
            columns.push(column(head.to_owned(), weight, false));
            values.push((false, value, head, most));
        }
    }
    let mut cells = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let at = at + 1;
        required(&format!("tên ở dòng {at}"), &row.reads.name, NAME)?;
        let mut texts = vec![at.to_string()];
        for (is_was, value, head, most) in &values {
            let of = if *is_was { &row.was } else { &row.reads };
            let what = format!("{} ở dòng {at}", head.to_lowercase());
            texts.push(line(&what, value(of), *most)?);
        }
        cells.push(texts);
    }
    Ok(List {
        annex: Some(Annex {
            label: "Phụ lục".to_owned(),
            title: format!("Danh sách {} được đính chính", said.counted).to_uppercase(),
            source,
        }),
        columns,
        rows: cells,
    })
}
