//! What is put in order by the day: forgotten, and filled in after an update.

use std::time::Duration;

use super::{accounts, events, jobs, unlisted};
use crate::clock;
use crate::db::{self, Db, documents};
use crate::files::Files;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Forgets what has lain half sent for too long, and what happened too long ago: at once and then every day, as long as the
/// server runs.
pub async fn daily(db: Db, files: Files) {
    let mut days = tokio::time::interval(DAY);
    loop {
        days.tick().await;
        if let Err(error) = fill_searched(&db).await {
            tracing::error!(%error, "what subjects are found by could not be filled in");
        }
        for staging in [&files.staging, &files.letters] {
            match staging.sweep(clock::now()).await {
                Ok(0) => {}
                Ok(forgotten) => tracing::info!(forgotten, "unfinished uploads were forgotten"),
                Err(error) => tracing::error!(%error, "unfinished uploads could not be looked at"),
            }
        }
        match files.lists.sweep(clock::now()).await {
            Ok(0) => {}
            Ok(forgotten) => tracing::info!(forgotten, "household lists were forgotten"),
            Err(error) => tracing::error!(%error, "household lists could not be looked at"),
        }
        match jobs::sweep(&db, &files, clock::now()).await {
            Ok(0) => {}
            Ok(forgotten) => tracing::info!(forgotten, "jobs of some days ago were forgotten"),
            Err(error) => tracing::error!(%error, "old jobs could not be forgotten"),
        }
        match unlisted::sweep(&db, &files, clock::now()).await {
            Ok(0) => {}
            Ok(forgotten) => tracing::info!(forgotten, "files that no form lists were forgotten"),
            Err(error) => {
                tracing::error!(%error, "files that no form lists could not be looked for")
            }
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

/// Subjects in one transaction: it must not keep a phone waiting.
const FILLED: usize = 200;

/// Fills in what subjects are found by where the version before this one left it out.
pub async fn fill_searched(db: &Db) -> db::Result<()> {
    loop {
        let mut tx = db.write().await?;
        let filled = documents::fill_searched(&mut tx, FILLED).await?;
        tx.commit().await?;
        if filled < FILLED {
            return Ok(());
        }
    }
}
