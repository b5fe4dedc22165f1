//! The words of the screens: `locales/vi/`, complete, and `locales/en/`, one file per area.
//!
//! Keys are looked up at run time in an embedded table; a test walks the sources and proves that every key used exists
//! in every language, so a missing one is a failed build and not an empty label.

use std::collections::HashMap;
use std::sync::OnceLock;

use leptos::prelude::*;

/// A language of the screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    #[default]
    Vi,
    En,
}

impl Locale {
    pub const ALL: [Locale; 2] = [Locale::Vi, Locale::En];

    /// The language's code, as `lang` attributes and the preference name it.
    pub fn code(self) -> &'static str {
        match self {
            Locale::Vi => "vi",
            Locale::En => "en",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.code() == code)
    }

    fn words(self) -> &'static HashMap<String, String> {
        static VI: OnceLock<HashMap<String, String>> = OnceLock::new();
        static EN: OnceLock<HashMap<String, String>> = OnceLock::new();
        let (cell, files) = match self {
            Locale::Vi => (&VI, VI_FILES),
            Locale::En => (&EN, EN_FILES),
        };
        cell.get_or_init(|| {
            let mut words = HashMap::new();
            for file in files {
                let area: HashMap<String, String> =
                    serde_json::from_str(file).expect("a test parses every locale file");
                words.extend(area);
            }
            words
        })
    }
}

macro_rules! files {
    ($language:literal) => {
        &[
            include_str!(concat!("../locales/", $language, "/core.json")),
            include_str!(concat!("../locales/", $language, "/dash.json")),
            include_str!(concat!("../locales/", $language, "/form.json")),
            include_str!(concat!("../locales/", $language, "/home.json")),
            include_str!(concat!("../locales/", $language, "/lists.json")),
            include_str!(concat!("../locales/", $language, "/send.json")),
            include_str!(concat!("../locales/", $language, "/words.json")),
        ]
    };
}

const VI_FILES: &[&str] = files!("vi");
const EN_FILES: &[&str] = files!("en");

/// The chosen language. Provided once by `App`; tests and the shell fall back to Vietnamese.
#[derive(Clone, Copy)]
pub struct ChosenLocale(pub RwSignal<Locale>);

/// The language now, tracked.
pub fn current() -> Locale {
    use_context::<ChosenLocale>().map_or_else(Locale::default, |chosen| chosen.0.get())
}

/// The words for a key. Re-renders when the language changes, if called inside a closure of a view.
pub fn t(key: &str) -> String {
    let locale = current();
    let words = locale
        .words()
        .get(key)
        .or_else(|| Locale::Vi.words().get(key));
    words.cloned().unwrap_or_else(|| key.to_owned())
}

/// The words for a key with `{name}` replaced.
pub fn tf(key: &str, values: &[(&str, &dyn std::fmt::Display)]) -> String {
    let mut text = t(key);
    for (name, value) in values {
        text = text.replace(&format!("{{{name}}}"), &value.to_string());
    }
    text
}

/// The words for a key, following the chosen language.
pub fn ts(key: &'static str) -> Signal<String> {
    Signal::derive(move || t(key))
}
