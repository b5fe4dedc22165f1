//! A subject found in the field.

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use serde_json::Value;
use shared::SortedMap;
use shared::change::Registration;
use shared::document::FieldName;
use shared::field::{self, Asked, FieldSpec, FieldValue};
use shared::ids::{DocumentId, UnitId};
use shared::kind::SubjectKind;
use shared::roster::ListKey;
use shared::subject::unlikely;

use super::facts::{Choice, question as facts_question, typed as typed_as};
use super::frame::FieldFrame;
use super::link::LinkField;
use super::param;
use super::places::{self, asked_kind, place_at};
use crate::components::error_summary::FieldProblem;
use crate::components::text_field::FieldKind;
use crate::components::{Empty, ErrorSummary, Glyph, Icon, Notice, TextField, Tone};
use crate::live::{live, memo};
use crate::locale::{tf, ts};
use crate::store::FieldStore;
use crate::words;

/// What is asked of a kind of subject, at once or later.
fn asked(kind: SubjectKind, when: Asked) -> impl Iterator<Item = &'static FieldSpec> {
    field::of(kind).filter(move |spec| spec.asked == when)
}

#[component]
pub fn AddPage() -> impl IntoView {
    let store = FieldStore::expect();
    let unit = param::<UnitId>("unit");
    let asked = asked_kind();
    let here = memo(move || {
        let id = unit.get()?;
        let place = place_at(store, id)?;
        let kind = asked.get().unwrap_or_else(|| place.main_list().kind);
        place.takes(kind).then_some((place, kind))
    });
    let key = move || {
        here.with(|here| {
            here.as_ref().map(|(place, kind)| ListKey {
                place: place.id,
                kind: *kind,
            })
        })
    };
    let title = Signal::derive(move || {
        let kind = key().map_or(SubjectKind::Household, |it| it.kind);
        words::of_kind("add.title", kind)
    });
    let subtitle = Signal::derive(move || {
        here.with(|here| here.as_ref().map(|(place, _)| place.title()))
            .unwrap_or_default()
    });
    let back = Signal::derive(move || key().map_or_else(|| "/".to_owned(), places::address));
    view! {
        <FieldFrame title subtitle back>
            {live(move || match key() {
                Some(key) => view! { <Form key/> }.into_any(),
                None => view! { <Empty glyph=Glyph::Lock title=ts("village.unknown") text=ts("village.unknown_text")/> }.into_any(),
            })}
        </FieldFrame>
    }
}

#[component]
fn Form(key: ListKey) -> impl IntoView {
    let store = FieldStore::expect();
    let navigate = use_navigate();
    let ListKey { place, kind } = key;
    let draft = match kind {
        SubjectKind::Household => format!("add/{place}"),
        kind => format!("add/{place}/{}", kind.as_str()),
    };
    let mut kept: SortedMap<String, String> = store
        .draft(&draft)
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    // Whoever searched for a name in vain need not type it again.
    let searched = use_query_map().with_untracked(|query| query.get("name"));
    if let Some(searched) = searched.filter(|it| !it.trim().is_empty()) {
        let name = match kind.is_called_after_a_person() {
            true => shared::text::person_name(&searched),
            false => searched,
        };
        kept.insert(field::NAME.to_owned(), name);
    }
    if kind.is_a_unit() {
        let name = place_at(store, place).map(|it| it.name);
        kept.entry(field::NAME.to_owned())
            .or_insert_with(|| name.unwrap_or_default());
    }
    let typed = RwSignal::new(kept);
    let problems = RwSignal::new(Vec::<FieldProblem>::new());
    let allowed = RwSignal::new(None);
    let doubted = RwSignal::new(None::<String>);
    let keep = {
        let draft = draft.clone();
        move |name: &'static str, text: String| {
            doubted.set(None);
            typed.update(|it| {
                it.insert(name.to_owned(), text);
            });
            let text = typed.with_untracked(|it| serde_json::to_string(it).unwrap_or_default());
            store.keep_draft(&draft, &text);
        }
    };
    let all = store.list(key);
    let twin = memo(move || {
        let name = typed.with(|it| it.get(field::NAME).map(|name| shared::text::fold(name)));
        let name = name.filter(|name| !name.is_empty())?;
        all.with(|all| {
            all.iter()
                .find(|it| it.folded == name)
                .map(|it| it.name.clone())
        })
    });
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut fields = SortedMap::new();
        let mut wrong = Vec::new();
        let everything = asked(kind, Asked::First).chain(asked(kind, Asked::Later));
        for spec in everything {
            let name = spec.name;
            let text = typed
                .with_untracked(|it| it.get(name).cloned())
                .unwrap_or_default();
            let value = typed_as(kind, spec, &text);
            match field::check(&FieldName::from(name), value) {
                Ok(value) => {
                    fields.insert(FieldName::from(name), value);
                }
                Err(problem) => wrong.push(FieldProblem {
                    field: format!("add-{name}"),
                    message: format!(
                        "{}: {}",
                        words::asked_for(kind, name),
                        words::field_problem(&problem)
                    ),
                }),
            }
        }
        fields.insert(
            FieldName::from(field::SINCE),
            Value::from(store.year().get()),
        );
        let number = |name: &str| fields.get(&FieldName::from(name)).and_then(Value::as_u64);
        let odd = unlikely(number).map(|odd| (odd, facts_question(odd, number)));
        if let Some((odd, question)) =
            odd.filter(|(odd, _)| wrong.is_empty() && allowed.get_untracked() != Some(*odd))
        {
            // Asked once; whoever saves again has answered.
            allowed.set(Some(odd));
            doubted.set(Some(question));
            return problems.set(wrong);
        }
        if wrong.is_empty() {
            let today = crate::clock::today();
            let tree = store.tree().get_untracked();
            let shard = tree.commune_of(place, today).map_or(place, |it| it.id);
            let registration = Registration {
                kind,
                shard,
                place,
                fields,
                doubts: SortedMap::new(),
            };
            match store.register(registration) {
                Ok(id) => {
                    store.keep_draft(&draft, "");
                    navigate(&format!("/subject/{id}"), Default::default());
                }
                Err(refusal) => wrong.push(FieldProblem {
                    field: format!("add-{}", field::NAME),
                    message: words::refusal(&refusal),
                }),
            }
        }
        problems.set(wrong);
    };
    let ask = move |spec: &'static FieldSpec| {
        let keep = keep.clone();
        let name = spec.name;
        let label = Signal::derive(move || words::asked_for(kind, name));
        let own = format!("add-{name}");
        let id = own.clone();
        let error = Signal::derive(move || {
            problems.with(|it| {
                it.iter()
                    .find(|it| it.field == own)
                    .map(|it| it.message.clone())
            })
        });
        let value =
            Signal::derive(move || typed.with(|it| it.get(name).cloned().unwrap_or_default()));
        match spec.value {
            FieldValue::Choice(offered) => {
                let chosen = Signal::derive(move || Some(value.get()).filter(|it| !it.is_empty()));
                view! { <Choice name=id legend=label offered chosen on_choose=move |code| keep(name, code)/> }
                    .into_any()
            }
            FieldValue::Subject(of) => {
                let chosen = Signal::derive(move || Some(value.get()).filter(|it| !it.is_empty()));
                let choose = move |other: Option<DocumentId>| {
                    keep(
                        name,
                        other.map(|other| other.to_string()).unwrap_or_default(),
                    );
                };
                view! { <LinkField id label kind=of chosen on_choose=choose/> }.into_any()
            }
            _ => {
                let kind = match spec.is_text() {
                    true => FieldKind::Text,
                    false => FieldKind::Number,
                };
                view! { <TextField id label value error kind on_input=move |text| keep(name, text)/> }
                    .into_any()
            }
        }
    };
    let first = asked(kind, Asked::First).map(ask.clone()).collect_view();
    let more = asked(kind, Asked::Later).map(ask).collect_view();
    view! {
        <form class="stack" on:submit=save novalidate>
            <ErrorSummary heading=ts("add.problem") problems/>
            {first}
            {live(move || twin.get().map(|name| view! {
                <Notice tone=Tone::Turmeric glyph=Glyph::Info title=tf("add.twin", &[("name", &words::named(kind, &name))])/>
            }))}
            <details class="official">
                <summary>{ts("add.more")}</summary>
                <div class="stack">{more}</div>
            </details>
            {live(move || doubted.get().map(|question| view! {
                <p class="row" role="alert"><Icon glyph=Glyph::Alert/>{question}</p>
            }))}
            <button type="submit" class="button" data-kind="primary" data-size="big" data-wide>
                {live(move || words::of_kind(if doubted.with(Option::is_some) { "add.save_so" } else { "add.save" }, kind))}
            </button>
            <p class="muted">{live(move || words::of_kind("add.safe", kind))}</p>
        </form>
    }
}
