//! What waits to be sent, in words; what was refused, and what can be done.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::change::{Change, ChangeBody};
use shared::document::Document;
use shared::ids::{ChangeId, DocumentId};
use shared::sync::PendingState;

use super::frame::{FieldFrame, ticking};
use crate::components::{Badge, Dialog, Empty, Glyph, Icon, Tone};
use crate::locale::{t, tf, ts};
use crate::store::{FieldStore, Handed};
use crate::words;

#[derive(Clone, Debug, PartialEq)]
struct Waiting {
    doc: DocumentId,
    text: String,
    since: DateTime<Utc>,
    offered: bool,
}

#[derive(Clone, Debug, PartialEq)]
struct Refused {
    id: Option<ChangeId>,
    subject: Option<DocumentId>,
    text: String,
    /// What was written, word for word, so that nothing has to be remembered.
    written: Option<String>,
    reason: String,
    /// What a copy would do.
    again: Option<(DocumentId, ChangeBody)>,
    at: DateTime<Utc>,
}

#[component]
pub fn OutboxPage() -> impl IntoView {
    view! {
        <FieldFrame title=ts("outbox.title")>
            <Outbox/>
        </FieldFrame>
    }
}

/// The subject a document is about, and its name on this phone.
fn subject(store: FieldStore, doc: DocumentId) -> (Option<DocumentId>, String) {
    store.with(|replica| {
        let document = replica.document(doc);
        let subject = document
            .and_then(Document::assessment)
            .map(|head| DocumentId::from(head.subject));
        let id = subject.or(document.map(|it| it.id));
        let name = id
            .and_then(|id| replica.document(id))
            .map(|it| it.name().to_owned());
        (
            id,
            name.filter(|name| !name.is_empty())
                .unwrap_or_else(|| t("outbox.somebody")),
        )
    })
}

/// What one document's changes do, in a line.
fn told(store: FieldStore, doc: DocumentId, changes: &[&Change]) -> String {
    let (_, name) = subject(store, doc);
    let answers = changes
        .iter()
        .filter(|it| matches!(it.body, ChangeBody::SetAnswer { .. }))
        .count();
    let registered = changes.iter().find_map(|it| match &it.body {
        ChangeBody::Register(registration) => registration.fields.get(&shared::field::NAME.into()),
        _ => None,
    });
    let step = changes.iter().find_map(|it| match &it.body {
        ChangeBody::Advance(step) => Some(words::step(step)),
        _ => None,
    });
    let mut parts = Vec::new();
    if let Some(new) = registered {
        parts.push(tf(
            "outbox.added",
            &[("name", &new.as_str().unwrap_or_default())],
        ));
    } else if answers > 0 {
        parts.push(tf("outbox.scored", &[("name", &name), ("n", &answers)]));
    } else if changes
        .iter()
        .any(|it| matches!(it.body, ChangeBody::Start(_)))
    {
        parts.push(tf("outbox.started", &[("name", &name)]));
    } else {
        parts.push(tf("outbox.edited", &[("name", &name)]));
    }
    parts.extend(step);
    parts.join(" · ")
}

#[component]
fn Outbox() -> impl IntoView {
    let store = FieldStore::expect();
    let now = ticking();
    let waiting = Memo::new(move |_| {
        let mut by_doc: BTreeMap<DocumentId, (Vec<Change>, bool)> = BTreeMap::new();
        store.with(|replica| {
            for pending in replica.outbox().waiting() {
                if let Some(change) = pending.change.known() {
                    let entry = by_doc.entry(change.doc).or_default();
                    entry.0.push(change.clone());
                    entry.1 |= matches!(pending.state, PendingState::Offered);
                }
            }
        });
        let mut rows: Vec<Waiting> = by_doc
            .into_iter()
            .filter_map(|(doc, (changes, offered))| {
                let since = changes.iter().map(|it| it.made_at).min()?;
                let text = told(store, doc, &changes.iter().collect::<Vec<_>>());
                Some(Waiting {
                    doc,
                    text,
                    since,
                    offered,
                })
            })
            .collect();
        rows.sort_by_key(|it| it.since);
        rows
    });
    let refused = Memo::new(move |_| {
        let entries: Vec<_> = store.with(|replica| replica.outbox().refused().cloned().collect());
        let row = |pending: shared::sync::Pending| {
            let PendingState::Refused { refusal, at } = &pending.state else {
                return None;
            };
            let change = pending.change.known();
            let text = change.map_or_else(|| t("outbox.unknown"), |it| told(store, it.doc, &[it]));
            Some(Refused {
                id: pending.id(),
                subject: change.and_then(|it| subject(store, it.doc).0),
                written: change.map(words::change),
                again: change.map(|it| (it.doc, it.body.clone())),
                text,
                reason: words::refusal(refusal),
                at: *at,
            })
        };
        entries.into_iter().filter_map(row).collect::<Vec<_>>()
    });
    let copied = RwSignal::new(None::<(Option<ChangeId>, Result<(), String>)>);
    let copy = move |id: Option<ChangeId>, (doc, body): (DocumentId, ChangeBody)| {
        let recorded = store.record(doc, body);
        let result = recorded.map_err(|refusal| words::refusal(&refusal));
        copied.set(Some((id, result)));
    };
    let asking = RwSignal::new(None::<ChangeId>);
    let discard = move |_| {
        if let Some(id) = asking.get_untracked() {
            store.discard(id);
        }
        asking.set(None);
    };
    let sending = Signal::derive(move || store.syncing().get());
    let is_empty = move || waiting.with(Vec::is_empty) && refused.with(Vec::is_empty);
    let contact = move || match store.status().last_contact {
        Some(at) => tf("outbox.contact", &[("ago", &words::ago(at, now.get()))]),
        None => t("outbox.no_contact"),
    };
    view! {
        <Show when=is_empty>
            <Empty glyph=Glyph::Received title=ts("outbox.empty") text=Signal::derive(contact)/>
        </Show>
        <Show when=move || !refused.with(Vec::is_empty)>
            <h2>{ts("outbox.refused")}</h2>
            <ul class="changes">
                {move || refused.get().into_iter().map(|row| view! {
                    <li class="change" data-state="refused">
                        <h3>{row.text}</h3>
                        {row.written.map(|written| view! { <p>{written}</p> })}
                        <p>{row.reason}</p>
                        <p class="change-meta">{words::ago(row.at, now.get())}</p>
                        {move || copied.get().filter(|(id, _)| *id == row.id).map(|(_, result)| match result {
                            Ok(()) => view! { <p class="saved" role="status"><Icon glyph=Glyph::Check/>{t("outbox.copied")}</p> }.into_any(),
                            Err(why) => view! { <p class="field-error" role="alert"><Icon glyph=Glyph::Alert/>{why}</p> }.into_any(),
                        })}
                        <p class="row">
                            {row.subject.map(|id| view! { <a class="button" data-kind="primary" href=format!("/subject/{id}")>{t("outbox.mend")}</a> })}
                            {row.again.map(|again| view! { <button type="button" class="button" data-kind="secondary" on:click=move |_| copy(row.id, again.clone())>{t("outbox.copy")}</button> })}
                            {row.id.map(|id| view! { <button type="button" class="button" data-kind="quiet" on:click=move |_| asking.set(Some(id))>{t("outbox.discard")}</button> })}
                        </p>
                    </li>
                }).collect_view()}
            </ul>
        </Show>
        {move || {
            let (n, bytes) = store.waiting_files();
            let size = bytes.div_ceil(1_000);
            (n > 0).then(|| view! {
                <p class="row"><Icon glyph=Glyph::Camera/>{tf("outbox.files", &[("n", &n), ("size", &size)])}</p>
            })
        }}
        <Show when=move || !waiting.with(Vec::is_empty)>
            <p class="promise" data-state="waiting"><Icon glyph=Glyph::Clock/>{ts("outbox.promise")}</p>
            <p>
                <button type="button" class="button" data-kind="primary" data-size="big" data-wide disabled=sending on:click=move |_| store.send_now()>
                    {move || if sending.get() { t("outbox.sending") } else { t("outbox.send") }}
                </button>
            </p>
            <Show when=move || !store.online().get()>
                <p class="hint">{ts("outbox.offline")}</p>
                <HandOver/>
            </Show>
            <p class="hint">{contact}</p>
            <h2>{move || tf("outbox.waiting", &[("n", &waiting.with(Vec::len))])}</h2>
            <ul class="changes">
                {move || waiting.get().into_iter().map(|row| view! {
                    <li class="change">
                        <h3>{row.text}</h3>
                        <p class="change-meta">
                            <Badge tone=Tone::Turmeric glyph=Glyph::Clock label=if row.offered { t("outbox.offered") } else { t("outbox.saved") }/>
                            " " {words::ago(row.since, now.get())}
                        </p>
                    </li>
                }).collect_view()}
            </ul>
        </Show>
        <Show when=move || { store.unreadable().get() > 0 }>
            <p class="hint">{move || tf("outbox.unreadable", &[("n", &store.unreadable().get())])}</p>
        </Show>
        <Dialog open=Signal::derive(move || asking.get().is_some()) title=ts("outbox.discard_title") on_close=move |()| asking.set(None)>
            <p>{ts("outbox.discard_text")}</p>
            <div class="dialog-actions">
                <button type="button" class="button" data-kind="primary" on:click=move |_| asking.set(None)>{ts("outbox.keep")}</button>
                <button type="button" class="button" data-kind="danger" on:click=discard>{ts("outbox.discard")}</button>
            </div>
        </Dialog>
    }
}

/// For those who will have no signal for days: everything unsent in a file that somebody carries to town.
#[component]
fn HandOver() -> impl IntoView {
    let store = FieldStore::expect();
    let busy = RwSignal::new(false);
    let handed = RwSignal::new(None::<Handed>);
    let seal = move |_| {
        busy.set(true);
        let done = move |how| {
            busy.set(false);
            handed.set(Some(how));
        };
        store.hand_over(t("outbox.carry_title"), Callback::new(done));
    };
    view! {
        <details class="card fold">
            <summary><h2>{ts("outbox.carry")}</h2></summary>
            <div class="stack">
                <p>{ts("outbox.carry_text")}</p>
                <button type="button" class="button" data-kind="secondary" data-wide disabled=busy on:click=seal>
                    <Icon glyph=Glyph::Share/>{ts("outbox.carry")}
                </button>
                <p role="status">{move || handed.get().map(|how| t(match how {
                    Handed::Over => "outbox.carry_done",
                    Handed::NoSeal => "outbox.carry_no_seal",
                    Handed::Failed => "outbox.carry_failed",
                }))}</p>
            </div>
        </details>
    }
}
