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
        // Where nobody was commended, or no title has levels, there is no column of nothing.
        let is_shown = |at: usize| {
            let says = |row: &RegisterRow| !row.texts()[at].trim().is_empty();
            !SOMETIMES.contains(&at) || self.rows.iter().any(says)
        };
        let shown: Vec<usize> = (0..WIDTHS.len()).filter(|at| is_shown(*at)).collect();
        let column = |at: &usize| {
            let (weight, centred) = WIDTHS[*at];
            Column {
                head: RegisterRow::HEADS[*at].to_owned(),
                weight,
                centred,
            }
        };
        let rows = self
            .rows
            .iter()
            .enumerate()
            .map(|(at, row)| cells(at + 1, row, &shown))
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
                columns: shown.iter().map(column).collect(),
                rows,
            },
            landscape: true,
        }))
    }
}

/// Of each column its part of the width, and whether it is centred.
const WIDTHS: [(u32, bool); 9] = [
    (12, true),
    (30, false),
    (28, false),
    (24, false),
    (9, true),
    (13, true),
    (24, false),
    (24, false),
    (20, false),
];
/// The columns of levels and of commendations.
const SOMETIMES: [usize; 2] = [5, 7];

fn cells(at: usize, row: &RegisterRow, shown: &[usize]) -> Result<Vec<String>, PaperError> {
    let texts = row.texts();
    let shown = shown.iter().map(|column| texts[*column]);
    shown
        .map(|text| line(&format!("dòng {at}"), text, LINE))
        .collect()
}
