//! SubjectsPage.

use leptos::prelude::*;

#[component]
pub fn SubjectsPage() -> impl IntoView {
    view! { <main class="page" id="main"><h1>"SubjectsPage"</h1></main> }
}
