//! Documents are kept by their commune, so that they can be spread over machines (docs/scale.md).

use std::collections::BTreeSet;

use serde_json::json;
use server::db::{DbError, Engine, documents};
use server::services::check::check;
use shared::criteria::Criteria;
use shared::ids::SubjectId;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::support::changes::*;
use crate::support::{TestApp, on_both};

/// What is spread, and by what.
const SPREAD: [(&str, &str); 8] = [
    ("shards", "id"),
    ("documents", "shard"),
    ("departures", "shard"),
    ("whereabouts", "id"),
    ("changes", "id"),
    ("rollup", "place"),
    ("links", "member"),
    ("files", "doc"),
];

async fn texts(app: &TestApp, sql: &str) -> Vec<String> {
    let mut conn = app.db().read().await.expect("a connection");
    let rows: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(sql.to_owned()))
        .fetch_all(&mut *conn)
        .await
        .expect("rows");
    rows.into_iter().map(|(text,)| text).collect()
}

async fn run_all(app: &TestApp, statements: &[String]) {
    let mut tx = app.db().write().await.expect("a transaction");
    for sql in statements {
        let statement = sqlx::query(AssertSqlSafe(sql.clone()));
        let done = statement.execute(&mut *tx).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    tx.commit().await.expect("a commit");
}

/// How `documents` and its indexes were made in SQLite before their key named the shard.
async fn as_it_was() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("a file").path())
        .filter(|file| file.file_name().is_some_and(|name| name < "0034"))
        .collect();
    files.sort();
    let mut conn = SqliteConnection::connect("sqlite::memory:").await;
    let conn = conn.as_mut().expect("a database");
    for file in files {
        let sql = std::fs::read_to_string(file).expect("a text");
        let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *conn).await;
        done.expect("a step");
    }
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'documents' AND sql IS NOT NULL ORDER BY type DESC, name",
    )
    .fetch_all(conn)
    .await
    .expect("rows");
    rows.into_iter().map(|(sql,)| sql).collect()
}

const COLUMNS: &str = "SELECT name || ' ' || type || ' ' || COALESCE(dflt_value, '') FROM pragma_table_info('documents')";
const INDEXES: &str = "SELECT sql FROM sqlite_master WHERE tbl_name = 'documents' AND type = 'index' AND sql IS NOT NULL";

/// Takes a database back to where the release before this key left it.
async fn take_back(app: &TestApp) {
    let columns = "id, shard, place, kind, subject, title, year, stage, since, until, folded, sort_key, seq, body, finished, \
                   searched, figures";
    let mut steps: Vec<String> = match app.db().engine() {
        Engine::Postgres => [
            "DROP INDEX documents_id",
            "ALTER TABLE documents DROP CONSTRAINT documents_pkey",
            "ALTER TABLE documents ADD PRIMARY KEY (id)",
        ]
        .map(str::to_owned)
        .into(),
        Engine::Sqlite => {
            let names = "SELECT name FROM sqlite_master WHERE tbl_name = 'documents' AND type = 'index' AND sql IS NOT NULL";
            let names = texts(app, names).await;
            let mut steps = vec!["ALTER TABLE documents RENAME TO documents_now".to_owned()];
            steps.extend(names.iter().map(|name| format!("DROP INDEX {name}")));
            steps.extend(as_it_was().await);
            steps.push(format!(
                "INSERT INTO documents (rowid, {columns}) SELECT rowid + 7, {columns} FROM documents_now"
            ));
            steps.push("DROP TABLE documents_now".to_owned());
            steps
        }
    };
    steps.push("DROP TABLE whereabouts".to_owned());
    steps.push("DELETE FROM _sqlx_migrations WHERE version >= 34".to_owned());
    run_all(app, &steps).await;
}

/// Every row of documents with all of its columns.
async fn all(app: &TestApp) -> Vec<String> {
    let mut conn = app.db().read().await.expect("a connection");
    let rows = documents::after(&mut conn, ("", ""), 1_000).await;
    let rows = rows.expect("rows");
    rows.iter().map(|row| format!("{row:?}")).collect()
}

on_both! {
    async fn a_database_of_before_is_taken_over_whole(app: TestApp) {
        let places = app.places();
        let commune = app.sign_in("xa").await;
        let families: Vec<SubjectId> = (0..70).map(|_| new_subject()).collect();
        for (n, family) in families.iter().enumerate() {
            let place = if n % 2 == 0 { places.village } else { places.neighbour };
            let name = format!("Lò Văn {n}");
            let changes = match n % 3 {
                0 => scored(*family, places.commune, place, &name),
                1 => vec![register(*family, places.commune, place, &name), start(*family)],
                _ => vec![register(*family, places.commune, place, &name)],
            };
            assert!(all_received(&commune.sync(&request(changes)).await));
        }
        app.move_village(places.neighbour, places.elsewhere).await;
        let nudge = set_field(families[0], None, "members", json!(6));
        let seen = commune.sync(&request(vec![nudge])).await;
        assert!(all_received(&seen));
        let before = all(&app).await;
        assert!(before.len() > 70 && before.len() < 1_000);

        take_back(&app).await;
        let (was, indexes, order) = match app.db().engine() {
            Engine::Sqlite => (
                texts(&app, COLUMNS).await,
                texts(&app, INDEXES).await,
                texts(&app, "SELECT rowid || ' ' || id FROM documents ORDER BY rowid").await,
            ),
            Engine::Postgres => Default::default(),
        };
        let app = app.opened_again().await;
        assert_eq!(all(&app).await, before);
        if app.db().engine() == Engine::Sqlite {
            assert_eq!(texts(&app, COLUMNS).await, was);
            let indexes: BTreeSet<String> = indexes.into_iter().collect();
            let now: BTreeSet<String> = texts(&app, INDEXES).await.into_iter().collect();
            let new: Vec<&String> = now.difference(&indexes).collect();
            assert_eq!(new, ["CREATE INDEX documents_id ON documents (id, shard)"]);
            assert!(now.is_superset(&indexes));
            let rows = texts(&app, "SELECT rowid || ' ' || id FROM documents ORDER BY rowid").await;
            assert_eq!(rows, order);
        }
        app.assert_counts_agree().await;
        // It is written as before: known families, new ones, and those that move.
        let commune = app.sign_in("xa").await;
        let newcomer = new_subject();
        let mut changes: Vec<_> = families.iter().step_by(2).map(|it| set_field(*it, None, "poor", json!(true))).collect();
        changes.push(register(newcomer, places.commune, places.village, "Lò Văn Mới"));
        let answer = commune.sync(&after(&seen, changes)).await;
        assert!(all_received(&answer), "{:?}", outcomes(&answer));
        app.move_village(places.neighbour, places.commune).await;
        let nudge = set_field(families[1], None, "poor", json!(true));
        assert!(all_received(&commune.sync(&after(&answer, vec![nudge])).await));
        app.assert_counts_agree().await;
    }

    async fn a_second_commune_for_one_document_is_refused(app: TestApp) {
        let places = app.places();
        let family = new_subject();
        let made = register(family, places.commune, places.village, "Lò Văn A");
        assert!(all_received(&app.sign_in("xa").await.sync(&request(vec![made])).await));
        let mut tx = app.db().write().await.expect("a transaction");
        let found = documents::by_id(&mut tx, family.into()).await.expect("a row");
        let mut twin = found.expect("a family");
        twin.shard = places.elsewhere;
        twin.seq += 1;
        let criteria = Criteria::builtin().sets();
        // As if it had not been read that it stands elsewhere.
        let refused = documents::put(&mut tx, &[&twin], &[], criteria).await;
        assert!(matches!(refused, Err(DbError::Astray(id)) if id == family.into()));
        drop(tx);
        let (id, shard) = (family.to_string(), places.elsewhere);
        let mut tx = app.db().write().await.expect("a transaction");
        let sql = format!("INSERT INTO whereabouts (id, shard) VALUES ('{id}', '{shard}')");
        assert!(sqlx::query(AssertSqlSafe(sql)).execute(&mut *tx).await.is_err());
        drop(tx);
        // Written past all of that, it is found.
        let columns = "place, kind, seq, body, figures, since, until, folded, searched, sort_key";
        let sql = format!("INSERT INTO documents (id, shard, {columns}) SELECT id, '{shard}', {columns} FROM documents");
        run_all(&app, &[sql]).await;
        let found = check(app.db()).await.expect("a check");
        assert_eq!((found.astray, found.agrees()), (1, false));
        // It is not for a program to choose: the one that stands is known as before, and the other is told again.
        crate::services::rebuild::rebuilt(&app).await;
        assert_eq!(check(app.db()).await.expect("a check").astray, 1);
        run_all(&app, &[format!("DELETE FROM documents WHERE shard = '{shard}'")]).await;
        app.assert_counts_agree().await;
    }
}

/// What Citus asks of a table that it is to spread, as its handbook says: whatever is unique names the column it is spread by, no
/// foreign key leads to or from it, and no trigger hangs on it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_stands_against_spreading_the_tables() {
    let app = TestApp::postgres().await;
    for (table, column) in SPREAD {
        let unique = format!(
            "SELECT i.indexrelid::regclass::text FROM pg_index i WHERE i.indrelid = '{table}'::regclass AND i.indisunique \
             AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) \
             AND a.attname = '{column}')"
        );
        assert_eq!(texts(&app, &unique).await, [""; 0], "{table}");
        let others = format!(
            "SELECT conname::text FROM pg_constraint WHERE contype IN ('f', 'x') \
             AND '{table}'::regclass IN (conrelid, confrelid) \
             UNION ALL SELECT tgname::text FROM pg_trigger WHERE tgrelid = '{table}'::regclass"
        );
        assert_eq!(texts(&app, &others).await, [""; 0], "{table}");
        // Documents lie with the row that they are locked by, so what they are spread by is of one type.
        let of_type = format!(
            "SELECT atttypid::regtype || ' ' || attcollation::regcollation FROM pg_attribute \
             WHERE attrelid = '{table}'::regclass AND attname = '{column}' AND attnotnull"
        );
        assert_eq!(texts(&app, &of_type).await, ["text \"default\""], "{table}");
    }
    app.end().await;
}

/// Citus refuses a statement that changes what a row is spread by; here a trigger does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_row_goes_from_one_commune_to_another() {
    let app = TestApp::postgres().await;
    let steps = [
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'a row was to go to another shard'; END $$",
        "CREATE TRIGGER refuse BEFORE UPDATE OF shard ON documents FOR EACH ROW EXECUTE FUNCTION refuse()",
    ];
    run_all(&app, &steps.map(str::to_owned)).await;
    let places = app.places();
    let commune = app.sign_in("xa").await;
    let family = new_subject();
    let made = scored(family, places.commune, places.village, "Lò Văn A");
    assert!(all_received(&commune.sync(&request(made)).await));
    app.move_village(places.village, places.elsewhere).await;
    let phone = app.sign_in("ban1").await;
    let edit = set_field(family, None, "members", json!(6));
    assert!(all_received(&phone.sync(&request(vec![edit])).await));
    app.assert_counts_agree().await;
    app.end().await;
}
