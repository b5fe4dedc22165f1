//! How the device stands with the commune. The field's pages and the desk's strip say it alike.

use leptos::prelude::*;

use crate::components::{Contact, StatusFact};
use crate::locale::{t, tf};
use crate::store::{FieldStore, Loading, Saving};

/// How the device stands with the commune, in words.
#[derive(Clone, Copy)]
pub struct Standing {
    pub contact: Signal<Contact>,
    pub headline: Signal<String>,
    /// What waits, what was refused, and whether the app is too old for some of what there is.
    pub facts: Signal<Vec<StatusFact>>,
}

pub fn standing(store: FieldStore) -> Standing {
    // In sight wherever the page is scrolled to: it may mean that the phone is full.
    let is_unsaved = move || {
        store
            .saved()
            .with(|saved| matches!(saved, Saving::Failed(_)))
    };
    let contact = Signal::derive(move || {
        let status = store.status();
        let loading = store.loading();
        if is_unsaved()
            || loading.with(|it| matches!(it, Loading::Failed(_)))
            || status.refused > 0
            || (store.trouble().with(Option::is_some) && store.online().get())
        {
            Contact::Failing
        } else if !store.online().get() {
            Contact::Offline
        } else if status.waiting > 0 || store.is_reading() || loading.get() == Loading::Opening {
            Contact::Waiting
        } else {
            Contact::Online
        }
    });
    let headline = Signal::derive(move || match contact.get() {
        Contact::Offline => t("status.offline"),
        // What the commune has of it is not known before the database is read.
        Contact::Waiting if store.loading().get() == Loading::Opening => t("status.opening"),
        Contact::Waiting if store.status().waiting == 0 => t("status.reading"),
        // One short line, so that a tap moves nothing on the page.
        Contact::Waiting => match store.waiting_forms() {
            0 => t("status.waiting"),
            forms => tf("status.waiting_long", &[("n", &forms)]),
        },
        Contact::Failing if is_unsaved() => t("status.unsaved"),
        Contact::Failing => t("status.failing"),
        Contact::Online => t("status.online"),
    });
    let facts = Signal::derive(move || {
        let forms = store.waiting_forms();
        let status = store.status();
        let refused = status.refused;
        let is_said = contact.get() == Contact::Waiting;
        let waiting = (forms > 0 && !is_said).then(|| StatusFact {
            short: tf("status.waiting_short", &[("n", &forms)]),
            long: tf("status.waiting_long", &[("n", &forms)]),
        });
        let refused =
            (refused > 0).then(|| StatusFact::short(tf("status.refused", &[("n", &refused)])));
        let outdated = status.is_outdated.then(|| StatusFact {
            short: t("status.outdated_short"),
            long: t("status.outdated_long"),
        });
        waiting.into_iter().chain(refused).chain(outdated).collect()
    });
    Standing {
        contact,
        headline,
        facts,
    }
}
