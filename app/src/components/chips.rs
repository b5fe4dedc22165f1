//! Filters of which one is chosen, in one line that scrolls.

use leptos::prelude::*;

use crate::live::live;

/// One filter.
#[derive(Clone)]
pub struct Chip<T> {
    pub value: T,
    pub label: Signal<String>,
    /// How many it would show.
    pub count: Signal<Option<usize>>,
}

/// A row of filters; exactly one is pressed.
#[component]
pub fn Chips<T>(
    #[prop(into)] label: Signal<String>,
    chips: Vec<Chip<T>>,
    #[prop(into)] chosen: Signal<T>,
    #[prop(into)] on_choose: Callback<T>,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let chip = move |Chip {
                         value,
                         label,
                         count,
                     }: Chip<T>| {
        let compared = value.clone();
        let pressed = move || chosen.with(|chosen| *chosen == compared).to_string();
        view! {
            <li>
                <button
                    type="button"
                    class="chip"
                    aria-pressed=pressed
                    on:click=move |_| on_choose.run(value.clone())
                >
                    {label}
                    {live(move || count.get().map(|count| view! { <span class="num">{count}</span> }))}
                </button>
            </li>
        }
    };
    view! {
        <ul class="chips" aria-label=label>
            {chips.into_iter().map(chip).collect_view()}
        </ul>
    }
}
