//! The strip of a desk page: what was done in the field's pages on this device is sent from here too.

use leptos::prelude::*;

use super::standing::{Standing, standing};
use crate::components::StatusStrip;
use crate::store::{self, FieldStore};

/// Opens the store of whoever is signed in, which sends what waits, and says how far that is.
#[component]
pub fn WaitingStrip() -> impl IntoView {
    store::provide();
    let Standing {
        contact,
        headline,
        facts,
    } = standing(FieldStore::expect());
    view! { <StatusStrip contact headline facts/> }
}
