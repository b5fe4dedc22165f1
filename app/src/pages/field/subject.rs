//! SubjectPage.

use leptos::prelude::*;

#[component]
pub fn SubjectPage() -> impl IntoView {
    view! { <main class="page" id="main"><h1>"SubjectPage"</h1></main> }
}
