//! ScorePage.

use leptos::prelude::*;

#[component]
pub fn ScorePage() -> impl IntoView {
    view! { <main class="page" id="main"><h1>"ScorePage"</h1></main> }
}
