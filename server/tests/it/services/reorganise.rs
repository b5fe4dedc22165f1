//! Communes exchange a village while phones are away.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use server::db;
use shared::document::Document;
use shared::ids::{DocumentId, UnitId};
use shared::sync::{Carried, SyncResponse};

use crate::support::changes::*;
use crate::support::{TestApp, now, on_both};

fn documents(response: &SyncResponse) -> Vec<&Document> {
    response
        .documents
        .iter()
        .filter_map(Carried::known)
        .collect()
}

fn ids(response: &SyncResponse) -> BTreeSet<DocumentId> {
    documents(response).iter().map(|it| it.id).collect()
}

/// In which shards a document has a row.
async fn lies_in(app: &TestApp, id: DocumentId) -> Vec<String> {
    let mut conn = app.db().read().await.expect("a connection");
    let rows: Vec<(String,)> = sqlx::query_as("SELECT shard FROM documents WHERE id = $1")
        .bind(id.to_string())
        .fetch_all(&mut *conn)
        .await
        .expect("rows");
    rows.into_iter().map(|(shard,)| shard).collect()
}

async fn give(app: &TestApp, username: &str, unit: UnitId) {
    let mut tx = app.db().write().await.expect("a transaction");
    let user = db::users::by_username(&mut tx, username).await;
    let mut user = user.expect("a row").expect("somebody");
    user.units = vec![unit];
    db::users::put(&mut tx, &[user], now())
        .await
        .expect("a row");
    tx.commit().await.expect("a commit");
}

on_both! {
    async fn a_village_moves_with_its_families(app: TestApp) {
        let places = app.places();
        let (here, there) = (places.commune, places.elsewhere);
        give(&app, "chutich", there).await;
        let old_commune = app.sign_in("xa").await;
        let new_commune = app.sign_in("chutich").await;
        let phone = app.sign_in("ban1").await;
        let (family, other) = (new_subject(), new_subject());
        let mut changes = scored(family, here, places.village, "Lò Văn A");
        changes.push(register(other, here, places.neighbour, "Lò Văn B"));
        let before_old = old_commune.sync(&request(changes)).await;
        assert!(all_received(&before_old), "{:?}", outcomes(&before_old));
        let before_new = new_commune.sync(&request(vec![])).await;
        assert_eq!(ids(&before_new), BTreeSet::new());
        let before_phone = phone.sync(&request(vec![])).await;
        let moved: BTreeSet<DocumentId> = [family.into(), form_of(family)].into();
        assert_eq!(ids(&before_phone), moved);

        app.move_village(places.village, there).await;

        // The phone was away: it edits and registers by the old map.
        let newcomer = new_subject();
        let edit = set_field(family, None, "poor", json!(true));
        let made = register(newcomer, here, places.village, "Lò Văn C");
        let answer = phone.sync(&after(&before_phone, vec![edit, made])).await;
        assert!(all_received(&answer), "{:?}", outcomes(&answer));
        assert!(answer.reset, "another commune, another scope");
        assert_eq!(ids(&answer).len(), 3);
        assert!(documents(&answer).iter().all(|it| it.shard == there));

        let told = old_commune.sync(&after(&before_old, vec![])).await;
        assert!(!told.reset);
        assert_eq!(told.left.iter().copied().collect::<BTreeSet<_>>(), moved);
        assert_eq!(ids(&told), BTreeSet::new());
        let again = old_commune.sync(&after(&told, vec![])).await;
        assert_eq!((again.left.len(), again.cursors), (0, told.cursors.clone()));

        let came = new_commune.sync(&after(&before_new, vec![])).await;
        let mut all = moved.clone();
        all.insert(newcomer.into());
        assert_eq!(ids(&came), all);
        assert_eq!(came.left, []);
        app.assert_counts_agree().await;

        // It comes back. Whoever answers for both is told of nothing that left.
        give(&app, "chutich", places.area).await;
        let both = new_commune.sync(&request(vec![])).await;
        app.move_village(places.village, here).await;
        let nudge = set_field(other, None, "poor", json!(true));
        old_commune.sync(&request(vec![nudge])).await;
        let back = new_commune.sync(&after(&both, vec![])).await;
        assert_eq!(back.left, []);
        let here_again = documents(&back);
        assert!(here_again.iter().all(|it| it.shard == here));
        assert_eq!(here_again.len(), 4);
        app.assert_counts_agree().await;
    }

    async fn documents_are_put_in_order_without_anybody_asking(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let families: Vec<_> = (0..1_100)
            .map(|n| register(new_subject(), places.commune, places.village, &format!("Lò Văn {n}")))
            .collect();
        for families in families.chunks(500) {
            phone.sync(&request(families.to_vec())).await;
        }
        app.move_village(places.village, places.elsewhere).await;
        // A server that starts looks at once.
        let restarted = app.restarted().await;
        for _ in 0..100 {
            let mut conn = app.db().read().await.expect("a connection");
            let lie = db::documents::places(&mut conn).await.expect("rows");
            if lie == [(places.elsewhere, places.village)] {
                let commune = restarted.sign_in("xa").await;
                let mut seen = commune.sync(&request(vec![])).await;
                seen.cursors.insert(places.commune, 0);
                let told = commune.sync(&after(&seen, vec![])).await;
                assert_eq!(told.left.len(), 1_100);
                app.assert_counts_agree().await;
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the documents still lie in the old commune");
    }

    async fn what_moved_lies_in_one_commune(app: TestApp) {
        let places = app.places();
        let (here, there) = (places.commune, places.elsewhere);
        let commune = app.sign_in("xa").await;
        let phone = app.sign_in("ban1").await;
        let family = new_subject();
        let documents = [family.into(), form_of(family)];
        let changes = scored(family, here, places.village, "Lò Văn A");
        assert!(all_received(&commune.sync(&request(changes)).await));
        // The map moves it, and back again; between the two it is written where it lies.
        for (unit, lies) in [(there, there), (there, there), (here, here)] {
            app.move_village(places.village, unit).await;
            let edit = set_field(family, None, "members", json!(6));
            assert!(all_received(&phone.sync(&request(vec![edit])).await));
            for id in documents {
                assert_eq!(lies_in(&app, id).await, [lies.to_string()]);
            }
            app.assert_counts_agree().await;
        }
        // Made by one that knew the old map.
        app.move_village(places.village, there).await;
        let newcomer = new_subject();
        let made = register(newcomer, here, places.village, "Lò Văn B");
        assert!(all_received(&phone.sync(&request(vec![made, start(newcomer)])).await));
        for id in [newcomer.into(), form_of(newcomer)] {
            assert_eq!(lies_in(&app, id).await, [there.to_string()]);
        }
        app.assert_counts_agree().await;
    }

    async fn a_server_with_a_newer_map_is_not_contradicted(app: TestApp) {
        let places = app.places();
        let commune = app.sign_in("xa").await;
        let family = new_subject();
        let made = register(family, places.commune, places.village, "Lò Văn A");
        let first = commune.sync(&request(vec![made])).await;
        // Another server over the same database has read the new map and moved the family.
        let other = app.restarted().await;
        other.move_village(places.village, places.elsewhere).await;
        let nudge = other.sign_in("ban1").await;
        nudge.sync(&request(vec![set_field(family, None, "members", json!(6))])).await;
        // This one still has the old map: its officer of the old commune would be refused for ever. They come again.
        let edit = request(vec![set_field(family, None, "poor", json!(true))]);
        let answer = commune.post_json("/api/v1/sync", &edit).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (503, "unavailable"));
        app.state.units.reload(app.db()).await.expect("units");
        let answer = commune.sync(&after(&first, vec![])).await;
        assert_eq!(answer.left, [family.into()]);
    }
}
