//! The `identity` table.

use shared::ids::{EpochId, ServerId};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::{Result, parsed};

/// Who this database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    pub server: ServerId,
    pub epoch: EpochId,
}

/// Reads the identity and makes it on the first start.
pub async fn identity(conn: &mut AnyConnection) -> Result<Identity> {
    sqlx::query(
        "INSERT INTO identity (only_row, server, epoch) VALUES (1, $1, $2) ON CONFLICT DO NOTHING",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(Uuid::now_v7().to_string())
    .execute(&mut *conn)
    .await?;
    let (server, epoch): (String, String) = sqlx::query_as("SELECT server, epoch FROM identity")
        .fetch_one(conn)
        .await?;
    Ok(Identity {
        server: parsed("identity", "server", &server)?,
        epoch: parsed("identity", "epoch", &epoch)?,
    })
}

/// Begins a new epoch: the database was restored from a backup.
pub async fn begin_epoch(conn: &mut AnyConnection) -> Result<()> {
    sqlx::query("UPDATE identity SET epoch = $1")
        .bind(Uuid::now_v7().to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether this is the demo's database.
pub async fn is_demo(conn: &mut AnyConnection) -> Result<bool> {
    let marked: Option<(i64,)> = sqlx::query_as("SELECT demo FROM identity")
        .fetch_optional(conn)
        .await?;
    Ok(marked.is_some_and(|(demo,)| demo != 0))
}

/// Says for ever that this is the demo's database.
pub async fn mark_as_demo(conn: &mut AnyConnection) -> Result<()> {
    identity(conn).await?;
    sqlx::query("UPDATE identity SET demo = 1")
        .execute(conn)
        .await?;
    Ok(())
}
