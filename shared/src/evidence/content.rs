//! What a file is by its content. Nothing is decoded: only the few bytes are read that say what it is and how large
//! the picture would become, so that a small file cannot fill the memory of whoever looks at it.
//!
//! The phone asks before it attaches a file, the server before it keeps one; so what the one lists the other takes.

use super::{Evidence, MediaType};

/// The longest side of a picture, in pixels.
pub const SIDE_MAX: u32 = 16_384;
/// The most pixels of a picture: a good camera's, and no more than a cheap computer can show.
pub const PIXELS_MAX: u64 = 64_000_000;

/// Why a file is not what its evidence says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentProblem {
    #[error("tệp không phải ảnh JPEG, PNG, WebP hay tệp PDF")]
    Unknown,
    #[error("tệp là {}, không phải loại đã ghi trong phiếu", .0.as_str())]
    Other(MediaType),
    #[error("tệp dài {0} byte, không bằng độ dài đã ghi trong phiếu")]
    Length(u64),
    #[error("tệp ảnh không đọc được kích thước")]
    NoSize,
    #[error("ảnh {width} × {height} điểm là quá lớn")]
    Dimensions { width: u32, height: u32 },
}

/// Checks a whole file against what an assessment says of it.
pub fn check(bytes: &[u8], evidence: &Evidence) -> Result<(), ContentProblem> {
    let found = media_type(bytes).ok_or(ContentProblem::Unknown)?;
    if found != evidence.media_type {
        return Err(ContentProblem::Other(found));
    }
    let length = bytes.len() as u64;
    if length != evidence.bytes {
        return Err(ContentProblem::Length(length));
    }
    shows(bytes, found)
}

/// What a file is that nobody has said anything of.
pub fn known(bytes: &[u8]) -> Result<MediaType, ContentProblem> {
    let found = media_type(bytes).ok_or(ContentProblem::Unknown)?;
    shows(bytes, found)?;
    Ok(found)
}

/// Whether a picture can be shown; what is no picture is not drawn here.
fn shows(bytes: &[u8], found: MediaType) -> Result<(), ContentProblem> {
    if found.is_image() {
        let (width, height) = dimensions(bytes).ok_or(ContentProblem::NoSize)?;
        let pixels = u64::from(width) * u64::from(height);
        if pixels == 0 {
            return Err(ContentProblem::NoSize);
        }
        if width.max(height) > SIDE_MAX || pixels > PIXELS_MAX {
            return Err(ContentProblem::Dimensions { width, height });
        }
    }
    Ok(())
}

/// The type by the file's first bytes, whatever its name says. The mark must be the very first thing: a file that is
/// two things at once is neither.
pub fn media_type(bytes: &[u8]) -> Option<MediaType> {
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        Some(MediaType::Jpeg)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(MediaType::Png)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(MediaType::Webp)
    } else if bytes.starts_with(b"%PDF-") {
        Some(MediaType::Pdf)
    } else {
        None
    }
}

/// Width and height that an image says of itself, before any turning by its orientation. `None` when it does not say,
/// or is no image.
pub fn dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    match media_type(bytes)? {
        MediaType::Jpeg => jpeg(bytes),
        MediaType::Png => png(bytes),
        MediaType::Webp => webp(bytes),
        MediaType::Pdf => None,
    }
}

/// Walks the segments of a JPEG (ITU-T T.81, annex B) to the header of its frame.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        // Any number of fill bytes may stand before a marker.
        while *bytes.get(at)? == 0xff {
            at += 1;
        }
        let marker = bytes[at];
        at += 1;
        match marker {
            // They stand alone.
            0x01 | 0xd0..=0xd7 => continue,
            // The picture begins or ends, and no frame has said how large it is.
            0xd8..=0xda => return None,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                // Length and precision, then lines and samples per line.
                return Some((big(bytes, at + 5, 2)?, big(bytes, at + 3, 2)?));
            }
            _ => {}
        }
        let length = big(bytes, at, 2)?;
        if length < 2 {
            return None;
        }
        at += usize::try_from(length).ok()?;
    }
}

/// The first chunk of a PNG is its header.
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.get(12..16)? != b"IHDR" {
        return None;
    }
    Some((big(bytes, 16, 4)?, big(bytes, 20, 4)?))
}

/// The three forms of a WebP (RFC 9649): lossy, lossless and extended.
fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8 " => {
            if bytes.get(23..26)? != [0x9d, 0x01, 0x2a] {
                return None;
            }
            // The two bits above say how to enlarge it.
            Some((
                little(bytes, 26, 2)? & 0x3fff,
                little(bytes, 28, 2)? & 0x3fff,
            ))
        }
        b"VP8L" => {
            if *bytes.get(20)? != 0x2f {
                return None;
            }
            let bits = little(bytes, 21, 4)?;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => Some((little(bytes, 24, 3)? + 1, little(bytes, 27, 3)? + 1)),
        _ => None,
    }
}

/// A number of up to four bytes, the highest first.
fn big(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + length)?;
    Some(
        bytes
            .iter()
            .fold(0, |number, byte| number << 8 | u32::from(*byte)),
    )
}

/// A number of up to four bytes, the lowest first.
fn little(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + length)?;
    Some(
        bytes
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | u32::from(*byte)),
    )
}
