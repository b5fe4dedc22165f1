//! A subject: what is known of it, and its form of this year.

use leptos::prelude::*;
use shared::access::Role;
use shared::assessment::{Move, Phase, Stage, StageName};
use shared::change::ChangeBody;
use shared::document::Document;
use shared::field;
use shared::ids::DocumentId;
use shared::kind::SubjectKind;
use shared::roster::{ListKey, form_of};

use super::conflicts::{self, ClashCard};
use super::facts;
use super::frame::FieldFrame;
use super::link::{self, Members};
use super::{assessment, is_kept, param, places, scored};
use crate::components::{Badge, Empty, Glyph, Icon, Notice, TextField, Tone};
use crate::live::{When, live, memo};
use crate::locale::{t, tf, ts};
use crate::store::FieldStore;
use crate::words;

#[component]
pub fn SubjectPage() -> impl IntoView {
    let store = FieldStore::expect();
    let id = param::<DocumentId>("id");
    let document = memo(move || id.get().and_then(|id| store.document(id)));
    let title = Signal::derive(move || {
        document.with(|it| {
            it.as_ref()
                .map_or_else(|| t("subject.title"), |it| it.name().to_owned())
        })
    });
    let subtitle = Signal::derive(move || {
        let place = document.with(|it| it.as_ref().map(|it| it.place));
        let tree = store.tree().get();
        place
            .and_then(|place| tree.name(place, crate::clock::today()).map(str::to_owned))
            .unwrap_or_default()
    });
    let back = Signal::derive(move || {
        document.with(|it| {
            it.as_ref()
                .and_then(|it| {
                    Some(places::address(ListKey {
                        place: it.place,
                        kind: it.subject_kind()?,
                    }))
                })
                .unwrap_or_else(|| "/".to_owned())
        })
    });
    let kind = memo(move || document.with(|it| it.as_ref()?.subject_kind()));
    view! {
        <FieldFrame title subtitle back>
            {live(move || match id.get().zip(kind.get()) {
                Some((id, kind)) => view! { <Subject id kind document/> }.into_any(),
                None => view! { <Empty glyph=Glyph::Search title=ts("subject.missing") text=ts("subject.missing_text")/> }.into_any(),
            })}
        </FieldFrame>
    }
}

#[component]
fn Subject(id: DocumentId, kind: SubjectKind, document: Memo<Option<Document>>) -> impl IntoView {
    let store = FieldStore::expect();
    let fact = move |name: &'static str| {
        let shown = move || {
            document.with(|it| {
                link::value(
                    store,
                    name,
                    it.as_ref().and_then(|it| it.field(&name.into())),
                )
            })
        };
        view! {
            <dt>{live(move || words::field_name(name))}</dt>
            <dd>{shown}</dd>
        }
    };
    let merged = memo(move || document.with(|it| it.as_ref()?.merged_into()));
    // In one that was merged nobody writes any more.
    let work = move || {
        match merged.get() {
            Some(kept) => {
                // It may lie in another village, which this phone does not hold.
                let is_here = store.document(kept.into()).is_some();
                let to = is_here.then(|| view! {
                <a class="button" data-kind="secondary" href=format!("/subject/{kept}")>{t("subject.merged_to")}</a>
            });
                view! { <Notice tone=Tone::Turmeric glyph=Glyph::Info title=ts("subject.merged")>{to}</Notice> }.into_any()
            }
            None => view! {
                <Form id kind/>
                <Conflicts id/>
                <Contributions id kind/>
                <Doubts kind document/>
            }
            .into_any(),
        }
    };
    let edit = move || (merged.get().is_none()).then(|| view! { <facts::Edit id kind document/> });
    view! {
        {live(work)}
        <section class="card">
            <h2>{live(move || words::of_kind("subject.facts", kind))}</h2>
            <dl class="facts">{facts::shown(kind).map(fact).collect_view()}</dl>
            {live(edit)}
        </section>
        <Members id kind/>
    }
}

/// What it gave in the year: shown where anything was, asked for once the form is begun.
#[component]
fn Contributions(id: DocumentId, kind: SubjectKind) -> impl IntoView {
    let store = FieldStore::expect();
    let form = memo(move || assessment(store, id));
    let own = form_of(id, kind, untrack(|| store.year()));
    let given = move || {
        let given = form.with(|it| it.as_ref().map(Document::contribution));
        given.is_some_and(|given| !given.is_empty())
    };
    let is_open = memo(move || {
        form.with(|it| {
            it.as_ref()
                .and_then(Document::assessment)
                .is_some_and(|head| head.stage.is_open())
        })
    });
    let fact = move |name: &'static str| {
        let value = memo(move || {
            form.with(|it| it.as_ref()?.field(&name.into()).cloned())
                .filter(|value| *value != 0)
        });
        view! {
            <When when=move || value.with(Option::is_some)>
                <dt>{live(move || words::field_name(name))}</dt>
                <dd>{move || value.with(|value| words::field_value(name, value.as_ref()))}</dd>
            </When>
        }
    };
    let facts = move || field::FORM_FIELDS.iter().map(move |spec| fact(spec.name));
    view! {
        <When when=move || is_open.get() || given()>
            <section class="card">
                <h2>{live(move || tf("subject.gave", &[("year", &store.year())]))}</h2>
                <When when=given>
                    <dl class="facts">{facts().collect_view()}</dl>
                </When>
                <When when=move || is_open.get()>
                    <details class="official">
                        <summary>{ts("subject.gave_edit")}</summary>
                        <div class="stack">
                            <p class="hint">{ts("subject.gave_hint")}</p>
                            <facts::Gave id=own kind form/>
                        </div>
                    </details>
                </When>
            </section>
        </When>
    }
}

/// What somebody should ask, before all that is known.
#[component]
fn Doubts(kind: SubjectKind, document: Memo<Option<Document>>) -> impl IntoView {
    let doubts = move || {
        document.with(|it| {
            let all = it.iter().flat_map(|it| it.doubts.iter());
            all.map(|(name, why)| (name.clone(), why.clone()))
                .collect::<Vec<_>>()
        })
    };
    view! {
        <When when=move || !doubts().is_empty()>
            <Notice tone=Tone::Turmeric glyph=Glyph::Alert title=Signal::derive(move || words::of_kind("subject.doubts", kind))>
                <ul>
                    {live(move || doubts().into_iter().map(|(name, why)| view! {
                        <li>{words::field_name(name.as_str())} ": " {why}</li>
                    }).collect_view())}
                </ul>
            </Notice>
        </When>
    }
}

/// This year's form: how far it is, and the one thing to do.
#[component]
fn Form(id: DocumentId, kind: SubjectKind) -> impl IntoView {
    let store = FieldStore::expect();
    let form = memo(move || assessment(store, id));
    let stage = move || {
        form.with(|it| {
            it.as_ref()
                .and_then(|it| it.assessment())
                .map(|it| it.stage.clone())
        })
    };
    let name = move || stage().map(|it| it.name());
    let unsent = move || {
        form.with(|it| {
            it.as_ref()
                .is_some_and(|it| store.with(|replica| replica.has_unsent(it.id)))
        })
    };
    let action = move || match name() {
        None | Some(StageName::Registered) => words::of_kind("subject.score", kind),
        Some(StageName::InProgress) => t("subject.go_on"),
        Some(StageName::Returned) => t("subject.edit_form"),
        Some(_) => t("subject.see_form"),
    };
    let comment = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let step = move |step: Move| {
        if let Some(doc) = form.with_untracked(|it| it.as_ref().map(|it| it.id)) {
            problem.set(
                store
                    .record(doc, ChangeBody::Advance(step))
                    .err()
                    .map(|it| words::refusal(&it)),
            );
        }
    };
    let verifies = move || {
        let lies_there = |stage: StageName| stage.phase() == Phase::Commune;
        name().is_some_and(lies_there) && store.role().is_some_and(Role::verifies_at_home)
    };
    view! {
        <section class="card">
            <h2>{live(move || tf("subject.form_of", &[("year", &store.year())]))}</h2>
            <p class="row">
                <Badge
                    tone=Signal::derive(move || words::stage_tone(name()))
                    glyph=Glyph::Pen
                    label=Signal::derive(move || name().map_or_else(|| t("village.not_begun"), words::stage))
                />
                {live(move || form.with(|it| it.as_ref().and_then(scored)).map(|(_, score)| view! {
                    <strong>{words::standing(&score)}</strong>
                }))}
            </p>
            {live(move || match stage() {
                Some(Stage::Returned { comment }) => Some(view! {
                    <Notice tone=Tone::Red glyph=Glyph::Alert title=ts("subject.returned")><p>{comment}</p></Notice>
                }),
                _ => None,
            })}
            {live(move || form.with(|it| it.as_ref().and_then(Document::meeting)).map(|meeting| view! {
                <p class="row muted"><Icon glyph=Glyph::Users/>{words::meeting_said(&meeting)}</p>
            }))}
            <a class="button" data-kind="primary" data-size="big" data-wide href=format!("/subject/{id}/score")>{action}</a>
            <When when=move || form.with(Option::is_some)>
                <p class="row muted">
                    <Icon glyph=Signal::derive(move || if unsent() { Glyph::Phone } else { Glyph::Received })/>
                    {live(move || match (unsent(), is_kept(store)) {
                        (true, true) => t("subject.on_phone"),
                        (true, false) => t("form.saving"),
                        (false, _) => t("subject.received"),
                    })}
                </p>
            </When>
            <When when=verifies>
                <div class="stack">
                    <h3>{ts("subject.verify_title")}</h3>
                    <button type="button" class="button" data-kind="secondary" data-wide on:click=move |_| step(Move::Verify)>
                        <Icon glyph=Glyph::Check/>
                        {ts("step.verify")}
                    </button>
                    <TextField id="comment" label=ts("subject.comment") error=problem value=comment on_input=move |text| comment.set(text)/>
                    <button type="button" class="button" data-kind="secondary" data-wide on:click=move |_| step(Move::Return { comment: comment.get_untracked(), remarks: Default::default() })>
                        <Icon glyph=Glyph::Returned/>
                        {ts("step.return")}
                    </button>
                </div>
            </When>
        </section>
    }
}

/// What two people wrote apart, of the subject or of its form.
#[component]
fn Conflicts(id: DocumentId) -> impl IntoView {
    let store = FieldStore::expect();
    let clashes = memo(move || conflicts::of_subject(store, id));
    view! {
        <When when=move || !clashes.with(Vec::is_empty)>
            <section class="stack">
                <h2>{ts("conflicts.title")}</h2>
                {live(move || clashes.get().into_iter().map(|clash| view! { <ClashCard clash/> }).collect_view())}
            </section>
        </When>
    }
}
