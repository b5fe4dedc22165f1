//! Reads a table that was saved as text: CSV with commas or semicolons, or with tabs.

use super::sheet::{Cell, Room, Sheet, push};
use super::{FileError, FileKind};

/// What the only sheet is called.
const NAME: &str = "CSV";

/// Reads a text as one sheet. Excel writes the separator of the computer's language, so it is looked for.
pub fn read(bytes: &[u8]) -> Result<Vec<Sheet>, FileError> {
    let text = decoded(bytes)?;
    let is_text = |c: char| !c.is_control() || matches!(c, '\t' | '\r' | '\n' | '\u{c}');
    if !text.chars().take(4_096).all(is_text) {
        return Err(FileKind::Unknown.into());
    }
    let (text, told) = match text.split_once('\n') {
        // "sep=;" is for Excel.
        Some((first, rest)) if first.to_ascii_lowercase().starts_with("sep=") => {
            (rest, first[4..].chars().next())
        }
        _ => (text.as_str(), None),
    };
    let separator = told.unwrap_or_else(|| separator(text));
    let mut sheet = Sheet {
        name: NAME.to_owned(),
        ..Sheet::default()
    };
    fill(&mut sheet, text, separator)?;
    Ok(vec![sheet])
}

fn decoded(bytes: &[u8]) -> Result<String, FileError> {
    let wide = |read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..]
            .chunks_exact(2)
            .map(|pair| read([pair[0], pair[1]]))
            .collect();
        String::from_utf16(&units).map_err(|_| FileError::Encoding)
    };
    if bytes.starts_with(&[0xff, 0xfe]) {
        return wide(u16::from_le_bytes);
    }
    if bytes.starts_with(&[0xfe, 0xff]) {
        return wide(u16::from_be_bytes);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        // Letters of an old encoding, or no text at all.
        Err(_) if bytes.contains(&0) => Err(FileKind::Unknown.into()),
        Err(_) => Err(FileError::Encoding),
    }
}

/// The one that stands most often outside quotes at the beginning.
fn separator(text: &str) -> char {
    const SEPARATORS: [char; 3] = [';', ',', '\t'];
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut is_quoted = false;
    for c in text.chars().take(16_384) {
        is_quoted ^= c == '"';
        let at = SEPARATORS.iter().position(|it| *it == c);
        if let Some(at) = at.filter(|_| !is_quoted) {
            counts[at] += 1;
        }
    }
    let most = (0..SEPARATORS.len()).rev().max_by_key(|at| counts[*at]);
    most.map_or(',', |at| SEPARATORS[at])
}

/// Reads by RFC 4180: a quoted cell may hold separators, line ends and doubled quotes. A row has the number of the line it
/// has in Excel.
fn fill(sheet: &mut Sheet, text: &str, separator: char) -> Result<(), FileError> {
    let mut room = Room::default();
    let mut letters = text.chars().peekable();
    let (mut row, mut column) = (1_u32, 0_usize);
    let mut cell = String::new();
    let mut is_quoted = false;
    loop {
        match letters.next() {
            Some('"') if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            Some('"') if is_quoted => is_quoted = false,
            Some('"') if cell.trim().is_empty() => {
                cell.clear();
                is_quoted = true;
            }
            Some(c) if is_quoted => push(&mut cell, c.encode_utf8(&mut [0; 4])),
            Some('\r') if letters.peek() == Some(&'\n') => {}
            end @ (None | Some('\n' | '\r')) => {
                sheet.put(row, column, value(&cell, &mut room)?, &mut room)?;
                cell.clear();
                (row, column) = (row.saturating_add(1), 0);
                if end.is_none() {
                    return Ok(());
                }
            }
            Some(c) if c == separator => {
                sheet.put(row, column, value(&cell, &mut room)?, &mut room)?;
                cell.clear();
                column += 1;
            }
            Some(c) => push(&mut cell, c.encode_utf8(&mut [0; 4])),
        }
    }
}

/// A plain number is one, as it would be in Excel. One that begins with 0 is not: it may be a code.
fn value(text: &str, room: &mut Room) -> Result<Cell, FileError> {
    let text = text.trim();
    let is_plain = (1..=15).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text.len() == 1 || !text.starts_with('0'));
    Ok(match text.parse() {
        _ if text.is_empty() => Cell::Empty,
        Ok(number) if is_plain => Cell::Number(number),
        _ => Cell::Text(room.text(text)?),
    })
}
