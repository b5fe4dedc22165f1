//! What other programs may ask of the server, for those who write them: every address with what it takes and what comes back.

use std::sync::Arc;

use leptos::prelude::*;
use shared::api::reference::{Operation, Parameter, Problem, Reference, Values};
use shared::problem::ProblemKind;

use super::frame::{DeskFrame, asked};
use crate::backend::BackendError;
use crate::locale::{t, tf, ts};
use crate::words;

/// The address of the same for programs.
const DOCUMENT: &str = "/api/v1/openapi.json";

#[component]
pub fn ApiPage() -> impl IntoView {
    let found = use_context::<Result<Arc<Reference>, BackendError>>();
    let found = found.unwrap_or_else(|| Err(ProblemKind::Internal.into()));
    asked(async move { found }, |reference| {
        view! { <DeskFrame title=ts("api.title")><Everything reference/></DeskFrame> }
    })
}

#[component]
fn Everything(reference: Arc<Reference>) -> impl IntoView {
    let groups = reference.groups.iter();
    let contents = groups.clone().map(|(words, operations)| {
        let lines = operations.iter().map(|it| {
            view! { <li><a href=format!("#{}", anchor(it))>{address(it)}</a> " " <span class="muted">{t(it.words)}</span></li> }
        });
        view! { <p><strong>{t(words)}</strong></p><ul class="contents">{lines.collect_view()}</ul> }
    });
    let contents = contents.collect_view();
    let groups = groups.map(|(words, operations)| {
        let operations: Vec<_> = operations.iter().map(|it| one(it, &reference)).collect();
        view! { <h2>{t(words)}</h2> {operations} }
    });
    let groups = groups.collect_view();
    view! {
        <p class="lead">{t("api.lead")}</p>
        <p>{t("api.how")} " " <a href=DOCUMENT>{t("api.document")}</a></p>
        <nav class="card" aria-label=t("api.contents")>{contents}</nav>
        {groups}
        <Problems problems=reference.problems.clone()/>
    }
}

/// Where an operation stands in the page.
fn anchor(of: &Operation) -> String {
    of.words.replace('.', "-")
}

fn address(of: &Operation) -> impl IntoView + use<> {
    view! { <code><b>{of.method.clone()}</b> " " {of.path}</code> }
}

fn one(of: &Operation, reference: &Reference) -> impl IntoView + use<> {
    let parameters = (!of.parameters.is_empty()).then(|| {
        view! { <Parameters of=tf("api.parameters_of", &[("address", &of.path)]) parameters=of.parameters.clone()/> }
    });
    let body = of.body.clone().map(|(media_type, text)| {
        let head = tf("api.sent", &[("type", &media_type)]);
        view! { <Sample head text/> }
    });
    let answer = of.answer.clone();
    let answer = answer.map(|text| view! { <Sample head=t("api.answer") text/> });
    let known = reference.problems.iter();
    let problems = known
        .filter(|known| of.problems.contains(&known.kind))
        .map(|known| {
            let href = format!("#problem-{}", known.name);
            view! { <li><a href=href>{known.status} " " <code>{known.name.clone()}</code></a></li> }
        })
        .collect_view();
    view! {
        <section class="card stack" id=anchor(of)>
            <h3>{address(of)}</h3>
            <p>{t(of.words)}</p>
            {parameters}
            {body}
            {answer}
            <p class="small">{t("api.problems_of")}</p>
            <ul class="problems small">{problems}</ul>
        </section>
    }
}

#[component]
fn Parameters(
    /// What the table is of, for those who hear it.
    of: String,
    parameters: Vec<Parameter>,
) -> impl IntoView {
    let row = |parameter: Parameter| {
        let place = match parameter.place {
            "header" => t("api.in_header"),
            "path" => t("api.in_path"),
            _ => String::new(),
        };
        let default = match (parameter.required, parameter.default) {
            (true, _) => t("api.required"),
            (false, Some(default)) => default,
            (false, None) => t(parameter.left_out),
        };
        view! {
            <tr>
                <th scope="row"><code>{parameter.name}</code> " " <span class="muted small">{place}</span></th>
                <td>{told(&parameter.values)}</td>
                <td>{default}</td>
                <td>{t(&parameter.words)}</td>
            </tr>
        }
    };
    view! {
        <div class="table-wrap" role="group" tabindex="0" aria-label=of>
            <table class="table">
                <thead><tr>
                    <th scope="col">{t("api.name")}</th>
                    <th scope="col">{t("api.values")}</th>
                    <th scope="col">{t("api.default")}</th>
                    <th scope="col">{t("api.meaning")}</th>
                </tr></thead>
                <tbody>{parameters.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

/// What may stand for a parameter, in words.
fn told(values: &Values) -> String {
    match values {
        Values::Text => t("api.value_text"),
        Values::Id => t("api.value_id"),
        Values::Day => t("api.value_day"),
        Values::YesNo => t("api.value_yes_no"),
        Values::Number(Some(from), Some(to)) => {
            tf("api.value_between", &[("from", from), ("to", to)])
        }
        Values::Number(Some(from), None) => tf("api.value_from", &[("from", from)]),
        Values::Number(None, _) => t("api.value_number"),
        Values::OneOf(names) => names.join(", "),
    }
}

#[component]
fn Sample(head: String, text: String) -> impl IntoView {
    view! {
        <details>
            <summary>{head.clone()}</summary>
            <div class="table-wrap sample" role="group" tabindex="0" aria-label=head><pre><code>{text}</code></pre></div>
        </details>
    }
}

#[component]
fn Problems(problems: Vec<Problem>) -> impl IntoView {
    let row = |known: Problem| {
        view! {
            <tr id=format!("problem-{}", known.name)>
                <th scope="row"><code>{known.name.clone()}</code></th>
                <td class="num">{known.status}</td>
                <td>{words::problem(known.kind)}</td>
            </tr>
        }
    };
    view! {
        <h2>{t("api.problems")}</h2>
        <p>{t("api.problems_text")}</p>
        <div class="table-wrap" role="group" tabindex="0" aria-label=t("api.problems")>
            <table class="table">
                <thead><tr>
                    <th scope="col"><code>"kind"</code></th>
                    <th scope="col" class="num">{t("api.status")}</th>
                    <th scope="col">{t("api.meaning")}</th>
                </tr></thead>
                <tbody>{problems.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
