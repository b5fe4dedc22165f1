//! The budgets of papers: time, size and memory of the largest that an office prints. `--rows FILE` appends the rows of a
//! Markdown table to FILE.

use std::fs::OpenOptions;
use std::hint::black_box;
use std::io::Write;
use std::ops::ControlFlow;
use std::time::Instant;

use papers::{
    Certificate, CertificateOrder, Design, Letterhead, ListRow, Numbering, PaperError,
    RecognitionDecision,
};

fn letterhead() -> Letterhead {
    Letterhead {
        upper: "Ủy ban nhân dân tỉnh Lai Châu".into(),
        issuer: "Ủy ban nhân dân xã Phong Thổ".into(),
        place: "Phong Thổ".into(),
        signer_title: "Chủ tịch".into(),
        signer_name: "Tẩn Láo Sử".into(),
        is_authority: true,
        ..Letterhead::default()
    }
}

fn decision(many: usize) -> RecognitionDecision {
    let row = |at: usize| ListRow {
        name: format!("Lò Văn Pâng {at}"),
        village: "Bản Vàng Pheo".into(),
        detail: (1960 + at % 45).to_string(),
        result: format!("{} điểm", 80 + at % 21),
        note: String::new(),
    };
    RecognitionDecision {
        numbering: Numbering {
            symbol: "QĐ-UBND".into(),
            drafted_in: 2026,
            ..Numbering::default()
        },
        title: "Gia đình học tập".into(),
        year: 2026,
        counted: "gia đình".into(),
        rows: (0..many).map(row).collect(),
        ..RecognitionDecision::default()
    }
}

fn certificates(design: Design, many: usize) -> Result<Vec<u8>, PaperError> {
    let order = CertificateOrder {
        letterhead: letterhead(),
        heading: "Giấy chứng nhận".into(),
        drafted_in: 2026,
        design,
        ..CertificateOrder::default()
    };
    let certificate = |at: usize| Certificate {
        name: format!("Gia đình ông Lò Văn Pâng {at}"),
        address: "bản Vàng Pheo, xã Phong Thổ, tỉnh Lai Châu".into(),
        title: "Gia đình học tập".into(),
        year: 2026,
        decision: "05/QĐ-UBND".into(),
        register_number: format!("{at}/2026"),
        ..Certificate::default()
    };
    let all: Vec<_> = (0..many).map(certificate).collect();
    let parts =
        papers::certificates_in_parts(&order, &all, None, |_, _| ControlFlow::Continue(()))?;
    Ok(parts.concat())
}

/// Most memory of this process since it was last forgotten, in bytes; `None` where the system does not say.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<usize>().ok()? * 1024)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip_while(|word| word != "--rows").skip(1);
    let mut file = words
        .next()
        .map(|path| OpenOptions::new().create(true).append(true).open(path))
        .transpose()?;
    let words = Design::Words {
        right_mm: 0.0,
        down_mm: 0.0,
    };
    type Work = Box<dyn Fn() -> Result<Vec<u8>, PaperError>>;
    let works: [(&str, f64, usize, Work); 5] = [
        (
            "500 certificates, whole design",
            2.0,
            120,
            Box::new(|| certificates(Design::Full, 500)),
        ),
        (
            "500 certificates, words for stock",
            2.0,
            120,
            Box::new(move || certificates(words, 500)),
        ),
        (
            "5,000 certificates, whole design, in files of 500",
            20.0,
            200,
            Box::new(|| certificates(Design::Full, 5_000)),
        ),
        (
            "decision with 5,000 rows as .docx",
            1.0,
            60,
            Box::new(|| papers::docx(&decision(5_000), &letterhead())),
        ),
        (
            "decision with 5,000 rows as PDF",
            10.0,
            400,
            Box::new(|| papers::pdf(&decision(5_000), &letterhead(), None)),
        ),
    ];
    for (name, seconds, megabytes, work) in works {
        // Where this is not allowed, what a work took at most is what all before it took.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        let begun = Instant::now();
        let bytes = black_box(work()?);
        let took = begun.elapsed().as_secs_f64();
        let peak = peak().map_or(0.0, |bytes| bytes as f64 / 1e6);
        let verdict = if took <= seconds && peak <= megabytes as f64 {
            "đạt"
        } else {
            "**missed**"
        };
        let row = format!(
            "| {name} | ≤ {seconds} s, ≤ {megabytes} MB | {took:.2} s, {:.1} MB written, at most {peak:.0} MB of memory | {verdict} |",
            bytes.len() as f64 / 1e6
        );
        println!("{row}");
        if let Some(file) = &mut file {
            writeln!(file, "{row}")?;
        }
    }
    Ok(())
}
