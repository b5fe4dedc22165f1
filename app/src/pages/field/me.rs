//! MePage.

use leptos::prelude::*;

#[component]
pub fn MePage() -> impl IntoView {
    view! { <main class="page" id="main"><h1>"MePage"</h1></main> }
}
