//! VillagePage.

use leptos::prelude::*;

#[component]
pub fn VillagePage() -> impl IntoView {
    view! { <main class="page" id="main"><h1>"VillagePage"</h1></main> }
}
