//! A figure, one less, one more.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// A number set with two big buttons. The page says how it is written and where it ends, because
/// points have steps of their own.
#[component]
pub fn Stepper(
    /// What is counted, for the group.
    #[prop(into)]
    label: Signal<String>,
    /// The figure as written, or a dash while there is none.
    #[prop(into)]
    text: Signal<String>,
    /// What stands after the figure, for example `/ 10 điểm`.
    #[prop(into)]
    of: Signal<String>,
    #[prop(into)] less_label: Signal<String>,
    #[prop(into)] more_label: Signal<String>,
    #[prop(into)] on_less: Callback<()>,
    #[prop(into)] on_more: Callback<()>,
    /// Nothing less is possible.
    #[prop(optional, into)]
    at_least: Signal<bool>,
    /// Nothing more is possible.
    #[prop(optional, into)]
    at_most: Signal<bool>,
) -> impl IntoView {
    view! {
        <div class="stepper" role="group" aria-label=label>
            <button
                type="button"
                aria-label=less_label
                disabled=at_least
                on:click=move |_| on_less.run(())
            >
                <Icon glyph=Glyph::Minus/>
            </button>
            <p class="stepper-value">
                <output>{text}</output>
                <span class="of">{of}</span>
            </p>
            <button
                type="button"
                aria-label=more_label
                disabled=at_most
                on:click=move |_| on_more.run(())
            >
                <Icon glyph=Glyph::Plus/>
            </button>
        </div>
    }
}
