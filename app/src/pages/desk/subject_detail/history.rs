//! Who wrote what, when, and what was there before.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::api::HistoryRow;
use shared::assessment::Stage;
use shared::change::ChangeBody;
use shared::criteria::{CriteriaSet, CriteriaSetId};
use shared::ids::DocumentId;

use crate::locale::{t, tf};
use crate::words;

/// The sets that the forms of a subject were scored by.
pub type Sets = BTreeMap<DocumentId, &'static CriteriaSet>;

/// What one person did to one document at one time, in a line; several answers are told together.
struct Entry {
    text: String,
    more: Vec<String>,
    by: String,
    made_at: DateTime<Utc>,
    received_at: DateTime<Utc>,
}

/// Lines of a history, newest first. Answers that came together from one person are one line.
fn entries(history: &[HistoryRow], sets: &Sets) -> Vec<Entry> {
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
            last.more.push(told(row, sets));
            continue;
        }
        group = is_answer.then_some(key);
        entries.push(Entry {
            text: told(row, sets),
            more: Vec::new(),
            by: row.by.clone(),
            made_at: row.change.made_at,
            received_at: row.received_at,
        });
    }
    entries
}

/// A line in words. An answer is told by its question: a criterion's code says nothing to anybody.
fn told(row: &HistoryRow, sets: &Sets) -> String {
    let before = row.before.as_ref().filter(|before| !before.is_null());
    let before = before.and_then(|before| match &row.change.body {
        ChangeBody::SetFacts { .. }
        | ChangeBody::Doubt { .. }
        | ChangeBody::Attach { .. }
        | ChangeBody::Detach { .. } => None,
        ChangeBody::UseCriteria { .. } => before
            .as_str()
            .map(|id| words::set(&CriteriaSetId::new(id))),
        ChangeBody::Advance(_) => {
            let stage: Stage = serde_json::from_value(before.clone()).ok()?;
            Some(words::stage(stage.name()))
        }
        _ => row
            .change
            .field()
            .map(|field| words::written(&field, before)),
    });
    let said = answered(row, sets).unwrap_or_else(|| words::change(&row.change));
    match before {
        Some(before) => format!("{said} {}", tf("detail.before", &[("value", &before)])),
        None => said,
    }
}

fn answered(row: &HistoryRow, sets: &Sets) -> Option<String> {
    let ChangeBody::SetAnswer {
        scorer,
        code,
        answer,
    } = &row.change.body
    else {
        return None;
    };
    let (_, asked) = sets.get(&row.document)?.indicator(code)?;
    let given = answer
        .as_ref()
        .map_or_else(|| t("detail.taken_back"), words::answer);
    let field = format!("{}: {}", words::scorer(*scorer), asked.question);
    Some(tf("detail.set", &[("field", &field), ("value", &given)]))
}

#[component]
pub fn History(history: Vec<HistoryRow>, sets: Sets) -> impl IntoView {
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
            <ol class="history">{entries(&history, &sets).into_iter().map(line).collect_view()}</ol>
        </section>
    }
}
