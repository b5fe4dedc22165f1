//! The shape of what is coming.

use leptos::prelude::*;

/// A heading and some blocks, seen only after 200 ms. `label` is heard at once ("Đang mở danh sách
/// hộ").
#[component]
pub fn Skeleton(
    #[prop(into)] label: Signal<String>,
    /// How many rows or cards.
    #[prop(default = 4)]
    blocks: usize,
) -> impl IntoView {
    view! {
        <div role="status" class="visually-hidden">
            {label}
        </div>
        <div class="skeleton" aria-hidden="true">
            <i data-size="l"></i>
            <i data-size="s"></i>
            {(0..blocks).map(|_| view! { <i data-size="block"></i> }).collect_view()}
        </div>
    }
}
