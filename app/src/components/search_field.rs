//! Search in a list.

use leptos::html;
use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::live::When;

/// A search field; `on_input` is called at every letter and with "" when it is cleared.
#[component]
pub fn SearchField(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] placeholder: Signal<String>,
    #[prop(into)] clear_label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let clear = move |_| {
        on_input.run(String::new());
        if let Some(input) = node.get_untracked() {
            let _ = input.focus();
        }
    };
    view! {
        <div class="search">
            <Icon glyph=Glyph::Search/>
            <input
                node_ref=node
                type="search"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                enterkeyhint="search"
                aria-label=label
                placeholder=placeholder
                prop:value=value
                on:input=move |event| on_input.run(event_target_value(&event))
            />
            <When when=move || !value.with(String::is_empty)>
                <button type="button" class="search-clear" aria-label=clear_label on:click=clear>
                    <Icon glyph=Glyph::Close/>
                </button>
            </When>
        </div>
    }
}
