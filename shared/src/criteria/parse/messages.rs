//! What the TOML and serde crates say, in Vietnamese.

/// The messages of the TOML and serde crates, for somebody who knows neither. What is not recognised is passed on.
pub(super) fn in_vietnamese(message: &str) -> String {
    let named = |text: &str| text.split('`').nth(1).map(str::to_owned);
    let offered = |text: &str| {
        let names: Vec<&str> = text.split('`').skip(3).step_by(2).collect();
        names.join(", ")
    };
    let line = message.lines().next().unwrap_or_default();
    match named(line) {
        Some(key) if line.starts_with("unknown field") => {
            format!(
                "không có khoá `{key}`; các khoá dùng được: {}",
                offered(line)
            )
        }
        Some(value) if line.starts_with("unknown variant") => {
            format!(
                "không có giá trị `{value}`; các giá trị dùng được: {}",
                offered(line)
            )
        }
        Some(key) if line.starts_with("missing field") => format!("thiếu khoá `{key}`"),
        Some(key) if line.starts_with("duplicate field") => format!("khoá `{key}` bị lặp"),
        _ => match line.split_once(", expected ") {
            Some((found, expected)) if found.starts_with("invalid") => {
                let found = found.split_once(": ").map_or(found, |(_, value)| value);
                format!(
                    "sai kiểu giá trị: viết là {}, cần {}",
                    kind(found),
                    kind(expected)
                )
            }
            _ => line.to_owned(),
        },
    }
}

/// Serde's words for kinds of value.
fn kind(words: &str) -> String {
    let value = words.split_once(' ').map_or("", |(_, value)| value);
    if words.starts_with("string") {
        format!("chữ {value}")
    } else if words.starts_with("integer") || words.starts_with("floating point") {
        format!("số {}", words.split('`').nth(1).unwrap_or_default())
    } else if words.starts_with("boolean") {
        format!("đúng/sai {}", words.split('`').nth(1).unwrap_or_default())
    } else {
        match words {
            "a string" => "chữ trong ngoặc kép".to_owned(),
            "a sequence" | "sequence" => "danh sách [...]".to_owned(),
            "map" | "a map" => "bảng".to_owned(),
            "a boolean" => "true hoặc false".to_owned(),
            "a number of points" => "số điểm".to_owned(),
            "a TOML datetime" => "ngày dạng 2023-10-25".to_owned(),
            "u32" | "i64" | "u64" => "số nguyên".to_owned(),
            "f64" => "số".to_owned(),
            other => other.replace("struct ", "bảng "),
        }
    }
}
