//! `banhoc check`: counts everything again from the documents and compares it with the totals that were kept.

use std::collections::BTreeSet;

use shared::criteria;
use shared::ids::DocumentId;
use shared::rollup::{self, Counts, Rollup, RollupKey};

use crate::db::{self, Db, documents};

/// Documents read at a time.
const PAGE: usize = 2_000;

/// A row of the totals that is not what the documents say.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub key: RollupKey,
    pub kept: Counts,
    pub counted: Counts,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    pub documents: usize,
    /// Documents that are there and that this version cannot read. The totals may count them.
    pub unreadable: Vec<DocumentId>,
    pub differences: Vec<Difference>,
}

/// Recounts, as of one moment: a server may go on writing.
pub async fn check(db: &Db) -> db::Result<Checked> {
    let mut tx = db.snapshot().await?;
    let kept = db::rollup::all(&mut tx).await?;
    let mut counted = Rollup::new();
    let mut count = 0;
    let mut unreadable = Vec::new();
    let mut last = None;
    loop {
        let (page, goes_on) = documents::after(&mut tx, last, PAGE).await?;
        let recounted = rollup::recount(&page.documents, criteria::builtin());
        rollup::merge(&mut counted, &recounted);
        count += page.documents.len();
        unreadable.extend(page.unreadable);
        last = goes_on;
        if last.is_none() {
            break;
        }
    }
    let keys: BTreeSet<RollupKey> = kept.keys().chain(counted.keys()).copied().collect();
    let differences = keys
        .into_iter()
        .map(|key| Difference {
            key,
            kept: kept.get(&key).map(|total| total.counts).unwrap_or_default(),
            counted: counted.get(&key).copied().unwrap_or_default(),
        })
        .filter(|row| row.kept != row.counted)
        .collect();
    Ok(Checked {
        documents: count,
        unreadable,
        differences,
    })
}
