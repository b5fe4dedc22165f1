//! Texts from outside made fit for paper, and what official papers write in a way of their own.

use chrono::{Datelike, NaiveDate};

use crate::PaperError;

/// A space that no line breaks at and nothing collapses.
pub const FIRM_SPACE: char = '\u{a0}';
/// Letters of a word after which a line may break, whatever the word says.
const UNBROKEN: usize = 24;

/// One line without what no paper shows: controls become spaces, spaces are collapsed, direction marks and what XML does
/// not know are dropped, and a word that no line holds may break. Longer than `most` letters is refused.
pub fn line(what: &str, text: &str, most: usize) -> Result<String, PaperError> {
    let mut clean = String::with_capacity(text.len().min(most * 4));
    let mut letters = 0;
    let mut gap = false;
    for letter in text.chars().filter(|letter| !is_unprintable(*letter)) {
        if letter != FIRM_SPACE && (letter.is_whitespace() || letter.is_control()) {
            gap = true;
            continue;
        }
        if gap && !clean.is_empty() {
            clean.push(' ');
            letters += 1;
        }
        gap = false;
        clean.push(letter);
        letters += 1;
        if letters > most {
            return Err(PaperError::TooLong {
                what: capitalised(what),
                most,
            });
        }
    }
    Ok(breakable(clean))
}

/// [`line`] that must say something.
pub fn required(what: &str, text: &str, most: usize) -> Result<String, PaperError> {
    let text = line(what, text, most)?;
    if text.is_empty() {
        Err(PaperError::Missing(what.to_owned()))
    } else {
        Ok(text)
    }
}

/// At most so many lines, each cleaned; empty ones are left out.
pub fn lines(
    what: &str,
    texts: &[String],
    most: usize,
    letters: usize,
) -> Result<Vec<String>, PaperError> {
    few(what, texts.len(), most)?;
    let clean = texts.iter().map(|text| line(what, text, letters));
    clean
        .filter(|text| !matches!(text, Ok(text) if text.is_empty()))
        .collect()
}

/// Refuses more than `most`.
pub fn few(what: &str, given: usize, most: usize) -> Result<(), PaperError> {
    if given > most {
        Err(PaperError::TooMany {
            what: capitalised(what),
            most,
            given,
        })
    } else {
        Ok(())
    }
}

/// Direction marks turn the rest of a line around; the others are no characters.
fn is_unprintable(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e000}'..='\u{f8ff}')
        || (letter as u32) & 0xfffe == 0xfffe
        || (letter as u32) >= 0xe_0000
}

/// The text with its first letter large.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The text with its first letter small.
pub fn small(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

const DIGITS: [&str; 10] = [
    "không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín",
];

/// A number as it is read: "chín triệu một trăm linh tám nghìn".
pub fn spoken(number: u64) -> String {
    if number == 0 {
        return DIGITS[0].to_owned();
    }
    let mut words = Vec::new();
    read(number, false, &mut words);
    words.join(" ")
}

/// `goes_on`: something larger was read before, so that hundreds are read too where there are none.
fn read(number: u64, goes_on: bool, words: &mut Vec<&'static str>) {
    let (above, below) = (number / 1_000_000_000, number % 1_000_000_000);
    if above > 0 {
        read(above, goes_on, words);
        words.push("tỷ");
    }
    let mut goes_on = goes_on || above > 0;
    for (size, name) in [(1_000_000, "triệu"), (1_000, "nghìn"), (1, "")] {
        let three = below / size % 1_000;
        if three > 0 {
            read_three(three, goes_on, words);
            if !name.is_empty() {
                words.push(name);
            }
            goes_on = true;
        }
    }
}

fn read_three(three: u64, goes_on: bool, words: &mut Vec<&'static str>) {
    let digit = |size: u64| three / size % 10;
    let said = |digit: u64| DIGITS[digit as usize % 10];
    let (hundreds, tens, ones) = (digit(100), digit(10), digit(1));
    let has_hundreds = hundreds > 0 || goes_on;
    if has_hundreds {
        words.extend([said(hundreds), "trăm"]);
    }
    match tens {
        0 if has_hundreds && ones > 0 => words.push("linh"),
        0 => {}
        1 => words.push("mười"),
        _ => words.extend([said(tens), "mươi"]),
    }
    match (tens, ones) {
        (_, 0) => {}
        (2.., 1) => words.push("mốt"),
        (1.., 5) => words.push("lăm"),
        _ => words.push(said(ones)),
    }
}

/// Lets a line break inside a word that no line could hold.
fn breakable(text: String) -> String {
    if text.split(' ').all(|word| word.len() <= UNBROKEN) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut unbroken = 0;
    for letter in text.chars() {
        unbroken = if letter == ' ' { 0 } else { unbroken + 1 };
        if unbroken > UNBROKEN {
            out.push('\u{200b}');
            unbroken = 1;
        }
        out.push(letter);
    }
    out
}

/// The text without what ends it, so that what has to end it can follow.
pub fn unended(text: &str) -> &str {
    text.trim_end_matches(['.', ';', ',', ' ', '/', FIRM_SPACE])
}

fn blank(width: usize) -> String {
    std::iter::repeat_n(FIRM_SPACE, width).collect()
}

/// "05/QĐ-UBND", with room for the number where it is not known yet. A number that brings its own symbol ("5/QĐ-UBND") keeps
/// it.
pub fn number(number: Option<&str>, symbol: &str) -> String {
    match number {
        None => format!("{}/{symbol}", blank(6)),
        Some(whole) if whole.contains('/') => zeroed(whole),
        Some(number) => zeroed(&format!("{number}/{symbol}")),
    }
}

/// With a zero before a number below ten.
pub fn zeroed(number: &str) -> String {
    match number.as_bytes() {
        [digit, b'/', ..] if digit.is_ascii_digit() => format!("0{number}"),
        _ => number.to_owned(),
    }
}

/// "ngày 03 tháng 02 năm 2026": days below ten and the months 1 and 2 get a zero in front (Decree 30/2020, annex I, II.4).
pub fn day(date: Option<NaiveDate>, year: i32) -> String {
    match date {
        None => format!("ngày{}tháng{}năm{FIRM_SPACE}{year}", blank(5), blank(5)),
        Some(date) => {
            let month = if date.month() < 3 {
                format!("{:02}", date.month())
            } else {
                date.month().to_string()
            };
            format!(
                "ngày{FIRM_SPACE}{:02} tháng{FIRM_SPACE}{month} năm{FIRM_SPACE}{}",
                date.day(),
                date.year()
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_paper_shows_is_left_out() {
        assert_eq!(
            line("tên", " Lò\u{0}\tVăn \n Pâng\u{202e}\u{ffff} ", 20).unwrap(),
            "Lò Văn Pâng"
        );
    }

    #[test]
    fn too_long_is_refused_and_not_cut() {
        assert!(line("tên", "Lò Văn Pâng", 11).is_ok());
        let refused = line("tên", "Lò Văn Pâng", 10).unwrap_err();
        assert_eq!(refused.to_string(), "Tên dài quá 10 chữ.");
    }

    #[test]
    fn amounts_are_read_as_offices_read_them() {
        for (number, words) in [
            (0, "không"),
            (15, "mười lăm"),
            (21, "hai mươi mốt"),
            (105, "một trăm linh năm"),
            (759_000, "bảy trăm năm mươi chín nghìn"),
            (1_138_500, "một triệu một trăm ba mươi tám nghìn năm trăm"),
            (1_005_000, "một triệu không trăm linh năm nghìn"),
            (9_108_000, "chín triệu một trăm linh tám nghìn"),
            (10_000_001, "mười triệu không trăm linh một"),
            (379_500_000, "ba trăm bảy mươi chín triệu năm trăm nghìn"),
            (2_000_000_010, "hai tỷ không trăm mười"),
        ] {
            assert_eq!(spoken(number), words, "{number}");
        }
        assert!(!spoken(u64::MAX).is_empty());
    }

    #[test]
    fn numbers_and_days_have_their_zeros() {
        assert_eq!(number(Some("5"), "QĐ-UBND"), "05/QĐ-UBND");
        assert_eq!(number(Some("125"), "QĐ-UBND"), "125/QĐ-UBND");
        assert_eq!(number(Some("7/QĐ-UB"), "QĐ-UBND"), "07/QĐ-UB");
        assert_eq!(number(Some("ba/x"), "QĐ-UBND"), "ba/x");
        let plain = |date| day(date, 2026).replace(FIRM_SPACE, " ");
        assert_eq!(
            plain(NaiveDate::from_ymd_opt(2026, 2, 3)),
            "ngày 03 tháng 02 năm 2026"
        );
        assert_eq!(
            plain(NaiveDate::from_ymd_opt(2026, 3, 12)),
            "ngày 12 tháng 3 năm 2026"
        );
        assert_eq!(plain(None), "ngày     tháng     năm 2026");
    }

    #[test]
    fn a_word_no_line_holds_may_break() {
        assert_eq!(
            breakable("a".repeat(30))
                .chars()
                .filter(|letter| *letter == '\u{200b}')
                .count(),
            1
        );
        assert_eq!(breakable("Lò Văn Pâng".to_owned()), "Lò Văn Pâng");
    }
}
