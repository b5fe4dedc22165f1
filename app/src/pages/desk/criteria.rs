//! Sets of criteria: all that are known, those that wait to be signed off, and where the next one is given.

mod given;
mod set;

use leptos::prelude::*;
use shared::api::criteria::{CriteriaDesk, GivenProblem, ProposedSet, ProposedState, SetRow};
use shared::criteria::{SetStatus, Title};

pub use self::given::GivenPage;
pub use self::set::SetPage;
use super::frame::{DeskFrame, asked};
use super::scans::ScanField;
use crate::backend::backend;
use crate::components::error_summary::FieldProblem;
use crate::components::{Badge, ErrorSummary, Glyph, Tone};
use crate::locale::{t, tf, ts};
use crate::words;

#[component]
pub fn CriteriaPage() -> impl IntoView {
    // What was given and could not be taken.
    let problem = use_context::<GivenProblem>();
    let answer = async move { backend()?.criteria().await };
    asked(answer, move |desk: CriteriaDesk| {
        view! { <DeskFrame title=ts("criteria.title")><Desk desk problem/></DeskFrame> }
    })
}

#[component]
fn Desk(desk: CriteriaDesk, problem: Option<GivenProblem>) -> impl IntoView {
    let CriteriaDesk {
        sets,
        proposed,
        may,
    } = desk;
    let field = match &problem {
        Some(GivenProblem::Scan(_)) => "scan",
        _ => "file",
    };
    let summary: Vec<FieldProblem> = problem
        .iter()
        .map(|problem| FieldProblem {
            field: field.to_owned(),
            message: words::given_problem(problem),
        })
        .collect();
    let (waiting, ended): (Vec<ProposedSet>, Vec<ProposedSet>) = proposed
        .into_iter()
        .partition(|it| it.state == ProposedState::Waiting);
    let waiting = (!waiting.is_empty()).then(|| {
        view! {
            <section class="card stack" data-gap="s" data-tone="turmeric">
                <h2>{t("criteria.waiting_head")}</h2>
                <ul class="scans">{waiting.into_iter().map(line).collect_view()}</ul>
            </section>
        }
    });
    let ended = (!ended.is_empty()).then(|| {
        view! {
            <details>
                <summary>{t("criteria.ended_head")}</summary>
                <ul class="scans">{ended.into_iter().map(line).collect_view()}</ul>
            </details>
        }
    });
    view! {
        <ErrorSummary heading=ts("criteria.error") problems=summary/>
        <p class="lead">{t("criteria.what")}</p>
        {waiting}
        <Sets sets/>
        {may.then(|| view! { <Give problem/> })}
        {ended}
    }
}

fn line(proposed: ProposedSet) -> impl IntoView {
    let ProposedSet {
        id,
        set,
        by,
        made,
        state,
        ended,
    } = proposed;
    let given = tf(
        "criteria.given_by",
        &[("by", &by), ("day", &words::day(made))],
    );
    let ended = ended.map(|ended| {
        let (state, day) = (words::proposed_state(state), words::day(ended.at));
        format!(" · {state}: {}, {day}", ended.by)
    });
    view! {
        <li>
            <a href=format!("/criteria/given/{id}")>{set.to_string()}</a>
            " "
            <span class="muted small">{given} {ended}</span>
        </li>
    }
}

/// A title each, with the newest set first.
#[component]
fn Sets(sets: Vec<SetRow>) -> impl IntoView {
    let of = |title: Title| sets.iter().filter(move |set| set.title == title);
    let titles = Title::ALL
        .into_iter()
        .filter(|title| of(*title).count() > 0);
    let titles = titles.map(|title| {
        let rows = of(title).cloned().map(row).collect_view();
        view! {
            <h3>{words::capital(&words::title(title))}</h3>
            <ul class="sets">{rows}</ul>
        }
    });
    view! {
        <section class="card stack" data-gap="s">
            <h2>{t("criteria.known_head")}</h2>
            {titles.collect_view()}
        </section>
    }
}

fn row(set: SetRow) -> impl IntoView {
    let (tone, glyph) = match set.status {
        SetStatus::Complete => (Tone::Forest, Glyph::Check),
        SetStatus::Partial | SetStatus::Draft => (Tone::Turmeric, Glyph::Alert),
    };
    let label = words::set_status(set.status);
    let in_force = words::in_force(set.valid_from, set.valid_to);
    let helper = set
        .is_helper
        .then(|| view! { <div class="muted small">{t("criteria.helper")}</div> });
    view! {
        <li>
            <div>
                <a href=format!("/criteria/{}", set.id)>{set.name}</a>
                <div class="muted small">{set.document} " · " {in_force}</div>
                {helper}
            </div>
            <Badge tone glyph label/>
        </li>
    }
}

/// The form with the file of a set and the scan of its paper.
#[component]
fn Give(problem: Option<GivenProblem>) -> impl IntoView {
    let error = |is_scan: bool| {
        let problem = problem.as_ref();
        let of = problem.filter(|it| matches!(it, GivenProblem::Scan(_)) == is_scan);
        of.map(words::given_problem)
    };
    let (of_file, of_scan) = (error(false), error(true));
    let is_wrong = of_file.is_some();
    let described = match is_wrong {
        true => "file-hint file-error",
        false => "file-hint",
    };
    view! {
        <form class="stack card carry" id="give" method="post" action="/criteria" enctype="multipart/form-data">
            <h2>{t("criteria.give_head")}</h2>
            <ol>
                <li>{t("criteria.give_1")}</li>
                <li>{t("criteria.give_2")}</li>
                <li>{t("criteria.give_3")}</li>
            </ol>
            <div class="field" data-invalid=is_wrong.then_some("")>
                <label for="file">{t("criteria.file")}</label>
                <p class="hint" id="file-hint">{t("criteria.file_hint")}</p>
                {of_file.map(|error| view! { <p class="field-error" id="file-error">{error}</p> })}
                <input id="file" name="file" type="file" aria-describedby=described/>
            </div>
            <ScanField label=t("criteria.scan") hint=t("scans.hint") error=of_scan/>
            <p><button type="submit" class="button" data-kind="primary">{t("criteria.give")}</button></p>
        </form>
    }
}
