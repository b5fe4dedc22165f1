//! `banhoc rebuild`: writes again what is worked out from documents, while a server may go on.
//!
//! Columns and totals are copies. After an update that counts differently, or a criteria set that was corrected, the copies of
//! documents nobody touches would stay what they were.

use std::collections::{BTreeMap, BTreeSet};

use shared::document::{Document, Seq};
use shared::ids::{DocumentId, UnitId};
use shared::rollup::{self, Rollup};
use shared::sync::{Intake, Map};

use crate::clock;
use crate::db::documents::{self, Index, Indexed};
use crate::db::{self, AnyConnection, Db, links, shards, whereabouts};
use crate::services::{criteria, members};

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
    /// Forms that said another number of those who belong to their subject.
    pub counted: usize,
    /// Rows of whereabouts that said something else.
    pub astray: usize,
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
    let mut open = Vec::new();
    forget_links(db).await?;
    forget_whereabouts(db, &mut rebuilt).await?;
    for shard in all {
        // Totals may stand where no document is any more.
        let of_shard = counted
            .iter()
            .filter(|place| map.home(**place) == Some(shard));
        let mut tx = db.write().await?;
        shards::lock(&mut tx, db.engine(), [shard].into_iter()).await?;
        let places = of_shard.copied().collect();
        let counted_for = one(&mut tx, shard, places, &mut rebuilt).await?;
        tx.commit().await?;
        open.push((shard, counted_for));
    }
    // Who belongs to a unit may lie in a commune that came later.
    for (shard, forms) in open.into_iter().filter(|(_, forms)| !forms.is_empty()) {
        rebuilt.counted += count_again(db, map, shard, &forms).await?;
    }
    Ok(rebuilt)
}

/// Takes away what stands for members who are not there.
async fn forget_links(db: &Db) -> db::Result<()> {
    let mut last: Option<String> = None;
    loop {
        let mut conn = db.read().await?;
        let page = links::after(&mut conn, last.as_deref(), PAGE).await?;
        last = page.last().cloned();
        let nobodys = not_there(&mut conn, page).await?;
        drop(conn);
        if !nobodys.is_empty() {
            let mut tx = db.write().await?;
            let nobodys = not_there(&mut tx, nobodys).await?;
            links::forget(&mut tx, &nobodys).await?;
            tx.commit().await?;
        }
        if last.is_none() {
            return Ok(());
        }
    }
}

/// Those of some ids that no document has.
async fn not_there(conn: &mut AnyConnection, mut ids: Vec<String>) -> db::Result<Vec<String>> {
    let read: Vec<DocumentId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let lying = documents::lying(conn, &read).await?;
    let there: BTreeSet<String> = lying.into_iter().map(|(id, _)| id.to_string()).collect();
    ids.retain(|id| !there.contains(id));
    Ok(ids)
}

/// Takes away the whereabouts of documents that are not there.
async fn forget_whereabouts(db: &Db, rebuilt: &mut Rebuilt) -> db::Result<()> {
    let mut last = None;
    loop {
        let mut conn = db.read().await?;
        let page = whereabouts::after(&mut conn, last, PAGE).await?;
        let Some((end, _)) = page.last() else {
            return Ok(());
        };
        last = Some(*end);
        let ids: Vec<DocumentId> = page.iter().map(|(id, _)| *id).collect();
        let lying = documents::lying(&mut conn, &ids).await?;
        drop(conn);
        let mut of_nobody: BTreeMap<UnitId, Vec<DocumentId>> = BTreeMap::new();
        for (id, shard) in page.iter().filter(|row| !lying.contains(row)) {
            of_nobody.entry(*shard).or_default().push(*id);
        }
        for (shard, mut ids) in of_nobody {
            let mut tx = db.write().await?;
            shards::lock(&mut tx, db.engine(), [shard].into_iter()).await?;
            let lying = documents::lying(&mut tx, &ids).await?;
            ids.retain(|id| !lying.contains(&(*id, shard)));
            whereabouts::forget(&mut tx, shard, &ids).await?;
            tx.commit().await?;
            rebuilt.astray += ids.len();
        }
    }
}

/// Counts again for forms of a shard. One that has left it meanwhile was counted where it went.
async fn count_again(
    db: &Db,
    map: &Map<'_>,
    shard: UnitId,
    forms: &[DocumentId],
) -> db::Result<usize> {
    let mut tx = db.write().await?;
    let seqs = shards::lock(&mut tx, db.engine(), [shard].into_iter()).await?;
    let mut forms = documents::by_ids(&mut tx, forms).await?;
    forms.retain(|form| form.shard == shard);
    let mut intake = Intake {
        seqs,
        ..Intake::default()
    };
    let (criteria, now) = (criteria::read(&mut tx).await?, clock::now());
    let counted = members::write_counted(&mut tx, &mut intake, forms, criteria, map, now).await?;
    tx.commit().await?;
    Ok(counted)
}

/// Returns the forms that something is counted for.
async fn one(
    tx: &mut AnyConnection,
    shard: UnitId,
    mut places: BTreeSet<UnitId>,
    rebuilt: &mut Rebuilt,
) -> db::Result<Vec<DocumentId>> {
    let criteria = criteria::read(tx).await?.sets();
    let mut counted = Rollup::new();
    let mut open = Vec::new();
    let now = clock::now();
    let mut is_whole = true;
    let mut after: Seq = 0;
    loop {
        let page = documents::of_shard(tx, shard, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Seq::try_from(last.seq).unwrap_or(Seq::MAX);
        let lie: Vec<(Option<Document>, &Indexed)> = page
            .iter()
            .map(|kept| (kept.document(), kept))
            // One that says itself that it lies elsewhere was written past this program, and is left to whoever did that.
            .filter(|(document, _)| document.as_ref().is_none_or(|it| it.shard == shard))
            .collect();
        let ids = lie
            .iter()
            .map(|(_, kept)| db::parsed("documents", "id", &kept.id));
        let ids: Vec<DocumentId> = ids.collect::<db::Result<_>>()?;
        let count = lie.len();
        let read: Vec<(Document, &Indexed)> = lie
            .into_iter()
            .filter_map(|(document, kept)| Some((document?, kept)))
            .collect();
        is_whole &= read.len() == count;
        rebuilt.astray += whereabouts::rewrite(tx, shard, &ids).await?;
        let moved: Vec<&Document> = read
            .iter()
            .filter(|(document, kept)| Index::of(document, criteria) != kept.index)
            .map(|(document, _)| document)
            .collect();
        documents::put(tx, &moved, &[], criteria).await?;
        let subjects: Vec<&Document> = read.iter().map(|(document, _)| document).collect();
        links::rewrite(tx, &subjects).await?;
        let counted_for = subjects
            .iter()
            .filter(|it| members::is_counted_for(it, now));
        open.extend(counted_for.map(|form| form.id));
        rebuilt.documents += page.len();
        rebuilt.columns += moved.len();
        let documents = read.iter().map(|(document, _)| document);
        places.extend(documents.clone().map(|document| document.place));
        rollup::merge(&mut counted, &rollup::recount(documents, criteria));
    }
    if !is_whole {
        rebuilt.left += 1;
        return Ok(open);
    }
    let mut differences = counted;
    for (key, kept) in db::rollup::of_places(tx, &places).await? {
        rollup::add(&mut differences, key, -kept.counts);
    }
    rebuilt.totals += differences.len();
    db::rollup::add(tx, &differences, now).await?;
    Ok(open)
}
