//! What waits to be sent, in words; what was refused; what was sent.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::SortedMap;
use shared::change::{Change, ChangeBody};
use shared::document::Document;
use shared::ids::DocumentId;
use shared::sync::PendingState;

use super::frame::{FieldFrame, ticking};
use super::refused::RefusedList;
use super::sent::SentList;
use crate::components::{Badge, Empty, Glyph, Icon, Tone};
use crate::live::{When, live, memo};
use crate::locale::{t, tf, ts};
use crate::store::{FieldStore, Handed};
use crate::words;

#[derive(Clone, Debug, PartialEq)]
struct Waiting {
    subject: Option<DocumentId>,
    text: String,
    since: DateTime<Utc>,
    offered: bool,
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
pub fn subject(store: FieldStore, doc: DocumentId) -> (Option<DocumentId>, String) {
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

/// What was done, as the head of its entry in a list; it leads to the family.
#[component]
pub fn ChangeHead(subject: Option<DocumentId>, text: String) -> impl IntoView {
    let text = match subject {
        Some(id) => view! { <a href=format!("/subject/{id}")>{text}</a> }.into_any(),
        None => text.into_any(),
    };
    view! { <h3>{text}</h3> }
}

/// What one document's changes do, in a line.
pub fn told(store: FieldStore, doc: DocumentId, changes: &[&Change]) -> String {
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
    let waiting = memo(move || {
        let mut by_doc: SortedMap<DocumentId, (Vec<Change>, bool)> = SortedMap::new();
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
                    subject: subject(store, doc).0,
                    text,
                    since,
                    offered,
                })
            })
            .collect();
        rows.sort_by_key(|it| it.since);
        rows
    });
    let sending = Signal::derive(move || store.syncing().get());
    let refused = memo(move || store.status().refused);
    let is_empty = move || waiting.with(Vec::is_empty) && refused.get() == 0;
    let tried = RwSignal::new(false);
    let send = move |_| {
        tried.set(true);
        store.send_now();
    };
    let contact = move || match store.status().last_contact {
        Some(at) => tf("outbox.contact", &[("ago", &words::ago(at, now.get()))]),
        None => t("outbox.no_contact"),
    };
    view! {
        <When when=is_empty>
            <Empty glyph=Glyph::Received title=ts("outbox.empty") text=Signal::derive(contact)/>
        </When>
        <RefusedList now/>
        {live(move || {
            let (n, bytes) = store.waiting_files();
            let size = bytes.div_ceil(1_000);
            (n > 0).then(|| view! {
                <p class="row"><Icon glyph=Glyph::Camera/>{tf("outbox.files", &[("n", &n), ("size", &size)])}</p>
            })
        })}
        <When when=move || !waiting.with(Vec::is_empty)>
            <p class="promise" data-state="waiting"><Icon glyph=Glyph::Clock/>{ts("outbox.promise")}</p>
            <p>
                <button type="button" class="button" data-kind="primary" data-size="big" data-wide disabled=sending on:click=send>
                    {live(move || if sending.get() { t("outbox.sending") } else { t("outbox.send") })}
                </button>
            </p>
            <When when=move || !store.online().get()>
                <p class="hint" role="status">{live(move || if tried.get() { t("outbox.offline_tried") } else { t("outbox.offline") })}</p>
                <HandOver/>
            </When>
            <p class="hint">{contact}</p>
            <h2>{live(move || tf("outbox.waiting", &[("n", &waiting.with(Vec::len))]))}</h2>
            <ul class="changes">
                {live(move || waiting.get().into_iter().map(|row| view! {
                    <li class="change">
                        <ChangeHead subject=row.subject text=row.text/>
                        <p class="change-meta">
                            <Badge tone=Tone::Turmeric glyph=Glyph::Clock label=if row.offered { t("outbox.offered") } else { t("outbox.saved") }/>
                            " " {words::ago(row.since, now.get())}
                        </p>
                    </li>
                }).collect_view())}
            </ul>
        </When>
        <When when=move || { store.unreadable().get() > 0 }>
            <p class="hint">{live(move || tf("outbox.unreadable", &[("n", &store.unreadable().get())]))}</p>
        </When>
        <SentList now/>
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
                <p role="status">{live(move || handed.get().map(|how| match how {
                    Handed::Over => tf("outbox.carry_done", &[("address", &address())]),
                    Handed::NoSeal => t("outbox.carry_no_seal"),
                    Handed::Failed => t("outbox.carry_failed"),
                }))}</p>
            </div>
        </details>
    }
}

/// Where whoever carries the file hands it in.
fn address() -> String {
    let origin = window().location().origin().unwrap_or_default();
    format!("{origin}/carry")
}
