//! What a row of a list is: a village's name, a subject, a total.

use shared::field::{self, FieldValue};
use shared::text::{fold, tidy};

use super::choices;
use super::columns::Header;
use super::kinds::Listing;
use super::sheet::Cell;
use super::values;

/// The text of a row that holds nothing but "Bản Vàng Pheo".
pub(super) fn village_heading<'a>(row: &'a [Cell], header: &Header) -> Option<&'a str> {
    let mut filled = row.iter().filter(|cell| !cell.is_empty());
    let text = match (filled.next(), filled.next()) {
        (Some(only), None) => only.text(),
        _ => return None,
    };
    // "Ban Quản lý rừng" is a unit.
    let is_board =
        !Listing::of(header.kind).is_person() && tidy(text).to_lowercase().starts_with("ban ");
    (values::is_village_heading(text) && !is_board).then_some(text)
}

/// Whether a row adds up, and what number of people it says.
pub(super) fn total(row: &[Cell], header: &Header) -> Option<Option<u64>> {
    // "Tổng công ty" is a unit, and stands in the list with its number.
    if !Listing::of(header.kind).is_person() && has_number(row, header) {
        return None;
    }
    let is_total = row.iter().any(|cell| {
        let words = fold(cell.text());
        ["tong cong", "tong so", "cong", "tong"].contains(&words.as_str())
            || words.starts_with("tong cong ")
            || words.starts_with("cong ban ")
    });
    let said = values::count(header.cell(row, field::MEMBERS));
    is_total.then(|| said.known().copied())
}

fn has_number(row: &[Cell], header: &Header) -> bool {
    let number = values::count(header.cell(row, field::NUMBER));
    number.known().is_some()
}

/// Whether a row is meant to be a subject: a number of the list, or a name with facts beside it.
pub(super) fn is_subject(row: &[Cell], header: &Header) -> bool {
    let is_filled = |column| !header.cell(row, column).is_empty();
    let mut facts = 0;
    let mut has_fact = false;
    for spec in field::of(header.kind) {
        let cell = header.cell(row, spec.name);
        let is_fact = match spec.value {
            _ if [field::NUMBER, field::CULTURE_YEAR].contains(&spec.name) => continue,
            FieldValue::Number { .. } => cell.to_string().contains(|c: char| c.is_ascii_digit()),
            FieldValue::Choice(codes) => choices::choice(cell, codes).known().is_some(),
            _ => continue,
        };
        facts += usize::from(!cell.is_empty());
        has_fact |= is_fact;
    }
    let has_village = is_filled(field::PLACE);
    // Signatures have no village; but whose list has no numbers either may have one that is called so.
    let is_placed = match Listing::of(header.kind).lies_in_communes {
        true => has_village && header.place(field::NUMBER).is_none(),
        false => has_village && is_filled(field::ETHNICITY),
    };
    match (has_number(row, header), is_filled(field::NAME)) {
        // A number alone is an empty line of a prepared table.
        (true, false) => has_fact,
        (true, true) => true,
        (false, true) => has_fact || is_placed,
        (false, false) => facts >= 2 && has_fact,
    }
}
