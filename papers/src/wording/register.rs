//! Sổ danh hiệu: a table across the sheet.

use super::{Column, Head, List, Wording};
use crate::bounds::{LINE, NAME, ROWS};
use crate::text::{self, few, line, required};
use crate::{Letterhead, OfficialPaper, PaperError, Register, RegisterRow, Worded};

impl OfficialPaper for Register {
    fn worded(&self, letterhead: &Letterhead) -> Result<Worded, PaperError> {
        let head = Head::new(letterhead, None)?;
        let heading = required("tên sổ", &self.heading, NAME)?;
        few("sổ", self.rows.len(), ROWS)?;
        let column = |head: &str, weight, centred| Column {
            head: head.to_owned(),
            weight,
            centred,
        };
        let rows = self
            .rows
            .iter()
            .enumerate()
            .map(|(at, row)| cells(at + 1, row))
            .collect::<Result<_, _>>()?;
        Ok(Worded(Wording {
            kind: heading.to_uppercase(),
            about: line("phạm vi của sổ", &self.covering, LINE)?,
            heading,
            upper: head.upper,
            issuer: head.issuer,
            number: None,
            place_and_date: format!("{}, {}", head.place, text::day(self.date, self.drafted_in)),
            authority: None,
            addressees: Vec::new(),
            bases: Vec::new(),
            resolves: None,
            body: Vec::new(),
            signature: head.signature,
            beside: None,
            recipients: Vec::new(),
            list: List {
                annex: None,
                columns: vec![
                    column("Số vào sổ", 12, true),
                    column("Họ và tên, tên đơn vị", 30, false),
                    column("Địa chỉ", 28, false),
                    column("Danh hiệu", 24, false),
                    column("Năm", 9, true),
                    column("Quyết định công nhận", 24, false),
                    column("Ghi chú", 20, false),
                ],
                rows,
            },
            landscape: true,
        }))
    }
}

fn cells(at: usize, row: &RegisterRow) -> Result<Vec<String>, PaperError> {
    let texts = [
        &row.number,
        &row.name,
        &row.village,
        &row.title,
        &row.year,
        &row.decision,
        &row.note,
    ];
    texts
        .into_iter()
        .map(|text| line(&format!("dòng {at}"), text, LINE))
        .collect()
}
