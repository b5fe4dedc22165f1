//! The field being typed right now.
//!
//! A half-typed name is not a change yet, and must still survive a closed tab. It is kept per user and per field,
//! synchronously, on every keystroke; the page that owns the field drops it when the change is recorded.

use super::FieldStore;
use crate::offline::session;

impl FieldStore {
    /// What was being typed under this name when the page was last open.
    pub fn draft(&self, name: &str) -> Option<String> {
        let user = self.user()?;
        session::draft(user, name)
    }

    /// Keeps what is being typed. An empty text forgets it.
    pub fn keep_draft(&self, name: &str, text: &str) {
        if let Some(user) = self.user() {
            session::keep_draft(user, name, text);
        }
    }
}
