//! Whom a new decision lists: everybody who is checked and passes, less whoever is left out; or of those who hold their title whoever is
//! chosen to be commended.

use leptos::prelude::*;
use shared::api::decisions::{Candidates, CandidatesQuery, LineRow};
use shared::award::Award;
use shared::kind::SubjectKind;
use shared::problem::ProblemKind;

use super::super::frame::{DeskFrame, Way, asked};
use super::super::table::{Acts, DataTable, Here};
use super::awards::{choices, reckoned};
use super::{MERITORIOUS, PLAIN, Told, on_one_page, said, tick};
use crate::backend::backend;
use crate::components::{Empty, Glyph, Notice, Tone};
use crate::locale::{t, tf, ts};
use crate::{tables, words};

#[component]
pub fn DraftPage() -> impl IntoView {
    let (unit, title, year) = (said("unit"), said("title"), said("year"));
    let (award, occasion) = (said("award"), said("occasion"));
    let decided_by = said("decided_by");
    let answer = async move {
        let title = title.ok_or(ProblemKind::NotFound)?;
        let query = CandidatesQuery {
            unit,
            title,
            year,
            award,
            occasion: occasion.unwrap_or_default(),
            decided_by,
        };
        backend()?.candidates(query).await
    };
    asked(answer, |found: Candidates| {
        let key = match found.award {
            Some(award) if award.is_higher() => "award.proposal_heading",
            Some(_) => "award.draft_heading",
            None if !found.decided_by.is_home() => "above.draft_heading",
            None => "decisions.draft_heading",
        };
        let title = tf(
            key,
            &[
                ("title", &words::title(found.title)),
                ("year", &found.year),
                ("period", &words::period(found.occasion, found.year)),
                ("authority", &words::authority(found.decided_by)),
            ],
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
        Some(_) => tables::meritorious(&good, found.year, found.occasion).on_page(&MERITORIOUS),
        None => tables::listed(&good, found.year).on_page(&PLAIN),
    });
    let here = Here::keeping(
        &["unit", "title", "year", "award", "occasion", "decided_by"],
        &[""],
    );
    let Candidates {
        crumbs,
        unit,
        title,
        year,
        more,
        may,
        award,
        occasion,
        today,
        decided_by,
        others,
        doubt,
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
    let is_higher = award.is_some_and(Award::is_higher);
    let recognising = |here: &'static str, above: &'static str| match decided_by.is_home() {
        true => here,
        false => above,
    };
    let head_key = recognising("decisions.propose_head", "award.up_head");
    let text_key = recognising("decisions.propose_text", "above.up_text");
    let button_key = recognising("decisions.propose", "award.up");
    let elsewhere = others.into_iter().map(|other| {
        let href = format!(
            "/decisions/draft?unit={unit}&title={}&year={year}&decided_by={}",
            title.as_str(),
            other.as_str()
        );
        let said = tf("above.to_list", &[("authority", &words::authority(other))]);
        view! { <p class="no-print"><a href=href>{said}</a></p> }
    });
    let elsewhere = elsewhere.collect_view();
    let decides = (award.is_none() && !decided_by.is_home()).then(|| {
        let authority = words::authority(decided_by);
        let title = tf("above.decides_on", &[("authority", &authority)]);
        view! { <Notice tone=Tone::Sky glyph=Glyph::Clock title><p>{t("above.decides_text")}</p></Notice> }
    });
    let proposed =
        |proposing: &'static str, commending: &'static str, recognising: &'static str| {
            match is_higher {
                true => proposing,
                false => said(commending, recognising),
            }
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
            <section class="card stack" data-gap="s" id="propose">
                <h2>{t(proposed("award.up_head", "award.propose_head", head_key))}</h2>
                <p class="hint">{t(proposed("award.up_text", "award.propose_text", text_key))}</p>
                {money}
                <p><button type="submit" class="button" data-kind="primary">{t(proposed("award.up", "award.propose", button_key))}</button></p>
            </section>
        }
    });
    view! {
        <Way crumbs query=format!("year={year}") here=Some(t("decisions.title"))/>
        <Told/>
        {award.map(|award| choices(unit, title, year, award, occasion))}
        {decides}
        {doubt.map(|doubt| view! { <p class="hint">{doubt}</p> })}
        {elsewhere}
        {is_empty.then(|| view! { <Empty glyph=Glyph::Check title=ts(said("award.nobody", "decisions.nobody")) text=ts(said("award.nobody_text", "decisions.nobody_text"))/> })}
        {(!is_empty).then(|| view! {
            <p class="lead">{lead}</p>
            {may_draft.then(|| view! { <p class="no-print"><a href="#propose">{t(proposed("award.up_head", "award.propose_head", head_key))}</a></p> })}
            {more.then(|| view! { <p class="hint">{t("decisions.more")}</p> })}
            <form class="stack" method="post" action="/decisions/draft">
                <input type="hidden" name="unit" value=unit.to_string()/>
                <input type="hidden" name="title" value=title.as_str()/>
                <input type="hidden" name="year" value=year.to_string()/>
                {award.map(|award| view! {
                    <input type="hidden" name="does" value="commend"/>
                    <input type="hidden" name="award" value=award.as_str()/>
                    <input type="hidden" name="occasion" value=occasion.as_str()/>
                })}
                <DataTable shown here acts is_found=true/>
                {submit}
            </form>
        })}
        {failing}
    }
}
