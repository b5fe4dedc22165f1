//! What may be evidence, how it is listed, and what a file is by its content.

use proptest::prelude::*;
use serde_json::{Value, json};
use shared::access::{Actor, Denied, Role, may_bring_file};
use shared::assessment::{Move, StageName};
use shared::change::{Change, ChangeBody, Context, Refusal, admit};
use shared::criteria::CriterionCode;
use shared::document::{Document, FieldName};
use shared::evidence::content::{self, ContentProblem};
use shared::evidence::{
    DOCUMENT_MAX, Evidence, EvidenceProblem, FileHash, MediaType, Medium, NAME_MAX, PHOTO_MAX,
    PIECES_MAX,
};
use shared::ids::ChangeId;
use shared::rollup::contribution;
use shared::sync::Outbox;

use crate::support::*;

fn hash(number: u8) -> FileHash {
    FileHash::from_digest([number; 32])
}

fn photo() -> Evidence {
    Evidence {
        medium: Medium::Photo,
        media_type: MediaType::Jpeg,
        bytes: 180_000,
        name: None,
        criterion: Some(CriterionCode::new("GD.1a")),
    }
}

fn attach(number: u128, of: u8, evidence: Evidence) -> Change {
    let body = ChangeBody::Attach {
        hash: hash(of),
        evidence,
    };
    change(number, assessment_of(household(1)), None, body)
}

fn detach(number: u128, of: u8, seen: Option<ChangeId>) -> Change {
    let body = ChangeBody::Detach { hash: hash(of) };
    change(number, assessment_of(household(1)), seen, body)
}

fn apply(document: Document, actor: &Actor, change: &Change) -> Result<Document, Refusal> {
    let context = Context {
        actor,
        criteria: sets(),
        find: &nothing,
    };
    admit(Some(document), change, &context).map(|admitted| admitted.document)
}

/// A form that was just begun, with some changes by the village's officer.
fn form(changes: &[Change]) -> Result<Document, Refusal> {
    let officer = officer(1);
    let context = Context {
        actor: &officer,
        criteria: sets(),
        find: &nothing,
    };
    let subject = admit(
        None,
        &register(1, household(1), village(1), "Lò Văn Pâng"),
        &context,
    )?
    .document;
    let context = Context {
        find: &|_| Some(&subject),
        ..context
    };
    let begun = admit(None, &start(2, household(1)), &context)?.document;
    changes
        .iter()
        .try_fold(begun, |document, change| apply(document, &officer, change))
}

fn refused(evidence: Evidence) -> Option<EvidenceProblem> {
    match form(&[attach(3, 1, evidence)]) {
        Err(Refusal::Evidence { problem }) => Some(problem),
        _ => None,
    }
}

#[test]
fn what_is_attached_is_listed_and_what_is_detached_is_not() {
    let document = form(&[attach(3, 1, photo()), attach(4, 2, photo())]).unwrap();
    let listed: Vec<_> = document.evidence().collect();
    assert_eq!(listed, [(hash(1), photo()), (hash(2), photo())]);
    assert_eq!(document.evidence_count(), 2);
    assert_eq!(
        document.assessment().unwrap().stage.name(),
        StageName::Registered,
        "a photo is no answer"
    );
    assert!(document.official_answers().is_empty());

    let document = apply(document, &officer(1), &detach(5, 1, Some(change_id(3)))).unwrap();
    assert_eq!(document.lists(hash(1)), None);
    assert_eq!(document.lists(hash(2)), Some(photo()));
    assert_eq!(document.evidence_count(), 1);
    assert!(!document.in_conflict());
}

#[test]
fn the_history_knows_what_was_there_before() {
    let document = form(&[attach(3, 1, photo())]).unwrap();
    let context_officer = officer(1);
    let context = Context {
        actor: &context_officer,
        criteria: sets(),
        find: &nothing,
    };
    let admitted = admit(Some(document), &detach(4, 1, Some(change_id(3))), &context).unwrap();
    assert_eq!(
        admitted.before,
        Some(serde_json::to_value(photo()).unwrap())
    );
}

#[test]
fn attaching_the_same_twice_and_detaching_what_is_not_there_change_nothing() {
    let document = form(&[attach(3, 1, photo())]).unwrap();
    let again = apply(document.clone(), &second_officer(1), &attach(4, 1, photo())).unwrap();
    assert_eq!(again, document, "not even who wrote it");
    let nothing = apply(document.clone(), &officer(1), &detach(5, 9, None)).unwrap();
    assert_eq!(nothing, document);
}

#[test]
fn a_name_is_kept_in_its_normal_form() {
    let named = |name: &str| Evidence {
        name: Some(name.into()),
        ..photo()
    };
    // Decomposed and with stray spaces, as some phones write it.
    let document = form(&[attach(3, 1, named("  bie\u{302}n  ba\u{309}n\n"))]).unwrap();
    assert_eq!(document.lists(hash(1)), Some(named("biên bản")));
    let same = apply(
        document.clone(),
        &officer(1),
        &attach(4, 1, named("biên bản")),
    )
    .unwrap();
    assert_eq!(same, document);
    let document = form(&[attach(3, 1, named(" \u{200b} "))]).unwrap();
    assert_eq!(document.lists(hash(1)), Some(photo()));
}

#[test]
fn what_cannot_be_evidence_is_refused_with_the_reason() {
    let cases = [
        (
            Evidence {
                bytes: 0,
                ..photo()
            },
            EvidenceProblem::Empty,
        ),
        (
            Evidence {
                bytes: PHOTO_MAX + 1,
                ..photo()
            },
            EvidenceProblem::TooLarge { max: PHOTO_MAX },
        ),
        (
            Evidence {
                medium: Medium::Signature,
                bytes: PHOTO_MAX + 1,
                ..photo()
            },
            EvidenceProblem::TooLarge { max: PHOTO_MAX },
        ),
        (
            Evidence {
                medium: Medium::Document,
                media_type: MediaType::Pdf,
                bytes: DOCUMENT_MAX + 1,
                ..photo()
            },
            EvidenceProblem::TooLarge { max: DOCUMENT_MAX },
        ),
        (
            Evidence {
                media_type: MediaType::Pdf,
                ..photo()
            },
            EvidenceProblem::WrongType,
        ),
        (
            Evidence {
                medium: Medium::Signature,
                media_type: MediaType::Pdf,
                ..photo()
            },
            EvidenceProblem::WrongType,
        ),
        (
            Evidence {
                name: Some("ộ".repeat(NAME_MAX + 1)),
                ..photo()
            },
            EvidenceProblem::NameTooLong { max: NAME_MAX },
        ),
        (
            Evidence {
                criterion: Some(CriterionCode::new("GD.99")),
                ..photo()
            },
            EvidenceProblem::UnknownCriterion {
                code: CriterionCode::new("GD.99"),
            },
        ),
    ];
    for (evidence, problem) in cases {
        assert_eq!(refused(evidence), Some(problem));
    }
}

#[test]
fn the_largest_and_the_longest_are_taken() {
    let widest = Evidence {
        medium: Medium::Document,
        media_type: MediaType::Pdf,
        bytes: DOCUMENT_MAX,
        name: Some("ộ".repeat(NAME_MAX)),
        criterion: None,
    };
    let largest = Evidence {
        bytes: PHOTO_MAX,
        ..photo()
    };
    assert!(form(&[attach(3, 1, widest), attach(4, 2, largest)]).is_ok());
}

#[test]
fn a_form_lists_thirty_pieces_and_no_more() {
    let pieces = u8::try_from(PIECES_MAX).unwrap();
    let full: Vec<Change> = (1..=pieces)
        .map(|of| attach(10 + u128::from(of), of, photo()))
        .collect();
    let document = form(&full).unwrap();
    let one_more = attach(50, 99, photo());
    let refused = apply(document.clone(), &officer(1), &one_more);
    assert_eq!(
        refused,
        Err(Refusal::Evidence {
            problem: EvidenceProblem::TooMany { max: PIECES_MAX }
        })
    );
    // What is listed may be described anew, and one that goes makes room.
    let renamed = Evidence {
        name: Some("mới".into()),
        ..photo()
    };
    assert!(apply(document.clone(), &officer(1), &attach(51, 1, renamed)).is_ok());
    let roomier = apply(document, &officer(1), &detach(52, 1, Some(change_id(11)))).unwrap();
    assert!(apply(roomier, &officer(1), &one_more).is_ok());
}

#[test]
fn a_closed_form_takes_no_evidence_and_gives_none_away() {
    let mut changes = full_answers(10, household(1));
    changes.push(attach(48, 1, photo()));
    changes.push(change(
        49,
        assessment_of(household(1)),
        None,
        ChangeBody::Advance(Move::Submit),
    ));
    // Sent to the commune is still open.
    changes.push(attach(50, 2, photo()));
    let document = form(&changes).unwrap();
    let verify = change(
        51,
        assessment_of(household(1)),
        None,
        ChangeBody::Advance(Move::Verify),
    );
    let checker = commune_actor(Role::CommuneOfficer);
    let document = apply(document, &checker, &verify).unwrap();
    for late in [attach(52, 3, photo()), detach(53, 1, Some(change_id(48)))] {
        let refused = apply(document.clone(), &officer(1), &late);
        let stage = StageName::Verified;
        assert_eq!(refused, Err(Refusal::Closed { stage }));
    }
    // The file of what was listed in time may still come.
    assert_eq!(may_bring_file(&officer(1), &document), Ok(()));
}

#[test]
fn only_a_form_has_evidence_and_only_by_its_own_change() {
    let officer = officer(1);
    let context = Context {
        actor: &officer,
        criteria: sets(),
        find: &nothing,
    };
    let made = register(1, household(1), village(1), "Lò Văn Pâng");
    let subject = admit(None, &made, &context).unwrap().document;
    for body in [
        ChangeBody::Attach {
            hash: hash(1),
            evidence: photo(),
        },
        ChangeBody::Detach { hash: hash(1) },
    ] {
        let on_a_family = change(2, household(1).into(), None, body);
        assert_eq!(
            apply(subject.clone(), &officer, &on_a_family),
            Err(Refusal::WrongKind)
        );
    }
    for name in [
        FieldName::evidence(hash(1)).to_string(),
        "evidence.x".into(),
    ] {
        let set = ChangeBody::SetField {
            field: FieldName::new(name),
            value: json!({"medium": "photo"}),
        };
        let on_a_form = change(3, assessment_of(household(1)), None, set);
        assert_eq!(form(&[on_a_form]), Err(Refusal::WrongKind));
    }
}

#[test]
fn who_scores_or_verifies_may_and_nobody_else() {
    let document = form(&[]).unwrap();
    let cases = [
        (officer(1), Ok(())),
        (officer(2), Err(Denied::OutsideScope)),
        (commune_actor(Role::CommuneOfficer), Ok(())),
        (commune_actor(Role::CommuneLeader), Ok(())),
        (commune_actor(Role::Admin), Ok(())),
        (area_actor(Role::AreaOfficer), Err(Denied::OutsideScope)),
        (commune_actor(Role::Auditor), Err(Denied::Role)),
    ];
    for (actor, expected) in cases {
        let attached = apply(document.clone(), &actor, &attach(3, 1, photo()));
        let role = actor.role;
        assert_eq!(
            attached.map(|_| ()),
            expected.map_err(Refusal::Denied),
            "{role:?}"
        );
        assert_eq!(may_bring_file(&actor, &document), expected, "{role:?}");
    }
}

#[test]
fn two_who_describe_one_file_apart_leave_a_conflict_that_still_lists_it() {
    let other = Evidence {
        criterion: Some(CriterionCode::new("GD.1b")),
        ..photo()
    };
    let document = form(&[attach(3, 1, photo())]).unwrap();
    let document = apply(document, &second_officer(1), &attach(4, 1, other.clone())).unwrap();
    assert!(document.in_conflict());
    assert_eq!(document.lists(hash(1)), Some(other.clone()));

    // Somebody who had not seen it takes it off: whoever settles that must be able to look at the picture.
    let document = apply(document, &officer(1), &detach(5, 1, Some(change_id(3)))).unwrap();
    assert_eq!(document.evidence().count(), 0);
    assert_eq!(document.lists(hash(1)), Some(other.clone()));
    let settle = ChangeBody::Settle {
        field: FieldName::evidence(hash(1)),
        value: serde_json::to_value(&other).unwrap(),
    };
    let settle = change(6, assessment_of(household(1)), None, settle);
    let document = apply(document, &officer(1), &settle).unwrap();
    assert!(!document.in_conflict());
    assert_eq!(document.evidence().count(), 1);
}

#[test]
fn evidence_of_a_newer_version_is_carried_and_counted() {
    let mut document = form(&[attach(3, 1, photo())]).unwrap();
    let newer = json!({"medium": "sound", "media_type": "audio/ogg", "bytes": 7});
    document
        .fields
        .insert(FieldName::evidence(hash(2)), newer.clone());
    assert_eq!(document.evidence().count(), 1);
    assert_eq!(document.evidence_count(), 2);
    let back: Document = serde_json::from_str(&serde_json::to_string(&document).unwrap()).unwrap();
    assert_eq!(back.fields[&FieldName::evidence(hash(2))], newer);
}

#[test]
fn a_photo_moves_no_total() {
    let before = form(&[]).unwrap();
    let after = form(&[attach(3, 1, photo())]).unwrap();
    assert_eq!(contribution(&before, sets()), contribution(&after, sets()));
}

#[test]
fn a_photo_between_two_edits_of_an_answer_does_not_part_them() {
    let mut outbox = Outbox::restore(Vec::new());
    outbox.push(answer(3, household(1), None, "GD.1a", 10));
    outbox.push(attach(4, 1, photo()));
    let (_, replaced) = outbox.push(answer(5, household(1), None, "GD.1a", 5));
    assert_eq!(replaced.and_then(|it| it.id()), Some(change_id(3)));
    // A photo itself is never replaced: it may be sent already, apart.
    let (_, replaced) = outbox.push(detach(6, 1, None));
    assert_eq!(replaced, None);
    assert_eq!(outbox.entries().len(), 3);
}

#[test]
fn a_hash_is_64_lower_case_digits_and_nothing_else() {
    let text = "0123456789abcdef".repeat(4);
    let parsed: FileHash = text.parse().unwrap();
    assert_eq!(parsed.to_string(), text);
    let field = FieldName::evidence(parsed);
    assert_eq!(field.as_str(), format!("evidence.{text}"));
    assert_eq!(field.as_evidence(), Some(parsed));
    for wrong in [
        String::new(),
        text.to_uppercase(),
        text[1..].to_owned(),
        format!("{text}0"),
        text.replace('0', "g"),
        text.replacen("01", "đ", 1),
        format!("../{}", &text[3..]),
    ] {
        assert!(wrong.parse::<FileHash>().is_err(), "{wrong}");
        assert_eq!(
            FieldName::new(format!("evidence.{wrong}")).as_evidence(),
            None
        );
    }
}

/// The smallest files that say what they are and how large.
mod files {
    pub fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8];
        // A comment of two letters, fill bytes, then the frame.
        bytes.extend([
            0xff, 0xfe, 0, 4, b'o', b'k', 0xff, 0xff, 0xff, 0xc2, 0, 11, 8,
        ]);
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.extend([1, 1, 0x11, 0, 0xff, 0xd9]);
        bytes
    }

    pub fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 2, 0, 0, 0]);
        bytes
    }

    pub fn webp(form: &[u8; 4], rest: &[u8]) -> Vec<u8> {
        let mut bytes = b"RIFF\0\0\0\0WEBP".to_vec();
        bytes.extend(form);
        bytes.extend([0; 4]);
        bytes.extend(rest);
        bytes
    }
}

#[test]
fn the_size_of_a_picture_is_read_without_decoding_it() {
    let lossy = [0, 0, 0, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xc0, 0x43];
    // 1279 and 959, fourteen bits each.
    let bits: u32 = 1279 | 959 << 14;
    let mut lossless = vec![0x2f];
    lossless.extend(bits.to_le_bytes());
    let extended = [0, 0, 0, 0, 0xff, 0x04, 0, 0xbf, 0x03, 0];
    let cases = [
        ("jpeg", files::jpeg(1280, 960), (1280, 960)),
        ("png", files::png(1280, 960), (1280, 960)),
        ("lossy webp", files::webp(b"VP8 ", &lossy), (1280, 960)),
        (
            "lossless webp",
            files::webp(b"VP8L", &lossless),
            (1280, 960),
        ),
        (
            "extended webp",
            files::webp(b"VP8X", &extended),
            (1280, 960),
        ),
    ];
    for (name, bytes, size) in cases {
        assert_eq!(content::dimensions(&bytes), Some(size), "{name}");
        for end in 0..bytes.len() {
            // A file that ends too early has no size, or the one it has said already; and nothing breaks.
            let size_of_part = content::dimensions(&bytes[..end]);
            assert!(size_of_part.is_none_or(|it| it == size), "{name} {end}");
        }
    }
}

#[test]
fn a_file_is_what_its_bytes_say() {
    let cases: [(&[u8], Option<MediaType>); 10] = [
        (b"%PDF-1.7\n", Some(MediaType::Pdf)),
        (&[0xff, 0xd8, 0xff, 0xe0], Some(MediaType::Jpeg)),
        (b"\x89PNG\r\n\x1a\n", Some(MediaType::Png)),
        (b"RIFF\0\0\0\0WEBPVP8 ", Some(MediaType::Webp)),
        (b"RIFF\0\0\0\0WAVEfmt ", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<!DOCTYPE html><script>", None),
        (b" %PDF-1.7", None),
        (b"GIF89a", None),
        (b"", None),
    ];
    for (bytes, expected) in cases {
        assert_eq!(content::media_type(bytes), expected, "{bytes:?}");
    }
}

#[test]
fn a_file_that_is_not_what_the_form_says_is_told_apart() {
    let of = |media_type, bytes: &[u8]| Evidence {
        medium: Medium::Document,
        media_type,
        bytes: bytes.len() as u64,
        name: None,
        criterion: None,
    };
    let jpeg = files::jpeg(1280, 960);
    assert_eq!(content::check(&jpeg, &of(MediaType::Jpeg, &jpeg)), Ok(()));
    assert_eq!(
        content::check(&jpeg, &of(MediaType::Png, &jpeg)),
        Err(ContentProblem::Other(MediaType::Jpeg))
    );
    assert_eq!(
        content::check(&jpeg, &of(MediaType::Jpeg, &jpeg[1..])),
        Err(ContentProblem::Length(jpeg.len() as u64))
    );
    assert_eq!(
        content::check(b"<html>", &of(MediaType::Pdf, b"<html>")),
        Err(ContentProblem::Unknown)
    );
    // A few bytes that would become a picture of gigabytes.
    for (width, height) in [
        (16_385, 1),
        (1, 16_385),
        (16_000, 16_000),
        (u32::MAX, u32::MAX),
    ] {
        let bomb = files::png(width, height);
        assert_eq!(
            content::check(&bomb, &of(MediaType::Png, &bomb)),
            Err(ContentProblem::Dimensions { width, height })
        );
    }
    let no_size = files::png(0, 960);
    assert_eq!(
        content::check(&no_size, &of(MediaType::Png, &no_size)),
        Err(ContentProblem::NoSize)
    );
    let pdf = b"%PDF-1.4\n%%EOF";
    assert_eq!(content::check(pdf, &of(MediaType::Pdf, pdf)), Ok(()));
}

/// What two officers may do to four files of one form.
#[derive(Clone, Debug)]
enum Step {
    Attach(u8, bool),
    Detach(u8),
}

fn step() -> impl Strategy<Value = (Step, bool, bool)> {
    let of = 1..5_u8;
    let step = prop_oneof![
        (of.clone(), any::<bool>()).prop_map(|(of, named)| Step::Attach(of, named)),
        of.prop_map(Step::Detach),
    ];
    (step, any::<bool>(), any::<bool>())
}

proptest! {
    /// Whatever is attached and detached, by authors who have and who have not seen each other: every step is taken,
    /// the last word stands, and nothing that somebody had not seen disappears without a conflict.
    #[test]
    fn the_last_word_stands_and_nothing_unseen_is_lost(steps in prop::collection::vec(step(), 1..20)) {
        let mut document = form(&[]).unwrap();
        for ((step, by_second, looked), number) in steps.into_iter().zip(100_u128..) {
            let actor = if by_second { second_officer(1) } else { officer(1) };
            let (of, expected, mut change) = match step {
                Step::Attach(of, named) => {
                    let evidence = Evidence { name: named.then(|| "mới".into()), ..photo() };
                    (of, Some(evidence.clone()), attach(number, of, evidence))
                }
                Step::Detach(of) => (of, None, detach(number, of, None)),
            };
            let field = FieldName::evidence(hash(of));
            change.seen = document.writer(&field).filter(|_| looked).map(|it| it.change);
            let before = document.fields.get(&field).cloned();
            document = apply(document, &actor, &change).unwrap();
            let standing = document.evidence().find(|(it, _)| *it == hash(of));
            prop_assert_eq!(standing.map(|(_, evidence)| evidence), expected);
            let after = document.fields.get(&field).cloned();
            let unseen = before.filter(|it| !looked && Some(it) != after.as_ref() && !it.is_null());
            if let Some(lost) = unseen {
                let rivals = document.conflicts.get(&field);
                prop_assert!(rivals.is_some_and(|it| it.iter().any(|rival| rival.value == lost)));
            }
            prop_assert_eq!(document.evidence_count(), document.evidence().count());
        }
    }

    /// No bytes, however broken, do more than be refused.
    #[test]
    fn broken_files_break_nothing(kind in 0..4_usize, tail in prop::collection::vec(any::<u8>(), 0..80)) {
        let heads: [&[u8]; 4] = [&[0xff, 0xd8, 0xff], b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"%PDF-"];
        let mut bytes = heads[kind].to_vec();
        bytes.extend(tail);
        let evidence = Evidence {
            medium: Medium::Document,
            media_type: MediaType::ALL[kind],
            bytes: bytes.len() as u64,
            name: None,
            criterion: None,
        };
        if content::check(&bytes, &evidence).is_ok() && kind < 3 {
            let (width, height) = content::dimensions(&bytes).unwrap();
            prop_assert!(u64::from(width) * u64::from(height) <= content::PIXELS_MAX);
        }
    }

    #[test]
    fn every_hash_reads_back(digest in any::<[u8; 32]>()) {
        let hash = FileHash::from_digest(digest);
        prop_assert_eq!(hash.to_string().parse(), Ok(hash));
        let wire: Value = serde_json::to_value(hash).unwrap();
        prop_assert_eq!(serde_json::from_value::<FileHash>(wire).unwrap(), hash);
    }
}
