//! The golden book, and those who support learning without being judged, in words. They are at desks only.

use shared::api::contributions::Contributions;
use shared::api::supporters::{SupporterField, SupporterProblem};
use shared::contribution::Contribution;
use shared::field::FieldProblem;
use shared::supporter::{SupporterSort, Supporting};

use super::{field_problem, gave, money, number};
use crate::locale::{t, tf};

/// What all of a golden book gave, in one line; and in another what supporters gave of that, where there are some.
pub fn book(book: &Contributions) -> (String, Option<String>) {
    let said = |key: &str, rows: usize, gave: &Contribution| {
        let count = |count: u64| number(i64::try_from(count).unwrap_or(i64::MAX));
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        tf(
            key,
            &[
                ("n", &count(rows)),
                ("labour", &count(gave.labour.unwrap_or(0))),
                ("money", &money(gave.money.unwrap_or(0))),
            ],
        )
    };
    let (supporters, theirs) = book.of_supporters();
    let of_them = (supporters > 0).then(|| said("book.said_supporters", supporters, &theirs));
    (said("book.said", book.rows.len(), &book.total()), of_them)
}

/// What sort of supporter it is.
pub fn supporter_sort(sort: SupporterSort) -> String {
    t(match sort {
        SupporterSort::Enterprise => "supporter.enterprise",
        SupporterSort::Association => "supporter.association",
        SupporterSort::Organisation => "supporter.organisation",
        SupporterSort::International => "supporter.international",
        SupporterSort::BusinessPerson => "supporter.business_person",
        SupporterSort::Scholar => "supporter.scholar",
        SupporterSort::Family => "supporter.family",
        SupporterSort::Individual => "supporter.individual",
        SupporterSort::Overseas => "supporter.overseas",
    })
}

/// What is to be mended in a field of the form.
pub fn supporter_problem(field: SupporterField, problem: &SupporterProblem) -> String {
    match (field, problem) {
        (SupporterField::Sort, SupporterProblem::Missing) => t("supporter.no_sort"),
        (_, SupporterProblem::Missing) => t("supporter.no_name"),
        (_, SupporterProblem::NothingGiven) => t("supporter.nothing_given"),
        (_, SupporterProblem::Field(FieldProblem::OutOfRange { max, .. })) => {
            let max = number(i64::try_from(*max).unwrap_or(i64::MAX));
            let label = supporter_field(field);
            tf("supporter.too_much", &[("field", &label), ("max", &max)])
        }
        (_, SupporterProblem::Field(FieldProblem::NotNumber)) => {
            let label = supporter_field(field);
            tf("supporter.not_number", &[("field", &label)])
        }
        (_, SupporterProblem::Field(problem)) => {
            let label = supporter_field(field);
            format!("{label}: {}", field_problem(problem))
        }
    }
}

/// The label of a field of the form.
pub fn supporter_field(field: SupporterField) -> String {
    t(match field {
        SupporterField::Name => "supporter.name",
        SupporterField::Sort => "supporter.sort",
        SupporterField::From => "supporter.from",
        SupporterField::Labour => "supporter.labour",
        SupporterField::Money => "supporter.money",
        SupporterField::Otherwise => "supporter.otherwise",
        SupporterField::Note => "supporter.note",
    })
}

/// A change of a supporter in a history.
pub fn supporting(supporting: &Supporting) -> String {
    match supporting {
        Supporting::Write {
            who,
            year,
            gave: of,
            ..
        } => {
            let sort = supporter_sort(who.sort);
            let gave = gave(of).unwrap_or_else(|| t("supporter.nothing"));
            let written: [(&str, &dyn std::fmt::Display); 4] = [
                ("name", &who.name),
                ("sort", &sort),
                ("year", year),
                ("gave", &gave),
            ];
            tf("supporter.history", &written)
        }
        Supporting::Strike { is_struck: true } => t("supporter.history_struck"),
        Supporting::Strike { is_struck: false } => t("supporter.history_restored"),
    }
}
