//! What two people wrote apart: both values, who, when; one tap settles it.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use serde_json::Value;
use shared::change::ChangeBody;
use shared::document::{Document, FieldName, Writer};
use shared::ids::{DocumentId, UserId};

use super::frame::FieldFrame;
use super::link;
use crate::components::{Empty, Glyph, Icon};
use crate::criteria;
use crate::live::{When, live, memo};
use crate::locale::{t, tf, ts};
use crate::store::FieldStore;
use crate::words;

/// One of the values, with its author.
#[derive(Clone, Debug, PartialEq)]
struct Side {
    value: Value,
    by: Option<UserId>,
    at: Option<DateTime<Utc>>,
}

/// A field that waits for somebody to choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Clash {
    doc: DocumentId,
    subject: DocumentId,
    field: FieldName,
    /// The one that stands now comes first.
    sides: Vec<Side>,
}

/// The fields of a document that two people wrote apart.
fn clashes_of(document: &Document) -> Vec<Clash> {
    let head = document.assessment();
    if head.is_some_and(|head| !head.stage.is_open()) {
        // Nothing can be chosen in a form that is closed; opening it again brings them back.
        return Vec::new();
    }
    let subject = head.map_or(document.id, |head| head.subject.into());
    let side = |value: Option<&Value>, writer: Option<Writer>| Side {
        value: value.cloned().unwrap_or(Value::Null),
        by: writer.map(|writer| writer.by),
        at: writer.map(|writer| writer.at),
    };
    let clash = |(field, rivals): (&FieldName, &Vec<shared::document::Rival>)| {
        let standing = side(document.field(field), document.writer(field));
        let others = rivals
            .iter()
            .map(|rival| side(Some(&rival.value), Some(rival.writer)));
        Clash {
            doc: document.id,
            subject,
            field: field.clone(),
            sides: std::iter::once(standing).chain(others).collect(),
        }
    };
    document.conflicts.iter().map(clash).collect()
}

/// Everything on this phone that two people wrote apart; tracked.
pub fn all(store: FieldStore) -> Vec<Clash> {
    store.with(|replica| {
        let in_conflict = replica.documents().filter(|it| it.in_conflict());
        in_conflict.flat_map(clashes_of).collect()
    })
}

/// What concerns one subject: itself, and its form of this year; tracked.
pub fn of_subject(store: FieldStore, subject: DocumentId) -> Vec<Clash> {
    let form = super::assessment(store, subject);
    let own = store.document(subject);
    own.iter().chain(form.iter()).flat_map(clashes_of).collect()
}

#[component]
pub fn ConflictsPage() -> impl IntoView {
    let store = FieldStore::expect();
    let clashes = memo(move || all(store));
    view! {
        <FieldFrame title=ts("conflicts.title") back=Signal::derive(|| "/".to_owned())>
            <When when=move || clashes.with(Vec::is_empty)>
                <Empty glyph=Glyph::Received title=ts("conflicts.none") text=ts("conflicts.none_text")/>
            </When>
            <When when=move || !clashes.with(Vec::is_empty)>
                <p class="lead">{ts("conflicts.lead")}</p>
                {live(move || clashes.get().into_iter().map(|clash| view! { <ClashCard clash named=true/> }).collect_view())}
            </When>
        </FieldFrame>
    }
}

/// One field: each value a button, with who wrote it and when.
#[component]
pub fn ClashCard(
    clash: Clash,
    /// Says whose it is, where the page does not.
    #[prop(optional)]
    named: bool,
) -> impl IntoView {
    let store = FieldStore::expect();
    let Clash {
        doc,
        subject,
        field,
        sides,
    } = clash;
    let name = store.document(subject).map(|it| it.name().to_owned());
    let asked = label(store, doc, &field);
    let problem = RwSignal::new(None::<String>);
    let choice = move |side: Side| {
        let who = side
            .by
            .and_then(|by| store.person(by))
            .unwrap_or_else(|| t("conflicts.somebody"));
        let when = side.at.map_or_else(String::new, words::moment);
        let shown = match field.as_answer() {
            Some(_) => words::written(&field, &side.value),
            None => untrack(|| link::value(store, field.as_str(), Some(&side.value))),
        };
        let chosen = shown.clone();
        let (field, value) = (field.clone(), side.value.clone());
        let settle = move |_| {
            let body = ChangeBody::Settle {
                field: field.clone(),
                value: value.clone(),
            };
            let words = tf("undo.chosen", &[("value", &chosen)]);
            let settled = store.act(words, || store.record(doc, body));
            problem.set(settled.err().map(|refusal| words::refusal(&refusal)));
        };
        view! {
            <li>
                <button type="button" class="button side" data-kind="secondary" on:click=settle>
                    <strong>{shown}</strong>
                    <span class="muted small">{format!("{who} · {when}")}</span>
                </button>
            </li>
        }
    };
    view! {
        <section class="card" data-tone="turmeric">
            {named.then(|| view! { <h2 class="of"><a href=format!("/subject/{subject}")>{name}</a></h2> })}
            <h3>{asked}</h3>
            <ul class="sides">{sides.into_iter().map(choice).collect_view()}</ul>
            {live(move || problem.get().map(|why| view! { <p class="field-error" role="alert"><Icon glyph=Glyph::Alert/>{why}</p> }))}
        </section>
    }
}

/// What the field asks, in plain words.
fn label(store: FieldStore, doc: DocumentId, field: &FieldName) -> String {
    let Some((scorer, code)) = field.as_answer() else {
        return words::field_name(field.as_str());
    };
    let set = store
        .document(doc)
        .and_then(|it| criteria::known().find(&it.assessment()?.criteria));
    let question = set.and_then(|set| Some(set.indicator(&code)?.1.question.clone()));
    tf(
        "conflicts.answer",
        &[
            ("scorer", &words::scorer(scorer)),
            ("question", &question.unwrap_or_else(|| code.to_string())),
        ],
    )
}
