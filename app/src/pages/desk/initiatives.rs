//! The register of initiatives of a unit, where one is noted, and one of them.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use shared::api::initiatives::{
    Author, Initiative, InitiativeDesk, InitiativeField, InitiativeProblems, InitiativeSeen,
    Initiatives, InitiativesQuery, TypedInitiative, UnmendedInitiative, typed,
};
use shared::calendar::Year;
use shared::ids::{InitiativeId, UnitId};
use shared::problem::ProblemKind;

use super::frame::{DeskFrame, Way, asked};
use super::labelled::{Aria, labelled};
use super::table::{DataTable, File, Here};
use crate::backend::backend;
use crate::components::error_summary::FieldProblem;
use crate::components::{Empty, ErrorSummary, Glyph, Icon, Notice, TextArea, Tone};
use crate::locale::{t, tf, ts};
use crate::{tables, words};

/// Rows on a page.
const PAGE: usize = 50;

fn query() -> InitiativesQuery {
    let query = use_query_map().get_untracked();
    InitiativesQuery::read(|name| query.get(name))
}

#[component]
pub fn InitiativesPage() -> impl IntoView {
    let query = query();
    let answer = async move { backend()?.initiatives(query).await };
    asked(answer, |found: Initiatives| {
        let unit = found.crumbs.last().map_or("", |it| it.name.as_str());
        let title = tf("initiative.of", &[("unit", &unit)]);
        view! { <DeskFrame title><Register found/></DeskFrame> }
    })
}

#[component]
fn Register(found: Initiatives) -> impl IntoView {
    let shown = tables::initiatives(&found).shown(Here::order(""), PAGE);
    let here = Here::keeping(&["unit", "year"], &[""]);
    let Initiatives {
        crumbs,
        unit,
        year,
        years,
        rows,
        is_cut,
        may_write,
    } = found;
    let of_year = year.map_or_else(String::new, |year| format!("&year={year}"));
    let write = may_write.then(|| {
        let href = format!("/initiatives/new?unit={unit}{of_year}");
        view! { <a class="button" data-kind="primary" href=href>{t("initiative.new")}</a> }
    });
    let book = format!("/contributions?unit={unit}{of_year}");
    let is_empty = rows.is_empty();
    let file = File {
        what: "initiatives",
        query: format!("unit={unit}{of_year}"),
    };
    view! {
        <Way crumbs query=String::new() here=Some(t("initiative.title"))/>
        <p class="lead">{t("initiative.lead")}</p>
        <Years unit years chosen=year/>
        <p class="row no-print">
            {write}
            <a class="button" data-kind="secondary" href=book>{t("initiative.to_book")}</a>
        </p>
        {is_empty.then(|| view! { <Empty glyph=Glyph::Book title=ts("initiative.none") text=ts("initiative.none_text")/> })}
        {is_cut.then(|| view! { <p class="hint">{t("initiative.cut")}</p> })}
        {(!is_empty).then(|| view! { <section class="card"><DataTable shown here file=Some(file)/></section> })}
    }
}

/// All years, and each of which there are some or that was chosen.
#[component]
fn Years(unit: UnitId, mut years: Vec<Year>, chosen: Option<Year>) -> impl IntoView {
    if let Some(year) = chosen.filter(|year| !years.contains(year)) {
        years.push(year);
        years.sort_unstable();
        years.reverse();
    }
    let link = |of: Option<Year>| {
        let current = (of == chosen).then_some("page");
        let (label, year) = match of {
            Some(year) => (year.to_string(), format!("&year={year}")),
            None => (t("initiative.all_years"), String::new()),
        };
        let href = format!("/initiatives?unit={unit}{year}");
        view! { <li><a class="chip" href=href aria-current=current>{label}</a></li> }
    };
    let several = !years.is_empty();
    let all = std::iter::once(None).chain(years.into_iter().map(Some));
    let links = all.map(link).collect_view();
    several.then(|| {
        view! { <nav class="no-print" aria-label=t("decisions.years")><ul class="chips">{links}</ul></nav> }
    })
}

#[component]
pub fn NewInitiativePage() -> impl IntoView {
    let query = query();
    // What was sent and could not be taken, or asked for somebody.
    let unmended = use_context::<UnmendedInitiative>();
    let answer = async move { backend()?.initiative_desk(query).await };
    asked(answer, move |desk: InitiativeDesk| {
        view! { <DeskFrame title=ts("initiative.new")><New desk unmended/></DeskFrame> }
    })
}

#[component]
fn New(desk: InitiativeDesk, unmended: Option<UnmendedInitiative>) -> impl IntoView {
    let InitiativeDesk {
        crumbs,
        unit,
        id,
        typed,
        authors,
    } = desk;
    let unmended = unmended.unwrap_or(UnmendedInitiative {
        typed,
        authors,
        ..UnmendedInitiative::default()
    });
    let hidden = vec![("id", id.to_string()), ("unit", unit.to_string())];
    view! {
        <Way crumbs query=String::new() here=Some(t("initiative.new"))/>
        <Problems problems=unmended.problems.clone()/>
        <p class="lead">{t("initiative.lead")}</p>
        <Write action="/initiatives/new".to_owned() hidden unmended is_new=true/>
        <p class="no-print"><a href=format!("/initiatives?unit={unit}")>{t("initiative.to_all")}</a></p>
    }
}

#[component]
pub fn InitiativePage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id");
    let id = id.and_then(|id| id.parse::<InitiativeId>().ok());
    let unmended = use_context::<UnmendedInitiative>();
    let answer = async move {
        backend()?
            .initiative(id.ok_or(ProblemKind::NotFound)?)
            .await
    };
    asked(answer, move |seen: InitiativeSeen| {
        let title = seen.initiative.name.clone();
        view! { <DeskFrame title><One seen unmended/></DeskFrame> }
    })
}

#[component]
fn One(seen: InitiativeSeen, unmended: Option<UnmendedInitiative>) -> impl IntoView {
    let InitiativeSeen {
        crumbs,
        id,
        unit,
        version,
        initiative,
        authors,
        is_struck,
        made,
        saved,
        may_write,
    } = seen;
    let problems = unmended.as_ref().map(|it| it.problems.clone());
    let is_mending = unmended.is_some();
    let strike = |again: bool| {
        let label = match again {
            true => t("initiative.restore"),
            false => t("initiative.strike"),
        };
        view! {
            <form method="post" action=format!("/initiatives/{id}/strike")>
                {again.then(|| view! { <input type="hidden" name="again" value="1"/> })}
                <button type="submit" class="button" data-kind="secondary">{label}</button>
            </form>
        }
    };
    let struck = is_struck.then(|| {
        let back = may_write.then(|| strike(true));
        view! { <Notice tone=Tone::Turmeric glyph=Glyph::Info title=ts("initiative.is_struck")>{back}</Notice> }
    });
    let (by, at) = &made;
    let wrote = tf(
        "initiative.made",
        &[("by", by), ("at", &words::moment(*at))],
    );
    let changed = (saved.1 != made.1).then(|| {
        let (by, at) = &saved;
        tf(
            "initiative.saved",
            &[("by", by), ("at", &words::moment(*at))],
        )
    });
    let facts = view! { <Facts initiative=initiative.clone() authors=authors.clone()/> };
    let mend = (may_write && !is_struck).then(|| {
        let chosen = authors.iter().map(|it| it.id).collect();
        let unmended = unmended.unwrap_or(UnmendedInitiative {
            typed: typed(&initiative, chosen, words::date),
            authors,
            ..UnmendedInitiative::default()
        });
        let hidden = vec![("looked", version.to_string())];
        view! {
            <details class="no-print" id="mend" open=is_mending>
                <summary>{t("initiative.mend")}</summary>
                <Write action=format!("/initiatives/{id}") hidden unmended is_new=false/>
            </details>
            <details class="no-print">
                <summary>{t("initiative.mistaken")}</summary>
                <div class="stack" data-gap="s">
                    <p class="hint">{t("initiative.mistaken_text")}</p>
                    {strike(false)}
                </div>
            </details>
        }
    });
    view! {
        <Way crumbs query=String::new() here=Some(t("initiative.title"))/>
        <Said/>
        <Problems problems=problems.unwrap_or_default()/>
        {struck}
        {facts}
        {mend}
        <p class="muted">{wrote} " " {changed}</p>
        <p class="no-print"><a href=format!("/initiatives?unit={unit}")>{t("initiative.to_all")}</a></p>
    }
}

/// What was just done with it.
#[component]
fn Said() -> impl IntoView {
    let told = use_query_map().get_untracked().get("told");
    let key = match told.as_deref() {
        Some("entered") => "initiative.told_entered",
        Some("saved") => "initiative.told_saved",
        Some("restored") => "initiative.told_restored",
        // That it was struck out the page says itself.
        _ => return ().into_any(),
    };
    view! { <Notice tone=Tone::Forest glyph=Glyph::Check title=ts(key)/> }.into_any()
}

/// What is kept of it.
#[component]
fn Facts(initiative: Initiative, authors: Vec<Author>) -> impl IntoView {
    let paragraphs = |text: &str| {
        let lines = text.lines().map(str::to_owned);
        lines.map(|line| view! { <p>{line}</p> }).collect_view()
    };
    let year = initiative.year;
    let author = |it: Author| {
        let href = format!("/dashboard/subject/{}?year={year}", it.id);
        let of = format!("{}, {}", words::kind(it.kind), it.place);
        view! { <li><a href=href>{it.name}</a> <span class="muted small">" · " {of}</span></li> }
    };
    let authors = authors.into_iter().map(author).collect_view();
    let others = Some(initiative.others).filter(|others| !others.is_empty());
    let others = others.map(|others| view! { <li>{others}</li> });
    let used = (!initiative.used.is_empty())
        .then(|| view! { <h2>{t("initiative.used")}</h2> {paragraphs(&initiative.used)} });
    let recognised = initiative.recognised.as_ref().map(|it| {
        view! { <div><dt>{t("initiative.recognised")}</dt><dd>{words::recognised(it)}</dd></div> }
    });
    view! {
        <section class="card stack" data-gap="s">
            <dl class="facts" data-flow="row">
                <div><dt>{t("initiative.year")}</dt><dd>{year.to_string()}</dd></div>
                <div><dt>{t("initiative.authors")}</dt><dd><ul class="plain">{authors} {others}</ul></dd></div>
                {recognised}
            </dl>
            <h2>{t("initiative.what")}</h2>
            {paragraphs(&initiative.what)}
            {used}
        </section>
    }
}

/// Everything that is to be mended, at the head of the page.
#[component]
fn Problems(problems: InitiativeProblems) -> impl IntoView {
    let problems: Vec<FieldProblem> = problems
        .iter()
        .map(|(field, problem)| FieldProblem {
            field: match field {
                // Where somebody is looked for.
                InitiativeField::Authors => "find".to_owned(),
                field => field.as_str().to_owned(),
            },
            message: words::initiative_problem(*field, *problem),
        })
        .collect();
    view! { <ErrorSummary heading=ts("initiative.error") problems/> }
}

/// The form: what it is called, whose it is, what it consists of, and the paper that recognised it.
#[component]
fn Write(
    action: String,
    /// What the form says beside what is typed.
    hidden: Vec<(&'static str, String)>,
    unmended: UnmendedInitiative,
    is_new: bool,
) -> impl IntoView {
    let UnmendedInitiative {
        typed,
        problems,
        authors,
        looked_for,
        found,
        is_overtaken,
    } = unmended;
    let hidden = hidden.into_iter();
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let hidden = hidden.collect_view();
    let looking = format!("{action}#authors");
    let line = |field: InitiativeField| {
        let problem = said(&problems, field);
        view! { <Line field typed=typed.clone() problem/> }
    };
    let overtaken = is_overtaken.then(|| {
        let (title, text) = match is_new {
            true => ("initiative.already", "initiative.already_text"),
            false => ("initiative.overtaken", "initiative.overtaken_text"),
        };
        view! {
            <Notice tone=Tone::Turmeric glyph=Glyph::Alert title=ts(title)><p>{t(text)}</p></Notice>
        }
    });
    let problem = said(&problems, InitiativeField::Authors);
    view! {
        <form class="stack card carry" method="post" action=action>
            {overtaken}
            {hidden}
            {line(InitiativeField::Name)}
            {line(InitiativeField::Year)}
            <Authors authors looked_for found problem looking/>
            {line(InitiativeField::Others)}
            {line(InitiativeField::What)}
            {line(InitiativeField::Used)}
            <h2>{t("initiative.paper")}</h2>
            <p class="hint">{t("initiative.paper_text")}</p>
            {line(InitiativeField::By)}
            {line(InitiativeField::Number)}
            {line(InitiativeField::On)}
            <p><button type="submit" class="button" data-kind="primary" name="step" value="save">{t("initiative.save")}</button></p>
        </form>
    }
}

fn said(problems: &InitiativeProblems, field: InitiativeField) -> Option<String> {
    let problem = problems.iter().find(|(of, _)| *of == field);
    problem.map(|(_, problem)| words::initiative_problem(field, *problem))
}

/// Those who were chosen, those who were found, and where somebody is looked for. Looking sends the whole form, so that nothing
/// that was typed is lost.
#[component]
fn Authors(
    authors: Vec<Author>,
    looked_for: Option<String>,
    found: Vec<Author>,
    problem: Option<String>,
    /// Where it leads: to those who were found.
    looking: String,
) -> impl IntoView {
    /// As many as are looked for at once.
    const FOUND: usize = 20;
    let choice = |author: Author, is_chosen: bool| {
        let of = format!("{}, {}", words::kind(author.kind), author.place);
        view! {
            <li><label class="check">
                <input type="checkbox" name="author" value=author.id.to_string() checked=is_chosen/>
                <span>{author.name} " " <span class="hint">{of}</span></span>
            </label></li>
        }
    };
    let chosen = (!authors.is_empty()).then(|| {
        let choices = authors.into_iter().map(|it| choice(it, true));
        let choices = choices.collect_view();
        view! { <p>{t("initiative.chosen")}</p> <ul class="plain">{choices}</ul> }
    });
    let name = looked_for.clone().unwrap_or_default();
    let is_cut = found.len() >= FOUND;
    let told = looked_for.filter(|name| !name.is_empty()).map(|name| {
        let none = found.is_empty();
        let key = match none {
            true => "initiative.found_none",
            false => "initiative.found",
        };
        let choices = found.into_iter().map(|it| choice(it, false));
        let choices = choices.collect_view();
        view! {
            <p role="status">{tf(key, &[("name", &name)])}</p>
            {(!none).then(|| view! { <ul class="plain">{choices}</ul> })}
            {is_cut.then(|| view! { <p class="hint">{tf("initiative.found_more", &[("n", &FOUND)])}</p> })}
        }
    });
    let is_invalid = problem.is_some().then_some("");
    let problem = problem.map(|problem| {
        view! { <p class="field-error"><Icon glyph=Glyph::Alert/>{problem}</p> }
    });
    view! {
        <fieldset class="field" id="authors" data-invalid=is_invalid>
            <legend>{t("initiative.authors")}</legend>
            <p class="hint">{t("initiative.authors_text")}</p>
            {problem}
            {chosen}
            {told}
            <div class="table-find">
                <div class="field">
                    <label for="find">{t("initiative.find")}</label>
                    <input id="find" name="find" type="text" autocomplete="off" maxlength="100" value=name/>
                </div>
                <button type="submit" class="button" data-kind="secondary" name="step" value="find" formaction=looking>{t("initiative.find_button")}</button>
            </div>
        </fieldset>
    }
}

/// One field.
#[component]
fn Line(field: InitiativeField, typed: TypedInitiative, problem: Option<String>) -> impl IntoView {
    let id = field.as_str();
    let value = typed.get(field).to_owned();
    let max = field.max();
    let control = move |Aria { invalid, described }: Aria| {
        match field {
        InitiativeField::What | InitiativeField::Used => {
            let described = described.unwrap_or_default();
            view! { <TextArea id=id name=id rows=4 value max invalid described/> }.into_any()
        }
        InitiativeField::Year => view! {
            <input id=id name=id type="text" inputmode="numeric" data-short="" autocomplete="off" maxlength="4" value=value aria-invalid=invalid aria-describedby=described/>
        }
        .into_any(),
        _ => view! {
            <input id=id name=id type="text" autocomplete="off" maxlength=max.to_string() value=value aria-invalid=invalid aria-describedby=described/>
        }
        .into_any(),
    }
    };
    labelled(
        id,
        words::initiative_field(field),
        hint(field),
        problem,
        control,
    )
}

fn hint(field: InitiativeField) -> Option<String> {
    let key = match field {
        InitiativeField::Name => "initiative.name_hint",
        InitiativeField::Year => "initiative.year_hint",
        InitiativeField::Others => "initiative.others_hint",
        InitiativeField::What => "initiative.what_hint",
        InitiativeField::Used => "initiative.used_hint",
        InitiativeField::By => "initiative.by_hint",
        InitiativeField::On => "initiative.on_hint",
        InitiativeField::Authors | InitiativeField::Number => return None,
    };
    Some(t(key))
}
