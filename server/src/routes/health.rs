//! `GET /healthz` and `GET /readyz`.

use axum::extract::State;

use crate::error::ApiError;
use crate::state::AppState;

/// The process lives.
pub async fn healthz() -> &'static str {
    "ok"
}

/// It can answer: the database does.
pub async fn readyz(State(state): State<AppState>) -> Result<&'static str, ApiError> {
    crate::db::shards::all(&mut *state.db.read().await?).await?;
    Ok("ready")
}
