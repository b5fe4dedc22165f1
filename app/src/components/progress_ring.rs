//! A stitched ring.

use leptos::prelude::*;

use crate::live::follow;

/// The size of a ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RingSize {
    /// 48 px, for a row.
    Small,
    /// 80 px, for a card.
    #[default]
    Normal,
    /// 128 px, for the one figure of a page.
    Large,
}

/// A share of 100, in percent, as forty stitches around its figure.
#[component]
pub fn ProgressRing(
    #[prop(into)] share: Signal<f64>,
    /// The figure inside, for example `64 %`.
    #[prop(into)]
    text: Signal<String>,
    /// What is heard instead of the drawing: figure and meaning.
    #[prop(into)]
    label: Signal<String>,
    #[prop(optional)] size: RingSize,
) -> impl IntoView {
    let size = match size {
        RingSize::Small => Some("s"),
        RingSize::Normal => None,
        RingSize::Large => Some("l"),
    };
    view! {
        <figure
            class="ring"
            role="img"
            aria-label=label
            data-size=size
            data-done=follow(move || (share.get() >= 100.0).then_some(""))
            style=follow(move || format!("--share: {}", share.get().clamp(0.0, 100.0)))
        >
            <svg viewBox="0 0 80 80">
                <circle class="ring-track" cx="40" cy="40" r="34" pathLength="100"></circle>
                <circle class="ring-fill" cx="40" cy="40" r="34" pathLength="100"></circle>
                <circle class="ring-gaps" cx="40" cy="40" r="34" pathLength="100"></circle>
            </svg>
            <span class="ring-text" aria-hidden="true">
                {text}
            </span>
        </figure>
    }
}
