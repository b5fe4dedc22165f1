//! The door: mark and name on dyed cloth, the form on paper.

use leptos::prelude::*;
use leptos_meta::Title;

use super::brocade::Brocade;

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
        <Title text=move || name.get()/>
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
