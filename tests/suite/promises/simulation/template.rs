//! What every simulation begins with: a hall with a small catalogue, and terminals that are enrolled and have it.
//! Made once, by the real programs' own parts.

use super::hall::{say, start};
use super::image::{HALL, Image};
use super::schedule::TERMINALS;
use bianmin_hall::catalogue::{self, draft, publish};
use bianmin_hall::clock::Clock as HallClock;
use bianmin_hall::db::Store;
use bianmin_hall::fleet::codes;
use bianmin_hall::keys::Keys;
use bianmin_protocol::ids::Millis;
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::v1::{self, Enrol, Enrolled};
use bianmin_terminal::catalogue::CatalogueStore;
use bianmin_terminal::ledger::identity::TerminalIdentity;
use bianmin_terminal::ledger::{Ledger, Options};
use bianmin_terminal::sync::{Broken, Environment, Later, NetEnvironment, Settings, Simulated, Syncer};
use bytes::Bytes;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use tokio::time::Instant;

/// A hall and its terminals on the first morning.
pub struct Template {
    pub keys: Keys,
    pub hall: Image,
    pub identities: Vec<TerminalIdentity>,
    pub catalogue: CatalogueStore,
    _folder: tempfile::TempDir,
}

impl Template {
    /// 2026-11-21 08:00 in Shanghai.
    pub const BEGINNING: Millis = Millis(1_795_219_200_000);
    /// The item that everybody applies for.
    pub const ITEM: &'static str = "HJ02";

    pub fn get() -> Arc<Self> {
        static TEMPLATE: OnceLock<Arc<Template>> = OnceLock::new();
        TEMPLATE.get_or_init(|| Arc::new(make())).clone()
    }
}

fn make() -> Template {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::open(&folder.path().join("keys")).unwrap();
    let (runtime, hall, store) = start(&keys, folder.path(), || Template::BEGINNING);
    let router = bianmin_hall::router(hall);
    let (identities, catalogue) = runtime.block_on(async {
        import(&keys, &store, folder.path()).await;
        let mut identities = Vec::new();
        for at in 1..=TERMINALS {
            identities.push(enrol(&router, &store, &format!("SM{at:02}")).await);
        }
        let catalogue = fetch(&identities[0], &router, folder.path()).await;
        store.close().await;
        (identities, catalogue)
    });
    let hall = Image::of(folder.path(), &HALL);
    Template { keys, hall, identities, catalogue, _folder: folder }
}

async fn import(keys: &Keys, store: &Store, folder: &Path) {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/catalogue/demo.json");
    let mut demo: serde_json::Value = serde_json::from_slice(&std::fs::read(demo).unwrap()).unwrap();
    demo["items"].as_array_mut().unwrap().retain(|item| item["local_catalog_code"] == Template::ITEM);
    demo["life_events"] = serde_json::json!([]);
    let file = folder.join("small.json");
    std::fs::write(&file, demo.to_string()).unwrap();
    let clock = HallClock::with_source(jiff::tz::TimeZone::UTC, Arc::new(|| Template::BEGINNING));
    let draft = draft::read(&[file.as_path()]);
    publish(store, &keys.signing, &clock, draft, catalogue::Options::default()).await.unwrap();
}

async fn enrol(router: &axum::Router, store: &Store, name: &str) -> TerminalIdentity {
    let code = codes::new().unwrap();
    let expires = Millis(Template::BEGINNING.0 + 3_600_000);
    store.fleet().invite(&code, name, Template::BEGINNING, expires).await.unwrap();
    let key = SigningKey::generate().unwrap();
    let body = serde_json::to_vec(&Enrol::new(&code, &key)).unwrap();
    let request = http::Request::post(v1::ENROL).header("content-type", v1::MEDIA_TYPE);
    let answer = say(router.clone(), request.body(body.into()).unwrap()).await;
    let enrolled: Enrolled = serde_json::from_slice(answer.body()).unwrap();
    TerminalIdentity { enrolled, key, hall_url: "http://127.0.0.1:1".to_owned(), lineage: Default::default() }
}

/// The catalogue as a terminal gets it.
async fn fetch(identity: &TerminalIdentity, router: &axum::Router, folder: &Path) -> CatalogueStore {
    let store = CatalogueStore::open(&folder.join("catalogue.sqlite"), identity.enrolled.hall_key);
    let options = Options { reserve: 0, ..Options::default() };
    let ledger = Ledger::open(&folder.join("terminal"), identity.clone(), &options).unwrap();
    let net = NetEnvironment::Simulated(Arc::new(Direct(router.clone())));
    let environment = Environment { now: Arc::new(|| Template::BEGINNING), net, ..Environment::default() };
    let mut syncer = Syncer::new(ledger, store.clone(), &Settings::default(), environment).unwrap();
    let report = syncer.sync_once().await;
    assert!(report.failure.is_none() && !store.snapshot().is_empty(), "{report:?}");
    store
}

/// A line on which nothing happens.
struct Direct(axum::Router);

impl Simulated for Direct {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn sleep_until(&self, deadline: Instant) -> Later<()> {
        Box::pin(tokio::time::sleep_until(deadline))
    }

    fn carry(&self, request: http::Request<Bytes>) -> Later<Result<http::Response<reqwest::Body>, Broken>> {
        let router = self.0.clone();
        Box::pin(async move { Ok(say(router, request).await.map(reqwest::Body::from)) })
    }

    fn connected_by(&self) -> BTreeSet<String> {
        BTreeSet::new()
    }
}
