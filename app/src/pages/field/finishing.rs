//! Handing a form in: the result at the top at once, what is missing, and the next one.

use leptos::html;
use leptos::prelude::*;
use shared::assessment::StageName;
use shared::criteria::CriterionCode;
use shared::roster::ListKey;
use shared::scoring::Reason;

use super::score::saved;
use super::sheet::{Lock, NotFinished, Sheet, told};
use super::{is_kept, places};
use crate::components::error_summary::focus;
use crate::components::{Badge, Glyph, Icon, Saved, Tone};
use crate::live::{When, live, memo};
use crate::locale::{t, tf, ts};
use crate::words;

/// How it stands with handing in the form of this page. Copy it freely.
#[derive(Clone, Copy)]
pub struct Finishing {
    pub sheet: Sheet,
    /// Handed in on this page, just now.
    done: RwSignal<bool>,
    problem: RwSignal<Option<NotFinished>>,
    /// Whether the questions stand on this page; otherwise each has a page of its own.
    has_questions: bool,
}

impl Finishing {
    pub fn new(sheet: Sheet, has_questions: bool) -> Self {
        let (done, problem) = (RwSignal::new(false), RwSignal::new(None));
        // Taken back, or opened to mend: it is not what just happened any more.
        Effect::new(move || {
            let is_sent = sheet.stage().is_some_and(StageName::is_scored);
            if (!is_sent || sheet.lock.get() == Lock::Open) && done.get_untracked() {
                done.set(false);
            }
        });
        // Answered meanwhile.
        Effect::new(move || {
            let is_missing = |it: &Option<NotFinished>| matches!(it, Some(NotFinished::Missing(_)));
            if sheet.score.with(|score| score.complete) && problem.with_untracked(is_missing) {
                problem.set(None);
            }
        });
        Self {
            sheet,
            done,
            problem,
            has_questions,
        }
    }

    fn finish(self) {
        let finished = self.sheet.finish();
        if finished.is_ok() {
            self.sheet.store.buzz();
        }
        self.done.set(finished.is_ok());
        self.problem.set(finished.err());
    }

    /// Where a question is answered.
    pub fn place(self, code: &CriterionCode) -> String {
        if self.has_questions {
            return format!("#{code}");
        }
        let group = self.sheet.set.indicator(code);
        let group = group.map_or("", |(group, _)| group.code.as_str());
        format!("/subject/{}/score/{group}#{code}", self.sheet.subject)
    }
}

/// What handing in came to. It takes the focus, so that eye, ear and thumb know at once.
#[component]
pub fn Outcome(finishing: Finishing) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    Effect::new(move || {
        let has_come = finishing.done.get() || finishing.problem.with(Option::is_some);
        if let Some(outcome) = node.get().filter(|_| has_come) {
            // When what it says is drawn.
            request_animation_frame(move || {
                outcome.scroll_into_view();
                // A node outside the document takes no focus; nothing is lost.
                let _ = outcome.focus();
            });
        }
    });
    view! {
        <div class="outcome" tabindex="-1" node_ref=node>
            {live(move || finishing.done.get().then(|| view! { <Done sheet=finishing.sheet/> }))}
            {live(move || finishing.problem.get().map(|problem| view! { <NotDone finishing problem/> }))}
        </div>
    }
}

#[component]
fn NotDone(finishing: Finishing, problem: NotFinished) -> impl IntoView {
    let missing = match problem {
        NotFinished::Missing(missing) => missing,
        NotFinished::Refused(refusal) => {
            return view! {
                <div class="error-summary" role="alert">
                    <h2><Icon glyph=Glyph::Alert/>{t("finish.problem")}</h2>
                    <p>{words::refusal(&refusal)}</p>
                </div>
            }
            .into_any();
        }
    };
    let question = |code: CriterionCode| {
        let href = finishing.place(&code);
        let asked = finishing.sheet.question(&code);
        let jump = move |event: leptos::ev::MouseEvent| {
            if finishing.has_questions {
                event.prevent_default();
                focus(code.as_str());
            }
        };
        view! { <li><a href=href on:click=jump>{asked}</a></li> }
    };
    view! {
        <div class="error-summary" role="alert">
            <h2><Icon glyph=Glyph::Alert/>{tf("finish.missing", &[("n", &missing.len())])}</h2>
            <p>{t("finish.nothing_changed")}</p>
            <ul>{missing.into_iter().map(question).collect_view()}</ul>
        </div>
    }
    .into_any()
}

/// The result of a form that was just handed in.
#[component]
fn Done(sheet: Sheet) -> impl IntoView {
    let store = sheet.store;
    let name = store.name_of(sheet.subject);
    let is_unsent = move || {
        let form = sheet.form.with(|form| form.as_ref().map(|form| form.id));
        form.is_some_and(|form| store.with(|replica| replica.has_unsent(form)))
    };
    let kept = move || match (is_unsent(), is_kept(store)) {
        (true, true) => t("finish.on_phone"),
        (true, false) => t("form.saving"),
        (false, _) => t("finish.received"),
    };
    view! {
        <section class="card result" data-tone="forest">
            <h2><Icon glyph=Glyph::Check/>{tf("finish.scored", &[("name", &words::named(sheet.kind, &name))])}</h2>
            <Verdict sheet/>
            <p class="row"><Icon glyph=Glyph::Phone/>{kept}</p>
        </section>
    }
}

/// Points, whether the family passes, and why.
#[component]
pub fn Verdict(sheet: Sheet) -> impl IntoView {
    let verdict = move || {
        let (passes, complete, word) = sheet.score.with(|score| {
            let passes = score.verdict.passes;
            (passes, score.complete, words::so_far(score, sheet.set))
        });
        let (tone, glyph) = match (passes, complete) {
            (Some(true), _) => (Tone::Forest, Glyph::Check),
            (Some(false), _) => (Tone::Red, Glyph::Alert),
            (None, true) => (Tone::Plain, Glyph::Check),
            (None, false) => (Tone::Plain, Glyph::Pen),
        };
        view! { <Badge tone glyph label=word/> }
    };
    let standing = move || sheet.score.with(words::standing);
    let left = move || {
        let left = sheet.score.with(|score| words::distance(score, sheet.set));
        lines(left)
    };
    view! {
        <p class="row verdict"><strong class="num">{standing}</strong>{verdict}</p>
        {live(left)}
        <Reasons sheet/>
    }
}

/// What took points, what was exempt, what the threshold is.
#[component]
fn Reasons(sheet: Sheet) -> impl IntoView {
    let reasons = memo(move || {
        sheet.score.with(|score| {
            let told = score.verdict.reasons.iter();
            let told = told.filter(|it| !matches!(it, Reason::NotScored { .. }));
            told.map(|it| words::reason(it, sheet.set))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <When when=move || !reasons.with(Vec::is_empty)>
            <details class="official">
                <summary>{ts("finish.reasons")}</summary>
                {live(move || lines(reasons.get()))}
            </details>
        </When>
    }
}

fn lines(texts: Vec<String>) -> Option<impl IntoView> {
    let lines = |texts: Vec<String>| texts.into_iter().map(|it| view! { <li>{it}</li> });
    (!texts.is_empty()).then(|| view! { <ul class="lines">{lines(texts).collect_view()}</ul> })
}

/// The foot: the score so far, and the one thing to do next.
#[component]
pub fn Foot(finishing: Finishing) -> impl IntoView {
    let Finishing { sheet, done, .. } = finishing;
    let store = sheet.store;
    let next = memo(move || store.next_subject(sheet.subject));
    let list = memo(move || {
        let place = store.document(sheet.subject)?.place;
        Some(places::address(ListKey {
            place,
            kind: sheet.kind,
        }))
    });
    let go = move || {
        match (done.get(), sheet.lock.get(), sheet.stage()) {
        (true, ..) => match next.get() {
            Some(next) => view! {
                <a class="button next" data-kind="primary" href=format!("/subject/{}/score", next.id)>
                    <span>{tf("finish.next", &[("name", &next.name)])}</span><Icon glyph=Glyph::Right/>
                </a>
            }
            .into_any(),
            None => to_list(list.get()),
        },
        (_, Lock::Open, Some(StageName::Submitted)) => view! {
            <button type="button" class="button" data-kind="primary" on:click=move |_| store.mend(None)>{t("form.mended")}</button>
        }
        .into_any(),
        (_, Lock::Open, _) => view! {
            <button type="button" class="button" data-kind="primary" on:click=move |_| finishing.finish()>{t("finish.done")}</button>
        }
        .into_any(),
        _ => to_list(list.get()),
    }
    };
    view! {
        <div class="foot">
            <p class="foot-text">
                <strong>{live(move || sheet.score.with(told))}</strong>
                <Saved label=saved(store)/>
            </p>
            {go}
        </div>
    }
}

fn to_list(list: Option<String>) -> AnyView {
    let href = list.unwrap_or_else(|| "/".to_owned());
    view! { <a class="button" data-kind="secondary" href=href>{t("finish.list")}</a> }.into_any()
}
