//! An official paper as .docx: WordprocessingML of our own, packed with `zip`. Word, LibreOffice and WPS open it.
//!
//! Lengths in the XML are twentieths of a point (twips), sizes of letters half points, rules eighths of a point.

mod package;
pub mod report;
mod xml;

use crate::PaperError;
use crate::wording::{Annex, List, Wording};
use xml::{Align, Cell, Look, Paragraph, Xml};

/// A4 and its margins in twips: 20 mm above and below, 30 mm left, 15 mm right (annex I, I.4).
const SHORT: u32 = 11_906;
const LONG: u32 = 16_838;
const MARGIN: u32 = 1_134;
const MARGIN_LEFT: u32 = 1_701;
const MARGIN_RIGHT: u32 = 850;
/// Of the letterhead's width, what its left column takes.
const LEFT_SHARE: (u32, u32) = (9, 20);
/// First-line indent: 1.27 cm.
const INDENT: u32 = 720;
/// The rule below the motto is as long as the motto, 13 points, bold.
const MOTTO: u32 = 3_380;

/// Rows that stand on the page of the signature, where a list comes right before it: what is signed does not stand on a page without
/// what it signs.
const SIGNED_WITH: usize = 2;

const NATION: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
const FREEDOM: &str = "Độc lập - Tự do - Hạnh phúc";

const BODY: Look = Look::points(14);
const HEAD: Look = Look::points(12);
const NUMBER: Look = Look::points(13);
const TABLE: Look = Look::points(12);

/// The bytes of the file.
pub fn document(wording: &Wording) -> Result<Vec<u8>, PaperError> {
    let width = text_width(wording.landscape);
    let mut xml = Xml::new();
    letterhead(&mut xml, wording, width);
    title(&mut xml, wording, width);
    addressees(&mut xml, &wording.addressees);
    content(&mut xml, wording);
    let annexed = wording.list.annex.as_ref();
    if annexed.is_none() && !wording.list.columns.is_empty() {
        xml.line(Paragraph::body(), Look::points(6), "");
        table(&mut xml, &wording.list, width, SIGNED_WITH);
    }
    signature(&mut xml, wording, width);
    if let Some(annex) = annexed {
        xml.section_ends(&section(wording.landscape));
        annex_head(&mut xml, annex, width);
        table(&mut xml, &wording.list, width, 0);
    }
    package::packed(&wording.heading, &xml.finish(&section(wording.landscape)))
}

fn text_width(landscape: bool) -> u32 {
    if landscape {
        LONG - 2 * MARGIN
    } else {
        SHORT - MARGIN_LEFT - MARGIN_RIGHT
    }
}

/// A section has pages of its own, counted from 1, whose first shows no number (annex I, I.7 and III.1).
fn section(landscape: bool) -> String {
    let (size, left, right) = if landscape {
        (
            format!(r#"w:w="{LONG}" w:h="{SHORT}" w:orient="landscape""#),
            MARGIN,
            MARGIN,
        )
    } else {
        (
            format!(r#"w:w="{SHORT}" w:h="{LONG}""#),
            MARGIN_LEFT,
            MARGIN_RIGHT,
        )
    };
    format!(
        r#"<w:sectPr><w:headerReference w:type="default" r:id="rId3"/><w:type w:val="nextPage"/><w:pgSz {size}/><w:pgMar w:top="{MARGIN}" w:right="{right}" w:bottom="{MARGIN}" w:left="{left}" w:header="567" w:footer="567" w:gutter="0"/><w:pgNumType w:start="1"/><w:titlePg/></w:sectPr>"#
    )
}

/// Two columns without lines: who issues, and the nation; below them number, place and date on one line.
fn letterhead(xml: &mut Xml, wording: &Wording, width: u32) {
    let left = width * LEFT_SHARE.0 / LEFT_SHARE.1;
    let right = width - left;
    xml.table(&[left, right], false, |xml| {
        xml.row(false, |xml| {
            xml.cell(Cell::plain(left), |xml| {
                for part in &wording.upper {
                    xml.line(Paragraph::centred(), HEAD, part);
                }
                for part in &wording.issuer {
                    xml.line(Paragraph::centred(), HEAD.bold(), part);
                }
                let longest = wording
                    .issuer
                    .iter()
                    .map(|part| part.chars().count())
                    .max()
                    .unwrap_or(0) as u32;
                // Capitals of 12 points are about 175 twips wide; the rule takes two fifths of them.
                xml.rule(left, (longest * 175 * 2 / 5).clamp(400, left / 2));
            });
            xml.cell(Cell::plain(right), |xml| {
                xml.line(Paragraph::centred(), HEAD.bold(), NATION);
                xml.line(Paragraph::centred(), NUMBER.bold(), FREEDOM);
                xml.rule(right, MOTTO);
            });
        });
        xml.row(false, |xml| {
            let lower = Paragraph {
                before: 120,
                ..Paragraph::centred()
            };
            xml.cell(Cell::plain(left), |xml| {
                xml.line(lower, NUMBER, wording.number.as_deref().unwrap_or(""))
            });
            xml.cell(Cell::plain(right), |xml| {
                xml.line(lower, NUMBER.italic(), &wording.place_and_date)
            });
        });
    });
}

fn title(xml: &mut Xml, wording: &Wording, width: u32) {
    xml.line(
        Paragraph {
            before: 360,
            ..Paragraph::centred()
        },
        BODY.bold(),
        &wording.kind,
    );
    if !wording.about.is_empty() {
        xml.line(Paragraph::centred(), BODY.bold(), &wording.about);
        let letters = (wording.about.chars().count() as u32).min(50);
        // Bold letters of 14 points are about 140 twips wide.
        xml.rule(width, letters * 140 * 2 / 5);
    }
    if let Some(authority) = &wording.authority {
        xml.line(
            Paragraph {
                before: 240,
                after: 120,
                ..Paragraph::centred()
            },
            BODY.bold(),
            authority,
        );
    }
}

/// One on the line of "Kính gửi", several below it.
fn addressees(xml: &mut Xml, addressees: &[String]) {
    let paragraph = Paragraph {
        before: 240,
        ..Paragraph::centred()
    };
    match addressees {
        [] => {}
        [one] => xml.line(
            paragraph,
            BODY,
            &format!("Kính gửi: {}", crate::text::unended(one)),
        ),
        several => {
            let left = Paragraph {
                indent: 2_000,
                ..Paragraph::body()
            };
            xml.line(
                Paragraph {
                    before: 240,
                    indent: 1_400,
                    ..Paragraph::body()
                },
                BODY,
                "Kính gửi:",
            );
            let last = several.len() - 1;
            for (at, name) in several.iter().enumerate() {
                let end = if at == last { "." } else { ";" };
                xml.line(
                    left,
                    BODY,
                    &format!("- {}{end}", crate::text::unended(name)),
                );
            }
        }
    }
}

fn content(xml: &mut Xml, wording: &Wording) {
    let body = Paragraph {
        first_line: INDENT,
        after: 120,
        align: Align::Both,
        ..Paragraph::body()
    };
    for (at, basis) in wording.bases.iter().enumerate() {
        xml.line(
            Paragraph {
                before: if at == 0 { 240 } else { 0 },
                ..body
            },
            BODY.italic(),
            basis,
        );
    }
    if let Some(resolves) = &wording.resolves {
        xml.line(
            Paragraph {
                before: 120,
                after: 120,
                keep_next: true,
                ..Paragraph::centred()
            },
            BODY.bold(),
            resolves,
        );
    }
    for (at, clause) in wording.body.iter().enumerate() {
        // What is signed does not stand on a page without what it signs.
        let paragraph = Paragraph {
            keep_next: at + 1 == wording.body.len(),
            ..body
        };
        if clause.lead.is_empty() {
            xml.line(paragraph, BODY, &clause.text);
        } else {
            xml.runs(
                paragraph,
                &[
                    (BODY.bold(), &clause.lead),
                    (BODY, &format!(" {}", clause.text)),
                ],
            );
        }
    }
}

/// Who receives it on the left, who signs on the right; never torn apart by a page's end.
fn signature(xml: &mut Xml, wording: &Wording, width: u32) {
    let left = width / 2;
    xml.line(
        Paragraph {
            after: 120,
            keep_next: true,
            ..Paragraph::body()
        },
        Look::points(4),
        "",
    );
    xml.table(&[left, width - left], false, |xml| {
        xml.row(false, |xml| {
            xml.cell(Cell::plain(left), |xml| {
                if let Some(beside) = &wording.beside {
                    xml.line(Paragraph::centred(), BODY.bold(), beside);
                    return;
                }
                if wording.recipients.is_empty() {
                    xml.line(Paragraph::body(), BODY, "");
                    return;
                }
                xml.line(Paragraph::body(), HEAD.bold().italic(), "Nơi nhận:");
                for recipient in &wording.recipients {
                    xml.line(Paragraph::body(), Look::points(11), recipient);
                }
            });
            xml.cell(Cell::plain(width - left), |xml| {
                if !wording.signature.mark.is_empty() {
                    xml.line(Paragraph::centred(), BODY.bold(), &wording.signature.mark);
                }
                xml.line(Paragraph::centred(), BODY.bold(), &wording.signature.title);
                // Room for signature and seal.
                xml.line(
                    Paragraph {
                        before: 1_400,
                        ..Paragraph::centred()
                    },
                    BODY.bold(),
                    &wording.signature.name,
                );
            });
        });
    });
}

fn annex_head(xml: &mut Xml, annex: &Annex, width: u32) {
    xml.line(Paragraph::centred(), BODY.bold(), &annex.label);
    xml.line(Paragraph::centred(), BODY.bold(), &annex.title);
    xml.line(Paragraph::centred(), BODY.italic(), &annex.source);
    xml.rule(width, width / 3);
    xml.line(
        Paragraph {
            after: 60,
            ..Paragraph::body()
        },
        Look::points(6),
        "",
    );
}

/// With a head that every page repeats, and rows that stay on one page; the last `kept` on that of what follows.
fn table(xml: &mut Xml, list: &List, width: u32, kept: usize) {
    let whole: u32 = list
        .columns
        .iter()
        .map(|column| column.weight)
        .sum::<u32>()
        .max(1);
    let widths: Vec<u32> = list
        .columns
        .iter()
        .map(|column| width * column.weight / whole)
        .collect();
    xml.table(&widths, true, |xml| {
        xml.row(true, |xml| {
            for (column, width) in list.columns.iter().zip(&widths) {
                xml.cell(Cell::middle(*width), |xml| {
                    xml.line(Paragraph::centred(), TABLE.bold(), &column.head)
                });
            }
        });
        let free = list.rows.len().saturating_sub(kept);
        for (at, row) in list.rows.iter().enumerate() {
            xml.row(false, |xml| {
                for ((column, width), text) in list.columns.iter().zip(&widths).zip(row) {
                    let aligned = if column.centred {
                        Paragraph::centred()
                    } else {
                        Paragraph::body()
                    };
                    let paragraph = Paragraph {
                        keep_next: at >= free,
                        ..aligned
                    };
                    xml.cell(Cell::middle(*width), |xml| xml.line(paragraph, TABLE, text));
                }
            });
        }
    });
}
