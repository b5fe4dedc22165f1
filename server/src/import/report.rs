//! A plan as a clerk reads it: what was refused, what is asked and what is doubted before what was repaired, row by row;
//! then the sums.

use std::fmt;

use shared::api::imports::About;

use super::plan::{Correction, Ending, Fate, Plan, Question, Row, Topic};
use super::words::{count, label, mended, value};

/// Rows of which the same is to be said.
pub struct Section<'a> {
    pub about: About,
    pub lines: Vec<(&'a Row, String)>,
}

impl Section<'_> {
    /// The head they stand under.
    pub fn head(&self) -> String {
        let (head, what) = match self.about {
            About::Refused => ("KHÔNG NHẬN", "dòng"),
            About::Asked => ("CHỜ TRẢ LỜI, chưa ghi", "dòng"),
            About::Doubted => ("NGHI NGỜ, hãy hỏi lại gia đình", "hộ"),
            About::LeftOut => ("ĐỂ LẠI theo lời chọn", "dòng"),
            About::Updated => ("CẬP NHẬT", "hộ"),
            About::Mended => ("ĐÃ SỬA CÁCH GHI", "hộ"),
            About::Skipped => ("KHÔNG PHẢI HỘ", "dòng"),
            About::New => ("HỘ MỚI", "hộ"),
            About::Unchanged => ("KHÔNG ĐỔI", "hộ"),
        };
        format!("{head}: {}", count(self.lines.len(), what))
    }
}

/// The rows that something is to be said of, the most pressing first. A row that is doubted and was mended stands twice.
pub fn sections(plan: &Plan) -> Vec<Section<'_>> {
    About::PRESSING
        .into_iter()
        .map(|about| section(plan, about))
        .filter(|section| !section.lines.is_empty())
        .collect()
}

/// The rows of which one thing is to be said.
pub fn section(plan: &Plan, about: About) -> Section<'_> {
    let rows = plan.rows.iter();
    let lines = rows.filter_map(|row| Some((row, said(row, about)?)));
    Section {
        about,
        lines: lines.collect(),
    }
}

/// What a section says of a row; `None`: the row does not stand in it.
fn said(row: &Row, about: About) -> Option<String> {
    let is_family = !matches!(row.fate, Fate::Refused(_) | Fate::Skipped);
    let has = |fate: Fate| (row.fate == fate).then(String::new);
    match about {
        About::Refused => match &row.fate {
            Fate::Refused(why) => Some(why.clone()),
            _ => None,
        },
        About::Asked => has(Fate::Asked),
        About::Doubted => {
            let doubts: Vec<String> = row
                .doubts
                .iter()
                .map(|doubt| format!("{}: {}", label(doubt.field.as_str()), doubt.reason))
                .collect();
            (is_family && !doubts.is_empty()).then(|| doubts.join(" · "))
        }
        About::LeftOut => has(Fate::LeftOut),
        About::Updated => match &row.fate {
            Fate::Updated(corrections) => {
                let said: Vec<String> = corrections.iter().map(corrected).collect();
                Some(said.join(" · "))
            }
            _ => None,
        },
        About::Mended => {
            let mends: Vec<String> = row.mends.iter().map(mended).collect();
            // Of a family that is here already it was told the first time.
            let is_news = is_family && row.fate != Fate::Unchanged;
            (is_news && !mends.is_empty()).then(|| mends.join(" · "))
        }
        About::Skipped => has(Fate::Skipped),
        About::New => has(Fate::New),
        About::Unchanged => has(Fate::Unchanged),
    }
}

fn corrected(correction: &Correction) -> String {
    match correction {
        Correction::Field { field, from, to } => format!(
            "{}: {} thành {}",
            label(field.as_str()),
            value(from.as_ref()),
            value(Some(to))
        ),
        Correction::Doubt { field } => format!("{} (nghi ngờ)", label(field.as_str())),
    }
}

impl Plan {
    /// Whether rows of several sheets stand in it, so that each must name its own.
    pub fn has_sheets(&self) -> bool {
        let first = self.rows.first().map(|row| &row.at.sheet);
        self.rows.iter().any(|row| Some(&row.at.sheet) != first)
    }

    /// What happened in one sentence.
    pub fn summary(&self) -> String {
        let rows = self.count(|row| row.fate == Fate::Asked);
        match self.ending() {
            Ending::Taken => "Đã nhận danh sách.".to_owned(),
            Ending::NothingNew => {
                "Không có gì mới: các hộ này đã có từ trước, đúng như trong tệp.".to_owned()
            }
            Ending::Waiting => format!(
                "Còn {} phải trả lời; {rows} dòng liên quan chưa được ghi.",
                count(self.questions.len(), "câu hỏi")
            ),
            Ending::Nothing if self.rows.iter().all(|row| row.fate == Fate::Skipped) => {
                "Chưa nhận được gì: tệp có dòng tiêu đề nhưng bên dưới không có dòng hộ nào."
                    .to_owned()
            }
            Ending::Nothing => {
                "Chưa nhận được hộ nào từ tệp này; hãy xem các dòng không nhận ở trên.".to_owned()
            }
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let several = self.has_sheets();
        writeln!(f, "Danh sách hộ của {}, năm {}", self.commune, self.year)?;
        for section in sections(self) {
            writeln!(f, "{}", section.head())?;
            for (row, said) in section.lines {
                let sheet = match several {
                    true => format!("tờ “{}” ", row.at.sheet),
                    false => String::new(),
                };
                let said = match said.is_empty() {
                    true => said,
                    false => format!(" · {said}"),
                };
                writeln!(f, "  {sheet}dòng {:>4}  {}{said}", row.at.row, row.label)?;
            }
        }
        for remark in &self.remarks {
            writeln!(f, "  {remark}")?;
        }
        for (number, question) in (1..).zip(&self.questions) {
            asked(f, number, question, several)?;
        }
        let of = |wanted: fn(&Fate) -> bool| self.count(|row| wanted(&row.fate));
        writeln!(
            f,
            "Tổng: {} bản; {} hộ mới, {} cập nhật, {} không đổi, {} không nhận, {} chờ trả lời, {} dòng không phải hộ.",
            self.villages,
            of(|fate| *fate == Fate::New),
            of(|fate| matches!(fate, Fate::Updated(_))),
            of(|fate| *fate == Fate::Unchanged),
            of(|fate| matches!(fate, Fate::Refused(_) | Fate::LeftOut)),
            of(|fate| *fate == Fate::Asked),
            of(|fate| *fate == Fate::Skipped),
        )?;
        if !self.new_villages.is_empty() {
            writeln!(f, "Bản mới: {}.", self.new_villages.join(", "))?;
        }
        if self.registered > 0 {
            writeln!(
                f,
                "Danh sách ghi là đăng ký danh hiệu: mở phiếu năm {} cho {} hộ.",
                self.year, self.registered
            )?;
        }
        Ok(())
    }
}

fn asked(
    f: &mut fmt::Formatter<'_>,
    number: usize,
    question: &Question,
    several: bool,
) -> fmt::Result {
    let about = match &question.topic {
        Topic::Row(at) if several => format!(", tờ “{}” dòng {}", at.sheet, at.row),
        Topic::Row(at) => format!(", dòng {}", at.row),
        Topic::Village(_) => String::new(),
    };
    writeln!(f, "CÂU HỎI {number}{about}: {}", question.words)?;
    for (choice, letter) in question.choices.iter().zip('a'..) {
        writeln!(f, "    {letter}) {}", choice.words)?;
    }
    Ok(())
}
