//! A flat bar with the target's mark.

use leptos::prelude::*;

/// A share of 100 beside its target, both in percent. A drawing only: the figure stands beside it.
#[component]
pub fn Meter(
    #[prop(into)] share: Signal<f64>,
    #[prop(optional, into)] target: Signal<Option<f64>>,
    /// Drawn in red. The word that says so stands beside it.
    #[prop(optional, into)]
    behind: Signal<bool>,
    /// The taller bar of a table.
    #[prop(optional)]
    tall: bool,
) -> impl IntoView {
    let style = move || {
        let share = share.get().clamp(0.0, 100.0);
        match target.get() {
            Some(target) => format!("--share: {share}; --target: {}", target.clamp(0.0, 100.0)),
            None => format!("--share: {share}"),
        }
    };
    view! {
        <span
            class="meter"
            data-size=tall.then_some("l")
            data-behind=move || behind.get().then_some("")
            style=style
            aria-hidden="true"
        ></span>
    }
}
