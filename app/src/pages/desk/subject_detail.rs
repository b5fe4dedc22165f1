//! One subject to the bottom of a figure: its facts, each year's answers by scorer, why it has its points, and who wrote
//! what when.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde_json::Value;
use shared::api::{HistoryRow, SubjectDetail};
use shared::change::{Change, ChangeBody};
use shared::criteria::{self, CriteriaSet, Group};
use shared::document::{Document, FieldName, Scorer};
use shared::ids::DocumentId;
use shared::scoring::{Answer, Score};

use super::frame::{DeskFrame, Way, asked};
use crate::components::{Badge, Glyph, Notice, Tone};
use crate::locale::{t, tf, ts};
use crate::server_fns;
use crate::words;

#[component]
pub fn SubjectDetailPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| {
            params
                .get("id")
                .and_then(|id| id.parse::<DocumentId>().ok())
        })
    });
    let detail = Resource::new(
        move || id.get(),
        |id| async move {
            let id = id.ok_or(shared::problem::ProblemKind::NotFound)?;
            server_fns::subject(id).await
        },
    );
    asked(detail, |detail: SubjectDetail| {
        let title = detail.subject.name().to_owned();
        view! { <DeskFrame title><Detail detail/></DeskFrame> }
    })
}

/// A field's value as it is read.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => t("answer.yes"),
        Value::Bool(false) => t("answer.no"),
        Value::Null => "–".to_owned(),
        other => other.to_string(),
    }
}

#[component]
fn Detail(detail: SubjectDetail) -> impl IntoView {
    let SubjectDetail {
        crumbs,
        subject,
        assessments,
        history,
    } = detail;
    let name = subject.name().to_owned();
    let facts = subject
        .fields
        .iter()
        .filter(|(field, _)| field.as_str() != shared::subject::field::NAME)
        .map(|(field, value)| {
            let doubt = subject.doubts.get(field).cloned();
            view! {
                <dt>{words::field_name(field.as_str())}</dt>
                <dd>
                    {shown(value)}
                    {doubt.map(|why| view! { <p><Badge tone=Tone::Turmeric glyph=Glyph::Alert label=ts("subjects.doubt")/> " " {why}</p> })}
                </dd>
            }
        })
        .collect_view();
    let years = assessments.len();
    let forms = assessments
        .into_iter()
        .enumerate()
        .map(|(at, form)| view! { <Year form is_open=at == 0/> })
        .collect_view();
    let lines = history.iter().map(line).collect_view();
    view! {
        <Way crumbs query=String::new() here=Some(name)/>
        <section class="card">
            <h2>{t("detail.facts")}</h2>
            <dl class="facts">{facts}</dl>
        </section>
        {(years == 0).then(|| view! { <Notice tone=Tone::Sky glyph=Glyph::Info title=ts("detail.no_forms")/> })}
        {forms}
        <section class="card">
            <h2>{t("detail.history")}</h2>
            <ol class="lines">{lines}</ol>
        </section>
    }
}

/// One year's form. The newest is open, so that a figure's answers are in sight at once.
#[component]
fn Year(form: Document, is_open: bool) -> impl IntoView {
    let Some(head) = form.assessment().cloned() else {
        return ().into_any();
    };
    let set = criteria::find(&head.criteria);
    let score = set.and_then(|set| form.score(set));
    let summary = tf(
        "detail.form_of",
        &[("title", &words::title(head.title)), ("year", &head.year)],
    );
    let stage = head.stage.name();
    let result = score.as_ref().map(|score| {
        let points = tf(
            "subject.points",
            &[
                ("got", &words::points(score.total)),
                ("max", &words::points(score.max)),
            ],
        );
        let passed = match score.passed {
            Some(true) => t("detail.passed"),
            Some(false) => t("detail.not_passed"),
            None => t("detail.undecided"),
        };
        view! { <strong>{points}</strong> " " {passed} }
    });
    let answers = set.map(|set| view! { <Answers form=form.clone() set/> });
    let reasons = set.zip(score).map(|(set, Score { reasons, .. })| {
        reasons
            .iter()
            .map(|reason| view! { <li>{words::reason(reason, set)}</li> })
            .collect_view()
    });
    view! {
        <details class="card" open=is_open>
            <summary><h2>{summary}</h2></summary>
            <p class="row"><Badge tone=words::stage_tone(Some(stage)) glyph=Glyph::Pen label=words::stage(stage)/> {result}</p>
            {answers}
            <h3>{t("detail.reasons")}</h3>
            <ul class="lines">{reasons}</ul>
        </details>
    }
    .into_any()
}

/// Every criterion with what each scorer gave.
#[component]
fn Answers(form: Document, set: &'static CriteriaSet) -> impl IntoView {
    let given = Scorer::ALL.map(|scorer| form.answers_of(scorer));
    let cell = |answer: Option<&Answer>| answer.map_or_else(|| "–".to_owned(), words::answer);
    let group = |group: &'static Group| {
        let rows = group
            .indicators
            .iter()
            .map(|asked| {
                let cells = given.each_ref().map(|of| {
                    let answer = of.get(&asked.code);
                    view! { <td class="num">{cell(answer)}</td> }
                });
                view! {
                    <tr>
                        <th scope="row">{asked.question.clone()}</th>
                        {cells.into_iter().collect_view()}
                        <td class="num">{asked.max.map_or_else(|| "–".to_owned(), words::points)}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <tr><th scope="rowgroup" colspan="5">{group.label.clone()}</th></tr>
            {rows}
        }
    };
    view! {
        <div class="table-wrap" role="group" tabindex="0" aria-label=t("detail.answers")>
            <table class="table answers">
                <thead><tr>
                    <th scope="col">{t("detail.criterion")}</th>
                    {Scorer::ALL.map(|scorer| view! { <th scope="col" class="num">{words::scorer(scorer)}</th> }).into_iter().collect_view()}
                    <th scope="col" class="num">{t("detail.max")}</th>
                </tr></thead>
                <tbody>{set.groups.iter().map(group).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn line(row: &HistoryRow) -> impl IntoView + use<> {
    let before = row
        .before
        .as_ref()
        .filter(|before| !before.is_null())
        .map(|before| tf("detail.before", &[("value", &plain(before))]));
    view! {
        <li>
            <span>{said(&row.change)} {before}</span>
            <small class="hint">{format!("{} · {}", row.by, words::moment(row.received_at))}</small>
        </li>
    }
}

/// A value of any field: an answer is stored as JSON of its own.
fn plain(value: &Value) -> String {
    match serde_json::from_value::<Answer>(value.clone()) {
        Ok(answer) => words::answer(&answer),
        Err(_) => shown(value),
    }
}

/// A change in words.
fn said(change: &Change) -> String {
    let field = |field: &FieldName, value: &Value| {
        tf(
            "detail.set",
            &[
                ("field", &words::field_name(field.as_str())),
                ("value", &plain(value)),
            ],
        )
    };
    match &change.body {
        ChangeBody::Register(_) => t("detail.registered"),
        ChangeBody::Start(start) => tf("detail.started", &[("year", &start.year)]),
        ChangeBody::SetField { field: name, value } | ChangeBody::Settle { field: name, value } => {
            field(name, value)
        }
        ChangeBody::SetAnswer {
            scorer,
            code,
            answer,
        } => {
            let answer = answer
                .as_ref()
                .map_or_else(|| t("detail.taken_back"), words::answer);
            tf(
                "detail.set",
                &[
                    ("field", &format!("{}, {code}", words::scorer(*scorer))),
                    ("value", &answer),
                ],
            )
        }
        ChangeBody::Advance(step) => words::step(step),
        ChangeBody::Doubt { field, reason } => tf(
            "detail.doubted",
            &[
                ("field", &words::field_name(field.as_str())),
                ("reason", reason),
            ],
        ),
    }
}
