//! The strip of a desk page: what was done in the field's pages on this device is sent from here too.

use leptos::prelude::*;

use crate::components::{Contact, StatusFact, StatusStrip};
use crate::locale::{t, tf};
use crate::store::{self, FieldStore};

/// Opens the store of whoever is signed in, which sends what waits, and says how far that is.
#[component]
pub fn WaitingStrip() -> impl IntoView {
    store::provide();
    let store = FieldStore::expect();
    let contact = Signal::derive(move || {
        let status = store.status();
        if status.refused > 0 || store.trouble().with(Option::is_some) {
            Contact::Failing
        } else if !store.online().get() {
            Contact::Offline
        } else if status.waiting > 0 {
            Contact::Waiting
        } else {
            Contact::Online
        }
    });
    let headline = Signal::derive(move || {
        t(match contact.get() {
            Contact::Offline => "status.offline",
            Contact::Waiting => "status.waiting",
            Contact::Failing => "status.failing",
            Contact::Online => "status.online",
        })
    });
    let facts = Signal::derive(move || {
        let forms = store.waiting_forms();
        let refused = store.status().refused;
        let waiting = (forms > 0).then(|| StatusFact {
            short: tf("status.waiting_short", &[("n", &forms)]),
            long: tf("status.waiting_long", &[("n", &forms)]),
        });
        let refused = (refused > 0).then(|| {
            let text = tf("status.refused", &[("n", &refused)]);
            StatusFact {
                short: text.clone(),
                long: text,
            }
        });
        waiting.into_iter().chain(refused).collect::<Vec<_>>()
    });
    view! { <StatusStrip contact headline facts/> }
}
