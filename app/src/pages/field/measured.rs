//! A question that is answered by two numbers: so many of so many, or a level and the year it was found for.

use leptos::prelude::*;
use shared::calendar::Year;
use shared::criteria::{Indicator, Measure};
use shared::scoring::Answer;

use crate::components::{FieldKind, TextField};
use crate::live::{When, live};
use crate::locale::{t, ts};

/// Both numbers make one answer; the first alone waits on the page for the second.
#[component]
pub fn Measured(
    indicator: &'static Indicator,
    measure: Measure,
    answer: Memo<Option<Answer>>,
    /// The year that a result is asked for, until somebody writes another.
    year: Year,
    #[prop(into)] disabled: Signal<bool>,
    #[prop(into)] on_say: Callback<Answer>,
) -> impl IntoView {
    let (first, second) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let error = RwSignal::new(None::<String>);
    // As it stands: also when it was taken back, or written by a colleague.
    Effect::new(move |_| {
        let (one, other) = match answer.get() {
            Some(Answer::Share { part, whole }) => (part.to_string(), whole.to_string()),
            Some(Answer::Result { level, year }) => (level.to_string(), year.to_string()),
            _ if measure == Measure::Result => (String::new(), year.to_string()),
            _ => (String::new(), String::new()),
        };
        first.set(one);
        second.set(other);
        error.set(None);
    });
    let leave = move || {
        let (one, other) = (first.get_untracked(), second.get_untracked());
        if one.trim().is_empty() || other.trim().is_empty() {
            return;
        }
        match typed(measure, &one, &other) {
            Some(said) => {
                error.set(None);
                on_say.run(said);
            }
            None => error.set(Some(t("answer.out_of_range"))),
        }
    };
    let (one, other) = match measure {
        Measure::Share => ("measured.part", "measured.whole"),
        Measure::Result => ("measured.level", "measured.year"),
    };
    let code = &indicator.code;
    view! {
        <When when=move || !disabled.get()>
            <div class="row">
                <TextField id=format!("{code}-1") label=ts(one) value=first error kind=FieldKind::Number
                    on_input=move |text| first.set(text) on_leave=move |_| leave()/>
                <TextField id=format!("{code}-2") label=ts(other) value=second kind=FieldKind::Number
                    on_input=move |text| second.set(text) on_leave=move |_| leave()/>
            </div>
        </When>
        {live(move || disabled.get().then(|| answer.get().map(|given| view! { <p>{crate::words::answer(&given)}</p> })))}
    }
}

fn typed(measure: Measure, one: &str, other: &str) -> Option<Answer> {
    let (one, other) = (one.trim(), other.trim());
    Some(match measure {
        Measure::Share => Answer::Share {
            part: one.parse().ok()?,
            whole: other.parse().ok()?,
        },
        Measure::Result => Answer::Result {
            level: one.parse().ok()?,
            year: Year::new(other.parse().ok()?)?,
        },
    })
}
