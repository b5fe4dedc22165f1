//! What was sent and received, by family, newest first.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::change::Change;
use shared::ids::DocumentId;

use super::outbox::{ChangeHead, subject, told};
use crate::components::{Badge, Glyph, Tone};
use crate::live::{When, live, memo};
use crate::locale::{t, ts};
use crate::store::FieldStore;
use crate::words;

/// So many are looked back on; the commune has them all.
const SHOWN: usize = 50;

#[derive(Clone, Debug, PartialEq)]
struct Sent {
    subject: Option<DocumentId>,
    text: String,
    at: DateTime<Utc>,
}

/// What one sitting did to one document is one line.
fn sent(store: FieldStore) -> Vec<Sent> {
    let mut lines: Vec<Vec<Change>> = Vec::new();
    store.with(|replica| {
        for change in replica.sent().rev().filter_map(|it| it.change.known()) {
            let found = lines.iter().position(|line| {
                line.first().is_some_and(|newest| {
                    newest.doc == change.doc
                        && words::day(newest.made_at) == words::day(change.made_at)
                })
            });
            match found {
                Some(at) => lines[at].push(change.clone()),
                None if lines.len() < SHOWN => lines.push(vec![change.clone()]),
                None => break,
            }
        }
    });
    let line = |changes: Vec<Change>| {
        let newest = changes.first()?;
        let (doc, at) = (newest.doc, newest.made_at);
        let text = told(store, doc, &changes.iter().rev().collect::<Vec<_>>());
        Some(Sent {
            subject: subject(store, doc).0,
            text,
            at,
        })
    };
    lines.into_iter().filter_map(line).collect()
}

/// The list; folded, because it is asked for and not told.
#[component]
pub fn SentList(#[prop(into)] now: Signal<DateTime<Utc>>) -> impl IntoView {
    let store = FieldStore::expect();
    let rows = memo(move || sent(store));
    view! {
        <When when=move || !rows.with(Vec::is_empty)>
            <section id="sent" class="stack">
                <h2>{ts("outbox.sent")}</h2>
                <ul class="changes">
                    {live(move || rows.get().into_iter().map(|row| view! {
                        <li class="change">
                            <ChangeHead subject=row.subject text=row.text/>
                            <p class="change-meta">
                                <Badge tone=Tone::Forest glyph=Glyph::Received label=t("outbox.received")/>
                                " " {live(move || words::ago(row.at, now.get()))}
                            </p>
                        </li>
                    }).collect_view())}
                </ul>
            </section>
        </When>
    }
}
