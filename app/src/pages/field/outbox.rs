//! OutboxPage.

use leptos::prelude::*;

#[component]
pub fn OutboxPage() -> impl IntoView {
    view! { <main class="page" id="main"><h1>"OutboxPage"</h1></main> }
}
