//! Forms with files.

use std::collections::BTreeMap;

use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use shared::problem::ProblemKind;

use crate::auth::SignedIn;
use crate::bodies::{Room, SentFile};
use crate::error::ApiError;
use crate::state::AppState;

/// The largest form. A file that is somewhat too large is read to its end, because a browser that is cut off shows
/// nothing of what it is told.
pub const FORM_MAX: usize = 64 << 20;
/// Letters of a field that is no file, and such fields of a form.
const TEXT_MAX: usize = 64;
const TEXTS_MAX: usize = 64;

/// What a form brought.
#[derive(Debug, Default)]
pub struct Sent {
    texts: BTreeMap<String, String>,
    files: BTreeMap<&'static str, SentFile>,
    /// Taken for as long as somebody works with what came.
    _room: Option<Room>,
}

impl Sent {
    /// A field, or "".
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// A file, or one without a name and without bytes.
    pub fn file(&mut self, name: &str) -> SentFile {
        self.files.remove(name).unwrap_or_default()
    }
}

/// Reads somebody's form: each of the files that are named, up to so many bytes, and short texts.
pub async fn read(
    state: &AppState,
    who: &SignedIn,
    request: Request,
    files: &[(&'static str, usize)],
) -> Result<Sent, ApiError> {
    let most = files.iter().map(|(_, most)| most).sum();
    let room = state.bodies.room(who.user.id, request.headers(), most);
    let room = room.await.ok_or(ProblemKind::Unavailable)?;
    let form = Multipart::from_request(request, state).await;
    let mut form = form.map_err(|_| ProblemKind::Malformed)?;
    let mut sent = Sent {
        _room: Some(room),
        ..Sent::default()
    };
    let malformed = |_| ApiError::from(ProblemKind::Malformed);
    while let Some(field) = form.next_field().await.map_err(malformed)? {
        let Some(name) = field.name().map(str::to_owned) else {
            continue;
        };
        match files.iter().find(|(wanted, _)| *wanted == name) {
            Some((wanted, most)) => {
                sent.files.insert(wanted, file(field, *most).await?);
            }
            None if sent.texts.len() < TEXTS_MAX => {
                sent.texts.insert(name, short(field).await?);
            }
            None => return Err(ProblemKind::Malformed.into()),
        }
    }
    Ok(sent)
}

async fn file(mut field: Field<'_>, most: usize) -> Result<SentFile, ApiError> {
    let mut given = SentFile {
        name: field.file_name().unwrap_or_default().to_owned(),
        ..SentFile::default()
    };
    while let Some(bytes) = field.chunk().await.map_err(|_| ProblemKind::Malformed)? {
        given.is_too_large |= given.bytes.len() + bytes.len() > most;
        match given.is_too_large {
            true => given.bytes = Vec::new(),
            false => given.bytes.extend_from_slice(&bytes),
        }
    }
    Ok(given)
}

/// A field of a few letters.
async fn short(mut field: Field<'_>) -> Result<String, ApiError> {
    let mut text = Vec::new();
    while let Some(bytes) = field.chunk().await.map_err(|_| ProblemKind::Malformed)? {
        if text.len() + bytes.len() > TEXT_MAX {
            return Err(ProblemKind::Malformed.into());
        }
        text.extend_from_slice(&bytes);
    }
    let text = String::from_utf8(text).map_err(|_| ProblemKind::Malformed)?;
    Ok(text.trim().to_owned())
}
