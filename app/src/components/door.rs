//! The door: mark and name on dyed cloth, the form on paper.

use leptos::prelude::*;

use super::brocade::Brocade;
use super::document_title::DocumentTitle;

/// The whole page. The children stand on the paper.
#[component]
pub fn Door(
    #[prop(into)] name: Signal<String>,
    /// What it is for, in a line.
    #[prop(into)]
    what: Signal<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <DocumentTitle text=name/>
        <div class="app">
            <main class="door" id="main">
                <div class="door-cloth">
                    <img src="/icons/icon.svg" alt="" width="96" height="96"/>
                    <h1>{name}</h1>
                    <p>{what}</p>
                </div>
                <Brocade/>
                <div class="door-paper">{children()}</div>
            </main>
        </div>
    }
}
