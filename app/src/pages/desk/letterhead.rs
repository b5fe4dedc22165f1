//! Who issues the papers of a unit and how they are signed: one form, and a sample to look at.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::imports::Commune;
use shared::api::letterheads::{
    LINE_MAX, Letterhead, LetterheadDesk, LetterheadField, LetterheadProblem, RECIPIENTS_MAX,
    Saved, SymbolProblem, Unmended,
};
use shared::ids::UnitId;

use super::frame::{DeskFrame, asked};
use crate::backend::backend;
use crate::components::error_summary::FieldProblem;
use crate::components::{
    ErrorSummary, Glyph, Icon, Notice, SelectField, SelectOption, TextArea, Tone,
};
use crate::locale::{t, tf, ts};
use crate::words;

#[component]
pub fn LetterheadPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let unit = query.get("unit").and_then(|unit| unit.parse().ok());
    let is_saved = query.get("saved").is_some();
    // What was sent and could not be taken.
    let unmended = use_context::<Unmended>();
    let answer = async move { backend()?.letterhead(unit).await };
    asked(answer, move |desk: LetterheadDesk| {
        view! {
            <DeskFrame title=ts("letterhead.title")><Desk desk unmended is_saved/></DeskFrame>
        }
    })
}

#[component]
fn Desk(desk: LetterheadDesk, unmended: Option<Unmended>, is_saved: bool) -> impl IntoView {
    let LetterheadDesk {
        units,
        chosen,
        letterhead,
        symbol,
        saved,
    } = desk;
    let is_association = !letterhead.is_authority;
    let (letterhead, problems) = match unmended {
        Some(Unmended {
            letterhead,
            problems,
        }) => (letterhead, problems),
        None => (letterhead, Vec::new()),
    };
    let summary: Vec<FieldProblem> = problems
        .iter()
        .map(|(field, problem)| FieldProblem {
            field: field.as_str().to_owned(),
            message: told(*field, *problem),
        })
        .collect();
    let name = units.iter().find(|unit| unit.id == chosen);
    let name = name.map_or_else(String::new, |unit| unit.name.clone());
    view! {
        <ErrorSummary heading=ts("letterhead.error") problems=summary/>
        {is_saved.then(|| view! {
            <Notice tone=Tone::Forest glyph=Glyph::Check title=t("letterhead.saved")><p>{t("letterhead.saved_next")}</p></Notice>
        })}
        <p>{t("letterhead.what")}</p>
        {(units.len() > 1).then(|| view! { <Units units chosen/> })}
        <Write name chosen letterhead problems/>
        <Symbol unit=chosen has=symbol.is_some() is_association/>
        <p class="muted">{last(saved)}</p>
    }
}

/// Which unit, where there are several.
#[component]
fn Units(units: Vec<Commune>, chosen: UnitId) -> impl IntoView {
    let options: Vec<SelectOption> = units
        .into_iter()
        .map(|unit| SelectOption {
            value: unit.id.to_string(),
            label: unit.name,
        })
        .collect();
    view! {
        <form class="stack card carry" method="get" action="/letterhead">
            <SelectField id="of" name="unit" label=ts("letterhead.unit") options value=chosen.to_string()/>
            <p><button type="submit" class="button">{t("letterhead.open")}</button></p>
        </form>
    }
}

fn last(saved: Option<Saved>) -> String {
    match saved {
        None => t("letterhead.suggested"),
        Some(Saved { at, by }) => tf(
            "letterhead.last",
            &[
                ("at", &words::moment(at)),
                ("by", &by.unwrap_or_else(|| t("letterhead.somebody"))),
            ],
        ),
    }
}

#[component]
fn Write(
    name: String,
    chosen: UnitId,
    letterhead: Letterhead,
    problems: Vec<(LetterheadField, LetterheadProblem)>,
) -> impl IntoView {
    let recipients = letterhead.recipients.join("\n");
    let line = |field, value| view! { <Line field value problem=problem_of(&problems, field)/> };
    let kinds = vec![
        SelectOption {
            value: "authority".to_owned(),
            label: t("letterhead.authority_kind"),
        },
        SelectOption {
            value: "association".to_owned(),
            label: t("letterhead.association_kind"),
        },
    ];
    let kind = match letterhead.is_authority {
        true => "authority",
        false => "association",
    };
    view! {
        <form class="stack card carry" method="post" action="/letterhead">
            <h2>{name}</h2>
            <input type="hidden" name="unit" value=chosen.to_string()/>
            {line(LetterheadField::Upper, letterhead.upper)}
            {line(LetterheadField::Issuer, letterhead.issuer)}
            {line(LetterheadField::Place, letterhead.place)}
            {line(LetterheadField::Authority, letterhead.authority)}
            {line(LetterheadField::SignerMark, letterhead.signer_mark)}
            {line(LetterheadField::SignerTitle, letterhead.signer_title)}
            {line(LetterheadField::SignerName, letterhead.signer_name)}
            {line(LetterheadField::Recipients, recipients)}
            <SelectField id="kind" name="kind" label=ts("letterhead.kind") options=kinds value=kind.to_owned()/>
            <p><button type="submit" class="button" data-kind="primary">{t("letterhead.save")}</button></p>
            <p><a href=format!("/letterhead/sample.pdf?unit={chosen}")>{t("letterhead.sample")}</a></p>
        </form>
    }
}

/// The symbol of an association: what there is, another in its place, none. An authority has the national emblem, whose place stays
/// free.
#[component]
fn Symbol(unit: UnitId, has: bool, is_association: bool) -> impl IntoView {
    if !is_association {
        return view! { <p class="hint">{t("letterhead.symbol_authority")}</p> }.into_any();
    }
    let said = use_query_map().get_untracked().get("symbol");
    let said = said.unwrap_or_default();
    let problem = SymbolProblem::ALL
        .into_iter()
        .find(|it| it.as_str() == said);
    let error = problem.map(|problem| {
        let key = match problem {
            SymbolProblem::Missing => "letterhead.symbol_missing",
            SymbolProblem::NotAPicture => "letterhead.symbol_not_a_picture",
            SymbolProblem::NoSpace => "letterhead.symbol_no_space",
        };
        view! { <p class="field-error" id="symbol-error"><Icon glyph=Glyph::Alert/>{t(key)}</p> }
    });
    let done = match said.as_str() {
        "given" => Some("letterhead.symbol_given"),
        "removed" => Some("letterhead.symbol_removed"),
        _ => None,
    };
    let done =
        done.map(|key| view! { <Notice tone=Tone::Forest glyph=Glyph::Check title=ts(key)/> });
    let picture = has.then(|| {
        let source = format!("/letterhead/symbol.png?unit={unit}");
        view! { <img class="symbol" src=source alt=t("letterhead.symbol_now") width="120" height="120"/> }
    });
    let remove = has.then(|| {
        view! { <button type="submit" class="button" data-kind="quiet" name="remove" value="1">{t("letterhead.symbol_remove")}</button> }
    });
    let described = match problem {
        Some(_) => "symbol-hint symbol-error",
        None => "symbol-hint",
    };
    view! {
        <section class="card stack" data-gap="s" id="symbol">
            <h2>{t("letterhead.symbol")}</h2>
            {done}
            {picture}
            <form class="stack signing" method="post" action="/letterhead/symbol" enctype="multipart/form-data">
                <input type="hidden" name="unit" value=unit.to_string()/>
                <div class="field" data-invalid=problem.map(|_| "")>
                    <label for="symbol-file">{t("letterhead.symbol_choose")}</label>
                    <p class="hint" id="symbol-hint">{t("letterhead.symbol_hint")}</p>
                    {error}
                    <input id="symbol-file" name="symbol" type="file" accept="image/png" aria-describedby=described/>
                </div>
                <p class="row">
                    <button type="submit" class="button" data-kind="secondary">{t("letterhead.symbol_give")}</button>
                    {remove}
                </p>
            </form>
        </section>
    }
    .into_any()
}

fn problem_of(
    problems: &[(LetterheadField, LetterheadProblem)],
    field: LetterheadField,
) -> Option<LetterheadProblem> {
    let of_field = problems.iter().find(|(of, _)| *of == field);
    of_field.map(|(_, problem)| *problem)
}

/// Label, hint, error and control of one line; of the recipients, several.
#[component]
fn Line(
    field: LetterheadField,
    value: String,
    problem: Option<LetterheadProblem>,
) -> impl IntoView {
    let id = field.as_str();
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = match problem {
        Some(_) => format!("{hint_id} {error_id}"),
        None => hint_id.clone(),
    };
    let invalid = problem.map(|_| "true");
    let error = problem.map(|problem| {
        view! { <p class="field-error" id=error_id><Icon glyph=Glyph::Alert/>{told(field, problem)}</p> }
    });
    let control = match field {
        LetterheadField::Recipients => view! {
            <TextArea id=id name=id rows=4 value invalid described/>
        }
        .into_any(),
        _ => view! {
            <input id=id name=id type="text" autocomplete="off" value=value aria-invalid=invalid aria-describedby=described/>
        }
        .into_any(),
    };
    view! {
        <div class="field" data-invalid=problem.map(|_| "")>
            <label for=id>{label(field)}</label>
            <p class="hint" id=hint_id>{hint(field)}</p>
            {error}
            {control}
        </div>
    }
}

fn label(field: LetterheadField) -> String {
    t(match field {
        LetterheadField::Upper => "letterhead.upper",
        LetterheadField::Issuer => "letterhead.issuer",
        LetterheadField::Place => "letterhead.place",
        LetterheadField::Authority => "letterhead.authority",
        LetterheadField::SignerMark => "letterhead.signer_mark",
        LetterheadField::SignerTitle => "letterhead.signer_title",
        LetterheadField::SignerName => "letterhead.signer_name",
        LetterheadField::Recipients => "letterhead.recipients",
    })
}

fn hint(field: LetterheadField) -> String {
    t(match field {
        LetterheadField::Upper => "letterhead.upper_hint",
        LetterheadField::Issuer => "letterhead.issuer_hint",
        LetterheadField::Place => "letterhead.place_hint",
        LetterheadField::Authority => "letterhead.authority_hint",
        LetterheadField::SignerMark => "letterhead.signer_mark_hint",
        LetterheadField::SignerTitle => "letterhead.signer_title_hint",
        LetterheadField::SignerName => "letterhead.signer_name_hint",
        LetterheadField::Recipients => "letterhead.recipients_hint",
    })
}

/// What to do.
fn told(field: LetterheadField, problem: LetterheadProblem) -> String {
    let label = label(field);
    match (field, problem) {
        (LetterheadField::Recipients, LetterheadProblem::TooLong) => {
            tf("letterhead.recipient_long", &[("most", &LINE_MAX)])
        }
        (_, LetterheadProblem::TooMany) => {
            tf("letterhead.recipients_many", &[("most", &RECIPIENTS_MAX)])
        }
        (_, LetterheadProblem::TooLong) => {
            tf("letterhead.long", &[("label", &label), ("most", &LINE_MAX)])
        }
        (_, LetterheadProblem::Missing) => tf("letterhead.missing", &[("label", &label)]),
    }
}
