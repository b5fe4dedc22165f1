//! `banhoc rebuild`: writes again what is worked out from documents, while a server may go on.
//!
//! Columns and totals are copies. After an update that counts differently, or a criteria set that was corrected, the copies of
//! documents nobody touches would stay what they were.

use std::collections::BTreeSet;

use shared::document::{Document, Seq};
use shared::ids::UnitId;
use shared::rollup::{self, Rollup};
use shared::sync::Map;

use crate::clock;
use crate::db::documents::{self, Index, Indexed};
use crate::db::{self, AnyConnection, Db, shards};
use crate::services::criteria;

/// Documents read at a time.
const PAGE: usize = 2_000;

/// What was written again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    pub documents: usize,
    /// Documents whose columns were others.
    pub columns: usize,
    /// Rows of totals that were others.
    pub totals: usize,
    /// Communes with a document that this version cannot read: their totals stay as they are, because they may count it.
    pub left: usize,
}

/// Rebuilds one commune after the other, each in one transaction under its lock.
pub async fn rebuild(db: &Db, map: &Map<'_>) -> db::Result<Rebuilt> {
    let mut conn = db.read().await?;
    let mut all: BTreeSet<UnitId> = shards::all(&mut conn).await?.into_keys().collect();
    let counted = db::rollup::places(&mut conn).await?;
    drop(conn);
    all.extend(counted.iter().filter_map(|place| map.home(*place)));
    let mut rebuilt = Rebuilt::default();
    for shard in all {
        // Totals may stand where no document is any more.
        let of_shard = counted
            .iter()
            .filter(|place| map.home(**place) == Some(shard));
        let mut tx = db.write().await?;
        shards::lock(&mut tx, db.engine(), [shard].into_iter()).await?;
        one(&mut tx, shard, of_shard.copied().collect(), &mut rebuilt).await?;
        tx.commit().await?;
    }
    Ok(rebuilt)
}

async fn one(
    tx: &mut AnyConnection,
    shard: UnitId,
    mut places: BTreeSet<UnitId>,
    rebuilt: &mut Rebuilt,
) -> db::Result<()> {
    let criteria = criteria::read(tx).await?.sets();
    let mut counted = Rollup::new();
    let mut is_whole = true;
    let mut after: Seq = 0;
    loop {
        let page = documents::of_shard(tx, shard, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Seq::try_from(last.seq).unwrap_or(Seq::MAX);
        let read: Vec<(Document, &Indexed)> = page
            .iter()
            .filter_map(|kept| Some((kept.document()?, kept)))
            .collect();
        is_whole &= read.len() == page.len();
        let moved: Vec<&Document> = read
            .iter()
            .filter(|(document, kept)| Index::of(document, criteria) != kept.index)
            .map(|(document, _)| document)
            .collect();
        documents::put(tx, &moved, criteria).await?;
        rebuilt.documents += page.len();
        rebuilt.columns += moved.len();
        let documents = read.iter().map(|(document, _)| document);
        places.extend(documents.clone().map(|document| document.place));
        rollup::merge(&mut counted, &rollup::recount(documents, criteria));
    }
    if !is_whole {
        rebuilt.left += 1;
        return Ok(());
    }
    let mut differences = counted;
    for (key, kept) in db::rollup::of_places(tx, &places).await? {
        rollup::add(&mut differences, key, -kept.counts);
    }
    rebuilt.totals += differences.len();
    db::rollup::add(tx, &differences, clock::now()).await
}
