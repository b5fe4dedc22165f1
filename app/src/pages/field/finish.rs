//! The last screen: the score, why it is so, what is missing, and done.

use leptos::prelude::*;
use shared::assessment::{Move, StageName};
use shared::change::ChangeBody;
use shared::criteria::{CriterionCode, SetStatus, Title};
use shared::ids::DocumentId;
use shared::scoring::Reason;

use super::evidence::{Asked, Pieces};
use super::frame::FieldFrame;
use super::{assessment, families, is_kept, is_open, param, scored, set_for};
use crate::components::error_summary::FieldProblem;
use crate::components::{Badge, Empty, ErrorSummary, Glyph, Notice, Tone};
use crate::locale::{t, tf, ts};
use crate::store::FieldStore;
use crate::words;

#[component]
pub fn FinishPage() -> impl IntoView {
    let store = FieldStore::expect();
    let id = param::<DocumentId>("id");
    let name = Memo::new(move |_| {
        id.get()
            .and_then(|id| store.document(id))
            .map(|it| it.name().to_owned())
    });
    let title = Signal::derive(move || name.get().unwrap_or_else(|| t("subject.title")));
    let back = Signal::derive(move || {
        id.get()
            .map_or_else(|| "/".to_owned(), |id| format!("/subject/{id}/score"))
    });
    view! {
        <FieldFrame title subtitle=ts("finish.title") back bare=true>
            {move || match id.get().filter(|_| name.with(Option::is_some)) {
                Some(id) => view! { <Finish id/> }.into_any(),
                None => view! { <Empty glyph=Glyph::Search title=ts("subject.missing") text=ts("subject.missing_text")/> }.into_any(),
            }}
        </FieldFrame>
    }
}

#[component]
fn Finish(id: DocumentId) -> impl IntoView {
    let store = FieldStore::expect();
    let form = Memo::new(move |_| assessment(store, id));
    let stage = Memo::new(move |_| form.with(|it| Some(it.as_ref()?.assessment()?.stage.name())));
    let result =
        Memo::new(move |_| form.with(|it| it.as_ref().and_then(scored).map(|(_, score)| score)));
    let set = set_for(store.year());
    let problems = RwSignal::new(Vec::<FieldProblem>::new());
    let asked = move |code: &CriterionCode| {
        let found = set.and_then(|set| set.indicator(code));
        found.map_or_else(|| code.to_string(), |(_, it)| it.question.clone())
    };
    let href = move |code: &CriterionCode| {
        let group = set
            .and_then(|set| set.indicator(code))
            .map(|(group, _)| group.code.to_string());
        format!("/subject/{id}/score/{}#{code}", group.unwrap_or_default())
    };
    let finish = move |_| {
        let recorded = store
            .open_assessment(id.into(), Title::LearningFamily, store.year())
            .and_then(|doc| store.record(doc, ChangeBody::Advance(Move::Submit)));
        problems.set(match recorded {
            Ok(()) => Vec::new(),
            Err(refusal) => vec![FieldProblem {
                field: "missing".to_owned(),
                message: words::refusal(&refusal),
            }],
        });
    };
    let is_sent = move || stage.get().is_some_and(StageName::is_scored);
    let closed = Signal::derive(move || {
        form.with(|it| {
            let head = it.as_ref().and_then(|it| it.assessment());
            head.is_some_and(|head| !head.stage.is_open())
        })
    });
    let unsent = move || {
        form.with(|it| {
            it.as_ref()
                .is_some_and(|it| store.with(|replica| replica.has_unsent(it.id)))
        })
    };
    let village = Memo::new(move |_| store.document(id).map(|it| it.place));
    let next = move || {
        let village = village.get()?;
        families(store, village)
            .into_iter()
            .find(|it| it.id != id && is_open(it.stage))
            .map(|it| it.id)
    };
    let reasons = move || {
        let (Some(score), Some(set)) = (result.get(), set) else {
            return Vec::new();
        };
        let told = score
            .reasons
            .iter()
            .filter(|it| !matches!(it, Reason::NotScored { .. }));
        told.map(|it| words::reason(it, set)).collect::<Vec<_>>()
    };
    view! {
        <ErrorSummary heading=ts("finish.problem") problems/>
        {move || result.get().map(|score| {
            let (tone, glyph, word) = match score.passed {
                Some(true) => (Tone::Forest, Glyph::Check, ts("finish.passes")),
                Some(false) => (Tone::Red, Glyph::Alert, ts("finish.fails")),
                None => (Tone::Plain, Glyph::Pen, ts("finish.open")),
            };
            view! {
                <section class="card" data-tone=(tone != Tone::Plain).then(|| tone.name())>
                    <div class="card-head">
                        <h2>{tf("subject.points", &[("got", &words::points(score.total)), ("max", &words::points(score.max))])}</h2>
                        <Badge tone glyph label=word/>
                    </div>
                    {set.filter(|set| set.status != SetStatus::Complete).map(|_| view! { <p class="muted">{t("finish.partial")}</p> })}
                </section>
            }
        })}
        <section id="missing" tabindex="-1">
            {move || {
                let missing = result.get().map(|it| it.missing).unwrap_or_else(|| {
                    set.map(|set| set.indicators().map(|it| it.code.clone()).collect()).unwrap_or_default()
                });
                (!missing.is_empty()).then(|| view! {
                    <h2>{tf("finish.missing", &[("n", &missing.len())])}</h2>
                    <ul class="lines" data-links>
                        {missing.iter().map(|code| view! { <li><a href=href(code)>{asked(code)}</a></li> }).collect_view()}
                    </ul>
                })
            }}
        </section>
        {move || {
            let reasons = reasons();
            (!reasons.is_empty()).then(|| view! {
                <section class="stack" data-gap="s">
                    <h2>{ts("finish.reasons")}</h2>
                    <ul class="lines">{reasons.into_iter().map(|it| view! { <li>{it}</li> }).collect_view()}</ul>
                </section>
            })
        }}
        <section class="stack" data-gap="s" id="evidence">
            <h2>{ts("evidence.title")}</h2>
            <p class="muted">{ts("evidence.why")}</p>
            <Pieces id form asked=Asked::ALL disabled=closed/>
        </section>
        {move || if is_sent() {
            view! {
                <Notice tone=Tone::Forest glyph=Glyph::Check title=Signal::derive(move || match (unsent(), is_kept(store)) {
                    (true, true) => t("finish.on_phone"),
                    (true, false) => t("form.saving"),
                    (false, _) => t("finish.received"),
                })>
                    <p>{move || if unsent() { t("finish.on_phone_text") } else { t("finish.received_text") }}</p>
                </Notice>
                <div class="stack">
                    {next().map(|next| view! { <a class="button" data-kind="primary" data-size="big" data-wide href=format!("/subject/{next}/score")>{t("finish.next_family")}</a> })}
                    {village.get().map(|village| view! { <a class="button" data-kind="secondary" data-wide href=format!("/village/{village}")>{t("finish.list")}</a> })}
                </div>
            }.into_any()
        } else {
            view! {
                <div class="foot">
                    <p class="foot-text"><strong>{move || result.get().map(|it| super::score::told(&it))}</strong></p>
                    <button type="button" class="button" data-kind="primary" on:click=finish>{ts("finish.done")}</button>
                </div>
            }.into_any()
        }}
    }
}
