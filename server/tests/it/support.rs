//! A server with a small district: one commune of before 2025, two villages, one person per role.

pub mod changes;
pub mod evidence;
pub mod line;
pub mod lists;
pub mod request;

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use chrono::{DateTime, Utc};
use leptos::config::LeptosOptions;
use server::clock;
use server::db::users::User;
use server::db::{self, Db};
use server::files::Files;
use server::services::jobs::Jobs;
use server::services::{passwords, units};
use server::site::Site;
use server::state::AppState;
use shared::access::Role;
use shared::ids::{UnitId, UserId};
use shared::org_unit::{Dated, OrgTree, OrgUnit, UnitCode, UnitKind};
use uuid::Uuid;

pub const UNITS: &str = include_str!("../../../data/lai_chau_units.json");
pub const PASSWORD: &str = "mat-khau-dai";

/// Makes two tests of one: the same on either engine.
macro_rules! on_both {
    ($($(#[$attribute:meta])* async fn $name:ident($app:ident: TestApp) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a short test needs less than its file")]
            use super::*;

            $(#[$attribute])*
            async fn run($app: crate::support::TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let app = crate::support::TestApp::sqlite().await;
                run(app.clone()).await;
                app.end().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let app = crate::support::TestApp::postgres().await;
                run(app.clone()).await;
                app.end().await;
            }
        }
    )+};
}
pub(crate) use on_both;

/// A server over a database of its own.
#[derive(Clone)]
pub struct TestApp {
    pub state: AppState,
    pub router: Router,
    folder: std::sync::Arc<tempfile::TempDir>,
    url: String,
}

/// The units of the test's district.
pub struct Places {
    /// Mường So until 2025, and what it belongs to since.
    pub old: UnitId,
    pub commune: UnitId,
    pub area: UnitId,
    /// Of the commune.
    pub village: UnitId,
    pub neighbour: UnitId,
    /// A commune of the same area that is nobody's here.
    pub elsewhere: UnitId,
}

pub fn village_id(number: u128) -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(0xb0_0000 + number))
}

impl TestApp {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        Self::over(&url, folder).await
    }

    pub async fn postgres() -> Self {
        let url = new_postgres().await;
        Self::over(&url, tempfile::tempdir().expect("a folder")).await
    }

    async fn over(url: &str, folder: tempfile::TempDir) -> Self {
        let db = Db::connect(url).await.expect("a database");
        units::import(&db, UNITS)
            .await
            .expect("the province's units");
        let state = Self::state(db, &folder).await;
        let app = Self {
            router: server::router(state.clone()),
            state,
            folder: std::sync::Arc::new(folder),
            url: url.to_owned(),
        };
        app.settle().await;
        app
    }

    async fn state(db: Db, folder: &tempfile::TempDir) -> AppState {
        let files = folder.path().join("files");
        let files = Files::open(&files.to_string_lossy()).expect("a folder of files");
        let options = LeptosOptions::builder().output_name("banhoc").build();
        let site = Site::read(Path::new("no-such-site"));
        AppState::new(db, files, site, options, false)
            .await
            .expect("a state")
    }

    /// The same database served by a server that has just been started.
    pub async fn restarted(&self) -> Self {
        let state = Self::state(self.state.db.clone(), &self.folder).await;
        Self {
            router: server::router(state.clone()),
            state,
            folder: self.folder.clone(),
            url: self.url.clone(),
        }
    }

    /// The same after its database was closed and opened again, as an update does it.
    pub async fn opened_again(&self) -> Self {
        self.db().close().await;
        let db = Db::connect(&self.url).await.expect("a database");
        let state = Self::state(db, &self.folder).await;
        Self {
            router: server::router(state.clone()),
            state,
            folder: self.folder.clone(),
            url: self.url.clone(),
        }
    }

    /// The same with other jobs.
    pub fn with_jobs(&self, jobs: Jobs) -> Self {
        let state = AppState {
            jobs: std::sync::Arc::new(jobs),
            ..self.state.clone()
        };
        Self {
            router: server::router(state.clone()),
            state,
            folder: self.folder.clone(),
            url: self.url.clone(),
        }
    }

    /// From today on the village lies in another commune.
    pub async fn move_village(&self, village: UnitId, to: UnitId) {
        let today = clock::today();
        let tree = self.tree();
        let known = tree.get(village).expect("the village");
        let mut parents = known.parents.clone();
        for link in parents.iter_mut().filter(|link| link.to.is_none()) {
            link.to = Some(today);
        }
        parents.push(Dated::from(to, today));
        let moved = OrgUnit {
            parents,
            ..known.clone()
        };
        let mut tx = self.db().write().await.expect("a transaction");
        db::units::put(&mut tx, &[moved]).await.expect("a unit");
        tx.commit().await.expect("a commit");
        self.state.units.reload(self.db()).await.expect("units");
    }

    pub fn db(&self) -> &Db {
        &self.state.db
    }

    /// The folder of its files.
    pub fn files(&self) -> std::path::PathBuf {
        self.folder.path().join("files")
    }

    pub fn tree(&self) -> std::sync::Arc<OrgTree> {
        self.state.units.tree()
    }

    pub fn places(&self) -> Places {
        let tree = self.tree();
        let today = clock::now().date_naive();
        let old_map = "2024-06-01".parse().expect("a day");
        let old = tree.by_code(&UnitCode::new("03589"), old_map)[0].id;
        let commune = tree.today(old, today)[0].id;
        let area = tree.parent(commune, today).expect("an area").id;
        let others = tree.children(area, today);
        let elsewhere = others.iter().find(|it| it.id != commune).expect("another");
        Places {
            old,
            commune,
            area,
            village: village_id(1),
            neighbour: village_id(2),
            elsewhere: elsewhere.id,
        }
    }

    /// Villages and people.
    async fn settle(&self) {
        let now = clock::now();
        let Places {
            old, commune, area, ..
        } = self.places();
        let reorganised = units::REORGANISED;
        let village = |number, name| OrgUnit {
            parents: vec![
                Dated::until(old, reorganised),
                Dated::from(commune, reorganised),
            ],
            ..OrgUnit::new(village_id(number), UnitKind::Village, name)
        };
        let hash = passwords::hash(PASSWORD.to_owned()).await;
        let person = |username: &str, role, unit| User {
            id: UserId::from_uuid(Uuid::new_v5(&Uuid::NAMESPACE_OID, username.as_bytes())),
            username: Some(username.to_owned()),
            name: format!("Người {username}"),
            role,
            password_hash: hash.clone(),
            disabled: false,
            units: vec![unit],
        };
        let people = [
            person("ban1", Role::VillageOfficer, village_id(1)),
            person("ban1b", Role::Surveyor, village_id(1)),
            person("ban2", Role::VillageOfficer, village_id(2)),
            person("xa", Role::CommuneOfficer, commune),
            person("chutich", Role::CommuneLeader, commune),
            person("huyen", Role::AreaOfficer, area),
            person("phutrach", Role::AreaLeader, area),
            person("giamsat", Role::Auditor, area),
            person("quantri", Role::Admin, area),
        ];
        let mut tx = self.db().write().await.expect("a transaction");
        db::units::put(&mut tx, &[village(1, "Vàng Pheo"), village(2, "Tây An")])
            .await
            .expect("villages");
        db::users::put(&mut tx, &people, now).await.expect("people");
        tx.commit().await.expect("a commit");
        self.state.units.reload(self.db()).await.expect("units");
    }

    pub async fn user_id(&self, username: &str) -> UserId {
        let mut conn = self.db().read().await.expect("a connection");
        let user = db::users::by_username(&mut conn, username).await;
        user.expect("a user").expect("a person").id
    }

    /// Recounts: what the totals say must be what the documents say.
    pub async fn assert_counts_agree(&self) {
        let checked = server::services::check::check(self.db())
            .await
            .expect("a recount");
        assert_eq!(checked.differences, Vec::new());
        assert_eq!(checked.columns, Vec::new());
        assert!(checked.agrees(), "{checked:?}");
    }

    pub async fn end(self) {
        self.db().close().await;
    }
}

pub fn now() -> DateTime<Utc> {
    clock::now()
}

/// A new empty database in the cluster that `scripts/with-postgres.sh` has started.
pub async fn new_postgres() -> String {
    use sqlx::Connection;
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("BANHOC_TEST_POSTGRES")
        .expect("PostgreSQL for the tests: run them as scripts/with-postgres.sh cargo test");
    let name = format!(
        "t{}_{}",
        std::process::id(),
        NUMBER.fetch_add(1, Ordering::Relaxed)
    );
    let mut admin = sqlx::PgConnection::connect(&format!("{server}/postgres"))
        .await
        .expect("the cluster");
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut admin)
        .await
        .expect("a database");
    format!("{server}/{name}")
}

/// The letters of a .docx, without what stands around them.
pub fn said_in(bytes: &[u8]) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a file of Word");
    let mut xml = String::new();
    let mut part = zip.by_name("word/document.xml").expect("a document");
    std::io::Read::read_to_string(&mut part, &mut xml).expect("text");
    let mut text = String::new();
    for piece in xml.split('<') {
        text.push_str(piece.split_once('>').map_or("", |(_, text)| text));
    }
    text
}
