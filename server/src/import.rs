//! Reading a commune's household list: the Excel file as the commune keeps it.
//!
//! Such a sheet is made for printing. Above the table stand the office and the motto, the header has two rows with
//! merged cells, villages are rows of their own, totals and signatures follow. Names come decomposed, in capitals and
//! with stray spaces; years as text or as 1 January; numbers are missing or impossible; families stand twice.
//!
//! What is certain is mended and said ([`Mend`]). What is not is taken as it stands and flagged ([`Doubt`]), never
//! guessed. What is no family, or a family that stands twice, is refused with its reason. Every row of the sheet that
//! says something is told with its own number.
//!
//! [`workbook`] takes the file apart, [`columns`] finds the table, [`list`] reads it. What becomes of the families is
//! decided in `services::households`.

pub mod columns;
pub mod list;
pub mod values;
pub mod workbook;

pub use list::{Doubt, Household, HouseholdList, Mend, ReadRow, Reading};
pub use workbook::{Cell, Sheet};

/// The file cannot be used; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error(
        "tệp không mở được như một tệp Excel (.xlsx): {0}. Nếu là tệp .xls hay .ods, hãy mở bằng Excel và lưu lại thành .xlsx"
    )]
    NotExcel(String),
    #[error("tệp quá lớn ({0}); danh sách hộ của một xã không tới mức đó, hãy kiểm tra lại tệp")]
    TooLarge(&'static str),
    #[error(
        "tệp không phải danh sách hộ. Đã tìm trong {sheets} một dòng tiêu đề có cột họ tên chủ hộ và ít nhất một trong các cột STT, năm sinh, số khẩu; {found}"
    )]
    NotAList { sheets: String, found: String },
}
