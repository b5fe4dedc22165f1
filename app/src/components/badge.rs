//! State in one word, with its icon and colour.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::live::{When, follow};

/// The colour of a meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing has happened yet.
    #[default]
    Plain,
    /// Done on this phone.
    Indigo,
    /// Received, recognised.
    Forest,
    /// Waiting.
    Turmeric,
    /// Refused, failed, behind.
    Red,
    /// Information, being worked on.
    Sky,
}

impl Tone {
    /// The value of `data-tone`.
    pub const fn name(self) -> &'static str {
        match self {
            Tone::Plain => "plain",
            Tone::Indigo => "indigo",
            Tone::Forest => "forest",
            Tone::Turmeric => "turmeric",
            Tone::Red => "red",
            Tone::Sky => "sky",
        }
    }
}

/// A state: icon, then word. Colour never speaks alone.
#[component]
pub fn Badge(
    #[prop(into)] tone: Signal<Tone>,
    #[prop(into)] glyph: Signal<Glyph>,
    #[prop(into)] label: Signal<String>,
) -> impl IntoView {
    view! {
        <span class="badge" data-tone=follow(move || tone.get().name())>
            <Icon glyph/>
            {label}
        </span>
    }
}

/// The quiet tick after a touch. Announced politely; empty while `label` is empty.
#[component]
pub fn Saved(#[prop(into)] label: Signal<String>) -> impl IntoView {
    let shown = move || !label.with(String::is_empty);
    view! {
        <span class="saved" role="status">
            <When when=shown>
                <Icon glyph=Glyph::Check/>
            </When>
            {label}
        </span>
    }
}
