//! What the server did not take: what it was, what stands at the commune, and what can be done that works.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::change::{ChangeBody, Refusal};
use shared::document::{Document, FieldName};
use shared::ids::{ChangeId, DocumentId};
use shared::sync::{Pending, PendingState};

use super::outbox::{subject, told};
use crate::components::{Glyph, Icon};
use crate::live::{When, live, memo};
use crate::locale::{t, tf, ts};
use crate::store::FieldStore;
use crate::words;

/// One refused change.
#[derive(Clone, Debug, PartialEq)]
struct Refused {
    id: Option<ChangeId>,
    subject: Option<DocumentId>,
    /// Whose, and what was done.
    text: String,
    /// What was written, word for word, so that nothing has to be remembered.
    written: Option<String>,
    /// What the commune has in its place.
    stands: Option<String>,
    reason: String,
    /// What sending it once more would record, where that would be taken.
    again: Option<(DocumentId, ChangeBody)>,
    /// The form is closed: only the commune opens it.
    is_closed: bool,
    at: DateTime<Utc>,
}

impl Refused {
    fn of(store: FieldStore, pending: &Pending) -> Option<Self> {
        let PendingState::Refused { refusal, at } = &pending.state else {
            return None;
        };
        let change = pending.change.known();
        let again = change
            .map(|it| (it.doc, it.body.clone()))
            .filter(|(doc, body)| store.would_take(*doc, body));
        Some(Self {
            id: pending.id(),
            subject: change.and_then(|it| subject(store, it.doc).0),
            text: change.map_or_else(|| t("outbox.unknown"), |it| told(store, it.doc, &[it])),
            written: change.map(words::change),
            stands: change
                .and_then(|it| store.with(|replica| stands(replica.confirmed(it.doc)?, &it.body))),
            reason: words::refusal(refusal),
            again,
            is_closed: matches!(refusal, Refusal::Closed { .. } | Refusal::WrongStage { .. }),
            at: *at,
        })
    }
}

/// What the commune has where a change would have written.
fn stands(confirmed: &Document, body: &ChangeBody) -> Option<String> {
    let field = match body {
        ChangeBody::SetField { field, .. } | ChangeBody::Settle { field, .. } => field.clone(),
        ChangeBody::SetAnswer { scorer, code, .. } => FieldName::answer(*scorer, code),
        ChangeBody::Advance(_) | ChangeBody::Attach { .. } | ChangeBody::Detach { .. } => {
            let stage = confirmed.assessment()?.stage.name();
            return Some(words::stage(stage));
        }
        _ => return None,
    };
    Some(match confirmed.field(&field) {
        Some(value) => words::written(&field, value),
        None => t("outbox.nothing"),
    })
}

/// The list, where there is one.
#[component]
pub fn RefusedList(#[prop(into)] now: Signal<DateTime<Utc>>) -> impl IntoView {
    let store = FieldStore::expect();
    let refused = memo(move || {
        let entries: Vec<_> = store.with(|replica| replica.outbox().refused().cloned().collect());
        entries
            .iter()
            .filter_map(|pending| Refused::of(store, pending))
            .collect::<Vec<_>>()
    });
    view! {
        <When when=move || !refused.with(Vec::is_empty)>
            <h2>{ts("outbox.refused")}</h2>
            <p class="muted">{ts("outbox.refused_text")}</p>
            <ul class="changes">
                {live(move || refused.get().into_iter().map(|row| view! { <Row row now/> }).collect_view())}
            </ul>
        </When>
    }
}

#[component]
fn Row(row: Refused, now: Signal<DateTime<Utc>>) -> impl IntoView {
    let store = FieldStore::expect();
    let problem = RwSignal::new(None::<String>);
    let asked = RwSignal::new(false);
    let id = row.id;
    // The commune's stays; what was refused goes, and comes back if that was a slip.
    let keep_theirs = move |_| {
        if let Some(id) = id {
            let done = store.act(t("undo.kept_theirs"), || store.discard(id));
            problem.set(done.err().map(|refusal| words::refusal(&refusal)));
        }
    };
    let again = move |(doc, body): (DocumentId, ChangeBody)| {
        let done = store.act(t("undo.sent_again"), || {
            store.record(doc, body)?;
            id.map_or(Ok(()), |id| store.discard(id))
        });
        problem.set(done.err().map(|refusal| words::refusal(&refusal)));
    };
    let plea = tf(
        "outbox.plea",
        &[
            ("what", &row.text),
            ("written", &row.written.clone().unwrap_or_default()),
        ],
    );
    let ask = move |_| {
        let said = Callback::new(move |was_shared: bool| asked.set(was_shared));
        store.share(plea.clone(), said);
    };
    view! {
        <li class="change" data-state="refused">
            <h3>{row.text}</h3>
            <dl class="facts">
                {row.written.map(|written| view! { <dt>{t("outbox.yours")}</dt><dd>{written}</dd> })}
                {row.stands.map(|stands| view! { <dt>{t("outbox.theirs")}</dt><dd>{stands}</dd> })}
            </dl>
            <p>{row.reason}</p>
            <p class="change-meta">{live(move || words::ago(row.at, now.get()))}</p>
            {live(move || problem.get().map(|why| view! { <p class="field-error" role="alert"><Icon glyph=Glyph::Alert/>{why}</p> }))}
            <p class="row">
                {row.again.map(|body| view! { <button type="button" class="button" data-kind="primary" on:click=move |_| again(body.clone())>{t("outbox.copy")}</button> })}
                {row.is_closed.then(|| view! { <button type="button" class="button" data-kind="primary" on:click=ask><Icon glyph=Glyph::Share/>{t("outbox.ask")}</button> })}
                {id.map(|_| view! { <button type="button" class="button" data-kind="secondary" on:click=keep_theirs>{t("outbox.keep_theirs")}</button> })}
                {row.subject.map(|id| view! { <a class="button" data-kind="quiet" href=format!("/subject/{id}")>{t("outbox.mend")}</a> })}
            </p>
            <When when=move || asked.get()>
                <p class="saved" role="status"><Icon glyph=Glyph::Check/>{ts("outbox.asked")}</p>
            </When>
        </li>
    }
}
