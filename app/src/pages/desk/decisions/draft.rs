//! Whom a new decision proposes: everybody who is checked and passes, less whoever is left out.

use leptos::prelude::*;
use shared::api::decisions::{Candidates, CandidatesQuery, LineRow};
use shared::kind::SubjectKind;
use shared::problem::ProblemKind;

use super::super::frame::{DeskFrame, Way, asked};
use super::super::table::{Acts, DataTable, Here};
use super::{PLAIN, Told, on_one_page, said, tick};
use crate::backend::backend;
use crate::components::{Empty, Glyph};
use crate::locale::{t, tf, ts};
use crate::{tables, words};

#[component]
pub fn DraftPage() -> impl IntoView {
    let (unit, title, year) = (said("unit"), said("title"), said("year"));
    let answer = async move {
        let title = title.ok_or(ProblemKind::NotFound)?;
        let query = CandidatesQuery { unit, title, year };
        backend()?.candidates(query).await
    };
    asked(answer, |found: Candidates| {
        let title = tf(
            "decisions.draft_heading",
            &[("title", &words::title(found.title)), ("year", &found.year)],
        );
        view! { <DeskFrame title><Proposal found/></DeskFrame> }
    })
}

#[component]
fn Proposal(found: Candidates) -> impl IntoView {
    let (good, bad): (Vec<LineRow>, Vec<LineRow>) = found
        .rows
        .into_iter()
        .partition(|row| row.problem.is_none());
    let shown = on_one_page(tables::listed(&good).on_page(&PLAIN));
    let here = Here::keeping(&["unit", "title", "year"], &[""]);
    let Candidates {
        crumbs,
        unit,
        title,
        year,
        more,
        may,
        ..
    } = found;
    let count = |count: usize| words::number(i64::try_from(count).unwrap_or(i64::MAX));
    let kind = words::kind(SubjectKind::of(title));
    let lead = tf(
        "decisions.stand",
        &[("n", &count(good.len())), ("kind", &kind)],
    );
    let failing = (!bad.is_empty()).then(|| {
        let head = tf("decisions.fail", &[("n", &count(bad.len()))]);
        let line = |row: LineRow| {
            let why = tables::problem(&row);
            let href = format!("/dashboard/subject/{}?year={year}", row.subject);
            view! { <li><a href=href>{row.name}</a> " (" {row.village} "): " {why}</li> }
        };
        let lines = bad.into_iter().map(line).collect_view();
        view! { <details class="no-print"><summary>{head}</summary><ul class="stack" data-gap="s">{lines}</ul></details> }
    });
    let acts = may.draft.then(|| Acts {
        head: t("queue.chosen"),
        is_first: true,
        draw: Box::new(|row| tick(row, true)),
    });
    let is_empty = good.is_empty();
    let submit = may.draft.then(|| {
        view! {
            <section class="card stack" data-gap="s">
                <h2>{t("decisions.propose_head")}</h2>
                <p class="hint">{t("decisions.propose_text")}</p>
                <p><button type="submit" class="button" data-kind="primary">{t("decisions.propose")}</button></p>
            </section>
        }
    });
    view! {
        <Way crumbs query=format!("year={year}") here=Some(t("decisions.title"))/>
        <Told/>
        {is_empty.then(|| view! { <Empty glyph=Glyph::Check title=ts("decisions.nobody") text=ts("decisions.nobody_text")/> })}
        {(!is_empty).then(|| view! {
            <p class="lead">{lead}</p>
            {more.then(|| view! { <p class="hint">{t("decisions.more")}</p> })}
            <form class="stack" method="post" action="/decisions/draft">
                <input type="hidden" name="unit" value=unit.to_string()/>
                <input type="hidden" name="title" value=title.as_str()/>
                <input type="hidden" name="year" value=year.to_string()/>
                <DataTable shown here acts is_found=true/>
                {submit}
            </form>
        })}
        {failing}
    }
}
