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

    /// Every text of the language.
    pub fn texts(self) -> impl Iterator<Item = &'static str> {
        self.words().values().map(String::as_str)
    }

    /// The words for a key in this language, whatever is spoken now.
    pub fn text(self, key: &str) -> Option<&'static str> {
        self.words().get(key).map(String::as_str)
    }

    fn words(self) -> &'static HashMap<String, String> {
        static VI: OnceLock<HashMap<String, String>> = OnceLock::new();
        static EN: OnceLock<HashMap<String, String>> = OnceLock::new();
        let (cell, files) = match self {
            Locale::Vi => (&VI, [VI_FILES, VI_SERVER]),
            Locale::En => (&EN, [EN_FILES, EN_SERVER]),
        };
        cell.get_or_init(|| {
            let mut words = HashMap::new();
            for file in files.into_iter().flatten() {
                let area: HashMap<String, String> =
                    serde_json::from_str(file).expect("a test parses every locale file");
                words.extend(area);
            }
            words
        })
    }
}

macro_rules! files {
    ($language:literal: $($name:literal),+) => {
        &[$(include_str!(concat!("../locales/", $language, "/", $name, ".json"))),+]
    };
}

/// What is said on the phone, and at the desk too.
macro_rules! everywhere {
    ($language:literal) => {
        files!($language: "core", "form", "home", "lists", "send", "words")
    };
}

/// What is said by the server only.
#[cfg(not(target_arch = "wasm32"))]
macro_rules! by_the_server {
    ($language:literal) => {
        files!($language: "account", "api", "awards", "book", "campaign", "corrections", "criteria", "dash", "decisions", "desk", "duplicates", "exemplars", "import", "initiatives", "jobs", "letterhead", "reports", "supporters")
    };
}

const VI_FILES: &[&str] = everywhere!("vi");
const EN_FILES: &[&str] = everywhere!("en");

#[cfg(not(target_arch = "wasm32"))]
const VI_SERVER: &[&str] = by_the_server!("vi");
#[cfg(not(target_arch = "wasm32"))]
const EN_SERVER: &[&str] = by_the_server!("en");
#[cfg(target_arch = "wasm32")]
const VI_SERVER: &[&str] = &[];
#[cfg(target_arch = "wasm32")]
const EN_SERVER: &[&str] = &[];

/// The chosen language of the phone's pages. Provided once by the store; tests fall back to Vietnamese.
#[derive(Clone, Copy)]
pub struct ChosenLocale(pub RwSignal<Locale>);

#[cfg(feature = "ssr")]
tokio::task_local! {
    static OF_REQUEST: Locale;
}

/// Answers a request in its language. The rendering of a page asks for words long after the page was put together, when no
/// context of its own stands any more, so the language goes with the request's future and not with its contexts.
#[cfg(feature = "ssr")]
pub async fn speaking<F: Future>(locale: Locale, answer: F) -> F::Output {
    OF_REQUEST.scope(locale, answer).await
}

/// The same for work that is done on a thread of its own.
#[cfg(feature = "ssr")]
pub fn speaking_here<T>(locale: Locale, work: impl FnOnce() -> T) -> T {
    OF_REQUEST.sync_scope(locale, work)
}

/// The language now, tracked.
pub fn current() -> Locale {
    #[cfg(feature = "ssr")]
    if let Ok(locale) = OF_REQUEST.try_with(|locale| *locale) {
        return locale;
    }
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn keys(locale: Locale) -> BTreeSet<&'static str> {
        locale.words().keys().map(String::as_str).collect()
    }

    /// The texts of a source file that look like keys: `area.name`.
    fn used_in(source: &str, used: &mut BTreeSet<String>) {
        for text in source.split('"').skip(1).step_by(2) {
            let is_key = text.split_once('.').is_some_and(|(area, name)| {
                let is_word = |text: &str| {
                    let mut letters = text.chars();
                    letters.next().is_some_and(|c| c.is_ascii_lowercase())
                        && letters.all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_'))
                };
                is_word(area) && is_word(name)
            });
            if is_key && !text.starts_with("banhoc.") {
                used.insert(text.to_owned());
            }
        }
    }

    fn walk(folder: &Path, used: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, used);
            } else {
                used_in(&std::fs::read_to_string(&path).expect("a source"), used);
            }
        }
    }

    #[test]
    fn every_word_the_screens_use_is_there_in_every_language() {
        let mut used = BTreeSet::new();
        walk(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut used,
        );
        assert!(used.len() > 300, "the walk finds the keys");
        for locale in Locale::ALL {
            let there = keys(locale);
            let missing: Vec<_> = used
                .iter()
                .filter(|key| !there.contains(key.as_str()))
                .collect();
            // What is only said by the kind of a problem stands in Vietnamese beside the kind, in `shared`.
            let missing: Vec<_> = missing
                .into_iter()
                .filter(|key| !(locale == Locale::Vi && key.starts_with("problem.")))
                .collect();
            assert_eq!(
                missing,
                Vec::<&String>::new(),
                "missing in {}",
                locale.code()
            );
        }
    }

    /// Files that the phone does not have are read where this runs, so a word in the wrong file would be seen on the phone
    /// only, as its key.
    #[test]
    fn the_phone_has_every_word_it_says() {
        let mut used = BTreeSet::new();
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        for folder in ["components", "offline", "pages/field", "store", "words"] {
            walk(&sources.join(folder), &mut used);
        }
        let words = std::fs::read_to_string(sources.join("words.rs")).expect("a source");
        used_in(&words, &mut used);
        // Who did what, decisions, awards, initiatives, supporters, sets and scans are read at the desk; a problem has words of its own in `shared`.
        let elsewhere = [
            "above.",
            "award.",
            "book.",
            "campaign.",
            "corrections.",
            "dup.",
            "event.",
            "initiative.",
            "decisions.",
            "criteria.",
            "scans.",
            "supporter.",
            "problem.",
        ];
        used.retain(|key| !elsewhere.iter().any(|area| key.starts_with(area)));
        assert!(used.len() > 200, "the walk finds the keys");
        let there: HashMap<String, String> = VI_FILES
            .iter()
            .flat_map(|file| serde_json::from_str::<HashMap<_, _>>(file).expect("JSON"))
            .collect();
        let missing: Vec<_> = used
            .iter()
            .filter(|key| !there.contains_key(*key))
            .collect();
        assert_eq!(missing, Vec::<&String>::new());
    }

    #[test]
    fn both_languages_say_the_same_of_the_same() {
        let places = |text: &str| -> BTreeSet<String> {
            let inside = text.split('{').skip(1);
            inside
                .filter_map(|rest| rest.split_once('}'))
                .map(|(name, _)| name.to_owned())
                .collect()
        };
        let (vi, en) = (Locale::Vi.words(), Locale::En.words());
        for (key, text) in en {
            if key.starts_with("problem.") {
                continue;
            }
            let other = vi
                .get(key)
                .unwrap_or_else(|| unreachable!("{key} only in English"));
            assert_eq!(places(text), places(other), "{key}");
            assert!(!text.trim().is_empty() && !other.trim().is_empty(), "{key}");
        }
        let alone: Vec<_> = vi.keys().filter(|key| !en.contains_key(*key)).collect();
        assert_eq!(alone, Vec::<&String>::new(), "only in Vietnamese");
    }
}
