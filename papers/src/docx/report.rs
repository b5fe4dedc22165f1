//! Reports of achievements as .docx: each begins a page and counts its own.

use super::xml::{Align, Cell, Look, Paragraph, Xml};
use super::{BODY, INDENT, letterhead, package, section, table, text_width, title};
use crate::PaperError;
use crate::wording::List;
use crate::wording::report::{Part, Report, Signing};

/// The bytes of the file.
pub fn document(heading: &str, reports: &[Report]) -> Result<Vec<u8>, PaperError> {
    let width = text_width(false);
    let mut xml = Xml::new();
    for (at, report) in reports.iter().enumerate() {
        if at > 0 {
            xml.section_ends(&section(false));
        }
        letterhead(&mut xml, &report.head, width);
        title(&mut xml, &report.head, width);
        for part in &report.parts {
            content(&mut xml, part, width, false);
        }
        // What is asked for stays with the signatures.
        for part in &report.asks {
            content(&mut xml, part, width, true);
        }
        signatures(&mut xml, report, width);
    }
    package::packed(heading, &xml.finish(&section(false)))
}

fn content(xml: &mut Xml, part: &Part, width: u32, keep_next: bool) {
    let said = Paragraph {
        first_line: INDENT,
        after: 80,
        align: Align::Both,
        keep_next,
        ..Paragraph::body()
    };
    let head = Paragraph {
        before: 160,
        after: 80,
        keep_next: true,
        ..Paragraph::body()
    };
    match part {
        Part::Section { text } => xml.line(head, BODY.bold(), text),
        Part::Head { text } => xml.line(
            Paragraph {
                first_line: INDENT,
                before: 80,
                ..head
            },
            BODY.bold().italic(),
            text,
        ),
        Part::Said { text } => xml.line(said, BODY, text),
        Part::Fact { head, text } => {
            xml.runs(said, &[(BODY, &format!("{head}: ")), (BODY.bold(), text)])
        }
        Part::Room { head } => {
            let label = match head.is_empty() {
                true => String::new(),
                false => format!("{head}: "),
            };
            let room = Paragraph { before: 80, ..said };
            xml.room(room, BODY, &label, width);
        }
        Part::Table { columns, rows } => {
            let list = List {
                annex: None,
                columns: columns.clone(),
                rows: rows.clone(),
            };
            table(xml, &list, width, 0);
            xml.line(Paragraph::body(), Look::points(4), "");
        }
    }
}

/// Whoever confirms at the left, whoever reports at the right; never torn apart by a page's end.
fn signatures(xml: &mut Xml, report: &Report, width: u32) {
    let left = width / 2;
    let spacer = Paragraph {
        after: 120,
        keep_next: true,
        ..Paragraph::body()
    };
    xml.line(spacer, Look::points(4), "");
    xml.table(&[left, width - left], false, |xml| {
        xml.row(false, |xml| {
            signs(xml, &report.confirms, left);
            signs(xml, &report.reports, width - left);
        });
    });
}

fn signs(xml: &mut Xml, signing: &Signing, width: u32) {
    xml.cell(Cell::plain(width), |xml| {
        for line in &signing.lines {
            xml.line(Paragraph::centred(), BODY.bold(), line);
        }
        let hint = Look::points(13).italic();
        xml.line(Paragraph::centred(), hint, &signing.hint);
        // Room for signature and seal.
        let name = Paragraph {
            before: 1_300,
            ..Paragraph::centred()
        };
        xml.line(name, BODY.bold(), &signing.name);
    });
}
