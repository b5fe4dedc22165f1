//! The templates that papers are laid out with: those of the program, or what whoever runs the server has put in their place.
//!
//! They are read once, when the server starts, and tried on a sample: a paper that cannot be drawn is found by whoever changed the
//! template, and not by the clerk who needs the paper.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use papers::{
    AchievementReport, CERTIFICATE_TEMPLATE, Certificate, CertificateOrder, Design, Letterhead,
    OFFICIAL_TEMPLATE, PaperError, REPORT_TEMPLATE,
};

use super::letterheads;
use crate::clock;

/// The file of decisions, letters, records and registers, and that of certificates.
const OFFICIAL: &str = "official.typ";
const CERTIFICATE: &str = "certificate.typ";
/// That of reports of achievements.
const REPORT: &str = "report.typ";
/// What is larger is no template.
const BYTES_MAX: u64 = 1 << 20;

static IN_FORCE: OnceLock<Templates> = OnceLock::new();

/// What stands in the place of the program's own.
#[derive(Debug, Default)]
pub struct Templates {
    official: Option<String>,
    certificate: Option<String>,
    report: Option<String>,
}

/// Why a folder of templates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplatesError {
    #[error("thư mục mẫu in {0} không có tệp {OFFICIAL}, {CERTIFICATE} hay {REPORT} nào")]
    Nothing(PathBuf),
    #[error("không đọc được mẫu in {0}: {1}")]
    Unread(PathBuf, std::io::Error),
    #[error("mẫu in {0} lớn quá 1 MB")]
    TooLarge(PathBuf),
    #[error("mẫu in {0} chưa dùng được: {1}")]
    Broken(PathBuf, PaperError),
    #[error("đã có tệp {0}; hãy chọn thư mục khác")]
    Exists(PathBuf),
}

impl Templates {
    /// Those of a folder, each tried on a sample. Any of the files may be missing.
    pub fn read(folder: &Path) -> Result<Self, TemplatesError> {
        let templates = Self {
            official: file(&folder.join(OFFICIAL))?,
            certificate: file(&folder.join(CERTIFICATE))?,
            report: file(&folder.join(REPORT))?,
        };
        let all = [
            &templates.official,
            &templates.certificate,
            &templates.report,
        ];
        if all.into_iter().all(Option::is_none) {
            return Err(TemplatesError::Nothing(folder.to_owned()));
        }
        let broken = |name: &str| {
            let path = folder.join(name);
            move |error| TemplatesError::Broken(path, error)
        };
        if let Some(official) = &templates.official {
            let sample = letterheads::sample_decision(clock::today());
            papers::pdf(&sample, &letterhead(true), Some(official)).map_err(broken(OFFICIAL))?;
        }
        if let Some(certificate) = &templates.certificate {
            for is_authority in [true, false] {
                let drawn = papers::test_print(&order(is_authority), &sample(), Some(certificate));
                drawn.map_err(broken(CERTIFICATE))?;
            }
        }
        if let Some(report) = &templates.report {
            let sample = [sample_report()];
            let drawn = papers::reports_pdf(&sample, &letterhead(true), Some(report));
            drawn.map_err(broken(REPORT))?;
        }
        Ok(templates)
    }

    /// From now on papers are laid out with these. The first that are put in force stay.
    pub fn put_in_force(self) {
        let _ = IN_FORCE.set(self);
    }
}

fn file(path: &Path) -> Result<Option<String>, TemplatesError> {
    let unread = |error| TemplatesError::Unread(path.to_owned(), error);
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unread(error)),
        Ok(about) if about.len() > BYTES_MAX => {
            return Err(TemplatesError::TooLarge(path.to_owned()));
        }
        Ok(_) => {}
    }
    std::fs::read_to_string(path).map(Some).map_err(unread)
}

/// Writes the program's own into a folder, to be changed. Nothing is written over.
pub fn write(folder: &Path) -> Result<[PathBuf; 3], TemplatesError> {
    let files = [
        (OFFICIAL, OFFICIAL_TEMPLATE),
        (CERTIFICATE, CERTIFICATE_TEMPLATE),
        (REPORT, REPORT_TEMPLATE),
    ];
    let files = files.map(|(name, template)| (folder.join(name), template));
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
        return Err(TemplatesError::Exists(path.clone()));
    }
    let unread = |path: &Path| {
        let path = path.to_owned();
        move |error| TemplatesError::Unread(path, error)
    };
    std::fs::create_dir_all(folder).map_err(unread(folder))?;
    for (path, template) in &files {
        std::fs::write(path, template).map_err(unread(path))?;
    }
    Ok(files.map(|(path, _)| path))
}

/// What decisions, letters, records and registers are laid out with; nothing for the program's own.
pub fn official() -> Option<&'static str> {
    IN_FORCE.get()?.official.as_deref()
}

/// What reports of achievements are laid out with; nothing for the program's own.
pub fn report() -> Option<&'static str> {
    IN_FORCE.get()?.report.as_deref()
}

/// What certificates are laid out with; nothing for the program's own.
pub fn certificate() -> Option<&'static str> {
    IN_FORCE.get()?.certificate.as_deref()
}

fn letterhead(is_authority: bool) -> Letterhead {
    Letterhead {
        issuer: "Ủy ban nhân dân xã (mẫu)".to_owned(),
        place: "Xã (mẫu)".to_owned(),
        signer_title: "Chủ tịch".to_owned(),
        is_authority,
        ..Letterhead::default()
    }
}

fn order(is_authority: bool) -> CertificateOrder {
    CertificateOrder {
        letterhead: letterhead(is_authority),
        commends: true,
        heading: "Giấy khen".to_owned(),
        date: None,
        drafted_in: 2026,
        design: Design::Full,
        symbol: None,
    }
}

fn sample() -> Certificate {
    Certificate {
        name: "Nguyễn Văn A (mẫu)".to_owned(),
        address: "Bản (mẫu)".to_owned(),
        title: "Công dân học tập".to_owned(),
        year: 2026,
        ..Certificate::default()
    }
}

fn sample_report() -> AchievementReport {
    AchievementReport {
        drafted_in: 2026,
        award: "Giấy khen".to_owned(),
        period: "năm 2026".to_owned(),
        name_head: "Họ và tên".to_owned(),
        name: "Nguyễn Văn A (mẫu)".to_owned(),
        ..AchievementReport::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_out_is_read_again_and_what_is_broken_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let (inside, empty) = (folder.path().join("mau"), folder.path().join("trong"));
        assert!(matches!(
            Templates::read(&empty),
            Err(TemplatesError::Nothing(_))
        ));
        let files = write(&inside).unwrap();
        assert!(files.iter().all(|file| file.is_file()));
        assert!(matches!(write(&inside), Err(TemplatesError::Exists(_))));
        let read = Templates::read(&inside).unwrap();
        assert_eq!(read.official.as_deref(), Some(OFFICIAL_TEMPLATE));

        std::fs::write(&files[1], "#let x = 1\n#khong-co").unwrap();
        let broken = Templates::read(&inside).unwrap_err().to_string();
        assert!(
            broken.contains(CERTIFICATE) && broken.contains("dòng 2"),
            "{broken}"
        );
        std::fs::write(&files[1], vec![b' '; 1 << 21]).unwrap();
        assert!(matches!(
            Templates::read(&inside),
            Err(TemplatesError::TooLarge(_))
        ));
        std::fs::write(&files[1], [0xff, 0xfe]).unwrap();
        assert!(matches!(
            Templates::read(&inside),
            Err(TemplatesError::Unread(..))
        ));
    }
}
