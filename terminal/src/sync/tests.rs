//! What a resident, a hall or a technician would miss if synchronising got it wrong: against a hall that fails
//! in every way there is.

mod applications;
mod attachments;
mod changes;
mod downloads;
mod stub;

use super::*;
use crate::catalogue::testing::{DEMO, hall_key};
use crate::ledger::{Accepted, Draft, Options};
use bianmin_protocol::application::{ApplicationBody, MaterialAnswer, MaterialState};
use bianmin_protocol::catalogue::{Frame, ServiceItem};
use bianmin_protocol::form::FieldDictionary;
use bianmin_protocol::ids::{MaterialCode, Revision};
use jiff::civil::date;
use std::sync::atomic::{AtomicI64, Ordering};
use stub::Stub;

/// A terminal with a real ledger and a real cache, and its hall.
struct Terminal {
    hall: Stub,
    ledger: Ledger,
    catalogue: CatalogueStore,
    syncer: Syncer,
    /// What the terminal's own clock shows.
    clock: Arc<AtomicI64>,
    item: Arc<ServiceItem>,
    fields: FieldDictionary,
    folder: tempfile::TempDir,
}

#[derive(serde::Deserialize)]
struct Demo {
    #[serde(flatten)]
    frame: Frame,
    items: Vec<ServiceItem>,
}

impl Terminal {
    async fn new() -> Self {
        let hall = Stub::start().await;
        let folder = tempfile::tempdir().unwrap();
        let options = Options { reserve: 0, ..Options::default() };
        let ledger = Ledger::open(folder.path(), hall.identity(), &options).unwrap();
        let catalogue = CatalogueStore::open(&folder.path().join("catalogue.sqlite"), hall_key());
        let clock = Arc::new(AtomicI64::new(jiff::Timestamp::now().as_millisecond()));
        let shown = clock.clone();
        let environment = Environment {
            now: Arc::new(move || Millis(shown.load(Ordering::Relaxed))),
            random: Arc::new(|| 0),
            timeout: Duration::from_millis(500),
            ..Environment::default()
        };
        let settings = Settings::default();
        let syncer = Syncer::new(ledger.clone(), catalogue.clone(), &settings, environment).unwrap();
        let demo: Demo = serde_json::from_str(DEMO).unwrap();
        let item = demo.items.into_iter().find(|item| item.code.as_str() == "HJ02").unwrap();
        let fields = FieldDictionary::new(demo.frame.fields);
        Self { hall, ledger, catalogue, syncer, clock, item: Arc::new(item), fields, folder }
    }

    fn accept(&self) -> Accepted {
        self.accept_with(Vec::new())
    }

    /// One application with these files for the material `M2`.
    fn accept_with(&self, file: Vec<u8>) -> Accepted {
        let mut materials: Vec<_> = self
            .item
            .example
            .materials
            .iter()
            .map(|material| MaterialState {
                code: material.code.clone(),
                answer: if material.have { MaterialAnswer::Have } else { MaterialAnswer::Promised },
            })
            .collect();
        let mut files = Vec::new();
        if !file.is_empty() {
            let code = MaterialCode::parse("M2").unwrap();
            for material in materials.iter_mut().filter(|material| material.code == code) {
                material.answer = MaterialAnswer::Attached;
            }
            files.push((code, file));
        }
        let answers = self.item.example.answers.clone();
        let body = ApplicationBody { answers, materials, language: "zh-CN".into() };
        let draft = Draft { item: self.item.clone(), catalogue: Revision(1), body, files };
        self.ledger.accept(draft, &self.fields, Millis(1_795_000_000_000), date(2026, 11, 21)).unwrap()
    }

    async fn sync(&mut self) -> SyncReport {
        self.syncer.sync_once().await
    }

    fn reachable(&self) -> Reachable {
        self.syncer.state.borrow().reachable
    }
}

/// Waits until `done`, for at most as long as a slow machine may need.
async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !done() {
        assert!(Instant::now() < deadline, "still not: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn summary(report: &SyncReport) -> (u32, u32, u32, u32) {
    (report.sent, report.acknowledged, report.quarantined, report.waiting)
}
