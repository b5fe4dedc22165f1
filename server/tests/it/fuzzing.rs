//! What reads from outside, fed with altered inputs.
//!
//! Each target reads bytes and holds laws that no input may break; that it does not panic is one. With every run of the
//! tests it reads what is in its folder of `corpus`, and 300 alterations of each by a fixed seed. `make fuzz` goes on with
//! other seeds for `FUZZ_SECONDS` a target, and writes what breaks a law into `corpus`, where it stays as a test.
//!
//! It does not see which code an input reaches, as libFuzzer does, and so is no replacement for it; it needs nothing but
//! the tests, and its targets are functions of bytes, as libFuzzer wants them.

mod mutation;
mod targets;

use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use sha2::{Digest, Sha256};

use mutation::Mutator;

/// Alterations of each seed in an ordinary run.
const ALTERED: usize = 300;
/// An input that takes longer is as bad as one that panics.
const SLOWEST: Duration = Duration::from_secs(10);

struct Target {
    /// The name of its folder.
    name: &'static str,
    read: fn(&[u8]),
    /// Pieces that its inputs are made of.
    words: &'static [&'static str],
}

impl Target {
    fn folder(&self) -> PathBuf {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        here.join("tests/it/fuzzing/corpus").join(self.name)
    }

    fn corpus(&self) -> Vec<Vec<u8>> {
        let files = std::fs::read_dir(self.folder()).expect("a corpus");
        let mut paths: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
        paths.sort();
        let read = |path| std::fs::read(path).expect("a file");
        paths.into_iter().map(read).collect()
    }

    /// Reads one input; what breaks a law is kept.
    fn try_one(&self, input: &[u8]) -> Result<(), String> {
        let begun = Instant::now();
        let read = panic::catch_unwind(AssertUnwindSafe(|| (self.read)(input)));
        if read.is_ok() && begun.elapsed() < SLOWEST {
            return Ok(());
        }
        let hash = Sha256::digest(input);
        let name: String = hash
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let file = self.folder().join(format!("found-{name}"));
        std::fs::write(&file, input).map_err(|error| error.to_string())?;
        Err(format!("{} broke a law of {}", file.display(), self.name))
    }

    fn run(&self) {
        let corpus = self.corpus();
        assert!(!corpus.is_empty(), "{} has no corpus", self.name);
        for input in &corpus {
            self.try_one(input)
                .expect("every input of the corpus is read");
        }
        let seconds = std::env::var("FUZZ_SECONDS").ok();
        let seconds: Option<u64> = seconds.and_then(|seconds| seconds.parse().ok());
        let seed = match seconds {
            Some(_) => SystemTime::now()
                .duration_since(SystemTime::UNIX_EPOCH)
                .map_or(1, |since| since.subsec_nanos().into()),
            None => 1,
        };
        let end = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
        let mut mutator = Mutator::new(seed, self.words);
        let mut inputs: u64 = 0;
        loop {
            for input in &corpus {
                for _ in 0..ALTERED {
                    let altered = mutator.altered(input, &corpus);
                    self.try_one(&altered).expect("every altered input is read");
                    inputs += 1;
                }
            }
            if end.is_none_or(|end| Instant::now() >= end) {
                break;
            }
        }
        println!("{}: {inputs} inputs, seed {seed}, no law broken", self.name);
    }
}

#[test]
fn sync() {
    targets::SYNC.run();
}

#[test]
fn sheet() {
    targets::SHEET.run();
}

#[test]
fn criteria() {
    targets::CRITERIA.run();
}

#[test]
fn letter() {
    targets::LETTER.run();
}

#[test]
fn tus() {
    targets::TUS.run();
}
