//! Official papers in words, before they are drawn: what the .docx and the PDF have in common.

mod commendation;
mod correction;
mod decision;
mod proposal;
mod record;
mod register;
pub mod report;

use serde::Serialize;

use crate::bounds::{LINE, LINES, NAME, ROWS};
use crate::data::{Heads, ListRow};
use crate::text::{few, line, lines, number, required};
use crate::{Letterhead, Numbering, PaperError, text};

/// Capitals of 12 points that one line of the letterhead's left column holds, plain and bold.
const PLAIN_LINE: usize = 28;
const BOLD_LINE: usize = 26;

/// An official paper in words.
#[derive(Serialize)]
pub struct Wording {
    /// Kind and subject, for who lists files.
    pub heading: String,
    pub upper: Vec<String>,
    pub issuer: Vec<String>,
    /// "Số: 05/QĐ-UBND"; none on a register.
    pub number: Option<String>,
    pub place_and_date: String,
    /// "QUYẾT ĐỊNH".
    pub kind: String,
    /// What it is about, below its kind.
    pub about: String,
    /// Who decides, above the bases.
    pub authority: Option<String>,
    pub addressees: Vec<String>,
    /// With their ends.
    pub bases: Vec<String>,
    /// "QUYẾT ĐỊNH:" between bases and articles.
    pub resolves: Option<String>,
    pub body: Vec<Clause>,
    pub signature: Signature,
    /// Who else signs, at the left, where the paper has no recipients.
    pub beside: Option<String>,
    /// With hyphens and ends.
    pub recipients: Vec<String>,
    pub list: List,
    pub landscape: bool,
}

/// A paragraph, with what stands in bold in front of it ("Điều 1.").
#[derive(Serialize)]
pub struct Clause {
    pub lead: String,
    pub text: String,
}

#[derive(Serialize)]
pub struct Signature {
    pub mark: String,
    pub title: String,
    pub name: String,
}

/// A list, on a page of its own where it is an annex.
#[derive(Serialize)]
pub struct List {
    pub annex: Option<Annex>,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
}

#[derive(Serialize)]
pub struct Annex {
    pub label: String,
    pub title: String,
    /// "(Kèm theo Quyết định số … ngày … của …)".
    pub source: String,
}

#[derive(Clone, Serialize)]
pub struct Column {
    pub head: String,
    /// Its part of the width, beside the others'.
    pub weight: u32,
    pub centred: bool,
}

/// The letterhead, cleaned, as its papers write it.
struct Head {
    upper: Vec<String>,
    issuer: Vec<String>,
    /// As in a sentence.
    deciding: String,
    place: String,
    signature: Signature,
    recipients: Vec<String>,
}

impl Head {
    /// `first` names who receives a copy before everybody else.
    fn new(letterhead: &Letterhead, first: Option<&str>) -> Result<Self, PaperError> {
        let upper = line("cơ quan cấp trên", &letterhead.upper, LINE)?;
        let issuer = required("cơ quan ban hành", &letterhead.issuer, LINE)?;
        Ok(Self {
            upper: in_lines(&upper.to_uppercase(), PLAIN_LINE),
            issuer: in_lines(&issuer.to_uppercase(), BOLD_LINE),
            deciding: required("người có thẩm quyền", letterhead.deciding(), LINE)?,
            place: required("địa danh", &letterhead.place, NAME)?,
            signature: Signature {
                mark: line("quyền hạn người ký", &letterhead.signer_mark, NAME)?.to_uppercase(),
                title: line("chức vụ người ký", &letterhead.signer_title, NAME)?.to_uppercase(),
                name: line("họ tên người ký", &letterhead.signer_name, NAME)?,
            },
            recipients: recipients(
                first,
                &lines("nơi nhận", &letterhead.recipients, LINES, LINE)?,
            ),
        })
    }
}

/// Number, date and place as a paper writes them, in its head and where another names it.
struct Numbered {
    /// "05/QĐ-UBND".
    number: String,
    /// "ngày 03 tháng 02 năm 2026".
    day: String,
}

impl Numbered {
    fn new(numbering: &Numbering) -> Result<Self, PaperError> {
        let symbol = required("ký hiệu văn bản", &numbering.symbol, NAME)?;
        let given = numbering
            .number
            .as_deref()
            .map(|number| line("số văn bản", number, NAME))
            .transpose()?;
        let given = given.filter(|number| !number.is_empty());
        Ok(Self {
            number: number(given.as_deref(), &symbol),
            day: text::day(numbering.date, numbering.drafted_in),
        })
    }
}

/// A name of an authority that is longer than a line in two: before the word that says its level, or else near the middle.
fn in_lines(name: &str, most: usize) -> Vec<String> {
    if name.is_empty() {
        return Vec::new();
    }
    if name.chars().count() <= most {
        return vec![name.to_owned()];
    }
    let level = [" XÃ ", " PHƯỜNG ", " TỈNH ", " HUYỆN ", " ĐẶC KHU "]
        .iter()
        .filter_map(|level| name.rfind(level))
        .max();
    let middle = || {
        name.match_indices(' ')
            .map(|(at, _)| at)
            .min_by_key(|at| at.abs_diff(name.len() / 2))
    };
    match level.filter(|at| *at > 0).or_else(middle) {
        Some(at) => vec![name[..at].to_owned(), name[at + 1..].to_owned()],
        None => vec![name.to_owned()],
    }
}

/// "- Như Điều 4;", and after the last a full stop. Whoever writes the first one out has it once.
fn recipients(first: Option<&str>, names: &[String]) -> Vec<String> {
    let names = names
        .iter()
        .map(|name| text::unended(name.trim_start_matches(['-', ' '])));
    let names = names.filter(|name| first.is_none_or(|first| *name != first));
    let all: Vec<&str> = first.into_iter().chain(names).collect();
    let last = all.len().saturating_sub(1);
    let listed = all.iter().enumerate();
    listed
        .map(|(at, name)| format!("- {name}{}", if at == last { "." } else { ";" }))
        .collect()
}

/// Each with ";", the last with ".".
fn bases(given: &[String]) -> Result<Vec<String>, PaperError> {
    let given = lines("căn cứ", given, LINES, LINE)?;
    let last = given.len().saturating_sub(1);
    let ended = |(at, basis): (usize, &String)| {
        format!(
            "{}{}",
            text::unended(basis),
            if at == last { "." } else { ";" }
        )
    };
    Ok(given.iter().enumerate().map(ended).collect())
}

/// "12.345" as offices write it.
fn dotted(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

/// The same of how many there are, "05" for one figure.
fn count(number: usize) -> String {
    let dotted = dotted(number as u64);
    if number < 10 {
        format!("0{dotted}")
    } else {
        dotted
    }
}

/// Ordinal, name, and of the other columns those in which a row says something.
fn list(heads: &Heads, rows: &[ListRow], annex: Annex) -> Result<List, PaperError> {
    if rows.is_empty() {
        return Err(PaperError::Missing("danh sách kèm theo".to_owned()));
    }
    few("danh sách", rows.len(), ROWS)?;
    let said =
        |value: fn(&ListRow) -> &String| rows.iter().any(|row| !value(row).trim().is_empty());
    type Value = fn(&ListRow) -> &String;
    let all: [(&String, Value, u32, bool); 5] = [
        (&heads.name, |row| &row.name, 34, false),
        (&heads.village, |row| &row.village, 28, false),
        (&heads.detail, |row| &row.detail, 13, true),
        (&heads.result, |row| &row.result, 17, true),
        (&heads.note, |row| &row.note, 22, false),
    ];
    let shown: Vec<_> = all
        .iter()
        .enumerate()
        .filter(|(at, (_, value, ..))| *at == 0 || said(*value))
        .collect();
    let mut columns = vec![Column {
        head: "TT".to_owned(),
        weight: 7,
        centred: true,
    }];
    for (_, (head, _, weight, centred)) in &shown {
        columns.push(Column {
            head: required("tên cột", head, NAME)?,
            weight: *weight,
            centred: *centred,
        });
    }
    let mut cells = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let mut texts = vec![(at + 1).to_string()];
        for (column, (head, value, ..)) in &shown {
            let what = || format!("{} ở dòng {}", head.to_lowercase(), at + 1);
            let text = line(&what(), value(row), if *column == 4 { LINE } else { NAME })?;
            if *column == 0 && text.is_empty() {
                return Err(PaperError::Missing(what()));
            }
            texts.push(text);
        }
        cells.push(texts);
    }
    Ok(List {
        annex: Some(annex),
        columns,
        rows: cells,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_of_authorities_break_before_their_level() {
        assert_eq!(
            in_lines("ỦY BAN NHÂN DÂN XÃ MƯỜNG KHOA", 28),
            ["ỦY BAN NHÂN DÂN", "XÃ MƯỜNG KHOA"]
        );
        assert_eq!(
            in_lines("SỞ GIÁO DỤC VÀ ĐÀO TẠO", 28),
            ["SỞ GIÁO DỤC VÀ ĐÀO TẠO"]
        );
        assert_eq!(
            in_lines("HỘI KHUYẾN HỌC TỈNH LAI CHÂU", 26),
            ["HỘI KHUYẾN HỌC", "TỈNH LAI CHÂU"]
        );
        assert!(in_lines("", 28).is_empty());
    }

    #[test]
    fn ends_are_put_once() {
        let given = [
            "Căn cứ Luật A;".to_owned(),
            "Theo đề nghị của B.".to_owned(),
        ];
        assert_eq!(
            bases(&given).unwrap(),
            ["Căn cứ Luật A;", "Theo đề nghị của B."]
        );
        let given = ["- Như Điều 4;".to_owned(), "Lưu: VT, VHXH".to_owned()];
        assert_eq!(
            recipients(Some("Như Điều 4"), &given),
            ["- Như Điều 4;", "- Lưu: VT, VHXH."]
        );
    }

    #[test]
    fn counts_are_written_as_offices_do() {
        assert_eq!(
            [count(5), count(128), count(1_234), count(5_000)],
            ["05", "128", "1.234", "5.000"]
        );
    }
}
