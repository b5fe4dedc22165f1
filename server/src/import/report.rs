//! A plan as a clerk reads it: what was refused, what is asked and what is doubted before what was repaired, row by row;
//! then the sums.

use std::fmt;

use shared::api::imports::About;

use super::kinds::Listing;
use super::plan::{Correction, Ending, Fate, Plan, Question, Row, Topic};
use super::words::{corrected, count, label, mended};

/// Rows of which the same is to be said.
pub struct Section<'a> {
    listing: &'static Listing,
    pub about: About,
    pub lines: Vec<(&'a Row, String)>,
}

impl Section<'_> {
    /// The head they stand under.
    pub fn head(&self) -> String {
        let noun = self.listing.noun;
        let large = noun.to_uppercase();
        let (head, what) = match self.about {
            About::Refused => ("KHÔNG NHẬN".to_owned(), "dòng"),
            About::Asked => ("CHỜ TRẢ LỜI, chưa ghi".to_owned(), "dòng"),
            About::Doubted => (format!("NGHI NGỜ, {}", self.listing.ask), noun),
            About::LeftOut => ("ĐỂ LẠI theo lời chọn".to_owned(), "dòng"),
            About::Partly => ("NHẬN, có phần chưa ghi theo tệp".to_owned(), noun),
            About::Updated => ("CẬP NHẬT".to_owned(), noun),
            About::Mended => ("ĐÃ SỬA CÁCH GHI".to_owned(), noun),
            About::Skipped => (format!("KHÔNG PHẢI {large}"), "dòng"),
            About::New => (format!("{large} MỚI"), noun),
            About::Unchanged => ("KHÔNG ĐỔI".to_owned(), noun),
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
    let listing = Listing::of(plan.kind);
    let rows = plan.rows.iter();
    let lines = rows.filter_map(|row| Some((row, said(listing, row, about)?)));
    Section {
        listing,
        about,
        lines: lines.collect(),
    }
}

/// What a section says of a row; `None`: the row does not stand in it.
fn said(listing: &Listing, row: &Row, about: About) -> Option<String> {
    let is_subject = !matches!(row.fate, Fate::Refused(_) | Fate::Skipped);
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
                .map(|doubt| format!("{}: {}", label(listing, doubt.field.as_str()), doubt.reason))
                .collect();
            (is_subject && !doubts.is_empty()).then(|| doubts.join(" · "))
        }
        About::LeftOut => has(Fate::LeftOut),
        About::Partly => {
            let is_taken = is_subject && !matches!(row.fate, Fate::Asked | Fate::LeftOut);
            (is_taken && !row.remarks.is_empty()).then(|| row.remarks.join(" · "))
        }
        About::Updated => match &row.fate {
            Fate::Updated(corrections) => {
                let said: Vec<String> = corrections
                    .iter()
                    .map(|it| correction(listing, it))
                    .collect();
                Some(said.join(" · "))
            }
            _ => None,
        },
        About::Mended => {
            let mends: Vec<String> = row.mends.iter().map(|it| mended(listing, it)).collect();
            // Of one that is here already it was told the first time.
            let is_news = is_subject && row.fate != Fate::Unchanged;
            (is_news && !mends.is_empty()).then(|| mends.join(" · "))
        }
        About::Skipped => has(Fate::Skipped),
        About::New => has(Fate::New),
        About::Unchanged => has(Fate::Unchanged),
    }
}

fn correction(listing: &Listing, correction: &Correction) -> String {
    match correction {
        Correction::Field { field, from, to } => {
            corrected(listing, field.as_str(), from.as_ref(), to)
        }
        Correction::Doubt { field } => format!("{} (nghi ngờ)", label(listing, field.as_str())),
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
        let noun = Listing::of(self.kind).noun;
        match self.ending() {
            Ending::Taken => "Đã nhận danh sách.".to_owned(),
            Ending::NothingNew => {
                format!("Không có gì mới: các {noun} này đã có từ trước, đúng như trong tệp.")
            }
            Ending::Waiting => format!(
                "Còn {} phải trả lời; {rows} dòng liên quan chưa được ghi.",
                count(self.questions.len(), "câu hỏi")
            ),
            Ending::Nothing if self.rows.iter().all(|row| row.fate == Fate::Skipped) => {
                format!(
                    "Chưa nhận được gì: tệp có dòng tiêu đề nhưng bên dưới không có dòng {noun} nào."
                )
            }
            Ending::Nothing => {
                format!("Chưa nhận được {noun} nào từ tệp này; hãy xem các dòng không nhận ở trên.")
            }
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let several = self.has_sheets();
        let noun = Listing::of(self.kind).noun;
        writeln!(
            f,
            "Danh sách {noun} của {}, năm {}",
            self.commune, self.year
        )?;
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
            "Tổng: {} bản; {} {noun} mới, {} cập nhật, {} không đổi, {} không nhận, {} chờ trả lời, {} dòng không phải {noun}.",
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
                "Đăng ký danh hiệu: mở phiếu năm {} cho {} {noun}.",
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
