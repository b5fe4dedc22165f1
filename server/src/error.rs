//! Failures of requests, as `application/problem+json` (RFC 9457). Kinds and words are in `shared`; status codes here.

use app::BackendError;
use axum::Json;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use shared::problem::{Problem, ProblemKind};

use crate::db::DbError;
use crate::services::files::FileError;
use crate::services::intake::NotTaken;

/// A request that was not served.
#[derive(Debug)]
pub struct ApiError {
    pub kind: ProblemKind,
    pub detail: Option<String>,
    /// Seconds after which it makes sense to ask again.
    pub retry_after: Option<u64>,
}

impl ApiError {
    pub fn detailed(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self {
            detail: Some(detail.into()),
            ..kind.into()
        }
    }
}

/// Too many attempts: how long to wait, for people and programs.
pub fn wait(seconds: u64) -> ApiError {
    ApiError {
        kind: ProblemKind::TooMany,
        detail: Some(format!("hãy thử lại sau {}", app::words::wait(seconds))),
        retry_after: Some(seconds),
    }
}

impl From<ProblemKind> for ApiError {
    fn from(kind: ProblemKind) -> Self {
        let retry_after = matches!(kind, ProblemKind::Unavailable).then_some(2);
        Self {
            kind,
            detail: None,
            retry_after,
        }
    }
}

impl From<BackendError> for ApiError {
    fn from(error: BackendError) -> Self {
        Self {
            detail: error.detail,
            ..error.kind.into()
        }
    }
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        // Logged once, here; what it says stays in the log.
        tracing::error!(%error, "the database failed");
        ProblemKind::Unavailable.into()
    }
}

impl From<NotTaken> for ApiError {
    fn from(_: NotTaken) -> Self {
        ProblemKind::Unavailable.into()
    }
}

impl From<FileError> for ApiError {
    fn from(error: FileError) -> Self {
        let kind = match &error {
            FileError::Unknown
            | FileError::NotListed
            | FileError::NotBegun
            | FileError::NotArrived => ProblemKind::NotFound,
            FileError::Denied(_) => ProblemKind::Forbidden,
            FileError::OtherLength { .. } => ProblemKind::Malformed,
            FileError::NoRoom | FileError::Quota => ProblemKind::TooMany,
            FileError::NoSpace => ProblemKind::NoSpace,
            FileError::OutOfStep { .. } => ProblemKind::OutOfStep,
            FileError::TooLong => ProblemKind::TooLarge,
            FileError::Damaged => ProblemKind::Damaged,
            FileError::Content(_) => ProblemKind::WrongType,
            FileError::Busy | FileError::Interrupted => ProblemKind::Unavailable,
            FileError::Staging(error) => {
                tracing::error!(%error, "the folder of unfinished uploads failed");
                return ProblemKind::Unavailable.into();
            }
            FileError::Store(error) => {
                tracing::error!(%error, "the store of files failed");
                return ProblemKind::Unavailable.into();
            }
            FileError::Db(error) => {
                tracing::error!(%error, "the database failed");
                return ProblemKind::Unavailable.into();
            }
        };
        let retry_after = match kind {
            ProblemKind::TooMany | ProblemKind::NoSpace => Some(600),
            _ => Self::from(kind).retry_after,
        };
        Self {
            kind,
            detail: Some(error.to_string()),
            retry_after,
        }
    }
}

impl From<BytesRejection> for ApiError {
    fn from(rejection: BytesRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            ProblemKind::TooLarge.into()
        } else {
            ProblemKind::Malformed.into()
        }
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => ProblemKind::TooLarge.into(),
            _ => Self::detailed(ProblemKind::Malformed, rejection.body_text()),
        }
    }
}

/// The status code of a kind of problem.
pub fn status(kind: ProblemKind) -> StatusCode {
    match kind {
        ProblemKind::Malformed => StatusCode::BAD_REQUEST,
        ProblemKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ProblemKind::SignedOut | ProblemKind::WrongPassword => StatusCode::UNAUTHORIZED,
        ProblemKind::WeakPassword => StatusCode::UNPROCESSABLE_ENTITY,
        ProblemKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ProblemKind::Forbidden => StatusCode::FORBIDDEN,
        ProblemKind::NotFound => StatusCode::NOT_FOUND,
        ProblemKind::OldApp => StatusCode::UPGRADE_REQUIRED,
        ProblemKind::OtherProtocol => StatusCode::PRECONDITION_FAILED,
        ProblemKind::OutOfStep => StatusCode::CONFLICT,
        ProblemKind::Damaged => checksum_mismatch(),
        ProblemKind::WrongType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ProblemKind::NotSealed => StatusCode::BAD_REQUEST,
        ProblemKind::OldSeal => StatusCode::FORBIDDEN,
        ProblemKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ProblemKind::NoSpace => StatusCode::INSUFFICIENT_STORAGE,
        ProblemKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What tus answers when the bytes are not those that were announced.
fn checksum_mismatch() -> StatusCode {
    StatusCode::from_u16(460).expect("a number of three digits")
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = status(self.kind);
        let problem = Problem {
            uri: self.kind.uri().to_owned(),
            title: self.kind.title().to_owned(),
            status: status.as_u16(),
            kind: self.kind,
            detail: self.detail,
        };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
