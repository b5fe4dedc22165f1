//! The way down: district, commune, village, family.

use leptos::prelude::*;

use crate::live::live;

/// One step. The last has no address: it is this page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    pub label: String,
    pub href: Option<String>,
}

/// The steps from the top to this page.
#[component]
pub fn Breadcrumbs(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] crumbs: Signal<Vec<Crumb>>,
) -> impl IntoView {
    let step = |Crumb { label, href }: Crumb| match href {
        Some(href) => view! { <li><a href=href>{label}</a></li> }.into_any(),
        None => view! { <li><span aria-current="page">{label}</span></li> }.into_any(),
    };
    view! {
        <nav class="breadcrumbs" aria-label=label>
            <ol>{live(move || crumbs.get().into_iter().map(step).collect_view())}</ol>
        </nav>
    }
}
