//! Initiatives in words. They are at desks only.

use shared::api::initiatives::{InitiativeField, InitiativeProblem, Recognition};

use super::{date, number};
use crate::locale::{t, tf};

/// Which authority recognised an initiative by which paper, as far as that is known.
pub fn recognised(recognition: &Recognition) -> String {
    let Recognition { by, number, on } = recognition;
    let number = Some(number).filter(|number| !number.is_empty());
    let number = number.map(|number| tf("initiative.by_number", &[("number", number)]));
    let on = on.map(|on| tf("initiative.by_day", &[("on", &date(on))]));
    let said = std::iter::once(by.clone()).chain(number);
    let said: Vec<String> = said.chain(on).collect();
    said.join(", ")
}

pub fn initiative_field(field: InitiativeField) -> String {
    t(match field {
        InitiativeField::Name => "initiative.name",
        InitiativeField::Year => "initiative.year",
        InitiativeField::Authors => "initiative.authors",
        InitiativeField::Others => "initiative.others",
        InitiativeField::What => "initiative.what",
        InitiativeField::Used => "initiative.used",
        InitiativeField::By => "initiative.by",
        InitiativeField::Number => "initiative.number",
        InitiativeField::On => "initiative.on",
    })
}

/// What is to be mended in a field of the form.
pub fn initiative_problem(field: InitiativeField, problem: InitiativeProblem) -> String {
    use InitiativeField as F;
    use InitiativeProblem as P;
    match (field, problem) {
        (F::Authors, P::TooLong { max }) => tf("initiative.too_many", &[("max", &max)]),
        (_, P::TooLong { max }) => {
            let max = number(i64::try_from(max).unwrap_or(i64::MAX));
            let field = initiative_field(field);
            tf("initiative.too_long", &[("field", &field), ("max", &max)])
        }
        (F::Name, _) => t("initiative.no_name"),
        (F::Year, P::NotYet) => t("initiative.year_not_yet"),
        (F::Year, _) => t("initiative.not_a_year"),
        (F::Authors, P::Unknown) => t("initiative.unknown_author"),
        (F::Authors | F::Others, _) => t("initiative.no_authors"),
        (F::What | F::Used, _) => t("initiative.no_what"),
        (F::By | F::Number, _) => t("initiative.no_by"),
        (F::On, P::NotYet) => t("initiative.day_not_yet"),
        (F::On, _) => t("initiative.not_a_day"),
    }
}
