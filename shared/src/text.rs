//! Vietnamese text: normal form, folding for search, and the order of names in lists.
//!
//! Text comes in composed (NFC) and decomposed (NFD) form, with Đ typed as the look-alike Ð, in capitals and with stray
//! spaces. [`tidy`] makes one form of it for storing, [`fold`] one for finding, [`name_key`] one for sorting.

use std::cmp::Ordering;

mod marks;

use marks::{composed, decomposed, is_mark};

/// Text in its normal form: NFC, trimmed, each run of white space one space, nothing invisible.
pub fn tidy(text: &str) -> String {
    let visible: String = composed(text)
        .filter(|c| !is_invisible(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    join_words(visible.split_whitespace())
}

/// A person's or a place's name as it is stored: [`tidy`], and a name written all in capitals in title case
/// ("ĐÈO KẺO" becomes "Đèo Kẻo").
pub fn normalise_name(name: &str) -> String {
    let name = tidy(name);
    let letters = || name.chars().filter(|c| c.is_alphabetic());
    let shouting = letters().count() > 1 && letters().all(char::is_uppercase);
    if shouting { title_case(&name) } else { name }
}

/// A person's name as somebody typed it: [`normalise_name`], and words typed small begin with a capital
/// ("lò văn pâng" becomes "Lò Văn Pâng"). A word with a capital of its own stays as it is.
pub fn person_name(name: &str) -> String {
    let name = normalise_name(name);
    let words = name
        .split(' ')
        .map(|word| match word.chars().any(char::is_uppercase) {
            true => word.to_owned(),
            false => {
                let mut letters = word.chars();
                let first = letters.next().into_iter().flat_map(char::to_uppercase);
                first.chain(letters).collect()
            }
        });
    words.collect::<Vec<String>>().join(" ")
}

/// Text for searching: without marks and case, đ as d, words of letters and digits parted by single spaces.
/// "Lò Văn Pâng" becomes "lo van pang", in NFC or NFD.
pub fn fold(text: &str) -> String {
    // Small first: the sign of the ångström has a small letter that can be taken apart, and cannot itself.
    let small: String = text.chars().flat_map(char::to_lowercase).collect();
    let plain: String = decomposed(&small)
        .filter(|c| !is_mark(*c) && !is_invisible(*c))
        .map(|c| if is_dj(c) { 'd' } else { c })
        .collect();
    join_words(words(&plain))
}

/// Whether a folded text has, for every word of the query, a word that begins with it. The order does not matter; an
/// empty query matches everything.
pub fn matches(haystack_folded: &str, query: &str) -> bool {
    has_words(haystack_folded, fold(query).split(' '))
}

/// [`matches`], with the words of the query folded already: a list of thousands folds them once.
pub fn has_words<'a>(haystack_folded: &str, words: impl IntoIterator<Item = &'a str>) -> bool {
    words.into_iter().all(|wanted| {
        let mut there = haystack_folded.split(' ');
        there.any(|word| word.starts_with(wanted))
    })
}

/// How many letters must be put in, left out or changed to make one text of the other.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, from) in a.chars().enumerate() {
        // The number above and to the left of the one that is being found.
        let mut before = at;
        let mut left = at + 1;
        for (number, to) in row.iter_mut().skip(1).zip(&b) {
            let changed = before + usize::from(from != *to);
            before = *number;
            *number = changed.min(before + 1).min(left + 1);
            left = *number;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// The given name: the last word ("Pâng" of "Lò Văn Pâng").
pub fn given_name(name: &str) -> &str {
    name.split_whitespace().next_back().unwrap_or_default()
}

/// The letter under which a name stands in a list: the first of the given name, in capitals and without its tone.
/// Ă, Â, Đ, Ê, Ô, Ơ, Ư are letters of their own. `#` when it does not begin with a letter.
pub fn initial(name: &str) -> char {
    letters(given_name(name))
        .next()
        .and_then(|letter| letter.composed().to_uppercase().next())
        .filter(|c| c.is_alphabetic())
        .unwrap_or('#')
}

/// The order of persons in Vietnamese lists: by given name, then middle names, then surname; see [`name_key`].
pub fn name_order(a: &str, b: &str) -> Ordering {
    name_key(a).cmp(&name_key(b)).then_with(|| a.cmp(b))
}

/// The order of places and things: word by word from the left, by the same alphabet as [`name_order`].
pub fn place_order(a: &str, b: &str) -> Ordering {
    place_key(a).cmp(&place_key(b)).then_with(|| a.cmp(b))
}

/// A key that sorts places and things as [`place_order`] does.
pub fn place_key(text: &str) -> String {
    text.split_whitespace().map(word_key).collect()
}

/// A key that sorts names bytewise as [`name_order`] does, to be stored beside a name: plain ASCII. (PostgreSQL needs
/// `COLLATE "C"` for it.)
///
/// Words are compared one after the other, each by its letters in the order a ă â b c d đ e ê … and, where these are
/// equal, by its tone in the order ngang, huyền, hỏi, ngã, sắc, nặng.
pub fn name_key(name: &str) -> String {
    let mut parts: Vec<&str> = name.split_whitespace().collect();
    let given = parts.pop().unwrap_or_default();
    let (surname, middle) = match parts.split_first() {
        Some((surname, middle)) => (*surname, middle),
        None => ("", [].as_slice()),
    };
    let mut key = word_key(given);
    key.push(SECTION_END);
    key.extend(middle.iter().map(|word| word_key(word)));
    key.push(SECTION_END);
    key.push_str(&word_key(surname));
    key
}

/// Sorts before every letter, so that no middle name comes before any middle name.
const SECTION_END: char = '!';
/// Sorts before every letter, so that a word comes before the words it begins.
const WORD_END: char = ' ';

/// The alphabet of the lists: Vietnamese letters, with those of foreign names at their Latin places.
const ALPHABET: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";

/// One letter without its tone, and the tone.
#[derive(Clone, Copy)]
struct Letter {
    base: char,
    /// Breve, circumflex or horn.
    shape: Option<char>,
    tone: u8,
}

impl Letter {
    fn composed(self) -> char {
        self.shape
            .and_then(|mark| marks::compose(self.base, mark))
            .unwrap_or(self.base)
    }
}

/// The letters and digits of a text in lower case.
fn letters(text: &str) -> impl Iterator<Item = Letter> {
    let mut letters: Vec<Letter> = Vec::new();
    for c in decomposed(text).flat_map(char::to_lowercase) {
        let tone = match c {
            '\u{300}' => 1,
            '\u{309}' => 2,
            '\u{303}' => 3,
            '\u{301}' => 4,
            '\u{323}' => 5,
            _ => 0,
        };
        match (c, letters.last_mut()) {
            (_, Some(last)) if tone > 0 => last.tone = tone,
            ('\u{302}' | '\u{306}' | '\u{31b}', Some(last)) => last.shape = Some(c),
            _ if c.is_alphanumeric() => letters.push(Letter {
                base: if is_dj(c) { 'đ' } else { c },
                shape: None,
                tone: 0,
            }),
            _ => {}
        }
    }
    letters.into_iter()
}

fn word_key(word: &str) -> String {
    let mut key = String::new();
    let mut tone = 0;
    for letter in letters(word) {
        let composed = letter.composed();
        match ALPHABET.chars().zip(b'A'..).find(|(c, _)| *c == composed) {
            Some((_, code)) => key.push(char::from(code)),
            None if composed.is_ascii_digit() => key.push(composed),
            // Letters of other scripts come last, by their number.
            None => key.push_str(&format!("~{:06x}", u32::from(composed))),
        }
        if tone == 0 {
            tone = letter.tone;
        }
    }
    key.push(WORD_END);
    key.push(char::from(b'0' + tone));
    key
}

/// đ, and the letters that look like it and are typed for it (eth, and African D with a tail).
fn is_dj(c: char) -> bool {
    matches!(c, 'đ' | 'ð' | 'ɖ')
}

/// Zero-width characters that come along with copied text, and those that turn the direction of what follows: a name with
/// one of them reads as another name.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{61c}'
            | '\u{feff}'
            | '\u{ad}'
    )
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

fn join_words<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for word in words {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

/// The first letter of each word in capitals, the others small.
fn title_case(text: &str) -> String {
    let mut inside = false;
    let mut title = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_alphabetic() {
            title.push(c);
        } else if inside {
            title.extend(c.to_lowercase());
        } else {
            title.extend(c.to_uppercase());
        }
        // A mark that has no composed form stays inside its word.
        inside = c.is_alphabetic() || (inside && is_mark(c));
    }
    title
}
