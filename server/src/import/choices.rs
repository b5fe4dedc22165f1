//! Codes that a field offers, by the words that lists have for them.

use app::locale::Locale;
use shared::text::fold;

use super::sheet::{Cell, shown};
use super::values::Value;

/// What lists write for a code beside what the screens call it, folded.
const WORDS: [(&str, &[&str]); 13] = [
    (
        "school",
        &[
            "truong",
            "truong hoc",
            "mam non",
            "mau giao",
            "tieu hoc",
            "thcs",
            "thpt",
            "trung hoc",
            "trung tam giao duc",
            "co so giao duc",
        ],
    ),
    (
        "agency",
        &[
            "co quan",
            "to chuc",
            "doan the",
            "ubnd",
            "uy ban nhan dan",
            "mat tran",
            "tram y te",
        ],
    ),
    ("enterprise", &["doanh nghiep", "cong ty", "xi nghiep"]),
    ("cooperative", &["hop tac xa", "htx"]),
    (
        "cooperative_union",
        &["lien hiep hop tac xa", "lien hiep htx"],
    ),
    (
        "armed_force",
        &[
            "luc luong vu trang",
            "vu trang",
            "cong an",
            "quan su",
            "bien phong",
        ],
    ),
    ("commune", &["xa", "phuong", "cap xa"]),
    ("district", &["huyen", "cap huyen"]),
    ("province", &["tinh", "cap tinh", "trung uong"]),
    ("nguoi_dan", &["nguoi dan"]),
    ("nguoi_lao_dong", &["nguoi lao dong", "lao dong"]),
    (
        "can_bo_doanh_nhan",
        &[
            "can bo",
            "cong chuc",
            "vien chuc",
            "cong nhan vien",
            "doanh nhan",
        ],
    ),
    (
        "nguoi_hoc",
        &["nguoi hoc", "hoc sinh", "sinh vien", "hoc vien"],
    ),
];

/// What the screens call a code.
pub fn said(code: &str) -> &str {
    Locale::Vi.text(&format!("choice.{code}")).unwrap_or(code)
}

/// The one of the codes offered that a cell means. Words that lie in longer ones say nothing of their own: "liên hiệp hợp
/// tác xã" is no cooperative. What could be two is strange.
pub fn choice(cell: &Cell, offered: &[&'static str]) -> Value<&'static str> {
    if cell.is_empty() {
        return Value::Missing;
    }
    let written = fold(&cell.to_string());
    let called = |code: &&&'static str| written == fold(said(code)) || written == fold(code);
    if let Some(code) = offered.iter().find(called) {
        return Value::Plain(code);
    }
    let found: Vec<(&'static str, &str)> = offered
        .iter()
        .flat_map(|code| words(code).iter().map(|words| (*code, *words)))
        .filter(|(_, words)| has(&written, words))
        .collect();
    let is_part = |words: &str| {
        let mut longer = found.iter().filter(|(_, other)| *other != words);
        longer.any(|(_, other)| has(other, words))
    };
    let mut codes = found.iter().filter(|(_, words)| !is_part(words));
    match codes.next() {
        Some((code, _)) if codes.all(|(other, _)| other == code) => Value::Mended(code),
        _ => Value::Strange(shown(cell.to_string())),
    }
}

fn words(code: &str) -> &'static [&'static str] {
    let found = WORDS.iter().find(|(known, _)| *known == code);
    found.map_or(&[], |(_, words)| words)
}

fn has(text: &str, words: &str) -> bool {
    format!(" {text} ").contains(&format!(" {words} "))
}

#[cfg(test)]
mod tests {
    use shared::field::{FIELDS, FieldValue};
    use shared::kind::SubjectKind;

    use super::*;

    #[test]
    fn every_code_of_what_is_listed_has_words() {
        let listed = FIELDS.iter().filter(|spec| {
            let mut kinds = spec.kinds.iter();
            kinds.any(|kind: &SubjectKind| !kind.is_a_unit())
        });
        for spec in listed {
            if let FieldValue::Choice(codes) = spec.value {
                for code in codes {
                    assert!(!words(code).is_empty(), "{code}");
                    let cell = Cell::Text(said(code).to_owned());
                    assert_eq!(choice(&cell, codes), Value::Plain(*code));
                }
            }
        }
    }
}
