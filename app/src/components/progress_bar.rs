//! A woven bar.

use leptos::prelude::*;

/// A share of 100, in percent, with the brocade as its texture.
#[component]
pub fn ProgressBar(
    #[prop(into)] share: Signal<f64>,
    #[prop(into)] label: Signal<String>,
) -> impl IntoView {
    let percent = move || share.get().clamp(0.0, 100.0).round();
    view! {
        <div
            class="bar"
            role="progressbar"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || percent().to_string()
            style=move || format!("--share: {}", percent())
        >
            <div class="bar-fill"></div>
        </div>
    }
}
