//! `POST /api/v1/sealed`: letters that a neighbour carries.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, Key, KeyInit, Nonce};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hkdf::Hkdf;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey, ecdh};
use serde_json::{Value, json};
use sha2::Sha256;
use shared::api::Session;
use shared::change::Change;
use shared::ids::{DeviceId, DocumentId, UserId};
use shared::sealed::{Enclosed, INFO, Letter, MAGIC, Seal};
use shared::sync::Carried;
use uuid::Uuid;

use crate::support::changes::*;
use crate::support::evidence::{Piece, photo};
use crate::support::request::{Answer, Browser};
use crate::support::{now, on_both};

/// Seals as a browser does, by the format's description.
pub(super) fn sealed(seal: &Seal, plain: &[u8]) -> Vec<u8> {
    let theirs = BASE64_STANDARD.decode(&seal.public_key).expect("base64");
    let own = SecretKey::from_slice(&[7; 32]).expect("a scalar");
    let own_public = own.public_key().to_encoded_point(false);
    let public = PublicKey::from_sec1_bytes(&theirs).expect("a point");
    let agreed = ecdh::diffie_hellman(own.to_nonzero_scalar(), public.as_affine());
    let mut key = [0; 32];
    let info = [INFO, own_public.as_bytes(), &theirs].concat();
    Hkdf::<Sha256>::new(None, agreed.raw_secret_bytes())
        .expand(&info, &mut key)
        .expect("32 bytes");
    let nonce = [9; 12];
    let before = [MAGIC.as_slice(), own_public.as_bytes(), &nonce].concat();
    let payload = Payload {
        msg: plain,
        aad: &before,
    };
    let cipher = Aes256Gcm::new(Key::<Aes256Gcm>::from_slice(&key));
    let text = cipher.encrypt(Nonce::from_slice(&nonce), payload);
    [before.clone(), text.expect("a text")].concat()
}

pub(super) async fn seal_of(phone: &Browser) -> (UserId, Seal) {
    let session: Session = phone.get("/api/v1/session").await.json();
    (session.actor.user, session.seal.expect("a seal"))
}

pub(super) fn letter(user: UserId, seal: &Seal, changes: &[Change]) -> Vec<u8> {
    letter_with(user, seal, changes, &[])
}

/// A letter with files of forms enclosed.
pub(super) fn letter_with(
    user: UserId,
    seal: &Seal,
    changes: &[Change],
    files: &[(DocumentId, &Piece)],
) -> Vec<u8> {
    let enclosed = files.iter().map(|(doc, piece)| Enclosed {
        hash: piece.hash,
        doc: *doc,
        bytes: piece.bytes.len() as u64,
    });
    let letter = Letter {
        user,
        mark: seal.mark.clone(),
        device: DeviceId::from_uuid(Uuid::now_v7()),
        made_at: now(),
        changes: changes.iter().cloned().map(Carried::Known).collect(),
        files: enclosed.collect(),
    };
    let mut plain = letter.head().expect("a letter");
    for (_, piece) in files {
        plain.extend(&piece.bytes);
    }
    plain
}

pub(super) async fn bring(carrier: &Browser, file: &[u8], accept: &str) -> Answer {
    let mut body =
        b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.banhoc\"\r\n\r\n"
            .to_vec();
    body.extend(file);
    body.extend(b"\r\n--x--\r\n");
    let request = Request::post("/api/v1/sealed")
        .header(header::COOKIE, &carrier.cookie)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header(header::ACCEPT, accept)
        .body(Body::from(body))
        .expect("a request");
    carrier.app.send(request).await
}

on_both! {
    async fn a_neighbour_brings_it_and_it_counts_in_its_authors_name(app: TestApp) {
        let places = app.places();
        let author = app.sign_in("ban1").await;
        let (user, seal) = seal_of(&author).await;
        let family = new_subject();
        let changes = scored(family, places.commune, places.village, "Lò Văn Pâng");
        let file = sealed(&seal, &letter(user, &seal, &changes));
        // Nobody can read it on the way.
        assert!(!String::from_utf8_lossy(&file).contains("Pâng"));

        // Of another village: they may not score here, and do not.
        let neighbour = app.sign_in("ban2").await;
        let answer = bring(&neighbour, &file, "application/json").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let told: Value = answer.json();
        assert_eq!(told, json!({"received": changes.len(), "refused": 0, "files": 0}));
        let again: Value = bring(&neighbour, &file, "application/json").await.json();
        assert_eq!(again, told);

        // Its author comes into signal and offers the same: the receipts are waiting.
        let first = author.sync(&request(changes.clone())).await;
        assert!(all_received(&first), "{:?}", outcomes(&first));
        let detail: Value = author
            .get(&format!("/api/v1/subject?id={family}"))
            .await
            .json();
        let history = detail["history"].as_array().expect("a history");
        assert_eq!(history.len(), changes.len());
        assert!(history.iter().all(|row| row["by"] == "Người ban1"), "{history:?}");
        app.assert_counts_agree().await;
    }

    async fn photos_come_with_it_after_the_form_that_lists_them(app: TestApp) {
        let places = app.places();
        let author = app.sign_in("ban1").await;
        let (user, seal) = seal_of(&author).await;
        let family = new_subject();
        let form = form_of(family);
        let (whole, other, unlisted) = (photo(3_000, 1), photo(3_000, 2), photo(3_000, 3));
        // Another picture under the name of a listed one.
        let swapped = Piece {
            bytes: photo(3_000, 4).bytes,
            ..other.clone()
        };
        let changes = [
            register(family, places.commune, places.village, "Lò Văn Pâng"),
            start(family),
            whole.attach(family),
            other.attach(family),
        ];
        let files = [(form, &whole), (form, &swapped), (form, &unlisted)];
        let file = sealed(&seal, &letter_with(user, &seal, &changes, &files));
        let commune = app.sign_in("xa").await;
        let told: Value = bring(&commune, &file, "application/json").await.json();
        assert_eq!(told, json!({"received": changes.len(), "refused": 0, "files": 1}));
        let again: Value = bring(&commune, &file, "application/json").await.json();
        assert_eq!(again, told);

        let kept = commune.get(&whole.address(form)).await;
        assert_eq!(kept.status, StatusCode::OK);
        assert_eq!(kept.body, whole.bytes);
        for missing in [&other, &unlisted] {
            let answer = commune.get(&missing.address(form)).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
    }

    async fn what_its_author_may_not_do_is_refused_in_it_too(app: TestApp) {
        let places = app.places();
        let (user, seal) = seal_of(&app.sign_in("ban1").await).await;
        let changes = [
            register(new_subject(), places.commune, places.neighbour, "Lường Xôm"),
            register(new_subject(), places.commune, places.village, "Mào Văn Ón"),
        ];
        let file = sealed(&seal, &letter(user, &seal, &changes));
        let commune = app.sign_in("xa").await;
        let told: Value = bring(&commune, &file, "application/json").await.json();
        assert_eq!(told, json!({"received": 1, "refused": 1, "files": 0}));
    }

    async fn a_forged_or_damaged_letter_changes_nothing(app: TestApp) {
        let places = app.places();
        let (user, seal) = seal_of(&app.sign_in("ban1").await).await;
        let changes = [register(new_subject(), places.commune, places.village, "Lò Văn Pâng")];
        let plain = letter(user, &seal, &changes);
        let file = sealed(&seal, &plain);
        let carrier = app.sign_in("ban2").await;

        for at in [0, 7, 8, 40, 73, 80, 85, file.len() / 2, file.len() - 1] {
            let mut damaged = file.clone();
            damaged[at] ^= 1;
            let answer = bring(&carrier, &damaged, "application/json").await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "byte {at}");
            assert_eq!(answer.problem(), "not_sealed", "byte {at}");
        }
        for file in [b"".as_slice(), b"BANHOC1\n", b"PK\x03\x04", &file[..84], &file[..100]] {
            let answer = bring(&carrier, file, "application/json").await;
            assert_eq!(answer.problem(), "not_sealed");
        }
        for plain in [b"".as_slice(), b"\0\0\0\0", b"\xff\xff\xff\xff{}", &plain[..plain.len() - 1], &[plain.as_slice(), b"x"].concat()] {
            let answer = bring(&carrier, &sealed(&seal, plain), "application/json").await;
            assert_eq!(answer.problem(), "not_sealed");
        }
        // A neighbour who seals in somebody else's name does not know their mark.
        let (_, own) = seal_of(&carrier).await;
        let forged = sealed(&own, &letter(user, &own, &changes));
        let answer = bring(&carrier, &forged, "application/json").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.problem(), "old_seal");
        // Neither does a phone whose owner has chosen a new password since.
        let mut tx = app.db().write().await.expect("a transaction");
        sqlx::query("UPDATE users SET password_hash = 'another' WHERE username = 'ban1'")
            .execute(&mut *tx)
            .await
            .expect("an update");
        tx.commit().await.expect("a commit");
        let answer = bring(&carrier, &file, "application/json").await;
        assert_eq!(answer.problem(), "old_seal");

        let after = app.sign_in("xa").await.sync(&request(Vec::new())).await;
        assert!(after.documents.is_empty());
        let stranger = Browser { app: app.clone(), cookie: String::new() };
        assert_eq!(bring(&stranger, &file, "application/json").await.problem(), "signed_out");
    }

    async fn the_page_says_what_came_of_it(app: TestApp) {
        let places = app.places();
        let (user, seal) = seal_of(&app.sign_in("ban1").await).await;
        let changes = [register(new_subject(), places.commune, places.village, "Lò Văn Pâng")];
        let file = sealed(&seal, &letter(user, &seal, &changes));
        let carrier = app.sign_in("ban2").await;
        let html = "text/html";
        let led = bring(&carrier, &file, html).await;
        assert_eq!(led.status, StatusCode::SEE_OTHER);
        let page = carrier.get(led.header(header::LOCATION).expect("a page")).await;
        assert!(page.text().contains("Đã nhận 1 mục"), "{}", page.text());
        let led = bring(&carrier, b"junk", html).await;
        let page = carrier.get(led.header(header::LOCATION).expect("a page")).await;
        assert!(page.text().contains("không phải gói phiếu"), "{}", page.text());
    }

    async fn keys_outlive_the_process(app: TestApp) {
        let (_, before) = seal_of(&app.sign_in("ban1").await).await;
        let (_, after) = seal_of(&app.restarted().await.sign_in("ban1").await).await;
        assert_eq!(before, after);
        let auditor: Session = app.sign_in("giamsat").await.get("/api/v1/session").await.json();
        assert_eq!(auditor.seal, None, "who keeps no forms has nothing to be carried");
    }
}
