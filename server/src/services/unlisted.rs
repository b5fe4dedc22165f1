//! Files that no form lists any more. Somebody took them off, and may put them back; after a season they are forgotten.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use shared::document::Document;
use shared::ids::DocumentId;

use super::files::FileError;
use crate::db::files::Listed;
use crate::db::{Db, DbError, documents, files};
use crate::files::{CHECKED_AT_ONCE, Files};

/// How long a file that was taken off its form is kept.
const KEPT: TimeDelta = TimeDelta::days(90);
/// Files looked at in one transaction.
const PAGE: usize = 500;

/// Notes which files their forms do not list, and forgets those that have not been listed for long; returns how many.
pub async fn sweep(db: &Db, kept: &Files, now: DateTime<Utc>) -> Result<usize, FileError> {
    let mut forgotten = 0;
    let mut last = None;
    loop {
        let mut conn = db.read().await?;
        let page = files::listed_after(&mut conn, last, PAGE).await?;
        drop(conn);
        let Some(end) = page.last() else {
            return Ok(forgotten);
        };
        last = Some((end.hash, end.doc));
        forgotten += sweep_page(db, kept, &page, now).await?;
    }
}

async fn sweep_page(
    db: &Db,
    kept: &Files,
    page: &[Listed],
    now: DateTime<Utc>,
) -> Result<usize, FileError> {
    // No file is being finished while one may be forgotten, which could be the same.
    let finishing = kept.checking.acquire_many(CHECKED_AT_ONCE).await;
    let _finishing = finishing.map_err(|_| FileError::Interrupted)?;
    let mut tx = db.write().await?;
    let ids: BTreeSet<DocumentId> = page.iter().map(|file| file.doc).collect();
    let ids: Vec<DocumentId> = ids.into_iter().collect();
    let found = documents::find(&mut tx, &ids).await?.documents;
    let found: BTreeMap<DocumentId, Document> = found.into_iter().map(|it| (it.id, it)).collect();
    let mut gone = Vec::new();
    for file in page {
        // What a form that cannot be read lists is not known.
        let Some(form) = found.get(&file.doc) else {
            continue;
        };
        match (form.lists(file.hash).is_some(), file.unlisted_since) {
            (true, None) => {}
            (true, Some(_)) => files::note_unlisted(&mut tx, file, None).await?,
            (false, None) => files::note_unlisted(&mut tx, file, Some(now)).await?,
            (false, Some(since)) if since > now - KEPT => {}
            (false, Some(_)) => {
                files::forget(&mut tx, file).await?;
                gone.push(file.hash);
            }
        }
    }
    let mut unused = Vec::new();
    for hash in &gone {
        if !files::is_listed(&mut tx, *hash).await? {
            unused.push(*hash);
        }
    }
    tx.commit().await.map_err(DbError::from)?;
    for hash in unused {
        kept.store.delete(hash).await?;
    }
    Ok(gone.len())
}
