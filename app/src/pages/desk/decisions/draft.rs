//! Whom a new decision lists: everybody who is checked and passes, less whoever is left out; or of those who hold their title whoever is
//! chosen to be commended.

use leptos::prelude::*;
use shared::api::decisions::{Candidates, CandidatesQuery, LineRow};
use shared::kind::SubjectKind;
use shared::problem::ProblemKind;

use super::super::frame::{DeskFrame, Way, asked};
use super::super::table::{Acts, DataTable, Here};
use super::awards::reckoned;
use super::{MERITORIOUS, PLAIN, Told, on_one_page, said, tick};
use crate::backend::backend;
use crate::components::{Empty, Glyph};
use crate::locale::{t, tf, ts};
use crate::{tables, words};

#[component]
pub fn DraftPage() -> impl IntoView {
    let (unit, title, year) = (said("unit"), said("title"), said("year"));
    let commends = said::<String>("does").as_deref() == Some("commend");
    let answer = async move {
        let title = title.ok_or(ProblemKind::NotFound)?;
        let query = CandidatesQuery {
            unit,
            title,
            year,
            commends,
        };
        backend()?.candidates(query).await
    };
    asked(answer, |found: Candidates| {
        let title = tf(
            match found.award {
                Some(_) => "award.draft_heading",
                None => "decisions.draft_heading",
            },
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
    let shown = on_one_page(match found.award {
        Some(_) => tables::meritorious(&good).on_page(&MERITORIOUS),
        None => tables::listed(&good).on_page(&PLAIN),
    });
    let here = Here::keeping(&["unit", "title", "year", "does"], &[""]);
    let Candidates {
        crumbs,
        unit,
        title,
        year,
        more,
        may,
        award,
        today,
        ..
    } = found;
    let commends = award.is_some();
    let may_draft = match commends {
        true => may.commend,
        false => may.draft,
    };
    let said = |commending: &'static str, recognising: &'static str| match commends {
        true => commending,
        false => recognising,
    };
    let count = |count: usize| words::number(i64::try_from(count).unwrap_or(i64::MAX));
    let kind = words::kind(SubjectKind::of(title));
    let lead = tf(
        said("award.stand", "decisions.stand"),
        &[("n", &count(good.len())), ("kind", &kind)],
    );
    let failing = (!bad.is_empty()).then(|| {
        let head = tf(said("award.fail", "decisions.fail"), &[("n", &count(bad.len()))]);
        let line = |row: LineRow| {
            let why = tables::problem(&row);
            let href = format!("/dashboard/subject/{}?year={year}", row.subject);
            view! { <li><a href=href>{row.name}</a> " (" {row.village} "): " {why}</li> }
        };
        let lines = bad.into_iter().map(line).collect_view();
        view! { <details class="no-print"><summary>{head}</summary><ul class="stack" data-gap="s">{lines}</ul></details> }
    });
    // A commendation is for the few who are chosen, a recognition for all who pass.
    let acts = may_draft.then(|| Acts {
        head: t("queue.chosen"),
        is_first: true,
        draw: Box::new(move |row| tick(row, !commends)),
    });
    let is_empty = good.is_empty();
    let submit = may_draft.then(|| {
        let money = award.map(|award| reckoned(award, title, today));
        view! {
            <section class="card stack" data-gap="s">
                <h2>{t(said("award.propose_head", "decisions.propose_head"))}</h2>
                <p class="hint">{t(said("award.propose_text", "decisions.propose_text"))}</p>
                {money}
                <p><button type="submit" class="button" data-kind="primary">{t(said("award.propose", "decisions.propose"))}</button></p>
            </section>
        }
    });
    view! {
        <Way crumbs query=format!("year={year}") here=Some(t("decisions.title"))/>
        <Told/>
        {is_empty.then(|| view! { <Empty glyph=Glyph::Check title=ts(said("award.nobody", "decisions.nobody")) text=ts(said("award.nobody_text", "decisions.nobody_text"))/> })}
        {(!is_empty).then(|| view! {
            <p class="lead">{lead}</p>
            {more.then(|| view! { <p class="hint">{t("decisions.more")}</p> })}
            <form class="stack" method="post" action="/decisions/draft">
                <input type="hidden" name="unit" value=unit.to_string()/>
                <input type="hidden" name="title" value=title.as_str()/>
                <input type="hidden" name="year" value=year.to_string()/>
                {commends.then(|| view! { <input type="hidden" name="does" value="commend"/> })}
                <DataTable shown here acts is_found=true/>
                {submit}
            </form>
        })}
        {failing}
    }
}
