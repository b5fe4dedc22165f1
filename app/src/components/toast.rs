//! A short word after an act, with the way back.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// Shown while there is a message; the page takes it away again. Never the only place a thing is
/// said.
#[component]
pub fn Toast(
    #[prop(into)] message: Signal<Option<String>>,
    /// What the button does with it.
    #[prop(into)]
    action: Signal<String>,
    #[prop(into)] on_action: Callback<()>,
) -> impl IntoView {
    let inside = move || {
        message.get().map(|message| {
            view! {
                <Icon glyph=Glyph::Check/>
                <span>{message}</span>
                <button type="button" class="toast-action" on:click=move |_| on_action.run(())>{action}</button>
            }
        })
    };
    view! { <div class="toast" role="status">{inside}</div> }
}
