//! InstallPage.

use leptos::prelude::*;

#[component]
pub fn InstallPage() -> impl IntoView {
    view! { <main class="page" id="main"><h1>"InstallPage"</h1></main> }
}
