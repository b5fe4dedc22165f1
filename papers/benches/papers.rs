//! The budgets of papers: time, size and memory of the largest that an office prints. `--rows FILE` appends the rows of a
//! Markdown table to FILE.

use std::error::Error;
use std::fs::OpenOptions;
use std::hint::black_box;
use std::io::Write;
use std::ops::ControlFlow;
use std::process::Command;
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

/// A thing to print, and what it may take.
struct Work {
    name: &'static str,
    seconds: f64,
    megabytes: f64,
    print: fn() -> Result<Vec<u8>, PaperError>,
}

const WORDS: Design = Design::Words {
    right_mm: 0.0,
    down_mm: 0.0,
};

const WORKS: [Work; 5] = [
    Work {
        name: "500 certificates, whole design",
        seconds: 2.0,
        megabytes: 120.0,
        print: || certificates(Design::Full, 500),
    },
    Work {
        name: "500 certificates, words for stock",
        seconds: 2.0,
        megabytes: 120.0,
        print: || certificates(WORDS, 500),
    },
    Work {
        name: "5,000 certificates, whole design, in files of 500",
        seconds: 20.0,
        megabytes: 200.0,
        print: || certificates(Design::Full, 5_000),
    },
    Work {
        name: "decision with 5,000 rows as .docx",
        seconds: 1.0,
        megabytes: 60.0,
        print: || papers::docx(&decision(5_000), &letterhead()),
    },
    Work {
        name: "decision with 5,000 rows as PDF",
        seconds: 10.0,
        megabytes: 400.0,
        print: || papers::pdf(&decision(5_000), &letterhead(), None),
    },
];

/// Most memory of this process so far, in megabytes; `None` where the system does not say.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? * 1024.0 / 1e6)
}

/// The row of a work that this process does and nothing else, so that its memory is that of the work.
fn row(work: &Work) -> Result<String, PaperError> {
    let begun = Instant::now();
    let bytes = black_box((work.print)()?);
    let took = begun.elapsed().as_secs_f64();
    let peak = peak().unwrap_or(0.0);
    let met = took <= work.seconds && peak <= work.megabytes;
    let verdict = if met { "đạt" } else { "**missed**" };
    Ok(format!(
        "| {} | ≤ {} s, ≤ {} MB | {took:.2} s, at most {peak:.0} MB of memory, {:.1} MB written | {verdict} |",
        work.name,
        work.seconds,
        work.megabytes,
        bytes.len() as f64 / 1e6
    ))
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().collect();
    let after = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        words.get(at + 1)
    };
    if let Some(name) = after("--only") {
        let work = WORKS.iter().find(|work| work.name == name);
        println!("{}", row(work.ok_or("no such work")?)?);
        return Ok(());
    }
    let rows = after("--rows");
    let mut file = match rows {
        Some(path) => Some(OpenOptions::new().create(true).append(true).open(path)?),
        None => None,
    };
    for work in &WORKS {
        let done = Command::new(std::env::current_exe()?)
            .args(["--only", work.name])
            .output()?;
        if !done.status.success() {
            return Err(String::from_utf8_lossy(&done.stderr).into());
        }
        let row = String::from_utf8(done.stdout)?;
        print!("{row}");
        if let Some(file) = &mut file {
            write!(file, "{row}")?;
        }
    }
    Ok(())
}
