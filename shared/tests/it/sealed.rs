//! Letters: what was put in comes out, and what is no letter is told.

use proptest::prelude::*;
use shared::evidence::FileHash;
use shared::ids::{DeviceId, DocumentId, UserId};
use shared::sealed::{
    CHANGES_MAX, Enclosed, FILES_MAX, HEAD_LENGTH, JSON_MAX, Letter, NotALetter, Opened,
};
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

/// Reads a letter as the server does, from a file; and what is enclosed with it.
fn read(plain: &[u8]) -> Result<(Opened, Vec<&[u8]>), NotALetter> {
    let (first, rest) = plain.split_first_chunk().ok_or(NotALetter)?;
    let length = Opened::json_length(*first)?;
    let (json, _) = rest.split_at_checked(length).ok_or(NotALetter)?;
    let opened = Opened::read(json)?;
    let places = opened.places((HEAD_LENGTH + length) as u64, plain.len() as u64)?;
    let files = places.iter().zip(&opened.files).map(|(at, file)| {
        let at = usize::try_from(*at).expect("a place");
        &plain[at..][..usize::try_from(file.bytes).expect("a length")]
    });
    let files = files.collect();
    Ok((opened, files))
}

proptest! {
    #[test]
    fn files_come_out_as_they_went_in(files: Vec<Vec<u8>>) {
        let (letter, plain) = written(&files);
        let (read, enclosed) = read(&plain).expect("a letter");
        prop_assert_eq!((read.user, read.mark), (letter.user, letter.mark));
        prop_assert_eq!(read.files, letter.files);
        prop_assert_eq!(enclosed, files.iter().map(Vec::as_slice).collect::<Vec<_>>());
    }

    #[test]
    fn a_letter_with_a_byte_more_or_less_is_none(files: Vec<Vec<u8>>, at: prop::sample::Index) {
        let (_, mut plain) = written(&files);
        prop_assert_eq!(read(&plain[..at.index(plain.len())]).unwrap_err(), NotALetter);
        plain.push(0);
        prop_assert_eq!(read(&plain).unwrap_err(), NotALetter);
    }

    #[test]
    fn noise_never_panics(bytes: Vec<u8>) {
        prop_assert!(read(&bytes).is_err());
    }
}

/// A few bytes become many in memory where nobody counts them.
#[test]
fn lists_longer_than_any_honest_one_are_refused() {
    let json = |changes: usize, files: usize| {
        let enclosed = serde_json::to_string(&letter(&[vec![1]]).files[0]).expect("JSON");
        format!(
            r#"{{"user":"{}","mark":"m","changes":[{}],"files":[{}]}}"#,
            letter(&[]).user,
            vec!["0"; changes].join(","),
            vec![enclosed; files].join(",")
        )
    };
    assert!(Opened::read(json(CHANGES_MAX, FILES_MAX).as_bytes()).is_ok());
    assert!(Opened::read(json(CHANGES_MAX + 1, 0).as_bytes()).is_err());
    assert!(Opened::read(json(0, FILES_MAX + 1).as_bytes()).is_err());
    let length = u32::try_from(JSON_MAX).expect("a length");
    assert_eq!(Opened::json_length(length.to_le_bytes()), Ok(JSON_MAX));
    assert!(Opened::json_length((length + 1).to_le_bytes()).is_err());
}
