//! The demo district, made through the same intake as a phone's changes.

use std::collections::BTreeSet;

use server::services::demo;
use shared::calendar;
use shared::campaign::{self, Calendar};
use shared::criteria::Title;
use shared::org_unit::OrgTree;

use crate::support::changes::*;
use crate::support::on_both;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_has_a_district_of_families_and_one_account_per_role() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("demo.db").display());
    let db = server::db::Db::connect(&url).await.expect("a database");
    assert!(demo::make(&db).await.expect("a demo"));
    assert!(!demo::make(&db).await.expect("the demo is there"));
    let checked = server::services::check::check(&db)
        .await
        .expect("a recount");
    assert_eq!(checked.differences, Vec::new());
    let mut conn = db.read().await.expect("a connection");
    its_year_has_days(&mut conn).await;
    its_commune_has_supporters(&mut conn).await;
    let rows = server::db::rollup::all(&mut conn).await.expect("rows");
    let families: i64 = rows
        .iter()
        .filter(|(key, _)| key.title == Title::LearningFamily)
        .map(|(_, total)| total.counts.subjects)
        .sum();
    assert!((3_500..5_000).contains(&families), "{families} families");
    for username in server::demo::USERNAMES {
        let user = server::db::users::by_username(&mut conn, username)
            .await
            .expect("a row")
            .unwrap_or_else(|| panic!("{username} is there"));
        assert!(user.password_hash.is_some());
    }
    drop(conn);
    // Everybody knows its passwords.
    let refused = demo::refuse(&db).await.expect_err("no place to work in");
    assert!(refused.to_string().contains("bản mẫu"), "{refused}");
    db.close().await;
}

/// Some gave this year, some the year before, some in both.
async fn its_commune_has_supporters(conn: &mut server::db::AnyConnection) {
    let units = server::db::units::all(conn).await.expect("units");
    let units = units.into_iter().map(|unit| unit.id).collect();
    let found = server::db::documents::supporters(conn, &units, 10).await;
    let found = found.expect("supporters");
    let year = calendar::year_judged(server::clock::today());
    let gave = [year.before(), year].map(|year| {
        let heads = found.iter().filter_map(|it| it.supporter());
        heads.filter(|head| head.gave_in(year).is_some()).count()
    });
    assert_eq!((found.len(), gave), (4, [3, 3]));
}

/// Some of them past and some to come, each as a page would have taken it.
async fn its_year_has_days(conn: &mut server::db::AnyConnection) {
    let units = server::db::units::all(conn).await.expect("units");
    let units: Vec<_> = units.into_iter().map(|unit| unit.id).collect();
    let (today, year) = (
        server::clock::today(),
        calendar::year_judged(server::clock::today()),
    );
    let kept = server::db::campaigns::of(conn, &units, (year, year))
        .await
        .expect("days");
    assert_eq!(kept.len(), 4);
    let units: BTreeSet<_> = kept.iter().map(|it| it.plan.unit).collect();
    let tree = OrgTree::new(server::db::units::all(conn).await.expect("units"));
    for unit in units {
        let chain: Vec<_> = tree
            .ancestors(unit, today)
            .into_iter()
            .map(|it| it.id)
            .collect();
        let chain: Vec<_> = [unit].into_iter().chain(chain).collect();
        let plans: Vec<_> = kept.iter().map(|it| it.plan.clone()).collect();
        let whole = Calendar::new(&chain, &plans);
        for plan in plans.iter().filter(|plan| plan.unit == unit) {
            let most = whole.without(unit, None).days(plan.title);
            let others = whole.without(unit, Some(plan.title)).days(plan.title);
            let problems = campaign::problems(year, &plan.days, &most, &others);
            assert!(problems.is_empty(), "{plan:?} {problems:?}");
        }
    }
    let days = kept.iter().flat_map(|it| it.plan.days.values());
    assert!(days.clone().any(|day| *day < today) && days.clone().any(|day| *day > today));
}

on_both! {
    async fn a_database_of_real_people_does_not_become_a_demo(app: TestApp) {
        demo::refuse(app.db()).await.expect("a place to work in");
        let refused = demo::make(app.db()).await.expect_err("there are people in it");
        assert!(matches!(refused, demo::DemoError::InUse));
        demo::refuse(app.db()).await.expect("it is none still");
    }

    async fn families_without_accounts_are_real_too(app: TestApp) {
        let places = app.places();
        let phone = app.sign_in("ban1").await;
        let changes = scored(new_subject(), places.commune, places.village, "Lò Văn Pâng");
        assert!(all_received(&phone.sync(&request(changes)).await));
        for table in ["sessions", "known_devices", "user_units", "devices", "users"] {
            let mut tx = app.db().write().await.expect("a transaction");
            let sql = sqlx::AssertSqlSafe(format!("DELETE FROM {table}"));
            sqlx::query(sql).execute(&mut *tx).await.expect("nobody");
            tx.commit().await.expect("a commit");
        }
        let refused = demo::make(app.db()).await.expect_err("there are families in it");
        assert!(matches!(refused, demo::DemoError::InUse));
    }
}
