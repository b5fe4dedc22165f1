//! What happened, what is safe, what to do.

use leptos::prelude::*;

use super::badge::Tone;
use super::icon::{Glyph, Icon};

/// A word of the app inside the page. The children are a paragraph and, if there is something to
/// do, one button.
#[component]
pub fn Notice(
    tone: Tone,
    glyph: Glyph,
    #[prop(into)] title: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="notice" data-tone=tone.name()>
            <Icon glyph/>
            <div class="notice-text">
                <strong>{title}</strong>
                {children.map(|children| children())}
            </div>
        </div>
    }
}
