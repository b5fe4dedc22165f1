//! `banhoc rebuild`, and what `banhoc check` says before it.

use serde_json::json;
use server::services::check::check;
use server::services::rebuild::{Rebuilt, rebuild};
use shared::sync::Map;
use sqlx::AssertSqlSafe;

use crate::support::changes::*;
use crate::support::{TestApp, on_both};

/// Two families, one scored and one only entered.
async fn two_families(app: &TestApp) {
    let places = app.places();
    let mut changes = scored(new_subject(), places.commune, places.village, "Lò Văn Pâng");
    let other = new_subject();
    changes.push(register(
        other,
        places.commune,
        places.village,
        "Mào Văn Ón",
    ));
    changes.push(start(other));
    let answer = app.sign_in("xa").await.sync(&request(changes)).await;
    assert!(all_received(&answer), "{:?}", outcomes(&answer));
}

async fn alter(app: &TestApp, sql: &str) {
    let mut tx = app.db().write().await.expect("a transaction");
    let statement = sqlx::query(AssertSqlSafe(sql.to_owned()));
    statement.execute(&mut *tx).await.expect("a statement");
    tx.commit().await.expect("a commit");
}

pub async fn rebuilt(app: &TestApp) -> Rebuilt {
    let tree = app.state.units.tree();
    let map = Map {
        tree: &tree,
        day: server::clock::today(),
    };
    rebuild(app.db(), &map).await.expect("a rebuild")
}

on_both! {
    async fn what_was_spoilt_is_found_and_written_again(app: TestApp) {
        two_families(&app).await;
        app.assert_counts_agree().await;
        let nothing = Rebuilt { documents: 4, ..Rebuilt::default() };
        assert_eq!(rebuilt(&app).await, nothing);

        for (sql, columns, totals) in [
            ("UPDATE documents SET figures = 0 WHERE kind = 'assessment'", 2, 0),
            ("UPDATE documents SET searched = NULL, folded = 'x' WHERE sort_key IS NOT NULL", 2, 0),
            ("UPDATE documents SET since = 2031, stage = 'exempt'", 4, 0),
            ("UPDATE rollup SET passed = passed + 7, subjects = 0 WHERE registered > 0", 0, 1),
            ("DELETE FROM rollup", 0, 1),
        ] {
            alter(&app, sql).await;
            let found = check(app.db()).await.expect("a check");
            assert_eq!(found.columns.len(), columns, "{sql}");
            assert_eq!(found.differences.is_empty(), totals == 0, "{sql}");
            let written = rebuilt(&app).await;
            assert_eq!(written.columns, columns, "{sql}");
            assert_eq!(written.totals > 0, totals > 0, "{sql}");
            app.assert_counts_agree().await;
            assert_eq!(rebuilt(&app).await, nothing, "{sql}");
        }
    }

    async fn wrong_whereabouts_stop_writing_until_they_are_written_again(app: TestApp) {
        let places = app.places();
        let commune = app.sign_in("xa").await;
        let family = new_subject();
        let made = scored(family, places.commune, places.village, "Lò Văn Pâng");
        assert!(all_received(&commune.sync(&request(made)).await));
        app.assert_counts_agree().await;
        let (id, elsewhere) = (family.to_string(), places.elsewhere);
        for (sql, astray, mended) in [
            (format!("DELETE FROM whereabouts WHERE id = '{id}'"), 1, 1),
            // What is said and what is.
            (format!("UPDATE whereabouts SET shard = '{elsewhere}' WHERE id = '{id}'"), 2, 2),
        ] {
            alter(&app, &sql).await;
            let found = check(app.db()).await.expect("a check");
            assert_eq!((found.astray, found.agrees()), (astray, false), "{sql}");
            // The phone keeps it and asks again.
            let edit = request(vec![set_field(family, None, "members", json!(astray))]);
            let answer = commune.post_json("/api/v1/sync", &edit).await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (503, "unavailable"), "{sql}");
            assert_eq!(rebuilt(&app).await.astray, mended, "{sql}");
            app.assert_counts_agree().await;
            let answer = commune.sync(&edit).await;
            assert!(all_received(&answer), "{:?}", outcomes(&answer));
        }
        let nobody = new_subject();
        alter(&app, &format!("INSERT INTO whereabouts (id, shard) VALUES ('{nobody}', '{elsewhere}')")).await;
        assert_eq!(check(app.db()).await.expect("a check").astray, 1);
        assert_eq!(rebuilt(&app).await.astray, 1);
        app.assert_counts_agree().await;
        assert_eq!(rebuilt(&app).await.astray, 0);
    }

    async fn totals_where_nobody_is_left_are_taken_away(app: TestApp) {
        two_families(&app).await;
        let empty = app.places().neighbour;
        let columns = "title, year, updated_at, subjects, registered, started, scored, passed, returned, waiting, \
                       verified, recognised, conflicted, doubted, subjects_conflicted";
        let sql = format!("INSERT INTO rollup (place, {columns}) SELECT '{empty}', {columns} FROM rollup");
        alter(&app, &sql).await;
        assert!(!check(app.db()).await.expect("a check").differences.is_empty());
        assert!(rebuilt(&app).await.totals > 0);
        app.assert_counts_agree().await;
    }

    async fn a_document_nobody_can_read_keeps_what_it_was_counted_as(app: TestApp) {
        two_families(&app).await;
        alter(&app, "UPDATE documents SET body = '{}' WHERE stage = 'registered'").await;
        alter(&app, "UPDATE documents SET figures = 0 WHERE stage = 'submitted'").await;
        let before = server::db::rollup::all(&mut app.db().read().await.expect("a connection")).await;
        let before = before.expect("rows").into_iter().map(|(key, total)| (key, total.counts));
        let before: Vec<_> = before.collect();
        let written = rebuilt(&app).await;
        assert_eq!((written.columns, written.totals, written.left), (1, 0, 1));
        let after = server::db::rollup::all(&mut app.db().read().await.expect("a connection")).await;
        let after: Vec<_> = after.expect("rows").into_iter().map(|(key, total)| (key, total.counts)).collect();
        assert_eq!(after, before);
        assert_eq!(check(app.db()).await.expect("a check").unreadable.len(), 1);
    }
}
