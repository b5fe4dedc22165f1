//! Text with separators (RFC 4180), as the spreadsheets of an office in Viet Nam open it: a mark that says UTF-8, semicolons
//! and a decimal comma where numbers are written so, commas and a point in English.

use app::locale::{self, Locale};
use shared::calendar;
use shared::table::{Table, Value};

use super::Sheet;

/// Without it Excel takes the text for the system's own old alphabet.
const MARK: &str = "\u{feff}";

/// The table without the lines above it: the first line is the heads, as programs expect it.
pub fn text(table: &Table) -> String {
    let (separator, point) = match locale::current() {
        Locale::Vi => (';', ","),
        Locale::En => (',', "."),
    };
    let mut text = MARK.to_owned();
    let sheet = Sheet::of(table);
    let heads = sheet.heads.iter().map(|head| guarded(head)).collect();
    push(&mut text, heads, separator);
    for row in sheet.lines() {
        let cells: Vec<String> = row.iter().map(|value| written(value, point)).collect();
        push(&mut text, cells, separator);
    }
    text
}

fn push(text: &mut String, cells: Vec<String>, separator: char) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(separator);
        }
        let is_plain = !cell.contains([separator, '"', '\n', '\r']);
        match is_plain {
            true => text.push_str(cell),
            false => {
                text.push('"');
                text.push_str(&cell.replace('"', "\"\""));
                text.push('"');
            }
        }
    }
    text.push_str("\r\n");
}

fn written(value: &Value, point: &str) -> String {
    let decimal = |number: f64, decimals: usize| format!("{number:.decimals$}").replace('.', point);
    match value {
        Value::Text(text) | Value::Name(text) => guarded(text),
        Value::Count(count) => count.to_string(),
        Value::Points(points) => decimal(*points, usize::from(points.fract() != 0.0)),
        // Counts are far below 2⁵².
        Value::Share { part, whole } => decimal(*part as f64 * 100.0 / *whole as f64, 1),
        Value::Gap(gap) => decimal(*gap, 1),
        Value::Day(day) => day.format("%d/%m/%Y").to_string(),
        Value::Moment(at) => calendar::here(*at).format("%d/%m/%Y %H:%M").to_string(),
        Value::Empty | Value::Stage(_) | Value::Bar { .. } | Value::Marks(_) => String::new(),
    }
}

/// A text that a spreadsheet would take for a formula is led by an apostrophe, so that nobody's name is carried out (OWASP,
/// CSV injection).
fn guarded(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}
