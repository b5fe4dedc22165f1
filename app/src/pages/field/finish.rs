//! FinishPage.

use leptos::prelude::*;

#[component]
pub fn FinishPage() -> impl IntoView {
    view! { <main class="page" id="main"><h1>"FinishPage"</h1></main> }
}
