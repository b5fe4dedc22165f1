//! One figure of the dashboard with its target.

use leptos::prelude::*;

use super::meter::Meter;

/// A link to what is behind a figure. The children stand under the bar: first the counts with their
/// denominator, then the distance to the target and the week's change (a `<span>` each).
#[component]
pub fn Tile(
    #[prop(into)] label: Signal<String>,
    /// The figure as written, for example `61,4 %`.
    #[prop(into)]
    value: Signal<String>,
    #[prop(into)] href: Signal<String>,
    /// In percent, 0 to 100.
    #[prop(into)]
    share: Signal<f64>,
    /// In percent.
    #[prop(optional, into)]
    target: Signal<Option<f64>>,
    #[prop(optional, into)] behind: Signal<bool>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <a class="tile" href=href>
            <span class="tile-label">{label}</span>
            <span class="tile-value num">{value}</span>
            <Meter share target behind/>
            {children.map(|children| view! { <span class="tile-foot">{children()}</span> })}
        </a>
    }
}
