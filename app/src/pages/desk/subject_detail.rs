//! SubjectDetailPage.

use leptos::prelude::*;

#[component]
pub fn SubjectDetailPage() -> impl IntoView {
    view! { <main class="page" id="main"><h1>"SubjectDetailPage"</h1></main> }
}
