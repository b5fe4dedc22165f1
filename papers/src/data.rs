//! What the papers are made of, as plain data. A text that is "" says that there is none.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Who issues a paper and how it is signed: the same on every paper of a unit. Names stand as in a sentence ("Ủy ban nhân
/// dân xã Phong Thổ"); the paper writes them large where the rules ask for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Letterhead {
    /// The authority above the one that issues; "" where none is written.
    pub upper: String,
    /// Who issues.
    pub issuer: String,
    /// The place before the date: "Phong Thổ".
    pub place: String,
    /// Who decides, in a sentence: "Chủ tịch Ủy ban nhân dân xã Phong Thổ". "" where it is the issuer.
    pub authority: String,
    /// For whom the signature stands: "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH". "" where who decides signs.
    pub signer_mark: String,
    /// "CHỦ TỊCH", "PHÓ CHỦ TỊCH".
    pub signer_title: String,
    /// Without degrees (Decree 30/2020, annex I, II.7).
    pub signer_name: String,
    /// Who receives a copy, without hyphens ("Lưu: VT"), beside those whom the kind of paper names first ("Như Điều 4").
    pub recipients: Vec<String>,
    /// A state authority, whose certificates carry the national emblem; an association's carry its own symbol.
    pub is_authority: bool,
}

impl Letterhead {
    /// Who decides, in a sentence.
    pub fn deciding(&self) -> &str {
        if self.authority.trim().is_empty() {
            &self.issuer
        } else {
            &self.authority
        }
    }
}

/// Number and date of a paper; without them while it is not signed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Numbering {
    /// "5", or with a symbol of its own: "5/QĐ-UBND".
    pub number: Option<String>,
    /// "QĐ-UBND".
    pub symbol: String,
    pub date: Option<NaiveDate>,
    /// The year that is written while there is no date.
    pub drafted_in: i32,
}

/// A row of a list. Its ordinal is its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListRow {
    pub name: String,
    pub village: String,
    /// Birth year, members, kind of unit: what [`Heads::detail`] names.
    pub detail: String,
    /// Points or level.
    pub result: String,
    pub note: String,
}

/// What stands above the columns of a list. A column in which no row says anything is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Heads {
    pub name: String,
    pub village: String,
    pub detail: String,
    pub result: String,
    pub note: String,
}

impl Default for Heads {
    fn default() -> Self {
        Self {
            name: "Họ và tên".to_owned(),
            village: "Địa chỉ".to_owned(),
            detail: "Năm sinh".to_owned(),
            result: "Kết quả".to_owned(),
            note: "Ghi chú".to_owned(),
        }
    }
}

/// The decision that is taken back, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Revocation {
    /// The number of the decision that recognised, with its symbol; "" where a title is taken back from several.
    pub decision: String,
    pub date: Option<NaiveDate>,
    pub reason: String,
}

/// Quyết định công nhận, or thu hồi: four articles and an annexed list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecognitionDecision {
    pub numbering: Numbering,
    /// "Gia đình học tập".
    pub title: String,
    /// The year judged.
    pub year: i32,
    /// What is counted: "gia đình", "công dân", "dòng họ".
    pub counted: String,
    /// Legal bases and on whose proposal, each without its end: "Căn cứ Luật …", "Theo đề nghị của …".
    pub bases: Vec<String>,
    /// Who carries it out, before those on the list: "Chánh Văn phòng Ủy ban nhân dân xã".
    pub enforcers: String,
    pub heads: Heads,
    pub rows: Vec<ListRow>,
    /// Takes back what is listed instead of recognising it.
    pub revokes: Option<Revocation>,
}

/// Tờ trình: asks those above to recognise what is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProposalLetter {
    pub numbering: Numbering,
    pub title: String,
    pub year: i32,
    pub counted: String,
    /// "Kính gửi".
    pub addressees: Vec<String>,
    pub bases: Vec<String>,
    /// How it was judged, in paragraphs, before what is asked for.
    pub paragraphs: Vec<String>,
    pub heads: Heads,
    pub rows: Vec<ListRow>,
}

/// A row of a list of those who are commended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommendedRow {
    pub name: String,
    pub village: String,
    /// What it is commended for.
    pub deed: String,
    /// What goes with it, in đồng; none where no text says how much.
    pub money: Option<u64>,
}

/// Who is commended for what, as a decision and the letter that asks for it say it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Commendation {
    pub numbering: Numbering,
    /// "Giấy khen".
    pub award: String,
    /// What all of them are commended for: "Có thành tích xuất sắc trong phong trào … năm 2026".
    pub merit: String,
    /// The time of the merits: "năm 2026", "giai đoạn 2023–2025".
    pub period: String,
    /// What is counted: "gia đình", "công dân", "dòng họ".
    pub counted: String,
    /// Legal bases and on whose proposal, each without its end.
    pub bases: Vec<String>,
    /// What stands above the names: "Họ và tên".
    pub name_head: String,
    pub rows: Vec<CommendedRow>,
}

/// Quyết định khen thưởng: four articles and an annexed list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommendationDecision {
    pub commends: Commendation,
    /// Who carries it out, before those on the list.
    pub enforcers: String,
}

/// Tờ trình: asks whoever decides to commend what is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommendationProposal {
    pub commends: Commendation,
    /// "Kính gửi".
    pub addressees: Vec<String>,
    /// How they were chosen, before what is asked for.
    pub paragraphs: Vec<String>,
    /// Whether whom it asks does not decide, and puts it before those who do.
    pub goes_on: bool,
}

/// How a paper reads of one of its list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Named {
    pub name: String,
    pub village: String,
    /// What it is commended for.
    pub deed: String,
}

/// A line that is corrected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MendedRow {
    pub was: Named,
    pub reads: Named,
}

/// What is corrected in a signed decision, as the decision that does it and the letter that asks for it say it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Correction {
    pub numbering: Numbering,
    /// Number of the decision that is corrected, with its symbol, its day, and who decided it.
    pub decision: String,
    pub date: Option<NaiveDate>,
    pub decided_by: String,
    /// What that decided: "công nhận danh hiệu “Gia đình học tập” năm 2026".
    pub about: String,
    /// What is counted: "gia đình", "công dân", "dòng họ".
    pub counted: String,
    /// What is handed out anew: "Giấy chứng nhận"; "" where nothing is.
    pub sheets: String,
    /// Bases beside the decision that is corrected, each without its end.
    pub bases: Vec<String>,
    /// What stands above the names: "Họ và tên".
    pub name_head: String,
    pub rows: Vec<MendedRow>,
    /// What else is to be read otherwise; "" for nothing.
    pub wording: String,
}

/// Quyết định đính chính: its articles, and an annexed list where lines are corrected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CorrectionDecision {
    pub corrects: Correction,
    /// Who carries it out, before those on the list.
    pub enforcers: String,
}

/// Tờ trình: asks whoever decides to correct what is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CorrectionProposal {
    pub corrects: Correction,
    /// "Kính gửi".
    pub addressees: Vec<String>,
    /// How the mistake was found, before what is asked for.
    pub paragraphs: Vec<String>,
}

/// Báo cáo thành tích of one of a list: what is known of it, with room for what a person has to write.
///
/// The parts are those of every report of achievements (who it is; what was achieved; what is asked for), the layout that of Decree
/// 30/2020. The templates that Decree 152/2025 annexes were not read by anybody, so no form is named and an office compares before it
/// sends one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AchievementReport {
    /// The year that is written while there is no date.
    pub drafted_in: i32,
    /// "Giấy khen", "Bằng khen của …".
    pub award: String,
    /// The time of the merits: "năm 2026", "giai đoạn 2023–2025".
    pub period: String,
    /// What stands above the name: "Họ và tên".
    pub name_head: String,
    pub name: String,
    /// What it is: "Gia đình", "Công dân".
    pub kind: String,
    /// "Bản Vàng Pheo, xã Phong Thổ".
    pub place: String,
    /// Whether several sign through somebody, and no one person.
    pub is_collective: bool,
    /// What else is known of it, by what stands before; "" where somebody has to write it.
    pub facts: Vec<(String, String)>,
    pub titles: Vec<HeldTitle>,
    pub gave: Vec<GaveIn>,
    pub initiatives: Vec<NotedInitiative>,
    pub commended: Vec<CommendedBefore>,
    /// What it is to be commended for.
    pub deed: String,
}

/// A title that was held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HeldTitle {
    pub year: i32,
    pub title: String,
    /// Points or level.
    pub result: String,
    /// Number and date of the decision.
    pub decision: String,
}

/// What was given in a year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GaveIn {
    pub year: i32,
    /// Days of work.
    pub labour: Option<u64>,
    /// In đồng.
    pub money: Option<u64>,
    pub otherwise: String,
}

/// An initiative in which it has a part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotedInitiative {
    pub year: i32,
    pub name: String,
    /// What it consists of, and what came of it.
    pub what: String,
    pub used: String,
    /// Authority, number and date; "" where nobody recognised it.
    pub recognised: String,
}

/// An award that was given before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommendedBefore {
    /// "năm 2026".
    pub period: String,
    pub award: String,
    /// Number and date.
    pub decision: String,
}

/// An entry of a register.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RegisterRow {
    /// The number in the register, which its certificate names.
    pub number: String,
    pub name: String,
    pub village: String,
    pub title: String,
    pub year: String,
    /// The level or rank that was reached; "" where the title has none.
    pub result: String,
    /// Number and date of the decision.
    pub decision: String,
    /// The same of the one that commended what was done in the year; "" for none.
    pub commended: String,
    pub note: String,
}

impl RegisterRow {
    /// What stands above the columns.
    pub const HEADS: [&'static str; 9] = [
        "Số vào sổ",
        "Họ và tên, tên đơn vị",
        "Địa chỉ",
        "Danh hiệu",
        "Năm",
        "Mức, xếp loại",
        "Quyết định công nhận",
        "Khen thưởng",
        "Ghi chú",
    ];

    /// What stands in them.
    pub fn texts(&self) -> [&str; 9] {
        [
            &self.number,
            &self.name,
            &self.village,
            &self.title,
            &self.year,
            &self.result,
            &self.decision,
            &self.commended,
            &self.note,
        ]
    }
}

/// Sổ danh hiệu: who holds which title since which decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Register {
    /// "Sổ theo dõi danh hiệu học tập".
    pub heading: String,
    /// What it covers: "Năm 2026", "Từ năm 2024 đến năm 2026".
    pub covering: String,
    /// The day on which it says this.
    pub date: Option<NaiveDate>,
    pub drafted_in: i32,
    pub rows: Vec<RegisterRow>,
}

/// A column of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordColumn {
    pub head: String,
    /// Its part of the width, beside the others'.
    pub weight: u32,
    pub centred: bool,
}

/// Biên bản or bản tổng hợp: what was found, in a table between sentences, signed by one or two. Sentences may leave room to be
/// filled in by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// "Biên bản", "Bản tổng hợp".
    pub kind: String,
    /// "Họp bình xét danh hiệu “Gia đình học tập” năm 2026".
    pub about: String,
    pub date: Option<NaiveDate>,
    /// The year that is written while there is no date.
    pub drafted_in: i32,
    /// Before the table.
    pub paragraphs: Vec<String>,
    pub columns: Vec<RecordColumn>,
    /// A text for each column.
    pub rows: Vec<Vec<String>>,
    /// Who signs at the left, beside the letterhead's signer: "Thư ký". "" where nobody does.
    pub beside: String,
    /// Across the sheet.
    pub landscape: bool,
}
