//! A set that one person gave and another compares with the scan of its paper: what is other in it, and the signature.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use shared::api::criteria::{Became, EndProblem, MayEnd, ProposedSeen, ProposedState, REASON_MAX};
use shared::ids::ProposedSetId;
use shared::problem::ProblemKind;

use super::super::frame::{DeskFrame, asked};
use super::super::scans::Scans;
use super::set::{Content, Facts};
use crate::backend::{BackendError, backend};
use crate::components::error_summary::FieldProblem;
use crate::components::{Badge, ErrorSummary, Glyph, Notice, Tone};
use crate::locale::{t, tf, ts};
use crate::words;

#[component]
pub fn GivenPage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id");
    let answer = async move {
        let id = id.and_then(|id| id.parse::<ProposedSetId>().ok());
        let id = id.ok_or_else(|| BackendError::from(ProblemKind::NotFound))?;
        backend()?.proposed_set(id).await
    };
    asked(answer, |seen: ProposedSeen| {
        let title = tf("criteria.compare_title", &[("set", &seen.set.name)]);
        view! { <DeskFrame title><One seen/></DeskFrame> }
    })
}

#[component]
fn One(seen: ProposedSeen) -> impl IntoView {
    let query = use_query_map().get_untracked();
    let problem = query.get("problem");
    let problem = problem.and_then(|problem| EndProblem::parse(&problem));
    let told = query.get("told").map(|told| match told.as_str() {
        "given" => "criteria.told_given",
        "added" => "criteria.told_added",
        "refused" => "criteria.told_refused",
        _ => "criteria.told_withdrawn",
    });
    let told =
        told.map(|key| view! { <Notice tone=Tone::Forest glyph=Glyph::Check title=ts(key)/> });
    let summary: Vec<FieldProblem> = problem
        .iter()
        .map(|problem| FieldProblem {
            field: match problem {
                EndProblem::NotCompared => "compared",
                EndProblem::NoReason => "reason",
                EndProblem::Ended | EndProblem::Own | EndProblem::Taken => "main",
            }
            .to_owned(),
            message: words::end_problem(*problem),
        })
        .collect();
    let gone: Vec<String> = seen
        .gone()
        .map(|it| format!("{} {}", it.code, words::question(it)))
        .collect();
    let gone = (!gone.is_empty()).then(|| {
        let gone = gone.into_iter().map(|it| view! { <li>{it}</li> });
        let gone = gone.collect_view();
        view! {
            <section class="card" data-tone="red">
                <h2>{t("criteria.gone")}</h2>
                <ul>{gone}</ul>
            </section>
        }
    });
    let place = format!("/criteria/given/{}/scans", seen.proposed.id);
    let (set, scans) = (seen.set.clone(), seen.scans.clone());
    let act = act(&seen, problem);
    view! {
        <ErrorSummary heading=ts("criteria.error_end") problems=summary/>
        {told}
        {head(&seen)}
        <section class="card stack" data-gap="s">
            <h2>{t("criteria.scan_head")}</h2>
            <p class="hint">{t("criteria.scan_text")}</p>
            <Scans scans place/>
        </section>
        <Facts set=set.clone()/>
        {gone}
        <Content set beside=Some(seen)/>
        {act}
        <p class="no-print"><a href="/criteria">{t("criteria.to_all")}</a></p>
    }
}

/// Who gave it, how far it is, and in how much it is other than what judges today.
fn head(seen: &ProposedSeen) -> impl IntoView + use<> {
    let proposed = &seen.proposed;
    let (tone, glyph) = match proposed.state {
        ProposedState::Waiting => (Tone::Turmeric, Glyph::Clock),
        ProposedState::Added => (Tone::Forest, Glyph::Check),
        ProposedState::Refused => (Tone::Red, Glyph::Alert),
        ProposedState::Withdrawn => (Tone::Plain, Glyph::Minus),
    };
    let label = words::proposed_state(proposed.state);
    let given = tf(
        "criteria.given_by",
        &[("by", &proposed.by), ("day", &words::day(proposed.made))],
    );
    let ended = proposed.ended.as_ref().map(|ended| {
        let told = format!("{label}: {}, {}", ended.by, words::moment(ended.at));
        let reason = ended.reason.clone();
        let reason = reason.map(|reason| view! { <p>{t("criteria.because")} " " {reason}</p> });
        view! { <p>{told}</p> {reason} }
    });
    let count = |wanted: Became| {
        let indicators = seen.set.indicators();
        indicators.filter(|it| seen.became(it) == wanted).count()
    };
    let beside = match &seen.before {
        None => t("criteria.first"),
        Some(before) => tf(
            "criteria.beside",
            &[
                ("before", &before.name),
                ("new", &count(Became::New)),
                ("changed", &count(Became::Changed)),
                ("gone", &seen.gone().count()),
                ("same", &count(Became::Same)),
            ],
        ),
    };
    view! {
        <section class="card stack" data-gap="s">
            <p class="row"><Badge tone glyph label/> <span class="muted">{given}</span></p>
            {ended}
            <p class="lead">{beside}</p>
        </section>
    }
}

/// What the reader may do.
fn act(seen: &ProposedSeen, problem: Option<EndProblem>) -> AnyView {
    let to = |step: &str| format!("/criteria/given/{}/{step}", seen.proposed.id);
    match seen.may {
        MayEnd::Nothing => ().into_any(),
        MayEnd::Withdraw => view! {
            <Notice tone=Tone::Sky glyph=Glyph::Clock title=ts("criteria.own_waits")><p>{t("criteria.own_waits_text")}</p></Notice>
            <details class="no-print">
                <summary>{t("criteria.withdraw_head")}</summary>
                <form class="stack" data-gap="s" method="post" action=to("withdraw")>
                    <p class="hint">{t("criteria.withdraw_text")}</p>
                    <p><button type="submit" class="button" data-kind="danger">{t("criteria.withdraw")}</button></p>
                </form>
            </details>
        }
        .into_any(),
        MayEnd::SignOrRefuse => {
            let error = |wanted: EndProblem| {
                let message = (problem == Some(wanted)).then(|| words::end_problem(wanted));
                message.map(|message| view! { <p class="field-error">{message}</p> })
            };
            let is_refusing = problem == Some(EndProblem::NoReason);
            view! {
                <section class="card stack no-print" id="sign">
                    <h2>{t("criteria.sign_head")}</h2>
                    <p class="hint">{t("criteria.sign_text")}</p>
                    <form class="stack" method="post" action=to("sign")>
                        {error(EndProblem::NotCompared)}
                        <label class="check"><input id="compared" type="checkbox" name="compared" value="1"/><span>{t("criteria.compared")}</span></label>
                        <p><button type="submit" class="button" data-kind="primary">{t("criteria.sign")}</button></p>
                    </form>
                    <details id="refuse" open=is_refusing>
                        <summary>{t("criteria.refuse_head")}</summary>
                        <form class="stack" data-gap="s" method="post" action=to("refuse")>
                            <div class="field">
                                <label for="reason">{t("criteria.reason")}</label>
                                {error(EndProblem::NoReason)}
                                <textarea id="reason" name="reason" rows="3" maxlength=REASON_MAX.to_string()></textarea>
                            </div>
                            <p><button type="submit" class="button" data-kind="danger">{t("criteria.refuse")}</button></p>
                        </form>
                    </details>
                </section>
            }
            .into_any()
        }
    }
}
