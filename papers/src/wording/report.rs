//! Báo cáo thành tích: who one of a list is, what it achieved, what is asked for it. One for each, in one file.

use serde::Serialize;

use super::{Column, Head, List, Signature, Wording, dotted};
use crate::bounds::{LINE, NAME, PARAGRAPH, REPORT_ROWS, REPORTS};
use crate::text::{self, FIRM_SPACE, capitalised, few, line, required};
use crate::{AchievementReport, Letterhead, NotedInitiative, PaperError};

/// A report in words.
#[derive(Serialize)]
pub struct Report {
    /// Letterhead and title.
    pub head: Wording,
    pub parts: Vec<Part>,
    /// What is asked for, which stands on one page with the signatures.
    pub asks: Vec<Part>,
    pub confirms: Signing,
    pub reports: Signing,
}

/// What stands between title and signatures, in its order.
#[derive(Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Part {
    /// "I. SƠ LƯỢC …"
    Section {
        text: String,
    },
    /// "1. Danh hiệu …"
    Head {
        text: String,
    },
    Said {
        text: String,
    },
    Fact {
        head: String,
        text: String,
    },
    /// A dotted line for somebody's hand.
    Room {
        head: String,
    },
    Table {
        columns: Vec<Column>,
        rows: Vec<Vec<String>>,
    },
}

/// Who signs: what stands above the room for it, and the name below.
#[derive(Serialize)]
pub struct Signing {
    pub lines: Vec<String>,
    pub hint: String,
    pub name: String,
}

/// All reports of a file.
pub fn worded(
    reports: &[AchievementReport],
    letterhead: &Letterhead,
) -> Result<Vec<Report>, PaperError> {
    if reports.is_empty() {
        return Err(PaperError::Missing("danh sách".to_owned()));
    }
    few("báo cáo", reports.len(), REPORTS)?;
    let reports = reports.iter().map(|report| one(report, letterhead));
    reports.collect()
}

fn one(report: &AchievementReport, letterhead: &Letterhead) -> Result<Report, PaperError> {
    let head = Head::new(letterhead, None)?;
    let name = required("tên", &report.name, NAME)?;
    let place = line("nơi ở", &report.place, LINE)?;
    let award = required("hình thức khen thưởng", &report.award, NAME)?;
    let period = required("thời gian", &report.period, NAME)?;
    let kind = "BÁO CÁO THÀNH TÍCH".to_owned();
    // The time stands on one line.
    let period = period.replace(' ', &FIRM_SPACE.to_string());
    let about = format!("Đề nghị tặng {award} về thành tích {period}");
    let mut parts = about_whom(report, &name, &place)?;
    parts.extend(achieved(report)?);
    let deed = line("thành tích", &report.deed, LINE)?;
    let asked = match place.is_empty() {
        true => format!("Đề nghị tặng {award} cho {name}"),
        false => format!("Đề nghị tặng {award} cho {name}, {place}"),
    };
    let asked = match deed.is_empty() {
        true => said(format!("{asked}.")),
        false => said(format!("{asked}. Thành tích: {}.", text::unended(&deed))),
    };
    let Signature {
        mark,
        title,
        name: signer,
    } = head.signature;
    let marks = [mark, title].into_iter().filter(|it| !it.is_empty());
    let reporter = match report.is_collective {
        true => "ĐẠI DIỆN TẬP THỂ BÁO CÁO",
        false => "NGƯỜI BÁO CÁO",
    };
    Ok(Report {
        parts,
        asks: vec![section("III. ĐỀ NGHỊ KHEN THƯỞNG"), asked],
        confirms: Signing {
            lines: std::iter::once("XÁC NHẬN CỦA".to_owned())
                .chain(head.issuer.clone())
                .chain(marks)
                .collect(),
            hint: "(Ký tên, đóng dấu)".to_owned(),
            name: signer,
        },
        reports: Signing {
            lines: vec![reporter.to_owned()],
            hint: "(Ký, ghi rõ họ tên)".to_owned(),
            name: match report.is_collective {
                true => String::new(),
                false => name,
            },
        },
        head: Wording {
            heading: format!(
                "{} {}",
                capitalised(&kind.to_lowercase()),
                about.to_lowercase()
            ),
            kind,
            about,
            upper: head.upper,
            issuer: head.issuer,
            number: None,
            place_and_date: format!("{}, {}", head.place, text::day(None, report.drafted_in)),
            authority: None,
            addressees: Vec::new(),
            bases: Vec::new(),
            resolves: None,
            body: Vec::new(),
            signature: Signature {
                mark: String::new(),
                title: String::new(),
                name: String::new(),
            },
            beside: None,
            recipients: Vec::new(),
            list: List {
                annex: None,
                columns: Vec::new(),
                rows: Vec::new(),
            },
            landscape: false,
        },
    })
}

fn section(text: &str) -> Part {
    Part::Section {
        text: text.to_owned(),
    }
}

fn head(text: &str) -> Part {
    Part::Head {
        text: text.to_owned(),
    }
}

fn said(text: String) -> Part {
    Part::Said { text }
}

fn room(head: &str) -> Part {
    Part::Room {
        head: head.to_owned(),
    }
}

/// What is known, and what somebody has to write by hand.
fn about_whom(
    report: &AchievementReport,
    name: &str,
    place: &str,
) -> Result<Vec<Part>, PaperError> {
    let fact = |head: &str, text: &str| match text.is_empty() {
        true => room(head),
        false => Part::Fact {
            head: head.to_owned(),
            text: text.to_owned(),
        },
    };
    let mut parts = vec![
        section(match report.is_collective {
            true => "I. SƠ LƯỢC ĐẶC ĐIỂM, TÌNH HÌNH",
            false => "I. SƠ LƯỢC VỀ NGƯỜI ĐƯỢC ĐỀ NGHỊ",
        }),
        fact(&required("tên cột", &report.name_head, NAME)?, name),
        fact("Đối tượng", &line("đối tượng", &report.kind, NAME)?),
        fact("Địa chỉ", place),
    ];
    few("thông tin", report.facts.len(), REPORT_ROWS)?;
    for (head, text) in &report.facts {
        let head = required("thông tin", head, NAME)?;
        parts.push(fact(&head, &line(&head, text, LINE)?));
    }
    Ok(parts)
}

fn column(head: &str, weight: u32, centred: bool) -> Column {
    Column {
        head: head.to_owned(),
        weight,
        centred,
    }
}

/// Room to write where nothing is known.
fn unknown() -> [Part; 2] {
    [room("Chưa ghi trong sổ; nếu có thì viết thêm"), room("")]
}

/// Its name with the paper that recognised it; what it is; what came of it.
fn initiative(it: &NotedInitiative) -> Result<Vec<Part>, PaperError> {
    let name = required("tên sáng kiến", &it.name, NAME)?;
    let recognised = line("công nhận sáng kiến", &it.recognised, LINE)?;
    let named = match recognised.is_empty() {
        true => format!("“{name}”."),
        false => format!("“{name}”, được công nhận: {recognised}."),
    };
    let mut parts = vec![Part::Fact {
        head: format!("Năm {}", it.year),
        text: named,
    }];
    for (head, text) in [("Nội dung", &it.what), ("Áp dụng, hiệu quả", &it.used)] {
        let text = line("nội dung sáng kiến", text, PARAGRAPH)?;
        if !text.is_empty() {
            parts.push(said(format!("{head}: {text}")));
        }
    }
    Ok(parts)
}

/// A table, or room to write where nothing is known.
fn table(columns: Vec<Column>, rows: Vec<Vec<String>>) -> Result<Vec<Part>, PaperError> {
    few("bảng", rows.len(), REPORT_ROWS)?;
    if rows.is_empty() {
        return Ok(unknown().into());
    }
    let cell = |text: &String| line("bảng thành tích", text, PARAGRAPH);
    let rows = rows.iter().map(|row| row.iter().map(cell).collect());
    let rows = rows.collect::<Result<Vec<Vec<String>>, PaperError>>()?;
    Ok(vec![Part::Table { columns, rows }])
}

fn achieved(report: &AchievementReport) -> Result<Vec<Part>, PaperError> {
    let mut parts = vec![section("II. THÀNH TÍCH ĐẠT ĐƯỢC")];
    let titles = report.titles.iter().map(|it| {
        vec![
            it.year.to_string(),
            it.title.clone(),
            it.result.clone(),
            it.decision.clone(),
        ]
    });
    parts.push(head("1. Danh hiệu học tập"));
    let columns = vec![
        column("Năm", 10, true),
        column("Danh hiệu", 32, false),
        column("Kết quả", 18, true),
        column("Quyết định công nhận", 40, false),
    ];
    parts.extend(table(columns, titles.collect())?);

    let amount = |amount: Option<u64>| amount.map_or_else(String::new, dotted);
    let gave = report.gave.iter().map(|it| {
        vec![
            it.year.to_string(),
            amount(it.labour),
            amount(it.money),
            it.otherwise.clone(),
        ]
    });
    parts.push(head("2. Đóng góp cho việc học: công, của, trí"));
    let columns = vec![
        column("Năm", 10, true),
        column("Ngày công", 14, true),
        column("Tiền (đồng)", 20, true),
        column("Góp trí và việc khác", 56, false),
    ];
    parts.extend(table(columns, gave.collect())?);

    parts.push(head("3. Sáng kiến"));
    few("sáng kiến", report.initiatives.len(), REPORT_ROWS)?;
    for it in &report.initiatives {
        parts.extend(initiative(it)?);
    }
    if report.initiatives.is_empty() {
        parts.extend(unknown());
    }

    let commended = report.commended.iter();
    let commended =
        commended.map(|it| vec![it.period.clone(), it.award.clone(), it.decision.clone()]);
    parts.push(head("4. Hình thức khen thưởng đã được tặng"));
    let columns = vec![
        column("Thành tích", 24, false),
        column("Hình thức", 40, false),
        column("Quyết định", 36, false),
    ];
    parts.extend(table(columns, commended.collect())?);
    parts.push(head("5. Thành tích khác (người báo cáo viết thêm)"));
    parts.extend([room(""), room(""), room("")]);
    Ok(parts)
}
