//! Reactive state: what pages read and write. Pages know this module; only this module knows `offline`.

pub mod drafts;
pub mod evidence;
pub mod field;

mod home;
mod keeper;
mod lists;
pub mod sealing;
mod undo;

use leptos::prelude::*;

pub use evidence::{NewPiece, NotAttached, Room};
pub use field::{FieldStore, InstallOffer, Loading, NotSignedIn, Saving, Trouble, Undo};
pub use lists::Looked;
pub use sealing::Handed;

use crate::locale::{ChosenLocale, Locale};
use crate::offline::{device, session};

/// Hands down what every page may ask for: the chosen language and the phone's store.
pub fn provide() {
    let chosen = ChosenLocale(RwSignal::new(Locale::default()));
    provide_context(chosen);
    remember_locale(chosen);
    FieldStore::provide();
}

/// Keeps the chosen language on this device. The first render is in the default language, as the server's is.
fn remember_locale(chosen: ChosenLocale) {
    Effect::new(move |before: Option<Locale>| {
        let locale = chosen.0.get();
        match before {
            None => {
                let kept = session::locale().and_then(|code| Locale::parse(&code));
                if let Some(kept) = kept.filter(|kept| *kept != locale) {
                    chosen.0.set(kept);
                }
            }
            Some(_) => session::keep_locale(locale.code()),
        }
        device::set_language(locale.code());
        locale
    });
}
