//! Files as a phone makes them, and a phone that brings them.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};
use shared::change::{Change, ChangeBody};
use shared::evidence::{Evidence, FileHash, MediaType, Medium};
use shared::ids::{DocumentId, SubjectId};

use super::TestApp;
use super::changes::{all_received, change, form_of, new_subject, register, request, start};
use super::request::{Answer, Browser};

pub const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub const LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
pub const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
pub const PART: &str = "application/offset+octet-stream";

/// A file, and what the form says of it.
#[derive(Clone, Debug)]
pub struct Piece {
    pub bytes: Vec<u8>,
    pub hash: FileHash,
    pub evidence: Evidence,
}

impl Piece {
    pub fn new(bytes: Vec<u8>, medium: Medium, media_type: MediaType) -> Self {
        Self {
            hash: hash_of(&bytes),
            evidence: Evidence {
                medium,
                media_type,
                bytes: bytes.len() as u64,
                name: None,
                criterion: None,
            },
            bytes,
        }
    }

    pub fn attach(&self, subject: SubjectId) -> Change {
        let body = ChangeBody::Attach {
            hash: self.hash,
            evidence: self.evidence.clone(),
        };
        change(form_of(subject), None, body)
    }

    pub fn address(&self, doc: DocumentId) -> String {
        format!("/api/v1/files/{}?doc={doc}", self.hash)
    }
}

pub fn hash_of(bytes: &[u8]) -> FileHash {
    FileHash::from_digest(Sha256::digest(bytes).into())
}

/// Bytes that look like a photo of so many bytes: a JPEG's frame, then noise, always the same for one seed.
pub fn photo(length: usize, seed: u64) -> Piece {
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0x03, 0xc0, 0x05, 0x00, 3];
    bytes.extend([1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xff, 0xda]);
    bytes.extend(noise(length - bytes.len(), seed));
    Piece::new(bytes, Medium::Photo, MediaType::Jpeg)
}

pub fn pdf(length: usize, seed: u64) -> Piece {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend(noise(length - bytes.len(), seed));
    Piece::new(bytes, Medium::Document, MediaType::Pdf)
}

/// A few bytes that say they are a picture of this size.
pub fn png(width: u32, height: u32) -> Piece {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0]);
    Piece::new(bytes, Medium::Photo, MediaType::Png)
}

fn noise(length: usize, seed: u64) -> Vec<u8> {
    // Xorshift: never zero, never the same for long.
    let mut state = seed * 2 + 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut bytes: Vec<u8> = (0..length / 8 + 1).flat_map(|_| next()).collect();
    bytes.truncate(length);
    bytes
}

/// A phone of village 1 whose form lists these pieces.
pub async fn listed(app: &TestApp, pieces: &[&Piece]) -> (Browser, SubjectId) {
    let phone = app.sign_in("ban1").await;
    let subject = new_subject();
    let places = app.places();
    let name = "Lò Văn Pâng";
    let mut changes = vec![
        register(subject, places.commune, places.village, name),
        start(subject),
    ];
    changes.extend(pieces.iter().map(|piece| piece.attach(subject)));
    let answer = phone.sync(&request(changes)).await;
    assert!(all_received(&answer), "{answer:?}");
    (phone, subject)
}

pub fn metadata(hash: &str, doc: &str) -> String {
    let (hash, doc) = (BASE64_STANDARD.encode(hash), BASE64_STANDARD.encode(doc));
    format!("hash {hash},doc {doc}")
}

impl Answer {
    pub fn offset(&self) -> Option<u64> {
        self.header(OFFSET)?.parse().ok()
    }
}

impl Browser {
    /// A request of tus.
    pub async fn tus(
        &self,
        method: Method,
        address: &str,
        headers: &[(HeaderName, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::new(body.into());
        *request.method_mut() = method;
        *request.uri_mut() = address.parse().expect("an address");
        let mut all = HeaderMap::new();
        let text = |text: &str| HeaderValue::from_str(text).expect("a header");
        all.insert(RESUMABLE, text("1.0.0"));
        if !self.cookie.is_empty() {
            all.insert(header::COOKIE, text(&self.cookie));
        }
        for (name, value) in headers {
            all.insert(name, text(value));
        }
        *request.headers_mut() = all;
        self.app.send(request).await
    }

    pub async fn begin(&self, piece: &Piece, doc: DocumentId) -> Answer {
        let headers = [
            (LENGTH, &*piece.bytes.len().to_string()),
            (
                METADATA,
                &*metadata(&piece.hash.to_string(), &doc.to_string()),
            ),
        ];
        self.tus(Method::POST, "/api/v1/files", &headers, Body::empty())
            .await
    }

    pub async fn offset(&self, piece: &Piece, doc: DocumentId) -> Answer {
        self.tus(Method::HEAD, &piece.address(doc), &[], Body::empty())
            .await
    }

    pub async fn send_part(
        &self,
        piece: &Piece,
        doc: DocumentId,
        offset: u64,
        body: impl Into<Body>,
    ) -> Answer {
        let headers = [(header::CONTENT_TYPE, PART), (OFFSET, &*offset.to_string())];
        self.tus(Method::PATCH, &piece.address(doc), &headers, body)
            .await
    }

    /// The whole file in one part.
    pub async fn bring(&self, piece: &Piece, doc: DocumentId) -> Answer {
        let begun = self.begin(piece, doc).await;
        if begun.offset() != Some(0) {
            return begun;
        }
        self.send_part(piece, doc, 0, piece.bytes.clone()).await
    }
}
