//! Offers across the page: install, update, the guided first minute.

use leptos::prelude::*;

/// An offer that can be put off. The children are its buttons.
#[component]
pub fn Banner(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] text: Signal<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <aside class="banner" aria-label=title>
            <div>
                <h2>{title}</h2>
                <p>{text}</p>
            </div>
            <div class="row">{children()}</div>
        </aside>
    }
}

/// The guided first minute: a few steps, and the buttons (the children).
#[component]
pub fn Coach(
    #[prop(into)] kicker: Signal<String>,
    #[prop(into)] title: Signal<String>,
    steps: Vec<Signal<String>>,
    children: Children,
) -> impl IntoView {
    view! {
        <aside class="coach" aria-label=title>
            <p class="kicker">{kicker}</p>
            <h2>{title}</h2>
            <ol>{steps.into_iter().map(|step| view! { <li>{step}</li> }).collect_view()}</ol>
            <div class="row">{children()}</div>
        </aside>
    }
}
