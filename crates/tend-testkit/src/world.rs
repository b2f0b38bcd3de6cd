//! A whole small firm on a throw-away database.

use crate::{Client, firm, template};
use axum::Router;
use sea_orm::{ConnectionTrait, Database};
use std::collections::HashMap;
use std::sync::OnceLock;
use tempfile::TempDir;
use tend_app::platform::{Clock, Config, Keyring};
use tend_app::{App, api_router};
use tend_rules::base::{CustomerId, Day, StaffId, TimeZone, UnitId};

/// The password of everybody in the cast.
pub const PASSWORD: &str = "tend-test-1";

/// A firm with its cast; the database goes with it.
#[derive(Debug)]
pub struct World {
    /// The running program.
    pub app: App,
    units: HashMap<&'static str, UnitId>,
    staff: HashMap<&'static str, StaffId>,
    pub(crate) customers: HashMap<&'static str, CustomerId>,
    folder: TempDir,
    postgres: Option<(String, String)>,
    /// Every browser of a test calls the same one, as in life: making it describes the whole API.
    router: OnceLock<Router>,
}

/// Runs a test on SQLite and, where `TEND_TEST_POSTGRES` names a server (`make test` starts one), on PostgreSQL. CI
/// always has one.
pub async fn each_store(test: impl AsyncFn(World)) {
    test(World::on_sqlite().await).await;
    match std::env::var("TEND_TEST_POSTGRES") {
        Ok(server) => {
            let world = World::on_postgres(&server).await;
            let (server, name) = world.postgres.clone().expect("a world on PostgreSQL knows its database");
            test(world).await;
            let _ = Database::connect(&server)
                .await
                .expect("the test server answers")
                .execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)"))
                .await;
        }
        Err(_) => {
            assert!(std::env::var("CI").is_err(), "CI runs the store tests on PostgreSQL: use `make test`");
            eprintln!("TEND_TEST_POSTGRES is not set: the PostgreSQL half of this test is skipped");
        }
    }
}

/// The master key of a test firm.
pub(crate) const KEY: [u8; 32] = [42; 32];

pub(crate) fn standing_clock() -> Clock {
    let morning: Day = "2026-11-23".parse().expect("a day");
    Clock::standing_at(TimeZone::shanghai().instant_at(morning, 9 * 60))
}

impl World {
    /// A firm on a SQLite file in a folder of its own.
    pub async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        template::copy_file(folder.path()).await;
        Self::begin("sqlite".into(), folder, None).await
    }

    /// A firm in a new database of the PostgreSQL server at `server`.
    pub async fn on_postgres(server: &str) -> Self {
        let name = format!("tend_{}", uuid::Uuid::now_v7().simple());
        let root = Database::connect(server).await.expect("the test server answers");
        let (base, _) = server.rsplit_once('/').expect("a server address ends with a database name");
        template::copy_database(&root, base, &name).await;
        Self::begin(
            format!("{base}/{name}"),
            tempfile::tempdir().expect("a temporary folder"),
            Some((server.to_owned(), name)),
        )
        .await
    }

    async fn begin(database: String, folder: TempDir, postgres: Option<(String, String)>) -> Self {
        // A test calls as fast as it can, all from one session.
        let pace = Config { requests_per_minute: 0, requests_per_minute_from_address: 0, ..Config::default() };
        let config = Config { database, data: folder.path().to_path_buf(), ..pace };
        let app = App::open(config, Keyring::of(KEY), standing_clock()).await.expect("the database opens");
        tend_app::join_rooms();
        // They came with the copy.
        let (units, staff) = firm::hired(&app).await;
        Self { app, units, staff, customers: HashMap::new(), folder, postgres, router: OnceLock::new() }
    }

    /// The id of a unit of the cast: `hq`, `shenzhen`, `shanghai`, `nanshan`, `futian`, `pudong`.
    pub fn unit(&self, key: &str) -> UnitId {
        self.units[key]
    }

    /// The id of a person of the cast by login name.
    pub fn staff(&self, login: &str) -> StaffId {
        self.staff[login]
    }

    /// The id of a customer of the cast who was welcomed: `li`, `zhao_q`, … (see `cast.rs`).
    pub fn customer(&self, key: &str) -> CustomerId {
        self.customers[key]
    }

    /// The folder of the data.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Moves the clock to a minute of a day, Shanghai time.
    pub fn set_clock(&self, day: &str, minute: u16) {
        let day: Day = day.parse().expect("a day");
        self.app.clock().set(TimeZone::shanghai().instant_at(day, minute));
    }

    /// A browser that is not signed in, talking to the real router.
    pub fn client(&self) -> Client {
        Client::of(self.router.get_or_init(|| api_router(self.app.clone())).clone())
    }

    /// A browser that talks to another process on the same database.
    pub fn client_at(&self, app: &App) -> Client {
        Client::new(app.clone())
    }

    /// Another process on the same database whose operator set something else.
    pub async fn reopened(&self, set: impl FnOnce(&mut Config)) -> App {
        let mut config = self.app.config().clone();
        set(&mut config);
        App::open(config, Keyring::of(KEY), self.app.clock().clone()).await.expect("the database opens")
    }

    /// A browser in which a person of the cast is signed in.
    pub async fn sign_in(&self, login: &str) -> Client {
        let mut client = self.client();
        let answer = client.sign_in(login, PASSWORD).await;
        assert_eq!(answer.status, 200, "{login} signs in: {}", answer.body);
        client
    }
}
