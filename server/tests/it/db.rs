//! What a broken transaction leaves behind.

use crate::support::on_both;

on_both! {
    async fn a_transaction_that_the_database_ended_does_not_end_all_writing(app: TestApp) {
        for _ in 0..8 {
            let mut tx = app.db().write().await.expect("a transaction");
            // As SQLite does by itself when the disk is full.
            sqlx::query("ROLLBACK").execute(&mut *tx).await.expect("a roll back");
            drop(tx);
        }
        let mut tx = app.db().write().await.expect("the next transaction");
        server::db::identity::identity(&mut tx).await.expect("a row");
        tx.commit().await.expect("a commit");
    }
}
