//! What a form still needs, at its head, each a link to its field.

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

use super::icon::{Glyph, Icon};
use crate::live::{When, live};

/// One thing to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The `id` of the control.
    pub field: String,
    /// What to do, the same sentence as at the field.
    pub message: String,
}

/// Shown while there is something to mend. It takes the focus when it appears, so that a screen
/// reader and the eye start at the same place.
#[component]
pub fn ErrorSummary(
    #[prop(into)] heading: Signal<String>,
    #[prop(into)] problems: Signal<Vec<FieldProblem>>,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if let Some(summary) = node.get() {
            // A node outside the document takes no focus; nothing is lost.
            let _ = summary.focus();
        }
    });
    let problem = |FieldProblem { field, message }: FieldProblem| {
        let href = format!("#{field}");
        view! {
            <li>
                <a
                    href=href
                    on:click=move |event| {
                        event.prevent_default();
                        focus(&field);
                    }
                >
                    {message}
                </a>
            </li>
        }
    };
    view! {
        <When when=move || !problems.with(Vec::is_empty)>
            <div class="error-summary" role="alert" tabindex="-1" node_ref=node>
                <h2>
                    <Icon glyph=Glyph::Alert/>
                    {heading}
                </h2>
                <ul>{live(move || problems.get().into_iter().map(problem).collect_view())}</ul>
            </div>
        </When>
    }
}

/// Moves to the control, which a plain `#id` link of the router would only scroll to.
pub fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
