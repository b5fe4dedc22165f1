//! Letters: what was put in comes out, and what is no letter is told.

use proptest::prelude::*;
use shared::evidence::FileHash;
use shared::ids::{DeviceId, DocumentId, UserId};
use shared::sealed::{Enclosed, Letter, NotALetter};
use uuid::Uuid;

fn letter(files: &[Vec<u8>]) -> Letter {
    Letter {
        user: UserId::from_uuid(Uuid::from_u128(1)),
        mark: "mark".to_owned(),
        device: DeviceId::from_uuid(Uuid::from_u128(2)),
        made_at: "2026-11-24T08:00:00Z".parse().expect("a time"),
        changes: Vec::new(),
        files: files
            .iter()
            .map(|bytes| Enclosed {
                hash: FileHash::from_digest([7; 32]),
                doc: DocumentId::from_uuid(Uuid::from_u128(3)),
                bytes: bytes.len() as u64,
            })
            .collect(),
    }
}

fn written(files: &[Vec<u8>]) -> (Letter, Vec<u8>) {
    let letter = letter(files);
    let mut plain = letter.head().expect("a head");
    plain.extend(files.concat());
    (letter, plain)
}

proptest! {
    #[test]
    fn files_come_out_as_they_went_in(files: Vec<Vec<u8>>) {
        let (letter, plain) = written(&files);
        let (read, enclosed) = Letter::read(&plain).expect("a letter");
        prop_assert_eq!(read, letter);
        prop_assert_eq!(enclosed, files.iter().map(Vec::as_slice).collect::<Vec<_>>());
    }

    #[test]
    fn a_letter_with_a_byte_more_or_less_is_none(files: Vec<Vec<u8>>, at: prop::sample::Index) {
        let (_, mut plain) = written(&files);
        prop_assert_eq!(Letter::read(&plain[..at.index(plain.len())]).unwrap_err(), NotALetter);
        plain.push(0);
        prop_assert_eq!(Letter::read(&plain).unwrap_err(), NotALetter);
    }

    #[test]
    fn noise_never_panics(bytes: Vec<u8>) {
        prop_assert!(Letter::read(&bytes).is_err());
    }
}
