//! Moving documents to the communes of another map. The rules are [`shared::sync::reorganise`]; here they meet the
//! database, in one transaction per pair of shards and so many documents.

use std::collections::BTreeSet;

use shared::document::Seq;
use shared::ids::UnitId;
use shared::sync::{Intake, Map};

use super::criteria;
use super::intake::{TRIES, write};
use super::members;
use crate::clock;
use crate::db::{self, Db, DbError, documents};

/// Documents moved in one transaction, so that no phone waits long for a whole commune.
const STEP: usize = 1_000;

/// Puts every document where the map says, and returns how many were moved. Broken off in the middle, it goes on where it
/// stopped when it is asked again.
pub async fn reorganise(db: &Db, map: &Map<'_>) -> db::Result<usize> {
    let places = documents::places(&mut *db.read().await?).await?;
    let mut moved = 0;
    for (shard, place) in places {
        let Some(home) = map.home(place).filter(|home| *home != shard) else {
            continue;
        };
        let mut after = Some(0);
        while let Some(number) = after {
            let (count, goes_on) = again_if_met(db, map, (shard, place), home, number).await?;
            moved += count;
            after = goes_on;
        }
    }
    Ok(moved)
}

async fn again_if_met(
    db: &Db,
    map: &Map<'_>,
    from: (UnitId, UnitId),
    home: UnitId,
    after: Seq,
) -> db::Result<(usize, Option<Seq>)> {
    let mut shards = BTreeSet::from([from.0, home]);
    for attempt in 1.. {
        match step(db, map, from, after, &mut shards).await {
            Ok(Some(moved)) => return Ok(moved),
            Ok(None) if attempt < TRIES => {}
            Err(error) if attempt < TRIES && error.is_contention() => {}
            Ok(None) => break,
            Err(error) => return Err(error),
        }
    }
    Err(DbError::Busy)
}

/// Moves some documents of one place from its shard to its home, those after a number. Returns how many, and the number
/// after which it goes on. `None`: something is counted in a shard that `shards` has learnt only now.
async fn step(
    db: &Db,
    map: &Map<'_>,
    (shard, place): (UnitId, UnitId),
    after: Seq,
    shards: &mut BTreeSet<UnitId>,
) -> db::Result<Option<(usize, Option<Seq>)>> {
    let mut tx = db.write().await?;
    let seqs = db::shards::lock(&mut tx, db.engine(), shards.iter().copied()).await?;
    let (standing, goes_on) = documents::of_place(&mut tx, shard, place, after, STEP).await?;
    let before = seqs.clone();
    let mut intake = Intake {
        documents: standing
            .into_iter()
            .map(|document| (document.id, document))
            .collect(),
        seqs,
        ..Intake::default()
    };
    let criteria = criteria::read(&mut tx).await?;
    let now = clock::now();
    intake.reorganise(map, criteria.sets());
    let moved = intake.departures.len();
    write(&mut tx, &intake, &before, criteria, now).await?;
    if !members::count(&mut tx, &mut intake, criteria, map, now, shards).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some((moved, goes_on)))
}
