//! Somebody's own long work: all of it, and one of it with how far it is. The page of what has not ended asks for itself again,
//! so it needs no script.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;
use shared::api::ROWS_AT_ONCE;
use shared::api::jobs::JobSeen;
use shared::job::{JobState, KEPT_DAYS};
use shared::problem::ProblemKind;

use super::frame::{DeskFrame, asked};
use super::table::{DataTable, Here};
use crate::backend::{BackendError, backend};
use crate::components::{Badge, Empty, Glyph, Notice, Tone};
use crate::locale::{t, tf, ts};
use crate::tables::{self, jobs as said};
use crate::words;

#[component]
pub fn JobsPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let answer = async move { backend()?.jobs().await };
    asked(answer, move |jobs: Vec<JobSeen>| {
        view! { <DeskFrame title=ts("jobs.title")><All jobs query/></DeskFrame> }
    })
}

#[component]
fn All(jobs: Vec<JobSeen>, query: ParamsMap) -> impl IntoView {
    let full = query.get("full").map(|whose| match whose.as_str() {
        "own" => t("jobs.full_own"),
        _ => t("jobs.full_all"),
    });
    let full = full.map(|text| {
        view! { <Notice tone=Tone::Red glyph=Glyph::Alert title=ts("jobs.full")><p>{text}</p></Notice> }
    });
    let none = jobs.is_empty().then(|| {
        view! {
            <Empty glyph=Glyph::Clock title=ts("jobs.none") text=ts("jobs.none_text")>
                <a class="button" data-kind="secondary" href="/dashboard">{t("jobs.to_figures")}</a>
            </Empty>
        }
    });
    let shown = Here::show(tables::jobs(&jobs), "");
    let table = (!jobs.is_empty()).then(|| {
        view! {
            <section class="card jobs">
                <DataTable shown here=Here::keeping(&[], &[""]) file=None/>
            </section>
        }
    });
    view! {
        {full}
        {offer(&query)}
        <p>{tf("jobs.what", &[("days", &KEPT_DAYS)])}</p>
        {none}
        {table}
    }
}

/// A file that is too long to wait for, to be made here.
fn offer(query: &ParamsMap) -> Option<AnyView> {
    let file = query.get("offer")?;
    let is_plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase());
    let (what, ending) = file.split_once('.')?;
    if !is_plain(what) || !is_plain(ending) {
        return None;
    }
    let pairs = query.get("query").unwrap_or_default();
    let action = format!("/dashboard/export/{file}?{}", written_again(&pairs));
    let most = words::number(i64::try_from(ROWS_AT_ONCE).unwrap_or(i64::MAX));
    let ending = format!(".{ending}");
    Some(view! {
        <Notice tone=Tone::Sky glyph=Glyph::Info title=ts("jobs.offer")>
            <p>{tf("jobs.offer_text", &[("n", &most)])}</p>
            <form method="post" action=action>
                <button type="submit" class="button" data-kind="primary">{tf("jobs.offer_do", &[("ending", &ending)])}</button>
            </form>
        </Notice>
    }.into_any())
}

/// The query of an address, so that it can end nothing but itself.
fn written_again(query: &str) -> String {
    let is_plain = |c: char| !c.is_control() && !matches!(c, '#' | '"' | '<' | '>' | ' ');
    query.chars().filter(|c| is_plain(*c)).collect()
}

#[component]
pub fn JobPage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id");
    let answer = async move {
        let id = id.and_then(|id| id.parse().ok());
        let id = id.ok_or_else(|| BackendError::from(ProblemKind::NotFound))?;
        backend()?.job(id).await
    };
    asked(answer, |job: JobSeen| {
        let title = said::title(&job);
        view! { <DeskFrame title><One job/></DeskFrame> }
    })
}

#[component]
fn One(job: JobSeen) -> impl IntoView {
    let (tone, glyph) = match job.state {
        JobState::Waiting => (Tone::Turmeric, Glyph::Clock),
        JobState::Running => (Tone::Sky, Glyph::Refresh),
        JobState::Done => (Tone::Forest, Glyph::Check),
        JobState::Failed => (Tone::Red, Glyph::Alert),
        JobState::Cancelled => (Tone::Plain, Glyph::Close),
    };
    let label = said::state(&job);
    let body = match job.state {
        JobState::Waiting | JobState::Running => unended(&job),
        JobState::Done => done(&job),
        JobState::Failed | JobState::Cancelled => not_done(&job),
    };
    view! {
        <section class="card stack">
            <p class="row"><Badge tone glyph label/> <span class="muted">{t("jobs.made")} " " {words::moment(job.made_at)}</span></p>
            {body}
        </section>
        <p><a href="/jobs">{t("jobs.to_all")}</a></p>
    }
}

/// How far it is, and the way to end it.
fn unended(job: &JobSeen) -> AnyView {
    let count = i64::try_from(job.before).unwrap_or(i64::MAX);
    let told = match job.state {
        JobState::Waiting if count > 0 => tf("jobs.before", &[("n", &words::number(count))]),
        JobState::Waiting => t("jobs.next"),
        _ => said::part(job).unwrap_or_else(|| t("jobs.beginning")),
    };
    // Counts are far below 2⁵².
    let share = (job.done as f64 * 100.0 / job.of.max(1) as f64).clamp(0.0, 100.0);
    let bar = (job.of > 0).then(|| {
        view! {
            <div class="bar" role="progressbar" aria-label=said::title(job) aria-valuemin="0" aria-valuemax="100" aria-valuenow=format!("{share:.0}")>
                <div class="bar-fill" style=format!("--share: {share:.1}")></div>
            </div>
        }
    });
    let cancel = (!job.stops).then(|| {
        view! {
            <form class="stack" data-gap="s" method="post" action=format!("/jobs/{}/cancel", job.id)>
                <p class="hint">{t("jobs.cancel_text")}</p>
                <p><button type="submit" class="button" data-kind="secondary">{t("jobs.cancel")}</button></p>
            </form>
        }
    });
    view! {
        <p class="lead">{told}</p>
        {bar}
        <p class="hint">{t("jobs.refreshes")} " " <a href=format!("/jobs/{}", job.id)>{t("jobs.refresh")}</a></p>
        {cancel}
    }
    .into_any()
}

fn done(job: &JobSeen) -> AnyView {
    let file = job.file.as_ref().map(|file| {
        let download = tf("jobs.download", &[("size", &said::size(file.bytes))]);
        view! {
            <p><a class="button" data-kind="primary" href=format!("/jobs/{}/file", job.id) download="">{download}</a></p>
            <p class="muted">{file.name.clone()}</p>
        }
    });
    let until = job.until.map(|until| {
        let until = words::moment(until);
        view! { <p class="hint">{tf("jobs.until", &[("moment", &until)])}</p> }
    });
    view! { {file} {until} }.into_any()
}

/// Why, and the way to have it done after all.
fn not_done(job: &JobSeen) -> AnyView {
    let told = match job.fault {
        Some(fault) => said::fault(fault),
        None => t("jobs.cancelled_text"),
    };
    view! {
        <p class="lead">{told}</p>
        <form method="post" action=format!("/jobs/{}/again", job.id)>
            <button type="submit" class="button" data-kind="primary">{t("jobs.again")}</button>
        </form>
    }
    .into_any()
}
