//! One set of criteria in full, and the same table for a set that waits.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::criteria::{Became, ProposedSeen, SetSeen};
use shared::criteria::{CriteriaSet, CriteriaSetId, Group, Indicator};

use super::super::frame::{DeskFrame, asked};
use super::super::scans::Scans;
use crate::backend::backend;
use crate::components::{Badge, Glyph, Notice, Tone};
use crate::locale::{t, tf, ts};
use crate::words;

#[component]
pub fn SetPage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id");
    let id = CriteriaSetId::new(id.unwrap_or_default());
    let answer = async move { backend()?.criteria_set(id).await };
    asked(answer, |seen: SetSeen| {
        let title = seen.set.name.clone();
        view! { <DeskFrame title><One seen/></DeskFrame> }
    })
}

#[component]
fn One(seen: SetSeen) -> impl IntoView {
    let SetSeen {
        set,
        proposed,
        scans,
        has_file,
    } = seen;
    let id = set.id.clone();
    let signed = proposed.map(|proposed| {
        let ended = proposed.ended.as_ref();
        let told = tf(
            "criteria.signed_by",
            &[
                ("by", &proposed.by),
                ("other", &ended.map_or("", |ended| &ended.by)),
                (
                    "day",
                    &ended.map_or_else(String::new, |ended| words::day(ended.at)),
                ),
            ],
        );
        let place = format!("/criteria/given/{}/scans", proposed.id);
        view! {
            <section class="card stack" data-gap="s" data-tone="forest">
                <p>{told}</p>
                <Scans scans place/>
            </section>
        }
    });
    let doubts = (!set.doubts.is_empty()).then(|| {
        let doubts = set.doubts.iter().map(|it| view! { <li>{it.clone()}</li> });
        let doubts = doubts.collect_view();
        view! {
            <Notice tone=Tone::Turmeric glyph=Glyph::Alert title=ts("criteria.doubts")>
                <ul>{doubts}</ul>
            </Notice>
        }
    });
    view! {
        <Facts set=set.clone()/>
        {signed}
        {doubts}
        <Content set=set.clone() beside=None/>
        <p class="row no-print">
            {has_file.then(|| view! { <a class="button" data-kind="secondary" href=format!("/criteria/{id}/{id}.toml") download="">{t("criteria.download")}</a> })}
            <a class="button" data-kind="secondary" href="/criteria">{t("criteria.to_all")}</a>
        </p>
    }
}

/// Where a set comes from, when it holds, and when somebody passes.
#[component]
pub fn Facts(set: CriteriaSet) -> impl IntoView {
    let source = tf(
        "criteria.source_of",
        &[
            ("document", &set.source.document),
            ("day", &words::date(set.source.issued)),
        ],
    );
    let max = set.max();
    let facts = [
        (t("criteria.of_title"), words::title(set.title)),
        (t("criteria.id"), set.id.to_string()),
        (t("criteria.source"), source),
        (
            t("criteria.in_force"),
            words::in_force(set.valid_from, set.valid_to),
        ),
        (t("criteria.state"), words::set_status(set.status)),
        (
            t("criteria.indicators"),
            set.indicators().count().to_string(),
        ),
        (t("criteria.points"), words::points(max)),
    ];
    let facts = facts
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> });
    let rules = words::rules(&set)
        .into_iter()
        .map(|rule| view! { <li>{rule}</li> });
    view! {
        <section class="card stack" data-gap="s">
            <dl class="facts" data-flow="row">{facts.collect_view()}</dl>
            <h2>{t("criteria.rules")}</h2>
            <ul>{rules.collect_view()}</ul>
        </section>
    }
}

/// Every indicator, group by group; beside the set that judges today, what is other.
#[component]
pub fn Content(set: CriteriaSet, beside: Option<ProposedSeen>) -> impl IntoView {
    let groups = set.groups.iter().map(|group| draw(group, beside.as_ref()));
    view! { <section class="stack">{groups.collect_view()}</section> }
}

fn draw(group: &Group, beside: Option<&ProposedSeen>) -> impl IntoView + use<> {
    let name = format!("{} {}", group.code, words::group(group));
    let max = group
        .max
        .map(|max| tf("answer.points", &[("n", &words::points(max))]));
    let note = group
        .note
        .clone()
        .map(|note| view! { <p class="hint">{note}</p> });
    let exempt = group.exempt.as_ref().map(|exempt| {
        let when = words::when(exempt);
        view! { <p class="hint">{tf("criteria.exempt", &[("when", &when)])}</p> }
    });
    let rows = group.indicators.iter().map(|it| row(it, beside));
    let other = beside.map(|_| view! { <th scope="col">{t("criteria.other")}</th> });
    view! {
        <section class="card stack" data-gap="s">
            <h2 class="card-head"><span>{name.clone()}</span> <span class="muted">{max}</span></h2>
            {note}
            {exempt}
            <div class="table-wrap" role="group" tabindex="0" aria-label=name>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{t("criteria.code")}</th>
                            <th scope="col">{t("criteria.asks")}</th>
                            <th scope="col">{t("criteria.reach")}</th>
                            {other}
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

fn row(indicator: &Indicator, beside: Option<&ProposedSeen>) -> impl IntoView + use<> {
    let kinds: Vec<String> = indicator
        .evidence
        .iter()
        .map(|kind| words::evidence(*kind))
        .collect();
    let proof = (!kinds.is_empty()).then(
        || view! { <div class="muted small">{t("criteria.proof")} " " {kinds.join(", ")}</div> },
    );
    let exempt = indicator.exempt.as_ref().map(|exempt| {
        let when = words::when(exempt);
        view! { <div class="muted small">{tf("criteria.exempt", &[("when", &when)])}</div> }
    });
    let other = beside.map(|seen| {
        let became = seen.became(indicator);
        let before = seen.stood(indicator).map(words::asks);
        let was = before.filter(|before| *before != words::asks(indicator));
        let was = was.map(|was| {
            view! { <div class="small">{tf("criteria.was", &[("was", &was)])}</div> }
        });
        let label = words::became(became);
        let mark = match became {
            Became::Same => view! { <span class="muted small">{label}</span> }.into_any(),
            Became::Changed => {
                view! { <Badge tone=Tone::Turmeric glyph=Glyph::Pen label/> }.into_any()
            }
            Became::New => view! { <Badge tone=Tone::Sky glyph=Glyph::Plus label/> }.into_any(),
        };
        view! { <td>{mark} {was}</td> }
    });
    view! {
        <tr>
            <th scope="row">{indicator.code.to_string()}</th>
            <td>
                {words::question(indicator)}
                <div class="muted small">{indicator.official.clone()}</div>
                {proof}
                {exempt}
            </td>
            <td>{words::asks(indicator)}</td>
            {other}
        </tr>
    }
}
