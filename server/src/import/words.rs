//! Words of the import: it speaks to people who keep a commune's lists.

use app::locale::Locale;
use serde_json::Value;
use shared::field::{self, FieldValue, PLACE};

use super::choices;
use super::kinds::Listing;
use super::said::Mend;

/// The words for a field of a listed subject in a sentence.
pub fn label(listing: &Listing, name: &str) -> String {
    let words = match name {
        field::NAME => listing.name,
        field::BIRTH_YEAR => "năm sinh",
        field::MEMBERS => "số khẩu",
        field::CHILDREN => "số trẻ đi học",
        field::ADULTS => "số người lớn",
        field::LITERATE_ADULTS => "số người biết chữ",
        field::POOR => "hộ nghèo",
        field::CULTURE_YEAR => "danh hiệu văn hóa",
        field::ETHNICITY => "dân tộc",
        field::HAMLET => "nhóm, xóm",
        field::NOTE => "ghi chú",
        field::NUMBER => "số thứ tự",
        PLACE => "bản",
        other => return of_screens(other),
    };
    words.to_owned()
}

/// What the screens call a field, within a sentence.
fn of_screens(name: &str) -> String {
    let words = Locale::Vi.text(&format!("fieldname.{name}"));
    let mut letters = words.unwrap_or(name).chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters.as_str().chars()).collect()
}

/// `12 hộ`.
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}")
}

/// A subject by what tells it from its namesakes.
pub fn described<'a>(read: impl Fn(&str) -> Option<&'a Value>) -> String {
    let text = |name: &str| {
        let value = read(name).filter(|value| !value.is_null())?;
        Some(match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    };
    let parts = [
        text(field::NAME),
        text(field::BIRTH_YEAR).map(|year| format!("sinh {year}")),
        text(field::UNIT_TYPE).map(|code| choices::said(&code).to_lowercase()),
        text(field::CITIZEN_GROUP).map(|code| choices::said(&code).to_lowercase()),
        text(field::MEMBERS).map(|members| format!("{members} khẩu")),
        text(field::FAMILIES).map(|families| format!("{families} nhà")),
        text(field::HAMLET),
        text(field::NUMBER).map(|number| format!("số {number}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What was written in another way than meant, and how it was read.
pub fn mended(listing: &Listing, mend: &Mend) -> String {
    let what = label(listing, mend.field.as_str());
    let tidy = shared::text::tidy(&mend.from);
    if mend.from.trim() != mend.to && tidy == mend.to {
        format!("{what}: dấu viết rời, đã ghép lại")
    } else if mend.from.trim() == mend.to && mend.to.parse::<u64>().is_ok() {
        format!("{what}: số ghi dạng chữ, đã đọc là {}", mend.to)
    } else {
        format!("{what}: “{}” đọc là “{}”", mend.from.trim(), mend.to)
    }
}

/// What a list changes in a field.
pub fn corrected(listing: &Listing, name: &str, from: Option<&Value>, to: &Value) -> String {
    let what = label(listing, name);
    match field::find(name).map(|spec| spec.value) {
        // Whom a link names stands in the row of the list.
        Some(FieldValue::Subject(_)) => format!("{what}: ghi theo danh sách"),
        kind => {
            let is_code = matches!(kind, Some(FieldValue::Choice(_)));
            let said = |of| value(of, is_code);
            format!("{what}: {} thành {}", said(from), said(Some(to)))
        }
    }
}

fn value(value: Option<&Value>, is_code: bool) -> String {
    match value {
        None | Some(Value::Null) => "trống".to_owned(),
        Some(Value::Bool(true)) => "có".to_owned(),
        Some(Value::Bool(false)) => "không".to_owned(),
        Some(Value::String(code)) if is_code => format!("“{}”", choices::said(code)),
        Some(Value::String(text)) => format!("“{text}”"),
        Some(other) => other.to_string(),
    }
}
