//! The demo district, made through the same intake as a phone's changes.

use server::services::demo;
use shared::criteria::Title;

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
    db.close().await;
}
