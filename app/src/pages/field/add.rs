//! A family found in the field.

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use serde_json::Value;
use shared::SortedMap;
use shared::change::Registration;
use shared::document::FieldName;
use shared::field;
use shared::ids::UnitId;
use shared::kind::SubjectKind;
use shared::subject::unlikely;

use super::facts::{question as facts_question, typed as typed_as};
use super::frame::FieldFrame;
use super::param;
use crate::components::error_summary::FieldProblem;
use crate::components::text_field::FieldKind;
use crate::components::{Empty, ErrorSummary, Glyph, Icon, Notice, TextField, Tone};
use crate::live::{live, memo};
use crate::locale::{t, tf, ts};
use crate::store::FieldStore;
use crate::words;

/// What is asked, with the words of the label.
const ASKED: [(&str, &str); 7] = [
    (field::NAME, "add.name"),
    (field::MEMBERS, "add.members"),
    (field::BIRTH_YEAR, "add.birth_year"),
    (field::CHILDREN, "add.children"),
    (field::ADULTS, "add.adults"),
    (field::LITERATE_ADULTS, "add.literate_adults"),
    (field::HAMLET, "add.hamlet"),
];
/// Asked at once; the others may wait for another day.
const FIRST: usize = 2;

#[component]
pub fn AddPage() -> impl IntoView {
    let store = FieldStore::expect();
    let unit = param::<UnitId>("unit");
    let subtitle = Signal::derive(move || {
        let tree = store.tree().get();
        let name = unit
            .get()
            .and_then(|id| tree.name(id, crate::clock::today()).map(str::to_owned));
        name.map_or_else(String::new, |name| tf("home.village", &[("name", &name)]))
    });
    let back = Signal::derive(move || {
        unit.get()
            .map_or_else(|| "/".to_owned(), |id| format!("/village/{id}"))
    });
    view! {
        <FieldFrame title=ts("add.title") subtitle back>
            {live(move || match unit.get().filter(|id| store.tree().get().get(*id).is_some()) {
                Some(village) => view! { <Form village/> }.into_any(),
                None => view! { <Empty glyph=Glyph::Lock title=ts("village.unknown") text=ts("village.unknown_text")/> }.into_any(),
            })}
        </FieldFrame>
    }
}

#[component]
fn Form(village: UnitId) -> impl IntoView {
    let store = FieldStore::expect();
    let navigate = use_navigate();
    let draft = format!("add/{village}");
    let mut kept: SortedMap<String, String> = store
        .draft(&draft)
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    // Whoever searched for a name in vain need not type it again.
    let searched = use_query_map().with_untracked(|query| query.get("name"));
    if let Some(searched) = searched.filter(|it| !it.trim().is_empty()) {
        kept.insert(field::NAME.to_owned(), shared::text::person_name(&searched));
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
    let all = store.village(village);
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
        for (name, label) in ASKED {
            let text = typed
                .with_untracked(|it| it.get(name).cloned())
                .unwrap_or_default();
            let Some(spec) = field::find(name) else {
                continue;
            };
            let value = typed_as(spec, &text);
            match field::check(&FieldName::from(name), value) {
                Ok(value) => {
                    fields.insert(FieldName::from(name), value);
                }
                Err(problem) => wrong.push(FieldProblem {
                    field: format!("add-{name}"),
                    message: format!("{}: {}", t(label), words::field_problem(&problem)),
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
            let shard = tree.commune_of(village, today).map_or(village, |it| it.id);
            let registration = Registration {
                kind: SubjectKind::Household,
                shard,
                place: village,
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
    let ask = move |(name, label): (&'static str, &'static str)| {
        let keep = keep.clone();
        let id = format!("add-{name}");
        let own = id.clone();
        let error = Signal::derive(move || {
            problems.with(|it| {
                it.iter()
                    .find(|it| it.field == own)
                    .map(|it| it.message.clone())
            })
        });
        let kind = match name {
            field::NAME | field::HAMLET => FieldKind::Text,
            _ => FieldKind::Number,
        };
        view! {
            <TextField
                id
                label=ts(label)
                value=Signal::derive(move || typed.with(|it| it.get(name).cloned().unwrap_or_default()))
                error
                kind
                on_input=move |text| keep(name, text)
            />
        }
    };
    let first = ASKED[..FIRST]
        .iter()
        .copied()
        .map(ask.clone())
        .collect_view();
    let more = ASKED[FIRST..].iter().copied().map(ask).collect_view();
    view! {
        <form class="stack" on:submit=save novalidate>
            <ErrorSummary heading=ts("add.problem") problems/>
            {first}
            {live(move || twin.get().map(|name| view! {
                <Notice tone=Tone::Turmeric glyph=Glyph::Info title=tf("add.twin", &[("name", &name)])/>
            }))}
            <details class="official">
                <summary>{ts("add.more")}</summary>
                <div class="stack">{more}</div>
            </details>
            {live(move || doubted.get().map(|question| view! {
                <p class="row" role="alert"><Icon glyph=Glyph::Alert/>{question}</p>
            }))}
            <button type="submit" class="button" data-kind="primary" data-size="big" data-wide>
                {live(move || if doubted.with(Option::is_some) { t("add.save_so") } else { t("add.save") })}
            </button>
            <p class="muted">{ts("add.safe")}</p>
        </form>
    }
}
