//! `banhoc check`: counts everything again from the documents and compares it with the totals that were kept.

use std::collections::BTreeSet;

use shared::criteria;
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
    pub differences: Vec<Difference>,
}

/// Recounts, as of one moment: a server may go on writing.
pub async fn check(db: &Db) -> db::Result<Checked> {
    let mut tx = db.snapshot().await?;
    let kept = db::rollup::all(&mut tx).await?;
    let mut counted = Rollup::new();
    let mut count = 0;
    let mut last = None;
    loop {
        let page = documents::after(&mut tx, last, PAGE).await?;
        rollup::merge(&mut counted, &rollup::recount(&page, criteria::builtin()));
        count += page.len();
        match page.last() {
            Some(document) => last = Some(document.id),
            None => break,
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
        differences,
    })
}
