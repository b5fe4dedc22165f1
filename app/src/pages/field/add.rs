//! AddPage.

use leptos::prelude::*;

#[component]
pub fn AddPage() -> impl IntoView {
    view! { <main class="page" id="main"><h1>"AddPage"</h1></main> }
}
