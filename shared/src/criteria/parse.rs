//! From TOML to a checked [`CriteriaSet`], with the line of whatever is wrong.

mod messages;
mod raw;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;
use toml::de::DeTable;
use toml::value::Datetime;

use crate::authority::DecidedBy;
use crate::field;
use crate::scoring::Facts;

use self::messages::in_vietnamese;
use self::raw::{
    RawCounted, RawDecidedBy, RawExemption, RawGroup, RawIndicator, RawPass, RawRank, RawSet,
    RawVariant,
};
use super::{
    Counted, CriteriaError, CriteriaSet, CriteriaSetId, CriterionCode, Exemption, Group, Indicator,
    Kind, Measure, PassRule, Points, Rank, SetStatus, Source, Variant,
};

/// More levels than any circular has.
const LEVELS_MAX: u8 = 9;

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
    let raw = RawSet::deserialize(toml::de::Deserializer::from(table))
        .map_err(|error| file.error(start_of(&error), in_vietnamese(error.message())))?;
    checked(file, raw)
}

fn start_of(error: &toml::de::Error) -> usize {
    error.span().map_or(0, |span| span.start)
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
    let levels = match raw.kind.get_ref() {
        Kind::Levels if !(1..=LEVELS_MAX).contains(&raw.levels) => {
            let message =
                format!("bộ xét theo mức độ phải ghi số mức `levels`, từ 1 đến {LEVELS_MAX}");
            return Err(file.error_at(&raw.kind, message));
        }
        Kind::Points if raw.levels > 0 => {
            let message = "bộ chấm điểm không có `levels`";
            return Err(file.error_at(&raw.kind, message));
        }
        _ => raw.levels,
    };
    let pass_at = raw.pass.span().start;
    let rules = Rules {
        complete: *raw.status.get_ref() == SetStatus::Complete,
        levels,
        pass: pass_rule(file, raw.pass)?,
    };
    let mut codes = BTreeSet::new();
    let mut groups = Vec::new();
    for group in raw.groups {
        groups.push(checked_group(file, group, &rules, &mut codes)?);
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
    let total = raw.total.map(Spanned::into_inner);
    let indicators = groups.iter().flat_map(|group| &group.indicators);
    let scored: Points = indicators.filter_map(|it| it.max).sum();
    check_pass(&rules, total.unwrap_or(scored)).map_err(|said| file.error(pass_at, said))?;
    if rules.complete
        && let Some(missing) = rules.missing(total)
    {
        let message = format!("bộ ghi là đầy đủ (complete) nhưng thiếu {missing}");
        return Err(file.error_at(&raw.status, message));
    }
    let decided_by = deciders(file, raw.decided_by)?;
    let variant = |raw: RawVariant| Variant {
        code: raw.code,
        label: raw.label,
    };
    Ok(CriteriaSet {
        id: named(file, raw.id)?,
        title: raw.title,
        name: file.filled(raw.name, "tên bộ tiêu chí")?,
        short_name: file.filled(raw.short_name, "tên ngắn")?,
        source,
        version: raw.version,
        valid_from,
        valid_to,
        status: raw.status.into_inner(),
        kind: raw.kind.into_inner(),
        levels,
        tiers: raw.tiers,
        managed_by: raw.managed_by,
        decided_by,
        feeds: raw.feeds,
        valid_months: raw.valid_months,
        valid_after_year: raw.valid_after_year,
        upgrade_months: raw.upgrade_months,
        total,
        doubts: raw.doubts,
        variants: raw.variants.into_iter().map(variant).collect(),
        groups,
        pass: rules.pass,
    })
}

/// Who decides from when: one row a day.
fn deciders(file: File<'_>, raw: Vec<RawDecidedBy>) -> Result<Vec<DecidedBy>, CriteriaError> {
    let mut read: Vec<DecidedBy> = Vec::new();
    for row in raw {
        let from = row.from.as_ref().map(|from| file.date(from)).transpose()?;
        if read.iter().any(|it| it.from == from) {
            let message = "hai dòng [[decided_by]] cùng một ngày bắt đầu; mỗi dòng một ngày `from`";
            let at = row.from.as_ref().map_or(0, |from| from.span().start);
            return Err(file.error(at, message));
        }
        read.push(DecidedBy {
            authority: row.authority,
            from,
            doubt: row.doubt,
        });
    }
    Ok(read)
}

/// The longest id of a set.
const ID_MAX: usize = 64;

/// The id of a set: it stands in addresses, in names of files and in every form.
fn named(file: File<'_>, id: Spanned<CriteriaSetId>) -> Result<CriteriaSetId, CriteriaError> {
    let is_plain = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '_');
    let text = id.get_ref().as_str();
    if text.is_empty() || text.len() > ID_MAX || !text.chars().all(is_plain) {
        let message = format!(
            "mã bộ tiêu chí gồm chữ thường không dấu, số và dấu gạch dưới, nhiều nhất {ID_MAX} chữ, ví dụ gia_dinh_2026"
        );
        return Err(file.error_at(&id, message));
    }
    Ok(id.into_inner())
}

/// What of a set its groups and criteria are checked against.
struct Rules {
    complete: bool,
    /// 0 in a set of points.
    levels: u8,
    pass: PassRule,
}

impl Rules {
    /// What a set must not lack that says it is complete.
    fn missing(&self, total: Option<Points>) -> Option<&'static str> {
        let pass = &self.pass;
        if self.levels > 0 {
            return None;
        }
        let has_rule = pass.min_total.or(pass.min_each).is_some()
            || pass.min_permille.is_some()
            || !pass.ranks.is_empty();
        if total.is_none() {
            Some("tổng điểm `total`")
        } else if !has_rule {
            Some("ngưỡng đạt trong [pass]")
        } else if pass.provisional {
            Some("ngưỡng đạt chính thức (đang ghi là tạm thời)")
        } else {
            None
        }
    }
}

fn checked_group(
    file: File<'_>,
    raw: RawGroup,
    rules: &Rules,
    codes: &mut BTreeSet<CriterionCode>,
) -> Result<Group, CriteriaError> {
    unique(file, &raw.code, codes)?;
    let code = raw.code.get_ref().clone();
    if raw.indicators.is_empty() {
        return Err(file.error_at(&raw.code, format!("nhóm {code} không có tiêu chí nào")));
    }
    let needs_points = rules.complete && rules.levels == 0;
    let mut indicators = Vec::new();
    for indicator in raw.indicators {
        unique(file, &indicator.code, codes)?;
        if needs_points && indicator.max.is_none() && indicator.measure.is_none() {
            let message = format!(
                "bộ ghi là đầy đủ (complete) nhưng tiêu chí {} không có điểm tối đa",
                indicator.code.get_ref()
            );
            return Err(file.error_at(&indicator.code, message));
        }
        indicators.push(checked_indicator(file, indicator, rules)?);
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
    } else if needs_points {
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
    rules: &Rules,
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
        if let Some(floor) = rules.pass.min_each.filter(|floor| *floor > points) {
            let message = format!("điểm sàn {floor} cao hơn điểm tối đa {points} của tiêu chí");
            return Err(file.error_at(max, message));
        }
        if rules.levels > 0 || raw.measure.is_some() {
            let message = "tiêu chí xét theo mức độ hoặc đo bằng tỷ lệ, kết quả thì không có điểm";
            return Err(file.error_at(max, message));
        }
    }
    check_targets(file, &raw, rules.levels)?;
    let counted = |raw: RawCounted| {
        is_fact(file, &raw.base, raw.base.get_ref())?;
        Ok(Counted {
            title: raw.title,
            base: raw.base.into_inner(),
        })
    };
    let known_by = |name: Spanned<String>| match field::find(name.get_ref()) {
        Some(_) => Ok(name.into_inner()),
        None => {
            let message = format!("không có mục thông tin {:?}", name.get_ref());
            Err(file.error_at(&name, message))
        }
    };
    Ok(Indicator {
        code: file.filled(raw.code, "mã tiêu chí")?,
        question: file.filled(raw.question, "câu hỏi")?,
        english: raw.english,
        official: file.filled(raw.official, "nội dung chính thức")?,
        max: raw.max.map(Spanned::into_inner),
        step,
        evidence: raw.evidence,
        exempt: raw.exempt.map(|raw| exemption(file, raw)).transpose()?,
        measure: raw.measure,
        targets: raw.targets.map(Spanned::into_inner).unwrap_or_default(),
        areas: raw.areas,
        counted: raw.counted.map(counted).transpose()?,
        clause_of: raw.clause_of,
        known_by: raw.known_by.map(known_by).transpose()?,
    })
}

/// What is measured has a target for each level, in a set of points one for all; a higher level never asks for less.
fn check_targets(file: File<'_>, raw: &RawIndicator, levels: u8) -> Result<(), CriteriaError> {
    let code = raw.code.get_ref();
    let (measure, targets) = match (raw.measure, &raw.targets) {
        (None, None) if raw.areas.is_empty() && raw.counted.is_none() => return Ok(()),
        (Some(measure), Some(targets)) => (measure, targets),
        _ => {
            let message = format!("tiêu chí {code}: `measure` và `targets` phải đi cùng nhau");
            return Err(file.error_at(&raw.code, message));
        }
    };
    if raw.counted.is_some() && measure != Measure::Share {
        let message = format!("tiêu chí {code}: chỉ tỷ lệ mới đếm từ danh hiệu");
        return Err(file.error_at(&raw.code, message));
    }
    let wanted = usize::from(levels.max(1));
    for row in std::iter::once(targets.get_ref()).chain(raw.areas.values()) {
        if row.len() != wanted {
            let message = format!("tiêu chí {code}: cần {wanted} mục tiêu, mỗi mức một mục tiêu");
            return Err(file.error_at(targets, message));
        }
        if !row.is_sorted() {
            let message = format!("tiêu chí {code}: mục tiêu của mức trên không được thấp hơn");
            return Err(file.error_at(targets, message));
        }
        if measure == Measure::Share && row.iter().any(|share| *share > 1_000) {
            let message = format!("tiêu chí {code}: tỷ lệ ghi theo phần nghìn, lớn nhất là 1000");
            return Err(file.error_at(targets, message));
        }
    }
    Ok(())
}

fn pass_rule(file: File<'_>, raw: Spanned<RawPass>) -> Result<PassRule, CriteriaError> {
    let at = raw.span().start;
    let raw = raw.into_inner();
    let descends = |pair: &[RawRank]| matches!(pair, [better, worse] if better.min > worse.min);
    if !raw.ranks.windows(2).all(descends) {
        return Err(file.error(at, "các hạng xếp từ cao xuống thấp, mỗi hạng một mức điểm"));
    }
    if raw.ranks.iter().any(|rank| rank.label.trim().is_empty()) {
        return Err(file.error(at, "tên hạng để trống"));
    }
    let rank = |raw: RawRank| Rank {
        label: raw.label,
        min: raw.min,
    };
    Ok(PassRule {
        min_total: raw.min_total,
        min_permille: raw.min_permille,
        min_each: raw.min_each,
        provisional: raw.provisional,
        areas: raw.areas,
        ranks: raw.ranks.into_iter().map(rank).collect(),
        no_zero: raw.no_zero,
        needs_evidence: raw.needs_evidence,
    })
}

/// `whole` is the points of the whole table, or of what of it is known.
fn check_pass(rules: &Rules, whole: Points) -> Result<(), String> {
    let rule = &rules.pass;
    let has_total = rule.min_total.is_some() || !rule.areas.is_empty();
    let counts = has_total || rule.min_permille.is_some() || !rule.ranks.is_empty();
    if rules.levels > 0 && (counts || rule.min_each.is_some() || rule.no_zero) {
        return Err("bộ xét theo mức độ không có ngưỡng điểm".to_owned());
    }
    if rule.min_permille.is_some_and(|permille| permille > 1_000) {
        return Err("tỷ lệ đạt (min_permille) lớn nhất là 1000".to_owned());
    }
    if rule.min_total.is_some() && rule.min_permille.is_some() {
        return Err(
            "chỉ ghi một ngưỡng: min_total (điểm) hoặc min_permille (phần nghìn)".to_owned(),
        );
    }
    if !rule.ranks.is_empty() && (has_total || rule.min_permille.is_some()) {
        return Err(
            "bộ có hạng thì hạng thấp nhất là ngưỡng đạt, không ghi ngưỡng khác".to_owned(),
        );
    }
    let of_ranks = rule.ranks.iter().map(|rank| &rank.min);
    let needed = rule.min_total.iter().chain(rule.areas.values());
    match needed.chain(of_ranks).find(|needed| **needed > whole) {
        Some(needed) => Err(format!(
            "ngưỡng đạt {needed} cao hơn tổng điểm chấm được {whole}"
        )),
        None => Ok(()),
    }
}

/// Whether a name is one of a fact.
fn is_fact<T>(file: File<'_>, place: &Spanned<T>, name: &str) -> Result<(), CriteriaError> {
    if Facts::NAMES.contains(&name) {
        return Ok(());
    }
    let names = Facts::NAMES.join(", ");
    let message = format!("không có số liệu `{name}`; dùng được: {names}");
    Err(file.error_at(place, message))
}

fn exemption(file: File<'_>, raw: RawExemption) -> Result<Exemption, CriteriaError> {
    if let Some(fact) = &raw.auto {
        let name = fact.get_ref();
        is_fact(file, fact, name.strip_prefix('!').unwrap_or(name))?;
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
