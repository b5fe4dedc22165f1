//! The last screen of the form: the score, why it is so, what proves it, and done.

use leptos::prelude::*;
use shared::ids::DocumentId;

use super::evidence::{Asked, Pieces};
use super::finishing::{Finishing, Foot, Outcome, Verdict};
use super::form::{Locked, Partial};
use super::frame::FieldFrame;
use super::param;
use super::sheet::{Lock, Sheet};
use crate::components::{Empty, Glyph};
use crate::locale::{t, tf, ts};
use crate::store::FieldStore;

#[component]
pub fn FinishPage() -> impl IntoView {
    let store = FieldStore::expect();
    let id = param::<DocumentId>("id");
    let name = Memo::new(move |_| {
        id.get()
            .and_then(|id| Some(store.document(id)?.name().to_owned()))
    });
    let title = Signal::derive(move || name.get().unwrap_or_else(|| t("subject.title")));
    let back = Signal::derive(move || match id.get() {
        Some(id) => format!("/subject/{id}/score"),
        None => "/".to_owned(),
    });
    view! {
        <FieldFrame title subtitle=ts("finish.title") back bare=true>
            {move || match id.get().filter(|_| name.with(Option::is_some)).and_then(|id| Sheet::of(store, id)) {
                Some(sheet) => view! { <Finish sheet/> }.into_any(),
                None => view! { <Empty glyph=Glyph::Search title=ts("subject.missing") text=ts("subject.missing_text")/> }.into_any(),
            }}
        </FieldFrame>
    }
}

#[component]
fn Finish(sheet: Sheet) -> impl IntoView {
    let finishing = Finishing::new(sheet, false);
    // A photo may be added to what was sent; only what the rules closed takes none.
    let closed = Signal::derive(move || matches!(sheet.lock.get(), Lock::Closed(_)));
    let missing = move || {
        let codes = sheet.score.with(|score| score.missing.clone());
        let link = |code: &shared::criteria::CriterionCode| {
            view! { <li><a href=finishing.place(code)>{sheet.question(code)}</a></li> }
        };
        (!codes.is_empty()).then(|| {
            view! {
                <section>
                    <h2>{tf("finish.missing", &[("n", &codes.len())])}</h2>
                    <ul class="lines" data-links>{codes.iter().map(link).collect_view()}</ul>
                </section>
            }
        })
    };
    view! {
        <Outcome finishing/>
        <Locked sheet/>
        <section class="card">
            <h2>{ts("finish.result")}</h2>
            <Verdict sheet/>
            <Partial set=sheet.set/>
        </section>
        {missing}
        <section class="stack" data-gap="s" id="evidence">
            <h2>{ts("evidence.title")}</h2>
            <p class="muted">{ts("evidence.why")}</p>
            <Pieces id=sheet.subject form=sheet.form asked=Asked::ALL disabled=closed/>
        </section>
        <Foot finishing/>
    }
}
