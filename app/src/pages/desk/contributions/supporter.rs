//! Whoever supports learning without being judged: the form that writes a new one into the book, and the page of one, which says
//! what it gave year by year and mends it.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use shared::api::contributions::ContributionsQuery;
use shared::api::supporters::{
    SupporterDesk, SupporterField, SupporterProblem, SupporterProblems, SupporterSeen,
    TypedSupporter, UnmendedSupporter, typed,
};
use shared::calendar::Year;
use shared::contribution::Contribution;
use shared::ids::DocumentId;
use shared::problem::ProblemKind;
use shared::supporter::{Supporter, SupporterHead, SupporterSort};

use super::super::frame::{DeskFrame, Way, asked};
use super::super::labelled::{Aria, labelled};
use super::super::subject_detail::decide::Told;
use super::super::subject_detail::history::{History, Sets};
use super::Years;
use crate::backend::backend;
use crate::components::error_summary::FieldProblem;
use crate::components::{ErrorSummary, Glyph, Notice, TextArea, Tone};
use crate::locale::{t, tf, ts};
use crate::words;

#[component]
pub fn NewSupporterPage() -> impl IntoView {
    let address = use_query_map().get_untracked();
    let query = ContributionsQuery::read(|name| address.get(name));
    // What was sent and could not be taken.
    let unmended = use_context::<UnmendedSupporter>();
    let answer = async move { backend()?.supporter_desk(query).await };
    asked(answer, move |desk: SupporterDesk| {
        view! { <DeskFrame title=ts("supporter.new")><New desk unmended/></DeskFrame> }
    })
}

#[component]
fn New(desk: SupporterDesk, unmended: Option<UnmendedSupporter>) -> impl IntoView {
    let SupporterDesk {
        crumbs,
        unit,
        year,
        years,
        id,
        known,
    } = desk;
    let unmended = unmended.unwrap_or_default();
    let known = (!known.is_empty()).then(|| {
        let title = tf("supporter.known", &[("n", &known.len())]);
        let line = |id: DocumentId, name: String| {
            view! { <li><a href=format!("/contributions/{id}?year={year}")>{name}</a></li> }
        };
        let lines = known.into_iter().map(|it| line(it.id, it.name));
        let lines = lines.collect_view();
        view! { <details><summary>{title}</summary><ul class="plain">{lines}</ul></details> }
    });
    let hidden = vec![
        ("id", id.to_string()),
        ("unit", unit.to_string()),
        ("year", year.to_string()),
    ];
    view! {
        <Way crumbs query=format!("year={year}") here=Some(t("supporter.new"))/>
        <Told/>
        <Problems problems=unmended.problems.clone()/>
        <p class="lead">{t("supporter.what")}</p>
        {known}
        <Years years chosen=year page=format!("/contributions/new?unit={unit}&")/>
        <Write action="/contributions/new".to_owned() hidden year unmended submit=t("supporter.enter")/>
        <p class="no-print"><a href=format!("/contributions?unit={unit}&year={year}")>{t("supporter.to_book")}</a></p>
    }
}

#[component]
pub fn SupporterPage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id");
    let id = id.and_then(|id| id.parse::<DocumentId>().ok());
    let address = use_query_map().get_untracked();
    let query = ContributionsQuery::read(|name| address.get(name));
    let unmended = use_context::<UnmendedSupporter>();
    let answer = async move {
        let id = id.ok_or(ProblemKind::NotFound)?;
        backend()?.supporter(id, query.year).await
    };
    asked(answer, move |seen: SupporterSeen| {
        let head = seen.supporter.supporter();
        let title = head.map_or_else(String::new, |head| head.who.name.clone());
        view! { <DeskFrame title><One seen unmended/></DeskFrame> }
    })
}

#[component]
fn One(seen: SupporterSeen, unmended: Option<UnmendedSupporter>) -> impl IntoView {
    let SupporterSeen {
        crumbs,
        supporter,
        year,
        years,
        history,
        may_write,
    } = seen;
    let Some(head) = supporter.supporter().cloned() else {
        return ().into_any();
    };
    let (id, unit) = (supporter.id, supporter.shard);
    let problems = unmended.as_ref().map(|it| it.problems.clone());
    let unmended = unmended.unwrap_or_else(|| UnmendedSupporter {
        typed: typed(&head, year),
        ..UnmendedSupporter::default()
    });
    let is_struck = head.is_struck;
    let strike = |again: bool| {
        let label = match again {
            true => t("supporter.restore"),
            false => t("supporter.strike"),
        };
        view! {
            <form method="post" action=format!("/contributions/{id}/strike")>
                <input type="hidden" name="year" value=year.to_string()/>
                {again.then(|| view! { <input type="hidden" name="again" value="1"/> })}
                <button type="submit" class="button" data-kind="secondary">{label}</button>
            </form>
        }
    };
    let struck = is_struck.then(|| {
        let back = may_write.then(|| strike(true));
        view! { <Notice tone=Tone::Turmeric glyph=Glyph::Info title=ts("supporter.is_struck")>{back}</Notice> }
    });
    let hidden = vec![
        ("looked", supporter.seq.to_string()),
        ("year", year.to_string()),
    ];
    let mend = (may_write && !is_struck).then(|| {
        view! {
            <Years years chosen=year page=format!("/contributions/{id}?")/>
            <Write action=format!("/contributions/{id}") hidden year unmended submit=t("supporter.save")/>
            <details class="no-print">
                <summary>{t("supporter.mistaken")}</summary>
                <div class="stack" data-gap="s">
                    <p class="hint">{t("supporter.mistaken_text")}</p>
                    {strike(false)}
                </div>
            </details>
        }
    });
    let name = head.who.name.clone();
    view! {
        <Way crumbs query=format!("year={year}") here=Some(name)/>
        <Said/>
        <Problems problems=problems.unwrap_or_default()/>
        {struck}
        <div class="board">
            <div class="stack">
                <Given head is_in_form=mend.is_some()/>
                {mend}
            </div>
            <div class="stack">
                <History history sets=Sets::new()/>
            </div>
        </div>
        <p class="no-print"><a href=format!("/contributions?unit={unit}&year={year}")>{t("supporter.to_book")}</a></p>
    }
    .into_any()
}

/// What was just done with it, or why not.
#[component]
fn Said() -> impl IntoView {
    let told = use_query_map().get_untracked().get("told");
    let key = match told.as_deref() {
        Some("entered") => "supporter.told_entered",
        Some("saved") => "supporter.told_saved",
        // The page says so itself.
        Some("struck") => return ().into_any(),
        Some("restored") => "supporter.told_restored",
        _ => return view! { <Told/> }.into_any(),
    };
    view! { <Notice tone=Tone::Forest glyph=Glyph::Check title=ts(key)/> }.into_any()
}

/// Who it is, and what it gave year by year.
#[component]
fn Given(
    head: SupporterHead,
    /// Whether the form beside says who it is.
    is_in_form: bool,
) -> impl IntoView {
    let SupporterHead { who, gave, .. } = head;
    let who = (!is_in_form).then(|| view! { <Facts who/> });
    let line = |(year, gave): &(&Year, &Contribution)| {
        let gave = words::gave(gave).unwrap_or_default();
        view! { <li><strong>{year.to_string()}</strong> ": " {gave}</li> }
    };
    let is_empty = gave.is_empty();
    let years: Vec<(&Year, &Contribution)> = gave.iter().collect();
    let years = years.iter().rev().map(line).collect_view();
    view! {
        <section class="card">
            <h2>{t("supporter.gave")}</h2>
            {match is_empty {
                true => view! { <p class="muted">{t("supporter.nothing_yet")}</p> }.into_any(),
                false => view! { <ul class="plain">{years}</ul> }.into_any(),
            }}
            {who}
        </section>
    }
}

/// Who it is, for whoever only looks.
#[component]
fn Facts(who: Supporter) -> impl IntoView {
    let fact = |field: SupporterField, value: String| {
        view! { <dt>{words::supporter_field(field)}</dt><dd>{value}</dd> }
    };
    let from = who.from.map(|from| fact(SupporterField::From, from));
    let note = who.note.map(|note| fact(SupporterField::Note, note));
    view! {
        <h2>{t("supporter.who")}</h2>
        <dl class="facts">
            {fact(SupporterField::Sort, words::supporter_sort(who.sort))}
            {from}
            {note}
        </dl>
    }
}

/// Everything that is to be mended, at the head of the page.
#[component]
fn Problems(problems: SupporterProblems) -> impl IntoView {
    let problem = |(field, problem): &(SupporterField, SupporterProblem)| FieldProblem {
        field: field.as_str().to_owned(),
        message: words::supporter_problem(*field, problem),
    };
    let problems: Vec<FieldProblem> = problems.iter().map(problem).collect();
    view! { <ErrorSummary heading=ts("supporter.error") problems/> }
}

/// The form: who it is, and what it gave in a year.
#[component]
fn Write(
    action: String,
    /// What the form says beside what is typed.
    hidden: Vec<(&'static str, String)>,
    year: Year,
    unmended: UnmendedSupporter,
    submit: String,
) -> impl IntoView {
    let UnmendedSupporter {
        typed,
        problems,
        namesakes,
        is_overtaken,
    } = unmended;
    let hidden = hidden.into_iter();
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let hidden = hidden.collect_view();
    let line = |field: SupporterField| {
        let problem = problems.iter().find(|(of, _)| *of == field);
        let problem = problem.map(|(_, problem)| words::supporter_problem(field, problem));
        view! { <Line field typed=typed.clone() problem/> }
    };
    let overtaken = is_overtaken.then(|| {
        view! {
            <Notice tone=Tone::Turmeric glyph=Glyph::Alert title=ts("supporter.overtaken")>
                <p>{t("supporter.overtaken_text")}</p>
            </Notice>
        }
    });
    let namesakes = (!namesakes.is_empty()).then(|| {
        let known = |id: DocumentId, name: String| {
            view! { <li><a href=format!("/contributions/{id}?year={year}")>{name}</a></li> }
        };
        let lines = namesakes.into_iter().map(|it| known(it.id, it.name));
        let lines = lines.collect_view();
        view! {
            <Notice tone=Tone::Turmeric glyph=Glyph::Alert title=ts("supporter.namesake")>
                <p>{t("supporter.namesake_text")}</p>
                <ul class="plain">{lines}</ul>
                <label class="check"><input type="checkbox" name="another" value="1"/><span>{t("supporter.another")}</span></label>
            </Notice>
        }
    });
    view! {
        <form class="stack card carry" method="post" action=action>
            {overtaken}
            {namesakes}
            {hidden}
            <h2>{t("supporter.who")}</h2>
            {line(SupporterField::Name)}
            {line(SupporterField::Sort)}
            {line(SupporterField::From)}
            <h2>{tf("supporter.gave_in", &[("year", &year)])}</h2>
            {line(SupporterField::Money)}
            {line(SupporterField::Labour)}
            {line(SupporterField::Otherwise)}
            {line(SupporterField::Note)}
            <p><button type="submit" class="button" data-kind="primary">{submit}</button></p>
        </form>
    }
}

/// One field.
#[component]
fn Line(field: SupporterField, typed: TypedSupporter, problem: Option<String>) -> impl IntoView {
    let id = field.as_str();
    let value = typed.get(field).to_owned();
    let max = field.max();
    let control = move |Aria { invalid, described }: Aria| {
        match field {
        SupporterField::Otherwise | SupporterField::Note => {
            let described = described.unwrap_or_default();
            view! { <TextArea id=id name=id rows=2 value max invalid described/> }.into_any()
        }
        SupporterField::Sort => view! { <Sort value invalid described/> }.into_any(),
        SupporterField::Labour | SupporterField::Money => view! {
            <input id=id name=id type="text" inputmode="numeric" autocomplete="off" maxlength=max.to_string() value=value aria-invalid=invalid aria-describedby=described/>
        }
        .into_any(),
        SupporterField::Name | SupporterField::From => view! {
            <input id=id name=id type="text" autocomplete="off" maxlength=max.to_string() value=value aria-invalid=invalid aria-describedby=described/>
        }
        .into_any(),
    }
    };
    labelled(
        id,
        words::supporter_field(field),
        hint(field),
        problem,
        control,
    )
}

#[component]
fn Sort(value: String, invalid: Option<&'static str>, described: Option<String>) -> impl IntoView {
    let id = SupporterField::Sort.as_str();
    let chosen = SupporterSort::parse(&value);
    let option = |sort: SupporterSort| {
        let selected = chosen == Some(sort);
        view! { <option value=sort.as_str() selected=selected>{words::supporter_sort(sort)}</option> }
    };
    let options = SupporterSort::ALL.into_iter().map(option).collect_view();
    view! {
        <select id=id name=id aria-invalid=invalid aria-describedby=described>
            <option value="" selected=chosen.is_none()>{t("supporter.choose")}</option>
            {options}
        </select>
    }
}

fn hint(field: SupporterField) -> Option<String> {
    let key = match field {
        SupporterField::Name => "supporter.name_hint",
        SupporterField::From => "supporter.from_hint",
        SupporterField::Money => "supporter.money_hint",
        SupporterField::Labour => "supporter.labour_hint",
        SupporterField::Otherwise => "supporter.otherwise_hint",
        SupporterField::Sort | SupporterField::Note => return None,
    };
    Some(t(key))
}
