//! What the pages of a form have around them: whose it is, the way back, and a word where there is no such subject.

use leptos::prelude::*;
use shared::ids::DocumentId;

use super::frame::FieldFrame;
use super::param;
use super::sheet::Sheet;
use crate::components::{Empty, Glyph};
use crate::live::memo;
use crate::locale::{t, ts};
use crate::store::FieldStore;

/// The page of the subject in the address.
#[component]
pub fn SheetFrame<F>(
    /// A smaller line above the name.
    #[prop(into)]
    subtitle: Signal<String>,
    /// Where the back arrow leads, for a subject.
    back: fn(DocumentId) -> String,
    page: F,
) -> impl IntoView
where
    F: Fn(Sheet) -> AnyView + Clone + Send + Sync + 'static,
{
    let store = FieldStore::expect();
    let id = param::<DocumentId>("id");
    let name = memo(move || {
        id.get()
            .and_then(|id| Some(store.document(id)?.name().to_owned()))
    });
    // Whoever goes over to another set looks at another form.
    let set = memo(move || Some(&Sheet::set_of(store, id.get()?)?.id));
    let title = Signal::derive(move || name.get().unwrap_or_else(|| t("subject.title")));
    let back = Signal::derive(move || id.get().map_or_else(|| "/".to_owned(), back));
    view! {
        <FieldFrame title subtitle back bare=true>
            {
                let page = page.clone();
                move || match set.get().and(id.get()).filter(|_| name.with(Option::is_some)).and_then(|id| Sheet::of(store, id)) {
                    Some(sheet) => page(sheet),
                    None => view! { <Empty glyph=Glyph::Search title=ts("subject.missing") text=ts("subject.missing_text")/> }.into_any(),
                }
            }
        </FieldFrame>
    }
}
