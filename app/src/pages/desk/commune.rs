//! CommunePage.

use leptos::prelude::*;

#[component]
pub fn CommunePage() -> impl IntoView {
    view! { <main class="page" id="main"><h1>"CommunePage"</h1></main> }
}
