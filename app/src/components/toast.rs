//! A short word after an act.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// Shown while there is a message; the page takes it away again. Never the only place a thing is
/// said.
#[component]
pub fn Toast(#[prop(into)] message: Signal<Option<String>>) -> impl IntoView {
    let inside = move || {
        message.get().map(|message| {
            view! {
                <Icon glyph=Glyph::Check/>
                {message}
            }
        })
    };
    view! { <div class="toast" role="status">{inside}</div> }
}
