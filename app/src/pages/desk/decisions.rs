//! Decisions: those of a unit, and for which titles the next can be drawn up.

mod awards;
mod certificates;
mod corrections;
mod draft;
mod one;
mod proposals;
mod reports;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::decisions::{Decisions, DecisionsQuery, Ready};
use shared::calendar::Year;
use shared::change::Refusal;
use shared::decision::DecisionState;
use shared::ids::UnitId;
use shared::kind::SubjectKind;
use shared::table::{Order, Row, Value};

pub use self::draft::DraftPage;
pub use self::one::DecisionPage;
use super::frame::{DeskFrame, Way, asked};
use super::table::{DataTable, File, Here};
use crate::backend::backend;
use crate::components::{Empty, Glyph, Notice, Tone};
use crate::locale::{t, tf, ts};
use crate::{tables, words};

/// What an address says of itself, where it can be read.
fn said<T: std::str::FromStr>(name: &str) -> Option<T> {
    use_query_map().get_untracked().get(name)?.parse().ok()
}

#[component]
pub fn DecisionsPage() -> impl IntoView {
    let query = DecisionsQuery {
        unit: said("unit"),
        year: said("year"),
    };
    let answer = async move { backend()?.decisions(query).await };
    asked(answer, |found: Decisions| {
        let unit = found.crumbs.last().map_or("", |it| it.name.as_str());
        let title = tf("decisions.heading", &[("unit", &unit)]);
        view! { <DeskFrame title><List found/></DeskFrame> }
    })
}

#[component]
fn List(found: Decisions) -> impl IntoView {
    let shown = Here::show(tables::decisions(&found), "");
    let here = Here::keeping(&["unit", "year"], &[""]);
    let Decisions {
        crumbs,
        unit,
        year,
        rows,
        ready,
        merits,
        may,
    } = found;
    let file = File {
        what: "decisions",
        query: format!("unit={unit}&year={year}"),
    };
    let years = view! { <Years unit year/> };
    let rows_signed = rows.iter().any(|row| row.state == DecisionState::Signed);
    let is_empty = rows.is_empty();
    let nothing = is_empty.then(|| {
        view! { <Empty glyph=Glyph::Pen title=ts("decisions.none") text=ts("decisions.none_text")/> }
    });
    let next = ready
        .into_iter()
        .map(|ready| ready_for(unit, year, ready, may.draft))
        .collect_view();
    view! {
        <Way crumbs query=format!("year={year}") here=Some(t("decisions.title"))/>
        <Told/>
        {years}
        {next}
        {nothing}
        {may.commend.then(|| view! { <awards::Merits unit year merits/> })}
        {(!is_empty).then(|| view! {
            <section class="card" id="decisions">
                <h2>{t("decisions.title")}</h2>
                <DataTable shown here anchor="decisions" file=Some(file)/>
            </section>
        })}
        {rows_signed.then(|| view! { <RegisterForm unit year/> })}
        <p class="row no-print">
            <a class="button" data-kind="secondary" href=format!("/letterhead?unit={unit}")>{t("decisions.to_letterhead")}</a>
            <a class="button" data-kind="secondary" href="/jobs">{t("decisions.to_jobs")}</a>
        </p>
    }
}

/// The register of the year as a file.
#[component]
fn RegisterForm(unit: UnitId, year: Year) -> impl IntoView {
    let make = |ending: &'static str| {
        let label = format!("{} .{ending}", t("decisions.register_make"));
        view! { <button type="submit" class="button" data-kind="secondary" name="format" value=ending>{label}</button> }
    };
    view! {
        <section class="card stack no-print" data-gap="s" id="register">
            <h2>{tf("decisions.register", &[("year", &year)])}</h2>
            <p class="hint">{t("decisions.register_text")}</p>
            <form class="row" method="post" action="/decisions/register">
                <input type="hidden" name="unit" value=unit.to_string()/>
                <input type="hidden" name="year" value=year.to_string()/>
                {make("docx")}
                {make("pdf")}
                {make("xlsx")}
            </form>
        </section>
    }
}

/// The year before and the one being looked at, as links.
#[component]
fn Years(unit: UnitId, year: Year) -> impl IntoView {
    let link = |of: Year| {
        let href = format!("/decisions?unit={unit}&year={of}");
        let current = (of == year).then_some("page");
        view! { <li><a class="chip" href=href aria-current=current>{of.to_string()}</a></li> }
    };
    let years = Year::range(year.before(), year.after()).rev();
    let years = years.map(link).collect_view();
    view! { <nav class="no-print" aria-label=t("decisions.years")><ul class="chips">{years}</ul></nav> }
}

/// That a title has people who pass and stand on no list.
fn ready_for(unit: UnitId, year: Year, ready: Ready, may: bool) -> impl IntoView {
    let Ready {
        title,
        count,
        may_be_given,
    } = ready;
    let said = tf(
        "decisions.ready",
        &[
            ("n", &words::number(count)),
            ("kind", &words::kind(SubjectKind::of(title))),
            ("title", &words::title(title)),
        ],
    );
    let href = format!(
        "/decisions/draft?unit={unit}&title={}&year={year}",
        title.as_str()
    );
    view! {
        <section class="card">
            <div class="row ready">
                <div>
                    <p>{said}</p>
                    {(!may_be_given).then(|| view! { <p class="hint">{t("decisions.not_given")} " " <a href="/criteria">{t("decisions.to_criteria")}</a></p> })}
                </div>
                {(may && may_be_given).then(|| view! { <a class="button" data-kind="primary" href=href>{t("decisions.draw_up")}</a> })}
            </div>
        </section>
    }
}

/// What came of the step that led here.
#[component]
fn Told(
    #[prop(optional)] commends: bool,
    #[prop(optional)] corrects: bool,
    #[prop(optional)] goes_up: bool,
) -> impl IntoView {
    let query = use_query_map().get_untracked();
    let refused = query.get("refused");
    let refused = refused.and_then(|it| serde_json::from_str::<Refusal>(&it).ok());
    if let Some(refusal) = refused {
        let text = words::refusal(&refusal);
        return view! {
            <div class="error-summary" role="alert" tabindex="-1"><p>{t("decide.refused")} " " {text}</p></div>
        }
        .into_any();
    }
    let told = |tone, glyph, key| view! { <Notice tone glyph title=ts(key)/> }.into_any();
    let done = |key| told(Tone::Forest, Glyph::Check, key);
    let either = |commends_key, corrects_key, key| {
        done(match (commends, corrects) {
            (true, _) => commends_key,
            (_, true) => corrects_key,
            _ => key,
        })
    };
    match query.get("told").as_deref() {
        Some("drafted") if goes_up && !commends => done("above.told_drafted"),
        Some("drafted") => either(
            "award.told_drafted",
            "corrections.told_drafted",
            "decisions.told_drafted",
        ),
        Some("reworded") => done("corrections.told_reworded"),
        Some("described") => done("award.told_described"),
        Some("unlisted") => done("decisions.told_unlisted"),
        Some("gathered") => done("award.told_gathered"),
        Some("submitted") => done("award.told_submitted"),
        Some("reopened") => done("award.told_reopened"),
        Some("declined") => done("award.told_declined"),
        Some("concluded") => done("award.told_concluded"),
        Some("signed") => either(
            "award.told_signed",
            "corrections.told_signed",
            "decisions.told_signed",
        ),
        Some("discarded") => either(
            "award.told_discarded",
            "corrections.told_discarded",
            "decisions.told_discarded",
        ),
        Some("scanned") => done("scans.told_added"),
        Some("nobody") => told(Tone::Turmeric, Glyph::Alert, "decisions.told_nobody"),
        Some("changed") => told(Tone::Turmeric, Glyph::Alert, "decisions.told_changed"),
        Some("later") => told(Tone::Red, Glyph::Alert, "decide.later"),
        _ => ().into_any(),
    }
}

/// A box to choose a line by.
fn tick(row: &Row, ticked: bool) -> AnyView {
    let Some((_, subject)) = row.of.first().cloned() else {
        return view! { <span class="tick"></span> }.into_any();
    };
    let label = tf("queue.choose", &[("name", &name_of(row))]);
    view! {
        <label class="tick">
            <input type="checkbox" name="subject" value=subject checked=ticked/>
            <span class="visually-hidden">{label}</span>
        </label>
    }
    .into_any()
}

fn name_of(row: &Row) -> String {
    match row.cells.first().map(|cell| &cell.value) {
        Some(Value::Name(name)) => name.clone(),
        _ => String::new(),
    }
}

/// What a line shows where nothing keeps it from standing.
const PLAIN: [&str; 4] = ["name", "village", "points", "corrected"];
/// The same of somebody who may be commended.
const MERITORIOUS: [&str; 5] = ["name", "village", "gave", "held_in", "points"];
/// The same of a line that is commended.
const COMMENDED: [&str; 6] = ["name", "village", "deed", "money", "result", "corrected"];
/// The same of a line that is corrected.
const MENDED: [&str; 4] = ["name", "was", "village", "later"];

/// A list on one page, as long as a decision's may be.
fn on_one_page(table: shared::table::Table) -> shared::table::Shown {
    let order = Order {
        find: None,
        ..Here::order("")
    };
    table.shown(order, shared::decision::LISTED_MAX)
}
