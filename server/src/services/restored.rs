//! `banhoc restored`: the database was put back from a backup.

use crate::db::{self, Db, identity};

/// Begins a new epoch, by which phones see that this database may not know all they had sent: they offer it again. A
/// server reads its epoch when it starts, so none may be running.
pub async fn begin_epoch(db: &Db) -> db::Result<()> {
    let mut tx = db.write().await?;
    // A backup of before the first start has no identity yet.
    identity::identity(&mut tx).await?;
    identity::begin_epoch(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}
