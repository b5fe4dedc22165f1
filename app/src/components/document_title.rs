//! The title of the document, which the browser shows in its tab.

use leptos::prelude::*;
use leptos_meta::Title;

/// A rendered page's title is made at once: its head is put together after everything else, maybe on another thread, where
/// the page's own signals are not found any more. `leptos_meta` writes it there as it is (0.8.7, `inject_meta_context`), and
/// it holds people's names; the browser's own `document.title` takes text.
#[component]
pub fn DocumentTitle(#[prop(into)] text: Signal<String>) -> impl IntoView {
    #[cfg(feature = "ssr")]
    let text = text
        .get_untracked()
        .replace('&', "&amp;")
        .replace('<', "&lt;");
    #[cfg(not(feature = "ssr"))]
    let text = move || text.get();
    view! { <Title text/> }
}
