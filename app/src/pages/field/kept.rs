//! What is typed on a page of many small answers, kept on the phone until it is recorded.

use leptos::prelude::*;
use shared::SortedMap;

use crate::store::FieldStore;

/// Texts by names of the page's own. Copy it freely.
#[derive(Clone, Copy)]
pub struct Kept {
    store: FieldStore,
    draft: StoredValue<String>,
    texts: RwSignal<SortedMap<String, String>>,
}

impl Kept {
    /// What was kept under the name of a draft when the page was last open.
    pub fn of(store: FieldStore, draft: String) -> Self {
        let texts = store
            .draft(&draft)
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        Self {
            store,
            draft: StoredValue::new(draft),
            texts: RwSignal::new(texts),
        }
    }

    /// Puts a text in sight where nobody has typed one. By itself it is not kept: what is suggested today may be wrong tomorrow.
    pub fn suggest(self, name: &str, text: String) {
        self.texts.update(|it| {
            it.entry(name.to_owned()).or_insert(text);
        });
    }

    /// Tracked; nothing where nothing was typed.
    pub fn text(self, name: &str) -> String {
        let text = self.texts.with(|it| it.get(name).cloned());
        text.unwrap_or_default()
    }

    pub fn keep(self, name: &str, text: String) {
        self.texts.update(|it| {
            it.insert(name.to_owned(), text);
        });
        let written = self.texts.with_untracked(serde_json::to_string);
        self.draft
            .with_value(|draft| self.store.keep_draft(draft, &written.unwrap_or_default()));
    }

    /// Forgets what was recorded; what is `still` of use stays in sight.
    pub fn forget(self, still: impl Fn(&str) -> bool) {
        self.texts.update(|it| it.retain(|name, _| still(name)));
        self.draft
            .with_value(|draft| self.store.keep_draft(draft, ""));
    }
}
