//! The criteria of a running server: those it was built with, and those in its database.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use shared::criteria::{Criteria, CriteriaError, CriteriaSet, CriteriaSetId, ToldCriteria};

use crate::db::{self, AnyConnection, Db, DbError, criteria_sets};

/// How often a running server looks for new sets.
const FRESH: Duration = Duration::from_secs(60);

/// What every request judges by. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CriteriaInForce(Arc<RwLock<Criteria>>);

impl CriteriaInForce {
    pub async fn load(db: &Db) -> db::Result<Self> {
        let known = read(&mut *db.read().await?).await?;
        Ok(Self(Arc::new(RwLock::new(known))))
    }

    pub fn now(&self) -> Criteria {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub async fn reload(&self, db: &Db) -> db::Result<()> {
        let more = criteria_sets::all(&mut *db.read().await?).await?;
        let known = self.now().and(more);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(())
    }

    /// Reads the sets again every minute: `banhoc criteria add` gives one while a server runs.
    pub fn keep_fresh(&self, db: Db) {
        let criteria = self.clone();
        tokio::spawn(async move {
            let mut minutes = tokio::time::interval(FRESH);
            // The first tick is at once, and they have just been read.
            minutes.tick().await;
            loop {
                minutes.tick().await;
                if let Err(error) = criteria.reload(&db).await {
                    tracing::warn!(%error, "criteria were not read again");
                }
            }
        });
    }
}

/// All criteria, as a database has them now.
pub async fn read(conn: &mut AnyConnection) -> db::Result<Criteria> {
    Ok(Criteria::builtin().and(criteria_sets::all(conn).await?))
}

/// Whether a set of an id is known. What is read for good ([`read`]) is not read for this.
pub async fn is_known(conn: &mut AnyConnection, id: &CriteriaSetId) -> db::Result<bool> {
    Ok(Criteria::builtin().find(id).is_some() || criteria_sets::has(conn, id).await?)
}

/// What a phone is told that knows other criteria. `known` is the version it said; a phone of the first release says none
/// and has nowhere to keep any.
pub fn news(criteria: Criteria, known: Option<&str>) -> Option<ToldCriteria> {
    if known.is_none_or(|known| known == criteria.version()) {
        return None;
    }
    let written = |set: &CriteriaSet| serde_json::value::to_raw_value(set).ok();
    let sets: Vec<Box<RawValue>> = criteria.sets().iter().filter_map(written).collect();
    Some(ToldCriteria {
        version: criteria.version().to_owned(),
        sets,
    })
}

/// Why a set was not taken. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum NotAdded {
    #[error(transparent)]
    Unreadable(#[from] CriteriaError),
    #[error(
        "đã có bộ tiêu chí mang mã {0}. Bộ tiêu chí đã dùng thì không sửa: phiếu cũ vẫn chấm theo nó. Hãy đặt mã khác cho bộ mới, ví dụ {0}_v2"
    )]
    Taken(CriteriaSetId),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Takes a set in, from the text of its file. It holds for good.
pub async fn add(
    db: &Db,
    file: &str,
    text: &str,
    now: DateTime<Utc>,
) -> Result<CriteriaSet, NotAdded> {
    let set = CriteriaSet::parse(file, text)?;
    let mut tx = db.write().await?;
    if is_known(&mut tx, &set.id).await? {
        return Err(NotAdded::Taken(set.id));
    }
    criteria_sets::put(&mut tx, &set, now).await?;
    tx.commit().await.map_err(DbError::from)?;
    Ok(set)
}
