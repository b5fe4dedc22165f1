//! The form on one page: most answers of most families are the best ones, so a group is answered at once and the exceptions
//! afterwards (`docs/adr/0012`).

use leptos::prelude::*;
use shared::criteria::{CriteriaSet, CriterionCode, Group, Indicator, SetStatus};

use super::criterion::{Question, Remarked};
use super::finishing::{Finishing, Foot, Outcome};
use super::score::points_of;
use super::sheet::{Lock, Sheet};
use super::sheet_frame::SheetFrame;
use crate::components::{Glyph, Icon, Notice, Tone};
use crate::live::{When, follow, live, memo};
use crate::locale::{t, tf, ts};
use crate::store::FieldStore;
use crate::words;

#[component]
pub fn FormPage() -> impl IntoView {
    view! {
        <SheetFrame
            subtitle=form_of_year()
            back=|id| format!("/subject/{id}")
            page=|sheet| view! { <Form sheet/> }.into_any()
        />
    }
}

/// Which year's form it is, for the line above the name.
pub fn form_of_year() -> Signal<String> {
    let store = FieldStore::expect();
    Signal::derive(move || tf("subject.form_of", &[("year", &store.year())]))
}

#[component]
fn Form(sheet: Sheet) -> impl IntoView {
    let finishing = Finishing::new(sheet, true);
    let open = RwSignal::new(None::<String>);
    let id = sheet.subject;
    let first = sheet.set.groups.first().map(|it| it.code.to_string());
    view! {
        <Outcome finishing/>
        <Partial set=sheet.set/>
        <AnotherSet sheet/>
        <Locked sheet/>
        {live(move || sheet.comment().map(|comment| view! {
            <Notice tone=Tone::Red glyph=Glyph::Returned title=ts("subject.returned")><p>{comment}</p></Notice>
        }))}
        <CopyBefore sheet/>
        {sheet.set.groups.iter().map(|group| view! { <GroupCard sheet group open/> }).collect_view()}
        <p class="row">
            <a class="button" data-kind="quiet" href=format!("/subject/{id}/score/finish")><Icon glyph=Glyph::Camera/>{ts("form.evidence")}</a>
            {first.map(|first| view! { <a class="button" data-kind="quiet" href=format!("/subject/{id}/score/{first}")><Icon glyph=Glyph::Pen/>{ts("form.one_by_one")}</a> })}
        </p>
        <Foot finishing/>
    }
}

/// The answers of the form before, for somebody of the same family or class. What takes the button's place is as tall as it.
#[component]
fn CopyBefore(sheet: Sheet) -> impl IntoView {
    let copied = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let copy = move |_| {
        let said = sheet.copy();
        copied.set(said.is_ok());
        problem.set(said.err().map(|refusal| words::refusal(&refusal)));
    };
    live(move || match (copied.get(), sheet.copyable()) {
        (_, Some((before, _))) => {
            let name = sheet.store.name_of(before);
            let label = tf("form.copy", &[("name", &name)]);
            Some(view! {
                <div class="stack" data-gap="s">
                    <button type="button" class="button" data-kind="secondary" data-wide on:click=copy>{label}</button>
                    {live(move || problem.get().map(|why| view! { <p class="field-error" role="alert"><Icon glyph=Glyph::Alert/>{why}</p> }))}
                </div>
            }
            .into_any())
        }
        (true, None) => Some(
            view! { <p class="group-done"><Icon glyph=Glyph::Check/>{t("form.copied")}</p> }
                .into_any(),
        ),
        (false, None) => None,
    })
}

/// A group: its questions in lines, and one tap for all that have no answer yet.
#[component]
fn GroupCard(
    sheet: Sheet,
    group: &'static Group,
    /// The question whose answers are in sight.
    open: RwSignal<Option<String>>,
) -> impl IntoView {
    let problem = RwSignal::new(None::<String>);
    let missing = memo(move || sheet.missing_in(group).len());
    let quick = memo(move || sheet.best_in(group).len());
    let all = group.indicators.len();
    let best = move |_| {
        let said = sheet.say_best(group);
        problem.set(said.err().map(|refusal| words::refusal(&refusal)));
    };
    // What takes the button's place is as tall as the button, so that nothing moves under the thumb.
    let action = move || {
        match (missing.get(), quick.get(), sheet.is_locked()) {
        (0, ..) => view! {
            <p class="group-done"><Icon glyph=Glyph::Check/>{tf("form.answered", &[("n", &all)])}</p>
        }.into_any(),
        (left, 0, _) | (left, _, true) => view! {
            <p class="group-done">{tf("form.missing", &[("n", &left)])}</p>
        }.into_any(),
        (_, left, false) => {
            let label = if left == all { t("form.all_best") } else { tf("form.rest_best", &[("n", &left)]) };
            let heard = format!("{label}: {}", words::group(group));
            view! {
                <button type="button" class="button" data-kind="secondary" data-wide on:click=best aria-label=heard>
                    <Icon glyph=Glyph::Check/>{label}
                </button>
            }.into_any()
        }
    }
    };
    view! {
        <section class="card group-card" id=group.code.to_string()>
            <div class="card-head">
                <h2>{words::group(group)}</h2>
                {points_of(sheet, group)}
            </div>
            {action}
            {live(move || problem.get().map(|why| view! { <p class="field-error" role="alert"><Icon glyph=Glyph::Alert/>{why}</p> }))}
            <ul class="answers">
                {group.indicators.iter().map(|indicator| view! { <Line sheet group indicator open/> }).collect_view()}
            </ul>
        </section>
    }
}

/// A question in a line with its answer; touched, it opens.
#[component]
fn Line(
    sheet: Sheet,
    group: &'static Group,
    indicator: &'static Indicator,
    open: RwSignal<Option<String>>,
) -> impl IntoView {
    let code = indicator.code.to_string();
    let body = format!("answers-{code}");
    let own = code.clone();
    let is_open = memo(move || open.with(|open| open.as_deref() == Some(own.as_str())));
    let own = code.clone();
    let toggle = move |_| {
        open.update(|open| *open = (open.as_deref() != Some(own.as_str())).then(|| own.clone()))
    };
    view! {
        <li>
            <h3>
                <button
                    type="button"
                    class="answer-line"
                    id=code
                    aria-expanded=follow(move || is_open.get().to_string())
                    aria-controls=body.clone()
                    on:click=toggle
                >
                    <span class="answer-text">{words::question(indicator)}</span>
                    <Given sheet group indicator/>
                </button>
            </h3>
            <When when=move || !is_open.get()>
                <Remarked sheet indicator/>
            </When>
            <div id=body>
                <When when=move || is_open.get()>
                    <Question sheet group indicator/>
                </When>
            </div>
        </li>
    }
}

/// The answer that counts now, in a word.
#[component]
pub fn Given(sheet: Sheet, group: &'static Group, indicator: &'static Indicator) -> impl IntoView {
    let given = memo(move || match sheet.answer(&indicator.code) {
        Some(answer) => Some(words::answer(&answer)),
        None => sheet
            .granted(group, indicator)
            .map(|_| t("answer.exempt"))
            .or_else(|| {
                sheet
                    .counted(indicator)
                    .map(|counted| words::answer(&counted))
            }),
    });
    move || {
        match given.get() {
        Some(given) => view! { <span class="given">{given}</span> }.into_any(),
        None => view! { <span class="given" data-none="">"– "<span class="visually-hidden">{t("form.unanswered")}</span></span> }.into_any(),
    }
    }
}

/// That a result is for the survey only, said before anybody scores.
#[component]
pub fn Partial(set: &'static CriteriaSet) -> impl IntoView {
    let year = untrack(|| FieldStore::expect().year());
    let said = match set.status {
        // What a unit is judged by follows from who manages it; where nobody has said that, the last set for all of them is left.
        _ if !set.judges(year) => Some("form.ended"),
        SetStatus::Complete => None,
        SetStatus::Partial | SetStatus::Draft => Some("form.partial"),
    };
    said.map(|key| {
        view! {
            <p class="row small muted partial"><Icon glyph=Glyph::Info/><span>{ts(key)}</span></p>
        }
    })
}

/// That another set judges this year than the one the form was begun with, what would become of the answers, and the deliberate
/// step to it.
#[component]
pub fn AnotherSet(sheet: Sheet) -> impl IntoView {
    let problem = RwSignal::new(None::<String>);
    let switch = move |set: &'static CriteriaSet| {
        problem.set(
            sheet
                .use_set(set)
                .err()
                .map(|refusal| words::refusal(&refusal)),
        );
    };
    live(move || {
        let (set, carried) = sheet.another_set()?;
        let n = |codes: &[CriterionCode]| codes.len();
        Some(view! {
            <Notice tone=Tone::Turmeric glyph=Glyph::Alert title=tf("form.another_set", &[("set", &set.name)])>
                <p>{tf("form.judged_by", &[("set", &sheet.set.name)])}</p>
                <ul>
                    <li>{tf("form.carried_kept", &[("n", &n(&carried.kept))])}</li>
                    <li>{tf("form.carried_open", &[("n", &n(&carried.open))])}</li>
                    {(!carried.left.is_empty()).then(|| view! { <li>{tf("form.carried_left", &[("n", &n(&carried.left))])}</li> })}
                </ul>
                <button type="button" class="button" data-kind="secondary" on:click=move |_| switch(set)>{t("form.use_set")}</button>
                {live(move || problem.get().map(|why| view! { <p class="field-error" role="alert"><Icon glyph=Glyph::Alert/>{why}</p> }))}
            </Notice>
        })
    })
}

/// Why nothing can be answered here, and the deliberate step to mend what was sent.
#[component]
pub fn Locked(sheet: Sheet) -> impl IntoView {
    let store = FieldStore::expect();
    move || {
        match sheet.lock.get() {
        Lock::Open => None,
        Lock::Sent => Some(view! {
            <Notice tone=Tone::Sky glyph=Glyph::Lock title=ts("form.sent")>
                <p>{if sheet.verifies() { t("form.sent_commune") } else { t("form.sent_text") }}</p>
                <button type="button" class="button" data-kind="secondary" on:click=move |_| store.mend(Some(sheet.subject))>
                    <Icon glyph=Glyph::Pen/>{t("form.mend")}
                </button>
            </Notice>
        }.into_any()),
        Lock::Closed(stage) => Some(view! {
            <Notice tone=Tone::Sky glyph=Glyph::Lock title=Signal::derive(move || words::closed(stage))/>
        }.into_any()),
    }
    }
}
