//! The woven band.

use leptos::prelude::*;

/// The band under a page's header and at the head of a certificate; nowhere else.
#[component]
pub fn Brocade() -> impl IntoView {
    view! { <div class="brocade" aria-hidden="true"></div> }
}
