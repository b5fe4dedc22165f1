//! One subject to the bottom of a figure: its facts, each year's answers by scorer, why it has its points, and who wrote
//! what when.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{HistoryRow, SubjectDetail};
use shared::assessment::Stage;
use shared::change::ChangeBody;
use shared::criteria::{self, CriteriaSet, Group};
use shared::document::{Document, Scorer};
use shared::evidence::{Evidence, FileHash};
use shared::field;
use shared::ids::DocumentId;
use shared::problem::ProblemKind;
use shared::scoring::{Answer, Score};

use super::frame::{DeskFrame, Way, asked};
use crate::backend::backend;
use crate::components::{Badge, Glyph, Icon, Notice, Tone};
use crate::locale::{t, tf, ts};
use crate::words;

#[component]
pub fn SubjectDetailPage() -> impl IntoView {
    let params = use_params_map().get_untracked();
    let id = params
        .get("id")
        .and_then(|id| id.parse::<DocumentId>().ok());
    let detail = async move {
        let id = id.ok_or(ProblemKind::NotFound)?;
        backend()?.subject(id).await
    };
    asked(detail, |detail: SubjectDetail| {
        let title = detail.subject.name().to_owned();
        view! { <DeskFrame title><Detail detail/></DeskFrame> }
    })
}

#[component]
fn Detail(detail: SubjectDetail) -> impl IntoView {
    let SubjectDetail {
        crumbs,
        subject,
        assessments,
        history,
        arrived,
    } = detail;
    let name = subject.name().to_owned();
    let facts = SHOWN
        .iter()
        .filter_map(|name| Some((*name, subject.field(&(*name).into())?)))
        .map(|(name, value)| view! { <dt>{words::field_name(name)}</dt><dd>{words::value(Some(value))}</dd> })
        .collect_view();
    let doubts = subject
        .doubts
        .iter()
        .map(|(field, why)| view! { <li>{words::field_name(field.as_str())} ": " {why.clone()}</li> })
        .collect_view();
    let conflicts = subject
        .conflicts
        .iter()
        .map(|(field, rivals)| {
            let standing = subject.field(field).map_or_else(|| "–".to_owned(), |it| words::written(field, it));
            let others: Vec<String> = rivals.iter().map(|it| words::written(field, &it.value)).collect();
            view! { <li>{words::field_name(field.as_str())} ": " {standing} " / " {others.join(" / ")}</li> }
        })
        .collect_view();
    let (has_doubts, has_conflicts) = (!subject.doubts.is_empty(), subject.in_conflict());
    let years = assessments.len();
    let forms = assessments
        .into_iter()
        .enumerate()
        .map(|(at, form)| view! { <Year form arrived=arrived.clone() is_open=at == 0/> })
        .collect_view();
    view! {
        <Way crumbs query=String::new() here=Some(name)/>
        {has_doubts.then(|| view! {
            <Notice tone=Tone::Turmeric glyph=Glyph::Alert title=ts("subject.doubts")><ul>{doubts}</ul></Notice>
        })}
        {has_conflicts.then(|| view! {
            <Notice tone=Tone::Red glyph=Glyph::Alert title=ts("detail.conflicts")><ul>{conflicts}</ul></Notice>
        })}
        <div class="board">
            <div class="stack">
                {(years == 0).then(|| view! { <Notice tone=Tone::Sky glyph=Glyph::Info title=ts("detail.no_forms")/> })}
                {forms}
            </div>
            <div class="stack">
                <section class="card">
                    <h2>{t("detail.facts")}</h2>
                    <dl class="facts">{facts}</dl>
                </section>
                <History history/>
            </div>
        </div>
    }
}

/// Facts of a subject in the order in which they are asked.
const SHOWN: [&str; 11] = [
    field::BIRTH_YEAR,
    field::MEMBERS,
    field::CHILDREN,
    field::ADULTS,
    field::LITERATE_ADULTS,
    field::ETHNICITY,
    field::POOR,
    field::HAMLET,
    field::NUMBER,
    field::SINCE,
    field::NOTE,
];

/// One year's form. The newest is open, so that a figure's answers are in sight at once.
#[component]
fn Year(form: Document, arrived: Vec<FileHash>, is_open: bool) -> impl IntoView {
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
    let points = score.as_ref().map(|score| {
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
        view! { <strong>{points}</strong> " · " {passed} }
    });
    let comment = match &head.stage {
        Stage::Returned { comment: text }
        | Stage::NotEligible { reason: text }
        | Stage::Withdrawn { reason: text }
        | Stage::Exempt { reason: text }
        | Stage::Recognised { decision: text } => Some(text.clone()),
        _ => None,
    };
    let answers = set.map(|set| view! { <Answers form=form.clone() set/> });
    let reasons = set.zip(score).map(|(set, Score { reasons, .. })| {
        let is_empty = reasons.is_empty();
        let lines = reasons
            .iter()
            .map(|reason| view! { <li>{words::reason(reason, set)}</li> })
            .collect_view();
        (!is_empty).then(|| view! { <h3>{t("detail.reasons")}</h3><ul>{lines}</ul> })
    });
    view! {
        <details class="card fold" open=is_open>
            <summary>
                <h2>{summary}</h2>
                <span class="row"><Badge tone=words::stage_tone(Some(stage)) glyph=Glyph::Pen label=words::stage(stage)/> <span>{points}</span></span>
            </summary>
            <div class="stack">
                {comment.map(|text| view! { <p class="muted">{text}</p> })}
                {answers}
                {reasons}
                <Pieces form arrived/>
            </div>
        </details>
    }
    .into_any()
}

/// What proves the answers: pictures and papers, or that they have not arrived yet.
#[component]
fn Pieces(form: Document, arrived: Vec<FileHash>) -> impl IntoView {
    let doc = form.id;
    let piece = move |(hash, evidence): (FileHash, Evidence)| {
        let name = evidence
            .name
            .clone()
            .unwrap_or_else(|| words::medium(evidence.medium));
        let href = format!("/api/v1/files/{hash}?doc={doc}");
        let has_arrived = arrived.contains(&hash);
        let shown = match (has_arrived, evidence.media_type.is_image()) {
            (true, true) => view! {
                <a href=href.clone() target="_blank"><img src=href.clone() alt=name.clone() loading="lazy"/></a>
            }
            .into_any(),
            (true, false) => view! { <a class="piece-paper" href=href target="_blank"><Icon glyph=Glyph::Book/>{name.clone()}</a> }.into_any(),
            (false, _) => view! { <p class="piece-paper muted"><Icon glyph=Glyph::Clock/>{t("evidence.on_its_way")}</p> }.into_any(),
        };
        view! {
            <li>
                {shown}
                <p class="small muted">{evidence.criterion.map(|code| format!("{code} · "))} {name}</p>
            </li>
        }
    };
    let pieces: Vec<_> = form.evidence().collect();
    (!pieces.is_empty()).then(|| {
        view! {
            <h3>{t("evidence.title")}</h3>
            <ul class="pieces">{pieces.into_iter().map(piece).collect_view()}</ul>
        }
    })
}

/// Every criterion with what each scorer gave who has given anything; the village's column always stands.
#[component]
fn Answers(form: Document, set: &'static CriteriaSet) -> impl IntoView {
    let given: Vec<_> = Scorer::ALL
        .into_iter()
        .map(|scorer| (scorer, form.answers_of(scorer)))
        .filter(|(scorer, answers)| *scorer == Scorer::Village || !answers.is_empty())
        .collect();
    let columns = given.len() + 2;
    let cell = |answer: Option<&Answer>| answer.map_or_else(|| "–".to_owned(), words::answer);
    let group = |group: &'static Group| {
        let rows = group
            .indicators
            .iter()
            .map(|asked| {
                let cells = given.iter().map(|(_, answers)| {
                    let answer = answers.get(&asked.code);
                    view! { <td class="num">{cell(answer)}</td> }
                });
                view! {
                    <tr>
                        <th scope="row">{asked.question.clone()}</th>
                        {cells.collect_view()}
                        <td class="num minor">{asked.max.map_or_else(|| "–".to_owned(), words::points)}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <tr><th scope="rowgroup" colspan=columns>{group.label.clone()}</th></tr>
            {rows}
        }
    };
    view! {
        <div class="table-wrap" role="group" tabindex="0" aria-label=t("detail.answers")>
            <table class="table answers">
                <thead><tr>
                    <th scope="col">{t("detail.criterion")}</th>
                    {given.iter().map(|(scorer, _)| view! { <th scope="col" class="num">{words::scorer(*scorer)}</th> }).collect_view()}
                    <th scope="col" class="num minor">{t("detail.max")}</th>
                </tr></thead>
                <tbody>{set.groups.iter().map(group).collect_view()}</tbody>
            </table>
        </div>
    }
}

/// What one person did to one document at one time, in a line; several answers are told together.
struct Entry {
    text: String,
    more: Vec<String>,
    by: String,
    made_at: DateTime<Utc>,
    received_at: DateTime<Utc>,
}

/// Lines of a history, newest first. Answers that came together from one person are one line.
fn entries(history: &[HistoryRow]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut group: Option<(DocumentId, DateTime<Utc>)> = None;
    for row in history {
        let is_answer = matches!(
            row.change.body,
            ChangeBody::SetAnswer { .. } | ChangeBody::Start(_)
        );
        let key = (row.document, row.received_at);
        if is_answer
            && group == Some(key)
            && let Some(last) = entries.last_mut().filter(|last| last.by == row.by)
        {
            last.more.push(told(row));
            continue;
        }
        group = is_answer.then_some(key);
        entries.push(Entry {
            text: told(row),
            more: Vec::new(),
            by: row.by.clone(),
            made_at: row.change.made_at,
            received_at: row.received_at,
        });
    }
    entries
}

fn told(row: &HistoryRow) -> String {
    let before = row.before.as_ref().filter(|before| !before.is_null());
    let before = before.and_then(|before| match &row.change.body {
        ChangeBody::SetFacts { .. }
        | ChangeBody::Doubt { .. }
        | ChangeBody::Attach { .. }
        | ChangeBody::Detach { .. } => None,
        ChangeBody::Advance(_) => {
            let stage: Stage = serde_json::from_value(before.clone()).ok()?;
            Some(words::stage(stage.name()))
        }
        _ => row
            .change
            .field()
            .map(|field| words::written(&field, before)),
    });
    match before {
        Some(before) => format!(
            "{} {}",
            words::change(&row.change),
            tf("detail.before", &[("value", &before)])
        ),
        None => words::change(&row.change),
    }
}

#[component]
fn History(history: Vec<HistoryRow>) -> impl IntoView {
    let line = |entry: Entry| {
        let Entry {
            text,
            more,
            by,
            made_at,
            received_at,
        } = entry;
        // What was written without signal came later; both moments are told.
        let when = if (received_at - made_at).num_minutes().abs() < 10 {
            words::moment(received_at)
        } else {
            tf(
                "detail.made_and_received",
                &[
                    ("made", &words::moment(made_at)),
                    ("received", &words::moment(received_at)),
                ],
            )
        };
        let text = match more.is_empty() {
            true => view! { <p>{text}</p> }.into_any(),
            false => view! {
                <details>
                    <summary>{tf("detail.answers_together", &[("n", &(more.len() + 1))])}</summary>
                    <ul>
                        <li>{text}</li>
                        {more.into_iter().map(|it| view! { <li>{it}</li> }).collect_view()}
                    </ul>
                </details>
            }
            .into_any(),
        };
        view! {
            <li>
                {text}
                <p class="muted small">{by} " · " {when}</p>
            </li>
        }
    };
    view! {
        <section class="card">
            <h2>{t("detail.history")}</h2>
            <ol class="history">{entries(&history).into_iter().map(line).collect_view()}</ol>
        </section>
    }
}
