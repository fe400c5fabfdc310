//! A real hall on a free port, with a database of its own, and a terminal that speaks to it: for tests here and
//! in other packages. Panics where a test should fail.
#![allow(clippy::unwrap_used)]

mod browser;
mod papers;
mod terminal;

pub use bianmin_support::postgres::{Cluster, Disk};
pub use browser::{Browser, PASSWORD, PageAnswer};
pub use papers::{TestApplication, document, scan};
pub use terminal::{TestAnswer, TestTerminal, example_body, now, post};

use crate::catalogue::{Published, draft, publish};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Store;
use crate::http::server::{Options, serve};
use crate::startup::{self, Purpose};
use crate::{Hall, router};
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::ids::Millis;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// The default: a file beside the keys.
    Sqlite,
    /// A database of its own in this process's PostgreSQL cluster.
    Postgres,
}

/// A folder of keys; one of its own goes with the test.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _until: Option<TempDir>,
}

impl Folder {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        Self { path: folder.path().to_owned(), _until: Some(folder) }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A known bug that a test can plant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planted {
    /// Nothing in the database decides any more whether a registration number is taken.
    NoUniqueIndex,
    /// Acknowledgements go out before the commit, which is then lost.
    AcknowledgeBeforeCommit,
}

/// A hall that serves; it ends with the test.
#[derive(Debug)]
pub struct TestHall {
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    /// Its keys and, on SQLite, its database.
    pub data: Folder,
    /// The database's address.
    pub database: String,
    /// What runs.
    pub hall: Arc<Hall>,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
}

impl TestHall {
    /// A hall with an empty database.
    pub async fn start(database: Database) -> Self {
        Self::start_with(database, |_| {}).await
    }

    /// A hall with an empty database and other settings.
    pub async fn start_with(database: Database, change: impl FnOnce(&mut Config)) -> Self {
        let data = Folder::new();
        let address = match database {
            Database::Sqlite => Store::default_address(data.path()),
            Database::Postgres => empty_database().await,
        };
        Self::run(data, address, change).await
    }

    /// A hall with the demonstration catalogue.
    pub async fn with_catalogue(database: Database) -> Self {
        let hall = Self::start(database).await;
        hall.import(&demo_file()).await;
        hall
    }

    /// A second hall with the same keys on the same database.
    pub async fn twin(&self) -> Self {
        let data = Folder::new();
        for name in [crate::keys::SIGNING_FILE, crate::keys::SEAL_FILE] {
            std::fs::copy(self.data.path().join(name), data.path().join(name)).unwrap();
        }
        let zone = self.hall.config.time_zone.clone();
        Self::run(data, self.database.clone(), |config| config.time_zone = zone).await
    }

    /// A hall with the keys in a folder that outlives it.
    pub async fn open(folder: PathBuf, database: String) -> Self {
        Self::run(Folder { path: folder, _until: None }, database, |_| {}).await
    }

    /// A hall in a folder that outlives it, by somebody's clock.
    pub async fn open_by(folder: PathBuf, clock: Clock, change: impl FnOnce(&mut Config)) -> Self {
        let database = Store::default_address(&folder);
        Self::run_by(Folder { path: folder, _until: None }, database, change, Some(clock)).await
    }

    async fn run(data: Folder, database: String, change: impl FnOnce(&mut Config)) -> Self {
        Self::run_by(data, database, change, None).await
    }

    async fn run_by(
        data: Folder,
        database: String,
        change: impl FnOnce(&mut Config),
        clock: Option<Clock>,
    ) -> Self {
        let mut config = Config { database: Some(database.parse().unwrap()), ..Config::default() };
        change(&mut config);
        let clock = clock.unwrap_or_else(|| Clock::new(config.zone().unwrap()));
        let address = database.parse().unwrap();
        let (keys, store) = startup::open(data.path(), &address, &clock, Purpose::Usual).await.unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let tls = config.tls_cert.as_ref().map(|chain| {
            let key = config.tls_key.as_ref().expect("a key goes with the certificate");
            crate::http::server::tls(chain, key).unwrap()
        });
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        config.public_url.get_or_insert(url.clone());
        let max_connections = config.max_connections;
        let timeout = std::time::Duration::from_secs(config.timeout_seconds);
        let proxies = config.proxies().unwrap();
        let hall = Hall::start(config, keys, clock, Arc::new(store));
        let (stop, stopped) = oneshot::channel();
        let options = Options { tls, max_connections, timeout, proxies, metrics: hall.metrics() };
        let serving = tokio::spawn(serve(listener, router(hall.clone()), options, async {
            let _ = stopped.await;
        }));
        Self { url, data, database, hall, stop: Some(stop), serving: Some(serving) }
    }

    /// Stops gracefully and starts again on another port with the same keys and database.
    pub async fn restart(self) -> Self {
        self.restart_after(|_| {}).await
    }

    /// Stops gracefully, does something to the data folder, and starts again on another port.
    pub async fn restart_after(mut self, meanwhile: impl FnOnce(&Path)) -> Self {
        self.stop().await;
        let Self { data, database, hall, .. } = self;
        // Otherwise the old connections could still write to what comes next in their files' place.
        hall.close().await;
        meanwhile(data.path());
        Self::run(data, database, |_| {}).await
    }

    /// Finishes what is under way.
    pub async fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(serving) = self.serving.take() {
            serving.await.unwrap();
        }
        self.hall.finish().await;
    }

    /// Publishes files.
    pub async fn import(&self, file: &Path) -> Published {
        let draft = draft::read(&[file]);
        publish(
            &self.hall.store,
            &self.hall.keys.signing,
            &self.hall.clock,
            draft,
            crate::catalogue::Options::default(),
        )
        .await
        .unwrap()
    }

    /// Plants a known bug, to see that a check can fail.
    pub async fn plant(&self, bug: Planted) {
        use sea_orm::ConnectionTrait as _;
        let store = &self.hall.store;
        match bug {
            Planted::NoUniqueIndex => {
                let transaction = store.begin().await.unwrap();
                transaction.execute_unprepared("DROP INDEX application_registration").await.unwrap();
                transaction.commit().await.unwrap();
            }
            Planted::AcknowledgeBeforeCommit => store.lose_commits(),
        }
    }

    /// A one-time code for a terminal of this id or prefix.
    pub async fn invite(&self, name: &str) -> String {
        let code = crate::fleet::codes::new().unwrap();
        let now = self.hall.clock.now();
        self.hall.store.fleet().invite(&code, name, now, Millis(now.0 + 3_600_000)).await.unwrap();
        code
    }

    /// A terminal of this id or prefix, enrolled.
    pub async fn enrol(&self, name: &str) -> TestTerminal {
        TestTerminal::enrol(&self.url, &self.invite(name).await).await
    }

    /// The hall's clock, which a test may set forward.
    pub fn clock(&self) -> &Clock {
        &self.hall.clock
    }

    /// Whether its database is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.database.starts_with("postgres")
    }

    /// The hall's database.
    pub fn store(&self) -> &Store {
        &self.hall.store
    }
}

/// The address of a new, empty database in this process's PostgreSQL cluster.
pub async fn empty_database() -> String {
    tokio::task::spawn_blocking(bianmin_support::postgres::new_database).await.unwrap()
}

/// The demonstration catalogue's file.
pub fn demo_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/catalogue/demo.json")
}

/// The demonstration catalogue's document.
pub fn demo() -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(demo_file()).unwrap()).unwrap()
}

/// Items of the demonstration catalogue that can be applied for.
pub fn demo_items() -> Vec<ServiceItem> {
    let items: Vec<ServiceItem> = serde_json::from_value(demo()["items"].clone()).unwrap();
    let today = jiff::Zoned::now().date();
    items.into_iter().filter(|item| item.can_apply_on(today)).collect()
}
