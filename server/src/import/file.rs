//! What a file is, by what is in it: people rename files, and a browser names them by their ending.

use shared::evidence::MediaType;
use shared::evidence::content::media_type;

use super::sheet::Sheet;
use super::{FileError, csv, xlsx};

/// The largest file. A commune of 3,000 families has a tenth of a megabyte.
const FILE_MAX: usize = 20 << 20;

/// A file that is no sheet we read: what it is, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileKind {
    #[error("tệp trống, không có gì bên trong. Hãy kiểm tra xem tệp đã chép hay tải về xong chưa")]
    Empty,
    #[error(
        "đây là tệp PDF, máy không đọc được bảng trong đó. Hãy tìm tệp Excel mà bản PDF này được in ra"
    )]
    Pdf,
    #[error(
        "đây là ảnh chụp, máy không đọc được chữ trong ảnh. Hãy tìm tệp Excel của danh sách này"
    )]
    Image,
    #[error(
        "đây là tệp Excel đời cũ (.xls). Hãy mở bằng Excel hoặc LibreOffice, chọn Lưu thành (Save As) kiểu Excel Workbook (.xlsx), rồi nhập tệp mới"
    )]
    OldExcel,
    #[error(
        "tệp có mật khẩu nên máy không mở được. Hãy mở bằng Excel, vào Tệp, Thông tin, Bảo vệ sổ làm việc, Mã hoá bằng mật khẩu, xoá mật khẩu, lưu lại rồi nhập"
    )]
    Password,
    #[error(
        "đây là tệp Excel nhị phân (.xlsb). Hãy mở bằng Excel, chọn Lưu thành (Save As) kiểu Excel Workbook (.xlsx), rồi nhập tệp mới"
    )]
    BinaryExcel,
    #[error(
        "đây là bảng tính của LibreOffice (.ods). Hãy mở tệp, chọn Lưu thành kiểu Excel (.xlsx), rồi nhập tệp mới"
    )]
    OpenDocument,
    #[error(
        "đây là tệp văn bản (Word). Hãy chép bảng trong đó sang Excel, lưu thành tệp .xlsx rồi nhập"
    )]
    Text,
    #[error("đây là tệp trình chiếu. Hãy tìm tệp Excel (.xlsx) của danh sách này")]
    Slides,
    #[error("đây là tệp nén. Hãy giải nén rồi nhập tệp Excel (.xlsx) ở bên trong")]
    Archive,
    #[error(
        "đây là trang web được lưu dưới tên tệp Excel. Hãy mở bằng Excel, chọn Lưu thành (Save As) kiểu Excel Workbook (.xlsx), rồi nhập tệp mới"
    )]
    Web,
    #[error("máy không nhận ra đây là tệp gì. Hãy dùng tệp Excel (.xlsx) hoặc CSV của danh sách")]
    Unknown,
}

/// The sheets of a file. A hostile file is refused, not believed.
pub fn read(bytes: &[u8]) -> Result<Vec<Sheet>, FileError> {
    if bytes.len() > FILE_MAX {
        return Err(FileError::TooLarge("trên 20 MB"));
    }
    if bytes.starts_with(b"PK") {
        return xlsx::read(bytes);
    }
    match binary(bytes) {
        Some(kind) => Err(kind.into()),
        None => csv::read(bytes),
    }
}

/// What a file is that is neither packed nor text.
fn binary(bytes: &[u8]) -> Option<FileKind> {
    const IMAGES: [&[u8]; 3] = [b"GIF8", b"II*\0", b"MM\0*"];
    const ARCHIVES: [&[u8]; 4] = [b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh"];
    let begins = |marks: &[&[u8]]| marks.iter().any(|mark| bytes.starts_with(mark));
    let start = String::from_utf8_lossy(bytes.get(..1_024).unwrap_or(bytes)).to_lowercase();
    let start = start.trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']);
    Some(match media_type(bytes) {
        _ if bytes
            .iter()
            .all(|byte| byte.is_ascii_whitespace() || *byte == 0) =>
        {
            FileKind::Empty
        }
        Some(MediaType::Pdf) => FileKind::Pdf,
        Some(_) => FileKind::Image,
        None if bytes.starts_with(&COMPOUND) => compound(bytes),
        // HEIC and AVIF begin with the length of their first box, BMP with its own.
        None if begins(&IMAGES) || bytes.get(4..8) == Some(b"ftyp") => FileKind::Image,
        None if bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]) => FileKind::Image,
        None if begins(&ARCHIVES) => FileKind::Archive,
        None if start.starts_with("{\\rtf") => FileKind::Text,
        None if start.starts_with("<?xml") && start.contains("spreadsheet") => FileKind::OldExcel,
        None if start.starts_with('<') => FileKind::Web,
        None => return None,
    })
}

/// How the files of old Office programs begin, and those of the new ones that have a password.
const COMPOUND: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Which of them it is, by the names of the streams in it.
fn compound(bytes: &[u8]) -> FileKind {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    if has("EncryptedPackage") {
        FileKind::Password
    } else if has("Workbook") || has("Book") {
        FileKind::OldExcel
    } else if has("WordDocument") {
        FileKind::Text
    } else if has("PowerPoint Document") {
        FileKind::Slides
    } else {
        FileKind::Unknown
    }
}
