//! No such page.

use leptos::prelude::*;

#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! { <main class="page" id="main"><h1>"404"</h1></main> }
}
