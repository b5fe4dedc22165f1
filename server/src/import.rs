//! Reading a commune's list of families, citizens, clans or units: the sheet as the commune keeps it.
//!
//! Such a sheet is made for printing. Above the table stand the office and the motto, the header has two rows with
//! merged cells, villages are rows of their own, totals and signatures follow. Names come decomposed, in capitals and
//! with stray spaces; years as text or as 1 January; numbers are missing or impossible; families stand twice.
//!
//! What is certain is mended and said ([`Mend`]). What is not is taken as it stands and flagged ([`Doubt`]), never
//! guessed. What is nobody, or stands twice, is refused with its reason. What could be two things
//! (a namesake or a corrected year of birth, a new village or a misspelt one) is asked ([`plan::Question`]), and waits.
//! Every row of the sheet that says something is told with its own number.
//!
//! Three steps, the first two without a database:
//!
//! 1. [`read`] takes a file apart into sheets ([`xlsx`], [`csv`]), or says what kind of file it is instead.
//! 2. [`plan::plan`] finds the table ([`columns`]) of a kind ([`kinds`]), looks whether its columns hold what their heads say ([`shape`]), reads
//!    the rows ([`list`]), finds who of the list is who of those that are here ([`matching`]), and says what
//!    will happen to each row and why.
//! 3. `services::lists` makes the same plan again under the lock of the commune, and does it.
//!
//! What an import did can be taken back for as long as nobody has built on it ([`undo`]).

mod choices;
pub mod columns;
pub mod commune;
pub mod csv;
mod file;
pub mod kinds;
mod links;
pub mod list;
pub mod matching;
mod near;
pub mod plan;
pub mod report;
mod rows;
mod said;
pub mod shape;
pub mod sheet;
pub mod undo;
pub mod values;
pub mod words;
pub mod xlsx;

pub use file::{FileKind, read};
pub use list::{ListedSubject, ReadRow, Reading, SubjectList};
pub use said::{Doubt, Mend};
pub use sheet::{Cell, Sheet};

use shared::ids::UserId;
use uuid::Uuid;

/// The author under whose name lists are imported.
pub const IMPORTER: UserId =
    UserId::from_uuid(Uuid::from_u128(0x1d3f_5a1c_8b0e_4c55_9f2a_70b1_6e0d_2c48));
/// The author under whose name imports are taken back.
pub const UNDOER: UserId =
    UserId::from_uuid(Uuid::from_u128(0x8c02_4e77_d5a3_4f18_b1c6_0a9f_3d51_e2b7));

/// The file cannot be used; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error(transparent)]
    Kind(#[from] FileKind),
    /// It should be a sheet and cannot be read as one.
    #[error(
        "tệp Excel này bị hỏng hoặc chép chưa hết ({0}). Hãy chép lại tệp; nếu vẫn vậy, mở bằng Excel rồi Lưu thành (Save As) một tệp .xlsx mới"
    )]
    Broken(&'static str),
    /// Letters outside Unicode, as of TCVN3 and VNI.
    #[error(
        "tệp văn bản này không ở bảng mã UTF-8 nên chữ có dấu sẽ sai. Hãy mở bằng Excel, chọn Lưu thành (Save As) kiểu Excel Workbook (.xlsx) hoặc CSV UTF-8, rồi nhập tệp mới"
    )]
    Encoding,
    #[error(
        "tệp quá lớn ({0}); danh sách của một xã không tới mức đó. Hãy mở tệp, xoá các dòng, cột và tờ thừa rồi lưu lại"
    )]
    TooLarge(&'static str),
    #[error(
        "tệp không phải danh sách {list}. Đã tìm trong {sheets} một dòng tiêu đề có cột {name} và ít nhất một trong các cột {beside}; {found}"
    )]
    NotAList {
        list: &'static str,
        name: &'static str,
        beside: String,
        sheets: String,
        found: String,
    },
    /// What stands in the columns is not what their heads say.
    #[error(
        "các cột có vẻ bị đảo hoặc nhầm tiêu đề, nên chưa nhận dòng nào: {}. Hãy xem lại dòng tiêu đề và nội dung các cột này",
        .seen.join("; ")
    )]
    WrongColumns { seen: Vec<String> },
}
