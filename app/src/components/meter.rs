//! A flat bar with the target's mark.

use leptos::prelude::*;

use crate::live::follow;

/// A share of 100 beside its target, both in percent. A drawing only: the figure stands beside it. Where it fills a cell of
/// a table by itself it has a name, or the cell would be heard as empty.
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
    /// What it says, heard only.
    #[prop(optional, into)]
    name: Option<String>,
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
            data-behind=follow(move || behind.get().then_some(""))
            style=style
            role=name.is_some().then_some("img")
            aria-hidden=name.is_none().then_some("true")
            aria-label=name
        ></span>
    }
}
