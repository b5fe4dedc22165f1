//! The year of a unit: by which day each step is due, as a picture and as a form.

mod picture;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::campaigns::{
    Campaign, CampaignQuery, LateForms, SavedDays, StepDay, TYPED_MAX, UnmendedDays,
};
use shared::calendar::Year;
use shared::campaign::{DayProblem, Due, Step, legal};
use shared::criteria::Title;
use shared::ids::UnitId;

pub use self::picture::YearLine;
use super::frame::{DeskFrame, asked};
use crate::backend::backend;
use crate::components::error_summary::FieldProblem;
use crate::components::{
    Empty, ErrorSummary, Glyph, Icon, Notice, SelectField, SelectOption, Tone,
};
use crate::locale::{t, tf, ts};
use crate::words;

#[component]
pub fn CampaignPage() -> impl IntoView {
    let address = use_query_map().get_untracked();
    let query = CampaignQuery::read(|name| address.get(name));
    let is_saved = address.get("saved").is_some();
    // What was sent and could not be taken.
    let unmended = use_context::<UnmendedDays>();
    let answer = async move { backend()?.campaign(query).await };
    asked(answer, move |campaign: Campaign| {
        let about: [(&str, &dyn std::fmt::Display); 2] =
            [("unit", &campaign.name), ("year", &campaign.year)];
        let title = tf("campaign.title", &about);
        view! { <DeskFrame title><Desk campaign unmended is_saved/></DeskFrame> }
    })
}

#[component]
fn Desk(campaign: Campaign, unmended: Option<UnmendedDays>, is_saved: bool) -> impl IntoView {
    let sent = unmended.is_some();
    let unmended = unmended.unwrap_or_default();
    let year = campaign.year;
    let problems = unmended.problems.iter();
    let summary: Vec<FieldProblem> = problems
        .map(|(step, problem)| FieldProblem {
            field: step.as_str().to_owned(),
            message: words::day_problem(*step, *problem, year),
        })
        .collect();
    let overtaken = unmended.is_overtaken.then(|| {
        view! {
            <Notice tone=Tone::Turmeric glyph=Glyph::Alert title=ts("campaign.overtaken")>
                <p>{t("campaign.overtaken_text")}</p>
            </Notice>
        }
    });
    let saved = (is_saved && !sent).then(|| {
        view! {
            <Notice tone=Tone::Forest glyph=Glyph::Check title=ts("campaign.saved")>
                <p>{t("campaign.saved_next")}</p>
            </Notice>
        }
    });
    let is_empty = campaign.steps.iter().all(|step| step.day.is_none());
    let none = match campaign.may_set {
        true => ts("campaign.none_set"),
        false => ts("campaign.none_read"),
    };
    let last = last(campaign.saved.as_ref());
    view! {
        <ErrorSummary heading=ts("campaign.error") problems=summary/>
        {overtaken}
        {saved}
        <p>{t("campaign.what")}</p>
        <Choose campaign=campaign.clone()/>
        {match is_empty {
            true => view! { <Empty glyph=Glyph::Calendar title=ts("campaign.none") text=none/> }.into_any(),
            false => view! { <section class="card"><YearLine campaign=campaign.clone()/></section> }.into_any(),
        }}
        {match campaign.may_set {
            true => view! { <Write campaign unmended is_again=sent/> }.into_any(),
            false => view! { <p class="muted">{t("campaign.read_only")}</p> }.into_any(),
        }}
        <p class="muted">{last}</p>
    }
}

fn last(saved: Option<&SavedDays>) -> String {
    match saved {
        None => t("campaign.never"),
        Some(SavedDays { at, by }) => {
            let by = by.clone().unwrap_or_else(|| t("campaign.somebody"));
            let about: [(&str, &dyn std::fmt::Display); 2] =
                [("at", &words::moment(*at)), ("by", &by)];
            tf("campaign.last", &about)
        }
    }
}

/// The year on another page: what is late, the picture, and the way to set it.
#[component]
pub fn ThisYear(
    campaign: Campaign,
    late: Vec<LateForms>,
    /// Whether the reader decides of what the villages sent.
    decides: bool,
) -> impl IntoView {
    let Campaign { unit, year, .. } = campaign;
    let line = |late: &LateForms| {
        let of = format!("unit={unit}&title={}&year={year}", late.title.as_str());
        let href = match late.due.step {
            Step::Verify if decides => Some(format!("/commune/queue?{of}")),
            Step::Propose if decides => Some(format!("/decisions/draft?{of}")),
            Step::Decide if decides => Some(format!("/decisions?unit={unit}&year={year}")),
            _ => None,
        };
        let said = words::late(late);
        let said = match href {
            Some(href) => view! { <a href=href>{said}</a> }.into_any(),
            None => view! { <span>{said}</span> }.into_any(),
        };
        view! { <li class="next-step"><span class="behind"><Icon glyph=Glyph::Alert/></span> {said}</li> }
    };
    let has_days = campaign.steps.iter().any(|step| step.day.is_some());
    let late = match late.is_empty() {
        true => {
            has_days.then(|| view! { <p class="muted">{t("campaign.none_late")}</p> }.into_any())
        }
        false => Some(
            view! {
                <h3>{t("campaign.late_head")}</h3>
                <ul class="plain">{late.iter().map(line).collect_view()}</ul>
            }
            .into_any(),
        ),
    };
    let title = campaign.title.map_or("", Title::as_str);
    let href = format!("/campaign?unit={unit}&year={year}&title={title}");
    let none = (!has_days).then(|| view! { <p class="muted">{t("campaign.none")}</p> });
    view! {
        <section class="card" id="year">
            <div class="card-head">
                <h2>{tf("campaign.this_year", &[("year", &year)])}</h2>
                <a class="button no-print" data-kind="quiet" href=href>{t("campaign.to_calendar")}</a>
            </div>
            {late}
            {none}
            {has_days.then(|| view! { <YearLine campaign/> })}
        </section>
    }
}

/// What is next for a form, and until when.
#[component]
pub fn Next(due: Due) -> impl IntoView {
    let is_late = due.is_late();
    let glyph = match is_late {
        true => Glyph::Alert,
        false => Glyph::Calendar,
    };
    view! { <p class="next-step" data-late=is_late.then_some("")><Icon glyph/> <span>{words::due(&due)}</span></p> }
}

/// Whose year, which year, which title.
#[component]
fn Choose(campaign: Campaign) -> impl IntoView {
    let units = campaign.units.into_iter().map(|unit| SelectOption {
        value: unit.unit.to_string(),
        label: unit.name,
    });
    let units: Vec<SelectOption> = units.collect();
    let mut years = campaign.years;
    if !years.contains(&campaign.year) {
        years.insert(0, campaign.year);
    }
    let years: Vec<SelectOption> = years
        .into_iter()
        .map(|year| SelectOption {
            value: year.to_string(),
            label: year.to_string(),
        })
        .collect();
    let title = |title: Title| SelectOption {
        value: title.as_str().to_owned(),
        label: match campaign.titles.contains(&title) {
            true => tf("campaign.has_own", &[("title", &words::title(title))]),
            false => words::title(title),
        },
    };
    let every = SelectOption {
        value: String::new(),
        label: t("campaign.every_title"),
    };
    let titles: Vec<SelectOption> = std::iter::once(every)
        .chain(Title::ALL.into_iter().map(title))
        .collect();
    let chosen = campaign.title.map_or("", Title::as_str).to_owned();
    let (unit, year) = (campaign.unit.to_string(), campaign.year.to_string());
    let unit = match units.len() {
        0 | 1 => view! { <input type="hidden" name="unit" value=unit/> }.into_any(),
        _ => view! { <SelectField id="unit" name="unit" label=ts("campaign.unit") options=units value=unit/> }.into_any(),
    };
    view! {
        <form class="filters no-print" method="get" action="/campaign">
            {unit}
            <SelectField id="year" name="year" label=ts("campaign.year") options=years value=year/>
            <SelectField id="title" name="title" label=ts("campaign.of_title") options=titles value=chosen/>
            <button type="submit" class="button" data-kind="secondary">{t("campaign.open")}</button>
        </form>
    }
}

#[component]
fn Write(campaign: Campaign, unmended: UnmendedDays, is_again: bool) -> impl IntoView {
    let Campaign {
        unit,
        year,
        title,
        steps,
        version,
        ..
    } = campaign;
    let head = match title {
        None => t("campaign.set"),
        Some(title) => tf("campaign.set_of", &[("title", &words::title(title))]),
    };
    let is_overtaken = unmended.is_overtaken;
    let row = |step: StepDay| {
        let own = step.own.map(words::date).unwrap_or_default();
        let typed = match is_again {
            true => unmended.typed.get(&step.step).cloned().unwrap_or_default(),
            false => own.clone(),
        };
        let problem = unmended.problems.get(&step.step).copied();
        let now = (is_overtaken && typed.trim() != own).then(|| match step.own {
            Some(day) => tf("campaign.now_saved", &[("day", &words::date(day))]),
            None => t("campaign.now_empty"),
        });
        view! { <Row step typed problem now unit year title/> }
    };
    let rows = steps.into_iter().map(row).collect_view();
    view! {
        <form class="card stack campaign" id="set" method="post" action="/campaign">
            <h2>{head}</h2>
            <p class="hint">{t("campaign.hint")}</p>
            <input type="hidden" name="unit" value=unit.to_string()/>
            <input type="hidden" name="year" value=year.to_string()/>
            <input type="hidden" name="title" value=title.map_or("", Title::as_str)/>
            <input type="hidden" name="version" value=version.to_string()/>
            {rows}
            <p><button type="submit" class="button" data-kind="primary">{t("campaign.save")}</button></p>
        </form>
    }
}

/// One step: its day, and beside it what holds without it.
#[component]
fn Row(
    step: StepDay,
    typed: String,
    problem: Option<DayProblem>,
    /// What somebody else has just saved.
    now: Option<String>,
    /// The unit itself.
    unit: UnitId,
    year: Year,
    title: Option<Title>,
) -> impl IntoView {
    let StepDay {
        step,
        own,
        inherited,
        day,
    } = step;
    let id = step.as_str();
    let (beside_id, error_id) = (format!("{id}-beside"), format!("{id}-error"));
    let described = match problem {
        Some(_) => format!("{beside_id} {error_id}"),
        None => beside_id.clone(),
    };
    let is_overruled = own.is_some() && own != day;
    let above = match &inherited {
        Some(it) => {
            let shown = words::date(it.day);
            let about: [(&str, &dyn std::fmt::Display); 2] = [("unit", &it.name), ("day", &shown)];
            match (own, it.unit == unit) {
                (_, true) => tf("campaign.for_all", &[("day", &shown)]),
                (Some(own), _) if own < it.day => tf("campaign.own_earlier", &about),
                _ => tf("campaign.inherited", &about),
            }
        }
        None => t("campaign.not_inherited"),
    };
    let overruled =
        is_overruled.then(|| view! { <span class="behind">{t("campaign.overruled")}</span> });
    let legal = legal(year, title, step).map(|legal| {
        let is_later = day.is_some_and(|day| day >= legal.before);
        view! { <span class=is_later.then_some("behind")>{words::legal(legal, is_later)}</span> }
    });
    let now = now.map(|now| view! { <strong>{now}</strong> });
    let error = problem.map(|problem| {
        view! { <p class="field-error" id=error_id><Icon glyph=Glyph::Alert/>{words::day_problem(step, problem, year)}</p> }
    });
    view! {
        <div class="field" data-invalid=problem.map(|_| "")>
            <label for=id>{words::year_step(step)} " " <span class="muted">{words::whose(step.whose())}</span></label>
            {error}
            <input
                id=id
                name=id
                type="text"
                inputmode="numeric"
                autocomplete="off"
                maxlength=TYPED_MAX.to_string()
                value=typed
                aria-invalid=problem.map(|_| "true")
                aria-describedby=described
            />
            <p class="hint" id=beside_id>{now} <span>{above}</span> {overruled} {legal}</p>
        </div>
    }
}
