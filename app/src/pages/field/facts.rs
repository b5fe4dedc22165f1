//! What is known of a subject, mended one field at a time.

use leptos::prelude::*;
use serde_json::Value;
use shared::change::ChangeBody;
use shared::document::{Document, FieldName};
use shared::field::{self, FieldSpec, FieldValue};
use shared::ids::{DocumentId, UnitId};
use shared::kind::SubjectKind;
use shared::subject::{Unlikely, unlikely};

use super::link::{self, LinkField};
use super::places::{OwnPlace, own_places};
use crate::components::text_field::FieldKind;
use crate::components::{Glyph, Icon, Segment, Segmented, TextField};
use crate::live::{When, live, memo};
use crate::locale::{t, tf, ts};
use crate::store::FieldStore;
use crate::words;

/// The fields that the card of a subject shows, in their order. The name stands over it.
pub fn shown(kind: SubjectKind) -> impl Iterator<Item = &'static str> {
    let of_system = [field::NAME, field::SINCE, field::UNTIL];
    let fields = field::of(kind).map(|spec| spec.name);
    fields.filter(move |name| !of_system.contains(name))
}

/// A text as somebody typed it, as the field holds it.
pub fn typed(kind: SubjectKind, spec: &FieldSpec, text: &str) -> Value {
    let text = text.trim();
    match (spec.value, whole(text)) {
        _ if text.is_empty() => Value::Null,
        (FieldValue::Name, _) if kind.is_called_after_a_person() => {
            Value::from(shared::text::person_name(text))
        }
        (FieldValue::Number { .. }, Some(number)) => Value::from(number),
        _ => Value::from(text),
    }
}

/// A whole number as people write it: `2000000`, `2.000.000`, `2 000 000`. Anything else between figures makes it none.
fn whole(text: &str) -> Option<u64> {
    let mut groups = text.split(['.', ' ']);
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    digits.parse().ok()
}

/// What to ask about numbers that can hardly be together.
pub fn question(odd: Unlikely, number: impl Fn(&str) -> Option<u64>) -> String {
    tf(
        "facts.unlikely",
        &[
            ("more", &words::field_name(odd.more)),
            ("n", &number(odd.more).unwrap_or_default()),
            ("of", &words::field_name(odd.of)),
            ("m", &number(odd.of).unwrap_or_default()),
        ],
    )
}

/// The fields that can be mended. Each is saved when it is left, and can be taken back.
#[component]
pub fn Edit(id: DocumentId, kind: SubjectKind, document: Memo<Option<Document>>) -> impl IntoView {
    let fields = field::of(kind).filter(|spec| spec.is_edited);
    view! {
        <details class="official">
            <summary>{ts("subject.edit")}</summary>
            <div class="stack">
                <p>{ts("subject.edit_hint")}</p>
                {fields.map(|spec| match spec.value {
                    FieldValue::YesNo => view! { <YesNo id document spec/> }.into_any(),
                    FieldValue::Choice(offered) => view! { <Chosen id document spec offered/> }.into_any(),
                    FieldValue::Subject(of) => view! { <Linked id document spec of/> }.into_any(),
                    _ => view! { <Written id kind document spec/> }.into_any(),
                }).collect_view()}
                <Place id kind document/>
            </div>
        </details>
    }
}

/// Records a field as an act that can be taken back.
fn record(store: FieldStore, id: DocumentId, name: &'static str, value: Value) -> Option<String> {
    let told = tf(
        "undo.written",
        &[
            ("field", &words::field_name(name)),
            ("value", &untrack(|| link::value(store, name, Some(&value)))),
        ],
    );
    let recorded = store.act(told, || store.set_field(id, FieldName::from(name), value));
    recorded.err().map(|refusal| words::refusal(&refusal))
}

/// What the subject of a form gave in its year; each is saved when it is left.
#[component]
pub fn Gave(id: DocumentId, kind: SubjectKind, form: Memo<Option<Document>>) -> impl IntoView {
    let fields = field::FORM_FIELDS.iter();
    fields
        .map(|spec| view! { <Written id kind document=form spec/> })
        .collect_view()
}

/// A field that is typed.
#[component]
fn Written(
    id: DocumentId,
    kind: SubjectKind,
    document: Memo<Option<Document>>,
    spec: &'static FieldSpec,
) -> impl IntoView {
    let store = FieldStore::expect();
    let name = spec.name;
    let stands = memo(move || {
        document.with(
            |it| match it.as_ref().and_then(|it| it.field(&name.into())) {
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => String::new(),
            },
        )
    });
    // A half-typed text is no change yet, and survives a closed tab.
    let draft = StoredValue::new(format!("edit/{id}/{name}"));
    let kept = draft.with_value(|draft| store.draft(draft));
    let text = RwSignal::new(kept.unwrap_or_else(|| stands.get_untracked()));
    // Taken back, or written by a colleague.
    Effect::new(move |before: Option<String>| {
        let stands = stands.get();
        if before.is_some_and(|before| before != stands) {
            text.set(stands.clone());
        }
        stands
    });
    let error = RwSignal::new(None::<String>);
    let doubted = RwSignal::new(None::<(Value, String)>);
    let write = move |value: Value| {
        doubted.set(None);
        draft.with_value(|draft| store.keep_draft(draft, ""));
        error.set(record(store, id, name, value));
    };
    let leave = move |written: String| {
        let value = typed(kind, spec, &written);
        let number = |other: &str| match other == name {
            true => value.as_u64(),
            false => document.with_untracked(|it| it.as_ref()?.number(other).map(u64::from)),
        };
        let odd = unlikely(number).filter(|odd| odd.more == name || odd.of == name);
        match odd.map(|odd| question(odd, number)) {
            Some(question) => doubted.set(Some((value, question))),
            None => write(value),
        }
    };
    let again = move |_| {
        doubted.set(None);
        text.set(stands.get_untracked());
        draft.with_value(|draft| store.keep_draft(draft, ""));
    };
    view! {
        <TextField
            id=format!("edit-{name}")
            label=Signal::derive(move || words::field_name(name))
            value=text
            error
            kind=if spec.is_text() { FieldKind::Text } else { FieldKind::Number }
            on_input=move |typed: String| {
                draft.with_value(|draft| store.keep_draft(draft, &typed));
                text.set(typed);
            }
            on_leave=leave
        />
        {live(move || doubted.get().map(|(value, question)| view! {
            <div class="stack" data-gap="s" role="alert">
                <p class="row"><Icon glyph=Glyph::Alert/>{question}</p>
                <p class="row">
                    <button type="button" class="button" data-kind="secondary" on:click=move |_| write(value.clone())>{t("facts.so")}</button>
                    <button type="button" class="button" data-kind="quiet" on:click=again>{t("facts.again")}</button>
                </p>
            </div>
        }))}
    }
}

/// A field that is one of a few codes, or not known.
#[component]
fn Chosen(
    id: DocumentId,
    document: Memo<Option<Document>>,
    spec: &'static FieldSpec,
    offered: &'static [&'static str],
) -> impl IntoView {
    let store = FieldStore::expect();
    let name = spec.name;
    let error = RwSignal::new(None::<String>);
    let chosen =
        Signal::derive(move || document.with(|it| it.as_ref()?.text(name).map(str::to_owned)));
    let choose = move |code: String| error.set(record(store, id, name, Value::from(code)));
    view! {
        <Choice name=format!("edit-{name}") legend=Signal::derive(move || words::field_name(name)) offered chosen on_choose=choose/>
        {live(move || error.get().map(|why| view! { <p class="field-error" role="alert"><Icon glyph=Glyph::Alert/>{why}</p> }))}
    }
}

/// A field that names another subject, or nobody.
#[component]
fn Linked(
    id: DocumentId,
    document: Memo<Option<Document>>,
    spec: &'static FieldSpec,
    of: SubjectKind,
) -> impl IntoView {
    let store = FieldStore::expect();
    let name = spec.name;
    let error = RwSignal::new(None::<String>);
    let chosen =
        Signal::derive(move || document.with(|it| it.as_ref()?.text(name).map(str::to_owned)));
    let choose = move |other: Option<DocumentId>| {
        let value = other.map_or(Value::Null, |other| Value::from(other.to_string()));
        error.set(record(store, id, name, value));
    };
    view! {
        <LinkField id=format!("edit-{name}") label=Signal::derive(move || words::field_name(name)) kind=of chosen on_choose=choose/>
        {live(move || error.get().map(|why| view! { <p class="field-error" role="alert"><Icon glyph=Glyph::Alert/>{why}</p> }))}
    }
}

/// The codes that a field offers, in words, each a big button.
#[component]
pub fn Choice(
    #[prop(into)] name: String,
    #[prop(into)] legend: Signal<String>,
    offered: &'static [&'static str],
    #[prop(into)] chosen: Signal<Option<String>>,
    #[prop(into)] on_choose: Callback<String>,
) -> impl IntoView {
    let segment = |code: &&'static str| Segment {
        value: (*code).to_owned(),
        label: {
            let code = *code;
            Signal::derive(move || words::choice(code))
        },
        wide: false,
    };
    view! {
        <Segmented legend show_legend=true name segments=offered.iter().map(segment).collect() chosen columns=2 on_choose/>
    }
}

/// A field that is yes, no, or not known.
#[component]
fn YesNo(
    id: DocumentId,
    document: Memo<Option<Document>>,
    spec: &'static FieldSpec,
) -> impl IntoView {
    let store = FieldStore::expect();
    let name = spec.name;
    let error = RwSignal::new(None::<String>);
    let chosen = Signal::derive(move || {
        document.with(|it| Some(it.as_ref()?.field(&name.into()).and_then(Value::as_bool)))
    });
    let segments = [Some(true), Some(false), None].map(|value| Segment {
        value,
        label: Signal::derive(move || words::value(value.map(Value::from).as_ref())),
        wide: false,
    });
    let choose = move |value: Option<bool>| {
        let value = value.map_or(Value::Null, Value::from);
        error.set(record(store, id, name, value));
    };
    view! {
        <Segmented legend=Signal::derive(move || words::field_name(name)) show_legend=true name=format!("edit-{name}") segments=segments.into() chosen columns=3 on_choose=choose/>
        {live(move || error.get().map(|why| view! { <p class="field-error" role="alert"><Icon glyph=Glyph::Alert/>{why}</p> }))}
    }
}

/// The village the family lives in: confirmed, or another of the person's.
#[component]
fn Place(id: DocumentId, kind: SubjectKind, document: Memo<Option<Document>>) -> impl IntoView {
    let store = FieldStore::expect();
    let own = own_places(store);
    let places = memo(move || {
        let offered = own.get().into_iter().filter(|it| it.takes(kind));
        offered.collect::<Vec<_>>()
    });
    let here = memo(move || document.with(|it| it.as_ref().map(|it| it.place)));
    let is_doubted = memo(move || {
        document.with(|it| {
            it.as_ref()
                .is_some_and(|it| it.doubts.contains_key(&field::PLACE.into()))
        })
    });
    let error = RwSignal::new(None::<String>);
    let go = move |place: UnitId, name: String| {
        let tree = store.tree().get_untracked();
        // What lies above the communes is answered for there.
        let commune = tree.commune_of(place, crate::clock::today());
        let shard = commune.map_or(place, |it| it.id);
        let told = tf(
            "undo.written",
            &[
                ("field", &words::field_name(field::PLACE)),
                ("value", &name),
            ],
        );
        let moved = store.act(told, || store.record(id, ChangeBody::Move { shard, place }));
        error.set(moved.err().map(|refusal| words::refusal(&refusal)));
    };
    let choice = move |offered: OwnPlace| {
        let is_village = offered.is_village();
        let is_above = offered.tier.is_above_communes();
        let OwnPlace {
            id: place, name, ..
        } = offered;
        let is_here = here.get() == Some(place);
        // Said again, it ends a doubt of the list.
        (!is_here || is_doubted.get()).then(|| {
            let key = match (is_here, is_village) {
                (_, _) if is_above => "facts.lies_in",
                (true, true) => "facts.lives_here",
                (true, false) => "facts.lives_here_at_large",
                (false, true) => "facts.lives_in",
                (false, false) => "facts.lives_in_at_large",
            };
            let label = tf(key, &[("kind", &words::one(kind)), ("name", &name)]);
            view! {
                <button type="button" class="button" data-kind="secondary" data-wide on:click=move |_| go(place, name.clone())>{label}</button>
            }
        })
    };
    view! {
        <When when=move || is_doubted.get() || places.with(|all| all.len() > 1)>
            <fieldset class="stack" data-gap="s">
                <legend>{live(move || words::of_kind("facts.place", kind))}</legend>
                {live(move || places.get().into_iter().filter_map(choice).collect_view())}
            </fieldset>
        </When>
        {live(move || error.get().map(|why| view! { <p class="field-error" role="alert"><Icon glyph=Glyph::Alert/>{why}</p> }))}
    }
}
