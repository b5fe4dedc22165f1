//! Single values as people type them.

use chrono::Datelike;
use shared::text::fold;

use super::sheet::{Cell, shown};

/// How a cell was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<T> {
    Missing,
    /// As it stands.
    Plain(T),
    /// Certain, but written in another way than meant.
    Mended(T),
    /// Not certain: what stands there.
    Strange(String),
}

impl<T> Value<T> {
    pub fn known(&self) -> Option<&T> {
        match self {
            Value::Plain(value) | Value::Mended(value) => Some(value),
            Value::Missing | Value::Strange(_) => None,
        }
    }
}

fn strange<T>(cell: &Cell) -> Value<T> {
    Value::Strange(shown(cell.to_string()))
}

/// A count: `4`, `"4"`, `"4 khẩu"`.
pub fn count(cell: &Cell) -> Value<u64> {
    match cell {
        cell if cell.is_empty() => Value::Missing,
        Cell::Number(number) => match whole(*number) {
            Some(number) => Value::Plain(number),
            None => strange(cell),
        },
        Cell::Text(text) => {
            let folded = fold(text);
            let mut words = folded.split(' ');
            let number = words.next().and_then(|word| word.parse().ok());
            let unit = words.collect::<Vec<_>>().join(" ");
            let is_unit = matches!(
                unit.as_str(),
                "" | "khau" | "nguoi" | "nhan khau" | "chau" | "tre"
            );
            match number {
                // "4,5" and "-4" fold to numbers too; they are no counts.
                Some(number) if is_unit && !text.contains([',', '.', '-']) => Value::Mended(number),
                _ => strange(cell),
            }
        }
        _ => strange(cell),
    }
}

/// A year of birth: `1985`, `"1985"`, `"01/01/1985"`, a date of Excel.
pub fn birth_year(cell: &Cell) -> Value<u64> {
    let year = |year: u64| (1800..2200).contains(&year).then_some(year);
    match cell {
        cell if cell.is_empty() => Value::Missing,
        Cell::Number(number) => match whole(*number).and_then(year) {
            Some(year) => Value::Plain(year),
            None => strange(cell),
        },
        Cell::Date(date) => match u64::try_from(date.year()).ok().and_then(year) {
            Some(year) => Value::Mended(year),
            None => strange(cell),
        },
        Cell::Text(text) => {
            let folded = fold(text);
            let parts: Vec<u64> = folded
                .split(' ')
                .map(|part| part.parse().unwrap_or(u64::MAX))
                .collect();
            let found = match parts.as_slice() {
                [only] => year(*only),
                [month @ 1..=12, of] if *month > 0 => year(*of),
                // Day, month, year, as everybody here writes it.
                [1..=31, 1..=12, of] => year(*of),
                _ => None,
            };
            match found {
                Some(year) => Value::Mended(year),
                None => strange(cell),
            }
        }
        _ => strange(cell),
    }
}

/// A mark: `x`, `có`, `1`; nothing and `không` are no.
pub fn mark(cell: &Cell) -> Value<bool> {
    match cell {
        cell if cell.is_empty() => Value::Plain(false),
        Cell::Number(number) if *number == 1.0 => Value::Mended(true),
        Cell::Number(number) if *number == 0.0 => Value::Mended(false),
        Cell::Text(text) => match fold(text).as_str() {
            "x" => Value::Plain(true),
            "co" | "v" | "ho ngheo" | "ngheo" | "dung" => Value::Mended(true),
            "khong" | "ko" | "" => Value::Mended(false),
            _ => strange(cell),
        },
        _ => strange(cell),
    }
}

/// A village as it is named in the tree: "bản Vàng Pheo " is "Vàng Pheo".
pub fn village(text: &str) -> String {
    let name = shared::text::normalise_name(text);
    for kind in KINDS {
        let folded = fold(&name);
        let words = kind.split(' ').count();
        if folded.split(' ').count() > words && folded.starts_with(&format!("{kind} ")) {
            return name.split(' ').skip(words).collect::<Vec<_>>().join(" ");
        }
    }
    name
}

/// Whether a text names a village as a heading does: "Bản Vàng Pheo".
pub fn is_village_heading(text: &str) -> bool {
    let folded = fold(text);
    KINDS
        .iter()
        .any(|kind| folded.starts_with(&format!("{kind} ")))
}

/// What villages are called, folded; the longest first.
const KINDS: [&str; 7] = [
    "to dan pho",
    "thon ban",
    "khu pho",
    "ban",
    "thon",
    "lang",
    "tdp",
];

fn whole(number: f64) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, not negative and small, just checked"
    )]
    (number.fract() == 0.0 && (0.0..1e9).contains(&number)).then_some(number as u64)
}
