//! Words of the import: it speaks to people who keep a commune's lists.

use serde_json::Value;
use shared::field;

use super::said::{Mend, PLACE};

/// The words for a field in a sentence.
pub fn label(name: &str) -> &str {
    match name {
        field::NAME => "họ tên",
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
        other => other,
    }
}

/// `12 hộ`.
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}")
}

/// A family by what tells it from its namesakes.
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
        text(field::MEMBERS).map(|members| format!("{members} khẩu")),
        text(field::HAMLET),
        text(field::NUMBER).map(|number| format!("số {number}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What was written in another way than meant, and how it was read.
pub fn mended(mend: &Mend) -> String {
    let what = label(mend.field.as_str());
    let tidy = shared::text::tidy(&mend.from);
    if mend.from.trim() != mend.to && tidy == mend.to {
        format!("{what}: dấu viết rời, đã ghép lại")
    } else if mend.from.trim() == mend.to && mend.to.parse::<u64>().is_ok() {
        format!("{what}: số ghi dạng chữ, đã đọc là {}", mend.to)
    } else {
        format!("{what}: “{}” đọc là “{}”", mend.from.trim(), mend.to)
    }
}

/// A value of a field.
pub fn value(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "trống".to_owned(),
        Some(Value::Bool(true)) => "có".to_owned(),
        Some(Value::Bool(false)) => "không".to_owned(),
        Some(Value::String(text)) => format!("“{text}”"),
        Some(other) => other.to_string(),
    }
}
