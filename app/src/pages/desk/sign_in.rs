//! SignInPage.

use leptos::prelude::*;

#[component]
pub fn SignInPage() -> impl IntoView {
    view! { <main class="page" id="main"><h1>"SignInPage"</h1></main> }
}
