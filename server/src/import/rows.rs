//! What a row of a list is: a village's name, a family, a total.

use std::collections::BTreeSet;

use shared::text::fold;

use super::columns::{Column, Header};
use super::sheet::Cell;
use super::values;

/// The text of a row that holds nothing but "Bản Vàng Pheo".
pub(super) fn village_heading(row: &[Cell]) -> Option<&str> {
    let mut filled = row.iter().filter(|cell| !cell.is_empty());
    match (filled.next(), filled.next()) {
        (Some(only), None) => Some(only.text()).filter(|text| values::is_village_heading(text)),
        _ => None,
    }
}

/// Whether a row adds up, and what number of people it says.
pub(super) fn total(row: &[Cell], header: &Header) -> Option<Option<u64>> {
    let is_total = row.iter().any(|cell| {
        let words = fold(cell.text());
        ["tong cong", "tong so", "cong", "tong"].contains(&words.as_str())
            || words.starts_with("tong cong ")
            || words.starts_with("cong ban ")
    });
    let said = values::count(header.cell(row, Column::Members));
    is_total.then(|| said.known().copied())
}

/// Whether a row is meant to be a family: a number of the list, or a name with facts beside it.
pub(super) fn is_family(row: &[Cell], header: &Header) -> bool {
    let is_filled = |column| !header.cell(row, column).is_empty();
    let has_number = values::count(header.cell(row, Column::Number))
        .known()
        .is_some();
    let facts: BTreeSet<Column> = [
        Column::BirthYear,
        Column::Members,
        Column::Children,
        Column::Adults,
        Column::LiterateAdults,
    ]
    .into_iter()
    .filter(|column| is_filled(*column))
    .collect();
    let has_fact = facts.iter().any(|column| {
        header
            .cell(row, *column)
            .to_string()
            .contains(|c: char| c.is_ascii_digit())
    });
    let has_name = is_filled(Column::Name);
    match (has_number, has_name) {
        // A number alone is an empty line of a prepared table.
        (true, false) => has_fact,
        (true, true) => true,
        (false, true) => has_fact || (is_filled(Column::Ethnicity) && is_filled(Column::Village)),
        (false, false) => facts.len() >= 2 && has_fact,
    }
}
