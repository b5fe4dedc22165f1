//! The few places of the app: under the thumb on a phone, at the side of a desk.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::live::{When, follow};

/// One place.
#[derive(Clone)]
pub struct Place {
    pub href: String,
    pub label: Signal<String>,
    pub glyph: Glyph,
    /// Whether this is where the reader is.
    pub current: Signal<bool>,
    /// How many wait there; 0 shows nothing.
    pub count: Signal<usize>,
    /// What is counted, heard after the figure ("phiếu").
    pub count_label: Signal<String>,
}

impl Place {
    /// A place that counts nothing.
    pub fn new(
        href: impl Into<String>,
        label: impl Into<Signal<String>>,
        glyph: Glyph,
        current: impl Into<Signal<bool>>,
    ) -> Self {
        Self {
            href: href.into(),
            label: label.into(),
            glyph,
            current: current.into(),
            count: 0.into(),
            count_label: "".into(),
        }
    }

    /// The same place with a count on its icon.
    #[must_use]
    pub fn counting(
        self,
        count: impl Into<Signal<usize>>,
        count_label: impl Into<Signal<String>>,
    ) -> Self {
        Self {
            count: count.into(),
            count_label: count_label.into(),
            ..self
        }
    }
}

/// The navigation; the last child of `.app`.
#[component]
pub fn BottomBar(#[prop(into)] label: Signal<String>, places: Vec<Place>) -> impl IntoView {
    let place = |place: Place| {
        let Place {
            href,
            label,
            glyph,
            current,
            count,
            count_label,
        } = place;
        view! {
            <li>
                <a href=href aria-current=follow(move || current.get().then_some("page"))>
                    <Icon glyph/>
                    <span>{label}</span>
                    <When when=move || { count.get() > 0 }>
                        <span class="count">
                            {count} <span class="visually-hidden">" " {count_label}</span>
                        </span>
                    </When>
                </a>
            </li>
        }
    };
    view! {
        <nav class="nav" aria-label=label>
            <ul>{places.into_iter().map(place).collect_view()}</ul>
        </nav>
    }
}
