//! Biên bản and bản tổng hợp: what was found, in a table.

use super::{Clause, Column, Head, List, Wording};
use crate::bounds::{COLUMNS, LINE, LINES, NAME, PARAGRAPH, ROWS};
use crate::text::{self, few, line, lines, required};
use crate::{Letterhead, OfficialPaper, PaperError, Record, Worded};

impl OfficialPaper for Record {
    fn worded(&self, letterhead: &Letterhead) -> Result<Worded, PaperError> {
        let head = Head::new(letterhead, None)?;
        let kind = required("tên văn bản", &self.kind, NAME)?;
        let about = line("nội dung văn bản", &self.about, LINE)?;
        few("nội dung", self.paragraphs.len(), LINES)?;
        let paragraphs = lines("nội dung", &self.paragraphs, LINES, PARAGRAPH)?;
        few("cột", self.columns.len(), COLUMNS)?;
        few("bảng", self.rows.len(), ROWS)?;
        let columns = self
            .columns
            .iter()
            .map(|column| {
                Ok(Column {
                    head: required("tên cột", &column.head, NAME)?,
                    weight: column.weight.max(1),
                    centred: column.centred,
                })
            })
            .collect::<Result<Vec<_>, PaperError>>()?;
        let rows = self
            .rows
            .iter()
            .enumerate()
            .map(|(at, row)| cells(at + 1, row, columns.len()))
            .collect::<Result<Vec<_>, _>>()?;
        let beside = line("người ký bên trái", &self.beside, NAME)?.to_uppercase();
        Ok(Worded(Wording {
            heading: format!("{kind} {}", about.to_lowercase()),
            kind: kind.to_uppercase(),
            about,
            upper: head.upper,
            issuer: head.issuer,
            number: None,
            place_and_date: format!("{}, {}", head.place, text::day(self.date, self.drafted_in)),
            authority: None,
            addressees: Vec::new(),
            bases: Vec::new(),
            resolves: None,
            body: paragraphs
                .into_iter()
                .map(|text| Clause {
                    lead: String::new(),
                    text,
                })
                .collect(),
            signature: head.signature,
            beside: (!beside.is_empty()).then_some(beside),
            recipients: Vec::new(),
            list: List {
                annex: None,
                columns,
                rows,
            },
            landscape: self.landscape,
        }))
    }
}

/// As many as there are columns: what a row does not say stays empty, to be written by hand.
fn cells(at: usize, row: &[String], columns: usize) -> Result<Vec<String>, PaperError> {
    let what = format!("dòng {at}");
    let said = row.iter().take(columns);
    let mut cells = said
        .map(|text| line(&what, text, PARAGRAPH))
        .collect::<Result<Vec<_>, _>>()?;
    cells.resize(columns, String::new());
    Ok(cells)
}
