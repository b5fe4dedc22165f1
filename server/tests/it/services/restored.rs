//! `banhoc restored`.

use server::db::identity::identity;
use server::services::restored;

use crate::support::on_both;

on_both! {
    async fn a_restored_database_is_the_same_server_in_a_new_epoch(app: TestApp) {
        let before = app.state.identity;
        restored::begin_epoch(app.db()).await.expect("a new epoch");
        let mut tx = app.db().write().await.expect("a transaction");
        let after = identity(&mut tx).await.expect("a row");
        assert_eq!(after.server, before.server);
        assert_ne!(after.epoch, before.epoch);
        drop(tx);
        assert_eq!(app.restarted().await.state.identity, after);
    }
}
