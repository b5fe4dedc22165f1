//! The last screen of the form: the score, why it is so, what proves it, and done.

use leptos::prelude::*;

use super::evidence::{Asked, Pieces};
use super::finishing::{Finishing, Foot, Outcome, Verdict};
use super::form::{Locked, Partial};
use super::sheet::{Lock, Sheet};
use super::sheet_frame::SheetFrame;
use crate::locale::{tf, ts};

#[component]
pub fn FinishPage() -> impl IntoView {
    view! {
        <SheetFrame
            subtitle=ts("finish.title")
            back=|id| format!("/subject/{id}/score")
            page=|sheet| view! { <Finish sheet/> }.into_any()
        />
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
            <Pieces sheet asked=Asked::ALL disabled=closed/>
        </section>
        <Foot finishing/>
    }
}
