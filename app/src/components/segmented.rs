//! A big choice of one among few.

use leptos::prelude::*;

use crate::live::memo;

/// One answer.
#[derive(Clone)]
pub struct Segment<T> {
    pub value: T,
    pub label: Signal<String>,
    /// On a line of its own, for an answer that takes a sentence.
    pub wide: bool,
}

/// Radio buttons as tall as a thumb; none is chosen while `chosen` is `None`.
#[component]
pub fn Segmented<T>(
    /// The question. Heard only, unless `show_legend`.
    #[prop(into)]
    legend: Signal<String>,
    #[prop(optional)] show_legend: bool,
    /// Tells this choice from the others on the page.
    #[prop(into)]
    name: String,
    segments: Vec<Segment<T>>,
    #[prop(into)] chosen: Signal<Option<T>>,
    #[prop(into)] on_choose: Callback<T>,
    /// 2 or 3 for short answers side by side.
    #[prop(optional)]
    columns: Option<u8>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let segment = move |(index, Segment { value, label, wide }): (usize, Segment<T>)| {
        let compared = value.clone();
        let checked = memo(move || chosen.with(|chosen| chosen.as_ref() == Some(&compared)));
        view! {
            <label class="option" data-wide=wide.then_some("")>
                <input
                    type="radio"
                    name=name.clone()
                    value=index.to_string()
                    checked=checked.get_untracked()
                    prop:checked=checked
                    disabled=disabled
                    on:change=move |_| on_choose.run(value.clone())
                />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choice" data-columns=columns.map(|columns| columns.to_string())>
            <legend class:visually-hidden=!show_legend>{legend}</legend>
            {segments.into_iter().enumerate().map(segment).collect_view()}
        </fieldset>
    }
}
