//! The head of a page.

use leptos::prelude::*;

use super::brocade::Brocade;
use super::document_title::DocumentTitle;
use super::icon::{Glyph, Icon};
use crate::live::When;
use crate::locale::t;

/// Dyed cloth with the page's name, and the woven band under it. The children are actions at the
/// right.
#[component]
pub fn PageHeader(
    #[prop(into)] title: Signal<String>,
    /// The line above the title: whose page, in which unit.
    #[prop(optional, into)]
    who: Signal<String>,
    /// The page above this one.
    #[prop(optional, into)]
    back: Option<Signal<String>>,
    /// Where `back` leads, heard only.
    #[prop(optional, into)]
    back_label: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <DocumentTitle text=Signal::derive(move || format!("{} – {}", title.get(), t("app.name")))/>
        <header class="top">
            <div class="top-bar">
                {back
                    .map(|back| {
                        view! {
                            <a class="back" href=back aria-label=back_label>
                                <Icon glyph=Glyph::Left/>
                            </a>
                        }
                    })}
                <div class="top-title">
                    <When when=move || !who.with(String::is_empty)>
                        <p class="who">{who}</p>
                    </When>
                    <h1>{title}</h1>
                </div>
                {children.map(|children| view! { <div class="top-end">{children()}</div> })}
            </div>
            <Brocade/>
        </header>
    }
}
