//! Where a commune's list is given, and what was imported before. What becomes of a list is shown on a page of its
//! own before anything is written.

mod past;
mod preview;
mod questions;
mod report;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use shared::api::imports::{Commune, ImportDesk, PastImport};
use shared::calendar::Year;
use shared::ids::UnitId;
use shared::kind::SubjectKind;

use self::past::Past;
use super::frame::{DeskFrame, asked};
use crate::backend::backend;
use crate::components::error_summary::FieldProblem;
use crate::components::{ErrorSummary, Glyph, Notice, SelectField, SelectOption, Tone};
use crate::locale::{t, tf, ts};
use crate::tables::counted;
use crate::words;

pub use preview::ImportPreviewPage;

#[component]
pub fn ImportPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let unit = query.get("unit").and_then(|unit| unit.parse().ok());
    let answer = async move { backend()?.import_desk(unit).await };
    asked(answer, move |desk: ImportDesk| {
        view! { <DeskFrame title=ts("import.title")><Desk desk query/></DeskFrame> }
    })
}

#[component]
fn Desk(desk: ImportDesk, query: ParamsMap) -> impl IntoView {
    let ImportDesk {
        communes,
        chosen,
        year,
        imports,
    } = desk;
    let error = query.get("error").map(|error| match error.as_str() {
        "too-large" => t("import.error_too_large"),
        "no-space" => t("import.error_no_space"),
        _ => t("import.error_no_file"),
    });
    let problems: Vec<FieldProblem> = error
        .into_iter()
        .map(|message| FieldProblem {
            field: "file".to_owned(),
            message,
        })
        .collect();
    let kind = kind_of(&query, "kind");
    let name = communes.iter().find(|commune| commune.id == chosen);
    let name = name.map_or_else(String::new, |commune| commune.name.clone());
    view! {
        <ErrorSummary heading=ts("import.error") problems/>
        {done(&query, &imports, chosen)}
        {undone(&query)}
        <p>{t("import.what")}</p>
        <Give communes chosen kind year/>
        <Past imports unit=chosen name/>
        <p><a href=format!("/commune?unit={chosen}")>{t("import.to_commune")}</a></p>
    }
}

/// The kind that an address names; families, where it names none that comes in lists.
fn kind_of(query: &ParamsMap, name: &str) -> SubjectKind {
    let named = query.get(name).and_then(|kind| SubjectKind::parse(&kind));
    let named = named.filter(|kind| !kind.is_a_unit());
    named.unwrap_or(SubjectKind::Household)
}

/// The form with the file. Any file may be chosen: one that cannot be read is called by its name, with what to do.
#[component]
fn Give(communes: Vec<Commune>, chosen: UnitId, kind: SubjectKind, year: Year) -> impl IntoView {
    let commune = match communes.as_slice() {
        [only] => view! {
            <input type="hidden" name="unit" value=only.id.to_string()/>
            <p><strong>{only.name.clone()}</strong></p>
        }
        .into_any(),
        _ => {
            let options: Vec<SelectOption> = communes
                .into_iter()
                .map(|commune| SelectOption {
                    value: commune.id.to_string(),
                    label: commune.name,
                })
                .collect();
            view! { <SelectField id="unit" name="unit" label=ts("import.commune") options value=chosen.to_string()/> }
                .into_any()
        }
    };
    let of_heading = SelectOption {
        value: String::new(),
        label: tf("import.year_of_heading", &[("year", &year)]),
    };
    let years = Year::range(year.before(), year.after())
        .rev()
        .map(|year| SelectOption {
            value: year.to_string(),
            label: year.to_string(),
        });
    let listed = SubjectKind::ALL
        .into_iter()
        .filter(|kind| !kind.is_a_unit());
    let kinds: Vec<SelectOption> = listed
        .map(|kind| SelectOption {
            value: kind.as_str().to_owned(),
            label: words::capital(&counted(kind)),
        })
        .collect();
    let years: Vec<SelectOption> = std::iter::once(of_heading).chain(years).collect();
    view! {
        <form class="stack card carry" method="post" action="/commune/import" enctype="multipart/form-data">
            <SelectField id="kind" name="kind" label=ts("import.kind") options=kinds value=kind.as_str().to_owned()/>
            {commune}
            <div class="field">
                <label for="file">{t("import.file")}</label>
                <p class="hint" id="file-hint">{t("import.file_hint")}</p>
                <input id="file" name="file" type="file" required aria-describedby="file-hint"/>
            </div>
            <SelectField id="year" name="year" label=ts("import.year") options=years value=String::new()/>
            <label class="check"><input type="checkbox" name="registers" value="1"/><span>{t("import.register_all")}</span></label>
            <p class="hint">{t("import.nothing_yet")}</p>
            <p><button type="submit" class="button" data-kind="primary">{t("import.look")}</button></p>
        </form>
    }
}

/// What was just written.
fn done(query: &ParamsMap, imports: &[PastImport], unit: UnitId) -> Option<AnyView> {
    let id = query.get("done")?;
    let import = imports.iter().find(|import| import.id == id)?;
    let title = tf(
        "import.done",
        &[
            ("new", &import.new),
            ("updated", &import.updated),
            ("kind", &counted(import.kind)),
        ],
    );
    let way_back = tf("import.done_id", &[("id", &import.id)]);
    let list = format!(
        "/dashboard/subjects?unit={unit}&title={}&year={}",
        import.kind.title().as_str(),
        import.year
    );
    let refused = query
        .get("refused")
        .and_then(|count| count.parse::<usize>().ok());
    let waits = query
        .get("waits")
        .filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric()));
    Some(view! {
        <Notice tone=Tone::Forest glyph=Glyph::Received title>
            <p>{way_back}</p>
            {refused.map(|count| view! { <p>{tf("import.done_refused", &[("n", &count)])}</p> })}
            {waits.map(|name| view! {
                <p>{t("import.done_waits")} " " <a href=format!("/commune/import/{name}")>{t("import.answer_on")}</a></p>
            })}
            <p><a href=list>{t("import.to_list")}</a></p>
        </Notice>
    }.into_any())
}

/// What was just taken back.
fn undone(query: &ParamsMap) -> Option<AnyView> {
    let id = query.get("undone")?;
    let count = |name| {
        let count = query.get(name).and_then(|count| count.parse().ok());
        count.unwrap_or(0_usize)
    };
    let kind = counted(kind_of(query, "of"));
    let told = tf(
        "import.undone_told",
        &[
            ("kind", &kind),
            ("ended", &count("ended")),
            ("restored", &count("restored")),
            ("withdrawn", &count("withdrawn")),
        ],
    );
    let kept = (count("kept") > 0).then(|| {
        let names = query.get("names").unwrap_or_default();
        tf(
            "import.undone_kept",
            &[("n", &count("kept")), ("kind", &kind), ("names", &names)],
        )
    });
    Some(
        view! {
            <Notice tone=Tone::Forest glyph=Glyph::Check title=tf("import.undone", &[("id", &id)])>
                <p>{told}</p>
                {kept.map(|kept| view! { <p>{kept}</p> })}
            </Notice>
        }
        .into_any(),
    )
}
