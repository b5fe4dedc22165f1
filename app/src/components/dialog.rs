//! One question at a time.

use leptos::html;
use leptos::prelude::*;

use crate::live::When;

/// A modal question. The children are the text and `.dialog-actions` with the safe answer first.
/// The browser keeps the focus inside and gives it back; Escape calls `on_close`.
#[component]
pub fn Dialog(
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] on_close: Callback<()>,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let (Some(dialog), open) = (node.get(), open.get()) else {
            return;
        };
        if open && !dialog.open() {
            // It fails only for a node outside the document, and then there is nothing to show.
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog node_ref=node class="dialog" aria-label=title on:close=move |_| on_close.run(())>
            <When when=move || open.get()>
                <h2>{title}</h2>
                {children()}
            </When>
        </dialog>
    }
}
