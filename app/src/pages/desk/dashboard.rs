//! DashboardPage.

use leptos::prelude::*;

#[component]
pub fn DashboardPage() -> impl IntoView {
    view! { <main class="page" id="main"><h1>"DashboardPage"</h1></main> }
}
