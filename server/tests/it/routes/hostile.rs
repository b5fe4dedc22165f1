//! One account that sends whatever the protocol can carry, and its neighbours, whose exchanges go on.

use serde_json::{Value, json};
use server::services;
use shared::assessment::Move;
use shared::change::ChangeBody;
use shared::ids::{DocumentId, SubjectId};
use shared::sync::Outcome;

use crate::support::changes::*;
use crate::support::on_both;

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!(1), |inner, _| json!([inner]))
}

/// Spoils a stored document, as an earlier release could leave one.
async fn spoil(app: &crate::support::TestApp, id: DocumentId) {
    let mut tx = app.db().write().await.expect("a transaction");
    sqlx::query("UPDATE documents SET body = '{\"id\": 7}' WHERE id = $1")
        .bind(id.to_string())
        .execute(&mut *tx)
        .await
        .expect("an update");
    tx.commit().await.expect("a commit");
}

on_both! {
    /// A value nested 124 deep could be read in a change, and not in the conflict of its document: the document was never
    /// read again, and nothing that needed it.
    async fn a_nested_value_is_refused(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let family = new_subject();
        let answer = phone
            .sync(&request(vec![
                register(family, places.commune, places.village, "Lò Văn Pâng"),
                set_field(family, None, "x", nested(124)),
                set_field(family, None, "x", json!(1)),
            ]))
            .await;
        let got = outcomes(&answer);
        assert_eq!(got[1], json!({"refused": {"field": {"field": "x", "problem": "too_much"}}}));
        assert_eq!(got[2], json!({"received": {"seq": 2}}));
        app.assert_counts_agree().await;
    }

    async fn a_document_that_cannot_be_read_stops_nobody(app: TestApp) {
        let places = app.places();
        let (phone, neighbour) = (app.sign_in("ban1").await, app.sign_in("ban2").await);
        let (spoilt, whole, theirs) = (new_subject(), new_subject(), new_subject());
        phone
            .sync(&request(vec![
                register(spoilt, places.commune, places.village, "Lò Văn A"),
                register(whole, places.commune, places.village, "Lò Văn B"),
            ]))
            .await;
        neighbour
            .sync(&request(vec![register(theirs, places.commune, places.neighbour, "Lò Văn C")]))
            .await;
        spoil(&app, spoilt.into()).await;
        // Both come at the same moment, again and again.
        for round in 0..10 {
            let changes = vec![
                set_field(spoilt, None, "note", json!(format!("ghi {round}"))),
                set_field(whole, None, "note", json!(format!("ghi {round}"))),
            ];
            let touching = request(changes);
            let elsewhere = request(vec![set_field(theirs, None, "note", json!(format!("ghi {round}")))]);
            let (own, other) = tokio::join!(phone.sync(&touching), neighbour.sync(&elsewhere));
            assert_eq!(outcomes(&own)[0], json!({"refused": "not_understood"}));
            assert!(own.receipts[1].outcome.is_received());
            assert!(other.receipts[0].outcome.is_received());
        }
        // Lists step over it, the check names it.
        let path = format!(
            "/api/v1/subjects?unit={}&title=learning_family&year={YEAR}",
            places.commune
        );
        let listed = app.sign_in("xa").await.get(&path).await;
        assert_eq!(listed.status, 200);
        let checked = services::check::check(app.db()).await.expect("a check");
        assert_eq!(checked.unreadable, [DocumentId::from(spoilt)]);
        // The village moves to another commune, and with it whatever can be read.
        app.move_village(places.village, places.elsewhere).await;
        let answer = neighbour.sync(&request(vec![])).await;
        assert_eq!(answer.receipts, []);
        let answer = phone.sync(&request(vec![])).await;
        assert!(answer.documents.iter().filter_map(|it| it.known()).any(|it| it.id == whole.into()));
    }

    /// Whatever makes the database refuse a row: only the phone that sent it is told "not now".
    async fn a_submission_that_fails_fails_alone(app: TestApp) {
        let places = app.places();
        forbid(&app, "Lò Văn Hỏng").await;
        let phones = [app.sign_in("ban1").await, app.sign_in("ban2").await];
        let villages = [places.village, places.neighbour];
        for _ in 0..8 {
            let bad = request(vec![register(new_subject(), places.commune, villages[0], "Lò Văn Hỏng")]);
            let good: Vec<_> = (0..6)
                .map(|_| request(vec![register(new_subject(), places.commune, villages[1], "Lò Văn Lành")]))
                .collect();
            let honest = futures::future::join_all(good.iter().map(|request| phones[1].sync(request)));
            let (refused, taken) = tokio::join!(phones[0].post_json("/api/v1/sync", &bad), honest);
            assert_eq!(refused.status, 503);
            for answer in taken {
                assert!(answer.receipts[0].outcome.is_received());
            }
        }
        app.assert_counts_agree().await;
    }

    async fn a_family_given_to_the_next_village_leaves_the_phones_of_the_first(app: TestApp) {
        let places = app.places();
        let (phone, neighbour, commune) =
            (app.sign_in("ban1").await, app.sign_in("ban2").await, app.sign_in("xa").await);
        let family = new_subject();
        let made = scored(family, places.commune, places.village, "Lò Văn Pâng");
        let first = phone.sync(&request(made)).await;
        let seen_by_commune = commune.sync(&request(vec![])).await;
        let seen_by_neighbour = neighbour.sync(&request(vec![])).await;
        let give = |subject: SubjectId, place| {
            change(subject.into(), None, ChangeBody::Move { shard: places.commune, place })
        };
        let given = phone.sync(&after(&first, vec![give(family, places.neighbour)])).await;
        assert!(given.receipts[0].outcome.is_received());
        let left: std::collections::BTreeSet<DocumentId> = given.left.iter().copied().collect();
        assert_eq!(left, [family.into(), form_of(family)].into());
        // The commune holds both villages, so nothing has left it.
        let told = commune.sync(&after(&seen_by_commune, vec![])).await;
        assert_eq!((told.left.len(), told.documents.len()), (0, 2));
        let came = neighbour.sync(&after(&seen_by_neighbour, vec![])).await;
        assert_eq!(came.documents.len(), 2);
        // There and back: whoever was away in between is told nothing but what stands.
        neighbour.sync(&request(vec![give(family, places.village)])).await;
        let back = phone.sync(&after(&first, vec![])).await;
        assert_eq!((back.left.len(), back.documents.len()), (0, 2));
        app.assert_counts_agree().await;
    }

    async fn a_form_follows_its_family_on_the_server(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let family = new_subject();
        phone
            .sync(&request(scored(family, places.commune, places.village, "Lò Văn Pâng")))
            .await;
        let mended = set_field(family, None, "children", json!(0));
        let verified = step(family, Move::Verify);
        let answer = phone.sync(&request(vec![mended])).await;
        let form = answer.documents.iter().filter_map(|it| it.known()).find(|it| it.id == form_of(family));
        let head = form.and_then(|form| form.assessment()).expect("the form comes along");
        assert_eq!(head.facts.children, Some(0));
        let commune = app.sign_in("xa").await;
        let answer = commune.sync(&request(vec![verified])).await;
        assert!(matches!(answer.receipts[0].outcome, Outcome::Received { .. }));
        app.assert_counts_agree().await;
    }
}

/// Makes the database refuse whatever has a name.
async fn forbid(app: &crate::support::TestApp, name: &str) {
    let folded = shared::text::fold(name);
    let sql = match app.db().engine() {
        server::db::Engine::Sqlite => format!(
            "CREATE TRIGGER forbidden BEFORE INSERT ON documents WHEN NEW.folded = '{folded}' \
             BEGIN SELECT RAISE(ABORT, 'forbidden'); END"
        ),
        server::db::Engine::Postgres => {
            format!("ALTER TABLE documents ADD CONSTRAINT forbidden CHECK (folded <> '{folded}')")
        }
    };
    let mut tx = app.db().write().await.expect("a transaction");
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .execute(&mut *tx)
        .await
        .expect("a rule");
    tx.commit().await.expect("a commit");
}
