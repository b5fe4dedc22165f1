//! From TOML to a checked [`CriteriaSet`], with the line of whatever is wrong.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;
use toml::de::DeTable;
use toml::value::Datetime;

use crate::scoring::Facts;

use super::{
    CriteriaError, CriteriaSet, CriteriaSetId, CriterionCode, EvidenceKind, Exempt, Exemption,
    Group, Indicator, Kind, PassRule, Points, SetStatus, Source, Title, Variant,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSet {
    id: Spanned<CriteriaSetId>,
    title: Title,
    name: Spanned<String>,
    short_name: Spanned<String>,
    source: Spanned<RawSource>,
    version: u32,
    valid_from: Spanned<Datetime>,
    #[serde(default)]
    valid_to: Option<Spanned<Datetime>>,
    status: Spanned<SetStatus>,
    kind: Kind,
    #[serde(default)]
    total: Option<Spanned<Points>>,
    #[serde(default)]
    doubts: Vec<String>,
    #[serde(default)]
    variants: Vec<Variant>,
    groups: Vec<RawGroup>,
    pass: Spanned<PassRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    document: Spanned<String>,
    issued: Spanned<Datetime>,
    #[serde(default)]
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGroup {
    code: Spanned<CriterionCode>,
    label: Spanned<String>,
    #[serde(default)]
    english: Option<String>,
    #[serde(default)]
    max: Option<Spanned<Points>>,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    exempt: Option<RawExemption>,
    #[serde(default)]
    indicators: Vec<RawIndicator>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIndicator {
    code: Spanned<CriterionCode>,
    question: Spanned<String>,
    #[serde(default)]
    english: Option<String>,
    official: Spanned<String>,
    #[serde(default)]
    max: Option<Spanned<Points>>,
    #[serde(default)]
    step: Option<Spanned<Points>>,
    #[serde(default)]
    evidence: Vec<EvidenceKind>,
    #[serde(default)]
    exempt: Option<RawExemption>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExemption {
    effect: Exempt,
    when: Spanned<String>,
    #[serde(default)]
    english: Option<String>,
    #[serde(default)]
    auto: Option<Spanned<String>>,
}

/// The file being read; makes errors with line numbers.
#[derive(Clone, Copy)]
struct File<'a> {
    name: &'a str,
    text: &'a str,
}

impl File<'_> {
    fn error(&self, at: usize, message: impl Into<String>) -> CriteriaError {
        let before = self.text.as_bytes().iter().take(at);
        CriteriaError {
            file: self.name.to_owned(),
            line: 1 + before.filter(|byte| **byte == b'\n').count(),
            message: message.into(),
        }
    }

    fn error_at<T>(&self, place: &Spanned<T>, message: impl Into<String>) -> CriteriaError {
        self.error(place.span().start, message)
    }

    /// A TOML date without a time.
    fn date(&self, written: &Spanned<Datetime>) -> Result<NaiveDate, CriteriaError> {
        let date = match (written.get_ref().date, written.get_ref().time) {
            (Some(date), None) => {
                NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
            }
            _ => None,
        };
        date.ok_or_else(|| self.error_at(written, "ngày viết dạng 2023-10-25, không kèm giờ"))
    }

    /// A text that must not be empty.
    fn filled<T: AsRef<str>>(&self, text: Spanned<T>, what: &str) -> Result<T, CriteriaError> {
        if text.get_ref().as_ref().trim().is_empty() {
            return Err(self.error_at(&text, format!("{what} để trống")));
        }
        Ok(text.into_inner())
    }
}

impl AsRef<str> for CriterionCode {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for CriteriaSetId {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

pub(super) fn set(name: &str, text: &str) -> Result<CriteriaSet, CriteriaError> {
    let file = File { name, text };
    let table = DeTable::parse(text).map_err(|error| {
        let message = match error.message() {
            "duplicate key" => "khoá bị lặp".to_owned(),
            unquoted if unquoted.contains("must be quoted") => {
                "chữ phải để trong ngoặc kép".to_owned()
            }
            other => format!("sai cú pháp TOML: {other}"),
        };
        file.error(start_of(&error), message)
    })?;
    // A levels set has other keys; saying so is kinder than naming the first of them.
    if let Some(kind) = table.get_ref().get("kind")
        && kind.get_ref().as_str() == Some("levels")
    {
        let message = "bộ tiêu chí xét theo mức độ (levels) chưa hỗ trợ";
        return Err(file.error(kind.span().start, message));
    }
    let raw = RawSet::deserialize(toml::de::Deserializer::from(table))
        .map_err(|error| file.error(start_of(&error), in_vietnamese(error.message())))?;
    checked(file, raw)
}

fn start_of(error: &toml::de::Error) -> usize {
    error.span().map_or(0, |span| span.start)
}

/// The messages of the TOML and serde crates, for somebody who knows neither. What is not recognised is passed on.
fn in_vietnamese(message: &str) -> String {
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

fn checked(file: File<'_>, raw: RawSet) -> Result<CriteriaSet, CriteriaError> {
    let source = raw.source.into_inner();
    let source = Source {
        document: file.filled(source.document, "thiếu nguồn: tên văn bản ban hành")?,
        issued: file.date(&source.issued)?,
        note: source.note,
    };
    let valid_from = file.date(&raw.valid_from)?;
    let valid_to = match &raw.valid_to {
        Some(written) => {
            let to = file.date(written)?;
            if to <= valid_from {
                let message = "ngày hết hiệu lực phải sau ngày có hiệu lực";
                return Err(file.error_at(written, message));
            }
            Some(to)
        }
        None => None,
    };
    let complete = *raw.status.get_ref() == SetStatus::Complete;
    let mut codes = BTreeSet::new();
    let mut groups = Vec::new();
    let pass = &raw.pass;
    for group in raw.groups {
        groups.push(checked_group(
            file,
            group,
            pass.get_ref(),
            complete,
            &mut codes,
        )?);
    }
    if groups.is_empty() {
        return Err(file.error_at(&raw.id, "bộ tiêu chí không có nhóm nào"));
    }
    if let Some(total) = &raw.total {
        let known = groups
            .iter()
            .try_fold(Points::ZERO, |sum, group| Some(sum + group.max?));
        match known {
            Some(known) if known != *total.get_ref() => {
                let total_points = *total.get_ref();
                let message = format!(
                    "tổng điểm các nhóm là {known}, không bằng tổng của bộ là {total_points}"
                );
                return Err(file.error_at(total, message));
            }
            _ => {}
        }
    }
    let indicators = groups.iter().flat_map(|group| &group.indicators);
    check_pass(file, pass, indicators.filter_map(|it| it.max).sum())?;
    if complete {
        let missing = if raw.total.is_none() {
            Some("tổng điểm `total`")
        } else if pass
            .get_ref()
            .min_total
            .or(pass.get_ref().min_each)
            .is_none()
            && pass.get_ref().min_permille.is_none()
        {
            Some("ngưỡng đạt trong [pass]")
        } else if pass.get_ref().provisional {
            Some("ngưỡng đạt chính thức (đang ghi là tạm thời)")
        } else {
            None
        };
        if let Some(missing) = missing {
            let message = format!("bộ ghi là đầy đủ (complete) nhưng thiếu {missing}");
            return Err(file.error_at(&raw.status, message));
        }
    }
    Ok(CriteriaSet {
        id: file.filled(raw.id, "mã bộ tiêu chí")?,
        title: raw.title,
        name: file.filled(raw.name, "tên bộ tiêu chí")?,
        short_name: file.filled(raw.short_name, "tên ngắn")?,
        source,
        version: raw.version,
        valid_from,
        valid_to,
        status: raw.status.into_inner(),
        kind: raw.kind,
        total: raw.total.map(Spanned::into_inner),
        doubts: raw.doubts,
        variants: raw.variants,
        groups,
        pass: raw.pass.into_inner(),
    })
}

fn checked_group(
    file: File<'_>,
    raw: RawGroup,
    pass: &PassRule,
    complete: bool,
    codes: &mut BTreeSet<CriterionCode>,
) -> Result<Group, CriteriaError> {
    unique(file, &raw.code, codes)?;
    let code = raw.code.get_ref().clone();
    if raw.indicators.is_empty() {
        return Err(file.error_at(&raw.code, format!("nhóm {code} không có tiêu chí nào")));
    }
    let mut indicators = Vec::new();
    for indicator in raw.indicators {
        unique(file, &indicator.code, codes)?;
        if complete && indicator.max.is_none() {
            let message = format!(
                "bộ ghi là đầy đủ (complete) nhưng tiêu chí {} không có điểm tối đa",
                indicator.code.get_ref()
            );
            return Err(file.error_at(&indicator.code, message));
        }
        indicators.push(checked_indicator(file, indicator, pass)?);
    }
    let all_known = indicators.iter().all(|indicator| indicator.max.is_some());
    let sum: Points = indicators
        .iter()
        .filter_map(|indicator| indicator.max)
        .sum();
    if let Some(max) = &raw.max {
        let points = *max.get_ref();
        if (all_known && sum != points) || sum > points {
            let message =
                format!("nhóm {code}: tổng điểm các tiêu chí là {sum}, điểm của nhóm là {points}");
            return Err(file.error_at(max, message));
        }
    } else if complete {
        return Err(file.error_at(&raw.code, format!("nhóm {code} không có điểm tối đa")));
    }
    Ok(Group {
        code: file.filled(raw.code, "mã nhóm")?,
        label: file.filled(raw.label, "tên nhóm")?,
        english: raw.english,
        max: raw.max.map(Spanned::into_inner),
        note: raw.note,
        exempt: raw.exempt.map(|raw| exemption(file, raw)).transpose()?,
        indicators,
    })
}

fn checked_indicator(
    file: File<'_>,
    raw: RawIndicator,
    pass: &PassRule,
) -> Result<Indicator, CriteriaError> {
    let step = raw
        .step
        .as_ref()
        .map_or(Points::whole(1), |step| *step.get_ref());
    if let Some(step) = raw
        .step
        .as_ref()
        .filter(|step| *step.get_ref() <= Points::ZERO)
    {
        return Err(file.error_at(step, "bước điểm phải lớn hơn 0"));
    }
    if let Some(max) = &raw.max {
        let points = *max.get_ref();
        if points <= Points::ZERO {
            return Err(file.error_at(max, "điểm tối đa phải lớn hơn 0"));
        }
        if !points.is_multiple_of(step) {
            let message = format!("bước điểm {step} không chia hết điểm tối đa {points}");
            return Err(file.error_at(raw.step.as_ref().unwrap_or(max), message));
        }
        if let Some(floor) = pass.min_each.filter(|floor| *floor > points) {
            let message = format!("điểm sàn {floor} cao hơn điểm tối đa {points} của tiêu chí");
            return Err(file.error_at(max, message));
        }
    }
    Ok(Indicator {
        code: file.filled(raw.code, "mã tiêu chí")?,
        question: file.filled(raw.question, "câu hỏi")?,
        english: raw.english,
        official: file.filled(raw.official, "nội dung chính thức")?,
        max: raw.max.map(Spanned::into_inner),
        step,
        evidence: raw.evidence,
        exempt: raw.exempt.map(|raw| exemption(file, raw)).transpose()?,
    })
}

fn check_pass(
    file: File<'_>,
    pass: &Spanned<PassRule>,
    scored: Points,
) -> Result<(), CriteriaError> {
    let rule = pass.get_ref();
    if rule.min_permille.is_some_and(|permille| permille > 1_000) {
        return Err(file.error_at(pass, "tỷ lệ đạt (min_permille) lớn nhất là 1000"));
    }
    if rule.min_total.is_some() && rule.min_permille.is_some() {
        let message = "chỉ ghi một ngưỡng: min_total (điểm) hoặc min_permille (phần nghìn)";
        return Err(file.error_at(pass, message));
    }
    for needed in rule.min_total.iter().chain(rule.areas.values()) {
        if *needed > scored {
            let message = format!("ngưỡng đạt {needed} cao hơn tổng điểm chấm được {scored}");
            return Err(file.error_at(pass, message));
        }
    }
    Ok(())
}

fn exemption(file: File<'_>, raw: RawExemption) -> Result<Exemption, CriteriaError> {
    if let Some(fact) = &raw.auto
        && !Facts::NAMES.contains(&fact.get_ref().as_str())
    {
        let names = Facts::NAMES.join(", ");
        let message = format!("không có số liệu `{}`; dùng được: {names}", fact.get_ref());
        return Err(file.error_at(fact, message));
    }
    Ok(Exemption {
        effect: raw.effect,
        when: file.filled(raw.when, "trường hợp miễn")?,
        english: raw.english,
        auto: raw.auto.map(Spanned::into_inner),
    })
}

fn unique(
    file: File<'_>,
    code: &Spanned<CriterionCode>,
    codes: &mut BTreeSet<CriterionCode>,
) -> Result<(), CriteriaError> {
    if codes.insert(code.get_ref().clone()) {
        Ok(())
    } else {
        Err(file.error_at(code, format!("mã `{}` bị lặp", code.get_ref())))
    }
}
