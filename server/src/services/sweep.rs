//! What is forgotten by the day.

use std::time::Duration;

use super::{accounts, events};
use crate::clock;
use crate::db::Db;
use crate::files::Files;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Forgets what has lain half sent for too long, and what happened too long ago: at once and then every day, as long as the
/// server runs.
pub async fn daily(db: Db, files: Files) {
    let mut days = tokio::time::interval(DAY);
    loop {
        days.tick().await;
        match files.staging.sweep(clock::now()).await {
            Ok(0) => {}
            Ok(forgotten) => tracing::info!(forgotten, "unfinished uploads were forgotten"),
            Err(error) => tracing::error!(%error, "unfinished uploads could not be looked at"),
        }
        if let Err(error) = accounts::sweep(&db).await {
            tracing::error!(%error, "browsers not seen for long could not be forgotten");
        }
        match events::sweep(&db).await {
            Ok(0) => {}
            Ok(forgotten) => tracing::info!(
                forgotten,
                "events of more than two years ago were forgotten"
            ),
            Err(error) => tracing::error!(%error, "old events could not be forgotten"),
        }
    }
}
