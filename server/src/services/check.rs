//! `banhoc check`: counts everything again from the documents and compares it with the totals that were kept.

use std::collections::BTreeSet;

use shared::ids::DocumentId;
use shared::org_unit::OrgTree;
use shared::rollup::{self, Counts, Rollup, RollupKey};
use shared::sync::Map;

use super::{criteria, members};
use crate::clock;
use crate::db::documents::{self, Index};
use crate::db::{self, Db, links, whereabouts};

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
    /// Documents whose columns are not what their bodies say.
    pub columns: Vec<DocumentId>,
    pub differences: Vec<Difference>,
    /// Forms that do not say what is counted of those who belong to their subject.
    pub uncounted: Vec<DocumentId>,
    /// Where members belong, otherwise than they say.
    pub links: usize,
    /// Documents that lie in another shard than their whereabouts say, or in two, and whereabouts of none.
    pub astray: usize,
}

impl Checked {
    /// Whether everything that is worked out from documents is what they say.
    pub fn agrees(&self) -> bool {
        self.columns.is_empty()
            && self.differences.is_empty()
            && self.uncounted.is_empty()
            && self.links == 0
            && self.astray == 0
    }
}

/// Recounts, as of one moment: a server may go on writing.
pub async fn check(db: &Db) -> db::Result<Checked> {
    let mut tx = db.snapshot().await?;
    let criteria = criteria::read(&mut tx).await?.sets();
    let kept = db::rollup::all(&mut tx).await?;
    let mut counted = Rollup::new();
    let mut checked = Checked::default();
    let tree = OrgTree::new(db::units::all(&mut tx).await?);
    let map = Map {
        tree: &tree,
        day: clock::today(),
    };
    let now = clock::now();
    let mut said = BTreeSet::new();
    let mut last: whereabouts::Said = Default::default();
    loop {
        let page = documents::after(&mut tx, (&last.0, &last.1), PAGE).await?;
        let Some(end) = page.last() else { break };
        let said_to_lie = whereabouts::between(&mut tx, &last.0, &end.id).await?;
        let lie = page.iter().map(|it| (it.id.clone(), it.shard().to_owned()));
        let lie: BTreeSet<whereabouts::Said> = lie.collect();
        checked.astray += said_to_lie.symmetric_difference(&lie).count();
        last = (end.id.clone(), end.shard().to_owned());
        checked.documents += page.len();
        for kept in &page {
            let Some(document) = kept.document() else {
                checked
                    .unreadable
                    .push(db::parsed("documents", "id", &kept.id)?);
                continue;
            };
            if Index::of(&document, criteria) != kept.index {
                checked.columns.push(document.id);
            }
            if document.subject_kind().is_some() {
                said.extend(links::said(&document));
            } else if members::is_counted_for(&document, now)
                && !members::is_counted(&mut tx, &document, &map).await?
            {
                checked.uncounted.push(document.id);
            }
            rollup::merge(&mut counted, &rollup::contribution(&document, criteria));
        }
    }
    checked.astray += whereabouts::count_after(&mut tx, &last.0).await?;
    let standing = links::all(&mut tx).await?;
    checked.links = standing.symmetric_difference(&said).count();
    let keys: BTreeSet<RollupKey> = kept.keys().chain(counted.keys()).copied().collect();
    let differences = keys.into_iter().map(|key| Difference {
        key,
        kept: kept.get(&key).map(|total| total.counts).unwrap_or_default(),
        counted: counted.get(&key).copied().unwrap_or_default(),
    });
    checked.differences = differences.filter(|row| row.kept != row.counted).collect();
    Ok(checked)
}
